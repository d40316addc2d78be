"""OperatorFeedback: what people decided or labelled."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

from stream.events.mention import BrandId, MentionId, ShortText, Text, Time

Verdict = Literal[
    "acknowledge",
    "confirm",
    "dismiss",
    "mute",
    "unmute",
    "relabel",
    "answered",
    "done",
    "false_claim",
    "set_root_cause",
    "close",
]


class Target(Struct, frozen=True, gc=False):
    """What the feedback is about: exactly one of these."""

    crisis_id: ShortText | None = None
    mention_id: MentionId | None = None
    advice_id: ShortText | None = None


class OperatorFeedback(Struct, frozen=True, gc=False):
    """A person's word. `actor_ref` names the person by a reference of the caller's, never by name."""

    feedback_id: MentionId
    brand_id: BrandId
    target: Target
    verdict: Verdict
    actor_ref: Annotated[str, Meta(min_length=1, max_length=200)]
    at: Time
    """When it was said."""
    value: ShortText | None = None
    """Of `set_root_cause`: the cause."""
    text: Text | None = None
    language: Annotated[str, Meta(max_length=35)] | None = None
    until: Time | None = None
    """Of `mute`: its end."""
    reason: ShortText | None = None
    """Told with the events that follow."""
