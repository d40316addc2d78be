"""The mood: mean sentiment of the voices of the last hour below its baseline by more than sampling, threads and habit explain."""

from __future__ import annotations

from math import sqrt
from typing import Any

from river.stats import EWMean

from detectors.recent import Recent
from detectors.signals.reading import Freeze, Reading

NAME = "sentiment"
SPAN = 3600
HALF_LIFE_HOURS = 72.0
WARM_UP_HOURS = 24
MIN_VOICES = 10
"""Fewer people an hour say nothing about the mood."""
VOICE_VARIANCE = 0.25
"""Variance of single scores in [-1, 1]: that of a brand as often praised as damned at 0.5. Fixed, as an upper guess."""
SCORER_ERROR = 0.05
"""What a scorer may drift by itself, standard deviation of a mean."""
WINSOR = 3.0


class Sentiment:
    """Exponentially weighted mean of hourly mean sentiments, and of their squared distance from it.

    River's `EWMean` carries both (its first value is taken whole, later ones by the fading factor). The distance is
    winsorised, so that one bad hour does not make the next one normal.
    """

    __slots__ = ("_fading", "_mean", "_spread", "_variance", "expected", "freeze", "samples")

    def __init__(self) -> None:
        self._fading = 1.0 - 0.5 ** (1.0 / HALF_LIFE_HOURS)
        self._mean: EWMean = EWMean(self._fading)
        self._spread: EWMean = EWMean(self._fading)
        self.samples = 0
        self.freeze = Freeze()
        # what follows from the others, and is asked for in every window
        self._variance = 0.0
        self.expected = 0.0
        """The usual mean sentiment, in [-1, 1]; 0 before anything was learned."""

    @property
    def warm(self) -> bool:
        """Whether the baseline may be believed."""
        return self.samples >= WARM_UP_HOURS

    def score(self, recent: Recent, factor: float = 1.0) -> float:
        """How far the mean of the last hour is below usual, in standard deviations; 0 when cold or hardly anybody spoke.

        `factor` (> 0) is how much clusters inflate the variance of a mean: who answers is of one mood with the others, and
        misread with them.
        """
        span = recent.spans[SPAN]
        voices = span.voices
        if voices < MIN_VOICES or not self.warm:
            return 0.0
        below = self.expected - span.mood_micro / voices / 1e6
        return below / self._deviation(voices, factor) if below > 0.0 else 0.0

    def read(self, recent: Recent, end: int, factor: float = 1.0) -> Reading:
        """The score of the hour up to `end` (seconds), with its evidence; `factor` as there."""
        span = recent.spans[SPAN]
        deviation = self._deviation(max(span.voices, 1), factor)
        return Reading(
            name=NAME,
            window_start=end - SPAN,
            window_end=end,
            observed=span.mood_micro / span.voices / 1e6 if span.voices else self.expected,
            expected=self.expected,
            low=max(-1.0, self.expected - 3.0 * deviation),
            high=min(1.0, self.expected + 3.0 * deviation),
            score=self.score(recent, factor),
            samples=self.samples,
            warm=self.warm,
            baseline_kind="exponentially_weighted",
        )

    def close_hour(self, voices: int, mood_micro: int, end: int, factor: float = 1.0) -> None:
        """Learn the hour that ended at `end` unless hot: its voices, the sum of their scores in millionths, and the factor
        of its score."""
        if voices < MIN_VOICES or not self.freeze.learning(end):
            return
        mean = mood_micro / voices / 1e6
        if self.samples:
            limit = WINSOR * self._deviation(voices, factor)
            distance = max(-limit, min(limit, mean - self.expected))
            self._spread.update(max(0.0, distance * distance - factor * VOICE_VARIANCE / voices))
            mean = self.expected + distance
        self._mean.update(mean)
        self.samples += 1
        self._refresh()

    def rescore(self, part: float, sentiment: float) -> None:
        """`part` of the voices, in (0, 1], are scored by another scorer from now on, with this mean in its own eyes."""
        if self.samples:
            usual = self.expected + part * (sentiment - self.expected)
            self._mean = EWMean(self._fading)
            self._mean.update(usual)  # its first value is taken whole
            self._refresh()

    def _refresh(self) -> None:
        self.expected = float(self._mean.get()) if self.samples else 0.0
        self._variance = float(self._spread.get()) if self.samples > 1 else 0.0

    def _deviation(self, voices: int, factor: float) -> float:
        """Standard deviation of the mean of this many scores around the baseline."""
        return sqrt(factor * VOICE_VARIANCE / voices + self._variance + SCORER_ERROR**2)

    def snapshot(self) -> dict[str, Any]:
        """Named numbers."""
        return {
            "mean": self.expected,
            "spread": self._variance if self.samples > 1 else None,
            "samples": self.samples,
            "freeze": self.freeze.snapshot(),
        }

    @classmethod
    def restore(cls, state: dict[str, Any]) -> Sentiment:
        """The signal a snapshot was taken of: an `EWMean` that has seen one value stands where that value is."""
        signal = cls()
        signal.samples = state["samples"]
        if signal.samples:
            signal._mean.update(state["mean"])
        if state["spread"] is not None:
            signal._spread.update(state["spread"])
        signal.freeze = Freeze(**state["freeze"])
        signal._refresh()
        return signal
