"""One partition: what it tells, what it refuses, what it stores; and the laws that hold for all of it."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from stream.config import Config
from stream.errors import Reason, ServiceError
from stream.outcome import Outcome
from stream.pipeline import Pipeline
from stream.ports import Input, StoredRecord
from tests.mentions import (
    START,
    at,
    feed,
    feedback,
    mention,
    negative,
    neutral,
    pipeline,
    record,
    records,
    settings,
    story,
    told,
)

EPOCH = int(START.timestamp())


def data_of(outcomes: Sequence[Outcome]) -> list[Any]:
    """Everything told, as it would be written, in the order of the files."""
    import msgspec

    items = [item for outcome in outcomes for item in outcome.told]
    items.sort(key=lambda item: (item.cause, item.by_clock, item.at, item.event.brand_id))
    return [(item.verb, orjson.loads(msgspec.json.encode(item.event))) for item in items]


def run(values: Sequence[dict[str, Any]], batch: int, config: Config | None = None) -> list[Any]:
    target = pipeline(config)
    all_records = records(values)
    outcomes = []
    for first in range(0, len(all_records), batch):
        target.process(Input.MENTIONS, all_records[first : first + batch])
        outcomes.append(target.take_outcome())
    return data_of(outcomes)


# ---------------------------------------------------------------- the story


def test_a_wave_of_unhappy_people_is_opened_and_resolved_with_its_evidence() -> None:
    """Two quiet days, forty complaints in half an hour, ten quiet hours."""
    events = run(story(), 500)
    verbs = [verb for verb, _ in events]
    assert "opened" == verbs[0]
    assert "resolved" == verbs[-1]
    opened = next(data for verb, data in events if verb == "opened")
    end = EPOCH + 2 * 86400
    opened_at = START.fromisoformat(opened["opened_at"]).timestamp()
    assert 0 < opened_at - end < 1800, "within the half hour of the wave"
    assert START.fromisoformat(opened["first_signal_at"]).timestamp() <= opened_at
    assert f"acme-{START.fromisoformat(opened['first_signal_at']):%Y%m%dT%H%M%SZ}" == opened["crisis_id"]
    signal = next(item for item in opened["signals"] if item["name"] == "negativity")
    assert signal["observed"] > signal["expected_high"] > signal["expected"]
    assert signal["score"] >= signal["threshold"]
    assert opened["size"]["negative_authors"] >= signal["observed"] - 5
    assert opened["explanation"].startswith(f"{signal['observed']:.0f} unhappy people within")
    peak = max(data["level"] for _, data in events)
    assert peak >= 2
    resolved = events[-1][1]
    assert (0, "open", "resolved") == (resolved["level"], resolved["previous_state"], resolved["state"])
    assert resolved["size"]["negative_mentions"] >= 40


def test_one_shouting_author_opens_nothing() -> None:
    """A hundred complaints of one person are one voice."""
    quiet = story(wave=0)
    shout = [negative(f"s{number}", 2 * 86400 + number * 10, author="one") for number in range(100)]
    assert [] == run(sorted([*quiet, *shout], key=lambda item: item["published_at"]), 500)


def test_reposts_of_one_complaint_are_no_voices() -> None:
    """Many people passing on one complaint may be talk, at most a watch."""
    quiet = story(wave=0)
    copies = [negative(f"c{n}", 2 * 86400 + n * 20, repost_of="c0") for n in range(60)]
    events = run(sorted([*quiet, *copies], key=lambda item: item["published_at"]), 500)
    assert max((data["level"] for _, data in events), default=0) <= 1


# ---------------------------------------------------------------- determinism


@pytest.mark.slow
def test_batch_sizes_change_nothing() -> None:
    """The same log gives the same bytes, one record at a time or all at once."""
    values = story()
    assert run(values, 1) == run(values, 7) == run(values, 100_000)


@pytest.mark.slow
def test_order_within_the_lateness_changes_only_drivers_and_exemplars() -> None:
    """A collector that delivers up to two minutes late, in any order."""
    values = story()
    random = Random(3)
    shuffled = sorted(
        values, key=lambda item: START.fromisoformat(item["published_at"]).timestamp() + random.random() * 110
    )
    assert values != shuffled

    def comparable(events: list[Any]) -> list[Any]:
        left_out = {"drivers", "exemplars", "inputs"}
        return [(verb, {name: value for name, value in data.items() if name not in left_out}) for verb, data in events]

    expected = comparable(run(values, 500))
    assert len(expected) >= 2
    assert expected == comparable(run(shuffled, 500))


def restart(target: Pipeline, stored: dict[bytes, bytes], config: Config) -> Pipeline:
    """What a worker that takes over would have."""
    successor = pipeline(config, target.partition)
    successor.restore(stored)
    return successor


def store(stored: dict[bytes, bytes], outcome: Outcome) -> None:
    for key, value in outcome.changelog:
        if value is None:
            stored.pop(key, None)
        else:
            stored[key] = value


WORDS = "battery screen camera refund service price delivery colour update store broken slow".split()


def wordy(values: list[dict[str, Any]], seed: int = 1) -> list[dict[str, Any]]:
    """The same with texts, so that there is something to sample; the wave is about something of its own."""
    random, said = Random(seed), []
    for value in values:
        news = " recall" if value["mention_id"].startswith("w") else ""
        said.append({**value, "text": " ".join(random.sample(WORDS, 3)) + news, "language": "en"})
    return said


@pytest.mark.slow
def test_a_restart_after_any_commit_changes_no_sample_of_words() -> None:
    """Drivers, and what is told because of them, are the same as without a restart."""
    values = records(wordy(story(wave=120)))
    expected, target, stored = pipeline(), pipeline(), {}
    expected.process(Input.MENTIONS, values)
    outcomes = []
    for first in range(0, len(values), 7):
        target.process(Input.MENTIONS, values[first : first + 7])
        outcomes.append(target.take_outcome())
        store(stored, outcomes[-1])
        target = restart(target, stored, settings())
    events = data_of(outcomes)
    assert any(data["drivers"]["terms"] for _, data in events)
    assert data_of([expected.take_outcome()]) == events


def test_time_that_passes_between_mentions_changes_nothing() -> None:
    """Idle advances that close no window a later mention belongs to: the same events, drivers and all."""
    values = wordy(story(wave=120))
    target, outcomes = pipeline(), []
    for number, value in enumerate(values):
        feed(target, [value], number)
        if number + 1 < len(values):
            following = START.fromisoformat(values[number + 1]["published_at"]).timestamp()
            target.advance(int(following // 60 * 60 - 1) * 1000)
        outcomes.append(target.take_outcome())

    def comparable(events: list[Any]) -> list[Any]:
        return [(verb, {**data, "inputs": None}) for verb, data in events]

    assert comparable(run(values, 500)) == comparable(data_of(outcomes))


@pytest.mark.slow
@pytest.mark.parametrize("slots", [1, 4, 256])
def test_crashes_change_nothing(slots: int) -> None:
    """Restored after any commit, with what was not committed read again: the same events as without a crash."""
    config = settings(state__slots=slots)
    values = records(story())
    expected = run(story(), 10_000, config)
    random = Random(slots)
    target, stored, outcomes, position = pipeline(config), {}, [], 0
    while position < len(values):
        step = random.randrange(1, 120)
        target.process(Input.MENTIONS, values[position : position + step])
        if random.random() < 0.2:  # killed before the commit
            target = restart(target, stored, config)
            assert position == target.next_offset.get(Input.MENTIONS, 0)
            continue
        position = min(len(values), position + step)
        outcome = target.take_outcome()
        store(stored, outcome)
        outcomes.append(outcome)
        if random.random() < 0.3:  # killed after it
            target = restart(target, stored, config)
    assert expected == data_of(outcomes)
    assert sum(outcome.received for outcome in outcomes) == len(values)


def test_a_restart_under_another_policy_tells_what_it_now_thinks() -> None:
    """Thresholds never touch state: a looser policy opens at its first window, and keeps what was open."""
    values = records(story())
    limits = dict.fromkeys(("watch", "issue", "major", "severe"), 50.0) | {"target_false_opens_per_week": 0.0}
    strict = settings(**{f"policy__{name}": value for name, value in limits.items()})
    target = pipeline(strict)
    middle = next(i for i, item in enumerate(values) if b'"w30"' in (item.value or b""))
    target.process(Input.MENTIONS, values[:middle])
    outcome = target.take_outcome()
    assert [] == outcome.told
    stored: dict[bytes, bytes] = {}
    store(stored, outcome)
    successor = restart(target, stored, settings())
    assert [] == successor.take_outcome().told, "the past is not told"
    successor.process(Input.MENTIONS, values[middle:])
    assert "opened" == data_of([successor.take_outcome()])[0][0]


def test_state_of_another_window_length_is_refused() -> None:
    """It would mean something else."""
    target = feed(pipeline(), [mention("a", 0)])
    stored: dict[bytes, bytes] = {}
    store(stored, target.take_outcome())
    with pytest.raises(ServiceError, match="window_seconds"):
        restart(target, stored, settings(time__window_seconds=300))
    with pytest.raises(ServiceError, match="partitions"):
        restart(target, stored, settings(topics__partitions=8))


def test_a_lost_addition_is_noticed() -> None:
    """A hole in the changelog is an error, not a slightly wrong state."""
    target, stored = pipeline(), {}
    for number in range(4):
        feed(target, [mention(f"m{number}", number)], number)
        store(stored, target.take_outcome())
    assert {b"p", b"b/acme", b"w/acme/0", b"w/acme/1", b"w/acme/2"} == set(stored)
    del stored[b"w/acme/1"]
    with pytest.raises(ServiceError, match="addition 1 is missing"):
        restart(target, stored, settings())


# ---------------------------------------------------------------- accounting

odd_values = st.one_of(
    st.builds(
        lambda name, seconds, revision, deleted: mention(
            name, seconds, revision=revision, op="delete" if deleted else "upsert"
        ),
        st.sampled_from("abcdef"),
        st.integers(0, 2000),
        st.integers(0, 2),
        st.booleans(),
    ),
    st.sampled_from([b"{", b"[]", b"\xff", None, b"{}"]),
    st.builds(lambda seconds: mention("z", seconds, brand_id="NO BRAND"), st.integers(0, 100)),
)


@hypothesis_settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(odd_values, max_size=60), st.integers(1, 20))
def test_every_record_is_accounted_for(values: list[Any], batch: int) -> None:
    """counted + refreshed + withdrawn + duplicate + late + refused = received."""
    target = pipeline()
    received = accounted = refused = 0
    all_records = records(values)
    for first in range(0, len(values), batch):
        target.process(Input.MENTIONS, all_records[first : first + batch])
        outcome = target.take_outcome()
        received += outcome.received
        accounted += sum(outcome.mentions.values())
        refused += len(outcome.refusals)
        assert sum(count for (_, became), count in outcome.mentions.items() if became == "refused") == len(
            outcome.refusals
        )
    assert len(values) == received == accounted
    assert refused == sum(not isinstance(value, dict) or value["brand_id"] != "acme" for value in values)


def test_unknown_brands_are_refused_where_so_configured() -> None:
    """brands.unknown = refuse: only who has a table is watched."""
    outcome = feed(pipeline(settings(brands__unknown="refuse")), [mention("a", 0)]).take_outcome()
    assert [Reason.UNKNOWN_BRAND] == [item.refused.reason for item in outcome.refusals]
    watched = feed(pipeline(settings(brands__unknown="refuse", brands__acme__watch="3.0")), [mention("a", 0)])
    assert [] == watched.take_outcome().refusals


def test_unknown_brands_are_bounded() -> None:
    """A flood of invented brands ends at brands.max_unknown."""
    config = settings(mentions__partition_by="trusted", brands__max_unknown=3)
    outcome = feed(pipeline(config), [mention("a", 0, brand_id=f"b{n}") for n in range(5)]).take_outcome()
    assert [Reason.UNKNOWN_BRAND] * 2 == [item.refused.reason for item in outcome.refusals]


def test_a_mention_without_text_and_sentiment_counts_for_attention_only() -> None:
    """It is counted as unscored, and is no voice. What the brand says itself has no score either, and a text."""
    own = mention("c", 2, text="we are sorry", author={"ref": "acme", "is_brand": True})
    outcome = feed(pipeline(), [mention("a", 0), neutral("b", 1), own]).take_outcome()
    assert 1 == outcome.unscored
    assert {("x", "counted"): 3} == outcome.mentions


def test_platforms_and_intents_we_do_not_know_are_counted() -> None:
    """They become `other`, or are left out."""
    odd = mention("a", 0, intents=["boycott", "dance"], emotions={"anger": 0.5, "glee": 1.0}) | {"platform": "myspace"}
    outcome = feed(pipeline(), [odd]).take_outcome()
    assert {("other", "counted"): 1} == outcome.mentions
    assert {"platform": 1, "intents": 1, "emotions": 1} == dict(outcome.unknown_values)


# ---------------------------------------------------------------- time


def test_silence_moves_time_only_from_outside() -> None:
    """An idle advance closes what a mention would have closed."""
    values = [value for value in story() if value["published_at"] < at(2 * 86400 + 3600)]
    target = feed(pipeline(), values)
    assert "resolved" not in [verb for verb, _ in told(target)]
    assert target.watermark_ms is not None
    assert target.advance(target.watermark_ms + 12 * 3600 * 1000)
    assert "resolved" in [verb for verb, _ in told(target)]
    assert not target.advance(0), "never backwards"


def test_an_advance_that_closes_nothing_is_nothing() -> None:
    """No brand awake, nothing to store."""
    target = pipeline()
    assert not target.advance(EPOCH * 1000)
    assert target.take_outcome().empty


def test_late_mentions_touch_nothing() -> None:
    """Counted as late; the event the window gave stays."""
    values = story()
    late = mention("late", 86400)
    with_late = [*values[:-10], late, *values[-10:]]
    target = feed(pipeline(), with_late)
    outcome = target.take_outcome()
    assert 1 == outcome.mentions["x", "late"]

    def without_inputs(events: list[Any]) -> list[Any]:
        return [(verb, {**data, "inputs": None}) for verb, data in events]

    assert without_inputs(run(values, 10_000)) == without_inputs(data_of([outcome]))


@pytest.mark.parametrize("window", [10, 60, 300])
def test_windows_may_be_shorter_or_longer(window: int) -> None:
    """The same story is found with windows of ten seconds and of five minutes."""
    events = run(story(), 10_000, settings(time__window_seconds=window))
    assert "opened" == events[0][0]
    opened_at = START.fromisoformat(events[0][1]["opened_at"]).timestamp()
    assert 0 == opened_at % window


# ---------------------------------------------------------------- side inputs


@pytest.fixture(scope="module")
def open_crisis() -> tuple[bytes, dict[bytes, bytes], list[StoredRecord]]:
    """State with an open crisis, and the mentions that follow."""
    values = records(story())
    target = pipeline()
    stored: dict[bytes, bytes] = {}
    for position in range(0, len(values), 50):
        target.process(Input.MENTIONS, values[position : position + 50])
        outcome = target.take_outcome()
        store(stored, outcome)
        if outcome.told:
            crisis = outcome.told[-1].event.crisis_id
            return crisis.encode(), stored, values[position + 50 :]
    raise AssertionError("the story opens a crisis")


def resumed(state: dict[bytes, bytes], config: Config | None = None) -> Pipeline:
    return restart(pipeline(config), dict(state), config or settings())


def test_a_person_confirms_a_crisis(open_crisis: tuple[bytes, dict[bytes, bytes], list[StoredRecord]]) -> None:
    """At the first window boundary after the watermark at which it was read; told with who said so."""
    crisis, state, following = open_crisis
    target = resumed(state)
    watermark = (target.watermark_ms or 0) // 1000
    target.process(Input.FEEDBACK, [record(feedback("confirm", crisis.decode(), 0, reason="phones ring"))])
    target.process(Input.MENTIONS, following)
    events = data_of([target.take_outcome()])
    (confirmed,) = [data for verb, data in events if verb == "confirmed"]
    boundary = (watermark // 60 + 1) * 60
    assert boundary == START.fromisoformat(confirmed["updated_at"]).timestamp()
    assert ("open", "confirm", "duty-1", "phones ring") == (
        confirmed["state"],
        confirmed["feedback"]["verdict"],
        confirmed["feedback"]["actor_ref"],
        confirmed["feedback"]["reason"],
    )
    assert all(data.get("feedback") for verb, data in events if verb == "resolved"), "it stays known"


def test_a_dismissed_crisis_keeps_quiet(open_crisis: tuple[bytes, dict[bytes, bytes], list[StoredRecord]]) -> None:
    """Muted: the rest of the same wave opens nothing unless it gets worse than it ever was."""
    crisis, state, following = open_crisis
    target = resumed(state, settings(policy__watch=2.5, policy__issue=2.5, policy__major=2.5, policy__severe=2.5))
    target.process(Input.MENTIONS, following[: len(following) // 2])
    target.take_outcome()
    target.process(Input.FEEDBACK, [record(feedback("dismiss", crisis.decode(), 0))])
    target.process(Input.MENTIONS, following[len(following) // 2 :])
    verbs = [verb for verb, _ in data_of([target.take_outcome()])]
    assert ["dismissed"] == [verb for verb in verbs if verb not in {"updated", "resolved", "deescalated"}]


def test_feedback_that_fits_no_crisis_is_refused_untouched(
    open_crisis: tuple[bytes, dict[bytes, bytes], list[StoredRecord]],
) -> None:
    """unknown_target, with its own bytes, key and headers; also after a restart in between."""
    _, state, following = open_crisis
    target = resumed(state)
    said = record(feedback("confirm", "acme-19990101T000000Z", 0), 7, key=b"k", headers=[("h", b"\xff"), ("n", None)])
    target.process(Input.FEEDBACK, [said])
    stored = dict(state)
    store(stored, target.take_outcome())
    target = restart(target, stored, settings())
    target.process(Input.MENTIONS, following)
    (refusal,) = target.take_outcome().refusals
    assert (Input.FEEDBACK, Reason.UNKNOWN_TARGET) == (refusal.input, refusal.refused.reason)
    assert (7, said.value, b"k", (("h", b"\xff"), ("n", None))) == (
        refusal.record.offset,
        refusal.record.value,
        refusal.record.key,
        tuple(refusal.record.headers),
    )


def test_feedback_about_a_brand_nobody_heard_of_is_refused_at_once() -> None:
    """There is no boundary to wait for."""
    target = pipeline()
    target.process(Input.FEEDBACK, [record(feedback("confirm", "acme-20260105T000000Z", 0))])
    assert [Reason.UNKNOWN_TARGET] == [item.refused.reason for item in target.take_outcome().refusals]


@pytest.mark.parametrize("verdict", ["relabel", "mute"])
@pytest.mark.parametrize("about", ["mention_id", "advice_id"])
def test_feedback_about_a_mention_or_an_advice_is_read(verdict: str, about: str) -> None:
    """Labels are for later; nothing is refused and nothing changes."""
    target = pipeline()
    target.process(Input.FEEDBACK, [record({**feedback(verdict, "x", 0), "target": {about: "m1"}, "value": "pos"})])
    outcome = target.take_outcome()
    assert ([], [], {Input.FEEDBACK: 1}) == (outcome.refusals, outcome.told, outcome.positions)


def test_a_restart_before_the_first_mention_keeps_what_waits() -> None:
    """Feedback that fits no crisis is a dead letter, restarted in between or not."""
    plan = {"activity_id": "a", "brand_id": "acme", "kind": "campaign", "starts_at": at(0), "expected_lift": 2}

    def refusals(*, restarted: bool) -> list[Reason]:
        target, stored = pipeline(), {}
        target.process(Input.ACTIVITY, [record(plan)])
        target.process(Input.FEEDBACK, [record(feedback("confirm", "acme-20260105T000000Z"))])
        outcome = target.take_outcome()
        store(stored, outcome)
        if restarted:
            target = restart(target, stored, settings())
        feed(target, [mention("m", 0), mention("n", 7200)])
        return [refusal.refused.reason for refusal in target.take_outcome().refusals]

    assert [Reason.UNKNOWN_TARGET] == refusals(restarted=False) == refusals(restarted=True)


def test_a_partition_that_begins_before_the_epoch_stops_nothing() -> None:
    """Whatever the first mention says of itself, time begins at the epoch: what lies before is late."""
    ancient = [
        mention(
            f"m{number}", 0, published_at=f"0001-01-01T00:{number:02}:00Z", text="boycott them", intents=["boycott"]
        )
        for number in range(59)
    ]
    target = feed(pipeline(), [*ancient, mention("now", 0)])
    outcome = target.take_outcome()
    assert ({("x", "late"): 59, ("x", "counted"): 1}, []) == (outcome.mentions, outcome.told)


def test_a_close_waits_for_resolved(open_crisis: tuple[bytes, dict[bytes, bytes], list[StoredRecord]]) -> None:
    """Then it closes at once, for the reason `operator`, with the cause the person gave."""
    crisis, state, following = open_crisis
    target = resumed(state)
    target.process(Input.FEEDBACK, [record(feedback("close", crisis.decode(), 0, value="late vans"))])
    target.process(Input.MENTIONS, following)
    events = data_of([target.take_outcome()])
    verbs = [verb for verb, _ in events]
    assert ["resolved", "closed"] == verbs[-2:]
    assert {"reason": "operator", "root_cause": "late vans", "owner": "duty-1"} == events[-1][1]["closure"]
    assert events[-2][1]["updated_at"] == events[-1][1]["updated_at"]


def test_planned_talk_is_no_surprise() -> None:
    """The same wave under a campaign that announced twenty times the talk: only the low mood is a watch."""
    values = story()
    target = pipeline()
    plan = {
        "activity_id": "a1",
        "brand_id": "acme",
        "kind": "campaign",
        "starts_at": at(2 * 86400 - 60),
        "expected_lift": 20,
    }
    target.process(Input.ACTIVITY, [record(plan)])
    feed(target, values)
    events = told(target)
    assert 1 == max(data["level"] for _, data in events)
    assert {"sentiment"} == {signal["name"] for verb, data in events for signal in data["signals"] if verb == "opened"}


def test_a_plan_is_known_though_nobody_spoke_of_the_brand_yet() -> None:
    """Read before any mention of the partition, and still there on the day it is for, over a year later."""
    config = settings(mentions__partition_by="trusted")
    target, stored = pipeline(config), {}
    plan = {
        "activity_id": "a1",
        "brand_id": "acme",
        "kind": "campaign",
        "starts_at": at(400 * 86400),
        "ends_at": at(401 * 86400),
        "expected_lift": 20,
    }
    target.process(Input.ACTIVITY, [record(plan)])
    feed(target, [neutral(f"b{day}", day * 86400.0, brand_id="bmw") for day in range(400)])
    store(stored, target.take_outcome())
    assert b"b/acme" in stored
    target = restart(target, stored, config)
    feed(target, [neutral(f"c{day}", day * 86400.0, brand_id="bmw") for day in range(400, 480)], 400)
    assert "acme" in target.brands, "its plan ended less than 90 days ago"
    assert target.brands["acme"].monitor._plans.lift(int(EPOCH + 400.5 * 86400)) == 20


def test_a_brand_is_not_forgotten_before_its_plans_are_over() -> None:
    """Also where somebody spoke of it once since the plan was made."""
    config = settings(state__forget_after_days=1, mentions__partition_by="trusted")
    target = pipeline(config)
    plan = {"activity_id": "a", "brand_id": "acme", "kind": "campaign", "starts_at": at(5 * 86400), "expected_lift": 2}
    feed(target, [mention("a", 0)])
    target.process(Input.ACTIVITY, [record(plan)])
    feed(target, [mention("b", 1800), *(mention(f"b{hour}", hour * 3600, brand_id="bmw") for hour in range(1, 100))], 1)
    assert {"acme", "bmw"} == set(target.brands)


def test_feedback_in_the_wrong_partition_is_refused_for_that() -> None:
    """Before anybody asks what it is about."""
    target = pipeline(partition=next(number for number in range(4) if number != pipeline().partition))
    target.process(Input.FEEDBACK, [record(feedback("confirm", "acme-20260105T000000Z"))])
    assert [Reason.WRONG_PARTITION] == [refusal.refused.reason for refusal in target.pending.refusals]


def test_a_brand_silent_for_very_long_is_forgotten_and_begins_anew() -> None:
    """Its state and its last event are deleted; when it speaks again it is a new brand."""
    config = settings(state__forget_after_days=1, mentions__partition_by="trusted")
    target = pipeline(config)
    feed(target, [mention("a", 0), mention("b", 0, brand_id="bmw")])
    stored: dict[bytes, bytes] = {}
    store(stored, target.take_outcome())
    assert b"b/acme" in stored
    feed(target, [mention(f"b{hour}", hour * 3600, brand_id="bmw") for hour in range(1, 60)], 2)
    outcome = target.take_outcome()
    store(stored, outcome)
    assert ["acme"] == [forgotten.brand_id for forgotten in outcome.forgotten]
    assert {b"p", b"b/bmw"} == {key for key in stored if not key.startswith(b"w/")}
    assert {"bmw"} == set(target.brands)
