"""The page itself, around a scripted conversation: what it shows, sends and never does."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.browser
STARTER = "How should I rebalance to cut my taxes?"


@pytest.fixture
def open_page(page: Any, scripted_url: str) -> Any:
    page.goto(scripted_url)
    page.get_by_role("button", name=STARTER, exact=True).wait_for()
    return page


def say(page: Any, text: str) -> None:
    page.locator("#chat-input").click()
    page.keyboard.type(text)
    page.keyboard.press("Enter")


def button(page: Any, name: str) -> Any:
    return page.get_by_role("button", name=name, exact=True)


def planned(page: Any) -> Any:
    button(page, STARTER).click()
    button(page, "Approve").wait_for()
    return page


def test_the_header_names_the_household_the_day_and_the_model(open_page: Any) -> None:
    header = open_page.locator("#lotline-source").inner_text()
    assert "Scripted household, prices of November 20, 2026" in header
    assert "Scripted model (nothing leaves this machine)" in header
    assert open_page.title() == "Lotline: Scripted household, prices of November 20, 2026"


def test_a_click_is_shown_as_the_persons_own_words(open_page: Any) -> None:
    said = planned(open_page).locator('[data-step-type="user_message"]')
    assert said.all_inner_texts() == [STARTER]


def test_nothing_is_asked_of_any_other_host(open_page: Any) -> None:
    planned(open_page).locator(".js-plotly-plot").wait_for()
    here = re.compile(r"(https?|wss?)://localhost:\d+/|data:|blob:")
    assert open_page.asked
    assert [url for url in open_page.asked if not here.match(url)] == []
    assert "googleapis" not in open_page.content()


def test_the_card_holds_the_trades_and_loses_its_buttons_when_approved(open_page: Any) -> None:
    card = planned(open_page).locator("table").last.inner_text()
    for part in ("Alpha Industries, lot of March 3, 2021", "$4,800", "Gamma Fund", "31"):
        assert part in card
    button(open_page, "Approve").click()
    open_page.get_by_text("Filled on paper: plan a1b2c3.").wait_for()
    for name in ("Approve", "Change something", "Not now"):
        assert button(open_page, name).count() == 0
    assert "Gamma Fund" in open_page.locator("table").last.inner_text()


def test_not_now_declines_and_change_says_how(open_page: Any) -> None:
    planned(open_page)
    button(open_page, "Change something").click()
    open_page.get_by_text("Say what should be different").wait_for()
    assert button(open_page, "Approve").count() == 1
    button(open_page, "Not now").click()
    open_page.get_by_text("Left as it is: plan a1b2c3.").wait_for()
    assert button(open_page, "Approve").count() == 0


def test_a_newer_card_takes_the_buttons_of_the_older(open_page: Any) -> None:
    planned(open_page)
    button(open_page, STARTER).first.click()
    open_page.get_by_text("This year's tax:").nth(1).wait_for()
    open_page.get_by_text("Figures in this answer").nth(1).wait_for()
    assert button(open_page, "Approve").count() == 1


def test_steps_tables_and_figures_open(open_page: Any) -> None:
    planned(open_page)
    for name, part in {
        "Look for losses": "loss_usd",
        "Table: Weights before and after": "41.0%",
        "Figures in this answer (1)": "plan1.saved_usd",
    }.items():
        assert open_page.get_by_text(part).count() == 0
        open_page.get_by_role("button", name=name).click()
        open_page.get_by_text(part).first.wait_for()


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("crash please", "Something went wrong here, and nothing was changed."),
        ("a problem please", "The rate 240% is not possible. Give one between 0 and 100."),
    ],
)
def test_what_goes_wrong_is_said_in_words_and_the_page_goes_on(open_page: Any, words: str, answer: str) -> None:
    say(open_page, words)
    open_page.get_by_text(answer).wait_for()
    assert "ZeroDivisionError" not in open_page.content()
    assert "secret detail" not in open_page.content()
    say(open_page, "and now?")
    open_page.get_by_text("You hold two names.").wait_for()


def test_markup_in_an_answer_or_a_question_is_text(open_page: Any) -> None:
    say(open_page, "hostile <img src=x onerror=alert(1)> **bold**")
    open_page.get_by_text("You said:").wait_for()
    assert "hacked" not in open_page.title()
    assert open_page.locator('img[src="x"], a[href^="javascript"]').count() == 0
    assert "**bold**" in open_page.locator('[data-step-type="user_message"]').inner_text()


def test_several_files_arrive_with_the_words_beside_them(open_page: Any, tmp_path: Path) -> None:
    for name in ("one.csv", "two.txt"):
        (tmp_path / name).write_text("symbol,quantity\n")
    open_page.locator('[id="#upload-drop-input"]').set_input_files([tmp_path / "one.csv", tmp_path / "two.txt"])
    open_page.get_by_text("two.txt").first.wait_for()
    say(open_page, "these are mine")
    open_page.get_by_text("Read one.csv (16 bytes), two.txt (16 bytes) with “these are mine”.").wait_for()
    button(open_page, "Taxable").click()
    open_page.get_by_text("You hold two names.").wait_for()
    assert open_page.locator('[data-step-type="user_message"]').last.inner_text().strip() == "Taxable"


def test_the_settings_panel_shows_what_is_known_and_sends_what_is_set(open_page: Any) -> None:
    open_page.locator("#chat-settings-open-modal").click()
    dialog = open_page.get_by_role("dialog")
    assert "Married, filing jointly" in dialog.inner_text()
    dialog.locator("#income").fill("250000")
    dialog.get_by_role("button", name="Confirm").click()
    open_page.get_by_text("Noted: filing_status = married_joint, income = 250000, state = TX").wait_for()


def test_the_page_reads_in_the_dark_and_on_a_phone(open_page: Any) -> None:
    open_page.evaluate("localStorage.setItem('vite-ui-theme', 'dark')")
    open_page.set_viewport_size({"width": 390, "height": 800})
    open_page.reload()
    button(open_page, STARTER).wait_for()
    assert "dark" in open_page.locator("html").get_attribute("class")
    planned(open_page)
    assert open_page.evaluate("document.documentElement.scrollWidth") <= 390
