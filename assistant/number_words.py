"""Numbers as words, from zero to nineteen and the tens, and the names of the months."""

from __future__ import annotations

UP_TO_NINETEEN = tuple(
    [
        "zero",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "thirteen",
        "fourteen",
        "fifteen",
        "sixteen",
        "seventeen",
        "eighteen",
        "nineteen",
    ]
)
TENS = tuple(["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"])
MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_LARGE = {"thousand": 1_000, "million": 1_000_000}


def value_of(words: list[str]) -> int | None:
    """Read "twenty five thousand two hundred"; None where the words do not make one number."""
    total = group = 0
    last = 10**9
    for word in words:
        if word in _LARGE:
            if not group or _LARGE[word] >= last:
                return None
            last = _LARGE[word]
            total, group = total + group * last, 0
        elif word == "hundred":
            if not 1 <= group <= 19:
                return None
            group *= 100
        elif (size := _small(word)) is None or (
            group % 100 and not (size < 10 and group % 100 >= 20 and not group % 10)
        ):
            return None
        else:
            group += size
    return total + group


def _small(word: str) -> int | None:
    if word in UP_TO_NINETEEN:
        return UP_TO_NINETEEN.index(word)
    return 20 + 10 * TENS.index(word) if word in TENS else None
