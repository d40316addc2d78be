"""More unhappy people than usual and a larger share of them: the decoys, the sizes of brands, and the laws."""

from math import inf

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.baseline import VoiceBaseline
from detectors.plans import Plans
from detectors.recent import Recent
from detectors.signals import negativity
from detectors.window import Counts, Place
from tests.detectors.talk import DAY, HOUR, MINUTE, MONDAY

LAW = settings(max_examples=40, deadline=None)
NOW = MONDAY + 14 * DAY + 12 * HOUR


def normal(voices: float, share: float = 0.2, days: int = 14) -> VoiceBaseline:
    """Two weeks of so many voices an hour, as even as whole people allow."""
    baseline, said, complained = VoiceBaseline(), 0, 0
    for number in range(days * 24):
        now, unhappy = int(voices * (number + 1)) - said, int(voices * share * (number + 1)) - complained
        said, complained = said + now, complained + unhappy
        baseline.learn(MONDAY // HOUR + number, 1.0, Counts(mentions=now, scored=now, voices=now, unhappy=unhappy))
    return baseline


def heard(minutes: dict[int, tuple[int, int]]) -> Recent:
    """`(voices, unhappy)` by how many minutes ago."""
    recent = Recent()
    for ago in sorted(minutes, reverse=True):
        voices, unhappy = minutes[ago]
        start = NOW - ago * MINUTE
        places = {"x": Place(voices, unhappy, start * 1000, start * 1000)}
        recent.add(start, Counts(mentions=voices, scored=voices, voices=voices, unhappy=unhappy, places=places))
    recent.slide(NOW)
    return recent


def score(minutes: dict[int, tuple[int, int]], baseline: VoiceBaseline, lift: float = 1.0) -> float:
    return negativity.score(heard(minutes), baseline, NOW, lambda *_: lift)[0]


@pytest.mark.parametrize(
    ("per_hour", "crowd"),
    [
        # a brand that is heard of once an hour, and six who complain within half of one
        (1, 6),
        (20, 20),
        (600, 300),
        # a brand that is heard of ten thousand times an hour
        (10_000, 5000),
    ],
)
def test_a_crowd_stands_out_of_a_brand_of_any_size(per_hour, crowd):
    """Half an hour in which nearly all are unhappy: over any default limit of an issue, and no more than a crisis."""
    assert 3.5 < score({10: (crowd, crowd), 20: (crowd // 10, 0)}, normal(per_hour)) < 20


@pytest.mark.parametrize("per_hour", [30, 600, 10_000])
def test_the_usual_is_nothing(per_hour):
    """As many voices as ever, a fifth of them unhappy."""
    minutes = dict.fromkeys(range(10, 370, 10), (per_hour // 6, per_hour // 30))
    assert score(minutes, normal(per_hour)) < 1.0


def test_much_talk_is_no_complaint():
    """Ten times the voices, and as many unhappy ones among them as ever: a launch, not a crisis."""
    assert score({10: (400, 80), 20: (400, 80)}, normal(20)) == 0.0


def test_a_handful_is_no_crowd():
    """Nobody but three unhappy people where nobody is usually heard: a share alone is a decoy."""
    assert score({10: (3, 3)}, normal(0.1)) == 0.0


def test_a_large_share_of_little_talk_is_nothing():
    """At night the few who speak are unhappy, in no larger number than ever."""
    assert score({10: (5, 5)}, normal(60)) == 0.0


def test_a_planned_campaign_expects_more():
    """`lift` multiplies the voices that are expected: the same crowd is then less strange."""
    crowd = {10: (60, 30), 20: (60, 30)}
    assert score(crowd, normal(60), lift=4.0) < score(crowd, normal(60)) - 1.0


@pytest.mark.parametrize(
    ("minutes", "seconds"),
    [
        # a burst speaks through a short span, what goes on for hours through a long one
        ({1: (12, 12)}, {600, 1800}),
        (dict.fromkeys(range(1, 330, 15), (1, 1)), {7200, 21600}),
    ],
)
def test_the_strongest_span_speaks(minutes, seconds):
    found, span = negativity.score(heard(minutes), normal(4), NOW, Plans().lift)
    assert found > 2.5
    assert span in seconds


def test_the_reading_is_the_evidence_for_the_score():
    """People in the span that spoke, against what was expected in it and its normal range."""
    recent, baseline = heard({10: (30, 25), 100: (5, 5)}), normal(20)
    reading = negativity.read(recent, baseline, NOW, Plans().lift)
    found, span = negativity.score(recent, baseline, NOW, Plans().lift)
    assert (found, NOW, "negativity") == (reading.score, reading.window_end, reading.name)
    assert span <= reading.window_end - reading.window_start < span + 10 * MINUTE
    assert recent.spans[span].unhappy == reading.observed
    hours = (reading.window_end - reading.window_start) / HOUR
    assert pytest.approx(20 * 0.2 * hours, rel=0.1) == reading.expected
    assert 0 <= reading.low < reading.expected < reading.high < reading.observed


def test_silence_has_a_reading_too():
    reading = negativity.read(Recent(), VoiceBaseline(), NOW, Plans().lift)
    assert (0, 0.0, False) == (reading.observed, reading.score, reading.warm)


def test_a_day_makes_it_warm():
    """Before, hardly any hour of the day was seen."""
    assert [negativity.read(Recent(), normal(5, days=days), NOW, Plans().lift).warm for days in (0, 1)] == [False, True]
    barely = VoiceBaseline()
    for number in range(23):
        barely.learn(MONDAY // HOUR + number, 1.0, Counts(voices=5))
    assert not negativity.read(Recent(), barely, NOW, Plans().lift).warm


BASELINES = {per_hour: normal(per_hour) for per_hour in (1, 20, 600)}
MINUTES = st.dictionaries(
    st.integers(1, 350),
    st.tuples(st.integers(0, 80), st.floats(0, 1)).map(lambda one: (one[0], round(one[0] * one[1]))),
    max_size=12,
)


@LAW
@given(MINUTES, st.sampled_from(list(BASELINES)), st.floats(1, 10))
def test_a_score_is_a_number(minutes, per_hour, lift):
    """Finite and >= 0 whatever was heard; what was announced is never stranger than the same unannounced."""
    found = score(minutes, BASELINES[per_hour], lift)
    assert 0.0 <= found < inf
    assert found <= score(minutes, BASELINES[per_hour]) + 1e-9


@LAW
@given(MINUTES, st.sampled_from(list(BASELINES)), st.integers(1, 350), st.integers(1, 30))
def test_more_unhappy_people_are_never_less_unusual(minutes, per_hour, ago, further):
    """Whenever they come, as voices of their own."""
    voices, unhappy = minutes.get(ago, (0, 0))
    worse = minutes | {ago: (voices + further, unhappy + further)}
    assert score(minutes, BASELINES[per_hour]) <= score(worse, BASELINES[per_hour]) + 1e-6


@LAW
@given(MINUTES, st.sampled_from(list(BASELINES)), st.integers(1, 350), st.integers(1, 30))
def test_more_content_people_are_never_more_unusual(minutes, per_hour, ago, further):
    """Praise drowns complaints: it adds nothing to their number and takes from their share."""
    voices, unhappy = minutes.get(ago, (0, 0))
    happier = minutes | {ago: (voices + further, unhappy)}
    assert score(happier, BASELINES[per_hour]) <= score(minutes, BASELINES[per_hour]) + 1e-6
