"""The tax report on the command line: files in, one file out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from tools.errors import BadRequest, LotlineError, MissingFact
from tools.model import AccountType, Household

if TYPE_CHECKING:
    from tools.brokers.base import Reading
    from tools.report.papers import TaxPapers

_BINARY = "xlsx"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was typed: the year (None: this one), the format, where to, kinds of accounts (``acct-1=taxable``)."""

    year: int | None
    format_name: str
    out: Path | None
    types: tuple[str, ...] = ()
    whole_dollars: bool = False


def write_report(files: Sequence[tuple[str, bytes]], as_of: date, wanted: Wanted) -> str:
    """Write one year's report, and return what to print: the file itself, or where it went.

    Raises:
        LotlineError: A file, a type, a year or a format that cannot be used, or a path that cannot be written.
    """
    from tools.report.export import export

    papers = _papers(files, as_of, wanted)
    content = export(papers, wanted.format_name)
    if wanted.out is not None:
        _write(wanted.out, content)
        return "\n".join(_summary(papers, wanted.out))
    if wanted.format_name == _BINARY:
        raise BadRequest("A spreadsheet cannot be printed.", "Name a file with --out report.xlsx.")
    return content.decode().replace("\r\n", "\n").rstrip("\n")


def _papers(files: Sequence[tuple[str, bytes]], as_of: date, wanted: Wanted) -> TaxPapers:
    from tools.brokers.registry import read
    from tools.model import Investor
    from tools.report.papers import tax_papers
    from tools.tax.law import law_for

    readings = [read(name, content) for name, content in files]
    household = _household(readings, as_of, wanted.types)
    year = as_of.year if wanted.year is None else wanted.year
    law, whole = law_for(year), wanted.whole_dollars
    try:
        return tax_papers(household, Investor(), law, year, as_of, readings, whole_dollars=whole)
    except MissingFact as missing:
        unknown = [one.id for one in household.accounts if one.type is AccountType.UNKNOWN]
        if not unknown:
            raise
        raise MissingFact(missing.what, f"Add --account {unknown[0]}=taxable, or what else it is.") from missing


def _household(readings: Sequence[Reading], as_of: date, types: Sequence[str]) -> Household:
    from tools.household.build import build
    from tools.household.edit import set_account
    from tools.household.told import Told, tell_account

    household, told = build(readings, as_of).household, Told()
    for account_id, kind in (_told(words) for words in types):
        household = set_account(household, account_id, kind, None)
        told = tell_account(told, household.account_by_id[account_id].name, kind, None)
    return build(readings, as_of, told).household if types else household


def _write(out: Path, content: bytes) -> None:
    try:
        out.write_bytes(content)
    except OSError as error:
        raise LotlineError(f"Cannot write {out}: {error.strerror}.", "Name another file with --out.") from error


def _summary(papers: TaxPapers, out: Path) -> list[str]:
    form, found = papers.form, papers.reconciled
    lines = [f"{_rows(len(form.rows))} of {form.year} written to {out}. A worksheet, not the filed form."]
    lines += [f"{problem.where}: {problem.what} {problem.fix}" for problem in papers.problems]
    if form.incomplete:
        lines.append(f"Without a cost and in no total: {_rows(len(form.incomplete))}.")
    if found is not None and found.ties:
        lines.append("The broker's report agrees to the cent.")
    elif found is not None:
        gap = found.ledger_usd - found.reported_usd
        lines.append(f"The gains here are {gap:,.2f} dollars off the broker's report; ask Lotline why.")
    return lines


def _rows(count: int) -> str:
    return f"{count} row{'' if count == 1 else 's'}"


def _told(words: str) -> tuple[str, AccountType]:
    name, _, kind = words.partition("=")
    try:
        return name.strip(), AccountType(kind.strip())
    except ValueError:
        known = ", ".join(one.value for one in AccountType if one is not AccountType.UNKNOWN)
        raise BadRequest(
            f"“{words}” does not say what kind of account it is.", f"Write acct-1=taxable; kinds are {known}."
        ) from None
