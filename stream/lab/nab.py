"""How well alerts on count series agree with hand-labelled windows: the score of the Numenta Anomaly Benchmark (NAB).

An alert inside a window earns the more, the earlier it comes, 1 at the window's first row; only the first one of a window
counts. Each alert outside costs the more, the longer the last window is over. A missed window costs too. The sum is
stretched so that saying nothing is 0, and an alert on the first row of every window and nowhere else is 100.

Source: Lavin and Ahmad 2015, "Evaluating Real-Time Anomaly Detection Algorithms: the Numenta Anomaly Benchmark",
arXiv:1510.03336; the weights are those of the public repository, numenta/NAB at commit ea702d7.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby, pairwise
from math import exp, inf
from operator import itemgetter
from statistics import median
from typing import NamedTuple

from msgspec import Struct

from stream.lab.labelled import Series

HOUR_SECONDS = 3600
WEEK_SECONDS = 7 * 24 * HOUR_SECONDS
METRONOME_SECONDS = 50 * HOUR_SECONDS
PROBATION_SHARE, PROBATION_ROWS = 0.15, 750
"""The beginning of a series is for learning and is not judged: this share of its rows, at most so many."""
FAR = 3.0
"""An alert so many window widths behind a window costs the whole."""
LEGEND = (
    "null says nothing, a perfect detector has 100; metronome alerts every 50 hours;\n"
    "best limit is one limit on the score alone, chosen for each profile on these very series"
)


class Profile(NamedTuple):
    """What errors cost, where the earliest alert of a window earns 1."""

    false_alert: float
    missed_window: float


PROFILES = {
    "standard": Profile(0.11, 1.0),
    "reward_low_FP_rate": Profile(0.22, 1.0),
    "reward_low_FN_rate": Profile(0.11, 2.0),
}


class Judged(Struct, frozen=True):
    """How one detector did, over all series. None: cannot be said."""

    name: str
    scores: dict[str, float]
    """By profile, at most 100; below 0 is worse than saying nothing."""
    windows: int
    windows_hit: int | None = None
    false_episodes_per_series_week: float | None = None
    """Alerts at most an hour apart are one episode; false if none of them is in a window. Weeks outside windows."""
    median_hours_after_label: float | None = None
    """From the labelled moment to the first alert of its window; below 0 is before it."""
    hits_with_label: int | None = None
    late_hits: int | None = None
    """Of these, more than an hour after the label."""


class _Place(NamedTuple):
    """What an alert on a row is worth."""

    window: tuple[int, int] | None
    """Which series and which of its windows, if any."""
    worth: float
    """(0, 1] inside a window, [-1, 0) outside."""


class _Tally:
    """What alerts have earned so far, whatever their order."""

    def __init__(self, windows: int) -> None:
        self._windows = windows
        self._earned: dict[tuple[int, int], float] = {}
        self._sum = 0.0
        self._cost = 0.0

    @property
    def hit(self) -> int:
        return len(self._earned)

    def add(self, place: _Place) -> None:
        if place.window is None:
            self._cost += place.worth
        else:
            before = self._earned.get(place.window, 0.0)
            best = self._earned[place.window] = max(before, place.worth)  # the earliest: worth falls within a window
            self._sum += best - before

    def scores(self) -> dict[str, float]:
        """By profile: 100 (S - S of nothing) / (S of the perfect - S of nothing), shortened."""
        return {
            name: 100
            * (self._sum + false_alert * self._cost + missed_window * self.hit)
            / ((1 + missed_window) * self._windows)
            for name, (false_alert, missed_window) in PROFILES.items()
        }


def compare(
    series: Sequence[Series], scores: Sequence[Sequence[float]], alerts: Sequence[Sequence[bool]]
) -> list[Judged]:
    """The detector, what never looks at the data, and what its scores would give with one limit.

    `scores` (any scale, higher is stranger) and `alerts` have an item per row of each series; the series have at least
    one window that is judged, see `judged_windows`.
    """
    return [
        judge("detector", series, alerts),
        judge("null", series, [[False] * len(one.times) for one in series]),
        judge("metronome", series, [metronome(one.times) for one in series]),
        Judged("best limit", best_limit(series, scores), judged_windows(series)),
    ]


def judge(name: str, series: Sequence[Series], alerts: Sequence[Sequence[bool]]) -> Judged:
    """How alerts, one flag per row of each series, agree with the windows."""
    tally = _Tally(judged_windows(series))
    episodes, weeks, hours = 0, 0.0, list[float]()
    for number, (one, flags) in enumerate(zip(series, alerts, strict=True)):
        places = _places(one, number)
        alerted = [row for row in range(probation(len(one.times)), len(one.times)) if flags[row]]
        for row in alerted:
            tally.add(places[row])
        episodes += _false_episodes(one.times, alerted, places)
        weeks += _weeks_outside(one.times, places)
        hours += _hours_after_label(one, alerted)
    return Judged(
        name,
        tally.scores(),
        judged_windows(series),
        windows_hit=tally.hit,
        false_episodes_per_series_week=episodes / weeks if weeks else None,
        median_hours_after_label=median(hours) if hours else None,
        hits_with_label=len(hours),
        late_hits=sum(late > 1.0 for late in hours),
    )


def best_limit(series: Sequence[Series], scores: Sequence[Sequence[float]]) -> dict[str, float]:
    """By profile, the most that one limit for all series can give: every row with a score of at least it is an alert.

    The limit is chosen on what it is judged by, as NAB's published figures are.
    """
    rows: list[tuple[float, _Place]] = []
    for number, (one, given) in enumerate(zip(series, scores, strict=True)):
        start = probation(len(one.times))
        rows += zip(given[start:], _places(one, number)[start:], strict=True)
    rows.sort(key=itemgetter(0), reverse=True)
    tally = _Tally(judged_windows(series))
    best = tally.scores()
    for _, together in groupby(rows, key=itemgetter(0)):  # equal scores pass a limit together
        for _, place in together:
            tally.add(place)
        best = {name: max(best[name], reached) for name, reached in tally.scores().items()}
    return best


def metronome(times: Sequence[int]) -> list[bool]:
    """An alert every 50 hours, whatever the data."""
    flags, last = [], float("-inf")
    for at in times:
        flags.append(at - last >= METRONOME_SECONDS)
        last = at if flags[-1] else last
    return flags


def probation(rows: int) -> int:
    """How many rows at the beginning of a series are not judged."""
    return min(int(PROBATION_SHARE * rows), PROBATION_ROWS)


def judged_windows(series: Sequence[Series]) -> int:
    """How many windows do not end within the probation."""
    return sum(window.stop > probation(len(one.times)) for one in series for window in one.windows)


def _places(series: Series, number: int) -> list[_Place]:
    """Of each row. Inside a window x goes from -1 to nearly 0, behind it from 0 on, in widths of that window."""
    places = [_Place(None, -1.0)] * len(series.times)
    after = range(len(places), len(places))
    for count, (window, following) in enumerate(pairwise([*series.windows, after])):
        width = len(window)
        for row in window:
            places[row] = _Place((number, count), _sigmoid((row - window.stop) / width) / _sigmoid(-1.0))
        for row in range(window.stop, following.start):
            places[row] = _Place(None, _sigmoid((row - window.stop + 1) / (width - 1) if width > 1 else inf))
    return places


def _sigmoid(x: float) -> float:
    """2 / (1 + e^5x) - 1: 0.987 at -1, 0 at 0, -1 far behind."""
    return 2.0 / (1.0 + exp(5.0 * x)) - 1.0 if x <= FAR else -1.0


def _false_episodes(times: Sequence[int], alerted: Sequence[int], places: Sequence[_Place]) -> int:
    episodes: list[list[int]] = []
    for row in alerted:
        if episodes and times[row] - times[episodes[-1][-1]] <= HOUR_SECONDS:
            episodes[-1].append(row)
        else:
            episodes.append([row])
    return sum(all(places[row].window is None for row in episode) for episode in episodes)


def _weeks_outside(times: Sequence[int], places: Sequence[_Place]) -> float:
    judged = places[probation(len(times)) :]
    if not judged:
        return 0.0
    outside = sum(place.window is None for place in judged) / len(judged)
    return outside * (times[-1] - times[-len(judged)]) / WEEK_SECONDS


def _hours_after_label(series: Series, alerted: Sequence[int]) -> list[float]:
    """Of each window that was hit and has a label."""
    hours = []
    for window, label in zip(series.windows, series.labels, strict=True):
        first = next((row for row in alerted if row in window), None)
        if first is not None and label is not None:
            hours.append((series.times[first] - label) / HOUR_SECONDS)
    return hours


def as_text(found: Sequence[Judged]) -> str:
    """A small table for people: a column per detector."""
    rows = [["", *(one.name for one in found)]]
    rows += [[name, *(f"{one.scores[name]:.1f}" for one in found)] for name in PROFILES]
    rows += [
        ["windows hit", *(_of(one.windows_hit, one.windows) for one in found)],
        ["false episodes per series-week", *(_decimals(one.false_episodes_per_series_week) for one in found)],
        ["median hours after the label", *(_decimals(one.median_hours_after_label) for one in found)],
        ["hits over an hour after the label", *(_of(one.late_hits, one.hits_with_label) for one in found)],
    ]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ["  ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])]) for row in rows]
    return "\n".join([*lines, LEGEND])


def _of(count: int | None, whole: int | None) -> str:
    return f"{count} of {whole}" if count is not None and whole else "-"


def _decimals(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"
