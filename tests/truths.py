"""Truths of streams that nobody made: brands to which little happens, and stories put upon them."""

from __future__ import annotations

from typing import Any

from stream.lab.scenario import DAY, HOUR, WEEK
from stream.lab.truth import TrueBrand, TrueStory, Truth

START = 1_767_571_200.0
"""Monday 5 January 2026."""
JUDGED = START + WEEK


def story(name: str, start: float, hours: float, brand_id: str = "acme", **details: Any) -> TrueStory:
    """Something that begins `start` seconds after the judged time does; a mention every five minutes."""
    begin = JUDGED + start
    return TrueStory(
        story_id=details.pop("story_id", f"{brand_id}-{name}-{start:g}"),
        brand_id=brand_id,
        name=name,
        is_crisis=name == "crisis",
        start=begin,
        end=begin + hours * HOUR,
        details=details,
        mentions=[1] * int(hours * 12),
    )


def truth(*stories: TrueStory, brands: tuple[str, ...] = ("acme",), weeks: int = 3, **other: Any) -> Truth:
    """Forty mentions an hour of each brand, a fifth of them unhappy; judged from the second week on."""
    given: dict[str, Any] = {
        "mentions_per_hour": 40.0,
        "expected": [40.0] * 168 * weeks,
        "negative_share": [0.2] * 168 * weeks,
        "true_positive_rate": 0.7,
        "false_positive_rate": 0.1,
        "dispersion": 0.05,
    }
    given.update(other)
    return Truth(
        version=1,
        scenario={},
        start=START,
        end=START + weeks * WEEK,
        judged_from=JUDGED,
        brands=[TrueBrand(brand_id=brand_id, **given) for brand_id in brands],
        stories=list(stories),
    )


__all__ = ["DAY", "HOUR", "JUDGED", "START", "WEEK", "story", "truth"]
