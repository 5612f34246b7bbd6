"""Household, investor and wishes -> the arrays of a problem."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

import numpy as np

from tools.analysis.holdings import days_to_long, lot_term
from tools.analysis.sleeves import Sleeve, build_sleeves
from tools.analysis.wash import blocking, purchases_near
from tools.errors import MissingFact
from tools.market.identical import group_of
from tools.model import AccountType, Household, Investor, Lot, Target, Term, Wishes
from tools.money import ZERO, as_float
from tools.plan.cash import cash_by_seat, cash_floor, home_account
from tools.plan.gifts import Gift, gifts_for
from tools.plan.problem import Buys, Index, Lots, Problem
from tools.plan.purchases import buy_limits, buyable, family_of, reluctance
from tools.plan.rates import gain_limit, tax_pieces
from tools.plan.risk import market, swings
from tools.plan.style import EXPOSURE_COST, HALF_SPREAD, Style, petty_usd
from tools.plan.weights import exposures, sleeve_arrays, weight_limits
from tools.plan.wished import bought_again, with_wishes
from tools.tax.law import Law
from tools.tax.year import Situation


@dataclass(frozen=True, slots=True)
class Frame:
    """A problem with the way back: which lot, account and symbol each index stands for."""

    problem: Problem
    lots: tuple[Lot, ...]
    pairs: tuple[tuple[str, str], ...]
    sleeves: tuple[Sleeve, ...]
    value_usd: Decimal
    set_aside: tuple[Lot, ...]
    seats: tuple[str, ...]
    home: str
    gifts: tuple[Gift, ...] = ()

    def may_sell(self, lot: Lot) -> Decimal:
        """Return the shares of a lot that are not kept to give away."""
        return lot.shares - sum((gift.shares for gift in self.gifts if gift.lot.id == lot.id), ZERO)


def plan_targets(household: Household, investor: Investor, wishes: Wishes) -> tuple[Target, ...]:
    """Return the targets of the plan; harvesting only, or a cap alone, keeps the present mix of asset classes.

    Raises:
        MissingFact: Neither targets, a cap nor harvesting only has been asked for.
    """
    if investor.targets and not wishes.harvest_only:
        return investor.targets
    if not wishes.harvest_only and wishes.max_weight_frac is None:
        raise MissingFact("I don't know what mix you want.", "Choose a cap, a mix, or harvesting only.")
    sleeves = build_sleeves(household, (), wishes.new_cash_usd)
    return tuple(Target(sleeve.key, sleeve.weight_frac, Decimal("0.05")) for sleeve in sleeves)


def build_frame(
    household: Household, investor: Investor, situation: Situation, law: Law, wishes: Wishes, on: date, style: Style
) -> Frame:
    """Write one household as arrays.

    Lots without a price are left out; taxable lots without basis or date, and lots in accounts of unknown type, cannot
    be sold.

    Raises:
        MissingFact: Nothing has a known value, or nothing with a known price can be traded.
    """
    targets = plan_targets(household, investor, wishes)
    sleeves = build_sleeves(household, targets, wishes.new_cash_usd)
    total = household.value_usd
    if total <= 0:
        raise MissingFact("Nothing here has a known value.", "Add prices or cash to the file.")
    lots = tuple(lot for lot in household.lots if household.price_of(lot.symbol))
    bought = buyable(household, sleeves, lots, wishes)
    again = bought_again(household, lots, bought, wishes, situation, law)
    bought += again
    gifts = gifts_for(household, wishes, on)
    symbols = tuple(sorted({lot.symbol for lot in lots} | {symbol for _, symbol in bought}))
    if not symbols:
        raise MissingFact("Nothing here has a known price.", "Add the price of what is held or wanted to the file.")
    place = {symbol: n for n, symbol in enumerate(symbols)}
    seats = {account.id: n for n, account in enumerate(household.accounts)}
    held = np.zeros(len(symbols))
    for lot in lots:
        held[place[lot.symbol]] += as_float(household.value_of(lot) or ZERO) / as_float(total)
    names, exposure = exposures(symbols, sleeves)
    cash = cash_by_seat(household, seats, total)
    tax = tax_pieces(situation, law, style, total, _most_gain(household, lots))
    problem = Problem(
        symbols=symbols,
        groups=_numbered([group_of(s, household.own_groups) for s in symbols]),
        families=_numbered([family_of(s, household.own_groups) for s in symbols]),
        held=held,
        lots=_kept_back(_lots(household, lots, wishes, on, place, seats, total, _heavy(sleeves)), gifts, total),
        buys=Buys(
            account=np.array([seats[account] for account, _ in bought], dtype=np.intp),
            asset=np.array([place[symbol] for _, symbol in bought], dtype=np.intp),
            most=buy_limits(household, bought, wishes, on, total),
            reluctance=reluctance(household, bought),
        ),
        sleeves=sleeve_arrays(household, sleeves, symbols, frozenset(t.key for t in targets), style),
        exposure=exposure,
        exposure_target=exposure @ held if names else np.zeros(0),
        exposure_cost=EXPOSURE_COST if style.outside else style.drift,
        cash=cash,
        cash_floor=cash_floor(household, wishes, seats, total),
        cash_sleeve=next((n for n, s in enumerate(sleeves) if s.key == "cash"), None),
        tax=tax,
        drift_cost=style.drift,
        trade_cost=HALF_SPREAD,
        net_gain_most=gain_limit(tax, wishes, style, total),
        weight_most=weight_limits(symbols, wishes),
        keep_mix=wishes.harvest_only and not wishes.new_cash_usd,
        tax_most=_share(wishes.max_tax_usd, total),
        turnover_most=None if wishes.max_turnover_frac is None else as_float(wishes.max_turnover_frac),
        tracking_most=None if wishes.tracking_error_frac is None else as_float(wishes.tracking_error_frac),
        swings=swings(sleeves),
        market=market(sleeves),
    )
    problem = with_wishes(problem, household, lots, bought, wishes, situation, law, len(again))
    set_aside = tuple(lot for lot in household.lots if not _knowable(household, lot))
    home = home_account(household) or ""
    return Frame(problem, lots, tuple(bought), sleeves, total, set_aside, tuple(seats), home, gifts)


def _share(amount_usd: Decimal | None, total: Decimal) -> float | None:
    return None if amount_usd is None else as_float(amount_usd / total)


def _numbered(keys: list[str]) -> Index:
    number = {key: n for n, key in enumerate(sorted(set(keys)))}
    return np.array([number[key] for key in keys], dtype=np.intp)


def _most_gain(household: Household, lots: tuple[Lot, ...]) -> Decimal:
    """Return the gain of selling every taxable gain lot, the most that a year could have to tax."""
    taxable = (lot for lot in lots if household.type_of(lot) is AccountType.TAXABLE)
    return sum((max(household.gain_of(lot) or ZERO, ZERO) for lot in taxable), ZERO)


def _heavy(sleeves: tuple[Sleeve, ...]) -> frozenset[str]:
    return frozenset(symbol for sleeve in sleeves if sleeve.drift_frac > 0 for symbol in sleeve.symbols)


def _knowable(household: Household, lot: Lot) -> bool:
    kind = household.type_of(lot)
    if household.account_by_id[lot.account_id].another:
        return False
    if kind is AccountType.UNKNOWN or not household.price_of(lot.symbol):
        return False
    return kind.sheltered or (lot.basis_usd is not None and lot.acquired is not None)


def _lots(
    household: Household,
    lots: tuple[Lot, ...],
    wishes: Wishes,
    on: date,
    place: dict[str, int],
    seats: dict[str, int],
    total: Decimal,
    heavy: frozenset[str],
) -> Lots:
    """Write lots as arrays.

    Petty losses are sold only in sleeves above target (``heavy`` symbols), or with others as the latest purchase.
    """
    value = np.array([as_float(household.value_of(lot) or ZERO) for lot in lots]) / as_float(total)
    recent_ids = {purchase.id for purchase in purchases_near(household, on)}
    gain = [_gain_rate(household, lot) for lot in lots]
    taxable = np.array([household.type_of(lot) is AccountType.TAXABLE for lot in lots], dtype=float)
    short = np.array([lot_term(lot, on) is not Term.LONG for lot in lots], dtype=float)
    free = np.array([_may_sell(household, lot, wishes) for lot in lots], dtype=float)
    if wishes.long_term_only:
        free = free * (1 - short * taxable * (np.array(gain) > 0))
    if wishes.wait_until is not None:
        days = (wishes.wait_until - on).days
        soon = np.array([0 < (days_to_long(lot, on) or 0) <= days for lot in lots], dtype=float)
        free = free * (1 - soon * taxable * (np.array(gain) > 0))
    if wishes.harvest_only:
        free = free * ((np.array(gain) < 0) & (taxable > 0))
    small = as_float(petty_usd(total) / total)
    petty = (taxable > 0) & (np.array(gain) < 0) & (-np.array(gain) * value < small)
    alone = np.array([lot.symbol not in heavy and lot.id not in recent_ids for lot in lots], dtype=bool)
    free = free * ~(petty & alone)
    return Lots(
        ids=tuple(lot.id for lot in lots),
        account=np.array([seats[lot.account_id] for lot in lots], dtype=np.intp),
        asset=np.array([place[lot.symbol] for lot in lots], dtype=np.intp),
        value=value,
        gain_rate=np.array(gain),
        short=short,
        taxable=taxable,
        most=value * free,
        recent=np.array([lot.id in recent_ids for lot in lots], dtype=bool),
        matched=np.array([bool(blocking(household, lot, on)) for lot in lots], dtype=float),
    )


def _kept_back(lots: Lots, gifts: tuple[Gift, ...], total: Decimal) -> Lots:
    """Return the lots without what is to be given away."""
    given = {gift.lot.id: as_float(gift.amount_usd / total) for gift in gifts}
    left = np.array([max(0.0, v - given.get(lot, 0.0)) for lot, v in zip(lots.ids, lots.value, strict=True)])
    return replace(lots, most=np.minimum(lots.most, left))


def _gain_rate(household: Household, lot: Lot) -> float:
    value, gain = household.value_of(lot), household.gain_of(lot)
    return 0.0 if not value or gain is None else as_float(gain / value)


def _may_sell(household: Household, lot: Lot, wishes: Wishes) -> bool:
    locked = lot.symbol in wishes.exclude or lot.id in wishes.lots_locked
    locked |= not wishes.trades_in(lot.account_id)
    locked |= wishes.only is not None and lot.symbol != wishes.only
    return not locked and not wishes.no_sells and _knowable(household, lot)
