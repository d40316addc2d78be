"""What one closed window of one brand says: counts, sums and small sets, added up from its observations.

Everything here adds up in integers and sets, so that neither the order of arrival nor the size of a batch can change
a reading, and two halves of a window (a brand split over two workers) can be merged.
"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any, Protocol

from detectors.packed import pack, unpack

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

WINDOW_SECONDS = 60
"""Usual length of a base window. Windows are `[start, end)`, aligned to the epoch."""
MAX_EXEMPLARS = 10
MOST_LANGUAGES = 12
"""Of a brand, and `und`, as which further ones are counted."""


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


Exemplar = tuple[int, int, str, str | None, str, int]
"""A mention worth reading first: (reach, minus its time in milliseconds, id, url, why, author or 0). The largest
one wins."""

Use = tuple[int, tuple[str, ...]]
"""An author and the terms of one mention."""

Voice = tuple[int, str, int]
"""What somebody said: score in millionths, platform, thread."""


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


def unrest(score_micro: int) -> int:
    """What a voice with this score counts for among the unhappy, in tenths of a person; 0 for most."""
    if score_micro > UNREST_FROM_MICRO:
        return 0
    return min(MOST_UNREST, max(LEAST_UNREST, -score_micro * 10 // UNREST_MICRO))


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


@dataclass(slots=True)
class WindowSummary:
    """One closed window of one brand; `start` in seconds since the epoch."""

    start: int
    counts: Counts = field(default_factory=Counts)
    authors: set[int] = field(default_factory=set)
    negative_authors: set[int] = field(default_factory=set)
    unhappy: dict[int, Voice] = field(default_factory=dict)
    """Authors of a negative mention that is no repost, and the worst of theirs."""
    content: dict[int, Voice] = field(default_factory=dict)
    """Authors of any other scored mention that is no repost, and the best of theirs; one person may be in both."""
    callers: set[int] = field(default_factory=set)
    """Authors of a call to boycott that is no repost."""
    copiers: dict[int, int] = field(default_factory=dict)
    """Authors of a scored repost, and its thread."""
    unhappy_copiers: dict[int, int] = field(default_factory=dict)
    """Of these, those of a negative one."""
    threads: dict[int, list[int]] = field(default_factory=dict)
    """By thread: unrest, voices, unhappy copiers; filled in once it is known who was counted lately."""
    uses: list[Use] = field(default_factory=list)
    """Who used which terms, one entry a mention that has any."""
    exemplars: list[Exemplar] = field(default_factory=list)

    def pool(self, platforms: AbstractSet[str], name: str) -> None:
        """Tell these platforms no longer apart, before people are counted: what was said there was said at `name`."""
        places = self.counts.places
        for platform in sorted(platforms):
            places.setdefault(name, Place()).add(places.pop(platform))
        for voices in (self.unhappy, self.content):
            for author, (score_micro, platform, thread) in voices.items():
                if platform in platforms:
                    voices[author] = score_micro, name, thread

    def merge(self, other: WindowSummary) -> None:
        """Take in another part of the same window: the parts of a brand that was split over several workers."""
        self.counts.add(other.counts)
        self.authors |= other.authors
        self.negative_authors |= other.negative_authors
        for author, voice in other.unhappy.items():
            self.unhappy[author] = min(voice, self.unhappy.get(author, voice))
        for author, voice in other.content.items():
            self.content[author] = max(voice, self.content.get(author, voice))
        self.callers |= other.callers
        for mine, theirs in ((self.copiers, other.copiers), (self.unhappy_copiers, other.unhappy_copiers)):
            for author, thread in theirs.items():
                mine[author] = min(thread, mine.get(author, thread))
        self.uses += other.uses
        self.exemplars += other.exemplars


def best_exemplars(candidates: list[Exemplar]) -> list[Exemplar]:
    """The widest-read mentions first; each mention once."""
    if len(candidates) < 2:
        return candidates
    return sorted(set(candidates), key=_by_reach, reverse=True)[:MAX_EXEMPLARS]


def _by_reach(exemplar: Exemplar) -> tuple[int, int, str]:
    return exemplar[:3]


def summarise(  # noqa: C901, PLR0912, PLR0915 -- one pass, the hot path
    start: int,
    observations: Iterable[Observation],
    copies: AbstractSet[str] = frozenset(),
    shadows: AbstractSet[int] = frozenset(),
) -> WindowSummary:
    """Add up the observations of one window, in any order.

    `copies` are the ids of mentions that turned out to be somebody else's words, `shadows` the scorers whose scores are
    no evidence yet.
    """
    summary = WindowSummary(start)
    places, languages = summary.counts.places, summary.counts.languages
    authors, unhappy, content = summary.authors, summary.unhappy, summary.content
    mentions = scored = reach = known_author = 0
    first_offset = -1
    for seen in observations:  # the hot loop: one pass, local names
        flags, author, at_ms, offset, score = seen.flags, seen.author, seen.at_ms, seen.offset, seen.score_micro
        mentions += 1
        reach += seen.reach
        authors.add(author)
        if offset < first_offset or first_offset < 0:
            first_offset = offset
        place = places.get(seen.platform)
        if place is None:
            place = places[seen.platform] = Place(0, 0, at_ms, at_ms)
        place.mentions += 1
        if at_ms > place.last_at_ms:
            place.last_at_ms = at_ms
        elif at_ms < place.first_at_ms:
            place.first_at_ms = at_ms
        language = seen.language
        languages[language] = languages.get(language, 0) + 1
        if seen.mention_id in copies:
            flags |= COPY
        if shadows and seen.scorer in shadows:
            score, flags = None, flags & ~NEGATIVE
        if score is not None:
            scored += 1
            if flags & COPY:
                _note_copy(summary, seen)
            elif flags & NEGATIVE:
                voice = score, seen.platform, seen.thread
                if author not in unhappy or voice < unhappy[author]:
                    unhappy[author] = voice
            else:
                voice = score, seen.platform, seen.thread
                if author not in content or voice > content[author]:
                    content[author] = voice
        known_author += flags & KNOWN_AUTHOR
        if flags & REMARKABLE or seen.terms:
            _note(summary, seen, flags, place)
    counts = summary.counts
    counts.mentions, counts.scored, counts.reach = mentions, scored, reach
    counts.known_author, counts.first_offset = known_author // KNOWN_AUTHOR, first_offset
    return summary


def _note_copy(summary: WindowSummary, seen: Observation) -> None:
    author, thread = seen.author, seen.thread
    summary.copiers[author] = min(thread, summary.copiers.get(author, thread))
    if seen.flags & NEGATIVE:
        summary.unhappy_copiers[author] = min(thread, summary.unhappy_copiers.get(author, thread))


def _note(summary: WindowSummary, seen: Observation, flags: int, place: Place) -> None:
    """What only some mentions have: a complaint, a call, words worth counting."""
    author, counts = seen.author, summary.counts
    if flags & BOYCOTT:
        counts.boycott += 1
        if not flags & COPY:
            summary.callers.add(author)
    if flags & NEGATIVE:
        counts.negative += 1
        place.negative += 1
        summary.negative_authors.add(author)
        why = "boycott" if flags & BOYCOTT else "negative"
        known = author if flags & KNOWN_AUTHOR else 0
        summary.exemplars.append((seen.reach, -seen.at_ms, seen.mention_id, seen.url, why, known))
        for cause in seen.causes:
            counts.causes[cause] = counts.causes.get(cause, 0) + 1
    for emotion, micro in seen.emotions:
        counts.emotions[emotion] = counts.emotions.get(emotion, 0) + micro
    if seen.terms:
        summary.uses.append((author, seen.terms))
