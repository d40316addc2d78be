"""The property tests of the door, with new examples until the time is up: `python -m tests.fuzz --seconds 300`.

They are the tests of the usual suite. The first example that fails is made small and shown, and the status is 1.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from functools import partial, wraps
from itertools import cycle
from typing import Any

from hypothesis import settings

from tests import conftest
from tests.stream import test_door, test_intake

ROUND = 500
"""Examples of a test before it is the next one's turn."""
NOUNS = [noun for noun, _ in test_intake.SPOILT]
ONE_BY_ONE = (
    test_door.test_nothing_but_a_refusal_ever_comes_back,
    test_door.test_a_mention_with_odd_fields_is_taken_or_refused,
)
BY_NOUN = test_intake.test_whatever_comes_is_taken_or_refused_in_our_words


def main() -> None:
    """Take turns until the time is up, and say how many examples there were."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=300.0)
    seconds = parser.parse_args().seconds
    examples: Counter[str] = Counter()
    budget = settings(conftest.USUAL, max_examples=ROUND, database=None)
    for test in (*ONE_BY_ONE, BY_NOUN):
        budget(test)
        _count(test, examples)
    turns = [*ONE_BY_ONE, *(partial(BY_NOUN, noun) for noun in NOUNS)]
    until = time.monotonic() + seconds
    for turn in cycle(turns):
        turn()
        if time.monotonic() > until:
            break
    for name, count in examples.items():
        print(f"{count:>9,}  {name}")
    print(f"{examples.total():>9,}  examples in {seconds:g} seconds, and none broke the door")


def _count(test: Any, examples: Counter[str]) -> None:
    """Count how often the test itself is called."""
    inner = test.hypothesis.inner_test

    @wraps(inner)
    def counted(*arguments: Any, **named: Any) -> None:
        examples[inner.__name__] += 1
        inner(*arguments, **named)

    test.hypothesis.inner_test = counted


if __name__ == "__main__":
    main()
