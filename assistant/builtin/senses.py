"""What words mean: a vector for each common English word, so that a word nobody wrote down counts as its neighbours.

``prompts/understanding/senses.npz`` was made by ``python -m evals.senses`` from the sentence encoder all-MiniLM-L6-v2
(Apache-2.0), a word at a time, and cut to its main directions.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

import numpy as np

from assistant.builtin.linear import FOLDER, Numbers

_WEIGHT = 0.5


@dataclass(frozen=True)
class _Senses:
    rows: dict[str, int]
    vectors: Numbers
    weights: Numbers


def sense(words: str) -> Numbers:
    """Return the sense of some words: the weighted mean of their vectors, of one length; zero where none is known."""
    senses = _senses()
    found = [senses.rows[word] for word in re.findall(r"[a-z]{2,}", re.sub(r"@\S+", " ", words)) if word in senses.rows]
    total = senses.weights[found] @ senses.vectors[found] if found else np.zeros(senses.vectors.shape[1], np.float32)
    length = float(np.linalg.norm(total))
    return (total / length * _WEIGHT if length else total).astype(np.float32)


@cache
def _senses() -> _Senses:
    with np.load(FOLDER / "senses.npz", allow_pickle=False) as stored:
        words = bytes(stored["words"]).decode("ascii").split()
        vectors = stored["vectors"].astype(np.float32) * stored["scale"]
        return _Senses({word: at for at, word in enumerate(words)}, vectors, stored["weights"])
