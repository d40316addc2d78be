"""The opening limit of a brand, learned from its own quiet peaks, so that a stated rate of false opens holds."""

from __future__ import annotations

from collections import deque
from math import expm1, log
from typing import Any

from detectors.packed import pack_floats, pack_times, unpack_floats, unpack_times

DAY = 86400
WEEK = 7 * DAY
FROM = 1.5
"""A peak is a spell of scores from this one on …"""
UNTIL = 1.4
"""… until they have been below this one …"""
CALM_SECONDS = 2 * 3600
"""… for so long."""
AFTER_SECONDS = 6 * 3600
"""A peak that began while a crisis was open, or so soon after, says nothing about quiet times."""
HIGHEST_OVER = 1.5
"""A peak so far over the limit teaches as if it were no higher …"""
BRIEF_SECONDS = 10 * 3600
"""… and nothing at all where it lasted longer: that was no quiet time."""
HALF_LIFE_DAYS = 14.0
PRIOR_EXCESS, PRIOR_PEAKS = 0.5, 5.0
"""Mean height of a peak over `FROM` before any was seen, and how many peaks that weighs."""
MOST_EXCESS = 3.0
"""The mean height is never thought to be larger."""
PRIOR_RATE, PRIOR_WEEKS = 4.0, 0.5
"""Peaks a week before any was seen, and how many weeks that weighs."""
LEAST, MOST = 2.1, 6.0
"""The limit of any brand."""
SHAPE_PER_FACTOR, EXPONENTIAL_AT = 0.2, 1.5
LIGHTEST, HEAVIEST = -0.1, 0.1
"""The shape of the distribution of heights rises with the factor by which clusters inflate the variance of a count: who comes alone
rarely makes a high peak by chance, who comes in threads that differ in size does. At 1.5 the tail is exponential."""
HOLD_SECONDS = 1800
MOMENTARY = 0.4
"""A score that was not held for `HOLD_SECONDS` needs to be so much higher."""

_DAY_KEEP = 0.5 ** (1.0 / HALF_LIFE_DAYS)


class Limit:
    """Heights of quiet peaks above a low mark fall off exponentially; so does how often a limit is passed.

    With a mean excess b over `FROM` and l peaks a week, a limit of `FROM + b ln(l / target)` is passed `target` times
    a week (peaks over threshold with an exponential tail: Davison and Smith, Models for exceedances over high
    thresholds, JRSS B 1990). Both are decayed with a half-life of 14 days and shrunk to a cautious prior. High peaks are
    cut off, because what is high may be a crisis; their mean is put right for that (the exponential distribution, censored
    at the cut). What was learned moves the limit at the first window of a day (UTC). Weeks are of days on which anybody spoke.

    The tail is lighter than that where voices come alone and heavier where they come in clusters: generalised Pareto, with the
    same mean b and a shape that follows from the clusters (Davison and Smith likewise), since the peaks of one brand are
    too few to tell it.
    """

    __slots__ = (
        "_clock", "_cut", "_day", "_excess", "_highest", "_last", "_learns", "_peaks", "_recent", "_since", "_weeks",
        "clusters", "excess", "per_week",
    )  # fmt: skip

    def __init__(self) -> None:
        self.excess = PRIOR_EXCESS
        """Mean height of a quiet peak over `FROM`."""
        self.per_week = PRIOR_RATE
        """Quiet peaks a week."""
        self.clusters = EXPONENTIAL_AT
        """By how much clusters inflate the variance of a count, > 0; for the brand to say whenever it asks."""
        self._cut = 0.0
        """Heights beyond this were cut off: `HIGHEST_OVER` over the limit of the day; 0 before the first day."""
        self._excess = self._peaks = self._weeks = 0.0
        self._day: int | None = None
        self._since: int | None = None
        """When the present peak began."""
        self._last = 0
        """When it was last over `UNTIL`."""
        self._highest = 0.0
        self._learns = True
        self._clock = 0
        self._recent: deque[tuple[int, float]] = deque()
        """The lowest scores of the last `HOLD_SECONDS`, ascending."""

    def at(self, target: float) -> float:
        """The score that quiet times pass so often a week; `target` > 0."""
        over = log(max(self.per_week, 1e-9) / target)
        shape = min(HEAVIEST, max(LIGHTEST, SHAPE_PER_FACTOR * (self.clusters - EXPONENTIAL_AT)))
        if shape:
            over = (1.0 - shape) * expm1(shape * over) / shape
        return min(MOST, max(LEAST, FROM + self.excess * over))

    def firm(self, score: float, momentary: float = MOMENTARY) -> float:
        """A score as it is held against a limit: a moment counts for less than what has lasted, at most by `momentary`."""
        return max(score - momentary, min(score, self.held))

    @property
    def held(self) -> float:
        """The lowest score of the last half hour; 0 where so long was not watched."""
        return self._recent[0][1] if self._recent else 0.0

    def observe(self, score: float, end: int, target: float, *, quiet: bool) -> None:
        """Note the score of the window that ended at `end` (seconds); `quiet`: no crisis is open, or was lately."""
        if self._since is not None and end - self._last >= CALM_SECONDS:
            self._end_peak()  # before the days since then fade it
        if end // DAY != self._day:
            self._renew(end // DAY, target)
        self.hold(score, end)
        if score < UNTIL:  # and so is what is firm of it
            return
        firm = self.firm(score)
        if self._since is None:
            if firm >= FROM:
                self._since = self._last = end
                self._highest, self._learns = firm, quiet
        elif firm >= UNTIL:
            self._last = end
            self._highest = max(self._highest, firm)

    def dismiss(self) -> None:
        """A person says that what there was is no crisis: its peak is a quiet one."""
        self._learns = True

    def confirm(self) -> None:
        """A person says that there is a crisis: its peak, as short and as low as it may be, is no quiet one."""
        self._learns = False

    def hold(self, score: float, end: int) -> None:
        """Note how high the score is, and learn nothing from it."""
        recent = self._recent
        if end - self._clock > HOLD_SECONDS:  # it slept, and sleeping is silence
            recent.append((end, 0.0))
        while recent and recent[-1][1] >= score:
            recent.pop()
        recent.append((end, score))
        while recent[0][0] <= end - HOLD_SECONDS:
            recent.popleft()
        self._clock = end

    def _end_peak(self) -> None:
        lasted = self._last - (self._since or 0)
        height = self._highest
        if self._learns and (height <= self._cut or lasted <= BRIEF_SECONDS):
            self._peaks += 1.0
            self._excess += min(height, self._cut) - FROM
        self._since = None

    def _renew(self, day: int, target: float) -> None:
        if self._day is not None:
            passed = day - self._day
            keep = _DAY_KEEP**passed
            self._peaks *= keep
            self._excess *= keep
            # days that were slept through fade what was learned, and teach nothing: nobody spoke who could have complained
            self._weeks = (self._weeks + DAY / WEEK) * keep
        self._day = day
        mean = (PRIOR_EXCESS * PRIOR_PEAKS + self._excess) / (PRIOR_PEAKS + self._peaks)
        self.excess = _uncensored(mean, self._cut - FROM) if self._cut else mean
        self.per_week = (PRIOR_RATE * PRIOR_WEEKS + self._peaks) / (PRIOR_WEEKS + self._weeks)
        self._cut = self.at(target) + HIGHEST_OVER

    def snapshot(self) -> dict[str, Any]:
        """Named values."""
        return {
            "excess": self.excess,
            "per_week": self.per_week,
            "cut": self._cut,
            "sums": [self._excess, self._peaks, self._weeks],
            "day": self._day,
            "peak": [self._since, self._last, self._highest, self._learns],
            "clock": self._clock,
            "recent": [pack_times([end for end, _ in self._recent]), pack_floats([score for _, score in self._recent])],
        }

    @classmethod
    def restore(cls, state: dict[str, Any]) -> Limit:
        """The limit a snapshot was taken of."""
        limit = cls()
        limit.excess, limit.per_week, limit._cut = state["excess"], state["per_week"], state["cut"]
        limit._excess, limit._peaks, limit._weeks = state["sums"]
        limit._day, limit._clock = state["day"], state["clock"]
        limit._since, limit._last, limit._highest, limit._learns = state["peak"]
        ends, scores = state["recent"]
        limit._recent.extend(zip(unpack_times(ends), unpack_floats(scores), strict=True))
        return limit


def _uncensored(mean: float, cut: float) -> float:
    """Mean of an exponential distribution that has this mean where what is beyond `cut` counts as `cut`."""
    scale = mean
    for _ in range(6):
        scale = min(MOST_EXCESS, mean / -expm1(-cut / scale))
    return scale
