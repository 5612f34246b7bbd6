"""Arithmetic on figures that were just shown: which of them, and how they are put together."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from assistant.builtin.arguments import Rule
from assistant.builtin.context import Call, Context, Done, Json
from assistant.builtin.request import Slots, Understanding

_NAMES = (
    (r"after[ -]tax|net|take home|in (?:my |our )?(?:hand|pocket)|keep|left over|stays?", ("net_usd",)),
    (r"tax(?:es)?|irs|owed?", ("extra_tax_usd", "tax_usd")),
    (r"proceeds|brings?|sale price", ("proceeds_usd",)),
    (r"paid|cost|basis|invested|put in", ("basis_usd",)),
    (r"sav(?:ed?|es|ings?)", ("saved_usd",)),
    (r"gains?|profits?|loss(?:es)?", ("gain_usd", "usable_loss_usd", "loss_usd", "long_gain_usd")),
    (r"worth|values?|positions?|holdings?|funds?|stocks?|shares", ("value_usd", "proceeds_usd")),
)
"""What figures are called, and their keys in the results; the first that fits counts."""

_MAIN = {
    "simulate_sale": ("proceeds_usd", "gain_usd"),
    "estimate_tax": ("extra_tax_usd", "tax_usd"),
    "show_holdings": ("value_usd",),
    "find_harvestable_losses": ("usable_loss_usd", "loss_usd"),
    "optimize_trades": ("saved_usd",),
}
_ALL = re.compile(r"\b(?:everything|portfolio|total|household|all (?:i|we) (?:have|own)|net worth|whole)\b")
_LESS = re.compile(r"\b(?:minus|less|after subtracting|take away)\b")


def worked_out(kind: str, context: Context) -> list[Call]:
    """Return the calculation that a message asks for, none when its figures were not shown.

    Args:
        kind: ``add_up``, ``difference`` or ``ratio``.
        context: The conversation: the figures are those of its latest results.
    """
    words = context.turn.said.casefold()
    if latest(context) is None:
        return []
    made = {"add_up": _sum, "difference": _difference, "ratio": _ratio}[kind](words, context)
    return [Call("calculate", {"expression": made})] if made else []


_EXTRA = re.compile(r"\b(?:extra|additional|second) (?:\S+ ){0,3}(?:costs?|saves?|adds?|brings?) ")


def subtracts(words: str, context: Context) -> bool:
    """Tell whether one figure that was just shown shall be taken from another: "proceeds minus tax"."""
    done, sides = latest(context), _LESS.split(words, maxsplit=1)
    if _EXTRA.search(words):
        return len(_several("", context)) == 2
    return done is not None and len(sides) == 2 and all(named_figure(side, done) for side in sides)


def calculation(kind: str) -> Rule:
    """Return the rule of a kind of calculation."""
    return lambda slots, understood, context: worked_out(kind, context)


def calculated(slots: Slots, understood: Understanding, context: Context) -> list[Call]:
    """Work out an expression that was read already."""
    return [Call("calculate", {"expression": slots["expression"]})]


def _results(context: Context) -> Iterator[Done]:
    """Yield what tools found, the latest first, as long as it has figures."""
    for turn in reversed(context.earlier):
        for done in reversed(turn.done):
            if done.call.tool in _MAIN and "error" not in done.result:
                yield done


def latest(context: Context) -> Done | None:
    """Return the last turn's result when it has a figure of its own."""
    last = context.earlier[-1] if context.earlier else None
    return next((done for done in reversed(last.done) if done.call.tool in _MAIN), None) if last else None


def _row(done: Done) -> Json:
    """Return the row whose figures are meant: a single holding's, else the result itself."""
    rows = done.result.get("holdings") or []
    return rows[0] if done.call.tool == "show_holdings" and len(rows) == 1 else done.result


def _first(row: Json, keys: tuple[str, ...]) -> str | None:
    key = next((key for key in keys if row.get(key) is not None), None)
    return f"{row['id']}.{key}" if key else None


def main_figure(done: Done) -> str | None:
    """Return the figure that a result is about."""
    return _first(_row(done), _MAIN[done.call.tool])


def named_figure(words: str, done: Done) -> str | None:
    """Return the figure of a result that the words name."""
    keys = _keys(words)
    return _first(_row(done), keys) if keys else None


def names_a_figure(words: str) -> bool:
    """Tell whether words name a figure: "the tax", "what I paid"."""
    return bool(_keys(words))


def per_share(done: Done) -> str | None:
    """Return the number of shares that a result is about."""
    return _first(_row(done), ("sold_shares", "held_shares"))


def _keys(words: str) -> tuple[str, ...]:
    """Return the keys of what the words name, none when they name nothing."""
    return next((keys for name, keys in _NAMES if re.search(rf"\b(?:{name})\b", words)), ())


def _total(context: Context) -> str | None:
    """Return the value of everything, where it was shown."""
    for done in _results(context):
        if done.call.tool == "show_holdings" and done.result.get("complete"):
            return f"{done.result['id']}.value_usd"
    drifts = [done for turn in context.earlier for done in turn.done if done.call.tool == "compute_drift"]
    return f"{drifts[-1].result['id']}.value_usd" if drifts and drifts[-1].result.get("value_usd") else None


def _ratio(words: str, context: Context) -> str | None:
    done = next(_results(context), None)
    if done is None:
        return None
    before, _, after = words.rpartition(" of ")
    if _ALL.search(after or words):
        weight = _first(_row(done), ("weight_frac",)) if not named_figure(before, done) or "value" in words else None
        total, part = _total(context), named_figure(before, done) or main_figure(done)
        shown = _first(_row(done), ("weight_frac",))
        return weight or (f"{part} / {total}" if part and total else shown)
    whole = named_figure(after, done) if after else None
    part = named_figure(before, done)
    if (_keys(after) and whole is None) or (_keys(before) and part is None):
        return None
    if whole is None and part is None and done.call.tool != "simulate_sale":
        return None
    part = part if part and part != whole else _first(_row(done), ("gain_usd",))
    whole = whole or _first(_row(done), ("basis_usd",))
    return f"{part} / {whole}" if part and whole and part != whole else None


def _several(words: str, context: Context) -> list[str]:
    """Return the same figure of the results shown last: of the rows of one, or of one a turn."""
    found: list[str] = []
    tool = None
    for done in _results(context):
        if tool not in (None, done.call.tool):
            break
        tool = done.call.tool
        keys = _keys(words) or _MAIN[tool]
        rows = done.result.get("holdings") if tool == "show_holdings" else None
        rows = rows or (_usable(done) if tool == "find_harvestable_losses" and not found else None) or [done.result]
        ids = [figure for row in rows if (figure := _first(row, keys))]
        found = ids + found
        if len(found) > 1:
            break
    pair = re.search(r"\b(?:both|two|pair)\b", words)
    return found[:2] if pair and tool == "find_harvestable_losses" else found


def _usable(done: Done) -> list[Json]:
    """Return the lots with a loss, the largest first."""
    lots = [row for row in done.result.get("lots") or [] if row.get("loss_usd") is not None]
    return sorted(lots, key=lambda row: -abs(Decimal(str(row["loss_usd"]))))


def _sum(words: str, context: Context) -> str | None:
    parts = _several(words, context)
    return " + ".join(parts) if len(parts) > 1 else None


def _difference(words: str, context: Context) -> str | None:
    done = next(_results(context), None)
    split = _LESS.split(words, maxsplit=1)
    if done is not None and len(split) == 2:
        one, other = named_figure(split[0], done), named_figure(split[1], done)
        if one and other and one != other:
            return f"{one} - {other}"
    parts = _several("" if _EXTRA.search(words) else words, context)
    later = parts[::-1] if re.search(r"\b(?:extra|additional|more|increase|bigger)\b", words) else parts
    return f"{later[0]} - {later[1]}" if len(parts) == 2 else None
