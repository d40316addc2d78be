"""Times, brands and partitions: the checks after decoding."""

from __future__ import annotations

from typing import Any
from zlib import crc32

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.crisis import Feedback
from detectors.plans import Plan
from stream.errors import Reason, Refused
from stream.events.envelope import ACTIVITY
from stream.events.envelope import FEEDBACK as FEEDBACK_TYPE
from stream.events.mention import Mention
from stream.intake import Intake
from stream.partitioning import CRC32, MURMUR2, partition_of
from stream.ports import LATER_MS, StoredRecord
from tests import hostile
from tests.mentions import START, at, feedback, mention, record, settings

EPOCH_MS = int(START.timestamp() * 1000)


def intake(**flags: Any) -> Intake:
    config = settings(**flags)
    return Intake(config, partition_of("acme", config.topics.partitions, MURMUR2))


@pytest.mark.parametrize(
    ("published", "collected", "recorded", "progress"),
    [
        # no other time: the mention's own
        (100, None, None, 100),
        # collected and recorded later: its own
        (100, 160, 170, 100),
        # a clock ahead of the collector's moves time no further than the collector's
        (100, 90, 200, 90),
        (100, None, 80, 80),
        (100, 95, 80, 80),
        # just within what is allowed
        (400, 100, None, 100),
    ],
)
def test_time_moves_never_beyond_when_a_mention_was_collected_or_recorded(
    published: int, collected: int | None, recorded: int | None, progress: int
) -> None:
    """progress = min(published, collected, recorded); the mention stays where it was published."""
    extra = {} if collected is None else {"collected_at": at(collected)}
    timestamp = LATER_MS if recorded is None else EPOCH_MS + recorded * 1000
    _, at_ms, progress_ms, _ = intake().mention(record(mention("m", published, **extra), timestamp=timestamp))
    assert (published, progress) == ((at_ms - EPOCH_MS) // 1000, (progress_ms - EPOCH_MS) // 1000)


@pytest.mark.parametrize(("collected", "recorded"), [(0, None), (None, 0), (0, 500), (500, 0)])
def test_what_comes_from_the_future_is_refused(collected: int | None, recorded: int | None) -> None:
    """Published more than max_future_seconds after the earlier of collected and recorded."""
    extra = {} if collected is None else {"collected_at": at(collected)}
    timestamp = LATER_MS if recorded is None else EPOCH_MS + recorded * 1000
    with pytest.raises(Refused) as caught:
        intake().mention(record(mention("m", 300.001, **extra), timestamp=timestamp))
    assert Reason.FUTURE_TIME == caught.value.reason


@pytest.mark.parametrize("collected", [None, "9999-12-31T23:58:00Z"])
def test_a_record_that_does_not_say_when_it_was_written_is_refused(collected: str | None) -> None:
    """Any producer may leave the timestamp out; its mention would move time to the end of the calendar, for good."""
    with pytest.raises(Refused) as caught:
        intake().mention(
            record({**mention("m", 0, collected_at=collected), "published_at": "9999-12-31T23:58:00Z"}, timestamp=-1)
        )
    assert (Reason.BAD_TIME, "timestamp") == (caught.value.reason, caught.value.message.partition(":")[0])


def test_ancient_mentions_pass() -> None:
    """They are late, which is for the windows to say, not wrong."""
    _, at_ms, _, _ = intake().mention(
        record({**mention("m", 0), "published_at": "0001-01-01T00:00:00Z"}, timestamp=EPOCH_MS)
    )
    assert at_ms < 0


def test_a_slow_platform_can_be_placed_by_when_it_was_collected() -> None:
    """`[platforms.review] time = "collected_at"`; the others stay."""
    door = intake(platforms__review__time="collected_at")
    slow = record(mention("m", 0, collected_at=at(9000)) | {"platform": "review"}, timestamp=EPOCH_MS + 9_500_000)
    fast = record(mention("m", 0, collected_at=at(9000)), timestamp=EPOCH_MS + 9_500_000)
    assert (9000, 9000, 9000) == tuple(
        value // 1000 if index < 2 else value
        for index, value in enumerate(
            (door.mention(slow)[1] - EPOCH_MS, door.mention(slow)[2] - EPOCH_MS, door.mention(slow)[3])
        )
    )
    assert EPOCH_MS == door.mention(fast)[1]


@pytest.mark.parametrize("ahead", [300, 300.001, 86400 * 365 * 100])
def test_a_slow_platform_has_no_future_either(ahead: float) -> None:
    """What places a mention is not far beyond when it was recorded: its window would stay open for good."""
    door = intake(platforms__review__time="collected_at")
    review = record(mention("m", 0, collected_at=at(ahead)) | {"platform": "review"}, timestamp=EPOCH_MS)
    if ahead <= 300:
        assert (300_000, 0) == (door.mention(review)[1] - EPOCH_MS, door.mention(review)[2] - EPOCH_MS)
        return
    with pytest.raises(Refused) as caught:
        door.mention(review)
    assert (Reason.FUTURE_TIME, "collected_at: more than 300 seconds after it was recorded") == (
        caught.value.reason,
        caught.value.message,
    )


@pytest.mark.parametrize("brand_id", ["ACME", "a b", "-a", "", "a" * 65, "a\n", "ä"])
def test_a_brand_id_is_a_slug(brand_id: str) -> None:
    """It becomes a label, a key and a part of ids."""
    with pytest.raises(Refused) as caught:
        intake().mention(record(mention("m", 0, brand_id=brand_id)))
    assert Reason.SCHEMA == caught.value.reason


@pytest.mark.parametrize("mention_id", ["a\nb", "a\x00", "\x7f", "\x85"])
def test_ids_carry_no_control_characters(mention_id: str) -> None:
    """They stand in logs and events."""
    with pytest.raises(Refused) as caught:
        intake().mention(record(mention(mention_id, 0)))
    assert (Reason.SCHEMA, "mention_id: must not contain control characters") == (
        caught.value.reason,
        caught.value.message,
    )


def test_ids_may_be_in_any_script() -> None:
    """Unprintable by Python's taste is no control character."""
    assert "поле\u3000id" == intake().mention(record(mention("поле\u3000id", 0)))[0].mention_id


@pytest.mark.parametrize("partition_by", [MURMUR2, CRC32])
def test_a_brand_in_the_wrong_partition_is_refused(partition_by: str) -> None:
    """Half of its mentions would be counted elsewhere."""
    config = settings(mentions__partition_by=partition_by)
    right = partition_of("acme", 4, partition_by)
    Intake(config, right).check_partition("acme")
    with pytest.raises(Refused) as caught:
        Intake(config, (right + 1) % 4).check_partition("acme")
    assert Reason.WRONG_PARTITION == caught.value.reason


def test_a_trusted_mapping_is_not_checked() -> None:
    """Any stable mapping works."""
    for partition in range(4):
        Intake(settings(mentions__partition_by="trusted"), partition).check_partition("acme")


def test_an_activity_is_in_force_for_a_day_unless_it_says_otherwise() -> None:
    """[starts_at, ends_at), lift 1 when absent."""
    activity = {"activity_id": "a1", "brand_id": "acme", "kind": "campaign", "starts_at": at(0)}
    base = EPOCH_MS // 1000
    assert ("acme", Plan(base, base + 86400, 1.0, crc32(b"a1"))) == intake().plan(record(activity))
    assert ("acme", Plan(base, base + 60, 3.0, crc32(b"a1"))) == intake().plan(
        record({**activity, "ends_at": at(60), "expected_lift": 3})
    )
    with pytest.raises(Refused):
        intake().plan(record({**activity, "ends_at": at(0)}))


@pytest.mark.parametrize("odd", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "1969-12-31T23:59:59Z"])
def test_nobody_plans_or_says_anything_outside_of_the_calendar(odd: str) -> None:
    """An offset carries the first and the last day out of it; in an event such a time could not be written."""
    activity = {"activity_id": "a1", "brand_id": "acme", "kind": "campaign", "starts_at": at(0)}
    for take, value in (
        (intake().plan, {**activity, "starts_at": odd}),
        (intake().plan, {**activity, "ends_at": odd}),
        (intake().feedback, {**FEEDBACK, "at": odd}),
        (intake().feedback, {**FEEDBACK, "until": odd}),
    ):
        with pytest.raises(Refused) as caught:
            take(record(value))
        assert Reason.BAD_TIME == caught.value.reason


FEEDBACK = feedback("confirm", "acme-20260105T000000Z", feedback_id="f1")


def test_feedback_is_read() -> None:
    """With everything a decision needs."""
    said = {**FEEDBACK, "reason": "phones ring", "value": "v", "until": at(60)}
    base = EPOCH_MS // 1000
    assert (
        "acme",
        Feedback("confirm", "acme-20260105T000000Z", "duty-1", base, "v", "phones ring", base + 60, "f1"),
    ) == intake().feedback(record(said))


@pytest.mark.parametrize(
    "odd",
    [
        {"target": {}},
        {"target": {"crisis_id": "c", "mention_id": "m"}},
        {"target": {"mention_id": "m"}},  # confirm what?
        {"verdict": "shrug"},
        {"at": "2026-01-05T00:00:00"},
        {"actor_ref": ""},
    ],
)
def test_feedback_about_nothing_is_refused(odd: dict[str, Any]) -> None:
    """Exactly one target; a crisis where the verdict is about one."""
    with pytest.raises(Refused):
        intake().feedback(record({**FEEDBACK, **odd}))


# ---------------------------------------------------------------- whatever comes

MAPPED = {
    "mentions__fields": {"brand_id": "brand", "author.country": "land.of", "sentiment.score": "score"},
    "mentions__constants": {"author": {"ref": "collector"}, "platform": "x"},
    "platforms__x__time": "collected_at",
}
DOORS = [
    intake(platforms__review__time="collected_at"),
    intake(**MAPPED, mentions__time_format="epoch_seconds"),
    intake(**MAPPED, mentions__time_format="epoch_milliseconds"),
]
SAID = hostile.good(brand="acme", land={"of": "de"}, score=-0.5, collected_at=at(590), platform="review")
SPOILT = [
    ("mention", hostile.spoilt(SAID, Mention)),
    ("plan", hostile.spoilt(*hostile.NOUNS[ACTIVITY])),
    ("feedback", hostile.spoilt(*hostile.NOUNS[FEEDBACK_TYPE])),
]


@pytest.mark.parametrize("noun", [noun for noun, _ in SPOILT])
@given(data=st.data(), headers=hostile.headers, timestamp=hostile.timestamps)
def test_whatever_comes_is_taken_or_refused_in_our_words(
    noun: str, data: st.DataObject, headers: list[tuple[str, bytes | None]], timestamp: int
) -> None:
    """Any bytes, headers and timestamp, bare or through a field map: nothing but `Refused`, and none of their words."""
    value = data.draw(dict(SPOILT)[noun])
    for door in DOORS:
        said = refusal(door, noun, record(value, headers=headers, timestamp=timestamp))
        assert hostile.SECRET not in said
        assert said.isascii()
        assert len(said) < 300


def refusal(door: Intake, noun: str, taken: StoredRecord) -> str:
    """Why a record is refused; nothing where it is taken."""
    try:
        getattr(door, noun)(taken)
    except Refused as refused:
        return str(refused)
    return ""
