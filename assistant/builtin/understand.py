"""Words to requests. Code alone decides; what it cannot place it says it did not understand."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from assistant.builtin.context import Context, Session
from assistant.builtin.entities import Marked, mark
from assistant.builtin.language import detect, translate
from assistant.builtin.lexicon import Wording, intents
from assistant.builtin.own_words import own_words
from assistant.builtin.wishes import account_types, take, targets

Slots = dict[str, Any]

_NEGATION = re.compile(r"(?:^|\s)(?:dont|do not|never|not|without|wont|no|cant|didnt)(?: \S+){0,2} $")
_NEGATABLE = {"sale", "trim", "panic", "raise_cash", "invest_cash", "load_sample", "chase", "double_down"}
_JOIN = re.compile(r"(?:^| )(?:and then|and also|and|then|but|also|plus) ")


@dataclass(frozen=True)
class Request:
    """One thing that is asked for, with what was said about it."""

    intent: str
    slots: Slots = field(default_factory=dict)


@dataclass(frozen=True)
class Understanding:
    """Everything read in one message."""

    requests: tuple[Request, ...] = ()
    profile: Slots = field(default_factory=dict)
    wishes: Slots = field(default_factory=dict)
    accounts: tuple[tuple[str, str], ...] = ()
    language: str = "en"
    hypothetical: bool = False
    quoted_only: bool = False

    def asks(self, intent: str) -> bool:
        """Return whether one of the requests is this one."""
        return any(request.intent == intent for request in self.requests)


def understand(context: Context) -> Understanding:
    """Read the message under way in the light of the session and the turns before."""
    said = context.turn.said
    own = own_words(said)
    language = detect(own)
    text = translate(own, language)
    marked = mark(text, context.session)
    if not marked.words.replace("~", "").strip():
        return Understanding(language=language, quoted_only=bool(said.strip()))
    whole = _whole(marked, asked="?" in said, trusted=own.strip() == said.strip())
    if whole:
        return Understanding((whole,), language=language)
    return _read(text, marked, context, language)


def _read(text: str, marked: Marked, context: Context, language: str) -> Understanding:
    hypothetical = bool(re.match(r"(?:and |but )?(?:what )?if (?:i|we|my|our)\b", marked.words))
    accounts = account_types(marked) or _pending_type(marked, context.session)
    mix = targets(text, marked)
    about_room = any(wording.find(marked.words) for wording in intents()["room"])
    profile = {} if accounts or about_room else take("profile", marked)
    if mix:
        profile["targets"] = mix
    wishes = take("wishes", marked)
    if "exclude" in wishes:
        wishes["exclude"], wishes["lots_locked"] = _resolved(wishes["exclude"], context)
        wishes = {name: value for name, value in wishes.items() if value}
    requests = () if accounts else _requests(marked, context)
    return Understanding(
        requests, profile, wishes, tuple(accounts), language, hypothetical=hypothetical and not requests
    )


def _whole(marked: Marked, *, asked: bool, trusted: bool) -> Request | None:
    words = marked.words.replace("~ ", "")
    for name, wordings in intents().items():
        if not any(wording.whole and wording.find(words) for wording in wordings):
            continue
        if name == "do_it" and (asked or not trusted):
            return Request("consent_question")
        return Request(name)
    return None


def _requests(marked: Marked, context: Context) -> tuple[Request, ...]:
    found: list[Request] = []
    for sentence in marked.words.split("~ "):
        for request in _sentence(sentence, marked, context):
            if request.intent not in {known.intent for known in found} or request.slots not in [
                known.slots for known in found
            ]:
                found.append(request)
    if not found and (bare := _bare(marked, context)):
        return (bare,)
    real = [request for request in found if request.intent not in ("thanks", "hello", "not_now", "help")]
    return tuple((real or found)[:3])


def _bare(marked: Marked, context: Context) -> Request | None:
    """Read a message that only names a holding or account as a wish to see it, with shares as a sale."""
    words = marked.words.replace("~ ", "").split()
    if not words or not all(re.fullmatch(r"@(?:sym|acct|lot|shares)\d+", word) for word in words):
        return None
    slots = slots_of(marked.words, marked, context)
    return Request("sale" if "shares" in slots and "symbol" in slots else "holdings", slots)


def _sentence(sentence: str, marked: Marked, context: Context) -> list[Request]:
    parts = [f"{part.strip()} " for part in _JOIN.split(f" {sentence}") if part.strip()]
    best = _best(sentence)
    apart = [(part, each) for part in parts if (each := _best(part))]
    if len(apart) > 1 and len({each[0] for _, each in apart}) > 1 and (best is None or best[2] < 14):
        return [_request(each, part, marked, context) for part, each in apart]
    if best is None:
        return _follow_up(sentence, marked, context)
    if best[2] < _WEAK and (again := _follow_up(sentence, marked, context)):
        return again
    return [_request(best, sentence, marked, context)]


_WEAK = 4  # a request told by so few fixed words gives way to a follow-up
Best = tuple[str, "re.Match[str]", int]


def _best(words: str) -> Best | None:
    best: Best | None = None
    for name, wordings in intents().items():
        for wording in wordings:
            match = _find(name, wording, words)
            if match and (best is None or wording.weight > best[2]):
                best = (name, match, wording.weight)
    return best


def _find(name: str, wording: Wording, words: str) -> re.Match[str] | None:
    match = wording.find(words)
    if match and name in _NEGATABLE and _NEGATION.search(words[: match.start()]):
        return None
    return match


def _request(best: Best, words: str, marked: Marked, context: Context) -> Request:
    name, match, _ = best
    slots = slots_of(words, marked, context)
    said = match.groupdict().get("symbol")
    if said and "symbol" not in slots and "lot" not in slots:
        slots |= _meant(said, marked, context)
        if "unresolved" in slots and (elsewhere := marked.of("sym")):
            slots = {**slots, "symbol": elsewhere[0]}
            del slots["unresolved"]
    return Request(name, slots)


def slots_of(words: str, marked: Marked, context: Context) -> Slots:
    """Collect the values said in some words, under the names that tools use."""
    slots: Slots = {}
    for kind, name in (
        ("sym", "symbol"),
        ("lot", "lot"),
        ("acct", "account"),
        ("date", "date"),
        ("method", "lot_method"),
    ):
        if values := marked.of(kind, words):
            slots[name] = values[0]
            if name == "symbol" and len(set(values)) > 1:
                slots["symbols"] = list(dict.fromkeys(values))
                amounts = marked.of("num", words) + marked.of("shares", words)
                if len(amounts) == len(slots["symbols"]):
                    slots["each_shares"] = dict(zip(slots["symbols"], amounts, strict=True))
    for kind in ("shares", "usd", "pct", "frac", "num", "type"):
        if values := marked.of(kind, words):
            slots[kind] = values[0]
    if re.search(r"(?:^| )(?:all|everything|whole|entire|every last|completely|entirely|100 percent) ", words):
        slots["all"] = True
    if re.search(r"(?:^| )(?:net|clear|pocket|after tax|walk away with) (?:\S+ ){0,2}@usd", words):
        slots["net"] = True
    if "lot" in slots and "symbol" not in slots and (symbol := symbol_of_lot(slots["lot"], context)):
        slots["symbol"] = symbol
    return slots


def _meant(said: str, marked: Marked, context: Context) -> Slots:
    if said.startswith("@name"):
        return {"symbol": marked.values[said].upper() if len(marked.values[said]) < 3 else marked.values[said]}
    focus = focus_of(context)
    if not focus:
        return {"unresolved": said}
    if "lot" in said and focus.get("lot"):
        return {key: focus[key] for key in ("symbol", "lot") if focus.get(key)}
    return {"symbol": focus["symbol"]} if focus.get("symbol") else {"unresolved": said}


def focus_of(context: Context) -> Slots:
    """Return what "that one" means: the session's focus, else the symbol of the latest call."""
    focus = {key: value for key, value in context.session.part("focus").items() if value}
    if focus:
        return focus
    for turn in reversed(context.earlier):
        for done in reversed(turn.done):
            if isinstance(done.call.args.get("symbol"), str):
                return {"symbol": done.call.args["symbol"]}
    return {}


def symbol_of_lot(lot: str, context: Context) -> str | None:
    """Find the symbol of a lot in what tools have said so far."""
    focus = context.session.part("focus")
    if focus.get("lot") == lot and focus.get("symbol"):
        return str(focus["symbol"])
    for turn in reversed((*context.earlier, context.turn)):
        for done in reversed(turn.done):
            for rows in done.result.values():
                for row in rows if isinstance(rows, list) else ():
                    if isinstance(row, dict) and row.get("lot") == lot:
                        return str(row.get("symbol") or done.result.get("symbol") or "") or None
    return None


def _resolved(said: list[str], context: Context) -> tuple[list[str], list[str]]:
    symbols, lots = [], []
    for each in said:
        if each.startswith("lot-"):
            lots.append(each)
        elif re.fullmatch(r"(?:that|this|it|them|those|these|same)\b.*", each):
            focus = focus_of(context)
            if "lot" in each and focus.get("lot"):
                lots.append(focus["lot"])
            elif focus.get("symbol"):
                symbols.append(focus["symbol"])
        else:
            symbols.append(each)
    return symbols, lots


def _pending_type(marked: Marked, session: Session) -> list[tuple[str, str]]:
    kinds = marked.of("type")
    if session.block.get("pending") != "account_type" or len(set(kinds)) != 1:
        return []
    unknown = [str(row["id"]) for row in session.accounts if row.get("type") in (None, "unknown") and row.get("id")]
    every = re.search(r"\b(?:all|both|they|every)\b", marked.words)
    named = marked.of("acct")
    return [(account, kinds[0]) for account in (named or (unknown if every else unknown[:1]))]


def _follow_up(sentence: str, marked: Marked, context: Context) -> list[Request]:
    """Read "and 60?", "rather the oldest" or "what about B" as the latest question with something changed."""
    last = context.last("simulate_sale", "check_wash_sale", "show_holdings", "explain_trade")
    slots = slots_of(sentence, marked, context)
    short = len(sentence.split()) <= 7
    opening = re.match(
        r"(?:and|what about|how about|what if|or|rather|make it|make that|no|sorry|instead|i meant"
        r"|i mean|but|with|only|just|the|if) ",
        sentence,
    )
    bare = all(word.startswith("@") for word in sentence.split())
    if not last or not slots or not short or not (opening or bare):
        return []
    return [Request("again", {"tool": last.call.tool, "before": dict(last.call.args), **slots})]
