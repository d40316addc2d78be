"""The last six hours of a brand: what was counted up to each window of the last hour, and each ten minutes before."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterator
from itertools import pairwise
from operator import add, attrgetter, sub
from typing import Any

from detectors.counts import SUMS, Counts, Place
from detectors.details import Details
from detectors.packed import pack, pack_times, unpack, unpack_times
from detectors.returning import Returning
from detectors.window import WINDOW_SECONDS

COARSE_SECONDS = 600
FINE_REACH = 3600
COARSE_REACH = 6 * 3600
SPANS = (600, 1800, 3600, 7200, 21600)
"""The spans that are summed, seconds. Up to an hour they slide by a base window, beyond by ten minutes."""

Sums = tuple[int, ...]
"""The sums of `detectors.counts.SUMS`, in that order."""
PlaceSums = tuple[int, int, int, int]
"""Of a platform: mentions, negative ones, voices, unrest."""
Mark = tuple[int, Sums, dict[str, PlaceSums]]
"""Start of a window that held something, and what had been counted before it."""

_COUNTED = {name: SUMS.index(name) for name in SUMS}
_MOSTLY = {
    "scored": "mentions", "known_author": "mentions", "talkers": "mentions", "voices": "scored", "unhappy": "negative",
    "callers": "boycott",
}  # fmt: skip
"""Mostly as many as these, and after them in `SUMS`: stored is how many are missing."""
_NOTHING = (0,) * len(SUMS)
_NOBODY = (0, 0, 0, 0)
_sums = attrgetter(*SUMS)


class Total:
    """Everything that was counted so far, and that of each platform."""

    __slots__ = ("places", "sums")

    def __init__(self) -> None:
        self.sums: Sums = _NOTHING
        self.places: dict[str, PlaceSums] = {}


def _since_start(name: str) -> Any:
    """A sum over a span: what is counted now less what had been counted when it began."""
    column = _COUNTED[name]

    def counted(span: Span) -> int:
        return span.total.sums[column] - span.before[column]

    return property(counted, doc=f"Sum of `Counts.{name}`.")


class Span:
    """Sums over the last `seconds`, up to the end of the last closed window."""

    __slots__ = ("before", "fine", "grain", "marks", "places_before", "seconds", "total")

    def __init__(self, seconds: int, window_seconds: int, total: Total) -> None:
        self.seconds = seconds
        self.fine = seconds <= FINE_REACH
        self.grain = window_seconds if self.fine else COARSE_SECONDS
        self.marks: deque[Mark] = deque()
        """Those of its grain that lie within, oldest first."""
        self.total = total
        self.before = total.sums
        self.places_before = total.places

    mentions: int = _since_start("mentions")
    scored: int = _since_start("scored")
    mood_micro: int = _since_start("mood_micro")
    talkers: int = _since_start("talkers")
    voices: int = _since_start("voices")
    unhappy: int = _since_start("unhappy")
    unrest: int = _since_start("unrest")
    callers: int = _since_start("callers")
    copiers: int = _since_start("copiers")
    unhappy_copiers: int = _since_start("unhappy_copiers")

    @property
    def mostly_scored(self) -> bool:
        """Whether at least half of what was said has a score that is evidence; so too where nothing was said."""
        return 2 * self.scored >= self.mentions

    def places(self, least: int) -> Iterator[tuple[str, int, int]]:
        """Platforms with at least so much unrest, in tenths of a person, 0 for all: `(platform, unrest, voices)`."""
        before = self.places_before
        for platform, (_, _, voices, unrest) in self.total.places.items():
            if unrest >= least:
                _, _, earlier_voices, earlier_unrest = before.get(platform, _NOBODY)
                if unrest - earlier_unrest >= least:
                    yield platform, unrest - earlier_unrest, voices - earlier_voices

    def start(self, end: int) -> int:
        """First second covered when the last closed window ended at `end`."""
        return (end - self.seconds) // self.grain * self.grain

    def expire(self, end: int) -> None:
        """Let go of what lies before the span."""
        marks, start = self.marks, self.start(end)
        while marks and marks[0][0] < start:
            marks.popleft()
        _, self.before, self.places_before = marks[0] if marks else (end, self.total.sums, self.total.places)


class Recent:
    """Marks of where windows and stretches of ten minutes began, oldest first, and the sums over `SPANS`.

    A mark says what had been counted before it, so that a sum over any stretch up to now is one subtraction.
    """

    __slots__ = (
        "_coarse", "_coarse_at", "_coarse_spans", "_details", "_fine", "_fine_from", "_fine_spans", "_total", "returning",
        "spans",
    )  # fmt: skip

    def __init__(self, window_seconds: int = WINDOW_SECONDS) -> None:
        self._total = Total()
        self.spans = {seconds: Span(seconds, window_seconds, self._total) for seconds in SPANS}
        self._fine_spans = tuple(span for span in self.spans.values() if span.fine)
        self._coarse_spans = tuple(span for span in self.spans.values() if not span.fine)
        self._fine = self.spans[FINE_REACH].marks
        self._fine_from = 0  # second from which on no base window has been let go
        self._coarse = self.spans[COARSE_REACH].marks
        self._coarse_at = 0  # in units of `COARSE_SECONDS`, up to when the coarse ones were let go
        self._details = Details()
        self.returning = Returning()
        """Who of the unhappy people came back."""

    def add(self, start: int, counts: Counts) -> None:
        """Take in a closed window; windows come in order, the empty ones are left out."""
        places = self._total.places.copy()
        for platform, place in counts.places.items():
            mentions, negative, voices, unrest = places.get(platform, _NOBODY)
            places[platform] = (
                mentions + place.mentions,
                negative + place.negative,
                voices + place.voices,
                unrest + place.unrest,
            )
        self._details.add(start, counts)
        self._add(start, _sums(counts), places)

    def _add(self, start: int, sums: Sums, places: dict[str, PlaceSums]) -> None:
        """Take in the sums of a window, and those of its platforms with everything before."""
        total = self._total
        mark = start, total.sums, total.places
        coarse = self._coarse
        if not coarse or coarse[-1][0] // COARSE_SECONDS != start // COARSE_SECONDS:
            for span in self._coarse_spans:
                span.marks.append(mark)
        for span in self._fine_spans:
            span.marks.append(mark)
        total.sums, total.places = tuple(map(add, total.sums, sums)), places

    def slide(self, end: int) -> None:
        """Let go of what is too old at `end`."""
        for span in self._fine_spans:
            marks = span.marks
            if marks and marks[0][0] < end - span.seconds:
                span.expire(end)
        self._fine_from = end - FINE_REACH
        if end // COARSE_SECONDS != self._coarse_at:
            self._coarse_at = end // COARSE_SECONDS
            for span in self._coarse_spans:
                span.expire(end)
            self._details.forget(self.spans[COARSE_REACH].start(end))

    @property
    def empty(self) -> bool:
        """Nothing left in the longest span."""
        return not self._coarse

    def cells(self, name: str, start: int, *, fine: bool) -> Iterator[tuple[int, int, int]]:
        """Of the cells from `start` on that hold something, newest first: base windows, or stretches of ten minutes.

        `(start, sum of Counts.name, start of the first window in it that held something)`.
        """
        column, later = _COUNTED[name], self._total.sums
        for first, before, _ in reversed(self._fine if fine else self._coarse):
            cell_start = first if fine else first // COARSE_SECONDS * COARSE_SECONDS
            if cell_start < start:
                break
            yield cell_start, later[column] - before[column], first
            later = before

    def since(self, start: int) -> Counts:
        """What was said from `start` on: exact to the window within the last hour, to ten minutes before.

        Causes and the first offset are exact to ten minutes within the hour, to an hour before; languages and emotions
        are shares of these.
        """
        fine = start >= self._fine_from
        marks = self._fine if fine else self._coarse
        start = start if fine else start // COARSE_SECONDS * COARSE_SECONDS
        later = [mark for mark in marks if mark[0] >= start]
        if not later:
            return Counts()
        _, before, places_before = later[0]
        counts = Counts(**dict(zip(SUMS, map(sub, self._total.sums, before), strict=True)))
        detail = self._details.since(start, counts.mentions)
        counts.first_offset = detail.first_offset
        counts.languages, counts.causes, counts.emotions = detail.languages, detail.causes, detail.emotions
        for platform, sums in sorted(self._total.places.items()):
            mentions, negative, voices, unrest = map(sub, sums, places_before.get(platform, _NOBODY))
            if mentions:
                first_at_ms = detail.first_at_ms[platform]
                if first_at_ms < start * 1000:  # somebody spoke there before: then it is known to the cell
                    first_at_ms = 1000 * self._first_heard(platform, places_before, later)
                counts.places[platform] = Place(mentions, negative, first_at_ms, first_at_ms, voices, unrest)
        return counts

    def _first_heard(self, platform: str, before: dict[str, PlaceSums], marks: list[Mark]) -> int:
        """Start of the window, the first of these, in which somebody spoke there whom the sums before do not count."""
        silent = before.get(platform, _NOBODY)
        after = (mark for mark in reversed(marks) if mark[2].get(platform, _NOBODY) == silent)
        return next(after)[0]

    def snapshot(self) -> dict[str, Any]:
        """What was counted between a mark and the next one, column by column, packed; the sums follow from it."""
        coarse = [mark for mark in self._coarse if mark[0] < self._fine_from]
        marks = [*coarse, *self._fine]
        sums, places = (
            [*(mark[1] for mark in marks), self._total.sums],
            [*(mark[2] for mark in marks), self._total.places],
        )
        cut = len(coarse)
        return {
            "start": pack_times([mark[0] for mark in marks]),
            "coarse": _packed(sums[: cut + 1]),
            "fine": _packed(sums[cut:]),
            "coarse_places": _packed_places(places[: cut + 1], sums[: cut + 1]),
            "fine_places": _packed_places(places[cut:], sums[cut:]),
            "fine_from": self._fine_from,
            "details": self._details.snapshot(),
            "returning": self.returning.snapshot(),
        }

    @classmethod
    def restore(cls, state: dict[str, Any], end: int, window_seconds: int) -> Recent:
        """The marks a snapshot was taken of, when the last closed window ended at `end`."""
        recent, starts = cls(window_seconds), unpack_times(state["start"])
        cut = sum(start < state["fine_from"] for start in starts)
        coarse, fine = _unpacked(state["coarse"], cut), _unpacked(state["fine"], len(starts) - cut)
        places = _unpacked_places(state["coarse_places"], coarse) + _unpacked_places(state["fine_places"], fine)
        rows = coarse + fine
        for start, row, here in zip(starts, rows, places, strict=True):
            recent._add(
                start,
                row,
                recent._total.places
                | {
                    platform: tuple(map(add, recent._total.places.get(platform, _NOBODY), sums))
                    for platform, sums in here.items()
                },
            )
        recent._details = Details.restore(state["details"])
        recent.returning = Returning.restore(state["returning"])
        if starts:
            recent.slide(end)
        recent._fine_from = state["fine_from"]
        return recent


def _packed(totals: list[Sums]) -> dict[str, str]:
    """Column by column the differences of each to the next; those of `_MOSTLY` by how many are missing."""
    rows = [tuple(map(sub, later, earlier)) for earlier, later in pairwise(totals)]
    columns: dict[str, Sums] = dict(zip(SUMS, zip(*rows, strict=True), strict=True)) if rows else {}
    return {
        name: pack(list(map(sub, columns[_MOSTLY[name]], column)) if name in _MOSTLY else column)
        for name, column in columns.items()
    }


def _unpacked(packed: dict[str, str], count: int) -> list[Sums]:
    columns: dict[str, list[int]] = {}
    for name in SUMS if count else ():
        column = unpack(packed[name], count)
        columns[name] = list(map(sub, columns[_MOSTLY[name]], column)) if name in _MOSTLY else column
    return list(zip(*columns.values(), strict=True))


def _packed_places(totals: list[dict[str, PlaceSums]], sums: list[Sums]) -> list[Any]:
    """By platform the columns of `PlaceSums`, voices by how many are missing to mentions; the busiest comes first.

    Where it is what the sums leave over, as it is where every mention has a platform, its columns are left out.
    """
    found: dict[str, list[PlaceSums]] = {}
    for platform in sorted(totals[-1]):
        places = [place.get(platform, _NOBODY) for place in totals]
        rows: list[Any] = [tuple(map(sub, later, earlier)) for earlier, later in pairwise(places)]
        if any(map(any, rows)):
            found[platform] = rows
    if not found:
        return []
    busiest = max(found, key=lambda platform: sum(row[0] for row in found[platform]))
    own = found.pop(busiest)
    whole = [_of_places(tuple(map(sub, later, earlier))) for earlier, later in pairwise(sums)]
    left = None if own == _left(whole, found.values()) else _place_columns(own)
    return [[busiest, left], *([platform, _place_columns(rows)] for platform, rows in found.items())]


def _unpacked_places(packed: list[Any], sums: list[Sums]) -> list[dict[str, PlaceSums]]:
    found: dict[str, list[PlaceSums]] = {}
    for platform, columns in reversed(packed):
        if columns is None:
            found[platform] = _left(list(map(_of_places, sums)), list(found.values()))
        else:
            mentions, negative, missing, unrest = (unpack(column, len(sums)) for column in columns)
            voices = map(sub, mentions, missing)
            found[platform] = list(zip(mentions, negative, voices, unrest, strict=True))
    return [{platform: found[platform][number] for platform in sorted(found)} for number in range(len(sums))]


def _place_columns(rows: list[PlaceSums]) -> list[str]:
    mentions, negative, voices, unrest = zip(*rows, strict=True)
    return [pack(mentions), pack(negative), pack(list(map(sub, mentions, voices))), pack(unrest)]


def _of_places(sums: Sums) -> PlaceSums:
    """What is counted by platform as well."""
    return sums[_COUNTED["mentions"]], sums[_COUNTED["negative"]], sums[_COUNTED["voices"]], sums[_COUNTED["unrest"]]


def _left(whole: list[PlaceSums], parts: Collection[list[PlaceSums]]) -> list[Any]:
    """What the parts leave of the whole, row by row."""
    left: list[Any] = list(whole)
    for part in parts:
        left = [tuple(map(sub, one, other)) for one, other in zip(left, part, strict=True)]
    return left
