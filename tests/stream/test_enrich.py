"""What is kept of a mention: whose voice counts, what is told of it, and what we do not know is counted."""

from __future__ import annotations

import pytest

from stream.ports import Input
from tests.mentions import at, feed, mention, pipeline, record, story, to_json, told

CALL = "Boycott Acme! Never buy from them again, boycott this company."


@pytest.mark.parametrize("is_brand", [True, False])
def test_a_brand_calls_no_boycott_of_itself(is_brand: bool) -> None:
    """What it quotes or answers is talk, but no voice."""
    calls = [
        mention(f"c{number}", 2 * 86400 + 60 * number, text=CALL, author={"ref": f"r{number}", "is_brand": is_brand})
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
