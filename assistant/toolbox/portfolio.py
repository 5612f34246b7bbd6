"""Tools that look: load, holdings, drift, losses."""

from __future__ import annotations

from typing import Literal

from assistant.session import Session
from assistant.toolbox import words
from assistant.toolbox.asking import ask_lots_of, ask_next
from assistant.toolbox.caveats import ask_account_type, ask_targets, caveats, delay_note
from assistant.toolbox.live_prices import refresh_prices
from assistant.toolbox.load import describe_load, origin_notes, rebuild
from assistant.toolbox.result import Result, open_desk
from assistant.toolbox.settling import take_answer
from assistant.uploads import open_sample
from tools.analysis.drift import describe_drift, measure_drift
from tools.analysis.harvest import describe_harvest, find_losses
from tools.analysis.holdings import describe_holdings, select_lots
from tools.errors import BadRequest, MissingFact, UnknownThing
from tools.facts import listed
from tools.household.edit import set_account
from tools.household.targets import parse_targets
from tools.household.told import tell_account
from tools.model import AccountType, Household
from tools.money import ZERO
from tools.tax.describe import crossing_rows, why_no_saving
from tools.tax.law import law_for


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
        answer: str | None = None,
    ) -> Result:
        """Say what was read and what is unknown, or record what the person tells of it.

        Args:
            source: A file, such as file-1, or sample; else what is loaded.
            account: Account id whose type or owner is told.
            account_type: How it is taxed.
            owner: self, spouse, joint, or a person label.
            answer: The person's own words on what files leave open, such as a lot's cost or date.
        """
        session = self._session
        desk = open_desk(session, "load_portfolio", "load", source=source, account=account, account_type=account_type)
        if source == "sample":
            session.waiting.clear()
            session.forget_person()
            open_sample(session)
            source = None
        for label in (part.strip() for part in (source or "").split(",")):
            if label and label not in session.labels.values():
                raise UnknownThing(f"No file {label[:40]} was dropped here.", "Drop the file into the chat.")
        if session.loaded is None or session.loaded_count != len(session.readings):
            rebuild(session)
        settled = take_answer(session, answer, desk) if answer else {}
        if account_type or owner:
            self._take_account(account, AccountType(account_type) if account_type else None, owner)
        refresh_prices(session)
        # A file that waits is spoken of alone, not what is open besides it.
        only_asked = bool(session.waiting) and (session.is_sample or bool(answer))
        only_asked |= settled.get("settled") == "owners"
        body = {} if only_asked else describe_load(session, words.held(session), desk)
        asked = {} if desk.question else ask_next(desk, session)
        return desk.result({**body, **settled, **asked})

    def _take_account(self, account: str | None, kind: AccountType | None, owner: str | None) -> None:
        session = self._session
        household = words.held(session)
        account_id = words.account_of(session, account) or _only_unknown(household)
        household = set_account(household, account_id, kind, owner)
        session.told = tell_account(session.told, household.account_by_id[account_id].name, kind, owner)
        session.household, session.pending = household, None
        if household.history:
            # What the lots of a history cost, and which losses count, depends on the kind of account.
            rebuild(session)

    def show_holdings(
        self,
        symbol: str | None = None,
        account: str | None = None,
        asset_class: str | None = None,
        lot: str | None = None,
    ) -> Result:
        """Show what is held: value, weight, cost and gain by holding; each lot when a holding or account is named.

        Args:
            symbol: Ticker or company name.
            account: Account id.
            asset_class: us_equity, intl_equity, bonds, real_estate, commodities or other.
            lot: Lot id.
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
        if not lots and household.lots:
            kinds = listed(sorted({one.asset_class for one in household.securities.values() if one.asset_class}))
            raise BadRequest("You hold nothing like that.", f"The classes held are {kinds}.")
        body = describe_holdings(household, lots, session.as_of, desk.book, by_lot=bool(wanted or account_id or lot))
        unknown = [lot for lot in lots if household.gain_of(lot) is None]
        if unknown:
            desk.notes.append("The cost or price of some lots is unknown, so the gain in all is not known.")
        origin_notes(desk, session, lots)
        return desk.result(body)

    def compute_drift(
        self,
        threshold: float | None = None,
        mode: Literal["absolute", "relative"] = "absolute",
        targets: dict[str, float] | None = None,
    ) -> Result:
        """Measure how far each part is from its target and which bands are broken.

        Args:
            threshold: Band for every part, such as 0.05; else the person's own.
            mode: Whether it is points of the portfolio or a share of the target.
            targets: Symbol or asset class to weight, summing to 1; else the known ones.
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
            symbol: Ticker or company name.
            account: Account id; else all taxable ones.
            min_loss: Smallest loss in dollars.
            min_loss_pct: Smallest loss as a share of cost.
            gain: Gain in dollars to offset; losses are listed until they cover it.
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
        body = describe_harvest(household, found, session.as_of, desk.book, session.investor)
        delay_note(desk, session.investor, found.together)
        body["no_saving"] = why_no_saving(session.investor, found.gains, law)
        body["crossings"] = crossing_rows(session.investor, found.gains, law, desk.book)
        ask_account_type(desk, household)
        ask_lots_of(desk, session, household, found.unknown)
        caveats(desk, session, session.investor, found.together)
        return desk.result(body)


def _only_unknown(household: Household) -> str:
    unknown = [account.id for account in household.accounts if account.type is AccountType.UNKNOWN]
    if len(unknown) != 1:
        raise MissingFact("Which account do you mean?", "Name it, such as acct-1.")
    return unknown[0]
