"""What a loss claims of its replacement: the shares are cut out of the lot, and the loss and its days join them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from tools.money import share_of
from tools.tax.lots import HeldLot, cut, washed

DUST = Decimal("0.000000001")
"""Fewer shares than this are what a ratio such as one third leaves behind, not shares."""


@dataclass(frozen=True, slots=True)
class Claim:
    """Shares of a purchase that a loss has claimed."""

    shares: Decimal
    disallowed_usd: Decimal
    tacked_days: int
    permanent: bool


def pieces(lots: Sequence[HeldLot], claims: Iterable[Claim]) -> list[HeldLot]:
    """Cut the claimed shares out of the lots of one purchase; the loss is shared over them to the cent."""
    found: list[HeldLot] = []
    rest = list(lots)
    for claim in claims:
        shares, loss = claim.shares, claim.disallowed_usd
        while shares > DUST and rest:
            whole = rest[0].shares
            part, over = cut(rest[0], whole if abs(whole - shares) < DUST else min(shares, whole))
            rest[:1] = [] if over is None else [over]
            moved = loss if part.shares >= shares - DUST else share_of(loss, part.shares, shares)
            found.append(washed(part, moved, claim.tacked_days, permanent=claim.permanent))
            shares, loss = shares - part.shares, loss - moved
    return [*found, *rest]
