"""The long run: ``python -m evals.adversary 5000 [SEED]`` plays mixtures and prints what got through."""

from __future__ import annotations

import asyncio
import logging
import sys
from random import Random

from evals.adversary.run import SAID, Stage, Tally
from evals.adversary.ways import random_way

TURNS_EACH = 8


async def played(turns: int, seed: int) -> Tally:
    """Play conversations of eight turns until so many turns are played."""
    tally, number = Tally(), seed
    while tally.turns < turns:
        random, stage = Random(number), Stage(number)
        for _ in range(TURNS_EACH):
            await stage.turn(f"seed {number}", random_way(random), random.choice(SAID), tally)
        number += 1
    return tally


def main() -> None:
    """Run and print; exit code 1 when anything got through."""
    logging.disable(logging.CRITICAL)
    turns = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    tally = asyncio.run(played(turns, int(sys.argv[2]) if len(sys.argv) > 2 else 0))
    print(f"{tally.turns} turns, {tally.blocked} figures and claims held back, {len(tally.findings)} got through")
    print("\n".join(tally.findings[:40]))
    sys.exit(1 if tally.findings else 0)


if __name__ == "__main__":
    main()
