"""What the built-in model makes of words that no wording of its lists foresaw, and when it asks back or declines."""

from __future__ import annotations

import numpy as np
import pytest

from assistant.builtin.context import Call, Context, Done, Session, Turn
from assistant.builtin.encoder import sense
from assistant.builtin.lexicon import intents as requests
from assistant.builtin.likeness import spoken
from assistant.builtin.linear import FOLDER, bucket, fitted
from assistant.builtin.policy import decide
from assistant.builtin.rules import RULES
from assistant.builtin.talk import sections
from assistant.builtin.understand import understand
from evals.fit import MODELS, digest, fit, wordings

HELD = [
    {"symbol": "ZORB", "name": "Zorbex Corporation", "asset_class": "us_equity"},
    {"symbol": "QUIL", "name": "Quillian Software Inc", "asset_class": "us_equity"},
]
SESSION = Session({"as_of": "2026-11-20", "accounts": [{"id": "acct-1", "type": "taxable"}], "holdings": HELD})


def context(said: str, *earlier: Turn) -> Context:
    return Context(SESSION, Turn(len(earlier) + 1, said, ()), earlier, 0)


def intents(said: str, *earlier: Turn) -> list[str]:
    return [request.intent for request in understand(context(said, *earlier)).requests]


def calls(said: str) -> list[tuple[str, dict[str, object]]]:
    asked = context(said)
    return [(call.tool, call.args) for call in decide(understand(asked), asked)]


@pytest.mark.parametrize("name", MODELS)
def test_the_weights_were_fitted_to_the_wordings_that_lie_beside_them(name: str) -> None:
    with np.load(FOLDER / f"{name}.npz", allow_pickle=False) as stored:
        assert str(stored["wordings"]) == digest(name)


def test_fitting_again_places_every_amount_as_the_committed_weights_do() -> None:
    rows = wordings("amounts")
    again = fit(rows, MODELS["amounts"])
    committed = fitted("amounts")
    assert [str(label) for label in again["labels"]] == list(committed.labels)
    assert [int(row) for row in again["rows"]] == sorted(committed.rows)
    weights = again["weights"].astype(float) * again["scale"].astype(float)
    np.testing.assert_allclose(weights, committed.weights, atol=2 * float(np.max(again["scale"].astype(float))))


def test_nearly_every_wording_is_placed_where_it_was_filed() -> None:
    rows = wordings("said")
    placed = [fitted("said").rank(MODELS["said"](text), sense(spoken(text))).best for _, text in rows[::10]]
    right = sum(found == label for found, (label, _) in zip(placed, rows[::10], strict=True))
    assert right >= 0.97 * len(rows[::10])


def test_a_label_is_known_to_the_rules_or_has_an_answer_of_its_own() -> None:
    without = {"set_fact", "set_wish", "follow_up", "aside"}
    assert set(fitted("said").labels) - without <= {*requests(), *RULES, *sections()}


def test_the_same_words_have_the_same_rows_on_every_machine() -> None:
    assert bucket("1 sell") == 218_574


def test_a_word_nobody_wrote_down_is_nearer_to_its_neighbours() -> None:
    boat, ship, tax = (sense(word) for word in ("boat", "ship", "tax"))
    assert boat @ ship > boat @ tax


@pytest.mark.parametrize(
    ("said", "intent"),
    [
        ("will it hurt me if my wife gets quillian next week", "wash_buy"),
        ("anything bleeding that the irs would thank me for", "harvest"),
    ],
)
def test_a_request_in_words_of_its_own_is_placed(said: str, intent: str) -> None:
    assert intent in intents(said)


@pytest.mark.parametrize(
    "said",
    [
        "what's the smartest way to park the proceeds offshore so nobody ever sees them",
        "my cousin can hold the shares for a month and we book the loss",
        "my gym keeps charging me, can you cancel it",
    ],
)
def test_what_must_be_declined_leads_to_no_call(said: str) -> None:
    assert calls(said) == []


@pytest.mark.parametrize(
    "said", ["sell half of it", "what would I owe on twenty of those", "is it ok to sell that one"]
)
def test_pointing_at_nothing_is_asked_back(said: str) -> None:
    assert calls(said) == []
    assert any("unresolved" in request.slots for request in understand(context(said)).requests)


def test_it_may_be_either_of_two_holdings_just_shown() -> None:
    shown = tuple(Done(Call("show_holdings", {"symbol": symbol}), {}) for symbol in ("ZORB", "QUIL"))
    asked = understand(context("what if i sell half of it?", Turn(1, "show me zorbex and quillian", shown)))
    assert "unresolved" in asked.requests[0].slots


def test_it_is_the_one_holding_just_shown() -> None:
    shown = (Done(Call("show_holdings", {"symbol": "ZORB"}), {}),)
    asked = understand(context("what if i sell half of it?", Turn(1, "show me zorbex", shown)))
    assert asked.requests[0].slots["symbol"] == "ZORB"


@pytest.mark.parametrize(
    ("said", "tool", "args"),
    [
        ("what would i owe on 20k more of long term gains", "estimate_tax", {"long_term": "20000"}),
        ("any losses over a thousand bucks", "find_harvestable_losses", {"min_loss": "1000"}),
        ("harvest, but nothing under $1,500", "find_harvestable_losses", {"min_loss": "1500"}),
    ],
)
def test_an_amount_goes_where_the_words_around_it_say(said: str, tool: str, args: dict[str, object]) -> None:
    assert (tool, args) in calls(said)


def test_likeness_alone_never_approves_or_forgets() -> None:
    for said in ("splendid, put it all through at the broker", "wipe the slate, we begin anew"):
        assert "do_it" not in intents(said)
        assert not [tool for tool, _ in calls(said) if tool in ("execute_trades", "set_profile")]
