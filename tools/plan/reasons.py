"""Why each trade, and why not the others: short sentences whose figures are facts of the plan."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from tools.analysis.drift import Drift
from tools.analysis.holdings import days_to_long, lot_term, name_of
from tools.analysis.sleeves import Sleeve
from tools.analysis.wash import Leg, blocking, clear_day, purchases_near, wash_of
from tools.facts import FactBook, Figures, Json, cite, listed
from tools.market.identical import related
from tools.market.replacements import replacements
from tools.market.securities import name_of as security_name
from tools.model import AccountType, Investor, Lot, Term, Trade
from tools.money import ZERO
from tools.plan.plan import Plan
from tools.plan.style import petty_usd
from tools.tax.law import Law
from tools.tax.year import Gains, change_range

SOON_DAYS = 60


def sleeve_of(drift: Drift, symbol: str) -> Sleeve | None:
    """Return the sleeve that holds a symbol."""
    return next((sleeve for sleeve in drift.sleeves if symbol in sleeve.symbols), None)


def why_sell(plan: Plan, trade: Trade, book: FactBook) -> str:
    """Say what made a sale worth it: its loss, the distance from target, or the absence of tax."""
    lot = plan.before.lot_by_id[trade.lot_id or ""]
    first = next(t for t in plan.sells if t.symbol == trade.symbol)
    over = _over(plan, trade.symbol, book) if trade == first else ""
    if plan.before.type_of(lot).sheltered:
        return "no tax inside this account" + (f"; {over}" if over else "")
    gain = plan.realized.gain_by_lot.get(lot.id, ZERO)
    if gain < 0:
        matched = any(p.id in _sold_ids(plan) for p in blocking(plan.before, lot, plan.on))
        return _use_of_loss(plan) + ("; sold with shares bought lately, so it counts" if matched else "")
    if bought_back(plan, trade):
        return "gain without federal tax; bought again, so its cost goes up"
    if _frees_a_loss(plan, lot):
        return "bought lately; sold along, so the losses count"
    return "; ".join(part for part in (over, _rank(plan, lot)) if part)


def bought_back(plan: Plan, trade: Trade) -> bool:
    """Tell whether the plan both sells and buys this name in this account, to use up the 0 % bracket."""
    sides = {t.side for t in plan.trades if (t.account_id, t.symbol) == (trade.account_id, trade.symbol)}
    return plan.wishes.zero_bracket and len(sides) == 2


def _use_of_loss(plan: Plan) -> str:
    """Say what the plan's losses are set against this year, as the exact engine has it."""
    year = plan.tax.low.with_
    gains = any(gain > 0 for gain in plan.realized.gain_by_lot.values())
    if gains or plan.tax.low.without.short_gain_usd > 0 or plan.tax.low.without.long_gain_usd > 0:
        return "loss offsets gains"
    return "loss lowers this year's income, up to the limit" if year.deducted_usd > 0 else "loss is carried forward"


def _frees_a_loss(plan: Plan, lot: Lot) -> bool:
    """Tell whether a lot bought lately goes so that it cannot replace a loss lot sold with it."""
    return any(
        lot.id in {p.id for p in blocking(plan.before, plan.before.lot_by_id[sold], plan.on)}
        for sold, gain in plan.realized.gain_by_lot.items()
        if gain < 0
    )


def _sold_ids(plan: Plan) -> set[str]:
    return {trade.lot_id for trade in plan.sells if trade.lot_id}


def _over(plan: Plan, symbol: str, book: FactBook) -> str:
    sleeve = sleeve_of(plan.drift_before, symbol)
    if sleeve is None or sleeve.target_frac is None or sleeve.drift_frac <= 0:
        return ""
    row = book.row(f"s.{sleeve.key}", {"over_frac": sleeve.drift_frac}, entity=sleeve.key, of=sleeve.name)
    return f"{sleeve.name}: {cite(row['id'], 'over_frac', 'points')} over target"


def _rank(plan: Plan, lot: Lot) -> str:
    """Say how this lot compares with the other gain lots of the same symbol; nothing where no simple reason is true."""
    household, sold = plan.before, _sold_ids(plan)
    peers = [
        other
        for other in household.lots_of(lot.symbol)
        if household.type_of(other) is AccountType.TAXABLE and (household.gain_of(other) or ZERO) > 0
    ]
    dearer = [other for other in peers if _cost(other) > _cost(lot)]
    if len(peers) < 2:
        return "the only lot with a gain"
    if not dearer:
        return "highest cost, so the least gain a share"
    if all(other.id in sold for other in dearer):
        return "next highest cost among the lots"
    kept = [other for other in dearer if other.id not in sold]
    if lot_term(lot, plan.on) is Term.LONG and all(lot_term(other, plan.on) is Term.SHORT for other in kept):
        return "long-term; the lots of higher cost are still short-term"
    return ""


def _cost(lot: Lot) -> Decimal:
    return (lot.basis_usd or ZERO) / lot.shares


def why_buy(plan: Plan, trade: Trade, book: FactBook) -> str:
    """Say what a purchase is for: it stands in for what was sold at a loss, or fills a sleeve below target."""
    sold = {t.symbol for t in plan.sells if t.lot_id and plan.realized.gain_by_lot.get(t.lot_id, ZERO) < 0}
    if bought_back(plan, trade):
        return "buys again what was sold without federal tax"
    replaced = [s for s in sorted(sold) if trade.symbol in {r.symbol for r in replacements(s, plan.before.own_groups)}]
    if replaced:
        return f"stands in for {listed([name_of(plan.before, s) for s in replaced])}"
    sleeve = sleeve_of(plan.drift_after, trade.symbol) or sleeve_of(plan.drift_before, trade.symbol)
    before = next((s for s in plan.drift_before.sleeves if sleeve and s.key == sleeve.key), None)
    if before is None or before.target_frac is None or before.drift_frac >= 0:
        return "keeps the mix as it is"
    row = book.row(f"s.{before.key}", {"under_frac": -before.drift_frac}, entity=before.key, of=before.name)
    return f"{before.name}: {cite(row['id'], 'under_frac', 'points')} below target"


def without_stand_in(plan: Plan) -> list[tuple[str, str]]:
    """Return (name sold at a loss, fund that could stand in) where no stand-in has a known price."""
    lost = {t.symbol for t in plan.sells if plan.realized.gain_by_lot.get(t.lot_id or "", ZERO) < 0}
    found = []
    for symbol in sorted(lost):
        stand_ins = replacements(symbol, plan.before.own_groups)
        if stand_ins and not any(plan.before.price_of(r.symbol) for r in stand_ins):
            found.append((name_of(plan.before, symbol), security_name(stand_ins[0].symbol)))
    return found


def left_alone(plan: Plan, investor: Investor, law: Law, book: FactBook) -> list[Json]:
    """List what was not sold and why: blocked losses, names still over target, lots about to turn long-term, wishes."""
    rows = [*_blocked(plan, book), *_too_dear(plan, investor, law, book), *_soon(plan, book), *_locked(plan, book)]
    shown = ("id", "symbol", "name", "acquired_date", "why")
    return [{key: row[key] for key in shown if key in row} for row in rows]


def petty_losses(plan: Plan) -> list[str]:
    """Return the names of usable losses that the plan leaves, because an order of their own is not worth it."""
    household = plan.before
    left = {
        lot.symbol
        for lot in household.lots
        if household.type_of(lot) is AccountType.TAXABLE
        and lot.id not in _sold_ids(plan)
        and lot.symbol not in plan.wishes.exclude
        and not blocking(household, lot, plan.on)
        and ZERO < -(household.gain_of(lot) or ZERO) < petty_usd(household.value_usd)
    }
    return [name_of(household, symbol) for symbol in sorted(left)]


def caution_near(plan: Plan) -> list[tuple[str, str]]:
    """Return (name sold at a loss, fund of the same index bought within the window); the law on them is unsettled."""
    lost = {t.symbol for t in plan.sells if plan.realized.gain_by_lot.get(t.lot_id or "", ZERO) < 0}
    bought = {plan.before.lot_by_id[p.id].symbol for p in purchases_near(plan.before, plan.on)}
    pairs = [
        (symbol, r.symbol)
        for symbol in sorted(lost)
        for r in related(symbol, plan.before.own_groups)
        if r.grade == "caution"
    ]
    return [(name_of(plan.before, a), name_of(plan.before, b)) for a, b in pairs if b in bought]


def _blocked(plan: Plan, book: FactBook) -> list[dict[str, Json]]:
    household, rows = plan.before, []
    for lot in sorted(household.lots, key=lambda lot: (lot.symbol, lot.id)):
        blockers = blocking(household, lot, plan.on)
        taxable = household.type_of(lot) is AccountType.TAXABLE
        if lot.id in _sold_ids(plan) or not taxable or not blockers or (household.gain_of(lot) or ZERO) >= 0:
            continue
        wash = wash_of(household, [Leg(lot, lot.shares)], plan.on)
        figures = {
            "disallowed_usd": wash.disallowed_usd,
            "permanent_usd": wash.permanent_usd,
            "clear_date": clear_day(blockers),
            "bought_date": max(p.bought for p in blockers),
            "acquired_date": lot.acquired,
        }
        row = _row(plan, lot.symbol, f"keep.{lot.id}", figures, book)
        ref = row["id"]
        where = ", ".join(dict.fromkeys(p.account_id for p in blockers))
        part = f"{cite(ref, 'disallowed_usd')} of the loss"
        fate = f"lose {part} for good" if wash.permanent_usd else f"put off {part}"
        row["why"] = (
            f"{where} bought on {cite(ref, 'bought_date', 'day')}, so selling today would {fate}. "
            f"From {cite(ref, 'clear_date', 'day')} all of it counts, if nobody buys before then."
        )
        rows.append(row)
    return rows


def _too_dear(plan: Plan, investor: Investor, law: Law, book: FactBook) -> list[dict[str, Json]]:
    """For names still held above target: what selling the rest of their gain lots would cost in tax."""
    household, rows = plan.after, []
    sleeves = [s for s in plan.drift_before.sleeves if s.drift_frac > 0 and s.key in household.symbols]
    for sleeve in sorted(sleeves, key=lambda s: -s.drift_frac)[:3]:
        lots = [
            lot
            for lot in household.lots_of(sleeve.key)
            if household.type_of(lot) is AccountType.TAXABLE and (household.gain_of(lot) or ZERO) > 0
        ]
        if not lots or sleeve.key in plan.wishes.exclude:
            continue
        short = sum((household.gain_of(x) or ZERO for x in lots if lot_term(x, plan.on) is Term.SHORT), ZERO)
        long = sum((household.gain_of(x) or ZERO for x in lots if lot_term(x, plan.on) is not Term.SHORT), ZERO)
        base = plan.realized.gains
        more = change_range(investor, Gains(base.short_usd + short, base.long_usd + long), law)
        after = next((s for s in plan.drift_after.sleeves if s.key == sleeve.key), sleeve)
        figures: Figures = {
            "kept_shares": sum((lot.shares for lot in lots), ZERO),
            "gain_usd": short + long,
            "more_tax_usd": more.low.extra_tax_usd - plan.tax.low.extra_tax_usd if more.exact else None,
            "weight_frac": after.weight_frac,
            "oldest_date": min((lot.acquired for lot in lots if lot.acquired), default=None),
        }
        row = _row(plan, sleeve.key, f"keep.{sleeve.key}", figures, book)
        ref = row["id"]
        cost = f"about {cite(ref, 'more_tax_usd')} more tax" if more.exact else "more tax"
        row["why"] = (
            f"selling the other {cite(ref, 'kept_shares')} shares would add {cite(ref, 'gain_usd')} of gain "
            f"and {cost}. "
            f"It stays at {cite(ref, 'weight_frac')} of the portfolio."
        )
        rows.append(row)
    return rows


def _soon(plan: Plan, book: FactBook) -> list[dict[str, Json]]:
    household, rows = plan.before, []
    for lot in household.lots:
        days = days_to_long(lot, plan.on)
        gain = household.gain_of(lot) or ZERO
        taxable = household.type_of(lot) is AccountType.TAXABLE
        if not taxable or gain <= 0 or days is None or days > SOON_DAYS or lot.id in _sold_ids(plan):
            continue
        figures: Figures = {"long_date": _plus(plan.on, days), "gain_usd": gain, "acquired_date": lot.acquired}
        row = _row(plan, lot.symbol, f"soon.{lot.id}", figures, book)
        when = cite(row["id"], "long_date", "day")
        row["why"] = f"{cite(row['id'], 'gain_usd')} of gain turns long-term on {when}; wait."
        rows.append(row)
    return rows


def _plus(on: date, days: int) -> date:
    return date.fromordinal(on.toordinal() + days)


def _locked(plan: Plan, book: FactBook) -> list[dict[str, Json]]:
    rows = []
    for symbol in plan.wishes.exclude:
        row = _row(plan, symbol, f"wish.{symbol}", {}, book)
        row["why"] = "you asked me to leave it alone."
        rows.append(row)
    return rows


def _row(
    plan: Plan,
    symbol: str,
    name: str,
    figures: Figures,
    book: FactBook,
) -> dict[str, Json]:
    known = name_of(plan.before, symbol)
    words: dict[str, Json] = {"symbol": symbol, "name": known}
    return book.row(name, figures, entity=symbol, of=f"{known} left alone", **words)
