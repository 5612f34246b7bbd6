from __future__ import annotations

import json
from pathlib import Path

import pytest

from evals.schema import BadCase, load_cases
from evals.score import is_sealed
from evals.session import split_by_tools

CASES = Path(__file__).parents[2] / "evals" / "cases"
GOOD = {"id": "a", "category": "c", "turns": ["hi"], "expect": {"tools_all": ["show_holdings"]}}


def write(tmp_path: Path, *rows: object) -> Path:
    path = tmp_path / "mine.jsonl"
    path.write_text("\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows), encoding="utf-8")
    return path


def test_a_broken_line_names_file_line_and_field(tmp_path: Path) -> None:
    path = write(tmp_path, GOOD, "", {**GOOD, "id": "b", "context": {"approve": "perhaps"}})
    with pytest.raises(BadCase, match=r"mine\.jsonl, line 3, field context\.approve"):
        load_cases(path)


def test_a_line_that_is_no_json_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadCase, match="line 2: not JSON"):
        load_cases(write(tmp_path, GOOD, "{"))


@pytest.mark.parametrize("expect", [{}, {"clarify": False, "must_not": []}, {"something_else": 1}])
def test_a_case_with_nothing_to_check_is_an_error(tmp_path: Path, expect: dict[str, object]) -> None:
    with pytest.raises(BadCase, match="nothing to check"):
        load_cases(write(tmp_path, {**GOOD, "expect": expect}))


def test_an_id_used_twice_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(BadCase, match="used twice"):
        load_cases(write(tmp_path, GOOD, GOOD))


def test_unknown_keys_are_kept(tmp_path: Path) -> None:
    (case,) = load_cases(write(tmp_path, {**GOOD, "author": "me", "context": {"mood": "cross"}}))
    kept = case.model_dump()
    assert kept["author"] == "me"
    assert kept["context"]["mood"] == "cross"


def test_no_portfolio_named_is_the_sample_and_null_is_none(tmp_path: Path) -> None:
    named, null = load_cases(write(tmp_path, GOOD, {**GOOD, "id": "b", "context": {"portfolio": None}}))
    assert named.context.sample
    assert not null.context.sample


def test_a_case_whose_tool_is_missing_is_counted_apart(tmp_path: Path) -> None:
    split = split_by_tools(load_cases(write(tmp_path, GOOD, {**GOOD, "id": "b", "needs": "teleport"})))
    assert [case.id for case in split.cases] == ["a"]
    assert split.missing == {"teleport": 1}


def test_our_own_cases_cover_what_they_should() -> None:
    cases = [case for case in load_cases(CASES) if not is_sealed(case)]
    categories = {case.category for case in cases}
    assert len(cases) >= 250
    assert {"load", "holdings", "drift", "harvest", "wash", "what_if", "rebalance", "tax", "profile"} <= categories
    assert {"consent", "injection", "privacy", "clarify", "out_of_scope", "behaviour", "multi_turn"} <= categories
    files = {case.context.portfolio for case in cases}
    wanted = {"retiree.csv", "rsu_employee.csv", "book_ortega.csv", "book_chen.csv"}
    assert wanted | {None} <= files


def test_a_third_of_the_cases_is_sealed() -> None:
    cases = load_cases(CASES)
    assert 3 * sum(is_sealed(case) for case in cases) >= len(cases)


def test_fresh_wordings_are_new_and_sealed() -> None:
    fresh = load_cases(CASES.parent / "wordings")
    said = {" ".join(case.turns).casefold() for case in fresh}
    count, distinct = len(fresh), len(said)
    assert distinct == count >= 200
    assert all(is_sealed(case) for case in fresh)
    # Only their number is compared: a failure must not print what is sealed.
    assert sum(" ".join(case.turns).casefold() in said for case in load_cases(CASES)) == 0


def test_the_sample_file_of_the_evals_is_the_sample_that_opens() -> None:
    ours = CASES.parent / "portfolios" / "sample.csv"
    theirs = CASES.parents[1] / "assistant" / "samples" / "parkers" / "lots.csv"
    assert ours.read_bytes() == theirs.read_bytes()
