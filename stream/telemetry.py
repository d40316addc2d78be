"""Moves the metrics by what the loop did: counters after a commit, gauges as of the watermark."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from detectors.crisis import OPEN, Crisis
from detectors.severity import LEVELS
from stream.brand import Brand
from stream.config import Config
from stream.errors import Reason
from stream.events.crisis import VERBS
from stream.events.mention import PLATFORMS
from stream.metrics import Metrics
from stream.outcome import Outcome
from stream.partitioning import TRUSTED, partition_of
from stream.pipeline import Pipeline
from stream.ports import Batch, Input
from stream.runner import Clock, Observer, Timing
from stream.version import VERSION
from stream.windows import OUTCOMES

OTHER = "other"
BRAND_GAUGES = (
    "mentions_per_hour",
    "mentions_expected_per_hour",
    "mentions_expected_high_per_hour",
    "negative_authors_per_hour",
    "negative_authors_expected_per_hour",
    "negative_authors_expected_high_per_hour",
    "sentiment_mean",
    "sentiment_expected",
    "crisis_level",
    "crisis_score",
    "crisis_started_timestamp_seconds",
)
UNHEARD = tuple(None if name.startswith("sentiment") else 0.0 for name in BRAND_GAUGES)
REFRESH_SECONDS = 1.0
"""Gauges of brands are refreshed at most so often."""


class Telemetry(Observer):
    """Writes the metrics. Which brands get series is bounded: label values come from closed sets."""

    def __init__(self, metrics: Metrics, config: Config, clock: Clock) -> None:
        self._metrics = metrics
        self._config = config
        self._clock = clock
        self._gauged: dict[str, int] = {}
        """Brands that have gauges, and their partition."""
        self._unconfigured: set[str] = set()
        """Those of them that are not in the configuration: at most metrics.max_brands."""
        self._overflowed: dict[str, int] = {}
        """Brands that found no place, and their partition."""
        self._state: dict[int, tuple[int, int]] = {}
        """Brands and bytes of each partition's state."""
        self._platform_seen_ms: dict[str, int] = {}
        self._pipelines: Mapping[int, Pipeline] = {}
        self._moved = False
        """Whether something was committed since the gauges were refreshed."""
        self._refreshed = float("-inf")
        metrics.info("build_info").info({"version": VERSION})
        metrics.info("config_info").info({"config_hash": config.config_hash()})
        self._begin_at_zero()

    def _begin_at_zero(self) -> None:
        """Closed label sets start at 0, so that a rate over the first event is right."""
        mentions = self._metrics.counter("mentions_total")
        for platform in sorted(PLATFORMS):
            for outcome in OUTCOMES:
                mentions.labels(platform, outcome)
        for reason in Reason:
            self._metrics.counter("dead_letters_total").labels(reason)
        for verb in VERBS:
            for level in range(len(LEVELS)):
                self._metrics.counter("crisis_transitions_total").labels(verb, level)
        for ended in ("committed", "aborted"):
            self._metrics.counter("transactions_total").labels(ended)
        self._metrics.gauge("ready").set(0)

    def turned(self, batch: Batch) -> None:
        """The loop turned."""
        self._metrics.gauge("last_poll_timestamp_seconds").set(self._clock.now())
        lag = self._metrics.gauge("consumer_lag_records")
        for (source, partition), records in batch.lag.items():
            if partition in self._state:  # while partitions change hands a log still tells of those it has given back
                lag.labels(self._config.topics.name(source), partition).set(records)
        if batch.assigned is not None or batch.revoked:
            self._metrics.gauge("ready").set(0)
        for pipeline in self._pipelines.values():
            self._watermark(pipeline)  # the wall clock moves it without a commit
        self._refresh_if_due()

    def restoring(self, remaining: int) -> None:
        """So much is left."""
        self._metrics.gauge("restore_remaining_records").set(remaining)

    def restored(self, pipeline: Pipeline) -> None:
        """A partition is ours: its series begin where its state is."""
        self._watermark(pipeline)
        self._size(pipeline)
        self._gauge_brands(pipeline)
        self._gauge_unheard(pipeline)

    def ready(self) -> None:
        """Everything that was assigned is restored."""
        self._metrics.gauge("ready").set(1)

    def revoked(self, partition: int) -> None:
        """A partition is gone, and its series with it."""
        self._remove("watermark_timestamp_seconds", partition)
        for source in Input:
            self._remove("consumer_lag_records", self._config.topics.name(source), partition)
        for brand_id in [brand_id for brand_id, where in self._gauged.items() if where == partition]:
            self._drop(brand_id)
        self._overflowed = {brand_id: where for brand_id, where in self._overflowed.items() if where != partition}
        self._state.pop(partition, None)
        self._show_size()

    def aborted(self) -> None:
        """A commit came too late."""
        self._metrics.counter("transactions_total").labels("aborted").inc()

    def committed(self, outcomes: Sequence[Outcome], pipelines: Mapping[int, Pipeline], timing: Timing) -> None:
        """A commit went through: what it held has happened."""
        metrics = self._metrics
        metrics.gauge("last_commit_timestamp_seconds").set(self._clock.now())
        metrics.counter("transactions_total").labels("committed").inc()
        metrics.histogram("decision_latency_seconds").observe(timing.latency)
        metrics.histogram("batch_seconds").labels("process").observe(timing.process)
        metrics.histogram("batch_seconds").labels("commit").observe(timing.commit)
        for outcome in outcomes:
            self._count(outcome)
            self._count_told(outcome)
            self._watermark(pipelines[outcome.partition])
        self._pipelines, self._moved = pipelines, True
        self._refresh_if_due(at_once=any(outcome.told for outcome in outcomes))

    def _count(self, outcome: Outcome) -> None:
        metrics = self._metrics
        for (platform, became), count in outcome.mentions.items():
            metrics.counter("mentions_total").labels(platform, became).inc(count)
        for brand_id, count in outcome.brand_mentions.items():
            label = brand_id if brand_id in self._config.brands.policies else OTHER
            metrics.counter("brand_mentions_total").labels(label).inc(count)
        for refusal in outcome.refusals:
            metrics.counter("dead_letters_total").labels(refusal.refused.reason).inc()
        metrics.counter("mentions_unscored_total").inc(outcome.unscored)
        for field, count in outcome.unknown_values.items():
            metrics.counter("unknown_values_total").labels(field).inc(count)
        metrics.collection_delay.add(
            dict(enumerate(outcome.collection_delay_bits)), outcome.collection_delay_sum_seconds
        )
        for forgotten in outcome.forgotten:
            self._drop(forgotten.brand_id)
            self._overflowed.pop(forgotten.brand_id, None)

    def _count_told(self, outcome: Outcome) -> None:
        for item in outcome.told:
            self._metrics.counter("crisis_transitions_total").labels(item.verb, item.event.level).inc()
            if item.verb == "opened":
                delay = (item.event.opened_at - item.event.first_signal_at).total_seconds()
                self._metrics.histogram("detection_delay_seconds").observe(delay)

    def _watermark(self, pipeline: Pipeline) -> None:
        for platform, seen_ms in pipeline.platform_seen_ms.items():
            if seen_ms > self._platform_seen_ms.get(platform, 0):
                self._platform_seen_ms[platform] = seen_ms
                self._metrics.gauge("platform_last_seen_timestamp_seconds").labels(platform).set(seen_ms / 1000)
        if pipeline.watermark_ms is not None:
            gauge = self._metrics.gauge("watermark_timestamp_seconds").labels(pipeline.partition)
            gauge.set(pipeline.watermark_ms / 1000)

    def _size(self, pipeline: Pipeline) -> None:
        brands = pipeline.brands.values()
        self._state[pipeline.partition] = len(brands), sum(brand.stored_bytes for brand in brands)
        self._show_size()

    def _show_size(self) -> None:
        self._metrics.gauge("state_brands").set(sum(brands for brands, _ in self._state.values()))
        self._metrics.gauge("state_bytes").set(sum(size for _, size in self._state.values()))

    def _refresh_if_due(self, *, at_once: bool = False) -> None:
        """What came too soon after the last refresh is shown by a later turn, also when nothing more is committed."""
        if not self._moved or not (at_once or self._clock.elapsed() - self._refreshed >= REFRESH_SECONDS):
            return
        self._refreshed = self._clock.elapsed()
        for pipeline in self._pipelines.values():
            self._size(pipeline)
            self._refresh(pipeline)
        self._moved = False

    def _refresh(self, pipeline: Pipeline) -> None:
        """Gauges show the present: they stand still while older windows are caught up with."""
        watermark = (pipeline.watermark_ms or 0) / 1000
        if self._clock.now() - watermark <= self._config.metrics.live_within_seconds:
            self._gauge_brands(pipeline)

    def _gauge_brands(self, pipeline: Pipeline) -> None:
        for brand_id, brand in pipeline.brands.items():
            crisis = brand.monitor.lifecycle.crisis if brand.monitor.lifecycle.active else None
            if brand.monitor.clock is not None and self._has_place(brand_id, pipeline.partition, crisis):
                self._gauge(brand_id, pipeline, brand, crisis)

    def _has_place(self, brand_id: str, partition: int, crisis: Crisis | None) -> bool:
        """Configured brands always; others from level 2 on, first come, until that crisis has ended."""
        if brand_id in self._config.brands.policies:
            self._gauged[brand_id] = partition
            return True
        if crisis is None:
            self._drop(brand_id)
            return False
        if brand_id in self._gauged or crisis.level < 2:
            return brand_id in self._gauged
        if len(self._unconfigured) >= self._config.metrics.max_brands:
            if brand_id not in self._overflowed:
                self._overflowed[brand_id] = partition
                self._metrics.counter("label_overflow_total").inc()
            return False
        self._gauged[brand_id] = partition
        self._unconfigured.add(brand_id)
        return True

    def _gauge(self, brand_id: str, pipeline: Pipeline, brand: Brand, crisis: Crisis | None) -> None:
        gauges = pipeline.gauges(brand)
        values = (
            gauges.mentions,
            gauges.mentions_expected,
            gauges.mentions_expected_high,
            gauges.negative_authors,
            gauges.negative_authors_expected,
            gauges.negative_authors_expected_high,
            gauges.sentiment,
            gauges.sentiment_expected,
            crisis.level if crisis is not None else 0,
            brand.monitor.strength,
            crisis.first_signal_at if crisis is not None and crisis.state == OPEN else 0,
        )
        self._show(brand_id, values)

    def _gauge_unheard(self, pipeline: Pipeline) -> None:
        """A configured brand that nobody ever spoke of is calm, not unknown."""
        brands, topics, mentions = self._config.brands, self._config.topics, self._config.mentions
        if mentions.partition_by == TRUSTED:
            return  # nobody knows whose partition it will be in
        for brand_id in brands.policies.keys() - pipeline.brands.keys():
            if pipeline.partition == partition_of(brand_id, topics.partitions, mentions.partition_by):
                self._gauged[brand_id] = pipeline.partition
                self._show(brand_id, UNHEARD)

    def _show(self, brand_id: str, values: Sequence[float | None]) -> None:
        for name, value in zip(BRAND_GAUGES, values, strict=True):
            if value is None:
                self._remove(name, brand_id)
            else:
                self._metrics.gauge(name).labels(brand_id).set(value)

    def _drop(self, brand_id: str) -> None:
        self._unconfigured.discard(brand_id)
        if self._gauged.pop(brand_id, None) is not None:
            for name in BRAND_GAUGES:
                self._remove(name, brand_id)

    def _remove(self, name: str, *labels: object) -> None:
        self._metrics.gauge(name).remove(*labels)
