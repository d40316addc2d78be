"""The world of people: as rough as life, and of known truth."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace
from datetime import datetime
from itertools import pairwise
from random import Random
from statistics import fmean, pvariance
from typing import Any, NamedTuple

import msgspec
import pytest

from stream.errors import ConfigError
from stream.events.mention import PLATFORMS, Mention
from stream.lab.people import People
from stream.lab.scenario import DAY, HOUR, NEGATIVE_SCORE, Arrival, Brand, Crowd, Few, Scenario, Shift, Story

START = datetime.fromisoformat("2026-01-05T00:00:00Z").timestamp()
DAYS = 14
SEED = 7


def quiet(*rates: float, days: float = 1.0) -> Scenario:
    """Brands `b0`, `b1` … of so many mentions an hour each; nothing happens."""
    brands = tuple(Brand(brand_id=f"b{number}", mentions_per_hour=rate) for number, rate in enumerate(rates))
    return Scenario(start=START, end=START + days * DAY, brands=brands)


def befallen(*stories: Story, rate: float = 5.0, days: float = 1.0) -> Scenario:
    """One brand to which these happen."""
    return replace(quiet(rate, days=days), stories=stories)


def crowd(**fields: Any) -> Crowd:
    """From 6:00 to 12:00, 200 authors an hour."""
    usual: dict[str, Any] = {
        "story_id": "s",
        "brand_id": "b0",
        "name": "crisis",
        "start": START + 6 * HOUR,
        "end": START + 12 * HOUR,
        "authors_per_hour": 200.0,
    }
    return Crowd(**{**usual, **fields})


def arrivals(scenario: Scenario, seed: int = 1) -> list[Arrival]:
    return [arrival for hour in People(scenario, seed).hours() for arrival in hour]


def hourly(found: list[Arrival], hours: int) -> list[int]:
    counts = Counter(int((arrival.published_at - START) // HOUR) for arrival in found)
    return [counts[hour] for hour in range(hours)]


class Told(NamedTuple):
    """A mention and what its author truly meant."""

    arrival: Arrival
    mood: str

    @property
    def is_scored_negative(self) -> bool:
        score: float = self.arrival.mention["sentiment"]["score"]
        return score <= NEGATIVE_SCORE


def say_mood(random: Random, topic: str, language: str, mood: str, *, boycott: bool = False) -> str:
    """Instead of words."""
    return f"{mood} boycott {random.random()}" if boycott else f"{mood} {topic} {random.random()}"


@pytest.fixture(autouse=True)
def _moods_for_texts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stream.lab.phrases.say", say_mood)


@pytest.fixture(scope="module")
def fortnight() -> tuple[Scenario, list[Told]]:
    """Four brands of 40 an hour. The moods are those of the same stream in texts."""
    scenario = quiet(*[40.0] * 4, days=DAYS)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("stream.lab.phrases.say", say_mood)
        texts = arrivals(replace(scenario, content="text"), SEED)
    scored = arrivals(scenario, SEED)
    assert [arrival.mention["mention_id"] for arrival in texts] == [arrival.mention["mention_id"] for arrival in scored]
    moods = (arrival.mention["text"].split()[0] for arrival in texts)
    return scenario, [Told(arrival, mood) for arrival, mood in zip(scored, moods, strict=True)]


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others() -> None:
    scenario = befallen(crowd(), rate=20.0)
    first, same, other = (msgspec.json.encode(arrivals(scenario, seed)) for seed in (3, 3, 4))
    assert first == same
    assert first != other
    world = People(scenario, 3)
    assert list(world.hours()) == list(world.hours())


def test_mentions_are_of_the_contract_and_times_are_those_of_the_arrival() -> None:
    scenario = replace(befallen(crowd(), crowd(story_id="w", near_duplicates=True), rate=50.0), content="text")
    found = arrivals(scenario)
    for arrival in found:
        mention = msgspec.convert(arrival.mention, Mention)
        assert mention.platform in PLATFORMS
        assert mention.author is not None
        assert mention.collected_at is not None
        assert pytest.approx(arrival.published_at, abs=0.0011) == mention.published_at.timestamp()
        assert pytest.approx(arrival.at, abs=0.0011) == mention.collected_at.timestamp()
        assert arrival.published_at < arrival.at
        assert arrival.mention["published_at"].endswith("Z")
    assert len(found) == len({arrival.mention["mention_id"] for arrival in found})


def test_each_hour_brings_what_is_published_in_it() -> None:
    scenario = replace(quiet(50.0), start=START + 1234.5, stories=(crowd(),))
    for number, hour in enumerate(People(scenario, 1).hours()):
        begin = scenario.start + number * HOUR
        assert all(begin <= arrival.published_at < begin + HOUR for arrival in hour)


def test_a_brand_stays_as_it_is_when_others_and_stories_are_added() -> None:
    """Told by its ordinary mentions."""
    alone = arrivals(quiet(20.0))
    more = replace(quiet(20.0, 30.0), stories=(crowd(), crowd(story_id="other", brand_id="b1")))
    found = [one for one in arrivals(more) if one.mention["brand_id"] == "b0"]
    assert alone == [one for one in found if one.story == -1]
    assert {-1, 0} == {one.story for one in found}


@pytest.mark.parametrize("rate", [1.0, 30.0, 10_000.0])
def test_what_is_expected_of_a_week_is_the_rate(rate: float) -> None:
    scenario = quiet(rate, days=7)
    usual = People(scenario, 2).normal(scenario.brands[0])
    assert pytest.approx(rate, rel=0.05) == fmean(usual.mentions)
    assert pytest.approx(0.2, abs=0.01) == fmean(usual.negative_share)
    assert 168 == len(usual.mentions) == len(usual.negative_share)


@pytest.mark.slow
def test_what_is_usual_fits_the_stream(fortnight: tuple[Scenario, list[Told]]) -> None:
    """Mentions, also by the hour of the day; unhappy ones; the scorer; how far counts are from what is expected."""
    scenario, told = fortnight
    world = People(scenario, SEED)
    seen, expected, squares, excess = [0.0] * 24, [0.0] * 24, 0.0, 0.0
    told_dispersion = []
    for brand in scenario.brands:
        usual = world.normal(brand)
        counts = hourly([one.arrival for one in told if one.arrival.mention["brand_id"] == brand.brand_id], DAYS * 24)
        for hour, (count, mean) in enumerate(zip(counts, usual.mentions, strict=True)):
            seen[hour % 24] += count
            expected[hour % 24] += mean
            excess += (count - mean) ** 2 - mean
            squares += mean**2
        told_dispersion.append(usual.dispersion)
    assert pytest.approx(sum(expected), rel=0.05) == sum(seen)
    assert expected == pytest.approx(seen, rel=0.2)
    assert pytest.approx(fmean(told_dispersion), rel=0.5) == excess / squares


def test_a_scorer_is_right_and_wrong_as_often_as_is_told(fortnight: tuple[Scenario, list[Told]]) -> None:
    """Youden's J is about a half, and every brand has its own."""
    scenario, told = fortnight
    world, informed = People(scenario, SEED), []
    for brand in scenario.brands:
        usual = world.normal(brand)
        ours = [one for one in told if one.arrival.mention["brand_id"] == brand.brand_id]
        unhappy = [one.is_scored_negative for one in ours if one.mood == "negative"]
        others = [one.is_scored_negative for one in ours if one.mood != "negative"]
        assert pytest.approx(usual.true_positive_rate, rel=0.1) == fmean(unhappy)
        assert pytest.approx(usual.false_positive_rate, rel=0.15) == fmean(others)
        assert pytest.approx(0.2, rel=0.15) == len(unhappy) / len(ours)
        informed.append(usual.true_positive_rate - usual.false_positive_rate)
    assert 0.4 < min(informed) < max(informed) < 0.6
    assert max(informed) - min(informed) > 0.02


def test_threads_are_misread_together(fortnight: tuple[Scenario, list[Told]]) -> None:
    """Two posts of a thread, neither unhappy: one taken for unhappy makes the other likelier to be. No reposts."""
    threads: dict[str, list[bool]] = defaultdict(list)
    for one in fortnight[1]:
        if one.mood != "negative" and "repost_of" not in one.arrival.mention:
            threads[one.arrival.mention["thread_id"]].append(one.is_scored_negative)
    pairs = [pair for posts in threads.values() for pair in pairwise(posts)]
    after_error = fmean(second for first, second in pairs if first)
    after_none = fmean(second for first, second in pairs if not first)
    assert after_error > after_none + 0.15


@pytest.mark.slow
@pytest.mark.parametrize(("rate", "brands", "days", "ratio"), [(10, 6, 14, 4), (100, 3, 7, 30), (600, 2, 3, 100)])
def test_counts_are_as_clustered_as_life(rate: float, brands: int, days: int, ratio: float) -> None:
    """Variance by mean of the mentions an hour, the seasons included."""
    found: dict[str, list[Arrival]] = defaultdict(list)
    for arrival in arrivals(quiet(*[rate] * brands, days=days)):
        found[arrival.mention["brand_id"]].append(arrival)
    ratios = [pvariance(counts) / fmean(counts) for counts in (hourly(one, days * 24) for one in found.values())]
    assert ratio / 2 < fmean(ratios) < ratio * 2


def test_some_people_say_much_and_most_say_it_once(fortnight: tuple[Scenario, list[Told]]) -> None:
    authors = Counter(one.arrival.mention["author"]["ref"] for one in fortnight[1])
    times = sorted(authors.values(), reverse=True)
    assert times[0] > 100
    assert 1 == times[len(times) // 2]
    followers = sorted(one.arrival.mention["author"]["followers"] for one in fortnight[1])
    assert followers[-1] > 1000 * followers[len(followers) // 2]


def test_some_people_are_sour(fortnight: tuple[Scenario, list[Told]]) -> None:
    """Of those who say much, some are unhappy far oftener than others."""
    moods: dict[str, list[bool]] = defaultdict(list)
    for one in fortnight[1]:
        moods[one.arrival.mention["author"]["ref"]].append(one.mood == "negative")
    shares = sorted(fmean(said) for said in moods.values() if len(said) >= 30)
    assert shares[0] < 0.08
    assert shares[-1] > 0.4


def test_threads_are_small_and_a_few_are_large(fortnight: tuple[Scenario, list[Told]]) -> None:
    sizes = sorted(Counter(one.arrival.mention["thread_id"] for one in fortnight[1]).values(), reverse=True)
    assert 1 == sizes[len(sizes) // 2]
    assert sizes[0] > 40
    assert 0.4 < 1 - len(sizes) / sum(sizes) < 0.62


def test_a_third_of_the_talk_is_reposts_where_people_repost(fortnight: tuple[Scenario, list[Told]]) -> None:
    everything = Counter(one.arrival.mention["platform"] for one in fortnight[1])
    reposts = Counter(one.arrival.mention["platform"] for one in fortnight[1] if "repost_of" in one.arrival.mention)
    assert 0.27 < reposts.total() / everything.total() < 0.38
    assert 0.33 < reposts["x"] / everything["x"] < 0.45
    assert reposts["reddit"] < 0.1 * everything["reddit"]
    assert 0 == reposts["news"] + reposts["review"] + reposts["forum"]


@pytest.mark.parametrize("content", ["sentiment", "text"])
def test_a_repost_says_what_its_post_says(content: Any) -> None:
    """By somebody else, in the same thread, later."""
    found = arrivals(replace(befallen(crowd(boycott_share=0.5), rate=20.0), content=content))
    posts = {one.mention["mention_id"]: one for one in found}
    reposts = [one for one in found if one.mention.get("repost_of") in posts]
    assert len(reposts) > 100
    for one in reposts:
        post = posts[one.mention["repost_of"]]
        for field in ("sentiment", "text", "language", "intents", "thread_id", "platform"):
            assert post.mention.get(field) == one.mention.get(field)
        assert post.mention["author"]["ref"] != one.mention["author"]["ref"]
        assert post.published_at < one.published_at


def test_without_thread_fields_the_mentions_are_otherwise_the_same() -> None:
    fields = {"thread_id", "in_reply_to", "repost_of"}
    scenario = befallen(crowd(trigger="owned_post"), rate=20.0)
    bare = [arrival.mention for arrival in arrivals(replace(scenario, threads=False))]
    full = [arrival.mention for arrival in arrivals(scenario)]
    assert [{key: one[key] for key in one if key not in fields} for one in full] == bare
    assert {"thread_id"} == set.intersection(*(fields & one.keys() for one in full))


def test_news_and_reviews_come_late() -> None:
    """All others within a minute and a half."""
    late = defaultdict(list)
    for arrival in arrivals(befallen(crowd(platforms=(("x", 0.0), ("news", 0.0), ("review", 0.0))))):
        late[arrival.mention["platform"]].append(arrival.at - arrival.published_at)
    assert 5 <= min(late["x"]) <= max(late["x"]) <= 90
    assert 500 < max(late["news"]) < 1810
    assert 2400 < max(late["review"]) < 4210


def test_nights_are_quieter(fortnight: tuple[Scenario, list[Told]]) -> None:
    """Every brand has hours in which it is talked about less than half as much as in others."""
    for brand in fortnight[0].brands:
        counts = hourly([one.arrival for one in fortnight[1] if one.arrival.mention["brand_id"] == brand.brand_id], 336)
        hours = sorted(sum(counts[hour::24]) for hour in range(24))
        assert 2 * sum(hours[:3]) < sum(hours[-3:])


def test_the_first_hours_are_not_emptier() -> None:
    """Threads were under way when the stream began: the first hours are as expected."""
    scenario = quiet(*[30.0] * 12, days=0.25)
    world = People(scenario, 5)
    expected = sum(sum(world.normal(brand).mentions) for brand in scenario.brands)
    assert pytest.approx(expected, rel=0.15) == len(arrivals(scenario, 5))


def test_a_crowd_is_as_large_and_as_unhappy_as_was_said() -> None:
    """New people, who start threads and answer each other; reposts come on top, by others."""
    story = crowd(
        negative_share=0.7, positive_share=0.1, boycott_share=0.3, fade_hours=0.0, hashtag="#off", topic="fire"
    )
    found = [one for one in arrivals(replace(befallen(story), content="text")) if one.story == 0]
    assert all(story.start <= one.published_at < story.end for one in found)
    voices = [one.mention for one in found if "repost_of" not in one.mention]
    assert pytest.approx(200 * 6, rel=0.1) == len(voices) == len({one["author"]["ref"] for one in voices})
    assert len(found) > 1.2 * len(voices)
    moods = Counter(one["text"].split()[0] for one in voices)
    assert pytest.approx(0.7, abs=0.05) == moods["negative"] / len(voices)
    assert pytest.approx(0.1, abs=0.03) == moods["positive"] / len(voices)
    calls = sum("boycott" in one["text"] for one in voices)
    assert pytest.approx(0.3, abs=0.05) == calls / moods["negative"]
    assert pytest.approx(0.5, abs=0.05) == sum("#off" in one["text"] for one in voices) / len(voices)
    sizes = sorted(Counter(one["thread_id"] for one in voices).values(), reverse=True)
    assert sizes[0] > 0.03 * len(voices)
    assert len(sizes) > 0.25 * len(voices)


def test_calls_for_a_boycott_are_intents_where_there_is_no_text() -> None:
    found = arrivals(befallen(crowd(negative_share=1.0, boycott_share=0.5)))
    calls = [one.mention.get("intents") for one in found if one.story == 0]
    assert pytest.approx(0.5, abs=0.1) == fmean(call == ["boycott"] for call in calls)


def test_platforms_join_a_crowd_in_their_order() -> None:
    story = crowd(platforms=(("reddit", 0.0), ("x", HOUR), ("news", 3 * HOUR)))
    first: dict[str, float] = {}
    for one in sorted(arrivals(befallen(story)), key=lambda arrival: arrival.published_at):
        if one.story == 0:
            first.setdefault(one.mention["platform"], one.published_at - story.start)
    assert ["reddit", "x", "news"] == list(first)
    assert first["reddit"] < 0.5 * HOUR
    assert HOUR <= first["x"] < 1.5 * HOUR
    assert 3 * HOUR <= first["news"] < 4 * HOUR


def test_a_post_of_the_brand_begins_what_it_set_off() -> None:
    found = sorted(
        (one for one in arrivals(befallen(crowd(trigger="owned_post"))) if one.story == 0),
        key=lambda arrival: arrival.published_at,
    )
    owned = found[0].mention
    assert owned["author"]["is_brand"]
    answers = [one.mention.get("in_reply_to") == owned["mention_id"] for one in found]
    assert any(answers[1:10])
    assert sum(answers) > 50
    assert 1 == sum(one.mention["author"].get("is_brand", False) for one in found)


def test_a_coordinated_wave_gives_itself_away() -> None:
    """Young accounts, few texts and threads, times by the clock."""
    story = crowd(near_duplicates=True, platforms=(("x", 0.0),), negative_share=1.0)
    found = [one for one in arrivals(befallen(story)) if one.story == 0]
    created = [datetime.fromisoformat(one.mention["author"]["created_at"]).timestamp() for one in found]
    assert all(0 < story.start - at < 10 * DAY for at in created)
    assert len(found) == len({one.mention["author"]["ref"] for one in found})
    assert len({one.mention["thread_id"] for one in found}) < 10
    assert len({one.mention["sentiment"]["score"] for one in found}) < 250
    gaps = [second.published_at - first.published_at for first, second in pairwise(found)][:500]
    assert max(gaps) < 1.2 * min(gaps)


@pytest.mark.parametrize("thread", [False, True])
def test_a_few_say_what_they_say(thread: bool) -> None:
    few = Few(
        story_id="f", brand_id="b0", name="quarrel", start=START + HOUR, end=START + 5 * HOUR,
        authors=3, posts=60, mood="negative", platform="forum", thread=thread,
    )  # fmt: skip
    found = [one for one in arrivals(replace(befallen(few), content="text")) if one.story == 0]
    assert 60 == len(found)
    assert 3 == len({one.mention["author"]["ref"] for one in found})
    assert (1 if thread else 60) == len({one.mention["thread_id"] for one in found})
    assert {("forum", "negative")} == {(one.mention["platform"], one.mention["text"].split()[0]) for one in found}
    assert all(few.start <= one.published_at < few.end for one in found)


def test_bots_come_every_day_at_their_hour() -> None:
    few = Few(
        story_id="f", brand_id="b0", name="bots", start=START + 9 * HOUR, end=START + 3 * DAY,
        authors=2, posts=10, mood="positive", platform="x", daily=True,
    )  # fmt: skip
    found = [one for one in arrivals(befallen(few, days=3)) if one.story == 0]
    assert {9: 10, 33: 10, 57: 10} == Counter(int((one.published_at - START) // HOUR) for one in found)


@pytest.mark.parametrize("factor", [0.25, 3.0])
def test_a_shift_is_so_many_times_the_usual_talk_at_once(factor: float) -> None:
    """From its first hour to its last; before and after all is as it was."""
    shift = Shift(
        story_id="l", brand_id="b0", name="level_shift", start=START + DAY, end=START + 3 * DAY, factor=factor
    )
    usual = hourly(arrivals(quiet(60.0, days=4)), 96)
    shifted = hourly(arrivals(befallen(shift, rate=60.0, days=4)), 96)
    assert usual[:24] + usual[72:] == shifted[:24] + shifted[72:]
    assert pytest.approx(factor, rel=0.15) == sum(shifted[24:72]) / sum(usual[24:72])
    assert pytest.approx(factor, rel=0.3) == sum(shifted[24:30]) / sum(usual[24:30])


def test_people_do_not_talk_to_order() -> None:
    brand = Brand(brand_id="b0", mentions_per_hour=1.0, buckets=(1, 2, 3))
    with pytest.raises(ConfigError, match="counts are taken over by the flow world only"):
        People(replace(quiet(), brands=(brand,)), 1)
