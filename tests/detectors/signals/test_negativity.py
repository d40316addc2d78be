"""More unhappy people than usual and a larger share of them: the decoys, the sizes of brands, and the laws."""

from itertools import pairwise
from math import inf
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.baseline import VoiceBaseline
from detectors.counts import Counts, Place
from detectors.dispersion import Dispersion, Sample
from detectors.normal import Normal
from detectors.plans import Plans
from detectors.recent import Recent
from detectors.returning import crowd
from detectors.signals import negativity
from detectors.threads import KNOWN_AFTER, SPANS, Threads
from tests.detectors.talk import DAY, HOUR, MINUTE, MONDAY

LAW = settings(max_examples=40, deadline=None)
NOW = MONDAY + 14 * DAY + 12 * HOUR


def voices_of(start: int, voices: int, unhappy: int, platform: str = "x", weight: int = 10) -> Counts:
    """So many people, each unhappy one for so many tenths."""
    place = Place(voices, unhappy, start * 1000, start * 1000, voices, weight * unhappy)
    counts = Counts(mentions=voices, scored=voices, voices=voices, unhappy=unhappy, unrest=weight * unhappy)
    counts.places = {platform: place}
    return counts


def usual(voices: float, share: float = 0.2, days: int = 14, platforms: tuple[str, ...] = ("x",)) -> VoiceBaseline:
    """Two weeks of so many voices an hour, as even as whole people allow; from hour to hour on another platform."""
    baseline, said, complained = VoiceBaseline(), 0, 0
    for number in range(days * 24):
        now, unhappy = int(voices * (number + 1)) - said, int(voices * share * (number + 1)) - complained
        said, complained = said + now, complained + unhappy
        start = MONDAY + number * HOUR
        baseline.learn(start // HOUR, 1.0, voices_of(start, now, unhappy, platforms[number % len(platforms)]))
    return baseline


def known(voices: VoiceBaseline) -> Normal:
    """With threads that are told, and none of which has two voices: as the plain formulas have it. Nothing planned."""
    threads = Threads()
    threads.add({number: [0, 0, 1] for number in range(KNOWN_AFTER)})
    return Normal(voices, threads, Dispersion(), Plans().lift)


def normal(voices: float, share: float = 0.2, days: int = 14) -> Normal:
    return known(usual(voices, share, days))


def heard(minutes: dict[int, tuple[int, int]], platform: str = "x", weight: int = 10) -> Recent:
    """`(voices, unhappy)` by how many minutes ago."""
    recent = Recent()
    for ago in sorted(minutes, reverse=True):
        start = NOW - ago * MINUTE
        recent.add(start, voices_of(start, *minutes[ago], platform, weight))
    recent.slide(NOW)
    return recent


def score(minutes: dict[int, tuple[int, int]], normal: Normal, lift: float = 1.0) -> float:
    return negativity.score(heard(minutes), normal._replace(lift=lambda *_: lift), NOW)[0]


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
    found, span = negativity.score(heard(minutes), normal(4), NOW)
    assert found > 2.5
    assert span in seconds


def test_the_reading_is_the_evidence_for_the_score():
    """People in the span that spoke, against what was expected in it and its normal range."""
    recent, known = heard({10: (30, 25), 100: (5, 5)}), normal(20)
    reading = negativity.read(recent, known, NOW)
    found, span = negativity.score(recent, known, NOW)
    assert (found, NOW, "negativity") == (reading.score, reading.window_end, reading.name)
    assert span <= reading.window_end - reading.window_start < span + 10 * MINUTE
    assert recent.spans[span].unhappy == reading.observed
    hours = (reading.window_end - reading.window_start) / HOUR
    assert pytest.approx(20 * 0.2 * hours, rel=0.1) == reading.expected
    assert 0 <= reading.low < reading.expected < reading.high < reading.observed


def test_silence_has_a_reading_too():
    reading = negativity.read(Recent(), known(VoiceBaseline()), NOW)
    assert (0, 0.0, False) == (reading.observed, reading.score, reading.warm)


def test_a_day_makes_it_warm():
    """Before, hardly any hour of the day was seen; nor is it where next to nothing was said in it, but for a week."""
    assert [False, True] == [negativity.read(Recent(), normal(5, days=days), NOW).warm for days in (0, 1)]
    barely = VoiceBaseline()
    for number in range(23):
        barely.learn(MONDAY // HOUR + number, 1.0, Counts(voices=5))
    assert not negativity.read(Recent(), known(barely), NOW).warm
    once = VoiceBaseline()
    once.learn(MONDAY // HOUR, 1.0, Counts(voices=5))
    for hours, warm in ((100, False), (67, True)):
        once.learn_silence(MONDAY // HOUR + once.samples, hours)
        assert warm is negativity.read(Recent(), known(once), NOW).warm


# ---------------------------------------------------------------- who counts for how much

CROWD = {10: (16, 14), 20: (6, 2)}


def test_people_count_by_how_sure_it_is_that_they_are_unhappy():
    """Fourteen whom the scorer is sure of are a larger crowd than fourteen at the edge of being unhappy."""
    brand = normal(20)
    scores = [negativity.score(heard(CROWD, weight=weight), brand, NOW)[0] for weight in (4, 7, 10, 13)]
    assert 0.0 == scores[0]
    assert all(fewer < more for fewer, more in pairwise(scores))


def taught_threads(size: int) -> Threads:
    """Five threads of one size in each ten minutes, one of them unhappy, learned from for two days."""
    random, threads = Random(1), known(VoiceBaseline()).threads
    for block in range(1, 2 * 24 * 6 + 1):
        threads.add({random.getrandbits(32): [10 * size * (number == 0), size, 0] for number in range(5)})
        sums = [(10 * size * seconds // 600, 5 * size * seconds // 600) for seconds in SPANS]
        threads.close(MONDAY + block * 600, 0.2, sums, 0, learn=True)
    return threads


def test_where_people_come_in_clusters_a_crowd_is_less_unusual():
    """A brand whose threads have four voices, one whose threads have two, and one where everybody is alone."""
    brand = normal(20)
    scores = [score(CROWD, brand._replace(threads=taught_threads(size))) for size in (4, 2, 1)]
    assert all(fewer < more - 0.3 for fewer, more in pairwise(scores))


def test_where_it_always_varies_a_crowd_is_less_unusual():
    """The same before and after a wild month."""
    brand, wild = normal(20), Dispersion()
    for number in range(len(SPANS)):
        for _ in range(100):
            wild.learn(number, Sample(20.0, 8.0, 10.0, 0.2, 1.0, 1.0))
    assert score(CROWD, brand._replace(dispersion=wild)) < score(CROWD, brand) - 0.3


# ---------------------------------------------------------------- a platform by itself

PLACES = ("x", "x", "x", "x", "x", "x", "x", "x", "x", "reddit")


def on_two(reddit: tuple[int, int], x: tuple[int, int] = (100, 20)) -> Recent:
    """`(voices, unhappy)` of the last two hours on each."""
    recent = Recent()
    for ago in (100, 80, 60, 40, 20):
        start = NOW - ago * MINUTE
        counts = voices_of(start, x[0] // 5, x[1] // 5)
        counts.add(voices_of(start, reddit[0] // 5, reddit[1] // 5, "reddit"))
        recent.add(start, counts)
    recent.slide(NOW)
    return recent


def test_a_crowd_on_a_small_platform_stands_out_by_itself():
    """Where the brand as a whole is but a little unusual; the same people on the platform of everybody do not."""
    brand = known(usual(50, platforms=PLACES))
    alone, among = (negativity.score(heard, brand, NOW)[0] for heard in (on_two((25, 25)), on_two((0, 0), (125, 45))))
    assert alone > among + 0.5


def test_a_platform_that_is_merely_louder_does_not():
    """Five times the talk there, as unhappy as ever; nor one with little talk, all of it unhappy."""
    brand = known(usual(50, platforms=PLACES))
    calm = negativity.score(on_two((10, 0)), brand, NOW)[0]
    assert calm == negativity.score(on_two((50, 10)), brand, NOW)[0]
    assert calm == negativity.score(on_two((5, 5)), brand, NOW)[0]


def test_a_night_when_everybody_talks_is_told_by_the_share():
    """Twelve times the usual talk and unhappier than usual; twice as much talk lifts the score little, twice the share a lot."""
    loud, louder, unhappier = (
        score({minute: (20 * times, round(20 * times * share)) for minute in range(1, 120, 5)}, normal(20))
        for times, share in ((1, 0.35), (2, 0.35), (1, 0.7))
    )
    assert 1.5 < loud <= louder < loud + 0.7
    assert unhappier > louder + 1.0


def test_a_brand_that_always_complains_is_heard():
    """Nearly half of its people do, so their share has little room. Five times as many people of whom six in ten do are far from
    normal; five times as many in the usual mood are not."""
    airline = normal(210, share=0.44)
    angry, loud = (
        score({minute: (88, round(88 * share)) for minute in range(1, 120, 5)}, airline) for share in (0.62, 0.46)
    )
    assert angry > 3.8
    assert 0.0 == loud


# ---------------------------------------------------------------- quarrels


def quarrelling(people: int, returning: int, platform: str = "x") -> Recent:
    """So many unhappy people within the hour, of whom so many came back, and three who are content."""
    recent, start = Recent(), NOW - 30 * MINUTE
    voices = {author: (-1_000_000, platform, author) for author in range(people)}
    recent.add(start, voices_of(start, people + 3, people, platform))
    recent.returning.take(start, voices, list(voices))
    recent.returning.take(NOW - 10 * MINUTE, {author: voices[author] for author in range(returning)}, [])
    recent.slide(NOW)
    return recent


def test_a_quarrel_is_no_crowd():
    """Twelve who talk to one another for an hour are none, on the platform of everybody or on one of their own; twelve of
    whom two come back are as many as twelve who do not."""
    small = known(usual(4, platforms=PLACES))
    for platform in PLACES:
        once, few, all_of_them = (
            negativity.score(quarrelling(12, returning, platform), small, NOW)[0] for returning in (0, 2, 12)
        )
        assert once == few
        assert few > 3.0
        assert 0.0 == all_of_them


@LAW
@given(st.integers(0, 5000), st.integers(0, 500), st.floats(0, 1))
def test_a_crowd_is_no_smaller_than_without_those_who_come_back(unrest, content, part):
    """Nor larger than with all of them; nobody hides a crisis by shouting along."""
    returning = round(unrest * part)
    people, voices = crowd(unrest, unrest // 4 + content, returning)
    assert (unrest - returning) / 10.0 <= people <= unrest / 10.0
    assert voices >= content + unrest // 4 - returning / 10.0


# ---------------------------------------------------------------- copies


def copied(copiers: int, unhappy: int, people: int = 14) -> float:
    """The score of so many people, and copies by others beside them."""
    recent = heard({10: (people + 2, people), 20: (6, 2)})
    recent.add(NOW - 5 * MINUTE, Counts(mentions=copiers, scored=copiers, copiers=copiers, unhappy_copiers=unhappy))
    recent.slide(NOW)
    return negativity.score(recent, normal(20), NOW)[0]


def test_copies_of_complaints_support_what_is_unusual_without_them():
    """Sixty who pass a complaint on make it worse, sixty who pass praise on do not, and three are nothing."""
    assert copied(60, 60) > copied(0, 0) + 0.3
    assert copied(0, 0) == copied(60, 0)
    assert copied(0, 0) == copied(3, 3)


def test_copies_alone_are_nothing():
    """However many: a few people pass one complaint on, and each of them would be a voice."""
    assert 0.0 == copied(500, 500, people=0) == copied(500, 500, people=3)


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
