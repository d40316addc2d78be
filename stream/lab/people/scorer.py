"""What a scorer makes of what people mean. It errs, and errs together on a whole thread: irony, a word read wrongly."""

from __future__ import annotations

from functools import cache
from math import atanh, tanh
from random import Random

from stream.lab.people.days import MISREAD_TOPIC
from stream.lab.scenario import NEGATIVE_SCORE, Mood

MISREAD_PART = 0.15
"""Of the threads, those which are misread altogether."""
MISREAD, READ = 1.5, 0.3
"""Standard deviations of what such a thread, and another, has in common."""
OWN_RATE = 2.2
"""Of a mention's own error, which falls off exponentially on both sides: strength tells little beyond the middle."""
HAPPY_PART = 0.4
"""Of what is not negative, what is positive."""


def misreading(random: Random) -> float:
    """What the mentions of a thread have in common, beside its topic."""
    return random.gauss() * (MISREAD if random.random() < MISREAD_PART else READ)


def _own(random: Random) -> float:
    error = random.expovariate(OWN_RATE)
    return error if random.random() < 0.5 else -error


@cache
def _errors() -> list[float]:
    """Of mentions of many threads, in order."""
    random = Random("people/errors")  # noqa: S311 -- a simulation, not a secret
    return sorted(MISREAD_TOPIC * random.gauss() + misreading(random) + _own(random) for _ in range(40_000))


def _centre(rate: float) -> float:
    """Where a mood has to lie so that this part of it is scored as negative."""
    errors = _errors()
    return atanh(NEGATIVE_SCORE) - errors[int(rate * len(errors))]


class Scorer:
    """Of one brand: what of its unhappy mentions is found, and what else is taken for one, is the brand's own."""

    def __init__(self, random: Random) -> None:
        self.false_positive_rate = random.uniform(0.10, 0.20)
        self.true_positive_rate = self.false_positive_rate + random.uniform(0.41, 0.59)
        # A neutral word is taken for an unhappy one twice as often as a happy one; together it is the rate.
        neutral = self.false_positive_rate / (1.0 - HAPPY_PART / 2.0)
        self._centres: dict[Mood, float] = {
            "negative": _centre(self.true_positive_rate),
            "neutral": _centre(neutral),
            "positive": _centre(neutral / 2.0),
        }

    def score(self, random: Random, mood: Mood, misread: float) -> float:
        """In (-1, 1), three digits. `misread` is what the thread and its topic have in common."""
        return round(tanh(self._centres[mood] + misread + _own(random)), 3)
