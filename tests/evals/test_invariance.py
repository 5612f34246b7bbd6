from __future__ import annotations

import re
from pathlib import Path

import pytest

from evals.invariance import VARIANTS, answers_of, trades_of, varied

FILE = (Path(__file__).parents[2] / "evals" / "portfolios" / "book_ortega.csv").read_bytes()
WHO = {
    "filing_status": "married_joint",
    "state": "TX",
    "income": 420000,
    "targets": {"us_equity": 0.5, "intl_equity": 0.15, "bonds": 0.3, "cash": 0.05},
}
PARAPHRASES = [
    ("what if i sell 40 shares of nike", "if I sold 40 NKE what would happen?", "selling 40 nike - tax?"),
    ("is it a wash sale if i sell adobe", "would selling ADBE be a wash sale?", "adobe: wash sale if I sell it?"),
    ("how far am i off target", "how far off target am i?", "what is my drift"),
    ("what losses can i harvest", "which losses can I harvest?", "find losses to harvest"),
]


@pytest.mark.parametrize("name", VARIANTS)
async def test_names_and_the_order_of_rows_change_no_trade(name: str) -> None:
    assert await trades_of(varied(FILE, VARIANTS[name]), WHO) == await trades_of(FILE, WHO)


async def test_another_holding_does_change_the_trades() -> None:
    more = FILE.replace(b"VTI,Vanguard Total Stock Market ETF,us_equity,900", b"VTI,V,us_equity,100")
    assert more != FILE
    assert await trades_of(more, WHO) != await trades_of(FILE, WHO)


@pytest.mark.parametrize("questions", PARAPHRASES, ids=lambda group: group[0])
async def test_one_question_in_other_words_has_the_same_figures(questions: tuple[str, ...]) -> None:
    answers = await answers_of(None, "sample.csv", questions)
    figures = [sorted(re.findall(r"\$?\d[\d,.]*%?", answer)) for answer in answers]
    assert figures[0]
    assert all(found == figures[0] for found in figures)


async def test_the_same_question_twice_has_the_same_answer() -> None:
    question = "how should i rebalance to cut my taxes"
    first, second = await answers_of(WHO, "book_ortega.csv", [question, question])
    assert first == second
