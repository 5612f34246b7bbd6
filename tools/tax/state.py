"""State income tax of whole returns over arrays, from one rule table; see ``law/states``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from tools.tax import state_gains as gains
from tools.tax import state_phaseouts as phaseouts
from tools.tax import state_returns as own
from tools.tax.law import Law
from tools.tax.liability import Liability, Returns
from tools.tax.state_law import StateLaw
from tools.tax.state_rules import Income, Table, income_of
from tools.tax.tables import Floats

Rule = Callable[[Income, Table], Floats]

RULES: Mapping[str, Rule] = {
    "none": lambda income, table: np.zeros_like(income.agi),
    "standard": own.standard,
    "alabama": own.alabama,
    "arkansas": own.arkansas,
    "california": phaseouts.california,
    "colorado": own.colorado,
    "connecticut": phaseouts.connecticut,
    "gross_by_class": gains.gross_by_class,
    "hawaii": gains.hawaii,
    "idaho": own.idaho,
    "illinois": own.illinois,
    "iowa": own.iowa,
    "louisiana": own.louisiana,
    "maine": phaseouts.maine,
    "maryland": phaseouts.maryland,
    "massachusetts": gains.massachusetts,
    "minnesota": phaseouts.minnesota,
    "missouri": own.missouri,
    "montana": gains.montana,
    "new_hampshire": gains.new_hampshire,
    "new_mexico": gains.new_mexico,
    "new_york": phaseouts.new_york,
    "north_dakota": gains.north_dakota,
    "ohio": phaseouts.ohio,
    "oregon": own.oregon,
    "rhode_island": phaseouts.rhode_island,
    "south_carolina": own.south_carolina,
    "south_carolina_2026": phaseouts.south_carolina_2026,
    "utah": phaseouts.utah,
    "vermont": gains.vermont,
    "virginia": own.virginia,
    "washington": gains.washington,
    "wisconsin": phaseouts.wisconsin,
}


@dataclass(frozen=True, slots=True)
class StateLiability:
    """What the returns owe to one state, dollars: an estimate, before credits for low income, age or dependants."""

    law: StateLaw
    total: Floats


def state_tax(returns: Returns, federal: Liability, law: Law, state: StateLaw) -> StateLiability:
    """Compute whole state returns of people resident in ``state`` all year.

    Args:
        returns: The federal returns.
        federal: What they owe federally under ``law``; some states deduct it.
        law: The federal limits of the year.
        state: The state's table of the year.
    """
    income = income_of(returns, federal, law)
    total = RULES[state.rule](income, Table(state, returns.status))
    return StateLiability(state, np.maximum(total, 0.0))
