"""A world of people: noise as rough as life. Who talks, when they are up, whom they answer, and how they are misread.

Ordinary talk is threads that branch, of authors with habits, about topics of the day; a scorer misreads whole threads;
some platforms are heard of late. Nothing of it is shared with the world of independent mentions (`stream.lab.flow`):
a detector that is right in both has not learned the noise of one.

=============  ===============================================================
file           answers
=============  ===============================================================
`days`         when do people talk, and about what today
`places`       how do they talk on a platform, and when is it heard of
`authors`      who are they
`scorer`       what is made of what they mean
`public`       all of the above for one brand, and how a post is written down
`talk`         ordinary talk
`crowds`       many who talk about one thing
`waves`        the same by accounts that somebody steers
`few`          a handful who say much
`expectation`  what is usual for a brand
=============  ===============================================================
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Protocol

from stream.errors import ConfigError
from stream.lab.people.crowds import CrowdTalk
from stream.lab.people.expectation import normal
from stream.lab.people.few import FewTalk
from stream.lab.people.public import Pen, Public
from stream.lab.people.talk import BURN_IN_HOURS, Talk
from stream.lab.people.waves import WaveTalk
from stream.lab.scenario import Arrival, Brand, Crowd, Few, Normal, Scenario, Shift, Story


class _Talk(Protocol):
    def hour(self, number: int) -> list[Arrival]: ...


class People:
    """A `World`. Raises `ConfigError` for brands whose counts are given: people do not talk to order.

    Values of a mention (its author, its sentiment) may be those of another: copy them before they are changed.
    """

    def __init__(self, scenario: Scenario, seed: int) -> None:
        if any(brand.buckets for brand in scenario.brands):
            raise ConfigError("--world", "counts are taken over by the flow world only")
        self._scenario = scenario
        self._publics = {brand.brand_id: Public(brand, scenario, seed) for brand in scenario.brands}

    def hours(self) -> Iterator[list[Arrival]]:
        """Hour by hour, what is published in it, brand after brand; each call begins anew."""
        brands = [_BrandTalk(self._scenario, public) for public in self._publics.values()]
        for number in range(-BURN_IN_HOURS, self._scenario.hours):
            arrivals = [arrival for brand in brands for arrival in brand.hour(number)]
            if number >= 0:
                yield arrivals

    def normal(self, brand: Brand) -> Normal:
        """What is usual for a brand of the scenario."""
        return normal(self._publics[brand.brand_id])


class _BrandTalk:
    """All that is said about one brand: ordinary talk, and its stories."""

    def __init__(self, scenario: Scenario, public: Public) -> None:
        self._start, self._end = scenario.start, scenario.end
        self._ordinary = Talk(public, Pen(public, "", -1), "", 1.0, (scenario.start, scenario.end))
        self._quieter: list[tuple[Shift, Random]] = []
        self._stories: list[_Talk] = []
        for number, story in enumerate(scenario.stories):
            if story.brand_id == public.brand.brand_id:
                self._add(story, public, Pen(public, story.story_id, number))

    def _add(self, story: Story, public: Public, pen: Pen) -> None:
        if isinstance(story, Crowd):
            crowd = WaveTalk if story.near_duplicates else CrowdTalk
            self._stories.append(crowd(public, pen, story))
        elif isinstance(story, Few):
            self._stories.append(FewTalk(public, pen, story))
        elif isinstance(story, Shift) and story.factor < 1.0:
            self._quieter.append((story, public.random(f"shift/{story.story_id}")))
        elif isinstance(story, Shift):
            # More of the same, beside the ordinary talk, which stays as it would have been.
            span = max(story.start, self._start), min(story.end, self._end)
            self._stories.append(Talk(public, pen, story.story_id, story.factor - 1.0, span))

    def hour(self, number: int) -> list[Arrival]:
        """What is published in an hour, counted from the start of the scenario."""
        said = self._ordinary.hour(number)
        for shift, random in self._quieter:
            said = [
                arrival
                for arrival in said
                if not shift.start <= arrival.published_at < shift.end or random.random() < shift.factor
            ]
        for story in self._stories:
            said += story.hour(number)
        return [arrival for arrival in said if self._start <= arrival.published_at < self._end]
