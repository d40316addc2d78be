"""The family `counts`: volumes of real series, with stories put upon them."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path
from random import Random

from stream.errors import ConfigError
from stream.lab.counts import read_counts
from stream.lab.phrases import LANGUAGES
from stream.lab.scenario import DAY, HOUR, WEEK, Brand, Scenario, Story
from stream.lab.stories import crisis, decoy
from stream.lab.wishes import Wishes

BUCKET_SECONDS = 300
NEWS_SHARE = 1.0 / 3.0
"""Of the weeks with a story, those with neutral news instead of a crisis."""


def counts(random: Random, wishes: Wishes) -> Scenario:
    """A brand a series; from the second week on a crisis a week, or now and then news. Raises `ConfigError`."""
    if not wishes.counts:
        raise ConfigError("--counts", "the scenario counts needs series of counts: --counts series.csv …")
    read = [_series(path) for path in wishes.counts]
    start = min(begin for begin, _ in read)
    brands: dict[str, Brand] = {}
    stories: list[Story] = []
    for path, (begin, values) in zip(wishes.counts, read, strict=True):
        name = re.sub(r"[^a-z0-9_-]", "-", path.stem.lower()).lstrip("_-")[:64]
        if not name or name in brands:
            raise ConfigError(str(path), "needs a name of its own, beginning with a letter or a digit")
        buckets = (0,) * int((begin - start) // BUCKET_SECONDS) + tuple(values)
        brands[name] = brand = Brand(
            brand_id=name,
            mentions_per_hour=max(0.1, sum(values) * HOUR / BUCKET_SECONDS / len(values)),
            negative_share=round(random.uniform(0.08, 0.3), 3),
            languages=tuple(random.sample(LANGUAGES, 2)),
            buckets=buckets,
        )
        for week in range(1, int(len(values) * BUCKET_SECONDS // WEEK)):
            at = begin + week * WEEK + random.uniform(0.0, 4.5) * DAY
            if random.random() < NEWS_SHARE:
                stories += decoy(random, "neutral_news", f"{name}-news-{week}", brand, at)
            else:
                stories += crisis(random, f"{name}-crisis-{week}", brand, at)
    longest = max(len(brand.buckets) for brand in brands.values())
    end = start + longest * BUCKET_SECONDS // HOUR * HOUR
    return Scenario(
        start=start,
        end=end,
        brands=tuple(brands.values()),
        stories=tuple(story for story in stories if story.start < end),
        content=wishes.content or "sentiment",
        threads=wishes.threads,
    )


def _series(path: Path) -> tuple[float, list[int]]:
    """Start, a whole hour, and the counts of each five minutes from there on."""
    times, values = read_counts(path)
    if any(later - earlier != BUCKET_SECONDS for earlier, later in pairwise(times)):
        raise ConfigError(str(path), "needs a row every five minutes, without a gap")
    start = -(-times[0] // int(HOUR)) * int(HOUR)
    inside = [value for at, value in zip(times, values, strict=True) if at >= start]
    if len(inside) * BUCKET_SECONDS < HOUR:
        raise ConfigError(str(path), "needs at least an hour of counts")
    return float(start), inside
