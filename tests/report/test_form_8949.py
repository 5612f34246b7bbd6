"""Form 8949 and Schedule D against a year written out by hand."""

from __future__ import annotations

import csv
import json
from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from replays import ACCOUNTS, did, ledger
from report_year import YEAR, year

from tools.brokers.registry import read
from tools.errors import BadRequest, MissingFact
from tools.history import Transaction
from tools.model import FilingStatus, Household, Investor
from tools.report.export import COLUMNS, as_csv, as_json, as_txf, as_xlsx, export, inert
from tools.report.form_8949 import Form8949, as_reported, form_8949, in_whole_dollars
from tools.report.papers import TaxPapers, tax_papers
from tools.report.schedule_d import schedule_d, totals
from tools.tax.closed import gains_of
from tools.tax.law import law_for

GOLDEN = Path(__file__).with_name("golden") / "year.csv"
D = Decimal


def form(*events: Transaction, on: int = YEAR) -> Form8949:
    return form_8949(ledger(*events).closed, events, on)


def papers(*events: Transaction, whole_dollars: bool = False) -> TaxPapers:
    household = Household(tuple(ACCOUNTS.values()), (), history=events)
    person = Investor(filing_status=FilingStatus.SINGLE, income_usd=D(100_000))
    return tax_papers(household, person, law_for(YEAR), YEAR, date(YEAR, 12, 31), whole_dollars=whole_dollars)


def test_the_year_reads_as_written_by_hand() -> None:
    assert as_csv(papers(*year())).decode().splitlines() == GOLDEN.read_text(encoding="utf-8").splitlines()


def test_totals_and_lines_come_to_the_sums_done_by_hand() -> None:
    found = papers(*year()).schedule
    gains = {box: total.gain_usd for box, total in found.by_box.items()}
    # A: 50.25 - 50.05 + 0 - 120 + 49.95 + 100; D: 1,800 + 300.25; E: 60 + 300 + 470 + 300
    assert gains == {
        **{"A": D("30.15"), "B": D("60.40"), "C": D(5), "G": D(-500), "H": D("-49.45")},
        **{"D": D("2100.25"), "E": D(1130), "F": D("7.50"), "K": D(25_500)},
    }
    assert {name: found.line[name] for name in ("1b", "2", "3", "7")} == {
        **{"1b": D("-469.85"), "2": D("10.95"), "3": D(5), "7": D("-453.90")},
    }
    assert {name: found.line[name] for name in ("8b", "9", "10", "15", "16", "21")} == {
        **{"8b": D("2100.25"), "9": D(26_630), "10": D("7.50"), "15": D("28737.75"), "16": D("28283.85"), "21": D(0)},
    }
    assert found.carryover is None


def test_section_1256_is_left_out_by_name_and_other_years_silently() -> None:
    found = form(*year())
    (left,) = found.left_out
    assert "Form 6781" in left.why
    assert left.gain_usd == 500
    assert not any(row.sold.year != YEAR for row in found.rows)


def test_rows_add_up_to_what_the_ledger_counts() -> None:
    closed = [row for row in ledger(*year()).closed if row.sold.year == YEAR]
    counted = gains_of(closed)
    on_form = sum((total.gain_usd for total in totals(form(*year()).rows).values()), D(0))
    assert on_form + 500 == counted.short_usd + counted.long_usd


@given(
    st.lists(
        st.tuples(st.integers(0, 300), st.integers(1, 50), st.integers(1, 90_000), st.integers(0, 90_000)),
        min_size=1,
        max_size=6,
    )
)
def test_column_h_always_adds_up_to_the_counted_gains(trades: list[tuple[int, int, int, int]]) -> None:
    events = []
    for number, (day, shares, cost, brought) in enumerate(trades):
        start = date.fromordinal(date(YEAR, 1, 1).toordinal() + day).isoformat()
        events.append(did("buy", start, str(shares), str(D(cost) / 100), id=f"b{number}"))
        later = date.fromordinal(date(YEAR, 1, 2).toordinal() + day + 20).isoformat()
        events.append(did("sell", later, str(shares), str(D(brought) / 100), id=f"s{number}"))
    counted = gains_of(row for row in ledger(*events).closed if row.sold.year == YEAR)
    rows = form(*events).rows
    assert sum((row.gain_usd or D(0) for row in rows), D(0)) == counted.short_usd + counted.long_usd
    assert all(row.adjustment_usd >= 0 for row in rows)


@pytest.mark.parametrize(
    ("action", "bought", "sold", "more", "box"),
    [
        ("buy", "2011-01-01", "2026-05-04", {}, "D"),
        ("buy", "2010-12-31", "2026-05-04", {}, "E"),
        ("buy", "2011-12-31", "2026-05-04", {"symbol": "VTI"}, "E"),
        ("buy", "2012-01-01", "2026-05-04", {"symbol": "VTI"}, "D"),
        ("reinvest", "2011-12-31", "2026-05-04", {}, "E"),
        ("vest", "2026-01-05", "2026-05-04", {}, "B"),
        ("buy", "2025-12-31", "2026-05-04", {"instrument": "crypto"}, "H"),
        ("buy", "2026-01-01", "2026-05-04", {"instrument": "crypto"}, "G"),
        ("buy", "2026-01-01", "2027-05-04", {"instrument": "crypto"}, "J"),
        ("buy", "2020-01-01", "2025-05-05", {"instrument": "crypto"}, "K"),
        ("buy", "2020-01-01", "2024-05-06", {"instrument": "crypto"}, "F"),
        ("buy", "2013-12-31", "2026-05-04", {"instrument": "warrant", "underlying": "Y"}, "E"),
    ],
)
def test_the_box_follows_from_kind_and_dates(
    action: str, bought: str, sold: str, more: dict[str, str], box: str
) -> None:
    events = (did(action, bought, "1", "100", **more), did("sell", sold, "1", "130", **more))
    assert [row.box for row in form(*events, on=int(sold[:4])).rows] == [box]


def test_digital_assets_never_stand_under_c_or_f_from_2025_on() -> None:
    rows = [row for row in form(*year()).rows if row.symbol in ("BTC", "ETH", "SOL")]
    assert {row.box for row in rows} <= set("GHIJKL")


def test_a_reported_basis_that_is_wrong_is_shown_with_code_b_and_the_gain_stays() -> None:
    plain = form(*year())
    washed = next(row for row in plain.rows if row.description == "20 sh. PFE")
    shown = as_reported(plain, {washed.id: D("580.10")})
    row = next(row for row in shown.rows if row.id == washed.id)
    # 500 - 580.10 + g must stay -50.05, so g is 30.05: 50.05 disallowed less 20 of basis too low.
    assert (row.basis_usd, row.codes, row.adjustment_usd, row.gain_usd) == (
        D("580.10"),
        "BW",
        D("30.05"),
        D("-50.05"),
    )


def test_whole_dollars_round_halves_up_and_h_follows_from_the_columns() -> None:
    events = (did("buy", "2026-01-05", "1", "100.50"), did("sell", "2026-05-04", "1", "130.49"))
    (row,) = in_whole_dollars(form(*events)).rows
    assert (row.proceeds_usd, row.basis_usd, row.gain_usd) == (130, 101, 29)
    # Totals are added from cents, whatever the rows show.
    assert papers(*events, whole_dollars=True).schedule.line["7"] == D("29.99")


def test_a_row_without_a_cost_is_listed_and_added_up_nowhere() -> None:
    events = (did("open", "2020-01-02", "1"), did("sell", "2026-05-04", "1", "130"))
    found = form(*events)
    assert [row.gain_usd for row in found.incomplete] == [None]
    assert totals(found.rows) == {}


def test_the_carryover_worksheet_is_filled_in_line_by_line() -> None:
    events = (
        *(did("buy", "2026-01-05", "1", "9000", symbol="A1"), did("sell", "2026-05-04", "1", "1000", symbol="A1")),
        *(did("buy", "2020-01-06", "1", "1000", symbol="B1"), did("sell", "2026-05-04", "1", "3000", symbol="B1")),
    )
    # Line 7 is -8,000 - 500 brought in; line 15 is 2,000 - 1,200 brought in; 16 is -7,700; 3,000 deducted.
    found = schedule_d(form(*events), D(3000), D(500), D(1200), D(50_000))
    assert {name: found.line[name] for name in ("6", "7", "14", "15", "16", "21")} == {
        **{"6": D(-500), "7": D(-8500), "14": D(-1200), "15": D(800), "16": D(-7700), "21": D(-3000)},
    }
    assert found.carryover == {
        **{1: D(47_000), 2: D(3000), 3: D(50_000), 4: D(3000), 5: D(8500), 6: D(800), 7: D(3800)},
        **{8: D(4700), 9: D(0), 10: D(0), 11: D(0), 12: D(0), 13: D(0)},
    }


def test_a_deduction_that_income_cannot_use_is_not_used_up() -> None:
    events = (did("buy", "2026-01-05", "1", "9000"), did("sell", "2026-05-04", "1", "1000"))
    # Deductions exceed income by 2,000: line 1 is -5,000, so only 1,000 of the 3,000 is used; 7,000 goes on.
    found = schedule_d(form(*events), D(3000), income_less_deductions_usd=D(1000))
    assert (found.carryover or {})[4] == 1000
    assert found.short_carryover_usd == 7000


def test_the_csv_reads_back_to_the_same_totals() -> None:
    found = papers(*year())
    reading = read("back.csv", as_csv(found))
    assert not reading.problems
    gain = sum(((r.proceeds_usd - (r.basis_usd or 0) + (r.disallowed_usd or 0)) for r in reading.realized), D(0))
    assert gain == found.schedule.line["16"]


def test_the_spreadsheet_holds_numbers_and_inert_text() -> None:
    book = load_workbook(BytesIO(as_xlsx(papers(*year()))))
    rows = list(book["Form 8949"].iter_rows(values_only=True))
    assert rows[0] == COLUMNS
    assert len(rows) == 19
    assert sum(D(str(row[7])) for row in rows[1:]) == D("28283.85")
    assert inert("=1+1") == "'=1+1"
    assert inert("@SUM(A1)") == "'@SUM(A1)"
    assert inert("10 sh. MSFT") == "10 sh. MSFT"


def test_json_holds_every_row_line_and_note() -> None:
    content = json.loads(as_json(papers(*year())))
    assert len(content["rows"]) == 18
    assert content["schedule_d"]["16"] == "28283.85"
    assert content["note"] == "A worksheet, not the filed form."


def test_txf_has_a_record_for_each_row_and_refuses_digital_assets() -> None:
    stocks = [event for event in year() if event.symbol in ("PFE", "MSFT")]
    lines = as_txf(papers(*stocks)).decode().splitlines()
    assert lines[:4] == ["V042", "ALotline", "D12/31/2026", "^"]
    assert lines[4:15] == [
        *("TD", "N321", "C1", "L1", "P20 sh. PFE", "D10/01/2025", "D03/02/2026", "$600.10", "$500.00", "$50.05", "^"),
    ]
    assert "N323" in lines
    with pytest.raises(BadRequest, match="digital asset"):
        as_txf(papers(*year()))


def test_a_year_to_come_a_format_that_is_none_and_no_history_are_said() -> None:
    household = Household(tuple(ACCOUNTS.values()), (), history=tuple(year()))
    with pytest.raises(BadRequest, match="2027 has not begun"):
        tax_papers(household, Investor(), law_for(2026), 2027, date(2026, 12, 31))
    with pytest.raises(BadRequest, match="no format"):
        export(papers(*year()), "pdf")
    with pytest.raises(MissingFact, match="past trades"):
        tax_papers(Household((), ()), Investor(), law_for(2026), 2026, date(2026, 12, 31))


def test_the_golden_file_itself_adds_up() -> None:
    with GOLDEN.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            h = D(row["Proceeds"]) - D(row["Cost Basis"]) + D(row["Adjustment Amount"] or 0)
            assert h == D(row["Gain/Loss"]), row["Description"]
