"""Findings of made-up backtests, with what is expected, what is not, and words of people who mean harm."""

from __future__ import annotations

import math
from random import Random
from typing import Any

from stream.lab.findings import Backtest, Brand, Found, Hours, Policy, Signal, Step, Story

HOUR, DAY, WEEK = 3600, 86400, 604800
START = 1_785_715_200
"""Monday 3 August 2026."""
HOSTILE = [
    "<script>document.title='harmed'</script>",
    '"><img src=x onerror="document.title=1">',
    "' onmouseover='alert(1)' x='",
    "</title></style><b class=harm>bold</b>",
    "\u202egnp.exe\u2069\u2066",
    "nul\x00 and \x1b[31m and \ud800",
    "&lt;b&gt; &amp;",
    "a" * 10_000,
    "قهوة كريهة",
    "{{7*7}} ${7*7} --> ]]>",
]
NAMES = "acme blue-harbour cafe-lune delta-air ember-energy fable forty-two grove halcyon iris juniper kestrel".split()


def signal(name: str = "negativity", observed: float = 14, expected: float = 2.1) -> Signal:
    """The evidence of an opening."""
    low, high = (expected - 0.2, expected + 0.2) if name == "sentiment" else (0.0, 3 * expected)
    return Signal(name, HOUR, observed, expected, low, high, 4.21, 3.0, "default")


def crisis(brand_id: str, opened_at: int, lasted: int | None = 3 * HOUR, level: int = 1, **other: Any) -> Found:
    """A crisis that opens as a watch, reaches a level after 20 minutes, and is resolved, or not where `lasted` is None."""
    steps = [Step(opened_at, "opened", 1)]
    if level > 1:
        steps.append(Step(opened_at + 1200, "escalated", level))
    steps.append(Step(opened_at + 3000, "updated", level))
    if lasted is not None:
        steps += [Step(opened_at + lasted, "resolved", 0), Step(opened_at + lasted + DAY, "closed", 0)]
    given: dict[str, Any] = {
        "explanation": "14 unhappy people within 60 minutes where 2.1 are usual (normally at most 6). "
        "83 % of 120 mentions since the first signal are negative.",
        "signals": [signal(), signal("attention", 60, 22.5), signal("sentiment", -0.42, -0.05)],
        "kind": "product_failure",
        "drivers": ["#recall", "battery", "smoke"],
        "size": {
            "mentions": 120,
            "unique_authors": 97,
            "negative_authors": 81,
            "negative_share": 0.83,
            "platforms": {"x": 90, "reddit": 30},
        },
    }
    given.update(other)
    return Found(f"{brand_id}-{opened_at}", opened_at - 900, steps, **given)


def story(brand_id: str, start: int, name: str = "crisis", detail: str = "product_failure, x12, exponential") -> Story:
    """Something that lasts for six hours."""
    return Story(brand_id, name, start, start + 6 * HOUR, name == "crisis", detail)


def hours(brand_id: str, count: int, rate: float, bursts: list[tuple[int, int, float]] | None = None) -> Hours:
    """A brand's hours with days and nights; `bursts` are first hour, last hour and how many times the usual."""
    random = Random(repr(brand_id))
    expected = [rate * (1 + 0.6 * math.sin(hour / 24 * math.tau - 2)) for hour in range(count)]
    mentions, negative = [], []
    for hour, usual in enumerate(expected):
        factor = max([1.0, *(more for first, last, more in bursts or [] if first <= hour < last)])
        mentions.append(max(0, round(random.gauss(usual * factor, math.sqrt(usual * factor) * 1.3))))
        negative.append(
            min(mentions[-1], round(mentions[-1] * (0.2 if factor == 1 else 0.75) * random.uniform(0.7, 1.3)))
        )
    high = [usual + 2.5 * math.sqrt(usual) + 2 for usual in expected]
    return Hours(START, mentions, negative, list(mentions), expected, high)


def policy(name: str, openings: list[Found], brand_weeks: float, end: int) -> Policy:
    """The numbers of what a policy opened."""
    levels: dict[str, int] = {}
    for one in openings:
        levels[str(one.peak_level)] = levels.get(str(one.peak_level), 0) + 1
    open_for = sum((one.ended_at or end) - one.opened_at for one in openings)
    limits = {"watch": 3.0, "issue": 3.5, "major": 5.0, "severe": 7.0}
    return Policy(name, "9f2c1e7ab340", len(openings), len(openings) / brand_weeks, levels, open_for / HOUR, limits)


def backtest(found: list[list[list[Found]]], names: list[str] | None = None, weeks: int = 1, **other: Any) -> Backtest:
    """Findings of brands, for each of them the crises of each policy; without a truth if none is given."""
    end = START + weeks * WEEK
    policies = len(found[0]) if found else 1
    brand_ids = [f"brand-{place}" for place in range(len(found))] if names is None else names
    brands = [
        Brand(brand_id, 1000, hours(brand_id, weeks * 168, 10), crises)
        for brand_id, crises in zip(brand_ids, found, strict=True)
    ]
    weeks_of_brands = float(weeks * max(1, len(brands)))
    given: dict[str, Any] = {
        "files": ["mentions.jsonl"],
        "mentions": {"counted": 1000, "refreshed": 0, "withdrawn": 0, "duplicate": 3, "late": 7, "refused": 2},
        "policies": [
            policy(name, [one for crises in found for one in crises[place]], weeks_of_brands, end)
            for place, name in enumerate(["default", "bold.toml"][:policies])
        ],
    }
    given.update(other)
    return Backtest(start=START, end=end, brand_weeks=weeks_of_brands, brands=brands, **given)


def five_weeks(brand_count: int = 12, weeks: int = 5, seed: int = 7) -> Backtest:
    """Twelve brands for five weeks under two policies, where the truth is known; some words mean harm."""
    random = Random(seed)
    end = START + weeks * WEEK
    brands, stories = [], []
    for place in range(brand_count):
        brand_id = HOSTILE[0] if place == 7 else NAMES[place % len(NAMES)] + ("" if place < len(NAMES) else f"-{place}")
        told, of_brand, bursts = _a_life(random, brand_id, place, weeks)
        of_hours = hours(brand_id, weeks * 168, [4, 12, 40, 150, 600, 2500][place % 6], bursts)
        brands.append(Brand(brand_id, sum(of_hours.mentions), of_hours, told))
        stories += of_brand
    brands.sort(key=lambda brand: (not any(brand.found), -brand.mentions))
    openings = [[one for brand in brands for one in brand.found[place]] for place in range(2)]
    mentions = sum(brand.mentions for brand in brands)
    return Backtest(
        files=["august.jsonl.gz", "september.jsonl.gz", HOSTILE[1]],
        start=START,
        end=end,
        brand_weeks=float(brand_count * weeks),
        mentions={
            "counted": mentions,
            "refreshed": 5120,
            "withdrawn": 214,
            "duplicate": 1833,
            "late": 402,
            "refused": 12,
        },
        policies=[
            policy("default", openings[0], brand_count * weeks, end),
            policy("bold.toml", openings[1], brand_count * weeks, end),
        ],
        brands=brands,
        stories=stories,
        scores=_scores(),
    )


def _a_life(
    random: Random, brand_id: str, place: int, weeks: int
) -> tuple[list[list[Found]], list[Story], list[tuple[int, int, float]]]:
    told: list[list[Found]] = [[], []]
    stories, bursts = [], []
    names = ["crisis", "viral_joy", "crisis", "campaign", "nothing"]
    for nth in range(0 if place in {5, 11} else random.randint(1, 2 * weeks)):
        hour, lasted = 30 + nth * 75 + random.randrange(50), random.randint(3, 40)
        if hour + lasted >= weeks * 168:
            break
        name = random.choice(names)
        start = START + hour * HOUR
        if name != "nothing":
            detail = "product_failure, x12, exponential" if name == "crisis" else "many happy people, x8"
            stories.append(Story(brand_id, name, start, start + lasted * HOUR, name == "crisis", detail))
            bursts.append((hour, hour + lasted, random.choice([3.0, 6.0, 15.0])))
        for each in told:
            if random.random() < (0.85 if name == "crisis" else 0.35):
                opened = start + random.randrange(60, 5400, 60)
                words = {"drivers": random.sample(["#recall", "battery", "smoke", *HOSTILE], 5), "truth": name}
                level = random.choice([1, 1, 2, 3, 4])
                each.append(
                    crisis(brand_id, opened, None if hour > weeks * 168 - 60 else lasted * HOUR, level, **words)
                )
    return told, stories, bursts


def _scores() -> list[dict[str, Any]]:
    rows = [
        ("default", 0.91, 0.42, 24.0, 1.2),
        ("bold.toml", 0.95, 0.8, 16.5, 1.4),
        ("z-score of the last day", 0.7, 6.31, 12.0, 9.7),
    ]
    return [
        {
            "name": name,
            "recall": recall,
            "recall_low": recall - 0.08,
            "recall_high": min(1.0, recall + 0.05),
            "false_opens_per_brand_week": false,
            "median_delay_minutes": delay,
            "opens_per_incident": opens,
        }
        for name, recall, false, delay, opens in rows
    ]
