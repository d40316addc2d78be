"""What goes out: CloudEvents whose data fits the published schema, bounded, and without anybody's words."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

import jsonschema
import msgspec
import pytest

from stream.config import Config
from stream.errors import Reason, Refused
from stream.events.crisis import KINDS, VERBS, to_cloud_event, to_state
from stream.events.dead_letter import CUT_BYTES, cut_to_fit, dead_letter_headers
from stream.events.schema import NOUNS, json_schema
from stream.outcome import Told
from stream.ports import Input, Message, Output, StoredRecord
from tests.mentions import feed, feedback, mention, negative, neutral, pipeline, record, story

RECORDED = datetime(2026, 1, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
def told() -> list[Told]:
    words = "the battery of my scooter caught fire, boycott them #voltafire https://news.example/fire"
    values = [
        {
            **value,
            "text": f"{words} {value['mention_id']}",
            "author": {"ref": "SECRET-" + value["mention_id"]},
            "url": "https://x.example/1",
        }
        if value["mention_id"].startswith("w")
        else value
        for value in story()
    ]
    target = feed(pipeline(), values)
    target.advance((target.watermark_ms or 0) + 10 * 86400 * 1000)
    found = target.take_outcome().told
    assert {"opened", "resolved", "closed"} <= {item.verb for item in found}
    return found


def encoded(item: Told) -> dict[str, Any]:
    event: dict[str, Any] = json.loads(to_cloud_event(item.event, item.change, "urn:brushfire:test", RECORDED).encode())
    return event


def test_data_fits_its_schema(told: list[Told]) -> None:
    """The schema that is published is the one that is kept."""
    check = jsonschema.Draft202012Validator(json_schema("crisis-event"), format_checker=jsonschema.FormatChecker())
    for item in told:
        check.validate(encoded(item)["data"])


def test_every_event_names_the_policy_that_decided(told: list[Told]) -> None:
    """Of a service that was given none: ours."""
    routing = {"policy_id": "default", "policy_version": Config().policy_version("acme")}
    assert [routing] * len(told) == [encoded(item)["data"]["routing"] for item in told]


@pytest.mark.parametrize("noun", list(NOUNS))
def test_schemas_are_valid_and_named(noun: str) -> None:
    """$id equals the dataschema of the events."""
    schema = json_schema(noun)
    jsonschema.Draft202012Validator.check_schema(schema)
    assert f"urn:brushfire:schema:{noun}:v1" == schema["$id"]


def test_an_event_without_evidence_is_invalid(told: list[Told]) -> None:
    """`signals` has at least one entry."""
    data = {**encoded(told[0])["data"], "signals": []}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(data, json_schema("crisis-event"))


def test_the_envelope_is_a_cloudevent(told: list[Told]) -> None:
    """Deterministic id, event time, one wall-clock value."""
    for item in told:
        event = encoded(item)
        data = event["data"]
        assert f"io.brushfire.crisis.{item.verb}.v1" == event["type"]
        assert item.verb in VERBS
        assert f"{data['crisis_id']}:{data['revision']}" == event["id"]
        assert data["brand_id"] == event["subject"] == event["partitionkey"]
        assert data["crisis_id"] == event["correlationid"]
        assert data["updated_at"] == event["time"]
        assert "2026-01-09T00:00:00Z" == event["recordedtime"]
        assert {0: "INFO", 1: "INFO", 2: "WARN", 3: "ERROR", 4: "FATAL"}[data["level"]] == event["severitytext"]
        assert event["time"].endswith("Z")
        assert data["kind"] in KINDS


def test_the_state_event_is_the_same_transition(told: list[Told]) -> None:
    """With an id of its own, caused by the event."""
    event = to_cloud_event(told[0].event, told[0].change, "urn:brushfire:test", RECORDED)
    state = to_state(event)
    assert (f"{event.id}:s", event.id, event.data) == (state.id, state.causationid, state.data)
    assert "io.brushfire.crisis.state.v1" == state.type


def test_what_a_person_caused_says_so() -> None:
    """The id of the feedback is the cause of the event, and of no other."""
    target = pipeline()
    wave = story()[:-200]
    feed(target, wave)
    crisis_id = target.take_outcome().told[-1].event.crisis_id
    target.process(Input.FEEDBACK, [record(feedback("confirm", crisis_id, feedback_id="f-17"))])
    feed(target, [mention("later", 3 * 86400)], len(wave))
    caused = {
        item.verb: to_cloud_event(item.event, item.change, "s", RECORDED).causationid
        for item in target.take_outcome().told
    }
    assert "f-17" == caused.pop("confirmed")
    assert {None} == set(caused.values())


def test_headers_repeat_the_attributes(told: list[Told]) -> None:
    """All bytes, so that a consumer can filter without parsing."""
    event = to_cloud_event(told[0].event, told[0].change, "urn:brushfire:test", RECORDED)
    headers = dict(event.headers())
    body = json.loads(event.encode())
    for name, value in headers.items():
        if name.startswith("ce_"):
            assert str(body[name.removeprefix("ce_")]).encode() == value


def test_events_are_bounded_and_carry_nobodys_words(told: list[Told]) -> None:
    """At most 64 KiB, lists of at most ten, no text of a mention, no author."""
    for item in told:
        raw = to_cloud_event(item.event, item.change, "s", RECORDED).encode()
        assert len(raw) <= 64 * 1024
        assert b"SECRET" not in raw
        assert b"of my scooter caught" not in raw
        data = json.loads(raw)["data"]
        lists = [data["signals"], data["exemplars"], data["spread"], data["inputs"], *data["drivers"].values()]
        assert all(len(items) <= 10 for items in lists)


def test_drivers_say_what_it_is_about(told: list[Told]) -> None:
    """Hashtags, words and addresses of several authors, beyond what is usual."""
    resolved = next(item for item in told if item.verb == "resolved").event
    assert "#voltafire" == resolved.drivers.hashtags[0].value
    assert "news.example/fire" == resolved.drivers.urls[0].value
    assert {"battery", "scooter", "fire"} <= {driver.value for driver in resolved.drivers.terms}
    assert resolved.drivers.hashtags[0].count >= 3
    assert resolved.size.boycott_authors >= 3
    assert {"boycott", "negative"} == {exemplar.why for exemplar in resolved.exemplars}


def test_privacy_mode_tells_no_url() -> None:
    """Exemplars are ids only."""
    from tests.mentions import settings

    values = [{**value, "url": "https://x.example/1"} for value in story()]
    public = feed(pipeline(), values).take_outcome().told[0].event
    private = feed(pipeline(settings(mentions__privacy="true")), values).take_outcome().told[0].event
    assert {"https://x.example/1"} == {item.url for item in public.exemplars}
    assert {None} == {item.url for item in private.exemplars}


def test_the_same_story_makes_the_same_bytes() -> None:
    """Ids, order, numbers: everything but the time of writing."""
    values = [negative("a", 0), neutral("b", 1), *story()]

    def run() -> list[bytes]:
        return [msgspec.json.encode(item.event) for item in feed(pipeline(), values).take_outcome().told]

    assert run() == run()


# ---------------------------------------------------------------- dead letters


def test_a_dead_letter_keeps_its_headers_and_says_why() -> None:
    """Kafka Connect's names, then ours."""
    record = StoredRecord(3, 77, 1_700_000_000_000, b"k", b"{", [("theirs", b"\xff"), ("none", None)])
    headers = dead_letter_headers(record, "mentions.v1", Refused(Reason.NOT_JSON, "value: must be JSON"), RECORDED)
    assert [("theirs", b"\xff"), ("none", None)] == headers[:2]
    told = dict(headers)
    assert (
        b"mentions.v1",
        b"3",
        b"77",
        b"not_json",
        b"1700000000000",
        b"2026-01-09T00:00:00Z",
        b"value: must be JSON",
    ) == (
        told["__connect.errors.topic"],
        told["__connect.errors.partition"],
        told["__connect.errors.offset"],
        told["dlq.reason"],
        told["dlq.timestamp"],
        told["dlq.failed_at"],
        told["__connect.errors.exception.message"],
    )
    assert {"__connect.errors.stage", "__connect.errors.exception.class.name", "dlq.service_version"} <= set(told)


LETTER = StoredRecord(3, 77, 1_700_000_000_000, b"k", b"{", [("trace", b"t"), ("none", None)])
FITS = 1_000_000


def letter(**fields: Any) -> Message:
    record = LETTER._replace(**fields)
    headers = dead_letter_headers(record, "mentions.v1", Refused(Reason.NOT_JSON, "value: must be JSON"), RECORDED)
    return Message(Output.DEAD_LETTERS, record.key, record.value, headers)


def told_besides(message: Message) -> dict[str, bytes | None]:
    """What the headers say that they do not say of every dead letter."""
    usual = {name for name, _ in letter().headers}
    return {name: content for name, content in message.headers if name not in usual}


def sha256(content: bytes) -> bytes:
    return hashlib.sha256(content).hexdigest().encode()


@pytest.mark.parametrize("value", [None, b"", b"x" * (FITS - 2000)])
def test_a_dead_letter_that_fits_is_left_as_it_came(value: bytes | None) -> None:
    """Also without a value."""
    assert letter(value=value) == cut_to_fit(letter(value=value), FITS)


def test_a_value_that_does_not_fit_is_cut() -> None:
    """And the letter says what it was; headers stay."""
    cut = cut_to_fit(letter(value=b"x" * FITS), FITS)
    assert (b"k", b"x" * CUT_BYTES) == (cut.key, cut.value)
    assert {"dlq.value_size": b"%d" % FITS, "dlq.value_sha256": sha256(b"x" * FITS)} == told_besides(cut)
    assert list(letter().headers) == list(cut.headers)[:-2]


@pytest.mark.parametrize("value", [None, b"{", b"x" * FITS])
def test_headers_that_do_not_fit_are_left_out(value: bytes | None) -> None:
    """The record's own, also where it was a dead letter before; ours stay, and say what was there."""
    theirs = [("trace", b"t"), ("__connect.errors.topic", b"x" * FITS), ("dlq.reason", b"schema"), ("none", None)]
    cut = cut_to_fit(letter(value=value, headers=theirs), FITS)
    told = told_besides(cut)
    content = b"trace" + b"t" + b"__connect.errors.topic" + b"x" * FITS + b"dlq.reason" + b"schema" + b"none"
    assert (b"4", b"%d" % len(content), sha256(content)) == (
        told["dlq.headers_count"],
        told["dlq.headers_size"],
        told["dlq.headers_sha256"],
    )
    assert list(letter(headers=[]).headers) == list(cut.headers)[:10]
    assert (value and value[:CUT_BYTES]) == cut.value
    assert (value == b"x" * FITS) == ("dlq.value_size" in told)


@pytest.mark.slow
@pytest.mark.parametrize("max_bytes", [8 * 1024, FITS])
def test_a_dead_letter_must_not_become_poison(max_bytes: int) -> None:
    """Whatever is too large of it, and whatever the topic takes, what comes out fits."""
    large = b"x" * 2 * FITS
    for key in (None, b"k", large):
        for value in (None, b"{", large):
            for headers in (
                [],
                [("h", large)],
                [(f"h{number}", b"") for number in range(200_000)],
                [("x" * FITS, b"")],
            ):
                cut = cut_to_fit(letter(key=key, value=value, headers=headers), max_bytes)
                size = sum(len(name) + len(content or b"") + 10 for name, content in cut.headers)
                assert len(cut.key or b"") + len(cut.value or b"") + size <= max_bytes
                assert (key == large) == (dict(cut.headers).get("dlq.key_sha256") == sha256(large))
