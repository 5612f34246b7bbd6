"""Tools that look: load, holdings, drift, losses, wash sales, what-if sales."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Literal

from assistant.session import Session
from assistant.toolbox import words
from assistant.toolbox.caveats import ask_account_type, ask_targets, tax_notes, wash_unchecked
from assistant.toolbox.load import describe_load, rebuild
from assistant.toolbox.result import Desk, Result, open_desk
from assistant.uploads import open_sample
from tools.analysis.describe_sale import describe_sale
from tools.analysis.drift import describe_drift, measure_drift
from tools.analysis.harvest import describe_harvest, find_losses
from tools.analysis.holdings import describe_holdings, select_lots
from tools.analysis.sale import simulate_sale
from tools.analysis.wash_check import check_purchase, check_sale, describe_buy_check, describe_sell_check
from tools.errors import BadRequest, MissingFact, UnknownThing
from tools.facts import cite
from tools.household.edit import set_account
from tools.household.targets import parse_targets
from tools.model import AccountType, Household
from tools.money import ZERO
from tools.tax.law import law_for
from tools.tax.year import TaxRange


class Portfolio:
    """Tools that read the household of one conversation."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def load_portfolio(
        self,
        source: str | None = None,
        account: str | None = None,
        account_type: Literal["taxable", "roth_ira", "traditional_ira", "401k", "hsa", "529"] | None = None,
        owner: str | None = None,
    ) -> Result:
        """Say what was read from the files and what is unknown, or record an account's type or owner.

        Args:
            source: Label of an uploaded file, such as file-1, or sample; leave out for what is loaded.
            account: Account id, such as acct-1, whose type or owner the person states.
            account_type: How that account is taxed.
            owner: Whose it is: self, spouse, joint, or a person label.
        """
        session = self._session
        desk = open_desk(session, "load_portfolio", "load", source=source, account=account, account_type=account_type)
        if source == "sample":
            session.forget_person()
            open_sample(session)
            source = None
        for label in (part.strip() for part in (source or "").split(",")):
            if label and label not in session.labels.values():
                raise UnknownThing(f"No file {label[:40]} was dropped here.", "Drop the file into the chat.")
        if session.loaded is None or session.loaded_count != len(session.readings):
            rebuild(session)
        household = words.held(session)
        if account_type or owner:
            account_id = words.account_of(session, account) or _only_unknown(household)
            kind = AccountType(account_type) if account_type else None
            session.household = household = set_account(household, account_id, kind, owner)
            session.account_answers[account_id] = (kind, owner)
            session.pending = None
        ask_account_type(desk, household)
        return desk.result(describe_load(session, household, desk))

    def show_holdings(
        self,
        symbol: str | None = None,
        account: str | None = None,
        asset_class: str | None = None,
        lot: str | None = None,
    ) -> Result:
        """Show what is held: value, weight, cost and gain by holding; each lot when a holding or account is named.

        Args:
            symbol: Ticker or company name; leave out for everything.
            account: Account id, such as acct-1.
            asset_class: us_equity, intl_equity, bonds, real_estate, commodities or other.
            lot: Lot id, such as lot-3.
        """
        session = self._session
        household = words.held(session)
        desk = open_desk(session, "show_holdings", "hold", symbol=symbol, account=account, lot=lot)
        wanted = words.symbol_of(session, symbol) if symbol else None
        account_id = words.account_of(session, account)
        lots = select_lots(household, wanted, account_id, asset_class, lot)
        if wanted and not lots:
            where = " there" if account_id or lot or asset_class else ""
            raise BadRequest(f"You hold no {wanted}{where}.", "Ask what you hold to see the list.")
        body = describe_holdings(household, lots, session.as_of, desk.book, by_lot=bool(wanted or account_id or lot))
        unknown = [lot for lot in lots if household.gain_of(lot) is None]
        if unknown:
            desk.notes.append("The cost or price of some lots is unknown, so totals leave their gain out.")
        return desk.result(body)

    def compute_drift(
        self,
        threshold: float | None = None,
        mode: Literal["absolute", "relative"] = "absolute",
        targets: dict[str, float] | None = None,
    ) -> Result:
        """Measure how far each part of the portfolio is from its target and which bands are broken.

        Args:
            threshold: Band to use for every part, such as 0.05; leave out for the person's own bands.
            mode: Whether the threshold is points of the portfolio or a share of the target.
            targets: Symbol or asset class to weight, summing to 1; leave out for the known targets.
        """
        session = self._session
        household = words.held(session)
        desk = open_desk(session, "compute_drift", "drift", threshold=threshold, targets=targets)
        wishes = parse_targets(targets, (*household.symbols, "stocks")) if targets else session.investor.targets
        drift = measure_drift(household, wishes, words.fraction(threshold, "threshold"), mode)
        if not wishes:
            ask_targets(desk)
        return desk.result(describe_drift(drift, desk.book))

    def find_harvestable_losses(
        self,
        symbol: str | None = None,
        account: str | None = None,
        min_loss: float | None = None,
        min_loss_pct: float | None = None,
        gain: float | None = None,
    ) -> Result:
        """Find lots worth selling at a loss: what each saves this year, what it only postpones, what blocks it.

        Args:
            symbol: Ticker or company name; leave out for all.
            account: Account id; leave out for all taxable accounts.
            min_loss: Smallest loss in dollars worth listing.
            min_loss_pct: Smallest loss as a share of cost, such as 0.1.
            gain: Gain in dollars that the losses should offset; losses are listed until they cover it.
        """
        session = self._session
        household = words.held(session)
        desk = open_desk(session, "find_harvestable_losses", "harvest", symbol=symbol, min_loss=min_loss)
        wanted = words.symbol_of(session, symbol) if symbol else None
        lots = select_lots(household, wanted, words.account_of(session, account))
        least = words.amount(min_loss, "min_loss") or ZERO
        share = words.fraction(min_loss_pct, "min_loss_pct") or ZERO
        law, enough = law_for(session.tax_year), words.amount(gain, "gain")
        found = find_losses(household, session.investor, law, session.as_of, lots, least, share, enough)
        body = describe_harvest(household, found, session.as_of, desk.book)
        ask_account_type(desk, household)
        self._caveats(desk, found.together)
        return desk.result(body)

    def check_wash_sale(
        self,
        symbol: str,
        side: Literal["sell", "buy"] = "sell",
        shares: float | None = None,
        date: str | None = None,
    ) -> Result:
        """Check a trade against the wash-sale rule in all accounts: what is disallowed, by which purchase, safe dates.

        Args:
            symbol: Ticker or company name.
            side: Whether it is a sale or a purchase.
            shares: How many; leave out for all loss lots.
            date: ISO date of the trade; leave out for today.
        """
        session = self._session
        household = words.held(session)
        desk = open_desk(session, "check_wash_sale", "wash", symbol=symbol, side=side, shares=shares, date=date)
        wanted, on = words.symbol_of(session, symbol), words.day(date, "date", session.as_of)
        if side == "buy":
            wash_unchecked(desk, household)
            return desk.result(describe_buy_check(household, check_purchase(household, wanted, on), desk.book))
        law, count = law_for(on.year), words.amount(shares, "shares")
        check = check_sale(household, session.investor, law, wanted, on, count)
        self._caveats(desk, check.tax)
        return desk.result(describe_sell_check(household, check, desk.book))

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
    ) -> Result:
        """Work out a sale that has not happened: lots, gain by term, federal tax, cash that stays, new weight.

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
        """
        session = self._session
        desk = open_desk(
            session, "simulate_sale", "sale", symbol=symbol, shares=shares, amount=amount, lot=lot, date=date
        )
        wanted, on = words.symbol_of(session, symbol), words.day(date, "date", session.as_of)
        household = _at_price(words.held(session), wanted, words.amount(price, "price"))
        if all is False and shares is None and amount is None and net_amount is None and max_tax is None:
            held = sum((one.shares for one in household.lots_of(wanted)), ZERO)
            raise MissingFact(
                f"How much {wanted} should I sell?",
                f"Name shares (you hold {held.normalize():f}), dollars, or all of it.",
            )
        sale = simulate_sale(
            household,
            session.investor,
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
        self._caveats(desk, sale.tax)
        if sale.realized.wash.matches:
            row = desk.book.row("washed", {"disallowed_usd": sale.realized.wash.disallowed_usd}, entity=wanted)
            desk.notes.append(f"The wash-sale rule takes {cite(row['id'], 'disallowed_usd')} of the loss; ask me why.")
        return desk.result(describe_sale(household, sale, desk.book))

    def _caveats(self, desk: Desk, tax: TaxRange) -> None:
        tax_notes(desk, self._session.tax_year, self._session.investor.state, tax)
        wash_unchecked(desk, words.held(self._session))


def _at_price(household: Household, symbol: str, price: Decimal | None) -> Household:
    if price is None or symbol not in household.securities:
        return household
    changed = replace(household.securities[symbol], price_usd=price)
    return replace(household, securities={**household.securities, symbol: changed})


def _only_unknown(household: Household) -> str:
    unknown = [account.id for account in household.accounts if account.type is AccountType.UNKNOWN]
    if len(unknown) != 1:
        raise MissingFact("Which account do you mean?", "Name it, such as acct-1.")
    return unknown[0]
