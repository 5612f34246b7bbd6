"""Print how long files take to load: ``python -m evals.bench.files``."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from datetime import date, timedelta
from string import ascii_uppercase

from rich.console import Console
from rich.table import Table

from tools.brokers.registry import read
from tools.household.build import build

ON = date(2026, 11, 20)
FIRST = date(2012, 1, 1)
SPAN_DAYS = 5_000
HEADER = "account,account_type,owner,symbol,name,asset_class,quantity,cost_per_share,acquired,price"


def lots_file(count: int, seed: int = 3) -> bytes:
    """Write a file of so many varied lots in seven accounts and four hundred symbols."""
    draw = random.Random(seed)
    symbols = ["".join(draw.choices(ascii_uppercase, k=4)) for _ in range(400)]
    prices = {symbol: f"{draw.uniform(5, 900):.2f}" for symbol in symbols}
    lines = [HEADER]
    for number in range(count):
        symbol, day = draw.choice(symbols), FIRST + timedelta(days=draw.randrange(SPAN_DAYS))
        account = f"Account {number % 7} 4433-99{number % 7}7,taxable,self"
        amounts = f"{draw.uniform(1, 500):.3f},{draw.uniform(5, 900):.4f}"
        lines.append(f"{account},{symbol},{symbol.title()} Inc ™,us_equity,{amounts},{day},{prices[symbol]}")
    return "\n".join(lines).encode()


def history_file(count: int, symbols_count: int, seed: int = 3) -> bytes:
    """Write a history of so many purchases and sales, never selling more than is held."""
    draw = random.Random(seed)
    held = {"".join(draw.choices(ascii_uppercase, k=4)): 0 for _ in range(symbols_count)}
    lines = ["account,account_type,date,action,symbol,quantity,amount"]
    for number in range(count):
        symbol, day = draw.choice(list(held)), FIRST + timedelta(days=number * SPAN_DAYS // count)
        sells, shares = held[symbol] > 20 and draw.random() < 0.4, draw.randrange(1, 20)
        held[symbol] += -shares if sells else shares
        lines.append(f"Main …1234,taxable,{day},{'sell' if sells else 'buy'},{symbol},{shares},{shares * 49}")
    return "\n".join(lines).encode()


def load_seconds(content: bytes) -> tuple[float, float]:
    """Return the seconds that reading and building take."""
    begin = time.perf_counter()
    reading = read("file-1", content)
    middle = time.perf_counter()
    build([reading], ON)
    return middle - begin, time.perf_counter() - middle


def main() -> None:
    """Measure and print."""
    cases: tuple[tuple[str, Callable[[], bytes], str], ...] = (
        ("10,000 lots", lambda: lots_file(10_000), "1"),
        ("100,000 lots", lambda: lots_file(100_000), "60"),
        ("10,000 rows of history, 100 symbols", lambda: history_file(10_000, 100), "10"),
        ("3,000 rows of history, one symbol", lambda: history_file(3_000, 1), "10"),
    )
    table = Table("Seconds", "Goal", "Read", "Build", "Both", title="Files")
    for name, make, goal in cases:
        reading, building = min((load_seconds(make()) for _ in range(3)), key=sum)
        table.add_row(name, goal, f"{reading:.2f}", f"{building:.2f}", f"{reading + building:.2f}")
    Console(width=120).print(table)


if __name__ == "__main__":
    main()
