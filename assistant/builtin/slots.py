"""The values of a request under the names that tools use, and what "that one" means."""

from __future__ import annotations

import re

from assistant.builtin.amounts import dividends_in, gain_in, names_least, price_in, without_bought
from assistant.builtin.context import Context, Done, Json
from assistant.builtin.focus import focus_of, symbol_of_lot
from assistant.builtin.lexicon import word_list
from assistant.builtin.marked import Marked
from assistant.builtin.request import Slots

_TERM = re.compile(r"\b(short|long) (?:term )?")
_ALL_BUT = re.compile(
    r"\b(?:all|every share|everything) (?:but|except|save) (?:for )?(?:the last |about )?(@(?:num|shares)\d+) "
)
_COMPARES = re.compile(r"\b(?:compare|comparing|compared|versus|vs|or|against|difference|better) ")
_SOME = re.compile(r"\b(?:some|a bit|a little|a little bit|part) (?:of |more )?(?:the |my |our |that |this )?@sym")
_OWNERS = re.compile(r"\b(person-\d+)s (?:account |(?:too |please |then |~ )*$)")
_PLACES = ("first", "second", "third", "fourth", "fifth")
_PLACE = re.compile(r"\b(first|second|third|fourth|fifth|last) (?:one|trade|sale|lot|of (?:those|them))\b")


def slots_of(words: str, marked: Marked, context: Context) -> Slots:
    """Collect the values said in some words, under the names that tools use."""
    slots: Slots = {}
    for kind, name in (
        ("sym", "symbol"),
        ("lot", "lot"),
        ("acct", "account"),
        ("date", "date"),
        ("method", "lot_method"),
        ("price", "price"),
    ):
        if values := marked.of(kind, words):
            slots[name] = values[0]
            if name == "lot_method" and len(set(values)) > 1 and _COMPARES.search(words):
                slots["lot_methods"] = list(dict.fromkeys(values))
            if name == "symbol" and len(set(values)) > 1:
                slots["symbols"] = list(dict.fromkeys(values))
                amounts = [marked.values[each] for each in re.findall(r"@(?:num|shares)\d+", words)]
                if len(amounts) == len(slots["symbols"]):
                    slots["each_shares"] = dict(zip(slots["symbols"], amounts, strict=True))
    if unwanted := re.findall(r"\b(?:not|nothing|except|neither|no) (?:the |my )?(@sym\d+)", words):
        left = list(re.findall(r"@sym\d+", words))
        for mark in unwanted:
            left.remove(mark)
        wanted = [marked.values[mark] for mark in left]  # "something like A, but not A": like A
        slots["exclude"] = [each for mark in unwanted if (each := marked.values[mark]) not in wanted]
    price, words = price_in(words, marked)
    if price is not None:
        slots["price"] = price
    slots |= gain_in(words, marked) | dividends_in(words, marked)
    if names_least(words):
        slots["least"] = True
    words = without_bought(words)
    words = re.sub(
        r"(?<=\bday )@num\d+|@num\d+(?= (?:days?|weeks?|months?|years?|times?|ways?) )", "~", words
    )  # a length of time is no number of shares
    for kind in ("shares", "usd", "pct", "frac", "num", "type", "vague"):
        if values := marked.of(kind, words):
            slots[kind] = values[0]
    if "gain" in slots and (others := [usd for usd in marked.of("usd", words) if usd != slots["gain"]]):
        slots["usd"] = others[0]  # "losses to set against 18k, each at least 1k"
    if len(days := marked.of("date", words)) > 1 and days[0].endswith("-01") and days[1][:7] == days[0][:7]:
        slots["date"] = days[1]  # "after new year, January 4 or so"
    elif to_come := [day for day in days if (as_of := context.session.as_of) and day >= as_of.isoformat()]:
        slots["date"] = to_come[0]  # "the car died yesterday, what if I sell on Monday?"
    if re.search(r"(?:^| )(?:all|everything|whole|entire|every last|completely|entirely|100 percent) ", words):
        slots["all"] = True
    if spared := _ALL_BUT.search(words):
        slots["all_but"] = marked.values[spared[1]]
    if _SOME.search(words):
        slots.setdefault("vague", "1")
    if re.search(r"(?:^| )(?:net|clear|pocket|after tax|walk away with) (?:\S+ ){0,2}@usd", words):
        slots["net"] = True
    if re.search(r"@(?:usd|num)\d+ (?:\S+ ){0,2}after tax", words):
        slots |= {"usd": slots.get("usd") or slots.pop("num"), "net": True}
    if found := _TERM.search(words):
        slots["term"] = f"{found[1]}_term"
    if values := marked.of("status", words):
        slots["status"] = values[0]
    _by_place(slots, words, context)
    if named := asset_class_in(words):
        slots["asset_class"] = named
    _by_purchase(slots, words, context)
    _by_owner(slots, words, context)
    if "lot" in slots and "symbol" not in slots and (symbol := symbol_of_lot(slots["lot"], context)):
        slots["symbol"] = symbol
    return slots


def _by_place(slots: Slots, words: str, context: Context) -> None:
    """Read "the first one" as that row of the latest list."""
    said = _PLACE.search(words)
    if said is None or "symbol" in slots:
        return
    place = _PLACES.index(said[1]) + 1 if said[1] in _PLACES else -1
    slots["ordinal"] = place
    rows = next(
        (rows for turn in reversed(context.earlier) for done in reversed(turn.done) if (rows := _rows(done))), []
    )
    if len(rows) >= abs(place):
        row = rows[place - 1 if place > 0 else place]
        slots |= {key: str(row[key]) for key in ("symbol",) if row.get(key)}


def _rows(done: Done) -> list[Json]:
    found: list[Json] = next((done.result[key] for key in ("lots", "trades", "holdings") if done.result.get(key)), [])
    return [row for row in found if isinstance(row, dict)]


def account_of_type(slots: Slots, context: Context) -> str | None:
    """Return the only account of a kind; "her IRA" may be a Roth when there is no other."""
    kind = str(slots["type"])
    rows = [row for row in context.session.accounts if row.get("type") == kind]
    if not rows and "ira" in kind:
        rows = [row for row in context.session.accounts if "ira" in str(row.get("type"))]
    return str(rows[0]["id"]) if len(rows) == 1 else None


def asset_class_in(words: str) -> str | None:
    """Return the asset class that is named; all stocks together are none."""
    for name, phrases in word_list("words")["asset_class"].items():
        if name not in ("stocks", "cash") and any(f" {phrase} " in f" {words}" for phrase in phrases):
            return str(name)
    return None


def _by_purchase(slots: Slots, words: str, context: Context) -> None:
    """Read "the lot from March 7" as a lot named by its day of purchase, not as the day of a sale."""
    as_of = context.session.as_of
    past = as_of is not None and str(slots.get("date", "9")) < as_of.isoformat()
    if past and re.search(r"\b(?:lots?|ones?|bought|purchased|acquired) (?:\S+ ){0,3}@date", words):
        slots["lot"] = slots.pop("date")


def _by_owner(slots: Slots, words: str, context: Context) -> None:
    """Find the account that a person and a kind name together, or the only one of a person: "and Alex's?"."""
    if "account" in slots:
        return
    if (alone := _OWNERS.search(words)) and "type" not in slots:
        own = [row for row in context.session.accounts if row.get("owner") == alone[1]]
        slots |= {"account": str(own[0]["id"])} if len(own) == 1 else {}
        return
    said = re.search(r"\b(person-\d+)s? (?:\S+ ){0,2}@type", words)
    if said is None:
        return
    family = "ira" if "ira" in str(slots.get("type")) else str(slots.get("type"))
    own = [row for row in context.session.accounts if row.get("owner") == said[1]]
    found = [row for row in own if family in str(row.get("type"))]
    if len(found) == 1:
        slots["account"] = str(found[0]["id"])


def meant(said: str, marked: Marked, context: Context) -> Slots:
    """Return the holding or lot behind a name or a pronoun."""
    if said.startswith("@name"):
        return {"symbol": marked.values[said].upper() if len(marked.values[said]) < 3 else marked.values[said]}
    focus = focus_of(context)
    if not focus:
        return {"unresolved": said}
    if "lot" in said and focus.get("lot"):
        return {key: focus[key] for key in ("symbol", "lot") if focus.get(key)}
    return {"symbol": focus["symbol"]} if focus.get("symbol") else {"unresolved": said}


def resolved(said: list[str], marked: Marked, context: Context) -> tuple[list[str], list[str]]:
    """Tell holdings from lots among the things to leave alone."""
    symbols, lots = [], []
    named = [value for name, value in marked.values.items() if name.startswith("@sym")]
    for each in said:
        if each.startswith("lot-"):
            lots.append(each)
        elif re.fullmatch(r"(?:that|this|it|them|those|these|same)\b.*", each):
            focus = focus_of(context)
            if "lot" in each and focus.get("lot"):
                lots.append(focus["lot"])
            elif len(named) == 1:
                symbols.append(named[0])
            elif focus.get("symbol"):
                symbols.append(focus["symbol"])
        else:
            symbols.append(each)
    return symbols, lots
