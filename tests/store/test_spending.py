"""What a model on a server may use in a day holds over restarts, conversations and processes."""

from __future__ import annotations

import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, text
from store_rows import NOW, fill

from assistant.adapters.store import database, open_store
from assistant.meter import Spent, StoreMeter
from assistant.settings import Settings

DAY = date(2026, 11, 20)
MOST = Spent(1_000, 50)


def test_a_day_adds_up_after_a_restart_and_refuses_what_goes_beyond(bench: Any) -> None:
    assert bench.store().spend(DAY, Spent(600, 10), MOST)
    bench.close()
    again = bench.store()
    assert not again.spend(DAY, Spent(401), MOST)
    assert again.spend(DAY, Spent(400), MOST)
    assert not again.spend(DAY, Spent(0, 41), MOST)
    assert again.spend(DAY + timedelta(days=1), Spent(1_000), MOST)


def test_an_answer_is_counted_even_beyond_the_limit(bench: Any) -> None:
    store = bench.store()
    assert store.spend(DAY, Spent(5_000), None)
    assert not store.spend(DAY, Spent(1), MOST)


def test_two_people_share_no_limit(bench: Any) -> None:
    assert bench.store("ann").spend(DAY, Spent(1_000), MOST)
    assert bench.store("bob").spend(DAY, Spent(1_000), MOST)


def test_forgetting_a_household_lifts_no_limit(bench: Any) -> None:
    store = bench.store()
    place = fill(store)
    store.spend(DAY, Spent(1_000), MOST)
    assert store.forget(str(place.household_id), NOW)
    assert not store.spend(DAY, Spent(1), MOST)


def test_processes_that_count_at_once_pass_the_limit_by_nothing(bench: Any) -> None:
    bench.store()
    url, key = bench.settings.database_url.get_secret_value(), bench.settings.store_key.get_secret_value()
    program = (
        "import sys; from datetime import date; from assistant.settings import Settings\n"
        "from assistant.adapters.store import open_store; from assistant.meter import Spent\n"
        "store = open_store(Settings(database_url=sys.argv[1], store_key=sys.argv[2]), 'ann')\n"
        "sys.stdin.readline()\n"
        "print(sum(store.spend(date(2026, 11, 20), Spent(7), Spent(350, 0)) for _ in range(40)))"
    )
    started = [
        subprocess.Popen(
            [sys.executable, "-c", program, url, key], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(3)
    ]
    for one in started:
        assert one.stdin is not None
        one.stdin.write("\n")
        one.stdin.flush()
    counts = [int(one.communicate(timeout=120)[0]) for one in started]
    # 350 tokens hold fifty requests of 7, whoever makes them.
    assert sum(counts) == 50


async def test_two_conversations_share_the_day(bench: Any, clock: Any, monkeypatch: Any) -> None:
    from langchain_core.language_models import FakeListChatModel

    import assistant.start as start
    from assistant.adapters.engine import InlineEngine
    from assistant.events import Text
    from assistant.model import ChosenModel

    class Remote(FakeListChatModel):
        def bind_tools(self, tools: Any, **kwargs: Any) -> Any:
            return self

    chosen = ChosenModel(Remote(responses=["Fine."]), "a model", "m.example", False)
    monkeypatch.setattr(start, "choose_model", lambda settings: chosen)

    async def said() -> str:
        meter = StoreMeter(bench.store)
        one = start.open_conversation(Settings(max_day_tokens=7_000), DAY, InlineEngine(), meter=meter)
        return "".join([event.text async for event in one.say("hello") if isinstance(event, Text)])

    answers = [await said() for _ in range(8)]
    assert answers[0].startswith("Fine.")
    assert "limit for today" in answers[-1]


def test_a_store_of_the_first_version_comes_up_to_date_with_what_it_holds(tmp_path: Path) -> None:
    folder = tmp_path / "lotline"
    folder.mkdir(mode=0o700)
    engine = create_engine(f"sqlite:///{folder}/lotline.sqlite")
    config = Config()
    config.set_main_option("script_location", str(Path(database.__file__).parent / "migrations"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.execute(text("INSERT INTO heads (owner, seq, hash) VALUES ('zoe', 3, 'h')"))
    engine.dispose()
    store = open_store(Settings(data_dir=folder), "ann")
    assert store.spend(DAY, Spent(1), MOST)
    store.close()
    engine = create_engine(f"sqlite:///{folder}/lotline.sqlite")
    with engine.connect() as connection:
        assert database.revision(connection) == database.NEWEST
        assert connection.scalar(text("SELECT seq FROM heads WHERE owner = 'zoe'")) == 3
    engine.dispose()
