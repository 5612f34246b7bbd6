"""States that take deductions, credits or low brackets back as income rises."""

from __future__ import annotations

import numpy as np

from tools.tax.state_returns import start
from tools.tax.state_rules import Income, Table, positive, share_over, steps_over
from tools.tax.tables import Floats


def california(income: Income, table: Table) -> Floats:
    """Phase the exemption credits out by income and add the mental health tax."""
    taxable = positive(income.agi - table.deduction)
    steps = steps_over(income.agi, table.by("phaseout_over_usd"), table.by("phaseout_step_usd"))
    cut = steps * table.amount("phaseout_cut_usd") * table.by("personal_credits")
    mental = table.amount("mental_health_rate_frac") * positive(taxable - table.amount("mental_health_over_usd"))
    return positive(table.schedule(taxable) - positive(table.credit - cut)) + mental


def connecticut(income: Income, table: Table) -> Floats:
    """Add the phase-out of the lowest rate and three recaptures, then the personal credit by income."""
    exemption = positive(table.exemption - 1000 * steps_over(income.agi, table.by("exemption_over_usd"), 1000))
    tax = table.schedule(positive(income.agi - exemption))
    for name in ("addback", "low", "middle", "high"):
        steps = steps_over(income.agi, table.by(f"{name}_over_usd"), table.by(f"{name}_step_usd"))
        tax = tax + np.minimum(steps * table.by(f"{name}_cut_usd"), table.by(f"{name}_most_usd"))
    return tax * (1 - table.step("credit_frac", income.agi, above=True))


def maine(income: Income, table: Table) -> Floats:
    """Phase out deduction and exemption by income; from 2026 a surcharge on high taxable income."""
    kept = 1 - share_over(income.agi, table.by("deduction_over_usd"), table.by("deduction_width_usd"))
    exempt = 1 - share_over(income.agi, table.by("exemption_over_usd"), table.by("exemption_width_usd"))
    taxable = positive(income.agi - table.deduction * kept - table.exemption * exempt)
    surcharge = table.amount("surcharge_rate_frac") * positive(taxable - table.by("surcharge_over_usd"))
    return table.schedule(taxable) + surcharge


def maryland(income: Income, table: Table) -> Floats:
    """Step the exemption down by income; from 2025 add 2 % of the net gain of high incomes."""
    deduction = table.deduction
    if "deduction_floor_usd" in table.law.by_status:
        share = table.amount("deduction_rate_frac") * income.agi
        deduction = np.clip(share, table.by("deduction_floor_usd"), table.deduction)
    exemption = table.step("exemption_usd", income.agi, above=True) * table.by("persons")
    high = income.agi > table.amount("gain_surtax_over_usd")
    surtax = table.amount("gain_surtax_rate_frac") * positive(income.on_return) * high
    return table.schedule(positive(income.agi - deduction - exemption)) + surtax


def minnesota(income: Income, table: Table) -> Floats:
    """Reduce the deduction by income; add alternative minimum tax and 1 % of high investment income."""
    low = table.amount("low_rate_frac") * (np.minimum(income.agi, table.by("high_over_usd")) - table.by("low_over_usd"))
    high = table.amount("high_rate_frac") * positive(income.agi - table.by("high_over_usd"))
    most = table.amount("most_cut_frac") * table.deduction
    cut = np.where(income.agi > table.amount("all_cut_over_usd"), most, np.minimum(most, positive(low) + high))
    tax = table.schedule(positive(income.agi - (table.deduction - cut)))
    shrunk = table.amount("amt_phaseout_rate_frac") * positive(income.agi - table.by("amt_phaseout_over_usd"))
    minimum = table.amount("amt_rate_frac") * positive(income.agi - positive(table.by("amt_exemption_usd") - shrunk))
    invested = income.interest + income.dividends + income.on_return
    extra = table.amount("niit_rate_frac") * positive(invested - table.amount("niit_over_usd"))
    return np.maximum(tax, minimum) + extra


def new_york(income: Income, table: Table) -> Floats:
    """Recapture the lower brackets of high incomes (tax computation worksheets)."""
    taxable = positive(income.agi - table.deduction)
    tax = table.schedule(taxable)
    passed = np.maximum(table.edge("recapture_more_usd", taxable), table.amount("recapture_agi_over_usd"))
    share = share_over(income.agi, passed, table.amount("recapture_width_usd"))
    more = table.step("recapture_base_usd", taxable) + share * table.step("recapture_more_usd", taxable)
    more = np.where(income.agi > table.amount("recapture_agi_over_usd"), more, 0.0)
    flat = taxable * table.top_rate
    return np.where(income.agi > table.amount("flat_agi_over_usd"), flat, tax + more)


def ohio(income: Income, table: Table) -> Floats:
    """Step the exemption down by income; tax nothing up to an amount."""
    exemption = table.step("exemption_usd", income.agi) * table.by("persons")
    taxable = positive(income.agi - exemption)
    tax = table.schedule(taxable) + table.step("adjustment_usd", taxable, above=True)
    return np.where(taxable > table.amount("no_tax_up_to_usd"), tax, 0.0)


def rhode_island(income: Income, table: Table) -> Floats:
    """Phase deduction and exemption out in steps of a fifth."""
    steps = steps_over(income.agi, table.amount("phaseout_over_usd"), table.amount("phaseout_step_usd"))
    kept = positive(1 - table.amount("phaseout_cut_frac") * steps)
    return table.schedule(positive(income.agi - kept * (table.deduction + table.exemption)))


def south_carolina_2026(income: Income, table: Table) -> Floats:
    """From 2026 start from adjusted gross income; the state's deduction is phased out in whole tens."""
    share = share_over(income.agi, table.by("deduction_over_usd"), table.by("deduction_width_usd"))
    deduction = positive(table.deduction - np.floor(table.deduction * share / 10) * 10)
    return table.schedule(positive(start(income, table) - deduction))


def utah(income: Income, table: Table) -> Floats:
    """Give a credit of the federal deduction that falls with income."""
    taxable = positive(income.agi)
    lost = table.amount("credit_cut_frac") * positive(taxable - table.by("credit_over_usd"))
    credit = positive(table.amount("credit_rate_frac") * income.federal_deduction - lost)
    return positive(table.schedule(taxable) - credit)


def wisconsin(income: Income, table: Table) -> Floats:
    """Shrink the standard deduction by a schedule of the state's own adjusted income."""
    adjusted = start(income, table)
    deduction = positive(table.deduction - table.schedule(adjusted, "deduction_cut_frac"))
    return table.schedule(positive(adjusted - deduction - table.exemption))
