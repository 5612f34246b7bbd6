"""What further wishes bring, as facts: the tax set aside, gifts, gains at 0 %, stand-ins, where things are held."""

from __future__ import annotations

from decimal import Decimal

from tools.analysis.holdings import name_of
from tools.analysis.sleeves import class_of
from tools.facts import FactBook, Figures, Json
from tools.model import AccountType, Household, Investor
from tools.money import ZERO, cents, from_float
from tools.plan.gifts import FLOOR_FRAC, INCOME_FRAC, Gift
from tools.plan.location import tax_exempt, yearly_drag
from tools.plan.plan import Plan
from tools.plan.problem import TaxPieces
from tools.plan.rates import representative, tax_pieces
from tools.plan.reserve import added_tax, tax_to_keep
from tools.plan.style import petty_usd
from tools.plan.wished import later_frac, stand_in_of, zero_room
from tools.tax.estimated import due_dates
from tools.tax.law import Law
from tools.tax.year import Gains

FINE = Decimal("1e-12")


def describe_wished(plan: Plan, investor: Investor, law: Law, book: FactBook) -> dict[str, Json]:
    """Write for each of these wishes what the plan makes of it."""
    wishes, found = plan.wishes, dict[str, Json]()
    if wishes.tax_set_aside or wishes.raise_cash_usd:
        found["payment"] = _payment(plan, investor, law, book)
    if wishes.charity_usd:
        found["gifts"] = _gifts(plan, investor, law, book)
    if wishes.zero_bracket:
        found["zero_bracket"] = _zero_bracket(plan, investor, law, book)
    if wishes.stay_invested:
        kept: list[Json] = [*_no_stand_in(plan.before)]
        found["no_stand_in"] = kept
    if wishes.asset_location:
        found["location"] = _location(plan, investor, law, book)
    return found


def _payment(plan: Plan, investor: Investor, law: Law, book: FactBook) -> Json:
    """Name the tax of the trades, federal and state, kept or not, and the day of the next estimated payment."""
    tax = plan.keep_usd if plan.wishes.tax_set_aside else tax_to_keep(investor, plan.realized.gains, law)
    due = next(day for day in due_dates(plan.on.year) if day >= plan.on)
    figures: Figures = {"tax_usd": tax, "due_date": due}
    return book.row(
        "payment",
        figures,
        of="Tax of the trades",
        kept=plan.wishes.tax_set_aside,
        owed=tax > 0,
        state=bool(investor.state),
    )


def _gifts(plan: Plan, investor: Investor, law: Law, book: FactBook) -> Json:
    """List the lots to give, and the tax that selling them as well would have added."""
    rows: list[Json] = [_gift(plan.before, gift, book) for gift in plan.gifts]
    base = plan.realized.gains
    more = Gains(base.short_usd, base.long_usd + sum((gift.gain_usd for gift in plan.gifts), ZERO))
    spared = added_tax(investor, more, law) - added_tax(investor, base, law)
    figures = {
        "given_usd": sum((gift.amount_usd for gift in plan.gifts), ZERO),
        "gain_usd": sum((gift.gain_usd for gift in plan.gifts), ZERO),
        "spared_usd": spared,
        "income_frac": INCOME_FRAC,
        "floor_frac": FLOOR_FRAC,
    }
    return {**book.row("gifts", figures, of="Given to charity"), "lots": rows}


def _gift(household: Household, gift: Gift, book: FactBook) -> dict[str, Json]:
    name = name_of(household, gift.lot.symbol)
    figures = {
        "given_shares": gift.shares,
        "amount_usd": gift.amount_usd,
        "gain_usd": gift.gain_usd,
        "acquired_date": gift.lot.acquired,
    }
    return book.row(
        f"gift.{gift.lot.id}", figures, entity=gift.lot.symbol, of=f"{name} to give", name=name, symbol=gift.lot.symbol
    )


def _zero_bracket(plan: Plan, investor: Investor, law: Law, book: FactBook) -> Json:
    """Say how much room there was at 0 %, how much gain the plan takes, and what is bought again."""
    situation = representative(investor, law)
    room = zero_room(situation, law)
    sold = {(t.account_id, t.symbol) for t in plan.sells}
    again = sorted({t.symbol for t in plan.buys if (t.account_id, t.symbol) in sold})
    taken = max(min(plan.realized.gain_usd, room), ZERO)
    rates = law.long_term_gains.rates_frac
    figures = {
        "zero_frac": rates[0],
        "room_usd": room,
        "taken_usd": taken,
        "spared_usd": cents(taken * later_frac(situation, law)),
    }
    names: list[Json] = [name_of(plan.before, symbol) for symbol in again]
    return {**book.row("zero", figures, of="The 0 % bracket", open=room > 0), "again": names}


def _no_stand_in(household: Household) -> list[str]:
    """Return the names whose losses are kept because nothing with a known price may stand in for them."""
    lost = {
        lot.symbol
        for lot in household.lots
        if household.type_of(lot) is AccountType.TAXABLE
        and -(household.gain_of(lot) or ZERO) >= petty_usd(household.value_usd)
    }
    return [name_of(household, symbol) for symbol in sorted(lost) if stand_in_of(household, symbol) is None]


def _location(plan: Plan, investor: Investor, law: Law, book: FactBook) -> Json:
    """Say the yearly tax on what taxable accounts pay out, before and after."""
    pieces = tax_pieces(representative(investor, law), law, plan.style, plan.before.value_usd)
    before, after = (_yearly(household, pieces) for household in (plan.before, plan.after))
    figures = {"before_usd": before, "after_usd": after, "less_usd": before - after}
    return book.row("location", figures, of="Yearly tax on payouts", less=before > after)


def _yearly(household: Household, pieces: TaxPieces) -> Decimal:
    rates = (
        (household.value_of(lot) or ZERO) * from_float(yearly_drag(class_of(household, lot.symbol), pieces), FINE)
        for lot in household.lots
        if household.type_of(lot) is AccountType.TAXABLE and not tax_exempt(household, lot.symbol)
    )
    return cents(sum(rates, ZERO))
