"""One function a way of taxing: most states share ``standard``, the others say here what they do differently."""

from __future__ import annotations

import numpy as np

from tools.money import as_float
from tools.tax.state_rules import Income, Table, positive, share_over, steps_over
from tools.tax.tables import Floats


def start(income: Income, table: Table) -> Floats:
    """Return the state's adjusted income: where it starts, less the gains that it does not tax."""
    law = table.law
    base = income.agi if law.start == "federal_agi" else income.federal_taxable
    untaxed = as_float(law.long_gain_excluded_frac) * income.long_gain
    return base - untaxed - as_float(law.gain_excluded_frac) * positive(income.on_return)


def standard(income: Income, table: Table) -> Floats:
    """Tax adjusted income less deduction and exemptions by the schedule, less personal credits."""
    taxable = positive(start(income, table) - table.deduction - table.exemption)
    return positive(table.schedule(taxable) - table.credit)


def alabama(income: Income, table: Table) -> Floats:
    """Deduct the federal tax, and payroll tax where it is more than the standard deduction; losses without limit.

    Alabama lets itemizers deduct payroll tax whatever they do federally, and takes the year's whole loss at once.
    """
    adjusted = income.agi - income.on_return + income.year_gain
    steps = np.floor(positive(adjusted - table.by("phaseout_over_usd")) / table.by("phaseout_step_usd"))
    cut = steps * table.by("phaseout_cut_usd")
    usual = np.maximum(table.deduction - cut, table.by("deduction_floor_usd"))
    deduction = np.maximum(usual, _payroll_tax(income, table))
    return table.schedule(positive(adjusted - deduction - table.exemption - income.federal_tax))


def _payroll_tax(income: Income, table: Table) -> Floats:
    """Return the employee's Social Security and Medicare tax, all wages taken as one person's."""
    security = table.amount("payroll_rate_frac") * np.minimum(income.wages, table.amount("payroll_wage_base_usd"))
    more = table.amount("medicare_more_rate_frac") * positive(income.wages - table.by("medicare_more_over_usd"))
    return security + table.amount("medicare_rate_frac") * income.wages + more


def arkansas(income: Income, table: Table) -> Floats:
    """Apply one rate to all income less the amount printed beside it; below 100,001 dollars at the tax table's middle."""
    taxable = positive(start(income, table) - table.deduction)
    offset = np.where(taxable >= 75_000, 1.0, 0.0)
    middle = np.floor((taxable - offset) / 100) * 100 + offset + 49.5
    at = np.where(taxable < 100_001, middle, taxable)
    tax = positive(table.step("rate_frac", at) * at - table.step("reduction_usd", at))
    return positive(np.where(taxable < 100_001, np.floor(tax + 0.5), tax) - table.credit)


def california(income: Income, table: Table) -> Floats:
    """Phase the exemption credits out by income and add the mental health tax."""
    taxable = positive(income.agi - table.deduction)
    steps = steps_over(income.agi, table.by("phaseout_over_usd"), table.by("phaseout_step_usd"))
    cut = steps * table.amount("phaseout_cut_usd") * table.by("personal_credits")
    mental = table.amount("mental_health_rate_frac") * positive(taxable - table.amount("mental_health_over_usd"))
    return positive(table.schedule(taxable) - positive(table.credit - cut)) + mental


def colorado(income: Income, table: Table) -> Floats:
    """Tax federal taxable income; high incomes add back most of the federal deduction; the year's refund comes off."""
    high = income.agi > table.amount("addback_agi_over_usd")
    addback = positive(income.federal_deduction - table.by("addback_over_usd")) * high
    tax = table.schedule(positive(positive(income.federal_taxable) + addback))
    if "refund_usd" not in table.law.steps:
        return tax
    return tax - table.step("refund_usd", income.agi) * table.by("persons")


def connecticut(income: Income, table: Table) -> Floats:
    """Add the phase-out of the lowest rate and three recaptures, then the personal credit by income."""
    exemption = positive(table.exemption - 1000 * steps_over(income.agi, table.by("exemption_over_usd"), 1000))
    tax = table.schedule(positive(income.agi - exemption))
    for name in ("addback", "low", "middle", "high"):
        steps = steps_over(income.agi, table.by(f"{name}_over_usd"), table.by(f"{name}_step_usd"))
        tax = tax + np.minimum(steps * table.by(f"{name}_cut_usd"), table.by(f"{name}_most_usd"))
    return tax * (1 - table.step("credit_frac", income.agi, above=True))


def gross_by_class(income: Income, table: Table) -> Floats:
    """Tax classes of income that losses do not cross; the year's own gains and losses only, no carryover."""
    gross = income.wages + income.interest + income.dividends + positive(income.year_gain)
    tax = table.schedule(positive(gross - table.exemption))
    return np.where(gross > table.by("no_tax_up_to_usd"), tax, 0.0)


def hawaii(income: Income, table: Table) -> Floats:
    """Cap the rate on the net long-term gain."""
    taxable = positive(income.agi - table.deduction - table.exemption)
    floor = np.maximum(taxable - income.long_gain, np.minimum(taxable, table.by("bracket_usd")))
    capped = table.schedule(floor) + table.amount("gain_rate_frac") * (taxable - floor)
    return np.minimum(table.schedule(taxable), capped)


def idaho(income: Income, table: Table) -> Floats:
    """Add the permanent building fund tax to any tax due; the grocery credit comes off."""
    tax = table.schedule(positive(start(income, table)))
    return np.where(tax > 0, tax + table.amount("building_fund_usd"), tax) - table.credit


def illinois(income: Income, table: Table) -> Floats:
    """Give no exemption above an income."""
    exemption = np.where(income.agi <= table.by("exemption_agi_up_to_usd"), table.exemption, 0.0)
    return table.schedule(positive(start(income, table) - exemption))


def iowa(income: Income, table: Table) -> Floats:
    """Tax federal taxable income less the exemption credits."""
    return positive(table.schedule(positive(income.federal_taxable)) - table.credit)


def louisiana(income: Income, table: Table) -> Floats:
    """Take the exemption out of the lowest bracket (to 2024)."""
    taxable = positive(income.agi)
    return positive(table.schedule(taxable) - table.schedule(np.minimum(table.exemption, taxable)))


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


def massachusetts(income: Income, table: Table) -> Floats:
    """Tax classes apart: short-term gains at their own rate, losses against gains and at most 2,000 of dividends."""
    loss_cap = np.minimum(income.dividends, table.amount("loss_against_income_usd"))
    short_loss, long_loss = positive(-income.short), positive(-income.long)
    short_on_dividends = np.minimum(loss_cap, short_loss)
    long_on_dividends = np.minimum(loss_cap - short_on_dividends, positive(long_loss - positive(income.short)))
    payroll = np.minimum(table.amount("payroll_tax_rate_frac") * income.wages, table.amount("payroll_tax_cap_usd"))
    classes = [
        positive(income.wages + income.interest - payroll),
        income.dividends - short_on_dividends - long_on_dividends,
        positive(positive(income.short) - long_loss),
        positive(positive(income.long) - (short_loss - short_on_dividends)),
    ]
    gross, left = sum(classes), table.exemption
    for at, amount in enumerate(classes):
        classes[at], left = positive(amount - left), positive(left - amount)
    total = np.sum(classes, axis=0)
    over = table.amount("surtax_over_usd")
    tax = table.schedule(total - classes[2]) + table.amount("short_rate_frac") * classes[2]
    surtax = table.amount("surtax_rate_frac") * positive(total - over)
    return np.where(gross > table.by("no_tax_up_to_usd"), tax + surtax, 0.0)


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


def missouri(income: Income, table: Table) -> Floats:
    """Deduct the federal deduction and a share of the federal tax that falls with income."""
    adjusted = start(income, table)
    federal = np.minimum(
        income.federal_tax * table.step("federal_tax_frac", adjusted, above=True), table.by("federal_tax_most_usd")
    )
    return table.schedule(positive(adjusted - income.federal_deduction - table.exemption - federal))


def montana(income: Income, table: Table) -> Floats:
    """Tax the net long-term gain on top of other income by its own schedule."""
    taxable = positive(income.federal_taxable)
    gain = np.minimum(income.long_gain, taxable)
    floor = taxable - gain
    return table.schedule(floor) + table.schedule(taxable, "gain_rate_frac") - table.schedule(floor, "gain_rate_frac")


def new_hampshire(income: Income, table: Table) -> Floats:
    """Tax interest and dividends alone."""
    return table.schedule(positive(income.interest + income.dividends - table.exemption))


def new_mexico(income: Income, table: Table) -> Floats:
    """Deduct part of the net capital gain and the low- and middle-income exemption."""
    gain = income.long_gain
    share = np.maximum(
        table.amount("gain_excluded_frac") * gain, np.minimum(gain, table.amount("gain_up_to_usd"))
    ) * table.by("gain_share_frac")
    left = table.amount("exemption_usd") - table.by("exemption_cut_frac") * positive(
        income.agi - table.by("exemption_over_usd")
    )
    exemption = np.where(income.agi <= table.by("exemption_agi_up_to_usd"), left * table.by("persons"), 0.0)
    return table.schedule(positive(income.federal_taxable - share - exemption))


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


def north_dakota(income: Income, table: Table) -> Floats:
    """Leave the same share of qualified dividends untaxed as of long-term gains."""
    dividends = as_float(table.law.long_gain_excluded_frac) * income.dividends
    return table.schedule(positive(start(income, table) - dividends))


def ohio(income: Income, table: Table) -> Floats:
    """Step the exemption down by income; tax nothing up to an amount."""
    exemption = table.step("exemption_usd", income.agi) * table.by("persons")
    taxable = positive(income.agi - exemption)
    tax = table.schedule(taxable) + table.step("adjustment_usd", taxable, above=True)
    return np.where(taxable > table.amount("no_tax_up_to_usd"), tax, 0.0)


def oregon(income: Income, table: Table) -> Floats:
    """Subtract the federal tax up to a limit that falls with income; no credits above an income."""
    federal = np.minimum(income.federal_tax, table.step("federal_tax_most_usd", income.agi))
    credit = np.where(income.agi <= table.by("credit_agi_up_to_usd"), table.credit, 0.0)
    return positive(table.schedule(positive(income.agi - federal - table.deduction)) - credit)


def rhode_island(income: Income, table: Table) -> Floats:
    """Phase deduction and exemption out in steps of a fifth."""
    steps = steps_over(income.agi, table.amount("phaseout_over_usd"), table.amount("phaseout_step_usd"))
    kept = positive(1 - table.amount("phaseout_cut_frac") * steps)
    return table.schedule(positive(income.agi - kept * (table.deduction + table.exemption)))


def south_carolina(income: Income, table: Table) -> Floats:
    """Start from federal taxable income with the deduction as the state knows it."""
    addback = positive(income.federal_deduction - table.by("federal_deduction_usd"))
    untaxed = as_float(table.law.long_gain_excluded_frac) * income.long_gain
    return table.schedule(positive(positive(income.federal_taxable) + addback - untaxed))


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


def vermont(income: Income, table: Table) -> Floats:
    """Leave a flat amount of gain untaxed; high incomes owe at least 3 % of adjusted gross income."""
    most = table.amount("gain_excluded_income_frac") * positive(income.federal_taxable)
    untaxed = np.minimum(np.minimum(income.long_gain, table.amount("gain_excluded_usd")), most)
    tax = table.schedule(positive(income.agi - untaxed - table.deduction - table.exemption))
    high = income.agi > table.amount("minimum_over_usd")
    return np.maximum(tax, table.amount("minimum_rate_frac") * income.agi * high)


def virginia(income: Income, table: Table) -> Floats:
    """Tax nothing below the filing threshold."""
    return np.where(income.agi >= table.by("no_tax_up_to_usd"), standard(income, table), 0.0)


def washington(income: Income, table: Table) -> Floats:
    """Tax the net long-term gain alone, above the year's deduction."""
    return table.schedule(positive(income.long - table.exemption))


def wisconsin(income: Income, table: Table) -> Floats:
    """Shrink the standard deduction by a schedule of the state's own adjusted income."""
    adjusted = start(income, table)
    deduction = positive(table.deduction - table.schedule(adjusted, "deduction_cut_frac"))
    return table.schedule(positive(adjusted - deduction - table.exemption))
