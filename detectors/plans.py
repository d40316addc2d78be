"""What the brand itself does or plans: talk that was to be expected is no surprise."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import NamedTuple

from detectors.window import WINDOW_SECONDS

MEMORY_SECONDS = 86400
"""What was planned for so long ago weighs nothing any more: the longest span is six hours, the longest half-life two."""
MOST_PLANS = 50
"""Those with the largest lifts are kept."""


class Plan(NamedTuple):
    """A planned activity in `[starts_at, ends_at)` (seconds) that multiplies the expected talk by `lift` >= 1."""

    starts_at: int
    ends_at: int
    lift: float
    activity: int = 0
    """32-bit hash of the activity's id: what is said of it again replaces what was said before."""


class Plans:
    """The plans that are not over, or were not within what is still looked back at."""

    __slots__ = ("_plans",)

    def __init__(self, plans: list[Plan] | None = None) -> None:
        self._plans = plans or []

    def add(self, plan: Plan) -> None:
        """Learn of a plan; it may have begun already. Told anew it may be another one, and without a lift it is called off."""
        self._plans = [known for known in self._plans if known.activity != plan.activity]
        if plan.lift > 1.0:
            self._plans.append(plan)
            if len(self._plans) > MOST_PLANS:
                self._plans.remove(min(self._plans, key=lambda known: (known.lift, known)))

    def lift(self, end: int, seconds: int = WINDOW_SECONDS) -> float:
        """By how much more talk than usual is expected in the `seconds` before `end`, on average."""
        return self._lift(end, lambda ago: min(1.0, ago / seconds)) if self._plans else 1.0

    def faded_lift(self, end: int, half_life_seconds: float) -> float:
        """The same of everything before `end`, where what is past counts less and less."""
        return self._lift(end, lambda ago: 1.0 - 0.5 ** (ago / half_life_seconds)) if self._plans else 1.0

    def _lift(self, end: int, within: Callable[[int], float]) -> float:
        """The mean lift where `within(ago)` of the weight is on the last `ago` seconds; forgets what is long over."""
        self._plans = [plan for plan in self._plans if plan.ends_at > end - MEMORY_SECONDS]
        begun = [plan for plan in self._plans if plan.starts_at < end]
        edges = sorted({min(edge, end) for plan in begun for edge in (plan.starts_at, plan.ends_at)})
        more = 0.0
        for since, until in pairwise(edges):
            loudest = max((plan.lift for plan in begun if plan.starts_at <= since < plan.ends_at), default=1.0)
            more += (loudest - 1.0) * (within(end - since) - within(end - until))
        return 1.0 + more

    def snapshot(self) -> list[list[float]]:
        """`[starts_at, ends_at, lift, activity]` each."""
        return [list(plan) for plan in self._plans]
