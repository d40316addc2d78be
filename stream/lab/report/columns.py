"""A brand's hours put together into as many columns as a chart can show."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from stream.lab.findings import Hours

HOUR = 3600
MOST_COLUMNS = 480
"""About one for every two pixels of a wide screen."""


@dataclass(frozen=True, slots=True)
class Columns:
    """One value a column; every column has `hours_each` hours, but for the last one, which may have fewer."""

    hours: int
    """All together."""
    hours_each: int
    mean: list[float]
    """Mentions an hour."""
    most: list[float]
    """Mentions in the busiest hour."""
    negative: list[float]
    """Negative mentions in the hour with most of them."""
    share: list[float | None]
    """Negative of those with a sentiment; None where none has one."""
    usual: list[float]
    """Mentions an hour that are usual, mean."""
    usual_high: list[float]
    """Usually not more, mean."""


def columns(hours: Hours, start: int, end: int, most: int = MOST_COLUMNS) -> Columns:
    """The hours of `[start, end)`; those that the brand does not have are empty."""
    total = max(1, -(-(end - start) // HOUR))
    each = -(-total // most)
    skipped = (hours.start - start) // HOUR
    mentions, negative, scored = (
        _placed(values, skipped, total) for values in (hours.mentions, hours.negative, hours.scored)
    )
    usual, usual_high = (_placed(values, skipped, total) for values in (hours.expected, hours.expected_high))
    return Columns(
        hours=total,
        hours_each=each,
        mean=_of_each(mentions, each, _mean),
        most=_of_each(mentions, each, max),
        negative=_of_each(negative, each, max),
        share=[
            unhappy / known if known else None
            for unhappy, known in zip(_of_each(negative, each, sum), _of_each(scored, each, sum), strict=True)
        ],
        usual=_of_each(usual, each, _mean),
        usual_high=_of_each(usual_high, each, _mean),
    )


def _placed(values: Sequence[float], skipped: int, total: int) -> list[float]:
    """Values at their hours of the stretch; what lies outside is left out."""
    inside = [float(value) for value in values[max(0, -skipped) :]]
    return ([0.0] * max(0, skipped) + inside + [0.0] * total)[:total]


def _of_each(values: list[float], each: int, what: Callable[[list[float]], float]) -> list[float]:
    return [what(values[first : first + each]) for first in range(0, len(values), each)]


def _mean(values: list[float]) -> float:
    return sum(values) / len(values)
