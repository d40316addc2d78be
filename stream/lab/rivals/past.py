"""What has been counted so far, of a brand."""

from __future__ import annotations

from array import array
from collections import deque
from operator import sub

from stream.lab.tally import TEN_MINUTES, Bucket

HOUR = 3600
DAY = 24 * HOUR
WEEK = 7 * DAY
_SLICE = DAY // TEN_MINUTES


class Counts:
    """A count every ten minutes. Kept as sums from the beginning, so that any stretch is one subtraction."""

    __slots__ = ("_most", "_sums")

    def __init__(self, keep_seconds: int = 5 * WEEK) -> None:
        self._most = keep_seconds // TEN_MINUTES + _SLICE
        self._sums = array("q", [0])

    def add(self, count: int) -> None:
        """The next ten minutes."""
        self._sums.append(self._sums[-1] + count)
        if len(self._sums) > self._most + 1:
            del self._sums[:_SLICE]

    @property
    def seconds(self) -> int:
        """How far back it goes."""
        return (len(self._sums) - 1) * TEN_MINUTES

    def total(self, seconds: int, ended_ago: int = 0) -> int:
        """The count of a stretch that ended so many seconds ago, as much of it as is known."""
        end = len(self._sums) - 1 - ended_ago // TEN_MINUTES
        return self._sums[end] - self._sums[max(0, end - seconds // TEN_MINUTES)]

    def usual(self, window: int, baseline: int, ended_ago: int) -> float:
        """Mean count of a window in a baseline, as much of that as is known; some of it needs to be."""
        known = min(baseline, self.seconds - ended_ago)
        return self.total(baseline, ended_ago) * window / known

    def hours(self, seconds: int, ended_ago: int = 0) -> list[int]:
        """The whole hours of a stretch, newest first, as many as are known."""
        end = len(self._sums) - 1 - ended_ago // TEN_MINUTES
        stop = end - seconds // TEN_MINUTES - 1
        marks = self._sums[end : stop if stop >= 0 else None : -HOUR // TEN_MINUTES]
        return list(map(sub, marks, marks[1:]))


class Past:
    """What is known of a brand."""

    __slots__ = ("at", "mentions", "negative", "recent", "scored")

    def __init__(self) -> None:
        self.at = 0
        """End of the last bucket, seconds since the epoch."""
        self.mentions, self.negative, self.scored = Counts(), Counts(), Counts(2 * DAY)
        self.recent: deque[Bucket] = deque(maxlen=HOUR // TEN_MINUTES)
        """The last hour."""

    def add(self, bucket: Bucket) -> None:
        """The next ten minutes."""
        self.at = bucket.start + TEN_MINUTES
        self.mentions.add(bucket.mentions)
        self.negative.add(bucket.negative)
        self.scored.add(bucket.scored)
        self.recent.append(bucket)

    def negative_share(self, seconds: int, ended_ago: int, least: int) -> float | None:
        """Negative part of what has a sentiment, [0, 1]; None for fewer than `least` of them."""
        scored = self.scored.total(seconds, ended_ago)
        return self.negative.total(seconds, ended_ago) / scored if scored >= least else None
