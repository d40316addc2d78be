"""Additive counts of one or more windows, in integers: neither the order of arrival nor the size of a batch changes them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from detectors.packed import pack, unpack

MOST_LANGUAGES = 12
"""Of a brand, and `und`, as which further ones are counted."""


@dataclass(slots=True)
class Place:
    """What was said on one platform. Times in milliseconds since the epoch."""

    mentions: int = 0
    negative: int = 0
    first_at_ms: int = 0
    last_at_ms: int = 0
    voices: int = 0
    unrest: int = 0

    def add(self, other: Place) -> None:
        """Take in what was said there in another window."""
        if not self.mentions:
            self.first_at_ms, self.last_at_ms = other.first_at_ms, other.last_at_ms
        self.first_at_ms = min(self.first_at_ms, other.first_at_ms)
        self.last_at_ms = max(self.last_at_ms, other.last_at_ms)
        self.mentions += other.mentions
        self.negative += other.negative
        self.voices += other.voices
        self.unrest += other.unrest


@dataclass(slots=True)
class Counts:
    """Additive counts of one or more windows.

    `talkers` counts people once in five minutes, `voices`, `unhappy`, `callers`, `copiers` and `unhappy_copiers` once in
    some hours (`detectors.authors`); the other numbers count mentions or sum over them. A voice is an author with a
    scored mention that is no repost, a copier one with a scored repost.
    """

    mentions: int = 0
    scored: int = 0
    mood_micro: int = 0
    """Sum of the scores of the voices, each once, in millionths."""
    negative: int = 0
    boycott: int = 0
    known_author: int = 0
    reach: int = 0
    talkers: int = 0
    voices: int = 0
    unhappy: int = 0
    unrest: int = 0
    """Of the voices, in tenths of a person: each by how sure its score is that it is unhappy."""
    callers: int = 0
    copiers: int = 0
    unhappy_copiers: int = 0
    first_offset: int = -1
    """Offset of the earliest record counted here, -1 for none."""
    places: dict[str, Place] = field(default_factory=dict)
    languages: dict[str, int] = field(default_factory=dict)
    causes: dict[str, int] = field(default_factory=dict)
    emotions: dict[str, int] = field(default_factory=dict)

    def add_sums(self, other: Counts) -> None:
        """Take in the plain sums of another window, and nothing else."""
        self.mentions += other.mentions
        self.scored += other.scored
        self.mood_micro += other.mood_micro
        self.negative += other.negative
        self.boycott += other.boycott
        self.known_author += other.known_author
        self.reach += other.reach
        self.talkers += other.talkers
        self.voices += other.voices
        self.unhappy += other.unhappy
        self.unrest += other.unrest
        self.callers += other.callers
        self.copiers += other.copiers
        self.unhappy_copiers += other.unhappy_copiers

    def add(self, other: Counts) -> None:
        """Take in the counts of another window."""
        self.add_sums(other)
        self.first_offset = earliest(self.first_offset, other.first_offset)
        for platform, place in other.places.items():
            self.places.setdefault(platform, Place()).add(place)
        add_languages(self.languages, other.languages, self.languages)
        add_counts(self.causes, other.causes)
        add_counts(self.emotions, other.emotions)

    def row(self) -> list[Any]:
        """The values in the order of `COLUMNS`."""
        columns = [pack([getattr(place, name) for place in self.places.values()]) for name in PLACE_COLUMNS]
        places = [list(self.places), *columns]
        sums = [getattr(self, name) for name in SUMS]
        return [*sums, self.first_offset, places, dict(self.languages), dict(self.causes), dict(self.emotions)]

    @classmethod
    def from_row(cls, row: list[Any]) -> Counts:
        """The counts a row was made of."""
        counts = cls()
        for name, value in zip(COLUMNS, row, strict=True):
            setattr(counts, name, dict(value) if isinstance(value, dict) else value)
        platforms, *columns = row[COLUMNS.index("places")]
        values = zip(*(unpack(column, len(platforms)) for column in columns), strict=True)
        counts.places = {
            platform: Place(**dict(zip(PLACE_COLUMNS, place, strict=True)))
            for platform, place in zip(platforms, values, strict=True)
        }
        return counts


SUMS = (
    "mentions",
    "scored",
    "mood_micro",
    "negative",
    "boycott",
    "known_author",
    "reach",
    "talkers",
    "voices",
    "unhappy",
    "unrest",
    "callers",
    "copiers",
    "unhappy_copiers",
)
"""The fields of `Counts` that are plain sums."""
COLUMNS = (*SUMS, "first_offset", "places", "languages", "causes", "emotions")
"""The order of `Counts.row()`."""
PLACE_COLUMNS = ("mentions", "negative", "first_at_ms", "voices", "unrest")
"""The order of a place in it; when it was last heard of is asked of single windows only."""


def add_languages(mine: dict[str, int], theirs: dict[str, int], known: dict[str, int]) -> None:
    """Take in counts by language; where `MOST_LANGUAGES` are known, further ones as `und`."""
    for name, count in sorted(theirs.items()) if len(known) + len(theirs) > MOST_LANGUAGES else theirs.items():
        kept = name if name in known or len(known) < MOST_LANGUAGES else "und"
        mine[kept] = mine.get(kept, 0) + count
        known.setdefault(kept, 0)


def add_counts(mine: dict[str, int], theirs: dict[str, int]) -> None:
    """Take in counts by name."""
    for key, count in theirs.items():
        mine[key] = mine.get(key, 0) + count


def earliest(one: int, other: int) -> int:
    """The smaller of two offsets, where -1 means none."""
    if one < 0 or other < 0:
        return max(one, other)
    return min(one, other)
