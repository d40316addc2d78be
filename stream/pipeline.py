"""One partition, pure: decode, enrich, window, monitor; records in, an `Outcome` out. No IO, no clock."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from detectors.brand import Transition
from detectors.gauges import Gauges
from detectors.text import LexiconScorer
from stream.brand import Brand, BrandRules
from stream.changelog import Parts
from stream.config import Config
from stream.enrich import Enricher
from stream.errors import Reason, Refused, ServiceError, broken_by
from stream.events.crisis import Detector, Origin, Routing, crisis_event
from stream.events.crisis import Input as ReplayInput
from stream.intake import DAY, Intake
from stream.outcome import Forgotten, Outcome, Refusal, Told
from stream.ports import Input, Record
from stream.windows import COUNTED, REFUSED

VERSION = 1
"""Of the partition's own record in the changelog."""
OTHER = "other"
NEVER_MS = -(10**18)
"""Before any event time."""


class Pipeline:
    """The state of one partition: its time, its brands, and what happened since the last commit."""

    def __init__(self, partition: int, config: Config, scorer: LexiconScorer, detector: Detector) -> None:
        self.partition = partition
        self.watermark_ms: int | None = None
        """Largest event time seen, not beyond when it was recorded, less the allowed lateness."""
        self.brands: dict[str, Brand] = {}
        self.next_offset: dict[Input, int] = {}
        self.platform_seen_ms: dict[str, int] = {}
        """Event time of the newest mention of each platform."""
        self.refused_in_a_row = 0
        """Mentions refused since the last one that was taken."""
        self._config = config
        self._detector = detector
        self._intake = Intake(config, partition)
        self._enricher = Enricher(config, scorer)
        self._window_seconds = config.time.window_seconds
        self._lateness_ms = config.time.allowed_lateness_seconds * 1000
        self._reached_ms = self._lateness_ms  # the watermark begins at the epoch: what lies before is late
        self._closed_until = 0
        self._next_close_ms = NEVER_MS
        self._awake: dict[str, Brand] = {}
        self._changed: dict[str, Brand] = {}
        self._outcome = Outcome(partition)
        self._parts = Parts()
        self._swept_day = 0
        self._unconfigured = 0

    def process(self, source: Input, records: Sequence[Record]) -> None:
        """Take records of one input, in order."""
        if not records:
            return
        if source is Input.MENTIONS:
            self._take_mentions(records)
            self._outcome.received += len(records)
        else:
            take = self._plan if source is Input.ACTIVITY else self._feedback
            for record in records:
                try:
                    take(record)
                except Refused as refused:
                    self._outcome.refusals.append(Refusal(source, record, refused))
                except Exception as error:  # noqa: BLE001 -- one record that breaks us must not stop the partition
                    self._outcome.refusals.append(Refusal(source, record, broken_by(error)))
        self.next_offset[source] = self._outcome.positions[source] = records[-1].offset + 1

    def advance(self, watermark_ms: int) -> bool:
        """Let time pass without a mention; says whether anything was closed by it."""
        if self.watermark_ms is None or watermark_ms <= self.watermark_ms:
            return False
        self.watermark_ms, self._reached_ms = watermark_ms, watermark_ms + self._lateness_ms
        return watermark_ms >= self._next_close_ms and self._close(-1)

    def _take_mentions(self, records: Sequence[Record]) -> None:
        """The hot loop: what every mention pays, under local names."""
        outcome, awake, changed, seen_ms = self._outcome, self._awake, self._changed, self.platform_seen_ms
        read, observe, counted = self._intake.mention, self._enricher.observe, outcome.counted
        delay_bits, delays, unscored = outcome.collection_delay_bits, 0, 0
        for record in records:
            try:
                mention, at_ms, progress_ms, delay_seconds = read(record)
                brand_id = mention.brand_id
                brand = awake.get(brand_id) or self._wake(brand_id)
                observed = observe(mention, at_ms, record.offset, brand.wants_words)
            except Refused as refused:
                self._refuse(record, refused)
                continue
            except Exception as error:  # noqa: BLE001 -- one record that breaks us must not stop the partition
                self._refuse(record, broken_by(error))
                continue
            changed[brand_id] = brand
            became, platform = brand.take(observed), observed.platform
            if became == COUNTED:
                counted[platform] = counted.get(platform, 0) + 1
                brand.counted += 1
                unscored += mention.sentiment is None and not mention.text
            else:
                outcome.others[platform, became] = outcome.others.get((platform, became), 0) + 1
            if at_ms > seen_ms.get(platform, 0):
                seen_ms[platform] = at_ms
            if delay_seconds is not None:
                delay_bits[delay_seconds.bit_length()] += 1
                delays += delay_seconds
            if progress_ms > self._reached_ms:
                self._reach(progress_ms, record.offset)
            self.refused_in_a_row = 0
        outcome.unscored += unscored
        outcome.collection_delay_sum_seconds += delays

    def _refuse(self, record: Record, refused: Refused) -> None:
        """A mention that is not taken."""
        outcome = self._outcome
        outcome.refusals.append(Refusal(Input.MENTIONS, record, refused))
        outcome.others[OTHER, REFUSED] = outcome.others.get((OTHER, REFUSED), 0) + 1
        self.refused_in_a_row += 1

    def _reach(self, event_ms: int, cause: int) -> None:
        """An event time beyond all seen so far moves the watermark, and now and then closes windows."""
        self._reached_ms = event_ms
        self.watermark_ms = event_ms - self._lateness_ms
        if self.watermark_ms >= self._next_close_ms:
            self._close(cause)

    def _plan(self, record: Record) -> None:
        brand_id, plan = self._intake.plan(record)
        self._brand(brand_id).wait(self._next_boundary(), plan, record)

    def _feedback(self, record: Record) -> None:
        brand_id, feedback = self._intake.feedback(record)
        if feedback.crisis_id is None:
            return  # about a mention or an advice: read, and not used yet
        if brand_id not in self.brands:
            self._intake.check_partition(brand_id)
            raise Refused(Reason.UNKNOWN_TARGET, "brand_id: nothing was ever said about this brand")
        self._brand(brand_id).wait(self._next_boundary(), feedback, record)

    def _next_boundary(self) -> int:
        """The first window boundary after the watermark; the very first window where nothing was read yet."""
        return 0 if self.watermark_ms is None else self._closed_until + self._window_seconds

    def _brand(self, brand_id: str) -> Brand:
        """The brand, awake and up to the partition's time. Raises `Refused` for one that is not taken."""
        brand = self._changed[brand_id] = self._awake.get(brand_id) or self._wake(brand_id)
        return brand

    def _wake(self, brand_id: str) -> Brand:
        brand = self.brands.get(brand_id) or self._meet(brand_id)
        brand.windows.close(self._closed_until)
        self._awake[brand_id] = brand
        return brand

    def _meet(self, brand_id: str) -> Brand:
        """A brand that was never heard of in this partition."""
        configured = self._intake.check_known(brand_id)
        if not configured and self._unconfigured >= self._config.brands.max_unknown:
            raise Refused(Reason.UNKNOWN_BRAND, "brand_id: brands.max_unknown unconfigured brands are known already")
        self._intake.check_partition(brand_id)
        self._unconfigured += not configured
        brand = self.brands[brand_id] = Brand(brand_id, self._rules(brand_id), self._closed_until)
        return brand

    def _rules(self, brand_id: str) -> BrandRules:
        return BrandRules(
            policy=self._config.policy_for(brand_id),
            window_seconds=self._window_seconds,
            forget_after_seconds=self._config.state.forget_after_days * DAY,
            slots=self._config.state.slots,
        )

    def _close(self, cause: int) -> bool:
        """Close, judge and tell what the watermark has passed; says whether any brand was concerned."""
        until = self._pass_windows()
        told: list[Told] = []
        concerned = bool(self._awake)
        for brand_id, brand in list(self._awake.items()):
            step = brand.advance(until)
            told += [self._tell(brand_id, transition, cause) for transition in step.transitions]
            for record in step.unfit:
                refused = Refused(
                    Reason.UNKNOWN_TARGET, "target.crisis_id: is no open or resolved crisis of this brand"
                )
                self._outcome.refusals.append(Refusal(Input.FEEDBACK, record, refused))
            if brand.changed:
                self._changed[brand_id] = brand
            if not brand.awake:
                del self._awake[brand_id]
        self._outcome.told += sorted(told, key=lambda item: (item.at, item.event.brand_id))
        self._outcome.closed = self._outcome.closed or concerned
        self._forget_old(until, cause)
        return concerned

    def _pass_windows(self) -> int:
        """Note which windows the watermark has passed; returns the end of the last one."""
        window = self._window_seconds
        until = self._closed_until = (self.watermark_ms or 0) // 1000 // window * window
        self._next_close_ms = (until + window) * 1000
        return until

    def _forget_old(self, until: int, cause: int) -> None:
        """Once a day of event time, drop the brands that have been silent for very long."""
        if until // DAY == self._swept_day:
            return
        self._swept_day = until // DAY
        before = until - self._config.state.forget_after_days * DAY
        for brand_id, brand in list(self.brands.items()):
            if brand.heard_at < before and brand_id not in self._awake:
                for key in brand.stored_keys():
                    self._outcome.changelog += self._parts.split(key, None)
                self._outcome.forgotten.append(Forgotten(*self._cause(cause), brand_id))
                self._unconfigured -= brand_id not in self._config.brands.policies
                self._changed.pop(brand_id, None)
                del self.brands[brand_id]

    def _tell(self, brand_id: str, transition: Transition, cause: int) -> Told:
        last, by_clock = self._cause(cause)
        replay = ReplayInput(
            topic=self._config.topics.name(Input.MENTIONS),
            partition=self.partition,
            from_offset=max(0, transition.evidence.first_offset),
            to_offset=max(0, last),
        )
        config = self._config
        routing = Routing(config.policy_id(brand_id), config.policy_version(brand_id))
        origin = Origin(self._detector, config.threshold_source(brand_id), routing, (replay,))
        event = crisis_event(brand_id, transition, origin)
        return Told(last, by_clock, transition.at, transition.change, event)

    def _cause(self, offset: int) -> tuple[int, bool]:
        """Offset of the record that moved the time, or of the last one before the wall clock did."""
        return (offset, False) if offset >= 0 else (self.next_offset.get(Input.MENTIONS, 0) - 1, True)

    def take_outcome(self) -> Outcome:
        """What happened since the last call, with the state to store; starts anew."""
        outcome = self._outcome
        outcome.unknown_values = self._enricher.unknown_values + self._intake.unknown_values
        self._enricher.unknown_values, self._intake.unknown_values = Counter(), Counter()
        for brand_id, brand in self._changed.items():
            if brand.counted:
                outcome.brand_mentions[brand_id] = brand.counted
                brand.counted = 0
            if brand.changed:
                outcome.changelog += self._parts.split(*brand.write())
        if not outcome.empty:
            outcome.changelog.append((b"p", self.snapshot()))
            # those that did not move, too: by them the log knows whose partition it is
            outcome.positions = dict(self.next_offset)
        self._changed = {}
        self._outcome = Outcome(self.partition)
        return outcome

    @property
    def pending(self) -> Outcome:
        """What happened since the last `take_outcome`, without the state."""
        return self._outcome

    @property
    def open_until(self) -> int:
        """End of the last window that holds something and is open, seconds; 0 without one."""
        return max((brand.windows.open_until for brand in self._awake.values()), default=0)

    def gauges(self, brand: Brand) -> Gauges:
        """The trailing hour of a brand, as of the watermark."""
        return brand.monitor.gauges(self._closed_until)

    def snapshot(self) -> bytes:
        """The partition's own record: its time and where to read on."""
        return orjson.dumps(
            {
                "v": VERSION,
                "watermark_ms": self.watermark_ms,
                "swept_day": self._swept_day,
                "platform_seen_ms": self.platform_seen_ms,
                "next_offset": {source.value: offset for source, offset in self.next_offset.items()},
                "partitions": self._config.topics.partitions,
                "window_seconds": self._window_seconds,
            }
        )

    def restore(self, state: Mapping[bytes, bytes]) -> None:
        """Take up the state of the last commit. Raises `ServiceError` where it does not fit this configuration."""
        if b"p" not in state:
            if state:
                raise ServiceError(
                    f"changelog of partition {self.partition}: brands without the partition's own record"
                )
            return
        own = orjson.loads(state[b"p"])
        self._check(own)
        self.watermark_ms = own["watermark_ms"]
        self.next_offset = {Input(name): offset for name, offset in own["next_offset"].items()}
        self._swept_day = own["swept_day"]
        self.platform_seen_ms.update(own["platform_seen_ms"])
        if self.watermark_ms is not None:
            self._reached_ms = self.watermark_ms + self._lateness_ms
            self._pass_windows()
        for brand_id, (whole, additions) in _by_brand(self._parts.join(state)).items():
            brand = Brand.restore(brand_id, self._rules(brand_id), whole, additions)
            brand.resume(None if self.watermark_ms is None else self._closed_until)
            self.brands[brand_id] = brand
            self._unconfigured += brand_id not in self._config.brands.policies
            if brand.awake:
                self._awake[brand_id] = brand

    def _check(self, own: dict[str, Any]) -> None:
        expected = {"v": VERSION, "partitions": self._config.topics.partitions, "window_seconds": self._window_seconds}
        for name, value in expected.items():
            if own[name] != value:
                raise ServiceError(
                    f"state of partition {self.partition} was written with {name} = {own[name]}, this is {value}: "
                    "set it back, or drop the state with `brushfire reset`"
                )


def _by_brand(state: Mapping[bytes, bytes]) -> dict[str, tuple[bytes, list[bytes]]]:
    """Per brand the whole record and the additions, in the order of their slots."""
    additions: dict[str, list[tuple[int, bytes]]] = {}
    for key, value in state.items():
        if key.startswith(b"w/"):
            brand_id, _, slot = key[2:].decode().rpartition("/")
            additions.setdefault(brand_id, []).append((int(slot), value))
    return {
        brand_id: (value, [addition for _, addition in sorted(additions.get(brand_id, []))])
        for brand_id, value in ((key[2:].decode(), value) for key, value in state.items() if key.startswith(b"b/"))
    }
