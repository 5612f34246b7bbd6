"""Tools about the person: what they said of themselves, their tax this year, and arithmetic on facts."""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal, DivisionByZero, InvalidOperation
from typing import Any, Literal

from assistant.session import Session
from assistant.toolbox import words
from assistant.toolbox.caveats import tax_notes
from assistant.toolbox.result import Result, open_desk
from assistant.toolbox.wishes import merge_wishes, wish_words
from tools.errors import BadRequest, NotYet, UnknownThing
from tools.facts import Fact, Json, Unit, Value
from tools.household.targets import parse_targets
from tools.model import FilingStatus, Investor
from tools.money import ZERO
from tools.tax.law import law_for
from tools.tax.year import Gains, change_range, marginal, room, situations

Status = Literal["single", "married_joint", "married_separate", "head_of_household", "surviving_spouse"]
_STATE = re.compile(r"[A-Za-z]{2}")
_FACT_ID = re.compile(r"[A-Za-z][\w.\-]*")
_OPERATORS: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
PLAIN_NUMBERS = (2, 4, 12, 100)
"""Halves, quarters, months and percent; any other number has to be a fact."""


class Person:
    """Tools around the investor of one conversation."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def set_profile(
        self,
        filing_status: Status | None = None,
        state: str | None = None,
        income: float | None = None,
        rate: float | None = None,
        carryforward: float | None = None,
        targets: dict[str, float] | None = None,
        max_weight: float | None = None,
        max_drawdown: float | None = None,
        horizon: float | None = None,
        charity: str | None = None,
        notes: str | None = None,
        max_gain: float | None = None,
        min_trade: float | None = None,
        exclude: list[str] | None = None,
        lots_locked: list[str] | None = None,
        harvest_only: bool | None = None,
    ) -> Result:
        """Remember the person's situation, targets and wishes, and say what changed.

        Args:
            filing_status: Federal filing status.
            state: Two-letter state of residence.
            income: Ordinary income of the year in dollars, before deductions and without investment gains.
            rate: Marginal federal bracket, such as 0.32.
            carryforward: Unused capital losses from earlier years, in dollars.
            targets: Symbol or asset class to weight, summing to 1.
            max_weight: Highest weight of any single name.
            max_drawdown: Not yet.
            horizon: Not yet.
            charity: Not yet.
            notes: Not yet.
            max_gain: Most net gain in dollars that trades may realize.
            min_trade: Smallest order in dollars.
            exclude: Holdings to leave alone.
            lots_locked: Lot ids to keep.
            harvest_only: Keep the present mix and only take losses.
        """
        later = {"max_drawdown": max_drawdown, "horizon": horizon, "charity": charity, "notes": notes}
        given = [name for name, value in later.items() if value is not None]
        if given:
            raise NotYet(f"I can't use {', '.join(given)} yet.", "Leave that out.")
        session = self._session
        desk = open_desk(session, "set_profile", "profile", filing_status=filing_status, state=state, rate=rate)
        held = session.household.symbols if session.household else ()
        before = session.investor
        said: dict[str, Any] = {
            "filing_status": FilingStatus(filing_status) if filing_status else None,
            "state": _state(state),
            "income_usd": words.amount(income, "income"),
            "rate_frac": words.fraction(rate, "rate"),
            "targets": parse_targets(targets, (*held, "stocks")) if targets else None,
        }
        lost = words.amount(carryforward, "carryforward")
        if lost is not None:
            said |= {"long_carryover_usd": lost, "short_carryover_usd": ZERO}
            desk.notes.append("I take the carryover as long-term; tell me if part of it is short-term.")
        if income is not None:
            said["rate_frac"] = said["rate_frac"] or ZERO
        changes = {name: value for name, value in said.items() if value is not None}
        after = replace(before, **changes)
        session.investor = replace(after, rate_frac=after.rate_frac or None)
        situations(session.investor, law_for(session.tax_year))
        wished = {
            "max_weight_frac": words.fraction(max_weight, "max_weight"),
            "max_gain_usd": words.amount(max_gain, "max_gain"),
            "min_trade_usd": words.amount(min_trade, "min_trade"),
            "harvest_only": harvest_only,
        }
        if any(value is not None for value in (*wished.values(), exclude, lots_locked)):
            session.wishes = merge_wishes(session, wished, exclude, lots_locked)
        if targets or max_weight is not None:
            session.wishes = replace(session.wishes, harvest_only=False)
        figures = {
            "income_usd": session.investor.income_usd if income is not None else None,
            "rate_frac": session.investor.rate_frac if rate is not None else None,
            "carryover_usd": lost,
        }
        body = desk.book.row("", figures, of="You said")
        body["changed"] = [*sorted(_names(changes, wished, exclude, lots_locked))]
        body |= {"filing_status": filing_status, "state": session.investor.state if state else None}
        body["targets_set"] = [
            desk.book.row(t.key, {"target_frac": t.weight_frac}, entity=t.key, of="Target", key=t.key)
            for t in (session.investor.targets if targets else ())
        ]
        body["wishes"] = list(wish_words(session.wishes, session.household, desk.book))
        if max_weight is not None or targets or harvest_only:
            session.pending = None
        return desk.result(body)

    def estimate_tax(
        self,
        year: int | None = None,
        income: float | None = None,
        filing_status: Status | None = None,
        state: str | None = None,
        rate: float | None = None,
        short_term: float | None = None,
        long_term: float | None = None,
        qualified_dividends: float | None = None,
        carryforward: float | None = None,
    ) -> Result:
        """Estimate the year's federal tax, the rate on the next dollars of gain, room in the 0 and 15 % brackets.

        Args:
            year: Tax year; leave out for this year.
            income: Ordinary income in dollars, if different from what is known.
            filing_status: Filing status, if different.
            state: Two-letter state, if different.
            rate: Marginal federal bracket, if different.
            short_term: Further short-term gain in dollars, negative for a loss.
            long_term: Further long-term gain in dollars, negative for a loss.
            qualified_dividends: Qualified dividends of the year in dollars.
            carryforward: Unused losses from earlier years in dollars.
        """
        session = self._session
        desk = open_desk(session, "estimate_tax", "tax", year=year, income=income, short_term=short_term)
        known = session.investor
        said: dict[str, Any] = {
            "income_usd": words.amount(income, "income"),
            "filing_status": FilingStatus(filing_status) if filing_status else None,
            "state": _state(state),
            "rate_frac": words.fraction(rate, "rate"),
            "qualified_dividends_usd": words.amount(qualified_dividends, "qualified_dividends"),
            "long_carryover_usd": words.amount(carryforward, "carryforward"),
        }
        investor = replace(known, **{name: value for name, value in said.items() if value is not None})
        law = law_for(year or session.tax_year)
        gains = Gains(_signed(short_term, "short_term"), _signed(long_term, "long_term"))
        tax = change_range(investor, gains, law)
        figures: dict[str, Value | None] = {
            "short_gain_usd": tax.low.with_.short_gain_usd,
            "long_gain_usd": tax.low.with_.long_gain_usd,
        }
        if tax.exact:
            figures |= _exact(investor, gains, law)
            asked = short_term is not None or long_term is not None
            figures["extra_tax_usd"] = tax.low.extra_tax_usd if asked else None
        else:
            ends = sorted((tax.low.extra_tax_usd, tax.high.extra_tax_usd))
            figures |= {"extra_tax_low_usd": ends[0], "extra_tax_high_usd": ends[1]}
        tax_notes(desk, year or session.tax_year, investor.state, tax)
        return desk.result(desk.book.row("", figures, of=f"Tax year {law.year}", exact=tax.exact, tax_year=law.year))

    def calculate(self, expression: str) -> Result:
        """Do arithmetic on facts by their ids, for a figure that no tool gives directly.

        Args:
            expression: Fact ids joined by + - * / and parentheses: "plan1.tax_without_usd - plan1.tax_with_usd".
        """
        session = self._session
        desk = open_desk(session, "calculate", "calc", expression=expression)
        value, unit = _evaluate(expression, session.facts)
        return desk.result(desk.book.row("", {f"value_{unit.value}": value}, of=expression[:80]))


def _state(state: str | None) -> str | None:
    if state is None:
        return None
    if not _STATE.fullmatch(state.strip()):
        raise BadRequest(f"{state[:20]} is not a two-letter state.", "Write it as TX.")
    return state.strip().upper()


def _signed(value: float | None, name: str) -> Decimal:
    if value is None:
        return ZERO
    size = words.amount(abs(value), name) or ZERO
    return -size if value < 0 else size


def _names(changes: dict[str, Any], wished: dict[str, Any], *lists: list[str] | None) -> set[str]:
    found = {name.rsplit("_usd", 1)[0].rsplit("_frac", 1)[0] for name in changes}
    found |= {
        name.rsplit("_", 1)[0] if name != "harvest_only" else name
        for name, value in wished.items()
        if value is not None
    }
    if any(lists):
        found.add("exclude" if lists[0] else "lots_locked")
    return found


def _exact(investor: Investor, gains: Gains, law: Any) -> dict[str, Value | None]:
    case = situations(investor, law)[0]
    bare = replace(investor, short_gain_usd=ZERO, long_gain_usd=ZERO, short_carryover_usd=ZERO, long_carryover_usd=ZERO)
    change = change_range(investor, gains, law).low
    nothing = change_range(bare, Gains(), law).low.without.federal_tax_usd
    rates, left = marginal(case, gains, law), room(case, gains, law)
    return {
        "tax_usd": change.with_.federal_tax_usd,
        "tax_on_gains_usd": change.with_.federal_tax_usd - nothing,
        "short_rate_frac": rates.short_rate_frac,
        "long_rate_frac": rates.long_rate_frac,
        "room_zero_usd": left.zero_usd,
        "room_fifteen_usd": left.fifteen_usd,
        "niit_room_usd": left.niit_usd,
        "carryover_usd": change.with_.carryover_usd,
        "deducted_usd": change.with_.deducted_usd,
    }


def _evaluate(expression: str, facts: dict[str, Fact]) -> tuple[Decimal, Unit]:
    """Evaluate sums, differences, products and quotients of facts; like units only for sums."""
    names: dict[str, str] = {}
    if len(expression) > 400:
        raise BadRequest("That expression is too long.", "Use fewer facts.")

    def stand_in(found: re.Match[str]) -> str:
        names[f"v{len(names)}"] = found.group()
        return f"v{len(names) - 1}"

    text = _FACT_ID.sub(stand_in, expression.replace("{{", "").replace("}}", ""))
    if not names:
        raise BadRequest("There is no figure in that.", "Use the ids in the tool results.")
    try:
        tree = ast.parse(text, mode="eval").body
        return _value(tree, names, facts)
    except (SyntaxError, DivisionByZero, InvalidOperation, RecursionError):
        raise BadRequest("I can't work that out.", "Use fact ids with + - * / only.") from None


def _value(node: ast.expr, names: dict[str, str], facts: dict[str, Fact]) -> tuple[Decimal, Unit]:
    if isinstance(node, ast.Name) and node.id in names:
        fact = facts.get(names[node.id])
        if fact is None or not isinstance(fact.value, Decimal | int):
            raise UnknownThing(f"There is no figure {names[node.id][:60]}.", "Use the ids in the tool results.")
        return Decimal(fact.value), fact.unit
    if isinstance(node, ast.Constant) and isinstance(node.value, int) and node.value in PLAIN_NUMBERS:
        return Decimal(node.value), Unit.COUNT
    if isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
        (a, unit_a), (b, unit_b) = _value(node.left, names, facts), _value(node.right, names, facts)
        return _OPERATORS[type(node.op)](a, b), _unit(node.op, unit_a, unit_b)
    raise BadRequest("Only + - * / on fact ids is possible.", "Use the ids in the tool results.")


def _unit(op: ast.operator, left: Unit, right: Unit) -> Unit:
    if isinstance(op, ast.Add | ast.Sub):
        if left is not right:
            raise BadRequest("Those figures have different units.", "Add only dollars to dollars.")
        return left
    if isinstance(op, ast.Div):
        if left is right:
            return Unit.FRAC
        return Unit.PRICE if (left, right) == (Unit.USD, Unit.SHARES) else left
    plain_units = (Unit.FRAC, Unit.COUNT)
    if left in plain_units or right in plain_units:
        return right if left in plain_units else left
    return Unit.USD


__all__ = ["Json", "Person"]
