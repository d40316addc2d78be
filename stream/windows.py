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

    __slots__ = ("_ids", "_seconds", "_several", "_windows", "closed_until")

    def __init__(self, window_seconds: int, closed_until: int = 0) -> None:
        self._seconds = window_seconds
        self._windows: dict[int, dict[str, Observed | int]] = {}
        # per window and id its observation, or the known version of a mention that stands, or stood, in another window
        self._ids: set[str] = set()
        # of all windows
        self._several: set[str] = set()
        # those that came in more than one
        self.closed_until = closed_until
        """End of the last closed window, seconds since the epoch."""

    @property
    def empty(self) -> bool:
        """Whether no window is open."""
        return not self._windows

    @property
    def open_until(self) -> int:
        """End of the last open window, seconds since the epoch; 0 without one."""
        return max(self._windows, default=-self._seconds) + self._seconds

    def take(self, observed: Observed) -> tuple[str, bool]:
        """Place a version of a mention; says what became of it, and whether anything is remembered of it."""
        start = observed.at_ms // 1000 // self._seconds * self._seconds
        if start < self.closed_until:
            return _too_late(observed), False
        mention_id = observed.mention_id
        if mention_id in self._ids:
            return self._take_again(observed, start)
        self._ids.add(mention_id)
        window = self._windows.get(start)
        if window is None:
            self._windows[start] = {mention_id: observed}
        else:
            window[mention_id] = observed
        return (WITHDRAWN if observed.version & 1 else COUNTED), True

    def _take_again(self, observed: Observed, start: int) -> tuple[str, bool]:
        """Another version of a mention that is remembered."""
        mention_id, version = observed.mention_id, observed.version
        found = {at: window[mention_id] for at, window in self._windows.items() if mention_id in window}
        stands = next((at for at, held in found.items() if isinstance(held, Observed)), None)
        known = max(held.version if isinstance(held, Observed) else held for held in found.values())
        here = self._windows.setdefault(start, {})
        came = mention_id in here
        if not came:
            self._several.add(mention_id)
        if version <= known:
            here.setdefault(mention_id, known)
            return DUPLICATE, not came
        if stands is None:  # judged already: remember the version, count nothing
            here[mention_id] = version
        else:
            self._windows[stands][mention_id] = version
            here[mention_id] = observed
        return (WITHDRAWN if version & 1 else REFRESHED), True

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
            held = [item for item in window.values() if isinstance(item, Observed) and not item.version & 1]
            if held:
                closed.append((start, held))
            if self._several:
                self._leave(window)
            self._ids.difference_update(window)
            self._ids |= self._several
        return closed

    def _leave(self, window: dict[str, Observed | int]) -> None:
        """What else is open remembers the versions that stood in a window that closes."""
        for mention_id in self._several & window.keys():
            others = [other for other in self._windows.values() if mention_id in other]
            standing = window[mention_id]
            for other in others:
                held = other[mention_id]
                if isinstance(standing, Observed) and not isinstance(held, Observed):
                    other[mention_id] = max(held, standing.version)
            if not others:
                self._several.discard(mention_id)

    def snapshot(self) -> dict[str, Any]:
        """Named values: per window and id a row, or a version."""
        return {
            "seconds": self._seconds,
            "closed_until": self.closed_until,
            "windows": list(self._windows.items()),
            "several": sorted(self._several),
        }

    @classmethod
    def restore(cls, state: dict[str, Any]) -> OpenWindows:
        """The windows a snapshot was taken of."""
        windows = cls(state["seconds"], state["closed_until"])
        for start, ids in state["windows"]:
            windows._windows[start] = {
                mention_id: held if isinstance(held, int) else observed_from(held) for mention_id, held in ids.items()
            }
            windows._ids.update(ids)
        windows._several = set(state["several"])
        return windows


def _too_late(observed: Observed) -> str:
    if observed.version & 1:
        return WITHDRAWN
    return REFRESHED if observed.version else LATE


def observed_from(row: list[Any]) -> Observed:
    """An observation from its row."""
    return msgspec.convert(row, Observed)
