"""Dead letters under another configuration: what would be taken, where it goes, and how it is told."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from stream.errors import Reason, Refused
from stream.events.dead_letter import cut_to_fit, dead_letter_headers, read_dead_letter
from stream.letters import Found, Tally, Wanted, addressed
from stream.partitioning import CRC32, MURMUR2, partition_of
from stream.pipeline import Pipeline
from stream.ports import Message, Output, StoredRecord
from stream.remedies import REMEDIES
from stream.second_look import CUT, FOREIGN, REFUSED, TAKEN, SecondLook, SecondLooks
from tests.mentions import START, feedback, mention, pipeline, record, settings

ACME = partition_of("acme", 4, MURMUR2)
AT = int(START.timestamp() * 1000)


def letter(
    value: dict[str, Any] | bytes | None, reason: Reason = Reason.SCHEMA, topic: str = "mentions.v1", **fields: Any
) -> StoredRecord:
    """A record of the dead letter topic, as the loop writes it."""
    came = record(value, 7, timestamp=AT, key=b"k", **fields)
    headers = dead_letter_headers(came, topic, Refused(reason, "brand_id: is required"), START)
    return StoredRecord(0, 3, AT, came.key, came.value, headers)


def look(place: StoredRecord, make: Any = None, **flags: Any) -> SecondLook:
    config = settings(**flags)
    return SecondLooks(config, make or (lambda partition: pipeline(config, partition))).look(read_dead_letter(place))


def found(place: StoredRecord, *, redriven: bool = False, **flags: Any) -> Found:
    return Found(place, read_dead_letter(place), look(place, **flags), redriven, wanted=True)


def test_a_letter_holds_the_record_as_it_came() -> None:
    """Also one that was a dead letter of somebody else before."""
    theirs = [("trace", b"t"), ("__connect.errors.topic", b"elsewhere"), ("dlq.reason", b"theirs")]
    read = read_dead_letter(letter(b"{}", headers=theirs, partition=2))
    assert read is not None
    assert StoredRecord(2, 7, AT, b"k", b"{}", tuple(theirs)) == read.record
    assert ("mentions.v1", "schema", START, 2, True) == (read.topic, read.reason, read.failed_at, read.size, read.whole)


@pytest.mark.parametrize(
    "headers", [[], [("__connect.errors.topic", b"t")], [("__connect.errors.topic", b"\xff"), ("dlq.reason", None)]]
)
def test_what_is_no_letter_of_ours_is_left_alone(headers: list[tuple[str, bytes | None]]) -> None:
    """Somebody else may write to the topic."""
    place = record(b"{}", headers=headers)
    assert read_dead_letter(place) is None
    assert FOREIGN == look(place).outcome
    assert "no dead letter of brushfire" in found(place).as_text(values=False)


def test_what_is_taken_goes_where_its_brand_belongs() -> None:
    """Bytes and headers as they came."""
    place = letter(mention("m", 30), headers=[("trace", b"t")], partition=3)
    seen = look(place)
    assert (TAKEN, "acme", ACME, int(START.timestamp()) + 60) == (
        seen.outcome,
        seen.brand_id,
        seen.partition,
        seen.window_end,
    )
    again = addressed(found(place))
    assert (ACME, b"acme", place.value, (("trace", b"t"),)) == (again.partition, again.key, again.value, again.headers)
    assert partition_of("acme", 4, CRC32) == look(place, mentions__partition_by=CRC32).partition


def test_a_trusted_mapping_keeps_key_and_partition() -> None:
    """Elsewhere the brand would have a second state."""
    again = addressed(found(letter(mention("m", 0), partition=3), mentions__partition_by="trusted"))
    assert (3, b"k") == (again.partition, again.key)


@pytest.mark.parametrize(
    ("value", "reason", "flags"),
    [
        (b"no json", Reason.NOT_JSON, {}),
        ({"brand_id": "acme"}, Reason.SCHEMA, {}),
        (mention("m", 0), Reason.UNKNOWN_BRAND, {"brands__unknown": "refuse"}),
        (mention("m", 301), Reason.FUTURE_TIME, {}),
    ],
)
def test_what_would_be_refused_again(value: Any, reason: Reason, flags: dict[str, Any]) -> None:
    """By the timestamp it had: that years have gone by since does not make a fast clock right."""
    seen = look(letter(value), **flags)
    assert REFUSED == seen.outcome
    assert seen.refused is not None
    assert reason == seen.refused.reason


def test_a_mended_configuration_takes_it() -> None:
    """A larger bound, a field map."""
    assert TAKEN == look(letter(mention("m", 301), Reason.FUTURE_TIME), time__max_future_seconds=600).outcome


def test_what_was_cut_cannot_come_back() -> None:
    """The rest is gone."""
    place = letter({**mention("m", 0), "text": "x" * 300_000})
    cut = cut_to_fit(Message(Output.DEAD_LETTERS, place.key, place.value, place.headers), 200_000)
    place = place._replace(value=cut.value, headers=cut.headers)
    assert CUT == look(place).outcome
    shown = found(place).as_dict(values=False)
    assert (CUT, True) == (shown["now"], shown["size"] > 300_000)


def test_feedback_is_judged_by_its_shape() -> None:
    """Whether its crisis is there only the worker knows; where it was not, it is not tried again."""
    said = feedback("confirm", "acme-20260105T000000Z")
    topic = "operator-feedback.v1"
    assert TAKEN == look(letter(said, Reason.SCHEMA, topic)).outcome
    assert REFUSED == look(letter(said, Reason.UNKNOWN_TARGET, topic)).outcome
    assert FOREIGN == look(letter(said, Reason.SCHEMA, "elsewhere.v1")).outcome


def test_what_broke_us_is_tried_in_full() -> None:
    """It passes the door: only the core can tell."""

    def broken(partition: int) -> Pipeline:
        made = pipeline(partition=partition)
        made._enricher.observe = None  # type: ignore[assignment, method-assign]
        return made

    place = letter(mention("m", 0), Reason.HANDLER_ERROR)
    assert TAKEN == look(place).outcome
    assert REFUSED == look(place, broken).outcome
    assert TAKEN == look(letter(mention("m", 0)), broken).outcome


def test_only_what_is_asked_for() -> None:
    """By reason, by brand or unreadable record's key, by time."""
    place = letter(mention("m", 0))
    read, seen = read_dead_letter(place), look(place)
    unreadable = look(letter(b"no json"))
    assert Wanted().holds(read, seen, b"k")
    assert Wanted(Reason.SCHEMA, "acme", START).holds(read, seen, b"k")
    assert not Wanted(reason=Reason.NOT_JSON).holds(read, seen, b"k")
    assert not Wanted(brand="k").holds(read, seen, b"k")
    assert Wanted(brand="k").holds(read, unreadable, b"k")
    assert not Wanted(since=START + timedelta(seconds=1)).holds(read, seen, b"k")
    assert not Wanted(since=START).holds(None, seen, b"k")


def test_counts_by_reason_with_what_to_do() -> None:
    """The most first; what was re-driven before is no longer to be taken."""
    tally = Tally()
    letters = [
        found(letter(mention("m", 0))),
        found(letter(mention("m", 0)), redriven=True),
        found(letter(b"{}", Reason.NOT_JSON)),
    ]
    assert letters == list(tally.counting(letters))
    assert [
        "      2  schema  mentions.v1: 1 would be taken now, 1 re-driven before",
        f"         {REMEDIES[Reason.SCHEMA].cause}: mend the producer, or [mentions.fields] and mentions.time_format",
        "      1  not_json  mentions.v1: 1 would be refused again",
        "         something else writes to the topic: find it by the key and the headers",
    ] == list(tally.lines())


def test_nothing_in_a_letter_reaches_the_terminal_as_it_is() -> None:
    """Not in the value, and not in the headers of whoever writes to the topic too."""
    odd = "\x1b[2J\x9b\u202e\r\n"
    place = letter(odd.encode(), topic=f"t{odd}")
    shown = found(place).as_text(values=True)
    assert shown.replace("\n", "").isprintable()
    assert "\\x1b[2J\\x9b\\u202e\\r\\n" in shown
    assert odd.encode().decode() not in found(place).as_text(values=False)


def test_every_reason_has_a_remedy() -> None:
    """Whatever is refused."""
    assert set(Reason) == set(REMEDIES)
