"""What people talk about: terms of several authors beyond what is usual, bounded, in any order."""

import json
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.packed import unpack
from detectors.window import MAX_EXEMPLARS, WindowSummary
from detectors.words import (
    GENERATION_SECONDS,
    MAX_DRIVERS,
    MAX_EXEMPLAR_BYTES,
    MAX_EXEMPLARS_BYTES,
    MAX_TERM_BYTES,
    RECENT_BYTES,
    RECENT_TERMS,
    TERM_AUTHORS,
    USUAL_BYTES,
    USUAL_TERMS,
    Driver,
    TermCount,
    Words,
    of_kind,
)
from tests.detectors.talk import DAY, HOUR, MONDAY

LAW = settings(max_examples=40, deadline=None)
USES = st.lists(
    st.tuples(
        st.integers(0, 6), st.lists(st.sampled_from(["fire", "tea", "#recall", "a.org/b"]), unique=True).map(tuple)
    ),
    max_size=12,
)


def counted(uses, exemplars=()) -> TermCount:
    found = TermCount()
    found.add(list(uses), list(exemplars))
    return found


def window(start: int, uses) -> WindowSummary:
    return WindowSummary(start, uses=list(uses))


def crowd(people: int, *terms: str) -> list:
    """As many authors, each with one mention of these terms."""
    return [(author, terms) for author in range(people)]


def used_to(*terms: str, people: int = 3, days: int = 4) -> Words:
    """So many people an hour for some days use these terms."""
    words = Words()
    for number in range(days * 24):
        words.add(window(MONDAY + number * HOUR, crowd(people, *terms)), learn=True)
    return words


def drivers(words: Words, uses) -> dict[str, Driver]:
    return {driver.value: driver for driver in words.drivers(counted(uses))}


def picture(count: TermCount):
    """What is known of each term but for who of many used it."""
    return count.mentions, {term: (use[0], len(use) - 1) for term, use in count.terms.items()}, set(count.exemplars)


def test_a_term_needs_several_authors():
    """A hundred mentions by two are no driver, three by three are."""
    uses = [(number % 2, ("spam",)) for number in range(100)] + crowd(TERM_AUTHORS, "fire")
    assert {"fire": Driver("fire", 3, 0.0)} == drivers(Words(), uses)


def test_the_usual_is_no_driver():
    """What everybody says anyway is none, however often; what is new is."""
    words = used_to("tea")
    assert list(drivers(words, crowd(10, "tea") + crowd(4, "fire"))) == ["fire"]


@pytest.mark.parametrize(("said", "is_driver"), [(10, False), (12, False), (15, True), (20, True)])
def test_a_little_more_of_the_usual_is_none(said, is_driver):
    """In twenty mentions of which ten usually say it: neither by a hair nor by what chance adds."""
    words = used_to("tea", people=3)
    for number in range(96):
        words.add(window(MONDAY + 4 * DAY + number * HOUR, crowd(3, "cake")), learn=True)
    found = drivers(words, crowd(said, "tea") + [(100 + number, ("else",)) for number in range(20 - said)])
    assert is_driver is ("tea" in found)


def test_more_of_the_usual_is_a_driver():
    """With what was expected of it, in as many mentions."""
    words = used_to("tea", people=1)
    for number in range(96, 196):
        words.add(window(MONDAY + number * HOUR, [(number, ("cake",))] * 3), learn=True)
    found = drivers(words, crowd(20, "tea"))["tea"]
    assert found.count == 20
    assert 0 < found.expected < 10


def test_the_strongest_driver_comes_first():
    """By how far it is beyond what is usual; alike, by the alphabet."""
    uses = crowd(9, "fire") + crowd(4, "smoke") + crowd(4, "alarm")
    assert ["fire", "alarm", "smoke"] == [driver.value for driver in Words().drivers(counted(uses))]


def test_what_was_said_while_hot_does_not_become_usual():
    """A week of fire, and fire is still news; of tea learned in calm it is not."""
    words = used_to("tea")
    for number in range(96, 96 + 7 * 24):
        words.add(window(MONDAY + number * HOUR, crowd(3, "fire")), learn=False)
    assert "fire" in drivers(words, crowd(5, "fire"))


def test_the_usual_is_forgotten():
    """Half of it in a week in which nothing was learned."""
    words = used_to("tea", people=5)
    words.add(window(MONDAY + 5 * DAY, []), learn=True)
    before = unpack(words.snapshot()["usual_uses"], 1)[0]
    words.add(window(MONDAY + 12 * DAY, []), learn=False)
    assert pytest.approx(before / 2, rel=0.05) == unpack(words.snapshot()["usual_uses"], 1)[0]


@pytest.mark.parametrize(
    ("hours", "remembered"), [(0, True), (1.9, True), (2, True), (3.9, True), (4, False), (100, False)]
)
def test_recent_are_two_to_four_hours(hours, remembered):
    """Counted from the beginning of a stretch of two hours."""
    words = Words()
    words.add(window(MONDAY, crowd(3, "fire")), learn=True)
    words.add(window(int(MONDAY + hours * HOUR), [(9, ("tea",))]), learn=True)
    assert remembered is ("fire" in words.recent().terms)
    assert "tea" in words.recent().terms
    assert 2 * HOUR == GENERATION_SECONDS


@LAW
@given(USES, st.integers(0, 99), st.integers(0, 12))
def test_order_and_parts_do_not_matter(uses, seed, cut):
    """As long as there are few terms: shuffled, or in two stretches that are merged, the counts are the same."""
    shuffled = Random(seed).sample(uses, len(uses))
    merged = counted(uses[:cut])
    merged.merge(counted(uses[cut:]))
    assert picture(counted(uses)) == picture(counted(shuffled)) == picture(merged)
    assert Words().drivers(counted(uses)) == Words().drivers(counted(shuffled)) == Words().drivers(merged)


@LAW
@given(USES, USES)
def test_merging_takes_nothing_from_the_other(one, other):
    """Two stretches merge alike in either order, and the second one stays what it was."""
    there, back, second = counted(one), counted(other), counted(other)
    there.merge(second)
    back.merge(counted(one))
    assert picture(there) == picture(back)
    assert counted(other).snapshot() == second.snapshot()


@LAW
@given(USES)
def test_every_driver_is_told_by_several_authors(uses):
    """More often than expected, and counted right."""
    for driver in Words().drivers(counted(uses)):
        users = [author for author, terms in uses if driver.value in terms]
        assert len(set(users)) >= TERM_AUTHORS
        assert len(users) == driver.count > driver.expected


def test_memory_is_bounded():
    """Twenty thousand different terms: what is kept is little, and the frequent ones are among it."""
    words, random = Words(), Random(1)
    for number in range(200):
        uses = [(author, (f"word{random.randrange(10**6)}",)) for author in range(100)] + crowd(5, "fire")
        words.add(window(MONDAY + number * 30 * 60, uses), learn=True)
    state = words.snapshot()
    assert len(state["now"]["terms"].split(" ")) <= 2 * RECENT_TERMS
    assert len(state["now"]["terms"]) <= 2 * RECENT_BYTES
    assert len(state["usual"].split(" ")) <= 1.5 * USUAL_TERMS
    assert len(state["usual"]) <= 1.5 * USUAL_BYTES
    assert "fire" in words.recent().terms
    assert "fire" in state["usual"].split(" ")


def test_long_terms_are_few_or_none():
    """Of terms that are as long as they may be, only what there is room for; of longer ones nothing."""
    words = [f"{number:x<{MAX_TERM_BYTES - 1}}" for number in range(30)]
    count = counted([(author, (*words, "y" * MAX_TERM_BYTES, "fire")) for author in range(5)])
    assert 0 < len(count.terms) <= 2 * RECENT_BYTES // MAX_TERM_BYTES
    assert "y" * MAX_TERM_BYTES not in count.terms


def test_long_addresses_are_left_out():
    """A mention with one is told without it; with a very long id it is not told; and only as many as there is room for."""
    short, long = "https://example.org/1", "https://example.org/" + "x" * MAX_EXEMPLAR_BYTES
    rows = [
        (9, -5, "a", short, "negative", 7),
        (8, -5, "b", long, "negative", 7),
        (7, -5, "c" * (MAX_EXEMPLAR_BYTES + 1), None, "negative", 7),
    ]
    assert [rows[0], (8, -5, "b", None, "negative", 7)] == counted([], rows).exemplars
    wide = [(reach, -5, f"{reach:0>{MAX_EXEMPLARS_BYTES // 3}}", None, "negative", 7) for reach in range(10)]
    assert 3 == len(counted([], wide).exemplars)


def test_the_widest_read_mentions_are_kept():
    """Ten of many, whichever came first."""
    count = TermCount()
    candidates = [(reach, -reach, f"m{reach}", None, "negative", 0) for reach in range(40)]
    for start in range(0, 40, 7):
        count.add([], Random(start).sample(candidates[start : start + 7], len(candidates[start : start + 7])))
    assert candidates[: -MAX_EXEMPLARS - 1 : -1] == count.exemplars


def test_drivers_by_kind():
    """Words, hashtags, addresses; at most ten of each, in their order."""
    found = [Driver(value, 3, 0.0) for value in ("fire", "#recall", "a.org/b", "#boo", "smoke")]
    assert ["fire", "smoke"] == [driver.value for driver in of_kind(found, "terms")]
    assert ["#recall", "#boo"] == [driver.value for driver in of_kind(found, "hashtags")]
    assert ["a.org/b"] == [driver.value for driver in of_kind(found, "urls")]
    many = [Driver(f"word{number}", 3, 0.0) for number in range(30)]
    assert many[:MAX_DRIVERS] == of_kind(many, "terms")


@LAW
@given(st.lists(st.tuples(st.integers(0, 300), USES, st.booleans()), max_size=10), st.integers(0, 10))
def test_a_snapshot_brings_the_words_back(steps, cut):
    """Through JSON; and they go on alike."""
    whole = half = Words()
    start = MONDAY
    for number, (minutes, uses, learn) in enumerate(steps):
        if number == cut:
            half = Words.restore(json.loads(json.dumps(whole.snapshot())))
        start += minutes * 60
        for words in {id(whole): whole, id(half): half}.values():
            words.add(window(start, uses), learn=learn)
    assert whole.snapshot() == half.snapshot()
    assert whole.drivers(whole.recent()) == half.drivers(half.recent())


def test_a_snapshot_keeps_exemplars():
    count = counted([], [(9, -5, "b", "https://example.org/1", "boycott", 7)])
    assert count.exemplars == TermCount.restore(json.loads(json.dumps(count.snapshot()))).exemplars
