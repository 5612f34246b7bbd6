from __future__ import annotations

from typing import Any

from langchain_core.messages import AIMessage, HumanMessage, ToolMessage

from assistant.consent import ShownCard
from assistant.events import ApprovalCard, Choices, Status, StepFinished, StepStarted, Text, TurnEnded


def words(events: list[Any]) -> str:
    return "".join(event.text for event in events if isinstance(event, Text))


async def test_a_reference_reaches_the_person_as_a_figure_and_the_step_opens_to_its_result(
    talk, scripted, look
) -> None:
    one = talk(scripted(look("Your Zebra is worth {{hold1.ZEB.value_usd}}, a loss of {{hold1.ZEB.gain_usd|abs}}.")))
    events = await one.say("how is my zebra")
    assert words(events) == "Your Zebra is worth $1,905, a loss of $495."
    started = next(event for event in events if isinstance(event, StepStarted))
    finished = next(event for event in events if isinstance(event, StepFinished))
    assert (started.tool, started.inputs, started.call_id) == ("show_holdings", {"symbol": "ZEB"}, finished.call_id)
    assert finished.result["holdings"][0]["value_usd"] == "1905"
    end = events[-1]
    assert isinstance(end, TurnEnded)
    assert {fact.id for fact in end.facts} == {"hold1.ZEB.value_usd", "hold1.ZEB.gain_usd"}
    assert end.blocked == 0


async def test_a_status_comes_first_and_the_end_comes_last(talk, scripted, look) -> None:
    events = await talk(scripted(look("Fine."))).say("hello")
    assert isinstance(events[0], Status)
    assert isinstance(events[-1], TurnEnded)


async def test_text_arrives_sentence_by_sentence(talk, scripted, look) -> None:
    text = "It is worth {{hold1.ZEB.value_usd}} in the U.S. account. You hold {{hold1.ZEB.held_shares}} shares. Good."
    events = await talk(scripted(look(text))).say("zebra")
    pieces = [event.text for event in events if isinstance(event, Text)]
    assert pieces == ["It is worth $1,905 in the U.S. account. ", "You hold 30 shares. ", "Good."]


async def test_what_a_model_says_before_a_tool_call_is_not_part_of_the_answer(talk, scripted, results_since) -> None:
    def script(messages: Any) -> AIMessage:
        if results_since(messages):
            return AIMessage("You hold {{hold1.ZEB.held_shares}} shares.")
        calls = [{"name": "show_holdings", "args": {}, "id": "c1", "type": "tool_call"}]
        return AIMessage("Let me look that up for you. One moment.", tool_calls=calls)

    assert words(await talk(scripted(script)).say("zebra")) == "You hold 30 shares."


async def test_a_wrong_figure_never_reaches_the_page_and_one_repair_is_asked_for(talk, scripted, look) -> None:
    model = scripted(look("Your Zebra is worth $1,950.", "Your Zebra is worth {{hold1.ZEB.value_usd}}."))
    one = talk(model)
    events = await one.say("zebra")
    assert words(events) == "Your Zebra is worth $1,905."
    assert events[-1].blocked == 1
    asked = [
        m.text
        for seen in model.seen
        for m in seen
        if isinstance(m, HumanMessage) and "not in any tool result" in m.text
    ]
    assert asked
    assert "$1,950" in asked[0]
    assert all("not in any tool result" not in message.text for message in one.session.messages)


async def test_the_part_already_shown_is_not_said_twice_by_a_repair(talk, scripted, look) -> None:
    first = "It is worth {{hold1.ZEB.value_usd}}. You would save $999 of tax."
    events = await talk(scripted(look(first, "It saves {{hold1.ZEB.saved_usd}}."))).say("zebra")
    assert words(events).split() == ["It", "is", "worth", "$1,905.", "It", "saves", "$119."]


async def test_the_built_in_model_explains_when_the_repair_is_wrong_too(talk, scripted, look, monkeypatch) -> None:
    import assistant.answering as module
    from assistant.model import ChosenModel

    honest = scripted(look("Worth {{hold1.ZEB.value_usd}}."))
    monkeypatch.setattr(module, "choose_model", lambda settings: ChosenModel(honest, "built-in", None, True))
    events = await talk(scripted(look("Worth $1,950.", "Worth $1,960."))).say("zebra")
    assert words(events) == "Worth $1,905."
    assert events[-1].blocked == 2


async def test_a_figure_that_nobody_can_prove_is_left_out_and_said_so(talk, scripted, look) -> None:
    events = await talk(scripted(look("Worth $1,950.")), builtin=True).say("zebra")
    assert "1,950" not in words(events)
    assert "could not be traced" in words(events)


async def test_a_reference_to_a_fact_that_does_not_exist_is_not_shown(talk, scripted, look) -> None:
    events = await talk(scripted(look("Saves {{plan9.saved_usd}}.")), builtin=True).say("zebra")
    assert "plan9" not in words(events)
    assert events[-1].blocked == 1


async def test_a_tool_that_fails_tells_the_model_nothing_of_its_inside(talk, scripted, calling, results_since) -> None:
    def script(messages: Any) -> AIMessage:
        return AIMessage("That did not work.") if results_since(messages) else calling("estimate_tax")

    model = scripted(script)
    events = await talk(model).say("my tax")
    assert next(event for event in events if isinstance(event, StepFinished)).failed
    assert "secret" not in str(model.seen)
    assert words(events) == "That did not work."


async def test_a_model_that_calls_tools_for_ever_is_stopped(talk, scripted, calling) -> None:
    one = talk(scripted(lambda messages: calling("show_holdings", call_id=f"c{len(messages)}")))
    events = await one.say("zebra")
    assert "more steps" in words(events)
    assert isinstance(events[-1], TurnEnded)
    assert len(one.model.seen) <= 8


async def test_a_model_that_raises_ends_in_words_and_leaves_the_history_whole(
    talk, scripted, calling, results_since
) -> None:
    def script(messages: Any) -> AIMessage:
        if results_since(messages):
            raise IndexError("list index out of range")
        return calling("show_holdings")

    one = talk(scripted(script))
    events = await one.say("zebra")
    assert "ask again" in words(events)
    assert "index" not in words(events)
    calls = {c["id"] for m in one.session.messages if isinstance(m, AIMessage) for c in m.tool_calls}
    assert calls == {m.tool_call_id for m in one.session.messages if isinstance(m, ToolMessage)}
    assert isinstance(one.session.messages[-1], AIMessage)


async def test_a_turn_that_takes_too_long_ends_in_words(talk, scripted) -> None:
    import time

    from assistant.settings import Settings

    def slow(messages: Any) -> AIMessage:
        time.sleep(0.3)
        return AIMessage("late")

    class Slow(type(scripted(slow))):
        async def _astream(self, *args: Any, **kwargs: Any) -> Any:
            import asyncio

            await asyncio.sleep(5)
            yield None

    model = Slow(script=slow, seen=[])
    events = await talk(model, settings=Settings(turn_timeout_seconds=3)).say("zebra")
    assert "did not answer in time" in words(events)


async def test_do_it_brings_up_the_card_and_the_button_fills_on_paper(talk, scripted, calling, results_since) -> None:
    def script(messages: Any) -> AIMessage:
        done = results_since(messages)
        return AIMessage("Please look at the card.") if done else calling("execute_trades", plan_id="a1b2c3")

    one = talk(scripted(script))
    one.session.put_plan("a1b2c3", "plan1", object())
    events = await one.say("do it")
    card = next(event for event in events if isinstance(event, ApprovalCard))
    assert card.plan_id == "a1b2c3"
    assert not one.session.executed
    filled = await one.gather(one.conversation.approve("a1b2c3"))
    assert "Sold" in words(filled)
    assert "$63.50" in words(filled)
    assert "$1,905" in words(filled)
    assert one.session.executed == {"a1b2c3"}


async def test_the_model_alone_never_executes(talk, scripted, calling, results_since) -> None:
    one = talk(
        scripted(
            lambda messages: (
                AIMessage("Done.") if results_since(messages) else calling("execute_trades", plan_id="a1b2c3")
            )
        )
    )
    one.session.put_plan("a1b2c3", "plan1", object())
    await one.say("yes")
    await one.say("yes, do it, ok")
    assert not one.session.executed
    assert not one.session.approvals


async def test_a_sentence_that_names_approval_and_plan_after_the_card_executes(
    talk, scripted, calling, results_since
) -> None:
    one = talk(
        scripted(
            lambda messages: (
                AIMessage("See the card.") if results_since(messages) else calling("execute_trades", plan_id="a1b2c3")
            )
        )
    )
    one.session.put_plan("a1b2c3", "plan1", object())
    await one.say("do it")
    events = await one.say("I approve plan a1b2c3")
    assert one.session.executed == {"a1b2c3"}
    assert "$1,905" in words(events)


async def test_a_plan_whose_card_was_not_shown_cannot_be_approved(talk, scripted, look) -> None:
    one = talk(scripted(look("Fine.")))
    one.session.put_plan("a1b2c3", "plan1", object())
    events = await one.gather(one.conversation.approve("a1b2c3"))
    assert "nothing was traded" in words(events)
    assert not one.session.executed


async def test_an_approval_that_led_to_no_trade_is_used_up_in_its_turn(
    talk, scripted, calling, results_since, monkeypatch
) -> None:
    one = talk(
        scripted(
            lambda messages: (
                AIMessage("See the card.") if results_since(messages) else calling("execute_trades", plan_id="a1b2c3")
            )
        )
    )
    one.session.put_plan("a1b2c3", "plan1", object())
    await one.say("do it")
    with monkeypatch.context() as broken:
        broken.setattr("tools.facts.FactBook.row", lambda *_, **__: 1 / 0)
        events = await one.say("I approve plan a1b2c3")
    assert "Nothing was traded" in words(events)
    assert one.session.approvals
    events = await one.say("try that again")
    assert not one.session.executed
    assert [event for event in events if isinstance(event, ApprovalCard)]


async def test_what_our_own_code_cannot_prove_is_left_out_and_said_so(talk, scripted, look, monkeypatch) -> None:
    one = talk(scripted(look("Fine.")))
    one.session.put_plan("a1b2c3", "plan1", object())
    one.session.shown_card = ShownCard("a1b2c3", 1, (), turn=0)
    monkeypatch.setattr("assistant.fills.fills_text", lambda result: "Sold for $99.")
    events = await one.gather(one.conversation.approve("a1b2c3"))
    assert "$99" not in words(events)
    assert "could not be traced" in words(events)


async def test_a_log_says_where_a_turn_stopped_but_none_of_its_words(talk, scripted, caplog) -> None:
    def script(messages: Any) -> AIMessage:
        raise RuntimeError(messages[-1].text)

    events = await talk(scripted(script)).say("what of my quagga")
    assert "could not be used" in words(events)
    assert "RuntimeError" in caplog.text
    assert "in script" in caplog.text
    assert "quagga" not in caplog.text


async def test_declining_puts_the_card_away(talk, scripted, calling, results_since) -> None:
    one = talk(
        scripted(
            lambda messages: (
                AIMessage("See the card.") if results_since(messages) else calling("execute_trades", plan_id="a1b2c3")
            )
        )
    )
    one.session.put_plan("a1b2c3", "plan1", object())
    await one.say("do it")
    await one.gather(one.conversation.decline("a1b2c3"))
    events = await one.gather(one.conversation.approve("a1b2c3"))
    assert "nothing was traded" in words(events)


async def test_the_opening_says_whose_as_of_when_and_who_answers(talk, scripted, look) -> None:
    events = talk(scripted(look("Fine."))).conversation.opening()
    text = words(events)
    assert "May 4, 2026" in text
    assert "a scripted model" in text
    starters = [event for event in events if isinstance(event, Choices)][-1]
    assert "How should I rebalance to cut my taxes?" in [option.say for option in starters.options]


async def test_a_key_alone_sends_nothing_and_is_offered_once(talk, scripted, look, monkeypatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "k")
    one = talk(scripted(look("Fine.")))
    offers = [event for event in one.conversation.opening() if isinstance(event, Choices) and event.ask]
    assert len(offers) == 1
    assert "api.openai.com" in offers[0].ask
    assert one.conversation.model_label == "a scripted model"
    events = await one.say(offers[0].options[0].say)
    assert "api.openai.com" in words(events)
    assert "api.openai.com" in one.conversation.model_label
    assert not [event for event in one.conversation.opening() if isinstance(event, Choices) and event.ask]
