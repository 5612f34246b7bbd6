"""Which holding a person means: ticker, company name, nickname or a misspelling of one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from rapidfuzz import fuzz, process

from assistant.builtin.lexicon import known_words, word_list
from assistant.builtin.marked import Marked

_CLOSE = 84
_LONG_NAME = 7
_TICKER = re.compile(r"(?<![\w@.-])\$?[A-Z]{1,5}(?:\.[A-Z])?(?![\w@-])")


@dataclass(frozen=True)
class Names:
    """The held names: every way to say one, lower case, with its symbol."""

    said: Mapping[str, str]
    symbols: frozenset[str]

    @staticmethod
    def of(holdings: list[dict[str, Any]]) -> Names:
        """Build from the session's holdings."""
        return _build(tuple((str(row.get("symbol", "")), str(row.get("name") or "")) for row in holdings))

    def mark(self, text: str, marked: Marked) -> str:
        """Mark tickers, then whole names, then words close to a name."""
        shouted = text.isupper()
        text = _TICKER.sub(lambda found: self._ticker(found[0], marked, shouted), text)
        return re.sub(
            r"(?<![\w@])[A-Za-z][\w.&'-]*(?: [A-Za-z][\w.&'-]*)*", lambda run: self._run(run[0], marked), text
        )

    def mark_numbered(self, text: str, marked: Marked) -> str:
        """Mark held names that hold a digit, before "3M" is read as an amount."""
        numbered = sorted((name for name in self.said if re.search(r"\d", name)), key=len, reverse=True)
        if not numbered:
            return text
        either = "|".join(re.escape(name) for name in numbered)
        pattern = rf"(?<![\w$.,@])(?:{either})(?![\w%])"
        return re.sub(pattern, lambda found: marked.mark("sym", self.said[found[0].lower()]), text, flags=re.IGNORECASE)

    def _ticker(self, word: str, marked: Marked, shouted: bool) -> str:
        symbol = word.lstrip("$")
        known = symbol in self.symbols
        if word.startswith("$") or (known and not (shouted and symbol.lower() in known_words())):
            return marked.mark("sym", symbol)
        if shouted or len(symbol) < 2 or symbol in word_list("words")["not_tickers"] or symbol.lower() in known_words():
            return word
        return marked.mark("sym", symbol)

    def _run(self, run: str, marked: Marked) -> str:
        words, out, at = run.split(" "), [], 0
        while at < len(words):
            for size in (4, 3, 2, 1):
                symbol = self._meant(" ".join(words[at : at + size])) if at + size <= len(words) else None
                if symbol:
                    out.append(marked.mark("sym", symbol))
                    at += size
                    break
            else:
                out.append(words[at])
                at += 1
        return " ".join(out)

    def _meant(self, phrase: str) -> str | None:
        low = re.sub(r"['’]s?$", "", phrase.lower()).strip(".&-'")
        for form in (low, low.replace(" ", "")):  # "united health" is UnitedHealth
            if form in self.said and (form == low or len(form) > _LONG_NAME):
                return self.said[form]
        if len(low) < 5 or low in known_words() or any(part in known_words() for part in low.split()):
            return None
        close = process.extractOne(low, self.said.keys(), scorer=fuzz.ratio, score_cutoff=_CLOSE)
        return self.said[close[0]] if close and close[0][0] == low[0] else None


@lru_cache(maxsize=64)
def _build(rows: tuple[tuple[str, str], ...]) -> Names:
    said: dict[str, str] = {}
    first: dict[str, set[str]] = {}
    nicknames: dict[str, str] = word_list("words")["nicknames"]
    for symbol, name in rows:
        short = short_name(name)
        said |= {form: symbol for form in {name.lower(), short} if len(form) > 2 or _numbered(form)}
        if symbol.lower() not in known_words() and (len(symbol) > 2 or _is_no_word(symbol)):
            said[symbol.lower()] = symbol
        if short:
            first.setdefault(short.split()[0], set()).add(symbol)
        said |= {nick: symbol for nick, full in nicknames.items() if short.startswith(full)}
    for word, symbols in first.items():
        if len(symbols) == 1 and len(word) > 3 and word not in known_words():
            said.setdefault(word, next(iter(symbols)))
    return Names(said, frozenset(symbol for symbol, _ in rows))


def _is_no_word(symbol: str) -> bool:
    """Tell whether two letters stand for nothing else when written small, as "ms" does."""
    return len(symbol) == 2 and symbol.isalpha() and symbol not in word_list("words")["not_tickers"]


def _numbered(form: str) -> bool:
    """Tell whether a short name holds both letters and digits, so that it is no word and no number."""
    return len(form) == 2 and form.isalnum() and not form.isalpha() and not form.isdigit()


def short_name(name: str) -> str:
    """Return a company's name in small letters without endings such as "Inc."."""
    tail = set(word_list("words")["name_endings"])
    words = re.sub(r"[^\w&.' -]+", " ", name.lower()).replace(".com", "").split()
    while len(words) > 1 and words[-1].strip(".") in tail:
        words.pop()
    return " ".join(words)
