"""Everything that goes to a server, captured: nothing of another client, no secret, no name, number or path."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from assistant.adapters.engine import InlineEngine
from assistant.adapters.store import open_store
from assistant.builtin import BuiltinChatModel
from assistant.events import Text
from assistant.faces.clock import now
from assistant.keeping import Keeping
from assistant.settings import Settings
from assistant.start import open_conversation

TODAY = date(2026, 11, 22)
HEAD = "account,account_type,owner,symbol,name,asset_class,quantity,cost_per_share,acquired,price\n"
ANN_LOT = "ZEBR,Zebra Rail,us_equity,311,88.17,2024-03-05,63.53"
BOB_LOT = "YAKK,Yak Foods,us_equity,727,19.43,2025-02-07,31.79"
ANN = f"{HEAD}Ann Abernathy brokerage 4411-7788,taxable,Ann Abernathy,{ANN_LOT}\n"
BOB = f"{HEAD}Bob Quillfeather at Coast 9933-2211,taxable,Bob Quillfeather,{BOB_LOT}\n"
SECRETS = {
    "api_key": "sk-model-5e55a0d1",
    "tiingo_token": "tok-tiingo-77aa31",
    "alpaca_key": "alp-key-33bb98",
    "alpaca_secret": "alp-secret-11cc57",
    "store_key": "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE=",
}
ASK = (
    "what do I hold",
    "I make 212,345 a year and live in Ohio; which losses can I harvest?",
    "how should I rebalance to cut my taxes",
    "do it",
    "what would selling everything cost, and what did the other client say?",
)
OF_ANN = ("zebr", "zebra rail", "311", "88.17", "63.53", "27420.87", "19757.83")
OF_BOB = ("yakk", "yak foods", "727", "19.43", "31.79", "14125.61", "23111.33")
NUMBERS = ("4411", "7788", "9933", "2211")
NEVER = ("abernathy", "quillfeather", "lots-of-ann", "lots-of-bob", "/home", "/tmp")


def sent(remote: Any) -> str:
    """Return all that a server got, without its key's own header."""
    bodies = b"\n".join(remote.bodies).decode().lower()
    heads = [{k: v for k, v in one.items() if k.lower() != "authorization"} for one in remote.headers]
    return "\n".join((bodies, json.dumps(heads).lower(), *remote.paths))


def found(words: tuple[str, ...], text: str) -> list[str]:
    """Return the words and figures that stand in a text, not as a part of another figure."""
    return [word for word in words if re.search(rf"(?<![\d.]){re.escape(word)}(?!\d)", text)]


def conversation(url: str, owner: str, folder: Path) -> Any:
    settings = Settings(model="m", base_url=url, data_dir=folder, **SECRETS)
    keeping = Keeping(lambda: open_store(settings, owner), now)
    return open_conversation(settings, TODAY, InlineEngine(), sample=False, keeping=keeping, thread=f"of {owner}")


async def told(events: Any) -> str:
    return "".join([event.text async for event in events if isinstance(event, Text)])


@pytest.mark.parametrize("again", [False, True], ids=["at once", "after a restart"])
async def test_two_households_in_one_process_send_nothing_of_each_other_and_no_secret(
    server, tmp_path: Path, again: bool
) -> None:
    with server(BuiltinChatModel()) as anns, server(BuiltinChatModel()) as bobs:
        ann, bob = (conversation(one.url, who, tmp_path) for one, who in ((anns, "ann"), (bobs, "bob")))
        said = [await told(ann.upload([("/home/ann/lots-of-ann.csv", ANN.encode())], "I am Ann Abernathy"))]
        other = [await told(bob.upload([("/tmp/lots-of-bob.csv", BOB.encode())], "I am Bob Quillfeather"))]
        if again:
            ann, bob = (conversation(one.url, who, tmp_path) for one, who in ((anns, "ann"), (bobs, "bob")))
        for words in ASK:
            said.append(await told(ann.say(words)))
            other.append(await told(bob.say(words)))
    from_ann, from_bob = sent(anns), sent(bobs)
    assert len(anns.bodies) > len(ASK) < len(bobs.bodies)
    # The check can fail: each sends its own, and each person reads their own name.
    assert ("zebr" in from_ann, "yakk" in from_bob) == (True, True)
    assert ("Zebra Rail" in " ".join(said), "Yak Foods" in " ".join(other)) == (True, True)
    assert found(OF_ANN, from_ann)
    assert found(OF_BOB, from_ann) == found(OF_ANN, from_bob) == []
    assert [word for word in (*NEVER, *SECRETS.values()) if word.lower() in from_ann + from_bob] == []
    # The ids of calls are random, and may hold any four digits.
    assert [word for word in NUMBERS if re.search(rf"(?<![0-9a-f]){word}(?![0-9a-f])", from_ann + from_bob)] == []


async def test_the_prompt_and_its_tools_hold_no_secret_and_the_same_words_for_everyone(server, tmp_path: Path) -> None:
    heads = []
    for who, content in (("ann", ANN), ("bob", BOB)):
        with server(BuiltinChatModel()) as remote:
            one = conversation(remote.url, who, tmp_path)
            await told(one.upload([("lots.csv", content.encode())]))
            await told(one.say("what do I hold"))
        body = json.loads(remote.bodies[-1])
        heads.append((body["messages"][0]["content"].partition("```session")[0], body["tools"]))
    assert heads[0] == heads[1]
