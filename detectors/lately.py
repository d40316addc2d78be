"""Who did something in the last hours: a bounded sample of them that can be asked about any stretch up to now."""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterable

from detectors.distinct import SPACE, Distinct, spread
from detectors.packed import pack, pack_times, unpack, unpack_times

SIZE = 24
"""A stretch in which no more people than this did it is known exactly; of larger ones a sample of so many is."""
MEMORY_SECONDS = 6 * 3600


class Lately:
    """People, each as a value of `detectors.distinct`, and the window of the last time.

    Whoever is among the `SIZE` smallest values of those who did it since some window is kept, and nobody else is: some
    `SIZE * (1 + log(people / SIZE))` of them (the sample of a sliding window of Babcock, Datar and Motwani, Sampling
    from a moving window over streaming data, SODA 2002). So a sample of any stretch is at hand.
    """

    __slots__ = ("_last", "_pruned")

    def __init__(self) -> None:
        self._last: dict[int, int] = {}  # value -> start of the window of the last time
        self._pruned = 0

    def add(self, start: int, people: Iterable[int]) -> None:
        """These did it in the window at `start` (seconds); windows come in order."""
        last = self._last
        last.update(dict.fromkeys(map(spread, people), start))
        if len(last) > 2 * self._pruned + 8 * SIZE:
            self._prune()

    def since(self, start: int) -> Distinct:
        """Those who did it in the windows from `start` on (seconds, at most six hours ago)."""
        found = sorted([value for value, last in self._last.items() if last >= start])
        return Distinct(found[:SIZE], found[SIZE] if len(found) > SIZE else SPACE)

    def _prune(self) -> None:
        """Let go of those whom so many smaller values followed that no stretch has them in its sample."""
        kept: dict[int, int] = {}
        smallest: list[int] = []
        newest_first = sorted((-last, value) for value, last in self._last.items())
        for minus_last, value in newest_first:
            if len(smallest) > SIZE and value > smallest[SIZE]:
                continue
            if newest_first[0][0] + MEMORY_SECONDS < minus_last:
                break
            kept[value] = -minus_last
            insort(smallest, value)
        self._last = kept
        self._pruned = len(kept)

    def snapshot(self) -> list[str]:
        """The windows of the last times and the values, packed, oldest first."""
        self._prune()
        rows = sorted((last, value) for value, last in self._last.items())
        values = [value for _, value in rows]
        parts = [pack(values[at : at + SIZE]) for at in range(0, len(values), SIZE)]  # the older, the smaller they are
        return [pack_times([last for last, _ in rows]), *parts]

    @classmethod
    def restore(cls, state: list[str]) -> Lately:
        """The sample a snapshot was taken of."""
        sample, times = cls(), unpack_times(state[0])
        parts = enumerate(state[1:])
        values = [value for number, part in parts for value in unpack(part, min(SIZE, len(times) - number * SIZE))]
        sample._last = dict(zip(values, times, strict=True))
        sample._pruned = len(times)
        return sample
