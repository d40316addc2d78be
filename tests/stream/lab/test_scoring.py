"""Alarms against the truth, on examples that are reckoned by hand."""

from __future__ import annotations

import pytest

from stream.lab.scoring import Alarm, CrisisResult, Judged, judge, median_delay, median_mentions, pooled
from tests.truths import DAY, HOUR, JUDGED, START, WEEK, story, truth

MINUTE = 60.0


def alarm(start: float, hours: float = 1.0, *levels: tuple[float, int], brand_id: str = "acme") -> Alarm:
    """One that opens `start` seconds after the judged time does, at watch; `levels` come so many seconds later."""
    at = JUDGED + start
    path = ((at, 1), *((at + after, level) for after, level in levels))
    return Alarm(brand_id, at, at + hours * HOUR, path)


def mere(start: float) -> Alarm:
    """An alert of a rule that knows no levels and no end."""
    return Alarm("acme", JUDGED + start, JUDGED + start)


CRISIS = story("crisis", 3 * DAY, 12, factor=8.0, profile="step", kind="safety", boycott_share=0.1)


def the_crisis(*alarms: Alarm) -> CrisisResult:
    (result,) = judge(truth(CRISIS), alarms).crises
    return result


# ---------------------------------------------------------------- crises


def test_a_crisis_is_found_by_the_first_alarm_within_it() -> None:
    """Its delay is in minutes, and in mentions of the crisis, one every five minutes here."""
    found = the_crisis(alarm(3 * DAY + 90 * MINUTE), alarm(3 * DAY + 25 * MINUTE), alarm(3 * DAY - 60))
    assert (25.0, 5) == (found.delay_minutes, found.delay_mentions)
    assert (40.0, 8.0, "step", "safety", True, True) == (
        found.rate,
        found.factor,
        found.profile,
        found.kind,
        found.boycott,
        found.big,
    )


@pytest.mark.parametrize(
    ("start", "found"), [(3 * DAY - 1, False), (3 * DAY, True), (3.5 * DAY - 1, True), (3.5 * DAY, False)]
)
def test_a_crisis_lasts_from_its_start_to_its_end_exclusive(start: float, *, found: bool) -> None:
    assert found == (the_crisis(mere(start)).delay_minutes is not None)


def test_the_grace_finds_nothing_and_is_not_wrong() -> None:
    """An alarm in the six hours after the end; one after them is wrong."""
    judged = judge(truth(CRISIS), [alarm(3.5 * DAY + 5 * HOUR), alarm(3.5 * DAY + 6 * HOUR)])
    (missed,) = judged.crises
    assert (None, None, 1) == (missed.delay_minutes, missed.delay_mentions, missed.alarms)
    assert 1 == judged.false_alarms


def test_an_alarm_that_stands_already_finds_a_crisis_when_it_rises() -> None:
    """That it was opened for nothing remains wrong."""
    rising = alarm(3 * DAY - HOUR, 10, (HOUR + 40 * MINUTE, 2), (2 * HOUR, 1), (3 * HOUR, 3))
    judged = judge(truth(CRISIS), [rising])
    (found,) = judged.crises
    assert (40.0, 0, 3) == (found.delay_minutes, found.alarms, found.level)
    assert 1 == judged.false_alarms


@pytest.mark.parametrize("levels", [(), ((2 * HOUR, 1),)])
def test_an_alarm_that_stands_and_does_not_rise_tells_nobody(levels: tuple[tuple[float, int], ...]) -> None:
    """Nor one that falls."""
    standing = alarm(3 * DAY - HOUR, 20)._replace(path=((JUDGED + 3 * DAY - HOUR, 2), *alarm(3 * DAY, 1, *levels).path))
    assert the_crisis(standing).delay_minutes is None


def test_the_level_is_the_highest_while_it_lasted() -> None:
    """Not what an alarm had reached before it began, or reaches long after."""
    before = alarm(3 * DAY - 10 * HOUR, 30, (HOUR, 4), (9 * HOUR, 1), (11 * HOUR, 2), (29 * HOUR, 4))
    assert 2 == the_crisis(before).level
    assert 1 == the_crisis(alarm(3 * DAY - HOUR, 2)).level
    assert 0 == the_crisis(alarm(3 * DAY - 2 * HOUR, 1, (HOUR / 2, 4))).level
    assert 0 == the_crisis(mere(3 * DAY)).level


def test_alarms_of_an_incident_are_those_of_all_its_phases_and_their_grace() -> None:
    later = story("crisis", 5 * DAY, 6, phase_of=CRISIS.story_id)
    alarms = [alarm(3 * DAY), alarm(3.5 * DAY + HOUR), alarm(4.5 * DAY), alarm(5 * DAY), alarm(5.25 * DAY + HOUR)]
    judged = judge(truth(CRISIS, later), alarms)
    (found,) = judged.crises
    assert (4, 1) == (found.alarms, judged.false_alarms)


@pytest.mark.parametrize(
    ("one", "told"),
    [
        (alarm(5 * DAY), True),
        (alarm(4.9 * DAY, 4), True),
        (alarm(4.9 * DAY, 2.4), False),
        (alarm(3 * DAY, 47), False),
        (alarm(5.25 * DAY), False),
    ],
)
def test_a_flare_up_is_told_by_an_alarm_in_it_or_one_that_stands_when_it_begins(one: Alarm, *, told: bool) -> None:
    later = story("crisis", 5 * DAY, 6, phase_of=CRISIS.story_id)
    assert [told] == judge(truth(CRISIS, later), [one]).again


# ---------------------------------------------------------------- the wrong ones


def test_false_alarms_within_a_day_of_each_other_are_one_episode() -> None:
    """A chain of them is one, of each brand its own."""
    at = [DAY, 1.5 * DAY, 2.5 * DAY, 3.6 * DAY]
    own = [alarm(start) for start in at]
    other = [alarm(DAY, brand_id="other")]
    judged = judge(truth(brands=("acme", "other")), [*reversed(own), *other])
    assert (5, 3) == (judged.false_alarms, judged.false_episodes)


def test_weeks_are_those_outside_crises_and_grace() -> None:
    """Two brands for two weeks, less 18 hours of one; a second crisis that overlaps the first counts once."""
    stories = [CRISIS, story("crisis", 3.25 * DAY, 9), story("viral_joy", DAY, 20)]
    assert 4 - 21 / 168 == pytest.approx(judge(truth(*stories, brands=("acme", "other")), []).weeks)


def test_a_crisis_that_outlasts_the_stream_takes_out_what_is_in_it() -> None:
    late = story("crisis", 13.5 * DAY, 48)
    assert 2 - 12 / 168 == pytest.approx(judge(truth(late), []).weeks)


def test_hours_open_are_those_outside_crises_and_grace_in_the_judged_time() -> None:
    """One hour before a crisis of twelve with six of grace, two after; half of one that began in the learning time; none
    of one that outlasts the stream but what is in it."""
    judged = judge(
        truth(CRISIS), [alarm(3 * DAY - HOUR, 21), alarm(-HOUR / 2, 1), alarm(14 * DAY - HOUR, 50), mere(DAY)]
    )
    assert 3 + 0.5 + 1 == pytest.approx(judged.hours_open)


def test_the_first_week_is_reckoned_apart() -> None:
    """Crises in it taken out, of which nothing is judged."""
    learning = story("crisis", -2 * DAY, 18)
    alarms = [alarm(-1), alarm(-2 * DAY), alarm(-6 * DAY), alarm(0)]
    judged = judge(truth(learning), alarms)
    assert ([], 2, 1) == (judged.crises, judged.early, judged.false_alarms)
    assert (1 - 24 / 168, 2.0) == pytest.approx((judged.early_weeks, judged.weeks))


def test_a_story_that_reaches_into_the_judged_time_is_judged() -> None:
    """By all that was told in it; only what lies in the judged time is taken out of that."""
    across = [story("crisis", -6 * HOUR, 12), story("level_shift", -HOUR, 30, brand_id="other")]
    alarms = [alarm(-HOUR), alarm(-HOUR / 2, brand_id="other")]
    judged = judge(truth(*across, brands=("acme", "other")), alarms)
    assert [300.0] == [found.delay_minutes for found in judged.crises]
    assert ([("level_shift", True)], 0, 1) == (judged.decoys, judged.false_alarms, judged.early)
    assert 4 - 12 / 168 == pytest.approx(judged.weeks)


@pytest.mark.parametrize(
    ("start", "opened"),
    [(-1, False), (0, True), (3 * DAY, True), (3.25 * DAY - 1, True), (3.25 * DAY, False)],
)
def test_what_is_there_to_stay_is_a_decoy_for_three_days_and_grace(start: float, *, opened: bool) -> None:
    shift = story("level_shift", 2 * DAY, 9 * 24)
    assert [("level_shift", opened)] == judge(truth(shift), [alarm(2 * DAY + start)]).decoys


def test_an_alarm_in_a_crisis_is_not_the_decoys_around_it() -> None:
    joy = story("viral_joy", 3 * DAY - HOUR, 24)
    assert [("viral_joy", False)] == judge(truth(CRISIS, joy), [alarm(3 * DAY + 60)]).decoys


def test_alarms_of_a_brand_are_not_those_of_another() -> None:
    judged = judge(truth(CRISIS, brands=("acme", "other")), [alarm(3 * DAY + 60, brand_id="other")])
    assert ([None], 1) == ([found.delay_minutes for found in judged.crises], judged.false_alarms)


def test_alerts_have_no_level_and_no_end() -> None:
    assert judge(truth(), [mere(DAY)]).mere
    assert not judge(truth(), [alarm(DAY)]).mere
    assert not judge(truth(), []).mere


def test_streams_add_up() -> None:
    """As if they were one with the brands of both."""
    other = story("crisis", 3 * DAY, 12, brand_id="other")
    alarms = [alarm(DAY), alarm(3 * DAY), alarm(4 * DAY, brand_id="other"), alarm(-DAY, brand_id="other")]
    whole = judge(truth(CRISIS, other, brands=("acme", "other")), alarms)
    parts = [judge(truth(CRISIS), alarms[:2]), judge(truth(other, brands=("other",)), alarms[2:])]
    assert whole == pooled(parts)
    assert Judged([], [], [], 0, 0, 0, 0, 0, 0) == pooled([])


# ---------------------------------------------------------------- medians


def result(delay: float | None, mentions: int | None = None) -> CrisisResult:
    return CrisisResult("acme", "crisis", 40, 8, "step", "safety", False, delay, mentions, 1, 1)


@pytest.mark.parametrize(
    ("delays", "expected"),
    [([], None), ([5], 5), ([5, None, 9], 9), ([5, None, None], None), ([9, 5], 7), ([5, None], None)],
)
def test_a_missed_crisis_is_found_never(delays: list[float | None], expected: float | None) -> None:
    assert expected == median_delay([result(delay) for delay in delays])


def test_the_median_in_mentions() -> None:
    assert 30 == median_mentions([result(1, 10), result(1, 30), result(None)])


def test_large_is_by_factor_and_rate() -> None:
    crises = [
        story("crisis", 3 * DAY, 12, brand_id=brand_id, factor=factor)
        for brand_id, factor in (("acme", 5.0), ("other", 4.9))
    ]
    assert [True, False] == [one.big for one in judge(truth(*crises, brands=("acme", "other")), []).crises]
    assert [False] == [one.big for one in judge(truth(crises[0], mentions_per_hour=29.0), []).crises]
    assert START + WEEK == JUDGED
