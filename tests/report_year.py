"""A hand-made year: some 40 trades with every box that dates can tell and every code, two accounts, one a Roth."""

from __future__ import annotations

from replays import did

from tools.history import Transaction

YEAR = 2026


def _trade(symbol: str, bought: str, shares: str, cost: str, sold: str, brought: str, **kind: str) -> list[Transaction]:
    return [
        did("buy", bought, shares, cost, symbol=symbol, id=f"in-{symbol}", **kind),
        did("sell", sold, shares, brought, symbol=symbol, id=f"out-{symbol}", **kind),
    ]


def year() -> list[Transaction]:
    """Return the events; the rows that they come to stand in ``report/golden/year.csv``, written by hand."""
    call = {"instrument": "call", "underlying": "KO"}
    return [
        # A: stock bought since 2011, held one year or less
        *_trade("KO", "2025-11-03", "10", "600", "2026-02-02", "650.25"),
        # A, W: 20 sold at a loss of 100.10, 10 bought back 12 days later: 50.05 disallowed
        *_trade("PFE", "2025-10-01", "20", "600.10", "2026-03-02", "500"),
        did("buy", "2026-03-14", "10", "260", symbol="PFE", id="back-PFE"),
        # A: those 10 sold in December cost 260 + 50.05; tacked days 152, so acquired 2025-10-13; 49.95 gain
        did("sell", "2026-09-01", "10", "360", symbol="PFE", id="later-PFE"),
        # A, W: all of a loss of 40 lost to the Roth
        *_trade("T", "2026-01-05", "5", "140", "2026-04-06", "100"),
        did("buy", "2026-04-10", "5", "105", symbol="T", account="roth", id="roth-T"),
        # B: shares from outside, less than a year
        did("transfer_in", "2026-01-15", "4", "200", symbol="GE", acquired="2025-12-01", id="in-GE"),
        did("sell", "2026-05-04", "4", "260.40", symbol="GE", id="out-GE"),
        # C: capital returned beyond the cost: 5 shares cost 10, return 3 each: 5 of gain
        did("buy", "2026-01-02", "5", "10", symbol="RET", id="in-RET"),
        did("return_of_capital", "2026-06-01", None, "15", symbol="RET", id="roc-RET"),
        # D: long, reported
        *_trade("MSFT", "2021-03-02", "10", "2300", "2026-05-04", "4100"),
        # D, C: a metal fund is a collectible
        *_trade("GLD", "2020-07-01", "3", "500.50", "2026-07-01", "800.75"),
        # E: stock older than 2011
        *_trade("IBM", "2009-06-01", "2", "200", "2026-06-02", "500"),
        # E: a fund share older than 2012 in a year when stock is reported
        *_trade("VTI", "2011-06-01", "2", "130", "2026-06-02", "600"),
        # E: inherited
        did("inherit", "2026-02-01", "6", "900", symbol="JNJ", market_value_usd="900", id="in-JNJ"),
        did("sell", "2026-03-03", "6", "960", symbol="JNJ", id="out-JNJ"),
        # E: a gift, held by the donor since 2015
        did(
            *("gift_in", "2025-12-20", "3"),
            symbol="PG",
            donor_basis_usd="150",
            market_value_usd="480",
            acquired="2015-05-05",
            id="in-PG",
        ),
        did("sell", "2026-08-03", "3", "450", symbol="PG", id="out-PG"),
        # F: capital returned beyond the cost, long
        did("buy", "2019-01-02", "5", "10", symbol="OLD", id="in-OLD"),
        did("return_of_capital", "2026-06-01", None, "17.50", symbol="OLD", id="roc-OLD"),
        # G, H: digital assets held one year or less, bought in 2026 and before
        *_trade("ETH", "2026-02-03", "1", "3000", "2026-04-01", "2500", instrument="crypto"),
        *_trade("SOL", "2025-10-03", "5", "700", "2026-04-01", "650.55", instrument="crypto"),
        # K: long, bought before 2026
        *_trade("BTC", "2020-05-05", "0.5", "4500", "2026-08-03", "30000", instrument="crypto"),
        # A: an option that ends worthless
        did("buy", "2026-05-01", "1", "120", symbol="KO 2026-06-19 C75", id="in-CALL", **call),
        did("expire", "2026-06-19", "1", symbol="KO 2026-06-19 C75", id="out-CALL", **call),
        # A: a short sale, closed
        did("short", "2026-09-08", "10", "1000", symbol="NKE", id="in-NKE"),
        did("cover", "2026-10-05", "10", "900", symbol="NKE", id="out-NKE"),
        # left out: section 1256
        *_trade("SPX 2026-03-20 C6000", "2026-01-06", "1", "1000", "2026-02-06", "1500", instrument="section_1256"),
        # another year
        *_trade("ABBV", "2020-01-02", "1", "90", "2025-06-02", "190"),
    ]
