"""The first noise world: intensities. Each brand has a rate that follows the hour of the week, a slow drift and two
hours' gamma noise; mentions are independent of each other, but for small cascades of replies and reposts.

The other world, `stream.lab.people`, is written apart and shares none of this.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from stream.lab.flow.crowd import CrowdTalk
from stream.lab.flow.pen import Pen
from stream.lab.flow.talk import Talk
from stream.lab.scenario import HOUR, Arrival, Brand, Crowd, Few, Normal, Scenario


class Flow:
    """The world of intensities."""

    def __init__(self, scenario: Scenario, seed: int) -> None:
        self._scenario = scenario
        self._brands = {
            brand.brand_id: Talk(scenario, brand, Random(f"flow/{seed}/{brand.brand_id}"))  # noqa: S311 -- a simulation
            for brand in scenario.brands
        }
        self._crowds: list[CrowdTalk] = []
        for index, story in enumerate(scenario.stories):
            if isinstance(story, Crowd | Few):
                talk = self._brands[story.brand_id]
                own = Random(f"flow/{seed}/{story.brand_id}/{story.story_id}")  # noqa: S311 -- a simulation
                pen = Pen(scenario, talk.brand, talk.habits, own, index)
                self._crowds.append(CrowdTalk(pen, story, scenario.start))

    def hours(self) -> Iterator[list[Arrival]]:
        """Hour by hour, what is published in it; to be asked once. What falls beyond the end is nobody's."""
        later: list[Arrival] = []
        for hour in range(self._scenario.hours):
            found = later
            for talk in self._brands.values():
                talk.hour(hour, found)
            for crowd in self._crowds:
                crowd.hour(hour, found)
            until = self._scenario.start + (hour + 1) * HOUR
            yield [arrival for arrival in found if arrival.published_at < until]
            later = [arrival for arrival in found if arrival.published_at >= until]

    def normal(self, brand: Brand) -> Normal:
        """What is usual for a brand."""
        return self._brands[brand.brand_id].normal()
