"""Writes a scenario as a stream: `mentions.jsonl.gz` in order of arrival, `truth.json`, and what brands announced."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator
from heapq import heappop, heappush
from pathlib import Path
from typing import Any

import orjson

from stream.lab.faults import Faults
from stream.lab.flow import Flow
from stream.lab.people import People
from stream.lab.scenario import HOUR, Crowd, Scenario, World
from stream.lab.stamps import stamp
from stream.lab.truth import Tally, Truth

WORLDS: dict[str, Callable[[Scenario, int], World]] = {"flow": Flow, "people": People}


def mentions(scenario: Scenario, world: World, seed: int, tally: Tally | None = None) -> Iterator[dict[str, Any]]:
    """The mentions of a scenario in order of arrival, as records of the contract. `tally` counts them by story."""
    faults = Faults(scenario, seed)
    held: list[tuple[float, int, dict[str, Any]]] = []
    number = 0
    for hour, published in enumerate(world.hours()):
        if tally is not None:
            tally.add(published)
        for arrival in faults.apply(published):
            heappush(held, (arrival.at, number, arrival.mention))
            number += 1
        until = scenario.start + (hour + 1) * HOUR
        while held and held[0][0] < until:
            yield heappop(held)[2]
    while held:
        yield heappop(held)[2]


def activities(scenario: Scenario) -> list[dict[str, Any]]:
    """What the brands announced, as records of the contract."""
    return [
        {
            "activity_id": story.story_id,
            "brand_id": story.brand_id,
            "kind": "campaign",
            "starts_at": stamp(story.start),
            "ends_at": stamp(story.end),
            "expected_lift": story.announced_lift,
        }
        for story in scenario.stories
        if isinstance(story, Crowd) and story.announced_lift is not None
    ]


def write(
    scenario: Scenario, world: str, seed: int, out: Path, progress: Callable[[float], None] = lambda _: None
) -> int:
    """Write the stream; returns the number of mentions. The same arguments give the same bytes."""
    out.mkdir(parents=True, exist_ok=True)
    made = WORLDS[world](scenario, seed)
    tally = Tally(scenario)
    count = 0
    # no time and no name in the header: the same arguments give the same bytes
    with (out / "mentions.jsonl.gz").open("wb") as raw, gzip.GzipFile("", "wb", 3, raw, mtime=0) as packed:
        lines: list[bytes] = []
        for mention in mentions(scenario, made, seed, tally):
            lines.append(orjson.dumps(mention, option=orjson.OPT_APPEND_NEWLINE))
            if len(lines) == 5000:
                count += len(lines)
                packed.write(b"".join(lines))
                lines.clear()
                progress(tally.hours / scenario.hours)
        packed.write(b"".join(lines))
        count += len(lines)
    normals = {brand.brand_id: made.normal(brand) for brand in scenario.brands}
    (out / "truth.json").write_bytes(Truth.of(scenario, world, seed, normals, tally).as_json())
    announced = [orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE) for line in activities(scenario)]
    if announced:
        (out / "activity.jsonl").write_bytes(b"".join(announced))
    else:
        (out / "activity.jsonl").unlink(missing_ok=True)  # of another stream that was here
    return count
