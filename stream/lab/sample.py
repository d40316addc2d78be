"""What a sample of mentions holds, as the field map reads it: a wrong map often refuses nothing and finds nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from stream.config import Config
from stream.errors import Refused
from stream.events.envelope import rfc3339
from stream.events.mention import Mention
from stream.intake import Intake
from stream.ports import LATER_MS, StoredRecord

SHOWN = 10
LIKELY_SINCE = datetime(2000, 1, 1, tzinfo=UTC)
LIKELY_SHARE = 0.5


def look(values: Iterable[bytes], config: Config) -> dict[str, Any]:
    """Brands, the stretch of time, the share that has each useful field, and what of it looks wrong, in words."""
    intake = Intake(config, 0)
    taken: list[Mention] = []
    for number, value in enumerate(values):
        with suppress(Refused):
            taken.append(intake.mention(StoredRecord(0, number, LATER_MS, None, value))[0])
    if not taken:
        return {"taken": 0}
    brands = Counter(mention.brand_id for mention in taken)
    first, last = min(mention.published_at for mention in taken), max(mention.published_at for mention in taken)
    share = {
        "text": sum(mention.text is not None for mention in taken) / len(taken),
        "sentiment": sum(mention.sentiment is not None for mention in taken) / len(taken),
        "text or sentiment": sum(bool(mention.text or mention.sentiment) for mention in taken) / len(taken),
        "language": sum(mention.language is not None for mention in taken) / len(taken),
        "author.ref": sum(mention.author is not None for mention in taken) / len(taken),
    }
    doubts = []
    if first < LIKELY_SINCE:
        doubts.append(f"published_at begins in {first.year}: is mentions.time_format right?")
    if share["text or sentiment"] < LIKELY_SHARE:
        doubts.append("most mentions have neither text nor sentiment: nobody in them can be unhappy")
    if share["author.ref"] < LIKELY_SHARE:
        doubts.append("most mentions have no author.ref: one person who writes fifty times looks like fifty")
    return {
        "taken": len(taken),
        "brands": dict(brands.most_common(SHOWN)),
        "brand_count": len(brands),
        "first_published_at": rfc3339(first),
        "last_published_at": rfc3339(last),
        "share": {name: round(value, 4) for name, value in share.items()},
        "doubts": doubts,
    }


def as_text(seen: dict[str, Any]) -> str:
    """The same for people."""
    if not seen["taken"]:
        return "nothing could be read"
    more = f" and {seen['brand_count'] - SHOWN} more" if seen["brand_count"] > SHOWN else ""
    lines = [
        f"  brands     {', '.join(f'{brand} ({count})' for brand, count in seen['brands'].items())}{more}",
        f"  published  {seen['first_published_at']} to {seen['last_published_at']}",
        f"  with       {', '.join(f'{name} {100 * value:.0f} %' for name, value in seen['share'].items())}",
    ]
    return "\n".join([*lines, *(f"  doubtful   {doubt}" for doubt in seen["doubts"])])
