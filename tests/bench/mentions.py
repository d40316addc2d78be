"""The mentions of the benches: each its own id and author, about 400 bytes, with a sentiment and a text."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from random import Random

import orjson

TEXTS = (
    "ordered on monday and it came today, the box was fine and everything in it works as it should, happy with that",
    "does anybody know whether the shop in the main street is open on sunday afternoon or only until noon as before",
    "the new version of the app keeps logging me out and support has not answered in three days, really annoying now",
    "picked up my parcel this morning, friendly staff and no waiting at all, would go there again any time i must say",
    "third late delivery in a row and nobody can tell me where my order is, terrible service and no refund in sight",
)
SCORES = (0.62, 0.03, -0.58, 0.71, -0.74)


def mentions(
    count: int, brands: int, minutes: int, seed: int = 1, start: datetime = datetime(2026, 1, 5, tzinfo=UTC)
) -> Iterator[tuple[str, bytes]]:
    """`(brand_id, value)` in order of time, evenly over the minutes."""
    random = Random(seed)
    begin = start.timestamp()
    for number in range(count):
        at = begin + 60.0 * minutes * number / count
        kind = random.choices(range(5), (3, 3, 1, 3, 1))[0]
        brand_id = f"brand-{random.randrange(brands):03d}"
        yield (
            brand_id,
            orjson.dumps(
                {
                    "mention_id": f"x:{number:012d}",
                    "brand_id": brand_id,
                    "published_at": _time(at - random.random() * 60),
                    "collected_at": _time(at),
                    "platform": random.choice(("x", "facebook", "reddit")),
                    "text": TEXTS[kind],
                    "language": "en",
                    "sentiment": {"score": round(SCORES[kind] + random.uniform(-0.2, 0.2), 3)},
                    "author": {"ref": f"a{number:012x}", "followers": random.randrange(2000)},
                }
            ),
        )


def _time(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
