"""The guard's own quality: true and corrupted figures in natural sentences and tables, and which of them it lets pass.

Run ``python -m evals.grounding``. Figures come from real tools on a small household and on the sample.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from time import perf_counter

from assistant.grounding import Known, Verifier, known_of
from assistant.session import Session, fact_from_dict
from assistant.toolbox import build_tools
from evals.adversary.stage import DAY, small_session
from tools.facts import Fact, Unit

SENTENCES: dict[str, tuple[str, ...]] = {
    "value_usd": (
        "{name} is worth {x}.",
        "Your {name} has a value of {x} today.",
        "| Holding | Value |\n| {name} | {x} |",
    ),
    "basis_usd": ("You paid {x} for {name}.", "The cost basis of {name} is {x}."),
    "gain_usd": (
        "{name} shows a {side} of {x}.",
        "On {name} you have a {side} of {x}.",
        "| | {Side} |\n| {name} | {x} |",
    ),
    "loss_usd": ("{name} is down, a loss of {x}.", "Selling {name} realizes a loss of {x}."),
    "weight_frac": ("{name} makes up {x} of your portfolio.", "The weight of {name} is {x}."),
    "held_shares": ("You hold {x} of {name}.", "| Holding | Shares |\n| {name} | {x} |"),
    "each_price": ("{name} trades at a price of {x}.",),
    "proceeds_usd": ("Selling it brings in proceeds of {x} from {name}.", "You would receive {x} for {name}."),
    "saved_usd": ("Selling {name} saves {x} of tax this year.", "That lowers this year's tax on {name}: {x} saved."),
    "postponed_usd": ("With {name}, {x} of it is only postponed.",),
    "permanent_saved_usd": ("With {name}, {x} is yours for good.",),
    "tax_with_usd": ("With the trades you owe {x} of tax.",),
    "net_usd": ("After tax you keep {x} from {name}.",),
    "drift_frac": ("{name} is {x} {way} its target.",),
    "target_frac": ("The target for {name} is {x}.",),
    "amount_usd": ("The trade in {name} has an amount of {x}.",),
    "traded_shares": ("Sell {x} of {name}.",),
    "sold_shares": ("You would sell {x} of {name}.",),
    "acquired_date": ("The {name} lot was bought on {x}.",),
    "until_date": ("Don't buy {name} back before {x}.",),
    "quiet_until_date": ("Leave {name} alone until {x}.",),
}
CALLS: tuple[tuple[str, dict[str, object]], ...] = (
    ("show_holdings", {}),
    ("find_harvestable_losses", {}),
    ("compute_drift", {}),
    ("optimize_trades", {}),
    ("check_wash_sale", {"symbol": "AAA"}),
    ("simulate_sale", {"symbol": "AAA", "shares": 17}),
    ("simulate_sale", {"symbol": "BBB", "shares": 31}),
)
HOW = ("digits", "cents", "k", "about", "words", "parentheses", "dollars")


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence with one figure: what it says, how it is written, how it was corrupted (empty: true), and of what."""

    text: str
    written: str
    corrupted: str
    fact: Fact


async def _filled() -> Session:
    session = small_session()
    for name, args in CALLS:
        tool = next(one for one in build_tools(session) if one.name == name)
        message = await tool.ainvoke({"name": name, "args": args, "id": "call", "type": "tool_call"})
        session.record(fact_from_dict(row) for row in message.artifact["facts"])
    return session


def known_figures() -> Known:
    """Return what an answer may say after these calls; the person said nothing that helps."""
    return replace(known_of(asyncio.run(_filled())), said=("what do i own and what would you sell",))


def subjects(known: Known) -> list[tuple[Fact, str]]:
    """Return the facts that a sentence can be about, each with the name of its holding."""
    found = [(fact, known.names.get(fact.entity or "", "")) for fact in known.facts.values()]
    keyed = [(fact, name) for fact, name in found if _key(fact) in SENTENCES and "RULES" not in name]
    return [(fact, name) for fact, name in keyed if name and fact.value]


def written(value: Decimal | date, unit: Unit, how: str) -> str:
    """Write a figure as people write it, empty where that way does not fit."""
    if isinstance(value, date):
        return f"{value:%B} {value.day}, {value.year}" if how != "digits" else value.isoformat()
    size = abs(value)
    if unit is Unit.FRAC:
        return {"digits": f"{size:.1%}", "cents": f"{size:.2%}", "about": f"about {size:.0%}"}.get(
            how, f"{size * 100:.1f} percent"
        )
    if unit is Unit.SHARES:
        return f"{size:,f}".rstrip("0").rstrip(".") + " shares" if "." in f"{size:f}" else f"{size:,f} shares"
    match how:
        case "cents":
            return f"${size:,.2f}"
        case "k" if size >= 1000:
            return f"${size / 1000:.1f}k"
        case "about" if size >= 100:
            return f"about ${size.quantize(Decimal('1E1')):,f}"
        case "parentheses" if value < 0:
            return f"(−${size:,.0f})"
        case "dollars":
            return f"{size:,.0f} dollars"
    return f"${size:,.2f}" if unit is Unit.PRICE else f"${size:,.0f}"


def corruptions(fact: Fact, name: str, known: Known, random: Random) -> Iterator[tuple[str, Decimal | date, str, str]]:
    """Yield ways to be wrong: what it is called, the value, the name and the key then used."""
    key, value = _key(fact), fact.value
    if isinstance(value, date):
        for days in (1, -1, 30, 365):
            yield "date", value + timedelta(days=days), name, key
        return
    number = Decimal(value)
    for factor in ("10", "0.1", "2", "0.5"):
        yield "scaled", number * Decimal(factor), name, key
    for factor in ("1.003", "0.98", "1.05", "0.95"):
        yield "slightly off", number * Decimal(factor), name, key
    digits = f"{number:f}"
    places = [n for n, mark in enumerate(digits) if mark.isdigit()][:4]
    for place in places:
        changed = str((int(digits[place]) + random.randrange(1, 9)) % 10)
        yield "a digit changed", Decimal(digits[:place] + changed + digits[place + 1 :]), name, key
    for one, two in zip(places, places[1:], strict=False):
        if two == one + 1 and digits[one] != digits[two]:
            yield "digits swapped", Decimal(digits[:one] + digits[two] + digits[one] + digits[two + 1 :]), name, key
    if key == "gain_usd":
        yield "sign", -number, name, key
    for other, whose in subjects(known):
        if whose != name and _key(other) == key:
            yield "another holding", Decimal(str(other.value)), name, key
        if whose == name and _kind(_key(other)) != _kind(key) and other.unit is fact.unit:
            yield "another field", Decimal(str(other.value)), name, key


def claims(known: Known, seed: int = 7) -> list[Claim]:
    """Return every true claim in every way of writing it, and its corrupted copies."""
    random = Random(seed)
    found: list[Claim] = []
    for fact, name in subjects(known):
        for how in HOW:
            value = fact.value if isinstance(fact.value, date) else Decimal(fact.value)
            found += _said(fact, name, value, how, "", _key(fact), known)
        for what, wrong, whose, key in corruptions(fact, name, known, random):
            found += _said(fact, whose, wrong, random.choice(HOW), what, key, known)
    return found


def _said(fact: Fact, name: str, value: Decimal | date, how: str, what: str, key: str, known: Known) -> Iterator[Claim]:
    shown = _spoken(value) if how == "words" and fact.unit is Unit.USD and not isinstance(value, date) else ""
    shown = shown or written(value, fact.unit, how)
    if what and shown.replace("(−", "").rstrip(")") in _truths(key, name, known):
        return
    negative = not isinstance(value, date) and value < 0
    side, way = ("loss", "under") if negative else ("gain", "over")
    for form in SENTENCES[key]:
        text = form.format(name=name, x=shown, side=side, Side=side.capitalize(), way=way)
        yield Claim(text, how, what, fact)


def _truths(key: str, name: str, known: Known) -> set[str]:
    """Return every right way to write what holds under a key for a name, in any of the tools' results."""
    alike = [one for one in known.facts.values() if known.names.get(one.entity or "") == name]
    values = [(one.value, one.unit) for one in alike if _kind(_key(one)) == _kind(key)]
    found = {
        written(value if isinstance(value, date) else Decimal(value), unit, how)
        for value, unit in values
        for how in HOW
    }
    return found | {
        _spoken(Decimal(value)) for value, unit in values if unit is Unit.USD and not isinstance(value, date)
    }


def _spoken(value: Decimal) -> str:
    """Write whole dollars below a hundred thousand as words."""
    from assistant.number_words import TENS, UP_TO_NINETEEN

    def below_hundred(number: int) -> str:
        if number < 20:
            return UP_TO_NINETEEN[number]
        return TENS[number // 10 - 2] + (f"-{UP_TO_NINETEEN[number % 10]}" if number % 10 else "")

    whole = int(abs(value).quantize(Decimal(1), rounding="ROUND_HALF_UP"))
    if not 0 < whole < 100_000:
        return ""
    thousands, rest = divmod(whole, 1000)
    parts = [f"{below_hundred(thousands)} thousand"] if thousands else []
    parts += [f"{UP_TO_NINETEEN[rest // 100]} hundred"] if rest >= 100 else []
    parts += [below_hundred(rest % 100)] if rest % 100 else []
    return " ".join(parts) + " dollars"


def accepted(text: str, known: Known) -> bool:
    """Tell whether the guard shows all of a text."""
    verifier = Verifier(known)
    verifier.feed(text)
    verifier.flush()
    return not verifier.unbound


def references(known: Known) -> Iterator[tuple[str, bool]]:
    """Yield sentences that quote by reference, with whether they are true: the right holding's, or another's."""
    for fact, name in subjects(known):
        for form in SENTENCES[_key(fact)]:
            words = {"side": "result", "Side": "Result", "way": "away from"}
            yield form.format(name=name, x=f"{{{{{fact.id}}}}}", **words), True
            for other, whose in subjects(known):
                if whose != name and _key(other) == _key(fact):
                    yield form.format(name=name, x=f"{{{{{other.id}}}}}", **words), False


@dataclass(frozen=True, slots=True)
class Measured:
    """Counts: of true claims and those rejected, of wrong claims and those accepted, and seconds an answer."""

    right: int
    rejected: tuple[Claim, ...]
    wrong: int
    accepted: tuple[Claim, ...]
    quoted_right: int
    quoted_rejected: int
    quoted_wrong: int
    quoted_accepted: int
    milliseconds: float


def measure(seed: int = 7) -> Measured:
    """Judge every claim."""
    known = known_figures()
    all_claims, start = claims(known, seed), perf_counter()
    shown = [accepted(claim.text, known) for claim in all_claims]
    spent = perf_counter() - start
    right = [(claim, ok) for claim, ok in zip(all_claims, shown, strict=True) if not claim.corrupted]
    wrong = [(claim, ok) for claim, ok in zip(all_claims, shown, strict=True) if claim.corrupted]
    quoted = [(accepted(text, known), true) for text, true in references(known)]
    return Measured(
        right=len(right),
        rejected=tuple(claim for claim, ok in right if not ok),
        wrong=len(wrong),
        accepted=tuple(claim for claim, ok in wrong if ok),
        quoted_right=sum(true for _, true in quoted),
        quoted_rejected=sum(true and not ok for ok, true in quoted),
        quoted_wrong=sum(not true for _, true in quoted),
        quoted_accepted=sum(ok and not true for ok, true in quoted),
        milliseconds=1000 * spent / max(1, len(all_claims)),
    )


def table(found: Measured) -> str:
    """Write the measurement as a table with where it errs."""
    ways = Counter(claim.written for claim in found.rejected)
    kinds = Counter(claim.corrupted for claim in found.accepted)
    lines = [
        f"typed, right: {found.right}, rejected {_of(len(found.rejected), found.right)} {dict(ways)}",
        f"typed, wrong: {found.wrong}, accepted {_of(len(found.accepted), found.wrong)} {dict(kinds)}",
        f"by reference, right: {found.quoted_right}, rejected {found.quoted_rejected}",
        f"by reference, of another holding: {found.quoted_wrong}, accepted {found.quoted_accepted}",
        f"{found.milliseconds:.2f} ms a sentence",
    ]
    return "\n".join(lines)


def _kind(key: str) -> str:
    """Return what keys of one meaning share: a loss is a gain below zero, a saving a tax below zero, whatever asks."""
    alike = {"loss_usd": "gain_usd", "tax_usd": "saved_usd", "sold_shares": "traded_shares"}
    return {"checked_shares": "traded_shares"}.get(key, alike.get(key, key))


def _key(fact: Fact) -> str:
    return fact.id.rsplit(".", 1)[-1]


def _of(count: int, whole: int) -> str:
    return f"{count} ({count / whole:.2%})"


def _main(samples: Sequence[str] = ()) -> None:
    found = measure()
    print(f"On the small household as of {DAY}:\n{table(found)}")
    for claim in (*found.rejected[:12], *found.accepted[:25]):
        print(f"  {claim.corrupted or 'RIGHT'} ({claim.fact.id} = {claim.fact.value}): {claim.text!r}")


if __name__ == "__main__":
    _main()
