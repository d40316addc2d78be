"""More talk than usual: bursts and slow swells, habit, hotness, silence, and the laws of the volume detector."""

import json
from math import inf
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.signals.attention import BUCKET_SECONDS, Attention
from tests.detectors.talk import DAY, HOUR, MONDAY

LAW = settings(max_examples=40, deadline=None)
A_DAY = DAY // BUCKET_SECONDS
AN_HOUR = HOUR // BUCKET_SECONDS


def poisson(random: Random, mean: float) -> int:
    at, count = random.expovariate(1.0), 0
    while at < mean:
        at, count = at + random.expovariate(1.0), count + 1
    return count


def feed(signal: Attention, counts, start: int = MONDAY, lift: float = 1.0) -> list[float]:
    """The score after each bucket."""
    scores = []
    for number, count in enumerate(counts):
        signal.close(start + number * BUCKET_SECONDS, count, lift, lift)
        scores.append(signal.score)
    return scores


def murmur(days: float, per_bucket: float, seed: int = 1) -> list[int]:
    random = Random(seed)
    return [poisson(random, per_bucket) for _ in range(int(days * A_DAY))]


def used_to(per_bucket: float, days: int = 5) -> Attention:
    signal = Attention()
    feed(signal, murmur(days, per_bucket))
    return signal


def again(signal: Attention) -> Attention:
    return Attention.restore(json.loads(json.dumps(signal.snapshot())))


LATER = MONDAY + 5 * DAY


@pytest.mark.parametrize("per_bucket", [0.1, 3, 100])
def test_the_usual_opens_nothing(per_bucket):
    """Two days of the same, be it one an hour or twenty a minute: below the default limit at 3."""
    assert max(feed(used_to(per_bucket), murmur(2, per_bucket, seed=2), LATER)) < 3.0


@pytest.mark.parametrize("per_bucket", [0.1, 3, 100])
def test_a_burst_stands_out(per_bucket):
    """An hour of ten times as much, and of ten more."""
    assert max(feed(used_to(per_bucket), [int(10 * per_bucket + 10)] * AN_HOUR, LATER)) > 3.0


def test_a_single_loud_bucket_is_less_than_a_loud_hour():
    """The count is smoothed: what lasts weighs more."""
    blip = max(feed(used_to(3), [15] + [3] * AN_HOUR, LATER))
    assert blip < max(feed(used_to(3), [15] * AN_HOUR, LATER)) - 1.0


def test_less_talk_than_usual_is_nothing():
    assert set(feed(used_to(20), [1] * AN_HOUR, LATER)) == {0.0}


def test_who_bursts_every_day_must_burst_higher():
    """Habit: after five noons of tumult a sixth is less strange than it would be to a quiet brand."""
    noisy, noon = Attention(), [3] * (12 * AN_HOUR) + [30] * AN_HOUR + [3] * (11 * AN_HOUR)
    feed(noisy, noon * 5)
    quiet = Attention()
    feed(quiet, [3] * (5 * A_DAY))
    assert max(feed(noisy, noon, LATER)) < max(feed(quiet, noon, LATER)) / 2


NOON_BURST = [3] * (12 * AN_HOUR) + [30] * AN_HOUR + [3] * (11 * AN_HOUR)
EVEN = [3] * A_DAY


def test_many_bursts_are_a_stronger_habit_than_one():
    """The last one is as long ago and as high for both."""
    often, once = Attention(), Attention()
    feed(often, (NOON_BURST + EVEN) * 4)
    feed(once, EVEN * 6 + NOON_BURST + EVEN)
    later = MONDAY + 8 * DAY
    assert max(feed(often, NOON_BURST, later)) < max(feed(once, NOON_BURST, later)) - 1.0


def test_a_habit_fades():
    """After a quiet month a burst is stranger than after a quiet day."""
    signal = Attention()
    feed(signal, EVEN * 5 + NOON_BURST + EVEN)
    rested = again(signal)
    feed(rested, EVEN * 30, MONDAY + 7 * DAY)
    assert max(feed(signal, NOON_BURST, MONDAY + 7 * DAY)) < max(feed(rested, NOON_BURST, MONDAY + 37 * DAY)) - 1.0


def test_midnight_is_no_moment():
    """Habit is kept by the day, and takes in the day so far: a burst goes the same way through midnight as at noon."""
    burst = [30] * AN_HOUR + [3] * (3 * AN_HOUR)
    signals = [Attention(), Attention()]
    for signal in signals:
        feed(signal, EVEN * 5 + EVEN[: 11 * AN_HOUR])
    at_noon = feed(signals[0], burst, LATER + 11 * HOUR)
    feed(signals[1], EVEN[: 12 * AN_HOUR], LATER + 11 * HOUR)
    at_night = feed(signals[1], burst, LATER + 23 * HOUR)
    assert max(at_noon) > 10.0
    assert pytest.approx(at_noon, rel=0.05, abs=0.2) == at_night


def test_a_burst_weighs_the_more_the_longer_it_lasts():
    """As high all the time: after three hours the score is still rising."""
    scores = feed(used_to(3), [20] * (3 * AN_HOUR), LATER)
    assert scores[AN_HOUR - 1] < scores[2 * AN_HOUR - 1] < scores[-1]


def test_a_burst_does_not_become_normal():
    """While it is hot, for six hours, the level learns nothing."""
    signal = used_to(3)
    before = signal.level_per_hour
    feed(signal, [60] * (5 * AN_HOUR), LATER)
    assert pytest.approx(before, rel=0.02) == signal.level_per_hour


def test_what_lasts_becomes_normal():
    """Twice as much for two weeks: learned, and no alarm any more."""
    signal = used_to(3)
    scores = feed(signal, murmur(14, 6, seed=3), LATER)
    assert max(scores[-A_DAY:]) < 3.0
    assert signal.level_per_hour > 5 * AN_HOUR


def test_a_planned_campaign_is_expected():
    """`lift` multiplies the level: six times as much is usual where it was announced."""
    assert max(feed(used_to(3), [18] * AN_HOUR, LATER, lift=6.0)) < 1.0
    assert max(feed(used_to(3), [18] * AN_HOUR, LATER)) > 3.0


def test_a_stalled_collector_teaches_nothing():
    """Silence where hundreds were expected is no new level: when talk comes back it is as usual."""
    signal = used_to(100)
    before = signal.level_per_hour
    feed(signal, [0] * A_DAY, LATER)
    assert pytest.approx(before, rel=0.01) == signal.level_per_hour
    assert max(feed(signal, murmur(0.5, 100, seed=4), LATER + DAY)) < 3.0


def test_a_day_makes_it_warm():
    """Until then its reading says 0, whatever was heard."""
    signal = Attention()
    feed(signal, [3] * (A_DAY - 2) + [90])
    cold = signal.read(90, 90, MONDAY + DAY)
    assert (False, 0.0) == (cold.warm, cold.score)
    assert signal.score > 0.0
    feed(signal, [90], MONDAY + DAY - BUCKET_SECONDS)
    assert signal.warm
    assert signal.read(90, 90, MONDAY + DAY).score > 0.0


def test_the_reading_is_the_evidence_for_the_score():
    """The hour against the usual hour."""
    signal = used_to(3)
    feed(signal, [30] * AN_HOUR, LATER)
    end = LATER + HOUR
    reading = signal.read(30 * AN_HOUR, 30 * AN_HOUR, end)
    assert ("attention", end - HOUR, end) == (reading.name, reading.window_start, reading.window_end)
    assert (signal.score, True, 30 * AN_HOUR) == (reading.score, reading.warm, reading.observed)
    assert pytest.approx(3 * AN_HOUR, rel=0.1) == reading.expected
    assert reading.low < reading.expected < reading.high < reading.observed


def test_people_are_told_however_often_they_speak():
    """Forty people who fill 360 places: forty are told, and what is usual shrinks in the same measure."""
    signal = used_to(3)
    feed(signal, [30] * AN_HOUR, LATER)
    once = signal.read(30 * AN_HOUR, 30 * AN_HOUR, LATER + HOUR)
    often = signal.read(30 * AN_HOUR, 40, LATER + HOUR)
    assert (40, once.score) == (often.observed, often.score)
    assert pytest.approx(once.expected / once.observed) == often.expected / often.observed


def test_buckets_of_any_length():
    """The detector behind `score-counts`: hourly counts are judged by the same clock as those of five minutes."""
    hourly = Attention(bucket_seconds=HOUR)
    random = Random(5)
    for number in range(10 * 24):
        hourly.close(MONDAY + number * HOUR, poisson(random, 50))
    assert pytest.approx(50, rel=0.1) == hourly.level_per_hour
    assert hourly.score < 3.0
    hourly.close(MONDAY + 10 * DAY, 500)
    assert hourly.score > 3.0


@pytest.mark.parametrize("hours", [1, 6, 30, 200])
def test_a_silence_closed_at_once_is_like_one_closed_by_the_bucket(hours):
    """For a brand that may sleep: one mention in three hours. What proves to be a stall is left out whole, and by the
    bucket only from where it shows: expectations differ by a seventh at most, scores by a fifth."""
    steps = Attention()
    feed(steps, [int(number % 36 == 0) for number in range(12 * A_DAY)])
    start, buckets = MONDAY + 12 * DAY, hours * AN_HOUR
    once = again(steps)
    feed(steps, [0] * buckets, start)
    once.close_silent(start, buckets)
    assert pytest.approx(steps.level_per_hour, rel=0.15) == once.level_per_hour
    assert once.score == 0.0
    burst = [4] * AN_HOUR
    later = start + buckets * BUCKET_SECONDS
    assert pytest.approx(max(feed(steps, burst, later)), rel=0.2) == max(feed(once, burst, later))


def test_no_silence_changes_nothing():
    signal = used_to(1)
    before = signal.snapshot()
    signal.close_silent(LATER, 0)
    assert before == signal.snapshot()


COUNTS = st.lists(st.one_of(st.integers(0, 5), st.integers(0, 10_000)), max_size=40)
USED_TO = {per_bucket: used_to(per_bucket, days=2).snapshot() for per_bucket in (0.1, 3, 100)}


@LAW
@given(st.sampled_from(list(USED_TO)), COUNTS, st.integers(0, 500), COUNTS)
def test_a_score_is_a_number(per_bucket, counts, silence, further):
    """Finite and >= 0, and so is the level, through bursts and silences."""
    signal = Attention.restore(USED_TO[per_bucket])
    start = MONDAY + 2 * DAY
    scores = feed(signal, counts, start)
    start += len(counts) * BUCKET_SECONDS
    signal.close_silent(start, silence)
    scores += feed(signal, further, start + silence * BUCKET_SECONDS)
    assert all(0.0 <= score < inf for score in scores)
    assert 0.0 <= signal.level_per_hour < inf


@LAW
@given(st.sampled_from(list(USED_TO)), st.lists(st.integers(0, 300), min_size=1, max_size=12), st.integers(0, 300))
def test_more_is_never_less_unusual(per_bucket, counts, more):
    """In the bucket that is scored."""
    one, other = (Attention.restore(USED_TO[per_bucket]) for _ in range(2))
    start = MONDAY + 2 * DAY
    fewer = feed(one, counts, start)[-1]
    assert fewer <= feed(other, [*counts[:-1], counts[-1] + more], start)[-1] + 1e-9


@LAW
@given(COUNTS, st.integers(0, 40), st.integers(0, 100))
def test_a_snapshot_brings_the_signal_back(counts, cut, silence):
    """Through JSON, to the last bit, from the first bucket on; and it goes on alike."""
    whole = Attention()
    feed(whole, counts[:cut])
    half = again(whole)
    start = MONDAY + len(counts[:cut]) * BUCKET_SECONDS
    assert feed(whole, counts[cut:], start) == feed(half, counts[cut:], start)
    for signal in (whole, half):
        signal.close_silent(MONDAY + len(counts) * BUCKET_SECONDS, silence)
    assert whole.snapshot() == half.snapshot()
