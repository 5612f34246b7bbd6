"""Make the list of English words: ``python -m evals.english FREQUENCIES`` writes ``prompts/understanding/english.txt``.

The file holds a word and how often it was counted a line, such as ``frequency_dictionary_en_82_765.txt`` of symspellpy
(MIT; made from SCOWL and Google's n-grams). Kept are the words that are common enough and no company's name.
"""

from __future__ import annotations

import sys
from pathlib import Path

from assistant.builtin.lexicon import FOLDER
from assistant.builtin.names import short_name
from tools.market.securities import all_known

COMMON = 100_000
PLAIN_FIRST = frozenset(
    (
        *("affirm", "arm", "block", "booking", "carnival", "carrier", "caterpillar", "northern", "occidental"),
        *("progressive", "shell", "snap", "southern", "strategy", "tapestry", "target", "ups", "vale", "vertex"),
        *("williams", "workday"),
    )
)
"""Companies that a sentence in small letters hardly ever means."""


def company_words() -> frozenset[str]:
    """Return every single word that is known as a company's name."""
    names = {short_name(name) for one in all_known().values() for name in (one.name, *one.aliases)}
    return frozenset(name for name in names if " " not in name) - PLAIN_FIRST


def main() -> None:
    """Write the list."""
    counted = (line.split() for line in Path(sys.argv[1]).read_text(encoding="utf-8-sig").splitlines())
    words = {word for word, times in counted if word.isalpha() and word.isascii() and int(times) >= COMMON}
    (FOLDER / "english.txt").write_text("\n".join(sorted(words - company_words())) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
