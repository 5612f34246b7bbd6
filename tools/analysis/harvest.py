"""Lots worth selling at a loss: what each saves this year, what it only postpones, what blocks it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tools.analysis.holdings import lot_term, name_of
from tools.analysis.realize import realize
from tools.analysis.wash import Leg, Wash, blocking, clear_day, wash_of
from tools.facts import FactBook, Json, cite
from tools.model import AccountType, Household, Investor, Lot
from tools.money import ZERO
from tools.tax.law import Law
from tools.tax.wash_sale import Purchase
from tools.tax.year import Gains, TaxRange, change_range, delay_value


@dataclass(frozen=True, slots=True)
class Candidate:
    """One loss lot. ``status``: usable, partly (some shares matched), blocked (all matched), lost (for good)."""

    lot: Lot
    loss_usd: Decimal
    wash: Wash
    blockers: tuple[Purchase, ...]
    status: str
    tax: TaxRange

    @property
    def usable_usd(self) -> Decimal:
        """The loss that would count today."""
        return self.loss_usd - self.wash.disallowed_usd

    @property
    def release(self) -> date | None:
        """First day on which the whole loss counts, if nobody buys before then."""
        return clear_day(self.blockers)


@dataclass(frozen=True, slots=True)
class Harvest:
    """All loss lots of taxable accounts, the most useful first, and what taking them at once would do.

    ``together``, ``gains`` and ``usable_usd`` (the loss that counts then) leave out lots whose sale would lose part for
    good.
    """

    candidates: tuple[Candidate, ...]
    unknown: tuple[Lot, ...]
    together: TaxRange
    usable_usd: Decimal
    gains: Gains

    @property
    def loss_usd(self) -> Decimal:
        """Losses on paper."""
        return sum((found.loss_usd for found in self.candidates), ZERO)


def find_losses(
    household: Household,
    investor: Investor,
    law: Law,
    on: date,
    lots: Sequence[Lot] | None = None,
    min_loss_usd: Decimal = ZERO,
    min_loss_frac: Decimal = ZERO,
    enough_usd: Decimal | None = None,
) -> Harvest:
    """Find loss lots in taxable accounts that lose at least the given amount and share of their cost.

    Each lot is judged alone, sold whole on ``on``; ``together`` sells them at once, but for those that a sheltered
    account's purchase touches: shares bought lately and sold with the rest are no replacements then. With
    ``enough_usd`` the list stops once the losses that count reach it.
    """
    taxable = [lot for lot in (household.lots if lots is None else lots) if _on_this_return(household, lot)]
    unknown = tuple(lot for lot in taxable if household.gain_of(lot) is None or lot.acquired is None)
    found = []
    for lot in taxable:
        gain = household.gain_of(lot)
        if lot in unknown or gain is None or gain >= 0 or -gain < min_loss_usd or lot.basis_usd is None:
            continue
        if -gain >= min_loss_frac * lot.basis_usd:
            found.append(_candidate(household, investor, law, on, lot, -gain))
    found.sort(key=lambda c: (c.status != "usable", -c.tax.low.saved_usd, -c.loss_usd, c.lot.id))
    if enough_usd is not None:
        found = _up_to(found, enough_usd)
    sold = [Leg(one.lot, one.lot.shares) for one in found if not one.wash.permanent_usd]
    realized = realize(household, sold, on)
    usable = -realized.gain_usd - realized.wash.disallowed_usd
    return Harvest(tuple(found), unknown, change_range(investor, realized.gains, law), usable, realized.gains)


def _on_this_return(household: Household, lot: Lot) -> bool:
    account = household.account_by_id[lot.account_id]
    return account.type is AccountType.TAXABLE and account.another is None


def _up_to(found: Sequence[Candidate], enough_usd: Decimal) -> list[Candidate]:
    kept: list[Candidate] = []
    for candidate in found:
        if sum((one.usable_usd for one in kept), ZERO) < enough_usd:
            kept.append(candidate)
    return kept


def _candidate(household: Household, investor: Investor, law: Law, on: date, lot: Lot, loss_usd: Decimal) -> Candidate:
    leg = Leg(lot, lot.shares)
    wash = wash_of(household, [leg], on)
    realized = realize(household, [leg], on)
    tax = change_range(investor, realized.gains, law)
    blockers = blocking(household, lot, on)
    return Candidate(lot, loss_usd, wash, blockers, _status(loss_usd, wash), tax)


def _status(loss_usd: Decimal, wash: Wash) -> str:
    if not wash.matches:
        return "usable"
    if wash.permanent_usd >= loss_usd:
        return "lost"
    return "blocked" if wash.disallowed_usd >= loss_usd else "partly"


def saved_figures(tax: TaxRange, investor: Investor | None = None) -> dict[str, Decimal | None]:
    """Return saved, postponed and permanent dollars, or the ends of the range when income or status is unknown.

    With the investor's horizon also what the delay is worth.
    """
    if tax.exact:
        found = {"saved_usd": tax.low.saved_usd, "postponed_usd": tax.low.postponed_usd}
        found["permanent_saved_usd"] = tax.low.permanent_usd
        if investor and investor.horizon_years and tax.low.postponed_usd > 0:
            found["delay_value_usd"] = delay_value(tax.low.postponed_usd, investor.horizon_years)
        return {**found}
    low, high = sorted((tax.low.saved_usd, tax.high.saved_usd))
    return {"saved_usd": None, "saved_low_usd": low, "saved_high_usd": high}


def describe_harvest(
    household: Household, harvest: Harvest, on: date, book: FactBook, investor: Investor | None = None
) -> dict[str, Json]:
    """Write the candidates as JSON with facts and the reason for each status."""
    rows: list[Json] = [_row(household, candidate, on, book) for candidate in harvest.candidates]
    usable = [candidate for candidate in harvest.candidates if candidate.status == "usable"]
    figures = {
        "loss_usd": harvest.loss_usd,
        "usable_loss_usd": harvest.usable_usd,
        "lots_count": len(harvest.candidates),
        "usable_count": len(usable),
        "unknown_count": len(harvest.unknown) or None,
        **saved_figures(harvest.together, investor),
    }
    helps = harvest.together.high.saved_usd > 0
    return {**book.row("", figures, benefit="yes" if helps else "no"), "lots": rows}


def _row(household: Household, candidate: Candidate, on: date, book: FactBook) -> dict[str, Json]:
    lot, name = candidate.lot, name_of(household, candidate.lot.symbol)
    term = lot_term(lot, on)
    figures = {
        "held_shares": lot.shares,
        "acquired_date": lot.acquired,
        "loss_usd": candidate.loss_usd,
        "usable_loss_usd": candidate.usable_usd,
        "disallowed_usd": candidate.wash.disallowed_usd,
        "permanent_usd": candidate.wash.permanent_usd,
        "release_date": candidate.release,
        **saved_figures(candidate.tax),
    }
    words: dict[str, Json] = {
        "lot": lot.id,
        "symbol": lot.symbol,
        "name": name,
        "account": lot.account_id,
        "term": term.value if term else "unknown",
        "status": candidate.status,
    }
    row = book.row(lot.id, figures, entity=lot.symbol, of=f"{name} {lot.id}", **words)
    row["why"] = _why(household, candidate, str(row["id"]), book)
    return row


def _why(household: Household, candidate: Candidate, row_id: str, book: FactBook) -> str:
    """Say which purchases match, in which account and with what effect; empty when nothing blocks."""
    parts = []
    for n, found in enumerate(candidate.wash.matches, 1):
        bought = household.lot_by_id[found.purchase_id].acquired
        name = f"{candidate.lot.id}.m{n}"
        ref = book.row(name, {"bought_date": bought, "matched_shares": found.shares}, entity=candidate.lot.symbol)["id"]
        fate = "lost for good" if found.permanent else "put off"
        parts.append(
            f"{found.account_id} bought {cite(ref, 'matched_shares')} shares on {cite(ref, 'bought_date', 'day')}, "
            f"so the loss on that many would be {fate}"
        )
    if not parts:
        return ""
    return (
        "; ".join(parts)
        + f". From {cite(row_id, 'release_date', 'day')} the whole loss counts, if nobody buys before then."
    )
