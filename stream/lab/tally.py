"""Mentions counted every ten minutes, brand by brand: what alert rules of other products look at."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

TEN_MINUTES = 600
LATENESS_SECONDS = 120
"""How long a bucket waits for mentions after its end, in event time: as the product's own windows do by default."""
_CLOSED_AFTER = TEN_MINUTES + LATENESS_SECONDS


class Bucket(NamedTuple):
    """Ten minutes of one brand, `[start, start + 600)`. Counts >= 0."""

    start: int
    """Seconds since the epoch, a multiple of 600."""
    mentions: int
    scored: int
    """Mentions with a sentiment."""
    negative: int
    positive: int
    reach: int
    """Followers of the authors, or the reach that mentions came with, summed."""
    platforms: int
    """How many different ones."""
    languages: int
    """How many different ones."""


class _Open:
    """A bucket that is still filled."""

    __slots__ = ("languages", "mentions", "negative", "platforms", "positive", "reach", "scored")

    def __init__(self) -> None:
        self.mentions = self.scored = self.negative = self.positive = self.reach = 0
        self.platforms: set[str] = set()
        self.languages: set[str] = set()

    def close(self, start: int) -> Bucket:
        platforms, languages = len(self.platforms - {""}), len(self.languages - {""})
        return Bucket(start, self.mentions, self.scored, self.negative, self.positive, self.reach, platforms, languages)


class Tally:
    """Fills buckets by event time and hands them out once closed; keeps open buckets and the names of brands only.

    The watermark is the largest time seen less `LATENESS_SECONDS`, over all brands. A mention whose bucket it has
    passed is left out and counted in `late`. That is kinder to the rules than life: they count by the time of
    arrival, where a collector that catches up looks like a burst.
    """

    __slots__ = ("_brands", "_heard", "_latest", "_next", "_open", "late")

    def __init__(self) -> None:
        self._open: dict[int, dict[str, _Open]] = {}
        self._heard: set[str] = set()
        self._brands: list[str] = []
        # those heard, in order
        self._latest = float("-inf")
        self._next: int | None = None
        # start of the bucket to be closed next; None before the first
        self.late = 0
        """Mentions left out."""

    def take(  # noqa: PLR0913 -- the fields of a mention, without an object for each of a million
        self,
        brand_id: str,
        at: float,
        *,
        negative: bool,
        positive: bool,
        scored: bool,
        reach: int,
        platform: str,
        language: str,
    ) -> None:
        """Count a mention published `at` (seconds since the epoch). An empty platform or language is not known."""
        start = int(at) // TEN_MINUTES * TEN_MINUTES
        if at > self._latest:
            self._latest = at
        elif start + _CLOSED_AFTER <= self._latest:
            self.late += 1
            return
        brands = self._open.get(start)
        if brands is None:
            brands = self._open[start] = {}
        bucket = brands.get(brand_id)
        if bucket is None:
            bucket = brands[brand_id] = _Open()
        bucket.mentions += 1
        bucket.scored += scored
        bucket.negative += negative
        bucket.positive += positive
        bucket.reach += reach
        bucket.platforms.add(platform)
        bucket.languages.add(language)

    def closed(self) -> Iterator[tuple[str, Bucket]]:
        """Buckets that the watermark has passed and that were not handed out yet; to be read to its end.

        In order of time, then of brand; of every brand from its first bucket on, empty ones too.
        """
        return self._close(self._latest - _CLOSED_AFTER)

    def finish(self) -> Iterator[tuple[str, Bucket]]:
        """All the others, up to the last one with a mention of any brand. Afterwards nothing may be taken."""
        return self._close(max(self._open, default=float("-inf")))

    def _close(self, last_start: float) -> Iterator[tuple[str, Bucket]]:
        if self._next is None:
            first = min(self._open, default=float("inf"))
            if first > last_start:  # an earlier one may still come
                return
            self._next = int(first)
        while self._next <= last_start:
            start, self._next = self._next, self._next + TEN_MINUTES
            filled = self._open.pop(start, {})
            if not filled.keys() <= self._heard:
                self._heard.update(filled)
                self._brands = sorted(self._heard)
            for brand_id in self._brands:
                bucket = filled.get(brand_id)
                yield brand_id, bucket.close(start) if bucket else Bucket(start, 0, 0, 0, 0, 0, 0, 0)
