"""OFX as a tree: SGML of version 1, where values have no closing tag, and XML of version 2, read alike.

Nothing is expanded: the five named characters of the standard are replaced, any other entity stays as it is written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9_.]{0,40})\s*>([^<]*)")
_NAMED = (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&nbsp;", " "), ("&amp;", "&"))
_DEEPEST = 60


@dataclass(slots=True)
class Node:
    """An aggregate or a value."""

    name: str
    text: str = ""
    children: list[Node] = field(default_factory=list)

    def each(self) -> Iterator[Node]:
        """Yield all nodes below, in the order of the file."""
        for child in self.children:
            yield child
            yield from child.each()

    def all(self, name: str) -> list[Node]:
        """Return all nodes below of one name."""
        return [one for one in self.each() if one.name == name]

    def value(self, *names: str) -> str:
        """Return the first value below that goes by one of the names, best name first; empty when there is none."""
        for name in names:
            found = next((one.text for one in self.each() if one.name == name and one.text), "")
            if found:
                return found
        return ""


def tree_of(text: str) -> Node:
    """Build the tree; a closing tag closes everything open inside of it, a stray one closes nothing."""
    root = Node("")
    open_nodes = [root]
    for closing, name, value in _TAG.findall(text):
        upper, plain = name.upper(), _plain(value)
        if closing:
            names = [node.name for node in open_nodes]
            if upper in names[1:]:
                del open_nodes[len(names) - 1 - names[::-1].index(upper) :]
            continue
        node = Node(upper, plain)
        open_nodes[-1].children.append(node)
        if not plain and len(open_nodes) < _DEEPEST:
            open_nodes.append(node)
    return root


def _plain(value: str) -> str:
    text = value.strip()
    for written, meant in _NAMED if "&" in text else ():
        text = text.replace(written, meant)
    return text
