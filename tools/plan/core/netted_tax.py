"""The year's netted tax: Schedule D by cases, and the same as convex pieces, each exact on its own polyhedron.

IRC 1211(b), 1212(b): losses up to the limit lower other income, short-term first; the rest keeps its character.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tools.plan.core.problem import Array, TaxRates


def tax_of(short: float, long: float, t: TaxRates) -> float:
    """Return the tax of net short and long gains, starts included, by the cases of Schedule D.

    Thresholds add their rate to the net gain, or to the part of it that is taxed as short-term, above their place.
    """
    net = short + long
    if net >= 0:
        taxed_short = max(0.0, min(short, net))
        taxed_long = net - taxed_short
        lines = [t.short * taxed_short + t.long * taxed_long]
        tax = max([*lines, *(s.short * taxed_short + s.long * taxed_long + s.at for s in t.steps)])
        over = sum(s.rate * max(0.0, (net if s.kind == "net" else taxed_short) - s.at) for s in t.thresholds)
        return tax + over
    deducted = min(-net, t.offset)
    short_loss, long_loss = max(-short, 0.0), max(-long, 0.0)
    used_by_long = max(deducted - short_loss, 0.0)
    carried_short = max(short_loss - deducted - max(long, 0.0), 0.0)
    carried_long = max(long_loss - used_by_long - max(short, 0.0), 0.0)
    return -t.ordinary * deducted - t.carry_short * carried_short - t.carry_long * carried_long


@dataclass(frozen=True, slots=True)
class Regime:
    """Where one convex piece of the tax is exact.

    ``cone`` rows (a, b, c) say a S + b L + c >= 0; ``planes`` rows (a, b, c) are the functions a S + b L + c whose
    maximum is the tax, plus the ``ramps`` rows (a, b, c, rate): rate times the positive part of a S + b L + c.
    """

    name: str
    cone: Array
    planes: Array
    ramps: Array


def regimes(t: TaxRates) -> tuple[Regime, ...]:
    """Return the regimes of Schedule D netting; together they cover every (short, long)."""
    c, to = t.offset, t.ordinary
    long_gain, long_loss, net_gain, net_loss = (0, 1, 0), (0, -1, 0), (1, 1, 0), (-1, -1, 0)
    lines: list[Row] = [(t.long, t.long, 0), (t.short, t.long, 0)]
    lines += [line for s in t.steps for line in ((s.long, s.long, s.at), (s.short, s.long, s.at))]
    found = [_regime("net gain", [long_gain, net_gain], lines, _ramps(t, False))]
    carried_short = (t.carry_short, t.carry_short, -(to - t.carry_short) * c)
    carried_long = (t.carry_long, t.carry_long, -(to - t.carry_long) * c)
    deducted = (to, to, 0)
    found += _loss("net loss, short", [long_gain, net_loss], [deducted], carried_short, c, t.carry_short <= to, None)
    same = t.carry_short == t.carry_long
    edge = [] if same else [(1, 0, c)]
    gains = [(t.short, t.short, 0), deducted, *((s.short, s.short, s.at) for s in t.steps)]
    found += _loss("long loss", [long_loss, *edge], gains, carried_long, c, t.carry_long <= to, _ramps(t, True))
    if not same:
        deep = (t.carry_short, t.carry_long, (t.carry_short - to) * c)
        found.append(_regime("both carried", [long_loss, (-1, 0, -c)], [deep], None))
    return tuple(found)


Row = tuple[float, ...]


def _ramps(t: TaxRates, long_lost: bool) -> list[Row]:
    """Write thresholds on (short, long): with a long-term loss all net gain is short-term."""
    rows: list[Row] = []
    for s in t.thresholds:
        both = s.kind == "net" or long_lost
        rows.append((1.0, 1.0 if both else 0.0, -s.at, s.rate))
    return rows


def _loss(
    name: str, cone: Sequence[Row], planes: Sequence[Row], carried: Row, c: float, convex: bool, ramps: list[Row] | None
) -> list[Regime]:
    """Return one regime where the worth of a carried loss is at most that of a deducted one, else one each side."""
    if convex:
        return [_regime(name, cone, [*planes, carried], ramps)]
    near = _regime(f"{name}, deducted", [*cone, (1, 1, c)], planes, ramps)
    return [near, _regime(f"{name}, carried", [*cone, (-1, -1, -c)], [carried], None)]


def _regime(name: str, cone: Sequence[Row], planes: Sequence[Row], ramps: list[Row] | None) -> Regime:
    steps = np.array(ramps or np.zeros((0, 4)), dtype=float).reshape(-1, 4)
    return Regime(name, np.array(cone, dtype=float), np.array(planes, dtype=float), steps)


def expanded(regime: Regime) -> Array:
    """Return planes whose maximum is the whole tax of the regime, ramps included."""
    planes = regime.planes
    for *ramp, rate in regime.ramps:
        planes = np.vstack([planes, planes + rate * np.array(ramp)])
    return planes
