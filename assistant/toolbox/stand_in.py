"""The tool that says what to hold instead."""

from __future__ import annotations

from assistant.session import Session
from assistant.toolbox import words
from assistant.toolbox.result import Result, open_desk
from tools.analysis.stand_ins import DEFAULT_COUNT, describe_stand_ins, find_stand_ins
from tools.errors import UnknownThing
from tools.facts import listed
from tools.market.prices import by_symbol
from tools.market.securities import resolve

MOST = 10


class StandIn:
    """Replacements for what one conversation's household holds or sold."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def suggest_replacements(
        self, symbol: str | None = None, count: int | None = None, exclude: list[str] | None = None
    ) -> Result:
        """Say what to hold instead of a holding: wash-sale grade, cost, correlation.

        Args:
            symbol: Ticker or company name.
            count: How many at most.
            exclude: Candidates not wanted.
        """
        session = self._session
        household = words.held(session)
        desk = open_desk(session, "suggest_replacements", "instead", symbol=symbol, count=count, exclude=exclude)
        wanted = words.symbol_of(session, symbol)
        unwanted = {self._known(one) for one in exclude or ()}
        most = words.count(count, "count", MOST)
        # A price file of many days is a history as well; a provider's closes come before it.
        closes = {**by_symbol(session.prices), **session.live_closes}
        found = find_stand_ins(household, wanted, session.as_of, most or DEFAULT_COUNT, unwanted, closes)
        body = describe_stand_ins(household, found, desk.book)
        if missing := [one.symbol for one in found.found if one.moves is None]:
            names = listed(missing)
            desk.unchecked.append(f"how closely {names} moved with {wanted}, as I have no history of both prices")
        if unpriced := [one.symbol for one in found.found if household.price_of(one.symbol) is None]:
            desk.notes.append(f"A plan can buy {listed(unpriced)} once I have a price: drop a price file.")
        if years := sorted({str(one.expense.year) for one in found.found if one.expense}):
            desk.notes.append(
                f"Costs are as the prospectuses of {listed(years)} have them; a fund may have changed its fee."
            )
        if any(one.grade == "caution" for one in found.found):
            desk.notes.append("The law does not say whether two funds on one index are substantially identical.")
        return desk.result(body)

    def _known(self, name: str) -> str:
        try:
            return resolve(name, list(words.held(self._session).securities.values()))
        except UnknownThing:
            return name.strip().upper()
