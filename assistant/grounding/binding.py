"""Binds a typed figure to one meaning of the facts, or says that nothing supports it.

The measured rule: same unit, equal at the precision shown, the thing named, and the field named in the same sentence.
"""

from __future__ import annotations

import re
from decimal import Decimal

from assistant.grounding.constants import is_law
from assistant.grounding.known import Known, key_of, normal
from assistant.grounding.numerals import Literal, date_parts
from tools.facts import Fact, Unit

_UNITS = {
    "usd": {Unit.USD, Unit.PRICE},
    "frac": {Unit.FRAC},
    "points": {Unit.FRAC},
    "shares": {Unit.SHARES},
    "days": {Unit.DAYS},
    "count": {Unit.COUNT},
    "bare": {Unit.USD, Unit.PRICE, Unit.SHARES, Unit.COUNT, Unit.DAYS},
    "year": {Unit.SHARES, Unit.USD},
}
_WORDS = {
    "saved": r"sav(?:e|es|ed|ing|ings)\b|less\b|lower",
    "loss": r"loss|lose|losing|down\b|below",
    "disallowed": r"disallow|lost\b|undo|denied|not count|wash",
    "deferred": r"put off|postpone|defer|later|added to",
    "postponed": r"postpone|put off|later|defer",
    "permanent": r"permanent|for good|keep|yours",
    "gain": r"gain|profit|up\b|above|loss|lose|down\b",
    "tax": r"tax|owe|costs? (?:you|about|around)\b|would cost|to the IRS",
    "net": r"\bnet\b|keep|stays?\b|clear|left|after tax",
    "proceeds": r"proceed|get\b|receive|bring|raise|sale\b",
    "value": r"value|worth|hold|portfolio|total",
    "basis": r"basis|cost|paid",
    "cash": r"cash",
    "weight": r"weight|portfolio|share of|holding",
    "before": r"before|from|now|was",
    "after": r"after|to\b|becomes?",
    "target": r"target",
    "drift": r"drift|over\b|under\b|above|below|off\b|away|from target",
    "amount": r"amount|worth of|sell|sold|buy|bought|trade",
    "rate": r"rate|bracket",
    "shares": r"shares?\b|sh\b",
    "each": r"price|each|per share|at\b",
    "carryover": r"carry|carried|left over",
    "carried": r"carry|carried",
    "income": r"income|earn",
}
_SHARES = {
    "held": r"hold|held|own|have|position|left|remain",
    "sold": r"sell|sold|sale",
    "traded": r"sell|sold|sale|buy|bought|purchase|trade|order",
    "checked": r"sell|sold|sale|check|wash",
}
"""Whose shares a figure counts: a sentence about shares held is not about shares to sell."""
_QUALIFIED = {
    "permanent": r"permanent|for good|keep|yours",
    "usable": r"usable|use\b|count|harvest",
    "short": r"short",
    "long": r"long",
    "room": r"room|left|space|before|until|more",
    "after": r"after|\bto\b|becomes?|leaves?|then|falls?|drops?|rises?|with these",
    "without": r"without|otherwise|as it stands|instead of|rather than|from\b",
    "extra": r"extra|more",
}
"""Words of a key that change what it means: the sentence must say them too."""
_WHOLE = re.compile(r"\b(?:total|all|altogether|together|overall|combined|of the|of your)\b", re.I)
_NEGATIVE = {
    "gain": r"loss|lose|losing|down\b|below",
    "drift": r"under|below|short of",
    "tax": r"less|sav|lower|cut|refund|back",
    "saved": r"cost|more|extra",
}
_BREAK = re.compile(r"[,;:()](?!\d)|\s(?:and|which|while|but|of which)\s", re.I)
_SIDES = ((2, 2), (1, 2), (2, 1), (0, 3), (3, 0))
"""Words before and after a figure that must stand so in a tool's own text."""
_FORBIDDEN = {
    "amount": r"\bsav(?:e|es|ed|ing)\b|\bloss|\blose|losing|\bgain|\btax\b|\bworth\b(?! of)|\bpaid\b|\bbasis\b",
    "value": r"\bsav(?:e|es|ed|ing)\b|\bloss\b|\btax\b|\bbasis\b|\bpaid\b",
    "gain": r"\bloss|\blose|losing",
    "tax": r"\bsav(?:e|es|ed|ing)\b",
    "saved": r"\bcosts? (?:you )?(?:more|extra)|\bowe more",
    "drift": r"\bunder(?:weight)?\b|\bbelow\b",
}


def supported(literal: Literal, sentence: str, context: str, known: Known) -> bool:
    """Decide whether a typed figure may be shown.

    Args:
        literal: The figure.
        sentence: The sentence or table row that holds it.
        context: The sentence with the header of its table, in which words and names are looked for.
        known: What tools and the person have said.
    """
    if literal.unit == "date":
        dated = any(_same_day(literal, date_parts(day)) for day in known.dates)
        return dated or _said(literal, known) or _told(literal, sentence, known)
    if literal.unit == "year" and int(literal.value) in known.years:
        return True
    if len(meanings(literal, context, known)) == 1 or _said(literal, known) or _lawful(literal, context):
        return True
    return _counted(literal, known) or _told(literal, sentence, known)


def meanings(literal: Literal, context: str, known: Known) -> dict[str, Fact]:
    """Return the distinct meanings of the facts that a typed figure equals, names and is named with.

    Each meaning comes with the newest fact that has it.
    """
    key = (literal, context)
    if key not in known.meant:
        known.meant[key] = _meanings(literal, context, known)
    return known.meant[key]


def _meanings(literal: Literal, context: str, known: Known) -> dict[str, Fact]:
    units = sorted(_UNITS.get(literal.unit, set()))
    # Equal at the precision shown: halves are rounded away from zero.
    half = literal.step / 2
    near = (fact for unit in units for fact in known.sized(unit, literal.value - half, literal.value + half))
    about = [fact for fact in near if known.names_entity(fact.entity, context) and not _of_more(fact, context, known)]
    found = {_meaning(fact, context, known): fact for fact in about}
    signed = {word: fact for word, fact in found.items() if word and _signed(literal, word, context, known)}
    # A negative gain and a loss are one thing under two keys.
    return {"loss" if word == "-gain" else word: fact for word, fact in signed.items()}


def _of_more(fact: Fact, context: str, known: Known) -> bool:
    """Tell whether a figure is a total while the sentence speaks of one holding that has a figure of its own there."""
    own = known.own_figures.get((fact.id.split(".")[0], key_of(fact))) if fact.entity is None else None
    return bool(own) and not _WHOLE.search(context) and len(known.named(context)) == 1


def fact_behind(literal: Literal, context: str, known: Known) -> Fact | None:
    """Return the one fact that a typed figure stands for, None when something else explains it."""
    found = list(meanings(literal, context, known).values()) if literal.unit not in ("date", "year", "word") else []
    return found[0] if len(found) == 1 else None


def _meaning(fact: Fact, context: str, known: Known) -> str:
    """Return the word of the fact's key that the sentence speaks of, empty when it speaks of none."""
    words = key_of(fact).split("_")
    if words[-1] == "shares" and words[0] in _SHARES:
        spoken = {kind for kind, verbs in _SHARES.items() if known.says(verbs, context)}
        if spoken and words[0] not in spoken:
            return ""
    if any(word in _QUALIFIED and not known.says(_QUALIFIED[word], context) for word in words):
        return ""
    for word in words:
        pattern = _WORDS.get(word, rf"\b{re.escape(word)}")
        if word not in ("usd", "frac", "count", "days", "price") and known.says(pattern, context):
            return _sign_mark(fact) + word
    return ""


def _counted(literal: Literal, known: Known) -> bool:
    whole = literal.unit in ("bare", "count") and literal.value == int(literal.value)
    return whole and bool(literal.noun) and known.counts_noun(literal.noun, int(literal.value))


def _sign_mark(fact: Fact) -> str:
    return "-" if isinstance(fact.value, Decimal | int) and fact.value < 0 else ""


def _signed(literal: Literal, meaning: str, context: str, known: Known) -> bool:
    word = meaning.lstrip("-")
    if meaning.startswith("-"):
        said = word in _NEGATIVE and known.says(_NEGATIVE[word], context)
        return literal.negative or said
    if literal.negative:
        return word in ("loss", "disallowed")
    return not (word in _FORBIDDEN and re.search(_FORBIDDEN[word], _clause(literal, context), re.I))


def _clause(literal: Literal, context: str) -> str:
    """Return the part of a sentence between two breaks that holds the figure; a table's row is one part."""
    place = context.find(literal.text)
    if place < 0 or "|" in context:
        return context
    head = _BREAK.split(context[:place])[-1]
    return head + literal.text + _BREAK.split(context[place + len(literal.text) :])[0]


def _said(literal: Literal, known: Known) -> bool:
    if literal.unit == "date":
        return any(_same_day(literal, other.day) for other in known.said_literals if other.unit == "date")
    if literal.unit == "word":
        return any(literal.text.lower() in text.lower() for text in known.said)
    return any(_same_figure(literal, other) for other in known.said_literals)


def _same_figure(one: Literal, other: Literal) -> bool:
    loose = {"bare", "year", "count"}
    units = (
        one.unit == other.unit
        or one.unit in loose
        or other.unit in loose
        or {one.unit, other.unit} == {"frac", "points"}
    )
    percents = {one.unit, other.unit} & {"frac", "points"} and {one.unit, other.unit} & loose
    same = one.value == other.value or (bool(percents) and one.value in (other.value * 100, other.value / 100))
    return units and same and "word" not in (one.unit, other.unit)


def _lawful(literal: Literal, context: str) -> bool:
    unit = stem if (stem := literal.noun.removesuffix("s")) == "year" else literal.unit
    return is_law(literal.value, "months" if literal.noun == "months" else unit, context)


def _told(literal: Literal, sentence: str, known: Known) -> bool:
    """Tell whether a tool wrote these very words: the whole sentence, or the figure with its neighbours."""
    whole, figure = normal(sentence), normal(literal.text)
    if whole.strip(". ") and whole.strip(". ") in known.texts:
        return True
    if any(place in known.texts for place in re.findall(rf"file-\d{{1,4}}, row {re.escape(figure)}(?!\d)", whole)):
        return True
    place = whole.find(figure)
    if place < 0 or not figure:
        return False
    windows = (_around(whole, place, place + len(figure), *sides) for sides in _SIDES)
    return any(len(window.split()) >= 4 and window in known.texts for window in windows)


def _around(text: str, start: int, end: int, before: int, after: int) -> str:
    """Return a figure with the marks that touch it and so many words on each side."""
    left = re.search(rf"(?:\S{{1,60}}\s){{0,{before}}}\S{{0,60}}$", text[max(0, start - 200) : start])
    right = re.match(rf"\S{{0,60}}(?:\s\S{{1,60}}){{0,{after}}}", text[end : end + 200])
    window = (left[0] if left else "") + text[start:end] + (right[0] if right else "")
    return window.strip(".,;: ")


def _same_day(literal: Literal, parts: tuple[int | None, int | None, int | None]) -> bool:
    pairs = zip(literal.day, parts, strict=True)
    return all(one is None or other is None or one == other for one, other in pairs)
