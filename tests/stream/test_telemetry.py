"""What the metrics say about what the loop did: the right numbers, and never more series than was said."""

from __future__ import annotations

from collections.abc import Iterable
from random import Random
from typing import Any

import pytest
from prometheus_client import parser

from stream.adapters.memory import MemoryLog, MemoryTopics
from stream.config import Config
from stream.errors import Reason
from stream.events.mention import PLATFORMS
from stream.metrics import PREFIX, Metrics
from stream.ports import AssignmentLost, Batch, Input, Output
from stream.runner import Runner
from stream.telemetry import BRAND_GAUGES, Telemetry
from tests.mentions import START, HandClock, at, feedback, mention, negative, neutral, pipeline, record, settings, story

EPOCH = START.timestamp()


class MovingLog(MemoryLog):
    """Takes partitions away, or loses a commit, when told; goes on to tell of the lag of what it took, as Kafka's client does."""

    revoke: frozenset[int] = frozenset()
    lose = False
    gone: frozenset[int] | set[int] = frozenset()

    def poll(self, timeout_seconds: float) -> Batch:
        batch = super().poll(timeout_seconds)
        batch.revoked, self.revoke = set(self.revoke), frozenset()
        self.gone |= batch.revoked
        batch.lag |= {(source, partition): 7 for source in Input for partition in self.gone}
        return batch

    def commit(self, messages: Any, positions: Any) -> None:
        if self.lose:
            raise AssignmentLost
        super().commit(messages, positions)


class Peeking(Telemetry):
    """Keeps the page as it is just before the worker is ready."""

    page_before_ready: bytes = b""

    def ready(self) -> None:
        self.page_before_ready = self._metrics.page()[0]
        super().ready()


class World:
    """A worker with its metrics over topics in memory. Time stands at the mentions unless it is set."""

    def __init__(self, config: Config | None = None, topics: MemoryTopics | None = None, seconds: float = 0.0) -> None:
        self.config = config or settings(brands__acme__watch="3.0", mentions__partition_by="trusted")
        self.topics = topics or MemoryTopics(self.config.topics.partitions)
        self.clock = HandClock(seconds)
        self.metrics = Metrics()
        self.telemetry = Peeking(self.metrics, self.config, self.clock)
        self.log = MovingLog(self.topics)
        self.runner = Runner(
            self.log, self.config, lambda partition: pipeline(self.config, partition), self.clock, self.telemetry
        )
        self.runner.turn(0.0)

    def take(
        self, values: Iterable[dict[str, Any] | bytes], partition: int = 0, source: Input = Input.MENTIONS
    ) -> None:
        """Write, read to the end and commit; a while later by the wall clock."""
        records = self.topics.inputs[source, partition]
        for value in values:
            self.topics.append(source, record(value, len(records), partition=partition))
        self.clock.seconds += 2.0
        while partition not in self.runner.turn(0.0).caught_up:
            pass
        self.runner.commit()

    def series(self) -> dict[str, dict[tuple[str, ...], float]]:
        return series(self.metrics.page()[0])

    def brands(self, name: str = "crisis_level") -> dict[str, float]:
        """Value by brand."""
        return {labels[0]: value for labels, value in self.series().get(name, {}).items()}


def series(page: bytes) -> dict[str, dict[tuple[str, ...], float]]:
    """Sample name without the prefix: label values, in the order of their names, to value."""
    found: dict[str, dict[tuple[str, ...], float]] = {}
    for family in parser.text_string_to_metric_families(page.decode()):
        for sample in family.samples:
            labels = tuple(value for _, value in sorted(sample.labels.items()))
            found.setdefault(sample.name.removeprefix(PREFIX), {})[labels] = sample.value
    return found


def uproar(brand_id: str, seconds: float = 0.0, people: int = 12) -> list[dict[str, Any]]:
    """A dozen people who call for a boycott: severe, even for a brand nobody knew."""
    return [
        negative(f"{brand_id}-{seconds}-{number}", seconds + number, brand_id=brand_id, intents=["boycott"])
        for number in range(people)
    ]


def tick(seconds: float) -> list[dict[str, Any]]:
    """A mention that moves the time on."""
    return [mention(f"tick-{seconds}", seconds, brand_id="clock")]


# ---------------------------------------------------------------- counters


def test_closed_label_sets_begin_at_zero() -> None:
    """So that a rate sees the first one."""
    told = World().series()
    assert {(reason.value,): 0.0 for reason in Reason} == told["dead_letters_total"]
    outcomes = {"counted", "refreshed", "withdrawn", "duplicate", "late", "refused"}
    assert {(outcome, platform): 0.0 for outcome in outcomes for platform in PLATFORMS} == told["mentions_total"]
    assert {("committed",): 0.0, ("aborted",): 0.0} == told["transactions_total"]
    assert ("0", "closed") in told["crisis_transitions_total"]
    assert [1.0, 1.0] == [len(told["build_info"]), len(told["config_info"])]


def test_every_mention_is_counted_once_by_what_became_of_it() -> None:
    """Counted, duplicate, refreshed, withdrawn, late and refused; platforms by name."""
    world = World()
    world.take(
        [
            mention("a", 0),
            mention("a", 0),
            mention("a", 0, revision=1),
            mention("b", 0, op="delete"),
            mention("c", 600) | {"platform": "reddit"},
            mention("late", 0),
            b"{",
            {"brand_id": "acme"},
        ]
    )
    told = world.series()
    counted = {labels: value for labels, value in told["mentions_total"].items() if value}
    assert {
        ("counted", "x"): 1.0,
        ("counted", "reddit"): 1.0,
        ("duplicate", "x"): 1.0,
        ("refreshed", "x"): 1.0,
        ("withdrawn", "x"): 1.0,
        ("late", "x"): 1.0,
        ("refused", "other"): 2.0,
    } == counted
    assert {("not_json",): 1.0, ("schema",): 1.0} == {
        labels: value for labels, value in told["dead_letters_total"].items() if value
    }
    assert {("acme",): 2.0} == told["brand_mentions_total"]
    assert {(): 2.0} == told["mentions_unscored_total"]
    assert {("committed",): 1.0, ("aborted",): 0.0} == told["transactions_total"]


def test_a_story_is_told_in_transitions_and_delays() -> None:
    """As many transitions as events were written, each under its verb and new level; one delay for what opened."""
    world = World()
    world.take(story())
    told = world.series()
    events = len(world.topics.outputs[Output.CRISIS_EVENTS])
    transitions = told["crisis_transitions_total"]
    assert events == sum(transitions.values()) >= 3
    opened = sum(value for (_, verb), value in transitions.items() if verb == "opened")
    assert opened == told["detection_delay_seconds_count"][()] >= 1
    assert 1.0 == transitions["0", "resolved"]
    assert 1.0 == told["decision_latency_seconds_count"][()]
    assert {("process",), ("commit",)} == set(told["batch_seconds_count"])


def test_collection_delay_is_of_mentions_that_say_so() -> None:
    """From published to collected, in whole seconds; never negative."""
    world = World()
    world.take(
        [
            mention("a", 0, collected_at=at(0.4)),
            mention("b", 0, collected_at=at(1.5)),
            mention("c", 0, collected_at=at(100)),
            mention("d", 10, collected_at=at(5)),
            mention("e", 0),
        ]
    )
    told = world.series()
    buckets = {float(labels[0]): value for labels, value in told["collection_delay_seconds_bucket"].items()}
    assert [2, 3, 3, 4] == [buckets[bound] for bound in (1.0, 2.0, 64.0, 128.0)]
    assert (4, 101) == (told["collection_delay_seconds_count"][()], told["collection_delay_seconds_sum"][()])


def test_a_commit_that_came_too_late_is_counted_and_nothing_of_it() -> None:
    """Nothing of it has happened."""
    world = World()
    world.log.lose = True
    world.take([mention("a", 0)])
    told = world.series()
    assert 1.0 == told["transactions_total"]["aborted",]
    assert 0.0 == sum(told["mentions_total"].values())
    assert {} == told.get("brand_mentions_total", {})


# ---------------------------------------------------------------- how many series


def test_brands_that_are_not_configured_fold_into_other() -> None:
    """Counters by brand have the configured ones, and one more."""
    world = World()
    world.take([mention("a", 0), *(mention("m", 1, brand_id=f"b{number}") for number in range(50))])
    assert {("acme",): 1.0, ("other",): 50.0} == world.series()["brand_mentions_total"]


def test_platforms_we_do_not_know_make_no_series() -> None:
    """Label values come from closed sets, whatever producers invent."""
    random = Random(5)
    world = World()
    world.take([mention("first", 0) | {"platform": "myspace"}])
    before = {name: set(values) for name, values in world.series().items()}
    odd = ["", "X", "x ", '"', "\n", "\u202e", "n" * 2000, *(f"p{random.getrandbits(60)}" for _ in range(300))]
    world.take([mention(f"m{number}", 1) | {"platform": platform} for number, platform in enumerate(odd)])
    world.take([b'{"mention_id": "%d"}' % number for number in range(50)])
    assert before == {name: set(values) for name, values in world.series().items()}
    assert {("platform",): 1.0 + len(odd)} == world.series()["unknown_values_total"]


@pytest.mark.slow
def test_ten_thousand_invented_brands_make_no_series() -> None:
    """Gauges are for configured brands and for crises; ids of a brand that is none are refused."""
    random = Random(6)
    world = World(settings(mentions__partition_by="trusted"))
    world.take([mention("a", 0, brand_id="someone")])
    before = sum(len(values) for values in world.series().values())
    names = [f"{random.getrandbits(64):x}" for _ in range(10_000)] + ['b"}', "B", "b\n", "", "b" * 65]
    world.take([mention("a", number / 1000, brand_id=name) for number, name in enumerate(names)])
    told = world.series()
    assert before == sum(len(values) for values in told.values())
    assert 10_000.0 == told["brand_mentions_total"]["other",]
    # max_unknown is 10,000 in a partition, and one was known before
    assert (5.0, 1.0) == (told["dead_letters_total"]["schema",], told["dead_letters_total"]["unknown_brand",])


def test_a_crisis_gives_a_brand_gauges_up_to_the_limit_and_the_others_are_counted_once() -> None:
    """First come; however often the gauges are refreshed, a brand without a place is one brand."""
    world = World(settings(metrics__max_brands=3, mentions__partition_by="trusted"))
    for number in range(5):
        world.take(uproar(f"b{number}", number * 600))
    for number in range(5, 10):
        world.take(tick(number * 600))
    assert {"b0", "b1", "b2"} == set(world.brands())
    assert {(): 2.0} == world.series()["label_overflow_total"]


def test_configured_brands_take_no_place_of_the_others() -> None:
    """metrics.max_brands is for unconfigured brands."""
    world = World(
        settings(
            metrics__max_brands=1, mentions__partition_by="trusted", brands__acme__watch="3.0", brands__bmw__watch="3.0"
        )
    )
    world.take([mention("a", 0), mention("b", 0, brand_id="bmw"), *uproar("someone", 10), *tick(600)])
    assert {"acme", "bmw", "someone"} == set(world.brands())
    assert {(): 0.0} == world.series()["label_overflow_total"]


def test_a_place_is_free_again_when_the_crisis_has_ended() -> None:
    """The next one in need takes it."""
    world = World(settings(metrics__max_brands=1, mentions__partition_by="trusted"))
    world.take([*uproar("first"), *tick(600)])
    assert {"first"} == set(world.brands())
    (opened, *_) = world.topics.outputs[Output.CRISIS_EVENTS]
    crisis_id = dict(opened.headers)["ce_correlationid"].decode()  # type: ignore[union-attr]
    world.take([feedback("dismiss", crisis_id, 600, brand_id="first")], source=Input.FEEDBACK)
    world.take(tick(1200))
    assert set() == set(world.brands())
    world.take([*uproar("second", 1500), *tick(2400)])
    assert {"second"} == set(world.brands())
    assert {(): 0.0} == world.series()["label_overflow_total"]


# ---------------------------------------------------------------- gauges


def test_a_configured_brand_has_gauges_before_anybody_speaks_of_it() -> None:
    """On the worker that has its partition: calm, and no sentiment that nobody uttered."""
    world = World(settings(brands__acme__watch="3.0", brands__bmw__watch="3.0"))
    assert {"acme": 0.0, "bmw": 0.0} == world.brands("crisis_level") == world.brands("mentions_per_hour")
    assert {} == world.brands("sentiment_mean")


def test_gauges_are_of_the_trailing_hour() -> None:
    """Mentions, distinct unhappy people and their mood; how it stands and since when."""
    world = World()
    people = [negative(f"n{number}", 60 * number, author=f"a{number % 3}") for number in range(6)]
    world.take([*people, *(neutral(f"q{number}", 320 + number) for number in range(4)), *tick(1200)])
    assert {"acme": 10.0} == world.brands("mentions_per_hour")
    assert {"acme": 3.0} == world.brands("negative_authors_per_hour")
    assert 0.1 > world.brands("sentiment_mean")["acme"] > -0.8
    assert {"acme": 0.0} == world.brands("crisis_level") == world.brands("crisis_started_timestamp_seconds")
    for expected, high in (
        ("mentions_expected_per_hour", "mentions_expected_high_per_hour"),
        ("negative_authors_expected_per_hour", "negative_authors_expected_high_per_hour"),
    ):
        assert world.brands(expected)["acme"] <= world.brands(high)["acme"]


def test_what_was_committed_too_soon_to_be_shown_is_shown_a_little_later() -> None:
    """Gauges are refreshed once a second at most; silence after the last commit does not leave them as they were."""
    world = World()
    world.take([mention("a", 0), mention("b", 600)])
    world.topics.append(Input.MENTIONS, record(mention("c", 1200), 2))
    world.clock.seconds += 0.1
    world.runner.turn(0.0)
    world.runner.commit()
    assert {"acme": 1.0} == world.brands("mentions_per_hour"), "not yet"
    world.clock.seconds += 1.0
    world.runner.turn(0.0)
    assert {"acme": 2.0} == world.brands("mentions_per_hour")


def test_the_gauges_of_a_silent_brand_fall() -> None:
    """Others move the time; nobody has spoken about this brand for an hour."""
    world = World()
    world.take([negative(f"n{number}", 60 * number) for number in range(10)])
    world.take(tick(1200))
    assert {"acme": 10.0} == world.brands("mentions_per_hour")
    for minute in range(25, 80, 5):
        world.take(tick(minute * 60))
    assert {"acme": 0.0} == world.brands("mentions_per_hour") == world.brands("negative_authors_per_hour")
    assert {} == world.brands("sentiment_mean"), "nobody, no mood"
    assert "acme" in world.brands("mentions_expected_per_hour")


def test_the_gauges_of_a_brand_fall_when_everybody_is_silent() -> None:
    """At the end of the log time goes on by the wall clock."""
    world = World(settings(brands__acme__watch="3.0", time__idle_after_seconds=30))
    world.take([negative(f"n{number}", 60 * number) for number in range(10)])
    world.clock.seconds = 1200.0
    world.take([])
    assert {"acme": 10.0} == world.brands("mentions_per_hour")
    for minute in range(25, 90, 5):
        world.clock.seconds = minute * 60.0
        world.take([])
    assert {"acme": 0.0} == world.brands("mentions_per_hour")


def test_gauges_stand_still_while_old_windows_are_caught_up_with() -> None:
    """Counters move at once, gauges from live_within_seconds before the present on."""
    world = World(settings(brands__acme__watch="3.0", metrics__live_within_seconds=900), seconds=7200.0)
    world.take([mention("a", 0), mention("b", 3600)])
    told = world.series()
    assert (2.0, {"acme": 0.0}) == (told["brand_mentions_total"]["acme",], world.brands("mentions_per_hour"))
    assert {("0",): EPOCH + 3600 - 120} == told["watermark_timestamp_seconds"]
    world.take([mention("c", 7200 - 300)])
    assert {"acme": 1.0} == world.brands("mentions_per_hour"), "of the last hour that is closed"


def test_a_crisis_is_on_the_gauges_until_it_is_resolved() -> None:
    """Level, score over the limit, and since when; all back to nothing afterwards."""
    values = story()
    end = 2 * 86400
    world = World()
    world.clock.seconds = end
    world.take([value for value in values if value["published_at"] < at(end + 2400)])
    assert world.brands()["acme"] >= 2
    assert world.brands("crisis_score")["acme"] >= 1.0
    assert EPOCH + end <= world.brands("crisis_started_timestamp_seconds")["acme"] < EPOCH + end + 1800
    world.clock.seconds = end + 10 * 3600
    world.take([value for value in values if value["published_at"] >= at(end + 2400)])
    assert {"acme": 0.0} == world.brands() == world.brands("crisis_started_timestamp_seconds")


def test_platforms_are_last_seen_by_event_time() -> None:
    """The newest of each, and never backwards."""
    world = World()
    world.take([mention("a", 100), mention("b", 90), mention("c", 50) | {"platform": "reddit"}])
    assert {("x",): EPOCH + 100, ("reddit",): EPOCH + 50} == world.series()["platform_last_seen_timestamp_seconds"]


# ---------------------------------------------------------------- state and assignment


def whole_bytes(topics: MemoryTopics) -> int:
    return sum(len(value) for state in topics.state for key, value in state.items() if key.startswith(b"b/"))


def test_the_size_of_the_state_is_told() -> None:
    """Brands in memory, and the bytes of their last whole records, over all partitions."""
    world = World()
    world.take([mention("a", 0), mention("b", 0, brand_id="bmw")], 0)
    world.take([mention("c", 0, brand_id="cola")], 1)
    assert ({(): 3.0}, {(): whole_bytes(world.topics)}) == (
        world.series()["state_brands"],
        world.series()["state_bytes"],
    )
    assert whole_bytes(world.topics) > 0
    world.log.revoke = frozenset({0})
    world.runner.turn(0.0)
    assert {(): 1.0} == world.series()["state_brands"]


def test_a_restored_worker_tells_how_it_stands_before_it_is_ready() -> None:
    """Level, size of the state and watermark, without a commit."""
    world = World()
    world.take([*uproar("acme"), *tick(600)])
    level = world.brands()["acme"]
    assert level >= 2
    successor = World(world.config, world.topics)
    before = series(successor.telemetry.page_before_ready)
    assert {(): 0.0} == before["ready"]
    assert {("acme",): level} == before["crisis_level"]
    assert ({(): 2.0}, {(): whole_bytes(world.topics)}) == (before["state_brands"], before["state_bytes"])
    assert {("0",): EPOCH + 600 - 120} == before["watermark_timestamp_seconds"]
    assert {(): 1.0} == successor.series()["ready"]


def test_series_go_with_their_partition() -> None:
    """Another worker tells them now."""
    world = World(settings(mentions__partition_by="trusted", brands__acme__watch="3.0", brands__bmw__watch="3.0"))
    world.take([mention("a", 0), *uproar("someone", 0), *tick(600)], 0)
    world.take([mention("b", 0, brand_id="bmw"), *tick(600)], 1)
    world.runner.turn(0.0)
    assert {"acme", "bmw", "someone"} == set(world.brands())
    world.log.revoke = frozenset({0})
    world.runner.turn(0.0)
    world.runner.turn(0.0)
    told = world.series()
    for name in BRAND_GAUGES:
        assert {("bmw",)} >= set(told.get(name, {}))
    assert {("bmw",)} == set(told["crisis_level"])
    assert {("1",)} == set(told["watermark_timestamp_seconds"])
    assert (3, 0) == (len([labels for labels in told["consumer_lag_records"] if "1" in labels]), len(
        [labels for labels in told["consumer_lag_records"] if "0" in labels]
    ))  # fmt: skip


def test_a_forgotten_brand_leaves_the_gauges() -> None:
    """With its state."""
    world = World(settings(brands__acme__watch="3.0", state__forget_after_days=1, mentions__partition_by="trusted"))
    world.take([mention("a", 0), *tick(600)])
    assert {"acme"} == set(world.brands())
    for hour in range(1, 75):
        world.clock.seconds = hour * 3600.0
        world.take(tick(hour * 3600))
    assert set() == set(world.brands())
    assert {(): 1.0} == world.series()["state_brands"]


def test_lag_is_told_by_topic_and_partition() -> None:
    """Records not yet read, under the topic's name in the cluster."""
    world = World(settings(topics__prefix="eu."))
    for number in range(700):
        world.topics.append(Input.MENTIONS, record(mention(f"m{number}", 0), number, partition=2))
    world.runner.turn(0.0)
    assert 200.0 == world.series()["consumer_lag_records"]["2", "eu.mentions.v1"]
    world.runner.turn(0.0)
    assert 0.0 == world.series()["consumer_lag_records"]["2", "eu.mentions.v1"]


def test_polls_and_commits_are_stamped() -> None:
    """With the wall clock: their age is for whoever looks."""
    world = World()
    world.clock.seconds = 50.0
    world.take([mention("a", 0)])
    world.clock.seconds = 60.0
    world.runner.turn(0.0)
    told = world.series()
    assert (EPOCH + 60, EPOCH + 52) == (
        told["last_poll_timestamp_seconds"][()],
        told["last_commit_timestamp_seconds"][()],
    )
