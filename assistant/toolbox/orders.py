"""Placing an approved plan: the card that shows it, the last checks, the fills, and what they change."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import replace
from decimal import Decimal

from assistant.adapters.paper_broker import Fill
from assistant.events import ApprovalCard, CardLine
from assistant.grounding.format import grouped, show_date, trimmed
from assistant.session import Filled, Session
from assistant.toolbox.price_age import undated_note
from assistant.toolbox.result import Desk, Result
from tools.analysis.holdings import lot_term, name_of
from tools.errors import PlanRejected
from tools.facts import FactBook, Json
from tools.household.edit import apply_trades
from tools.model import LossSale, Trade
from tools.money import ZERO
from tools.plan.cash import with_new_cash
from tools.plan.plan import Plan, plan_hash
from tools.plan.verify import verify

_SINCE = "since the plan was made. Ask for a new plan."


def approval_card(session: Session, plan_id: str, book: FactBook) -> ApprovalCard:
    """Write down exactly the trades of one plan, and what they do to this year's tax."""
    plan: Plan = session.plans[plan_id]
    lines = tuple(_line(plan, trade) for trade in plan.trades)
    sold = sum((t.amount_usd for t in plan.sells), ZERO)
    bought = sum((t.amount_usd for t in plan.buys), ZERO)
    book.row("card", {"sold_usd": sold, "bought_usd": bought, "trades_count": len(plan.trades)}, of="Approval card")
    summary = [f"{len(plan.trades)} trades: sell {_usd(sold)}, buy {_usd(bought)}."]
    if plan.tax.exact:
        change = plan.tax.low
        less = "less" if change.saved_usd >= 0 else "more"
        summary.append(
            f"Federal tax for {plan.on.year}: {_usd(abs(change.saved_usd))} {less} than without these trades."
        )
    if note := undated_note(session, (trade.symbol for trade in plan.trades)):
        summary.append(note)
    summary.append("On paper: no broker is connected, orders fill at the prices shown.")
    return ApprovalCard(plan_id, f"Plan {plan_id}", lines, tuple(summary))


def _usd(amount: Decimal) -> str:
    return grouped(amount, 0, "$")


def _line(plan: Plan, trade: Trade) -> CardLine:
    gain = plan.realized.gain_by_lot.get(trade.lot_id or "")
    lot = plan.before.lot_by_id.get(trade.lot_id or "")
    term = lot_term(lot, plan.on) if lot else None
    words = (
        ""
        if gain is None
        else f"{'gain' if gain >= 0 else 'loss'} {_usd(abs(gain))}, {term.value if term else ''}-term"
    )
    bought = f", bought {show_date(lot.acquired)}" if lot and lot.acquired else ""
    return CardLine(
        side=trade.side,
        what=f"{name_of(plan.before, trade.symbol)} ({trade.symbol}){bought}",
        shares=trimmed(trade.shares, 3),
        amount=_usd(trade.amount_usd),
        gain=words,
        account=trade.account_id,
    )


def place(session: Session, plan_id: str, desk: Desk) -> Result:
    """Check the plan against the household as it is now, fill it, and take the new lots over.

    The wash-sale rule, shares, cash and wishes are checked again; changed holdings or prices refuse the order.
    """
    plan: Plan = session.plans[plan_id]
    if reason := _stale(session, plan):
        return desk.result({"id": desk.book.prefix, "status": "refused", "plan_id": plan_id, "reason": reason})
    fills = session.broker.place(plan_id, plan.trades, session.as_of, lambda found: _settle(session, plan, found))
    filled = [fill.trade for fill in fills]
    body: dict[str, Json] = desk.book.row(
        "",
        {
            "trades_count": len(filled),
            "sold_usd": sum((t.amount_usd for t in filled if t.side == "sell"), ZERO),
            "bought_usd": sum((t.amount_usd for t in filled if t.side == "buy"), ZERO),
            "filled_date": session.as_of,
        },
        status="filled",
        plan_id=plan_id,
        broker=session.broker.name,
    )
    body["fills"] = [_fill(session, trade, n, desk.book) for n, trade in enumerate(filled, 1)]
    body["do_not_buy"] = [
        desk.book.row(f"q.{q.symbols[0]}", {"until_date": q.until}, entity=q.symbols[0], symbols=list(q.symbols))
        for q in plan.quiet
    ]
    return desk.result(body)


def _settle(session: Session, plan: Plan, fills: Sequence[Fill]) -> None:
    """Take the new lots over and record approval and orders; when they cannot be recorded, nothing has changed."""
    with session.keeper.exclusive if session.keeper else nullcontext():
        before = session.household, session.investor, session.current_plan_id, session.shown_card
        _take_over(session, plan, [fill.trade for fill in fills])
        try:
            if session.keeper:
                session.keeper.executed(plan.plan_id, fills)
        except BaseException:
            session.household, session.investor, session.current_plan_id, session.shown_card = before
            session.executed.discard(plan.plan_id)
            session.fills.pop()
            raise


def _take_over(session: Session, plan: Plan, filled: Sequence[Trade]) -> None:
    after = apply_trades(plan.before, filled, session.as_of)
    session.household = replace(after, loss_sales=(*after.loss_sales, *_loss_sales(plan)))
    gains, investor = plan.realized.gains, session.investor
    session.fills.append(Filled(tuple(filled), session.as_of, _loss_sales(plan), gains))
    session.investor = replace(
        investor,
        short_gain_usd=investor.short_gain_usd + gains.short_usd,
        long_gain_usd=investor.long_gain_usd + gains.long_usd,
    )
    session.executed.add(plan.plan_id)
    session.current_plan_id = session.shown_card = None


def unwished(session: Session) -> str:
    """Return why the plan under discussion is not what the person asks for any more, empty when it is."""
    return f"What you told me has changed {_SINCE}" if session.told_since_plan else ""


def _stale(session: Session, plan: Plan) -> str:
    """Return why the plan no longer fits, empty when it does."""
    now = session.household
    if reason := unwished(session):
        return reason
    if now is None or plan_hash(plan.trades, session.as_of) != plan.plan_id:
        return f"The date has changed {_SINCE}"
    for trade in plan.trades:
        if now.price_of(trade.symbol) != trade.price_usd:
            return f"The price of {trade.symbol} has changed {_SINCE}"
        if trade.lot_id and now.lot_by_id.get(trade.lot_id) != plan.before.lot_by_id[trade.lot_id]:
            return f"Your holding of {trade.symbol} has changed {_SINCE}"
    base = with_new_cash(now, plan.wishes)
    if (base.accounts, base.lots, base.cash_usd, base.loss_sales) != (
        plan.before.accounts,
        plan.before.lots,
        plan.before.cash_usd,
        plan.before.loss_sales,
    ):
        return f"What you hold has changed {_SINCE}"
    try:
        verify(base, apply_trades(base, plan.trades, session.as_of), plan.trades, plan.wishes, session.as_of)
    except PlanRejected as problem:
        return problem.what
    return ""


def _loss_sales(plan: Plan) -> tuple[LossSale, ...]:
    found = []
    for trade in plan.sells:
        gain = plan.realized.gain_by_lot.get(trade.lot_id or "", ZERO)
        if gain < 0:
            found.append(LossSale(trade.symbol, trade.account_id, plan.on, trade.shares, -gain))
    return tuple(found)


def _fill(session: Session, trade: Trade, n: int, book: FactBook) -> dict[str, Json]:
    figures = {"traded_shares": trade.shares, "each_price": trade.price_usd, "amount_usd": trade.amount_usd}
    words: dict[str, Json] = {"side": trade.side, "symbol": trade.symbol, "account": trade.account_id}
    if session.household:
        words["name"] = name_of(session.household, trade.symbol)
    return book.row(f"f{n}", figures, entity=trade.symbol, of=f"{trade.side} {trade.symbol}", **words)
