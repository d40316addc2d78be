"""How much voices come in clusters: people answer and pass on one another, and are not as many signs as they are people.

Conversations differ between brands, and so does by how much they inflate the variance of a count and of a share.
"""

from __future__ import annotations

from operator import add, mul
from typing import Any

from detectors.packed import pack, unpack

SPANS = (600, 1800, 7200, 21600)
"""Blocks over which the voices of a thread are added up, seconds; each ends where several of the one before it end."""
COPY_BLOCK_SECONDS = 7200
HALF_LIFE_DAYS = 14.0
PRIOR = 20.0
"""People that stand for "no clusters" until there is something to learn from."""
EXPONENT = 1.25
"""The factors of a mean block are raised to this: threads differ, and the largest ones matter (heavy tails)."""
LEAST = 0.7
CLIP = 6.0
"""A block teaches at most this many times what was expected of it."""
KNOWN_AFTER = 20
"""Mentions that were told to belong together; until so many were seen, nobody tells us, and clusters are hidden."""
HIDDEN = (1.2, 1.4, 1.7, 2.0)
"""By span: the least factors where clusters are hidden, about what they are elsewhere with reposts counted as voices."""
SLOTS = 64
"""Of the sketch: with signs, the sum of the squared slots estimates that of the squared threads, without bias (Alon,
Matias and Szegedy, The space complexity of approximating the frequency moments, STOC 1996)."""

_DAY = 86400.0


class Threads:
    """Variance factors of counts and shares, learned from finished blocks while the brand is calm.

    Per span with sums k of unrest and n of voices over each thread, q being the usual share: the count is inflated by
    `(sum k^2 / sum k) ** 1.25`, the share by `(sum (k - qn)^2 / sum n q (1 - q)) ** 1.25` (the cluster-robust variance:
    Liang and Zeger, Longitudinal data analysis using generalized linear models, Biometrika 1986), both with a prior of
    twenty people in threads of their own. Where nobody tells threads or reposts, clusters are hidden,
    and the factors are at least `HIDDEN`. In people, not tenths.
    """

    __slots__ = (
        "_blocks", "_copies", "_learned", "_learned_copies", "_told", "copy_factor", "count_factors", "share_factors",
    )  # fmt: skip

    def __init__(self) -> None:
        self._blocks = [_empty() for _ in SPANS]
        self._copies = [0] * SLOTS
        self._learned = [[0.0, 0.0, 0.0, 0.0] for _ in SPANS]
        # of each span, decayed: squared unrest, unrest, squared excess of unrest, its binomial variance
        self._learned_copies = [0.0, 0.0]
        self._told = 0
        """Mentions that were told to belong together with another, up to `KNOWN_AFTER`."""
        self.count_factors = list(HIDDEN)
        """By span, at least 0.6: the variance of a number of unhappy people over that of independent ones."""
        self.share_factors = list(HIDDEN)
        """By span, alike, of their share."""
        self.copy_factor = 1.0
        """Of the number of unhappy copies, at least 1."""

    @property
    def hidden(self) -> bool:
        """Whether nobody tells us what belongs together."""
        return self._told < KNOWN_AFTER

    def add(self, threads: dict[int, list[int]]) -> None:
        """Take in the threads of a closed window: unrest in tenths, voices, unhappy copiers."""
        unrest, voices = self._blocks[0]
        if self.hidden:
            self._notice(threads)
        for thread, (angry, heard, copied) in threads.items():
            slot = thread % SLOTS
            if thread & SLOTS:
                unrest[slot] += angry
                voices[slot] += heard
            else:
                unrest[slot] -= angry
                voices[slot] -= heard
            if copied:
                self._copies[slot] += copied if thread & SLOTS else -copied

    def _notice(self, threads: dict[int, list[int]]) -> None:
        """Count what was told to belong together; clusters are hidden until it is enough."""
        told = sum(heard > 1 or copied for _, heard, copied in threads.values())
        self._told = min(KNOWN_AFTER, self._told + told)
        if not self.hidden:
            for number in range(len(SPANS)):
                self._refresh(number)

    def close(self, end: int, share: float, sums: list[tuple[int, int]], copiers: int, *, learn: bool) -> None:
        """End the blocks that end at `end` (seconds): of each span the plain sums of unrest in tenths and of voices.

        `share` is the usual one, `copiers` those of the last `COPY_BLOCK_SECONDS`.
        """
        for number, seconds in enumerate(SPANS):
            if end % seconds:
                continue
            block = self._blocks[number]
            if sums[number][1]:
                if learn:
                    self._learn(number, block, share, *sums[number])
                if number + 1 < len(SPANS):
                    for wider, narrower in zip(self._blocks[number + 1], block, strict=True):
                        wider[:] = map(add, wider, narrower)
                self._blocks[number] = _empty()
        if end % COPY_BLOCK_SECONDS == 0 and copiers:
            if learn:
                self._learn_copies(copiers)
            self._copies = [0] * SLOTS

    def _learn(self, number: int, block: list[list[int]], share: float, unrest: int, voices: int) -> None:
        learned, keep = self._learned[number], 0.5 ** (SPANS[number] / _DAY / HALF_LIFE_DAYS)
        angry, heard = block
        squares = _dot(angry, angry) / 100.0
        excess = squares - 0.2 * share * _dot(angry, heard) + share * share * _dot(heard, heard)
        people, variance = unrest / 10.0, voices * share * (1.0 - share)
        squares = min(squares, CLIP * self.count_factors[number] * people + PRIOR)
        excess = min(excess, CLIP * self.share_factors[number] * variance + PRIOR)
        for place, value in enumerate((squares, people, excess, variance)):
            learned[place] = learned[place] * keep + value
        self._refresh(number)

    def _refresh(self, number: int) -> None:
        squares, people, excess, variance = self._learned[number]
        least = HIDDEN[number] if self.hidden else 0.0
        self.count_factors[number] = max(least, max(LEAST, (PRIOR + squares) / (PRIOR + people)) ** EXPONENT)
        self.share_factors[number] = max(least, max(LEAST, (PRIOR + excess) / (PRIOR + variance)) ** EXPONENT)

    def _learn_copies(self, copiers: int) -> None:
        keep = 0.5 ** (COPY_BLOCK_SECONDS / _DAY / HALF_LIFE_DAYS)
        squares = min(float(_dot(self._copies, self._copies)), CLIP * self.copy_factor * copiers + PRIOR)
        before_squares, before = self._learned_copies
        self._learned_copies = [before_squares * keep + squares, before * keep + copiers]
        self._refresh_copies()

    def _refresh_copies(self) -> None:
        squares, copiers = self._learned_copies
        self.copy_factor = max(1.0, (PRIOR + squares) / (PRIOR + copiers))

    def snapshot(self) -> dict[str, Any]:
        """Named numbers."""
        return {
            "blocks": [[pack(sums) for sums in block] for block in self._blocks],
            "copies": pack(self._copies),
            "told": self._told,
            "learned": [list(row) for row in self._learned],
            "learned_copies": list(self._learned_copies),
        }

    @classmethod
    def restore(cls, state: dict[str, Any]) -> Threads:
        """The factors a snapshot was taken of."""
        threads = cls()
        threads._blocks = [[unpack(sums, SLOTS) for sums in block] for block in state["blocks"]]
        threads._copies = unpack(state["copies"], SLOTS)
        threads._told = state["told"]
        threads._learned = [list(row) for row in state["learned"]]
        threads._learned_copies = list(state["learned_copies"])
        for number in range(len(SPANS)):
            threads._refresh(number)
        threads._refresh_copies()
        return threads


def _dot(one: list[int], other: list[int]) -> int:
    """Sum of the products, slot by slot."""
    return sum(map(mul, one, other))


def _empty() -> list[list[int]]:
    """Slots of unrest and of voices."""
    return [[0] * SLOTS, [0] * SLOTS]
