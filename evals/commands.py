"""``lotline eval``: found by entry point, so that the assistant never imports what measures it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Paths = Annotated[list[str], typer.Argument(help="A file or folder of cases; or: compare A.json B.json.")]
Model = Annotated[str, typer.Option(help="builtin, openai:NAME, or scripted:NAME.")]
Gate = Annotated[Path | None, typer.Option(help="A committed score; exit 1 when worse, or when anything is unsafe.")]


def eval_command(
    paths: Paths,
    model: Model = "builtin",
    epochs: Annotated[int, typer.Option(help="Runs of each case.", min=1, max=100)] = 1,
    seed: Annotated[int, typer.Option(help="Order in which cases run; answers do not depend on it.")] = 0,
    workers: Annotated[int | None, typer.Option(help="Processes; one a core unless set.", min=1)] = None,
    category: Annotated[list[str] | None, typer.Option(help="Only these categories.")] = None,
    trace: Annotated[Path | None, typer.Option(help="Write one line a case, as they come.")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on from what is in the trace file.")] = False,
    json_out: Annotated[Path | None, typer.Option("--json", help="Write the score.")] = None,
    report: Annotated[Path | None, typer.Option(help="Write the HTML report.")] = None,
    gate: Gate = None,
    floors: Annotated[bool, typer.Option(help="Also run the empty agent and the one that shows holdings.")] = True,
    sealed: Annotated[bool, typer.Option("--sealed", help="Print totals only, as always for sealed folders.")] = False,
) -> None:
    """Run cases and print the score, or compare two scores."""
    if paths[0] == "compare":
        _compare([Path(path) for path in paths[1:]])
        return
    from evals.session import Wanted, run_session

    wanted = Wanted(
        paths=tuple(Path(path) for path in paths),
        model=model,
        epochs=epochs,
        seed=seed,
        workers=workers,
        categories=tuple(category or ()),
        trace=trace,
        resume=resume,
        json_out=json_out,
        report=report,
        gate=gate,
        floors=floors,
        sealed=sealed,
    )
    if not run_session(wanted):
        raise typer.Exit(1)


def _compare(paths: list[Path]) -> None:
    from evals.compare import compare, comparison_text, read_score
    from tools.errors import BadRequest

    if len(paths) != 2:
        raise BadRequest("compare takes two scores.", "Write: lotline eval compare A.json B.json")
    found = compare(read_score(paths[0]), read_score(paths[1]))
    typer.echo(comparison_text(found))
