"""The slow slide that no single window shows: a share of unhappy voices that creeps up over days to weeks."""

from __future__ import annotations

from collections import deque
from math import sqrt
from statistics import median
from typing import Any

from detectors.signals.reading import COOL, Reading

NAME = "drift"
DAY = 86400
WEEK_DAYS = 7
WARM_UP_DAYS = 14
MIN_VOICES = 12
"""A day of fewer voices says nothing about a share: it counts as a usual one and teaches nothing."""
HALF_LIFE_DAYS = 28.0
"""Memory of the reference: a slide of three weeks must not carry its own reference along."""
ALLOWANCE = 0.4
"""Taken off each day, in standard deviations of a day: half of the lasting shift that is found soonest (Page's k)."""
DECISION_INTERVAL = 4.0
"""The sum at which the score is 3 (Page's h)."""
MAX_SUM = 2.0 * DECISION_INTERVAL
"""The sum stops here, so that it is soon small again after the slide was taken back."""
WINSOR = 1.2
"""A day adds and teaches at most this many standard deviations: what jumps within hours is for the other signals.

So it takes five bad days to get from nothing to a score of 3, however bad they are.
"""
SPREAD_WINSOR = 3.0
"""The same for what is learned of the spread, which needs the tails."""
PRIOR_SPREAD = 0.03
"""How much the share of a brand differs from day to day, standard deviation, before it is known."""
MIN_SPREAD = 0.015
"""However steady a brand is, from one day to the next its share may differ by this: less is nobody's business."""
MAX_LOUD_DAYS = 14
"""Loud for so long, the last week becomes the reference: a lasting change is told once, and then it is normal."""
LOUD = 3.0
"""The score from which the days are counted: the lowest limit that opens anything by default."""
RANGE = 2.0
"""Standard deviations of a week around the reference that are told as normal. At a score of 3 the week mostly is beyond."""

_KEEP = 0.5 ** (1.0 / HALF_LIFE_DAYS)


class Drift:
    """One-sided cumulative sum (Page, Continuous Inspection Schemes, Biometrika 1954) over the days (UTC) of a brand.

    Per closed day with a share y of n voices: z = (y - r) / sqrt(r (1 - r) / n + v), winsorised, and
    S = max(0, S + z - k); the score is 3 S / h. The reference r is a slow winsorised mean of daily shares that begins
    as the median of a first week. The variance v between days is what their squared distances from r leave after the
    binomial one, and twice the covariance of neighbouring days, because moods last (Newey and West, Econometrica 1987,
    with one lag). So sampling rules at one voice an hour, and habit at ten thousand.

    Frozen while loud, not from `HOT` on like the signals of hours: a reference that stands still on the way up takes
    its own error for a slide (a fifth more false alarms on quiet years).
    """

    __slots__ = (
        "_carried", "_day", "_distance", "_excess", "_loud_days", "_reference", "_sum", "_unhappy", "_voices", "_week", "_weight",
        "samples",
    )  # fmt: skip

    def __init__(self) -> None:
        self.samples = 0
        """Days learned from."""
        self._day: int | None = None
        self._voices = self._unhappy = 0
        self._week: deque[tuple[int, int]] = deque(maxlen=WEEK_DAYS)
        self._reference = 0.0
        self._weight = 0.0
        self._excess = PRIOR_SPREAD**2
        self._carried = 0.0
        self._distance = 0.0
        self._sum = 0.0
        self._loud_days = 0

    @property
    def score(self) -> float:
        """Of the days closed so far, in [0, 6]; 0 before it is warm. Changes when a day ends (UTC)."""
        return LOUD * self._sum / DECISION_INTERVAL

    @property
    def warm(self) -> bool:
        """Whether the reference may be believed: two weeks of days with enough voices."""
        return self.samples >= WARM_UP_DAYS

    def close_hour(self, voices: int, unhappy: int, end: int) -> None:
        """Add the hour that ended at `end` (seconds): its voices >= 0, and how many of them were unhappy.

        Hours left out are hours of silence; an hour that was ended already is not ended again.
        """
        day = (end - 1) // DAY
        if self._day is None:
            self._day = day
        while self._day < day:
            self._close_day()
        self._voices += voices
        self._unhappy += unhappy
        if end % DAY == 0 and self._day == day:
            self._close_day()

    def read(self, end: int) -> Reading:
        """The score at `end` (seconds), with its evidence: shares in [0, 1] of unhappy voices in the last seven whole days.

        The window ends at the last midnight (UTC). To be asked for once the hours up to `end` were closed.
        """
        midnight = end // DAY * DAY
        voices = sum(voices for voices, _ in self._week)
        deviation = self._deviation(max(voices, 1), WEEK_DAYS)
        return Reading(
            name=NAME,
            window_start=midnight - WEEK_DAYS * DAY,
            window_end=midnight,
            observed=sum(unhappy for _, unhappy in self._week) / voices if voices else self._reference,
            expected=self._reference,
            low=max(0.0, self._reference - RANGE * deviation),
            high=min(1.0, self._reference + RANGE * deviation),
            score=self.score,
            samples=self.samples,
            warm=self.warm,
            baseline_kind="reference_share",
        )

    def _close_day(self) -> None:
        """Score the day, then learn from it unless loud."""
        voices, unhappy = self._voices, self._unhappy
        self._week.append((voices, unhappy))
        deviation = self._deviation(max(voices, 1))
        distance = unhappy / voices - self._reference if voices >= MIN_VOICES else 0.0
        if self.warm:
            self._add(_winsorised(distance / deviation, WINSOR))
        if self._loud_days > MAX_LOUD_DAYS:
            self._anchor()
            self._sum, self._loud_days = 0.0, 0
        elif voices >= MIN_VOICES and not self._loud_days:
            self._learn(distance, deviation, voices)
        self._day = (self._day or 0) + 1
        self._voices = self._unhappy = 0

    def _add(self, deviations: float) -> None:
        """Add a day to the sum; loud from a score of 3 until it is cool."""
        self._sum = min(MAX_SUM, max(0.0, self._sum + deviations - ALLOWANCE))
        loud = self.score >= (COOL if self._loud_days else LOUD)
        self._loud_days = self._loud_days + 1 if loud else 0

    def _anchor(self) -> None:
        """The last week becomes the reference: by its median, so that one bad day does not."""
        shares = [unhappy / voices for voices, unhappy in self._week if voices >= MIN_VOICES]
        self._reference = median(shares or [self._reference])
        self._weight = float(WEEK_DAYS)

    def _learn(self, distance: float, deviation: float, voices: int) -> None:
        """Learn a day that lay so far from the reference, against its standard deviation."""
        self.samples += 1
        if self.samples <= WEEK_DAYS:
            self._anchor()
            return
        self._weight = self._weight * _KEEP + 1.0
        far = _winsorised(distance, SPREAD_WINSOR * deviation)
        rate = 1.0 / (self._weight + WEEK_DAYS)  # the prior weighs as much as a week
        self._excess += rate * (far * far - self._binomial(voices) - self._excess)
        self._carried += rate * (far * self._distance - self._carried)
        self._distance = far
        self._reference += _winsorised(distance, WINSOR * deviation) / self._weight

    def _deviation(self, voices: int, days: int = 1) -> float:
        """Standard deviation of the share of this many voices over so many days, around the reference."""
        spread = self._excess + 2.0 * max(0.0, self._carried)
        return sqrt(max(spread, MIN_SPREAD**2) / days + self._binomial(voices))

    def _binomial(self, voices: int) -> float:
        """Variance of a share by sampling alone; never less than that of one unhappy voice among them."""
        return max(self._reference * (1.0 - self._reference), 1.0 / voices) / voices

    def snapshot(self) -> dict[str, Any]:
        """Named numbers."""
        return {
            "samples": self.samples,
            "day": self._day,
            "voices": self._voices,
            "unhappy": self._unhappy,
            "week": [list(day) for day in self._week],
            "reference": self._reference,
            "weight": self._weight,
            "excess": self._excess,
            "carried": self._carried,
            "distance": self._distance,
            "sum": self._sum,
            "loud_days": self._loud_days,
        }

    @classmethod
    def restore(cls, state: dict[str, Any]) -> Drift:
        """The signal a snapshot was taken of."""
        signal = cls()
        signal.samples = state["samples"]
        signal._day = state["day"]
        signal._voices, signal._unhappy = state["voices"], state["unhappy"]
        signal._week.extend((voices, unhappy) for voices, unhappy in state["week"])
        signal._reference, signal._weight = state["reference"], state["weight"]
        signal._excess, signal._carried, signal._distance = state["excess"], state["carried"], state["distance"]
        signal._sum, signal._loud_days = state["sum"], state["loud_days"]
        return signal


def _winsorised(value: float, limit: float) -> float:
    return max(-limit, min(limit, value))
