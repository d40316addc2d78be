"""Many words as one regular expression that shares their beginnings: `re` alone would try every word in turn."""

import re
from collections.abc import Iterable, Sequence

Node = dict[str, "Node"]
"""Children by the piece of expression that leads to them; the key `""` marks the end of a word."""


def alternation(words: Iterable[Sequence[str]]) -> str:
    """An expression for any of these words, the longest that fits. A word is a sequence of pieces of expression."""
    root: Node = {}
    for word in words:
        node = root
        for piece in word:
            node = node.setdefault(piece, {})
        node[""] = {}
    return _expression(root)


def literal(word: str) -> list[str]:
    """The pieces of a word that is meant letter by letter."""
    return [re.escape(letter) for letter in word]


def _expression(node: Node) -> str:
    branches = [piece + _expression(child) for piece, child in node.items() if piece]
    if not branches:
        return ""
    if "" in node:
        return f"(?:{'|'.join(branches)})?"
    return branches[0] if len(branches) == 1 else f"(?:{'|'.join(branches)})"
