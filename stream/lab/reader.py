"""One pass over the mentions, beside the core: each brand's hours, and what rules of others say of them."""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterable
from itertools import pairwise

from detectors.observation import NEGATIVE
from stream.config import Config
from stream.lab.ideal import Ideal
from stream.lab.reading import POSITIVE_MICRO, observations
from stream.lab.rivals import Alert, Rivals
from stream.lab.rivals.rules import RIVALS
from stream.lab.scenario import WEEK
from stream.lab.scoring import Alarm
from stream.lab.tally import Tally
from stream.lab.truth import Truth
from stream.observation import Observed
from stream.ports import LATER_MS

HOUR_MS = 3_600_000
SILENT_HOURS = 7 * 24
"""A silence of all brands counts for so long at most: after it, a stream begins anew."""
FORGOTTEN_MS = int(5 * WEEK) * 1000
"""What the rules remember."""


class Reader:
    """Reads a stream once."""

    def __init__(self, *, rivals: bool, truth: Truth | None) -> None:
        self.hours: dict[str, CountedHours] = {}
        """By brand."""
        self._heard: set[int] = set()
        """Hours in which any brand was heard."""
        self._earliest_ms = self._latest_ms = 0
        self._tally = Tally() if rivals else None
        self._rivals = Rivals()
        self._alerts: list[Alert] = []
        self._ideal = Ideal(truth) if truth is not None and rivals else None

    def read(
        self,
        values: Iterable[bytes],
        config: Config,
        started_at_ms: int = LATER_MS,
        brand_ids: Collection[str] | None = None,
    ) -> None:
        """Read a stream as a replay does; see `stream.lab.reading.observations`."""
        lateness_ms = config.time.allowed_lateness_seconds * 1000
        for number, (brand_id, seen) in enumerate(observations(values, config, started_at_ms, brand_ids)):
            if not self._falls_into(seen.at_ms, lateness_ms):
                continue
            hour = seen.at_ms // HOUR_MS
            self._heard.add(hour)
            counted = self.hours.get(brand_id)
            if counted is None:
                counted = self.hours[brand_id] = CountedHours(hour)
            counted.add(hour, negative=seen.flags & NEGATIVE != 0, scored=seen.score_micro is not None)
            if self._tally is not None:
                self._count(self._tally, brand_id, seen)
                if not number % 256:
                    self._step(self._tally)
        if self._tally is not None:
            self._step(self._tally, last=True)

    @property
    def start(self) -> int:
        """The first hour in which anybody was heard, counted from the epoch; 0 if nobody was."""
        return min(self._heard, default=0)

    @property
    def end(self) -> int:
        """The hour after the last one; 0 if nobody was heard."""
        return max(self._heard, default=-1) + 1

    @property
    def watched_hours(self) -> int:
        """From the start to the end, long silences of all brands cut to `SILENT_HOURS`."""
        silences = sum(min(later - earlier, SILENT_HOURS) for earlier, later in pairwise(sorted(self._heard)))
        return silences + bool(self._heard)

    def alarms(self) -> dict[str, list[Alarm]]:
        """By rule and series; the test that knows the truth is called `ideal`."""
        found: dict[str, list[Alarm]] = {_label(rule.name, series): [] for rule in RIVALS for series in rule.series}
        for alert in [*self._alerts, *self._rivals.alerts]:
            found[_label(alert.rule, alert.series)].append(Alarm(alert.brand_id, alert.at, alert.at))
        if self._ideal is not None:
            found["ideal"] = self._ideal.alarms()
        return found

    def _falls_into(self, at_ms: int, lateness_ms: int) -> bool:
        """Whether it is of the stream's time: what is late, and was published before the first of those that were not,
        says nothing of it. Moves that time."""
        if not self._heard:
            self._earliest_ms = self._latest_ms = at_ms
        elif at_ms < self._earliest_ms:
            if at_ms < self._latest_ms - lateness_ms:
                return False
            self._earliest_ms = at_ms
        elif at_ms > self._latest_ms:
            if at_ms - self._latest_ms > FORGOTTEN_MS and self._tally is not None:
                self._begin_anew(self._tally)
            self._latest_ms = at_ms
        return True

    def _begin_anew(self, tally: Tally) -> None:
        """Step the rules through no years of silence: nothing of what was before is in what they look at."""
        self._step(tally, last=True)
        self._alerts += self._rivals.alerts
        self._tally, self._rivals = Tally(), Rivals()

    def _count(self, tally: Tally, brand_id: str, seen: Observed) -> None:
        score = seen.score_micro
        tally.take(
            brand_id,
            seen.at_ms / 1000.0,
            negative=seen.flags & NEGATIVE != 0,
            positive=score is not None and score >= POSITIVE_MICRO,
            scored=score is not None,
            reach=seen.reach,
            platform=seen.platform,
            language=seen.language if seen.language != "und" else "",
        )

    def _step(self, tally: Tally, *, last: bool = False) -> None:
        for brand_id, bucket in tally.finish() if last else tally.closed():
            self._rivals.step(brand_id, bucket)
            if self._ideal is not None:
                self._ideal.step(brand_id, bucket)


class CountedHours:
    """Mentions of a brand in each hour. Hours are counted from the epoch."""

    __slots__ = ("_counts", "start")

    def __init__(self, start: int) -> None:
        self.start = start
        """The first hour."""
        self._counts = array("Q", (0, 0, 0))
        # mentions, negative, scored; of each hour in turn

    def add(self, hour: int, *, negative: bool, scored: bool) -> None:
        """Count a mention."""
        if hour < self.start:
            self._counts = array("Q", [0]) * (3 * (self.start - hour)) + self._counts
            self.start = hour
        place, counts = 3 * (hour - self.start), self._counts
        if place >= len(counts):
            counts.extend(array("Q", [0]) * (place + 3 - len(counts)))
        counts[place] += 1
        counts[place + 1] += negative
        counts[place + 2] += scored

    @property
    def mentions(self) -> list[int]:
        """Of each hour."""
        return self._counts[::3].tolist()

    @property
    def negative(self) -> list[int]:
        """Of these, negative."""
        return self._counts[1::3].tolist()

    @property
    def scored(self) -> list[int]:
        """Of these, with a sentiment."""
        return self._counts[2::3].tolist()


def _label(rule: str, series: str) -> str:
    return rule if series in {"-", "share"} else f"{rule}, {series}"
