"""What an amount is about: a price, a gain tried out, a loss to list, or no amount that can be used."""

from __future__ import annotations

import re
from decimal import Decimal

from assistant.builtin.marked import Marked
from assistant.builtin.request import Slots

_VALUE = r"(?P<value>@(?:usd|num)\d+) "
_PRICE = [
    re.compile(
        r"\b(?:falls?|fell|drops?|dropped|goes|go|went|rises?|rose|climbs?|climbed|jumps?|jumped|hits?"
        r"|reach(?:es)?|recovers?|recovered|slides?|tanks?|sinks?|moves?|runs?|bounces?|comes|came) "
        rf"(?:back |all the way )?(?:up |down )?(?:to |at ){_VALUE}"
    ),
    re.compile(rf"\b(?:hits?|reach(?:es)?|touch(?:es)?|(?:gets?|got) (?:back )?(?:up |down )?to) {_VALUE}"),
    re.compile(rf"\b(?:was|were|is|be|trading|trades|sits|stood|stands|priced) (?:\S+ )?at {_VALUE}"),
    re.compile(rf"\b(?:at|for) {_VALUE}(?:a|per|each|apiece) (?:share|piece)?"),
    re.compile(rf"\b(?:at|for) {_VALUE}(?:each|apiece)"),
    re.compile(rf"\bprice (?:of|is|was|were|at|hits|to) {_VALUE}"),
    re.compile(r"@sym\d+ at (?P<value>@(?:usd|num)\d+) "),
    re.compile(r"\b(?:at) (?P<value>@usd\d+) $"),
]
_GAIN = [
    re.compile(
        rf"{_VALUE}(?:of |in |worth of |more |more in |extra )?"
        rf"(?:(?!and |but |or |then )\S+ ){{0,2}}?(?:gains?|profits?|losse?s?) "
    ),
    re.compile(
        rf"\b(?:gains?|profits?|losse?s?|ltcg|stcg) (?:of |is |was |at |comes to |to )?(?:about |around )?{_VALUE}"
    ),
]
_OF_TERM = re.compile(rf"{_VALUE}(?:of |in |worth of )?(?:short|long|st|lt) term ")
_EACH = re.compile(
    rf"{_VALUE}(?:of |in |worth of |more |extra )?(?P<term>short|long|st|lt)(?: term|cg)? (?P<loss>losse?s? )?"
)
_TERM_FIRST = re.compile(
    rf"\b(?P<term>short|long|st|lt) (?:term )?(?P<kind>gains?|losse?s?|profits?) (?:of |is |was |at |about )*{_VALUE}"
)
_LOST = re.compile(rf"\b(?:lost|lose) (?:about |around |some )?{_VALUE}")
_KEPT = re.compile(r"\b(?:keep|kept|held|hold|owned|had) (?:\S+ ){0,3}(@num\d+) months ")
_SHORT = re.compile(r"\b(?:short term|short|stcg) ")
_LONG = re.compile(r"\b(?:long term|long|ltcg) ")
_YEAR = 12  # months
_LOSS = re.compile(r"\bloss")
_LEAST = re.compile(
    r"\b(?:over|above|more than|at least|bigger than|larger than|greater than|minimum|min|exceed\w*|north of|from"
    r"|beyond|of) (?:about |around )?@(?:usd|num|pct)\d+ "
    r"|@(?:usd|num|pct)\d+ (?:or more|and up|plus|minimum|or bigger|or larger) "
)
_CRUMBS = re.compile(
    r"\b(?:skip|ignore|without|drop|leave out|forget|crumbs) (?:\S+ ){0,4}"
    r"(?:under|below|less than) @(?:usd|num|pct)\d+ "
    r"|\b(?:under|below|less than) @(?:usd|num|pct)\d+ (?:\S+ ){0,3}(?:isnt|is not|not|arent) worth "
)
_BOUGHT = re.compile(r"(?<=\bbought )(?:another |some |about )?@(?:num|shares)\d+")


def price_in(words: str, marked: Marked) -> tuple[str | None, str]:
    """Return the price that a sale is tried at, and the words without it."""
    for pattern in _PRICE:
        if found := pattern.search(words):
            place = found.start("value"), found.end("value")
            return marked.values[found["value"]], f"{words[: place[0]]}~{words[place[1] :]}"
    return None, words


def gain_in(words: str, marked: Marked) -> Slots:
    """Return a gain (negative: a loss) that is tried out, under the term that was said; long-term where none was."""
    each = {found["term"][0]: found for found in _TERM_FIRST.finditer(words)}
    each |= {found["term"][0]: found for found in _EACH.finditer(words) if found["term"][0] not in each}
    if len(each) > 1:  # "40k long, 5k short", "a short-term loss of 6,200 and 19k long-term"
        signed = {term: _sign(found, words) + marked.values[found["value"]] for term, found in each.items()}
        return {"gain": signed["l"].lstrip("-"), "long_term": signed["l"], "short_term": signed["s"]}
    lost = _LOST.search(words)
    found = lost or next((match for pattern in (*_GAIN, _OF_TERM) if (match := pattern.search(words))), None)
    if found is None:
        return {}
    sign = "-" if lost or _LOSS.search(found[0]) else ""
    kept = _KEPT.search(words)
    short = _SHORT.search(words) or (kept and Decimal(marked.values[kept[1]]) < _YEAR)
    term = "short_term" if short and not _LONG.search(words) else "long_term"
    return {"gain": marked.values[found["value"]], term: sign + marked.values[found["value"]]}


def _sign(found: re.Match[str], words: str) -> str:
    said = found.groupdict()
    if re.search(r"\b(?:lost|lose|down) (?:about |around )?$", words[: found.start("value")]):
        return "-"
    return "-" if _LOSS.search(said.get("loss") or said.get("kind") or "") else ""


def dividends_in(words: str, marked: Marked) -> Slots:
    """Return qualified dividends that are named with their amount."""
    found = re.search(rf"{_VALUE}(?:of |in |worth of )?(?:qualified )?dividends? ", words)
    return {"qualified_dividends": marked.values[found["value"]]} if found else {}


def names_least(words: str) -> bool:
    """Tell whether an amount is the least that counts, as in "over 3k" or "2,500 and up"."""
    return bool(_LEAST.search(words) or _CRUMBS.search(words))


def without_bought(words: str) -> str:
    """Drop the number of shares bought where it is a sale that is asked about."""
    return _BOUGHT.sub("~", words) if re.search(r"\b(?:sell|selling|loss|losses|harvest|harvesting) ", words) else words
