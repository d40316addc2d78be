"""Mention: one post, comment, review or article about a brand."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct

from stream.errors import Reason, Refused

PLATFORMS = frozenset(
    [
        "x",
        "instagram",
        "facebook",
        "tiktok",
        "youtube",
        "linkedin",
        "reddit",
        "telegram",
        "vk",
        "weibo",
        "bluesky",
        "mastodon",
        "news",
        "blog",
        "forum",
        "review",
        "support",
        "other",
    ]
)
INTENTS = frozenset(
    ("boycott", "demand_compensation", "demand_resolution", "question", "praise", "safety_risk", "legal_threat")
)
EMOTIONS = frozenset(("anger", "disappointment", "distrust", "fear", "joy"))
MAX_COUNT = 10**15

Time = Annotated[datetime, Meta(tz=True)]
Share = Annotated[float, Meta(ge=0.0, le=1.0)]
Count = Annotated[int, Meta(ge=0, le=MAX_COUNT)]
MentionId = Annotated[str, Meta(min_length=1, max_length=200)]
Text = str
ShortText = Annotated[str, Meta(max_length=2000)]
BrandId = Annotated[str, Meta(min_length=1, max_length=64)]

_BRAND_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


class Sentiment(Struct, frozen=True, gc=False):
    """An upstream score of the mention, in [-1, 1]."""

    score: Annotated[float, Meta(ge=-1.0, le=1.0)]
    confidence: Share | None = None
    model: ShortText | None = None


class Author(Struct, frozen=True, gc=False):
    """Who wrote it. `ref` is the caller's keyed hash, never a handle."""

    ref: Annotated[str, Meta(min_length=1, max_length=2000)]
    followers: Count | None = None
    verified: bool | None = None
    created_at: Time | None = None
    is_brand: bool | None = None
    is_employee: bool | None = None
    country: Annotated[str, Meta(max_length=2)] | None = None


class Engagement(Struct, frozen=True, gc=False):
    """How the mention was received so far."""

    likes: Count | None = None
    shares: Count | None = None
    comments: Count | None = None
    views: Count | None = None


class Geo(Struct, frozen=True, gc=False):
    """Where it was written."""

    country: Annotated[str, Meta(max_length=2)]
    region: ShortText | None = None


class Media(Struct, frozen=True, gc=False):
    """A picture or film, by its hash: reused images tell."""

    type: ShortText
    sha256: Annotated[str, Meta(max_length=64)]


class Mention(Struct, frozen=True, gc=False):
    """One record per brand mentioned. (`brand_id`, `mention_id`) is its identity."""

    mention_id: MentionId
    brand_id: BrandId
    published_at: Time
    platform: ShortText = "other"
    op: Literal["upsert", "delete"] = "upsert"
    revision: Count = 0
    collected_at: Time | None = None
    collector: ShortText | None = None
    text: Text | None = None
    language: Annotated[str, Meta(max_length=35)] | None = None
    sentiment: Sentiment | None = None
    author: Author | None = None
    engagement: Engagement | None = None
    reach: Count | None = None
    url: Text | None = None
    thread_id: ShortText | None = None
    in_reply_to: ShortText | None = None
    repost_of: ShortText | None = None
    product_id: ShortText | None = None
    emotions: dict[str, Share] | None = None
    intents: list[str] | None = None
    geo: Geo | None = None
    media: list[Media] | None = None
    deleted_by: ShortText | None = None


def check_brand_id(brand_id: str) -> None:
    """Refuse what is no brand id; asked once per brand, not per mention."""
    if not _BRAND_ID.fullmatch(brand_id):
        raise Refused(Reason.SCHEMA, "brand_id: must match [a-z0-9][a-z0-9_-]{0,63}")


def check_no_control_characters(value: str, path: str) -> None:
    """Refuse control characters in an id."""
    if not value.isprintable() and _CONTROL.search(value):
        raise Refused(Reason.SCHEMA, f"{path}: must not contain control characters")
