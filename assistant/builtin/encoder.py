"""The sense of a sentence as numbers: the lower layers of a small sentence encoder, in NumPy.

``prompts/understanding/encoder.npz`` was made by ``python -m evals.encoder`` from all-MiniLM-L6-v2 (Apache-2.0), with
the pieces of words that English needs most and one byte a weight. A word outside them is read in its parts.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
from scipy.special import erf

from assistant.builtin.linear import FOLDER, Numbers

_HEADS = 12
_MOST_PIECES = 64
_WEIGHT = 0.75
_LONGEST = 40
"""A longer run of letters is no word."""


@dataclass(frozen=True)
class Encoder:
    """The forward pass of a small BERT with mean pooling (Devlin et al. 2018; Reimers and Gurevych 2019).

    ``mean`` is what sentences have in common, which tells nothing of any one of them.
    """

    pieces: dict[str, int]
    weights: dict[str, Numbers]
    mean: Numbers

    def sense(self, text: str) -> Numbers:
        """Return the sense of a text, of one length."""
        apart = self.pooled(text) - self.mean
        return np.asarray(apart / np.linalg.norm(apart) * _WEIGHT, np.float32)

    def pooled(self, text: str) -> Numbers:
        """Return the mean of the last layer over the pieces of a text."""
        found = [piece for word in re.findall(r"[a-z]+|[^\sa-z]", text.lower()) for piece in self._cut(word)]
        ids = [self.pieces["[CLS]"], *found[:_MOST_PIECES], self.pieces["[SEP]"]]
        state = self._norm(self.weights["word"][ids] + self.weights["position"][: len(ids)], "embeddings")
        layer = 0
        while f"{layer}.query" in self.weights:
            state = self._layer(state, str(layer))
            layer += 1
        return np.asarray(state.mean(axis=0), np.float32)

    def _cut(self, word: str) -> Iterator[int]:
        """Yield the longest known pieces of a word from the left, or the mark of an unknown one."""
        start, found = 0, list[int]()
        while start < len(word) <= _LONGEST:
            ends = (end for end in range(len(word), start, -1) if self._piece(word, start, end) in self.pieces)
            end = next(ends, None)
            if end is None:
                break
            found.append(self.pieces[self._piece(word, start, end)])
            start = end
        yield from found if start == len(word) else [self.pieces["[UNK]"]]

    def _piece(self, word: str, start: int, end: int) -> str:
        return f"##{word[start:end]}" if start else word[:end]

    def _layer(self, state: Numbers, at: str) -> Numbers:
        size, width = state.shape
        query, key, value = (
            self._dense(state, f"{at}.{name}").reshape(size, _HEADS, width // _HEADS).transpose(1, 0, 2)
            for name in ("query", "key", "value")
        )
        scores = query @ key.transpose(0, 2, 1) / math.sqrt(width // _HEADS)
        odds = np.exp(scores - scores.max(axis=-1, keepdims=True))
        mixed = (odds / odds.sum(axis=-1, keepdims=True) @ value).transpose(1, 0, 2).reshape(size, width)
        state = self._norm(state + self._dense(mixed, f"{at}.attended"), f"{at}.attended")
        inner = self._dense(state, f"{at}.inner")
        inner = inner * 0.5 * (1 + erf(inner / math.sqrt(2)))
        return self._norm(state + self._dense(inner, f"{at}.outer"), f"{at}.outer")

    def _dense(self, state: Numbers, name: str) -> Numbers:
        return np.asarray(state @ self.weights[name] + self.weights[f"{name}.bias"], np.float32)

    def _norm(self, state: Numbers, name: str) -> Numbers:
        centred = state - state.mean(axis=-1, keepdims=True)
        scaled = centred / np.sqrt((centred**2).mean(axis=-1, keepdims=True) + 1e-12)
        return np.asarray(scaled * self.weights[f"{name}.scale"] + self.weights[f"{name}.shift"], np.float32)


@lru_cache(256)
def sense(text: str) -> Numbers:
    """Return the sense of a text; a message is asked about more than once while it is read."""
    return encoder().sense(text)


@cache
def encoder() -> Encoder:
    """Load the weights."""
    with np.load(FOLDER / "encoder.npz", allow_pickle=False) as stored:
        pieces = bytes(stored["pieces"]).decode("ascii").split("\n")
        return Encoder({piece: at for at, piece in enumerate(pieces)}, _opened(dict(stored)), stored["mean"])


def _opened(stored: dict[str, Numbers]) -> dict[str, Numbers]:
    """Write weights of one byte out: each column was divided by its own unit."""
    units = {name.removesuffix(".unit") for name in stored if name.endswith(".unit")}
    return {
        name: stored[name].astype(np.float32) * stored[f"{name}.unit"] if name in units else stored[name]
        for name in stored
        if name not in ("pieces", "mean") and not name.endswith(".unit")
    }
