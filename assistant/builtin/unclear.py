"""When a sentence points at something and nothing, or more than one thing, is there to be meant."""

from __future__ import annotations

import re

from assistant.builtin.context import Context
from assistant.builtin.focus import focus_of

_MANY = r"(?:of|all) (?:those|them|these|it|that)"
_ONE = r"(?:that|this|the other|other|which) one"
_PLACE = r"(?:the )?(?:older|newer|first|second|last|other|same|@method\d+) (?:lot|lots|one|ones|shares)"
_OBJECT = (
    r"(?:sell|dump|unload|trim|rebuy|buy|keep|ditch|hold|move|cut|reduce|selling|buying) "
    r"(?:half |some |all |part |more |most |a bit |a little |any )?(?:of )?(?:it|that|them|those|these)"
)
_SOME = r"@(?:num|shares|frac)\d+ of (?:those|them|these)"
_CLEARLY = re.compile(rf"(?:\b(?:{_ONE}|{_PLACE}|{_OBJECT}|(?:those|these) (?:shares|lots))|{_SOME}) ")
_POINTS = re.compile(rf"\b{_MANY} |{_CLEARLY.pattern}")
_SINGLE = re.compile(rf"\b(?:it|{_ONE}|of (?:those|them|these)|half of (?:it|that)) ")
_NAMED = re.compile(r"@(?:sym|lot|acct|name)\d")
_ACTS = {"sale", "trim", "wash", "wash_buy", "glide"}
_ABOUT_HOLDINGS = {
    "sale",
    "trim",
    "wash",
    "wash_buy",
    "holdings",
    "tax",
    "turns_long",
    "replacements",
    "harvest",
    "glide",
}


def points_nowhere(intent: str | None, sentence: str, context: Context) -> bool:
    """Tell whether a sentence about a holding points at one that nobody has named yet."""
    if intent not in {*_ABOUT_HOLDINGS, None} or _NAMED.search(sentence) or context.session.plan_id:
        return False
    points = _POINTS if intent in _ACTS else _CLEARLY
    return not context.earlier and not focus_of(context) and bool(points.search(sentence))


def points_at_several(intent: str | None, sentence: str, context: Context) -> bool:
    """Tell whether "it" may be either of the holdings that the last turn was about."""
    if intent not in _ABOUT_HOLDINGS or _NAMED.search(sentence) or not context.earlier:
        return False
    symbols = {done.call.args.get("symbol") for done in context.earlier[-1].done} - {None}
    return len(symbols) > 1 and bool(_SINGLE.search(sentence))
