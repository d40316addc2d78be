"""What is normal for a brand: how many people speak in an hour of the day, and which share of them is unhappy.

Learned at the end of each hour from the whole hour, never from single mentions: one burst must not teach a day.
"""

from __future__ import annotations

from math import sqrt
from typing import Any

from detectors.window import Counts

HOUR = 3600
DAY_HOURS = 24

RATE_HALF_LIFE_HOURS = 72.0
PROFILE_HALF_LIFE_DAYS = 5.0
CALL_HALF_LIFE_HOURS = 14 * 24.0
PRIOR_SHARE = 0.2
PRIOR_SHARE_VOICES = 30.0
PRIOR_CALLS_PER_VOICE = 0.001
PRIOR_CALL_VOICES = 2000.0
PRIOR_PROFILE_DAYS = 2.0
WINSOR = 2.5
"""An hour teaches at most this many standard deviations above what was expected."""
STALLED_VOICES = 8.0
"""An empty hour in which this many voices were expected is a stalled collector, not a quiet brand."""

_RATE_DECAY = 0.5 ** (1.0 / RATE_HALF_LIFE_HOURS)
_PROFILE_DECAY = 0.5 ** (1.0 / PROFILE_HALF_LIFE_DAYS)
_CALL_DECAY = 0.5 ** (1.0 / CALL_HALF_LIFE_HOURS)


class VoiceBaseline:
    """Decayed means over closed hours, in event time.

    Voices an hour (half-life 3 days), their unhappy share (the same, shrunk to 0.2 with the weight of 30 voices), a
    profile over the hours of the day (UTC, half-life 5 days, shrunk to flat with the weight of 2 days), and calls to
    boycott per voice (half-life 14 days, shrunk to 1 in 1000 with the weight of 2000 voices).
    """

    __slots__ = (
        "_call_voices",
        "_calls",
        "_expected",
        "_hours",
        "_mentions",
        "_seen",
        "_unhappy",
        "_voices",
        "samples",
    )

    def __init__(self) -> None:
        self.samples = 0
        """Hours learned from, whole or part."""
        self._hours = 0.0
        self._mentions = 0.0
        self._voices = 0.0
        self._unhappy = 0.0
        self._calls = 0.0
        self._call_voices = 0.0
        self._seen = [0.0] * DAY_HOURS
        self._expected = [0.0] * DAY_HOURS

    @property
    def voices_per_hour(self) -> float:
        """Mean number of voices an hour, >= 0."""
        return self._voices / self._hours if self._hours > 0.0 else 0.0

    @property
    def unhappy_share(self) -> float:
        """Share of voices that are unhappy, in (0, 1)."""
        return (self._unhappy + PRIOR_SHARE * PRIOR_SHARE_VOICES) / (self._voices + PRIOR_SHARE_VOICES)

    @property
    def calls_per_voice(self) -> float:
        """Calls to boycott per voice, > 0."""
        return (self._calls + PRIOR_CALLS_PER_VOICE * PRIOR_CALL_VOICES) / (self._call_voices + PRIOR_CALL_VOICES)

    def expected_voices(self, start: int, end: int) -> float:
        """Voices expected in `[start, end)`, seconds since the epoch."""
        rate = self.voices_per_hour
        total, at = 0.0, start
        while at < end:
            step = min(end, (at // HOUR + 1) * HOUR) - at
            total += rate * self._factor(at // HOUR % DAY_HOURS) * step / HOUR
            at += step
        return total

    def expected_mentions(self, start: int, end: int) -> float:
        """Mentions expected in `[start, end)`, seconds since the epoch: as many per voice as usual."""
        if self._voices <= 0.0:
            return self._mentions / self._hours * (end - start) / HOUR if self._hours > 0.0 else 0.0
        return self.expected_voices(start, end) * self._mentions / self._voices

    def _factor(self, hour: int) -> float:
        """How this hour of the day compares with the mean hour; about 1 on average over a day."""
        prior = PRIOR_PROFILE_DAYS * max(self.voices_per_hour, 1e-9)
        return (self._seen[hour] + prior) / (self._expected[hour] + prior)

    def learn(self, hour: int, hours: float, counts: Counts) -> None:
        """Learn one closed hour of which `hours` in (0, 1] were watched; `hour` in hours since the epoch."""
        voices, unhappy = counts.voices, counts.unhappy
        expected = self.voices_per_hour * self._factor(hour % DAY_HOURS) * hours
        if not voices and expected >= STALLED_VOICES:
            return
        learned, learned_unhappy = float(voices), float(unhappy)
        if self.samples >= DAY_HOURS:  # before, there is nothing to measure an outlier by
            learned = min(learned, expected + WINSOR * sqrt(expected + (0.5 * expected) ** 2 + 1.0))
            usual = voices * self.unhappy_share
            spread = sqrt(usual * (1.0 - self.unhappy_share) + (0.3 * usual) ** 2 + 0.25)
            learned_unhappy = min(learned_unhappy, usual + WINSOR * spread)
            learned_unhappy *= learned / voices if voices else 1.0
        self._decay(1)
        self._hours += hours
        self._voices += learned
        self._unhappy += learned_unhappy
        self._mentions += counts.mentions * (learned / voices if voices else 1.0)
        self._calls += counts.callers
        self._call_voices += voices
        of_day = hour % DAY_HOURS
        self._seen[of_day] = self._seen[of_day] * _PROFILE_DECAY + learned
        self._expected[of_day] = self._expected[of_day] * _PROFILE_DECAY + self.voices_per_hour * hours
        self.samples += 1

    def learn_silence(self, first_hour: int, hours: int) -> None:
        """Learn a run of empty hours at once. The rate of the brand is taken as it is at the start of the run."""
        if hours <= 0 or self.voices_per_hour >= STALLED_VOICES:
            return
        rate = self.voices_per_hour
        self._decay(hours)
        self._hours += (1.0 - _RATE_DECAY**hours) / (1.0 - _RATE_DECAY)
        for step in range(min(hours, DAY_HOURS)):
            of_day = (first_hour + step) % DAY_HOURS
            visits = (hours - step + DAY_HOURS - 1) // DAY_HOURS
            decay = _PROFILE_DECAY**visits
            self._seen[of_day] *= decay
            self._expected[of_day] = self._expected[of_day] * decay + rate * (1.0 - decay) / (1.0 - _PROFILE_DECAY)
        self.samples += hours

    def _decay(self, hours: int) -> None:
        rate, calls = _RATE_DECAY**hours, _CALL_DECAY**hours
        self._hours *= rate
        self._mentions *= rate
        self._voices *= rate
        self._unhappy *= rate
        self._calls *= calls
        self._call_voices *= calls

    def snapshot(self) -> dict[str, Any]:
        """Named numbers."""
        return {
            "samples": self.samples,
            "hours": self._hours,
            "mentions": self._mentions,
            "voices": self._voices,
            "unhappy": self._unhappy,
            "calls": self._calls,
            "call_voices": self._call_voices,
            "seen": list(self._seen),
            "expected": list(self._expected),
        }

    @classmethod
    def restore(cls, state: dict[str, Any]) -> VoiceBaseline:
        """The baseline a snapshot was taken of."""
        baseline = cls()
        baseline.samples = state["samples"]
        baseline._hours = state["hours"]
        baseline._mentions = state["mentions"]
        baseline._voices = state["voices"]
        baseline._unhappy = state["unhappy"]
        baseline._calls = state["calls"]
        baseline._call_voices = state["call_voices"]
        baseline._seen = list(state["seen"])
        baseline._expected = list(state["expected"])
        return baseline
