"""The loop: restore, commit, idle time, refusals, loss of assignment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import orjson
import pytest

from stream.adapters.memory import MemoryLog, MemoryTopics
from stream.config import Config
from stream.errors import ServiceError
from stream.outcome import Outcome
from stream.partitioning import MURMUR2, partition_of
from stream.pipeline import Pipeline
from stream.ports import (
    LATER_MS,
    AssignmentLost,
    Batch,
    Input,
    Message,
    Output,
    Restored,
    StoredRecord,
    UnreadableError,
)
from stream.runner import PROVE_RECORDS, Observer, Runner, Timing
from tests.mentions import START, HandClock, at, mention, negative, neutral, pipeline, record, settings, story

EPOCH = START.timestamp()
ACME = partition_of("acme", 4, MURMUR2)


class Notes(Observer):
    """Writes down what it is told."""

    def __init__(self) -> None:
        self.told: list[Any] = []
        self.outcomes: list[Outcome] = []
        self.timings: list[Timing] = []

    def restored(self, pipeline: Pipeline) -> None:
        self.told.append(("restored", pipeline.partition))

    def ready(self) -> None:
        self.told.append("ready")

    def revoked(self, partition: int) -> None:
        self.told.append(("revoked", partition))

    def aborted(self) -> None:
        self.told.append("aborted")

    def committed(self, outcomes: Sequence[Outcome], pipelines: Mapping[int, Pipeline], timing: Timing) -> None:
        self.told.append("committed")
        self.outcomes += outcomes
        self.timings.append(timing)


def runner(
    topics: MemoryTopics, config: Config | None = None, clock: HandClock | None = None, log: Any = None
) -> Runner:
    chosen = config or settings()
    return Runner(
        log or MemoryLog(topics), chosen, lambda partition: pipeline(chosen, partition), clock or HandClock(), Notes()
    )


def notes(target: Runner) -> Notes:
    observer = target._observer
    assert isinstance(observer, Notes)
    return observer


def write(topics: MemoryTopics, values: Iterable[dict[str, Any] | bytes], timestamp: int = LATER_MS) -> None:
    for value in values:
        offset = len(topics.inputs[Input.MENTIONS, ACME])
        topics.append(Input.MENTIONS, record(value, offset, partition=ACME, timestamp=timestamp))


def turn_to_end(target: Runner) -> None:
    while ACME not in target.turn(0.0).caught_up:
        pass


def test_assigned_partitions_are_restored_before_it_is_ready() -> None:
    """And only then are records taken."""
    target = runner(MemoryTopics(4))
    target.turn(0.0)
    assert [*(("restored", partition) for partition in range(4)), "ready"] == notes(target).told


def test_a_commit_writes_events_states_letters_state_and_positions_at_once() -> None:
    """Everything a batch changed, keyed by brand, with what a consumer needs to filter."""
    topics = MemoryTopics(4)
    write(topics, [*story(), b"{"])
    target = runner(topics)
    turn_to_end(target)
    assert all(not messages for messages in topics.outputs.values())
    target.commit()
    events, states = topics.outputs[Output.CRISIS_EVENTS], topics.outputs[Output.CRISIS_STATE]
    assert len(events) == len(states) >= 2
    assert {b"acme"} == {message.key for message in [*events, *states]}
    headers = dict(events[0].headers)
    assert b"application/cloudevents+json; charset=UTF-8" == headers["content-type"]
    assert b"io.brushfire.crisis.opened.v1" == headers["ce_type"]
    assert b"acme" == headers["ce_partitionkey"] == headers["ce_subject"]
    (letter,) = topics.outputs[Output.DEAD_LETTERS]
    assert b"{" == letter.value
    told = dict(letter.headers)
    assert (b"not_json", b"mentions.v1", str(len(story())).encode()) == (
        told["dlq.reason"],
        told["__connect.errors.topic"],
        told["__connect.errors.offset"],
    )
    assert {b"p", b"b/acme"} == set(topics.state[ACME])
    assert len(story()) + 1 == topics.committed[Input.MENTIONS, ACME]
    assert ["committed"] == [item for item in notes(target).told if item == "committed"]


def _told(topics: MemoryTopics) -> list[tuple[str, int]]:
    events = [orjson.loads(message.value or b"") for message in topics.outputs[Output.CRISIS_EVENTS]]
    return [(event["type"].split(".")[3], event["data"]["revision"]) for event in events]


def test_what_the_wall_clock_did_keeps_its_place_in_a_commit() -> None:
    """Resolved in a silence, reopened by the mentions that end it: in this order, though both are in one commit."""
    topics, clock = MemoryTopics(4), HandClock()
    values = story(wave=60)
    last = max(number for number, value in enumerate(values) if value["mention_id"].startswith("w"))
    target = runner(topics, settings(policy__recovery_seconds=600), clock)
    write(topics, values[: last + 1])
    turn_to_end(target)
    target.commit()
    silence = 2 * 86400 + 1800 + 240
    for seconds in (silence - 40, silence, silence + 7 * 3600):
        clock.seconds = seconds
        target.turn(0.0)
    again = silence + 7 * 3600
    write(topics, [*(negative(f"z{n}", again + 3 * n) for n in range(60)), negative("zz", again + 400)])
    turn_to_end(target)
    target.commit()
    told = _told(topics)
    assert list(range(1, len(told) + 1)) == [revision for _, revision in told]
    assert [verb for verb, _ in told].index("resolved") < [verb for verb, _ in told].index("reopened")
    state = orjson.loads(topics.outputs[Output.CRISIS_STATE][-1].value or b"")
    assert len(told) == state["data"]["revision"]


def test_a_brand_that_is_forgotten_and_speaks_again_ends_with_its_state() -> None:
    """All in one commit: the tombstone first, then what was told."""
    topics = MemoryTopics(4)
    other = next(f"b{n}" for n in range(100) if ACME == partition_of(f"b{n}", 4, MURMUR2))
    later = 92 * 86400.0
    calls = [negative(f"c{n}", later + 600 + n, intents=["boycott"]) for n in range(10)]
    moves = [mention(f"o{n}", seconds, other) for n, seconds in enumerate((1.0, later, later + 900))]
    write(topics, [neutral("a", 0.0), *moves[:2], *calls, moves[2]])
    target = runner(topics)
    turn_to_end(target)
    target.commit()
    values = [message.value for message in topics.outputs[Output.CRISIS_STATE] if message.key == b"acme"]
    assert values[0] is None
    assert values[-1] is not None


def test_nothing_new_is_no_commit() -> None:
    """A quiet topic costs no transactions."""
    target = runner(MemoryTopics(4))
    for _ in range(3):
        target.turn(0.0)
        target.commit()
    assert "committed" not in notes(target).told


def test_a_successor_goes_on_where_the_last_commit_ended() -> None:
    """State and positions together: the same events as without a restart."""
    expected, topics = MemoryTopics(4), MemoryTopics(4)
    values = story()
    write(expected, values)
    whole = runner(expected)
    turn_to_end(whole)
    whole.commit()
    half = len(values) - 20
    write(topics, values[:half])
    first = runner(topics)
    turn_to_end(first)
    first.commit()
    write(topics, values[half:])
    second = runner(topics)
    turn_to_end(second)
    second.commit()

    def comparable(where: MemoryTopics) -> list[Any]:
        import orjson

        return [orjson.loads(message.value or b"")["data"] for message in where.outputs[Output.CRISIS_EVENTS]]

    assert comparable(expected) == comparable(topics)


# ---------------------------------------------------------------- idle time


def test_after_a_silence_time_goes_on_by_the_wall_clock() -> None:
    """By the wall time since a mention last moved it, at most to the wall clock less the lateness; and is stored."""
    topics, clock = MemoryTopics(4), HandClock()
    config = settings(time__idle_after_seconds=30, time__allowed_lateness_seconds=120)
    target = runner(topics, config, clock)
    write(topics, [mention("a", 0)])
    turn_to_end(target)
    target.commit()
    watermark = int((EPOCH - 120) * 1000)
    assert watermark == target.pipelines[ACME].watermark_ms
    clock.seconds += 29
    target.turn(0.0)
    assert watermark == target.pipelines[ACME].watermark_ms, "not yet"
    clock.seconds += 71
    target.turn(0.0)
    assert watermark + 100_000 == target.pipelines[ACME].watermark_ms
    target.commit()
    assert watermark + 100_000 == runner_restored(topics, config).pipelines[ACME].watermark_ms
    clock.seconds += 3600
    target.turn(0.0)
    assert int((clock.now() - 120) * 1000) >= (target.pipelines[ACME].watermark_ms or 0)


class Positions(MemoryLog):
    """Writes down what positions were committed."""

    def commit(self, messages: Iterable[Message], positions: Mapping[tuple[Input, int], int]) -> None:
        self.committed = dict(positions)
        super().commit(messages, positions)


def test_what_only_the_clock_did_is_committed_with_the_positions() -> None:
    """Those that did not move: by them a log refuses the commit of a worker it has given up."""
    topics, clock = MemoryTopics(4), HandClock()
    log = Positions(topics)
    target = runner(topics, settings(time__idle_after_seconds=30), clock, log)
    write(topics, [mention("a", 0)])
    turn_to_end(target)
    target.commit()
    clock.seconds += 100
    target.turn(0.0)
    log.committed = {}
    target.commit()
    assert {(Input.MENTIONS, ACME): 1, (Input.ACTIVITY, ACME): 0, (Input.FEEDBACK, ACME): 0} == log.committed


def test_a_restore_that_takes_too_long_ends_the_process() -> None:
    """The group has given the partitions to others, who would take as long: for ever, if nobody says it."""
    clock = HandClock()

    class Slow(MemoryLog):
        def restore(self, partition: int) -> Restored:
            clock.seconds += 100
            return super().restore(partition)

    topics = MemoryTopics(4)
    with pytest.raises(ServiceError, match=r"restoring took 400 s, longer than kafka.max_poll_interval_seconds"):
        runner(topics, clock=clock, log=Slow(topics)).turn(0.0)


class RevokingLog(MemoryLog):
    """Takes partitions away when told; assigns all of them anew at the next poll when told so."""

    revoke: frozenset[int] = frozenset()

    def poll(self, timeout_seconds: float) -> Batch:
        batch = super().poll(timeout_seconds)
        batch.revoked, self.revoke = set(self.revoke), frozenset()
        return batch

    def assign(self) -> None:
        self._assigned = False


def test_what_was_taken_away_is_no_delay() -> None:
    """What was read and not committed is done again by others; the next commit tells how long its own took."""
    topics, clock = MemoryTopics(4), HandClock()
    log = RevokingLog(topics)
    target = runner(topics, clock=clock, log=log)
    write(topics, [mention("a", 0)])
    turn_to_end(target)
    log.revoke = frozenset(range(4))
    target.turn(0.0)
    clock.seconds += 3600
    log.assign()
    target.turn(0.0)
    turn_to_end(target)
    clock.seconds += 1
    target.commit()
    assert [1.0] == [timing.latency for timing in notes(target).timings]


def runner_restored(topics: MemoryTopics, config: Config) -> Runner:
    target = runner(topics, config)
    target.turn(0.0)
    return target


def test_time_never_goes_beyond_the_wall_clock_less_the_lateness() -> None:
    """However long the silence after an old mention."""
    topics, clock = MemoryTopics(4), HandClock()
    clock.seconds = 50
    target = runner(topics, clock=clock)
    write(topics, [mention("a", 0)])
    turn_to_end(target)
    clock.seconds += 10_000
    target.turn(0.0)
    assert target.pipelines[ACME].watermark_ms == min(
        int((EPOCH - 120 + 10_000) * 1000), int((clock.now() - 120) * 1000)
    )


def test_idle_time_can_be_turned_off() -> None:
    """idle_after_seconds = 0."""
    topics, clock = MemoryTopics(4), HandClock()
    target = runner(topics, settings(time__idle_after_seconds=0), clock)
    write(topics, [mention("a", 0)])
    turn_to_end(target)
    clock.seconds += 10_000
    target.turn(0.0)
    assert int((EPOCH - 120) * 1000) == target.pipelines[ACME].watermark_ms


def test_a_partition_that_is_behind_does_not_idle() -> None:
    """Silence is only at the end of the log."""
    topics, clock = MemoryTopics(4), HandClock()
    log = MemoryLog(topics, max_poll_records=1)
    target = runner(topics, clock=clock, log=log)
    write(topics, [mention("a", 100), *(mention(f"m{n}", 0) for n in range(20))])
    target.turn(0.0)
    target.turn(0.0)
    clock.seconds += 1000
    assert ACME not in target.turn(0.0).caught_up
    assert int((EPOCH + 100 - 120) * 1000) == target.pipelines[ACME].watermark_ms


# ---------------------------------------------------------------- refusals


def test_a_new_group_that_takes_nothing_stops_without_committing() -> None:
    """A wrong field map must not eat a topic."""
    topics = MemoryTopics(4)
    write(topics, [b"{}"] * PROVE_RECORDS)
    target = runner(topics)
    with pytest.raises(ServiceError, match=r"brand_id: is required|mention_id: is required"):
        target.run(lambda: False, commit_interval_seconds=0.0, poll_seconds=0.0)
    assert {} == topics.committed
    assert all(not messages for messages in topics.outputs.values())


def test_a_new_group_that_takes_one_goes_on() -> None:
    """One good mention proves the map; the others are dead letters."""
    topics = MemoryTopics(4)
    write(topics, [*([b"{}"] * (PROVE_RECORDS - 1)), mention("a", 0), *([b"{}"] * PROVE_RECORDS)])
    target = runner(topics)
    turn_to_end(target)
    target.commit()
    assert 2 * PROVE_RECORDS - 1 == len(topics.outputs[Output.DEAD_LETTERS])


def test_a_few_refusals_at_the_end_of_a_new_topic_are_committed() -> None:
    """There is nothing to wait for."""
    topics = MemoryTopics(4)
    write(topics, [b"{}"] * 3)
    target = runner(topics)
    stops = iter([False] * 5 + [True] * 5)
    target.run(lambda: next(stops), commit_interval_seconds=0.0, poll_seconds=0.0)
    assert 3 == len(topics.outputs[Output.DEAD_LETTERS])


def test_stop_after_is_against_our_own_bad_deploys() -> None:
    """dead_letters.stop_after in a row, where it is set."""
    topics = MemoryTopics(4)
    write(topics, [mention("a", 0), *([b"{}"] * 5)])
    with pytest.raises(ServiceError, match="stop_after"):
        turn_to_end(runner(topics, settings(dead_letters__stop_after=5)))
    turn_to_end(runner(topics, settings(dead_letters__stop_after=6)))


# ---------------------------------------------------------------- assignment


class LosingLog(MemoryLog):
    """Loses its assignment at a commit, and is assigned again at the next poll."""

    lose = True

    def commit(self, messages: Iterable[Message], positions: Mapping[tuple[Input, int], int]) -> None:
        if self.lose:
            self.lose = False
            self._assigned = False
            raise AssignmentLost
        super().commit(messages, positions)


def test_a_commit_that_comes_too_late_starts_over_from_the_state() -> None:
    """Memory is ahead of what was written: it is thrown away, never retried."""
    topics = MemoryTopics(4)
    write(topics, story())
    target = runner(topics, log=LosingLog(topics))
    turn_to_end(target)
    target.commit()
    assert {} == target.pipelines
    assert "aborted" in notes(target).told
    target.turn(0.0)
    turn_to_end(target)
    target.commit()
    once = MemoryTopics(4)
    write(once, story())
    whole = runner(once)
    turn_to_end(whole)
    whole.commit()
    assert len(once.outputs[Output.CRISIS_EVENTS]) == len(topics.outputs[Output.CRISIS_EVENTS]) > 0


class DamagedLog(MemoryLog):
    """What comes behind the first records cannot be read."""

    def poll(self, timeout_seconds: float) -> Batch:
        batch = super().poll(timeout_seconds)
        if batch.assigned is None and not batch.records:
            raise UnreadableError("offset 2 is damaged")
        return batch


@pytest.mark.parametrize("value", [mention("m", 1), b"no json"])
def test_what_came_before_a_damaged_batch_is_committed(value: Any) -> None:
    """Whoever leaves the batch out goes on right behind it, with nothing in between lost; also in a new group."""
    topics = MemoryTopics(4)
    write(topics, [value, value])
    with pytest.raises(UnreadableError):
        runner(topics, log=DamagedLog(topics)).run(lambda: False, commit_interval_seconds=60, poll_seconds=0)
    assert 2 == sum(topics.committed.values())


def test_a_revoked_partition_is_dropped_with_what_was_not_committed() -> None:
    """Whoever has it next reads it again."""
    topics = MemoryTopics(4)
    log = RevokingLog(topics)
    target = runner(topics, log=log)
    write(topics, [mention("a", 0)])
    target.turn(0.0)
    target.turn(0.0)
    log.revoke = frozenset({ACME})
    target.turn(0.0)
    target.commit()
    assert ("revoked", ACME) in notes(target).told
    assert (Input.MENTIONS, ACME) not in topics.committed


class StrangeLog(MemoryLog):
    """Hands out a partition that was never assigned."""

    def poll(self, timeout_seconds: float) -> Batch:
        batch = super().poll(timeout_seconds)
        if not batch.assigned:
            batch.records = [(Input.MENTIONS, 77, [StoredRecord(77, 0, -1, None, b"{}")])]
        return batch


def test_records_of_an_unassigned_partition_end_the_process() -> None:
    """Better than counting them into nothing."""
    target = runner(MemoryTopics(4), log=StrangeLog(MemoryTopics(4)))
    target.turn(0.0)
    with pytest.raises(ServiceError, match="was not assigned"):
        target.turn(0.0)


class OldLog(MemoryLog):
    """Its beginning is gone."""

    def restore(self, partition: int) -> Restored:
        restored = super().restore(partition)
        return restored._replace(available=dict.fromkeys(restored.available, (10, 20)))


def test_a_gap_in_the_log_is_told_before_anything_is_read() -> None:
    """Committed, but gone from the log."""
    topics = MemoryTopics(4)
    write(topics, [mention("a", 0)])
    first = runner(topics)
    turn_to_end(first)
    first.commit()
    with pytest.raises(ServiceError, match="brushfire reset"):
        runner(topics, log=OldLog(topics)).turn(0.0)


def test_an_activity_proves_no_field_map() -> None:
    """Only a mention that is taken does."""
    topics = MemoryTopics(4)
    plan = {"activity_id": "a1", "brand_id": "acme", "kind": "campaign", "starts_at": at(0), "expected_lift": 2}
    topics.append(Input.ACTIVITY, record(plan, partition=ACME))
    write(topics, [b"{}"] * PROVE_RECORDS)
    with pytest.raises(ServiceError, match="nothing was committed"):
        turn_to_end(runner(topics))
    assert {} == topics.committed


def test_a_flush_goes_to_the_last_window() -> None:
    """Also where a mention was published after it was collected: its window is closed too."""
    topics = MemoryTopics(4)
    write(topics, [mention("m", 600, collected_at=at(360))])
    target = runner(topics)
    turn_to_end(target)
    assert not target.pipelines[ACME].brands["acme"].windows.empty
    target.flush()
    assert target.pipelines[ACME].brands["acme"].windows.empty


def test_committing_waits_for_the_interval_and_happens_at_the_end() -> None:
    """The commit interval closes a transaction, not the poll; stopping commits what is left."""
    topics, clock = MemoryTopics(4), HandClock()
    write(topics, [mention(f"m{n}", n) for n in range(30)])
    log = MemoryLog(topics, max_poll_records=1)
    target = runner(topics, clock=clock, log=log)
    turns = 0

    def stop() -> bool:
        nonlocal turns
        turns += 1
        clock.seconds += 0.1
        return turns > 25

    target.run(stop, commit_interval_seconds=0.95, poll_seconds=0.0)
    commits = [item for item in notes(target).told if item == "committed"]
    assert 3 == len(commits)
    assert 24 == topics.committed[Input.MENTIONS, ACME]
