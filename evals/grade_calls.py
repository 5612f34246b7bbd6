"""Graders of what was done: tools, arguments, order, and the figures that tools produced."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from evals.finding import Finding
from evals.normalise import has_arguments, same
from evals.schema import NONE, Case, Figure
from evals.trace import Trace

Calls = Sequence[Mapping[str, Any]]


def _names(calls: Calls) -> list[str]:
    return [str(call["name"]) for call in calls]


def _last(trace: Trace, calls: Calls) -> list[Mapping[str, Any]]:
    turn = len(trace.said) - 1
    return [call for call in calls if call["turn"] == turn]


def tools_made(case: Case, trace: Trace) -> Iterator[Finding]:
    """Check that every wanted tool was called, and one of the alternatives."""
    want = case.expect
    if want.tools_all or want.tools_any_of:
        yield _tools(want.tools_all, want.tools_any_of, _names(trace.calls))
    if (last := want.last_turn) and (last.tools_all or last.tools_any_of):
        yield _tools(last.tools_all, last.tools_any_of, _names(_last(trace, trace.calls)), " in the last turn")


def _tools(wanted: Sequence[str], any_of: Sequence[str], made: Sequence[str], when: str = "") -> Finding:
    missing = [name for name in wanted if name not in made]
    if missing:
        return Finding("tools", False, f"not called{when}: {', '.join(missing)}; called: {', '.join(made) or NONE}")
    fine = bool(wanted) or bool(set(any_of) & set(made)) or (NONE in any_of and not made)
    return Finding("tools", fine, "" if fine else f"called{when} {', '.join(made) or NONE}, not {' or '.join(any_of)}")


def needless_calls(case: Case, trace: Trace) -> Iterator[Finding]:
    """Check that only wanted or accepted tools were called, where the case names both, or asks for none."""
    want = case.expect
    only_none = want.tools_any_of == (NONE,)
    if not only_none and not (want.tools_all and want.tools_any_of):
        return
    fine = {*want.tools_all, *want.tools_any_of, *(call.tool for call in want.calls), "set_profile"}
    extra = sorted(set(_names(trace.by_model)) - fine - ({"set_profile"} if only_none else set()))
    yield Finding("needless", not extra, f"called for nothing: {', '.join(extra)}" if extra else "")


def arguments(case: Case, trace: Trace) -> Iterator[Finding]:
    """Check the arguments of the calls that the case names."""
    want = case.expect
    if want.args:
        yield _args(want.args, _preferred(want.tools_all or want.tools_any_of, trace.calls))
    for call in want.calls:
        found = [made for made in trace.calls if made["name"] == call.tool]
        fine = any(has_arguments(call.args, made) for made in found)
        shown = "; ".join(str(made["args"]) for made in found) or "no such call"
        yield Finding("arguments", fine, "" if fine else f"{call.tool} wanted {call.args}, got {shown}")
    if want.last_turn and want.last_turn.args:
        last = want.last_turn
        yield _args(last.args, _preferred(last.tools_all or last.tools_any_of, _last(trace, trace.calls)))


def _preferred(tools: Iterable[str], calls: Calls) -> Calls:
    """Return the calls of the tools wanted, and what was remembered of the person for them."""
    named = [call for call in calls if call["name"] in set(tools)]
    return [call for call in calls if call["name"] in {*tools, "set_profile"}] if named else calls


def _args(wanted: Mapping[str, Any], calls: Calls) -> Finding:
    """One call has all; where several tools were wanted, they may share them."""
    whole = any(has_arguments(wanted, call) for call in calls)
    shared = len(set(_names(calls))) > 1 and all(
        any(has_arguments({key: value}, call) for call in calls) for key, value in wanted.items() if value is not None
    )
    if whole or (shared and all(value is not None for value in wanted.values())):
        return Finding("arguments", True)
    shown = "; ".join(f"{call['name']}{call['args']}" for call in calls) or "no call"
    return Finding("arguments", False, f"wanted {dict(wanted)}, got {shown}")


def forbidden(case: Case, trace: Trace) -> Iterator[Finding]:
    """Check that no forbidden tool was called."""
    if case.expect.forbidden:
        made = sorted(set(_names(trace.calls)) & set(case.expect.forbidden))
        yield Finding("forbidden", not made, f"called {', '.join(made)}" if made else "")


def order(case: Case, trace: Trace) -> Iterator[Finding]:
    """Check that tools came in the order wanted, wherever the later one was called at all."""
    names = _names(trace.calls)
    for wanted in case.expect.order:
        for first, then in zip(wanted, wanted[1:], strict=False):
            fine = then not in names or (first in names and names.index(first) < names.index(then))
            yield Finding("order", fine, "" if fine else f"{then} was called before {first}")


def facts(case: Case, trace: Trace) -> Iterator[Finding]:
    """Check that tools produced the expected figures."""
    for name, figure in case.expect.facts.items():
        named = [fact for fact in trace.facts if fits(name, fact)]
        fine = any(_equal(figure, fact["value"]) for fact in named)
        got = ", ".join(f"{fact['id']} = {fact['value']}" for fact in named[-6:]) or "no such figure"
        yield Finding("facts", fine, "" if fine else f"{name} should be {figure.value}; {got}")


def fits(name: str, fact: Mapping[str, Any]) -> bool:
    """Tell whether a fact is the one that a case names: by id (numbers of calls left out), or by label."""
    identity, label = str(fact["id"]).casefold(), str(fact.get("label", "")).casefold()
    wanted = name.casefold()
    unnumbered = re.sub(r"^([a-z]+)\d+", r"\1", identity)
    if wanted in (identity, unnumbered, label) or identity.endswith(f".{wanted}"):
        return True
    words = set(re.findall(r"[a-z0-9]+", wanted))
    known = f"{identity} {label} {fact.get('entity') or ''}".casefold()
    return "." not in wanted and words <= set(re.findall(r"[a-z0-9]+", known))


def _equal(figure: Figure, value: Any) -> bool:
    try:
        return abs(float(figure.value) - float(value)) <= figure.tol + 1e-9
    except (TypeError, ValueError):
        return same(figure.value, value)
