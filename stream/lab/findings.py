"""What a backtest found: plain values, as `--json` prints them and as the report draws them. Times are seconds."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

ENDS = frozenset(("resolved", "closed", "dismissed"))
"""Verbs after which a crisis is not open."""


class Step(Struct, frozen=True):
    """A transition of a crisis."""

    at: int
    verb: str
    """opened, updated, confirmed, escalated, deescalated, resolved, reopened, closed, dismissed"""
    level: int
    """0 to 4, from then on."""


class Signal(Struct, frozen=True):
    """The evidence of an opening, as the event tells it: people, or a mean sentiment in [-1, 1]."""

    name: str
    window_seconds: int
    observed: float
    expected: float
    expected_low: float
    expected_high: float
    score: float
    threshold: float
    threshold_source: str


class Found(Struct, frozen=True):
    """One crisis as a policy told it, from its opening to the end of the stream or its own."""

    crisis_id: str
    first_signal_at: int
    steps: list[Step]
    """In order; the first one is its opening."""
    explanation: str
    """Of the opening."""
    signals: list[Signal]
    """Of the opening."""
    kind: str
    """As last told."""
    drivers: list[str]
    """Hashtags and words, as last told; of people's texts, so never to be trusted as markup."""
    size: dict[str, Any]
    """As last told: mentions, unique_authors, negative_authors, negative_share, platforms …"""
    truth: str | None = None
    """Where the truth is known: the name of the story it fell into (`crisis`, `viral_joy` …), or `nothing`. That it was
    nothing is not held against a policy while it learns: None."""

    @property
    def opened_at(self) -> int:
        """When it was told first."""
        return self.steps[0].at

    @property
    def peak_level(self) -> int:
        """The highest level it reached."""
        return max(step.level for step in self.steps)

    @property
    def ended_at(self) -> int | None:
        """When it was resolved for good, or closed or dismissed; None if it is still open."""
        last = None
        for step in self.steps:
            if step.verb in ENDS:
                last = step.at if last is None else last
            elif step.verb in {"opened", "reopened"}:
                last = None
        return last


class Hours(Struct, frozen=True):
    """A brand's hours in order, the first one beginning at `start`; all lists have the same length."""

    start: int
    mentions: list[int]
    """Received, each once: refreshes, deletes and repetitions left out; by when they were published, late ones too, if not
    from before the stream began."""
    negative: list[int]
    """Of these, negative by the policy's own limits."""
    scored: list[int]
    """Of these, with a sentiment, given or read from the text."""
    expected: list[float]
    """Mentions that were usual, as the first policy's baselines had it when the hour began; of hours that a batch of
    mentions jumped over, at its end."""
    expected_high: list[float]
    """Usually not more."""


class Brand(Struct, frozen=True):
    """One brand of the stream."""

    brand_id: str
    mentions: int
    hours: Hours
    found: list[list[Found]]
    """For each policy, in order of time."""


class Story(Struct, frozen=True):
    """What really happened, where the truth is known."""

    brand_id: str
    name: str
    start: int
    end: int
    is_crisis: bool
    detail: str
    """In words: `product_failure, x12, exponential`."""
    again: bool = False
    """A crisis that flares up again; it is no crisis of its own in the figures."""


class Policy(Struct, frozen=True):
    """What one policy did, in numbers."""

    name: str
    """Its file, or `default`."""
    config_hash: str
    opened: int
    opened_per_brand_week: float
    by_peak_level: dict[str, int]
    """Crises by the highest level each reached: `{"1": 3, "2": 1}`."""
    hours_open: float
    """Summed over brands."""
    limits: dict[str, float]
    """watch, issue, major, severe."""


class Backtest(Struct, frozen=True):
    """What one policy, or two, would have done with a stream."""

    files: list[str]
    start: int
    """Of the first hour."""
    end: int
    """Of the last hour, exclusive."""
    brand_weeks: float
    """Brands, times weeks from the start to the end; a silence of all brands is cut to a week."""
    mentions: dict[str, int]
    """By outcome: counted, refreshed, withdrawn, duplicate, late, refused."""
    policies: list[Policy]
    """One, or with `--against` two."""
    brands: list[Brand]
    """Those with openings first, then by mentions."""
    stories: list[Story] = []
    """Where the truth is known: those that were not over while a policy still learns what is usual."""
    scores: list[dict[str, Any]] = []
    """With the truth: the figures of each policy and each rival rule, see `stream.lab.figures`; without it and with
    rivals, `{"name", "alerts", "alerts_per_brand_week"}` of each, with the interval of the last."""
    breakdown: dict[str, list[dict[str, Any]]] | None = None
    """With the truth: the figures of the first policy's openings, crises by what they were like, decoys by name."""
