"""The manifest: every metric once, and the only place that writes them. What is not in the manifest cannot be told."""

from __future__ import annotations

from collections import Counter as TallyCounter
from collections.abc import Iterable, Mapping
from typing import Literal, NamedTuple, cast

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info, disable_created_metrics
from prometheus_client.core import HistogramMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector

PREFIX = "brushfire_"
SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
EVENT_SECONDS = (60.0, 180.0, 300.0, 600.0, 1200.0, 1800.0, 3600.0, 7200.0, 14400.0, 21600.0)
COLLECTION_SECONDS = tuple(2.0**exponent for exponent in range(18))
"""Powers of two from a second to a day and a half: the core counts by bit length."""


class Metric(NamedTuple):
    """One metric of the manifest; `name` without the prefix."""

    name: str
    kind: Literal["counter", "gauge", "histogram", "info"]
    help: str
    labels: tuple[str, ...] = ()
    buckets: tuple[float, ...] = ()


MANIFEST = (
    Metric("mentions_total", "counter", "Mentions received, by what became of them.", ("platform", "outcome")),
    Metric("brand_mentions_total", "counter", "Mentions counted; unconfigured brands fold into `other`.", ("brand",)),
    Metric("dead_letters_total", "counter", "Records refused, by reason.", ("reason",)),
    Metric("mentions_unscored_total", "counter", "Mentions counted that carry neither sentiment nor text."),
    Metric("unknown_values_total", "counter", "Enumeration values that were read as `other` or left out.", ("field",)),
    Metric("label_overflow_total", "counter", "Brands that got no gauges because metrics.max_brands had."),
    Metric("mentions_per_hour", "gauge", "Mentions in the trailing hour, as of the watermark.", ("brand",)),
    Metric("mentions_expected_per_hour", "gauge", "Mentions an hour that are usual.", ("brand",)),
    Metric("mentions_expected_high_per_hour", "gauge", "Mentions an hour that are still normal.", ("brand",)),
    Metric("negative_authors_per_hour", "gauge", "Distinct unhappy people in the trailing hour.", ("brand",)),
    Metric(
        "negative_authors_expected_per_hour", "gauge", "Distinct unhappy people an hour that are usual.", ("brand",)
    ),
    Metric(
        "negative_authors_expected_high_per_hour",
        "gauge",
        "Distinct unhappy people an hour that are still normal.",
        ("brand",),
    ),
    Metric(
        "sentiment_mean", "gauge", "Mean sentiment of the trailing hour, -1 to 1; absent without scores.", ("brand",)
    ),
    Metric("sentiment_expected", "gauge", "Mean sentiment that is usual, -1 to 1.", ("brand",)),
    Metric("crisis_level", "gauge", "0 normal, 1 watch, 2 issue, 3 major, 4 severe.", ("brand",)),
    Metric("crisis_score", "gauge", "Largest score over the limit of its watch; 1 opens.", ("brand",)),
    Metric("crisis_started_timestamp_seconds", "gauge", "First signal of the open crisis; 0 for none.", ("brand",)),
    Metric(
        "crisis_transitions_total", "counter", "Crisis events sent, by kind and new level.", ("transition", "level")
    ),
    Metric(
        "detection_delay_seconds",
        "histogram",
        "From the first signal of a crisis to opened, event time.",
        buckets=EVENT_SECONDS,
    ),
    Metric("decision_latency_seconds", "histogram", "From poll to commit, wall clock.", buckets=SECONDS),
    Metric(
        "collection_delay_seconds",
        "histogram",
        "From published to collected, of mentions that say so.",
        buckets=COLLECTION_SECONDS,
    ),
    Metric("consumer_lag_records", "gauge", "Records not yet read.", ("topic", "partition")),
    Metric("watermark_timestamp_seconds", "gauge", "How far event time has got.", ("partition",)),
    Metric("last_poll_timestamp_seconds", "gauge", "When the loop last polled."),
    Metric("last_commit_timestamp_seconds", "gauge", "When a transaction was last committed."),
    Metric("platform_last_seen_timestamp_seconds", "gauge", "Newest mention of a platform, event time.", ("platform",)),
    Metric("batch_seconds", "histogram", "Time spent per commit, by stage.", ("stage",), SECONDS),
    Metric("state_brands", "gauge", "Brands in memory."),
    Metric("state_bytes", "gauge", "Size of the last whole records of all brands in memory."),
    Metric("restore_remaining_records", "gauge", "Changelog records still to be read before the worker is ready."),
    Metric("ready", "gauge", "1 when every assigned partition is restored."),
    Metric("transactions_total", "counter", "Transactions, by outcome.", ("outcome",)),
    Metric("build_info", "info", "The release."),
    Metric("config_info", "info", "Digest of the settings that can change a decision."),
)


Instrument = Counter | Gauge | Histogram | Info


class Metrics:
    """The metrics of one process, by name."""

    def __init__(self) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]  # a third more lines for nothing we show
        self.registry = CollectorRegistry()
        self.collection_delay = DelayCounts()
        self.registry.register(self.collection_delay)
        self._by_name = {
            metric.name: _create(metric, self.registry)
            for metric in MANIFEST
            if metric.name != self.collection_delay.name
        }

    def counter(self, name: str) -> Counter:
        """A counter of the manifest. Raises KeyError for a name that is not in it."""
        return cast("Counter", self._by_name[name])

    def gauge(self, name: str) -> Gauge:
        """A gauge of the manifest. Raises KeyError for a name that is not in it."""
        return cast("Gauge", self._by_name[name])

    def histogram(self, name: str) -> Histogram:
        """A histogram of the manifest. Raises KeyError for a name that is not in it."""
        return cast("Histogram", self._by_name[name])

    def info(self, name: str) -> Info:
        """An info of the manifest. Raises KeyError for a name that is not in it."""
        return cast("Info", self._by_name[name])

    def page(self) -> tuple[bytes, str]:
        """What `/metrics` answers, and its content type."""
        return generate_latest(self.registry), CONTENT_TYPE_LATEST


class DelayCounts(Collector):
    """A histogram that takes counts: the core has counted the delays already, by their bit length in seconds."""

    name = "collection_delay_seconds"

    def __init__(self) -> None:
        self._counts: TallyCounter[int] = TallyCounter()
        self._sum_seconds = 0

    def add(self, counts: Mapping[int, int], sum_seconds: int) -> None:
        """Take in `{bit length of the delay in whole seconds: mentions}` and the sum of the delays."""
        self._counts.update(counts)
        self._sum_seconds += sum_seconds

    def collect(self) -> Iterable[HistogramMetricFamily]:
        """Cumulative buckets, as Prometheus wants them."""
        metric = next(metric for metric in MANIFEST if metric.name == self.name)
        counts = dict(self._counts)
        buckets = []
        for exponent, bound in enumerate(metric.buckets):  # n bits hold every delay below 2**n seconds
            buckets.append((str(bound), float(sum(count for bits, count in counts.items() if bits <= exponent))))
        buckets.append(("+Inf", float(sum(counts.values()))))
        yield HistogramMetricFamily(PREFIX + self.name, metric.help, buckets, self._sum_seconds)


def _create(metric: Metric, registry: CollectorRegistry) -> Instrument:
    name = PREFIX + metric.name
    if metric.kind == "counter":
        return Counter(name, metric.help, metric.labels, registry=registry)
    if metric.kind == "gauge":
        return Gauge(name, metric.help, metric.labels, registry=registry)
    if metric.kind == "histogram":
        return Histogram(name, metric.help, metric.labels, buckets=metric.buckets, registry=registry)
    return Info(name.removesuffix("_info"), metric.help, registry=registry)
