"""Openings against the truth, in plain numbers: what was found, how late, what was opened for nothing.

An *alarm* stands from when somebody is told until it is taken back; rules that only ever send alerts have alarms that
end as they begin. A crisis is *found* when somebody is told within it: an alarm opens, or one that stood already rises.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from math import inf
from typing import NamedTuple

from msgspec import Struct

from stream.lab.scenario import DAY, HOUR, WEEK
from stream.lab.truth import TrueStory, Truth

GRACE = 6 * HOUR
"""After the end of a crisis talk may still be high: an alarm in this time is neither right nor wrong."""
EPISODE = DAY
"""False alarms of a brand within a day of each other are one episode."""
LASTING = 3 * DAY
"""What is there to stay is a decoy for so long; then it is the new normal."""
BIG_FACTOR, BIG_RATE = 5.0, 30.0
COORDINATED = "coordinated"


class Alarm(NamedTuple):
    """Somebody was told `at`, seconds since the epoch."""

    brand_id: str
    at: float
    until: float
    """When it was taken back; `at` itself for a mere alert."""
    path: tuple[tuple[float, int], ...] = ()
    """Times and levels, from its opening on, one for each time the level changed; nothing for a mere alert."""

    @property
    def tellings(self) -> list[float]:
        """When somebody was told: at its opening, and each time it got worse."""
        return [self.at, *(at for (_, before), (at, level) in pairwise(self.path) if level > before)]

    def level_within(self, start: float, end: float) -> int:
        """The highest level it had in `[start, end)`; 0 where it did not stand, and for a mere alert."""
        if self.until <= start:
            return 0
        standing = [level for at, level in self.path if at <= start][-1:]
        return max([*standing, *(level for at, level in self.path if start < at < end)], default=0)


class CrisisResult(Struct, frozen=True):
    """What became of one crisis."""

    brand_id: str
    name: str
    rate: float
    """Usual mentions an hour of the brand."""
    factor: float
    profile: str
    kind: str
    boycott: bool
    delay_minutes: float | None
    """From its start until somebody was told; None: never."""
    delay_mentions: int | None
    """Mentions of the crisis published until then."""
    alarms: int
    """That opened within it, its later phases and the grace."""
    level: int
    """The highest one that any alarm had in this time; 0 for mere alerts."""

    @property
    def big(self) -> bool:
        """At least five times the usual unhappy authors, of a brand with thirty and more mentions an hour."""
        return self.factor >= BIG_FACTOR and self.rate >= BIG_RATE


class Judged(Struct, frozen=True):
    """What one set of alarms did on one stream. Stories that were over before the judged time are left out."""

    crises: list[CrisisResult]
    decoys: list[tuple[str, bool]]
    """Name, and whether an alarm opened for it."""
    again: list[bool]
    """Of each crisis that flared up again: whether that was told, or the alarm still stood."""
    weeks: float
    """Brand-weeks that were judged, crises and grace taken out."""
    false_alarms: int
    """That opened there. A crisis of ours that is resolved and reopened is two."""
    false_episodes: int
    hours_open: float
    """Of alarms that stood there, summed over brands."""
    early: int
    """Alarms before the judged time, in the first week; crises and grace taken out."""
    early_weeks: float
    """Brand-weeks of that time, the same taken out."""
    mere: bool = False
    """Whether these were mere alerts, which end as they begin."""


def judge(truth: Truth, alarms: Iterable[Alarm]) -> Judged:
    """Hold alarms of one stream against its truth."""
    rates = {brand.brand_id: brand.mentions_per_hour for brand in truth.brands}
    of_brand: dict[str, list[Alarm]] = {brand_id: [] for brand_id in rates}
    for alarm in sorted(alarms, key=lambda alarm: alarm.at):
        of_brand.setdefault(alarm.brand_id, []).append(alarm)
    parts = [_judge_brand(truth, brand_id, own, rates.get(brand_id, 0.0)) for brand_id, own in of_brand.items()]
    return pooled(parts)


def pooled(parts: Sequence[Judged]) -> Judged:
    """Several streams as one."""
    return Judged(
        crises=[result for part in parts for result in part.crises],
        decoys=[result for part in parts for result in part.decoys],
        again=[told for part in parts for told in part.again],
        weeks=sum(part.weeks for part in parts),
        false_alarms=sum(part.false_alarms for part in parts),
        false_episodes=sum(part.false_episodes for part in parts),
        hours_open=sum(part.hours_open for part in parts),
        early=sum(part.early for part in parts),
        early_weeks=sum(part.early_weeks for part in parts),
        mere=any(part.mere for part in parts),
    )


def _judge_brand(truth: Truth, brand_id: str, alarms: list[Alarm], rate: float) -> Judged:
    stories = [story for story in truth.stories if story.brand_id == brand_id]
    windows = crisis_windows(truth, brand_id)
    judged = [story for story in stories if story.end > truth.judged_from]
    crises = [story for story in judged if story.is_crisis]
    unforeseen = [alarm for alarm in alarms if not any(start <= alarm.at < end for start, end in windows)]
    wrong = [alarm.at for alarm in unforeseen if alarm.at >= truth.judged_from]
    return Judged(
        crises=[_result(story, crises, alarms, rate) for story in crises if "phase_of" not in story.details],
        decoys=[(story.name, _opened_by(story, unforeseen)) for story in judged if not story.is_crisis],
        again=[_told_again(story, alarms) for story in crises if "phase_of" in story.details],
        weeks=outside(truth.judged_from, truth.end, windows) / WEEK,
        false_alarms=len(wrong),
        false_episodes=len(wrong) - sum(later - earlier <= EPISODE for earlier, later in pairwise(wrong)),
        hours_open=sum(
            outside(max(alarm.at, truth.judged_from), min(alarm.until, truth.end), windows) for alarm in alarms
        )
        / HOUR,
        early=len(unforeseen) - len(wrong),
        early_weeks=outside(truth.start, truth.judged_from, windows) / WEEK,
        mere=bool(alarms) and all(alarm.until == alarm.at and not alarm.path for alarm in alarms),
    )


def _result(story: TrueStory, crises: Sequence[TrueStory], alarms: Sequence[Alarm], rate: float) -> CrisisResult:
    told = min((at for alarm in alarms for at in alarm.tellings if story.start <= at < story.end), default=None)
    phases = [story, *(later for later in crises if later.details.get("phase_of") == story.story_id)]
    times = [(phase.start, phase.end + GRACE) for phase in phases]
    details = story.details
    return CrisisResult(
        brand_id=story.brand_id,
        name=story.name,
        rate=rate,
        factor=float(details.get("factor", 1.0)),
        profile=str(details.get("profile", "step")),
        kind=str(details.get("kind", "unknown")),
        boycott=bool(details.get("boycott_share")),
        delay_minutes=None if told is None else (told - story.start) / 60.0,
        delay_mentions=None if told is None else story.mentions_until(told),
        alarms=sum(any(start <= alarm.at < end for start, end in times) for alarm in alarms),
        level=max((alarm.level_within(*time) for alarm in alarms for time in times), default=0),
    )


def _opened_by(story: TrueStory, unforeseen: Iterable[Alarm]) -> bool:
    return any(story.start <= alarm.at < told_until(story) for alarm in unforeseen)


def _told_again(story: TrueStory, alarms: Sequence[Alarm]) -> bool:
    told = any(story.start <= at < story.end for alarm in alarms for at in alarm.tellings)
    return told or any(alarm.at < story.start < alarm.until for alarm in alarms)


def outside(start: float, end: float, windows: Sequence[tuple[float, float]]) -> float:
    """Seconds of `[start, end)` that lie in none of the windows; 0 where it is empty."""
    inside = sum(max(0.0, min(end, until) - max(start, since)) for since, until in windows)
    return max(0.0, end - start) - inside


def told_until(story: TrueStory) -> float:
    """Until when an alarm belongs to a story; of what is there to stay and is no crisis, to its first days."""
    return (story.end if story.is_crisis else min(story.end, story.start + LASTING)) + GRACE


def crisis_windows(truth: Truth, brand_id: str) -> list[tuple[float, float]]:
    """`[start, end)` of a brand's crises with their grace, those that overlap put together, in order."""
    crises = (story for story in truth.stories if story.is_crisis and story.brand_id == brand_id)
    return _union([(story.start, told_until(story)) for story in crises])


def _union(windows: list[tuple[float, float]]) -> list[tuple[float, float]]:
    found: list[tuple[float, float]] = []
    for start, end in sorted(windows):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found


def median_delay(crises: Sequence[CrisisResult]) -> float | None:
    """Minutes, a missed one counting as never; None where that is the median, or there are none."""
    return _median([inf if result.delay_minutes is None else result.delay_minutes for result in crises])


def median_mentions(crises: Sequence[CrisisResult]) -> float | None:
    """The same in mentions."""
    return _median([inf if result.delay_mentions is None else float(result.delay_mentions) for result in crises])


def _median(values: list[float]) -> float | None:
    if not values:
        return None
    values.sort()
    middle = (values[(len(values) - 1) // 2] + values[len(values) // 2]) / 2.0
    return None if middle == inf else middle
