"""The manifest, and the page that Prometheus reads."""

from __future__ import annotations

import math

import pytest
from prometheus_client import parser

from stream.metrics import MANIFEST, PREFIX, Metrics

CONTRACT = {
    "mentions_total": ("counter", {"platform", "outcome"}),
    "brand_mentions_total": ("counter", {"brand"}),
    "dead_letters_total": ("counter", {"reason"}),
    "mentions_unscored_total": ("counter", set()),
    "label_overflow_total": ("counter", set()),
    "mentions_per_hour": ("gauge", {"brand"}),
    "mentions_expected_per_hour": ("gauge", {"brand"}),
    "mentions_expected_high_per_hour": ("gauge", {"brand"}),
    "negative_authors_per_hour": ("gauge", {"brand"}),
    "negative_authors_expected_per_hour": ("gauge", {"brand"}),
    "negative_authors_expected_high_per_hour": ("gauge", {"brand"}),
    "sentiment_mean": ("gauge", {"brand"}),
    "sentiment_expected": ("gauge", {"brand"}),
    "crisis_level": ("gauge", {"brand"}),
    "crisis_score": ("gauge", {"brand"}),
    "crisis_started_timestamp_seconds": ("gauge", {"brand"}),
    "crisis_transitions_total": ("counter", {"transition", "level"}),
    "detection_delay_seconds": ("histogram", set()),
    "decision_latency_seconds": ("histogram", set()),
    "collection_delay_seconds": ("histogram", set()),
    "consumer_lag_records": ("gauge", {"topic", "partition"}),
    "watermark_timestamp_seconds": ("gauge", {"partition"}),
    "last_poll_timestamp_seconds": ("gauge", set()),
    "last_commit_timestamp_seconds": ("gauge", set()),
    "platform_last_seen_timestamp_seconds": ("gauge", {"platform"}),
    "batch_seconds": ("histogram", {"stage"}),
    "state_brands": ("gauge", set()),
    "state_bytes": ("gauge", set()),
    "restore_remaining_records": ("gauge", set()),
    "ready": ("gauge", set()),
    "transactions_total": ("counter", {"outcome"}),
    "acknowledgement_seconds": ("histogram", set()),
    "response_effect_ratio": ("gauge", {"brand"}),
    "build_info": ("info", None),
    "config_info": ("info", None),
}
"""Section 7 of the contract: kind and labels."""
LATER = {"acknowledgement_seconds", "response_effect_ratio"}
"""Of the contract, and for a later release."""
BEYOND = {"unknown_values_total"}
"""Of ours: section 3 asks for a count, and names none."""


def families(page: bytes) -> dict[str, tuple[str, dict[tuple[str, str], float]]]:
    """Metric name without the prefix: kind, and (sample, labels) to value."""
    found = {}
    for family in parser.text_string_to_metric_families(page.decode()):
        name = family.name.removeprefix(PREFIX) + ("_total" if family.type == "counter" else "")
        samples = {(sample.name, str(sorted(sample.labels.items()))): sample.value for sample in family.samples}
        found[name] = (family.type, samples)
    return found


def touched() -> Metrics:
    """Every metric of the manifest, written once."""
    metrics = Metrics()
    for metric in MANIFEST:
        values = [f"some {label}" for label in metric.labels]
        if metric.kind == "counter":
            counter = metrics.counter(metric.name)
            (counter.labels(*values) if values else counter).inc(2)
        elif metric.kind == "gauge":
            gauge = metrics.gauge(metric.name)
            (gauge.labels(*values) if values else gauge).set(2)
        elif metric.kind == "info":
            metrics.info(metric.name).info({"said": "so"})
        elif metric.name == "collection_delay_seconds":
            metrics.collection_delay.add({1: 1}, 1)
        else:
            histogram = metrics.histogram(metric.name)
            (histogram.labels(*values) if values else histogram).observe(0.2)
    return metrics


def test_the_manifest_is_what_the_contract_says() -> None:
    """Names, kinds and labels; nothing of it missing but what is for later, nothing added that nobody asked for."""
    names = {metric.name for metric in MANIFEST}
    assert len(MANIFEST) == len(names), "every metric once"
    assert set(CONTRACT) - LATER == names - BEYOND
    for metric in MANIFEST:
        if metric.name in CONTRACT:
            kind, labels = CONTRACT[metric.name]
            assert (metric.name, kind) == (metric.name, metric.kind)
            assert labels is None or (metric.name, labels) == (metric.name, set(metric.labels))
        assert metric.help.endswith(".")


def test_the_page_can_be_read_and_tells_every_metric_of_the_manifest() -> None:
    """As Prometheus would: the kind and the labels of the manifest under the prefix, and nothing else."""
    page, content_type = touched().page()
    assert content_type.startswith("text/plain")
    told = families(page)
    assert {metric.name for metric in MANIFEST} == set(told)
    for metric in MANIFEST:
        kind, samples = told[metric.name]
        assert ("gauge" if metric.kind == "info" else metric.kind) == kind
        assert samples
        for sample, labels in samples:
            assert sample.startswith(PREFIX)
            if metric.kind in {"counter", "gauge"}:
                assert str(sorted((label, f"some {label}") for label in metric.labels)) == labels
                assert 2.0 == samples[sample, labels]


def test_no_metric_can_be_told_that_is_not_in_the_manifest() -> None:
    """Nor one under another metric's labels."""
    metrics = Metrics()
    for look_up in (metrics.counter, metrics.gauge, metrics.histogram, metrics.info):
        with pytest.raises(KeyError):
            look_up("surprises_total")
    with pytest.raises(ValueError, match="label"):
        metrics.gauge("crisis_level").labels("acme", "x")


def test_names_end_in_their_unit() -> None:
    """Counters in _total, times in _seconds, shares in _ratio: what dashboards go by."""
    for metric in MANIFEST:
        assert (metric.kind == "counter") == metric.name.endswith("_total")
        assert (metric.kind == "info") == metric.name.endswith("_info")
        if metric.kind == "histogram":
            assert metric.name.endswith("_seconds")
            assert sorted(set(metric.buckets)) == list(metric.buckets)


def test_hostile_label_values_stay_inside_their_quotes() -> None:
    """Whatever gets into a label, the page can be read."""
    metrics = Metrics()
    odd = 'x"} 1\nbrushfire_ready 5 \\ \u2028'
    metrics.counter("brand_mentions_total").labels(odd).inc()
    metrics.gauge("ready").set(0)
    told = families(metrics.page()[0])
    assert {(f"{PREFIX}ready", "[]"): 0.0} == told["ready"][1]
    assert {str([("brand", odd)])} == {labels for _, labels in told["brand_mentions_total"][1]}


def test_collection_delays_become_a_histogram_of_powers_of_two() -> None:
    """Given as counts by the bit length of whole seconds: 0, 1, 2-3, 4-7 ...; more than a day and a half is over all."""
    metrics = Metrics()
    metrics.collection_delay.add({0: 5, 1: 3, 2: 2}, 3 + 5)
    metrics.collection_delay.add({2: 1, 40: 1}, 2 + 2**39)
    _, samples = families(metrics.page()[0])["collection_delay_seconds"]

    def bucket(bound: float) -> float:
        return next(
            value
            for (name, labels), value in samples.items()
            if name.endswith("_bucket") and float(labels.split("'")[3]) == bound
        )

    assert [5, 8, 11, 11] == [bucket(bound) for bound in (1.0, 2.0, 4.0, 8.0)]
    assert (11, 12) == (bucket(2.0**17), bucket(math.inf))
    assert 12 == samples[f"{PREFIX}collection_delay_seconds_count", "[]"]
    assert 3 + 5 + 2 + 2**39 == samples[f"{PREFIX}collection_delay_seconds_sum", "[]"]
