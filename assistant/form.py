"""The settings panel: what it shows of the person, and what its fields say back."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from assistant.grounding import neutralise
from assistant.session import Session
from assistant.settings import Settings
from tools.errors import BadRequest
from tools.facts import plain

PROFILE_FIELDS = ("filing_status", "state", "income", "rate", "targets")
MODEL_FIELDS = ("model", "base_url")
_TARGET = re.compile(
    r"\s{0,9}(?P<key>[A-Za-z][\w. &-]{0,40}?)[\s:=]{1,9}(?P<weight>\d{1,3}(?:\.\d{1,4})?)\s{0,2}%?\s{0,9}"
)


def form_of(session: Session, settings: Settings) -> dict[str, str]:
    """Return every field with what is known, empty when nothing is."""
    known = session.context()["profile"]
    targets = (f"{t.key} {_percent(t.weight_frac)}" for t in session.investor.targets)
    return {
        "filing_status": known.get("filing_status", ""),
        "state": known.get("state", ""),
        "income": known.get("income_usd", ""),
        "rate": known.get("rate_frac", ""),
        "targets": ", ".join(targets),
        "model": settings.model or "",
        "base_url": settings.base_url or "",
    }


def changed(values: Mapping[str, Any], before: Mapping[str, str]) -> dict[str, str]:
    """Return the known fields whose text differs from before."""
    said = {key: str(value or "").strip() for key, value in values.items() if key in before}
    return {key: value for key, value in said.items() if value != before[key]}


def profile_arguments(fields: Mapping[str, str]) -> dict[str, Any]:
    """Turn the panel's texts into arguments of ``set_profile``; an emptied field changes nothing.

    Raises:
        BadRequest: An amount, a rate or a target cannot be read.
    """
    found: dict[str, Any] = {key: fields[key] for key in ("filing_status", "state") if fields.get(key)}
    if fields.get("income"):
        found["income"] = float(_number(fields["income"], "income"))
    if fields.get("rate"):
        rate = _number(fields["rate"], "rate")
        found["rate"] = float(rate / 100 if "%" in fields["rate"] or rate > 1 else rate)
    if fields.get("targets"):
        found["targets"] = targets_of(fields["targets"])
    return found


def targets_of(text: str) -> dict[str, float]:
    """Read "AAA 10%, BBB 20%, cash 70%".

    Raises:
        BadRequest: A part is not a name with a percentage.
    """
    found: dict[str, float] = {}
    for part in re.split(r"[,;\n]", text):
        read = _TARGET.fullmatch(part)
        if part.strip() and read is None:
            raise BadRequest(
                f"“{part.strip()[:40]}” is not a target.", "Write for example: AAA 60%, BBB 40%.", "targets"
            )
        if read is not None:
            found[read["key"].strip()] = float(Decimal(read["weight"]) / 100)
    return found


def noted(result: Mapping[str, Any], fields: Sequence[str]) -> str:
    """Say what ``set_profile`` took over, or why it took nothing."""
    if error := result.get("error"):
        return neutralise(f"That could not be taken over: {error.get('what', '')} {error.get('fix', '')}".strip())
    return f"Noted: {', '.join(name.replace('_', ' ') for name in fields)}. Answers use it from now on."


def _number(text: str, where: str) -> Decimal:
    cleaned = re.sub(r"[$,%\s]", "", text)
    thousands = cleaned[-1:].lower() == "k"
    try:
        number = Decimal(cleaned[:-1] if thousands else cleaned)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise BadRequest(f"“{text[:40]}” is not a number.", "Write digits only.", where)
    return number * 1000 if thousands else number


def _percent(frac: Decimal) -> str:
    return f"{plain((frac * 100).normalize())}%"
