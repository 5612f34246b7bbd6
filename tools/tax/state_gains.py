"""States that tax gains apart: classes, own rates and exclusions."""

from __future__ import annotations

import numpy as np

from tools.money import as_float
from tools.tax.state_returns import start
from tools.tax.state_rules import Income, Table, positive
from tools.tax.tables import Floats


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


def north_dakota(income: Income, table: Table) -> Floats:
    """Leave the same share of qualified dividends untaxed as of long-term gains."""
    dividends = as_float(table.law.long_gain_excluded_frac) * income.dividends
    return table.schedule(positive(start(income, table) - dividends))


def vermont(income: Income, table: Table) -> Floats:
    """Leave a flat amount of gain untaxed; high incomes owe at least 3 % of adjusted gross income."""
    most = table.amount("gain_excluded_income_frac") * positive(income.federal_taxable)
    untaxed = np.minimum(np.minimum(income.long_gain, table.amount("gain_excluded_usd")), most)
    tax = table.schedule(positive(income.agi - untaxed - table.deduction - table.exemption))
    high = income.agi > table.amount("minimum_over_usd")
    return np.maximum(tax, table.amount("minimum_rate_frac") * income.agi * high)


def washington(income: Income, table: Table) -> Floats:
    """Tax the net long-term gain alone, above the year's deduction."""
    return table.schedule(positive(income.long - table.exemption))
