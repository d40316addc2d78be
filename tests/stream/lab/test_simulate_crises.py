"""Crises of the first world: as large, as long, as unhappy and in such places as they are told to be."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from random import Random
from typing import Any

import pytest

from stream.events.crisis import KINDS as OF_THE_CONTRACT
from stream.lab.scenario import HOUR, Crowd, Story
from stream.lab.stories import KINDS, crisis, unhappy_per_hour
from tests.stream.lab.streams import ACME, START, arrivals, at, befallen, crowd, hourly, mood, of_story, quiet

BRAND = quiet(20.0).brands[0]
BEGIN = START + 30 * HOUR


def told(seed: int = 1, **fixed: Any) -> list[Story]:
    """A crisis of BRAND, drawn but for these fields."""
    usual: dict[str, Any] = {"profile": "step", "factor": 10.0, "hours": 48.0, "again": False, "platforms": ()}
    return crisis(Random(seed), "acme-crisis", BRAND, BEGIN, **{**usual, **fixed})


def unhappy_authors(mentions: list[dict[str, Any]]) -> int:
    """Of texts that are no reposts, each hour anew."""
    return len(
        {
            (mention["author"]["ref"], at(mention) // HOUR)
            for mention in mentions
            if "repost_of" not in mention and "negative" == mood(mention)
        }
    )


@pytest.mark.parametrize("factor", [3.0, 10.0, 30.0])
def test_at_its_height_a_crisis_has_so_many_times_the_usual_unhappy_authors(factor: float) -> None:
    """Over a day and a half of some crises, against usual days."""
    usual = more = 0
    for seed in range(3):
        (story,) = told(seed, factor=factor, topic="safety", boycott_share=0.0)
        assert isinstance(story, Crowd)
        assert (factor, "crisis", True) == (story.factor, story.name, story.is_crisis)
        found = arrivals(replace(befallen(story, rate=20.0, days=3), content="text"), seed)
        usual += unhappy_authors([one.mention for one in found if one.story < 0])
        high = [one for one in found if one.story == 0 and one.published_at < story.start + 36 * HOUR]
        more += unhappy_authors([one.mention for one in high])
    assert pytest.approx(factor, rel=0.25) == 1.0 + more / 36 / (usual / 72)


def test_a_step_is_there_at_once_and_fades_at_its_end() -> None:
    story = crowd(fade_hours=2.0)
    assert [0.0, 1.0, 1.0, 0.5, 0.0] == [story.intensity(START + hour * HOUR) for hour in (5.9, 6.0, 10.0, 11.0, 12.0)]
    counts = hourly([at(mention) for mention in of_story(befallen(story))], 24)
    assert 0 == sum(counts[:6]) == sum(counts[12:])
    assert min(counts[6:10]) > 100
    assert counts[11] < min(counts[6:10])


def test_an_exponential_growth_doubles() -> None:
    """From a twentieth of its height, every half hour here."""
    story = crowd(profile="exponential", doubling_minutes=30.0, authors_per_hour=2000.0)
    assert [0.05, 0.1, 0.2, 0.4, 0.8, 1.0] == [story.intensity(START + (6 + half / 2) * HOUR) for half in range(6)]
    counts = hourly([at(mention) for mention in of_story(befallen(story))], 24)
    assert counts[6] * 1.5 < counts[7] < counts[8]


def test_a_slow_burn_rises_evenly() -> None:
    """To its height within its ramp."""
    story = crowd(profile="slow", ramp_hours=4.0, authors_per_hour=1000.0)
    assert [0.05, 0.25, 0.5, 1.0, 1.0] == [story.intensity(START + hour * HOUR) for hour in (6, 7, 8, 10, 11)]
    counts = hourly([at(mention) for mention in of_story(befallen(story))], 24)
    assert counts[6] < counts[7] < counts[9]


@pytest.mark.parametrize("profile", ["step", "exponential", "slow"])
def test_every_crisis_reaches_its_height(profile: str) -> None:
    """However short it was drawn, and lasts as long as it says at least."""
    for seed in range(50):
        (story,) = told(seed, profile=profile, hours=3.0)
        assert isinstance(story, Crowd)
        assert story.end - story.start >= 3 * HOUR
        steps = range(int((story.end - story.start) // 300))
        assert max(story.intensity(story.start + step * 300) for step in steps) > 0.95


def test_a_crisis_lasts_from_its_start_to_its_end() -> None:
    (story,) = told(hours=9.0)
    assert 9 * HOUR == story.end - story.start
    times = [at(mention) for mention in of_story(befallen(story, days=3))]
    assert story.start <= min(times) < story.start + HOUR
    assert story.end - 2 * HOUR < max(times) < story.end


def test_some_of_the_unhappy_call_for_a_boycott() -> None:
    """As many as was said, of the unhappy ones."""
    found = of_story(befallen(crowd(authors_per_hour=400.0, negative_share=0.8, boycott_share=0.2)))
    calls = [mention for mention in found if mention.get("intents") == ["boycott"]]
    assert pytest.approx(0.16, abs=0.03) == len(calls) / len(found)


def test_platforms_join_in_their_order() -> None:
    """Each after its time, none before."""
    platforms = (("tiktok", 0.0), ("instagram", 2 * HOUR), ("x", 4 * HOUR))
    found = of_story(befallen(crowd(platforms=platforms)))
    first: dict[str, float] = {}
    for mention in found:
        first.setdefault(mention["platform"], at(mention) - START - 6 * HOUR)
    assert ["tiktok", "instagram", "x"] == list(first)
    for name, after in platforms:
        assert after <= first[name] < after + HOUR


def test_without_platforms_a_crisis_is_where_people_usually_are() -> None:
    scenario = befallen(crowd(), rate=100.0)
    found = arrivals(scenario)
    ours, usual = (Counter(one.mention["platform"] for one in found if one.story == number) for number in (0, -1))
    assert set(usual) == set(ours)
    assert usual.most_common(1)[0][0] in dict(ours.most_common(2))


def test_it_may_flare_up_again() -> None:
    """A second phase after some hours of quiet, that says whose it is, and is no larger."""
    first, second = told(again=True, kind="safety")
    assert isinstance(first, Crowd)
    assert isinstance(second, Crowd)
    assert (first.story_id, "safety", True) == (second.phase_of, second.kind, second.is_crisis)
    assert 6 * HOUR <= second.start - first.end <= 16 * HOUR
    assert second.authors_per_hour <= first.authors_per_hour
    expected = (second.factor or 0.0) - 1.0
    assert (
        pytest.approx(expected * unhappy_per_hour(BRAND) / second.negative_share, rel=0.02) == second.authors_per_hour
    )


@pytest.mark.parametrize(("kind", "trigger"), [("failed_post", "owned_post"), ("failed_collaboration", "campaign")])
def test_what_the_brand_set_off_begins_with_its_post(kind: str, trigger: str) -> None:
    """Said by its own account, before anybody else."""
    (story,) = told(kind=kind)
    assert isinstance(story, Crowd)
    assert trigger == story.trigger
    first, *others = of_story(befallen(story, days=3))
    assert first["author"]["is_brand"]
    assert pytest.approx(story.start, abs=0.001) == at(first)
    assert others
    assert not any(mention["author"].get("is_brand") for mention in others)


def test_a_coordinated_wave_shows_what_gives_it_away() -> None:
    """Young accounts that nobody knows, one text up to a sign, at regular times."""
    story = crowd(near_duplicates=True, topic="competitor_smear")
    found = of_story(replace(befallen(story, languages=("en", "pl")), content="text"))
    own = [mention for mention in found if "repost_of" not in mention]
    assert 1 == len({mention["text"].rstrip("!") for mention in own})
    assert 3 == len({mention["text"] for mention in own})
    assert 1 == len({mention["language"] for mention in own})
    assert all(abs((at(mention) + 10.0) % 20.0 - 10.0) < 0.01 for mention in own)
    for mention in found:
        created = at(mention["author"], "created_at")
        assert 0.9 < (at(mention) - created) / 86400 < 9.1
        assert mention["author"]["ref"].startswith(story.story_id)


def test_a_crowd_is_of_many_people() -> None:
    """Nearly every voice a new one, a few of those who spoke before; a quarter on top are reposts."""
    found = of_story(befallen(crowd(authors_per_hour=500.0)))
    authors = {mention["author"]["ref"] for mention in found}
    assert len(authors) > 0.9 * len(found)
    assert 0.05 < sum(not ref.startswith("acme-story") for ref in authors) / len(authors) < 0.15
    assert pytest.approx(0.23, abs=0.04) == sum("repost_of" in mention for mention in found) / len(found)


def test_answers_and_reposts_come_after_what_they_are_about() -> None:
    """Of the same crowd; a reply in five, in the thread of what it answers."""
    found = {mention["mention_id"]: mention for mention in of_story(befallen(crowd(authors_per_hour=500.0)))}
    replies = [mention for mention in found.values() if "in_reply_to" in mention]
    assert pytest.approx(0.23, abs=0.04) == len(replies) / len(found)
    for mention in found.values():
        about = found.get(mention.get("in_reply_to") or mention.get("repost_of") or "")
        if about is not None:
            assert at(about) <= at(mention)
            assert about.get("thread_id", about["mention_id"]) == mention["thread_id"]


def test_kinds_are_those_of_the_contract_and_all_are_drawn() -> None:
    assert set(OF_THE_CONTRACT) - {"unknown"} == set(KINDS)
    drawn = {story.kind for seed in range(200) for story in told(seed) if isinstance(story, Crowd)}
    assert set(KINDS) == drawn
    assert {ACME} == {story.brand_id for story in told()}
