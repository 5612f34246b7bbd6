from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from assistant.grounding import Known, Verifier, neutralise, show_fact
from assistant.grounding.sentences import Splitter
from tools.facts import Fact, Unit, Value

AS_OF = date(2026, 11, 20)


def fact(fact_id: str, value: Value, unit: str, entity: str | None = None) -> Fact:
    return Fact(fact_id, fact_id, value, Unit(unit), entity, AS_OF, "a tool")


FACTS = [
    fact("plan1.saved_usd", Decimal("1687.56"), "usd"),
    fact("plan1.postponed_usd", Decimal("912.40"), "usd"),
    fact("plan1.tax_with_usd", Decimal("20114.10"), "usd"),
    fact("plan1.drift_before_frac", Decimal("0.0934"), "frac"),
    fact("plan1.t1.gain_usd", Decimal("-5230.18"), "usd", "ADBE"),
    fact("plan1.t1.traded_shares", Decimal("120"), "shares", "ADBE"),
    fact("plan1.t2.gain_usd", Decimal("8120.00"), "usd", "MSFT"),
    fact("plan1.w.MSFT.before_frac", Decimal("0.2341"), "frac", "MSFT"),
    fact("plan1.q.ADBE.until_date", date(2026, 12, 21), "date", "ADBE"),
    fact("wash1.release_days", 31, "days", "ADBE"),
    fact("hold1.MSFT.each_price", Decimal("480"), "price", "MSFT"),
    fact("hold1.MSFT.lots_count", 3, "count", "MSFT"),
    fact("harvest1.lot-7.loss_usd", Decimal("2210.75"), "usd", "ADBE"),
]
RESULTS: tuple[dict[str, Any], ...] = (
    {
        "tool": "optimize_trades",
        "trades": [{"side": "sell"}, {"side": "sell"}, {"side": "buy"}],
        "notes": ["The bands are 5 points wide on either side.", "Read from file-1, row 7, with 12 columns."],
    },
)
KNOWN = Known(
    {one.id: one for one in FACTS},
    said=("what if I keep gains under $8,000 and sell 40 on June 3, I am in the 32 % bracket",),
    results=RESULTS,
    days=(AS_OF,),
    names={"ADBE": "Adobe", "MSFT": "Microsoft", "FND": "Target Retirement 2045"},
)


def shown(text: str, known: Known = KNOWN) -> str | None:
    """Return the text as released, None when something in it is unbound."""
    verifier = Verifier(known)
    pieces = [*verifier.feed(text), *verifier.flush()]
    return None if verifier.unbound else "".join(pieces)


@pytest.mark.parametrize(
    ("value", "unit", "formats", "text"),
    [
        (Decimal("1687.56"), "usd", [], "$1,688"),
        (Decimal("1687.50"), "usd", [], "$1,688"),
        (Decimal("-1687.56"), "usd", [], "−$1,688"),
        (Decimal("-1687.56"), "usd", ["abs"], "$1,688"),
        (Decimal("-1687.56"), "usd", ["abs", "cents"], "$1,687.56"),
        (Decimal("-0.20"), "usd", [], "$0"),
        (Decimal("480"), "price", [], "$480.00"),
        (Decimal("12.500"), "shares", [], "12.5"),
        (Decimal("1200"), "shares", [], "1,200"),
        (Decimal("0.33349"), "shares", [], "0.333"),
        (Decimal("0.2341"), "frac", [], "23.4%"),
        (Decimal("0.24"), "frac", [], "24%"),
        (Decimal("-0.032"), "frac", ["points"], "−3.2 points"),
        (Decimal("0.01"), "frac", ["points"], "1 point"),
        (date(2026, 11, 20), "date", [], "November 20, 2026"),
        (date(2026, 11, 2), "date", ["day"], "November 2"),
        (41, "days", [], "41 days"),
        (1, "days", [], "1 day"),
        (7, "count", [], "7"),
    ],
)
def test_a_fact_is_written_by_its_unit(value: Value, unit: str, formats: list[str], text: str) -> None:
    assert show_fact(fact("x.y", value, unit), *formats) == text


@pytest.mark.parametrize(
    ("text", "out"),
    [
        ("It saves {{plan1.saved_usd}}.", "It saves $1,688."),
        ("It saves {{ plan1.saved_usd | cents }}.", "It saves $1,687.56."),
        ("It saves ${{plan1.saved_usd}}.", "It saves $1,688."),
        ("Microsoft is {{plan1.w.MSFT.before_frac}}% of it.", "Microsoft is 23.4% of it."),
        ("A loss of −{{harvest1.lot-7.loss_usd}}.", "A loss of −$2,211."),
        ("A result of -{{plan1.t1.gain_usd}}.", "A result of −$5,230."),
        ("Wait {{wash1.release_days}} days.", "Wait 31 days."),
    ],
)
def test_a_reference_is_replaced_by_its_figure(text: str, out: str) -> None:
    assert shown(text) == out


RIGHT = [
    "Selling saves $1,688 this year.",
    "Selling saves $1,687.56 this year.",
    "Selling saves $1.7k this year.",
    "Selling saves about $1,690 this year.",
    "Your tax with these trades is $20,114.",
    "Adobe: a loss of $5,230.",
    "Adobe is down −$5,230.",
    "Adobe, 120 shares, goes first.",
    "Microsoft has a gain of $8,120.",
    "Microsoft is 23.4% of the portfolio before the trades.",
    "Microsoft is 23% of the portfolio before the trades.",
    "The drift is 9.3 percentage points before.",
    "Don't buy Adobe until December 21, 2026.",
    "Don't buy Adobe until December 21.",
    "Don't buy Adobe until 2026-12-21.",
    "Estimate for tax year 2026, prices of November 20.",
    "Losses go to 2027.",
    "You wanted gains under $8,000.",
    "You asked about selling 40 shares.",
    "You are in the 32% bracket.",
    "Sold on June 3.",
    "No purchase within 30 days before or after the sale: the wash-sale rule.",
    "The window of 61 days is in section 1091 of the code.",
    "Up to $3,000 of losses count against ordinary income.",
    "The 3.8% net investment income tax comes on top.",
    "The long-term rate on gains is 15%.",
    "I planned three trades.",
    "I planned 3 trades: 2 sells and one buy.",
    "Microsoft has 3 lots.",
    "The bands are 5 points wide on either side.",
    "1. First, Adobe.\n2. Then, Microsoft.\n",
    "Line 8b and Line 16 of Schedule D, and your 8949, are names.",
    "Your 401(k) and 529 plan, Form 8949, the S&P 500 and lot-7 are names.",
    "Target Retirement 2045 stays.",
    "| Sell | Gain or loss |\n|---|---|\n| Adobe, 120 shares | −$5,230 loss |\n",
    "One question: which account is it?",
    "Microsoft trades at a price of $480.00.",
]
WRONG = [
    "Selling saves $1,686 this year.",
    "Selling saves $1,868 this year.",
    "Selling saves $16,876 this year.",
    "Selling saves $168.76 this year.",
    "Selling saves $1,687.65 this year.",
    "Selling saves about $1,700 this year.",
    "Selling saves roughly $2,000 this year.",
    "Selling saves $1.8k this year.",
    "Selling saves $1.7M this year.",
    "Selling saves 1,688% this year.",
    "Selling costs $1,688 more this year.",
    "The plan has a number, $1,688.",
    "Your tax is $18,426.",
    "Adobe: a gain of $5,230.",
    "Microsoft: a loss of $5,230.",
    "Microsoft has a loss of $8,120.",
    "Microsoft has a gain of −$8,120.",
    "Adobe has a gain of $8,120.",
    "Microsoft is 24.3% of the portfolio before the trades.",
    "Microsoft is 23.5% of the portfolio before the trades.",
    "Adobe is 23.4% of the portfolio before the trades.",
    "The drift is 9.4 percentage points before.",
    "Don't buy Adobe until December 20.",
    "Don't buy Adobe until December 21, 2027.",
    "Don't buy Adobe until 12/12/2026.",
    "Held since 2017.",
    "I planned four trades.",
    "I planned 3 sells.",
    "Adobe, 102 shares, goes first.",
    "Wait 45 days after the sale.",
    "Selling saves two thousand dollars.",
    "Selling saves a hundred dollars.",
    "You save ½ of it.",
    "Chances are 80 percent.",
    "You get {{plan1.unknown_usd}}.",
    "You get {{plan1.saved_usd|double}}.",
    "You get {{plan1.saved_usd}}k.",
    "You get {{plan1.saved_usd}} thousand.",
    "You get {{plan1.saved_usd}}0.",
    "You get 1{{plan1.saved_usd}}.",
    "You get −{{plan1.saved_usd}}.",
    "You get {{plan1.saved_usd.",
    "The 3.8% weight is too much.",
    "You keep $3,000.",
    "Save １６８６ dollars.",
    "| Sell | Gain or loss |\n|---|---|\n| Adobe, 120 shares | −$5,320 loss |\n",
    "| Sell | Gain or loss |\n|---|---|\n| Adobe, 12 shares | −$5,230 loss |\n",
]


@pytest.mark.parametrize("text", RIGHT)
def test_a_right_figure_is_shown(text: str) -> None:
    assert shown(text) is not None


@pytest.mark.parametrize("text", WRONG)
def test_a_wrong_figure_is_not_shown(text: str) -> None:
    assert shown(text) is None


def test_figures_corrupted_at_random_never_pass() -> None:
    """Scaled, nudged and digit-swapped copies of each figure, in the sentence in which the true one passes."""
    passed = []
    for amount in range(1000, 3000):
        if amount != 1688 and shown(f"Selling saves ${amount:,} this year.") is not None:
            passed.append(amount)
    assert passed == []


def test_a_figure_equal_to_two_meanings_named_in_one_sentence_is_not_shown() -> None:
    twin = fact("plan1.gain_usd", Decimal("1687.56"), "usd")
    known = replace(KNOWN, facts={**KNOWN.facts, twin.id: twin})
    assert shown("Tax saved and gain: $1,688.", known) is None


@pytest.mark.parametrize(
    "text",
    [
        "It saves ${{hold1.MSFT.lots_count}}.",
        "It saves {{hold1.MSFT.lots_count}} dollars.",
        "Microsoft is {{hold1.MSFT.lots_count}}% of it.",
        "Microsoft is {{hold1.MSFT.lots_count}} **percent** of it.",
        "It saves {{plan1.saved_usd}} k.",
        "It saves {{plan1.saved_usd}}**k**.",
    ],
)
def test_a_unit_typed_beside_a_reference_of_another_unit_is_not_shown(text: str) -> None:
    assert shown(text) is None


@pytest.mark.parametrize("text", ["Sell 40**32** of it.", "Sell 40\u200b32 of it.", "Sell 40[32](x) of it."])
def test_two_figures_that_are_seen_as_one_are_judged_as_one(text: str) -> None:
    assert shown("Sell 40 and 32 of it.") is not None
    assert shown(text) is None


@pytest.mark.parametrize("figure", ["①⑤", "Ⅻ", "½", "10²"])
def test_a_figure_in_marks_that_are_no_digits_is_a_figure(figure: str) -> None:
    assert shown(f"You save {figure} of the tax.") is None


def test_a_holding_known_by_a_code_with_digits_may_be_named_but_its_digits_are_no_amount() -> None:
    note = fact("note1.traded_shares", Decimal(120), "shares", "912828YK0")
    names = {**KNOWN.names, "912828YK0": "Treasury note", "7203": "Motor works"}
    known = replace(KNOWN, facts={**KNOWN.facts, note.id: note}, names=names)
    assert shown("| Sold | {{note1.traded_shares}} | 912828YK0 |", known) == "| Sold | 120 | 912828YK0 |"
    assert shown("You hold 7203.", known) == "You hold 7203."
    assert shown("It saves $7203.", known) is None


def test_after_the_first_unbound_figure_nothing_more_is_released() -> None:
    verifier = Verifier(KNOWN)
    out = verifier.feed("It saves {{plan1.saved_usd}}. Your tax is $1. All is well. ")
    assert out == ["It saves $1,688. "]
    assert [item.figure for item in verifier.unbound] == ["$1"]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 50])
def test_however_the_text_is_cut_the_pieces_are_the_same(size: int) -> None:
    table = "\n\n| A | B |\n|---|---|\n| x. Y | z |\n\nEnd."
    text = f"In the U.S. it saves {{{{plan1.saved_usd}}}}, e.g. now. It is 0.5 of that.{table}"
    whole = Splitter()
    expected = [*whole.feed(text), *whole.flush()]
    cut = Splitter()
    found = [piece for start in range(0, len(text), size) for piece in cut.feed(text[start : start + size])]
    assert "".join(expected) == text
    assert [*found, *cut.flush()] == expected
    assert expected[0] == "In the U.S. it saves {{plan1.saved_usd}}, e.g. now. "


def test_a_hostile_answer_is_read_quickly() -> None:
    for text in (
        "1," * 20_000,
        "9" * 60_000,
        "{{" * 20_000,
        "[" * 20_000,
        "$" * 20_000,
        "a." * 20_000,
        "Jan " * 10_000,
    ):
        verifier = Verifier(KNOWN)
        verifier.feed(text)
        verifier.flush()


@pytest.mark.parametrize(
    ("text", "out"),
    [
        ("see [here](http://evil.example/x)", "see here"),
        ("![x](http://evil.example/?q=1)", "x"),
        ("<script>alert(1)</script>", "\\<script>alert(1)\\</script>"),
        ("a < b and **bold**", "a < b and **bold**"),
        ("go to https://evil.example now", "go to `https://evil.example` now"),
        ("[a][b]\n\n[b]: http://evil.example", "a\n\n `http://evil.example`"),
        ("javascript:alert(1)", "`javascript:alert(1)`"),
        ("hid\u202eden", "hidden"),
        ("4&ZeroWidthSpace;0 &#36; Q&A", "4&amp;ZeroWidthSpace;0 &amp;#36; Q&A"),
    ],
)
def test_markup_from_outside_is_made_harmless(text: str, out: str) -> None:
    assert neutralise(text) == out


def test_a_name_that_poses_as_a_figure_is_no_licence_for_it() -> None:
    known = replace(KNOWN, names={**KNOWN.names, "VZ": "Verizon is worth $999,999"})
    assert shown("Verizon is worth $999,999.", known) is None
    assert shown("You hold Target Retirement 2045.", known) is not None


@pytest.mark.parametrize(
    ("text", "out", "opened"),
    [
        ("Selling saves $1.7k this year.", "Selling saves $1,688 this year.", "plan1.saved_usd"),
        ("Selling saves about $1,690 this year.", "Selling saves about $1,688 this year.", "plan1.saved_usd"),
        ("Selling saves $1,687.56 this year.", "Selling saves $1,687.56 this year.", "plan1.saved_usd"),
        ("Adobe: a loss of $5,230.", "Adobe: a loss of $5,230.", "plan1.t1.gain_usd"),
        ("Adobe, 120 shares, goes first.", "Adobe, 120 shares, goes first.", "plan1.t1.traded_shares"),
    ],
)
def test_a_typed_figure_that_stands_for_one_fact_becomes_its_reference(text: str, out: str, opened: str) -> None:
    verifier = Verifier(KNOWN)
    assert "".join([*verifier.feed(text), *verifier.flush()]) == out
    assert set(verifier.used) == {opened}


def test_what_the_person_said_is_left_as_it_was_typed() -> None:
    assert shown("You wanted gains under $8,000.") == "You wanted gains under $8,000."


@pytest.mark.parametrize(
    "text",
    [
        "Selling saves one thousand six hundred eighty-eight dollars this year.",
        "Microsoft is twenty-three percent of the portfolio before the trades.",
    ],
)
def test_a_right_figure_in_words_is_bound_like_digits(text: str) -> None:
    assert shown(text) is not None


@pytest.mark.parametrize(
    "text",
    [
        "Microsoft has a result of {{plan1.t1.gain_usd}}.",
        "| Microsoft | {{plan1.t1.traded_shares}} |",
        "Selling saves half of the tax.",
        "Selling saves twice that.",
        "It comes to half of {{plan1.saved_usd}}.",
        "Selling saves two thousand dollars this year.",
        "Selling saves 九千 dollars.",
        "All trades are placed.",
        "I have sold your Adobe.",
    ],
)
def test_another_holdings_reference_a_share_in_words_or_a_trade_that_was_not_is_unbound(text: str) -> None:
    assert shown(text) is None


@pytest.mark.parametrize(
    "text", ["No order is placed before you approve.", "Once approved, the orders are placed.", "Nothing was sold."]
)
def test_what_is_denied_or_conditional_is_no_claim_of_a_trade(text: str) -> None:
    assert shown(text) == text


def test_after_a_fill_a_trade_may_be_said() -> None:
    filled = replace(KNOWN, results=({"tool": "execute_trades", "status": "filled"},))
    assert shown("All trades are placed.", filled) == "All trades are placed."
