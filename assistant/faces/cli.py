"""The ``lotline`` command. Imports what a command needs only when that command runs."""

from __future__ import annotations

import os
import re
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assistant.faces.kept import audit, forget, keeping, meter, threads
from tools.errors import LotlineError

if TYPE_CHECKING:
    from assistant.conversation import Conversation
    from assistant.faces.terminal import Printer, Transcript
    from assistant.settings import Settings

STARTER = "How should I rebalance to cut my taxes?"

app = typer.Typer(
    name="lotline",
    help="What to sell, lot by lot, and what it does to your tax. Runs here; asks no service unless told to.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.add_typer(audit)
app.command()(threads)
app.command()(forget)
Files = Annotated[list[Path] | None, typer.Option("--file", help="A broker's file; repeat for several.")]
InThread = Annotated[str | None, typer.Option("--thread", help="Keep the conversation under this name, or go on.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print data instead of text: text, facts, calls, model.")]


@app.callback(invoke_without_command=True)
def options(version: Annotated[bool, typer.Option("--version", help="Print the version and stop.")] = False) -> None:
    """What to sell, lot by lot, and what it does to your tax."""
    if version:
        from importlib.metadata import version as installed

        typer.echo(f"lotline {installed('lotline')}")
        raise typer.Exit


@app.command()
def chat(
    port: Annotated[int | None, typer.Option(help="Port of the page; 8000 unless set.", min=1, max=65535)] = None,
    host: Annotated[str | None, typer.Option(help="Address to serve; this machine only unless set.")] = None,
) -> None:
    """Open the chat page with the sample household."""
    from assistant.faces.port import PortTaken, listen

    settings = read_settings()
    where = host or settings.host
    try:
        door = listen(where, port or settings.port)
    except PortTaken as taken:
        if taken.free is None or not (sys.stdin.isatty() and typer.confirm(f"{taken.what} Use {taken.free} instead?")):
            raise
        door = listen(where, taken.free)
    _serve(settings, where, door)


@app.command()
def ask(question: str, file: Files = None, as_json: AsJson = False, thread: InThread = None) -> None:
    """Answer one question about the sample household, or about your own files."""
    _talk(lambda conversation: [("say", question)], file or [], as_json, question, thread)


@app.command()
def plan(
    files: Annotated[list[Path] | None, typer.Argument(help="Broker's files; the sample household without.")] = None,
    target: Annotated[list[str] | None, typer.Option(help="For example --target VTI=60% --target BND=40%.")] = None,
    status: Annotated[str | None, typer.Option(help="Filing status: single, married_joint, ...")] = None,
    income: Annotated[str | None, typer.Option(help="Taxable income of the year in dollars, without trades.")] = None,
    state: Annotated[str | None, typer.Option(help="State, two letters.")] = None,
    as_json: AsJson = False,
) -> None:
    """Plan the trades that cut your tax and bring you nearer to your targets."""
    targets = ", ".join(item.replace("=", " ") for item in target or [])
    known = {"filing_status": status, "income": income, "state": state, "targets": targets}
    form = {field: value for field, value in known.items() if value}
    _talk(lambda _: [*([("form", form)] if form else []), ("say", STARTER)], files or [], as_json)


@app.command("tax-report")
def tax_report(
    files: Annotated[list[Path], typer.Argument(help="Brokers' histories and realized or 1099-B reports.")],
    year: Annotated[int | None, typer.Option(help="Tax year; this year unless set.")] = None,
    format_name: Annotated[str, typer.Option("--format", help="csv, xlsx, json or txf.")] = "csv",
    out: Annotated[Path | None, typer.Option(help="File to write; printed unless set.")] = None,
    account: Annotated[list[str] | None, typer.Option(help="Kind of an account: --account acct-1=taxable.")] = None,
    whole_dollars: Annotated[bool, typer.Option("--whole-dollars", help="Round as the form allows.")] = False,
) -> None:
    """Write a year's sales as Form 8949 rows with Schedule D: a worksheet, not the filed form."""
    from assistant.faces.papers import Wanted, write_report

    wanted = Wanted(year, format_name, out, tuple(account or ()), whole_dollars)
    typer.echo(write_report(_read(files), _today(read_settings()), wanted))


@app.command()
def doctor() -> None:
    """Check solver, files, database, time and the model; exit code 1 when something does not work."""
    from assistant.adapters.store.opened import data_folder
    from assistant.doctor import machine_checks, server_checks
    from assistant.model import choose_model

    settings, good = read_settings(), True
    for finding in machine_checks(settings, _today(settings), data_folder(settings)):
        typer.echo(finding.line)
        good = good and finding.ok
    chosen = choose_model(settings)
    typer.echo(f"     model: {chosen.label} answers.")
    for finding in server_checks(chosen.model, chosen.host) if chosen.host else ():
        typer.echo(finding.line)
        good = good and finding.ok
    if not good:
        raise typer.Exit(1)


def main() -> None:
    """Run the command; every problem is one line and exit code 1, never a traceback."""
    try:
        _add_commands()
        app()
    except LotlineError as error:
        _fail(str(error))
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:  # the last stop before a traceback on the terminal
        if os.environ.get("LOTLINE_DEBUG"):
            raise
        _fail(f"Lotline failed: {type(error).__name__}: {error}. Set LOTLINE_DEBUG=1 to see where.")


def _add_commands() -> None:
    """Add the commands that other packages of the project bring along."""
    from importlib.metadata import entry_points

    for point in entry_points(group="lotline.commands"):
        app.command(name=point.name)(point.load())


def _fail(problem: str) -> None:
    # The page's words are escaped for Markdown; a terminal shows them plain.
    print(re.sub(r"\\([\W_])", r"\1", " ".join(problem.split())), file=sys.stderr)
    sys.exit(1)


def read_settings() -> Settings:
    """Return the settings of the environment.

    Raises:
        LotlineError: One of them cannot be used.
    """
    from pydantic import ValidationError

    from assistant.settings import Settings

    try:
        return Settings()
    except ValidationError as error:
        wrong = error.errors()[0]
        name = "LOTLINE_" + "_".join(str(part) for part in wrong["loc"]).upper()
        raise LotlineError(f"{name} cannot be used: {wrong['msg']}.", "Change or unset it.") from error


def _today(settings: Settings) -> date:
    from assistant.faces.clock import today_in_new_york

    return settings.today or today_in_new_york()


def _read(paths: list[Path]) -> list[tuple[str, bytes]]:
    try:
        return [(path.name, path.read_bytes()) for path in paths]
    except OSError as error:
        raise LotlineError(
            f"Cannot read {error.filename}: {error.strerror}.", "Check the path and the permissions."
        ) from error


def _talk(turns: Any, paths: list[Path], as_json: bool, first_words: str = "", thread: str | None = None) -> None:
    """Hold a short conversation, print it, and end; a turn that broke off ends in exit code 1.

    Without a thread nothing is kept but the day's count of a model on a server, and what keeps is imported only then.
    """
    import asyncio
    import logging

    from assistant.adapters.engine import InlineEngine
    from assistant.faces.terminal import Printer, Transcript
    from assistant.start import open_conversation

    logging.basicConfig(level=logging.DEBUG if os.environ.get("LOTLINE_DEBUG") else logging.CRITICAL)
    files, settings = _read(paths), read_settings()
    transcript, printer = Transcript(), None if as_json else Printer()
    kept = keeping(settings) if thread else None
    conversation = open_conversation(
        settings, _today(settings), InlineEngine(), not files, kept, thread, meter(settings)
    )
    if printer is not None:
        for event in conversation.welcome_back():
            printer.show(event)
    asyncio.run(_hold(conversation, files, first_words, turns(conversation), transcript, printer))
    if as_json:
        typer.echo(transcript.as_json())
    if transcript.failed:
        sys.exit(1)


async def _hold(
    conversation: Conversation,
    files: list[tuple[str, bytes]],
    first_words: str,
    turns: list[tuple[str, Any]],
    transcript: Transcript,
    printer: Printer | None,
) -> None:
    from assistant.faces.terminal import follow, load

    if files:
        await load(conversation.upload(files, first_words), transcript, printer)
    for kind, words in turns:
        if files and words == first_words:
            continue
        events = conversation.apply_form(words) if kind == "form" else conversation.say(words)
        await follow(events, transcript, printer)


def _serve(settings: Settings, host: str, door: Any) -> None:
    """Lay the page's files, warm the solver, and serve."""
    from assistant.faces.page_files import lay_page, page_root, prepare_environment

    port = door.getsockname()[1]
    root = page_root(port)
    lay_page(root)
    prepare_environment(root)
    _log_to(root / "lotline.log")

    from assistant.adapters.engine import ProcessEngine
    from assistant.faces.chat import serve
    from assistant.start import open_conversation

    engine, counter = ProcessEngine(), meter(settings)

    def new_conversation() -> Conversation:
        return open_conversation(settings, _today(settings), engine, keeping=keeping(settings), meter=counter)

    new_conversation().warm()  # imports what the first visitor would wait for, and fails here rather than on the page
    named = "localhost" if host in ("127.0.0.1", "0.0.0.0", "::1", "::") else host
    link = f"http://{named}:{port}"
    serve(new_conversation, host, door, lambda: _say_open(link), engine.close)


def _log_to(path: Path) -> None:
    """Keep what goes wrong on the server in a file: the terminal shows the link and nothing else."""
    import logging

    logging.basicConfig(filename=path, level=logging.WARNING, format="%(asctime)s %(name)s %(message)s", force=True)


def _say_open(link: str) -> None:
    print(f"Lotline is open at {link} (Ctrl-C ends it)", flush=True)
