"""Schedule D: short with short, long with long, then across; what carries forward. One return is an array of one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Netted:
    """Lines of Schedule D, dollars, gains positive.

    ``net_short`` and ``net_long`` are lines 7 and 15, ``net`` line 16, ``allowed_loss`` line 21 as a positive amount,
    ``on_return`` what Form 1040 takes over, ``preferential`` the part taxed at long-term rates.
    """

    net_short: Floats
    net_long: Floats
    net: Floats
    allowed_loss: Floats
    on_return: Floats
    preferential: Floats


@dataclass(frozen=True, slots=True)
class Carryover:
    """Losses that go to next year, positive dollars, each keeping its character."""

    short: Floats
    long: Floats


def net(short: Floats, long: Floats, short_carryover: Floats, long_carryover: Floats, limit: Floats) -> Netted:
    """Net the year's gains and losses with the carryovers in (Schedule D lines 7, 15, 16 and 21; IRC 1211(b)).

    Args:
        short: Net short-term gain of the year before carryovers, losses negative.
        long: Net long-term gain of the year before carryovers, losses negative.
        short_carryover: Short-term loss brought in, positive.
        long_carryover: Long-term loss brought in, positive.
        limit: The most that may reduce other income.
    """
    net_short = short - short_carryover
    net_long = long - long_carryover
    total = net_short + net_long
    allowed_loss = np.minimum(np.maximum(-total, 0), limit)
    preferential = np.maximum(np.minimum(net_long, total), 0)
    return Netted(net_short, net_long, total, allowed_loss, np.maximum(total, -allowed_loss), preferential)


@dataclass(frozen=True, slots=True)
class Worksheet:
    """Lines 1 to 13 of the Capital Loss Carryover Worksheet, dollars; ``lines[7]`` is line 8, ``lines[12]`` line 13."""

    lines: tuple[Floats, ...]


def worksheet(netted: Netted, taxable_income: Floats) -> Worksheet:
    """Fill in the Capital Loss Carryover Worksheet (IRC 1212(b)): short-term loss is used up first.

    Args:
        netted: The year's Schedule D.
        taxable_income: Income less deductions after the allowed loss, negative when deductions exceed income; then
            that part of the allowed loss is not used up.
    """
    line_2 = netted.allowed_loss
    line_3 = np.maximum(taxable_income + line_2, 0)
    line_4 = np.minimum(line_2, line_3)
    line_5, line_6 = np.maximum(-netted.net_short, 0), np.maximum(netted.net_long, 0)
    line_7 = line_4 + line_6
    line_8 = np.maximum(line_5 - line_7, 0)
    line_9, line_10 = np.maximum(-netted.net_long, 0), np.maximum(netted.net_short, 0)
    line_11 = np.maximum(line_4 - line_5, 0)
    line_12 = line_10 + line_11
    line_13 = np.maximum(line_9 - line_12, 0)
    return Worksheet(
        (
            *(taxable_income, line_2, line_3, line_4, line_5, line_6, line_7),
            *(line_8, line_9, line_10, line_11, line_12, line_13),
        )
    )


def carry(netted: Netted, taxable_income: Floats) -> Carryover:
    """Return lines 8 and 13 of the worksheet, nothing where the year ends in a net gain; see ``worksheet``."""
    lines = worksheet(netted, taxable_income).lines
    in_loss = netted.net < 0
    return Carryover(np.where(in_loss, lines[7], 0.0), np.where(in_loss, lines[12], 0.0))
