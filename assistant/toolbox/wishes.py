"""Wishes: what the person wants a plan to respect. They add up over a conversation and are said back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from assistant.session import Session
from assistant.toolbox import words
from tools.analysis.holdings import name_of
from tools.analysis.sleeves import ASSET_CLASS_NAMES
from tools.errors import UnknownThing
from tools.facts import FactBook, cite, listed
from tools.model import FilingStatus, Household, Investor, Wishes
from tools.money import ZERO
from tools.plan.choose import Plans
from tools.tax.state_law import state_law


def merge_wishes(
    session: Session, said: Mapping[str, Any], exclude: Sequence[str] | None, lots_locked: Sequence[str] | None
) -> Wishes:
    """Return the wishes so far with what was said now; what was not mentioned stays.

    Raises:
        UnknownThing: A holding, account or lot to leave alone is not in the household.
    """
    household = words.held(session)
    accounts = [name for name in exclude or () if name in household.account_by_id]
    symbols = [words.symbol_of(session, name) for name in exclude or () if name not in accounts]
    for lot in lots_locked or ():
        if lot not in household.lot_by_id:
            raise UnknownThing(f"There is no {lot[:40]}.", "Ask for the lots of the holding.")
    merged = replace(session.wishes, **{key: value for key, value in said.items() if value is not None})
    return replace(
        merged,
        exclude=tuple(dict.fromkeys((*merged.exclude, *symbols))),
        accounts_left_alone=tuple(dict.fromkeys((*merged.accounts_left_alone, *accounts))),
        lots_locked=tuple(dict.fromkeys((*merged.lots_locked, *(lots_locked or ())))),
    )


def wish_words(wishes: Wishes, household: Household | None, book: FactBook) -> Iterator[str]:
    """Say each wish in words; its figures are facts."""
    figures = {
        "max_gain_usd": wishes.max_gain_usd,
        "max_weight_frac": wishes.max_weight_frac,
        "min_trade_usd": wishes.min_trade_usd,
        "new_cash_usd": wishes.new_cash_usd or None,
        "raise_cash_usd": wishes.raise_cash_usd or None,
        "max_tax_usd": wishes.max_tax_usd,
        "max_turnover_frac": wishes.max_turnover_frac,
        "max_trades_count": wishes.max_trades,
        "tracking_error_frac": wishes.tracking_error_frac,
        "cash_target_usd": wishes.cash_target_usd,
        "wait_until_date": wishes.wait_until,
        "charity_usd": wishes.charity_usd or None,
        "zero_frac": ZERO if wishes.zero_bracket else None,
    }
    said = {
        "max_gain_usd": "net gains of these trades up to {}",
        "max_weight_frac": "no single name above {}",
        "min_trade_usd": "no order below {}",
        "new_cash_usd": "{} of new money put to work",
        "raise_cash_usd": "{} raised",
        "max_tax_usd": "at most {} more federal tax than doing nothing",
        "max_turnover_frac": "turnover up to {} of the portfolio",
        "max_trades_count": "at most {} orders",
        "tracking_error_frac": "at most {} a year away from your target mix",
        "cash_target_usd": "{} kept in cash",
        "wait_until_date": "no gain sold that turns long-term by {}",
        "charity_usd": "{} of shares kept to give away",
        "zero_frac": "the {} bracket of long-term gains used as far as there is room",
    }
    row = str(book.row("wish", figures, of="Your wish")["id"])
    if wishes.max_gain_usd == 0:
        yield "no net gains from these trades"
        del said["max_gain_usd"]
    if wishes.only is not None:
        name = name_of(household, wishes.only) if household else wishes.only
        said["max_weight_frac"] = f"{name} down to {{}}"
        yield f"only {name} sold"
    if wishes.account_id is not None:
        yield f"trades only in {wishes.account_id}"
    for key, text in said.items():
        if figures[key] is not None:
            yield text.format(cite(row, key))
    if wishes.exclude:
        names = [name_of(household, symbol) if household else symbol for symbol in wishes.exclude]
        yield f"{listed(names)} left alone"
    if wishes.accounts_left_alone:
        yield f"nothing traded in {listed(wishes.accounts_left_alone)}"
    for lot_id in wishes.lots_locked:
        lot = household.lot_by_id.get(lot_id) if household else None
        if household and lot and lot.acquired:
            kept = book.row(f"kept.{lot_id}", {"acquired_date": lot.acquired}, entity=lot.symbol, of="Lot kept")
            yield f"the {name_of(household, lot.symbol)} lot from {cite(kept['id'], 'acquired_date')} kept"
        else:
            yield f"{lot_id} kept"
    for flag, text in {
        "no_sells": "nothing sold",
        "long_term_only": "no short-term gains",
        "harvest_only": "the mix kept, only losses taken",
        "tax_set_aside": "the tax of these trades kept in cash",
        "stay_invested": "losses only where the money goes into a stand-in",
        "asset_location": "what is taxed most each year held in sheltered accounts",
    }.items():
        if getattr(wishes, flag):
            yield text


_STATUS = {
    FilingStatus.SINGLE: "you file as single",
    FilingStatus.MARRIED_JOINT: "you file jointly",
    FilingStatus.MARRIED_SEPARATE: "you file separately",
    FilingStatus.HEAD_OF_HOUSEHOLD: "you file as head of household",
    FilingStatus.SURVIVING_SPOUSE: "you file as surviving spouse",
}


def said_words(investor: Investor, book: FactBook, year: int) -> Iterator[str]:
    """Say each fact about the person in words; its figures are facts."""
    if investor.filing_status:
        yield _STATUS[investor.filing_status]
    if investor.state:
        yield f"you live in {state_law(investor.state, year).name}"
    lost = investor.short_carryover_usd + investor.long_carryover_usd
    figures = {
        "income_usd": investor.income_usd,
        "rate_frac": investor.rate_frac,
        "carryover_usd": lost or None,
        "deductions_usd": investor.deductions_usd,
        "interest_usd": investor.investment_interest_usd or None,
        "later_rate_frac": investor.later_rate_frac,
        "boxes_count": investor.age_blind_count or None,
    }
    said = {
        "income_usd": "your income is {}",
        "rate_frac": "you are in the {} bracket",
        "carryover_usd": "{} of losses came in from earlier years",
        "deductions_usd": "you itemize {}",
        "interest_usd": "{} of your income is from investments",
        "later_rate_frac": "you expect {} on later gains",
        "boxes_count": "boxes for age or blindness: {}",
    }
    row = str(book.row("said", figures, of="You said")["id"])
    for key, text in said.items():
        if figures[key] is not None:
            yield text.format(cite(row, key))
    if investor.targets:
        parts = []
        for target in investor.targets:
            one = book.row(f"goal.{target.key}", {"target_frac": target.weight_frac}, entity=target.key, of="Target")
            parts.append(f"{cite(one['id'], 'target_frac')} {ASSET_CLASS_NAMES.get(target.key, target.key)}")
        yield f"your targets are {listed(parts)}"
    if investor.kept_for_good:
        yield "you mean to leave the holdings to heirs or give them away"


_RELAXED = {
    "max_gain_usd": "net gains of {}",
    "max_tax_usd": "{} of more tax",
    "max_turnover_frac": "turnover of {}",
    "max_trades_count": "{} orders",
    "tracking_error_frac": "a yearly distance of {} from target",
    "raise_cash_usd": "raising {}",
    "cash_target_usd": "{} in cash",
    "charity_usd": "{} of shares to give",
}


def relaxed_notes(plans: Plans, book: FactBook) -> Iterator[str]:
    """Say that the wishes contradict each other, what was changed by how little, and what else would do."""
    said = []
    for n, way in enumerate(plans.relaxed):
        key = "max_trades_count" if way.field == "max_trades" else way.field
        count = key.endswith("_count")
        figures = {
            key: int(way.needed) if count else way.needed,
            f"asked_{key}": int(way.asked) if count else way.asked,
        }
        row = book.row(f"relaxed{n}", figures, of="Wish loosened")["id"]
        said.append(f"{_RELAXED[key].format(cite(row, key))} instead of {cite(row, f'asked_{key}')}")
    if said:
        other = f"; {' or '.join(said[1:])} would do as well" if said[1:] else ""
        yield (
            f"No plan keeps all of your wishes. The smallest change that leaves one is {said[0]}, so I planned with "
            f"that{other}."
        )
