"""A message with its values marked."""

from __future__ import annotations

import re
from dataclasses import dataclass, field


@dataclass
class Marked:
    """Normalised words in which every value is a mark such as ``@usd0``, and the values behind the marks."""

    words: str = ""
    values: dict[str, str] = field(default_factory=dict)
    wished: bool = False  # some words stated wishes for a plan and were taken out
    limited: bool = False  # some words set limits for a plan, taken out or not
    stated: bool = False  # some words stated a fact or a wish
    whole: str = ""  # the words before any were taken out

    def mark(self, kind: str, value: str) -> str:
        """Add a value and return its mark, with blanks around it."""
        name = f"@{kind}{sum(1 for known in self.values if re.fullmatch(rf'@{kind}[0-9]+', known))}"
        self.values[name] = value
        return f" {name} "

    def of(self, kind: str, within: str | None = None) -> list[str]:
        """Return the values of one kind, in the order said, within some of the words."""
        return [self.values[mark] for mark in re.findall(rf"@{kind}\d+", self.words if within is None else within)]

    def around(self, words: str) -> str:
        """Return the sentence as it was said of which some words are left, the words themselves where there is none."""
        left = set(words.split())
        return next((said for said in self.whole.split("~ ") if left <= set(said.split())), words)
