"""Tools that ask what if: a trade under the wash-sale rule, and a sale that has not happened."""

from __future__ import annotations

from dataclasses import replace
from datetime import date as date_type
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BeforeValidator

from assistant.session import Session
from assistant.toolbox import words
from assistant.toolbox.caveats import caveats, person_in, reviewed_unchecked, wash_unchecked
from assistant.toolbox.result import Desk, Result, open_desk
from assistant.toolbox.state_note import note_untaxed
from tools.analysis.describe_review import describe_review
from tools.analysis.describe_sale import describe_sale
from tools.analysis.review import review
from tools.analysis.sale import simulate_sale
from tools.analysis.wash_check import check_purchase, check_sale, describe_buy_check, describe_sell_check
from tools.errors import MissingFact, NotYet
from tools.facts import Json, cite
from tools.model import Household
from tools.money import ZERO
from tools.tax.describe import crossing_rows
from tools.tax.law import law_for


class WhatIf:
    """Tools that try a trade on the household of one conversation."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def check_wash_sale(
        self,
        symbol: Annotated[str | None, BeforeValidator(words.comma_separated)] = None,
        side: Literal["sell", "buy"] = "sell",
        shares: float | None = None,
        date: str | None = None,
    ) -> Result:
        """Check trades against the wash-sale rule in all accounts: what is disallowed, by which purchase, safe dates.

        Without a symbol, or with a date that has passed, it reviews the sales already made this year.

        Args:
            symbol: Ticker or company name, several separated by commas; leave out to review past sales.
            side: Whether it is a sale or a purchase.
            shares: How many; leave out for all loss lots.
            date: ISO date of the trade; leave out for today.
        """
        session = self._session
        household = words.held(session)
        desk = open_desk(session, "check_wash_sale", "wash", symbol=symbol, side=side, shares=shares, date=date)
        names = [name.strip() for name in (symbol or "").split(",") if name.strip()]
        past = bool(date) and words.day(date, "date", session.as_of) < session.as_of
        if not names or past:
            return self._review(desk, household, names)
        if len(names) > 1:
            checks = [self._check(desk, household, name, side, None, date, f"k{n}") for n, name in enumerate(names, 1)]
            return desk.result({"checks": list(checks)})
        return desk.result(self._check(desk, household, names[0], side, shares, date))

    def _review(self, desk: Desk, household: Household, names: list[str]) -> Result:
        session = self._session
        wanted = words.symbol_of(session, names[0]) if names else None
        found = review(household, session.as_of, wanted)
        reviewed_unchecked(desk, household, found)
        return desk.result(describe_review(household, found, desk.book))

    def _check(
        self,
        desk: Desk,
        household: Household,
        symbol: str,
        side: str,
        shares: float | None,
        date: str | None,
        row: str = "",
    ) -> dict[str, Json]:
        session = self._session
        wanted, on = words.symbol_of(session, symbol), _coming(session, date)
        if side == "buy":
            wash_unchecked(desk, household)
            return describe_buy_check(household, check_purchase(household, wanted, on), desk.book, row)
        person, count = person_in(desk, session, on.year), words.amount(shares, "shares")
        check = check_sale(household, person, law_for(on.year), wanted, on, count)
        caveats(desk, session, person, check.tax, on.year)
        return describe_sell_check(household, check, desk.book, row)

    def simulate_sale(
        self,
        symbol: str | None = None,
        shares: float | None = None,
        amount: float | None = None,
        net_amount: float | None = None,
        max_tax: float | None = None,
        all: bool = False,  # noqa: A002 - the tool's name for it is fixed
        lot: str | None = None,
        lot_method: Literal["fifo", "lifo", "hifo", "specific", "min_tax"] = "min_tax",
        date: str | None = None,
        price: float | None = None,
        state: str | None = None,
    ) -> Result:
        """Work out a sale that has not happened: lots, gain by term, tax, cash that stays, new weight.

        Args:
            symbol: Ticker or company name.
            shares: How many shares.
            amount: Dollars to sell instead of shares.
            net_amount: Dollars that should stay after tax.
            max_tax: Sell as much as costs at most this tax.
            all: Sell all of it.
            lot: Lot id, purchase date, oldest, newest, highest_cost or lowest_cost.
            lot_method: How lots are chosen; min_tax tries all and keeps the least tax.
            date: ISO date of the sale; leave out for today.
            price: Price per share to assume.
            state: Two-letter state.
        """
        session = self._session
        desk = open_desk(
            session, "simulate_sale", "sale", symbol=symbol, shares=shares, amount=amount, lot=lot, date=date
        )
        wanted, on = words.symbol_of(session, symbol), _coming(session, date)
        household = _at_price(words.held(session), wanted, words.amount(price, "price"))
        if price is not None:
            row = desk.book.row("said", {"each_price": household.price_of(wanted)}, entity=wanted, of="Your price")
            desk.notes.append(f"I used your price of {cite(row['id'], 'each_price')} for {wanted}.")
        if all is False and shares is None and amount is None and net_amount is None and max_tax is None:
            held = sum((one.shares for one in household.lots_of(wanted)), ZERO)
            raise MissingFact(
                f"How much {wanted} should I sell?",
                f"Name shares (you hold {held.normalize():f}), dollars, or all of it.",
            )
        person = person_in(desk, session, on.year)
        if state is not None:
            person = replace(person, state=words.state(state))
        sale = simulate_sale(
            household,
            person,
            law_for(on.year),
            on,
            wanted,
            shares=words.amount(shares, "shares"),
            amount_usd=words.amount(amount, "amount"),
            net_usd=words.amount(net_amount, "net_amount"),
            max_tax_usd=words.amount(max_tax, "max_tax"),
            lot_id=words.lot_of(session, wanted, lot),
            method=lot_method,
        )
        caveats(desk, session, person, sale.tax, on.year)
        note_untaxed(desk, words.state(state), on.year)
        if sale.realized.wash.matches:
            row = desk.book.row("washed", {"disallowed_usd": sale.realized.wash.disallowed_usd}, entity=wanted)
            desk.notes.append(f"The wash-sale rule takes {cite(row['id'], 'disallowed_usd')} of the loss; ask me why.")
        crossed = crossing_rows(person, sale.realized.gains, law_for(on.year), desk.book)
        day = desk.book.row("on", {"sale_date": on}, entity=wanted, of="Day of the sale")
        return desk.result({**describe_sale(household, sale, desk.book), "crossings": crossed, "day": day})


def _coming(session: Session, words_said: str | None) -> date_type:
    """Read the day of a trade that may still happen.

    Raises:
        NotYet: The day has passed.
    """
    on = words.day(words_said, "date", session.as_of)
    if on < session.as_of:
        raise NotYet(
            "That day is in the past.", "Ask about today or a day to come, or whether your past sales were wash sales."
        )
    return on


def _at_price(household: Household, symbol: str, price: Decimal | None) -> Household:
    if price is None or symbol not in household.securities:
        return household
    changed = replace(household.securities[symbol], price_usd=price)
    return replace(household, securities={**household.securities, symbol: changed})
