"""Scenarios by name: the families quiet, crises, decoys and counts, and those of a single story."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from stream.errors import ConfigError
from stream.events.rules import did_you_mean
from stream.lab.counted import counts
from stream.lab.scenario import DAY, WEEK, Brand, Scenario, Story
from stream.lab.singles import NAMES as SINGLES
from stream.lab.singles import single
from stream.lab.stories import DECOYS, crisis, decoy, sector_night
from stream.lab.wishes import JUDGED_AFTER, SECTORS, Wishes, draw_brands

FAMILIES = ("quiet", "crises", "decoys", "counts")
LEAST_WEEKS = {"quiet": 1, "crises": 2, "decoys": 3}
"""Below, nothing would happen."""


def names() -> tuple[str, ...]:
    """Every scenario there is."""
    return (*FAMILIES, *SINGLES)


def scenario(name: str, seed: int, wishes: Wishes | None = None) -> Scenario:
    """A scenario by name. Raises `ConfigError`."""
    if name not in names():
        raise ConfigError("--scenario", f"{name} is none of {', '.join(names())}{did_you_mean(name, names())}")
    wishes = wishes or Wishes()
    random = Random(f"{name}/{seed}")  # noqa: S311 -- a simulation, not a secret
    if name == "counts":
        return counts(random, wishes)
    if wishes.counts:
        raise ConfigError("--counts", "belongs to the scenario counts")
    default = Wishes()
    if name in SINGLES and (wishes.brands, wishes.weeks, wishes.rates) != (
        default.brands,
        default.weeks,
        default.rates,
    ):
        raise ConfigError("--brands, --weeks, --rate", f"belong to the families {', '.join(FAMILIES)}")
    if name in FAMILIES:
        return _family(name, random, wishes)
    return single(name, random, wishes)


def _family(name: str, random: Random, wishes: Wishes) -> Scenario:
    if wishes.weeks < LEAST_WEEKS[name]:
        raise ConfigError("--weeks", f"need at least {LEAST_WEEKS[name]} for {name}")
    brands = draw_brands(random, wishes)
    start = wishes.start.timestamp()
    end = start + wishes.weeks * WEEK
    draw = {"crises": _crises, "decoys": _decoys}.get(name)
    stories = draw(random, brands, start, end) if draw else []
    return Scenario(
        start=start,
        end=end,
        brands=brands,
        stories=tuple(story for story in stories if story.start < end),
        content=wishes.content or "sentiment",
        threads=wishes.threads,
    )


def _crises(random: Random, brands: Sequence[Brand], start: float, end: float) -> list[Story]:
    """One crisis a brand and week, but for the first week."""
    stories: list[Story] = []
    for brand in brands:
        for week in range(1, int((end - start) // WEEK)):
            at = start + week * WEEK + random.uniform(0.0, 4.5) * DAY
            stories += crisis(random, f"{brand.brand_id}-crisis-{week}", brand, at)
    return stories


def _decoys(random: Random, brands: Sequence[Brand], start: float, end: float) -> list[Story]:
    """From the second week on, every ten days a decoy for each brand and a crisis six to seven days later."""
    pack: list[str] = []
    stories: list[Story] = []
    for slot in range(int((end - start - JUDGED_AFTER) // (10 * DAY)) + 1):
        begin = start + JUDGED_AFTER + slot * 10 * DAY
        if begin + 8 * DAY > end:
            break
        for brand in brands:
            if not pack:
                pack = [name for name in DECOYS if name != "sector_night"]
                random.shuffle(pack)
            name = f"{brand.brand_id}-decoy-{slot}"
            stories += decoy(random, pack.pop(), name, brand, begin + random.uniform(0.0, 0.9) * DAY)
            late = begin + random.uniform(6.0, 7.0) * DAY
            fixed = {"hours": random.uniform(6.0, 24.0), "again": False}
            stories += crisis(random, f"{brand.brand_id}-late-{slot}", brand, late, **fixed)
        stories += sector_night(
            random, brands, SECTORS[slot % len(SECTORS)], f"night-{slot}", begin + random.uniform(8.6, 9.4) * DAY
        )
    return stories
