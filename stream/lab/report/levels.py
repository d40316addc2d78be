"""Levels over time as a strip: the higher the bar, the higher the level."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from stream.lab.findings import ENDS, Found
from stream.lab.report import words
from stream.lab.report.axis import Axis, across
from stream.lab.report.difference import ended
from stream.lab.report.markup import Html

_HIGHEST = 4


def strip(axis: Axis, crises: Iterable[Found], top: float, height: float) -> list[Html]:
    """A bar for each stretch at a level, and the line they stand on."""
    drawn = [across(top + height)]
    for crisis in crises:
        for start, end, level in spans(crisis, axis.end):
            high = height * min(level, _HIGHEST) / _HIGHEST
            told = f"{words.level_name(level)}: {words.time(start)}, for {words.duration(end - start)}"
            drawn.append(axis.box((start, end), top + height - high, high, f"fill-{min(level, _HIGHEST)}", told))
    return drawn


def spans(crisis: Found, end: int) -> list[tuple[int, int, int]]:
    """Start, end and level of each stretch at a level over 0, in order; `end` is that of the stream."""
    changes = [(step.at, 0 if step.verb in ENDS else step.level) for step in crisis.steps]
    over = max(ended(crisis, end), changes[-1][0])
    merged: list[tuple[int, int, int]] = []
    for (start, level), (until, _) in pairwise([*changes, (over, 0)]):
        if level < 1 or until <= start:
            continue
        goes_on = bool(merged) and merged[-1][1:] == (start, level)
        merged.append((merged.pop()[0] if goes_on else start, until, level))
    return merged
