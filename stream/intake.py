"""What passes the door of a partition: typed events of known brands, in the right partition and not from the future."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from zlib import crc32

from detectors.crisis import Feedback
from detectors.plans import Plan
from stream.config import Config
from stream.errors import Reason, Refused
from stream.events.activity import KINDS, BrandActivity
from stream.events.crisis import LAST_SECOND
from stream.events.door import Door
from stream.events.envelope import ACTIVITY, FEEDBACK, MENTION
from stream.events.feedback import OperatorFeedback
from stream.events.mention import Mention, check_brand_id, check_no_control_characters
from stream.partitioning import TRUSTED, partition_of
from stream.ports import Record

DAY = 86400

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_SECOND = timedelta(seconds=1)
NEEDS_A_CRISIS = frozenset(("confirm", "dismiss", "close", "set_root_cause"))
MAX_REMEMBERED = 100_000
"""Brand ids that were checked before are not checked again, up to so many."""


Arrival = tuple[Mention, int, int, int | None]
"""A mention that passed the door: the mention; the event time that places it in its window; the time it moves the
watermark to, lateness apart, never beyond when it was collected or recorded (both milliseconds since the epoch); and
the seconds from published to collected, where that is said."""


class Intake:
    """Decodes and checks the records of one partition."""

    def __init__(self, config: Config, partition: int) -> None:
        self._partition = partition
        self._partitions = config.topics.partitions
        self._partition_by = config.mentions.partition_by
        self._max_future_ms = config.time.max_future_seconds * 1000
        self._by_collection = {name for name, platform in config.platforms.items() if platform.time == "collected_at"}
        self._configured = config.brands.policies
        self._only_configured = config.brands.unknown == "refuse"
        self.unknown_values: Counter[str] = Counter()
        """Field: enumeration values of activities that are not known."""
        self._brand_ids: set[str] = set()
        self._mentions = Door(Mention, MENTION, config.mentions.field_map())
        self._activities = Door(BrandActivity, ACTIVITY)
        self._feedback = Door(OperatorFeedback, FEEDBACK)

    def mention(self, record: Record) -> Arrival:
        """Decode a mention and place it in time. Raises `Refused`."""
        mention = self._mentions.take(record.value, record.headers)
        if mention.brand_id not in self._brand_ids:
            self._check_brand_id(mention.brand_id)
        if not mention.mention_id.isprintable():
            check_no_control_characters(mention.mention_id, "mention_id")
        published_at, collected_at = mention.published_at, mention.collected_at
        at_ms = earliest_ms = published_ms = (published_at - _EPOCH) // _MILLISECOND
        if record.timestamp < published_ms:
            earliest_ms = _recorded(record)
        delay_seconds = None
        if collected_at is not None:
            delay = collected_at - published_at
            delay_seconds = delay.days * DAY + delay.seconds
            if delay_seconds < 0:
                delay_seconds = 0
                earliest_ms = min(earliest_ms, (collected_at - _EPOCH) // _MILLISECOND)
        if published_ms - earliest_ms > self._max_future_ms:
            raise self._from_the_future("published_at", "collected or recorded")
        if collected_at is not None and mention.platform in self._by_collection:
            at_ms = earliest_ms = (collected_at - _EPOCH) // _MILLISECOND
            if record.timestamp < at_ms:
                earliest_ms = _recorded(record)
            if at_ms - earliest_ms > self._max_future_ms:
                raise self._from_the_future("collected_at", "recorded")
        return mention, at_ms, earliest_ms, delay_seconds

    def _from_the_future(self, path: str, became: str) -> Refused:
        limit = self._max_future_ms // 1000
        return Refused(Reason.FUTURE_TIME, f"{path}: more than {limit} seconds after it was {became}")

    def plan(self, record: Record) -> tuple[str, Plan]:
        """Decode an activity: `(brand_id, plan)`. Raises `Refused`."""
        activity = self._activities.take(record.value, record.headers)
        self._check_brand_id(activity.brand_id)
        check_no_control_characters(activity.activity_id, "activity_id")
        starts_at = _seconds(activity.starts_at, "starts_at")
        ends_at = _seconds(activity.ends_at, "ends_at") if activity.ends_at is not None else starts_at + DAY
        if ends_at <= starts_at:
            raise Refused(Reason.SCHEMA, "ends_at: must be after starts_at")
        self.unknown_values["activity.kind"] += activity.kind not in KINDS
        known_as = crc32(activity.activity_id.encode())
        return activity.brand_id, Plan(starts_at, ends_at, activity.expected_lift or 1.0, known_as)

    def feedback(self, record: Record) -> tuple[str, Feedback]:
        """Decode feedback: `(brand_id, feedback)`. Raises `Refused`."""
        said = self._feedback.take(record.value, record.headers)
        self._check_brand_id(said.brand_id)
        check_no_control_characters(said.feedback_id, "feedback_id")
        target = said.target
        if sum(value is not None for value in (target.crisis_id, target.mention_id, target.advice_id)) != 1:
            raise Refused(Reason.SCHEMA, "target: needs exactly one of crisis_id, mention_id, advice_id")
        if said.verdict in NEEDS_A_CRISIS and target.crisis_id is None:
            raise Refused(Reason.SCHEMA, "target.crisis_id: is required for this verdict")
        return said.brand_id, Feedback(
            verdict=said.verdict,
            crisis_id=target.crisis_id,
            actor_ref=said.actor_ref,
            at=_seconds(said.at, "at"),
            value=said.value,
            reason=said.reason,
            until=_seconds(said.until, "until") if said.until is not None else None,
            feedback_id=said.feedback_id,
        )

    def check_known(self, brand_id: str) -> bool:
        """Whether a brand is configured. Raises `Refused` where only such brands are taken."""
        if brand_id in self._configured:
            return True
        if self._only_configured:
            raise Refused(Reason.UNKNOWN_BRAND, "brand_id: is not configured, and brands.unknown = refuse")
        return False

    def check_partition(self, brand_id: str) -> None:
        """Refuse a brand that belongs to another partition; asked once per brand."""
        if self._partition_by == TRUSTED:
            return
        if partition_of(brand_id, self._partitions, self._partition_by) != self._partition:
            raise Refused(
                Reason.WRONG_PARTITION,
                f"brand_id: belongs to another partition by mentions.partition_by = {self._partition_by}",
            )

    def _check_brand_id(self, brand_id: str) -> None:
        check_brand_id(brand_id)
        if len(self._brand_ids) >= MAX_REMEMBERED:
            self._brand_ids.clear()
        self._brand_ids.add(brand_id)


def _recorded(record: Record) -> int:
    """When a record was written. One that does not say could move time to the end of the calendar."""
    if record.timestamp < 0:
        raise Refused(Reason.BAD_TIME, "timestamp: the record has none, so nothing bounds the times in it")
    return record.timestamp


def _seconds(at: datetime, path: str) -> int:
    """Since the epoch. An offset may carry a time beyond the calendar, and nobody has planned or said anything before 1970."""
    seconds = (at - _EPOCH) // _SECOND
    if not 0 <= seconds <= LAST_SECOND:
        raise Refused(Reason.BAD_TIME, f"{path}: must lie in the years 1970 to 9999, UTC")
    return seconds
