"""Reads a stream of mentions as the service reads it, and hands out what is kept of each: what rules look at."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from detectors.text import LexiconScorer
from stream.config import Config
from stream.enrich import Enricher
from stream.errors import Refused
from stream.events.mention import Mention
from stream.intake import Intake
from stream.observation import Observed
from stream.ports import LATER_MS, StoredRecord

REMEMBERED_MS = 3_600_000
"""A mention that is delivered twice within an hour to two is read once."""
POSITIVE_MICRO = 250_000
"""A sentiment from this on is positive, in millionths."""


def observations(
    values: Iterable[bytes], config: Config, started_at_ms: int = LATER_MS, brand_ids: Collection[str] | None = None
) -> Iterator[tuple[str, Observed]]:
    """Brand and observation of each mention, once, by its first version; late ones too.

    Left out are deletes and repetitions, refreshes of what is read already or over, and what a replay refuses: one that
    `started_at_ms` (milliseconds since the epoch; later than any of them unless it says so) and took `brand_ids` (None:
    every brand).
    """
    intake, enricher = Intake(config, 0), Enricher(config, LexiconScorer.load())
    seen = _Seen(config.time.allowed_lateness_seconds * 1000)
    for number, value in enumerate(values):
        try:
            mention, at_ms, progress_ms, _ = intake.mention(StoredRecord(0, number, started_at_ms, None, value))
            if brand_ids is not None and mention.brand_id not in brand_ids:
                continue
            observed = enricher.observe(mention, at_ms, number, _no_words)
        except Refused:
            continue
        except Exception:  # noqa: BLE001, S112 -- what breaks us is refused too
            continue
        if seen.is_new(mention, at_ms, progress_ms):
            yield mention.brand_id, observed


class _Seen:
    """Which mentions were read in the last hours."""

    def __init__(self, lateness_ms: int) -> None:
        self._lateness_ms = lateness_ms
        self._older: set[tuple[str, str]] = set()
        self._newer: set[tuple[str, str]] = set()
        self._turn_at_ms: int | None = None
        self._latest_ms: int | None = None

    def is_new(self, mention: Mention, at_ms: int, progress_ms: int) -> bool:
        """Whether it is to be read; remembers it."""
        if self._turn_at_ms is None or progress_ms >= self._turn_at_ms:
            self._older, self._newer, self._turn_at_ms = self._newer, set(), progress_ms + REMEMBERED_MS
        identity = (mention.brand_id, mention.mention_id)
        known = identity in self._newer or identity in self._older
        self._newer.add(identity)
        over = self._latest_ms is not None and at_ms < self._latest_ms - self._lateness_ms
        self._latest_ms = progress_ms if self._latest_ms is None else max(self._latest_ms, progress_ms)
        # a newer version of what is not known is the mention itself, as long as its window is open
        return not (known or mention.op == "delete" or (mention.revision and over))


def _no_words(_at_ms: int) -> bool:
    return False
