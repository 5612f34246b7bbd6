"""Sales whose number of shares depends on what is held: a part of a holding, or down to a weight."""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_UP, Decimal

from assistant.builtin.arguments import each_symbol, portion, some
from assistant.builtin.context import Call, Context, Json
from assistant.builtin.request import Request, Slots, Understanding

_NEARLY = Decimal("0.1")


def down_to(request: Request) -> Decimal | None:
    """Return the weight that a holding shall come down to."""
    said = request.slots.get("pct")
    return Decimal(said) if request.intent == "trim" and said and portion(request.slots) else None


def depends_on_held(request: Request) -> bool:
    """Return whether the shares to sell follow from what is held."""
    return request.intent in ("sale", "trim") and portion(request.slots) is not None and "symbol" in request.slots


def held_lookups(understood: Understanding) -> list[Call]:
    """Look at the holdings of which a part shall be sold."""
    wanted = [request for request in understood.requests if depends_on_held(request)]
    return [Call("show_holdings", {"symbol": symbol}) for request in wanted for symbol in each_symbol(request.slots)]


def portion_sales(understood: Understanding, context: Context) -> list[Call]:
    """Try the sales of parts, once the holdings are known."""
    if context.turn.results("simulate_sale"):
        return []
    calls = []
    for request in understood.requests:
        if depends_on_held(request):
            calls += [_sale(row, request, context) for row in _held(context, request.slots)]
    return [call for call in calls if Decimal(str(call.args["shares"])) > 0]


def below_already(understood: Understanding, context: Context) -> bool:
    """Return whether every holding to be brought down to a weight is below it already."""
    wanted = [request for request in understood.requests if down_to(request) is not None]
    rows = [(row, down_to(each) or Decimal(0)) for each in wanted for row in _held(context, each.slots)]
    return bool(rows) and all(Decimal(str(row.get("weight_frac") or 0)) <= weight for row, weight in rows)


def _sale(row: Json, request: Request, context: Context) -> Call:
    held, weight = Decimal(str(row["held_shares"])), down_to(request)
    if weight is None:
        part = (held * (portion(request.slots) or Decimal(0))).quantize(_NEARLY)  # a third is written in four decimals
        shares = part.to_integral_value(ROUND_DOWN)
        taxed = _taxed(row["symbol"], context)
        if taxed and shares > taxed:  # half of 450, of which 200 are taxable: half of what a sale can be taxed on
            shares = (taxed * (portion(request.slots) or Decimal(0))).quantize(_NEARLY).to_integral_value(ROUND_DOWN)
    else:
        now = Decimal(str(row.get("weight_frac") or 0))
        keep = weight / now if now > weight else Decimal(1)
        shares = (held * (1 - keep)).to_integral_value(ROUND_UP)
    if spared := request.slots.get("all_but"):
        shares = max((_taxed(row["symbol"], context) or held) - Decimal(spared), Decimal(0))
    args = {"symbol": row["symbol"], "shares": str(shares)}
    return Call("simulate_sale", args | some(request.slots, "lot_method", "date", "price"))


def _taxed(symbol: str, context: Context) -> Decimal:
    """Return the shares of a holding in taxable accounts, as far as the lots were shown."""
    taxable = {row.get("id") for row in context.session.accounts if row.get("type") == "taxable"}
    lots = [lot for result in context.turn.results("show_holdings") for lot in result.get("lots") or []]
    own = [lot for lot in lots if lot.get("symbol") == symbol and lot.get("account") in taxable]
    return sum((Decimal(str(lot["held_shares"])) for lot in own), Decimal(0))


def _held(context: Context, slots: Slots) -> list[Json]:
    rows = [row for result in context.turn.results("show_holdings") for row in result.get("holdings") or []]
    return [row for row in rows if row.get("held_shares") and row.get("symbol")]
