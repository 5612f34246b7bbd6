"""The tax report on the command line: files in, one file out."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from tools.errors import BadRequest, LotlineError, MissingFact
from tools.model import AccountType

_BINARY = "xlsx"


def write_report(
    files: list[tuple[str, bytes]],
    as_of: date,
    year: int | None,
    format_name: str,
    types: list[str],
    out: Path | None,
    *,
    whole_dollars: bool,
) -> str:
    """Write one year's report, and return what to print: the file itself, or where it went.

    Raises:
        LotlineError: A file, a type, a year or a format that cannot be used, or a path that cannot be written.
    """
    from tools.brokers.registry import read
    from tools.household.build import build
    from tools.household.edit import set_account
    from tools.model import Investor
    from tools.report.export import export
    from tools.report.papers import tax_papers
    from tools.tax.law import law_for

    readings = [read(name, content) for name, content in files]
    told = dict(_told(words) for words in types)
    household = build(readings, as_of, told).household
    for account_id, kind in told.items():
        household = set_account(household, account_id, kind, None)
    wanted = as_of.year if year is None else year
    law = law_for(wanted)
    try:
        papers = tax_papers(household, Investor(), law, wanted, as_of, readings, whole_dollars=whole_dollars)
    except MissingFact as missing:
        unknown = [one.id for one in household.accounts if one.type is AccountType.UNKNOWN]
        if not unknown:
            raise
        raise MissingFact(missing.what, f"Add --account {unknown[0]}=taxable, or what else it is.") from missing
    content = export(papers, format_name)
    if out is None:
        if format_name == _BINARY:
            raise BadRequest("A spreadsheet cannot be printed.", "Name a file with --out report.xlsx.")
        return content.decode().replace("\r\n", "\n").rstrip("\n")
    try:
        out.write_bytes(content)
    except OSError as error:
        raise LotlineError(f"Cannot write {out}: {error.strerror}.", "Name another file with --out.") from error
    lines = [f"{_rows(len(papers.form.rows))} of {wanted} written to {out}. A worksheet, not the filed form."]
    lines += [f"{problem.where}: {problem.what} {problem.fix}" for problem in papers.problems]
    if papers.form.incomplete:
        lines.append(f"Without a cost and in no total: {_rows(len(papers.form.incomplete))}.")
    if papers.reconciled is not None:
        gap = papers.reconciled.ledger_usd - papers.reconciled.reported_usd
        lines.append(
            "The broker's report agrees to the cent."
            if papers.reconciled.ties
            else f"The broker's report differs by {gap:,.2f} dollars; ask Lotline why."
        )
    return "\n".join(lines)


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
