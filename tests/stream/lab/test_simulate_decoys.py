"""What looks like a crisis and is none: each makes what its name says. A stream without it is the same but for it."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace
from random import Random
from statistics import fmean
from typing import Any

import pytest

from stream.lab.phrases import MOODS
from stream.lab.scenario import DAY, HOUR, Content, Crowd, Few, Scenario, Story
from stream.lab.scenarios import scenario as by_name
from stream.lab.simulate import activities
from stream.lab.stories import DECOYS, LONG_DAYS, decoy
from tests.stream.lab.streams import START, arrivals, at, befallen, mood, of_story, quiet, stream

RATE = 20.0
BRAND = quiet(RATE).brands[0]
BEGIN = START + 6 * HOUR


def one(name: str) -> Any:
    """A decoy of BRAND, from 6:00 on."""
    (story,) = decoy(Random(1), name, f"acme-{name}", BRAND, BEGIN + 1000.0)
    assert (name, False, BEGIN) == (story.name, story.is_crisis, story.start)
    return story


def during(story: Story, *, days: float = 1.0, content: Content = "sentiment") -> Scenario:
    """BRAND, to which this happens."""
    return replace(befallen(story, rate=RATE, days=days), content=content)


def within(story: Story, found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What reaches us in its time; stamps are rounded."""
    return [mention for mention in found if story.start <= at(mention, "collected_at") < story.end]


def before_and_after(name: str, days: float = 1.0) -> tuple[Any, list[dict[str, Any]], list[dict[str, Any]]]:
    """A story, the stream as it would be without it, and as it is."""
    story = one(name)
    return story, stream(quiet(RATE, days=days)), stream(during(story, days=days))


def moods(name: str) -> dict[str, float]:
    """Shares of what is said in it."""
    found = Counter(mood(mention | {"text": plain(mention)}) for mention in of_story(during(one(name), content="text")))
    return {what: found[what] / found.total() for what in MOODS}


def plain(mention: dict[str, Any]) -> str:
    """A text without its hashtag."""
    return str(mention["text"]).partition(" #")[0]


# ---------------------------------------------------------------- crowds


@pytest.mark.parametrize(
    ("name", "times", "negative", "positive"),
    [
        ("viral_joy", 8.0, 0.03, 0.8),
        ("product_launch", 6.0, 0.1, 0.5),
        ("neutral_news", 8.0, 0.12, 0.08),
        ("rival_crisis", 0.6, 0.75, 0.02),
        ("new_platform", 0.35, 0.3, 0.2),
    ],
)
def test_many_come_for_another_reason(name: str, times: float, negative: float, positive: float) -> None:
    """So many times the usual talk at most, and of such a mood."""
    story = one(name)
    assert pytest.approx(times * RATE * 0.75) == story.authors_per_hour
    said = moods(name)
    assert pytest.approx(negative, abs=0.09) == said["negative"]
    assert pytest.approx(positive, abs=0.09) == said["positive"]


def test_a_launch_was_announced_and_has_a_name() -> None:
    """With the lift that is to be expected, from its start to its end."""
    story = one("product_launch")
    (announced,) = activities(during(story))
    assert (6.0, story.start) == (announced["expected_lift"], at(announced, "starts_at"))
    tagged = ["#new" in mention["text"] for mention in of_story(during(story, content="text"))]
    assert 0.35 < fmean(tagged) < 0.65


def test_news_begin_in_the_news() -> None:
    """Others take it up ten minutes later."""
    found = of_story(during(one("neutral_news")))
    assert {"news", "x"} == {mention["platform"] for mention in found}
    assert BEGIN + 600.0 <= min(at(mention) for mention in found if "x" == mention["platform"])


def test_a_new_platform_is_there_to_stay() -> None:
    """One that nobody used, for days."""
    story = one("new_platform")
    found = arrivals(during(story, days=4))
    assert {"mastodon"} == {arrival.mention["platform"] for arrival in found if arrival.story == 0}
    assert "mastodon" not in {arrival.mention["platform"] for arrival in found if arrival.story < 0}
    assert LONG_DAYS * DAY == story.end - story.start


def test_a_coordinated_wave_is_small_and_unhappy() -> None:
    """By young accounts; more of it in the tests of crowds."""
    story = one("coordinated")
    assert story.near_duplicates
    assert 0.5 * RATE * 0.75 == story.authors_per_hour
    found = of_story(during(story))
    assert found
    assert all(at(mention) - at(mention["author"], "created_at") < 10 * DAY for mention in found)
    assert 1 == len({mention["sentiment"]["score"] for mention in found})


# ---------------------------------------------------------------- ordinary talk, more or less of it


@pytest.mark.parametrize(
    ("name", "low", "high", "days"),
    [("level_shift", 2.0, 3.0, 9.0), ("holiday", 0.2, 0.5, 2.0), ("sector_night", 3.0, 6.0, 0.4)],
)
def test_talk_is_multiplied_and_its_mood_is_not(name: str, low: float, high: float, days: float) -> None:
    story, without, found = before_and_after(name, days=3)
    assert low <= story.factor <= high
    assert pytest.approx(days * DAY) == story.end - story.start
    usual, now = (len(within(story, mentions)) for mentions in (without, found))
    assert pytest.approx(story.factor, rel=0.3) == now / usual
    unhappy = fmean(mention["sentiment"]["score"] <= -0.25 for mention in within(story, found))
    assert pytest.approx(fmean(mention["sentiment"]["score"] <= -0.25 for mention in without), abs=0.1) == unhappy
    assert {-1} == {arrival.story for arrival in arrivals(during(story))}


def test_a_night_comes_over_a_whole_sector() -> None:
    """All its brands at once, and no other."""
    chosen = by_name("decoys", 1)
    nights = [story for story in chosen.stories if story.name == "sector_night"]
    sectors = {brand.brand_id: brand.sector for brand in chosen.brands}
    together = defaultdict(set)
    for story in nights:
        together[story.start].add(story.brand_id)
    assert together
    for struck in together.values():
        (sector,) = {sectors[brand_id] for brand_id in struck}
        assert struck == {brand_id for brand_id, of in sectors.items() if of == sector}


# ---------------------------------------------------------------- a few who say much


def test_one_author_shouts() -> None:
    """About 200 times within ten hours, unhappy, on one platform."""
    found = of_story(during(one("shouting_author"), content="text"))
    assert pytest.approx(200, abs=45) == len(found)
    assert 1 == len({mention["author"]["ref"] for mention in found})
    assert {("x", "negative")} == {(mention["platform"], mood(mention)) for mention in found}
    assert max(at(mention) for mention in found) - BEGIN < 10 * HOUR


def test_bots_burst_every_day_in_the_same_hour() -> None:
    """The same thirty accounts, 120 posts, no mood."""
    found = of_story(during(one("bot_burst"), days=4, content="text"))
    assert {6} == {int((at(mention) - START) % DAY // HOUR) for mention in found}
    assert [120] * 4 == [*Counter((at(mention) - START) // DAY for mention in found).values()]
    assert 30 == len({mention["author"]["ref"] for mention in found})
    assert {"neutral"} == {mood(mention) for mention in found}


def test_a_dozen_quarrel_in_one_thread() -> None:
    """On one platform, each after the other, unhappy."""
    first, *others = found = of_story(during(one("quarrel"), content="text"))
    assert 12 == len({mention["author"]["ref"] for mention in found})
    assert {("facebook", "negative")} == {(mention["platform"], mood(mention)) for mention in found}
    assert {first["mention_id"]} == {mention["thread_id"] for mention in others}
    assert "thread_id" not in first
    answered = {mention["mention_id"]: at(mention) for mention in found}
    assert all(answered[mention["in_reply_to"]] < at(mention) for mention in others)


def test_the_few_are_known_by_their_story() -> None:
    """Not by what they happen to be called in ordinary talk."""
    for name in ("shouting_author", "bot_burst", "quarrel"):
        story = one(name)
        assert isinstance(story, Few)
        assert {story.story_id} == {mention["author"]["ref"].rpartition("-")[0] for mention in of_story(during(story))}


# ---------------------------------------------------------------- faults: the same talk, other records


def test_a_stalled_collector_brings_nothing_and_then_everything_late() -> None:
    """In the order in which it would have come, within a quarter of an hour."""
    story, without, found = before_and_after("collector_stall")
    assert [] == within(story, found)
    late = within(story, without)
    assert len(late) > 10
    assert Counter(mention["mention_id"] for mention in without) == Counter(mention["mention_id"] for mention in found)
    ids = {mention["mention_id"] for mention in late}
    delivered = [mention for mention in found if mention["mention_id"] in ids]
    assert [mention["mention_id"] for mention in late] == [mention["mention_id"] for mention in delivered]
    assert all(story.end <= at(mention, "collected_at") <= story.end + 900.0 for mention in delivered)
    assert sorted(at(mention, "collected_at") for mention in found) == [
        at(mention, "collected_at") for mention in found
    ]


def test_refreshes_bring_more_likes() -> None:
    """Each mention of the time one to three times again, otherwise unchanged."""
    story, without, found = before_and_after("engagement_refreshes")
    of_id = defaultdict(list)
    for mention in found:
        of_id[mention["mention_id"]].append(mention)
    for mention in within(story, without):
        first, *newer = sorted(of_id[mention["mention_id"]], key=lambda one: one.get("revision", 0))
        assert mention == first
        assert [*range(1, len(newer) + 1)] == [one["revision"] for one in newer]
        assert 1 <= len(newer) <= 3
        likes = [one["engagement"]["likes"] for one in newer]
        assert sorted(set(likes)) == likes
        assert {mention["published_at"]} == {one["published_at"] for one in newer}
        assert all(at(one, "collected_at") > at(mention, "collected_at") for one in newer)


def test_while_the_scorer_is_down_nothing_is_scored() -> None:
    """And there is no text to make a score of; before and after there is."""
    story = one("sentiment_outage")
    for content, field in (("sentiment", "sentiment"), ("text", "text")):
        found = stream(during(story, content=content))  # type: ignore[arg-type]
        inside = {mention["mention_id"] for mention in within(story, found)}
        assert inside
        for mention in found:
            assert (mention["mention_id"] in inside) == (field not in mention)


def test_a_new_scorer_sees_everything_darker() -> None:
    """By a fifth, from then on."""
    story, without, found = before_and_after("scorer_change")
    assert story.end > START + LONG_DAYS * DAY
    for old, new in zip(without, found, strict=True):
        changed = at(old, "collected_at") >= story.start
        assert ("simulated-2" if changed else "simulated-1") == new["sentiment"]["model"]
        expected = max(-1.0, old["sentiment"]["score"] - 0.2) if changed else old["sentiment"]["score"]
        assert pytest.approx(expected, abs=0.0011) == new["sentiment"]["score"]


def test_clocks_of_one_platform_go_back() -> None:
    """What is new there looks an hour old."""
    story, without, found = before_and_after("clock_back")
    changed = 0
    for old, new in zip(without, found, strict=True):
        late = old["platform"] == "x" and story.start <= at(old, "collected_at") < story.end
        changed += late
        assert pytest.approx(HOUR if late else 0.0, abs=0.0011) == at(old) - at(new)
        assert old["collected_at"] == new["collected_at"]
    assert changed > 5


def test_everything_is_delivered_twice() -> None:
    """Within a minute, unchanged."""
    story, without, found = before_and_after("delivered_twice")
    twice = {mention["mention_id"] for mention in within(story, without)}
    counts = Counter(mention["mention_id"] for mention in found)
    assert counts == {mention["mention_id"]: 1 + (mention["mention_id"] in twice) for mention in without}
    assert {str(mention) for mention in without} == {str(mention) for mention in found}


def test_some_authors_are_missing() -> None:
    """15 in a hundred."""
    story, _, found = before_and_after("authors_missing", days=4)
    inside = within(story, found)
    assert pytest.approx(0.15, abs=0.03) == fmean("author" not in mention for mention in inside)
    assert all("author" in mention for mention in found if at(mention, "collected_at") < story.start - 1.0)


def test_two_faults_at_a_time() -> None:
    """A stall of what is delivered twice."""
    stall, twice = one("collector_stall"), one("delivered_twice")
    found = stream(befallen(twice, stall, rate=RATE))
    assert [] == [mention for mention in within(stall, found) if at(mention, "collected_at") < stall.end]
    assert 2 == max(Counter(mention["mention_id"] for mention in found).values())


def test_a_decoy_is_there_for_every_name() -> None:
    """On whole hours, of the brand, no crisis; crowds say what they are about."""
    for name in DECOYS:
        story = one(name)
        assert story.start < story.end
        assert 0.0 == story.start % HOUR
        if isinstance(story, Crowd):
            assert story.kind is None
            assert story.factor is None
