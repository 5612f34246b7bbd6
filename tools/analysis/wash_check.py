"""Is it a wash sale: one symbol, to sell or to buy, on a date; with the evidence and the safe dates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tools.analysis.harvest import saved_figures
from tools.analysis.holdings import name_of
from tools.analysis.realize import realize, tax_ready
from tools.analysis.wash import Leg, Wash, blocking_legs, clear_day, wash_of, years_held_elsewhere
from tools.errors import BadRequest, UnknownThing
from tools.facts import FactBook, Figures, Json
from tools.market.identical import group_of, related
from tools.model import AccountType, Household, Investor, LossSale, Lot
from tools.money import ZERO
from tools.tax.law import Law
from tools.tax.wash_sale import Purchase, quiet_until
from tools.tax.year import TaxRange, change_range


@dataclass(frozen=True, slots=True)
class SellCheck:
    """A sale judged by the rule. ``verdict``: none, partly, wholly, or no_loss."""

    symbol: str
    legs: tuple[Leg, ...]
    on: date
    loss_usd: Decimal
    wash: Wash
    blockers: tuple[Purchase, ...]
    verdict: str
    tax: TaxRange

    @property
    def clear(self) -> date | None:
        """First day on which the whole loss counts, if nobody buys before then."""
        return clear_day(self.blockers)


@dataclass(frozen=True, slots=True)
class BuyCheck:
    """A purchase judged by the rule: the earlier loss sales that it would undo."""

    symbol: str
    on: date
    undone: tuple[LossSale, ...]


def check_sale(
    household: Household, investor: Investor, law: Law, symbol: str, on: date, shares: Decimal | None = None
) -> SellCheck:
    """Judge a sale of loss lots, the largest loss a share first; all loss lots when ``shares`` is None.

    Raises:
        UnknownThing: The symbol is not held.
        BadRequest: More shares than are held in taxable accounts.
        MissingFact: A lot's basis, date, price or account type is unknown.
    """
    lots = household.lots_of(symbol)
    if not lots:
        raise UnknownThing(f"{symbol} is not in this household.", "Ask what you hold to see the list.")
    for lot in lots:
        tax_ready(household, lot)
    taxable = [lot for lot in lots if household.type_of(lot) is AccountType.TAXABLE]
    legs = _legs(household, taxable, shares, symbol)
    wash = wash_of(household, legs, on)
    loss = sum((-gain for gain in realize(household, legs, on).gain_by_lot.values() if gain < 0), ZERO)
    tax = change_range(investor, realize(household, legs, on).gains, law)
    return SellCheck(symbol, legs, on, loss, wash, blocking_legs(household, legs, on), _verdict(loss, wash), tax)


def _legs(household: Household, lots: list[Lot], shares: Decimal | None, symbol: str) -> tuple[Leg, ...]:
    losing = [lot for lot in lots if (household.gain_of(lot) or ZERO) < 0]
    if shares is None:
        return tuple(Leg(lot, lot.shares) for lot in losing or lots)
    legs: list[Leg] = []
    left = shares
    for lot in sorted(
        lots, key=lambda lot: ((household.gain_of(lot) or ZERO) / lot.shares, lot.acquired or date.max, lot.id)
    ):
        if left > 0:
            legs.append(Leg(lot, min(left, lot.shares)))
            left -= legs[-1].shares
    if left > 0 or shares <= 0:
        held = sum((lot.shares for lot in lots), ZERO)
        raise BadRequest(f"Taxable accounts hold {held.normalize():f} shares of {symbol}.", "Name up to that many.")
    return tuple(legs)


def _verdict(loss_usd: Decimal, wash: Wash) -> str:
    if loss_usd <= 0:
        return "no_loss"
    if not wash.matches:
        return "none"
    return "wholly" if wash.disallowed_usd >= loss_usd else "partly"


def check_purchase(household: Household, symbol: str, on: date) -> BuyCheck:
    """Judge a purchase against the loss sales that are known."""
    own = household.own_groups
    group = group_of(symbol, own)
    near = [s for s in household.loss_sales if group_of(s.symbol, own) == group and s.sold <= on < quiet_until(s.sold)]
    return BuyCheck(symbol, on, tuple(near))


def describe_sell_check(household: Household, check: SellCheck, book: FactBook, row: str = "") -> dict[str, Json]:
    """Write the verdict with the purchases that match, the safe dates and what does not count, under ``row``."""
    name, wash = name_of(household, check.symbol), check.wash
    shares = sum((leg.shares for leg in check.legs), ZERO)
    matched = sum((found.shares for found in wash.matches), ZERO)
    figures = {
        "sale_date": check.on,
        "checked_shares": shares,
        "loss_usd": check.loss_usd,
        "disallowed_usd": wash.disallowed_usd,
        "deferred_usd": wash.deferred_usd,
        "permanent_usd": wash.permanent_usd,
        "counts_usd": check.loss_usd - wash.disallowed_usd,
        "matched_shares": matched,
        "unmatched_shares": shares - matched,
        "clear_date": check.clear,
        "quiet_until_date": quiet_until(check.on),
        **saved_figures(check.tax),
    }
    head = book.row(row, figures, entity=check.symbol, of=name, symbol=check.symbol, name=name, side="sell")
    return {
        **head,
        "verdict": check.verdict,
        "matches": [_match_row(household, check, n, book, row) for n in range(len(wash.matches))],
        "not_counted": _not_counted(household, check.symbol, check.on, book, row),
        "identical": _identical(household, check.symbol),
    }


def _match_row(household: Household, check: SellCheck, n: int, book: FactBook, under: str) -> dict[str, Json]:
    found = check.wash.matches[n]
    lot = household.lot_by_id[found.purchase_id]
    figures = {"acquired_date": lot.acquired, "matched_shares": found.shares, "disallowed_usd": found.disallowed_usd}
    words: dict[str, Json] = {"lot": lot.id, "account": found.account_id, "permanent": found.permanent}
    words |= {"contested": found.contested, "where": str(lot.origin)}
    return book.row(
        _below(under, f"m{n + 1}"), figures, entity=check.symbol, of=f"Purchase in {found.account_id}", **words
    )


def _not_counted(household: Household, symbol: str, on: date, book: FactBook, under: str) -> list[Json]:
    """List sheltered lots too old to be replacements: holding them is no wash sale, reinvesting would be."""
    rows: list[Json] = []
    for lot in years_held_elsewhere(household, symbol, on):
        figures = {"held_shares": lot.shares, "acquired_date": lot.acquired}
        where = _below(under, f"old.{lot.id}")
        row = book.row(where, figures, entity=symbol, of=f"Held in {lot.account_id}", account=lot.account_id)
        row["why"] = "bought before the window, so it is no replacement; switch its reinvestment off"
        rows.append(row)
    return rows


def _below(under: str, name: str) -> str:
    return f"{under}.{name}" if under else name


def _identical(household: Household, symbol: str) -> list[Json]:
    return [
        {"symbol": r.symbol, "grade": r.grade, "why": r.why, "confidence": r.confidence}
        for r in related(symbol, household.own_groups)
    ]


def describe_buy_check(household: Household, check: BuyCheck, book: FactBook, row: str = "") -> dict[str, Json]:
    """Write whether a purchase would undo a loss that is known, under ``row``."""
    name = name_of(household, check.symbol)
    last = max((sale.sold for sale in check.undone), default=None)
    figures: Figures = {
        "buy_date": check.on,
        "loss_usd": sum((sale.loss_usd for sale in check.undone), ZERO),
        "sold_date": last,
        "quiet_until_date": quiet_until(last) if last else None,
    }
    verdict = "buy_triggers" if check.undone else "buy_ok"
    return book.row(
        row, figures, entity=check.symbol, of=name, symbol=check.symbol, name=name, side="buy", verdict=verdict
    )
