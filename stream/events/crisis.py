"""CrisisEvent: every transition of a crisis. CrisisState: the `data` of a brand's last one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct

from detectors.brand import Transition
from detectors.crisis import Change
from detectors.evidence import Signal as Measured
from detectors.evidence import SomebodyUnhappy
from detectors.size import Size as Measure
from detectors.words import Driver as Word
from stream.events.envelope import CRISIS_STATE, SEVERITIES, CloudEvent

State = Literal["open", "resolved", "closed", "dismissed"]
Level = Annotated[int, Meta(ge=0, le=4)]
Count = Annotated[int, Meta(ge=0)]
Share = Annotated[float, Meta(ge=0.0, le=1.0)]
MAX_ITEMS = 10
FIRST_SECOND, LAST_SECOND = -62_135_596_800, 253_402_300_799
"""The first and the last second that a `datetime` can hold."""

VERBS = (
    "opened",
    "updated",
    "confirmed",
    "escalated",
    "deescalated",
    "resolved",
    "reopened",
    "closed",
    "dismissed",
)
KINDS = (
    "employee_misconduct",
    "failed_post",
    "failed_collaboration",
    "stock_out",
    "product_failure",
    "service_failure",
    "negative_reviews",
    "partner_conflict",
    "competitor_smear",
    "false_information",
    "account_security",
    "external_event",
    "misunderstanding",
    "price",
    "safety",
    "unknown",
)


class Signal(Struct, frozen=True):
    """One signal: what was observed in a window where what was expected, and the limit the score was held against."""

    name: str
    """`negativity`, `attention`, `sentiment` or `boycott`."""
    window_start: datetime
    window_end: datetime
    window_seconds: Count
    observed: float
    """In `[window_start, window_end)`: people, or a mean sentiment in [-1, 1]."""
    expected: float
    """What is usual, in the same unit."""
    expected_low: float
    """Usually not below; of counts 0."""
    expected_high: float
    """Usually not above."""
    baseline_kind: str
    """How what is usual was learned."""
    baseline_samples: Count
    """From how many hours or windows."""
    score: Annotated[float, Meta(ge=0.0)]
    """Distance from normal; 0 is normal."""
    threshold: float
    """The limit the score was held against."""
    threshold_source: Literal["org", "calibrated", "default"]
    """`org`: your policy; `calibrated`: found on quiet history; `default`: ours."""


class Size(Struct, frozen=True):
    """How big it is, counted from the window of `first_signal_at`."""

    mentions: Count
    unique_authors: Count
    """Exact up to 512, then within about 4.4 %."""
    known_author_share: Share
    """Of the mentions, those with an `author.ref`."""
    negative_mentions: Count
    negative_authors: Count
    negative_share: Share
    """Of the mentions that have a score."""
    negative_share_low: Share
    """Lower end of the 95 % interval."""
    negative_share_high: Share
    """Upper end of the 95 % interval."""
    boycott_mentions: Count
    boycott_authors: Count
    reach: Count
    """Sum of what the mentions may have reached."""
    velocity_per_minute: float
    """Mentions a minute, in the last ten minutes."""
    platforms: dict[str, int]
    """Mentions by platform, the largest ten."""
    languages: dict[str, int]
    """Mentions by language, the largest ten."""
    emotions: dict[str, float]
    """Mean share of each, over all mentions."""


class Driver(Struct, frozen=True):
    """A word, hashtag or address that at least three authors used, and how often it was to be expected."""

    value: str
    count: Count
    """In how many of the mentions that were looked at."""
    expected: float
    """In how many it usually is."""


class Drivers(Struct, frozen=True):
    """What it is about, at most ten of each, strongest first."""

    terms: list[Driver]
    hashtags: list[Driver]
    urls: list[Driver]


class Exemplar(Struct, frozen=True, omit_defaults=True):
    """A mention to read first."""

    mention_id: str
    why: str
    """What makes it one."""
    url: str | None = None


class Person(Struct, frozen=True):
    """Somebody who spoke, by nothing but a number."""

    author: Annotated[str, Meta(pattern="^[0-9a-f]{8}$")]
    """CRC-32 of the author's `ref`, in hexadecimal."""
    mention_id: str
    reach: Count


class Who(Struct, frozen=True, omit_defaults=True):
    """Who began it and who carried it, as far as is remembered; candidates, for a person to look into."""

    amplifiers: Annotated[list[Person], Meta(max_length=MAX_ITEMS)]
    """Unhappy authors with the widest reach, widest first."""
    originator: Person | None = None
    """The unhappy author remembered first."""


class Spread(Struct, frozen=True):
    """Where it was said, in order of arrival."""

    platform: str
    first_seen_at: datetime
    mentions: Count


class Detector(Struct, frozen=True):
    """What decided: the release, the settings that can change a decision, the text model."""

    version: str
    config_hash: str
    """Of the settings that can change a decision."""
    model_hash: str


class Routing(Struct, frozen=True):
    """Whose policy decided."""

    policy_id: str
    """The section of the configuration that has it: `brands.<id>` or `policy`; `default` where nobody set one."""
    policy_version: str
    """A digest of its settings: it changes when one of them does."""


class Input(Struct, frozen=True):
    """What to replay: records of a partition, both offsets included."""

    topic: str
    partition: int
    from_offset: int
    to_offset: int


class Feedback(Struct, frozen=True, omit_defaults=True):
    """The last verdict of a person."""

    verdict: str
    actor_ref: str
    at: datetime
    reason: str | None = None


class Closure(Struct, frozen=True, omit_defaults=True):
    """Why it closed, what caused it, and who says so."""

    reason: Literal["root_cause", "unknown", "timeout", "silence", "superseded", "operator"] | None = None
    root_cause: str | None = None
    owner: str | None = None


class CrisisEvent(Struct, frozen=True, omit_defaults=True):
    """A transition of a crisis, with its evidence. It carries no text of a mention and no author's name."""

    crisis_id: str
    """Brand and window of `first_signal_at`; the same through its whole life."""
    revision: Annotated[int, Meta(ge=1)]
    """1, 2, 3 … without a gap."""
    brand_id: str
    state: State
    level: Level
    """0 normal, 1 watch, 2 issue, 3 major, 4 severe; 0 once closed or dismissed."""
    previous_level: Level
    kind: str
    """A hypothesis, by the words of the mentions."""
    kind_confidence: Share
    """Share of the negative mentions whose words say so."""
    why_status: Literal["hypothesis", "confirmed"]
    """Whether a person has named the root cause; until then the kind is a guess from words."""
    first_signal_at: datetime
    """Where the unrest began."""
    opened_at: datetime
    updated_at: datetime
    """When this transition happened, in event time."""
    signals: Annotated[list[Signal], Meta(min_length=1, max_length=MAX_ITEMS)]
    """First the one that reaches the highest level."""
    size: Size
    drivers: Drivers
    exemplars: Annotated[list[Exemplar], Meta(max_length=MAX_ITEMS)]
    spread: Annotated[list[Spread], Meta(max_length=MAX_ITEMS)]
    explanation: str
    """One or two sentences, the same for the same data."""
    detector: Detector
    inputs: Annotated[list[Input], Meta(max_length=MAX_ITEMS)]
    who: Who | None = None
    """Absent where no author is known."""
    routing: Routing | None = None
    """Absent in events of releases that did not tell."""
    previous_state: State | None = None
    """Absent when it opens."""
    closed_at: datetime | None = None
    feedback: Feedback | None = None
    closure: Closure | None = None


@dataclass(frozen=True, slots=True)
class Origin:
    """What an event says about where it comes from."""

    detector: Detector
    threshold_source: Literal["org", "calibrated", "default"]
    routing: Routing
    inputs: tuple[Input, ...]


def crisis_event(brand_id: str, transition: Transition, origin: Origin) -> CrisisEvent:
    """The wire form of a transition."""
    change, evidence = transition.change, transition.evidence
    crisis, decided = change.crisis, change.crisis.decided
    closure = Closure(crisis.closure_reason, crisis.root_cause, crisis.owner)  # type: ignore[arg-type]
    return CrisisEvent(
        crisis_id=crisis.crisis_id,
        revision=crisis.revision,
        brand_id=brand_id,
        state=crisis.state,  # type: ignore[arg-type]
        previous_state=change.previous_state,  # type: ignore[arg-type]
        level=crisis.level,
        previous_level=change.previous_level,
        kind=evidence.kind,
        kind_confidence=_round(evidence.kind_confidence),
        why_status="hypothesis" if crisis.root_cause in {None, "unknown"} else "confirmed",
        first_signal_at=utc(crisis.first_signal_at),
        opened_at=utc(crisis.opened_at),
        updated_at=utc(crisis.updated_at),
        closed_at=utc(crisis.closed_at) if crisis.closed_at is not None else None,
        signals=[_signal(signal, origin) for signal in evidence.signals],
        size=_size(evidence.size),
        drivers=Drivers(_drivers(evidence.terms), _drivers(evidence.hashtags), _drivers(evidence.urls)),
        exemplars=[Exemplar(mention_id, why, url) for _, _, mention_id, url, why, _ in evidence.exemplars],
        who=_who(evidence.who),
        routing=origin.routing,
        spread=[Spread(item.platform, utc_ms(item.first_seen_at_ms), item.mentions) for item in evidence.spread],
        explanation=evidence.explanation,
        detector=origin.detector,
        inputs=list(origin.inputs),
        feedback=Feedback(decided.verdict, decided.actor_ref, utc(decided.at), decided.reason) if decided else None,
        closure=closure if closure != Closure() else None,
    )


def to_cloud_event(event: CrisisEvent, change: Change, source: str, recorded_at: datetime) -> CloudEvent:
    """The transition as it goes to `crisis-events.v1`."""
    text, number = SEVERITIES[event.level]
    return CloudEvent(
        specversion="1.0",
        id=f"{event.crisis_id}:{event.revision}",
        source=source,
        type=f"io.brushfire.crisis.{change.verb}.v1",
        subject=event.brand_id,
        time=event.updated_at,
        recordedtime=recorded_at,
        partitionkey=event.brand_id,
        correlationid=event.crisis_id,
        causationid=change.caused_by,
        severitytext=text,
        severitynumber=number,
        dataschema="urn:brushfire:schema:crisis-event:v1",
        datacontenttype="application/json",
        data=event,
    )


def to_state(event: CloudEvent) -> CloudEvent:
    """The same transition as it goes to `crisis-state.v1`."""
    return CloudEvent(
        **{
            **{name: getattr(event, name) for name in event.__struct_fields__},
            "id": f"{event.id}:s",
            "type": CRISIS_STATE,
            "dataschema": "urn:brushfire:schema:crisis-state:v1",
            "causationid": event.id,
        }
    )


def utc(seconds: int) -> datetime:
    """A time of day from seconds since the epoch; the first or the last second of the calendar for what is outside."""
    return datetime.fromtimestamp(min(max(seconds, FIRST_SECOND), LAST_SECOND), UTC)


def utc_ms(milliseconds: int) -> datetime:
    """A time of day from milliseconds since the epoch, likewise."""
    return utc(milliseconds // 1000).replace(microsecond=milliseconds % 1000 * 1000)


def _round(value: float) -> float:
    return round(value, 4)


def _signal(signal: Measured, origin: Origin) -> Signal:
    return Signal(
        name=signal.name,
        window_start=utc(signal.window_start),
        window_end=utc(signal.window_end),
        window_seconds=signal.window_end - signal.window_start,
        observed=_round(signal.observed),
        expected=_round(signal.expected),
        expected_low=_round(signal.expected_low),
        expected_high=_round(signal.expected_high),
        baseline_kind=signal.baseline_kind,
        baseline_samples=signal.baseline_samples,
        score=_round(signal.score),
        threshold=_round(signal.threshold),
        threshold_source=origin.threshold_source,
    )


def _size(size: Measure) -> Size:
    values = {name: getattr(size, name) for name in Size.__struct_fields__}
    rounded = {name: _round(value) if isinstance(value, float) else value for name, value in values.items()}
    return Size(**{**rounded, "emotions": {name: _round(value) for name, value in size.emotions.items()}})  # type: ignore[arg-type]


def _who(people: Sequence[SomebodyUnhappy]) -> Who | None:
    """From the earliest and the others."""
    if not people:
        return None
    first, *others = (Person(f"{one.author:08x}", one.mention_id, one.reach) for one in people)
    return Who(others, first)


def _drivers(words: Iterable[Word]) -> list[Driver]:
    return [Driver(word.value, word.count, _round(word.expected)) for word in words]
