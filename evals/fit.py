"""Fit the built-in model to its wordings: ``python -m evals.fit``; with ``--check``, place those that it has not seen.

A multinomial logistic regression with a ridge, solved to its one optimum by L-BFGS: there is no chance in it. A row of
``said.tsv``, ``amounts.tsv`` or ``parts.tsv`` in ``prompts/understanding`` is a label and one wording, values written
as ``{usd}``; in the latter two the value that is labelled has a star.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from hashlib import sha256

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.sparse import csr_array, hstack

from assistant.builtin import likeness, roles
from assistant.builtin.encoder import sense
from assistant.builtin.likeness import spoken
from assistant.builtin.linear import FOLDER, Linear, bucket

RIDGE = 1e-5
LEAST_SEEN = 2
FOLDS = 5
MODELS: dict[str, Callable[[str], list[str]]] = {
    "said": likeness.features,
    "amounts": roles.features,
    "parts": roles.features,
}

Arrays = dict[str, npt.NDArray[np.generic]]
Floats = npt.NDArray[np.float64]
Rows = Sequence[tuple[str, str]]


def wordings(name: str) -> Rows:
    """Read a file of wordings as pairs of label and marked words."""
    lines = (FOLDER / f"{name}.tsv").read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return [(label, _marked(text)) for label, text in rows]


def _marked(text: str) -> str:
    starred = re.sub(r"\*\{(\w+)\}", r"*\g<1>", text)
    return re.sub(r"\{(\w+)\}", r"@\g<1>0", starred) + " "


def digest(name: str) -> str:
    """Return the hash of a file of wordings, which its weights carry: a test refuses weights of other wordings."""
    return sha256((FOLDER / f"{name}.tsv").read_bytes()).hexdigest()


def fit(rows: Rows, features: Callable[[str], list[str]]) -> Arrays:
    """Return the arrays of a fitted model: labels, numbers of features, weights of one byte, their scale, bias."""
    labels = sorted({label for label, _ in rows})
    found = [{bucket(each) for each in features(text)} for _, text in rows]
    seen = Counter(row for each in found for row in each)
    kept = sorted(row for row, times in seen.items() if times >= LEAST_SEEN)
    inputs = _inputs(found, {row: at for at, row in enumerate(kept)})
    inputs = csr_array(hstack([inputs, csr_array(np.array([sense(spoken(text)) for _, text in rows], dtype=float))]))
    solved, bias = _solve(inputs, np.array([labels.index(label) for label, _ in rows]), len(labels))
    weights, senses = solved[: len(kept)], solved[len(kept) :]
    scale = np.maximum(np.abs(weights).max(axis=0), 1e-9) / 127
    return {
        "labels": np.array(labels),
        "rows": np.array(kept, dtype=np.int32),
        "weights": np.rint(weights / scale).astype(np.int8),
        "scale": scale.astype(np.float32),
        "senses": senses.astype(np.float32),
        "bias": bias.astype(np.float32),
    }


def _inputs(found: list[set[int]], columns: dict[int, int]) -> csr_array:
    kept = [sorted(columns[row] for row in each if row in columns) for each in found]
    starts = np.concatenate([[0], np.cumsum([len(each) for each in kept])])
    values = np.concatenate([np.full(len(each), 1 / np.sqrt(len(each) or 1)) for each in kept])
    return csr_array((values, np.concatenate(kept).astype(int), starts), shape=(len(kept), len(columns)))


def _solve(inputs: csr_array, labels: npt.NDArray[np.int64], count: int) -> tuple[Floats, Floats]:
    size, width = inputs.shape
    truth = np.zeros((size, count))
    truth[np.arange(size), labels] = 1

    def loss(point: Floats) -> tuple[float, Floats]:
        weights, bias = point[:-count].reshape(width, count), point[-count:]
        scores = inputs @ weights + bias
        scores -= scores.max(axis=1, keepdims=True)
        logs = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
        miss = (np.exp(logs) - truth) / size
        value = -(logs * truth).sum() / size + RIDGE / 2 * (weights**2).sum()
        return float(value), np.concatenate([(inputs.T @ miss + RIDGE * weights).ravel(), miss.sum(axis=0)])

    found = minimize(loss, np.zeros((width + 1) * count), jac=True, method="L-BFGS-B", options={"maxiter": 120})
    return found.x[:-count].reshape(width, count), found.x[-count:]


def unseen(rows: Rows, features: Callable[[str], list[str]]) -> list[tuple[str, str, str, float]]:
    """Return (label, wording, label found, probability) of each wording, by models that had not seen it."""
    told = []
    for fold in range(FOLDS):
        model = _loaded(fit([row for at, row in enumerate(rows) if at % FOLDS != fold], features))
        for label, text in rows[fold::FOLDS]:
            ranked = model.rank(features(text), sense(spoken(text)))
            told.append((label, text, ranked.best, ranked.sure))
    return told


def _loaded(arrays: Arrays) -> Linear:
    rows = {int(row): at for at, row in enumerate(arrays["rows"])}
    weights = arrays["weights"].astype(np.float32) * arrays["scale"].astype(np.float32)
    labels = tuple(str(label) for label in arrays["labels"])
    return Linear(labels, rows, weights, arrays["senses"].astype(np.float32), arrays["bias"].astype(np.float32))


def main() -> None:
    """Fit and write the weights, or say how often a wording that was set aside is placed right."""
    for name, features in MODELS.items():
        rows = wordings(name)
        if "--check" in sys.argv:
            told = unseen(rows, features)
            print(f"{name}: {sum(label == found for label, _, found, _ in told)} of {len(told)} placed right unseen")
        else:
            made = fit(rows, features) | {"wordings": np.array(digest(name))}
            np.savez_compressed(FOLDER / f"{name}.npz", allow_pickle=False, **made)


if __name__ == "__main__":
    main()
