"""A simulated sale as JSON with facts: the figures, its lots, waiting, and the dearest other lot."""

from __future__ import annotations

from decimal import Decimal

from tools.analysis.holdings import lot_term, name_of
from tools.analysis.sale import SimulatedSale
from tools.analysis.wash import Leg
from tools.facts import FactBook, Json
from tools.model import Household, Term
from tools.tax.holding_period import long_term_from
from tools.tax.year import TaxRange


def tax_figures(name: str, tax: TaxRange) -> dict[str, Decimal | None]:
    """Return ``<name>_usd``, or its low and high ends when income or status is unknown."""
    if tax.exact:
        return {f"{name}_usd": tax.most_tax_usd}
    return {f"{name}_usd": None, f"{name}_low_usd": tax.least_tax_usd, f"{name}_high_usd": tax.most_tax_usd}


def describe_sale(household: Household, sale: SimulatedSale, book: FactBook) -> dict[str, Json]:
    """Write the simulated sale as JSON with facts."""
    realized, name = sale.realized, name_of(household, sale.symbol)
    tax = tax_figures("tax", sale.tax)
    net = _net(sale)
    figures = {
        "sold_shares": sale.shares,
        "proceeds_usd": realized.proceeds_usd,
        "basis_usd": realized.basis_usd,
        "gain_usd": realized.gain_usd,
        "short_gain_usd": realized.gains.short_usd,
        "long_gain_usd": realized.gains.long_usd,
        "disallowed_usd": realized.wash.disallowed_usd,
        "permanent_usd": realized.wash.permanent_usd,
        "weight_before_frac": sale.weight_before_frac,
        "weight_after_frac": sale.weight_after_frac,
        "lots_count": len(sale.legs),
        **tax,
        **_state_figures(sale),
        **net,
    }
    state = sale.state.law if sale.state else None
    words: dict[str, Json] = {"symbol": sale.symbol, "name": name, "method": sale.method}
    if state and not state.no_tax:
        words |= {"state": state.name, "state_year": state.year}
    head = book.row("", figures, entity=sale.symbol, of=name, **words)
    return {
        **head,
        "taxable": bool(realized.gain_by_lot),
        "lots": [_leg_row(household, sale, leg, book) for leg in sale.legs],
        "wait": _wait_row(sale, book),
        "other": _other_row(sale, book),
    }


def _net(sale: SimulatedSale) -> dict[str, Decimal | None]:
    """Return what stays after federal and state tax, or its ends."""
    low, high = (sale.state.low.extra_usd, sale.state.high.extra_usd) if sale.state else (Decimal(0), Decimal(0))
    proceeds = sale.realized.proceeds_usd
    least, most = proceeds - sale.tax.most_tax_usd - high, proceeds - sale.tax.least_tax_usd - low
    return {"net_usd": least} if sale.tax.exact else {"net_usd": None, "net_low_usd": least, "net_high_usd": most}


def _state_figures(sale: SimulatedSale) -> dict[str, Decimal | None]:
    """Return the state tax due to the sale, nothing where none was named or the state leaves gains untaxed."""
    if sale.state is None or sale.state.law.no_tax:
        return {}
    if sale.state.exact:
        return {"state_tax_estimate_usd": sale.state.low.extra_usd}
    return {
        "state_tax_estimate_low_usd": sale.state.low.extra_usd,
        "state_tax_estimate_high_usd": sale.state.high.extra_usd,
    }


def _leg_row(household: Household, sale: SimulatedSale, leg: Leg, book: FactBook) -> dict[str, Json]:
    term = lot_term(leg.lot, sale.on)
    turns = long_term_from(leg.lot.acquired) if leg.lot.acquired and term is Term.SHORT else None
    figures = {
        "sold_shares": leg.shares,
        "acquired_date": leg.lot.acquired,
        "gain_usd": sale.realized.gain_by_lot.get(leg.lot.id),
        "turns_long_date": turns,
    }
    words = {"lot": leg.lot.id, "account": leg.lot.account_id, "term": term.value if term else "unknown"}
    return book.row(leg.lot.id, figures, entity=sale.symbol, of=f"{sale.symbol} {leg.lot.id}", **words)


def _wait_row(sale: SimulatedSale, book: FactBook) -> dict[str, Json] | None:
    if sale.waiting is None:
        return None
    figures = {"from_date": sale.waiting.from_date, **tax_figures("tax", sale.waiting.tax)}
    of = "Waiting for long-term"
    return book.row("wait", figures, entity=sale.symbol, of=of, next_year=sale.waiting.next_year)


def _other_row(sale: SimulatedSale, book: FactBook) -> dict[str, Json] | None:
    if sale.other is None:
        return None
    figures = {"acquired_date": sale.other.lot.acquired, **tax_figures("tax", sale.other.tax)}
    return book.row("other", figures, entity=sale.symbol, of="Another lot", lot=sale.other.lot.id)
