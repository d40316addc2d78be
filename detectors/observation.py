"""What the detectors keep of one mention."""

from __future__ import annotations

from typing import Protocol

NEGATIVE = 1
"""Flag of an observation: the mention is negative (the door decides what that means)."""
COPY = 2
"""Flag: a repost. It is talk, but no voice of its own."""
BOYCOTT = 4
"""Flag: calls to boycott the brand."""
KNOWN_AUTHOR = 8
"""Flag: the author was given; a mention without one counts as its own author."""
EMOTIONAL = 16
"""Flag: emotions were given."""
REMARKABLE = NEGATIVE | BOYCOTT | EMOTIONAL

UNREST_FROM_MICRO = -50_000
"""From this score down, in millionths, a voice counts as unrest."""
UNREST_MICRO = 400_000
"""How low a score is a whole person's unrest: a scorer is surer of what it scores low."""
LEAST_UNREST, MOST_UNREST = 4, 13
"""Tenths of a person that one voice counts for, at least and at most."""


class Observation(Protocol):
    """What the detectors keep of one mention. Times are milliseconds since the epoch, scores millionths."""

    @property
    def mention_id(self) -> str:
        """Its id, unique within the brand."""

    @property
    def at_ms(self) -> int:
        """Event time."""

    @property
    def author(self) -> int:
        """32-bit hash of the author's reference, or of the mention's id where no author is known."""

    @property
    def flags(self) -> int:
        """`NEGATIVE`, `COPY`, `BOYCOTT`, `KNOWN_AUTHOR`, `EMOTIONAL`, added up."""

    @property
    def score_micro(self) -> int | None:
        """Sentiment in [-1_000_000, 1_000_000]; None where neither text nor sentiment was given."""

    @property
    def platform(self) -> str:
        """Where it was said."""

    @property
    def language(self) -> str:
        """Primary BCP-47 tag, `und` for unknown."""

    @property
    def thread(self) -> int:
        """32-bit hash of the conversation it belongs to; its own where none is known."""

    @property
    def scorer(self) -> int:
        """32-bit hash of the name of what scored it; 0 where nothing did."""

    @property
    def fingerprint(self) -> int:
        """32-bit hash of its words, 0 where it does not matter whether they are copied or cannot be told."""

    @property
    def reach(self) -> int:
        """How many it may have reached."""

    @property
    def offset(self) -> int:
        """Where the record stands in its partition: what to replay."""

    @property
    def url(self) -> str | None:
        """Where to read it."""

    @property
    def terms(self) -> tuple[str, ...]:
        """What it is about: words, '#hashtags', 'host/path'."""

    @property
    def causes(self) -> tuple[str, ...]:
        """What its text complains about."""

    @property
    def emotions(self) -> tuple[tuple[str, int], ...]:
        """(emotion, intensity in millionths)."""


def unrest(score_micro: int) -> int:
    """What a voice with this score counts for among the unhappy, in tenths of a person; 0 for most."""
    if score_micro > UNREST_FROM_MICRO:
        return 0
    return min(MOST_UNREST, max(LEAST_UNREST, -score_micro * 10 // UNREST_MICRO))
