"""Household, investor and wishes -> the arrays of a problem."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

import numpy as np

from tools.analysis.holdings import lot_term
from tools.analysis.sleeves import Sleeve, build_sleeves, class_of, key_for
from tools.analysis.wash import blocking, groups_sold_at_loss, purchases_near
from tools.errors import MissingFact
from tools.market.identical import group_of
from tools.market.replacements import replacements
from tools.market.securities import broad_fund, info
from tools.model import CASH, AccountType, Household, Investor, Lot, Target, Term, Wishes
from tools.money import ZERO, as_float
from tools.plan.problem import Array, Buys, Index, Lots, Problem, Sleeves, TaxPieces
from tools.plan.style import EXPOSURE_COST, HALF_SPREAD, RELUCTANCE, SMALL_LOSS_FRAC, STAY_INSIDE, Style, later_value
from tools.tax.law import Law
from tools.tax.year import Gains, Situation, marginal


@dataclass(frozen=True, slots=True)
class Frame:
    """A problem with the way back: which lot, account and symbol each index stands for."""

    problem: Problem
    lots: tuple[Lot, ...]
    pairs: tuple[tuple[str, str], ...]
    sleeves: tuple[Sleeve, ...]
    value_usd: Decimal
    set_aside: tuple[Lot, ...]


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
    """
    targets = plan_targets(household, investor, wishes)
    sleeves = build_sleeves(household, targets, wishes.new_cash_usd)
    total = household.value_usd
    lots = tuple(lot for lot in household.lots if household.price_of(lot.symbol))
    bought = _buyable(household, sleeves, lots, wishes)
    symbols = tuple(sorted({lot.symbol for lot in lots} | {symbol for _, symbol in bought}))
    place = {symbol: n for n, symbol in enumerate(symbols)}
    seats = {account.id: n for n, account in enumerate(household.accounts)}
    groups = {g: n for n, g in enumerate(sorted({group_of(s) for s in symbols}))}
    held = np.zeros(len(symbols))
    for lot in lots:
        held[place[lot.symbol]] += as_float(household.value_of(lot) or ZERO) / as_float(total)
    names, exposure = _exposures(symbols, sleeves)
    cash = _cash(household, seats, total)
    tax = _pieces(situation, law, total)
    problem = Problem(
        symbols=symbols,
        groups=np.array([groups[group_of(s)] for s in symbols], dtype=np.intp),
        held=held,
        lots=_lots(household, lots, wishes, on, place, seats, total, _heavy(sleeves)),
        buys=Buys(
            account=np.array([seats[account] for account, _ in bought], dtype=np.intp),
            asset=np.array([place[symbol] for _, symbol in bought], dtype=np.intp),
            most=_buy_limits(household, bought, wishes, on, total),
            reluctance=_reluctance(household, bought),
        ),
        sleeves=_sleeve_arrays(household, sleeves, symbols, frozenset(t.key for t in targets), style),
        exposure=exposure,
        exposure_target=exposure @ held if names else np.zeros(0),
        exposure_cost=EXPOSURE_COST,
        cash=cash,
        cash_floor=_floor(household, wishes, seats, total),
        cash_sleeve=next((n for n, s in enumerate(sleeves) if s.key == "cash"), None),
        tax=tax,
        drift_cost=style.drift,
        trade_cost=HALF_SPREAD,
        net_gain_most=_gain_limit(tax, wishes, style, total),
        weight_most=_weight_limits(symbols, wishes),
    )
    set_aside = tuple(lot for lot in household.lots if not _knowable(household, lot))
    return Frame(problem, lots, tuple(bought), sleeves, total, set_aside)


def _heavy(sleeves: tuple[Sleeve, ...]) -> frozenset[str]:
    return frozenset(symbol for sleeve in sleeves if sleeve.drift_frac > 0 for symbol in sleeve.symbols)


def _knowable(household: Household, lot: Lot) -> bool:
    kind = household.type_of(lot)
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
    """Write lots as arrays; petty losses are sold only in sleeves that are above target (``heavy`` symbols)."""
    value = np.array([as_float(household.value_of(lot) or ZERO) for lot in lots]) / as_float(total)
    recent_ids = {purchase.id for purchase in purchases_near(household, on)}
    gain = [_gain_rate(household, lot) for lot in lots]
    taxable = np.array([household.type_of(lot) is AccountType.TAXABLE for lot in lots], dtype=float)
    short = np.array([lot_term(lot, on) is not Term.LONG for lot in lots], dtype=float)
    free = np.array([_may_sell(household, lot, wishes) for lot in lots], dtype=float)
    if wishes.long_term_only:
        free = free * (1 - short * taxable * (np.array(gain) > 0))
    if wishes.harvest_only:
        free = free * ((np.array(gain) < 0) & (taxable > 0))
    petty = (taxable > 0) & (np.array(gain) < 0) & (-np.array(gain) * value < SMALL_LOSS_FRAC)
    free = free * ~(petty & np.array([lot.symbol not in heavy for lot in lots]))
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


def _gain_rate(household: Household, lot: Lot) -> float:
    value, basis = household.value_of(lot), lot.basis_usd
    return 0.0 if not value or basis is None else as_float(1 - basis / value)


def _may_sell(household: Household, lot: Lot, wishes: Wishes) -> bool:
    locked = lot.symbol in wishes.exclude or lot.id in wishes.lots_locked
    return not locked and not wishes.no_sells and _knowable(household, lot)


def _buyable(
    household: Household, sleeves: tuple[Sleeve, ...], lots: tuple[Lot, ...], wishes: Wishes
) -> list[tuple[str, str]]:
    """Return (account, symbol) pairs: targeted symbols, funds of targeted sleeves, and stand-ins for losers.

    Single stocks are bought only when they have a target of their own: this product does not pick stocks.
    """
    losers = sorted({lot.symbol for lot in lots if (household.gain_of(lot) or ZERO) < 0})
    wanted = [] if wishes.harvest_only else [s for sleeve in sleeves for s in _sleeve_funds(household, sleeve)]
    for symbol in losers:
        stand_ins = [r.symbol for r in replacements(symbol) if household.price_of(r.symbol)]
        wanted += stand_ins[:1]
    if wishes.harvest_only:
        wanted += [s for sleeve in sleeves for s in _sleeve_funds(household, sleeve)]
    candidates = list(dict.fromkeys(s for s in wanted if s not in wishes.exclude and s != CASH))
    held_in = {(lot.account_id, lot.symbol) for lot in lots}
    pairs = []
    for account in household.accounts:
        if account.type is AccountType.UNKNOWN:
            continue
        here = sorted(candidates, key=lambda s: ((account.id, s) not in held_in, candidates.index(s)))
        pairs += [(account.id, symbol) for symbol in here]
    return pairs


def _sleeve_funds(household: Household, sleeve: Sleeve) -> list[str]:
    if sleeve.target_frac is None or sleeve.key == "cash":
        return []
    if sleeve.key in household.securities and household.price_of(sleeve.key):
        return [sleeve.key]
    funds = [s for s in sleeve.symbols if household.price_of(s) and (found := info(s)) and found.kind == "fund"]
    by_value = sorted(funds, key=lambda s: (-sum(household.value_of(lot) or ZERO for lot in household.lots_of(s)), s))
    broad = broad_fund(sleeve.key)
    if broad and household.price_of(broad) and broad not in by_value:
        by_value.append(broad)
    return by_value


def _buy_limits(household: Household, pairs: list[tuple[str, str]], wishes: Wishes, on: date, total: Decimal) -> Array:
    """Limit purchases: nothing of a group sold at a loss lately, single names up to the cap."""
    quiet = groups_sold_at_loss(household, on)
    cap = as_float(wishes.max_weight_frac) if wishes.max_weight_frac is not None else 1.0
    limits = []
    for _, symbol in pairs:
        found = info(symbol)
        fund = bool(found and found.kind == "fund")
        held = sum((household.value_of(lot) or ZERO for lot in household.lots_of(symbol)), ZERO)
        free = 1.0 if fund else max(0.0, cap - as_float(held) / as_float(total))
        limits.append(0.0 if group_of(symbol) in quiet else free)
    return np.array(limits)


def _reluctance(household: Household, pairs: list[tuple[str, str]]) -> Array:
    """Prefer to buy where the loser that a fund stands in for is, then where the fund is held; bonds in IRAs.

    Costs are far below those of tax and drift; the order of the list settles what is left.
    """
    costs = []
    for rank, (account_id, symbol) in enumerate(pairs):
        here = [lot for lot in household.lots if lot.account_id == account_id]
        at_home = any(lot.symbol == symbol for lot in here) or any(
            symbol == stand_in.symbol
            for lot in here
            if (household.gain_of(lot) or ZERO) < 0
            for stand_in in replacements(lot.symbol)
        )
        taxed_bond = class_of(household, symbol) == "bonds" and not household.account_by_id[account_id].type.sheltered
        costs.append(RELUCTANCE * (2 * (not at_home) + taxed_bond + rank / max(len(pairs), 1)))
    return np.array(costs)


def _weight_limits(symbols: tuple[str, ...], wishes: Wishes) -> Array:
    """Return the cap on single names; funds are diversified already and are not capped."""
    if wishes.max_weight_frac is None:
        return np.ones(len(symbols))
    cap = as_float(wishes.max_weight_frac)
    kinds = [info(symbol) for symbol in symbols]
    return np.array([1.0 if found and found.kind == "fund" else cap for found in kinds])


def _sleeve_arrays(
    household: Household, sleeves: tuple[Sleeve, ...], symbols: tuple[str, ...], keys: frozenset[str], style: Style
) -> Sleeves:
    """Write targets as arrays; a sleeve inside its band is held there whatever the style."""
    rows = {sleeve.key: n for n, sleeve in enumerate(sleeves)}
    members = np.zeros((len(sleeves), len(symbols)))
    for n, symbol in enumerate(symbols):
        known = class_of(household, symbol)
        row = rows.get(key_for(symbol, known, keys))
        if row is not None:
            members[row, n] = 1
    weights = [as_float(s.weight_frac) if s.target_frac is None else as_float(s.target_frac) for s in sleeves]
    bands = [1.0 if s.band_frac is None else as_float(s.band_frac) for s in sleeves]
    weighed = [0.0 if s.target_frac is None else 1.0 for s in sleeves]
    outside = [style.outside if s.outside else max(style.outside, STAY_INSIDE) for s in sleeves]
    keys_in_order = tuple(s.key for s in sleeves)
    arrays = [np.array(column) for column in (weights, bands, weighed, outside)]
    return Sleeves(keys_in_order, members, *arrays)


def _exposures(symbols: tuple[str, ...], sleeves: tuple[Sleeve, ...]) -> tuple[list[str], Array]:
    """Group single names with the fund that may stand in for them; names with their own target have none."""
    own = {sleeve.key for sleeve in sleeves}
    rows: dict[str, list[int]] = {}
    for n, symbol in enumerate(symbols):
        found = info(symbol)
        if symbol in own or (found and found.kind == "fund"):
            continue
        stand_in = next((r.symbol for r in replacements(symbol) if r.symbol in symbols), symbol)
        rows.setdefault(stand_in, []).append(n)
    matrix = np.zeros((len(rows), len(symbols)))
    for row, (stand_in, members) in enumerate(rows.items()):
        matrix[row, members] = 1
        matrix[row, symbols.index(stand_in)] = 1
    return list(rows), matrix


def _cash(household: Household, seats: dict[str, int], total: Decimal) -> Array:
    cash = np.zeros(len(seats))
    for account_id, amount in household.cash_usd.items():
        cash[seats[account_id]] += as_float(amount) / as_float(total)
    return cash


def _floor(household: Household, wishes: Wishes, seats: dict[str, int], total: Decimal) -> Array:
    floor = np.zeros(len(seats))
    for account_id, amount in household.cash_usd.items():
        floor[seats[account_id]] = min(0.0, as_float(amount) / as_float(total))
    home = home_account(household)
    if wishes.raise_cash_usd and home is not None:
        floor[seats[home]] += as_float((household.cash_usd.get(home, ZERO) + wishes.raise_cash_usd) / total)
    return floor


def home_account(household: Household) -> str | None:
    """Return the account that new money enters and leaves: the largest taxable one."""
    taxable = [account.id for account in household.accounts if account.type is AccountType.TAXABLE]
    worth = {
        a: sum((household.value_of(x) or ZERO for x in household.lots if x.account_id == a), ZERO) for a in taxable
    }
    return max(taxable, key=lambda a: (worth[a], a), default=None)


def _pieces(situation: Situation, law: Law, total: Decimal) -> TaxPieces:
    """Take the local rates from the exact engine, as a year with neither gains nor losses would meet them."""
    fresh = replace(
        situation, short_gain_usd=ZERO, long_gain_usd=ZERO, short_carryover_usd=ZERO, long_carryover_usd=ZERO
    )
    rates = marginal(fresh, Gains(), law)
    ordinary, long = as_float(rates.ordinary_rate_frac), as_float(rates.long_rate_frac)
    short = max(as_float(rates.short_rate_frac), ordinary, long)
    later = later_value(long)
    status, value = situation.filing_status, as_float(total)
    taxable = max(situation.income_usd - law.standard_deduction.amount_usd[status], ZERO)
    return TaxPieces(
        short=short,
        long=long,
        ordinary=ordinary,
        carry=min(ordinary, later),
        later=later,
        offset=as_float(min(law.capital_loss.limit_usd[status], taxable)) / value,
        short_start=as_float(situation.short_gain_usd - situation.short_carryover_usd) / value,
        long_start=as_float(situation.long_gain_usd - situation.long_carryover_usd) / value,
    )


def _gain_limit(tax: TaxPieces, wishes: Wishes, style: Style, total: Decimal) -> float | None:
    """Return the limit on the year's net gain: where it starts plus what the plan's own trades may add."""
    limits = [] if wishes.max_gain_usd is None else [wishes.max_gain_usd]
    if style.no_net_gain:
        limits.append(ZERO)
    return tax.short_start + tax.long_start + as_float(min(limits) / total) if limits else None


__all__ = ["Frame", "Index", "build_frame", "plan_targets"]
