"""The slow slide: told within days though no single day shows it; and nothing that comes in hours, or by chance."""

import json
from collections.abc import Iterable, Iterator
from math import isfinite
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.signals.drift import DAY, MAX_LOUD_DAYS, MIN_VOICES, WARM_UP_DAYS, Drift
from tests.detectors.talk import HOUR, MONDAY

LAW = settings(max_examples=40, deadline=None)
SETTLED = 42
"""Days of the usual before something happens."""


def days(
    random: Random, voices_per_hour: float, shares: Iterable[float], noise: float = 0.02
) -> Iterator[tuple[int, int]]:
    """`(voices, unhappy)` of hours by day and night, around a share of each day that is itself a little off."""
    for share in shares:
        usual = random.gauss(share, noise)
        for hour in range(24):
            voices = _poisson(random, voices_per_hour * (1.4 if 8 <= hour < 20 else 0.6) * random.gammavariate(4, 0.25))
            yield voices, _binomial(random, voices, usual)


def _poisson(random: Random, mean: float) -> int:
    if mean > 50:
        return max(0, round(random.gauss(mean, mean**0.5)))
    count, at = 0, random.expovariate(1.0)
    while at < mean:
        count, at = count + 1, at + random.expovariate(1.0)
    return count


def _binomial(random: Random, voices: int, share: float) -> int:
    share = min(1.0, max(0.0, share))
    if voices > 50:
        spread = (voices * share * (1.0 - share)) ** 0.5
        return min(voices, max(0, round(random.gauss(voices * share, spread))))
    return sum(random.random() < share for _ in range(voices))


def heard(signal: Drift, hours: Iterable[tuple[int, int]], start: int = MONDAY) -> list[float]:
    """The score after each hour."""
    scores = []
    for number, (voices, unhappy) in enumerate(hours):
        signal.close_hour(voices, unhappy, start + (number + 1) * HOUR)
        scores.append(signal.score)
    return scores


def slide(rise: float, over: int, then: int = 0, share: float = 0.2) -> list[float]:
    """Weeks of the usual share, then so much more over so many days, and it stays there."""
    return [share] * SETTLED + [share + rise * (day + 1) / over for day in range(over)] + [share + rise] * then


def found_after(scores: list[float]) -> float:
    """Days from the beginning of a slide to a score of 3."""
    hours = [number for number, score in enumerate(scores) if score >= 3.0]
    return hours[0] / 24 - SETTLED if hours else float("inf")


def alike(hours: int, voices: int, unhappy: int) -> list[tuple[int, int]]:
    return [(voices, unhappy)] * hours


def again(signal: Drift) -> Drift:
    return Drift.restore(json.loads(json.dumps(signal.snapshot())))


@pytest.mark.parametrize("noise", [0.02, 0.05])
@pytest.mark.parametrize("voices_per_hour", [1, 5, 50, 500, 10_000])
def test_a_quiet_brand_hardly_ever_crosses(voices_per_hour, noise):
    """Whatever its size, and however moody its days are: at most once in fifty weeks (sixteen half-years, whole days)."""
    random, crossings = Random(1), 0
    for _ in range(16):
        signal, before = Drift(), 0.0
        for day in range(1, 183):
            voices = _poisson(random, 24 * voices_per_hour * random.gammavariate(10, 0.1))
            signal.close_hour(voices, _binomial(random, voices, random.gauss(0.2, noise)), MONDAY + day * DAY)
            crossings += before < 3.0 <= signal.score
            before = signal.score
    assert crossings <= 16 * (182 - WARM_UP_DAYS) / 7 / 50


@pytest.mark.parametrize(
    ("voices_per_hour", "rise", "over", "within"),
    [
        (1, 0.2, 14, 21),
        (5, 0.1, 14, 18),
        (50, 0.1, 7, 10),
        (50, 0.1, 21, 16),
        (10_000, 0.05, 14, 16),
        (10_000, 0.1, 14, 12),
    ],
)
def test_a_slide_is_found_within_days(voices_per_hour, rise, over, within):
    """By most of five brands, and not before it began."""
    found = sorted(
        found_after(heard(Drift(), days(Random(seed), voices_per_hour, slide(rise, over, then=10))))
        for seed in range(5)
    )
    assert found[0] > 0
    assert found[2] <= within


def test_a_better_mood_is_nothing():
    """One-sided: fewer unhappy voices are no crisis."""
    scores = heard(Drift(), days(Random(3), 50, slide(-0.1, 14, then=28, share=0.3)))
    assert max(scores) < 3.0


@pytest.mark.parametrize("noise", [0.02, 0.05])
def test_a_short_crisis_is_for_the_other_signals(noise):
    """A day with twice or four times the unhappy share, or two such days, does not cross."""
    for seed, (share, length) in enumerate([(0.4, 1), (0.8, 1), (0.4, 2)]):
        shares = [0.2] * SETTLED + [share] * length + [0.2] * 14
        assert max(heard(Drift(), days(Random(seed), 50, shares, noise))) < 3.0


def test_a_lasting_change_is_told_once():
    """Loud for two weeks at most; then it is normal, and what follows is measured against it."""
    signal = Drift()
    hours = days(Random(4), 50, slide(0.1, 14, then=60))
    scores = heard(signal, hours)
    loud = [number for number, score in enumerate(scores) if score >= 3.0]
    assert 0 < len(loud) <= MAX_LOUD_DAYS * 24
    assert len(loud) == loud[-1] - loud[0] + 1
    assert pytest.approx(0.3, abs=0.02) == signal.read(MONDAY + len(scores) * HOUR).expected
    further = heard(signal, days(Random(5), 50, [0.3 + 0.01 * day for day in range(14)]), MONDAY + len(scores) * HOUR)
    assert max(further) >= 3.0


def test_a_slide_that_was_taken_back_falls_silent():
    """A week after the share is what it was."""
    scores = heard(Drift(), days(Random(6), 50, [*slide(0.1, 14), *[0.2] * 10]))
    assert max(scores) >= 3.0
    assert scores[-1] < 3.0


def test_small_brands_stay_silent():
    """Five voices a day have no share; nor do they make anything warm."""
    signal = Drift()
    scores = heard(signal, days(Random(7), 0.2, [0.2] * 60 + [0.9] * 30))
    assert max(scores) == 0.0
    assert not signal.warm


def test_two_weeks_of_days_make_it_warm():
    """Before, it scores nothing, whatever is said."""
    signal = Drift()
    hours = WARM_UP_DAYS * 24
    assert {0.0} == set(heard(signal, alike(hours // 2, 50, 10) + alike(hours // 2 - 1, 50, 40)))
    assert not signal.warm
    signal.close_hour(50, 40, MONDAY + hours * HOUR)
    assert signal.warm
    assert WARM_UP_DAYS == signal.read(MONDAY + hours * HOUR).samples


def test_one_bad_day_at_the_beginning_is_not_the_reference():
    """The first week teaches its median."""
    signal = Drift()
    heard(signal, alike(24, 50, 45) + alike(7 * 24, 50, 10))
    assert pytest.approx(0.2, abs=0.01) == signal.read(MONDAY + 8 * DAY).expected


def test_it_changes_at_the_end_of_a_day():
    """Counts of a day are judged when it is over (UTC)."""
    signal = Drift()
    scores = heard(signal, days(Random(8), 50, slide(0.2, 14)))
    changed = {number % 24 for number in range(1, len(scores)) if scores[number] != scores[number - 1]}
    assert {23} == changed


def test_silence_cools():
    """Empty days count as usual ones, and a gap like the zeros it stands for."""
    zeros = Drift()
    scores = heard(zeros, days(Random(9), 50, slide(0.2, 14)))
    end = MONDAY + len(scores) * HOUR
    gap = again(zeros)
    heard(zeros, alike(20 * 24, 0, 0), end)
    gap.close_hour(0, 0, end + 20 * DAY)
    assert zeros.snapshot() == gap.snapshot()
    assert scores[-1] >= 3.0
    assert zeros.score == 0.0


def test_a_day_with_hardly_a_voice_teaches_nothing():
    signal = Drift()
    heard(signal, alike(21 * 24, 10, 2))
    before = signal.read(MONDAY + 21 * DAY)
    signal.close_hour(MIN_VOICES - 1, MIN_VOICES - 1, MONDAY + 22 * DAY)
    after = signal.read(MONDAY + 22 * DAY)
    assert (before.expected, before.samples, before.score) == (after.expected, after.samples, after.score)


def test_the_reading_is_the_evidence_for_the_score():
    """Shares of the last seven whole days; during a slide the observed one is out of its range."""
    signal = Drift()
    assert (0.0, False) == (signal.read(MONDAY).score, signal.read(MONDAY).warm)
    hours = list(days(Random(10), 50, slide(0.1, 14)))
    heard(signal, hours)
    midnight = MONDAY + len(hours) * HOUR
    signal.close_hour(50, 50, midnight + HOUR)
    reading = signal.read(midnight + HOUR)
    week = hours[-7 * 24 :]
    assert ("drift", "reference_share") == (reading.name, reading.baseline_kind)
    assert (midnight - 7 * DAY, midnight) == (reading.window_start, reading.window_end)
    assert sum(unhappy for _, unhappy in week) / sum(voices for voices, _ in week) == reading.observed
    assert signal.score == reading.score >= 3.0
    assert 0.0 <= reading.low < reading.expected < reading.high < reading.observed <= 1.0


COUNTS = st.lists(
    st.tuples(st.integers(0, 200), st.floats(0, 1)).map(lambda one: (one[0], round(one[0] * one[1]))), max_size=60
)
"""Days: what is said in their first hour."""


def told(signal: Drift, counts: list[tuple[int, int]], first: int) -> Drift:
    for number, (voices, unhappy) in enumerate(counts, first):
        signal.close_hour(voices, unhappy, MONDAY + number * DAY + HOUR)
    return signal


@LAW
@given(COUNTS, st.integers(0, 60))
def test_it_stays_a_number(counts, silence):
    """Whatever is said: scores finite and in [0, 6], shares in [0, 1] and in order."""
    signal = told(Drift(), counts, 0)
    end = MONDAY + (len(counts) + silence) * DAY
    signal.close_hour(0, 0, end)
    reading = signal.read(end)
    assert isfinite(reading.score)
    assert 0.0 <= reading.score <= 6.0
    assert 0.0 <= reading.low <= reading.expected <= reading.high <= 1.0
    assert 0.0 <= reading.observed <= 1.0


@LAW
@given(COUNTS, st.integers(0, 60))
def test_a_snapshot_brings_the_signal_back(counts, cut):
    """Through JSON, to the last bit, from the first day on; and it goes on alike."""
    whole = told(Drift(), counts[:cut], 0)
    half = again(whole)
    for signal in (whole, half):
        told(signal, counts[cut:], len(counts[:cut]))
    assert whole.snapshot() == half.snapshot()


def test_a_crash_in_a_slide_changes_nothing():
    """Cut at any hour of a story, the scores after it are those of a run without a crash."""
    hours = list(days(Random(11), 5, slide(0.2, 14, then=20)))
    scores = heard(Drift(), hours)
    for cut in Random(12).sample(range(len(hours)), 4):
        signal = Drift()
        before = heard(signal, hours[:cut])
        assert scores == before + heard(again(signal), hours[cut:], MONDAY + cut * HOUR)
