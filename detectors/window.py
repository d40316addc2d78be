"""What one closed window of one brand says: counts, sums and small sets, added up from its observations.

Everything here adds up in integers and sets, so that neither the order of arrival nor the size of a batch can change
a reading, and two halves of a window (a brand split over two workers) can be merged.
"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from detectors.counts import Counts, Place
from detectors.observation import BOYCOTT, COPY, KNOWN_AUTHOR, NEGATIVE, REMARKABLE, Observation

WINDOW_SECONDS = 60
"""Usual length of a base window. Windows are `[start, end)`, aligned to the epoch."""
MAX_EXEMPLARS = 10

Exemplar = tuple[int, int, str, str | None, str, int]
"""A mention worth reading first: (reach, minus its time in milliseconds, id, url, why, author or 0). The largest
one wins."""

Use = tuple[int, tuple[str, ...]]
"""An author and the terms of one mention."""

Voice = tuple[int, str, int]
"""What somebody said: score in millionths, platform, thread."""


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
