"""Make ``prompts/understanding/encoder.npz`` from a sentence encoder: ``python -m evals.encoder FOLDER``.

FOLDER holds ``model.safetensors`` and ``vocab.txt`` of all-MiniLM-L6-v2 (Apache-2.0), as published or as packaged. It
needs the package safetensors, which nothing else does: run it only to change the pieces of words or the layers.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import numpy as np
import numpy.typing as npt

from assistant.builtin.encoder import Encoder
from assistant.builtin.likeness import spoken
from assistant.builtin.linear import FOLDER
from evals.fit import wordings

LAYERS = 3
PIECES = 10_000
"""The vocabulary is ordered by how often English has a piece; of those after the first so many only short ones stay."""
SHORT = 4
POSITIONS = 66
_SPECIAL = ("[UNK]", "[CLS]", "[SEP]")
_NAMES = {
    "query": "attention.self.query",
    "key": "attention.self.key",
    "value": "attention.self.value",
    "attended": "attention.output.dense",
    "inner": "intermediate.dense",
    "outer": "output.dense",
}
_NORMS = {"attended": "attention.output.LayerNorm", "outer": "output.LayerNorm"}

Floats = npt.NDArray[np.float32]


def kept_pieces(vocabulary: list[str]) -> list[int]:
    """Return which pieces stay: common ones of plain letters and signs, and all short parts of words."""
    return [
        at
        for at, piece in enumerate(vocabulary)
        if piece in _SPECIAL
        or (at < PIECES and re.fullmatch(r"[a-z]+|##[a-z]+|[!-~]", piece))
        or re.fullmatch(rf"##[a-z]{{1,{SHORT}}}", piece)
    ]


def weights_of(model: dict[str, Floats], kept: list[int]) -> dict[str, Floats]:
    """Return the weights under the names that the product knows, matrices with a column for each output."""
    word = model["embeddings.word_embeddings.weight"][kept] + model["embeddings.token_type_embeddings.weight"][0]
    found = {"word": word, "position": model["embeddings.position_embeddings.weight"][:POSITIONS]}
    norms = {"embeddings": "embeddings.LayerNorm"}
    for layer in range(LAYERS):
        at = f"encoder.layer.{layer}"
        for name, theirs in _NAMES.items():
            found[f"{layer}.{name}"] = np.ascontiguousarray(model[f"{at}.{theirs}.weight"].T)
            found[f"{layer}.{name}.bias"] = model[f"{at}.{theirs}.bias"]
        norms |= {f"{layer}.{name}": f"{at}.{theirs}" for name, theirs in _NORMS.items()}
    for name, theirs in norms.items():
        found[f"{name}.scale"], found[f"{name}.shift"] = model[f"{theirs}.weight"], model[f"{theirs}.bias"]
    return found


def packed(weights: dict[str, Floats]) -> dict[str, npt.NDArray[np.generic]]:
    """Write each matrix in bytes, with the unit of each of its columns; vectors stay as they are."""
    stored: dict[str, npt.NDArray[np.generic]] = {}
    for name, array in weights.items():
        if array.ndim == 1:
            stored[name] = array.astype(np.float32)
            continue
        axis = 1 if name == "word" else 0
        unit = np.maximum(np.abs(array).max(axis=axis, keepdims=True), 1e-9) / 127
        stored[name], stored[f"{name}.unit"] = np.rint(array / unit).astype(np.int8), unit.astype(np.float32)
    return stored


def main() -> None:
    """Pack the encoder and write the file."""
    from safetensors.numpy import load_file

    folder = Path(sys.argv[1])
    model = {name: array.astype(np.float32) for name, array in load_file(folder / "model.safetensors").items()}
    vocabulary = (folder / "vocab.txt").read_text(encoding="utf-8").splitlines()
    kept = kept_pieces(vocabulary)
    weights = weights_of(model, kept)
    pieces = [vocabulary[at] for at in kept]
    told = Encoder({piece: at for at, piece in enumerate(pieces)}, weights, np.zeros(1, np.float32))
    mean = np.mean([told.pooled(spoken(text)) for _, text in wordings("said")[::4]], axis=0)
    stored = {"pieces": np.frombuffer("\n".join(pieces).encode("ascii"), dtype=np.uint8), "mean": mean}
    np.savez_compressed(FOLDER / "encoder.npz", allow_pickle=False, **stored, **packed(weights))


if __name__ == "__main__":
    main()
