"""Streams of known truth: records of the contract in order of arrival, and a truth that fits them."""

from __future__ import annotations

import gzip
import hashlib
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import msgspec
import orjson
import pytest

from stream.errors import ConfigError
from stream.events.activity import BrandActivity
from stream.events.mention import PLATFORMS
from stream.lab.flow import Flow
from stream.lab.scenario import DAY, HOUR, Content, Fault, Scenario, Story
from stream.lab.simulate import WORLDS, activities, write
from stream.lab.stories import DECOYS, crisis, decoy
from stream.lab.truth import Tally, Truth, read_truth
from tests import truths
from tests.conftest import ROOT
from tests.stream.lab.streams import START, arrivals, at, befallen, crowd, decoded, quiet, stream

THREAD_FIELDS = {"thread_id", "in_reply_to", "repost_of"}


def everything(content: Content = "sentiment") -> Scenario:
    """A brand to which all happens that can happen, within a day."""
    brand = quiet(4.0).brands[0]
    stories: list[Story] = []
    for number, name in enumerate(DECOYS):
        stories += decoy(Random(number), name, f"acme-{name}", brand, START + 2 * HOUR)
    for number, kind in enumerate(("failed_post", "safety", "price")):
        begin = START + (5 + number) * HOUR
        stories += crisis(Random(number), f"acme-{kind}", brand, begin, kind=kind, hours=6.0, boycott_share=0.2)
    return replace(quiet(4.0, languages=("en", "uk", "ru", "pl", "he", "zh")), stories=tuple(stories), content=content)


def written(chosen: Scenario, out: Path, world: str = "flow", seed: int = 1) -> list[dict[str, Any]]:
    """The stream, through a file."""
    count = write(chosen, world, seed, out)
    lines = gzip.decompress((out / "mentions.jsonl.gz").read_bytes()).splitlines()
    assert count == len(lines)
    return [orjson.loads(line) for line in lines]


@pytest.mark.parametrize("content", ["sentiment", "text"])
def test_mentions_are_of_the_contract(content: Content) -> None:
    """Of ordinary talk, every story and every fault: each passes the door's own type."""
    chosen = everything(content)
    found = stream(chosen)
    assert {story.name for story in chosen.stories} == {*DECOYS, "crisis"}
    for mention in found:
        taken = decoded(mention)
        assert taken.platform in PLATFORMS
        assert taken.collected_at is not None
        assert taken.published_at < taken.collected_at
        assert content == "sentiment" or (taken.sentiment is None and taken.intents is None)
        assert content == "text" or (taken.text is None and taken.language is None)
    if content == "text":
        assert {"en", "uk", "ru", "pl", "he", "zh"} == {mention["language"] for mention in found}
        assert any(mention.get("text") for mention in found)


def test_without_threads_no_mention_says_one() -> None:
    """As from many collectors; otherwise some do."""
    chosen = everything()
    assert set.union(*map(set, stream(chosen))) > THREAD_FIELDS
    assert not any(THREAD_FIELDS & set(mention) for mention in stream(replace(chosen, threads=False)))


def test_mentions_come_in_the_order_of_arrival() -> None:
    """A record that is delivered twice says twice when it was first collected; all others rise."""
    chosen = everything()
    stories = tuple(story for story in chosen.stories if story.name != "delivered_twice")
    collected = [at(mention, "collected_at") for mention in stream(replace(chosen, stories=stories))]
    assert sorted(collected) == collected
    assert START < collected[0]


def test_ids_are_unique_but_for_what_is_told_again() -> None:
    """Ordinary talk and stories, of several brands."""
    stories = (crowd(), crowd(story_id="acme-2", start=START))
    found = arrivals(replace(quiet(20.0, 20.0), stories=stories))
    assert len(found) == len({(one.mention["brand_id"], one.mention["mention_id"]) for one in found})


def test_a_day_outside_any_hour_is_a_day() -> None:
    """As the demo's, which ends now."""
    chosen = replace(befallen(crowd()), start=START + 1234.5, end=START + DAY + 1234.5)
    found = arrivals(chosen)
    assert chosen.start <= min(one.published_at for one in found)
    assert max(one.published_at for one in found) < chosen.end


def test_nothing_is_published_after_the_end() -> None:
    """Nor in stories that go on, nor in what answers them."""
    chosen = befallen(crowd(start=START + 20 * HOUR, end=START + 40 * HOUR), rate=100.0)
    assert max(at(mention) for mention in stream(chosen)) < chosen.end
    assert any(at(mention, "collected_at") > chosen.end for mention in stream(chosen))


# ---------------------------------------------------------------- as files


def test_the_same_arguments_write_the_same_bytes(tmp_path: Path) -> None:
    """And another seed others, the truth of the scenario apart."""

    def digests(out: str, seed: int) -> list[str]:
        written(everything(), tmp_path / out, seed=seed)
        return [hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted((tmp_path / out).iterdir())]

    first, again, other = digests("first", 1), digests("again", 1), digests("other", 2)
    assert 3 == len(first)
    assert first == again
    assert first[1] != other[1]


def test_the_file_is_the_stream(tmp_path: Path) -> None:
    """Packed, with no name and no time in its header."""
    chosen = everything()
    assert stream(chosen) == written(chosen, tmp_path)
    assert b"\x1f\x8b\x08\x00\0\0\0\0" == (tmp_path / "mentions.jsonl.gz").read_bytes()[:8]


def test_progress_is_told(tmp_path: Path) -> None:
    """Now and then, and never backwards."""
    shares: list[float] = []
    write(quiet(600.0), "flow", 1, tmp_path, shares.append)
    assert shares
    assert sorted(shares) == shares
    assert all(0.0 < share <= 1.0 for share in shares)


def test_the_truth_is_read_as_it_was_written(tmp_path: Path) -> None:
    """What was drawn, what is usual, and how much was said."""
    chosen = everything()
    found = written(chosen, tmp_path, seed=3)
    truth = read_truth(tmp_path / "truth.json")
    assert truth.as_json() == (tmp_path / "truth.json").read_bytes()
    world, tally = Flow(chosen, 3), Tally(chosen)
    for hour in world.hours():
        tally.add(hour)
    normals = {brand.brand_id: world.normal(brand) for brand in chosen.brands}
    assert truth.as_json() == Truth.of(chosen, "flow", 3, normals, tally).as_json()
    assert {"world": "flow", "seed": 3, "content": "sentiment", "threads": True} == truth.scenario
    assert (chosen.start, chosen.end) == (truth.start, truth.end)
    assert min(story.start for story in chosen.stories) == truth.judged_from, "shorter than the week of learning"
    (brand,) = truth.brands
    assert ("acme", 4.0, 24, 24) == (
        brand.brand_id,
        brand.mentions_per_hour,
        len(brand.expected),
        len(brand.negative_share),
    )
    assert len(found) > sum(brand.expected)
    for told, story in zip(truth.stories, chosen.stories, strict=True):
        assert (told.story_id, told.brand_id, told.name) == (story.story_id, story.brand_id, story.name)
        assert told.is_crisis == story.is_crisis
        assert pytest.approx(story.start, abs=0.001) == told.start


def test_the_truth_counts_what_was_said() -> None:
    """Every five minutes, by when it was published, before anything goes wrong on the way."""
    stall = Fault(story_id="f", brand_id="acme", name="x", start=START, end=START + DAY, fault="collector_stall")
    chosen = befallen(crowd(start=START + 6 * HOUR + 100.0, end=START + 9 * HOUR), stall)
    tally = Tally(chosen)
    for hour in Flow(chosen, 1).hours():
        tally.add(hour)
    truth = Truth.of(chosen, "flow", 1, {"acme": Flow(chosen, 1).normal(chosen.brands[0])}, tally)
    story, fault = truth.stories
    times = sorted(one.published_at - story.start for one in arrivals(chosen) if one.story == 0)
    assert Counter(int(time // 300) for time in times) == Counter(
        {step: count for step, count in enumerate(story.mentions) if count}
    )
    assert [] == fault.mentions
    assert sum(time < 3600 for time in times) == story.mentions_until(story.start + 3600)
    assert (0, len(times)) == (story.mentions_until(START), story.mentions_until(story.end + 300))


def test_the_truth_of_a_crisis_says_what_is_known_of_it(tmp_path: Path) -> None:
    """And leaves out what it has not."""
    written(befallen(crowd(factor=5.0, kind="safety", platforms=(("x", 0.0),))), tmp_path)
    (story,) = read_truth(tmp_path / "truth.json").stories
    assert (5.0, "safety", "step", [["x", 0]]) == tuple(
        story.details[key] for key in ("factor", "kind", "profile", "platforms")
    )
    assert not {"phase_of", "trigger", "hashtag", "near_duplicates", "start", "name"} & set(story.details)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is no truth of a simulated stream"),
        (b"{}", "is no truth of a simulated stream"),
        (b"\xff", "is no truth of a simulated stream"),
    ],
)
def test_what_is_no_truth_is_refused(content: bytes, said: str, tmp_path: Path) -> None:
    (tmp_path / "truth.json").write_bytes(content)
    with pytest.raises(ConfigError, match=rf"truth\.json: {said}"):
        read_truth(tmp_path / "truth.json")


@pytest.mark.parametrize(
    ("part", "name", "value", "said"),
    [
        ("brands", "expected", [], "array. of length >= 1"),
        ("brands", "expected", [-1.0], ">= 0.0"),
        ("brands", "negative_share", [0.5], "a negative share for each hour"),
        ("brands", "dispersion", -3.0, ">= 0.0"),
        ("stories", "end", 1.0, "ends before it begins"),
        ("stories", "end", 1e30, "<= 100000000000"),
        ("stories", "details", {"factor": "many"}, "factor of a story is no number"),
        ("stories", "details", {"kind": 5}, "kind or profile of a story is no word"),
    ],
)
def test_a_truth_that_makes_no_sense_is_refused(part: str, name: str, value: object, said: str, tmp_path: Path) -> None:
    given = msgspec.to_builtins(truths.truth(truths.story("crisis", 0.0, 6.0)))
    given[part][0][name] = value
    (tmp_path / "truth.json").write_bytes(orjson.dumps(given))
    with pytest.raises(ConfigError, match=said):
        read_truth(tmp_path / "truth.json")


def test_a_truth_of_another_version_is_refused(tmp_path: Path) -> None:
    """And one that is not there."""
    written(quiet(1.0), tmp_path)
    path = tmp_path / "truth.json"
    path.write_bytes(orjson.dumps({**orjson.loads(path.read_bytes()), "version": 99}))
    with pytest.raises(ConfigError, match="is of version 99, this release reads 1"):
        read_truth(path)
    with pytest.raises(ConfigError, match="cannot be read"):
        read_truth(tmp_path / "missing.json")


def test_what_was_announced_is_written_as_activities(tmp_path: Path) -> None:
    """Of the contract; where nothing was announced there is no file, not even one of before."""
    chosen = befallen(crowd(name="product_launch", announced_lift=6.0), crowd(story_id="other"))
    written(chosen, tmp_path)
    (line,) = (tmp_path / "activity.jsonl").read_bytes().splitlines()
    activity = msgspec.json.decode(line, type=BrandActivity)
    assert ("acme", "campaign", 6.0) == (activity.brand_id, activity.kind, activity.expected_lift)
    assert activity.ends_at is not None
    assert 6 * HOUR == (activity.ends_at - activity.starts_at).total_seconds()
    assert set(orjson.loads(line)) <= set(BrandActivity.__struct_fields__)
    assert 1 == len(activities(chosen))
    written(befallen(), tmp_path)
    assert ["mentions.jsonl.gz", "truth.json"] == sorted(path.name for path in tmp_path.iterdir())


@pytest.mark.parametrize("world", sorted(WORLDS))
def test_both_worlds_write_streams(world: str, tmp_path: Path) -> None:
    """The same scenario in either: about as much, and the same stories."""
    chosen = befallen(crowd(factor=5.0), rate=20.0)
    found = written(chosen, tmp_path, world)
    assert all(decoded(mention).brand_id == "acme" for mention in found)
    truth = read_truth(tmp_path / "truth.json")
    assert (world, ["acme-story"]) == (truth.scenario["world"], [story.story_id for story in truth.stories])
    assert 0.5 < len(found) / (20.0 * 24 + 1.3 * 6 * 200) < 2.0


# ---------------------------------------------------------------- how fast

MONTH = r"""
import re, sys, time
from pathlib import Path
from stream.lab import simulate
from stream.lab.scenarios import scenario
count = simulate.write(scenario("crises", 1), "flow", 1, Path(sys.argv[1]))
# not ru_maxrss: that begins with what the parent had when it forked
peak = re.search(r"VmHWM:\s*(\d+) kB", Path("/proc/self/status").read_text())[1]
print(count, time.process_time(), peak)
"""


@pytest.mark.slow
def test_a_month_of_twelve_brands_takes_less_than_a_minute(tmp_path: Path) -> None:
    """Some 0.8 million mentions, in a process of their own of less than 400 MB."""
    done = subprocess.run(
        [sys.executable, "-c", MONTH, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    count, seconds, kilobytes = (float(word) for word in done.stdout.split())
    assert 700_000 < count < 1_200_000
    assert seconds <= 60.0
    assert kilobytes < 400_000
