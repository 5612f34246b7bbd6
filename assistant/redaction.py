"""Private strings become labels before any model reads them, and names again before the person does."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from assistant.grounding.escape import escape_name
from assistant.private_forms import WORDLIKE, forms_of
from tools.facts import Unit

if TYPE_CHECKING:
    from assistant.session import Session

_OPAQUE_KEYS = frozenset(
    {"id", "symbol", "symbols", "sleeve", "tool", "plan_id", "lot", "entity", "term", "status", "kind"}
)
_KEYED_BY_PERSON = frozenset({"targets"})
_UNITS = frozenset(unit.value for unit in Unit)
_NUMBER = re.compile(r"[-−]?\d{1,24}(?:\.\d{1,12})?")
_LABEL = re.compile(r"\b(?:acct|person|file)-\d{1,4}\b")
_PROTECTED = r"\{\{[^{}]{1,160}\}\}"
# Each pattern below needs one of these; most texts have none, and are hidden many times a turn.
_ANY = re.compile(r"[@/\\]|\d{3}")
_KEPT_TEXTS = 4096
_PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}"), "[email]"),
    (re.compile(r"(?<![\w/])file://\S{1,400}"), "[path]"),
    (re.compile(r"(?<!\w)[A-Za-z]:[\\/](?:[^\s\"'<>|*?,;]{1,200})"), "[path]"),
    (re.compile(r"(?<!\w)\\\\[^\s\"'<>|*?,;]{2,300}"), "[path]"),
    (re.compile(r"(?<![\w/.:])~?/(?:[\w.@%+-]{1,120}/){1,20}[\w.@%+-]{0,120}"), "[path]"),
    (re.compile(r"(?<![\w/.:])/(?:home|Users|tmp|var|etc|root|mnt|media|opt)\b[^\s\"'<>|*?,;]{0,300}"), "[path]"),
    (re.compile(r"(?<!\w)~/[^\s\"'<>|*?,;]{1,300}"), "[path]"),
    (re.compile(r"(?<![\w$.,-])\d{3}-\d{2}-\d{4}(?![\w-])"), "[number]"),
    (re.compile(r"(?<![\w$.,])(?:\+?1[ .-]?)?(?:\(\d{3}\)\s?|\d{3}[ .-])\d{3}[ .-]\d{4}(?!\w)"), "[phone]"),
    (re.compile(r"(?<![\w$.,-])\d{4}[- ]\d{4}(?:[- ]\d{2,4}){0,3}(?![\w-])"), "[number]"),
    (re.compile(r"(?<!\w)(?:\*{2,8}|[xX]{2,8}|\.{3}|…)[- ]?\d{3,6}(?!\w)"), "[number]"),
    (re.compile(r"(?<![\w$.,])[A-Za-z]{1,3}-?\d{7,16}(?!\w)"), "[number]"),
    (
        re.compile(r"(?<![\w$.,])(?<!\$ )\d{8,19}(?![\w]|[,.]\d)(?!\s{0,2}(?:shares?|sh|dollars?|usd)\b)", re.I),
        "[number]",
    ),
    (re.compile(r"\b(ending in|account (?:number|no\.?|#)|acct\.? ?#?) ?\d{3,19}\b", re.I), r"\1 [number]"),
)


class Redactor:
    """Replaces what is private in one session; rebuilt when its labels change.

    What it hid it keeps, as each request holds what the one before held.

    Args:
        labels: Private string to label.
        securities: Names of securities held, which stay as they are.
        symbols: Symbols held, which stay as they are when in upper case.
        display: Label to what the person reads, where it differs from the private string.
    """

    def __init__(
        self,
        labels: Mapping[str, str],
        securities: Iterable[str] = (),
        symbols: Iterable[str] = (),
        display: Mapping[str, str] | None = None,
    ) -> None:
        self._shown = {**{label: private for private, label in reversed(list(labels.items()))}, **(display or {})}
        self._exact, parts = forms_of(labels)
        whole = [text.lower() for text in labels]
        kept = {name for name in securities if len(name) > 2 and not any(text in name.lower() for text in whole)}
        self._symbols = frozenset(symbols)
        self._parts = parts
        terms = sorted({*self._exact, *parts}, key=len, reverse=True)
        guard = "|".join([_PROTECTED, *(re.escape(name) for name in sorted(kept, key=len, reverse=True))])
        pattern = "|".join(re.escape(term) for term in terms) or r"(?!)"
        self._terms = re.compile(rf"(?P<keep>{guard})|(?<!\w)(?P<term>{pattern})(?!\w)", re.I)
        self.hide = lru_cache(_KEPT_TEXTS)(self._hide)
        self.hide_json = lru_cache(_KEPT_TEXTS)(self._hide_json)

    def _hide(self, text: str) -> str:
        """Replace names, numbers and paths by labels."""
        return self._hide_patterns(self._terms.sub(self._replace, text))

    def _hide_json(self, text: str) -> str:
        """Replace inside the strings of a JSON text; ids, symbols and figures stay. Other text is hidden whole."""
        try:
            found = json.loads(text)
        except ValueError:
            return self.hide(text)
        return json.dumps(self.hide_value(found), ensure_ascii=False, separators=(",", ":"))

    def hide_value(self, value: Any, key: str = "") -> Any:
        """Replace inside nested lists and dicts."""
        if isinstance(value, dict):
            keys = {name: self.hide(name) if key in _KEYED_BY_PERSON else name for name in value}
            return {keys[name]: self.hide_value(item, name) for name, item in value.items()}
        if isinstance(value, list | tuple):
            return [self.hide_value(item, key) for item in value]
        if not isinstance(value, str) or key in _OPAQUE_KEYS:
            return value
        figure = _NUMBER.fullmatch(value) and key.rsplit("_", 1)[-1] in _UNITS
        return value if figure else self.hide(value)

    def show(self, text: str) -> str:
        """Put display names, escaped, in place of labels."""
        return _LABEL.sub(lambda found: self._name(found[0]), text)

    def show_plain(self, text: str) -> str:
        """Put display names in place of labels without escaping, for places that render no Markdown."""
        return _LABEL.sub(lambda found: self._shown.get(found[0], found[0]), text)

    def show_value(self, value: Any) -> Any:
        """Put display names in place of labels inside nested lists and dicts; ids stay."""
        if isinstance(value, dict):
            return {key: item if key == "id" else self.show_value(item) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return [self.show_value(item) for item in value]
        return self.show_plain(value) if isinstance(value, str) else value

    def _name(self, label: str) -> str:
        private = self._shown.get(label)
        return label if private is None else escape_name(private)

    def _hide_patterns(self, text: str) -> str:
        if not _ANY.search(text):
            return text
        pieces = re.split(f"({_PROTECTED})", text)
        for place in range(0, len(pieces), 2):
            for pattern, label in _PATTERNS:
                pieces[place] = pattern.sub(label, pieces[place])
        return "".join(pieces)

    def _replace(self, found: re.Match[str]) -> str:
        term = found["term"]
        if term is None or term in self._symbols:
            return found[0]
        key = term.lower()
        if key in self._exact:
            return self._exact[key]
        return self._parts[key] if self._is_name(found, key) else term

    def _is_name(self, found: re.Match[str], key: str) -> bool:
        if key not in WORDLIKE:
            return True
        before = found.string[: found.start()].rstrip(" ")
        return found["term"][:1].isupper() and bool(before) and before[-1] not in ".!?\n:|"


def redactor_for(session: Session) -> Redactor:
    """Return the redactor of a session as it stands."""
    household = session.household
    names = tuple(known.name for known in household.securities.values()) if household else ()
    display = tuple((one.id, one.name) for one in household.accounts if one.name) if household else ()
    return _redactor(tuple(session.labels.items()), names, tuple(household.symbols) if household else (), display)


@lru_cache(16)
def _redactor(
    labels: tuple[tuple[str, str], ...],
    securities: tuple[str, ...],
    symbols: tuple[str, ...],
    display: tuple[tuple[str, str], ...],
) -> Redactor:
    return Redactor(dict(labels), securities, symbols, dict(display))
