"""The answer of a signal, with its evidence."""

from __future__ import annotations

from typing import NamedTuple

HOT = 2.5
"""From this score on a signal learns nothing, for a while: what may be a crisis must not become normal.

Fixed, and below any opening limit a policy may set, so that what is learned depends on the log alone.
"""
COOL = 2.0
"""Below this score, held for `COOL_SECONDS`, a hot signal learns again."""
COOL_SECONDS = 2 * 3600
MAX_FREEZE_SECONDS = 6 * 3600
"""A signal that stays hot longer learns all the same: a lasting change is a new normal."""


class Reading(NamedTuple):
    """What one signal says about one window.

    `observed`, `expected`, `low` and `high` are in the unit of the signal: people or mentions in the window
    `[window_start, window_end)` (seconds), or a mean sentiment in [-1, 1]. `low` to `high` is where it normally stays.
    `score` >= 0 is the distance from normal, about 3 where a quiet brand gets once in some weeks; comparable between
    brands. `samples` are what the baseline was learned from, `warm` says whether it may be believed.
    """

    name: str
    window_start: int
    window_end: int
    observed: float
    expected: float
    low: float
    high: float
    score: float
    samples: int
    warm: bool
    baseline_kind: str


class Scores(NamedTuple):
    """The scores of one window, before anybody asks for evidence."""

    negativity: float
    boycott: float
    sentiment: float
    attention: float
    drift: float


class Freeze:
    """Decides whether a signal may learn: not while hot, and not frozen for ever.

    It is hot from a score of `hot` on, until the score has been below `cool` for `COOL_SECONDS`; frozen for at most
    `longest` seconds.
    """

    __slots__ = ("_cool", "_hot", "_longest", "hot_since", "last_warm")

    def __init__(
        self,
        hot_since: int | None = None,
        last_warm: int | None = None,
        *,
        hot: float = HOT,
        cool: float = COOL,
        longest: int = MAX_FREEZE_SECONDS,
    ) -> None:
        self._hot, self._cool, self._longest = hot, cool, longest
        self.hot_since = hot_since
        self.last_warm = last_warm
        """When the score was last at or over `cool` while hot."""

    def update(self, score: float, end: int) -> None:
        """Note the score of the window that ended at `end` seconds."""
        if self.hot_since is None:
            if score >= self._hot:
                self.hot_since = self.last_warm = end
        elif score >= self._cool:
            self.last_warm = end
        elif self.last_warm is not None and end - self.last_warm >= COOL_SECONDS:
            self.hot_since = self.last_warm = None

    def learning(self, end: int) -> bool:
        """Whether a window that ends at `end` may teach the baseline."""
        return self.hot_since is None or end - self.hot_since >= self._longest

    def snapshot(self) -> dict[str, int | None]:
        """Named numbers."""
        return {"hot_since": self.hot_since, "last_warm": self.last_warm}
