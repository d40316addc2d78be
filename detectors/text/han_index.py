"""Find Chinese patterns: plain substrings of the normalised text, since nothing separates the words.

From left to right and longest first, but each kind of pattern for itself: a cause (`质量问题`) does not hide the polar
word inside it (`问题`), nor the other way round. Positions are characters.
"""

import re
from collections.abc import Iterable, Sequence

from detectors.text.hits import Hit, Meaning, meanings
from detectors.text.normalise import normalise
from detectors.text.terms import Lexicon

_NOT_NEGATIONS = (
    "非常 非但 非凡 特别 特別 别人 別人 别的 別的 别处 分别 分別 区别 區別 差别 差別 级别 級別 性别 性別 个别 個別 类别 類別 "
    "辨别 识别 識別 告别 告別 别墅 未来 未來 无论 無論 无比 無比 无限 無限 无线 無線 无敌 無敵 无数 無數 "
    "不仅 不僅 不但 不过 不過 不管 不论 不論 不断 不斷 不禁 不止 不光 不同 不愧 了不起 忍不住 没想到 沒想到"
).split()
"""Words that contain a negating character and negate nothing: "very", "especially", "future", "not only" ..."""

_NEGATIONS = "没有 沒有 不能 不会 不會 不是 不太".split()
"""Negators of two characters: as one, they reach as far as those of one character in the terms file."""

_NO_NEGATION = Meaning("negator", "none")
_GROUPS = {"cause": 0, "guard": 1, "negator": 2, "negative": 3, "positive": 3}
"""Patterns of one group hide one another, by kind."""


class HanIndex:
    """Chinese patterns by their first two characters. Immutable once built."""

    __slots__ = ("_by_head", "_heads", "_singles")

    def __init__(self, lexicons: Sequence[Lexicon]) -> None:
        patterns = [(normalise(pattern), meaning) for pattern, meaning in meanings(lexicons)]
        patterns += [(word, Meaning("negator")) for word in _NEGATIONS]
        patterns += [(word, _NO_NEGATION) for word in _NOT_NEGATIONS]
        self._by_head: dict[str, list[tuple[str, Meaning]]] = {}
        for pattern, meaning in patterns:
            self._by_head.setdefault(pattern[:2], []).append((pattern, meaning))
        pairs = [head for head in self._by_head if len(head) == 2]
        self._heads = re.compile(f"{_one_of(head[0] for head in pairs)}(?={_one_of(head[1] for head in pairs)})")
        self._singles = re.compile(_one_of(head for head in self._by_head if len(head) == 1))

    def find(self, text: str) -> list[Hit]:
        """Every pattern in this text, from left to right."""
        found: list[tuple[int, int, Meaning]] = []
        for width, expression in ((1, self._singles), (2, self._heads)):
            for match in expression.finditer(text):
                at = match.start()
                for pattern, meaning in self._by_head.get(text[at : at + width], ()):
                    if text.startswith(pattern, at):
                        found.append((at, -len(pattern), meaning))
        found.sort()
        return _longest(found)


def _one_of(characters: Iterable[str]) -> str:
    """An expression for any of these characters; for none of them, one that never matches."""
    written = re.escape("".join(dict.fromkeys(characters)))
    return f"[{written}]" if written else "(?!)"


def _longest(found: list[tuple[int, int, Meaning]]) -> list[Hit]:
    """From (start, -length, meaning), sorted: within a group the longest that begin first; the rest overlap them."""
    hits: list[Hit] = []
    last = [(-1, 0)] * len(_GROUPS)
    for start, minus_length, meaning in found:
        group = _GROUPS[meaning.kind]
        end = start - minus_length
        if start >= last[group][1] or (start, end) == last[group]:
            last[group] = (start, end)
            if meaning is not _NO_NEGATION:
                hits.append(Hit(start, end, end - start, meaning))
    return hits
