"""Nobody reads or changes what is another person's, by any way into the store."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import text
from store_rows import APPROVED, NOW, ORDER, fill, turn

from assistant.adapters.store.own import OwnStore
from assistant.adapters.store.schema import metadata
from assistant.adapters.store.vault import WrongKey
from assistant.store import AlreadyPlaced, Place, StoreConflict

SECOND = replace(ORDER, client_order_id="order-2", place=2)

# Every public way into the store; a new method without a line here fails below.
READS: dict[str, Callable[[OwnStore, Place, str], Any]] = {
    "thread": lambda store, place, answer: store.thread(place.name),
    "threads": lambda store, place, answer: store.threads(),
    "households": lambda store, place, answer: store.households(),
    "orders": lambda store, place, answer: store.orders(str(place.household_id)),
    "answer": lambda store, place, answer: store.answer(answer),
    "audit": lambda store, place, answer: store.audit(),
    "verify_audit": lambda store, place, answer: store.verify_audit(),
    "forget": lambda store, place, answer: store.forget(str(place.household_id), NOW),
}
WRITES: dict[str, Callable[[OwnStore, Place], Any]] = {
    "begin": lambda store, place: store.begin(place, turn(2, "stolen"), "mine now", NOW),
    "save": lambda store, place: store.save(place, turn(2, "stolen"), NOW),
    "execute": lambda store, place: store.execute(place, turn(2, "stolen"), APPROVED, NOW),
}


def answer_id(store: OwnStore) -> str:
    return next(row.subject for row in store.audit() if row.kind == "answer")


def test_every_way_into_the_store_is_tried_below() -> None:
    public = {name for name in vars(OwnStore) if not name.startswith("_")} - {"owner", "close"}
    # What a person's models used belongs to no household: ``test_spending`` shows that two people share no count.
    assert public == READS.keys() | WRITES.keys() | {"spend"}


@pytest.mark.parametrize("way", READS)
def test_another_person_reads_zero_rows(bench: Any, way: str) -> None:
    ann, bob = bench.store("ann"), bench.store("bob")
    place = fill(ann)
    before = bench.dump()
    assert not READS[way](bob, place, answer_id(ann))
    assert bench.dump() == before
    assert READS[way](ann, place, answer_id(ann))


@pytest.mark.parametrize("way", WRITES)
@pytest.mark.parametrize("claim", ["the thread as it stands", "a new thread on the household"])
def test_another_person_changes_nothing(bench: Any, way: str, claim: str) -> None:
    ann, bob = bench.store("ann"), bench.store("bob")
    place = fill(ann)
    before = bench.dump()
    claimed = place if claim.startswith("the thread") else Place(place.name, place.household_id)
    with pytest.raises(StoreConflict):
        WRITES[way](bob, claimed)
    assert bench.dump() == before


def test_two_people_may_use_the_same_name_for_a_thread(bench: Any) -> None:
    ann, bob = bench.store("ann"), bench.store("bob")
    fill(ann)
    fill(bob)
    assert [len(store.threads()) for store in (ann, bob)] == [1, 1]
    assert ann.threads()[0].household_id != bob.threads()[0].household_id


def test_what_was_placed_in_an_earlier_turn_is_not_taken_for_part_of_one_cut_off_later(bench: Any) -> None:
    ann = bench.store("ann")
    ann.begin(fill(ann), turn(2), "and then?", NOW)
    thread = ann.thread("family")
    assert (thread.asked, thread.placed) == ("and then?", ())


def test_orders_of_the_turn_that_was_cut_off_are_named(bench: Any) -> None:
    ann = bench.store("ann")
    ann.execute(ann.begin(fill(ann), turn(2), "yes", NOW), turn(2), replace(APPROVED, turn=2, orders=(SECOND,)), NOW)
    thread = ann.thread("family")
    assert (thread.asked, thread.placed) == ("yes", (SECOND,))


def test_an_order_is_placed_once_whoever_asks_again(bench: Any) -> None:
    ann = bench.store("ann")
    place = fill(ann)
    before = bench.dump()
    with pytest.raises(AlreadyPlaced):
        ann.execute(place, turn(2), APPROVED, NOW)
    assert bench.dump() == before


def test_every_table_but_the_lock_has_an_owner() -> None:
    assert {name for name, table in metadata.tables.items() if "owner" not in table.c} == {"locks"}


def test_no_word_and_no_figure_lies_open(bench: Any) -> None:
    fill(bench.store("ann"))
    dumped = repr(bench.dump())
    for private in ("ZEB", "31,415", "Vandermeer", "what do I hold", "mine", "family"):
        assert private not in dumped


def test_a_row_put_in_another_place_does_not_open(bench: Any) -> None:

    ann = bench.store("ann")
    fill(ann)
    with bench.engine().begin() as connection:
        connection.execute(text("UPDATE threads SET messages = state"))
    with pytest.raises(WrongKey):
        ann.thread("family")
