"""JSON Schemas (2020-12) of the wire types, as they are published."""

from __future__ import annotations

from typing import Any

import msgspec

from stream.events.activity import BrandActivity
from stream.events.crisis import CrisisEvent
from stream.events.feedback import OperatorFeedback
from stream.events.mention import Mention

NOUNS: dict[str, type] = {
    "mention": Mention,
    "brand-activity": BrandActivity,
    "operator-feedback": OperatorFeedback,
    "crisis-event": CrisisEvent,
    "crisis-state": CrisisEvent,
}


def json_schema(noun: str) -> dict[str, Any]:
    """The schema of the `data` of an event. Raises KeyError for a noun that is not in `NOUNS`."""
    (root,), definitions = msgspec.json.schema_components([NOUNS[noun]], ref_template="#/$defs/{name}")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:brushfire:schema:{noun}:v1",
        **root,
        "$defs": definitions,
    }
