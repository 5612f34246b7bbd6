"""State returns that differ in deductions and credits; most states share ``standard``."""

from __future__ import annotations

import numpy as np

from tools.money import as_float
from tools.tax.state_rules import Income, Table, positive
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
    """Apply one rate to all income less the amount beside it; under 100,001 dollars at the middle of a table row."""
    taxable = positive(start(income, table) - table.deduction)
    offset = np.where(taxable >= 75_000, 1.0, 0.0)
    middle = np.floor((taxable - offset) / 100) * 100 + offset + 49.5
    at = np.where(taxable < 100_001, middle, taxable)
    tax = positive(table.step("rate_frac", at) * at - table.step("reduction_usd", at))
    return positive(np.where(taxable < 100_001, np.floor(tax + 0.5), tax) - table.credit)


def colorado(income: Income, table: Table) -> Floats:
    """Tax federal taxable income; high incomes add back most of the federal deduction; the year's refund comes off."""
    high = income.agi > table.amount("addback_agi_over_usd")
    addback = positive(income.federal_deduction - table.by("addback_over_usd")) * high
    tax = table.schedule(positive(positive(income.federal_taxable) + addback))
    if "refund_usd" not in table.law.steps:
        return tax
    return tax - table.step("refund_usd", income.agi) * table.by("persons")


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


def missouri(income: Income, table: Table) -> Floats:
    """Deduct the federal deduction and a share of the federal tax that falls with income."""
    adjusted = start(income, table)
    federal = np.minimum(
        income.federal_tax * table.step("federal_tax_frac", adjusted, above=True), table.by("federal_tax_most_usd")
    )
    return table.schedule(positive(adjusted - income.federal_deduction - table.exemption - federal))


def oregon(income: Income, table: Table) -> Floats:
    """Subtract the federal tax up to a limit that falls with income; no credits above an income."""
    federal = np.minimum(income.federal_tax, table.step("federal_tax_most_usd", income.agi))
    credit = np.where(income.agi <= table.by("credit_agi_up_to_usd"), table.credit, 0.0)
    return positive(table.schedule(positive(income.agi - federal - table.deduction)) - credit)


def south_carolina(income: Income, table: Table) -> Floats:
    """Start from federal taxable income with the deduction as the state knows it."""
    addback = positive(income.federal_deduction - table.by("federal_deduction_usd"))
    untaxed = as_float(table.law.long_gain_excluded_frac) * income.long_gain
    return table.schedule(positive(positive(income.federal_taxable) + addback - untaxed))


def virginia(income: Income, table: Table) -> Floats:
    """Tax nothing below the filing threshold."""
    return np.where(income.agi >= table.by("no_tax_up_to_usd"), standard(income, table), 0.0)
