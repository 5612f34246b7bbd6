"""Which term or rule a message asks to have explained, if any."""

from __future__ import annotations

import re

from assistant.builtin.marked import Marked
from assistant.concepts import all_named_in, named_in, names, plain

_DEFINES = re.compile(
    r"\b(?:what (?:is|are|was)|whats|what (?:does|do) .{0,40}\bmean|define|definition of|explain|explained|meaning of"
    r"|(?:whats|what is|what does|does) .{0,40}\b(?:mean|stand for)|how (?:does|do|is|are) .{0,60}\b(?:work|taxed|treated)"
    r"|differences? between|tell me (?:about|what)|never heard of|teach me|what the heck|whats the deal with|eli5"
    r"|in plain (?:words|english)|how come there is|what counts as|remind me what|help me understand"
    r"|dont (?:get|understand|know) what|no idea what|how long is|where (?:did|does|do) .{0,50}\bgo\b|go on)\b"
)
_LOOKS = re.compile(r"\b(?:whats|what is|what are) (?:in|inside|left in|my|our)\b")
_OWN = r"(?:my|our|this|that|his|her|their) (?:\w+ ){0,1}"
_TOOLS_OWN = frozenset(
    [
        *("drift", "asset_allocation", "rebalancing", "tax_lot", "cost_basis", "unrealized_gain", "concentration"),
        *("capital_gain", "tax_bracket", "carryover", "traditional_ira", "roth_ira", "taxable_account", "long_term"),
        *(
            "short_term",
            "diversification",
            "volatility",
            "form_8949",
            "schedule_d",
            "form_1099b",
            "etf",
            "fifo",
            "lifo",
        ),
        *("hifo", "workplace_plan", "hsa", "filing_status", "tax_loss_harvesting", "charitable_gift", "wash_sale"),
    ]
)
"""Terms that a tool answers from the person's own data; only a plain "what is a ..." asks for the term itself."""
_SPECIAL = frozenset(
    [
        *(
            "irmaa",
            "aca_subsidy",
            "espp",
            "rsu",
            "iso",
            "exchange_fund",
            "rmd",
            "withdrawal_order",
            "kiddie_tax",
            "amt",
        ),
        *("qsbs", "net_unrealized_appreciation", "opportunity_zone", "section_1256", "roth_conversion", "step_up"),
        *(
            "charitable_gift",
            "average_cost",
            "unknown_basis",
            "gifted_shares",
            "gift_tax",
            "direct_indexing",
            "netting",
        ),
        *("asset_location", "dividend_reinvestment", "form_1099b", "mutual_fund_distribution", "digital_assets_wash"),
        *("options_wash", "disallowed_loss", "partial_wash_sale", "tax_drag", "loss_before_purchase"),
    ]
)
"""Terms that are explained as soon as they are spoken of without a holding: no tool works them out."""
_EXPLAINS = re.compile(
    r"\b(?:explain|mean|means|meaning|define|understand|never heard|eli5|heck|plain|where|go on|work|works)\b"
)
_AUDIENCES = {
    "child": r"\b(?:like i(?:m| am) (?:five|5|ten|10|a (?:kid|child))|to (?:a|my) (?:kid|child|son|daughter|\d+ year old)|eli5)",
    "cpa": r"\b(?:(?:for|to) (?:my|a|the|our) (?:cpa|accountant|preparer)|im a cpa|as a cpa)\b",
    "advisor": r"\b(?:(?:for|to) (?:my|a|the) (?:advisor|adviser)|im an advis[oe]r)\b",
}


def asked_topic(words: str, marked: Marked) -> str | None:
    """Return the term that a sentence asks about: "what is NIIT?", "how do wash sales work?"."""
    text = plain(_unmarked(words, marked))
    if "@sym" in words or not _DEFINES.search(text) or _LOOKS.search(text):
        return None
    key = named_in(text)
    if key is None or _EXPLAINS.search(text):
        return key
    either = "|".join(re.escape(form) for form, of in names().items() if of == key)
    if key in _TOOLS_OWN:
        return key if re.search(rf"\b(?:what is|whats|what are) (?:an? )?(?:{either})\b", text) else None
    return None if re.search(rf"\b{_OWN}(?:{either})\b", text) else key


def touched_topic(words: str, marked: Marked) -> str | None:
    """Return the term that the words touch, where nothing else was understood."""
    key = named_in(plain(_unmarked(words, marked)))
    return None if key in _TOOLS_OWN else key


def special_topic(words: str, marked: Marked) -> str | None:
    """Return a term that no tool works out and that a sentence speaks of, as long as it names no holding or amount."""
    if re.search(r"@(?:sym|usd|shares)\d", words):
        return None
    return next((key for key in all_named_in(_unmarked(words, marked)) if key in _SPECIAL), None)


def _unmarked(words: str, marked: Marked) -> str:
    """Put the values back in place of their marks."""
    return re.sub(r"@[a-z]+\d+", lambda found: marked.values.get(found[0], "").replace("_", " "), words)


def audience_of(said: str) -> str | None:
    """Return for whom an explanation is wanted, if they say so."""
    text = plain(said)
    return next((name for name, pattern in _AUDIENCES.items() if re.search(pattern, text)), None)
