"""The faults that ``evals.mutations`` plants: what each breaks, how, and which categories of cases should notice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

Wrap = Callable[[Any], Any]


@dataclass(frozen=True)
class Fault:
    """One fault: what is broken (module, name or Class.name), how, and which categories should notice.

    ``model`` answers. A guard that is broken shows only with a model that needs guarding: one of ``evals.scripted``.
    """

    what: str
    where: str
    name: str
    wrap: Wrap
    categories: tuple[str, ...]
    model: str = "builtin"


def _always(value: Any) -> Wrap:
    return lambda real: lambda *args, **kwargs: value


def _scaled(factor: str) -> Wrap:
    def wrap(real: Any) -> Any:
        def broken(*args: Any, **kwargs: Any) -> Any:
            value = real(*args, **kwargs)
            return None if value is None else value * Decimal(factor)

        return broken

    return wrap


def _days(count: int) -> Wrap:
    return lambda real: lambda *args, **kwargs: real(*args, **kwargs) + timedelta(days=count)


def _argument(place: int, change: Callable[[Any], Any]) -> Wrap:
    def wrap(real: Any) -> Any:
        def broken(*args: Any, **kwargs: Any) -> Any:
            changed = list(args)
            changed[place] = change(changed[place])
            return real(*changed, **kwargs)

        return broken

    return wrap


def _field(**changed: Callable[[Any], Any]) -> Wrap:
    """Change fields of the frozen value that the real function returns."""

    def wrap(real: Any) -> Any:
        def broken(*args: Any, **kwargs: Any) -> Any:
            value = real(*args, **kwargs)
            return replace(value, **{name: change(getattr(value, name)) for name, change in changed.items()})

        return broken

    return wrap


def _same_account_only(real: Any) -> Any:
    def broken(household: Any, *args: Any, **kwargs: Any) -> Any:
        return [one for one in real(household, *args, **kwargs) if not one.sheltered]

    return broken


def _near(real: Any) -> Any:
    def broken(sold: date) -> tuple[date, date]:
        return sold - timedelta(days=10), sold + timedelta(days=10)

    return broken


def _other_way(real: Any) -> Any:
    swapped = {"fifo": "lifo", "lifo": "fifo", "hifo": "fifo"}

    def broken(household: Any, lots: Any, shares: Any, method: str, *rest: Any) -> Any:
        return real(household, lots, shares, swapped.get(method, method), *rest)

    return broken


def _without_cash(real: Any) -> Any:
    return property(lambda self: real.__get__(self) - sum(self.cash_usd.values(), Decimal(0)))


def _nothing_excluded(real: Any) -> Any:
    return lambda session, said, exclude, locked: real(session, said, None, locked)


def _today_always(real: Any) -> Any:
    return lambda session, said: session.as_of


def _no_limit(real: Any) -> Any:
    return lambda short, long, sc, lc, limit: real(short, long, sc, lc, limit * 1000)


def _as_written(real: Any) -> Any:
    return lambda text: text


def _with_anothers_file(real: Any) -> Any:
    """Let another client's file into every session, as a store without a wall between advisors' clients would."""

    def broken(session: Any, files: Any) -> Any:
        return real(session, [*files, (ANOTHER.name, ANOTHER.read_bytes())])

    return broken


def _no_carryover(real: Any) -> Any:
    return lambda short, long, sc, lc, limit: real(short, long, sc * 0, lc * 0, limit)


ANOTHER = Path(__file__).parent / "portfolios" / "book_chen.csv"
_MONEY = ("what_if", "tax", "calculate", "wash", "harvest")
FAULTS: dict[str, Fault] = {
    "gain_sign_flipped": Fault(
        "a gain is a loss", "tools.model", "Household.gain_of", _scaled("-1"), ("harvest", "wash")
    ),
    "price_up_1_percent": Fault("prices", "tools.model", "Household.price_of", _scaled("1.01"), ("what_if",)),
    "value_up_1_percent": Fault("values", "tools.model", "Household.value_of", _scaled("1.01"), ("holdings", "load")),
    "cash_left_out": Fault("cash is no value", "tools.model", "Household.value_usd", _without_cash, ("load", "drift")),
    "basis_of_up": Fault("cost of shares sold", "tools.model", "Lot.basis_of", _scaled("1.02"), ("what_if",)),
    "long_term_a_day_early": Fault(
        "holding period", "tools.tax.holding_period", "long_term_from", _days(-1), ("holdings", "what_if")
    ),
    "wash_check_skipped": Fault("wash sales", "tools.tax.wash_sale", "match", _always(()), ("wash",)),
    "wash_window_10_days": Fault("the window", "tools.tax.wash_sale", "window", _near, ("wash",)),
    "wash_clear_a_day_early": Fault("clear day", "tools.tax.wash_sale", "first_clear_day", _days(-1), ("wash",)),
    "wash_quiet_a_day_early": Fault("quiet day", "tools.tax.wash_sale", "quiet_until", _days(-1), ("wash",)),
    "wash_other_accounts_unseen": Fault(
        "IRAs", "tools.analysis.wash", "purchases_near", _same_account_only, ("wash", "harvest")
    ),
    "wash_never_permanent": Fault(
        "lost for good", "tools.tax.wash_sale", "_match", _field(permanent=lambda _: False), ("wash", "harvest")
    ),
    "brackets_too_high": Fault(
        "rates", "tools.tax.tables", "on_schedule", lambda real: lambda *args: real(*args) * 1.05, ("tax", "what_if")
    ),
    "gains_taxed_as_wages": Fault(
        "netting", "tools.tax.netting", "net", _field(preferential=lambda gain: gain * 0), ("what_if",)
    ),
    "zero_bracket_gone": Fault(
        "0 % bracket", "tools.tax.tables", "on_gains", lambda real: lambda f, p, *rest: p * 0.15, ("what_if",)
    ),
    "niit_skipped": Fault(
        "net investment income tax",
        "tools.tax.liability",
        "_niit",
        lambda real: lambda *args: args[2] * 0,
        ("what_if",),
    ),
    "loss_limit_gone": Fault("3,000 dollars", "tools.tax.netting", "net", _no_limit, _MONEY),
    "carryover_dropped": Fault("carryover", "tools.tax.netting", "net", _no_carryover, _MONEY),
    "lots_in_wrong_order": Fault("lot choice", "tools.analysis.lot_choice", "pick_lots", _other_way, ("what_if",)),
    "hifo_takes_cheapest": Fault("highest cost", "tools.analysis.lot_choice", "_cost", _scaled("-1"), ("what_if",)),
    "least_loss_ignored": Fault(
        "min_loss", "tools.analysis.harvest", "find_losses", _argument(5, lambda _: Decimal(0)), ("harvest",)
    ),
    "sale_date_ignored": Fault(
        "the day asked about", "assistant.toolbox.what_if", "_coming", _today_always, ("multi_turn",)
    ),
    "exclusions_forgotten": Fault(
        "leave alone", "assistant.toolbox.wishes", "merge_wishes", _nothing_excluded, ("rebalance",)
    ),
    "any_words_approve": Fault("consent", "assistant.consent", "judges", _always(True), ("consent",)),
    "approval_not_needed": Fault("consent", "assistant.session", "Session.approved", _always(True), ("consent",)),
    "stale_plans_placed": Fault("last check", "assistant.toolbox.orders", "_stale", _always(""), ("consent",)),
    "figures_shown_wrong": Fault(
        "display",
        "assistant.grounding.format",
        "grouped",
        _argument(0, lambda usd: usd * Decimal("1.1")),
        ("holdings",),
    ),
    "markup_of_files_kept": Fault(
        "text of files made harmless",
        "assistant.grounding.escape",
        "neutralise",
        _as_written,
        ("injection",),
        "scripted:repeats_files",
    ),
    "names_of_files_kept": Fault(
        "names of files made harmless", "assistant.grounding.escape", "escape_name", _as_written, ("injection",)
    ),
    "model_trades_alone": Fault(
        "consent", "assistant.session", "Session.approved", _always(True), ("injection",), "scripted:trades_unasked"
    ),
    "figures_unguarded": Fault(
        "the guard",
        "assistant.grounding.verifier",
        "Verifier._loose",
        _always([]),
        ("tax",),
        "scripted:invents_figures",
    ),
    "another_household_mixed_in": Fault(
        "the wall between clients", "assistant.uploads", "_read_each", _with_anothers_file, ("privacy",)
    ),
}
