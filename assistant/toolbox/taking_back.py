"""Taking back what was said: the last statement, one fact or wish by name, or all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import MISSING, Field, fields, replace
from typing import Any

from assistant.memory import Said, with_gains_of
from assistant.session import Session
from assistant.toolbox import words
from tools.errors import LotlineError, MissingFact, UnknownThing
from tools.model import Investor, Wishes

_CALLED = {
    "exclude": "what was to be left alone",
    "accounts_left_alone": "which accounts were to be left alone",
    "lots_locked": "which lots to keep",
    "max_gain": "the limit on gains",
    "max_weight": "the cap on a single name",
    "min_trade": "the smallest order",
    "harvest_only": "taking losses only",
    "no_sells": "selling nothing",
    "long_term_only": "no short-term gains",
    "cash": "the new money",
    "amount": "the amount to raise",
    "charity": "what you give away",
    "zero_bracket": "using up the 0 % bracket",
    "stay_invested": "staying invested",
    "asset_location": "where things are best held",
    "targets": "your targets",
    "filing_status": "how you file",
    "state": "where you live",
    "income": "your income",
    "rate": "your bracket",
    "carryforward": "the losses carried in",
    "deductions": "your deductions",
    "interest": "your investment income",
    "over_65_or_blind": "the boxes for age or blindness",
    "later_rate": "the rate you expect later",
    "horizon": "when you mean to sell",
    "kept_for_good": "what you leave to heirs or give away",
}
"""What each wish and fact is called when it is said back."""
LAST, ALL, WISHES = "last", "all", "wishes"
_INVESTOR = {
    "filing_status": ("filing_status",),
    "state": ("state",),
    "income": ("income_usd",),
    "rate": ("rate_frac",),
    "carryforward": ("short_carryover_usd", "long_carryover_usd"),
    "targets": ("targets",),
    "deductions": ("deductions_usd",),
    "interest": ("investment_interest_usd",),
    "over_65_or_blind": ("age_blind_count",),
    "later_rate": ("later_rate_frac",),
    "horizon": ("horizon_years",),
    "kept_for_good": ("kept_for_good",),
}
_WISHES = {
    "max_weight": "max_weight_frac",
    "max_gain": "max_gain_usd",
    "min_trade": "min_trade_usd",
    "cash": "new_cash_usd",
    "amount": "raise_cash_usd",
    "max_tax": "max_tax_usd",
    "max_turnover": "max_turnover_frac",
    "tracking_error": "tracking_error_frac",
    "cash_target": "cash_target_usd",
    "charity": "charity_usd",
}


def take_back(session: Session, names: Sequence[str]) -> tuple[str, ...]:
    """Forget what is named and return in words what changed.

    A name is ``last`` (the last statement), ``all`` (back to the beginning), ``wishes``, a parameter of
    ``set_profile`` or ``optimize_trades``, a lot id, or a holding or account that was to be left alone.

    Raises:
        UnknownThing: The name stands for nothing that is remembered.
        MissingFact: There is no statement to take back.
    """
    was = Said(session.investor, session.wishes)
    try:
        for name in names:
            now = _without(session, name.strip())
            session.investor, session.wishes = with_gains_of(now.investor, session.investor), now.wishes
    except LotlineError:
        session.investor, session.wishes = was.investor, was.wishes
        raise
    found = _different(was, Said(session.investor, session.wishes))
    if not found:
        raise MissingFact("There is nothing to take back: I remember no such statement.", "Say what to change instead.")
    return found


def _without(session: Session, name: str) -> Said:
    investor, wishes = session.investor, session.wishes
    if name == LAST:
        before = session.memory.back()
        if before is None:
            raise MissingFact("You have told me nothing yet that I could take back.", "Say what to change instead.")
        return before
    if name == ALL:
        return session.memory.first()
    if name == WISHES:
        return Said(investor, Wishes())
    if name in _INVESTOR:
        return Said(replace(investor, **{key: _default(Investor, key) for key in _INVESTOR[name]}), wishes)
    key = _WISHES.get(name, name)
    if key in {each.name for each in fields(Wishes)}:
        return Said(investor, replace(wishes, **{key: _default(Wishes, key)}))
    return Said(investor, _free_again(session, name))


def _free_again(session: Session, name: str) -> Wishes:
    """Return the wishes without one holding or lot that was to be left alone."""
    wishes = session.wishes
    if name in wishes.accounts_left_alone:
        left = tuple(each for each in wishes.accounts_left_alone if each != name)
        return replace(wishes, accounts_left_alone=left)
    if name in wishes.lots_locked:
        return replace(wishes, lots_locked=tuple(lot for lot in wishes.lots_locked if lot != name))
    try:
        symbol = words.symbol_of(session, name)
    except LotlineError:
        symbol = name.upper()
    if symbol not in wishes.exclude:
        kept = ", ".join((*wishes.exclude, *wishes.accounts_left_alone)) or "nothing"
        raise UnknownThing(f"{name[:40]} is no wish that I remember.", f"Left alone so far: {kept}.")
    return replace(wishes, exclude=tuple(each for each in wishes.exclude if each != symbol))


def _default(kind: type[Investor] | type[Wishes], name: str) -> Any:
    found: Field[Any] = next(each for each in fields(kind) if each.name == name)
    return found.default if found.default is not MISSING else None


def _different(was: Said, now: Said) -> tuple[str, ...]:
    """Return what changed, as a person would call it."""
    changed = {each.name for each in fields(Wishes) if getattr(was.wishes, each.name) != getattr(now.wishes, each.name)}
    said = {name for name, key in _WISHES.items() if key in changed} | (changed - set(_WISHES.values()))
    for name, keys in _INVESTOR.items():
        if any(getattr(was.investor, key) != getattr(now.investor, key) for key in keys):
            said.add(name)
    return tuple(_called(name, now) for name in sorted(said))


def _called(name: str, now: Said) -> str:
    """Return what changed in words; a limit that had been said twice is back at what it was before."""
    called = _CALLED.get(name, name.replace("_", " "))
    key = _WISHES.get(name, name)
    if key not in {each.name for each in fields(Wishes)} or isinstance(getattr(now.wishes, key), tuple):
        return called
    return called if getattr(now.wishes, key) == _default(Wishes, key) else f"the change to {called}"
