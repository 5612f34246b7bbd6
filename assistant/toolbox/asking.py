"""Questions that files leave to the person: which one is next."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from assistant.grounding.format import grouped, trimmed
from assistant.session import Session
from assistant.toolbox.caveats import ask_account_type
from assistant.toolbox.result import Desk
from tools.analysis.holdings import name_of
from tools.brokers.unknown import MEANING
from tools.facts import Json, cite, listed
from tools.household.asks import LotAsk, lot_asks, owner_asks, same_asks
from tools.household.files import OpenFile
from tools.model import Household, Lot

FILE, SAME, LOT, OWNER = "file_open", "file_same", "file_lot", "file_owner"
SHOWN_COLUMNS = 16
SHOWN_ASKS = 8


def ask_next(desk: Desk, session: Session) -> dict[str, Json]:
    """Ask the next thing that the files leave open; return what must be seen beside the question."""
    if session.waiting:
        return _ask_file(desk, session.waiting[0])
    household = session.household
    if household is None or session.loaded is None:
        return {}
    asks = lot_asks(household, session.loaded.keys, session.told)
    same = same_asks(household.accounts, session.told)
    if same:
        names = listed([account.id for account in same[0].accounts])
        options = [("One account", "They are the same account"), ("Different", "They are different accounts")]
        desk.ask(f"Are {names} the same account?", options, SAME)
    elif not ask_account_type(desk, household) and asks:
        _ask_lot(desk, session, household, asks)
    elif desk.question is None and (unowned := owner_asks(household, session.told)):
        _ask_owner(desk, unowned)
    return {}


def ask_lots_of(desk: Desk, session: Session, household: Household, lots: Sequence[Lot]) -> None:
    """Ask what some lots cost and when they were bought, where a file leaves it open and nothing else is asked."""
    wanted = {lot.id for lot in lots}
    keys = session.loaded.keys if session.loaded else {}
    asks = [ask for ask in lot_asks(household, keys, session.told) if ask.lot.id in wanted]
    if asks and desk.question is None and not session.is_sample:
        _ask_lot(desk, session, household, asks)


def _ask_owner(desk: Desk, unowned: Sequence[str]) -> None:
    options = [("All mine", "They are all mine"), ("Mine and my spouse's", "They are mine and my spouse's")]
    options += [(f"{one} is my child's", f"{one} is my child's") for one in unowned[-1:]]
    whose = f"Whose {'is' if len(unowned) == 1 else 'are'} {listed(unowned)}?"
    desk.ask(f"{whose} It decides which purchases count for wash sales.", options, OWNER)


def _ask_file(desk: Desk, file: OpenFile) -> dict[str, Json]:
    if file.formats:
        options = [(name, f"It is {name}") for name in file.formats]
        desk.ask(f"{file.label} can be read in two ways. Which is it: {' or '.join(file.formats)}?", options, FILE)
        return {}
    if file.proposal is None:
        desk.ask(f"{file.label} does not say of which security it is. Which ticker is it?", [], FILE)
        return {}
    ask = file.questions[0] if file.questions else "Is this what the columns are?"
    options = [] if file.questions else [("Yes, read it", "Yes, that is right")]
    desk.ask(ask, [*options, ("Leave this file out", "Ignore this file")], FILE)
    return {"table": _preview(file)}


def _preview(file: OpenFile) -> dict[str, Json]:
    """Write the table as it would be read; every cell is shown shortened, and as text."""
    proposal = file.proposal
    if proposal is None:
        return {}
    places = {column.field: column.place for column in proposal.columns} if file.places is None else dict(file.places)
    fields = {place: field for field, place in places.items()}
    open_places = {one.place for one in proposal.unclear} - fields.keys()
    meaning = [
        "to be settled" if place in open_places else MEANING.get(fields.get(place, ""), "not used")
        for place in range(len(proposal.headings))
    ]
    grid = [proposal.headings, tuple(meaning), *proposal.sample]
    shown = [_cells(row, len(proposal.headings)) for row in grid]
    # The whole lines stand for the cells: an answer may repeat them, and no figure of them on its own.
    return {
        "file": file.label,
        "rows": [list(row) for row in shown],
        "lines": [" ".join(filter(None, row)) for row in shown],
    }


def _cells(row: Sequence[str], width: int) -> list[str]:
    return [*row[:width], *[""] * (width - len(row))][:SHOWN_COLUMNS]


def _ask_lot(desk: Desk, session: Session, household: Household, asks: Sequence[LotAsk]) -> None:
    ask = asks[0]
    session.asked_lot = ask.key
    lot, name = ask.lot, name_of(household, ask.lot.symbol)
    row = desk.book.row("ask", {"held_shares": lot.shares, "acquired_date": lot.acquired}, entity=lot.symbol, of=name)
    which = f"the {cite(row['id'], 'held_shares')} shares of {name} in {lot.account_id}"
    if lot.acquired is not None:
        which += f" bought on {cite(row['id'], 'acquired_date')}"
    wanted = {
        ("basis", "acquired"): f"What did {which} cost, and when did you buy them?",
        ("basis",): f"What did {which} cost?",
        ("acquired",): f"When did you buy {which}?",
    }[ask.missing]
    if lot.acquired is None:
        wanted += " If at several times, name each: shares, day and price."
    wanted += _also_open(desk, household, asks[1:])
    desk.ask(wanted, [("I don't know", f"I don't know that of the {lot.symbol}")], LOT)


def _also_open(desk: Desk, household: Household, asks: Sequence[LotAsk]) -> str:
    """Name the other open lots in a few words, so that one message can settle them all."""
    if not asks:
        return ""
    wanted = {("basis", "acquired"): "cost and day", ("basis",): "cost", ("acquired",): "day"}
    named = []
    for n, ask in enumerate(asks[:SHOWN_ASKS], 2):
        name = name_of(household, ask.lot.symbol)
        row = desk.book.row(f"ask{n}", {"held_shares": ask.lot.shares}, entity=ask.lot.symbol, of=name)
        named.append(f"{cite(row['id'], 'held_shares')} {ask.lot.symbol} ({wanted[ask.missing]})")
    if len(asks) > SHOWN_ASKS:
        row = desk.book.row("asks", {"more_count": len(asks) - SHOWN_ASKS}, of="More lots")
        named.append(f"{cite(row['id'], 'more_count')} more")
    return f" Also open: {listed(named)}. One message can tell several: a line or a semicolon for each."


def ask_unit(desk: Desk, session: Session, ask: LotAsk, usd: Decimal) -> None:
    """Ask whether an amount is the cost of a share or of all of them."""
    session.asked_lot = ask.key
    amount, count = grouped(usd, 2, "$"), trimmed(ask.lot.shares, 3)
    options = [(f"{amount} a share", f"{amount} a share"), (f"{amount} in total", f"{amount} in total")]
    desk.ask(f"Is {amount} the cost of one share of {ask.lot.symbol}, or of all {count}?", options, LOT)
