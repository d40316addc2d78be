"""Open windows of one brand: which mentions count, each once, by the highest revision, while its window is open."""

from __future__ import annotations

from typing import Any

import msgspec

from stream.observation import Observed

COUNTED, REFRESHED, WITHDRAWN, DUPLICATE, LATE, REFUSED = OUTCOMES = (
    "counted",
    "refreshed",
    "withdrawn",
    "duplicate",
    "late",
    "refused",
)
"""What becomes of a record. Received records are the sum of these. Plain strings: they are keys of the hot path."""


class OpenWindows:
    """Mentions whose window is not closed yet.

    An id is remembered while any window is open in which one of its versions came. A version replaces a lower one
    wherever that stands, as long as it stands in an open window; what is closed stays as it was judged.
    """

    __slots__ = ("_elsewhere", "_known", "_seconds", "_windows", "closed_until")

    def __init__(self, window_seconds: int, closed_until: int = 0) -> None:
        self._seconds = window_seconds
        self._windows: dict[int, dict[str, Observed | None]] = {}
        # None: the id was seen in this window, and has no observation in it
        self._known: dict[str, tuple[int, int]] = {}
        # id: its version, and the window where it stands or stood
        self._elsewhere: set[str] = set()
        # ids seen in more than one window
        self.closed_until = closed_until
        """End of the last closed window, seconds since the epoch."""

    @property
    def empty(self) -> bool:
        """Whether no window is open."""
        return not self._windows

    def take(self, observed: Observed) -> tuple[str, bool]:
        """Place a version of a mention; says what became of it, and whether anything is remembered of it."""
        start = observed.at_ms // 1000 // self._seconds * self._seconds
        version = observed.version
        if start < self.closed_until:
            if version & 1:
                return WITHDRAWN, False
            return (REFRESHED if version else LATE), False
        mention_id = observed.mention_id
        known = self._known.get(mention_id)
        if known is not None:
            return self._take_again(observed, start, known)
        self._known[mention_id] = (version, start)
        window = self._windows.get(start)
        if window is None:
            window = self._windows[start] = {}
        if version & 1:
            window[mention_id] = None
            return WITHDRAWN, True
        window[mention_id] = observed
        return COUNTED, True

    def _take_again(self, observed: Observed, start: int, known: tuple[int, int]) -> tuple[str, bool]:
        """Another version of a mention that is remembered."""
        mention_id, version = observed.mention_id, observed.version
        known_version, stands = known
        window = self._windows.setdefault(start, {})
        moved = mention_id not in window
        if moved:
            window[mention_id] = None
            self._elsewhere.add(mention_id)
        if version <= known_version:
            return DUPLICATE, moved
        if stands < self.closed_until:  # judged there already: remember the version, count nothing
            self._known[mention_id] = (version, stands)
        else:
            self._known[mention_id] = (version, start)
            self._windows[stands][mention_id] = None
            window[mention_id] = None if observed.deleted else observed
        return (WITHDRAWN if observed.deleted else REFRESHED), True

    def close(self, until: int) -> list[tuple[int, list[Observed]]]:
        """Close every window that ends by `until` (a window boundary); those that hold something, in order.

        The observations of a window are in no order that means anything: what is made of them adds up.
        """
        if until <= self.closed_until:
            return []
        self.closed_until = until
        closed: list[tuple[int, list[Observed]]] = []
        for start in sorted(start for start in self._windows if start < until):
            window = self._windows.pop(start)
            held = [observed for observed in window.values() if observed is not None]
            if held:
                closed.append((start, held))
            self._forget(window)
        return closed

    def _forget(self, ids: dict[str, Observed | None]) -> None:
        if not self._elsewhere:
            for mention_id in ids:
                del self._known[mention_id]
            return
        for mention_id in ids:
            if mention_id in self._elsewhere:
                if any(mention_id in window for window in self._windows.values()):
                    continue
                self._elsewhere.discard(mention_id)
            del self._known[mention_id]

    def snapshot(self) -> dict[str, Any]:
        """Named values; an observation is a row, None an id without one."""
        return {
            "seconds": self._seconds,
            "closed_until": self.closed_until,
            "windows": list(self._windows.items()),
            "known": self._known,
            "elsewhere": sorted(self._elsewhere),
        }

    @classmethod
    def restore(cls, state: dict[str, Any]) -> OpenWindows:
        """The windows a snapshot was taken of."""
        windows = cls(state["seconds"], state["closed_until"])
        for start, ids in state["windows"]:
            windows._windows[start] = {mention_id: row and observed_from(row) for mention_id, row in ids.items()}
        windows._known = {mention_id: (version, start) for mention_id, (version, start) in state["known"].items()}
        windows._elsewhere = set(state["elsewhere"])
        return windows


def observed_from(row: list[Any]) -> Observed:
    """An observation from its row."""
    return msgspec.convert(row, Observed)
