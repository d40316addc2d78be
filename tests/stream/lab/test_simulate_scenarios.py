"""Scenarios by name: what is drawn for a family, and for a single story."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import UTC, datetime
from itertools import pairwise

import pytest

from stream.errors import ConfigError
from stream.lab.scenario import DAY, HOUR, WEEK, Crowd, Scenario, Story
from stream.lab.scenarios import FAMILIES, names, scenario
from stream.lab.stories import DECOYS, KINDS
from stream.lab.wishes import SECTORS, Wishes

SINGLES = [name for name in names() if name not in FAMILIES]


def of_brands(chosen: Scenario) -> dict[str, list[Story]]:
    """Stories of each brand in their order."""
    found = defaultdict(list)
    for story in sorted(chosen.stories, key=lambda story: story.start):
        found[story.brand_id].append(story)
    return found


@pytest.mark.parametrize("name", ["quiet", "crises", "decoys", *SINGLES])
def test_the_same_seed_draws_the_same_and_another_seed_another(name: str) -> None:
    """Brands and stories; those of the demo are written down. Ids are unique, stories begin within the stream."""
    chosen = scenario(name, 1)
    assert chosen == scenario(name, 1)
    assert (chosen == scenario(name, 2)) == (name in {"crisis", "launch", "demo"})
    brands = {brand.brand_id for brand in chosen.brands}
    assert len(chosen.brands) == len(brands)
    assert len(chosen.stories) == len({story.story_id for story in chosen.stories})
    for story in chosen.stories:
        assert story.brand_id in brands
        assert chosen.start <= story.start < min(story.end, chosen.end)


def test_nothing_happens_in_quiet_streams() -> None:
    """Twelve brands of all sizes over four weeks."""
    chosen = scenario("quiet", 1)
    assert ((), 28 * DAY, "sentiment") == (chosen.stories, chosen.end - chosen.start, chosen.content)
    rates = sorted(brand.mentions_per_hour for brand in chosen.brands)
    assert (12, 2.0, 430.0) == (len(rates), rates[0], rates[-1])
    assert {0.6} == {round(low / high, 1) for low, high in pairwise(rates)}


def test_each_brand_has_a_crisis_a_week_but_for_the_first() -> None:
    """Some flare up again; none begins before another one is over."""
    chosen = scenario("crises", 1)
    again = 0
    for brand_id, stories in of_brands(chosen).items():
        assert {True} == {story.is_crisis for story in stories}
        first = [story for story in stories if isinstance(story, Crowd) and story.phase_of is None]
        assert [1, 2, 3] == [int((story.start - chosen.start) // WEEK) for story in first], brand_id
        assert all(one.end < other.start for one, other in pairwise(stories))
        again += len(stories) - len(first)
    assert 3 <= again <= 15
    crowds = [story for story in chosen.stories if isinstance(story, Crowd)]
    assert {"step", "exponential", "slow"} == {story.profile for story in crowds}
    assert all(2.0 <= (story.factor or 0.0) <= 30.0 for story in crowds)
    assert any(story.platforms for story in crowds)
    assert any(story.boycott_share for story in crowds)


def test_decoys_come_before_crises() -> None:
    """Every ten days one for each brand, and a crisis some days later; then a night of one sector."""
    chosen = scenario("decoys", 1)
    for stories in of_brands(chosen).values():
        assert [False, True] * 2 == [story.is_crisis for story in stories if story.name != "sector_night"]
        assert chosen.start + WEEK <= stories[0].start
        for decoy, late in pairwise(stories):
            if late.is_crisis:
                assert 5 * DAY < late.start - decoy.start < 7.1 * DAY
    names_found = Counter(story.name for story in chosen.stories if not story.is_crisis)
    assert set(DECOYS) == set(names_found), "twenty-four places for eighteen and the nights"


@pytest.mark.parametrize("name", SINGLES)
def test_a_single_story_is_what_its_name_says(name: str) -> None:
    """One, but for the demo's two and the night of a sector."""
    chosen = scenario(name, 5)
    assert "text" == chosen.content
    if name == "demo":
        assert {"crisis", "product_launch"} == {story.name for story in chosen.stories}
        return
    story = chosen.stories[0]
    assert (2 if name == "sector_night" else 1) == len(chosen.stories)
    assert (name in {"crisis", *KINDS}) == story.is_crisis
    if name in KINDS:
        assert isinstance(story, Crowd)
        assert (name, name) == (story.kind, story.topic)
    if name in DECOYS:
        assert name == story.name
    if name not in {"crisis", "launch"}:
        assert chosen.start + WEEK + 5 * HOUR <= story.start


def test_a_night_is_one_sectors() -> None:
    chosen = scenario("sector_night", 1)
    sectors = {brand.brand_id: brand.sector for brand in chosen.brands}
    assert 1 == len({sectors[story.brand_id] for story in chosen.stories})
    assert set(SECTORS) == set(sectors.values())


def test_wishes_are_heard() -> None:
    """How many brands, how large, how long, from when, with what."""
    start = datetime(2025, 3, 3, 12, tzinfo=UTC)
    wishes = Wishes(brands=40, weeks=3, rates=(5.0, 5.0), content="text", threads=False, start=start)
    for name in ("quiet", "crises", "decoys"):
        chosen = scenario(name, 1, wishes)
        assert (start.timestamp(), 21 * DAY) == (chosen.start, chosen.end - chosen.start)
        assert ("text", False) == (chosen.content, chosen.threads)
        assert 40 == len({brand.brand_id for brand in chosen.brands})
        assert {5.0} == {brand.mentions_per_hour for brand in chosen.brands}
    single = scenario("viral_joy", 1, Wishes(content="sentiment", threads=False, start=start))
    assert (start.timestamp(), "sentiment", False) == (single.start, single.content, single.threads)


def test_a_single_brand_has_the_middle_of_the_rates() -> None:
    (brand,) = scenario("quiet", 1, Wishes(brands=1, weeks=1, rates=(10.0, 1000.0))).brands
    assert pytest.approx(100.0) == brand.mentions_per_hour


@pytest.mark.parametrize(
    ("name", "wishes", "said"),
    [
        ("viral_joy", Wishes(brands=5), "--brands, --weeks, --rate: belong to the families quiet"),
        ("crisees", Wishes(), r"--scenario: crisees is none of quiet, .*; did you mean crises\?"),
        ("quiet", Wishes(brands=0), "--brands, --rate: need at least 1 brand"),
        ("quiet", Wishes(rates=(0.0, 1.0)), "0.1 to 10,000 mentions"),
        ("quiet", Wishes(rates=(2.0, 20_000.0)), "0.1 to 10,000 mentions"),
        ("quiet", Wishes(rates=(20.0, 2.0)), "0.1 to 10,000 mentions"),
        ("quiet", Wishes(weeks=0), "--weeks: need at least 1 for quiet"),
        ("crises", Wishes(weeks=1), "--weeks: need at least 2 for crises"),
        ("decoys", Wishes(weeks=2), "--weeks: need at least 3 for decoys"),
    ],
)
def test_what_cannot_be_drawn_is_refused_by_name(name: str, wishes: Wishes, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        scenario(name, 1, wishes)
