"""Compares what readers of committed records saw with what one process tells of the same mentions."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from tests.integration.service import Installation

Events = dict[str, list[dict[str, Any]]]
"""By brand, in order."""


class Difference(NamedTuple):
    """Of what was told from what should have been."""

    missing: int
    """Events."""
    extra: int
    """Events."""
    misplaced: int
    """Brands whose events are the right ones in another order."""

    @property
    def any(self) -> bool:
        """Whether there is one."""
        return self != (0, 0, 0)


def verdict(installation: Installation, path: Path) -> dict[str, int]:
    """How many events there are, and how they differ from the replay."""
    found = installation.events()
    return {"events": sum(map(len, found.values())), **difference(replayed(installation, path), found)._asdict()}


def replayed(installation: Installation, path: Path) -> Events:
    """What one process tells of a file."""
    out = installation.folder / "replayed"
    done = installation.command("replay", str(path), "--out", str(out))
    assert 0 == done.returncode, done.stderr.decode()
    found: Events = {}
    for line in (out / "crisis-events.jsonl").read_bytes().splitlines():
        event = orjson.loads(line)
        found.setdefault(event["subject"], []).append(event)
    return found


def comparable(events: Events) -> Events:
    """Without where the mentions stood in the log, and when the event was written."""
    return {
        brand: [{**event, "recordedtime": None, "data": {**event["data"], "inputs": None}} for event in events_of_brand]
        for brand, events_of_brand in events.items()
    }


def difference(expected: Events, found: Events) -> Difference:
    """Brand by brand."""
    expected, found = comparable(expected), comparable(found)
    missing = extra = misplaced = 0
    for brand in expected.keys() | found.keys():
        should, did = ([orjson.dumps(event) for event in events.get(brand, [])] for events in (expected, found))
        missing += (Counter(should) - Counter(did)).total()
        extra += (Counter(did) - Counter(should)).total()
        misplaced += should != did and Counter(should) == Counter(did)
    return Difference(missing, extra, misplaced)
