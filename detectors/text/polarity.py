"""Weigh what was found: how much in a text is displeased and how much is pleased.

A polar word weighs 1. A negator turns the next polar word within two positions over and is then used up: "not"
in "not good" is not counted a second time. A crisis term weighs 0.7 against, unless a polar word in it is counted
already; a pleased word inside a longer crisis term is part of the term ("dear" in the Hebrew "too dear").
Inside a guard nothing displeases: the "not" of "not expensive" is no complaint, nor is "dead" in "drop dead gorgeous".
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from detectors.text.hits import Hit

POLAR_WEIGHT = 1.0
CAUSE_WEIGHT = 0.7
NEGATION_REACH = 2
"""Positions (words; characters in Chinese) before a polar word in which a negator is looked for."""

_POLAR = {"negative", "positive"}


class Balance(NamedTuple):
    """Weights, both `>= 0`."""

    negative: float
    positive: float


def weigh(hits: Sequence[Hit], causes: frozenset[str]) -> Balance:
    """The balance of the hits of one text, in their order; of the crisis terms those count whose cause is in `causes`."""
    if not hits:
        return Balance(0.0, 0.0)
    polar = _longest([hit for hit in hits if hit.meaning.kind in _POLAR])
    terms = [hit for hit in hits if hit.meaning.name in causes and hit.meaning.kind == "cause"] if causes else []
    if terms:
        polar = [hit for hit in polar if hit.meaning.kind == "negative" or not _inside_longer(hit, terms)]
    guarded = {at for hit in hits if hit.meaning.kind == "guard" for at in range(hit.start, hit.end)}
    negators = {hit.end: hit.start for hit in hits if hit.meaning.kind == "negator"}
    signs = _signs(polar, negators, guarded)
    negative = sum(sign < 0 and start not in guarded for start, sign in signs.items())
    positive = sum(sign > 0 for sign in signs.values())
    return Balance(POLAR_WEIGHT * negative + CAUSE_WEIGHT * _places(terms, polar), POLAR_WEIGHT * positive)


def _longest(polar: Sequence[Hit]) -> list[Hit]:
    """From left to right without overlap; of several at one place the longest, then the most precise, then the first."""
    chosen: list[Hit] = []
    for hit in polar:
        if not chosen or hit.start >= chosen[-1].end:
            chosen.append(hit)
        elif hit.start == chosen[-1].start and (hit.end, hit.precision) > (chosen[-1].end, chosen[-1].precision):
            chosen[-1] = hit
    return chosen


def _inside_longer(hit: Hit, terms: Sequence[Hit]) -> bool:
    return any(term.start <= hit.start and hit.end <= term.end and term[:2] != hit[:2] for term in terms)


def _places(terms: Sequence[Hit], polar: Sequence[Hit]) -> int:
    """How many of these crisis terms share no position with a polar hit or with a term before them."""
    taken = {at for hit in polar for at in range(hit.start, hit.end)} if terms else set()
    count = 0
    for hit in terms:
        positions = range(hit.start, hit.end)
        if taken.isdisjoint(positions):
            taken.update(positions)
            count += 1
    return count


def _signs(polar: Sequence[Hit], negators: Mapping[int, int], guarded: set[int]) -> dict[int, int]:
    """-1 or +1 by the start of each polar hit, after negation; a negator that was used up is left out.

    `negators`: start by end. Most negators of the lexicons are polar words themselves ("not", "не", "没有"); one that
    is only the beginning of a longer polar word ("nie polecam") turns nothing else over, and one inside a guard
    nothing outside it.
    """
    signs = {hit.start: 1 if hit.meaning.kind == "positive" else -1 for hit in polar}
    if not negators:
        return signs
    ends: dict[int, list[int]] = {}
    for end, start in negators.items():
        ends.setdefault(start, []).append(end)
    free = dict(negators)
    for hit in polar:
        if hit.start in ends:
            if hit.end not in ends[hit.start]:
                for end in ends[hit.start]:
                    free.pop(end, None)
            continue
        for end in range(hit.start, hit.start - NEGATION_REACH, -1):
            if end in free and (free[end] not in guarded or hit.start in guarded):
                signs.pop(free.pop(end), None)
                signs[hit.start] = -signs[hit.start]
                break
    return signs
