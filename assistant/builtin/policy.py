"""Requests to tool calls: what to look up in this round, given what this turn has already brought."""

from __future__ import annotations

import re

from assistant.builtin.arguments import wished
from assistant.builtin.context import Call, Context
from assistant.builtin.elsewhere import elsewhere_calls
from assistant.builtin.portions import held_lookups, portion_sales
from assistant.builtin.request import Understanding
from assistant.builtin.rules import RULES, plan_calls

_CHANGES = {"set_profile", "load_portfolio"}
_LASTING = ("max_weight", "exclude", "lots_locked", "max_gain", "min_trade")
_TAX_FACTS = {"filing_status", "income", "state", "rate", "carryforward", "deductions"}
_AGAIN = re.compile(
    r"^(?:and |now |ok |so |what )*(?:with|at|if) "
    r"|\b(?:redo|again|rerun|recalculate|recompute|wrong|then|now what|update|instead|rather)\b"
)
_ONLY_PLANNED = {"exclude", "lots_locked", "min_trade"}


def decide(understood: Understanding, context: Context) -> list[Call]:
    """Return the calls of this round; none when it is time to answer."""
    done = context.turn.done
    if not done:
        return _changes(understood) or held_lookups(understood) or _asked(understood, context)
    if understood.accounts and not any(each.call.args.get("account_type") for each in done):
        return _changes(understood)  # the file that came with the message left open what it says of the account
    failed = any(each.result.get("error") for each in done if each.call.tool in _CHANGES)
    if failed and not understood.requests:
        return []
    if {each.call.tool for each in done} <= _CHANGES:
        made = [each.call for each in done]
        asked = held_lookups(understood) or _asked(understood, context)
        calls = [call for call in asked if call not in made] or _after_change(understood, context)
        return [call for call in calls if call not in made and not _loads_again(call, context)]
    return portion_sales(understood, context) or _something_useful(context)


def _something_useful(context: Context) -> list[Call]:
    """Show what is held when a plan has to ask first and there are no losses to speak of either."""
    plans, losses = context.turn.results("optimize_trades"), context.turn.results("find_harvestable_losses")
    asks = any(plan.get("question") for plan in plans) and not any(found.get("lots") for found in losses)
    return [] if not asks or context.turn.results("show_holdings") else [Call("show_holdings")]


def _loads_again(call: Call, context: Context) -> bool:
    return call.tool == "load_portfolio" and bool(context.turn.results("load_portfolio"))


def _changes(understood: Understanding) -> list[Call]:
    if understood.hypothetical:
        return []
    if understood.accounts:
        return [Call("load_portfolio", {"account": name, "account_type": kind}) for name, kind in understood.accounts]
    lasting = {name: value for name, value in understood.wishes.items() if name in _LASTING}
    args = {**understood.profile, **lasting}
    return [Call("set_profile", args)] if args else []


def _asked(understood: Understanding, context: Context) -> list[Call]:
    calls: list[Call] = []
    for request in understood.requests:
        rule = RULES.get(request.intent)
        for call in rule(request.slots, understood, context) if rule else ():
            if call not in calls:
                calls.append(call)
    if understood.hypothetical and understood.profile and not calls:
        last = context.last()
        before = last.call.args if last and last.call.tool == "estimate_tax" else {}
        calls.append(Call("estimate_tax", {**before, **understood.profile}))
    if understood.elsewhere:
        calls = elsewhere_calls(calls, understood.elsewhere, context)
    lasting_only = not understood.hypothetical and set(understood.wishes) <= {*_LASTING}
    if understood.wishes and not understood.requests and not lasting_only:
        calls += _plan_again(understood, context)
    return calls


def _after_change(understood: Understanding, context: Context) -> list[Call]:
    """Plan again, or take up the question that waited for this fact."""
    taken_back = any(done.call.args.get("forget") for done in context.turn.done)
    if taken_back and not understood.asks("start_over"):
        return plan_calls({}, understood, context) if _under_discussion(context) else []
    if understood.requests or any(done.result.get("question") for done in context.turn.done):
        return []
    if again := _once_more(understood, context):
        return again
    waiting = _waiting(context)
    if waiting:
        args = wished(understood, context)
        return [Call(call.tool, call.args | args) if call.tool == "optimize_trades" else call for call in waiting]
    told = any(done.call.args.get("account_type") for done in context.turn.done)
    if told and not context.session.part("targets") and context.session.block.get("household") == "own":
        return plan_calls({}, understood, context)
    if _under_discussion(context) or set(understood.wishes) - _ONLY_PLANNED:
        return _plan_again(understood, context)
    return [Call("compute_drift")] if "targets" in understood.profile else []


def _once_more(understood: Understanding, context: Context) -> list[Call]:
    """Work a tax out again when a fact that it rested on is put right in the next message."""
    just = context.earlier[-1].done if context.earlier else ()
    if not (understood.profile.keys() & _TAX_FACTS and _AGAIN.search(context.turn.said.casefold())):
        return []
    calls = [done.call for done in just if done.call.tool in ("estimate_tax", "simulate_sale")]
    told = understood.profile
    return [Call(each.tool, {name: value for name, value in each.args.items() if name not in told}) for each in calls]


def _waiting(context: Context) -> list[Call]:
    for turn in reversed(context.earlier):
        asking = [done.call for done in turn.done if done.result.get("question") and done.call.tool not in _CHANGES]
        if asking:
            return [done.call for done in turn.done if done.call.tool not in _CHANGES]
        if any(done.call.tool not in _CHANGES for done in turn.done):
            return []
    return []


def _plan_again(understood: Understanding, context: Context) -> list[Call]:
    """Plan under the wishes said now; money to raise or invest and the like stay as they were in the latest plan."""
    last = context.last("optimize_trades")
    if last is None or not last.call.args or not _under_discussion(context):
        return plan_calls({}, understood, context)
    return [Call("optimize_trades", {**last.call.args, **wished(understood, context)})]


def _under_discussion(context: Context) -> bool:
    plan = context.session.part("plan")
    if plan.get("approved"):
        return False
    last = context.last("optimize_trades", "execute_trades")
    fresh = last is not None and last.call.tool == "optimize_trades" and bool(last.result.get("plan_id"))
    return bool(plan.get("plan_id")) or fresh
