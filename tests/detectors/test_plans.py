"""Planned activities: expected from their start to their end, and forgotten after."""

import pytest

from detectors.plans import MOST_PLANS, Plan, Plans
from tests.detectors.talk import DAY, HOUR, MINUTE, MONDAY

NOON, TWO = MONDAY + 12 * HOUR, MONDAY + 14 * HOUR


def planned(*plans: Plan) -> Plans:
    """Each of an activity of its own."""
    found = Plans()
    for number, plan in enumerate(plans, start=1):
        found.add(plan._replace(activity=plan.activity or number))
    return found


@pytest.mark.parametrize(
    ("end", "lift"),
    [
        (NOON, 1.0),
        (NOON + MINUTE, 5.0),
        (TWO, 5.0),
        (TWO + MINUTE, 1.0),
    ],
)
def test_a_plan_lifts_what_is_expected(end, lift):
    """In the windows from its start to its end, and in no other."""
    assert lift == planned(Plan(NOON, TWO, 5.0)).lift(end)


@pytest.mark.parametrize(
    ("end", "hours", "lift"),
    [
        (TWO, 2, 5.0),
        (TWO, 4, 3.0),
        (TWO + HOUR, 1, 1.0),
        (TWO + HOUR, 2, 3.0),
        (TWO + HOUR, 6, 1.0 + 4.0 / 3.0),
        (NOON + HOUR, 4, 2.0),
    ],
)
def test_what_is_looked_back_at_was_planned_in_part(end, hours, lift):
    """A span that a plan covers half of expects half as much more."""
    assert pytest.approx(lift) == planned(Plan(NOON, TWO, 5.0)).lift(end, hours * HOUR)


def test_what_is_long_past_counts_less():
    """As in a mean that decays: half of the lift after one half-life of the plan, and of that half after one more."""
    plans = planned(Plan(NOON, TWO, 5.0))
    lifts = [plans.faded_lift(end, 2 * HOUR) for end in (NOON, TWO, TWO + 2 * HOUR, TWO + 4 * HOUR)]
    assert pytest.approx([1.0, 3.0, 2.0, 1.5]) == lifts


def test_nothing_is_planned():
    assert Plans().lift(NOON) == 1.0


def test_of_several_plans_the_loudest_counts():
    """They do not multiply: the same people talk about both."""
    plans = planned(Plan(NOON, TWO, 3.0), Plan(NOON, TWO, 5.0), Plan(TWO, TWO + HOUR, 9.0))
    assert [plans.lift(NOON + HOUR), plans.lift(TWO + HOUR), plans.lift(TWO + HOUR, 3 * HOUR)] == [
        5.0,
        9.0,
        pytest.approx((5.0 + 5.0 + 9.0) / 3.0),
    ]


@pytest.mark.parametrize("lift", [1.0, 0.2])
def test_a_plan_that_expects_nothing_more_is_none(lift):
    """Whatever is planned, less talk is never expected."""
    plans = planned(Plan(NOON, TWO, lift))
    assert plans.lift(NOON + HOUR) == 1.0
    assert plans.snapshot() == []


def test_a_plan_that_is_told_again_and_again_is_one():
    """It takes no place from others, however often it is exported."""
    small, large = Plan(0, 60, 2.0, 7), Plan(0, 3600, 5.0, 8)
    plans = planned(large, *[small] * 60)
    assert [list(large), list(small)] == plans.snapshot()


def test_what_is_said_of_an_activity_last_counts():
    """It may be put off, cut short, or called off."""
    plans = planned(Plan(NOON, TWO, 5.0, 7), Plan(NOON, TWO, 3.0, 8))
    plans.add(Plan(TWO, TWO + HOUR, 5.0, 7))
    assert [3.0, 5.0] == [plans.lift(NOON + HOUR), plans.lift(TWO + HOUR)]
    plans.add(Plan(NOON, TWO, 1.0, 7))
    assert [3.0, 1.0] == [plans.lift(NOON + HOUR), plans.lift(TWO + HOUR)]


def test_of_too_many_plans_the_smallest_are_forgotten():
    """Fifty posts do not crowd out the campaign, whenever it ends."""
    campaign = Plan(NOON, NOON + 9 * DAY, 5.0)
    plans = planned(campaign, *[Plan(NOON, TWO + number, 1.5) for number in range(2 * MOST_PLANS)])
    assert MOST_PLANS == len(plans.snapshot())
    assert plans.lift(NOON + 8 * DAY) == 5.0


def test_what_is_over_is_forgotten():
    """Once nobody looks back at it; what is still to come is not."""
    plans = planned(Plan(NOON, TWO, 3.0), Plan(TWO + HOUR, TWO + 2 * HOUR, 4.0))
    plans.lift(TWO + DAY - MINUTE)
    assert 2 == len(plans.snapshot())
    plans.lift(TWO + DAY)
    assert [[TWO + HOUR, TWO + 2 * HOUR, 4.0, 2]] == plans.snapshot()


def test_a_plan_that_is_learned_of_late_counts_from_there():
    plans = Plans()
    assert plans.lift(NOON + HOUR) == 1.0
    plans.add(Plan(NOON, TWO, 3.0))
    assert plans.lift(NOON + HOUR + MINUTE) == 3.0
