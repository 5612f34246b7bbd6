from __future__ import annotations

import json

import pytest

from assistant.redaction import Redactor

LABELS = {
    "Ottilie Vandermeer": "person-1",
    "Will Vandermeer": "person-2",
    "Grace Hopewell": "person-3",
    "Brokerage …9917": "acct-1",
    "Individual 4433-9917": "acct-2",
    "Roth IRA": "acct-3",
    "ottilie_lots.csv": "file-1",
}
REDACTOR = Redactor(LABELS, ["Hopewell Mining", "Zebra Holdings"], ["ZEB", "WILL"], {"acct-3": "Roth IRA"})


@pytest.mark.parametrize(
    ("said", "hidden"),
    [
        ("Ottilie Vandermeer owns it", "person-1 owns it"),
        ("ottilie's IRA", "person-1's IRA"),
        ("OTTILIE", "person-1"),
        ("the Vandermeers", "the Vandermeers"),
        ("ask Will about it", "ask person-2 about it"),
        ("will it be taxed", "will it be taxed"),
        ("Will it be taxed?", "Will it be taxed?"),
        ("Grace said so", "Grace said so"),
        ("sold by Grace", "sold by person-3"),
        ("Brokerage …9917", "acct-1"),
        ("brokerage …9917 holds it", "acct-1 holds it"),
        ("the account …9917", "the account acct-1"),
        ("account xxx9917", "account acct-1"),
        ("number 4433-9917", "number acct-2"),
        ("number 44339917", "number acct-2"),
        ("sell 9917 shares", "sell 9917 shares"),
        ("in my Roth IRA", "in my Roth IRA"),
        ("from ottilie_lots.csv", "from file-1"),
        ("/home/ottilie/x/lots.csv", "[path]"),
        ("see ~/taxes/2025.pdf now", "see [path] now"),
        ("C:\\Users\\me\\lots.csv", "[path]"),
        ("D:/tax/lots.csv", "[path]"),
        ("\\\\server\\share\\lots.csv", "[path]"),
        ("mail me at a.b+c@example.co.uk", "mail me at [email]"),
        ("ssn 123-45-6789", "ssn [number]"),
        ("call (512) 555-0134", "call [phone]"),
        ("call 512-555-0134 today", "call [phone] today"),
        ("account Z12345678", "account [number]"),
        ("account 123456789012", "account [number]"),
        ("account number 5521", "account number [number]"),
        ("card 1234-5678", "card [number]"),
        ("ending in 5521", "ending in [number]"),
        ("I have $12345678 in all", "I have $12345678 in all"),
        ("sell 12345678 shares", "sell 12345678 shares"),
        ("$1,234,567.89 or 1234567.89", "$1,234,567.89 or 1234567.89"),
        ("on 2026-11-20 and 11/20/2026", "on 2026-11-20 and 11/20/2026"),
        ("gains and/or losses", "gains and/or losses"),
        ("Hopewell Mining is up", "Hopewell Mining is up"),
        ("Ms Hopewell is up", "Ms person-3 is up"),
        ("WILL is up", "WILL is up"),
        ("Zebra {{hold1.WILL.value_usd}}", "Zebra {{hold1.WILL.value_usd}}"),
        ("401(k) and 529", "401(k) and 529"),
    ],
)
def test_private_strings_become_labels_and_the_rest_stays(said: str, hidden: str) -> None:
    assert REDACTOR.hide(said) == hidden


def test_a_surname_of_two_people_names_neither() -> None:
    assert REDACTOR.hide("call Mrs Vandermeer") == "call Mrs [name]"


def test_figures_ids_and_symbols_of_a_result_stay_and_its_words_are_hidden() -> None:
    result = {
        "id": "hold1.WILL",
        "symbol": "WILL",
        "value_usd": "12345678.90",
        "held_shares": "123456789",
        "account": "Brokerage …9917",
        "where": "ottilie_lots.csv, row 4",
        "number": "123456789",
        "nested": [{"owner": "Ottilie Vandermeer"}],
    }
    assert json.loads(REDACTOR.hide_json(json.dumps(result))) == {
        "id": "hold1.WILL",
        "symbol": "WILL",
        "value_usd": "12345678.90",
        "held_shares": "123456789",
        "account": "acct-1",
        "where": "file-1, row 4",
        "number": "[number]",
        "nested": [{"owner": "person-1"}],
    }


def test_labels_become_names_again_for_the_person() -> None:
    assert REDACTOR.show("acct-1 of person-1, acct-3") == "Brokerage …9917 of Ottilie Vandermeer, Roth IRA"


def test_a_name_cannot_bring_markup_onto_the_page() -> None:
    shown = Redactor({"[x](http://evil) | <img src=x>": "acct-1"}).show("in acct-1")
    assert shown == "in \\[x\\](http://evil) \\| \\<img src=x\\>"


def test_hiding_twice_changes_nothing_more() -> None:
    once = REDACTOR.hide("Ottilie, Brokerage …9917, /home/o/x.csv, 123456789")
    assert REDACTOR.hide(once) == once


def test_a_long_hostile_text_is_hidden_quickly() -> None:
    REDACTOR.hide("/" * 50_000 + "a@" * 20_000 + "1-" * 20_000)


def test_the_names_that_a_person_gave_to_targets_are_hidden_too() -> None:
    call = {"targets": {"Ottilie Vandermeer": 0.1, "ZEB": 0.9}, "symbol": "ZEB"}
    assert REDACTOR.hide_value(call) == {"targets": {"person-1": 0.1, "ZEB": 0.9}, "symbol": "ZEB"}
