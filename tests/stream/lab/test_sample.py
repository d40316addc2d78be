"""What is said of a sample that is read without a refusal, and wrongly."""

from __future__ import annotations

import orjson

from stream.lab.sample import as_text, look
from tests.mentions import mention, settings


def test_what_is_in_it() -> None:
    """Brands, times and the share of what is useful."""
    values = [
        orjson.dumps(mention("1", 0, text="a", author={"ref": "x"})),
        orjson.dumps(mention("2", 60, "bmw", sentiment={"score": -0.5}, author={"ref": "y"})),
        b"{}",
        orjson.dumps(mention("3", 60, "A Brand\n")),
    ]
    seen = look(values, settings())
    assert (2, {"acme": 1, "bmw": 1}) == (seen["taken"], seen["brands"])
    assert ("2026-01-05T00:00:00Z", "2026-01-05T00:01:00Z") == (seen["first_published_at"], seen["last_published_at"])
    assert {"text": 0.5, "sentiment": 0.5, "text or sentiment": 1.0, "language": 0.0, "author.ref": 1.0} == seen[
        "share"
    ]
    assert [] == seen["doubts"]
    assert "acme (1), bmw (1)" in as_text(seen)


def test_a_map_that_finds_the_wrong_things_is_doubted() -> None:
    """Seconds taken for milliseconds, a text and an author that are not where the map says."""
    values = [orjson.dumps({"mention_id": "1", "brand_id": "acme", "published_at": 1767571200, "body": "text"})]
    fields = {"text": "boddy", "author.ref": "user.hash"}
    seen = look(values, settings(mentions__fields=fields, mentions__time_format="epoch_milliseconds"))
    assert 3 == len(seen["doubts"])
    assert "mentions.time_format" in as_text(seen)


def test_nothing_that_could_be_read() -> None:
    assert "nothing could be read" == as_text(look([b"{", b"[]"], settings()))
