"""A plan as JSON with facts: the answer's figures, the trades with their reasons, the weights for the chart."""

from __future__ import annotations

from decimal import ROUND_CEILING, Decimal

from tools.analysis.harvest import saved_figures
from tools.analysis.holdings import lot_term, name_of
from tools.facts import FactBook, Figures, Json, Value
from tools.market.identical import related
from tools.model import Investor, Trade
from tools.money import ZERO
from tools.plan.plan import Plan
from tools.plan.prices import POINT, THOUSAND, WishPrice
from tools.plan.reasons import left_alone, why_buy, why_sell
from tools.tax.law import Law
from tools.tax.year import Outcome

ONE_USD, TENTH = Decimal(1), Decimal("0.001")
FORCED_FRAC = Decimal("0.1")
"""A wish that costs more of the portfolio than this forces weights out of their bands; that is said as distance."""


def describe_plan(plan: Plan, investor: Investor, law: Law, book: FactBook) -> dict[str, Json]:
    """Write the plan down; figures that need an unknown income come as the ends of a range."""
    tax, drift = plan.tax, (plan.drift_before, plan.drift_after)
    figures: dict[str, Value | None] = {
        "sells_count": len(plan.sells),
        "buys_count": len(plan.buys),
        **saved_figures(tax),
        "permanent_usd": tax.low.permanent_usd if tax.exact else None,
        "tax_with_usd": tax.low.with_.federal_tax_usd if tax.exact else None,
        "tax_without_usd": tax.low.without.federal_tax_usd if tax.exact else None,
        "plan_short_gain_usd": plan.realized.gains.short_usd,
        "plan_long_gain_usd": plan.realized.gains.long_usd,
        "drift_before_frac": drift[0].total_frac,
        "drift_after_frac": drift[1].total_frac,
        "outside_before_count": len(drift[0].outside),
        "outside_after_count": len(drift[1].outside),
        **_proof(plan),
    }
    head = book.row("", figures, plan_id=plan.plan_id, style=plan.style.name)
    return {
        **head,
        "years": _years(plan, book),
        "trades": [_trade_row(plan, trade, n, book) for n, trade in enumerate(plan.trades, 1)],
        "left_alone": left_alone(plan, investor, law, book),
        "do_not_buy": _quiet(plan, book),
        **_prices(plan, book),
    }


def _proof(plan: Plan) -> Figures:
    """What is proven of the plan and what orders cost on top of it, where it is something."""
    proof, tracked = plan.proof, bool(plan.trades) and not plan.wishes.harvest_only
    risk: dict[str, Value | None] = {
        "tracking_frac": proof.tracking_before_frac.quantize(TENTH),
        "tracking_after_frac": proof.tracking_after_frac.quantize(TENTH),
    }
    if not plan.style.in_dollars:
        return risk if tracked else {}
    figures: dict[str, Value | None] = {
        "gap_usd": max(proof.gap_usd.quantize(ONE_USD, ROUND_CEILING), ONE_USD) if plan.trades else None,
        "few_usd": _worth_saying(max(proof.few_usd, ZERO)),
        "small_usd": _worth_saying(max(proof.small_usd, ZERO)),
        "rounding_usd": _worth_saying(max(proof.rounding_usd, ZERO)),
        **(risk if tracked else {}),
    }
    return {key: value for key, value in figures.items() if value is not None}


def _prices(plan: Plan, book: FactBook) -> dict[str, Json]:
    """Write what each wish costs, those that cost nothing left out."""
    prices = [_price(plan, price, book) for price in plan.prices if price.cost_usd >= ONE_USD]
    return {"prices": [*prices]} if prices else {}


def _price(plan: Plan, price: WishPrice, book: FactBook) -> dict[str, Json]:
    if not plan.style.in_dollars or price.cost_usd > FORCED_FRAC * plan.before.value_usd:
        apart: Figures = {"drift_frac": max(price.drift_frac, ZERO), "tax_usd": _worth_saying(price.tax_usd)}
        return book.row(f"price.{price.field}", apart, of="Price of a wish", wish=price.field)
    unit = _worth_saying(price.unit_usd) if price.unit_usd is not None else None
    per = {"more_frac": POINT} if price.field.endswith("_frac") else {"more_usd": THOUSAND}
    figures: Figures = {
        "cost_usd": price.cost_usd,
        "tax_usd": _worth_saying(price.tax_usd),
        **({"unit_usd": unit, **per} if unit is not None and unit > 0 else {}),
    }
    return book.row(f"price.{price.field}", figures, of="Price of a wish", wish=price.field)


def _worth_saying(amount_usd: Decimal) -> Decimal | None:
    return amount_usd.quantize(ONE_USD) if abs(amount_usd) >= ONE_USD else None


def _years(plan: Plan, book: FactBook) -> list[Json]:
    """Tax of the year without and with the plan, gains by term apart; empty when income or status is unknown."""
    if not plan.tax.exact:
        return []
    change = plan.tax.low
    return [_year(name, outcome, book) for name, outcome in (("without", change.without), ("with", change.with_))]


def _year(case: str, outcome: Outcome, book: FactBook) -> dict[str, Json]:
    figures = {
        "short_gain_usd": outcome.short_gain_usd,
        "long_gain_usd": outcome.long_gain_usd,
        "tax_usd": outcome.federal_tax_usd,
        "deducted_usd": outcome.deducted_usd,
        "carried_usd": outcome.short_carryover_usd + outcome.long_carryover_usd,
    }
    return book.row(case, figures, of=f"Year {case} the trades", case=case)


def _trade_row(plan: Plan, trade: Trade, n: int, book: FactBook) -> dict[str, Json]:
    name = name_of(plan.before, trade.symbol)
    words: dict[str, Json] = {"side": trade.side, "symbol": trade.symbol, "name": name, "account": trade.account_id}
    figures = {"traded_shares": trade.shares, "amount_usd": trade.amount_usd}
    label = f"{trade.side.capitalize()} {name}"
    if trade.side == "buy":
        row = book.row(f"t{n}", figures, entity=trade.symbol, of=label, **words)
        row["why"] = why_buy(plan, trade, book)
        return row
    lot = plan.before.lot_by_id[trade.lot_id or ""]
    term = lot_term(lot, plan.on)
    taxable = lot.id in plan.realized.gain_by_lot
    more: dict[str, Value | None] = {**figures, "acquired_date": lot.acquired}
    if taxable:
        more["gain_usd"] = plan.realized.gain_by_lot[lot.id]
    words["lot"] = lot.id
    if term and taxable:
        words["term"] = term.value
    row = book.row(f"t{n}", more, entity=trade.symbol, of=f"{label} {lot.id}", **words)
    row["why"] = why_sell(plan, trade, book)
    return row


def describe_weights(plan: Plan, book: FactBook) -> list[dict[str, Json]]:
    """Write the weight of each sleeve before and after, and its target: the facts behind the chart."""
    after = {sleeve.key: sleeve for sleeve in plan.drift_after.sleeves}
    rows = []
    for sleeve in plan.drift_before.sleeves:
        then = after.get(sleeve.key)
        figures = {
            "before_frac": sleeve.weight_frac,
            "after_frac": then.weight_frac if then else Decimal(0),
            "target_frac": sleeve.target_frac,
        }
        words: dict[str, Json] = {"sleeve": sleeve.key, "name": sleeve.name}
        words["outside_after"] = bool(then and then.outside)
        rows.append(book.row(f"w.{sleeve.key}", figures, entity=sleeve.key, of=sleeve.name, **words))
    return rows


def _quiet(plan: Plan, book: FactBook) -> list[Json]:
    """What must not be bought, until when (one date for all), and what the law leaves open: funds of the same index."""
    symbols = [symbol for quiet in plan.quiet for symbol in quiet.symbols]
    if not symbols:
        return []
    names: list[Json] = [name_of(plan.before, symbol) for symbol in symbols]
    accounts: list[Json] = [account.id for account in plan.before.accounts]
    row = book.row("quiet", {"until_date": plan.quiet[0].until}, of="Do not buy")
    cautious = {
        r.symbol for symbol in symbols for r in related(symbol, plan.before.own_groups) if r.grade == "caution"
    } - set(symbols)
    caution: list[Json] = [name_of(plan.before, s) for s in sorted(cautious & set(plan.before.securities))]
    return [{**row, "names": names, "accounts": accounts, **({"caution_names": caution} if caution else {})}]
