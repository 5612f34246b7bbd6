"""Tools about the person: what they said of themselves, their tax this year, and arithmetic on facts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from assistant.grounding.numerals import literals
from assistant.session import Session
from assistant.toolbox import words
from assistant.toolbox.arithmetic import evaluate
from assistant.toolbox.result import Result, open_desk
from assistant.toolbox.taking_back import take_back
from assistant.toolbox.tax_estimate import Status
from assistant.toolbox.wishes import merge_wishes, said_words, wish_words
from tools.errors import NotYet
from tools.household.targets import parse_targets
from tools.model import FilingStatus
from tools.money import ZERO
from tools.tax.law import law_for
from tools.tax.year import situations


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
        deductions: float | None = None,
        interest: float | None = None,
        over_65_or_blind: int | None = None,
        later_rate: float | None = None,
        kept_for_good: bool | None = None,
        forget: list[str] | None = None,
    ) -> Result:
        """Remember the person's situation, targets and wishes, and say what changed; without arguments, list them.

        Args:
            filing_status: Federal filing status.
            state: Two-letter state of residence.
            income: Ordinary income of the year in dollars, before deductions.
            rate: Marginal federal bracket, such as 0.32.
            carryforward: Capital losses from earlier years, in dollars.
            targets: Symbol or asset class to weight, summing to 1.
            max_weight: Highest weight of any single name.
            max_drawdown: Not yet.
            horizon: Years until they mean to sell.
            charity: Not yet.
            notes: Not yet.
            max_gain: Most net gain in dollars.
            min_trade: Smallest order in dollars.
            exclude: Holdings or accounts to leave alone.
            lots_locked: Lot ids to keep.
            harvest_only: Only take losses.
            deductions: Itemized deductions in dollars.
            interest: The part of income from investments.
            over_65_or_blind: Boxes that apply, both spouses together, 0 to 4.
            later_rate: The rate they expect on gains later, such as 0.15.
            kept_for_good: They will leave or give the holdings away.
            forget: What to take back: last, all, wishes, a parameter's name, or a holding left alone.
        """
        later = {"a limit on falls": max_drawdown, "gifts to charity": charity, "notes of your own": notes}
        given = [name for name, value in later.items() if value is not None]
        if given:
            raise NotYet(
                f"I can't plan by {' or '.join(given)} yet.",
                "Tell me the mix you want instead, or say what to leave alone.",
            )
        session = self._session
        desk = open_desk(session, "set_profile", "profile", filing_status=filing_status, state=state, rate=rate)
        held = session.household.symbols if session.household else ()
        forgot = take_back(session, forget) if forget else ()
        before = session.investor
        said: dict[str, Any] = {
            "filing_status": FilingStatus(filing_status) if filing_status else None,
            "state": words.state(state),
            "income_usd": words.amount(income, "income"),
            "rate_frac": words.fraction(rate, "rate"),
            "targets": parse_targets(targets, (*held, "stocks")) if targets else None,
            "deductions_usd": words.amount(deductions, "deductions"),
            "investment_interest_usd": words.amount(interest, "interest"),
            "age_blind_count": words.count(over_65_or_blind, "over_65_or_blind", 4),
            "later_rate_frac": words.fraction(later_rate, "later_rate"),
            "horizon_years": words.amount(horizon, "horizon"),
            "kept_for_good": kept_for_good,
        }
        lost = words.amount(carryforward, "carryforward")
        if lost is not None:
            said |= {"long_carryover_usd": lost, "short_carryover_usd": ZERO}
            desk.notes.append("I take the carryover as long-term; tell me if part of it is short-term.")
        changes = {name: value for name, value in said.items() if value is not None}
        after = replace(before, **changes)
        if income is not None and rate is None:
            after = replace(after, rate_frac=None)  # the income said now decides over a bracket named before
        situations(after, law_for(session.tax_year))
        wished = {
            "max_weight_frac": words.fraction(max_weight, "max_weight"),
            "max_gain_usd": words.amount(max_gain, "max_gain"),
            "min_trade_usd": words.amount(min_trade, "min_trade"),
            "harvest_only": harvest_only,
        }
        if any(value is not None for value in (*wished.values(), exclude, lots_locked)):
            session.wishes = merge_wishes(session, wished, exclude, lots_locked)
        session.investor = after
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
        if not body["changed"] and not forgot:
            body["known"] = list(said_words(session.investor, desk.book, session.tax_year))
        body["forgot"] = list(forgot)
        body["wishes"] = list(wish_words(session.wishes, session.household, desk.book))
        if max_weight is not None or targets or harvest_only:
            session.pending = None
        return desk.result(body)

    def calculate(self, expression: str) -> Result:
        """Do arithmetic on facts by their ids, for a figure that no tool gives directly.

        Args:
            expression: Fact ids, and numbers the person said, joined by + - * / and parentheses:
                "plan1.tax_without_usd - plan1.tax_with_usd".
        """
        session = self._session
        desk = open_desk(session, "calculate", "calc", expression=expression)
        typed = tuple(figure for text in session.said for figure in literals(text))
        value, unit = evaluate(expression, session.facts, typed)
        return desk.result(desk.book.row("", {f"value_{unit.value}": value}, of=expression[:80]))


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
