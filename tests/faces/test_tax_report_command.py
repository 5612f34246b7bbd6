"""``lotline tax-report`` as people type it: a file in, a file out, and no traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

HISTORY = (
    "account,account_type,date,action,symbol,quantity,amount\n"
    "Main,{kind},2024-02-01,buy,INTC,40,1760\n"
    "Main,{kind},2026-10-28,sell,INTC,20,660\n"
    "Main,{kind},2026-11-09,buy,INTC,10,341\n"
)
ROW = "20 sh. INTC,02/01/2024,10/28/2026,660.00,880.00,W,110.00,-110.00,D"


def report(*words: str, cwd: Path, kind: str = "taxable") -> subprocess.CompletedProcess[str]:
    (cwd / "trades.csv").write_text(HISTORY.format(kind=kind), encoding="utf-8")
    (cwd / "broken.csv").write_bytes(b"\x00\x01no table")
    kept = {key: value for key, value in os.environ.items() if not key.startswith("LOTLINE_")}
    return subprocess.run(
        [sys.executable, "-m", "assistant", "tax-report", *words],
        capture_output=True,
        text=True,
        check=False,
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        env={**kept, "HOME": str(cwd), "XDG_DATA_HOME": str(cwd), "LOTLINE_TODAY": "2026-11-20"},
    )


def test_the_rows_are_printed_or_written(tmp_path: Path) -> None:
    assert report("trades.csv", cwd=tmp_path).stdout.splitlines()[1:] == [ROW]
    said = report("trades.csv", "--year", "2026", "--format", "xlsx", "--out", "report.xlsx", cwd=tmp_path)
    assert "1 row of 2026 written to report.xlsx. A worksheet, not the filed form." in said.stdout
    assert (tmp_path / "report.xlsx").read_bytes().startswith(b"PK")


def test_an_account_of_unknown_kind_can_be_told(tmp_path: Path) -> None:
    run = report("trades.csv", "--account", "acct-1=taxable", cwd=tmp_path, kind="")
    assert run.stdout.splitlines()[1:] == [ROW]


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (("nowhere.csv",), "No such file"),
        (("broken.csv",), "broken.csv"),
        (("trades.csv", "--format", "pdf"), "no format"),
        (("trades.csv", "--format", "xlsx"), "--out"),
        (("trades.csv", "--year", "2019"), "2019"),
        (("trades.csv", "--year", "2031"), "2031 has not begun"),
        (("trades.csv", "--account", "main"), "acct-1=taxable"),
        (("trades.csv", "--account", "acct-9=taxable"), "acct-9"),
        (("trades.csv", "--out", "no/such/folder/x.csv"), "Cannot write"),
    ],
)
def test_what_cannot_be_done_is_one_line(words: tuple[str, ...], problem: str, tmp_path: Path) -> None:
    run = report(*words, cwd=tmp_path)
    assert run.returncode == 1
    assert "Traceback" not in run.stderr
    (line,) = run.stderr.strip().splitlines()
    assert problem in line


def test_an_account_of_unknown_kind_says_how_to_tell_it(tmp_path: Path) -> None:
    run = report("trades.csv", cwd=tmp_path, kind="")
    assert run.returncode == 1
    assert "--account acct-1=taxable" in run.stderr
