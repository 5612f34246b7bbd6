"""Facts and limits stated in passing: the person's situation, targets, account types and wishes for a plan."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from assistant.builtin.lexicon import fields
from assistant.builtin.marked import Marked
from assistant.builtin.numbers import plain
from assistant.builtin.request import Slots

_EVERY = r"(?:a|per|each|every|the)"
_PERIODS = {
    12: rf"{_EVERY} month|monthly",
    26: r"every (?:two|other|@num\d+) weeks?|biweekly|bi weekly|a fortnight",
    52: rf"{_EVERY} week|weekly",
}
_MONEY = {
    "income",
    "carryforward",
    "max_gain",
    "min_trade",
    "max_tax",
    "deductions",
    "interest",
    "cash_target",
    "charity",
}
_SHARE = {"rate", "max_drawdown", "max_weight", "max_turnover", "tracking_error"}
_LISTS = ("exclude", "accounts_left_alone", "accounts_used")
_RETIREMENT = ("traditional_ira", "roth_ira")
_SEVERAL = re.compile(r"\b(?:iras|ira accounts|retirement accounts|sheltered accounts)\b")
_KIND = {"filing_status": "status", "state": "state"}
_THOUSANDS = 1_000  # nobody says an income below this without meaning thousands
_GAIN_RATES = (Decimal(0), Decimal("0.15"), Decimal("0.2"))  # brackets of gains, not of income
_STYLES = ("no_gains", "balanced", "all_the_way")
_ALSO = ("tax_set_aside", "zero_bracket", "stay_invested", "asset_location", "frontier")
_WHETHER = re.compile(
    r"\b(?:reasons?|why|whether|(?:sell|dump|trim|buy|sale) or|(?:should|do|shall) (?:i|we|you)|better|wiser|smarter"
    r"|is it (?:\S+ ){0,2}) (?:to )?$"
)
_OF_GAINS = re.compile(
    r"(?:of |in |on |from )?(?:the |my )?(?:net |capital |realized )?(?:short|long|gains?|profits?|loss|losses) "
)
_PAST_OR_DOUBT = re.compile(
    r"\b(?:(?:i|we|there|it) (?:had|was)|(?:was|were) sold|never (?:sold|had|bought|realized|realised)|last year"
    r"|years? ago|anyway|not sure|unsure|whether|why|dont mind|do not mind|its not|it is not) "
)
_AFTERWARDS = re.compile(r"(?:after|when|once) (?:the |all |paying |our )?(?:tax|irs|uncle|you|that|it)")
_PAY = re.compile(r"\b(?:income|salary|salaries|wages|pay|paycheck|agi|earnings) ")
_OR_SELL = re.compile(r"(?:or|vs|versus) (?:sell|dump|trim|let|not)\b")
_FLAGS = {
    *_ALSO,
    "kept_for_good",
    "no_sells",
    "long_term_only",
    "harvest_only",
    "no_gains",
    "no_carryforward",
    *(f"style_{style}" for style in _STYLES),
}


def take(file: str, marked: Marked) -> Slots:
    """Read every field of ``profile`` or ``wishes`` and cut the words that stated it.

    A repeated limit on holdings or accounts ("leave A and B alone") is collected; else the first statement counts.
    """
    found: Slots = {}
    for name, wordings in fields(file).items():
        while True:
            matches = [match for wording in wordings if (match := wording.find(marked.words))]
            if not matches:
                break
            match = max(matches, key=lambda each: (each.end() - each.start(), -each.start()))
            if _is_not_meant(file, name, match, marked.words):
                break
            value = _value(name, match, marked)
            if value is None:
                break
            if name in _LISTS:
                found[name] = [*found.get(name, []), *(each for each in value if each not in found.get(name, []))]
            else:
                found.setdefault(name, value)
            start = match.start() + max(match[0].rfind("@status"), 0)  # words before the status may state an income
            marked.words = f"{marked.words[:start]}~ {marked.words[match.end() :]}"
            if name not in _LISTS:
                break
    if also := [name for name in _ALSO if found.pop(name, None)]:
        found["also"] = also
    if found.pop("no_carryforward", None):
        found.setdefault("carryforward", "0")
    if found.pop("no_gains", None):
        found.setdefault("max_gain", "0")
    for style in _STYLES:
        if found.pop(f"style_{style}", None):
            found["style"] = style
            if style == "no_gains":
                found.pop("max_gain", None)
    return found


def _is_not_meant(file: str, name: str, match: re.Match[str], words: str) -> bool:
    """Tell whether the words around a wording say that it states nothing."""
    if name == "exclude":
        return _asks_whether(match, words)
    if name == "income":
        return _is_a_gain(match, words)
    if name == "carryforward":
        return bool(_AFTERWARDS.match(words[match.end() :]))  # "22,500 left over after the taxman had his share"
    loose = file == "plan_wishes" or name == "no_sells"
    return loose and bool(_PAST_OR_DOUBT.search(_sentence_of(match, words)))


def _sentence_of(match: re.Match[str], words: str) -> str:
    """Return the sentence that a wording was found in."""
    start, end = words.rfind("~ ", 0, match.start()) + 1, words.find("~ ", match.end())
    return words[start : end if end >= 0 else len(words)]


def _is_a_gain(match: re.Match[str], words: str) -> bool:
    """Tell whether what was made is a gain: "I made 22k long-term"; "income 92k, long-term gain 20k" has an income."""
    return not _PAY.search(match[0]) and bool(_OF_GAINS.match(words[match.end() :]))


def _asks_whether(match: re.Match[str], words: str) -> bool:
    """Tell whether words ask for or against a sale: "any reason not to sell Acme?", "sell or keep Acme?"."""
    return bool(_WHETHER.search(words[: match.start()]) or _OR_SELL.match(words[match.end() :]))


def _value(name: str, match: re.Match[str], marked: Marked) -> Any:
    words = match[0]
    if name in _FLAGS:
        return True
    if name == "exclude":
        return _symbols(match, marked)
    if name in ("accounts_left_alone", "accounts_used"):
        several = [*_RETIREMENT] if _SEVERAL.search(words) else []
        return several + [marked.values[mark] for mark in re.findall(r"@(?:acct|type)\d+", words)]
    if name in ("max_trades", "horizon"):
        kinds: tuple[str, ...] = ("num", "shares")
    elif name in _MONEY:
        kinds = ("usd", "num", "pct") if name == "cash_target" else ("usd", "num")
    elif name in _SHARE:
        kinds = ("pct", "frac", "num")
    else:
        kinds = (_KIND[name],)
    values = [value for kind in kinds for value in marked.of(kind, words)]
    said = (
        next(iter(values), None) if name == "carryforward" else next(iter(values[::-1]), None)
    )  # a year may follow what is left
    return scaled(name, said, words) if said else None


def yearly(income: str, marked: Marked) -> str:
    """Return an income for the year where it was said by the month or week: "I make 3,500 a month"."""
    for mark, value in marked.values.items():
        if Decimal(income) == Decimal(value) if mark.startswith(("@usd", "@num")) else False:
            for times, period in _PERIODS.items():
                if re.search(rf"{mark} (?:dollars )?(?:{period}) ", marked.whole):
                    return plain(Decimal(income) * times)
    return income


def scaled(name: str, value: str, words: str) -> str | None:
    """Read "the 32 bracket" as 32 % and "we make two ten" as 210 thousand."""
    if name not in _MONEY | _SHARE:
        return value
    number = Decimal(value)
    if name in _SHARE and number > 1:
        number, value = number / 100, plain(number / 100)
    if name == "rate" and number in _GAIN_RATES:
        return None
    small = name == "income" and number < _THOUSANDS and "@num" in words
    return plain(number * 1_000) if small else value


def _symbols(match: re.Match[str], marked: Marked) -> list[str] | None:
    tail = re.match(r"(?:(?:and|or|nor) (?:my )?@sym\d+ )+", marked.words[match.end("symbol") + 1 :])
    said = match["symbol"] + " " + (tail[0] if tail else "")
    known = [marked.values[mark] for mark in re.findall(r"@(?:sym|name|lot)\d+", said)]
    return known or [match["symbol"]]


def account_types(marked: Marked) -> list[tuple[str, str]]:
    """Read "acct-1 is taxable, acct-2 is a Roth" as pairs of account and type."""
    pairs: list[tuple[str, str]] = []
    between = r"(?:both )?(?:is|are|was|means|should be|it is|its)? ?(?:an? |my |our |the |both |all |also )*"
    joined = rf"((?:@acct\d+ (?:and |~ )?)+){between}(@type\d+)"
    for found in re.finditer(joined, marked.words):
        kind = marked.values[found[2]]
        pairs += [(marked.values[account], kind) for account in re.findall(r"@acct\d+", found[1])]
    return pairs
