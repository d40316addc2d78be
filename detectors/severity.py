"""How bad: a level from 0 (normal) to 4 (severe) out of readings and a policy."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from detectors.signals import attention, boycott, negativity, sentiment
from detectors.signals.reading import HOT, Reading

LEVELS = ("normal", "watch", "issue", "major", "severe")
LIMITS = LEVELS[1:]
"""The settings of a policy that are limits, in the order of `Policy.limits`."""
DAY = 86400


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """When a brand's readings become which level, and how long things last. Limits are scores, times are seconds."""

    watch: float = 3.0
    """Limit of level 1."""
    issue: float = 3.5
    """Limit of level 2."""
    major: float = 5.0
    """Limit of level 3."""
    severe: float = 7.0
    """Limit of level 4."""
    lower_ratio: float = 0.7
    """A level is left below this part of its limit, in (0, 1)."""
    reopen_ratio: float = 0.9
    """While a crisis may still be reopened, every limit is this part of itself, in (0, 1]."""
    attention_max_level: int = 1
    """The highest level that much talk alone can reach."""
    sentiment_max_level: int = 1
    """The highest level that a low mood alone can reach."""
    min_authors: int = 5
    """Fewer different people than this open nothing."""
    min_callers: int = 2
    """Fewer people calling for a boycott than this open nothing."""
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
    """For at most so long does a silent platform hold back a lower level."""

    def __post_init__(self) -> None:
        if not HOT <= self.watch <= self.issue <= self.major <= self.severe:
            limits = f"{self.watch:g}, {self.issue:g}, {self.major:g}, {self.severe:g}"
            raise ValueError(f"needs {HOT} <= watch <= issue <= major <= severe, and they are {limits}")
        if not 0.0 < self.lower_ratio < 1.0:
            raise ValueError("lower_ratio needs to be between 0 and 1, both excluded")
        if not 0.0 < self.reopen_ratio <= 1.0:
            raise ValueError("reopen_ratio needs to be over 0 and at most 1")
        if not (0 <= self.attention_max_level <= 4 and 0 <= self.sentiment_max_level <= 4):
            raise ValueError("attention_max_level and sentiment_max_level need to be 0 to 4")
        if self.min_authors < 1 or self.min_callers < 1:
            raise ValueError("min_authors and min_callers need to be at least 1")
        if self.close_after_seconds < self.reopen_within_seconds:
            raise ValueError("close_after_seconds needs to be at least reopen_within_seconds")
        held = (self.pending_seconds, self.recovery_seconds, self.reopen_within_seconds, self.mute_seconds)
        if min(*held, self.min_update_seconds, self.max_open_silent_seconds) < 0:
            raise ValueError("durations need to be at least 0 seconds")

    @property
    def limits(self) -> tuple[float, float, float, float]:
        """Limits of the levels 1 to 4."""
        return (self.watch, self.issue, self.major, self.severe)

    @property
    def least_limit(self) -> float:
        """No score below this means anything."""
        return self.watch * self.lower_ratio * self.reopen_ratio

    def max_level(self, signal: str) -> int:
        """The highest level this signal can reach alone."""
        caps = {attention.NAME: self.attention_max_level, sentiment.NAME: self.sentiment_max_level}
        return caps.get(signal, 4)


class Verdict(NamedTuple):
    """What a policy makes of the readings of one window."""

    level: int
    """The highest level whose limit is reached with enough people."""
    lower: int
    """The highest level whose lower limit is reached; `lower >= level`."""
    strength: float
    """The largest score over the limit of its watch; 1 opens."""
    readings: tuple[Reading, ...]
    """The warm readings over their lower limit, what reaches the highest level first; or else the strongest one."""
    limits: tuple[float, ...]
    """The limit next to each of `readings`: of the highest level it reaches, or else of the first."""


CALM = Verdict(level=0, lower=0, strength=0.0, readings=(), limits=())
"""No signal can reach a limit; nobody looked closer."""


def judge(readings: Sequence[Reading], policy: Policy, people: Callable[[Reading], int], ease: float = 1.0) -> Verdict:
    """Turn readings into levels.

    `people` says how many different people stand behind a reading; it is asked only where a limit is reached. `ease`
    multiplies every limit. A call to boycott on top of unhappy people raises the level by one.
    """
    entered: dict[str, int] = {}
    reached: dict[str, int] = {}
    kept: list[tuple[int, Reading, float]] = []
    strength = 0.0
    for reading in readings:
        cap = policy.max_level(reading.name)
        if not reading.warm or not cap:
            continue
        limits = policy.limits[:cap]
        level = _level(reading.score, limits, ease)
        if level and people(reading) < _floor(reading.name, policy):
            level = 0
        entered[reading.name] = level
        reached[reading.name] = max(level, _level(reading.score, limits, ease * policy.lower_ratio))
        strength = max(strength, reading.score / policy.watch)
        if reached[reading.name]:
            kept.append((level, reading, limits[max(level, 1) - 1] * ease))
    if not kept:
        kept.append((0, max(readings, key=lambda reading: reading.score), policy.watch * ease))
    kept.sort(key=lambda found: (-found[0], -found[1].score, found[1].name))
    return Verdict(
        level=_highest(entered),
        lower=_highest(reached),
        strength=strength,
        readings=tuple(reading for _, reading, _ in kept),
        limits=tuple(limit for *_, limit in kept),
    )


def _highest(levels: dict[str, int]) -> int:
    """The highest level, one more where people are unhappy and call for a boycott."""
    highest = max(levels.values(), default=0)
    both = levels.get(boycott.NAME, 0) and levels.get(negativity.NAME, 0)
    return min(4, highest + 1) if both else highest


def _level(score: float, limits: Sequence[float], ease: float) -> int:
    return sum(score >= limit * ease for limit in limits)


def _floor(signal: str, policy: Policy) -> int:
    return policy.min_callers if signal == boycott.NAME else policy.min_authors
