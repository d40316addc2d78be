"""Draws what happens to brands: crises, and what looks like one and is none."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from random import Random
from typing import Any, get_args

from stream.lab.scenario import DAY, HOUR, Brand, Crowd, Fault, FaultName, Few, Profile, Shift, Story

VOICES = 0.75
"""Of ordinary mentions, about so many are by an author of their own who says something of their own."""
FACTORS = (3.0, 30.0)
HOURS = (3.0, 48.0)
LONG_DAYS = 9.0
KINDS = (
    "product_failure",
    "service_failure",
    "safety",
    "price",
    "employee_misconduct",
    "failed_post",
    "failed_collaboration",
    "account_security",
    "stock_out",
    "negative_reviews",
    "partner_conflict",
    "competitor_smear",
    "false_information",
    "external_event",
    "misunderstanding",
)
"""The causes of the contract, and the topics of their texts."""
SPREADS = (
    (("x", 0.0), ("reddit", 1.0), ("facebook", 3.0), ("news", 6.0)),
    (("tiktok", 0.0), ("instagram", 2.0), ("x", 4.0)),
    (("review", 0.0), ("forum", 1.0), ("x", 5.0)),
    (("facebook", 0.0), ("telegram", 2.0), ("x", 3.0), ("news", 8.0)),
)
"""Platforms in the order in which a crisis reaches them, with hours after its start."""


def unhappy_per_hour(brand: Brand) -> float:
    """Unhappy authors an hour in ordinary talk."""
    return max(0.2, brand.mentions_per_hour * brand.negative_share * VOICES)


def crisis(random: Random, story_id: str, brand: Brand, start: float, **fixed: Any) -> list[Story]:
    """A crisis, and in one of four its second phase. `fixed` are fields that are not to be drawn."""
    profile: Profile = fixed.pop("profile", None) or random.choice(get_args(Profile))
    factor = fixed.pop("factor", None) or _log_uniform(random, *FACTORS)
    hours = fixed.pop("hours", None) or _log_uniform(random, *HOURS)
    again = fixed.pop("again", random.random() < 0.25)
    kind = fixed.pop("kind", None) or random.choice(KINDS)
    ramp = random.uniform(6.0, 24.0)
    drawn: dict[str, Any] = {
        "brand_id": brand.brand_id,
        "name": "crisis",
        "factor": round(factor, 1),
        "kind": kind,
        "topic": kind,
        "profile": profile,
        "doubling_minutes": round(_log_uniform(random, 10.0, 60.0)),
        "ramp_hours": ramp,
        "negative_share": random.uniform(0.75, 0.95),
        "boycott_share": random.uniform(0.05, 0.2) if random.random() < 0.3 else 0.0,
        "platforms": _spread(random) if random.random() < 0.4 else (),
        "trigger": {"failed_post": "owned_post", "failed_collaboration": "campaign"}.get(kind),
        **fixed,
    }
    # long enough to come to its height before it fades
    hours = max(hours, {"slow": ramp + 8.0, "exponential": drawn["doubling_minutes"] / 10.0}.get(profile, 0.0))
    end = start + hours * HOUR
    height = (factor - 1.0) * unhappy_per_hour(brand) / drawn["negative_share"]
    first = Crowd(story_id=story_id, start=start, end=end, authors_per_hour=height, fade_hours=hours / 4.0, **drawn)
    if not again:
        return [first]
    later, part = end + random.uniform(6.0, 16.0) * HOUR, random.uniform(0.6, 1.0)
    second = {
        **drawn,
        "profile": "step",
        "platforms": (),
        "trigger": None,
        "factor": round(1.0 + part * (factor - 1.0), 1),
        "phase_of": story_id,
    }
    until = later + random.uniform(5.0, 12.0) * HOUR
    return [
        first,
        Crowd(story_id=f"{story_id}-again", start=later, end=until, authors_per_hour=height * part, **second),
    ]


def decoy(random: Random, name: str, story_id: str, brand: Brand, start: float) -> list[Story]:
    """Something that is no crisis, by name. `start` is taken as a whole hour."""
    own = {"story_id": story_id, "brand_id": brand.brand_id, "name": name, "start": start // HOUR * HOUR}
    return [DECOYS[name](random, brand, own)]


def sector_night(random: Random, brands: Sequence[Brand], sector: str, name: str, at: float) -> list[Story]:
    """One sector is talked about for some hours, all its brands at once; `name` ends the ids of the stories."""
    return [
        story
        for brand in brands
        if brand.sector == sector
        for story in decoy(random, "sector_night", f"{brand.brand_id}-{name}", brand, at)
    ]


def _crowd(
    hours: tuple[float, float], times: float, negative: float, positive: float, **more: Any
) -> Callable[[Random, Brand, dict[str, Any]], Story]:
    """People who come for another reason: `times` the usual talk on top of it, with these shares of moods."""

    def draw(random: Random, brand: Brand, own: dict[str, Any]) -> Story:
        lasts = random.uniform(*hours) * HOUR
        return Crowd(
            **own,
            end=own["start"] + lasts,
            authors_per_hour=times * max(1.0, brand.mentions_per_hour) * VOICES,
            negative_share=negative,
            positive_share=positive,
            fade_hours=lasts / HOUR / 3.0,
            **more,
        )

    return draw


def _shift(days: float, low: float, high: float) -> Callable[[Random, Brand, dict[str, Any]], Story]:
    def draw(random: Random, _brand: Brand, own: dict[str, Any]) -> Story:
        return Shift(**own, end=own["start"] + days * DAY, factor=round(random.uniform(low, high), 2))

    return draw


def _few(hours: float, authors: int, posts: int, **more: Any) -> Callable[[Random, Brand, dict[str, Any]], Story]:
    def draw(_random: Random, _brand: Brand, own: dict[str, Any]) -> Story:
        return Few(**own, end=own["start"] + hours * HOUR, authors=authors, posts=posts, **more)

    return draw


def _fault(fault: FaultName, hours: float) -> Callable[[Random, Brand, dict[str, Any]], Story]:
    def draw(_random: Random, _brand: Brand, own: dict[str, Any]) -> Story:
        return Fault(**own, end=own["start"] + hours * HOUR, fault=fault)

    return draw


DECOYS: dict[str, Callable[[Random, Brand, dict[str, Any]], Story]] = {
    "viral_joy": _crowd((5.0, 20.0), 8.0, 0.03, 0.8, topic="joy", profile="exponential"),
    "product_launch": _crowd((6.0, 24.0), 6.0, 0.1, 0.5, topic="launch", hashtag="#new", announced_lift=6.0),
    "neutral_news": _crowd((4.0, 12.0), 8.0, 0.12, 0.08, topic="news", platforms=(("news", 0.0), ("x", 600.0))),
    "collector_stall": _fault("collector_stall", 3.0),
    "engagement_refreshes": _fault("engagement_refreshes", 12.0),
    "level_shift": _shift(LONG_DAYS, 2.0, 3.0),
    "holiday": _shift(2.0, 0.2, 0.5),
    "shouting_author": _few(10.0, 1, 200, mood="negative", platform="x"),
    "bot_burst": _few(LONG_DAYS * 24.0, 30, 120, mood="neutral", platform="x", daily=True),
    "sentiment_outage": _fault("sentiment_outage", 1.0),
    "scorer_change": _fault("scorer_change", LONG_DAYS * 24.0),
    "quarrel": _few(8.0, 12, 150, mood="negative", platform="facebook", thread=True),
    "sector_night": _shift(0.4, 3.0, 6.0),
    "rival_crisis": _crowd((6.0, 18.0), 0.6, 0.75, 0.02, topic="rival"),
    "new_platform": _crowd((LONG_DAYS * 24.0, LONG_DAYS * 24.0), 0.35, 0.3, 0.2, platforms=(("mastodon", 0.0),)),
    "clock_back": _fault("clock_back", 6.0),
    "delivered_twice": _fault("delivered_twice", 6.0),
    "authors_missing": _fault("authors_missing", LONG_DAYS * 24.0),
    "coordinated": _crowd((2.0, 5.0), 0.5, 0.95, 0.0, topic="competitor_smear", near_duplicates=True),
}
"""Makers of what is no crisis, by name. What is there to stay lasts `LONG_DAYS`: a late crisis falls into it."""


def _spread(random: Random) -> tuple[tuple[str, float], ...]:
    pace = random.uniform(0.5, 1.5)
    return tuple((name, hours * pace * HOUR) for name, hours in random.choice(SPREADS))


def _log_uniform(random: Random, low: float, high: float) -> float:
    return low * math.exp(random.random() * math.log(high / low))
