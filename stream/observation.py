"""What is kept of a mention: made once, judged once, and written to the changelog as it is."""

from __future__ import annotations

from msgspec import Struct


class Observed(Struct, frozen=True, array_like=True, gc=False):
    """A `detectors.observation.Observation` with the version of its mention; on the wire a row.

    A version is twice the revision, plus one for a delete: the higher holds, and a delete wins a tie.
    """

    version: int
    mention_id: str
    at_ms: int
    author: int
    flags: int
    score_micro: int | None
    platform: str
    language: str
    reach: int
    offset: int
    url: str | None = None
    terms: tuple[str, ...] = ()
    causes: tuple[str, ...] = ()
    emotions: tuple[tuple[str, int], ...] = ()
    thread: int = 0
    scorer: int = 0
    fingerprint: int = 0

    @property
    def deleted(self) -> bool:
        """Whether this version takes the mention away."""
        return bool(self.version & 1)
