"""The year's papers as rows of facts: lines of Schedule D, totals by box, rows, what differs from the broker."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from tools.analysis.holdings import name_of
from tools.facts import FactBook, Figures, Json
from tools.model import Household
from tools.money import ZERO
from tools.report.differences import Reason
from tools.report.form_8949 import FormRow
from tools.report.papers import TaxPapers
from tools.report.reconcile import Reconciliation, Reported
from tools.report.schedule_d import LINE_OF_BOX

SHOWN = 12
"""Rows of each kind that an answer lists; how many more there are is a figure of its own. A file holds all."""
WHY: Mapping[Reason, str] = {
    Reason.ACROSS_ACCOUNTS: "a wash sale that only shows across accounts or securities",
    Reason.CARRIED_BASIS: "the lot's cost holds an earlier disallowed loss that the broker does not count",
    Reason.BASIS_HOLDS_ADJUSTMENT: "the broker's cost already holds the wash-sale adjustment",
    Reason.BROKER_ONLY: "the broker sees a wash sale that these records do not show",
    Reason.LEDGER_ONLY: "a wash sale that the broker's report leaves out",
    Reason.OTHER_LOT: "the broker closed another lot",
    Reason.ROUNDING: "rounding",
    Reason.DATE: "another date",
    Reason.TERM: "another term",
    Reason.NOT_REPORTED: "the broker reports no cost",
    Reason.UNKNOWN_HERE: "the cost is unknown in these records",
    Reason.UNEXPLAINED: "nothing in these records explains it",
    Reason.MISSING_HERE: "a sale in the broker's report that these records do not show",
    Reason.MISSING_THERE: "a sale that is not in the broker's report",
}


def describe_papers(household: Household, papers: TaxPapers, book: FactBook) -> dict[str, Json]:
    """Write what goes where: net lines first, then boxes, rows and differences."""
    form, schedule = papers.form, papers.schedule
    line = schedule.line
    figures: Figures = {
        "first_date": date(form.year, 1, 1),
        "last_date": min(papers.as_of, date(form.year, 12, 31)),
        "rows_count": len(form.rows),
        "net_short_usd": line["7"],
        "net_long_usd": line["15"],
        "net_usd": line["16"],
        "deducted_usd": -line["21"],
        "short_carryover_in_usd": -line["6"],
        "long_carryover_in_usd": -line["14"],
        "short_carryover_usd": schedule.short_carryover_usd,
        "long_carryover_usd": schedule.long_carryover_usd,
        "disallowed_usd": sum((row.disallowed_usd for row in papers.closed), ZERO),
        "incomplete_count": len(form.incomplete),
        "left_out_count": len(form.left_out),
        "more_rows_count": max(len(form.rows) - SHOWN, 0) or None,
    }
    return {
        **book.row("", figures, of=f"Tax year {form.year}", year=str(form.year), tax_year=form.year),
        "boxes": [_box(book, papers, box) for box in schedule.by_box],
        "rows": [_row(household, row, n, book) for n, row in enumerate(form.rows[:SHOWN], 1)],
        "left_out": [{"symbol": each.symbol, "why": each.why} for each in form.left_out[:1]],
        "broker": None if papers.reconciled is None else _broker(household, papers.reconciled, book),
        "problems": [{"where": p.where, "what": p.what, "fix": p.fix} for p in papers.problems],
    }


def _box(book: FactBook, papers: TaxPapers, box: str) -> dict[str, Json]:
    total = papers.schedule.by_box[box]
    figures: Figures = {
        "sales_count": total.count,
        "proceeds_usd": total.proceeds_usd,
        "basis_usd": total.basis_usd,
        "adjustment_usd": total.adjustment_usd,
        "gain_usd": total.gain_usd,
    }
    return book.row(f"box_{box.lower()}", figures, of=f"Box {box}", box=box, line=LINE_OF_BOX[box])


def _row(household: Household, row: FormRow, number: int, book: FactBook) -> dict[str, Json]:
    figures: Figures = {
        "sold_shares": row.shares,
        "acquired_date": row.acquired,
        "sold_date": row.sold,
        "proceeds_usd": row.proceeds_usd,
        "basis_usd": row.basis_usd,
        "adjustment_usd": row.adjustment_usd if row.codes else None,
        "gain_usd": row.gain_usd,
    }
    name = name_of(household, row.symbol)
    words: dict[str, Json] = {"symbol": row.symbol, "box": row.box, "codes": row.codes, "where": str(row.origin)}
    kind = "INHERITED" if row.inherited else "VARIOUS"
    return book.row(f"r{number}", figures, entity=row.symbol, of=f"{name} sale", name=name, acquired=kind, **words)


def _broker(household: Household, found: Reconciliation, book: FactBook) -> dict[str, Json]:
    """Write how the records and the broker's report differ, by reason, and the sales behind it."""
    figures: Figures = {
        "agreeing_count": len(found.matched) - len(found.differing),
        "differing_count": len(found.differing),
        "missing_here_count": len(found.only_reported),
        "missing_there_count": len(found.only_ledger),
        "records_gain_usd": found.ledger_usd,
        "broker_gain_usd": found.reported_usd,
        "difference_usd": found.ledger_usd - found.reported_usd,
    }
    row = book.row("broker", figures, of="Broker's report", ties=found.ties)
    row["reasons"] = [
        book.row(f"broker.why{n}", {"by_usd": amount}, of="Difference", why=WHY[reason], reason=reason.value)
        for n, (reason, amount) in enumerate(found.by_reason.items(), 1)
    ]
    row["sales"] = [
        _differing(household, match.rows[0], sum((d.gain_usd for d in match.differences), ZERO), n, book)
        | {"why": list(dict.fromkeys(WHY[d.reason] for d in match.differences))}
        for n, match in enumerate(found.differing[:SHOWN], 1)
    ]
    row["missing"] = [_missing(household, each, n, book) for n, each in enumerate(found.only_reported[:SHOWN], 1)]
    return row


def _differing(household: Household, row: FormRow, by: Decimal, number: int, book: FactBook) -> dict[str, Json]:
    name = name_of(household, row.symbol)
    figures: Figures = {"sold_date": row.sold, "by_usd": by}
    return book.row(f"broker.s{number}", figures, entity=row.symbol, of=f"{name} sale", name=name)


def _missing(household: Household, one: Reported, number: int, book: FactBook) -> dict[str, Json]:
    name = name_of(household, one.row.symbol)
    figures: Figures = {"sold_date": one.row.sold, "sold_shares": one.row.shares, "gain_usd": one.gain_usd}
    return book.row(
        f"broker.m{number}", figures, entity=one.row.symbol, of=f"{name} sale", name=name, where=str(one.origin)
    )
