"""Who said it first: the same words by somebody else are a copy, in the same window and for hours."""

import json
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.copies import MAX_TEXTS, MEMORY_SECONDS, Copies
from tests.detectors.talk import HOUR, MINUTE, MONDAY, said, windows

LAW = settings(max_examples=100, deadline=None)
ANN, BOB, CID = 1, 2, 2**32 - 1
TEXT, OTHER = 77, 2**32 - 1
SPOKEN = st.lists(st.tuples(st.integers(0, 300), st.integers(1, 5), st.integers(0, 4)), max_size=40)
"""Minute, author, words; 0 for words that do not tell."""


def spoken(rows) -> list:
    return [
        said(MONDAY + minute * MINUTE + number % 7, author, fingerprint=text, mention_id=f"m{number}")
        for number, (minute, author, text) in enumerate(rows)
    ]


def found(copies: Copies, mentions) -> list[set[str]]:
    """The copies of each window."""
    return [copies.find(start, seen) for start, seen in windows(mentions)]


def again(copies: Copies) -> Copies:
    return Copies.restore(json.loads(json.dumps(copies.snapshot())))


def test_the_first_one_is_the_original():
    """By time, and by id where the time is the same; whatever the order they came in."""
    mentions = [
        said(MONDAY + 5, BOB, fingerprint=TEXT, mention_id="b"),
        said(MONDAY + 2, CID, fingerprint=TEXT, mention_id="c"),
        said(MONDAY + 2, ANN, fingerprint=TEXT, mention_id="a"),
    ]
    assert {"b", "c"} == Copies().find(MONDAY, mentions)


def test_words_known_from_an_earlier_window_are_copied():
    """For hours, also where nobody said them first in this one."""
    copies = Copies()
    assert set() == copies.find(MONDAY, [said(MONDAY, ANN, fingerprint=TEXT)])
    later = MONDAY + 2 * HOUR
    copied = [said(later + 1, BOB, fingerprint=TEXT), said(later + 2, CID, fingerprint=TEXT)]
    assert {seen.mention_id for seen in copied} == copies.find(later, copied)


def test_whoever_repeats_himself_copies_nobody():
    """He is one voice anyway; whoever repeats him does."""
    copies = Copies()
    for minute in range(3):
        at = MONDAY + minute * MINUTE
        mine = [said(at + second, ANN, fingerprint=TEXT) for second in (1, 30)]
        theirs = said(at + 40, BOB, fingerprint=TEXT)
        assert {theirs.mention_id} == copies.find(at, [*mine, theirs])


def test_other_words_and_words_that_do_not_tell_are_no_copies():
    mentions = [said(MONDAY, author, fingerprint=author) for author in (ANN, BOB)]
    mentions += [said(MONDAY + 1, author, fingerprint=0) for author in (ANN, BOB, CID)]
    copies = Copies()
    assert set() == copies.find(MONDAY, mentions)
    assert set() == copies.find(MONDAY + MINUTE, [said(MONDAY + MINUTE, CID, fingerprint=0)])


@pytest.mark.parametrize(("silence", "is_copy"), [(MEMORY_SECONDS, True), (MEMORY_SECONDS + MINUTE, False)])
def test_words_are_forgotten_after_hours(silence, is_copy):
    """Counted from when they were last heard, not from the original."""
    copies = Copies()
    copies.find(MONDAY, [said(MONDAY, ANN, fingerprint=TEXT)])
    copies.find(MONDAY + 5 * HOUR, [said(MONDAY + 5 * HOUR, BOB, fingerprint=TEXT)])
    later = MONDAY + 5 * HOUR + silence
    assert is_copy is bool(copies.find(later, [said(later, CID, fingerprint=TEXT)]))


def test_the_memory_is_bounded():
    """Far more texts than it holds, in one window and over many: it stays below 2 KB and keeps what is repeated."""
    copies, random = Copies(), Random(1)
    for minute in range(60):
        start = MONDAY + minute * MINUTE
        fresh = [said(start, random.getrandbits(32), fingerprint=random.getrandbits(32)) for _ in range(200)]
        assert (minute > 0) is bool(copies.find(start, [*fresh, said(start + 1, ANN + minute, fingerprint=TEXT)]))
        assert len(json.dumps(copies.snapshot())) < 2_048
    flood = [said(MONDAY + HOUR, BOB, fingerprint=random.getrandbits(32)) for _ in range(3 * MAX_TEXTS)]
    copies.find(MONDAY + HOUR, flood)
    assert len(json.dumps(copies.snapshot())) < 2_048


@LAW
@given(SPOKEN, st.integers())
def test_order_does_not_matter(rows, seed):
    """Within a window mentions come in any order: the same copies, the same memory to the byte."""
    mentions = spoken(rows)
    shuffled = Random(seed).sample(mentions, len(mentions))
    one, other = Copies(), Copies()
    assert found(one, mentions) == found(other, shuffled)
    assert json.dumps(one.snapshot()) == json.dumps(other.snapshot())


@LAW
@given(SPOKEN)
def test_it_finds_what_a_look_at_everything_finds(rows):
    """Each mention is a copy if the first one to say its words, as long as they were repeated, was somebody else."""
    mentions = spoken(rows)
    expected: dict[int, set[str]] = {}
    originals: dict[int, int] = {}
    for seen in sorted(mentions, key=lambda seen: (seen.at_ms, seen.mention_id)):  # never six hours apart
        expected.setdefault(seen.at_ms // 60_000, set())
        if seen.fingerprint and originals.setdefault(seen.fingerprint, seen.author) != seen.author:
            expected[seen.at_ms // 60_000].add(seen.mention_id)
    assert [expected[minute] for minute in sorted(expected)] == found(Copies(), mentions)


@LAW
@given(SPOKEN, st.integers(0, 40))
def test_a_snapshot_brings_the_memory_back(rows, cut):
    """Through JSON, at any time; it goes on as if nothing had happened."""
    whole, half = Copies(), Copies()
    for number, (start, seen) in enumerate(windows(spoken(rows))):
        if number == cut:
            half = again(half)
        assert whole.find(start, seen) == half.find(start, seen)
    assert whole.snapshot() == again(half).snapshot()


def test_a_snapshot_of_another_release_is_refused():
    with pytest.raises(ValueError, match="copies/0"):
        Copies.restore(Copies().snapshot() | {"type": "copies/0"})
