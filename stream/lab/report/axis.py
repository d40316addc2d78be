"""Time along a chart: percents of its width, dates, and a word on every day.

Lengths along time are percents and those across it are pixels, so that a chart is as wide as there is room and its
words stay as large as all others.
"""

from __future__ import annotations

import math

from stream.lab.report import words
from stream.lab.report.columns import HOUR, Columns
from stream.lab.report.markup import Html, element

DAY = 24 * HOUR
_MONDAY = 4 * DAY
"""1970-01-05, the first Monday after the epoch."""
_MOST_DAY_TICKS = 70
_MOST_LABELS = 8
_MOST_DAYS_TOLD = 190
"""Longer stretches do not tell of their days where one points at them."""


class Axis:
    """Where a time of `[start, end)` lies."""

    def __init__(self, start: int, end: int) -> None:
        self.start, self.end = start, max(start + 1, end)

    def at(self, time: float) -> float:
        """0 to 100."""
        return round(100 * min(1.0, max(0.0, (time - self.start) / (self.end - self.start))), 2)

    def box(self, times: tuple[int, int], top: float, height: float, kind: str, told: str = "") -> Html:
        """A rectangle wide enough to be seen, and what it tells where one points at it."""
        left = self.at(times[0])
        width = max(0.2, self.at(times[1]) - left)
        return element(
            "rect",
            *([element("title", told)] if told else []),
            x=f"{left:g}%",
            width=f"{width:.4g}%",
            y=f"{top:g}",
            height=f"{height:g}",
            class_=kind,
        )


def across(y: float) -> Html:
    """A thin line over all of the chart."""
    return element("line", x1="0", x2="100%", y1=f"{y:g}", y2=f"{y:g}", class_="grid")


def dates(axis: Axis, top: float, bottom: float) -> list[Html]:
    """A mark for every day, or week where days would be too many; lines and dates for some of them."""
    days = (axis.end - axis.start) / DAY
    step = DAY if days <= _MOST_DAY_TICKS else 7 * DAY
    named = DAY if days <= _MOST_LABELS else 7 * DAY * math.ceil(days / 7 / _MOST_LABELS)
    first = axis.start - (axis.start - _MONDAY) % named
    drawn = []
    for at in range(first, axis.end, step):
        if at < axis.start:
            continue
        x, spoken = f"{axis.at(at):g}%", (at - first) % named == 0
        high, low = (top, bottom + 7) if spoken else (bottom, bottom + 4)
        kind = "grid" if spoken else "tick"
        drawn.append(element("line", x1=x, x2=x, y1=f"{high:g}", y2=f"{low:g}", class_=kind))
        if spoken and axis.at(at) < 95:
            drawn.append(element("text", words.short_date(at), x=x, dx="4", y=f"{bottom + 17:g}"))
    return drawn


def days(axis: Axis, seen: Columns, top: float, bottom: float) -> list[Html]:
    """What each day was, told where one points at it."""
    if axis.end - axis.start > _MOST_DAYS_TOLD * DAY:
        return []
    each, drawn = seen.hours_each * HOUR, []
    for start in range(axis.start - axis.start % DAY, axis.end, DAY):
        first, last = max(0, (start - axis.start) // each), max(1, (start + DAY - axis.start) // each)
        most, usual = max(seen.most[first:last], default=0.0), max(seen.usual_high[first:last], default=0.0)
        told = (
            f"{words.day(start)}: at most {most:,.0f} mentions in an hour; usually up to {words.number(round(usual))}"
        )
        times = (max(start, axis.start), min(start + DAY, axis.end))
        drawn.append(axis.box(times, top, bottom - top, "hover", told))
    return drawn
