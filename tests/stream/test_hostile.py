"""Ten thousand hostile records and ten thousand invented brands in one run: counted, told apart, kept to themselves."""

from __future__ import annotations

import io
import json
import logging
from collections import Counter

import pytest
from msgspec import structs
from prometheus_client.parser import text_string_to_metric_families

from stream import logs
from stream.adapters.memory import MemoryLog, MemoryTopics
from stream.app import Observers
from stream.logs import JsonFormatter
from stream.metrics import Metrics
from stream.ports import Input, Output
from stream.runner import Runner, Timing
from stream.telemetry import Telemetry
from stream.transitions import TransitionLog
from tests.hostile import NOUNS, RECORDED, SECRET, before, corpus, most_series, ours, side_inputs
from tests.mentions import START, HandClock, feed, mention, pipeline, record, settings, story

pytestmark = pytest.mark.slow

RECORDED_MS = int(START.timestamp() + RECORDED) * 1000
BRAND_BYTES = 64 * 1024
"""Of the state of a brand of which a few mentions came."""


class Run:
    """A worker in memory that reads a story of a crisis, the corpus in the midst of it and the side inputs, and commits as it goes."""

    def __init__(self) -> None:
        self.config = settings(
            topics__partitions=1, metrics__max_brands=2, brands__max_unknown=4000, brands__acme__watch=2.5
        )
        self.topics = MemoryTopics(1)
        self.hostile = corpus()
        past = [record(value, offset) for offset, value in enumerate(before())]
        self.mentions = [
            *past,
            *(
                record(said.value, offset, key=said.key, headers=said.headers, timestamp=RECORDED_MS)
                for offset, said in enumerate(self.hostile, start=len(past))
            ),
            record(mention("last", RECORDED + 180), len(past) + len(self.hostile)),
        ]
        self.side = {
            Input(name): side_inputs(*noun) for name, noun in zip(("activity", "feedback"), NOUNS.values(), strict=True)
        }
        for written in self.mentions:
            self.topics.append(Input.MENTIONS, written)
        for source, values in self.side.items():
            for offset, value in enumerate(values):
                self.topics.append(source, record(value, offset))
        self.metrics, clock, self.written = Metrics(), HandClock(), io.StringIO()
        observers = Observers([Telemetry(self.metrics, self.config, clock), TransitionLog()])
        runner = Runner(
            MemoryLog(self.topics), self.config, lambda partition: pipeline(self.config, partition), clock, observers
        )
        handler = logging.StreamHandler(self.written)
        handler.setFormatter(JsonFormatter())
        logs.LOGGER.addHandler(handler)
        level = logs.LOGGER.level
        logs.LOGGER.setLevel(logging.INFO)
        try:
            while 0 not in runner.turn(0.0).caught_up:
                runner.commit()
            runner.commit()
        finally:
            logs.LOGGER.removeHandler(handler)
            logs.LOGGER.setLevel(level)
        self.brands = runner.pipelines[0].brands

    @property
    def page(self) -> str:
        return self.metrics.page()[0].decode()


@pytest.fixture(scope="module")
def run() -> Run:
    return Run()


def test_every_record_is_accounted_for(run: Run) -> None:
    """Counted, refreshed, withdrawn, duplicate, late or refused; and nothing of it breaks us."""
    became: Counter[str] = Counter()
    refused: Counter[str] = Counter()
    for family in text_string_to_metric_families(run.page):
        for sample in family.samples:
            if sample.name == "brushfire_mentions_total":
                became[sample.labels["outcome"]] += int(sample.value)
            if sample.name == "brushfire_dead_letters_total":
                refused[sample.labels["reason"]] += int(sample.value)
    assert len(run.mentions) == became.total()
    assert len(run.hostile) > 15_000
    letters = [ours(message.headers) for message in run.topics.outputs[Output.DEAD_LETTERS]]
    topics = Counter(dict(letter)["__connect.errors.topic"] for letter in letters)
    assert became["refused"] == topics[b"mentions.v1"]
    assert len(letters) == refused.total()
    assert 0 == refused["handler_error"]
    assert {
        "too_large",
        "too_deep",
        "not_json",
        "schema",
        "bad_time",
        "future_time",
        "unsupported_version",
        "unknown_brand",
    } <= {reason for reason, count in refused.items() if count}
    assert became["counted"] > 3000


def test_dead_letters_are_the_records_untouched(run: Run) -> None:
    """Value, key and headers; behind them ours, which say nothing of what was in them."""
    names = {run.config.topics.name(source): source for source in Input}
    for message in run.topics.outputs[Output.DEAD_LETTERS]:
        said = ours(message.headers)
        told = dict(said)
        source = names[(told["__connect.errors.topic"] or b"").decode()]
        read = run.topics.inputs[source, 0][int(told["__connect.errors.offset"] or b"")]
        assert (read.value, read.key, list(read.headers)) == (
            message.value,
            message.key,
            list(message.headers)[: -len(said)],
        )
        assert not [content for _, content in said if SECRET.encode() in (content or b"")]


def test_the_page_of_metrics_is_bounded_and_readable(run: Run) -> None:
    """By the closed sets of labels, metrics.max_brands and the configured brands."""
    series = [sample for family in text_string_to_metric_families(run.page) for sample in family.samples]
    assert len(series) <= most_series(run.config) < 1200
    assert SECRET not in run.page
    brands = {sample.labels["brand"] for sample in series if "brand" in sample.labels}
    assert len(brands - {"acme", "other"}) <= run.config.metrics.max_brands


def test_no_text_forges_or_enters_a_log_line(run: Run) -> None:
    """One line for the start and each transition, whichever way lines are broken."""
    text = run.written.getvalue()
    lines = [json.loads(line) for line in text.splitlines()]
    events = run.topics.outputs[Output.CRISIS_EVENTS]
    assert events
    assert len(events) + 3 == len(lines) == text.count("\n")
    assert SECRET not in text
    assert not [line for line in lines if line["level"] == "error"]


FLOOD = 20_000


def test_a_flood_of_refusals_hides_no_crisis() -> None:
    """Twenty thousand in a row in the midst of a wave: told is what would be told without them, and they are counted."""
    config, values = settings(), story()
    middle = 20 + next(number for number, value in enumerate(values) if value["mention_id"].startswith("w"))
    flood = [b'{"mention_id": "m", "brand_id": "acme", "published_at": "now"}'] * FLOOD
    found, metrics = [], Metrics()
    for read in (values, [*values[:middle], *flood, *values[middle:]]):
        target = pipeline(config)
        telemetry = Telemetry(metrics, config, HandClock())
        events = []
        for start in range(0, len(read), 3000):
            feed(target, read[start : start + 3000], start)
            outcome = target.take_outcome()
            telemetry.committed([outcome], {target.partition: target}, Timing(0.0, 0.0, 0.0))
            events += [structs.replace(item.event, inputs=()) for item in outcome.told]
        found.append(events)
    assert found[0]
    assert found[0] == found[1]
    assert FLOOD == metrics.registry.get_sample_value("brushfire_dead_letters_total", {"reason": "bad_time"})


def test_what_is_remembered_is_bounded(run: Run) -> None:
    """So many brands, and so much of each."""
    assert len(run.brands) <= run.config.brands.max_unknown + 1
    sizes = [
        len(value)
        for key, value in run.topics.state[0].items()
        if key.startswith(b"b/") and key not in {b"b/acme", b"b/beta"}
    ]
    assert run.config.brands.max_unknown == len(sizes) + 1
    assert max(sizes) <= BRAND_BYTES
