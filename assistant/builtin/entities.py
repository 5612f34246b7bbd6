"""What was said, found and marked: amounts, shares, dates, accounts, holdings. Wordings match the marked text."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache, partial

from rapidfuzz import fuzz, process

from assistant.builtin import numbers
from assistant.builtin.context import Session
from assistant.builtin.lexicon import known_words, long_words, stems, word_list
from assistant.builtin.marked import Marked
from assistant.builtin.names import Names

_DIGITS = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?|\.\d+"
_BIG = r"(?:k|mm?|million|thousand|grand)"
_DAY = r"(?:today|tomorrow|the day after tomorrow|yesterday|next week|(?:the )?end of (?:the )?year|year end"
_DAY += r"|(?:(?:this|next|last|on) )?(?:" + "|".join(numbers.WEEKDAYS) + r")"
_DAY += rf"|in (?:\d+|an?|{numbers.WORDED}) (?:day|week)s?|(?:\d+|an?|{numbers.WORDED}) (?:day|week)s? ago)"
_MONTH = "|".join(f"{name[:3]}(?:{name[3:]})?\\.?" if len(name) > 3 else name for name in numbers.MONTHS)
_FORMS = r"(?:1040|1099|8949|8606)\b"
_PARTS = "|".join(sorted(numbers.FRACTIONS, key=len, reverse=True))


def mark(text: str, session: Session) -> Marked:
    """Find every value in a message and put marks in their place."""
    marked = Marked()
    text = _lexicon(text, marked, "status", "type", "method")
    for pattern, kind, read in _readers(session.as_of):
        text = re.sub(pattern, _replacer(marked, kind, read), text, flags=re.IGNORECASE)
    text = Names.of(session.holdings).mark(_postal(text, marked), marked)
    text = _lexicon(text, marked, "state")
    marked.words = _unknown(_spelled(_normal(text)), marked)
    return marked


def _replacer(marked: Marked, kind: str, read: Callable[[re.Match[str]], str | None]) -> Callable[[re.Match[str]], str]:
    def replace(found: re.Match[str]) -> str:
        try:
            value = read(found)
        except (ValueError, InvalidOperation, OverflowError):
            value = None
        return found[0] if value is None else marked.mark(kind, value)

    return replace


Reader = tuple[str, str, Callable[[re.Match[str]], str | None]]


def _readers(as_of: date | None) -> list[Reader]:
    return [
        (r"\b(acct-\d+)\b", "acct", lambda found: found[1].lower()),
        (r"\b(lot-\d+)\b", "lot", lambda found: found[1].lower()),
        (r"\b(file-\d+)\b", "file", lambda found: found[1].lower()),
        (r"(?<![\w$@.])\d{1,3}(?:\s?/\s?\d{1,3}){1,3}(?![\w%/])", "mix", _mix),
        (r"\b(\d{4}-\d{2}-\d{2})\b", "date", lambda found: str(date.fromisoformat(found[1]))),
        *_dated(as_of),
        (rf"({_DIGITS})\s?(?:%|percent|pct|per cent)", "pct", lambda found: _frac(numbers.scaled(found[1], None))),
        (
            rf"\b({numbers.WORDED})\s?(?:%|percent|pct|per cent)",
            "pct",
            lambda found: _frac(numbers.worded(found[1].lower())),
        ),
        (rf"(?<![\w@])({_DIGITS})\s?(k)?\s?(?:shares?|shs?)\b", "shares", lambda found: _plain(found[1], found[2])),
        (
            rf"\b({numbers.WORDED}) (?:shares?|shs?)\b",
            "shares",
            lambda found: numbers.plain(numbers.worded(found[1].lower())),
        ),
        (rf"\$\s?({_DIGITS})\s?({_BIG})?\b", "usd", lambda found: _plain(found[1], found[2])),
        (
            rf"(?<![\w@.])({_DIGITS})\s?({_BIG})?\s?(?:dollars?|bucks|usd)\b",
            "usd",
            lambda found: _plain(found[1], found[2]),
        ),
        (rf"(?<![\w@.])({_DIGITS})\s?({_BIG})\b", "usd", lambda found: _plain(found[1], found[2])),
        (
            rf"\b({numbers.WORDED}) (?:dollars?|bucks)\b",
            "usd",
            lambda found: numbers.plain(numbers.worded(found[1].lower())),
        ),
        (r"\b((?:\w+ )+?(?:thousand|grand|million))\b", "usd", _worded_big),
        (
            rf"\b(?:an? )?({_PARTS})(?: of)?\b",
            "frac",
            lambda found: numbers.plain(numbers.FRACTIONS[found[1].lower()].quantize(Decimal("0.0001"))),
        ),
        (rf"(?<![\w@.$-])(?!{_FORMS})({_DIGITS})(?![\w%-])", "num", lambda found: _plain(found[1], None)),
        (rf"\b({numbers.WORDED})\b(?! (?:more|thing|another|of (?:these|them|my)))", "num", _worded_number),
    ]


def _dated(as_of: date | None) -> list[Reader]:
    if as_of is None:
        return []
    today = as_of
    return [
        (
            rf"\b({_MONTH}) (\d{{1,2}})(?:st|nd|rd|th)?(?:,? (\d{{4}}))?\b",
            "date",
            lambda f: _day(f[2], f[1], f[3], today),
        ),
        (
            rf"\b(\d{{1,2}})(?:st|nd|rd|th)? (?:of )?({_MONTH})(?: (\d{{4}}))?\b",
            "date",
            lambda f: _day(f[1], f[2], f[3], today),
        ),
        (rf"\b(?:until|till|in|by|next) ({_MONTH})\b(?!\s*\d)", "date", lambda f: _day("1", f[1], None, today)),
        (rf"\b{_DAY}\b", "date", lambda found: str(day) if (day := numbers.relative_date(found[0], today)) else None),
    ]


def _day(day: str, month: str, year: str | None, as_of: date) -> str | None:
    number = numbers.month_number(month)
    if number is None:
        return None
    found = date(int(year), number, int(day)) if year else numbers.nearest_year(int(day), number, as_of)
    return str(found) if found else None


def _mix(found: re.Match[str]) -> str | None:
    parts = [int(part) for part in re.findall(r"\d+", found[0])]
    return "/".join(map(str, parts)) if sum(parts) == 100 else None


def _frac(percent: Decimal) -> str:
    return numbers.plain(percent / 100)


def _plain(digits: str, suffix: str | None) -> str:
    return numbers.plain(numbers.scaled(digits, suffix))


def _worded_big(found: re.Match[str]) -> str | None:
    said = re.search(rf"({numbers.WORDED})$", found[0].lower())
    return None if said is None or said[0] != found[0].lower() else numbers.plain(numbers.worded(found[0].lower()))


def _worded_number(found: re.Match[str]) -> str | None:
    value = numbers.worded(found[1].lower())
    return numbers.plain(value) if value >= 2 else None


def _lexicon(text: str, marked: Marked, *kinds: str) -> str:
    words = word_list("words")
    for kind in kinds:
        for value, phrases in words[kind].items():
            either = "|".join(re.escape(phrase) for phrase in sorted(phrases, key=len, reverse=True))
            name = partial(_named, marked, kind, value)
            text = re.sub(rf"(?<![\w@])(?:{either})(?!\w)", name, text, flags=re.IGNORECASE)
    return text


def _named(marked: Marked, kind: str, value: str, _: re.Match[str]) -> str:
    return marked.mark(kind, value)


def _postal(text: str, marked: Marked) -> str:
    """Mark a state's two letters, which are words of their own elsewhere ("in", "or", "me")."""
    near = rf"(\b(?:in|from|to)|,) ({'|'.join(word_list('words')['state'])})\b"
    return re.sub(near, lambda found: found[1] + marked.mark("state", found[2]), text)


def _normal(text: str) -> str:
    text = text.lower().replace("’", "'").replace("'", "")
    text = re.sub(r"\b(long|short)-term\b", r"\1 term", text)
    text = re.sub(r"[.?!;\n]+(?=\s|$)", " ~ ", text)
    text = re.sub(r"[^a-z0-9@.&~-]+", " ", text)
    words = [word if word == "~" else word.strip(".&-~") for word in text.split()]
    return "".join(f"{word} " for word in words if word)


def _spelled(words: str) -> str:
    return "".join(f"{_spell(word)} " for word in words.split())


@lru_cache(maxsize=4096)
def _spell(word: str) -> str:
    if len(word) < 5 or not word.isalpha() or _is_known(word):
        return word
    close = process.extractOne(word, long_words(), scorer=fuzz.ratio, score_cutoff=86)
    return close[0] if close and close[0][0] == word[0] else word


def _is_known(word: str) -> bool:
    return word in known_words() or word.startswith(stems())


def _unknown(words: str, marked: Marked) -> str:
    out: list[str] = []
    run: list[str] = []
    for word in [*words.split(), "~"]:
        if re.fullmatch(r"[a-z][a-z0-9.&-]*", word) and not _is_known(word):
            run.append(word)
            continue
        if run:
            out.append(marked.mark("name", " ".join(run)).strip())
        out.append(word)
        run = []
    return "".join(f"{word} " for word in out[:-1])
