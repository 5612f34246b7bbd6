"""Runs one peer on one account in that peer's own environment: ``PYTHON peer_runner.py NAME < account > trades``.

Knows nothing of this project: reads an account as JSON, writes trades and times as JSON. Imports are not timed.
"""

from __future__ import annotations

import importlib
import json
import sys
import time
from collections.abc import Callable
from typing import Any

Account = dict[str, Any]
Trades = tuple[list[float], list[float]]


def taxrebalance(account: Account) -> Callable[[], Trades]:
    """Prepare taxrebalance: least tax and cost within the tracking error given, its full search."""
    peer = importlib.import_module("taxrebalance")
    lot_class = importlib.import_module("tax_rebalancing.models").TaxLot
    names, lots = account["symbols"], account["lots"]
    portfolio = peer.Portfolio.from_tax_lots(
        [
            lot_class(
                lot_id=str(n),
                ticker=names[lot["asset"]],
                shares=lot["shares"],
                basis_per_share=lot["basis"],
                days_held=lot["days"],
                prior_30d_replacement=lot["blocked"],
            )
            for n, lot in enumerate(lots)
        ],
        prices=dict.fromkeys(names, 1.0),
        cash=account["cash"],
    )
    config = peer.RebalanceConfig(
        max_tracking_error=account["tracking_error"],
        trading_cost_bps=1e4 * sum(account["spread"]) / len(names),
        loss_utilization=1.0,
        future_recapture_fraction=0.0,
        risk_aversion=0.0,
        restricted_tickers=tuple(names[n] for n in account["restricted"]),
    )

    def solve() -> Trades:
        found = peer.rebalance(
            portfolio,
            target_weights=dict(zip(names, account["target"], strict=True)),
            covariance=account["covariance"],
            tax_policy=peer.UnitedStatesLots(account["short_rate"], account["long_rate"]),
            config=config,
        )
        if not found.feasible:
            raise ValueError(str(found.summary()["violations"]))
        sell, buy = [0.0] * len(lots), [0.0] * len(names)
        for trade in found.trades:
            if trade["side"] == "SELL":
                sell[int(trade["lot_id"])] += float(trade["shares"])
            else:
                buy[names.index(trade["ticker"])] += float(trade["shares"])
        return sell, buy

    return solve


def cvxportfolio(account: Account) -> Callable[[], Trades]:
    """Prepare cvxportfolio's single-period policy before tax; its sales take the lots of highest cost first."""
    peer, pandas = importlib.import_module("cvxportfolio"), importlib.import_module("pandas")
    names, lots = account["symbols"], account["lots"]
    covariance = pandas.DataFrame(account["covariance"], index=names, columns=names)
    target = pandas.Series([*account["target"], 0.0], index=[*names, "cash"])
    spread = pandas.Series(account["spread"], index=names)
    held = [0.0] * len(names)
    for lot in lots:
        held[lot["asset"]] += lot["shares"]
    holdings = pandas.Series([*held, account["cash"]], index=[*names, "cash"])

    def solve() -> Trades:
        cost = peer.TransactionCost(a=spread, b=None)
        policy = peer.SinglePeriodOptimization(
            -account["gamma"] * peer.FullCovariance(covariance) - cost,
            [peer.LongOnly(), peer.LeverageLimit(1)],
            benchmark=target,
            include_cash_return=False,
        )
        u = policy.execute(holdings, market_data=None, t=pandas.Timestamp("2026-01-02"))[0]
        sell, buy = [0.0] * len(lots), [max(0.0, float(u[name])) for name in names]
        for asset, name in enumerate(names):
            left = max(0.0, -float(u[name]))
            mine = sorted((n for n, lot in enumerate(lots) if lot["asset"] == asset), key=lambda n: -lots[n]["basis"])
            for n in mine:
                sell[n] = min(left, lots[n]["shares"])
                left -= sell[n]
        return sell, buy

    return solve


def main() -> None:
    """Run the peer named on the command line."""
    solve = {"taxrebalance": taxrebalance, "cvxportfolio": cvxportfolio}[sys.argv[1]](json.load(sys.stdin))
    wall, cpu = time.perf_counter(), time.process_time()
    sell, buy = solve()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    json.dump({"sell": sell, "buy": buy, "wall": wall, "cpu": cpu}, sys.stdout)


if __name__ == "__main__":
    main()
