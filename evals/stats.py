"""Bounds and tests for small counts, exact, standard library only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import comb, sqrt

_Z95 = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Bounds:
    """A share with its 95 % confidence bounds."""

    share: float
    low: float
    high: float


def wilson(hits: int, of: int) -> Bounds:
    """Return Wilson's score interval (Wilson 1927), for rates in the middle."""
    if of == 0:
        return Bounds(0.0, 0.0, 1.0)
    p, z2 = hits / of, _Z95**2
    middle, spread = p + z2 / (2 * of), _Z95 * sqrt(p * (1 - p) / of + z2 / (4 * of * of))
    scale = 1 + z2 / of
    low = 0.0 if hits == 0 else (middle - spread) / scale
    return Bounds(p, low, 1.0 if hits == of else (middle + spread) / scale)


def clopper_pearson(hits: int, of: int) -> Bounds:
    """Return the exact interval (Clopper and Pearson 1934), for rates near 0 or 1 such as attack success."""
    if of == 0:
        return Bounds(0.0, 0.0, 1.0)
    low = 0.0 if hits == 0 else _solve(lambda p: 1 - _at_most(hits - 1, of, p) - 0.025)
    high = 1.0 if hits == of else _solve(lambda p: 0.025 - _at_most(hits, of, p))
    return Bounds(hits / of, low, high)


def _at_most(k: int, n: int, p: float) -> float:
    return sum(float(comb(n, i)) * p**i * (1 - p) ** (n - i) for i in range(k + 1))


def _solve(rising: Callable[[float], float]) -> float:
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if rising(middle) < 0 else (low, middle)
    return (low + high) / 2


def mcnemar(only_first: int, only_second: int) -> float:
    """Return the exact two-sided p of McNemar's test on the cases that two runs judge differently."""
    n = only_first + only_second
    if n == 0:
        return 1.0
    tail = sum(comb(n, i) for i in range(min(only_first, only_second) + 1)) / 2**n
    return float(min(1.0, 2 * tail))


def pass_hat(passed: int, epochs: int, k: int) -> float:
    """Estimate the chance that k runs in a row all pass (tau-bench's pass^k) from ``passed`` of ``epochs``."""
    if epochs < k:
        return 1.0 if passed == epochs else 0.0
    return float(comb(passed, k) / comb(epochs, k))
