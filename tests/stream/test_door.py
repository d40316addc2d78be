"""What passes the door, in which clothes, and with which reason the rest is refused."""

from __future__ import annotations

import json
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stream.errors import Reason, Refused
from stream.events.door import MAX_BYTES, Door
from stream.events.envelope import MENTION
from stream.events.fields import FieldMap
from stream.events.mention import Mention
from tests.mentions import mention

DOOR: Door[Mention] = Door(Mention, MENTION)
MAPPED: Door[Mention] = Door(Mention, MENTION, FieldMap({"brand_id": "brand"}, {}))
GOOD = mention("m1", 0)
BINARY = [("ce_specversion", b"1.0"), ("ce_type", MENTION.encode()), ("ce_id", b"1"), ("ce_source", b"s")]


def envelope(**attributes: Any) -> bytes:
    event = {"specversion": "1.0", "id": "1", "source": "s", "type": MENTION, "data": GOOD, **attributes}
    return orjson.dumps({name: value for name, value in event.items() if value is not None})


def refusal(value: bytes | None, headers: Any = (), door: Door[Mention] = DOOR) -> Refused:
    with pytest.raises(Refused) as caught:
        door.take(value, headers)
    return caught.value


@pytest.mark.parametrize(
    ("value", "headers"),
    [
        (orjson.dumps(GOOD), []),
        (orjson.dumps(GOOD), [("traceparent", b"\xff\xfe")]),  # somebody else's poison
        (orjson.dumps(GOOD), [("ce_type", b"\xff")]),  # no version: no CloudEvent
        (orjson.dumps(GOOD), BINARY),
        (envelope(), [("content-type", b"application/cloudevents+json")]),
        (envelope(), []),
        (envelope(extension="x", datacontenttype="application/json"), []),
        (orjson.dumps({**GOOD, "unheard": {"of": [1]}}), []),
    ],
)
def test_three_kinds_of_clothes_are_the_same_mention(value: bytes, headers: list[tuple[str, bytes]]) -> None:
    """Bare JSON, binary and structured CloudEvents; unknown fields and headers are ignored."""
    assert "m1" == DOOR.take(value, headers).mention_id


DEEP = 200_000


@pytest.mark.parametrize(
    ("reason", "value", "headers"),
    [
        (Reason.NOT_JSON, None, []),
        (Reason.NOT_JSON, b"", []),
        (Reason.NOT_JSON, b"{", []),
        (Reason.NOT_JSON, b"not json", []),
        (Reason.NOT_JSON, b'\xef\xbb\xbf{"a": 1}', []),  # a byte order mark
        (Reason.NOT_JSON, orjson.dumps(GOOD)[:-1] + b',"x":NaN}', []),
        (Reason.NOT_JSON, orjson.dumps(GOOD)[:-1] + b',"reach":1e999}', []),
        (Reason.NOT_JSON, orjson.dumps(GOOD)[:-1] + b',"x":"\\ud800"}', []),
        (Reason.NOT_JSON, orjson.dumps(GOOD)[:-1] + b',"unknown":"\xff"}', []),
        (Reason.NOT_JSON, orjson.dumps(GOOD)[:-1] + b',"text":"\xff"}', []),
        (Reason.NOT_JSON, orjson.dumps(GOOD) + b"x", []),
        (Reason.TOO_DEEP, b"[" * DEEP, []),
        (Reason.TOO_DEEP, b"[" * DEEP + b"]" * DEEP, []),
        (Reason.TOO_DEEP, orjson.dumps(GOOD)[:-1] + b',"x":' + b"[" * DEEP + b"]" * DEEP + b"}", []),
        (Reason.TOO_LARGE, b"[" * (MAX_BYTES + 1), []),
        (Reason.SCHEMA, b"[]", []),
        (Reason.SCHEMA, b"null", []),
        (Reason.SCHEMA, b"{}", []),
        (Reason.SCHEMA, orjson.dumps({**GOOD, "mention_id": ""}), []),
        (Reason.SCHEMA, orjson.dumps({**GOOD, "mention_id": "x" * 201}), []),
        (Reason.SCHEMA, orjson.dumps({**GOOD, "mention_id": 7}), []),
        (Reason.SCHEMA, orjson.dumps({**GOOD, "op": "erase"}), []),
        (Reason.SCHEMA, orjson.dumps({**GOOD, "revision": -1}), []),
        (Reason.SCHEMA, orjson.dumps({**GOOD, "sentiment": {"score": 1.01}}), []),
        (Reason.SCHEMA, orjson.dumps({**GOOD, "sentiment": {"score": True}}), []),
        (Reason.SCHEMA, orjson.dumps({**GOOD, "emotions": {"anger": 2}}), []),
        (Reason.SCHEMA, orjson.dumps({**GOOD, "author": "me"}), []),
        (Reason.BAD_TIME, orjson.dumps({**GOOD, "published_at": "2026-01-05T00:00:00"}), []),  # naive
        (Reason.BAD_TIME, orjson.dumps({**GOOD, "published_at": "yesterday"}), []),
        (Reason.BAD_TIME, orjson.dumps({**GOOD, "published_at": 1767571200}), []),
        (Reason.BAD_TIME, orjson.dumps({**GOOD, "collected_at": "2026-13-05T00:00:00Z"}), []),
        (Reason.UNSUPPORTED_VERSION, envelope(specversion="0.3"), []),
        (Reason.UNSUPPORTED_VERSION, envelope(type="io.brushfire.mention.v2"), []),
        (Reason.UNSUPPORTED_VERSION, orjson.dumps(GOOD), [("ce_specversion", b"2.0"), ("ce_type", MENTION.encode())]),
        (Reason.NOT_JSON, b"avro", [("ce_specversion", b"2.0")]),
        (Reason.TOO_DEEP, b"[" * 200_000, [("ce_specversion", b"2.0")]),
        (Reason.SCHEMA, envelope(type="io.brushfire.feedback.v1"), []),
        (Reason.SCHEMA, envelope(type=None), []),
        (Reason.SCHEMA, envelope(data=None), []),
        (Reason.SCHEMA, orjson.dumps(GOOD), [("ce_specversion", b"1.0")]),
        (Reason.BAD_TIME, envelope(data={**GOOD, "published_at": "2026-01-05T00:00:00"}), []),
    ],
)
def test_each_kind_of_wrong_has_its_reason(
    reason: Reason, value: bytes | None, headers: list[tuple[str, bytes]]
) -> None:
    """The reason comes from the closed list, and the first one in its order that is broken."""
    assert reason == refusal(value, headers).reason


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("sentiment.score", {"sentiment": {"score": -7.5}}),
        ("op", {"op": "s3cret-op"}),
        ("published_at", {"published_at": "s3cret-time"}),
        ("author.ref", {"author": {"ref": 75}}),
        ("emotions[...]", {"emotions": {"s3cret": 75}}),
        ("media[0].sha256", {"media": [{"type": "photo", "sha256": 75}]}),
        ("op", {"op": "x' - at `$.s3cret` - at `$.s3cret"}),  # how the library ends its messages
        ("op", {"op": "\n - at `$.s3cret`"}),
    ],
)
def test_the_message_names_the_path_and_never_the_value(path: str, fields: dict[str, Any]) -> None:
    """Libraries quote their input in errors; headers and logs must not."""
    message = refusal(orjson.dumps({**GOOD, **fields})).message
    assert path == message.partition(":")[0]
    assert "s3cret" not in message
    assert "75" not in message
    assert "7.5" not in message


@pytest.mark.parametrize("bad_times", [("published_at",), ("published_at", "collected_at", "author")])
@pytest.mark.parametrize(
    ("path", "fault"),
    [("op", {"op": "erase"}), ("revision", {"revision": -1}), ("media[0].sha256", {"media": [{"type": "photo"}]})],
)
def test_a_bad_time_hides_no_other_fault(path: str, fault: dict[str, Any], bad_times: tuple[str, ...]) -> None:
    """`schema` comes before `bad_time`, whichever the decoder meets first, bare, mapped or in an envelope."""
    soon = {"published_at": "soon", "collected_at": "soon", "author": {"ref": "a", "created_at": "soon"}}
    odd = {**GOOD, **{name: soon[name] for name in bad_times}, **fault}
    mapped: Door[Mention] = Door(Mention, MENTION, FieldMap({"brand_id": "brand"}, {}, "epoch_seconds"))
    for found in (
        refusal(orjson.dumps(odd)),
        refusal(envelope(data=odd)),
        refusal(orjson.dumps({**odd, "brand": "acme"}), [], mapped),
        refusal(envelope(data={**odd, "brand": "acme"}), [], mapped),
    ):
        assert (Reason.SCHEMA, path) == (found.reason, found.message.partition(":")[0])


def test_several_bad_times_are_bad_times() -> None:
    """The first one is named."""
    odd = {**GOOD, "published_at": "soon", "collected_at": 7, "author": {"ref": "a", "created_at": "soon"}}
    found = refusal(orjson.dumps(odd))
    assert (Reason.BAD_TIME, "published_at") == (found.reason, found.message.partition(":")[0])


def test_a_missing_field_is_named() -> None:
    """Not "missing field", but which."""
    assert "brand_id: is required" == refusal(b'{"mention_id": "m1", "published_at": "2026-01-05T00:00:00Z"}').message


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)
fields = st.sampled_from([*Mention.__struct_fields__, "specversion", "type", "data", "ce_x"])


@given(
    st.one_of(
        st.binary(max_size=200),
        st.dictionaries(fields, json_values, max_size=8).map(lambda record: json.dumps(record).encode()),
    )
)
def test_nothing_but_a_refusal_ever_comes_back(value: bytes) -> None:
    """Whatever the bytes: a mention, or a refusal with a reason."""
    for door in (DOOR, MAPPED):
        assert isinstance(outcome(door, value), Mention | Reason)


@given(st.dictionaries(fields, json_values, max_size=6))
def test_a_mention_with_odd_fields_is_taken_or_refused(odd: dict[str, Any]) -> None:
    """A good mention with some fields replaced."""
    assert isinstance(outcome(DOOR, json.dumps({**GOOD, **odd}).encode()), Mention | Reason)


def outcome(door: Door[Mention], value: bytes) -> Mention | Reason:
    try:
        return door.take(value, [])
    except Refused as refused:
        return refused.reason


# ---------------------------------------------------------------- the field map

TWEETS = FieldMap({"brand_id": "brand", "author.ref": "author", "language": "lang"}, {"platform": "x"})


def test_a_topic_that_already_exists_is_read_by_configuration_alone() -> None:
    """Other names, an author that is a string, a constant platform; names that fit are taken as they are."""
    door = Door(Mention, MENTION, TWEETS)
    tweet = {
        "mention_id": "t1",
        "brand": "fb",
        "published_at": "2014-08-01T16:27:15Z",
        "author": "810f7628ae58",
        "lang": "en",
        "text": "facebook is down",
    }
    taken = door.take(orjson.dumps(tweet), [])
    assert ("fb", "810f7628ae58", "en", "x", "facebook is down") == (
        taken.brand_id,
        taken.author and taken.author.ref,
        taken.language,
        taken.platform,
        taken.text,
    )


def test_a_constant_keeps_nothing_of_the_record_before() -> None:
    """A field that is put into a constant object is that record's own."""
    door = Door(Mention, MENTION, FieldMap({"author.country": "land"}, {"author": {"ref": "collector"}}))
    taken = [door.take(orjson.dumps({**GOOD, **odd}), []) for odd in ({"land": "de"}, {})]
    assert ["de", None] == [mention.author and mention.author.country for mention in taken]


def test_dotted_paths_reach_into_the_record() -> None:
    """And a structured event is looked into before it is mapped."""
    door = Door(Mention, MENTION, FieldMap({"mention_id": "post.id", "brand_id": "post.about.brand"}, {}))
    data = {"post": {"id": "p1", "about": {"brand": "acme"}}, "published_at": "2026-01-05T00:00:00Z"}
    assert "acme" == door.take(orjson.dumps(data), []).brand_id
    assert "acme" == door.take(envelope(data=data), []).brand_id


@pytest.mark.parametrize(
    ("time_format", "number"),
    [("epoch_seconds", 1767571200), ("epoch_seconds", 1767571200.0), ("epoch_milliseconds", 1767571200000)],
)
def test_numbers_can_be_times(time_format: str, number: float) -> None:
    """Where the configuration says what a number means."""
    door = Door(Mention, MENTION, FieldMap({}, {}, time_format))
    assert 1767571200 == door.take(orjson.dumps({**GOOD, "published_at": number}), []).published_at.timestamp()


@pytest.mark.parametrize("number", [1e300, True, [1], "soon"])
def test_numbers_that_are_no_time_are_refused(number: object) -> None:
    """Out of the range of a calendar, or no number."""
    door = Door(Mention, MENTION, FieldMap({}, {}, "epoch_seconds"))
    assert Reason.BAD_TIME == refusal(orjson.dumps({**GOOD, "published_at": number}), [], door).reason


def test_a_mapped_field_that_is_absent_is_missing() -> None:
    """A wrong map is told as what it leads to."""
    door = Door(Mention, MENTION, FieldMap({"brand_id": "company"}, {}))
    assert (Reason.SCHEMA, "brand_id: is required") == (
        refusal(orjson.dumps(GOOD), [], door).reason,
        refusal(orjson.dumps(GOOD), [], door).message,
    )
