"""A linear model over named features, which ranks labels. ``evals/fit.py`` fits the weights."""

from __future__ import annotations

import math
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

FOLDER = Path(__file__).resolve().parents[2] / "prompts" / "understanding"
BUCKETS = 1 << 18

Numbers = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Ranked:
    """Labels with their probabilities, the likeliest first."""

    labels: tuple[tuple[str, float], ...]

    @property
    def best(self) -> str:
        """The likeliest label."""
        return self.labels[0][0]

    @property
    def sure(self) -> float:
        """The probability of the likeliest label, from 0 to 1."""
        return self.labels[0][1]

    def of(self, *labels: str) -> float:
        """Return the probability that it is one of these."""
        return sum(sure for label, sure in self.labels if label in labels)

    def without(self, label: str) -> Ranked:
        """Return the ranking of the other labels, once it is known that it is not this one."""
        rest = 1 - self.of(label)
        return Ranked(tuple((name, sure / rest) for name, sure in self.labels if name != label))


@dataclass(frozen=True)
class Linear:
    """Fitted weights: a row for each feature that was seen often enough, a column for each label."""

    labels: tuple[str, ...]
    rows: dict[int, int]
    weights: Numbers
    senses: Numbers
    bias: Numbers

    def rank(self, features: Iterable[str], sense: Numbers) -> Ranked:
        """Rank the labels for these features and a sense (``encoder.sense``).

        Each feature counts once, and the more there are, the less each weighs.
        """
        found = sorted({self.rows[row] for each in features if (row := bucket(each)) in self.rows})
        scores = self.bias + self.weights[found].sum(axis=0) / math.sqrt(len(found) or 1) + sense @ self.senses
        odds = np.exp(scores - scores.max())
        odds /= odds.sum()
        order = np.argsort(-odds, kind="stable")
        return Ranked(tuple((self.labels[at], float(odds[at])) for at in order))


@cache
def fitted(name: str) -> Linear:
    """Load the weights ``prompts/understanding/NAME.npz``."""
    with np.load(FOLDER / f"{name}.npz", allow_pickle=False) as stored:
        rows = {int(row): at for at, row in enumerate(stored["rows"])}
        weights = stored["weights"].astype(np.float32) * stored["scale"]
        return Linear(tuple(str(label) for label in stored["labels"]), rows, weights, stored["senses"], stored["bias"])


def bucket(feature: str) -> int:
    """Return the number of a feature, the same on every machine."""
    return zlib.crc32(feature.encode()) % BUCKETS


def of_words(tokens: Sequence[str]) -> Iterator[str]:
    """Yield words, neighbours, pairs with a gap of up to two words, and the parts of longer words."""
    for at, word in enumerate(tokens):
        yield f"1 {word}"
        yield from (f"2 {word} {after}" for after in tokens[at + 1 : at + 2])
        yield from (f"3 {word} {after}" for after in tokens[at + 2 : at + 4])
        if not word.startswith("@") and len(word) > 3:
            padded = f"^{word}$"
            yield from (f"c {padded[start : start + 4]}" for start in range(len(padded) - 3))
