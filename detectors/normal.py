"""What is normal for a brand's unhappy people: how many they are, how they come in clusters, and how both vary."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from detectors.baseline import VoiceBaseline
from detectors.deviance import count_may_exceed, count_score, share_score
from detectors.dispersion import Dispersion, Sample
from detectors.recent import Recent, Span
from detectors.returning import crowd
from detectors.threads import COPY_BLOCK_SECONDS, SPANS, Threads

MIN_EXPECTED = 0.02
"""However little is normal, expect this many people."""

Lift = Callable[[int, int], float]
"""By how much more talk than usual was announced, of an end and the seconds before it: `Plans.lift`."""


class Scale(NamedTuple):
    """What one span of a brand is held against."""

    expected_voices: float
    count_factor: float
    share_factor: float
    count_dispersion: float
    share_dispersion: float

    def count_score(self, people: float, expected: float) -> float:
        """Deviance of this many people, in clusters of so many that the variance is `count_factor` times as large."""
        factor = self.count_factor
        return count_score(people / factor, max(expected, MIN_EXPECTED) / factor, self.count_dispersion)

    def count_may_exceed(self, score: float, people: float, expected: float) -> bool:
        """Whether `count_score` may be larger than `score`."""
        factor = self.count_factor
        return count_may_exceed(score, people / factor, max(expected, MIN_EXPECTED) / factor, self.count_dispersion)

    def share_score(self, people: float, voices: float, usual: float) -> float:
        """Deviance of their share of the voices."""
        return share_score(people, voices, usual, self.share_dispersion, self.share_factor)


class Normal(NamedTuple):
    """Everything that is known of it."""

    voices: VoiceBaseline
    threads: Threads
    dispersion: Dispersion
    lift: Lift

    def share_dispersion(self, number: int) -> float:
        """By how much the share varies over the span with this number, and by how much the usual one may be wrong."""
        return self.dispersion.share[number] + self.voices.share_doubt

    def scale(self, number: int, span: Span, end: int) -> Scale:
        """What the span with this number is held against when the last window ended at `end` (seconds)."""
        start = span.start(end)
        return Scale(
            self.voices.expected_voices(start, end) * self.lift(end, end - start),
            self.threads.count_factors[number],
            self.threads.share_factors[number],
            self.dispersion.count[number],
            self.share_dispersion(number),
        )

    def share_of(self, span: Span) -> float:
        """The usual unrest per voice, in people, of those who spoke in a span: by where they did."""
        heard = ((platform, voices) for platform, _, voices in span.places(0))
        return self.voices.unrest_share_of(heard, span.voices)

    def learn_noise(self, recent: Recent, end: int, *, calm: bool) -> None:
        """Let blocks that are over teach how voices cluster and vary, while nothing is unusual: `calm`."""
        spans = recent.spans
        sums = [(spans[seconds].unrest, spans[seconds].voices) for seconds in SPANS]
        copiers = spans[COPY_BLOCK_SECONDS].unhappy_copiers
        self.threads.close(end, self.voices.unrest_share, sums, copiers, learn=calm)
        if calm and self.voices.warm:
            for number, seconds in enumerate(SPANS):
                if self.dispersion.due(number, end):
                    self.dispersion.learn(number, self._sample(number, spans[seconds], recent, end))

    def _sample(self, number: int, span: Span, recent: Recent, end: int) -> Sample:
        against, share = self.scale(number, span, end), self.share_of(span)
        returning = recent.returning.since(span.start(end))
        people, voices = crowd(span.unrest, span.voices, sum(returning.values()))
        return Sample(
            observed=people,
            expected=max(against.expected_voices * self.voices.unrest_share, MIN_EXPECTED),
            of_share=voices * share,
            share=share,
            count_factor=against.count_factor,
            share_factor=against.share_factor,
        )
