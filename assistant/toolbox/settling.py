"""What a person's answer about their files settles.

Code reads the answer, never the model: what cannot be taken for one is refused by name and nothing is recorded.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.grounding.format import grouped
from assistant.session import Session
from assistant.toolbox import words
from assistant.toolbox.asking import LOT, OWNER, SAME, ask_unit
from assistant.toolbox.load import rebuild
from assistant.toolbox.result import Desk
from assistant.uploads import take_readings
from tools.analysis.holdings import name_of
from tools.brokers.base import Reading
from tools.errors import BadRequest, LotlineError, MissingFact
from tools.facts import Figures, Json, listed
from tools.household.answers import LotWords, lot_words, owners_in, purchases, tells_owner
from tools.household.asks import LotAsk, lot_asks, owner_asks, same_asks, tell_group
from tools.household.files import OpenFile, answer_columns, answer_format, answer_symbol, read_file
from tools.household.told import LotPart, tell_account, tell_lot, tell_parts
from tools.model import Household
from tools.money import ZERO

_YES = re.compile(r"\b(?:yes|yep|yeah|same|one account|they are one|right|correct)\b", re.I)
_NO = re.compile(r"\b(?:no|nope|not|different|two accounts|separate|they are two)\b", re.I)
_ASIDE = re.compile(
    r"\b(?:ignore|forget|drop|skip|leave out|leave aside|never mind)\b.{0,20}\b(?:file|table|it|that)\b", re.I
)


def take_answer(session: Session, text: str, desk: Desk) -> dict[str, Json]:
    """Take the person's words on what was asked about their files, or on a lot that they name.

    Raises:
        BadRequest: The words settle nothing, or contradict the file.
        MissingFact: It is not clear which lot they are about.
    """
    if session.waiting:
        _settle_file(session, text, desk)
        return {"settled": "file"}
    household = words.held(session)
    same = same_asks(household.accounts, session.told)
    if same and session.pending == SAME:
        session.told = tell_group(session.told, same[0], _yes_or_no(text))
        _again(session)
        return {"settled": "accounts"}
    unowned = owner_asks(household, session.told)
    if tells_owner(text) or (session.pending == OWNER and unowned):
        return _settle_owners(session, text, household, unowned)
    return _settle_lots(session, text, desk, household)


def _settle_owners(session: Session, text: str, household: Household, unowned: Sequence[str]) -> dict[str, Json]:
    every = [account.id for account in household.accounts]
    named = [one for one in every if re.search(rf"\b{one}\b", text)]
    for account_id, owner in owners_in(text, named or unowned or every).items():
        session.told = tell_account(session.told, household.account_by_id[account_id].name, None, owner)
    _again(session)
    others: list[Json] = [account.id for account in words.held(session).accounts if account.another]
    return {"settled": "owners", "others": others}


def _yes_or_no(text: str) -> bool:
    yes, no = bool(_YES.search(text)), bool(_NO.search(text))
    if yes == no or "same" in text.casefold() and no:
        if no:
            return False
        raise BadRequest("I can't tell whether they are one account.", "Say yes, or that they are different.")
    return yes


def _settle_file(session: Session, text: str, desk: Desk) -> None:
    file = session.waiting[0]
    if _ASIDE.search(text):
        session.waiting.pop(0)
        desk.notes.append(f"{file.label} is left out.")
        return
    if file.proposal is not None:
        session.told, file = answer_columns(session.told, file, text)
    elif file.formats:
        session.told = answer_format(session.told, file, _named_format(file, text))
    else:
        symbol = words.symbol_of(session, _ticker_in(text))
        session.told = answer_symbol(session.told, file, symbol)
    session.waiting[0] = file
    found = read_file(file.label, file.content, session.told)
    if isinstance(found, Reading):
        session.waiting.pop(0)
        take_readings(session, [found])
        rebuild(session)


def _named_format(file: OpenFile, text: str) -> str:
    hits = [name for name in file.formats if name.casefold() in text.casefold()]
    if len(hits) != 1:
        raise BadRequest("That names neither of the two.", f"Say {' or '.join(file.formats)}.")
    return hits[0]


def _ticker_in(text: str) -> str:
    found = re.findall(r"\b[A-Z]{1,5}(?:[./ ][A-Z])?\b", re.sub(r"\bI\b", " ", text))
    return (
        found[-1]
        if found
        else re.sub(r"(?i)\b(?:it is|it's|its|that is|the|ticker|symbol|for|of)\b", " ", text).strip(" .")
    )


def _settle_lots(session: Session, text: str, desk: Desk, household: Household) -> dict[str, Json]:
    """Take one lot, or several told in one message: a part that cannot be taken is said, the others are recorded."""
    parts = _by_holding(text, household)
    told: list[Json] = []
    failed: list[LotlineError] = []
    for part in parts:
        try:
            told.append(_settle_lot(session, part, desk, words.held(session)))
        except LotlineError as error:
            failed.append(error)
    if not told:
        raise failed[0]
    desk.notes += [f"Not taken: {error.what} {error.fix}" for error in failed]
    return {"settled": "lot", "told": told[0], **({"all_told": told} if len(told) > 1 else {})}


def _by_holding(text: str, household: Household) -> list[str]:
    """Cut a message where it goes on to another holding; one that names a single holding stays whole."""
    found: list[str] = []
    for piece in re.split(r"\s*[;\n]\s*", text.strip()):
        if not piece:
            continue
        if found and (_named_symbol(piece, household) is None or _named_symbol(found[-1], household) is None):
            found[-1] += f"; {piece}"
        else:
            found.append(piece)
    return found


def _settle_lot(session: Session, text: str, desk: Desk, household: Household) -> dict[str, Json]:
    if split := purchases(text, session.as_of):
        return _settle_split(session, text, split, desk, household)
    said = lot_words(text, session.as_of)
    asks = lot_asks(household, session.loaded.keys if session.loaded else {}, session.told)
    ask = _which(session, text, said, asks, household)
    if said.says_nothing:
        raise BadRequest("That gives neither a cost nor a day.", "Say for example: $31.50 a share, March 5, 2021.")
    basis = said.amount.basis(ask.lot.shares) if said.amount else None
    unclear = said.amount is not None and basis is None
    if said.amount is not None and "basis" not in ask.missing:
        desk.notes.append(f"The file gives the cost of this {ask.lot.symbol}, so I keep that.")
    given_up = ask.missing if said.gives_up and not unclear else ()
    wanted_basis = basis if "basis" in ask.missing else None
    acquired = said.acquired if "acquired" in ask.missing else None
    session.told = tell_lot(session.told, ask.key, wanted_basis, acquired, given_up)
    _again(session)
    if unclear and "basis" in ask.missing and said.amount is not None:
        ask_unit(desk, session, ask, said.amount.usd)
    lot = words.held(session).lot_by_id[ask.lot.id]
    figures = {"held_shares": lot.shares, "basis_usd": wanted_basis, "acquired_date": acquired}
    name = name_of(household, lot.symbol)
    return desk.book.row(
        _told_row(desk), figures, entity=lot.symbol, of=name, symbol=lot.symbol, name=name, given_up=bool(given_up)
    )


def _settle_split(
    session: Session, text: str, parts: tuple[LotPart, ...], desk: Desk, household: Household
) -> dict[str, Json]:
    asks = lot_asks(household, session.loaded.keys if session.loaded else {}, session.told)
    ask = _which(session, text, LotWords(), [one for one in asks if "acquired" in one.missing], household)
    cost = sum((part.basis_usd for part in parts), ZERO)
    if ask.lot.basis_usd not in (None, cost):
        what = f"These purchases cost {grouped(cost, 2, '$')}; the file says {grouped(ask.lot.basis_usd, 2, '$')}."
        raise BadRequest(what, "Check the price of each.", "basis")
    session.told = tell_parts(session.told, ask.key, parts)
    _again(session)
    name = name_of(household, ask.lot.symbol)
    figures: Figures = {"held_shares": ask.lot.shares, "basis_usd": cost, "parts_count": len(parts)}
    return desk.book.row(
        _told_row(desk), figures, entity=ask.lot.symbol, of=name, symbol=ask.lot.symbol, name=name, given_up=False
    )


def _told_row(desk: Desk) -> str:
    desk.told_count += 1
    return "told" if desk.told_count == 1 else f"told{desk.told_count}"


def _which(session: Session, text: str, said: LotWords, asks: Sequence[LotAsk], household: Household) -> LotAsk:
    """Return the open lot that the words are about: the one named, else the one asked about, else the only one."""
    named = _named_symbol(text, household)
    mine = [ask for ask in asks if named is None or ask.lot.symbol == named]
    if named is not None and not mine:
        raise BadRequest(f"Your files give cost and date of the {named}.", "Correct the file if they are wrong.")
    if said.shares is not None and any(ask.lot.shares == said.shares for ask in mine):
        mine = [ask for ask in mine if ask.lot.shares == said.shares]
    current = [ask for ask in mine if ask.key == session.asked_lot]
    if current and session.pending == LOT:
        return current[0]
    alike = {(ask.key.shares, ask.key.acquired, ask.key.account) for ask in mine}
    if len(alike) != 1:
        what = "I can't tell which lot you mean." if mine else "No cost or date is missing."
        raise MissingFact(what, "Name the holding and its number of shares.") if mine else BadRequest(what, "")
    return mine[0]


def _named_symbol(text: str, household: Household) -> str | None:
    found = set()
    for symbol in household.symbols:
        first = name_of(household, symbol).split()[0].strip(",.")
        by_name = len(first) > 3 and re.search(rf"\b{re.escape(first)}\b", text, re.I)
        flags = re.I if len(symbol) > 3 else re.NOFLAG
        if by_name or re.search(rf"(?<![\w.]){re.escape(symbol)}(?!\w)", text, flags):
            found.add(symbol)
    if len(found) > 1:
        raise BadRequest(f"You name {listed(sorted(found))}.", "Tell me one lot at a time.")
    return found.pop() if found else None


def _again(session: Session) -> None:
    session.pending = None
    rebuild(session)
