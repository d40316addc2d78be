"""What is normal for a brand: how many people speak in an hour of the day, and which share of them is unhappy.

Learned at the end of each hour from the whole hour, never from single mentions: one burst must not teach a day.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import sqrt
from typing import Any

from detectors.counts import Counts
from detectors.observation import MOST_UNREST
from detectors.packed import pack_floats, unpack_floats

HOUR = 3600
DAY_HOURS = 24

RATE_HALF_LIFE_HOURS = 72.0
PROFILE_HALF_LIFE_DAYS = 5.0
CALL_HALF_LIFE_HOURS = 14 * 24.0
PRIOR_SHARE = 0.2
PRIOR_SHARE_VOICES = 30.0
LEAST_SHARE_VOICES = 4.0
"""What is known of the share of any brand is worth so many voices: brands differ by 0.2 around 0.2 (standard deviation).

Fewer than the prior mean weighs: that one leans to caution where little was heard, this one says how little it is.
"""
PRIOR_COPIES = 0.1
PRIOR_COPY_VOICES = 10.0
COPY_SPREAD = 2.0
"""Copies come in clusters: variance of their number over that of independent ones, where outliers are cut off."""
MOST_SHARE = 0.95
"""However unhappy a brand's people are, there is room for worse."""
PRIOR_CALLS_PER_VOICE = 0.001
PRIOR_CALL_VOICES = 2000.0
PRIOR_PROFILE_DAYS = 2.0
PLATFORM_HALF_LIFE_HOURS = 7 * 24.0
PRIOR_PLATFORM_VOICES = 50.0
PRIOR_PLATFORMS = 5
"""A brand whose platforms nobody knows yet is thought to be talked about on so many."""
WARM_UP_HOURS, WARM_UP_HEARD = 24, 8
"""What is normal may be believed after a day in which somebody spoke in so many of its hours: a brand of which one thing was said
long ago is as new as any. Or …"""
QUIET_HOURS = 7 * DAY_HOURS
"""… after a week, however quiet it was: then silence is normal."""
WINSOR = 2.5
"""An hour teaches at most this many standard deviations above what was expected."""
STALLED_VOICES = 8.0
"""An empty hour in which this many voices were expected is a stalled collector, not a quiet brand."""

_RATE_DECAY = 0.5 ** (1.0 / RATE_HALF_LIFE_HOURS)
_PROFILE_DECAY = 0.5 ** (1.0 / PROFILE_HALF_LIFE_DAYS)
_CALL_DECAY = 0.5 ** (1.0 / CALL_HALF_LIFE_HOURS)
_PLATFORM_DECAY = 0.5 ** (1.0 / PLATFORM_HALF_LIFE_HOURS)


class VoiceBaseline:
    """Decayed means over closed hours, in event time.

    Voices an hour (half-life 3 days); of these voices the share that is unhappy, the unrest each (in people) and how
    many copies each is given (the same half-life, shrunk to 0.2 with the weight of 30 voices; copies to 0.1 with that of
    ten); a profile over the hours of the day (UTC, half-life 5 days, shrunk to flat with the weight of 2 days), calls to
    boycott per voice (half-life 14 days, shrunk to 1 in 1000 with the weight of 2000 voices), and per platform its part
    of the voices and their unrest (half-life 7 days, shrunk to the brand's with the weight of 50 voices).

    How many speak fades with every hour, who they are with those in which something is heard: an unhappy brand is still
    known to be one after weeks of silence.
    """

    __slots__ = (
        "_call_voices", "_calls", "_copiers", "_expected", "_heard", "_hours", "_mentions", "_mixed", "_platforms", "_rates", "_seen", "_spoke", "_unhappy",
        "_unhappy_copiers", "_unrest", "_voices", "_widely_heard", "samples", "share_doubt", "unrest_share",
    )  # fmt: skip

    def __init__(self) -> None:
        self.samples = 0
        """Hours watched, whole or part; stalled ones left out once what is normal is known."""
        self._hours = 0.0
        self._mentions = 0.0  # in these hours
        self._spoke = 0.0  # voices
        self._voices = 0.0  # in those in which something was heard
        self._unhappy = 0.0
        self._unrest = 0.0
        self._copiers = 0.0
        self._unhappy_copiers = 0.0
        self._calls = 0.0
        self._call_voices = 0.0
        self._platforms: dict[str, list[float]] = {}  # unrest, voices
        self._seen = [0.0] * DAY_HOURS
        self._expected = [0.0] * DAY_HOURS
        # what follows from the others, and is asked for in every window
        self._rates = [0.0] * DAY_HOURS  # voices expected in each hour of the day
        self._heard = 0.0  # voices on all platforms
        self._mixed = PRIOR_SHARE  # unrest per voice on the usual mix of platforms
        self._widely_heard = False  # in enough hours of the day
        self.unrest_share = PRIOR_SHARE
        """Unrest per voice, in people, in (0, 1)."""
        self.share_doubt = 0.0
        """How little is known of it: its variance over that of one voice, squared, as dispersions are (> 0)."""
        self._refresh()

    @property
    def warm(self) -> bool:
        """Whether what is normal may be believed."""
        return self.samples >= QUIET_HOURS or (self.samples >= WARM_UP_HOURS and self._widely_heard)

    @property
    def voices_per_hour(self) -> float:
        """Mean number of voices an hour, >= 0."""
        return self._spoke / self._hours if self._hours > 0.0 else 0.0

    @property
    def unhappy_share(self) -> float:
        """Share of voices that are unhappy, in (0, 1)."""
        return (self._unhappy + PRIOR_SHARE * PRIOR_SHARE_VOICES) / (self._voices + PRIOR_SHARE_VOICES)

    @property
    def copies_per_voice(self) -> float:
        """Scored reposts per voice, > 0."""
        return (self._copiers + PRIOR_COPIES * PRIOR_COPY_VOICES) / (self._voices + PRIOR_COPY_VOICES)

    @property
    def unhappy_share_of_copies(self) -> float:
        """Share of the scored reposts that are unhappy, in (0, 1)."""
        return (self._unhappy_copiers + PRIOR_SHARE * PRIOR_SHARE_VOICES) / (self._copiers + PRIOR_SHARE_VOICES)

    @property
    def calls_per_voice(self) -> float:
        """Calls to boycott per voice, > 0."""
        return (self._calls + PRIOR_CALLS_PER_VOICE * PRIOR_CALL_VOICES) / (self._call_voices + PRIOR_CALL_VOICES)

    def part_of(self, platform: str) -> float:
        """The part of the voices that is usually heard there, in (0, 1)."""
        return (self._on(platform)[1] + 0.5) / (self._heard + 0.5 * PRIOR_PLATFORMS)

    def unrest_share_on(self, platform: str) -> float:
        """Unrest per voice there, in people, in (0, 1)."""
        unrest, voices = self._on(platform)
        prior = PRIOR_PLATFORM_VOICES * self.unrest_share
        return min(MOST_SHARE, (unrest + prior) / (voices + PRIOR_PLATFORM_VOICES))

    def unrest_share_of(self, heard: Iterable[tuple[str, int]], voices: int) -> float:
        """Unrest per voice, in people, that is usual where so many `voices` were heard: `(platform, voices)` of each.

        The brand's own, as many times as people there are usually less or more happy than on its usual mix of platforms: who
        complains in reviews is no crisis on the day they are collected.
        """
        if not voices:
            return self.unrest_share
        here = sum(number * self.unrest_share_on(platform) for platform, number in heard) / voices
        return min(MOST_SHARE, self.unrest_share * here / self._mixed)

    def _on(self, platform: str) -> Sequence[float]:
        return self._platforms.get(platform, (0.0, 0.0))

    def expected_voices(self, start: int, end: int) -> float:
        """Voices expected in `[start, end)`, seconds since the epoch."""
        rates, total, at = self._rates, 0.0, start
        while at < end:
            hour = at // HOUR
            until = min((hour + 1) * HOUR, end)
            total += rates[hour % DAY_HOURS] * (until - at)
            at = until
        return total / HOUR

    def expected_mentions(self, start: int, end: int) -> float:
        """Mentions expected in `[start, end)`, seconds since the epoch: as many per voice as usual."""
        if self._spoke <= 0.0:
            return self._mentions / self._hours * (end - start) / HOUR if self._hours > 0.0 else 0.0
        return self.expected_voices(start, end) * self._mentions / self._spoke

    def _refresh(self) -> None:
        """How many are expected in each hour of the day (the profile shrunk to flat, its mean the mean hour), and shares."""
        unrest = self._unrest + PRIOR_SHARE * PRIOR_SHARE_VOICES
        self.unrest_share = min(MOST_SHARE, unrest / (self._voices + PRIOR_SHARE_VOICES))
        self.share_doubt = 1.0 / ((self._voices + LEAST_SHARE_VOICES) * self.unrest_share * (1.0 - self.unrest_share))
        self._heard = sum(sums[1] for sums in self._platforms.values())
        of_all = sum(self.unrest_share_on(platform) * sums[1] for platform, sums in self._platforms.items())
        self._mixed = of_all / self._heard if self._heard else self.unrest_share
        self._widely_heard = sum(seen > 0.0 for seen in self._seen) >= WARM_UP_HEARD
        rate = self.voices_per_hour
        prior = PRIOR_PROFILE_DAYS * max(rate, 1e-9)
        factors = [
            (seen + prior) / (expected + prior) for seen, expected in zip(self._seen, self._expected, strict=True)
        ]
        scale = rate * DAY_HOURS / sum(factors)
        self._rates = [factor * scale for factor in factors]

    def learn(self, hour: int, hours: float, counts: Counts, *, lift: float = 1.0, share_factor: float = 1.0) -> None:
        """Learn one closed hour of which `hours` in (0, 1] were watched; `hour` in hours since the epoch.

        `lift` times as much talk as usual was announced; `share_factor` is how much clusters inflate the variance of a
        share. What is far out teaches as much as what is just unusual.
        """
        voices = counts.voices
        expected = self._rates[hour % DAY_HOURS] * hours * lift
        if not voices and expected >= STALLED_VOICES:
            return
        part = part_unhappy = part_copied = 1.0
        if self.warm and voices:  # before, there is nothing to measure an outlier by
            part = min(voices, _most(expected, 1.0, 0.5)) / voices
            usual = voices * self.unrest_share
            most = usual + WINSOR * sqrt(usual * (1.0 - self.unrest_share) * share_factor + (0.3 * usual) ** 2 + 0.25)
            part_unhappy = min(1.0, most * 10.0 / counts.unrest) if counts.unrest else 1.0
            copied = self.copies_per_voice * voices
            part_copied = min(1.0, _most(copied, COPY_SPREAD, 0.5) / counts.copiers) if counts.copiers else 1.0
        self._fade(1)
        if counts.mentions:
            self._fade_shares()
        self._hours += hours
        self._spoke += voices * part
        self._voices += voices * part
        self._unhappy += counts.unhappy * part * part_unhappy
        self._unrest += counts.unrest / 10.0 * part * part_unhappy
        self._mentions += counts.mentions * part
        self._copiers += counts.copiers * part * part_copied
        self._unhappy_copiers += counts.unhappy_copiers * part * part_copied
        self._calls += counts.callers
        self._call_voices += voices
        for platform, place in counts.places.items():
            sums = self._platforms.setdefault(platform, [0.0, 0.0])
            sums[0] += place.unrest / 10.0 * part * part_unhappy
            sums[1] += place.voices * part
        of_day = hour % DAY_HOURS
        self._seen[of_day] = self._seen[of_day] * _PROFILE_DECAY + voices * part
        self._expected[of_day] = self._expected[of_day] * _PROFILE_DECAY + self.voices_per_hour * hours
        self.samples += 1
        self._refresh()

    def learn_silence(self, first_hour: int, hours: int) -> None:
        """Learn a run of empty hours at once. The rate of the brand is taken as it is at the start of the run.

        Before anything is known of it they tell nothing of that rate: it may be that nobody listened yet.
        """
        if not self.warm:
            cold = min(hours, (WARM_UP_HOURS if self._widely_heard else QUIET_HOURS) - self.samples)
            self.samples += cold
            first_hour, hours = first_hour + cold, hours - cold
        if hours <= 0 or self.voices_per_hour >= STALLED_VOICES:
            return
        rate = self.voices_per_hour
        self._fade(hours)
        self._hours += (1.0 - _RATE_DECAY**hours) / (1.0 - _RATE_DECAY)
        for step in range(min(hours, DAY_HOURS)):
            of_day = (first_hour + step) % DAY_HOURS
            visits = (hours - step + DAY_HOURS - 1) // DAY_HOURS
            decay = _PROFILE_DECAY**visits
            self._seen[of_day] *= decay
            self._expected[of_day] = self._expected[of_day] * decay + rate * (1.0 - decay) / (1.0 - _PROFILE_DECAY)
        self.samples += hours
        self._refresh()

    def rescore(self, part: float, unhappy_share: float, unrest_share: float) -> None:
        """`part` of the voices, in (0, 1], are scored by another scorer from now on, with these means in its own eyes.

        The weight of what was learned stays. Platforms and copies, which were not compared, move as the whole does.
        """
        voices = self._voices
        if not voices:
            return
        unhappy, unrest = self._unhappy / voices, self._unrest / voices
        new_unhappy = unhappy + part * (unhappy_share - unhappy)
        new_unrest = unrest + part * (unrest_share - unrest)
        self._unhappy, self._unrest = new_unhappy * voices, new_unrest * voices
        self._unhappy_copiers = _moved(self._unhappy_copiers, self._copiers, unhappy, new_unhappy, 1.0)
        for sums in self._platforms.values():
            sums[0] = _moved(sums[0], sums[1], unrest, new_unrest, MOST_UNREST / 10.0)
        self._refresh()

    def _fade(self, hours: int) -> None:
        rate = _RATE_DECAY**hours
        self._hours *= rate
        self._spoke *= rate
        self._mentions *= rate

    def _fade_shares(self) -> None:
        self._voices *= _RATE_DECAY
        self._unhappy *= _RATE_DECAY
        self._unrest *= _RATE_DECAY
        self._copiers *= _RATE_DECAY
        self._unhappy_copiers *= _RATE_DECAY
        self._calls *= _CALL_DECAY
        self._call_voices *= _CALL_DECAY
        for sums in self._platforms.values():
            sums[0] *= _PLATFORM_DECAY
            sums[1] *= _PLATFORM_DECAY

    def snapshot(self) -> dict[str, Any]:
        """Named numbers."""
        return {
            "samples": self.samples,
            "hours": self._hours,
            "spoke": self._spoke,
            "mentions": self._mentions,
            "voices": self._voices,
            "unhappy": self._unhappy,
            "unrest": self._unrest,
            "copiers": self._copiers,
            "unhappy_copiers": self._unhappy_copiers,
            "calls": self._calls,
            "call_voices": self._call_voices,
            "platforms": list(self._platforms),  # in their order, in which they are added up
            "platform_sums": pack_floats([value for sums in self._platforms.values() for value in sums]),
            "seen": pack_floats(self._seen),
            "expected": pack_floats(self._expected),
        }

    @classmethod
    def restore(cls, state: dict[str, Any]) -> VoiceBaseline:
        """The baseline a snapshot was taken of."""
        baseline = cls()
        baseline.samples = state["samples"]
        baseline._hours = state["hours"]
        baseline._spoke = state["spoke"]
        baseline._mentions = state["mentions"]
        baseline._voices = state["voices"]
        baseline._unhappy = state["unhappy"]
        baseline._unrest = state["unrest"]
        baseline._copiers = state["copiers"]
        baseline._unhappy_copiers = state["unhappy_copiers"]
        baseline._calls = state["calls"]
        baseline._call_voices = state["call_voices"]
        sums = iter(unpack_floats(state["platform_sums"]))
        baseline._platforms = {platform: [next(sums), next(sums)] for platform in state["platforms"]}
        baseline._seen = unpack_floats(state["seen"])
        baseline._expected = unpack_floats(state["expected"])
        baseline._refresh()
        return baseline


def _most(expected: float, factor: float, spread: float) -> float:
    """The most that an hour with this expectation teaches."""
    return expected + WINSOR * sqrt(factor * expected + (spread * expected) ** 2 + 1.0)


def _moved(amount: float, of: float, old: float, new: float, most: float) -> float:
    """Move `amount / of`, in [0, most], as the share `old` moved to `new`: by the same part of the way to 0 or to `most`."""
    if new <= old:
        return amount * new / old if old else amount
    return amount + (most * of - amount) * (new - old) / (most - old)
