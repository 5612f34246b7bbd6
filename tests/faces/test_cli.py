"""The command as people type it: in its own process, where it may not show a traceback."""

from __future__ import annotations

import json
import os
import pty
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = ("chainlit", "langchain_core", "openai", "cvxpy", "pandas", "numpy", "plotly", "pydantic")


def lotline(*words: str, cwd: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("LOTLINE_")}
    return subprocess.run(
        [sys.executable, "-m", "assistant", *words],
        capture_output=True,
        text=True,
        check=False,
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        env={**kept, "HOME": str(cwd), "XDG_DATA_HOME": str(cwd), **settings},
    )


def the_one_line(run: subprocess.CompletedProcess[str]) -> str:
    """Return the problem, after checking that it is one line and exit code 1."""
    assert run.returncode == 1
    assert "Traceback" not in run.stderr
    (line,) = run.stderr.strip().splitlines()
    return line


def test_help_names_the_commands_and_version_the_version(tmp_path: Path) -> None:
    shown = lotline("--help", cwd=tmp_path).stdout
    assert all(command in shown for command in ("chat", "ask", "plan"))
    assert lotline("--version", cwd=tmp_path).stdout.startswith("lotline 0.")


def test_nothing_heavy_is_imported_before_a_command_needs_it() -> None:
    probe = "import sys, assistant.faces.cli; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True).stdout.split()
    assert set(HEAVY) & set(loaded) == set()


def test_a_file_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    assert "Cannot read nowhere.csv: No such file or directory." in the_one_line(
        lotline("plan", "nowhere.csv", cwd=tmp_path)
    )


def test_a_setting_that_makes_no_sense_names_the_variable(tmp_path: Path) -> None:
    assert "LOTLINE_PORT" in the_one_line(lotline("chat", cwd=tmp_path, LOTLINE_PORT="many"))


def test_a_taken_port_is_said_and_another_offered(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        line = the_one_line(lotline("chat", "--port", str(port), cwd=tmp_path))
    assert f"Port {port} is taken" in line
    assert "lotline chat --port" in line
    assert list(tmp_path.iterdir()) == []


def test_on_a_terminal_the_other_port_is_taken_when_agreed_and_ctrl_c_ends_it_quietly(tmp_path: Path) -> None:
    ours, terminal = pty.openpty()
    with socket.create_server(("127.0.0.1", 0)) as other:
        process = subprocess.Popen(
            [sys.executable, "-m", "assistant", "chat", "--port", str(other.getsockname()[1])],
            stdin=terminal,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=tmp_path,
            env={**os.environ, "HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path / "data")},
        )
        os.write(ours, b"y\n")
        assert process.stdout is not None
        opened = process.stdout.readline()
    assert re.search(r"Use \d+ instead\? .*Lotline is open at http://localhost:\d+ \(Ctrl-C ends it\)", opened)
    process.send_signal(signal.SIGINT)
    rest, _ = process.communicate(timeout=30)
    assert rest == ""
    assert process.returncode == 0
    assert [path.name for path in tmp_path.iterdir()] == ["data"]
    os.close(ours)
    os.close(terminal)


@pytest.mark.parametrize(
    "content", [b"", b"\x00\x01\x02" * 50, b"hello,world\n1,2\n"], ids=["empty", "binary", "other"]
)
def test_a_file_without_lots_fails_in_words(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "file.csv").write_bytes(content)
    run = lotline("plan", "file.csv", cwd=tmp_path)
    assert run.returncode == 1
    assert "Traceback" not in run.stdout + run.stderr
    assert "file.csv" in run.stdout + run.stderr


def test_data_carries_text_facts_calls_and_the_model(tmp_path: Path) -> None:
    run = lotline("ask", "what do I hold?", "--json", cwd=tmp_path)
    said = json.loads(run.stdout)
    assert said["model"] == "Lotline's built-in model"
    assert "show_holdings" in [call["tool"] for call in said["calls"]]
    total = next(fact for fact in said["facts"] if fact["id"].endswith(".value_usd") and fact["entity"] is None)
    assert f"${float(total['value']):,.0f}" in said["text"]
    assert (total["unit"], total["as_of"]) == ("usd", "2026-11-20")
    assert [path.name for path in tmp_path.iterdir()] == []


def test_a_plan_of_an_own_file_takes_its_facts_from_the_options(tmp_path: Path) -> None:
    (tmp_path / "mine.csv").write_text(
        "account,account_type,owner,symbol,name,asset_class,quantity,cost_per_share,acquired,price\n"
        "Mine,taxable,self,AAAA,Alpha Works,us_equity,100,50,2020-01-15,40\n"
        "Mine,taxable,self,BBBB,Beta Works,us_equity,100,30,2020-01-15,40\n"
    )
    run = lotline(
        "plan", "mine.csv", "--target", "AAAA=50%", "--target", "BBBB=50%", "--status", "single",
        "--income", "150000", "--state", "TX", "--json", cwd=tmp_path, LOTLINE_TODAY="2026-11-20",
    )  # fmt: skip
    said = json.loads(run.stdout)
    profile = next(call for call in said["calls"] if call["tool"] == "set_profile")
    assert profile["inputs"]["filing_status"] == "single"
    assert "optimize_trades" in [call["tool"] for call in said["calls"]]
    assert said["text"]


def test_a_model_that_cannot_be_reached_ends_in_one_sentence_and_no_traceback(tmp_path: Path) -> None:
    away = {"LOTLINE_MODEL": "any", "LOTLINE_BASE_URL": "http://127.0.0.1:9", "LOTLINE_API_KEY": "k"}
    found = lotline("ask", "what do I hold?", cwd=tmp_path, **away)
    assert found.returncode == 1
    assert "could not be reached" in found.stdout
    assert "Traceback" not in found.stdout + found.stderr
