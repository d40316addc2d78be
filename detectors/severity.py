"""How bad: a level from 0 (normal) to 4 (severe) out of readings and a policy."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from detectors.limit import LEAST, MOMENTARY, Limit
from detectors.recent import COARSE_REACH
from detectors.signals import attention, boycott, drift, multiple, negativity, sentiment
from detectors.signals.reading import HOT, Reading

LEVELS = ("normal", "watch", "issue", "major", "severe")
LIMITS = LEVELS[1:]
"""The settings of a policy that are limits, in the order of `Policy.limits`."""
DAY = 86400
TARGET = 0.1
"""Openings of level 2 for nothing, a brand and quiet week, that are aimed at by default."""
LEARNED = (negativity.NAME, boycott.NAME)
"""The signals whose limits a brand learns."""
WATCH_TIMES, MAJOR_TIMES, SEVERE_TIMES = 2.0, 0.05, 0.005
"""A watch may open for nothing so many times as often as an issue, a higher level so much less often."""
MAJOR_FROM, MAJOR_MOMENTARY = 3, 2.5
"""From this level on, a score that was not held for half an hour needs to be so much higher (`detectors.limit.MOMENTARY` below):
one thread can flare up for minutes."""
LOWER, LOWER_RATIO = 1.9, 0.85
"""A learned limit that is low is not left much further down: below this score, or this part of the limit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """When a brand's readings become which level, and how long things last. Limits are scores, times are seconds."""

    target_false_opens_per_week: float = TARGET
    """So often may quiet weeks open level 2, for nothing: `negativity` and `boycott` learn their limits from it. 0: they
    keep to the limits below, as the other signals do; so too where a limit is set and this is not."""
    watch: float = 3.0
    """Limit of level 1."""
    issue: float = 3.5
    """Limit of level 2."""
    major: float = 5.0
    """Limit of level 3, also the least of a learned one."""
    severe: float = 7.0
    """Limit of level 4, also the least of a learned one."""
    times_usual: float = 0.0
    """Your own rule in plain units: so many times the usual number of unhappy people opens `times_usual_level`; 0: no such
    rule. It comes on top of the signals."""
    times_usual_seconds: int = 1200
    """Counted over so long, at most six hours."""
    times_usual_level: int = 2
    """What it opens, 1 to 4."""
    lower_ratio: float = 0.7
    """A level is left below this part of its limit, in (0, 1)."""
    reopen_ratio: float = 0.85
    """While a crisis that was more than a watch stands or may be reopened, limits up to its highest level are this part of
    themselves, in (0, 1]; levels are left where they always are."""
    attention_max_level: int = 1
    """The highest level that much talk alone can reach."""
    sentiment_max_level: int = 1
    """The highest level that a low mood alone can reach."""
    drift_max_level: int = 1
    """The highest level that a slow slide of the mood alone can reach."""
    min_authors: int = 5
    """Fewer different people than this open nothing, and keep nothing open."""
    min_callers: int = 2
    """Fewer people calling for a boycott than this open nothing, and keep nothing open."""
    pending_seconds: int = 0
    """A limit must be passed for this long before the level is entered."""
    recovery_seconds: int = 2 * 3600
    """The score must stay below the lower limit for this long before the level is left."""
    reopen_within_seconds: int = DAY
    """A crisis that flares up again within this time after it was resolved is the same crisis."""
    close_after_seconds: int = 7 * DAY
    """A resolved crisis closes after this time, even without a root cause."""
    mute_seconds: int = 7 * DAY
    """For so long a dismissed crisis keeps the brand quiet, unless it gets worse than that crisis ever was."""
    min_update_seconds: int = 1800
    """At most one `updated` event in this time."""
    max_open_silent_seconds: int = 6 * 3600
    """For at most so long does a silent platform, or talk without scores, hold back a lower level."""

    def __post_init__(self) -> None:
        self._check_limits()
        self._check_rule()
        if self.min_authors < 1 or self.min_callers < 1:
            raise ValueError("min_authors and min_callers need to be at least 1")
        if self.close_after_seconds < self.reopen_within_seconds:
            raise ValueError("close_after_seconds needs to be at least reopen_within_seconds")
        held = (self.pending_seconds, self.recovery_seconds, self.reopen_within_seconds, self.mute_seconds)
        if min(*held, self.min_update_seconds, self.max_open_silent_seconds) < 0:
            raise ValueError("durations need to be at least 0 seconds")

    def _check_limits(self) -> None:
        if not HOT <= self.watch <= self.issue <= self.major <= self.severe:
            limits = f"{self.watch:g}, {self.issue:g}, {self.major:g}, {self.severe:g}"
            raise ValueError(f"needs {HOT} <= watch <= issue <= major <= severe, and they are {limits}")
        if not 0.0 <= self.target_false_opens_per_week <= 10.0:
            raise ValueError("target_false_opens_per_week needs to be 0 to 10")
        if not 0.0 < self.lower_ratio < 1.0:
            raise ValueError("lower_ratio needs to be between 0 and 1, both excluded")
        if not 0.0 < self.reopen_ratio <= 1.0:
            raise ValueError("reopen_ratio needs to be over 0 and at most 1")
        if self.lower_ratio > self.reopen_ratio:  # what was reopened would be left again, and reopened, for ever
            raise ValueError("lower_ratio needs to be at most reopen_ratio")
        caps = (self.attention_max_level, self.sentiment_max_level, self.drift_max_level)
        if min(caps) < 0 or max(caps) > 4:
            raise ValueError("attention_max_level, sentiment_max_level and drift_max_level need to be 0 to 4")

    def _check_rule(self) -> None:
        if not (self.times_usual == 0.0 or self.times_usual > 1.0):
            raise ValueError("times_usual needs to be over 1, or 0 for no such rule")
        if not 60 <= self.times_usual_seconds <= COARSE_REACH:
            raise ValueError(f"times_usual_seconds needs to be 60 to {COARSE_REACH}")
        if not 1 <= self.times_usual_level <= 4:
            raise ValueError("times_usual_level needs to be 1 to 4")

    @property
    def limits(self) -> tuple[float, float, float, float]:
        """Limits of the levels 1 to 4."""
        return (self.watch, self.issue, self.major, self.severe)

    @property
    def least_limit(self) -> float:
        """No score below this means anything."""
        least = self.watch * self.lower_ratio
        if self.target_false_opens_per_week:
            least = min(least, self._lower(LEAST))
        return least

    def limits_of(self, signal: str) -> tuple[float, ...]:
        """Limits of a signal that learns none."""
        own_rule = signal == multiple.NAME and self.times_usual
        return (self.times_usual,) * self.times_usual_level if own_rule else self.limits

    def learned(self, limit: Limit) -> tuple[float, float, float, float]:
        """Limits of the levels 1 to 4 for the signals that learn theirs."""
        target = self.target_false_opens_per_week
        return (
            limit.at(WATCH_TIMES * target),
            limit.at(target),
            max(self.major, limit.at(MAJOR_TIMES * target)),
            max(self.severe, limit.at(SEVERE_TIMES * target)),
        )

    def eased(self, limits: tuple[float, ...], level: int) -> tuple[float, ...]:
        """Limits, lower by `reopen_ratio` up to a level."""
        return tuple(
            limit * (self.reopen_ratio if number <= level else 1.0) for number, limit in enumerate(limits, start=1)
        )

    def lower(self, limit: float, *, learned: bool) -> float:
        """Below this score a level with this limit is left."""
        return self._lower(limit) if learned else limit * self.lower_ratio

    def _lower(self, limit: float) -> float:
        return max(limit * self.lower_ratio, min(LOWER, limit * min(LOWER_RATIO, self.reopen_ratio)))

    def max_level(self, signal: str) -> int:
        """The highest level this signal can reach alone."""
        caps = {
            attention.NAME: self.attention_max_level,
            sentiment.NAME: self.sentiment_max_level,
            drift.NAME: self.drift_max_level,
            multiple.NAME: self.times_usual_level if self.times_usual else 0,
        }
        return caps.get(signal, 4)


class Verdict(NamedTuple):
    """What a policy makes of the readings of one window."""

    level: int
    """The highest level whose limit is reached with enough people."""
    lower: int
    """The highest level whose lower limit is reached; `lower >= level`."""
    bare: int
    """The highest level whose limit the score of the moment reaches; neither eased nor less for a moment."""
    strength: float
    """The largest score over the limit of its watch; what lasts opens at 1. Neither eased nor less for a moment."""
    height: float
    """The largest score over a watch's limit in the policy, whatever the brand has learned: comparable over weeks."""
    readings: tuple[Reading, ...]
    """The warm readings over their lower limit, what reaches the highest level first; or else the strongest one."""
    limits: tuple[float, ...]
    """The limit next to each of `readings`: of the highest level it reaches, or else of the first."""


CALM = Verdict(level=0, lower=0, bare=0, strength=0.0, height=0.0, readings=(), limits=())
"""No signal can reach a limit; nobody looked closer."""


def judge(
    readings: Sequence[Reading],
    policy: Policy,
    people: Callable[[Reading], int],
    eased: int = 0,
    learned: Limit | None = None,
) -> Verdict:
    """Turn readings into levels.

    `people` says how many different people stand behind a reading; it is asked only where a limit is reached. Up to the
    level `eased`, limits are lower by the policy's `reopen_ratio`; beyond it, and where levels are left, they are what they
    always are. `learned` are the brand's own limits, where the policy has a target. A call to boycott on top of unhappy people
    raises the level by one.
    """
    easily: dict[str, int] = {}
    fully: dict[str, int] = {}
    bare: dict[str, int] = {}
    lower: dict[str, int] = {}
    kept: list[tuple[int, Reading, float]] = []
    strength = height = 0.0
    own = learned if policy.target_false_opens_per_week else None
    own_limits = policy.learned(own) if own is not None else policy.limits
    bases = {one.name: own_limits if one.name in LEARNED else policy.limits_of(one.name) for one in readings}
    for reading in readings:
        cap = policy.max_level(reading.name)
        if not reading.warm or not cap or not reading.score:
            continue
        learns = own is not None and reading.name in LEARNED
        base = bases[reading.name]
        full, holds = base[:cap], own if learns else None
        limits = policy.eased(full, eased)
        levels = [_reached(reading.score, *way) for way in ((limits, holds), (full, holds), (full, None))]
        left = max(levels[0], sum(reading.score >= policy.lower(limit, learned=learns) for limit in full))
        if left and people(reading) < _floor(reading.name, policy):  # a few are no crisis, nor what is left of one
            levels, left = [0, 0, 0], 0
        easily[reading.name], fully[reading.name], bare[reading.name] = levels
        lower[reading.name] = left
        strength = max(strength, reading.score / base[0])
        height = max(height, reading.score / policy.limits_of(reading.name)[0])
        if left:
            kept.append((levels[0], reading, limits[max(levels[0], 1) - 1]))
    if not kept:
        nearest = max(readings, key=lambda reading: reading.score / bases[reading.name][0])
        kept.append((0, nearest, policy.eased(bases[nearest.name], eased)[0]))
    kept.sort(key=lambda found: (-found[0], -found[1].score, found[1].name))
    return Verdict(
        level=max(_highest(fully), min(_highest(easily), eased)),
        lower=_highest(lower),
        bare=_highest(bare),
        strength=strength,
        height=height,
        readings=tuple(reading for _, reading, _ in kept),
        limits=tuple(limit for *_, limit in kept),
    )


def _reached(score: float, limits: Sequence[float], own: Limit | None) -> int:
    """The highest level whose limit a score reaches; against learned limits, with what has lasted of it."""
    if own is None:
        return sum(score >= limit for limit in limits)
    least = (MOMENTARY if level < MAJOR_FROM else MAJOR_MOMENTARY for level in range(1, len(LEVELS)))
    return sum(own.firm(score, momentary) >= limit for limit, momentary in zip(limits, least, strict=False))


def _highest(levels: dict[str, int]) -> int:
    """The highest level, one more where people are unhappy and call for a boycott."""
    highest = max(levels.values(), default=0)
    both = levels.get(boycott.NAME, 0) and levels.get(negativity.NAME, 0)
    return min(4, highest + 1) if both else highest


def _floor(signal: str, policy: Policy) -> int:
    return policy.min_callers if signal == boycott.NAME else policy.min_authors
