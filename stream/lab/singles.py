"""Scenarios of one story: each cause of a crisis, each thing that is none, and the demo's."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import Any

from stream.lab.scenario import DAY, HOUR, Brand, Crowd, Scenario
from stream.lab.stories import DECOYS, KINDS, crisis, decoy, sector_night, unhappy_per_hour
from stream.lab.wishes import JUDGED_AFTER, Wishes, draw_brands

NAMES = ("crisis", "launch", "demo", *KINDS, *DECOYS)


def single(name: str, random: Random, wishes: Wishes) -> Scenario:
    """One story on the eighth day of ten, among four brands; or those of the demo."""
    content = wishes.content or "text"
    start = wishes.start.timestamp()
    if name in {"crisis", "launch", "demo"}:
        return replace(_demo(name, start), content=content, threads=wishes.threads)
    brands = draw_brands(random, replace(wishes, brands=4, rates=(10.0, 150.0)))
    brand = brands[0]
    at = start + JUDGED_AFTER + random.uniform(6.0, 14.0) * HOUR
    if name in KINDS:
        stories = crisis(random, f"{brand.brand_id}-{name}", brand, at, kind=name, factor=12.0, hours=12.0, again=False)
    elif name == "sector_night":
        stories = sector_night(random, brands, brand.sector, name, at)
    else:
        stories = decoy(random, name, f"{brand.brand_id}-{name}", brand, at)
    end = start + 10 * DAY
    return Scenario(
        start=start, end=end, brands=brands, stories=tuple(stories), content=content, threads=wishes.threads
    )


DEMO_BRANDS = (
    Brand(brand_id="volta", mentions_per_hour=60.0, negative_share=0.16, languages=("en", "en", "pl")),
    Brand(brand_id="mira", mentions_per_hour=120.0, negative_share=0.12),
    Brand(brand_id="kavarna", mentions_per_hour=25.0, negative_share=0.2, languages=("uk", "en")),
    Brand(brand_id="nordbank", mentions_per_hour=40.0, negative_share=0.3, languages=("en", "pl")),
    Brand(brand_id="zdorovo", mentions_per_hour=8.0, negative_share=0.2, languages=("uk", "ru")),
)


def _demo(name: str, start: float) -> Scenario:
    """A scooter's battery burns, a telephone is launched, or both."""
    battery, launch = _battery(start + 60 * HOUR), _launch(start + 40 * HOUR)
    stories = {"crisis": (battery,), "launch": (launch,), "demo": (battery, launch)}[name]
    hours = 72 if name == "demo" else 5 * 24
    return Scenario(start=start, end=start + hours * HOUR, brands=DEMO_BRANDS, stories=stories)


def _battery(start: float) -> Crowd:
    fields: dict[str, Any] = {"factor": 13.0, "kind": "safety", "topic": "battery", "hashtag": "#voltafire"}
    return Crowd(
        story_id="volta-battery",
        brand_id="volta",
        name="crisis",
        start=start,
        end=start + 6 * HOUR,
        authors_per_hour=12.0 * unhappy_per_hour(DEMO_BRANDS[0]) / 0.85,
        profile="exponential",
        doubling_minutes=20.0,
        fade_hours=3.0,
        boycott_share=0.12,
        **fields,
    )


def _launch(start: float) -> Crowd:
    return Crowd(
        story_id="mira-launch",
        brand_id="mira",
        name="product_launch",
        start=start,
        end=start + 5 * HOUR,
        authors_per_hour=200.0,
        profile="exponential",
        doubling_minutes=15.0,
        fade_hours=2.5,
        negative_share=0.02,
        positive_share=0.8,
        topic="launch",
        hashtag="#newmira",
    )
