"""Random accounts for the optimizer: sizes, rates, carryovers, thresholds, households and groups of every kind."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tools.plan.core.problem import Array, CoreBuys, CoreLots, CoreProblem, Index, TaxRates, Threshold

RATES = (
    # short, long, ordinary: the 0 % bracket, the middle, with net investment income tax, the top, a state's on top
    (0.10, 0.0, 0.10),
    (0.12, 0.0, 0.12),
    (0.22, 0.15, 0.22),
    (0.278, 0.188, 0.24),
    (0.408, 0.238, 0.37),
    (0.458, 0.288, 0.42),
    (0.12, 0.0, 0.0),
)


@dataclass(frozen=True, slots=True)
class Size:
    """How large an account to make."""

    assets: int = 30
    lots_per_asset: int = 10
    factors: int = 5


def random_account(seed: int, size: Size | None = None) -> CoreProblem:
    """Return one account; equal seeds give equal accounts."""
    size, rng = size or Size(), np.random.default_rng(seed)
    n = size.assets
    value_usd = float(np.exp(rng.uniform(np.log(20_000), np.log(50_000_000))))
    ira = bool(rng.random() < 0.4)
    group = _groups(rng, n)
    target = rng.dirichlet(np.full(n, 0.7)) * 0.99
    held = np.abs(target * rng.lognormal(0, 0.5, n) + rng.exponential(0.2 / n, n) * (rng.random(n) < 0.3))
    held *= 0.97 / held.sum()
    lots = _lots(rng, size, held, ira)
    account_weight = np.array([1.0, 1 - 0.25 * float(rng.random() < 0.5)]) if ira else np.ones(1)
    worth = np.bincount(lots.asset, lots.value * account_weight[lots.account], n)
    buys = _buys(rng, n, held, target, ira)
    cash = np.array([0.02, 0.01]) if ira else np.array([0.03])
    return CoreProblem(
        lots=lots,
        buys=buys,
        deviation=worth - target * (worth.sum() + 0.03),
        factors=np.column_stack([rng.normal(0.16, 0.04, n), rng.normal(0, 0.035, (n, size.factors - 1))]),
        idio=rng.uniform(0.12, 0.4, n),
        spread=rng.uniform(0.0002, 0.0015, n),
        group=group,
        cash=cash,
        cash_target=np.array([0.01, 0.0]) if ira else np.array([0.01]),
        account_weight=account_weight,
        tax=_tax(rng, value_usd),
        gamma=float(np.exp(rng.uniform(np.log(2), np.log(300)))),
    )


def _groups(rng: np.random.Generator, n: int) -> Index:
    """Return group numbers with a few pairs and larger groups among single assets."""
    label = np.arange(n)
    for _ in range(max(1, n // 8)):
        members = rng.choice(n, min(n, int(rng.choice([2, 2, 3, 4]))), replace=False)
        label[members] = label[members].min()
    return np.asarray(np.unique(label, return_inverse=True)[1], dtype=np.intp)


def _lots(rng: np.random.Generator, size: Size, held: Array, ira: bool) -> CoreLots:
    count = rng.poisson(size.lots_per_asset - 1, size.assets) + 1
    asset = np.repeat(np.arange(size.assets), count)
    part = rng.gamma(0.8, 1.0, len(asset)) + 1e-3
    value = held[asset] * part / np.bincount(asset, part)[asset]
    account = (rng.random(len(asset)) < 0.25).astype(np.intp) if ira else np.zeros(len(asset), dtype=np.intp)
    drift = rng.normal(0.05, 0.25, size.assets)
    gain = 1 - np.exp(-(drift[asset] + rng.normal(0.05, 0.25, len(asset))))
    most = np.where((rng.random(size.assets) < 0.05)[asset], 0.0, value)
    return CoreLots(
        account=account,
        asset=asset,
        value=value,
        gain_rate=gain,
        short=rng.random(len(asset)) < 0.35,
        taxable=account == 0,
        most=most,
        recent=rng.random(len(asset)) < 0.03,
        later=np.full(len(asset), float(rng.choice([0.0, 0.05, 0.1, 0.15]))),
    )


def _buys(rng: np.random.Generator, n: int, held: Array, target: Array, ira: bool) -> CoreBuys:
    accounts = 2 if ira else 1
    asset = np.tile(np.arange(n), accounts)
    most = np.maximum(0.0, np.maximum(3 * target, target + 0.01) - held)[asset]
    most[rng.random(len(asset)) < 0.1] = 0.0
    return CoreBuys(np.repeat(np.arange(accounts), n), asset, most, np.zeros(len(asset)))


def _tax(rng: np.random.Generator, value_usd: float) -> TaxRates:
    short, long, ordinary = RATES[int(rng.integers(len(RATES)))]
    carry_short = float(rng.uniform(0, 0.2))
    starts = rng.normal(0, 0.02, 2) * (rng.random(2) < 0.6)
    steps = [Threshold("net", float(rng.choice([0.038, 0.05, 0.15])), float(rng.uniform(0, 0.05)))]
    steps.append(Threshold("short", float(rng.choice([0.02, 0.08])), float(rng.uniform(0, 0.03))))
    return TaxRates(
        short=short,
        long=long,
        ordinary=ordinary,
        carry_short=carry_short,
        carry_long=carry_short if rng.random() < 0.5 else float(rng.uniform(0, carry_short)),
        offset=float(rng.choice([3000, 1500])) / value_usd,
        short_start=float(starts[0]),
        long_start=float(starts[1]),
        thresholds=tuple(steps[: int(rng.integers(0, 3))]),
    )
