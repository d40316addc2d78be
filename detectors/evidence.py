"""Why we say so: how big it is, what it is about, where it spread, and a sentence a sleepy person understands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any

from detectors.authors import AuthorMemory
from detectors.counts import Counts
from detectors.crisis import Change
from detectors.distinct import Distinct
from detectors.explain import explain
from detectors.recent import Recent, Span
from detectors.severity import Policy, Verdict
from detectors.signals.reading import Reading
from detectors.size import Size
from detectors.window import Exemplar, WindowSummary, best_exemplars
from detectors.words import Driver, TermCount, Words, of_kind

MAX_LIST = 10
MIN_KIND_SHARE = 0.2
"""A cause named in a smaller share of the negative mentions is no hypothesis."""
MIN_KIND_MENTIONS = 3
GROWN = 1.5
"""A crisis this many times as large as last told is told again."""
TOLD_DRIVERS = 5
"""So many are remembered: terms that swap places are no news."""

KIND_OF_CAUSE = {
    "data_breach": "account_security",
    "misconduct": "employee_misconduct",
    "out_of_stock": "stock_out",
    "outage_service": "service_failure",
    "politics": "external_event",
    "price": "price",
    "quality": "product_failure",
    "recall": "product_failure",
    "rumour": "false_information",
    "safety": "safety",
}
"""Which kind of crisis a cause found in the text speaks for; the other causes say how people feel, not why."""


@dataclass(frozen=True, slots=True)
class Signal:
    """One reading as it is told, with the limit it was held against. Times in seconds."""

    name: str
    window_start: int
    window_end: int
    observed: float
    expected: float
    expected_low: float
    expected_high: float
    baseline_kind: str
    baseline_samples: int
    score: float
    threshold: float


@dataclass(frozen=True, slots=True)
class Spread:
    """Where it was said first and how often, per platform. `first_seen_at_ms` in milliseconds since the epoch."""

    platform: str
    first_seen_at_ms: int
    mentions: int


@dataclass(frozen=True, slots=True)
class SomebodyUnhappy:
    """An author, 32-bit hash, of an unhappy mention."""

    author: int
    mention_id: str
    reach: int


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything a transition says about why."""

    signals: tuple[Signal, ...]
    size: Size
    terms: tuple[Driver, ...]
    hashtags: tuple[Driver, ...]
    urls: tuple[Driver, ...]
    exemplars: tuple[Exemplar, ...]
    spread: tuple[Spread, ...]
    who: tuple[SomebodyUnhappy, ...]
    """Who is remembered first, then those with the widest reach, widest first; nobody where no author is known."""
    kind: str
    kind_confidence: float
    explanation: str
    first_offset: int


@dataclass(frozen=True, slots=True)
class Told:
    """What of a crisis was last told, as far as it decides whether there is something new."""

    mentions: int
    platforms: int
    kind: str
    drivers: tuple[str, ...]
    """The first ones, strongest first."""


class Story:
    """A crisis as it adds up, from the window of its first signal on."""

    __slots__ = ("_authors", "_callers", "_counts", "_heard_at", "_negative_authors", "_words", "told")

    def __init__(self) -> None:
        self._counts = Counts()
        self._authors = Distinct()
        self._negative_authors = Distinct()
        self._callers = Distinct()
        self._words = TermCount()
        self.told: Told | None = None
        self._heard_at: int | None = None
        """When most of an hour was last scored, seconds; None where that has not been since it was opened."""

    @classmethod
    def begin(cls, onset: int, recent: Recent, authors: AuthorMemory, words: Words) -> Story:
        """The story so far, out of what is remembered since `onset` (seconds, at most six hours ago)."""
        story = cls()
        story._counts = recent.since(onset)
        story._authors = authors.since(onset)
        story._negative_authors = authors.negative_since(onset)
        story._callers = authors.callers_since(onset)
        story._words = words.recent()
        story._words.exemplars = words.exemplars_since(onset)
        return story

    def add(self, summary: WindowSummary) -> None:
        """Take in a further closed window."""
        self._counts.add(summary.counts)
        self._authors.update(summary.authors)
        self._negative_authors.update(summary.negative_authors)
        self._callers.update(summary.callers)
        self._words.add(summary.uses, summary.exemplars)

    def carriers(self) -> list[str]:
        """The platforms that carried it: a tenth or more of the negative mentions, or of all where none is negative."""
        places = self._counts.places
        if self._counts.negative:
            return [name for name, place in places.items() if 10 * place.negative >= self._counts.negative]
        return [name for name, place in places.items() if 10 * place.mentions >= self._counts.mentions]

    def unscored_for(self, hour: Span, end: int) -> int:
        """Seconds for which most mentions had no score that is evidence, up to `end`, which `hour` leads up to; 0 while
        they have, or never had."""
        if not hour.mostly_scored:
            return end - self._heard_at if self._heard_at is not None else 0
        if hour.mentions:
            self._heard_at = end
        return 0

    def telling(self, words: Words) -> Told:
        """What there is to tell now."""
        drivers = tuple(driver.value for driver in words.drivers(self._words)[:TOLD_DRIVERS])
        return Told(self._counts.mentions, len(self._counts.places), self._kind()[0], drivers)

    def grown(self, words: Words) -> bool:
        """Whether it differs materially from what was last told: half as large again, a new platform or kind, or a top driver
        that was none of the first."""
        if self.told is None:
            return True
        if (
            self._counts.mentions >= max(1.0, GROWN * self.told.mentions)
            or len(self._counts.places) > self.told.platforms
        ):
            return True
        now = self.telling(words)
        return now.kind != self.told.kind or any(top not in self.told.drivers for top in now.drivers[:1])

    def evidence(self, change: Change, verdict: Verdict, recent: Recent, words: Words, policy: Policy) -> Evidence:
        """The evidence for a transition at this moment."""
        drivers = words.drivers(self._words)
        kind, confidence = self._kind()
        signals = tuple(
            _signal(reading, limit) for reading, limit in zip(verdict.readings, verdict.limits, strict=True)
        )[:MAX_LIST]
        size = self._size(recent)
        return Evidence(
            signals=signals,
            size=size,
            terms=tuple(of_kind(drivers, "terms")),
            hashtags=tuple(of_kind(drivers, "hashtags")),
            urls=tuple(of_kind(drivers, "urls")),
            exemplars=tuple(self._words.exemplars),
            spread=self._spread(),
            who=who(self._words.exemplars),
            kind=kind,
            kind_confidence=confidence,
            explanation=explain(change, verdict, size, policy),
            first_offset=self._counts.first_offset,
        )

    def _kind(self) -> tuple[str, float]:
        kinds: dict[str, int] = {}
        for cause, count in self._counts.causes.items():
            if cause in KIND_OF_CAUSE:
                kinds[KIND_OF_CAUSE[cause]] = kinds.get(KIND_OF_CAUSE[cause], 0) + count
        if not kinds:
            return "unknown", 0.0
        kind = min(kinds, key=lambda name: (-kinds[name], name))
        share = min(1.0, kinds[kind] / max(1, self._counts.negative))
        if kinds[kind] < MIN_KIND_MENTIONS or share < MIN_KIND_SHARE:
            return "unknown", 0.0
        return kind, share

    def _spread(self) -> tuple[Spread, ...]:
        found = [Spread(name, place.first_at_ms, place.mentions) for name, place in self._counts.places.items()]
        found.sort(key=lambda item: (item.first_seen_at_ms, -item.mentions, item.platform))
        return tuple(found[:MAX_LIST])

    def _size(self, recent: Recent) -> Size:
        counts = self._counts
        low, high = wilson(counts.negative, counts.scored)
        return Size(
            mentions=counts.mentions,
            scored_mentions=counts.scored,
            unique_authors=min(len(self._authors), counts.mentions),
            known_author_share=counts.known_author / counts.mentions if counts.mentions else 0.0,
            negative_mentions=counts.negative,
            negative_authors=min(len(self._negative_authors), counts.negative),
            negative_share=counts.negative / counts.scored if counts.scored else 0.0,
            negative_share_low=low,
            negative_share_high=high,
            boycott_mentions=counts.boycott,
            boycott_authors=min(len(self._callers), counts.boycott),
            reach=counts.reach,
            velocity_per_minute=recent.spans[600].mentions / 10.0,
            platforms=_largest({name: place.mentions for name, place in counts.places.items()}),
            languages=_largest(counts.languages),
            emotions={name: micro / 1e6 / counts.mentions for name, micro in sorted(counts.emotions.items())},
        )

    def snapshot(self) -> dict[str, Any]:
        """Named values."""
        told = self.told
        return {
            "counts": self._counts.row(),
            "authors": self._authors.snapshot(),
            "negative_authors": self._negative_authors.snapshot(),
            "callers": self._callers.snapshot(),
            "words": self._words.snapshot(),
            "told": [told.mentions, told.platforms, told.kind, list(told.drivers)] if told else None,
            "heard_at": self._heard_at,
        }

    @classmethod
    def restore(cls, state: dict[str, Any]) -> Story:
        """The story a snapshot was taken of."""
        story = cls()
        story._counts = Counts.from_row(state["counts"])
        story._authors = Distinct.restore(state["authors"])
        story._negative_authors = Distinct.restore(state["negative_authors"])
        story._callers = Distinct.restore(state["callers"])
        story._words = TermCount.restore(state["words"])
        if state["told"]:
            mentions, platforms, kind, drivers = state["told"]
            story.told = Told(mentions, platforms, kind, tuple(drivers))
        story._heard_at = state["heard_at"]
        return story


def who(exemplars: Sequence[Exemplar]) -> tuple[SomebodyUnhappy, ...]:
    """The author of the earliest of these mentions, then those with the widest reach; at most ten of them, each once."""
    known = [exemplar for exemplar in exemplars if exemplar[5]]
    if not known:
        return ()
    first = max(known, key=lambda exemplar: exemplar[1:3])
    widest = {exemplar[5]: exemplar for exemplar in reversed(best_exemplars(known))}
    return tuple(
        SomebodyUnhappy(author=author, mention_id=mention_id, reach=reach)
        for reach, _, mention_id, _, _, author in [first, *reversed(widest.values())]
    )


def wilson(part: int, whole: int) -> tuple[float, float]:
    """95 % interval of a share (Wilson, Probable inference, JASA 1927); (0, 1) where nothing was counted.

    The share lies within, also where rounding would put an end of the interval beside it.
    """
    if whole <= 0:
        return 0.0, 1.0
    z = 1.96
    share = part / whole
    middle = (share + z * z / (2 * whole)) / (1 + z * z / whole)
    half = z * sqrt(share * (1 - share) / whole + z * z / (4 * whole * whole)) / (1 + z * z / whole)
    return max(0.0, min(share, middle - half)), min(1.0, max(share, middle + half))


def _signal(reading: Reading, limit: float) -> Signal:
    return Signal(
        name=reading.name,
        window_start=reading.window_start,
        window_end=reading.window_end,
        observed=reading.observed,
        expected=reading.expected,
        expected_low=reading.low,
        expected_high=reading.high,
        baseline_kind=reading.baseline_kind,
        baseline_samples=reading.samples,
        score=reading.score,
        threshold=limit,
    )


def _largest(counts: dict[str, int]) -> dict[str, int]:
    kept = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:MAX_LIST]
    return dict(kept)
