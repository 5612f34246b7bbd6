"""Grounded numbers: an answer says only what a tool said, by reference or bound to one named field."""

from __future__ import annotations

from assistant.grounding.escape import escape_name, neutralise
from assistant.grounding.format import show_date, show_fact
from assistant.grounding.known import Known, known_of
from assistant.grounding.verifier import Unbound, Verifier, fill_references

__all__ = [
    "Known",
    "Unbound",
    "Verifier",
    "escape_name",
    "fill_references",
    "known_of",
    "neutralise",
    "show_date",
    "show_fact",
]
