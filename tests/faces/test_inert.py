"""Text from files comes out inert wherever it goes: exports, the terminal, the terminal's data."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

HOSTILE = ("=HYPERLINK(A1)", "+1+1", "@SUM(A1)", "<script>x</script>", "[bold]y[/bold]", "[link=http://e]z[/link]")
"""A formula, mark-up of a page and mark-up of the terminal."""


def history(text: str) -> str:
    cell = '"' + text.replace('"', '""') + '"'
    return (
        "account,account_type,date,action,symbol,name,quantity,amount\n"
        f"{cell},taxable,2024-02-01,buy,INTC,{cell},40,1760\n"
        f"{cell},taxable,2026-10-28,sell,INTC,{cell},20,660\n"
    )


def lots(text: str) -> str:
    cell = '"' + text.replace('"', '""') + '"'
    return (
        "account,account_type,symbol,name,quantity,cost_per_share,acquired,price\n"
        f"{cell},taxable,INTC,{cell},40,44,2024-02-01,33\n{cell},taxable,{cell},{cell},4,4,2024-02-01,3\n"
    )


def run(*words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("LOTLINE_")}
    env = {**kept, "HOME": str(cwd), "XDG_DATA_HOME": str(cwd), "LOTLINE_TODAY": "2026-11-20", "FORCE_COLOR": "1"}
    command = [sys.executable, "-m", "assistant", *words]
    return subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=cwd, stdin=subprocess.DEVNULL, env=env
    )


@pytest.mark.parametrize("text", HOSTILE)
def test_no_cell_of_an_export_starts_a_formula(text: str, tmp_path: Path) -> None:
    (tmp_path / "trades.csv").write_text(history(text), encoding="utf-8")
    for kind in ("csv", "xlsx", "json", "txf"):
        out = run("tax-report", "trades.csv", "--format", kind, "--out", f"report.{kind}", cwd=tmp_path)
        assert out.returncode == 0, out.stderr
    rows = [*csv.reader(io.StringIO((tmp_path / "report.csv").read_text(encoding="utf-8")))]
    book = openpyxl.load_workbook(tmp_path / "report.xlsx")
    cells = [str(cell.value or "") for sheet in book for row in sheet.iter_rows() for cell in row]
    kinds = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}
    assert "f" not in kinds
    for cell in (*cells, *(cell for row in rows for cell in row)):
        assert not re.match(r"[=+@\t\r]|-(?![\d.])", cell), cell
    assert json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    lines = (tmp_path / "report.txf").read_text(encoding="utf-8").splitlines()
    assert all(re.match(r"V042|A|D|\^|T|N|C|L|P|\$", line) for line in lines if line)


@pytest.mark.parametrize("text", HOSTILE)
def test_the_terminal_shows_mark_up_as_it_stands_or_not_at_all(text: str, tmp_path: Path) -> None:
    (tmp_path / "lots.csv").write_text(lots(text), encoding="utf-8")
    shown = run("ask", "what do I hold?", "--file", "lots.csv", cwd=tmp_path)
    assert shown.returncode == 0, shown.stderr
    assert "1,320" in shown.stdout  # 40 x 33
    assert "Traceback" not in shown.stderr
    assert "\x1b]8;" not in shown.stdout
    assert not re.search(r"\x1b\[1m[^\x1b]{0,3}y\x1b", shown.stdout)
    assert not re.search(r"^\s*[=+@]", shown.stdout, re.M)
