"""Who came back unhappy: held against the window in which they were counted, and bounded."""

import json
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.authors import AuthorMemory
from detectors.recent import SPANS, Recent
from detectors.returning import MEMORY_SECONDS, MOST, Returning, crowd
from detectors.window import summarise
from tests.detectors.talk import HOUR, MINUTE, MONDAY, person, said, unhappy

LAW = settings(max_examples=60, deadline=None)
ANN, BOB = person("ann"), person("bob")
PLACES = ("x", "reddit")
SAYINGS = st.lists(
    st.tuples(
        st.integers(0, 500), st.integers(0, 9), st.sampled_from([-1.0, -0.3, -0.1, 0.3]), st.sampled_from(PLACES)
    ),
    max_size=30,
)
"""Minute, author, score, platform."""


class Brand:
    """The people of a brand, as its monitor counts them."""

    def __init__(self) -> None:
        self.authors, self.recent = AuthorMemory(), Recent()

    def hear(self, start: int, mentions: list) -> None:
        summary = summarise(start, mentions)
        counted = self.authors.count(summary)
        self.recent.returning.take(start, summary.unhappy, counted)
        self.recent.add(start, summary.counts)
        self.recent.slide(start + MINUTE)

    @property
    def returning(self) -> Returning:
        return self.recent.returning


def heard(sayings, random: Random | None = None, restart: int = -1) -> Brand:
    brand, windows = Brand(), {}
    for number, (minute, author, score, platform) in enumerate(sayings):
        start = MONDAY + minute * MINUTE
        mention = said(start, person(author), score=score, platform=platform, mention_id=f"m{number}")
        windows.setdefault(start, []).append(mention)
    for number, start in enumerate(sorted(windows)):
        mentions = windows[start]
        brand.hear(start, random.sample(mentions, len(mentions)) if random else mentions)
        if number == restart:
            brand.recent.returning = again(brand.returning)
    return brand


def again(returning: Returning) -> Returning:
    return Returning.restore(json.loads(json.dumps(returning.snapshot())))


def test_a_return_is_held_against_where_the_person_was_counted():
    """With that weight and platform, whatever is said later and where; once, and not within one window."""
    brand = Brand()
    brand.hear(MONDAY, [unhappy(MONDAY, ANN, platform="reddit"), unhappy(MONDAY + 9, ANN, platform="reddit")])
    assert {} == brand.returning.since(MONDAY)
    for minute in (20, 40):
        at = MONDAY + minute * MINUTE
        brand.hear(at, [unhappy(at, ANN, score=-1.0), unhappy(at, BOB)])
    assert {"reddit": 13, "x": 13} == brand.returning.since(MONDAY)
    assert {"x": 13} == brand.returning.since(MONDAY + MINUTE)
    assert {} == brand.returning.since(MONDAY + 21 * MINUTE)


def test_whoever_is_content_when_he_comes_back_has_not_come_back():
    brand = Brand()
    brand.hear(MONDAY, [unhappy(MONDAY, ANN)])
    brand.hear(MONDAY + HOUR, [said(MONDAY + HOUR, ANN), unhappy(MONDAY + HOUR, ANN, copy=True)])
    assert {} == brand.returning.since(MONDAY)


@LAW
@given(SAYINGS)
def test_no_stretch_knows_of_returns_of_people_it_did_not_count(sayings):
    """In every span, as a whole and on each platform: what came back is part of the unrest, so nobody is less than nobody."""
    brand = heard(sayings)
    end = MONDAY + (max((minute for minute, *_ in sayings), default=0) + 1) * MINUTE
    for seconds in SPANS:
        span = brand.recent.spans[seconds]
        returning = brand.returning.since(span.start(end))
        assert 0 <= sum(returning.values()) <= span.unrest
        people, voices = crowd(span.unrest, span.voices, sum(returning.values()))
        assert 0.0 <= people <= voices * 1.3 + 1e-9
        places = {platform: unrest for platform, unrest, _ in span.places(1)}
        for platform, weight in returning.items():
            assert weight <= places[platform]


@LAW
@given(SAYINGS, st.integers(0, 99), st.integers(-1, 20))
def test_neither_order_nor_a_restart_matters(sayings, seed, restart):
    one, other = heard(sayings), heard(sayings, Random(seed), restart)
    assert one.returning.snapshot() == other.returning.snapshot()


def test_the_memory_is_bounded():
    """In people, bytes and time; the latest are kept."""
    returning, random = Returning(), Random(1)
    for minute in range(600):
        start = MONDAY + minute * MINUTE
        people = [random.getrandbits(32) for _ in range(5)]
        back = [random.getrandbits(32) for _ in range(3)]
        voices = {author: (-1_000_000, random.choice(PLACES), 0) for author in [*people, *back]}
        returning.take(start, {author: voices[author] for author in back}, back)
        returning.take(start + 1, voices, people)
    assert 130 * MOST // 10 == sum(returning.since(0).values())
    assert len(json.dumps(returning.snapshot())) < 1_200
    returning.take(start + MEMORY_SECONDS + MINUTE, {}, [])
    assert {} == returning.since(0)
