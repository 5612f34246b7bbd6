"""Checks of further wishes: tax set aside, the 0 % bracket, gifts, staying invested, asset location.

Like ``verify`` it knows the household, the orders and the wishes, and nothing of how the orders were found.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from tools.analysis.holdings import lot_term
from tools.analysis.realize import realize
from tools.analysis.sleeves import class_of
from tools.analysis.wash import Leg
from tools.errors import PlanRejected
from tools.market.replacements import replacements
from tools.model import AccountType, Household, Investor, Lot, Term, Trade, Wishes
from tools.money import ZERO
from tools.plan.location import tax_exempt
from tools.tax.law import Law
from tools.tax.state_year import state_change_range
from tools.tax.year import Gains, change_range

HEAVY = ("bonds", "real_estate")
"""Classes whose payments are taxed as ordinary income: the ones that belong in sheltered accounts first."""
SAME_FRAC = Decimal("0.01")
EXCHANGE_FRAC = Decimal("0.01")
"""Purchases of less than this share of the portfolio may stand in either account."""


def verify_wished(
    before: Household, after: Household, trades: Sequence[Trade], wishes: Wishes, on: date, investor: Investor, law: Law
) -> None:
    """Check what these wishes ask for.

    Raises:
        PlanRejected: Names the wish that the plan breaks.
    """
    sells = [t for t in trades if t.lot_id]
    if wishes.tax_set_aside:
        _set_aside(before, after, sells, wishes, on, investor, law)
    if wishes.zero_bracket:
        _zero_bracket(before, trades, on, investor, law)
    if wishes.charity_usd:
        _gifts(before, sells, wishes, on)
    if wishes.stay_invested:
        _stay_invested(before, trades)
    if wishes.asset_location:
        _location(before, trades)


def _set_aside(
    before: Household,
    after: Household,
    sells: Sequence[Trade],
    wishes: Wishes,
    on: date,
    investor: Investor,
    law: Law,
) -> None:
    """One taxable account must end with what is to be in cash and the tax of the gains, federal and state."""
    gains = _gains(before, sells, on)
    state = state_change_range(investor, gains, law)
    tax = max(change_range(investor, gains, law).most_tax_usd + (state.high.extra_usd if state else ZERO), ZERO)
    taxable = [account.id for account in before.accounts if account.type is AccountType.TAXABLE]

    def spare(account: str) -> Decimal:
        have, raised = before.cash_usd.get(account, ZERO), wishes.raise_cash_usd
        must = max(have + raised if raised else min(have, ZERO), wishes.cash_target_usd or ZERO)
        return after.cash_usd.get(account, ZERO) - must

    if max((spare(account) for account in taxable), default=ZERO) < tax - 1:
        raise PlanRejected("The plan does not keep its tax in cash.")


def _gains(before: Household, sells: Sequence[Trade], on: date) -> Gains:
    return realize(before, [Leg(before.lot_by_id[t.lot_id or ""], t.shares) for t in sells], on).gains


def _zero_bracket(before: Household, trades: Sequence[Trade], on: date, investor: Investor, law: Law) -> None:
    """What is sold and bought again must be a long-term gain, no more than was sold, and cost no federal tax.

    Whole shares may reach past the edge of the bracket by a share of each.
    """
    sells, again, slack = [t for t in trades if t.lot_id], list[Trade](), ZERO
    for buy in (t for t in trades if t.side == "buy"):
        mine = [t for t in sells if (t.account_id, t.symbol) == (buy.account_id, buy.symbol)]
        if not mine:
            continue
        lots = [before.lot_by_id[t.lot_id or ""] for t in mine]
        gain = all((before.gain_of(lot) or ZERO) > 0 and lot_term(lot, on) is Term.LONG for lot in lots)
        if not before.type_of(lots[0]).sheltered and not gain:
            raise PlanRejected(f"The plan sells {buy.symbol} and buys it again, which no 0 % gain asks for.")
        again, slack = [*again, *mine], slack + buy.price_usd
    rest = [t for t in sells if t not in again]
    with_ = change_range(investor, _gains(before, sells, on), law).most_tax_usd
    without = change_range(investor, _gains(before, rest, on), law).most_tax_usd
    if with_ - without > slack * law.long_term_gains.rates_frac[-1]:
        raise PlanRejected("The plan pays tax on gains that were to be taxed at 0 %.")


def _gifts(before: Household, sells: Sequence[Trade], wishes: Wishes, on: date) -> None:
    """The most appreciated long-term shares, worth up to the gift, must not be among those sold."""
    sold = {t.lot_id: t.shares for t in sells}
    left = wishes.charity_usd or ZERO
    for lot in sorted(_long_gains(before, on), key=lambda lot: (lot.basis_usd or ZERO) / (before.value_of(lot) or 1)):
        price = before.price_of(lot.symbol) or ZERO
        kept = lot.symbol in wishes.exclude or lot.id in wishes.lots_locked
        if left < price or kept or lot.account_id in wishes.accounts_left_alone:
            continue
        give = min(lot.shares, (left / price).to_integral_value())
        left -= give * price
        if sold.get(lot.id, ZERO) > lot.shares - give + 1:
            raise PlanRejected(f"The plan sells {lot.id}, which was to be given away.")


def _long_gains(before: Household, on: date) -> list[Lot]:
    return [
        lot
        for lot in before.lots
        if before.type_of(lot) is AccountType.TAXABLE
        and lot_term(lot, on) is Term.LONG
        and (before.gain_of(lot) or ZERO) > 0
    ]


def _stay_invested(before: Household, trades: Sequence[Trade]) -> None:
    """Purchases of stand-ins must be worth what is sold at a loss, but for costs and two shares of each."""
    lost = ZERO
    stand_ins: set[str] = set()
    for trade in (t for t in trades if t.lot_id):
        lot = before.lot_by_id[trade.lot_id or ""]
        if before.type_of(lot) is AccountType.TAXABLE and (before.gain_of(lot) or ZERO) < 0:
            lost += trade.amount_usd
            stand_ins |= {r.symbol for r in replacements(trade.symbol, before.own_groups) if r.grade == "different"}
    bought = [t for t in trades if t.side == "buy" and t.symbol in stand_ins]
    slack = sum((2 * price for s in {t.symbol for t in bought} if (price := before.price_of(s))), ZERO)
    if sum((t.amount_usd for t in bought), ZERO) < lost * (1 - SAME_FRAC) - slack:
        raise PlanRejected("The plan takes losses without putting the money into stand-ins.")


def _location(before: Household, trades: Sequence[Trade]) -> None:
    """No exchange of purchases may help: what pays ordinary income bought outside, and stocks inside, at once."""
    outside = inside = ZERO
    for trade in (t for t in trades if t.side == "buy"):
        if tax_exempt(before, trade.symbol):
            continue
        heavy = class_of(before, trade.symbol) in HEAVY
        kind = before.account_by_id[trade.account_id].type
        outside += trade.amount_usd if heavy and kind is AccountType.TAXABLE else ZERO
        inside += trade.amount_usd if not heavy and kind.sheltered else ZERO
    if min(outside, inside) > EXCHANGE_FRAC * before.value_usd:
        raise PlanRejected("The plan buys bonds in a taxable account and stocks in a sheltered one.")
