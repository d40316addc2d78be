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
DELETED_BY = frozenset(("author", "platform", "brand", "unknown"))
MAX_COUNT = 10**15

Time = Annotated[datetime, Meta(tz=True)]
Share = Annotated[float, Meta(ge=0.0, le=1.0)]
Count = Annotated[int, Meta(ge=0, le=MAX_COUNT)]
MentionId = Annotated[str, Meta(min_length=1, max_length=200)]
Text = str
ShortText = Annotated[str, Meta(max_length=2000)]
BrandId = Annotated[str, Meta(min_length=1, max_length=64)]

BRAND_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


class Sentiment(Struct, frozen=True, gc=False):
    """An upstream score of the mention, in [-1, 1]."""

    score: Annotated[float, Meta(ge=-1.0, le=1.0)]
    """-1 unhappy, 1 happy."""
    confidence: Share | None = None
    """Read, and not used yet."""
    model: ShortText | None = None
    """Read, and not used yet."""


class Author(Struct, frozen=True, gc=False):
    """Who wrote it. `ref` is the caller's keyed hash, never a handle."""

    ref: Annotated[str, Meta(min_length=1, max_length=2000)]
    """Different for different people, the same for the same one."""
    followers: Count | None = None
    """Reach of the mention where it has none of its own."""
    verified: bool | None = None
    created_at: Time | None = None
    is_brand: bool | None = None
    """The brand's own account: talk, but no voice."""
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
    """Stable for a post of a platform; no control characters."""
    brand_id: BrandId
    """`[a-z0-9][a-z0-9_-]{0,63}`"""
    published_at: Time
    """Event time."""
    platform: ShortText = "other"
    """One of the known values below, or `other`."""
    op: Literal["upsert", "delete"] = "upsert"
    """`delete` takes a mention out; a refresh is an `upsert` with a higher `revision`."""
    revision: Count = 0
    """The highest one of an id counts, while its window is open."""
    collected_at: Time | None = None
    """When the collector saw it."""
    collector: ShortText | None = None
    """Which collector brought it."""
    text: Text | None = None
    """May be left out; beyond 20,000 characters it is cut for scoring. It is in no event and no log."""
    language: Annotated[str, Meta(max_length=35)] | None = None
    """BCP 47; detected where it is absent."""
    sentiment: Sentiment | None = None
    author: Author | None = None
    engagement: Engagement | None = None
    reach: Count | None = None
    """How many people may have seen it."""
    url: Text | None = None
    """Told with exemplars, unless `mentions.privacy`."""
    thread_id: ShortText | None = None
    in_reply_to: ShortText | None = None
    repost_of: ShortText | None = None
    """Of a repost: talk, but no voice of its own."""
    product_id: ShortText | None = None
    emotions: dict[str, Share] | None = None
    """Shares of the known emotions below."""
    intents: list[str] | None = None
    """Known intents below, added to what the text shows."""
    geo: Geo | None = None
    media: list[Media] | None = None
    deleted_by: ShortText | None = None
    """`author`, `platform`, `brand` or `unknown`, with `delete`."""


def check_brand_id(brand_id: str) -> None:
    """Refuse what is no brand id; asked once per brand, not per mention."""
    if not BRAND_ID.fullmatch(brand_id):
        raise Refused(Reason.SCHEMA, f"brand_id: must match {BRAND_ID.pattern}")


def check_no_control_characters(value: str, path: str) -> None:
    """Refuse control characters in an id."""
    if not value.isprintable() and _CONTROL.search(value):
        raise Refused(Reason.SCHEMA, f"{path}: must not contain control characters")
