"""Tools that plan and act: the trades, why each, and placing an approved plan."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Literal

from assistant.events import Chart, Series
from assistant.session import Session
from assistant.toolbox import words
from assistant.toolbox.caveats import ask_account_type, ask_targets, tax_notes, wash_unchecked
from assistant.toolbox.orders import approval_card, place, unwished
from assistant.toolbox.price_age import CONFIRMING, planned_symbols, refusal, unconfirmed
from assistant.toolbox.result import Desk, Result, open_desk
from assistant.toolbox.wishes import merge_wishes, relaxed_notes, wish_words
from tools.errors import BadRequest, MissingFact, UnknownThing
from tools.facts import Json, cite, listed
from tools.household.targets import parse_targets
from tools.model import Wishes
from tools.money import ZERO
from tools.plan.choose import Plans, describe_others, make_plans
from tools.plan.describe import describe_plan, describe_weights
from tools.plan.describe_wished import describe_wished
from tools.plan.describe_years import describe_glide, describe_timing
from tools.plan.explain import explain_trade
from tools.plan.glide import Glide, glide
from tools.plan.plan import Plan
from tools.plan.reasons import caution_near, petty_losses, without_stand_in
from tools.plan.timing import Timing, compare_years
from tools.plan.tradeoff import describe_frontier, knee, trade_off
from tools.tax.law import law_for

MOST_ORDERS = 10_000
FRONTIER = "frontier"
Also = Literal["tax_set_aside", "zero_bracket", "stay_invested", "asset_location", "frontier"]


class Planning:
    """Tools around the plan under discussion of one conversation."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def optimize_trades(
        self,
        targets: dict[str, float] | None = None,
        cash: float | None = None,
        amount: float | None = None,
        date: str | None = None,
        symbol: str | None = None,
        max_weight: float | None = None,
        max_gain: float | None = None,
        max_tax: float | None = None,
        max_turnover: float | None = None,
        max_trades: int | None = None,
        min_trade: float | None = None,
        tracking_error: float | None = None,
        cash_target: float | None = None,
        no_sells: bool | None = None,
        long_term_only: bool | None = None,
        exclude: list[str] | None = None,
        lots_locked: list[str] | None = None,
        account: str | None = None,
        harvest_only: bool | None = None,
        style: Literal["balanced", "no_gains", "all_the_way"] = "balanced",
        charity: float | None = None,
        also: list[Also] | None = None,
    ) -> Result:
        """Find the best trades by lot under the person's wishes: drift, tax saved and postponed, what is left alone.

        Args:
            targets: Symbol or asset class (us_equity, intl_equity, bonds, cash, stocks) to weight, summing to 1.
            cash: New money in dollars to put to work.
            amount: Dollars to raise.
            date: ISO day by which the amount is needed or the symbol is at max_weight; else gains that turn long-term
                by then wait.
            symbol: Sell this one alone; max_weight then caps it alone.
            max_weight: Highest weight of any single name, such as 0.1.
            max_gain: Most net gain in dollars that these trades may realize.
            max_tax: Most federal tax in dollars that these trades may add.
            max_turnover: Most half of sales plus purchases, such as 0.1.
            max_trades: Most orders.
            min_trade: Smallest order in dollars.
            tracking_error: Most yearly distance from the target mix, such as 0.02.
            cash_target: Dollars to keep in cash, or a fraction of everything such as 0.05.
            no_sells: Buy only.
            long_term_only: Sell no short-term gains.
            exclude: Holdings or accounts to leave alone.
            lots_locked: Lot ids to keep.
            account: Trade in this account alone.
            harvest_only: Keep the present mix and only take losses.
            style: balanced, no_gains (no net gains) or all_the_way (to target).
            charity: Dollars given each year, as shares.
            also: Keep the tax in cash; use up the 0 % bracket; losses only into stand-ins; bonds in IRAs; tax against
                drift.
        """
        session = self._session
        household = words.held(session)
        desk = open_desk(session, "optimize_trades", "plan", max_gain=max_gain, exclude=exclude, style=style)
        if targets:
            wanted = parse_targets(targets, (*household.symbols, "stocks"))
            session.investor = replace(session.investor, targets=wanted)
            session.wishes = replace(session.wishes, harvest_only=False)
        said = {
            "new_cash_usd": words.amount(cash, "cash"),
            "raise_cash_usd": words.amount(amount, "amount"),
            "max_weight_frac": None if symbol else words.fraction(max_weight, "max_weight"),
            "max_gain_usd": words.amount(max_gain, "max_gain"),
            "min_trade_usd": words.amount(min_trade, "min_trade"),
            "no_sells": no_sells,
            "long_term_only": long_term_only,
            "harvest_only": harvest_only,
            "max_tax_usd": words.amount(max_tax, "max_tax"),
            "max_turnover_frac": words.fraction(max_turnover, "max_turnover"),
            "max_trades": words.count(max_trades, "max_trades", MOST_ORDERS),
            "tracking_error_frac": words.fraction(tracking_error, "tracking_error"),
            "cash_target_usd": words.cash_kept(cash_target, household),
            "charity_usd": words.amount(charity, "charity"),
            **{str(name): True for name in also or () if name != FRONTIER},
        }
        session.wishes = merge_wishes(session, said, exclude, lots_locked)
        if ask_account_type(desk, household):
            return desk.result({})
        day = self._day(date)
        wishes = self._for_now(day, symbol, account, words.fraction(max_weight, "max_weight"))
        if not session.investor.targets and not wishes.harvest_only and wishes.max_weight_frac is None:
            ask_targets(desk)
            return desk.result({})
        session.pending = None
        # Money to invest or raise is for this plan alone, also when there turns out to be none.
        session.wishes = replace(session.wishes, new_cash_usd=ZERO, raise_cash_usd=ZERO, tax_set_aside=False)
        who, run = session.investor, session.engine.run
        slope: Glide | None = None
        if wishes.only and wishes.max_weight_frac and day:
            slope = await run(glide, household, who, wishes.only, wishes.max_weight_frac, session.as_of, day)
            wishes = replace(wishes, max_weight_frac=slope.start_frac)
        plans = await run(make_plans, household, who, wishes, session.as_of, style)
        choice: Timing | None = None
        if wishes.raise_cash_usd and day:
            choice = await run(compare_years, plans.chosen, household, who, plans.chosen.wishes, day)
        more = {**describe_glide(slope, desk.book), **describe_timing(choice, desk.book)}
        if FRONTIER not in (also or ()):
            return self._described(desk, plans, more)
        law, kept = law_for(session.tax_year), plans.chosen.wishes
        curve = await run(trade_off, household, who, law, kept, session.as_of)
        rows = describe_frontier(curve, desk.book)
        return self._described(desk, plans, {**more, "frontier": rows[curve.index(knee(curve))]}, frontier_chart(rows))

    def _day(self, date: str | None) -> datetime.date | None:
        """Read the day that a wish names.

        Raises:
            BadRequest: It is not to come.
        """
        as_of = self._session.as_of
        day = words.day(date, "date", as_of) if date else None
        if day is not None and day <= as_of:
            raise BadRequest(f"{day} is not a day to come.", "Name a later day.")
        return day

    def _for_now(
        self, day: datetime.date | None, symbol: str | None, account: str | None, cap_frac: Decimal | None
    ) -> Wishes:
        """Return the wishes with those that are for this plan alone: one account, one name, a day to wait for."""
        session = self._session
        wishes = session.wishes
        if account is not None:
            wishes = replace(wishes, account_id=words.account_of(session, account))
        if symbol is not None:
            wishes = replace(wishes, only=words.symbol_of(session, symbol), max_weight_frac=cap_frac)
        if day is None or wishes.raise_cash_usd or wishes.only:
            return wishes
        return replace(wishes, wait_until=day)

    def _described(self, desk: Desk, plans: Plans, more: dict[str, Json], *charts: Chart) -> Result:
        session, plan = self._session, plans.chosen
        session.put_plan(plan.plan_id, desk.book.prefix, plan)
        body = describe_plan(plan, session.investor, law_for(session.tax_year), desk.book)
        body |= describe_wished(plan, session.investor, law_for(session.tax_year), desk.book)
        body["alternatives"] = describe_others(plans, desk.book)
        if said := list(wish_words(plan.wishes, session.household, desk.book)):
            body["wishes"] = [*said]
        body |= more
        tax_notes(desk, session.tax_year, session.investor, plan.tax)
        wash_unchecked(desk, plan.before)
        desk.notes += [*relaxed_notes(plans, desk.book), *plan_notes(plan)]
        self._note_cash(desk, plan)
        return desk.result(body, (*charts, weights_chart(describe_weights(plan, desk.book))))

    def _note_cash(self, desk: Desk, plan: Plan) -> None:
        """Say that cash without a target stays where it is."""
        cash = sum(plan.before.cash_usd.values(), ZERO) - plan.wishes.new_cash_usd
        named = any(target.key == "cash" for target in plan.targets)
        if named or plan.wishes.harvest_only or cash <= plan.before.value_usd / 100:
            return
        row = desk.book.row("cash", {"left_usd": cash}, of="Cash left alone")
        desk.notes.append(
            f"Your targets say nothing of cash, so I left {cite(row['id'], 'left_usd')} of it alone; "
            "tell me how much of it to put to work."
        )

    def explain_trade(self, symbol: str | None = None, lot: str | None = None) -> Result:
        """Explain why this lot and not the next, from the plan under discussion.

        Args:
            symbol: Ticker or company name; leave out for the one under discussion.
            lot: Lot id, purchase date, oldest or newest.
        """
        session = self._session
        if session.current_plan_id is None:
            raise MissingFact("There is no plan under discussion.", "Ask me how to rebalance first.")
        plan = session.plans[session.current_plan_id]
        desk = open_desk(session, "explain_trade", "why", symbol=symbol, lot=lot)
        if symbol is None and lot and lot in plan.before.lot_by_id:
            symbol = plan.before.lot_by_id[lot].symbol
        if symbol is None and session.focus.symbol is None and plan.sells:
            symbol = plan.sells[0].symbol
        wanted = words.symbol_of(session, symbol)
        return desk.result(explain_trade(plan, session.investor, law_for(session.tax_year), wanted, desk.book))

    def execute_trades(self, plan_id: str) -> Result:
        """Place the plan that the person approved; without approval it only brings up the approval card.

        Args:
            plan_id: Id of the plan under discussion.
        """
        session = self._session
        desk = open_desk(session, "execute_trades", "order", plan_id=plan_id)
        if plan_id not in session.plans:
            raise UnknownThing(f"There is no plan {plan_id[:40]}.", "Ask me for a plan first.")
        if plan_id in session.executed:
            return desk.result(
                {"id": desk.book.prefix, "status": "refused", "plan_id": plan_id, "reason": "it was placed already"}
            )
        if plan_id != session.current_plan_id:
            reason = "it is no longer the plan under discussion"
            return desk.result({"id": desk.book.prefix, "status": "refused", "plan_id": plan_id, "reason": reason})
        if reason := unwished(session):
            return desk.result({"id": desk.book.prefix, "status": "refused", "plan_id": plan_id, "reason": reason})
        if waiting := unconfirmed(session, planned_symbols(session)):
            desk.ask("May I use them?", [(CONFIRMING, CONFIRMING)], "prices")
            reason = refusal(waiting)
            return desk.result({"id": desk.book.prefix, "status": "refused", "plan_id": plan_id, "reason": reason})
        if session.approved(plan_id):
            return place(session, plan_id, desk)
        body: dict[str, Json] = {"id": desk.book.prefix, "status": "approval_needed", "plan_id": plan_id}
        return desk.result(body, card=approval_card(session, plan_id, desk.book))


def plan_notes(plan: Plan) -> Iterator[str]:
    """Say what a plan rests on and what it left out, where nobody would guess it."""
    if not plan.tax.exact:
        yield f"Planned for {plan.assumption}; other trades may fit another income better."
    waiting = without_stand_in(plan)
    if waiting:
        names, funds = (listed(list(dict.fromkeys(side))) for side in zip(*waiting, strict=True))
        yield (
            f"Your files hold no price for a stand-in such as {funds}, so the money from {names} waits in cash until "
            "you may buy again."
        )
    petty = petty_losses(plan)
    if petty:
        yield f"Losses too small for an order stay: {listed(petty)}."
    for sold, bought in caution_near(plan):
        yield f"{bought} was bought lately and follows the same index as {sold}: the law on such pairs is unsettled."
    if plan.set_aside:
        names = listed(sorted({lot.symbol for lot in plan.set_aside}))
        yield f"Left out because cost, date, price or account type is unknown: {names}."


def weights_chart(rows: list[dict[str, Json]]) -> Chart:
    """Plot weights before, after and target; the values are those of the facts."""
    series = []
    for key, name in (("before_frac", "Now"), ("after_frac", "After the trades"), ("target_frac", "Target")):
        values = tuple(float(str(row[key] or 0)) for row in rows)
        series.append(Series(name, values, tuple(f"{row['id']}.{key}" for row in rows)))
    return Chart(
        "Weights now, after the trades, and target", tuple(str(r["name"]) for r in rows), tuple(series), "frac"
    )


def frontier_chart(rows: list[dict[str, Json]]) -> Chart:
    """Plot the tax of each point of the frontier over the distance from target that it leaves."""
    tax, drift = (
        Series(name, tuple(float(str(row[key])) for row in rows), tuple(f"{row['id']}.{key}" for row in rows))
        for name, key in (("Tax against doing nothing", "tax_change_usd"), ("Distance from target", "drift_after_frac"))
    )
    points = tuple(str(n) for n in range(1, len(rows) + 1))
    return Chart("Tax against distance from target", points, (tax,), "usd", across=drift)
