"""People out of mentions: one loud voice stays one voice, and nobody is forgotten too early."""

import json
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.authors import AuthorMemory
from detectors.counts import Counts
from detectors.window import summarise
from tests.detectors.talk import HOUR, MINUTE, MONDAY, said, unhappy

LAW = settings(max_examples=50, deadline=None)
ANN, BOB = 1, 2**32 - 1
CROWD = st.sets(st.integers(0, 9), max_size=5)
STEPS = st.lists(st.tuples(st.integers(1, 150), CROWD, CROWD, CROWD), min_size=1, max_size=25)
"""Minutes to the next window that holds something; who is content, who complains, who calls for a boycott."""


def count(memory: AuthorMemory, mentions: list) -> Counts:
    """The counts of the window that holds these mentions."""
    summary = summarise(mentions[0].at_ms // 60_000 * MINUTE, mentions)
    memory.count(summary)
    return summary.counts


def spoken(steps, random=None):
    """`(start, mentions)` of every step, shuffled if there is a random."""
    start = MONDAY
    for minutes, content, complaining, calling in steps:
        start += minutes * MINUTE
        mentions = [said(start, author) for author in sorted(content)]
        mentions += [unhappy(start + 1, author) for author in sorted(complaining)]
        mentions += [unhappy(start + 2, author, boycott=True) for author in sorted(calling)]
        if mentions:
            yield start, random.sample(mentions, len(mentions)) if random else mentions


def recollection(memory: AuthorMemory, start: int):
    return [
        people.snapshot() for people in (memory.since(start), memory.negative_since(start), memory.callers_since(start))
    ]


def test_one_loud_author_is_one_voice():
    """Ten complaints a minute for an hour, each calling for a boycott: one person."""
    memory, total = AuthorMemory(), Counts()
    for minute in range(60):
        at = MONDAY + minute * MINUTE
        total.add_sums(count(memory, [unhappy(at + second, ANN, boycott=True) for second in range(10)]))
    assert (1, 1, 1) == (total.voices, total.unhappy, total.callers)
    assert total.mentions == 600


def test_whoever_goes_on_talking_talks_once_in_five_minutes():
    """An hour of one person's mentions, several a minute, are twelve talkers; two people are twice as many."""
    memory, total = AuthorMemory(), Counts()
    for minute in range(60):
        at = MONDAY + minute * MINUTE
        total.add_sums(count(memory, [said(at, ANN), said(at + 30, ANN), said(at + 40, BOB, score=None)]))
    assert total.talkers == 24


@LAW
@given(st.lists(st.integers(1, 240), min_size=1, max_size=60))
def test_a_voice_counts_once_in_four_to_six_hours(minutes):
    """Never twice within four hours, and always when it was last counted six hours ago or more."""
    memory, at, counted_at = AuthorMemory(), MONDAY, None
    for step in minutes:
        at += step * MINUTE
        counted = count(memory, [unhappy(at, ANN)]).unhappy
        if counted_at is None or at - counted_at >= 6 * HOUR:
            assert counted == 1
        elif at - counted_at <= 4 * HOUR:
            assert counted == 0
        if counted:
            counted_at = at


def test_whoever_never_stops_counts_again_every_few_hours():
    """Somebody who complains every minute of a day is four to six voices, not one and not 1440."""
    memory = AuthorMemory()
    counted = sum(count(memory, [unhappy(MONDAY + minute * MINUTE, ANN)]).unhappy for minute in range(24 * 60))
    assert 4 <= counted <= 6


@pytest.mark.parametrize(
    ("first", "then", "people"),
    [
        # (voices, unhappy) of the second mention, half an hour after the first one
        (said, said, (0, 0)),
        (unhappy, unhappy, (0, 0)),
        # one person may be counted once in each mood
        (said, unhappy, (1, 1)),
        (unhappy, said, (1, 0)),
    ],
)
def test_moods_are_counted_apart(first, then, people):
    memory = AuthorMemory()
    count(memory, [first(MONDAY, ANN)])
    counts = count(memory, [then(MONDAY + 30 * MINUTE, ANN)])
    assert people == (counts.voices, counts.unhappy)


def test_a_repost_does_not_use_up_a_voice():
    """Passing something on counts nobody, so the person's own complaint afterwards counts in full."""
    memory = AuthorMemory()
    copied = count(memory, [unhappy(MONDAY, ANN, copy=True, boycott=True)])
    assert (0, 0, 0) == (copied.voices, copied.unhappy, copied.callers)
    own = count(memory, [unhappy(MONDAY + HOUR, ANN, boycott=True)])
    assert (1, 1, 1) == (own.voices, own.unhappy, own.callers)


@LAW
@given(STEPS, st.integers(0, 6 * 60))
def test_since_is_exact(steps, minutes):
    """Everybody who spoke, complained or called in the windows from a start at most six hours ago, and nobody else."""
    memory, windows = AuthorMemory(), list(spoken(steps))
    for _, mentions in windows:
        count(memory, mentions)
    if not windows:
        return
    since = windows[-1][0] - minutes * MINUTE
    expected = set(), set(), set()
    for start, mentions in windows:
        if start >= since:
            summary = summarise(start, mentions)
            for people, more in zip(
                expected, (summary.authors, summary.negative_authors, summary.callers), strict=True
            ):
                people.update(more)
    found = memory.since(since), memory.negative_since(since), memory.callers_since(since)
    assert [len(people) for people in expected] == [len(people) for people in found]
    assert len(expected[0]) == memory.count_since(since)


@LAW
@given(STEPS, st.integers(0, 25))
def test_a_snapshot_brings_the_memory_back(steps, cut):
    """Through JSON, at any time; it goes on counting as if nothing had happened."""
    windows = list(spoken(steps))
    whole, half = AuthorMemory(), AuthorMemory()
    for _, mentions in windows[:cut]:
        count(whole, mentions)
        count(half, mentions)
    half = AuthorMemory.restore(json.loads(json.dumps(half.snapshot())))
    assert whole.snapshot() == half.snapshot()
    for start, mentions in windows[cut:]:
        assert count(whole, mentions) == count(half, mentions)
        assert recollection(whole, start - HOUR) == recollection(half, start - HOUR)


@LAW
@given(STEPS, st.integers())
def test_the_order_of_authors_does_not_matter(steps, seed):
    """Within a window mentions come in any order: same counts, same people remembered."""
    one, other = AuthorMemory(), AuthorMemory()
    shuffled = spoken(steps, Random(seed))
    for (start, mentions), (_, same) in zip(spoken(steps), shuffled, strict=True):
        assert count(one, mentions) == count(other, same)
        assert recollection(one, start - 6 * HOUR) == recollection(other, start - 6 * HOUR)


@pytest.mark.slow
def test_the_memory_does_not_grow_with_time():
    """Strangers come and go for ten days; what is kept is that of some hours."""
    memory, sizes = AuthorMemory(), []
    for minute in range(0, 10 * 24 * 60, 5):
        count(memory, [unhappy(MONDAY + minute * MINUTE, minute, boycott=True)])
        sizes.append(len(json.dumps(memory.snapshot())))
    assert max(sizes[288:]) <= 1.1 * max(sizes[:288])


def newcomers(per_minute: int, minutes: int, seed: int, back: int = 0):
    """Windows of so many people; `back` of them spoke ten minutes before. A fifth is unhappy."""
    random, before = Random(seed), []
    for minute in range(minutes):
        start = MONDAY + minute * MINUTE
        people = [random.getrandbits(32) for _ in range(per_minute - back)]
        before.append(people)
        if minute >= 10:
            people = people + before[minute - 10][1 : back + 1]
        yield [(unhappy if number % 5 == 0 else said)(start, author) for number, author in enumerate(people)]


@pytest.mark.slow
@pytest.mark.parametrize(("per_minute", "error"), [(1, 0.01), (10, 0.01), (167, 0.02)])
def test_strangers_are_hardly_ever_taken_for_somebody_else(per_minute, error):
    """At 60, 600 and 10,000 an hour, nobody speaking twice: every voice is counted, but for so many."""
    memory, total = AuthorMemory(), Counts()
    for mentions in newcomers(per_minute, 8 * 60, seed=3):
        total.add_sums(count(memory, mentions))
    assert total.mentions * (1 - error) <= total.voices <= total.mentions
    assert pytest.approx(total.voices / 5, rel=0.02) == total.unhappy if per_minute % 5 == 0 else True


def test_those_who_come_back_within_minutes_are_known_at_600_an_hour():
    """Two of ten spoke ten minutes before: they are no new voices, whatever else is forgotten."""
    memory, total = AuthorMemory(), Counts()
    for mentions in newcomers(10, 8 * 60, seed=4, back=2):
        total.add_sums(count(memory, mentions))
    assert pytest.approx(8 * 8 * 60, rel=0.02) == total.voices


@pytest.mark.slow
@pytest.mark.parametrize("per_minute", [10, 167, 1000])
def test_its_state_is_bounded(per_minute):
    """However many speak: some KB; counted in the same way after a restore."""
    memory, sizes = AuthorMemory(), []
    for number, mentions in enumerate(newcomers(per_minute, 7 * 60, seed=5)):
        count(memory, mentions)
        if number % 30 == 29:
            state = json.dumps(memory.snapshot())
            sizes.append(len(state))
            memory = AuthorMemory.restore(json.loads(state))
    assert max(sizes) <= 8000


def test_a_snapshot_of_another_release_is_refused():
    state = AuthorMemory().snapshot() | {"type": "authors/1"}
    with pytest.raises(ValueError, match="authors/1"):
        AuthorMemory.restore(state)
