"""What an answer rests on beside the household: the model, the prompts and the law, by hashes of their texts."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

_TEXTS = (".md", ".yaml", ".toml")


def basis_of(model: str) -> dict[str, str]:
    """Return the model's name and the hashes of prompts and law, as they stand in the audit."""
    return {"model": model[:200], "prompts": texts_hash("prompts"), "law": texts_hash("tools.tax")}


@cache
def texts_hash(package: str) -> str:
    """Hash a package's texts with their names; they change only with the installed version."""
    found = hashlib.sha256()
    for name, content in sorted(_texts(files(package), "")):
        found.update(f"{name}\0{len(content)}\0".encode())
        found.update(content)
    return found.hexdigest()[:32]


def _texts(folder: Traversable, above: str) -> Iterator[tuple[str, bytes]]:
    for item in folder.iterdir():
        name = f"{above}/{item.name}"
        if item.is_dir():
            yield from _texts(item, name)
        elif item.name.endswith(_TEXTS):
            yield name, item.read_bytes()
