"""The mood: lower than usual by more than sampling, habit and the scorer's error explain."""

import json
from itertools import pairwise
from math import isfinite

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.counts import Counts, Place
from detectors.recent import Recent
from detectors.signals.sentiment import MIN_VOICES, Sentiment
from tests.detectors.talk import DAY, HOUR, MINUTE, MONDAY

LAW = settings(max_examples=40, deadline=None)
NOW = MONDAY + 4 * DAY


def close(signal: Sentiment, mean: float, voices: int = 50, end: int = NOW) -> None:
    signal.close_hour(voices, round(mean * voices * 1e6), end)


def used_to(*means: float, hours: int = 96) -> Sentiment:
    """Hours of fifty voices, the means in turn."""
    signal = Sentiment()
    for number in range(hours):
        close(signal, means[number % len(means)], end=MONDAY + (number + 1) * HOUR)
    return signal


def hour(mean: float, voices: int) -> Recent:
    recent = Recent()
    start = NOW - 30 * MINUTE
    places = {"x": Place(voices, 0, start * 1000, start * 1000)}
    recent.add(start, Counts(mentions=voices, voices=voices, mood_micro=round(mean * voices * 1e6), places=places))
    recent.slide(NOW)
    return recent


def again(signal: Sentiment) -> Sentiment:
    return Sentiment.restore(json.loads(json.dumps(signal.snapshot())))


def test_it_learns_the_mood():
    assert pytest.approx(0.3, abs=0.01) == used_to(0.3).expected
    assert Sentiment().expected == 0.0


def test_a_much_lower_mood_stands_out():
    """A hundred voices, half a scale below: over the default limit."""
    assert used_to(0.3).score(hour(-0.2, 100)) > 3.0


@pytest.mark.parametrize("mean", [0.3, 0.29, 0.6, 1.0])
def test_the_usual_and_the_better_are_nothing(mean):
    assert used_to(0.3).score(hour(mean, 100)) < 0.5


def test_what_sampling_explains_is_nothing():
    """The same distance is odd for a hundred voices, and chance for ten."""
    few, many = (used_to(0.3).score(hour(0.0, voices)) for voices in (10, 100))
    assert few < 2.0 < many


def test_whoever_answers_is_no_mood_of_his_own():
    """Four times the variance: a hundred voices in threads say what 25 without them do; so too where it is learned."""
    assert used_to(0.3).score(hour(0.0, 100), 4.0) == used_to(0.3).score(hour(0.0, 25))
    signal, swings = used_to(0.3), [(0.3 + 0.2 * (-1) ** number, 25) for number in range(100)]
    clustered, alone = again(signal), again(signal)
    for number, (mean, voices) in enumerate(swings):
        clustered.close_hour(4 * voices, round(4 * mean * voices * 1e6), MONDAY + number * HOUR, 4.0)
        alone.close_hour(voices, round(mean * voices * 1e6), MONDAY + number * HOUR)
    assert clustered.snapshot() == alone.snapshot()


def test_what_the_scorer_does_by_itself_is_nothing():
    """A drift of a twentieth of the scale is no mood, however many voices show it."""
    assert used_to(0.3).score(hour(0.2, 100_000)) < 3.0


def test_a_moody_brand_must_be_moodier():
    """Who swings every hour is used to it."""
    moody = used_to(0.6, 0.0, hours=400)
    assert moody.score(hour(-0.3, 100)) < used_to(0.3).score(hour(-0.3, 100)) / 1.5


def test_hardly_anybody_says_nothing():
    """Fewer voices than ten within the hour have no mood, and teach none."""
    signal = used_to(0.3)
    assert signal.score(hour(-1.0, MIN_VOICES - 1)) == 0.0
    before = signal.snapshot()
    close(signal, -1.0, voices=MIN_VOICES - 1)
    assert before == signal.snapshot()


def test_a_day_of_hours_makes_it_warm():
    """Before, it scores nothing."""
    cold, warm = used_to(0.3, hours=23), used_to(0.3, hours=24)
    assert [cold.warm, warm.warm] == [False, True]
    assert cold.score(hour(-1.0, 100)) == 0.0
    assert warm.score(hour(-1.0, 100)) > 0.0


def test_while_hot_nothing_is_learned():
    """For six hours; a mood that stays is learned then."""
    signal = used_to(0.3)
    signal.freeze.update(9.0, NOW)
    before = signal.expected
    for number in range(1, 6):
        close(signal, -0.5, end=NOW + number * HOUR)
    assert before == signal.expected
    close(signal, -0.5, end=NOW + 6 * HOUR)
    assert signal.expected < before


def test_one_bad_hour_does_not_make_the_next_one_normal():
    """Winsorised: the worst possible hour moves the expectation by hardly anything."""
    signal = used_to(0.3)
    before = signal.score(hour(-0.2, 100))
    close(signal, -1.0)
    assert signal.expected > 0.28
    assert signal.score(hour(-0.2, 100)) > 0.9 * before


def test_another_scorer_is_no_mood():
    """It sees everything darker: its mean is usual from the moment it takes over, and what it sees lower stands out."""
    signal = used_to(0.3)
    assert signal.score(hour(-0.2, 100)) > 3.0
    signal.rescore(1.0, -0.2)
    assert pytest.approx(-0.2) == signal.expected
    assert signal.score(hour(-0.2, 100)) < 0.1
    assert pytest.approx(used_to(0.3).score(hour(-0.2, 100))) == signal.score(hour(-0.7, 100))


def test_a_scorer_of_a_part_moves_the_mood_by_its_part():
    """And what is heard afterwards teaches as ever."""
    signal, used_to_it = used_to(0.3), used_to(0.1)
    signal.rescore(0.25, -0.5)
    assert pytest.approx(0.1) == signal.expected
    for one in (signal, used_to_it):
        close(one, 0.0)
    assert pytest.approx(used_to_it.expected) == signal.expected
    assert signal.samples == used_to_it.samples


def test_a_scorer_moves_no_mood_that_nobody_knows():
    signal = Sentiment()
    before = signal.snapshot()
    signal.rescore(1.0, -0.5)
    assert before == signal.snapshot()


def test_the_reading_is_the_evidence_for_the_score():
    """Means in [-1, 1]; silence is as usual."""
    signal = used_to(0.3)
    reading = signal.read(hour(-0.4, 100), NOW)
    assert ("sentiment", NOW - HOUR, NOW) == (reading.name, reading.window_start, reading.window_end)
    assert signal.score(hour(-0.4, 100)) == reading.score
    assert pytest.approx(-0.4) == reading.observed
    assert -1.0 <= reading.observed < reading.low < reading.expected < reading.high <= 1.0
    silence = signal.read(Recent(), NOW)
    assert (signal.expected, 0.0) == (silence.observed, silence.score)


HOURS = st.lists(st.tuples(st.floats(-1, 1), st.integers(1, 1000), st.floats(0, 5)), max_size=40)


def learn(signal: Sentiment, hours, start: int = MONDAY) -> Sentiment:
    for number, (mean, voices, score) in enumerate(hours):
        signal.freeze.update(score, start + (number + 1) * HOUR)
        close(signal, mean, voices, start + (number + 1) * HOUR)
    return signal


@LAW
@given(HOURS, st.lists(st.floats(-1, 1), min_size=2, max_size=5).map(sorted), st.integers(10, 10_000))
def test_a_lower_mood_is_never_less_unusual(hours, means, voices):
    """Whatever was learned: scores are finite, >= 0, and fall as the mood rises; the expectation stays on its scale."""
    signal = learn(used_to(0.1, hours=24), hours)
    assert -1.0 <= signal.expected <= 1.0
    scores = [signal.score(hour(mean, voices)) for mean in means]
    assert all(isfinite(score) and score >= 0.0 for score in scores)
    assert all(lower >= higher - 1e-6 for lower, higher in pairwise(scores))


@LAW
@given(HOURS, st.integers(0, 40), st.floats(-1, 1), st.integers(10, 1000))
def test_a_snapshot_brings_the_signal_back(hours, cut, mean, voices):
    """Through JSON, to the last bit, from the first hour on; and it goes on alike."""
    whole = learn(Sentiment(), hours[:cut])
    half = again(whole)
    for signal in (whole, half):
        learn(signal, hours[cut:], MONDAY + len(hours[:cut]) * HOUR)
    assert whole.snapshot() == half.snapshot()
    assert whole.score(hour(mean, voices)) == half.score(hour(mean, voices))
