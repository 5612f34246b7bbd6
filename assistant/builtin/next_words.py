"""Words that mean nothing without the answer before: patterns over marked words."""

from __future__ import annotations

import re

ALSO = r"^(?:and |so |ok )*"
OWN = re.compile(
    rf"{ALSO}(?:do|did|have|dont|are) (?:i|we) (?:have |do |got |doing |owe |pay |need )?"
    r"(?:any|some|one|it|that|those|such)\b"
    rf"|{ALSO}(?:which|what|how many) (?:of (?:mine|ours|my|our)|(?:ones )?(?:do|have) (?:i|we) )"
    rf"|{ALSO}(?:does|do|is|would) (?:it|that|this|they|those) "
    r"(?:apply to|affect|hit|touch|matter for|concern) (?:me|us) "
)
SAFE = re.compile(
    r"\bwhen\b.*\b(?:safe|again|back|ok|okay|clear|over|rebuy|buy)\b|^(?:until|till|from) when"
    r"|^how long (?:do|must|should) (?:i|we) wait"
)
MEANWHILE = re.compile(
    r"\b(?:hold|own|buy|use|park|get|have|put)\b.*"
    r"\b(?:meanwhile|meantime|instead|until then|till then|in (?:its|their) place|for now)\b"
    r"|\breplace (?:it|that|them|those)\b"
    rf"|{ALSO}(?:in the )?(?:meanwhile|meantime)\b.*\b(?:hold|own|buy|use|what)\b"
)
KEEP = re.compile(
    r"\b(?:how much|what)\b.*\b(?:keep|left|clear|net|pocket|end up with|take home|get out|remains?|stays?)\b"
    rf"|{ALSO}(?:after tax|net of tax|all in)\b"
)
PAID = re.compile(r"\b(?:pay|paid|cost|basis|bought|worth|up or down|gain|lot|lots)\b.*\b(?:it|that|that one|them)?\b")
IT = re.compile(r"\b(?:it|that one|that|them|this one)\b")
ONLY_THERE = re.compile(
    r"^(?!.*\b(?:leave|leaving|keep|touch|trade|rebalance|sell|buy|move|plan)\b)"
    r".*(?:\b(?:only|just|alone)\b.*@(?:acct|type)\d|@(?:acct|type)\d+ (?:\S+ )?(?:only|alone)\b)"
)
SELL = re.compile(
    rf"{ALSO}(?:sell|dump|unload|take|harvest|use) (?:it|them|those|these|that|all of (?:it|them)|the lot)"
    r"(?: all| now| then| please)* $"
)
WASHES = re.compile(
    r"\bwash(?: sales?)?\b.*\b(?:any|one|all) of (?:them|those|these)"
    r"|\b(?:are|is) (?:any|one) of (?:them|those|these)\b.*\bwash"
)
OF_IT = re.compile(
    rf"{ALSO}(?:in )?(?:which|what) account\b|{ALSO}what (?:are|is) (?:they|it) worth\b"
    r"|\bwhen did (?:i|we) (?:buy|get) (?:it|them|those)\b|\bhow long have (?:i|we) (?:had|held|owned) (?:it|them)\b"
)
WHY = re.compile(rf"{ALSO}(?:why|how come)(?: not)?(?: that one| this one| that| those)? $")
COMES_TO = re.compile(
    rf"{ALSO}(?:how much|what) (?:do|does|would|will|did) (?:i|we|it|that|this|they|those|these) "
    r"(?:save|cost|owe|come to|pay)(?: us| me)? (?:\S+ ){0,2}$"
    rf"|{ALSO}(?:how much|what|whats) (?:is |would be |the )?tax (?:is|would be|on|for|of) (?:that|it|this|all that) "
    rf"|{ALSO}(?:the )?tax (?:bill|on that|cost)? ?$"
)
FROM_WHAT = re.compile(
    rf"{ALSO}(?:from|out of) (?:what|which|where)\b|{ALSO}which ones? $|{ALSO}what goes $"
    rf"|{ALSO}(?:what|which) (?:\S+ )?(?:would|do|should|will) (?:i|we|you) (?:sell|buy) (?:for that |then |first )?$"
    rf"|{ALSO}(?:which|what) (?:lots?|shares|holdings) (?:\S+ ){{0,2}}$"
)
WHICH_LOTS = re.compile(rf"{ALSO}(?:which|what) (?:lots?|shares|ones)\b(?! .*\b(?:left|remain))")
NOT_THAT_TRADE = re.compile(
    rf"{ALSO}what if (?:i|we|you) (?:didnt|dont|did not|do not|kept|keep|left|leave)\b"
    rf"|{ALSO}(?:then )?(?:keep|leave) (?:it|them|that one|that)(?: alone| then| out)* $"
)
WHY_NOT = re.compile(rf"{ALSO}(?:why|how come|why is that|why so)(?: not)? $")
AVOID = re.compile(
    rf"{ALSO}how (?:do|can|could|would|should|might) (?:i|we|one|you) "
    r"(?:avoid|get around|prevent|dodge|work around|stay clear of|not trigger)\b"
)
WHICH = re.compile(rf"{ALSO}(?:which|what)(?: one| ones)? $|{ALSO}(?:show|list) (?:me )?(?:it|them) $")
OF_A_TERM = re.compile(
    rf"{ALSO}(?:just|only|what about|how about)? ?(?:the )?(?:long|short) term (?:ones|lots|losses)? ?$"
)
OTHERS = re.compile(rf"{ALSO}(?:any(?:thing)? |something )?(?:cheaper|lower (?:fee|cost)|else|others?)\b")
INVEST_IT = re.compile(
    rf"{ALSO}(?:please )?(?:invest|deploy|use|spread) (?:it|that|this)(?: all)?(?: now| then| please)* $"
)
IN_THERE = re.compile(
    r"\b(?:biggest|largest|smallest|top|main|worst|best)\b.*\b(?:in there|of those|of them|there|in it)\b"
)
NEXT_BRACKET = re.compile(rf"{ALSO}how (?:far|much|close|near) .*\b(?:next|higher|top) (?:one|bracket|rate)\b")
OF_GAINS = re.compile(
    rf"{ALSO}(?:what about |how about )?(?:for|on|the|with) ?(?:\S+ )?(?:gains|dividends|state|federal) "
    r"(?:part |side |only |alone )?$"
)
BY_HOW_MUCH = re.compile(rf"{ALSO}by how much\b")
SHORTER = re.compile(
    r"\b(?:shorter|tldr|tl dr|in short|in brief|briefly|in one sentence|in a sentence"
    r"|summarize|summarise|too long|sum it up|the gist)\b"
)

SIMPLER = re.compile(r"\b(?:simpler|simple words|plain words|easier|plain english|like im|eli5|for dummies)\b")
LAST_YEAR = re.compile(rf"{ALSO}(?:for |of )?last year $")
EXTREME = re.compile(r"\b(?:biggest|largest|top|number one|main)\b", re.IGNORECASE)
DATED = re.compile(r"@date\d")
CHEAPER = re.compile(
    rf"{ALSO}(?:can you |could you )?(?:make|get) (?:it|that|this) (?:cheaper|less)\b"
    rf"|{ALSO}(?:whats |what is |show me |give me |is there )?(?:the |a |an )?"
    r"(?:cheapest|cheaper|least tax|lowest tax) (?:version|option|plan|one|way|variant)\b"
    rf"|{ALSO}(?:with )?less tax(?:es)? (?:please )?$"
)
TOO_MUCH_TAX = re.compile(
    rf"{ALSO}(?:thats |that is |its |still |way |far )*too much (?:in )?tax(?:es)? (?:for me |for us )?$"
)
SAVES_MOST = re.compile(
    rf"{ALSO}(?:which|what) (?:one|trade|sale|order)?s? ?(?:saves?|helps?|matters?|costs?|brings?)\b"
)
HOW_LONG = re.compile(
    rf"{ALSO}how long (?:must|should|do|would|have) (?:i|we)(?: to)? (?:hold|keep|own|stay in|sit in)\b"
)
STATUS = re.compile(
    r"^(?:and |but |wait |no |sorry |actually |i mean |make that |hmm )*(?:were |im |we are |as )?"
    r"(?:(?P<single>single|unmarried)|(?P<joint>married|joint|jointly)) (?:please |now |filing )*$"
)
ASKS = re.compile(
    rf"{ALSO}(?:but )?(?:how much|how many|when|which|what|where|who|how|why"
    r"|is|are|does|do|did|was|were|would|will) "
)
