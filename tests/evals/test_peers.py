"""Peers of the optimizer: judged by our exact cost, and named when they are not there or fail."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from core_builders import problem_with

from evals.bench import peers

PEER = """
import json, sys
account = json.load(sys.stdin)
sell = [lot["shares"] / 2 if n == 0 else 0.0 for n, lot in enumerate(account["lots"])]
json.dump({"sell": sell, "buy": [0.0, sum(sell)], "wall": 0.5, "cpu": 0.25}, sys.stdout)
"""


def test_without_an_environment_for_peers_the_setting_to_make_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(peers.SETTING, raising=False)
    assert peers.SETTING in str(peers.run_peer("taxrebalance", problem_with(), 0.01))


def test_a_peer_that_fails_is_shown_with_its_last_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(peers.SETTING, sys.executable)
    assert "KeyError" in str(peers.run_peer("nobody", problem_with(), 0.01))


def test_trades_of_a_peer_are_judged_in_weights_at_our_cost(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    runner = tmp_path / "peer.py"
    runner.write_text(PEER)
    monkeypatch.setenv(peers.SETTING, sys.executable)
    monkeypatch.setattr(peers, "RUNNER", runner)
    found = peers.run_peer("any", problem_with(spread=np.zeros(2)), 0.01)
    assert isinstance(found, peers.PeerResult)
    # Half of 0.6 in A goes to B: deviations -0.1 and 0.1 against 0.2 volatility at a price of 10.
    assert found.cost.risk_bp == pytest.approx(1e4 * 10 * 0.04 * 0.02)
    assert found.idle_bp == pytest.approx(0, abs=1e-6)
    assert found.wall_ms == 500
