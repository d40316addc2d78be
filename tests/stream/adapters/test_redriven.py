"""What is remembered of a re-drive: nothing is forgotten, little is done twice."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as some

from stream.adapters.kafka.redriven import MAX_CHARACTERS, Redriven, Round

Passes = some.lists(some.lists(some.booleans(), max_size=40), max_size=4)


def _passed(before: Redriven, choices: list[bool]) -> Redriven:
    """One pass over offsets 0, 2, 4 …, as transactions leave gaps."""
    one = Round(before)
    for number, chosen in enumerate(choices):
        one.passed(2 * number, redriven=chosen)
    return one.so_far()


@given(Passes)
def test_exactly_what_was_redriven_is_remembered(passes: list[list[bool]]) -> None:
    """Over several passes that pick what they like, and through what is committed."""
    known, done = Redriven(), set()
    for choices in passes:
        after = _passed(known, choices)
        known = Redriven.read(after.until, after.note())
        done |= {2 * number for number, chosen in enumerate(choices) if chosen}
    reached = max((2 * len(choices) - 1 for choices in passes), default=0)
    assert sorted(done) == [offset for offset in range(0, max(0, reached), 2) if offset in known]
    assert reached + 10 not in known


def test_a_pass_that_ends_early_keeps_what_lies_behind() -> None:
    """A transaction of the middle."""
    before = _passed(Redriven(), [False, True, False, True])
    after = _passed(before, [True])
    assert [True, True, False, True, False] == [2 * number in after for number in range(5)]


def test_a_note_that_grows_too_long_forgets_no_letter() -> None:
    """Some are re-driven again instead."""
    choices = [number % 2 == 0 for number in range(20_000)]
    full = _passed(Redriven(), choices)
    note = full.note()
    assert len(note) <= MAX_CHARACTERS
    known = Redriven.read(full.until, note)
    assert not any(2 * number in known for number, chosen in enumerate(choices) if not chosen)


def test_a_note_of_somebody_else_is_none() -> None:
    """The offset holds."""
    assert Redriven(5) == Redriven.read(5, "hello")
