"""Make ``prompts/understanding/senses.npz`` from a sentence encoder: ``python -m evals.senses FOLDER``.

FOLDER holds ``model.safetensors`` and ``tokenizer.json`` of all-MiniLM-L6-v2 (Apache-2.0), as published or as packaged.
It needs the packages safetensors and tokenizers, which nothing else does: run it only to change the words or the
directions. Each whole word of the encoder's vocabulary is encoded alone; the main directions of all of them are kept.
"""

from __future__ import annotations

import math
import re
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.special import erf

from assistant.builtin.linear import FOLDER

DIRECTIONS = 96
_HEADS = 12
_RARE = 1e-3
_EMBEDDINGS = ("word", "position", "token_type")

Floats = npt.NDArray[np.float32]


class Encoder:
    """The forward pass of a small BERT with mean pooling (Devlin et al. 2018; Reimers and Gurevych 2019)."""

    def __init__(self, folder: Path) -> None:
        from safetensors.numpy import load_file
        from tokenizers import Tokenizer

        self._weights = {
            name: array.astype(np.float32) for name, array in load_file(folder / "model.safetensors").items()
        }
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()

    def words(self) -> list[str]:
        """Return the whole words of the vocabulary."""
        return sorted(word for word in self._tokenizer.get_vocab() if re.fullmatch(r"[a-z]{2,}", word))

    def encode(self, text: str) -> Floats:
        """Return the mean of the last layer over the tokens of a text."""
        ids = self._tokenizer.encode(text).ids
        at = "embeddings"
        state = (
            self._weights[f"{at}.word_embeddings.weight"][ids] + self._weights[f"{at}.token_type_embeddings.weight"][0]
        )
        state = self._norm(state + self._weights[f"{at}.position_embeddings.weight"][: len(ids)], f"{at}.LayerNorm")
        layer = 0
        while f"encoder.layer.{layer}.output.dense.weight" in self._weights:
            state = self._layer(state, f"encoder.layer.{layer}")
            layer += 1
        return np.asarray(state.mean(axis=0), np.float32)

    def _layer(self, state: Floats, at: str) -> Floats:
        size, width = state.shape
        names = [f"{at}.attention.self.{name}" for name in ("query", "key", "value")]
        query, key, value = (
            self._dense(state, name).reshape(size, _HEADS, width // _HEADS).transpose(1, 0, 2) for name in names
        )
        scores = query @ key.transpose(0, 2, 1) / math.sqrt(width // _HEADS)
        odds = np.exp(scores - scores.max(axis=-1, keepdims=True))
        mixed = (odds / odds.sum(axis=-1, keepdims=True) @ value).transpose(1, 0, 2).reshape(size, width)
        state = self._norm(
            state + self._dense(mixed, f"{at}.attention.output.dense"), f"{at}.attention.output.LayerNorm"
        )
        inner = self._dense(state, f"{at}.intermediate.dense")
        inner = inner * 0.5 * (1 + erf(inner / math.sqrt(2)))
        return self._norm(state + self._dense(inner, f"{at}.output.dense"), f"{at}.output.LayerNorm")

    def _dense(self, state: Floats, name: str) -> Floats:
        return np.asarray(state @ self._weights[f"{name}.weight"].T + self._weights[f"{name}.bias"], np.float32)

    def _norm(self, state: Floats, name: str) -> Floats:
        centred = state - state.mean(axis=-1, keepdims=True)
        scaled = centred / np.sqrt((centred**2).mean(axis=-1, keepdims=True) + 1e-12)
        return np.asarray(scaled * self._weights[f"{name}.weight"] + self._weights[f"{name}.bias"], np.float32)


def made(words: list[str], vectors: Floats) -> dict[str, npt.NDArray[np.generic]]:
    """Return the stored arrays: words, their vectors in the main directions, and what each weighs in a sentence."""
    centred = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    centred = centred - centred.mean(axis=0)
    _, _, directions = np.linalg.svd(centred, full_matrices=False)
    kept = centred @ directions[:DIRECTIONS].T
    scale = np.abs(kept).max(axis=0) / 127
    said = Counter(re.findall(r"[a-z]{2,}", (FOLDER / "said.tsv").read_text(encoding="utf-8")))
    often = np.array([said[word] for word in words]) / max(said.total(), 1)
    return {
        "words": np.frombuffer("\n".join(words).encode("ascii"), dtype=np.uint8),
        "vectors": np.rint(kept / scale).astype(np.int8),
        "scale": scale.astype(np.float32),
        "weights": (_RARE / (_RARE + often)).astype(np.float32),
    }


def main() -> None:
    """Encode every word and write the file."""
    encoder = Encoder(Path(sys.argv[1]))
    taught = (FOLDER / f"{name}.tsv" for name in ("said", "amounts"))
    told = {word for path in taught for word in re.findall(r"[a-z]{2,}", path.read_text(encoding="utf-8"))}
    words = sorted({*encoder.words(), *told})
    vectors = np.array([encoder.encode(word) for word in words])
    np.savez_compressed(FOLDER / "senses.npz", allow_pickle=False, **made(words, vectors))


if __name__ == "__main__":
    main()
