"""What one conversation holds. Mutable, one per conversation; everything inside it is frozen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from assistant.consent import Approval, ShownCard
from assistant.memory import Memory, Said
from assistant.meter import MemoryMeter, Meter
from tools.facts import Fact, Unit, Value, plain
from tools.household.changes import Snapshot
from tools.household.files import OpenFile
from tools.household.told import LotKey, Told
from tools.market.securities import info
from tools.model import Household, Investor, LossSale, OwnGroup, Problem, Trade, Wishes
from tools.tax.situation import Gains

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage

    from assistant.keeping import Keeper

ROLES = frozenset({"joint", "self", "me", "spouse", "both", "trust", "unknown"})


@dataclass(frozen=True, slots=True)
class Focus:
    """What was last spoken of, so that "that one" means something."""

    symbol: str | None = None
    lot: str | None = None


@dataclass(frozen=True, slots=True)
class Filled:
    """An order that was carried out on paper, repeated when the household is built again."""

    trades: tuple[Trade, ...]
    on: date
    loss_sales: tuple[LossSale, ...]
    gains: Gains


@dataclass
class Session:
    """One conversation: the household and the person, the plan under discussion, and the ledger of facts."""

    as_of: date
    today: date
    household: Household | None = None
    readings: list[Any] = field(default_factory=list)
    loaded: Any = None
    loaded_count: int = 0
    prices: tuple[Any, ...] = ()
    price_provider: Any = None
    live_closes: dict[str, tuple[Any, ...]] = field(default_factory=dict)
    price_problems: tuple[Problem, ...] = ()
    doubted_prices: frozenset[str] = frozenset()
    prices_asked: dict[int, set[str]] = field(default_factory=dict)
    confirmed_prices: set[tuple[str, str, str]] = field(default_factory=set)
    own_groups: tuple[OwnGroup, ...] = ()
    told: Told = field(default_factory=Told)
    snapshots: list[Snapshot] = field(default_factory=list)
    waiting: list[OpenFile] = field(default_factory=list)
    asked_lot: LotKey | None = None
    investor: Investor = field(default_factory=Investor)
    wishes: Wishes = field(default_factory=Wishes)
    is_sample: bool = False
    title: str = ""
    plans: dict[str, Any] = field(default_factory=dict)
    plan_prefixes: dict[str, str] = field(default_factory=dict)
    current_plan_id: str | None = None
    planned_for: Said | None = None
    shown_card: ShownCard | None = None
    approvals: list[Approval] = field(default_factory=list)
    executed: set[str] = field(default_factory=set)
    fills: list[Filled] = field(default_factory=list)
    facts: dict[str, Fact] = field(default_factory=dict)
    results: list[dict[str, Any]] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    focus: Focus = field(default_factory=Focus)
    pending: str | None = None
    messages: list[BaseMessage] = field(default_factory=list)
    earlier: list[str] = field(default_factory=list)
    labels: dict[str, str] = field(default_factory=dict)
    turn: int = 0
    engine: Any = None
    broker: Any = None
    memory: Memory = field(default_factory=lambda: Memory(Said(Investor(), Wishes())))
    keeper: Keeper | None = None
    meter: Meter = field(default_factory=MemoryMeter)
    household_id: str | None = None
    _counters: Counter[str] = field(default_factory=Counter)

    @property
    def tax_year(self) -> int:
        """The year in which a sale on the as-of date is taxed."""
        return self.as_of.year

    @property
    def price_dates(self) -> tuple[date, ...]:
        """The oldest and the newest date of the prices of what is held, empty when the files do not say."""
        household = self.household
        held = [household.securities[symbol].price_date for symbol in household.symbols] if household else []
        days = sorted({day for day in held if day})
        return tuple(dict.fromkeys((days[0], days[-1]))) if days else ()

    def settle(self, *, from_here: bool = False) -> None:
        """Note what the person has said up to now; ``from_here`` begins anew, so that nothing before is taken back."""
        now = Said(self.investor, self.wishes)
        if from_here:
            self.memory = Memory(now)
        self.memory.settle(now)

    def next_prefix(self, name: str) -> str:
        """Return ``plan1``, then ``plan2``: unique in the conversation."""
        self._counters[name] += 1
        return f"{name}{self._counters[name]}"

    def counters(self) -> Counter[str]:
        """Return how many of each kind were numbered so far."""
        return Counter(self._counters)

    def set_counters(self, counters: Counter[str]) -> None:
        """Go on numbering from there."""
        self._counters = counters

    def label_for(self, kind: str, private: str) -> str:
        """Return the label of a private string, giving it one when new: ``person-1``, ``file-2``."""
        key = private.strip()
        if key not in self.labels:
            self._counters[f"label:{kind}"] += 1
            self.labels[key] = f"{kind}-{self._counters[f'label:{kind}']}"
        return self.labels[key]

    def drop_file_labels(self) -> None:
        """Number files from the beginning again, as another household's are about to be read."""
        self.labels = {name: label for name, label in self.labels.items() if not label.startswith("file-")}
        self._counters["label:file"] = 0

    def take_groups(self, own: tuple[OwnGroup, ...]) -> None:
        """Take what the person holds for substantially identical; a group of the same key replaces the one before."""
        keys = {group.key for group in own}
        self.own_groups = (*own, *(group for group in self.own_groups if group.key not in keys))
        self.loaded = None

    def adopt(self, household: Household, *, as_of: date, is_sample: bool) -> None:
        """Take a household in; plans, cards and approvals of the one before fall away."""
        self.household, self.as_of, self.is_sample = household, as_of, is_sample
        self.plans.clear()
        self.plan_prefixes.clear()
        self.approvals.clear()
        self.current_plan_id = self.shown_card = None
        self.focus = Focus()
        self.note_private_names()

    def forget_person(self) -> None:
        """Drop all that belongs to the household before, so that two never mix."""
        self.household_id = None
        self.household, self.investor, self.wishes = None, Investor(), Wishes()
        self.readings.clear()
        self.fills.clear()
        self.snapshots.clear()
        self.labels = {name: label for name, label in self.labels.items() if label.startswith("file-")}
        self._counters["label:person"] = 0
        # How a layout is read is not of the household before.
        self.told = Told(tables=self.told.tables, files=self.told.files)
        self.loaded, self.loaded_count, self.prices = None, 0, ()
        self.price_problems, self.doubted_prices = (), frozenset()
        self.live_closes.clear()
        self.prices_asked.clear()
        self.confirmed_prices.clear()
        self.facts.clear()
        self.results.clear()
        self.messages.clear()
        self.earlier.clear()
        self.pending = self.current_plan_id = self.shown_card = self.asked_lot = None
        self.settle(from_here=True)

    def note_private_names(self) -> None:
        """Give a label to each owner and account name of the household."""
        for account in self.household.accounts if self.household else ():
            if account.owner and account.owner.lower() not in ROLES and not account.owner.startswith("person-"):
                self.label_for("person", account.owner)
            if account.name.strip() and account.name != account.id:
                self.labels[account.name.strip()] = account.id

    def owner_label(self, owner: str | None) -> str | None:
        """Return how a model may speak of an owner: a role or a label."""
        if owner is None or owner.lower() in ROLES or owner.startswith("person-"):
            return owner
        return self.label_for("person", owner)

    def record(self, facts: Iterable[Fact]) -> None:
        """Add facts to the ledger."""
        self.facts.update({fact.id: fact for fact in facts})

    def put_plan(self, plan_id: str, prefix: str, plan: Any) -> None:
        """Make a plan the one under discussion; an earlier card no longer counts."""
        self.plans[plan_id], self.plan_prefixes[plan_id] = plan, prefix
        self.planned_for = Said(self.investor, self.wishes)
        if self.current_plan_id != plan_id:
            self.current_plan_id, self.shown_card = plan_id, None

    @property
    def told_since_plan(self) -> bool:
        """Tell whether the person said something of themselves or wished for something after the plan was made."""
        return self.planned_for is not None and not self.planned_for.same_words(Said(self.investor, self.wishes))

    def approve(self, plan_id: str, how: str) -> bool:
        """Record an approval, True only for the current plan whose card was shown."""
        shown = self.shown_card is not None and self.shown_card.plan_id == plan_id == self.current_plan_id
        if shown:
            self.approvals.append(Approval(plan_id, self.turn, how))
        return shown

    def approved(self, plan_id: str) -> bool:
        """Tell whether the current plan was approved in this turn and not yet carried out.

        An approval is for one attempt: when that fails, a later call needs a new yes.
        """
        known = any(approval.plan_id == plan_id and approval.turn == self.turn for approval in self.approvals)
        return known and plan_id == self.current_plan_id and plan_id not in self.executed

    def context(self) -> dict[str, Any]:
        """Return what every model may know: no name, no account number, no path."""
        return {
            "as_of": self.as_of.isoformat(),
            "tax_year": self.tax_year,
            "price_dates": [day.isoformat() for day in self.price_dates],
            "household": "none" if self.household is None else "sample" if self.is_sample else "own",
            "accounts": self._accounts(),
            "holdings": self._holdings(),
            "profile": _profile(self.investor),
            "targets": {t.key: plain(t.weight_frac) for t in self.investor.targets} or None,
            "wishes": _wishes(self.wishes),
            "plan": self._plan(),
            "focus": {"symbol": self.focus.symbol, "lot": self.focus.lot} if self.focus != Focus() else None,
            "files": sorted(label for label in self.labels.values() if label.startswith("file-")),
            "pending": self.pending,
            **({"earlier": self.earlier} if self.earlier else {}),
        }

    def _accounts(self) -> list[dict[str, Any]]:
        accounts = self.household.accounts if self.household else ()
        return [{"id": a.id, "type": a.type.value, "owner": self.owner_label(a.owner)} for a in accounts]

    def _holdings(self) -> list[dict[str, Any]]:
        if self.household is None:
            return []
        rows = []
        for symbol in self.household.symbols:
            known = self.household.securities.get(symbol)
            accounts = sorted({lot.account_id for lot in self.household.lots_of(symbol)})
            name, kind = (known.name, known.asset_class) if known else (symbol, None)
            listed = info(symbol)
            kinds = {"sector": listed.sector, "industry": listed.industry} if listed else {}
            row = {"symbol": symbol, "name": name, "asset_class": kind, "accounts": accounts}
            rows.append(row | {key: kind for key, kind in kinds.items() if kind})
        return rows

    def _plan(self) -> dict[str, Any] | None:
        plan_id = self.current_plan_id
        if plan_id is None:
            return None
        return {"plan_id": plan_id, "id": self.plan_prefixes.get(plan_id), "approved": self.approved(plan_id)}


def _profile(investor: Investor) -> dict[str, str]:
    known = {
        "filing_status": investor.filing_status.value if investor.filing_status else None,
        "state": investor.state,
        "income_usd": plain(investor.income_usd) if investor.income_usd is not None else None,
        "rate_frac": plain(investor.rate_frac) if investor.rate_frac is not None else None,
    }
    return {key: value for key, value in known.items() if value is not None}


def _wishes(wishes: Wishes) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for item in fields(wishes):
        value = getattr(wishes, item.name)
        if value != item.default:
            found[item.name] = plain(value) if isinstance(value, Decimal | date) else value
    return found


def fact_to_dict(fact: Fact) -> dict[str, Any]:
    """Write a fact as plain JSON."""
    as_of = fact.as_of.isoformat() if fact.as_of else None
    return {
        "id": fact.id,
        "label": fact.label,
        "value": plain(fact.value),
        "unit": fact.unit.value,
        "entity": fact.entity,
        "as_of": as_of,
        "source": fact.source,
        "lots": list(fact.lots),
    }


def fact_from_dict(row: Mapping[str, Any]) -> Fact:
    """Read a fact back from plain JSON."""
    unit = Unit(row["unit"])
    raw, as_of = row["value"], row.get("as_of")
    value: Value
    if unit is Unit.DATE:
        value = date.fromisoformat(str(raw))
    elif unit in (Unit.DAYS, Unit.COUNT):
        value = int(raw)
    else:
        value = Decimal(str(raw))
    day = date.fromisoformat(str(as_of)) if as_of else None
    told = row.get("label", ""), value, unit, row.get("entity"), day, row.get("source", "")
    return Fact(row["id"], *told, tuple(row.get("lots", ())))
