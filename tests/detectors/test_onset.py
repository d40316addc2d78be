"""Where the unrest began: found in the cells behind a reading, on the boundary of a base window."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.authors import AuthorMemory
from detectors.onset import onset
from detectors.recent import Recent
from detectors.window import summarise
from tests.detectors.readings import reading
from tests.detectors.talk import HOUR, MINUTE, MONDAY, person, said, unhappy, windows

NOW = MONDAY + 12 * HOUR


def heard(mentions, window_seconds: int = MINUTE) -> Recent:
    recent, authors = Recent(window_seconds), AuthorMemory()
    for start, here in windows(mentions, window_seconds):
        summary = summarise(start, here)
        authors.count(summary)
        recent.add(start, summary.counts)
    recent.slide(NOW)
    return recent


def crowd(ago: int, minutes: int, people: int, **more) -> list:
    """Complaints from `ago` minutes ago on."""
    return [
        unhappy(NOW - ago * MINUTE + minutes * MINUTE * number / people, person(ago, number), **more)
        for number in range(people)
    ]


def found(mentions, minutes: int = 60, expected: float = 0.0, name: str = "negativity", **more) -> float:
    """How many minutes ago the unrest behind a reading of so many minutes began."""
    span = reading(name, 5.0, window_start=NOW - minutes * MINUTE, window_end=NOW, expected=expected, **more)
    return (NOW - onset(span, heard(mentions), MINUTE)) / MINUTE


def test_it_began_where_the_crowd_came():
    """Before it, complaints came as they always do."""
    usual = [unhappy(NOW - ago * MINUTE, person("usual", ago)) for ago in (56, 44, 32)]
    assert found(usual + crowd(20, 20, 30), expected=6) == 20


def test_who_talks_all_the_time_is_no_burst():
    """Ten people say something every five minutes, as they always do, then forty others come: talk is counted once in five
    minutes, and told in people, what is usual as well."""
    usual = [said(NOW - ago * MINUTE, person(number)) for ago in range(60, 0, -5) for number in range(10)]
    burst = [said(NOW - 12 * MINUTE + 15 * number, person("new", number)) for number in range(40)]
    assert found(usual + burst, expected=38, observed=50, name="attention") == 15


def test_a_swell_began_before_the_burst():
    """As soon as there was more than usual, not where most came."""
    assert found(crowd(40, 20, 12) + crowd(20, 20, 60), expected=2) == 40


def test_a_burst_that_is_over_began_where_it_began():
    assert found(crowd(50, 10, 30), expected=3) == 50


@pytest.mark.parametrize("ago", [95, 185, 301])
def test_beyond_the_hour_it_is_found_in_cells_of_ten_minutes(ago):
    """Not before the ten minutes in which the crowd came, and dated to what was said first in them."""
    assert ago == found(crowd(ago, 30, 40), minutes=370, expected=4)


def test_each_signal_counts_its_own():
    """Talk, complaints and calls that began at different times."""
    talk = [said(NOW - 50 * MINUTE + second, person("talk", second)) for second in range(60)]
    mentions = talk + crowd(30, 10, 20) + crowd(10, 5, 5, boycott=True)
    begins = {name: found(mentions, expected=0.5, name=name) for name in ("attention", "negativity", "boycott")}
    assert {"attention": 50, "negativity": 30, "boycott": 10} == begins
    assert found(mentions, name="sentiment") == 30


def test_no_excess_began_just_now():
    """Where nothing is more than expected the last window has to do."""
    assert found([], expected=3) == 1
    assert found(crowd(30, 20, 3), expected=60) == 1


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 350), st.integers(1, 20)), max_size=6),
    st.floats(0, 50),
    st.sampled_from([10, 30, 60, 125, 365]),
    st.sampled_from([10, MINUTE, 300]),
)
def test_an_onset_is_the_start_of_a_window_in_the_reading(crowds, expected, minutes, window_seconds):
    """Whatever was heard: a boundary, not after the last window, and not before the reading by more than ten minutes."""
    mentions = [mention for ago, people in crowds for mention in crowd(ago, 1, people)]
    start = NOW - minutes * MINUTE
    span = reading("negativity", 5.0, window_start=start, window_end=NOW, expected=expected)
    began = onset(span, heard(mentions, window_seconds), window_seconds)
    assert 0 == began % window_seconds
    assert start - 10 * MINUTE <= began <= NOW - window_seconds
