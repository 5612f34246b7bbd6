"""What can go wrong, said so that the person can act on it."""

from __future__ import annotations


class LotlineError(Exception):
    """A problem with a fix.

    Args:
        what: What is wrong, one sentence, with the value seen.
        fix: What the person can do about it, one sentence.
        where: File and row, account or field, when known.
    """

    def __init__(self, what: str, fix: str = "", where: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.fix = fix
        self.where = where

    def __str__(self) -> str:
        """Return the one line that a terminal prints."""
        head = f"{self.where}: {self.what}" if self.where else self.what
        return f"{head} {self.fix}".strip()

    def __reduce__(self) -> tuple[type[LotlineError], tuple[str, str, str]]:
        """Survive the trip between processes."""
        return type(self), (self.what, self.fix, self.where)


class FileProblem(LotlineError):
    """A file that cannot be read as a portfolio at all."""


class UnknownThing(LotlineError):
    """A symbol, account, lot or plan that is not in this household."""


class MissingFact(LotlineError):
    """Something must be known first: an account type, a basis, a target."""


class BadRequest(LotlineError):
    """An argument out of range or of the wrong form."""


class NotYet(LotlineError):
    """A wish that this version cannot honour, said rather than ignored."""


class LawProblem(LotlineError):
    """A law file that is broken, or a year before the first one."""


class NoPlan(LotlineError):
    """The wishes contradict each other; ``what`` names the ones in conflict."""


class PlanRejected(LotlineError):
    """A plan that failed independent verification; it is never shown."""
