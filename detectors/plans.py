"""What the brand itself does or plans: talk that was to be expected is no surprise."""

from __future__ import annotations

from typing import NamedTuple


class Plan(NamedTuple):
    """A planned activity in `[starts_at, ends_at)` (seconds) that multiplies the expected talk by `lift` >= 1."""

    starts_at: int
    ends_at: int
    lift: float


class Plans:
    """The plans that are not over yet."""

    __slots__ = ("_plans",)

    def __init__(self, plans: list[Plan] | None = None) -> None:
        self._plans = plans or []

    def add(self, plan: Plan) -> None:
        """Learn of a plan; it may have begun already."""
        if plan.lift > 1.0:
            self._plans.append(plan)

    def lift(self, end: int) -> float:
        """By how much more talk than usual is expected in the window that ends at `end`; forgets what is over."""
        if not self._plans:
            return 1.0
        self._plans = [plan for plan in self._plans if plan.ends_at >= end]
        return max((plan.lift for plan in self._plans if plan.starts_at < end), default=1.0)

    def snapshot(self) -> list[list[float]]:
        """`[starts_at, ends_at, lift]` each."""
        return [list(plan) for plan in self._plans]
