"""Why this lot and not the next: each lot's gain a share, and the tax on a thousand dollars of it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from tools.analysis.describe_sale import tax_figures
from tools.analysis.holdings import lot_term, name_of
from tools.analysis.wash import blocking, clear_day
from tools.errors import UnknownThing
from tools.facts import FactBook, Figures, Json, cite
from tools.model import AccountType, Household, Investor, Lot, Term
from tools.money import ZERO
from tools.plan.plan import Plan
from tools.tax.law import Law
from tools.tax.year import Gains, TaxRange, change_range

THOUSAND = Decimal(1000)


def explain_trade(plan: Plan, investor: Investor, law: Law, symbol: str, book: FactBook) -> dict[str, Json]:
    """Compare the lots of one symbol: which were chosen, and what the next one would have cost.

    Raises:
        UnknownThing: The symbol is not held.
    """
    lots = [lot for lot in plan.before.lots_of(symbol) if plan.before.type_of(lot) is AccountType.TAXABLE]
    if not plan.before.lots_of(symbol):
        raise UnknownThing(f"{symbol} is not in this household.", "Ask about a holding or a trade of the plan.")
    sold = {trade.lot_id: trade.shares for trade in plan.sells}
    name = name_of(plan.before, symbol)
    ranked = sorted(lots, key=lambda lot: (_rate(plan, investor, law, lot), lot.acquired or date.max, lot.id))
    rows = [_row(plan, investor, law, lot, sold.get(lot.id), book) for lot in ranked]
    shares = sum((n for lot_id, n in sold.items() if lot_id in {lot.id for lot in lots}), ZERO)
    figures: Figures = {"sold_shares": shares, "lots_count": len(lots), "per_usd": THOUSAND}
    head = book.row("", figures, entity=symbol, of=name, symbol=symbol, name=name)
    return {**head, "traded": shares > 0, "lots": [*rows], **_words(rows, name, book)}


def _rate(plan: Plan, investor: Investor, law: Law, lot: Lot) -> Decimal:
    return _tax_per_thousand(plan.before, investor, law, lot, plan).most_tax_usd


def _tax_per_thousand(household: Household, investor: Investor, law: Law, lot: Lot, plan: Plan) -> TaxRange:
    """Tax on selling a thousand dollars of the lot before anything else, at the year's exact rates."""
    value, gain = household.value_of(lot), household.gain_of(lot)
    if not value or gain is None:
        return change_range(investor, Gains(), law)
    part = gain * THOUSAND / value
    long = lot_term(lot, plan.on) is Term.LONG
    return change_range(investor, Gains(ZERO, part) if long else Gains(part, ZERO), law)


def _row(plan: Plan, investor: Investor, law: Law, lot: Lot, sold: Decimal | None, book: FactBook) -> dict[str, Json]:
    household, term = plan.before, lot_term(lot, plan.on)
    price = household.price_of(lot.symbol) or ZERO
    figures: Figures = {
        "acquired_date": lot.acquired,
        "held_shares": lot.shares,
        "sold_shares": sold,
        "gain_per_share_price": None if lot.basis_usd is None else price - lot.basis_usd / lot.shares,
        "gain_usd": household.gain_of(lot),
        **tax_figures("tax_per_thousand", _tax_per_thousand(household, investor, law, lot, plan)),
        "clear_date": clear_day(blocking(household, lot, plan.on)) if (household.gain_of(lot) or ZERO) < 0 else None,
    }
    words: dict[str, Json] = {"lot": lot.id, "account": lot.account_id, "chosen": sold is not None}
    words["term"] = term.value if term else "unknown"
    return book.row(lot.id, figures, entity=lot.symbol, of=f"{lot.symbol} {lot.id}", **words)


def _words(rows: list[dict[str, Json]], name: str, book: FactBook) -> dict[str, Json]:
    chosen = [row for row in rows if row["chosen"]]
    passed = [row for row in rows if not row["chosen"]]
    if not chosen:
        return {"why": f"The plan sells no {name}.", "next_lot_why": ""}
    best, per = chosen[0]["id"], cite(book.prefix, "per_usd")
    why = (
        f"Selling {per} of the lot from {cite(best, 'acquired_date')} changes this year's tax by "
        f"{_cost(chosen[0])}: its gain is {cite(best, 'gain_per_share_price')} a share."
    )
    return {"why": why, "next_lot_why": _next(passed, per)}


def _next(passed: list[dict[str, Json]], per: str) -> str:
    """Say what the cheapest lot that was not chosen would have cost, or what blocks it."""
    if not passed:
        return ""
    ref = passed[0]["id"]
    lot = cite(ref, "acquired_date")
    if passed[0]["clear_date"]:
        return f"The lot from {lot} has to wait: until {cite(ref, 'clear_date')} its loss would not count."
    tax = _cost(passed[0])
    return f"The next lot, from {lot}, would change it by {tax} for each {per} sold."


def _cost(row: dict[str, Json]) -> str:
    """Quote the tax on a thousand dollars of a lot, or the ends of its range while income is unknown."""
    if row["tax_per_thousand_usd"] is not None:
        return cite(row["id"], "tax_per_thousand_usd")
    return f"{cite(row['id'], 'tax_per_thousand_low_usd')} to {cite(row['id'], 'tax_per_thousand_high_usd')}"
