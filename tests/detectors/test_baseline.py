"""What is normal: learned hour by hour, from whole hours, and not from what must not teach."""

import json
from math import isfinite

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.baseline import VoiceBaseline
from detectors.counts import Counts, Place
from tests.detectors.talk import DAY, HOUR, MONDAY

LAW = settings(max_examples=50, deadline=None)
FIRST = MONDAY // HOUR
DAYS = 24
HOURS = st.lists(st.tuples(st.integers(0, 60), st.floats(0, 1), st.integers(0, 5), st.floats(0.1, 1.0)), max_size=60)
"""Voices, unhappy share, calls, part of the hour that was watched."""


def hour(voices: int, unhappy: int = 0, calls: int = 0) -> Counts:
    """So many voices, each unhappy one a whole person's unrest."""
    return Counts(mentions=voices, scored=voices, voices=voices, unhappy=unhappy, unrest=10 * unhappy, callers=calls)


def taught(hours: int, voices: int, unhappy: int = 0, calls: int = 0) -> VoiceBaseline:
    """A baseline of `hours` alike."""
    baseline = VoiceBaseline()
    for number in range(hours):
        baseline.learn(FIRST + number, 1.0, hour(voices, unhappy, calls))
    return baseline


def restored(baseline: VoiceBaseline) -> VoiceBaseline:
    return VoiceBaseline.restore(json.loads(json.dumps(baseline.snapshot())))


def test_it_learns_what_is_normal():
    """Two weeks of forty voices an hour, six of them unhappy, and a call to boycott in a hundred."""
    baseline = VoiceBaseline()
    for number in range(14 * DAYS):
        baseline.learn(FIRST + number, 1.0, hour(40, 6, calls=number % 5 == 0))
    assert pytest.approx(40) == baseline.voices_per_hour
    assert pytest.approx(0.15, abs=0.002) == baseline.unhappy_share
    assert pytest.approx(40 * 7) == baseline.expected_voices(MONDAY, MONDAY + 7 * HOUR)
    assert 0.003 < baseline.calls_per_voice < 0.005
    assert baseline.samples == 14 * DAYS


def test_it_begins_with_a_guess():
    """Nothing is known of how many speak; a fifth is unhappy, and one in a thousand calls for a boycott."""
    baseline = VoiceBaseline()
    assert (0.0, 0.2, 0.001) == (baseline.voices_per_hour, baseline.unhappy_share, baseline.calls_per_voice)
    assert baseline.expected_voices(MONDAY, MONDAY + DAY) == 0.0


def test_a_part_of_an_hour_teaches_the_rate():
    """A brand first heard at half past is not half as loud."""
    baseline = VoiceBaseline()
    baseline.learn(FIRST, 0.5, hour(10))
    assert pytest.approx(20) == baseline.voices_per_hour


def test_it_learns_the_hour_of_the_day():
    """A brand that is talked about at noon: noon is expected to be loud, midnight is not, and the day adds up."""
    baseline = VoiceBaseline()
    for number in range(21 * DAYS):
        baseline.learn(FIRST + number, 1.0, hour(60 if number % DAYS == 12 else 6))
    today = MONDAY + 21 * DAY
    noon, midnight = (baseline.expected_voices(today + at * HOUR, today + (at + 1) * HOUR) for at in (12, 0))
    assert noon > 35
    assert midnight < 8
    assert pytest.approx(60 + 23 * 6, rel=0.1) == baseline.expected_voices(today, today + DAY)


@LAW
@given(HOURS, st.lists(st.integers(0, 3 * DAY), min_size=3, max_size=3).map(sorted))
def test_expectations_add_up(hours, cuts):
    """`[a, b)` and `[b, c)` make `[a, c)`, wherever the cuts fall in an hour."""
    baseline = VoiceBaseline()
    for number, (voices, share, calls, watched) in enumerate(hours):
        baseline.learn(FIRST + number, watched, hour(voices, round(share * voices), calls))
    first, middle, last = (MONDAY + cut for cut in cuts)
    parts = baseline.expected_voices(first, middle) + baseline.expected_voices(middle, last)
    assert pytest.approx(parts, abs=1e-9) == baseline.expected_voices(first, last)


def test_one_burst_does_not_teach_a_day():
    """After a day, an hour a hundred times as loud teaches no more than a few loud hours would."""
    baseline = taught(7 * DAYS, voices=20, unhappy=3)
    share = baseline.unhappy_share
    baseline.learn(FIRST + 7 * DAYS, 1.0, hour(2000, 2000))
    assert 20 < baseline.voices_per_hour < 1.03 * 20
    assert share < baseline.unhappy_share < share + 0.02


def test_an_hour_of_complaints_hardly_moves_the_share():
    """As many voices as ever, all of them unhappy: winsorised too."""
    baseline = taught(7 * DAYS, voices=20, unhappy=3)
    share = baseline.unhappy_share
    baseline.learn(FIRST + 7 * DAYS, 1.0, hour(20, 20))
    assert share < baseline.unhappy_share < share + 0.01


def test_the_first_day_is_believed_as_it_comes():
    """Before a day there is nothing to measure an outlier by."""
    baseline = taught(2, voices=2)
    baseline.learn(FIRST + 2, 1.0, hour(200))
    assert baseline.voices_per_hour > 60


def test_a_lasting_change_is_learned():
    """Twice as many voices for a week become normal."""
    baseline = taught(14 * DAYS, voices=20)
    for number in range(14 * DAYS, 21 * DAYS):
        baseline.learn(FIRST + number, 1.0, hour(40))
    assert 34 < baseline.voices_per_hour < 40


def test_a_stalled_collector_teaches_nothing():
    """Not one voice where twenty were expected: nobody listened."""
    baseline = taught(3 * DAYS, voices=20, unhappy=3)
    before = baseline.snapshot()
    for number in range(6):
        baseline.learn(FIRST + 3 * DAYS + number, 1.0, hour(0))
    assert before == baseline.snapshot()


def test_a_quiet_hour_of_a_small_brand_teaches():
    """Not one voice where two were expected: a quiet hour."""
    baseline = taught(3 * DAYS, voices=2)
    baseline.learn(FIRST + 3 * DAYS, 1.0, hour(0))
    assert baseline.voices_per_hour < 2
    assert baseline.samples == 3 * DAYS + 1


def voices_a_day(baseline: VoiceBaseline) -> list[float]:
    return [baseline.expected_voices(MONDAY + at * HOUR, MONDAY + (at + 1) * HOUR) for at in range(DAYS)]


@pytest.mark.parametrize("voices", [[1], [1, 0, 0], [5, 0, 0, 0, 0, 0], [6] * 8 + [0] * 16])
@pytest.mark.parametrize("hours", [1, 6, 24, 25, 72, 150, 1000])
def test_a_silence_learned_at_once_is_like_one_learned_by_the_hour(voices, hours):
    """For a brand that may sleep.

    The rates decay alike to the last digit. The profile of the day takes the rate of the beginning for the whole
    silence, where hour by hour it sinks (it halves in three days): within a day expectations differ by a twentieth,
    and never by more than a quarter of what was usual when the silence began.
    """
    steps = VoiceBaseline()
    for number in range(10 * DAYS):
        now = voices[number % len(voices)]
        steps.learn(FIRST + number, 1.0, hour(now, now // 3))
    once, rate = restored(steps), steps.voices_per_hour
    for number in range(hours):
        steps.learn(FIRST + 10 * DAYS + number, 1.0, hour(0))
    once.learn_silence(FIRST + 10 * DAYS, hours)
    for name in ("voices_per_hour", "unhappy_share", "calls_per_voice", "samples"):
        assert pytest.approx(getattr(steps, name), rel=1e-9) == getattr(once, name)
    tolerance = {"rel": 0.05} if hours <= 25 else {"abs": 0.25 * rate}
    assert pytest.approx(voices_a_day(steps), **tolerance) == voices_a_day(once)


@pytest.mark.parametrize("voices", [5, 30])
def test_whoever_is_heard_in_few_hours_is_known_after_a_week(voices):
    """A brand of office hours, seven a day, however much is said in them; and then a storm is one."""
    baseline = VoiceBaseline()
    for day in range(8):
        assert baseline.warm is (day == 7)
        for number in range(7):
            baseline.learn(FIRST + day * 24 + 9 + number, 1.0, hour(voices))
        baseline.learn_silence(FIRST + day * 24 + 16, 17)


@LAW
@given(st.integers(0, 400), st.integers(0, 400), st.integers(1, 30))
def test_a_silence_may_be_cut(first, second, heard):
    """What is heard of a brand before it is known, and then silence, at once or in two: it is known as early, and as well
    but for the rate its profile of the day is held against."""
    once, twice = taught(heard, voices=2), taught(heard, voices=2)
    once.learn_silence(FIRST + heard, first + second)
    twice.learn_silence(FIRST + heard, first)
    twice.learn_silence(FIRST + heard + first, second)
    assert (once.samples, once.warm) == (twice.samples, twice.warm)
    assert pytest.approx(once.voices_per_hour) == twice.voices_per_hour


def test_silence_teaches_a_busy_brand_nothing():
    """Nobody speaks for hours where twenty an hour are usual: a stalled collector, however long."""
    baseline = taught(3 * DAYS, voices=20)
    before = baseline.snapshot()
    baseline.learn_silence(FIRST + 3 * DAYS, 100)
    assert before == baseline.snapshot()


@pytest.mark.parametrize("hours", [24, 1000, 10_000])
def test_silence_says_nothing_of_who_speaks(hours):
    """How many speak is forgotten, how unhappy they are is not, nor what they pass on and call for."""
    baseline = taught(14 * DAYS, voices=4, unhappy=3, calls=1)
    before = baseline.unhappy_share, baseline.unrest_share, baseline.calls_per_voice, baseline.share_doubt
    baseline.learn_silence(FIRST + 14 * DAYS, hours)
    assert before == (baseline.unhappy_share, baseline.unrest_share, baseline.calls_per_voice, baseline.share_doubt)
    assert baseline.voices_per_hour < 4 * 0.8 ** (hours / DAYS)


def test_the_less_was_heard_the_less_is_known_of_the_share():
    """As a dispersion: a variance, in people, of the share of so many voices, over that of chance squared."""
    doubts = [taught(hours, voices=5, unhappy=1).share_doubt for hours in (0, 1, 5, 24, 240)]
    assert doubts == sorted(doubts, reverse=True)
    share = 0.2
    assert pytest.approx(0.2**2 / (share * (1 - share)) ** 2) == doubts[0]  # brands differ by 0.2, standard deviation
    assert doubts[-1] < 0.02


def test_no_silence_teaches_nothing():
    baseline = taught(DAYS, voices=1)
    before = baseline.snapshot()
    baseline.learn_silence(FIRST + DAYS, 0)
    assert before == baseline.snapshot()


@LAW
@given(HOURS, st.integers(0, 60), st.integers(0, 40))
def test_a_snapshot_brings_the_baseline_back(hours, cut, silence):
    """Through JSON, to the last bit; and it goes on learning alike."""
    whole = half = VoiceBaseline()
    for number, (voices, share, calls, watched) in enumerate(hours):
        if number == cut:
            half = restored(whole)
        for baseline in {id(whole): whole, id(half): half}.values():
            baseline.learn(FIRST + number, watched, hour(voices, round(share * voices), calls))
    half = restored(half)
    for baseline in (whole, half):
        baseline.learn_silence(FIRST + len(hours), silence)
    assert whole.snapshot() == half.snapshot()


@LAW
@given(HOURS, st.integers(0, 1000))
def test_it_stays_a_number(hours, silence):
    """Whatever it is taught: rates finite and >= 0, shares strictly between 0 and 1."""
    baseline = VoiceBaseline()
    for number, (voices, share, calls, watched) in enumerate(hours):
        baseline.learn(FIRST + number, watched, hour(voices, round(share * voices), calls))
        assert 0.0 < baseline.unhappy_share < 1.0
    baseline.learn_silence(FIRST + len(hours), silence)
    assert isfinite(baseline.voices_per_hour)
    assert baseline.voices_per_hour >= 0.0
    assert 0.0 < baseline.unhappy_share < 1.0
    assert baseline.calls_per_voice > 0.0
    assert all(isfinite(expected) and expected >= 0.0 for expected in voices_a_day(baseline))


def told_apart(hours: int = 14 * DAYS) -> VoiceBaseline:
    """Forty voices an hour, of which eight unhappy: two of the ten on x, six of the thirty on reddit; and copies."""
    baseline = VoiceBaseline()
    for number in range(hours):
        counts = Counts(mentions=50, voices=40, unhappy=8, unrest=80, copiers=10, unhappy_copiers=5)
        counts.places = {
            "x": Place(mentions=10, voices=10, unrest=50),
            "reddit": Place(mentions=30, voices=30, unrest=30),
        }
        baseline.learn(FIRST + number, 1.0, counts)
    return baseline


def test_the_usual_share_is_that_of_where_they_speak():
    """Who complains where half of all do is no news there. On the usual mix it is the brand's own share, and where nobody was
    ever heard as well."""
    baseline = told_apart()

    def usual(**heard: int) -> float:
        return baseline.unrest_share_of(heard.items(), sum(heard.values()))

    assert pytest.approx(0.2, abs=0.002) == usual(x=10, reddit=30)
    assert pytest.approx(0.5, abs=0.02) == usual(x=7)
    assert pytest.approx(0.1, abs=0.01) == usual(reddit=7)
    assert pytest.approx(0.2, abs=0.002) == usual(blog=9)
    assert baseline.unrest_share == usual()


def test_a_mood_that_turns_everywhere_is_usual_as_fast_as_without_platforms():
    """What is remembered of them says how they differ, not how unhappy people are."""
    baseline, alone = told_apart(), taught(14 * DAYS, 40, 8)
    for number in range(14 * DAYS, 17 * DAYS):
        counts = hour(40, 16)
        counts.places = {"x": Place(voices=10, unrest=100), "reddit": Place(voices=30, unrest=60)}
        baseline.learn(FIRST + number, 1.0, counts)
        alone.learn(FIRST + number, 1.0, hour(40, 16))
    assert pytest.approx(alone.unrest_share, abs=0.002) == baseline.unrest_share_of({"x": 10, "reddit": 30}.items(), 40)


@LAW
@given(HOURS, st.dictionaries(st.sampled_from(["x", "reddit", "blog"]), st.integers(1, 99)))
def test_the_share_of_any_mix_is_one(hours, heard):
    """Whatever was learned of whichever platforms."""
    baseline = VoiceBaseline()
    for number, (voices, share, calls, watched) in enumerate(hours):
        counts = hour(voices, round(share * voices), calls)
        counts.places = {("x", "reddit")[number % 2]: Place(mentions=voices, voices=voices, unrest=13 * counts.unhappy)}
        baseline.learn(FIRST + number, watched, counts)
    assert 0.0 < baseline.unrest_share_of(heard.items(), sum(heard.values())) < 1.0


def test_another_scorer_moves_the_shares_at_once():
    """It alone scores from now on and sees twice as many unhappy: all shares rise, the rates and their weight stay."""
    baseline = told_apart()
    before = restored(baseline)
    baseline.rescore(1.0, 0.4, 0.5)
    assert pytest.approx(0.4, abs=0.01) == baseline.unhappy_share
    assert pytest.approx(0.5, abs=0.01) == baseline.unrest_share
    for platform in ("x", "reddit"):
        assert before.unrest_share_on(platform) < baseline.unrest_share_on(platform) < 0.9
        assert before.part_of(platform) == baseline.part_of(platform)
    assert before.unhappy_share_of_copies < baseline.unhappy_share_of_copies < 0.9
    assert before.voices_per_hour == baseline.voices_per_hour
    assert before.copies_per_voice == baseline.copies_per_voice
    assert before.samples == baseline.samples


def test_a_scorer_of_a_part_moves_them_by_its_part():
    """A quarter of the voices: a quarter of the way, up or down."""
    for share in (0.0, 0.1, 0.6, 0.9):
        before, baseline, whole = told_apart(), told_apart(), told_apart()
        baseline.rescore(0.25, share, share)
        whole.rescore(1.0, share, share)
        for name in ("unhappy_share", "unrest_share"):
            old, part, all_of_it = (getattr(one, name) for one in (before, baseline, whole))
            assert pytest.approx(old + 0.25 * (all_of_it - old)) == part


def test_the_new_shares_are_forgotten_as_the_old_would_be():
    """A day later the baseline is between them and what it heard since, as far as after any other day."""
    moved, used_to_it = told_apart(), VoiceBaseline()
    moved.rescore(1.0, 0.4, 0.4)
    for number in range(14 * DAYS):
        used_to_it.learn(FIRST + number, 1.0, hour(40, 16))
    for baseline in (moved, used_to_it):
        for number in range(14 * DAYS, 15 * DAYS):
            baseline.learn(FIRST + number, 1.0, hour(40, 8))
    assert pytest.approx(used_to_it.unhappy_share) == moved.unhappy_share


def test_nobody_heard_is_nothing_to_move():
    baseline = VoiceBaseline()
    before = baseline.snapshot()
    baseline.rescore(1.0, 0.9, 0.9)
    assert before == baseline.snapshot()


@LAW
@given(HOURS, st.lists(st.tuples(st.floats(0.01, 1), st.floats(0, 1), st.floats(0, 1.3)), max_size=5))
def test_shares_stay_shares_whoever_scores(hours, scorers):
    """Any row of scorers after any talk, of which some is more than one person's unrest."""
    baseline = VoiceBaseline()
    for number, (voices, share, calls, watched) in enumerate(hours):
        counts = hour(voices, round(share * voices), calls)
        counts.unrest = 13 * counts.unhappy
        counts.copiers, counts.unhappy_copiers = voices, counts.unhappy
        counts.places = {"x": Place(mentions=voices, voices=voices, unrest=counts.unrest)}
        baseline.learn(FIRST + number, watched, counts)
    for part, unhappy, unrest in scorers:
        baseline.rescore(part, unhappy, unrest)
        for share in (
            baseline.unhappy_share, baseline.unrest_share, baseline.unrest_share_on("x"), baseline.unhappy_share_of_copies
        ):  # fmt: skip
            assert 0.0 < share < 1.0
    assert restored(baseline).snapshot() == baseline.snapshot()
