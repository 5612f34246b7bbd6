"""A review of past sales as rows of facts: what was taken, by which purchase, where it went, what can still be done."""

from __future__ import annotations

from collections.abc import Sequence

from tools.analysis.holdings import name_of
from tools.analysis.review import Carrier, PastSale, Review
from tools.facts import FactBook, Figures, Json
from tools.history import Instrument
from tools.model import Household
from tools.money import ZERO
from tools.tax.unchecked import Unchecked

SHOWN = 12
"""Rows of each kind that an answer lists; how many more there are is a figure of its own."""

_UNITS = {
    Instrument.CALL: ("call contract", "call contracts"),
    Instrument.PUT: ("put contract", "put contracts"),
    Instrument.WARRANT: ("warrant", "warrants"),
}


def describe_review(household: Household, found: Review, book: FactBook) -> dict[str, Json]:
    """Write the verdict with its evidence: the sales the rule took from, then where each loss is now."""
    washed = found.washed
    open_ = [sale for sale in found.losses if sale.open_until is not None]
    figures: Figures = {
        "sales_count": len(found.sales),
        "loss_sales_count": len(found.losses),
        "washed_count": len(washed),
        "loss_usd": sum((sale.loss_usd for sale in found.losses), ZERO),
        "disallowed_usd": sum((sale.disallowed_usd for sale in washed), ZERO),
        "permanent_usd": sum((sale.permanent_usd for sale in washed), ZERO),
        "deferred_usd": sum((sale.deferred_usd for sale in washed), ZERO),
        "short_gain_usd": found.gains.short_usd,
        "long_gain_usd": found.gains.long_usd,
        "first_date": found.first,
        "last_date": found.last,
        "more_washed_count": _more(washed),
        "more_carriers_count": _more(found.carriers),
        "more_open_count": _more(open_),
        "more_unknown_count": _more(found.unknown),
        "more_unsettled_count": _more(found.unchecked),
    }
    return {
        **book.row("", figures, of=f"Sales of {found.year}", review=True, year=str(found.year)),
        "washed": [_sale_row(household, sale, n, book) for n, sale in enumerate(washed[:SHOWN], 1)],
        "carriers": [_carrier_row(household, each, n, book) for n, each in enumerate(found.carriers[:SHOWN], 1)],
        "open": [_open_row(household, sale, n, book) for n, sale in enumerate(open_[:SHOWN], 1)],
        "unknown": [_unknown_row(household, sale, n, book) for n, sale in enumerate(found.unknown[:SHOWN], 1)],
        "unsettled": [_unchecked_row(point) for point in found.unchecked[:SHOWN]],
        "problems": [{"where": p.where, "what": p.what, "fix": p.fix} for p in found.problems],
    }


def _unchecked_row(point: Unchecked) -> dict[str, Json]:
    """Write one open point with its first row, the evidence a person needs to look it up."""
    return {"code": point.code, "what": point.sentence, "where": str(point.origins[0])}


def _more(rows: Sequence[object]) -> int | None:
    """Count the rows that are not shown, None when all are."""
    return max(len(rows) - SHOWN, 0) or None


def _sale_row(household: Household, sale: PastSale, number: int, book: FactBook) -> dict[str, Json]:
    figures: Figures = {
        "sold_date": sale.sold,
        "sold_shares": sale.shares,
        "loss_usd": sale.loss_usd,
        "disallowed_usd": sale.disallowed_usd,
        "permanent_usd": sale.permanent_usd,
        "deferred_usd": sale.deferred_usd,
        "counts_usd": sale.loss_usd - sale.disallowed_usd,
    }
    words: dict[str, Json] = {"symbol": sale.symbol, "account": sale.account_id, "where": sale.where}
    one, several, name = _unit_of(household, sale.symbol)
    words["unit"] = one if sale.shares == 1 else several
    row = book.row(f"s{number}", figures, entity=sale.symbol, of=f"{name} sale", name=name, **words)
    row["matches"] = [
        book.row(
            f"s{number}.m{n}",
            {"bought_date": part.bought, "matched_shares": part.shares, "disallowed_usd": part.disallowed_usd},
            entity=part.symbol,
            of=f"Purchase in {part.account_id}",
            account=part.account_id,
            symbol=part.symbol,
            permanent=part.permanent,
            contested=part.contested,
            unit=_unit_of(household, part.symbol)[0 if part.shares == 1 else 1],
            where=str(part.origin),
        )
        for n, part in enumerate(sale.washed, 1)
    ]
    return row


def _unit_of(household: Household, symbol: str) -> tuple[str, str, str]:
    """Return one and several of what is held under a symbol, and whose they are: an option is named by its stock."""
    found = next((event for event in household.history if event.symbol == symbol and event.underlying), None)
    if found is None or found.underlying is None or found.instrument not in _UNITS:
        return "share", "shares", name_of(household, symbol)
    return *_UNITS[found.instrument], name_of(household, found.underlying)


def _carrier_row(household: Household, found: Carrier, number: int, book: FactBook) -> dict[str, Json]:
    figures: Figures = {
        "carrying_shares": found.shares,
        "carried_usd": found.carried_usd,
        "bought_date": found.bought,
        "free_from_date": found.free_from,
    }
    one, several, name = _unit_of(household, found.symbol)
    words: dict[str, Json] = {"symbol": found.symbol, "account": found.account_id, "in_time": found.in_time}
    words["unit"] = one if found.shares == 1 else several
    return book.row(f"c{number}", figures, entity=found.symbol, of=f"{name} replacement", name=name, **words)


def _open_row(household: Household, sale: PastSale, number: int, book: FactBook) -> dict[str, Json]:
    figures: Figures = {
        "sold_date": sale.sold,
        "counts_usd": sale.loss_usd - sale.disallowed_usd,
        "quiet_until_date": sale.open_until,
    }
    name = name_of(household, sale.symbol)
    return book.row(f"o{number}", figures, entity=sale.symbol, of=f"{name} sale", name=name, symbol=sale.symbol)


def _unknown_row(household: Household, sale: PastSale, number: int, book: FactBook) -> dict[str, Json]:
    figures: Figures = {"sold_date": sale.sold, "sold_shares": sale.shares}
    name = name_of(household, sale.symbol)
    words: dict[str, Json] = {"symbol": sale.symbol, "where": sale.where}
    return book.row(f"u{number}", figures, entity=sale.symbol, of=f"{name} sale", name=name, **words)
