"""The noise of the first world: as much as was asked for, as rough as counts are, of a mood and a scorer that are known."""

from __future__ import annotations

import tracemalloc
from collections import defaultdict
from dataclasses import replace
from functools import cache
from itertools import islice
from statistics import fmean, pvariance
from typing import Any, NamedTuple

import pytest

from stream.lab.flow import Flow
from stream.lab.scenario import HOUR, NEGATIVE_SCORE, Content, Normal
from stream.lab.simulate import mentions
from tests.stream.lab.streams import ACME, START, arrivals, at, befallen, crowd, hourly, mood, quiet, stream

SIZES = {1.0: (15, 28), 10.0: (8, 14), 100.0: (4, 7), 600.0: (3, 2)}
"""Of each rate, how many brands over how many days."""


class Seen(NamedTuple):
    """One brand: what came, and what was to be expected."""

    counts: list[int]
    usual: Normal


@cache
def seen(rate: float) -> list[Seen]:
    """Ordinary talk of brands of one size, hour by hour."""
    brands, days = SIZES[rate]
    scenario = quiet(*[rate] * brands, days=days)
    world = Flow(scenario, 4)
    times = defaultdict(list)
    for hour in world.hours():
        for arrival in hour:
            times[arrival.mention["brand_id"]].append(arrival.published_at)
    return [Seen(hourly(times[brand.brand_id], scenario.hours), world.normal(brand)) for brand in scenario.brands]


@pytest.mark.slow
@pytest.mark.parametrize("rate", SIZES)
def test_ordinary_talk_is_as_much_as_was_said(rate: float) -> None:
    """Reposts and replies included; over whole weeks, or against the season where they are not whole."""
    found = seen(rate)
    expected = fmean(fmean(one.usual.mentions) for one in found)
    assert pytest.approx(expected, rel=0.1) == fmean(fmean(one.counts) for one in found)
    if len(found[0].counts) % 168 == 0:
        assert pytest.approx(rate, rel=0.1) == fmean(fmean(one.counts) for one in found)


@pytest.mark.parametrize("rate", [1.0, 10.0, 100.0, 600.0, 10_000.0])
def test_a_brands_weeks_are_expected_to_have_its_rate(rate: float) -> None:
    scenario = quiet(*[rate] * 5, days=28)
    world = Flow(scenario, 2)
    for brand in scenario.brands:
        assert pytest.approx(rate, rel=0.05) == fmean(world.normal(brand).mentions)


def test_ten_thousand_an_hour_are_that_many() -> None:
    """Against the season of the hours."""
    scenario = quiet(10_000.0, days=1 / 6)
    world = Flow(scenario, 1)
    assert pytest.approx(sum(world.normal(scenario.brands[0]).mentions), rel=0.15) == sum(map(len, world.hours()))


@pytest.mark.parametrize(("rate", "ratio"), [(10.0, 4.0), (100.0, 30.0), (600.0, 100.0)])
def test_counts_are_as_rough_as_those_of_real_series(rate: float, ratio: float) -> None:
    """Variance over the mean of the counts an hour."""
    found = fmean(pvariance(one.counts) / fmean(one.counts) for one in seen(rate))
    assert ratio / 1.6 < found < ratio * 1.6


@pytest.mark.slow
@pytest.mark.parametrize("rate", SIZES)
def test_the_dispersion_around_what_was_expected_is_known(rate: float) -> None:
    """Variance = mean + dispersion x mean squared, of many brands together."""
    squares = excess = 0.0
    for counts, usual in seen(rate):
        excess += sum((count - mean) ** 2 - mean for count, mean in zip(counts, usual.mentions, strict=True))
        squares += sum(mean * mean for mean in usual.mentions)
    told = fmean(one.usual.dispersion for one in seen(rate))
    assert told / 1.8 < excess / squares < told * 1.8


def test_each_brand_has_its_busy_and_its_quiet_hours() -> None:
    """Where they are known to be."""
    for counts, usual in seen(100.0):
        of_day = [sum(counts[hour::24]) for hour in range(24)]
        expected = [sum(usual.mentions[hour::24]) for hour in range(24)]
        assert of_day[expected.index(max(expected))] > 1.5 * of_day[expected.index(min(expected))]


# ---------------------------------------------------------------- moods and the scorer


def shares(texts: list[dict[str, Any]]) -> float:
    """The truly negative share."""
    return fmean(mood(mention) == "negative" for mention in texts)


def scored(found: list[dict[str, Any]]) -> float:
    """The share that the scorer calls negative."""
    return fmean(mention["sentiment"]["score"] <= NEGATIVE_SCORE for mention in found)


def test_the_negative_share_of_ordinary_talk_is_what_was_said() -> None:
    """As known, over a fortnight; and as scored, with what the scorer misses and imagines."""
    scenario = quiet(20.0, days=14, negative_share=0.25)
    usual = Flow(scenario, 1).normal(scenario.brands[0])
    assert pytest.approx(0.25, abs=0.015) == fmean(usual.negative_share)
    assert pytest.approx(0.25, abs=0.02) == shares(stream(replace(scenario, content="text")))
    expected = 0.25 * usual.true_positive_rate + 0.75 * usual.false_positive_rate
    assert pytest.approx(expected, abs=0.02) == scored(stream(scenario))


def test_the_negative_share_inside_a_crisis_is_what_was_said() -> None:
    """As known and as scored."""
    scenario = befallen(crowd(negative_share=0.85, topic="safety"))
    usual = Flow(scenario, 1).normal(scenario.brands[0])

    def inside(content: Content) -> list[dict[str, Any]]:
        found = arrivals(replace(scenario, content=content))
        return [arrival.mention for arrival in found if arrival.story == 0]

    assert len(inside("text")) > 1000
    assert pytest.approx(0.85, abs=0.03) == shares(inside("text"))
    expected = 0.85 * usual.true_positive_rate + 0.15 * usual.false_positive_rate
    assert pytest.approx(expected, abs=0.04) == scored(inside("sentiment"))


def test_the_scorer_errs_as_it_is_known_to() -> None:
    """Measured on crowds that are all unhappy, or not at all, about some brands."""
    brands = quiet(*[1.0] * 6)

    def rates(share: float) -> list[float]:
        two_hours = {"end": START + 8 * HOUR, "authors_per_hour": 500.0, "negative_share": share}
        stories = tuple(
            crowd(story_id=f"{brand.brand_id}-story", brand_id=brand.brand_id, **two_hours) for brand in brands.brands
        )
        told = defaultdict(list)
        for arrival in arrivals(replace(brands, stories=stories)):
            if arrival.story >= 0:
                told[arrival.mention["brand_id"]].append(arrival.mention)
        return [scored(told[brand.brand_id]) for brand in brands.brands]

    world = Flow(brands, 1)
    for brand, true_rate, false_rate in zip(brands.brands, rates(1.0), rates(0.0), strict=True):
        usual = world.normal(brand)
        assert pytest.approx(usual.true_positive_rate, abs=0.07) == true_rate
        assert pytest.approx(usual.false_positive_rate, abs=0.07) == false_rate


def test_the_scorer_is_half_right() -> None:
    """J is about 0.5, and not far from it for any brand."""
    scenario = quiet(*[1.0] * 200)
    world = Flow(scenario, 1)
    found = [world.normal(brand) for brand in scenario.brands]
    differences = [usual.true_positive_rate - usual.false_positive_rate for usual in found]
    assert pytest.approx(0.5, abs=0.02) == fmean(differences)
    assert 0.35 < min(differences) < max(differences) < 0.65


# ---------------------------------------------------------------- how it comes


def test_each_hour_brings_what_is_published_in_it() -> None:
    scenario = replace(befallen(crowd(), rate=50.0), start=START + 1234.5)
    for number, hour in enumerate(Flow(scenario, 1).hours()):
        begin = scenario.start + number * HOUR
        assert all(begin <= arrival.published_at < begin + HOUR for arrival in hour)


def test_what_is_found_by_polling_comes_later_than_the_rest() -> None:
    """5 to 90 seconds; news after minutes, reviews after a third of an hour."""
    platforms = (("news", 0.0), ("review", 0.0), ("x", 0.0))
    delays = defaultdict(list)
    for mention in stream(befallen(crowd(platforms=platforms, authors_per_hour=500.0))):
        delays[mention["platform"]].append(at(mention, "collected_at") - at(mention))
    assert pytest.approx(360.0, rel=0.15) == fmean(delays.pop("news"))
    assert pytest.approx(1200.0, rel=0.15) == fmean(delays.pop("review"))
    assert delays
    for found in delays.values():
        assert 4.99 <= min(found) <= max(found) <= 90.01
        assert len(found) < 100 or pytest.approx(47.5, abs=4.0) == fmean(found)


def test_ordinary_talk_stays_as_it_is_when_brands_and_stories_are_added() -> None:
    """Mention by mention, ids included."""
    alone = [arrival.mention for arrival in arrivals(quiet(20.0))]
    stories = (crowd(), crowd(story_id="other", brand_id=f"{ACME}-1"))
    more = arrivals(replace(quiet(20.0, 30.0), stories=stories))
    ours = [arrival for arrival in more if arrival.mention["brand_id"] == ACME]
    assert {-1, 0} == {arrival.story for arrival in ours}
    assert alone == [arrival.mention for arrival in ours if arrival.story == -1]


def test_a_story_stays_as_it_is_when_others_are_added() -> None:
    first, second = crowd(), crowd(story_id="acme-second", start=START + 8 * HOUR)
    alone = [one for one in arrivals(befallen(first)) if one.story == 0]
    assert alone == [one for one in arrivals(befallen(first, second)) if one.story == 0]


def test_people_come_back_and_ids_do_not() -> None:
    """Some authors speak often; every account is older than what it says."""
    found = stream(quiet(50.0, days=2))
    authors = {mention["author"]["ref"] for mention in found}
    assert len(found) / 3 < len(authors) < len(found)
    assert len(found) == len({mention["mention_id"] for mention in found})
    assert all(mention["author"]["created_at"] < mention["published_at"] for mention in found)


def test_cascades_stay_on_their_platform_and_in_their_thread() -> None:
    """A fifth of the mentions answers or repeats another one; a repeat repeats it."""
    found = {mention["mention_id"]: mention for mention in stream(quiet(50.0, days=2))}
    reposts = [mention for mention in found.values() if "repost_of" in mention]
    replies = [mention for mention in found.values() if "in_reply_to" in mention]
    assert 0.1 < (len(reposts) + len(replies)) / len(found) < 0.3
    for mention in [*reposts, *replies]:
        head = found[mention["thread_id"]]
        assert head["platform"] == mention["platform"]
        assert at(head) < at(mention)
    assert all(found[mention["repost_of"]]["sentiment"] == mention["sentiment"] for mention in reposts)


def test_an_endless_stream_begins_at_once() -> None:
    """Hour by hour, made when asked for."""
    scenario = quiet(*[1.0] * 20, days=500)
    assert 100 == len(list(islice(mentions(scenario, Flow(scenario, 1), 1), 100)))


@pytest.mark.slow
def test_thousands_of_brands_take_no_more_memory_with_time() -> None:
    """2,000 brands of one mention an hour; a week is made as far as it is asked for."""
    scenario = quiet(*[1.0] * 2000, days=7)
    came = mentions(scenario, Flow(scenario, 1), 1)
    assert 1000 < len({mention["brand_id"] for mention in islice(came, 3000)})
    tracemalloc.start()
    try:
        assert 1000 == sum(1 for _ in islice(came, 1000))
        before, _ = tracemalloc.get_traced_memory()
        assert 2000 == sum(1 for _ in islice(came, 2000))
        later, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert later < before + 2_000_000
    assert peak < 20_000_000
