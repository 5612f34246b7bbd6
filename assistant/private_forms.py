"""In which forms a private name, account number or file name may stand in a text."""

from __future__ import annotations

import re
from collections.abc import Mapping

# First names that are also words: hidden only where they are written as a name in mid-sentence.
WORDLIKE = frozenset(
    [
        "will",
        "mark",
        "may",
        "grace",
        "rich",
        "art",
        "bill",
        "rob",
        "sue",
        "drew",
        "chase",
        "hope",
        "faith",
        "joy",
        "dawn",
        "summer",
        "april",
        "june",
        "august",
        "penny",
        "frank",
        "grant",
        "chance",
        "price",
        "long",
        "short",
        "gain",
        "cash",
        "cost",
        "stock",
        "young",
        "white",
        "brown",
        "black",
        "green",
        "king",
        "bond",
        "joint",
        "sell",
        "wash",
        "tax",
        "loss",
        "lot",
        "roth",
        "ira",
        "plan",
        "trust",
        "house",
        "west",
        "east",
        "north",
        "south",
    ]
)
_GENERIC = frozenset(
    [
        "account",
        "accounts",
        "individual",
        "joint",
        "brokerage",
        "ira",
        "roth",
        "traditional",
        "rollover",
        "taxable",
        "trust",
        "401k",
        "hsa",
        "529",
        "tenants",
        "common",
        "tod",
        "ttee",
        "wros",
        "contributory",
        "sep",
        "simple",
        "my",
        "our",
        "the",
        "and",
        "his",
        "her",
        "spouse",
        "retirement",
        "savings",
    ]
)


def forms_of(labels: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """Return whole private strings, and the parts of them that still identify."""
    exact: dict[str, str] = {}
    parts: dict[str, str] = {}
    for private, label in labels.items():
        if not _says_nothing(private, label):
            exact.setdefault(private.lower(), label)
        for part in _name_parts(private) if label.startswith("person-") else ():
            parts[part] = label if parts.get(part, label) == label else "[name]"
        for form in _number_forms(private) if label.startswith("acct-") else ():
            exact.setdefault(form.lower(), label)
        if label.startswith("file-"):
            exact.setdefault(private.replace("\\", "/").rsplit("/", 1)[-1].lower(), label)
    return exact, {part: label for part, label in parts.items() if part not in exact}


def _says_nothing(private: str, label: str) -> bool:
    """Tell whether an account is called by common words only, such as "Roth IRA": no secret, and spoken of so."""
    words = re.findall(r"\w+", private.lower())
    return label.startswith("acct-") and all(word in _GENERIC for word in words)


def _name_parts(name: str) -> list[str]:
    words = re.findall(r"[^\W\d_][\w'’-]{1,40}", name)
    return [word.lower() for word in words if len(word) > 2 and word.lower() not in _GENERIC]


def _number_forms(name: str) -> list[str]:
    """Return an account's number whole, without separators, and its last digits as statements shorten them."""
    forms: list[str] = []
    for found in re.findall(r"[A-Za-z]{0,3}-?[\d*xX.…-]{2,24}\d", name):
        digits = re.sub(r"\D", "", found)
        if len(digits) < 3:
            continue
        forms += [found, found.replace("-", "")] if found != digits else []
        # Four digits alone may be shares or dollars; five and more are the account.
        forms += [digits] if len(digits) > 4 else []
        tails = {digits[-3:], digits[-4:]}
        forms += [
            f"{lead}{tail}"
            for tail in tails
            for lead in ("...", "…", "x", "xx", "xxx", "xxxx", "*", "**", "***", "****")
        ]
        forms += [f"ending in {tail}" for tail in tails]
    return forms
