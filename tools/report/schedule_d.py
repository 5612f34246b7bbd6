"""Schedule D as data: totals by box, the lines that net them, and the Capital Loss Carryover Worksheet."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from tools.money import ZERO, as_float, from_float
from tools.report.form_8949 import Form8949, FormRow
from tools.tax.netting import Netted, Worksheet, net, worksheet

LINE_OF_BOX = {
    **{"A": "1b", "G": "1b", "B": "2", "H": "2", "C": "3", "I": "3"},
    **{"D": "8b", "J": "8b", "E": "9", "K": "9", "F": "10", "L": "10"},
}
"""The line of Schedule D that takes each box's totals (2025 form; before it there were no boxes G to L)."""


@dataclass(frozen=True, slots=True)
class Total:
    """Columns (d), (e), (g) and (h) added up over ``count`` rows."""

    count: int = 0
    proceeds_usd: Decimal = ZERO
    basis_usd: Decimal = ZERO
    adjustment_usd: Decimal = ZERO

    @property
    def gain_usd(self) -> Decimal:
        """Return column (h)."""
        return self.proceeds_usd - self.basis_usd + self.adjustment_usd

    def plus(self, row: FormRow) -> Total:
        """Return the total with one more row, whose cost is known."""
        return Total(
            self.count + 1,
            self.proceeds_usd + row.proceeds_usd,
            self.basis_usd + (row.basis_usd or ZERO),
            self.adjustment_usd + row.adjustment_usd,
        )


@dataclass(frozen=True, slots=True)
class ScheduleD:
    """The lines that past sales fill in. Lines 4, 5, 11, 12 and 13 come from papers that no broker file shows.

    ``carryover`` is the worksheet's lines 1 to 13, None while there is no net loss to carry.
    """

    year: int
    by_box: dict[str, Total]
    line: dict[str, Decimal]
    carryover: dict[int, Decimal] | None

    @property
    def short_carryover_usd(self) -> Decimal:
        """Return worksheet line 8: short-term loss that goes to next year."""
        return self.carryover[8] if self.carryover else ZERO

    @property
    def long_carryover_usd(self) -> Decimal:
        """Return worksheet line 13: long-term loss that goes to next year."""
        return self.carryover[13] if self.carryover else ZERO


def totals(rows: Iterable[FormRow]) -> dict[str, Total]:
    """Add up rows by box; rows of unknown cost are left out."""
    found: dict[str, Total] = {}
    for row in rows:
        if row.basis_usd is not None:
            found[row.box] = found.get(row.box, Total()).plus(row)
    return dict(sorted(found.items()))


def schedule_d(
    form: Form8949,
    limit_usd: Decimal,
    short_carryover_usd: Decimal = ZERO,
    long_carryover_usd: Decimal = ZERO,
    income_less_deductions_usd: Decimal | None = None,
) -> ScheduleD:
    """Net a year's rows with the carryovers brought in (Schedule D lines 1b to 21, without 4, 5 and 11 to 13).

    Args:
        form: The rows to the cent.
        limit_usd: The most that a net loss may reduce other income: 3,000, or 1,500 married filing separately.
        short_carryover_usd: Line 6 as a positive loss.
        long_carryover_usd: Line 14 as a positive loss.
        income_less_deductions_usd: Income without these gains less deductions, negative when deductions exceed it;
            None assumes enough to use the whole deduction.
    """
    by_box = totals(form.rows)
    line = _box_lines(by_box)
    netted = net(
        _one(line["1b"] + line["2"] + line["3"]),
        _one(line["8b"] + line["9"] + line["10"]),
        _one(short_carryover_usd),
        _one(long_carryover_usd),
        _one(limit_usd),
    )
    line |= {
        "6": -short_carryover_usd,
        "14": -long_carryover_usd,
        "7": _back(netted.net_short),
        "15": _back(netted.net_long),
        "16": _back(netted.net),
        "21": -_back(netted.allowed_loss),
    }
    return ScheduleD(form.year, by_box, line, _carryover(netted, income_less_deductions_usd))


def _box_lines(by_box: dict[str, Total]) -> dict[str, Decimal]:
    line = dict.fromkeys(LINE_OF_BOX.values(), ZERO)
    for box, total in by_box.items():
        line[LINE_OF_BOX[box]] += total.gain_usd
    return line


def _carryover(netted: Netted, income_usd: Decimal | None) -> dict[int, Decimal] | None:
    if not bool(netted.net[0] < 0):
        return None
    allowed = netted.allowed_loss
    taxable = np.zeros(1) if income_usd is None else _one(income_usd) - allowed
    sheet: Worksheet = worksheet(netted, taxable)
    return {number: _back(amount) for number, amount in enumerate(sheet.lines, start=1)}


def _one(amount: Decimal) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.array([as_float(amount)])


def _back(amount: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> Decimal:
    return from_float(float(amount[0])) + ZERO
