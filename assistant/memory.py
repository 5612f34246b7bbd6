"""What the person said of themselves and wished for, statement by statement, so that the last can be taken back."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from tools.model import Investor, Wishes


@dataclass(frozen=True, slots=True)
class Said:
    """What is remembered of the person at one moment."""

    investor: Investor
    wishes: Wishes

    def same_words(self, other: Said) -> bool:
        """Tell whether the person's own statements agree; gains of files and fills are nobody's statement."""
        return self == replace(other, investor=with_gains_of(other.investor, self.investor))


@dataclass
class Memory:
    """The statements of one conversation, the first moment at the bottom."""

    now: Said
    before: list[Said] = field(default_factory=list)

    def settle(self, now: Said) -> None:
        """Note at the end of a turn what is remembered; a turn without a statement adds nothing."""
        if not self.now.same_words(now):
            self.before.append(self.now)
        self.now = now

    def back(self) -> Said | None:
        """Return what was remembered before the last statement and forget that statement; None without one."""
        if not self.before:
            return None
        self.now = self.before.pop()
        return self.now

    def first(self) -> Said:
        """Return what was remembered when the conversation began, and make it the only thing remembered."""
        self.now = self.before[0] if self.before else self.now
        self.before.clear()
        return self.now


def with_gains_of(words: Investor, gains: Investor) -> Investor:
    """Return the person as described by their words, with the year's gains as files and fills have them."""
    return replace(
        words,
        short_gain_usd=gains.short_gain_usd,
        long_gain_usd=gains.long_gain_usd,
        collectible_gain_usd=gains.collectible_gain_usd,
        gains_known=gains.gains_known,
    )
