"""The tool that puts the year's sales on Form 8949 and Schedule D, and holds them against the brokers' reports."""

from __future__ import annotations

from typing import Literal

from assistant.session import Session
from assistant.toolbox import words
from assistant.toolbox.result import Result, open_desk
from tools.report.describe import describe_papers
from tools.report.papers import tax_papers
from tools.tax.law import law_for


class TaxReport:
    """The papers of one conversation's household."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def tax_report(
        self,
        year: int | None = None,
        form: Literal["8949", "schedule_d", "all"] = "all",
        format: Literal["csv", "xlsx", "json", "txf"] | None = None,  # noqa: A002 - the tool's name for it is fixed
    ) -> Result:
        """Put past sales on Form 8949 and Schedule D, reconciled with the broker's 1099-B.

        Args:
            year: Tax year; leave out for this year.
            form: Which form.
            format: File wanted.
        """
        session = self._session
        household, wanted = words.held(session), year or session.tax_year
        desk = open_desk(session, "tax_report", "report", year=wanted, form=form, format=format)
        papers = tax_papers(household, session.investor, law_for(wanted), wanted, session.as_of, session.readings)
        desk.notes += papers.notes
        covered = {event.account_id for event in household.history}
        without = sorted(account.id for account in household.accounts if account.id not in covered)
        if without:
            desk.unchecked.append(f"sales and purchases in {', '.join(without)}, of which I have no history")
        desk.unchecked.append("accounts you haven't shown me")
        return desk.result({**describe_papers(household, papers, desk.book), "form": form, "format": format})
