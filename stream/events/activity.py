"""BrandActivity: what the brand itself does or plans."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from stream.events.mention import BrandId, MentionId, ShortText, Text, Time

KINDS = frozenset(("planned_post", "owned_post", "campaign", "holiday", "statement"))


class BrandActivity(Struct, frozen=True, gc=False):
    """A plan or a deed of the brand, known from where it was read, in force in `[starts_at, ends_at)`."""

    activity_id: MentionId
    brand_id: BrandId
    kind: ShortText
    """One of the known values below."""
    starts_at: Time
    platform: ShortText | None = None
    ends_at: Time | None = None
    """24 hours after `starts_at` when absent."""
    expected_lift: Annotated[float, Meta(ge=1.0, le=1000.0)] | None = None
    """So many times the usual talk is to be expected."""
    mention_id: MentionId | None = None
    text: Text | None = None
    language: Annotated[str, Meta(max_length=35)] | None = None
    responds_to_crisis_id: ShortText | None = None
