"""The commands about what is kept: conversations, forgetting, the audit."""

from __future__ import annotations

import getpass
from functools import cache
from typing import TYPE_CHECKING, Annotated

import typer

from tools.errors import LotlineError, UnknownThing

if TYPE_CHECKING:
    from assistant.keeping import Keeping
    from assistant.meter import Meter
    from assistant.replay import Replayed
    from assistant.settings import Settings
    from assistant.store import Store

audit = typer.Typer(
    name="audit",
    help="What was told and done, from a log that only grows.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)


def local_person() -> str:
    """Return who sits at this machine; the terminal and the local page have no other sign-in."""
    try:
        return f"local:{getpass.getuser()}"
    except (OSError, KeyError):  # no entry for this user id, as in some containers
        return "local"


def keeping(settings: Settings) -> Keeping:
    """Return how the local person's conversations are kept: in one store, opened at first use."""
    from assistant.faces.clock import now
    from assistant.keeping import Keeping

    return Keeping(cache(lambda: _store(settings)), now)


def meter(settings: Settings) -> Meter:
    """Return what counts the local person's use of models: their store, opened when a model on a server is asked."""
    from assistant.meter import StoreMeter

    return StoreMeter(cache(lambda: _store(settings)))


def _store(settings: Settings) -> Store:
    from assistant.adapters.store import open_store

    return open_store(settings, local_person())


def _mine() -> Store:
    from assistant.faces.cli import read_settings

    return _store(read_settings())


def threads() -> None:
    """List the conversations that are kept, and their households."""
    store = _mine()
    lines = store.threads()
    for line in lines:
        typer.echo(f"{line.saved_at[:16]}  {line.name}  {line.title}  {line.turn} turns  {line.household_id}")
    spoken_of = {line.household_id for line in lines}
    alone = [one for one in store.households() if one.household_id not in spoken_of]
    for home in alone:
        typer.echo(f"{home.opened_at[:16]}  (earlier)  {home.title}  {home.household_id}")
    if not lines and not alone:
        typer.echo('No conversation is kept yet: lotline ask --thread NAME "..." keeps one.')


def forget(
    household: Annotated[str, typer.Argument(help="The household's id, as `lotline threads` shows it.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask again.")] = False,
) -> None:
    """Delete a household with its key, conversations, plans and orders; the audit keeps hashes and times only."""
    from assistant.faces.clock import now

    store = _mine()
    if household not in {one.household_id for one in store.households()}:
        raise UnknownThing(f"No household {household[:60]} is kept.", "See `lotline threads`.")
    if not yes and not typer.confirm(f"Delete {household} for good?"):
        return
    store.forget(household, now())
    typer.echo(f"{household} is deleted, and its key with it.")


@audit.command("list")
def list_audit() -> None:
    """List what was told, approved, placed and forgotten, and by whom."""
    for row in _mine().audit():
        typer.echo(f"{row.seq:>5}  {row.at[:19]}  {row.kind:<10} {row.subject}  {row.actor}")


@audit.command("verify")
def verify_audit() -> None:
    """Check that no entry of the audit was changed, removed or put in."""
    count = _mine().verify_audit()
    typer.echo(f"The audit holds: {count} entries, each fits the one before.")


@audit.command("replay")
def replay_answer(
    answer_id: Annotated[str, typer.Argument(help="An answer's id, as `lotline audit list` shows it.")],
) -> None:
    """Make the figures of an answer again and compare them with what was told."""
    import asyncio

    from assistant.replay import replay

    told = _mine().answer(answer_id)
    if told is None:
        raise UnknownThing(f"No answer {answer_id[:60]} is kept.", "See `lotline audit list`.")
    _show(asyncio.run(replay(told)))


def _show(found: Replayed) -> None:
    typer.echo(f"{found.at[:19]}  {found.asked}\n\n{found.text.strip()}\n")
    for figure in found.figures:
        mark = "same" if figure.same else "DIFFERENT"
        how = "" if figure.rerun else ", from an earlier answer"
        now = "" if figure.same else f", now {figure.now or 'not made'}"
        typer.echo(f"{mark}  {figure.label}: {figure.told}{now} ({figure.id}{how})")
    for name in found.changed:
        typer.echo(f"Since then the {name} of this version changed.")
    rerun = sum(figure.rerun for figure in found.figures)
    if not found.same:
        raise LotlineError("Not every figure came out as it was told.", "The lines above say which.")
    typer.echo(f"{len(found.figures)} figures, {rerun} made again by {len(found.calls)} calls: all the same.")
