"""What is said after orders were placed or refused, written by code from the result's facts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assistant.grounding import escape_name

_SIDES = {"sell": "Sold", "buy": "Bought"}


def fills_text(result: Mapping[str, Any]) -> str:
    """Write the fills as a table of references, or the reason why nothing was traded."""
    if error := result.get("error"):
        return f"Nothing was traded. {error.get('what', '')} {error.get('fix', '')}".strip()
    if result.get("status") != "filled":
        return f"Nothing was traded. {result.get('reason') or 'The plan needs approval first.'}"
    rows = [_row(fill) for fill in result.get("fills", ())]
    table = "| | Shares | Of | Price | Amount | Account |\n|---|---:|---|---:|---:|---|\n" + "\n".join(rows)
    notes = "".join(f"\n\n{note}" for note in (*result.get("notes", ()), *result.get("unchecked", ())))
    return f"Done, on paper: the trades were filled at the prices shown, and your lots have changed.\n\n{table}{notes}"


def _row(fill: Mapping[str, Any]) -> str:
    figures = (f"{{{{{fill['id']}.{key}}}}}" for key in ("traded_shares", "each_price", "amount_usd"))
    shares, price, amount = figures
    side, symbol = _SIDES.get(str(fill.get("side")), "Traded"), escape_name(str(fill.get("symbol")))
    return f"| {side} | {shares} | {symbol} | {price} | {amount} | {fill.get('account', '')} |"
