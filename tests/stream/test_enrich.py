"""What is kept of a mention: whose voice counts, what is told of it, and what we do not know is counted."""

from __future__ import annotations

from typing import Any
from zlib import crc32

import msgspec
import pytest

from stream.enrich import Enricher
from stream.events.mention import Mention
from stream.observation import Observed
from stream.ports import Input
from tests.mentions import SCORER, at, feed, mention, pipeline, record, settings, story, to_json, told

CALL = "Boycott Acme! Never buy from them again, boycott this company."


@pytest.mark.parametrize("is_brand", [True, False])
def test_a_brand_calls_no_boycott_of_itself(is_brand: bool) -> None:
    """What it quotes or answers is talk, but no voice."""
    calls = [
        mention(
            f"c{number}",
            2 * 86400 + 60 * number,
            text=f"{CALL} Order {number}.",
            author={"ref": f"r{number}", "is_brand": is_brand},
        )
        for number in range(10)
    ]
    values = sorted([*story(wave=0), *calls], key=lambda value: str(value["published_at"]))
    opened = [data for verb, data in told(feed(pipeline(), values)) if verb == "opened"]
    assert ([] if is_brand else ["boycott"]) == [data["signals"][0]["name"] for data in opened]


@pytest.mark.parametrize(
    ("url", "is_told"),
    [
        ("https://x.example/" + "a" * 980, True),
        ("https://x.example/" + "a" * 981, False),
        ("https://x.example/" + "\x01" * 150, True),
        ("https://x.example/" + "\x01" * 980, False),
        ("https://x.example/" + "\U0001f525" * 300, False),
    ],
)
def test_an_address_is_told_if_it_is_short_as_it_is_written(url: str, is_told: bool) -> None:
    """However it is escaped, ten of them leave an event below 64 KiB."""
    values = [{**value, "url": url, "mention_id": value["mention_id"] + "\U0001f525" * 190} for value in story()]
    events = feed(pipeline(), values).take_outcome().told
    assert events
    for item in events:
        assert len(to_json(item.event)) < 60 * 1024
        assert {url if is_told else None} == {exemplar.url for exemplar in item.event.exemplars}


def test_who_deleted_is_counted_where_we_do_not_know_the_word() -> None:
    """As all enumerations."""
    values = [mention(f"m{number}", number, op="delete", deleted_by=who) for number, who in enumerate(("author", "me"))]
    assert {"deleted_by": 1} == dict(feed(pipeline(), values).take_outcome().unknown_values)


def test_an_unknown_kind_of_activity_is_counted_and_taken() -> None:
    """A plan is a plan, whatever it is called."""
    target = pipeline()
    plan = {"activity_id": "a", "brand_id": "acme", "kind": "stunt", "starts_at": at(0), "expected_lift": 2}
    target.process(Input.ACTIVITY, [record(plan), record({**plan, "kind": "campaign"}, 1)])
    outcome = target.take_outcome()
    assert ({"activity.kind": 1}, []) == (dict(outcome.unknown_values), outcome.refusals)


COMPLAINT = "Third late delivery in a row, terrible service and nobody answers."


def observed(**fields: Any) -> Observed:
    """What is kept of one mention."""
    value = msgspec.convert(mention("m", 0, **fields), Mention)
    return Enricher(settings(), SCORER).observe(value, 0, 0, lambda _: True)


def scored(score: float, **fields: Any) -> dict[str, Any]:
    return {"sentiment": {"score": score, **fields}}


def test_it_is_kept_who_scored() -> None:
    """By name; what came without one has one scorer, and so has what we read ourselves."""
    named = observed(**scored(0.5, model="bert-de"), text=COMPLAINT).scorer
    assert crc32(b"bert-de") == named
    nameless = {observed(**scored(score, **more)).scorer for score in (0.5, -0.5) for more in ({}, {"model": ""})}
    own = {observed(text=text).scorer for text in (COMPLAINT, "Thanks, all well.")}
    assert (1, 1) == (len(nameless), len(own))
    assert 4 == len({named, *nameless, *own, 0})


@pytest.mark.parametrize("fields", [{}, {"text": ""}, {"text": COMPLAINT, "author": {"ref": "a", "is_brand": True}}])
def test_what_is_not_scored_has_no_scorer(fields: dict[str, Any]) -> None:
    """Neither text nor score, or the brand's own."""
    assert (None, 0, 0) == (observed(**fields).score_micro, observed(**fields).scorer, observed(**fields).fingerprint)


@pytest.mark.parametrize(
    ("fields", "is_kept"),
    [
        ({"text": COMPLAINT}, True),
        ({"text": COMPLAINT, **scored(-0.1)}, True),
        ({"text": CALL, **scored(0.9)}, True),
        ({"text": COMPLAINT, **scored(0.9), "intents": ["boycott"]}, True),
        ({"text": COMPLAINT, **scored(0.9)}, False),
        ({"text": "Thanks for the quick delivery, all is well with it."}, False),
        ({"text": f"RT @somebody {COMPLAINT}"}, False),
        ({"text": COMPLAINT, "repost_of": "other"}, False),
        ({"text": "Terrible!"}, False),
        (scored(-0.9), False),
    ],
)
def test_words_are_compared_where_it_matters_whose_they_are(fields: dict[str, Any], is_kept: bool) -> None:
    """Of complaints and calls to boycott that are no copies already, and long enough to tell."""
    assert is_kept is (observed(**fields).fingerprint != 0)


def test_the_same_words_are_known_again() -> None:
    """In another spelling too."""
    assert observed(text=COMPLAINT).fingerprint == observed(text=f"{COMPLAINT.upper()} https://t.co/x").fingerprint
