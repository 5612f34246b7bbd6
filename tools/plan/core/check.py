"""Checks a certificate without the solver: the branches cover every choice, every bound follows from its prices.

Written apart from the bound that the search uses: item by item, in plain Python, straight from the problem's data. The
only things shared are the definitions: the problem, the pieces of the tax, the sides and the rules of a regime.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

import numpy as np

from tools.plan.core.certificate import Certificate, Leaf
from tools.plan.core.netted_tax import regimes
from tools.plan.core.problem import BP, CoreProblem, Mask
from tools.plan.core.sides import Kind, Sides
from tools.plan.core.tail import Tail, tail_of

Item = tuple[float, float, float]
"""Limit of an amount, its effect on the deviation, its reduced cost."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What the check found: the bound that holds in bp, and why the certificate fails, if it does."""

    bound_bp: float
    fault: str


def check_certificate(problem: CoreProblem, certificate: Certificate, cost_bp: float, gap_bp: float) -> Checked:
    """Recompute the bound of every leaf and tell whether the plan's cost is within ``gap_bp`` of the least of them."""
    fault = _uncovered(problem, certificate)
    least = float("inf")
    for leaf in certificate.leaves:
        least = min(least, _leaf_bound(problem, certificate.sides, leaf))
    bound_bp = BP * least
    if not fault and cost_bp - bound_bp > gap_bp:
        fault = f"The plan costs {cost_bp - bound_bp:.6f} bp more than its leaves prove."
    return Checked(bound_bp, fault)


def _uncovered(problem: CoreProblem, certificate: Certificate) -> str:
    """Count the choices of every regime's leaves, which must be disjoint, against all that there are."""
    sides = certificate.sides
    for regime in regimes(problem.tax):
        leaves = [leaf for leaf in certificate.leaves if leaf.regime == regime.name]
        everything = prod(sum(1 for s in sides.group if s == g) for g in range(problem.groups))
        covered = sum(_choices(sides, leaf.allowed) - _choices(sides, leaf.kept) for leaf in leaves)
        overlap = any(_overlap(sides, one, other) for n, one in enumerate(leaves) for other in leaves[:n])
        if covered != everything or overlap:
            return f"The leaves of {regime.name} do not cover every choice once."
    return ""


def _options(sides: Sides, allowed: Mask) -> list[set[int]]:
    options: list[set[int]] = [set() for _ in range(int(sides.group.max()) + 1)]
    for side, may in enumerate(allowed):
        if may:
            options[int(sides.group[side])].add(side)
    return options


def _choices(sides: Sides, allowed: Mask | None) -> int:
    return 0 if allowed is None else prod(len(options) for options in _options(sides, allowed))


def _overlap(sides: Sides, one: Leaf, other: Leaf) -> bool:
    """Tell whether leaves share a choice; what both allow may lie within what one of them leaves to others."""
    both = [a & b for a, b in zip(_options(sides, one.allowed), _options(sides, other.allowed), strict=True)]
    left = [_options(sides, leaf.kept) for leaf in (one, other) if leaf.kept is not None]
    return all(both) and not any(all(b <= k for b, k in zip(both, kept, strict=True)) for kept in left)


def _leaf_bound(p: CoreProblem, sides: Sides, leaf: Leaf) -> float:
    regime = next((r for r in regimes(p.tax) if r.name == leaf.regime), None)
    if leaf.prices is None or regime is None:
        return float("-inf")
    tail = tail_of(p, regime, leaf.penalty)
    plane = [max(0.0, float(x)) for x in leaf.prices.plane]
    plane = [x / sum(plane) for x in plane]
    row, paid = list[float](), 0.0
    for x, d, u, dd, uu in zip(leaf.prices.row, tail.down, tail.up, tail.down_square, tail.up_square, strict=True):
        price_of_row, more = _row_price(float(x), (float(d), float(u)), (float(dd), float(uu)))
        row.append(price_of_row)
        paid += more
    price = [
        sum(w * float(line[m]) for w, line in zip(plane, tail.planes, strict=True))
        + sum(w * float(line[m]) for w, line in zip(row, tail.rows, strict=True))
        for m in range(tail.planes.shape[1])
    ]
    factor = [float(x) for x in leaf.prices.factor]
    total = sum(w * float(c) for w, c in zip(plane, tail.intercept, strict=True))
    total -= sum(w * float(c) for w, c in zip(row, tail.level, strict=True)) + float(np.dot(factor, factor)) / 4
    total -= paid
    start = [p.tax.short_start, p.tax.long_start, *map(float, p.cash), *(0.0 for _ in p.limits)]
    start += [goal.start for goal in p.goals]
    total += sum(a * b for a, b in zip(price, start, strict=True))
    book, options = _Book(p, tail, price, factor), _options(sides, leaf.allowed)
    costs = [{side: book.side_cost(sides, side) for side in options[g]} for g in range(p.groups)]
    least = sum((min(of.values()) for of in costs), float(total))
    if leaf.kept is None:
        return least
    left_out = (of[s] - min(of.values()) for of in costs for s in of if not leaf.kept[s])
    return least + min(left_out, default=float("inf"))


class _Book:
    """The problem's items by group, with the cost that prices give them."""

    def __init__(self, p: CoreProblem, tail: Tail, price: list[float], factor: list[float]) -> None:
        self.p, self.price = p, price
        scale = float(np.sqrt(p.gamma))
        self.pull = [scale * sum(float(f) * x for f, x in zip(row, factor, strict=True)) for row in p.factors]
        self.assets: list[list[int]] = [[] for _ in range(p.groups)]
        for asset, group in enumerate(p.group):
            self.assets[int(group)].append(asset)
        self.lots: list[list[int]] = [[] for _ in p.deviation]
        self.buys: list[list[int]] = [[] for _ in p.deviation]
        for lot, asset in enumerate(p.lots.asset):
            self.lots[int(asset)].append(lot)
        for pair, asset in enumerate(p.buys.asset):
            self.buys[int(asset)].append(pair)

    def side_cost(self, sides: Sides, side: int) -> float:
        kind, kept = Kind(int(sides.kind[side])), int(sides.kept[side])
        return sum((self._asset(asset, kind, kept) for asset in self.assets[int(sides.group[side])]), 0.0)

    def _asset(self, asset: int, kind: Kind, kept: int) -> float:
        p = self.p
        items, constant, e = list[Item](), 0.0, float(p.deviation[asset])
        for lot in self.lots[asset]:
            effect, cost = self._lot(lot)
            if kind >= Kind.WHOLE and p.lots.recent[lot] and p.lots.value[lot] > 0 and lot != kept:
                constant += cost * float(p.lots.value[lot])
                e += effect * float(p.lots.value[lot])
            elif not _loss(p, lot) or kind in (Kind.FREE, Kind.SELL, Kind.WHOLE) or lot == kept:
                items.append((float(p.lots.most[lot]), effect, cost + effect * self.pull[asset]))
        if kind <= Kind.BUY:
            items += [self._buy(pair, asset) for pair in self.buys[asset]]
        quad = p.gamma * float(p.idio[asset]) ** 2
        return constant + e * self.pull[asset] + _least(quad, e, items)

    def _lot(self, lot: int) -> tuple[float, float]:
        p = self.p
        asset, account = int(p.lots.asset[lot]), int(p.lots.account[lot])
        gain = float(p.lots.gain_rate[lot]) if p.lots.taxable[lot] else 0.0
        cost = float(p.spread[asset]) - float(p.lots.later[lot]) * gain
        cost += self.price[0 if p.lots.short[lot] else 1] * gain + self.price[2 + account] * (
            1 - float(p.spread[asset])
        )
        for n, limit in enumerate(p.linear):
            cost += self.price[2 + len(p.cash) + n] * float(limit.sell[lot])
        return -float(p.account_weight[account]), cost

    def _buy(self, pair: int, asset: int) -> Item:
        p = self.p
        account, effect = int(p.buys.account[pair]), float(p.account_weight[p.buys.account[pair]])
        cost = float(p.spread[asset]) + float(p.buys.cost[pair])
        cost -= self.price[2 + account] * (1 + float(p.spread[asset]))
        for n, limit in enumerate(p.linear):
            cost += self.price[2 + len(p.cash) + n] * float(limit.buy[pair])
        return float(p.buys.most[pair]), effect, cost + effect * self.pull[asset]


def _row_price(price: float, linear: tuple[float, float], square: tuple[float, float]) -> tuple[float, float]:
    """Return the price that a row may have and what a price beyond its linear part takes from the bound."""
    (down, up), (down_square, up_square) = linear, square
    if price > up:
        return (price, (price - up) ** 2 / (4 * up_square)) if up_square else (up, 0.0)
    if -price > down:
        return (price, (-price - down) ** 2 / (4 * down_square)) if down_square else (-down, 0.0)
    return price, 0.0


def _loss(p: CoreProblem, lot: int) -> bool:
    return bool(p.lots.taxable[lot]) and float(p.lots.gain_rate[lot]) < 0


def _least(quad: float, e: float, items: list[Item]) -> float:
    """Return the least of quad (e + effects)^2 + costs: a bound for any price of the deviation, so take the best."""
    tries = [-cost / effect for _, effect, cost in items if effect] if quad > 0 else [0.0]

    def bound(price: float) -> float:
        square = price * price / (4 * quad) if quad > 0 else 0.0
        return price * e - square + sum(min(0.0, cost + effect * price) * most for most, effect, cost in items)

    if quad == 0:
        return bound(0.0)
    turns = sorted(tries)
    edges = [turns[0] - 1.0, *turns, turns[-1] + 1.0] if turns else [0.0]
    middles = [(a + b) / 2 for a, b in zip(edges, edges[1:], strict=False)]
    slopes = [2 * quad * (e + sum(s * u for u, s, c in items if c + s * m < 0)) for m in middles]
    inside = [min(max(s, a), b) for s, a, b in zip(slopes, edges, edges[1:], strict=False)]
    outside = slopes[:1] + slopes[-1:] if slopes else [2 * quad * e]
    return max(bound(price) for price in (*turns, *inside, *outside))
