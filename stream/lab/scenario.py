"""What happens in a simulated stream: brands, and the stories that befall them. No noise: that is the worlds' business.

A *scenario* is brands and stories over a stretch of time. A *world* (`stream.lab.flow`, `stream.lab.people`) makes the
mentions of it, ordinary talk and stories alike; *faults* of collectors (`stream.lab.faults`) are put upon these.
Times are seconds since the epoch, `[start, end)`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, Protocol

HOUR = 3600.0
DAY = 24 * HOUR
WEEK = 7 * DAY

NEGATIVE_SCORE = -0.25
"""A sentiment at or below this is negative: the default of `mentions.negative_score`."""

Content = Literal["sentiment", "text"]
"""What a mention brings: a score of a scorer that errs, or a text and its language."""
Mood = Literal["negative", "neutral", "positive"]
Profile = Literal["step", "exponential", "slow"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Brand:
    """A brand's ordinary talk: what a world makes its noise around."""

    brand_id: str
    mentions_per_hour: float
    """Mean over a week without stories, reposts and replies included; 1 to 10,000."""
    negative_share: float = 0.2
    """Of ordinary talk, what is truly negative, in (0, 1); what a scorer makes of it is another thing."""
    languages: tuple[str, ...] = ("en",)
    """BCP-47, of texts; drawn from evenly."""
    sector: str = ""
    """Brands of one sector have nights in common."""
    buckets: tuple[int, ...] = ()
    """Ordinary mentions in each five minutes from the start, where a count series gives them instead of a rate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """Something that happens to a brand. `name` says what, the other fields how."""

    story_id: str
    brand_id: str
    name: str
    """`crisis`, or the name of what is none: `viral_joy`, `level_shift` …"""
    start: float
    end: float

    @property
    def is_crisis(self) -> bool:
        """Whether to alarm somebody is right."""
        return self.name == "crisis"


@dataclass(frozen=True, slots=True, kw_only=True)
class Crowd(Story):
    """Many people who talk about one thing, each with a voice of their own; a crisis, or joy, news, a campaign.

    At its height `authors_per_hour` new authors an hour speak (replies included); reposts come on top.
    """

    authors_per_hour: float
    profile: Profile = "step"
    doubling_minutes: float = 30.0
    """Of an exponential growth."""
    ramp_hours: float = 8.0
    """Of a slow burn, until its height."""
    fade_hours: float = 2.0
    """At the end, how long it takes to fall to nothing."""
    negative_share: float = 0.85
    """Of these authors, those who are truly unhappy."""
    positive_share: float = 0.0
    """Truly happy; the rest is neutral."""
    boycott_share: float = 0.0
    """Of the unhappy ones, those who call for a boycott."""
    topic: str = "usual"
    """What the texts are about: a key of the phrases."""
    hashtag: str | None = None
    platforms: tuple[tuple[str, float], ...] = ()
    """Platforms in the order in which they join, with seconds after the start; none: the brand's usual ones at once."""
    factor: float | None = None
    """Of a crisis: at its height, so many times the usual number of unhappy authors (the usual ones included)."""
    kind: str | None = None
    """Of a crisis: its cause, one of the contract's `kind`."""
    trigger: str | None = None
    """`owned_post` or `campaign`, where the brand itself set it off: a post of the brand begins it."""
    announced_lift: float | None = None
    """Where the brand announced it: the `expected_lift` of its activity."""
    phase_of: str | None = None
    """Of a crisis that flares up again: the story it belongs to."""
    near_duplicates: bool = False
    """Texts that differ by a word, of accounts a few days old, at times that are too regular: a coordinated wave."""

    def intensity(self, at: float) -> float:
        """Part of the height at a time, 0 to 1."""
        if not self.start <= at < self.end:
            return 0.0
        since, left = at - self.start, self.end - at
        fade = min(1.0, left / max(1.0, self.fade_hours * HOUR))
        if self.profile == "step":
            return fade
        if self.profile == "slow":
            return min(fade, max(0.05, since / (self.ramp_hours * HOUR)))
        return min(fade, 0.05 * float(2.0 ** min(10.0, since / (self.doubling_minutes * 60.0))))


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift(Story):
    """Ordinary talk is multiplied, its mood unchanged: a level shift, a holiday, a night of a whole sector."""

    factor: float
    """0.1 to 10."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Few(Story):
    """A handful of authors who say much: one who shouts, a quarrel, bots."""

    authors: int
    posts: int
    """All together, spread over the stretch of time as the world would have it."""
    mood: Mood
    platform: str
    daily: bool = False
    """Again every day, within the hour at which it starts, until the end."""
    thread: bool = False
    """They answer each other in one thread."""


FaultName = Literal[
    "collector_stall",
    "engagement_refreshes",
    "sentiment_outage",
    "scorer_change",
    "clock_back",
    "delivered_twice",
    "authors_missing",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault(Story):
    """Nobody talks otherwise than usual: what is between the platforms and us does."""

    fault: FaultName


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """Brands and stories over a stretch of time."""

    start: float
    end: float
    brands: tuple[Brand, ...]
    stories: tuple[Story, ...] = ()
    content: Content = "sentiment"
    threads: bool = True
    """Whether mentions say `thread_id`, `in_reply_to` and `repost_of`."""

    @property
    def hours(self) -> int:
        """Whole hours."""
        return int((self.end - self.start) // HOUR)


class Normal(NamedTuple):
    """What a world knows of a brand's ordinary talk, for a test that knows the truth. One value an hour each."""

    mentions: tuple[float, ...]
    """Expected, before noise that nobody can foresee."""
    negative_share: tuple[float, ...]
    """Truly negative, expected."""
    true_positive_rate: float
    """Of what is truly negative, what the scorer puts at or below `NEGATIVE_SCORE`."""
    false_positive_rate: float
    """Of what is not, the same. J = true positive rate - false positive rate."""
    dispersion: float
    """Of ordinary counts an hour around what was expected: variance = mean + dispersion x mean squared."""


class Arrival(NamedTuple):
    """A mention on its way to us."""

    at: float
    """When it is collected: the order of the stream."""
    published_at: float
    mention: dict[str, Any]
    """A record of the contract."""
    story: int
    """Index of the story that it belongs to, -1 for ordinary talk."""


class World(Protocol):
    """Makes mentions of a scenario. The same scenario and seed give the same ones, in the same order."""

    def hours(self) -> Iterator[list[Arrival]]:
        """Hour by hour, what is published in it, in any order; `at` may be any time after `published_at`."""

    def normal(self, brand: Brand) -> Normal:
        """What is usual for a brand."""
