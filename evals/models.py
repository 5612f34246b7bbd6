"""Which model is measured: ``builtin``, ``openai:NAME`` with the environment's address and key, ``scripted:NAME``."""

from __future__ import annotations

from assistant.model import ChosenModel, choose_model
from assistant.settings import Settings
from evals.scripted import SCRIPTS, Scripted
from tools.errors import BadRequest


def settings_for(spec: str) -> Settings:
    """Return the settings under which a model runs.

    Raises:
        BadRequest: The kind is not known.
    """
    kind, _, name = spec.partition(":")
    if kind == "openai" and name:
        return Settings(model=name)
    if kind == "scripted" or spec in ("builtin", "built-in"):
        return Settings().model_copy(update={"model": None})
    raise BadRequest(f"There is no model {spec[:60]}.", "Write builtin, openai:NAME or scripted:NAME.")


def model_for(spec: str) -> ChosenModel:
    """Return the model that a word names.

    Raises:
        BadRequest: There is no such model, or its server cannot be reached.
    """
    settings = settings_for(spec)
    kind, _, name = spec.partition(":")
    if kind != "scripted":
        return choose_model(settings)
    if name not in SCRIPTS:
        raise BadRequest(f"There is no script {name[:40]}.", f"Choose one of {', '.join(SCRIPTS)}.")
    return ChosenModel(Scripted(script=SCRIPTS[name]), spec, "a script", False)
