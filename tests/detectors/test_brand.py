"""One brand, whole: what it tells of calm, of storms and of decoys, and the laws of stepping it."""

import gc
import json
import tracemalloc
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.brand import CROWD_FREEZE_SECONDS, VERSION, BrandMonitor
from detectors.crisis import Feedback
from detectors.half_lives import HALF_LIVES
from detectors.observation import KNOWN_AUTHOR
from detectors.plans import Plan
from detectors.severity import Policy
from stream.brand import deflated, inflated
from tests.detectors.talk import DAY, HOUR, MINUTE, MONDAY, person, said, talk, unhappy, windows

LAW = settings(max_examples=12, deadline=None)
POLICY = Policy()
RECORDED = {version: Path(__file__).parent / f"state-{version}.json.z" for version in (VERSION - 1, VERSION)}
"""By version, in the middle of a storm."""
DAYS = 3
TODAY = MONDAY + DAYS * DAY
"""Where the three days of calm end that a brand of these tests has behind it."""
PER_HOUR = 20
HASTY = Policy(
    recovery_seconds=HOUR,
    reopen_within_seconds=HOUR,
    close_after_seconds=2 * HOUR,
    mute_seconds=2 * HOUR,
    min_authors=3,
)
DEAF = Policy(target_false_opens_per_week=0.0, watch=1e6, issue=1e6, major=1e6, severe=1e6)
"""Nothing is ever so far from normal."""


@cache
def calm_days(per_hour: float = PER_HOUR) -> str:
    """The state after three calm days: seven of ten speak on x, the others on reddit."""
    monitor = BrandMonitor("acme", POLICY)
    mentions = talk(MONDAY, DAYS * 24, 0.7 * per_hour, seed=1)
    mentions += talk(MONDAY, DAYS * 24, 0.3 * per_hour, seed=2, platform="reddit")
    assert monitor.advance(TODAY, windows(mentions)) == []
    return json.dumps(monitor.snapshot())


def brand(policy: Policy = POLICY, per_hour: float = PER_HOUR) -> BrandMonitor:
    """A brand that has three calm days behind it."""
    return BrandMonitor.restore("acme", policy, json.loads(calm_days(per_hour)))


def restarted(monitor: BrandMonitor) -> BrandMonitor:
    return BrandMonitor.restore("acme", monitor.policy, json.loads(json.dumps(monitor.snapshot())))


def calm(hours: float, start: float = TODAY) -> list:
    """More of the same, until `hours` after today began."""
    left = hours - (start - TODAY) / HOUR
    return talk(start, left, 0.7 * PER_HOUR, seed=11) + talk(start, left, 0.3 * PER_HOUR, seed=12, platform="reddit")


def storm(start: float, minutes: float, people: int, seed: int = 5, **more) -> list:
    """So many people who complain once each, evenly in so many minutes."""
    return [
        unhappy(start + minutes * MINUTE * number / people, person(seed, number), **more) for number in range(people)
    ]


def live(monitor: BrandMonitor, mentions: list, until: int, cuts=()) -> list:
    """What is told on the way, whether it goes in one step or stops at each of `cuts`."""
    told, left = [], windows(mentions)
    for cut in [*sorted(cuts), until]:
        here = [window for window in left if window[0] < cut]
        left = left[len(here) :]
        told += monitor.advance(cut, here)
    return told


def verbs(told) -> list[str]:
    return [transition.change.verb for transition in told]


def word(monitor: BrandMonitor, verdict: str, **more):
    crisis = monitor.lifecycle.crisis
    about = {"crisis_id": crisis.crisis_id if crisis else None, "actor_ref": "duty", "at": monitor.clock or 0}
    return monitor.listen(Feedback(verdict, **(about | more)))


STORM_AT = TODAY + 2 * HOUR


@cache
def stormy_day() -> list:
    """Two calm hours, then eighty people complain within an hour; calm goes on for twenty hours."""
    complaints = storm(STORM_AT, 60, 80, causes=("safety",), terms=("fire", "#recall", "news.example/fire"))
    return calm(20) + complaints


# ---------------------------------------------------------------- stories


@pytest.mark.parametrize("per_hour", [1, 100])
def test_calm_is_no_crisis(per_hour):
    """A day more of the same, be it one mention an hour or a hundred."""
    monitor = brand(per_hour=per_hour)
    assert live(monitor, talk(TODAY, 24, per_hour, seed=7), TODAY + DAY) == []


def test_a_brand_without_a_past_opens_nothing_at_first():
    """On its first day nothing is known of what is normal, but a call to boycott is news for everybody."""
    monitor = BrandMonitor("acme", POLICY)
    assert live(monitor, storm(MONDAY, 60, 80), MONDAY + DAY) == []
    monitor = BrandMonitor("acme", POLICY)
    assert verbs(live(monitor, storm(MONDAY, 60, 80, boycott=True), MONDAY + HOUR))[0] == "opened"


@pytest.mark.parametrize("per_hour", [3, 10, 60])
@pytest.mark.parametrize("days", [2, 5])
def test_one_old_mention_is_no_past(per_hour, days):
    """A brand half of whose people are unhappy is as new on the day it is heard of in earnest if one thing was said before."""
    monitor = BrandMonitor("acme", POLICY)
    once = [said(MONDAY - days * DAY, person("early"))]
    told = live(monitor, once + talk(MONDAY, 72, per_hour, share=0.5), MONDAY + 3 * DAY)
    assert all(transition.change.crisis.level < 2 for transition in told)


def test_a_week_of_silence_is_a_past():
    """Then silence is what is normal, and a storm is one."""
    monitor = BrandMonitor("acme", POLICY)
    once = [said(STORM_AT - 8 * DAY, person("early"))]
    told = live(monitor, once + storm(STORM_AT, 60, 80), STORM_AT + HOUR)
    assert max(transition.change.crisis.level for transition in told) >= 2


def test_a_storm_opens_escalates_and_blows_over():
    """Opened within a quarter of an hour, dated to where it began, and resolved the same day."""
    told = live(brand(), stormy_day(), TODAY + 20 * HOUR)
    assert "opened" == verbs(told)[0]
    assert "resolved" == verbs(told)[-1]
    opened = told[0].change.crisis
    assert STORM_AT < opened.opened_at <= STORM_AT + 15 * MINUTE
    assert abs(opened.first_signal_at - STORM_AT) <= 10 * MINUTE
    assert max(transition.change.crisis.level for transition in told) >= 3


def test_the_evidence_says_why():
    """Which signals, how big, what about, where, of which kind; the last event counts the whole storm."""
    told = live(brand(), stormy_day(), STORM_AT + HOUR)
    evidence = told[-1].evidence
    assert "negativity" == evidence.signals[0].name
    assert evidence.signals[0].observed > evidence.signals[0].expected_high
    assert evidence.signals[0].score >= evidence.signals[0].threshold
    assert ["fire"] == [driver.value for driver in evidence.terms]
    assert ["#recall"] == [driver.value for driver in evidence.hashtags]
    assert ["news.example/fire"] == [driver.value for driver in evidence.urls]
    assert "safety" == evidence.kind
    assert "x" == evidence.spread[0].platform
    assert 30 < evidence.size.negative_authors <= evidence.size.negative_mentions < evidence.size.mentions


def test_one_loud_person_is_no_crisis():
    """Two hundred complaints and calls to boycott by one author."""
    loud = [unhappy(STORM_AT + 10 * number, person("loud"), boycott=True) for number in range(200)]
    assert live(brand(), calm(6) + loud, TODAY + 6 * HOUR) == []


def test_much_praise_is_a_watch():
    """A crowd that is happy is worth a look and no more."""
    praise = [said(mention.at_ms / 1000, mention.author, score=0.8) for mention in storm(STORM_AT, 60, 300)]
    told = live(brand(), calm(6) + praise, TODAY + 6 * HOUR)
    assert "opened" == verbs(told)[0]
    assert {1} == {transition.change.crisis.level for transition in told if transition.change.crisis.state == "open"}
    assert {"attention"} == {signal.name for transition in told[:1] for signal in transition.evidence.signals}


def test_three_calls_to_boycott_are_news_for_a_small_brand():
    """Where somebody speaks once an hour, and none of the three has much company."""
    calls = storm(STORM_AT, 90, 3, boycott=True)
    told = live(brand(per_hour=1), calls, STORM_AT + 2 * HOUR)
    assert "opened" == verbs(told)[0]
    assert "boycott" == told[0].evidence.signals[0].name


def test_a_planned_campaign_is_no_surprise():
    """The same talk opens a watch where nobody had planned it."""
    campaign = calm(8) + talk(STORM_AT, 3, 5 * PER_HOUR, share=0.1, mood=0.6, seed=9)
    assert verbs(live(brand(), campaign, TODAY + 8 * HOUR))[0] == "opened"
    planned = brand()
    planned.expect(Plan(STORM_AT, STORM_AT + 6 * HOUR, 6.0))
    assert live(planned, campaign, TODAY + 8 * HOUR) == []


@pytest.mark.parametrize("share", [0.1, 0.2])
def test_the_end_of_a_campaign_is_no_surprise(share):
    """What is looked back at when it ends is still the talk that was planned."""
    campaign = talk(STORM_AT, 24, 7 * PER_HOUR, share=share, mood=0.6, seed=9)
    planned = brand()
    planned.expect(Plan(STORM_AT, STORM_AT + DAY, 8.0))
    assert live(planned, calm(40) + campaign, TODAY + 40 * HOUR) == []


def test_a_storm_teaches_nothing_for_a_while():
    """What is expected stands still while it is hot, for so long as a freeze lasts; a storm that lasts is learned then."""
    monitor = brand()
    frozen = CROWD_FREEZE_SECONDS // HOUR
    gale = calm(frozen + 8) + talk(STORM_AT, frozen + 6, 60, share=0.9, seed=9)
    expected = []
    for hour in range(3, frozen + 9):
        gale_here = [mention for mention in gale if (mention.at_ms // 1000 - TODAY) // HOUR == hour - 1]
        monitor.advance(TODAY + hour * HOUR, windows(gale_here))
        expected.append(monitor.gauges(STORM_AT).negative_authors_expected)
    assert {expected[0]} == set(expected[:frozen])
    assert expected[-1] > expected[0]


# ---------------------------------------------------------------- recovery where nobody can be heard


def stormy_reddit(*, stalls: bool) -> list:
    """A storm on reddit, and with it reddit may fall silent."""
    ordinary = [
        mention
        for mention in calm(40)
        if not (stalls and mention.platform == "reddit" and mention.at_ms / 1000 > STORM_AT)
    ]
    return ordinary + storm(STORM_AT, 60, 80, platform="reddit")


def resolution(policy: Policy, *, stalls: bool):
    told = live(brand(policy), stormy_reddit(stalls=stalls), TODAY + 40 * HOUR)
    return next(transition.change.crisis for transition in told if transition.change.verb == "resolved"), told


def test_a_stalled_collector_is_no_recovery():
    """The platform that carried it is silent: no lower level before `max_open_silent_seconds` have passed, and then
    at once, as resolved by silence."""
    patient = Policy(max_open_silent_seconds=16 * HOUR, reopen_within_seconds=HOUR, close_after_seconds=2 * HOUR)
    heard, _ = resolution(patient, stalls=False)
    stalled, told = resolution(patient, stalls=True)
    silent_since = STORM_AT + HOUR
    assert heard.resolved_at < silent_since + 12 * HOUR
    assert not heard.silent
    assert 0 <= stalled.resolved_at - silent_since - 16 * HOUR <= 10 * MINUTE
    assert not [one for one in told if one.change.verb == "deescalated" and one.at < silent_since + 16 * HOUR]
    assert "silence" == told[-1].change.crisis.closure_reason


def test_nobody_waits_for_a_silent_platform_by_policy():
    """With no patience it recovers as if everybody could be heard."""
    impatient = Policy(max_open_silent_seconds=0)
    stalled, _ = resolution(impatient, stalls=True)
    assert stalled.resolved_at < STORM_AT + 12 * HOUR


@cache
def reviewed(share: float = 0.12) -> BrandMonitor:
    """Four weeks of talk on x, of which so much is unhappy, and every night sixty reviews at once, of which half are."""
    monitor = BrandMonitor("acme", POLICY)
    mentions = talk(MONDAY, 28 * 24, 20, share, seed=1)
    for day in range(28):
        mentions += talk(MONDAY + day * DAY, 1, 60, 0.5, seed=100 + day, platform="review")
    told = live(monitor, mentions, MONDAY + 28 * DAY)
    assert [one for one in told if one.at > MONDAY + 7 * DAY and one.change.crisis.level > 1] == []
    return monitor


@pytest.mark.parametrize(("platform", "opens"), [("review", False), ("x", True)])
def test_reviews_that_come_at_once_are_no_crisis(platform, opens):
    """Who writes one is often unhappy, also when they are collected at noon. The same people on x are a crisis."""
    monitor, today = restarted(reviewed()), MONDAY + 28 * DAY
    late = talk(today + 12 * HOUR, 1, 60, 0.5, seed=4, platform=platform)
    told = live(monitor, talk(today, 18, 20, 0.12, seed=3) + late, today + 18 * HOUR)
    assert opens is any(one.change.crisis.level > 1 for one in told)


@pytest.mark.parametrize("per_hour", [2, 6])
def test_an_unhappy_brand_that_comes_back_is_not_in_a_crisis(per_hour):
    """A month of silence after a month of talk, and the talk is as it ever was: six of ten are unhappy."""
    monitor = BrandMonitor("acme", POLICY)
    month = talk(MONDAY, 28 * 24, per_hour, 0.6, seed=1)
    again = talk(MONDAY + 56 * DAY, 5 * 24, per_hour, 0.6, seed=2)
    told = live(monitor, month + again, MONDAY + 61 * DAY)
    assert [one for one in told if one.at > MONDAY + 56 * DAY and one.change.crisis.level > 1] == []


@pytest.mark.parametrize("share", [0.3, 0.35])
def test_one_mention_is_no_past(share):
    """A brand of which one thing was said a week ago is known no better than one that is new."""
    monitor = BrandMonitor("acme", POLICY)
    ordinary = talk(MONDAY + 7 * DAY, 5 * 24, 10, share, seed=2)
    told = live(monitor, [said(MONDAY, 1), *ordinary], MONDAY + 12 * DAY)
    assert [one for one in told if one.change.crisis.level > 1] == []


def test_a_crowd_out_of_nothing_is_a_crisis():
    """Hardly anything was ever said of it, and now a hundred complain."""
    monitor = BrandMonitor("acme", POLICY)
    told = live(monitor, [said(MONDAY, 1), *storm(MONDAY + 7 * DAY, 120, 100)], MONDAY + 8 * DAY)
    assert max(one.change.crisis.level for one in told) >= 2


def test_a_slide_ends_with_the_talk():
    """A watch on moods that get worse from day to day is over some time after nobody speaks any more."""
    monitor = BrandMonitor("acme", POLICY)
    moods = [talk(MONDAY + day * DAY, 24, 20, 0.2 + 0.02 * max(0, day - 28), seed=day) for day in range(44)]
    told = live(monitor, [said for day in moods for said in day], MONDAY + 75 * DAY)
    assert any("drift" in {signal.name for signal in one.evidence.signals[:1]} for one in told)
    assert not monitor.lifecycle.active or monitor.lifecycle.crisis.state == "resolved"


UNSCORED = {"score_micro": None, "flags": KNOWN_AUTHOR}
LONG_STORM = 16
"""Hours for which eighty people complain in each."""


def long_storm(until: float, **more) -> list:
    """Calm talk, and complaints from `STORM_AT` on; all that is said from `until` hours after that on is as `more` says."""
    hours = [storm(STORM_AT + hour * HOUR, 60, 80, seed=50 + hour) for hour in range(LONG_STORM)]
    everything = calm(40) + [said for hour in hours for said in hour]
    lost_at = (STORM_AT + until * HOUR) * 1000
    return [replace(one, **more) if one.at_ms >= lost_at else one for one in everything]


@pytest.mark.parametrize("lost", [UNSCORED, {"scorer": 99}])
def test_a_scorer_that_is_lost_is_no_recovery(lost):
    """People complain on and on, and what they say has no score any more, or that of a scorer nobody knows yet."""
    patient = Policy(max_open_silent_seconds=14 * HOUR)
    told = live(brand(patient), long_storm(3, **lost), STORM_AT + LONG_STORM * HOUR)
    assert "opened" in verbs(told)
    assert not {"resolved", "deescalated"} & set(verbs(told))


def test_who_waits_for_a_scorer_says_so_when_it_gives_up():
    """After `max_open_silent_seconds`, as resolved by silence."""
    told = live(brand(), long_storm(3, **UNSCORED), STORM_AT + LONG_STORM * HOUR)
    resolved = next(one for one in told if one.change.verb == "resolved")
    assert resolved.change.crisis.silent
    assert "no sign of recovery" in resolved.evidence.explanation


def test_talk_that_never_had_a_score_holds_nothing():
    """A watch on how many talk ends as soon as where all are scored."""

    def ends(score: float | None) -> int:
        crowd = [said(one.at_ms / 1000, one.author, score=score) for one in storm(STORM_AT, 120, 2000)]
        quiet = BrandMonitor("acme", Policy())
        few = [said(one.at_ms / 1000, one.author, score=score) for one in talk(MONDAY, 14 * 24, PER_HOUR, seed=3)]
        late = [replace(one, at_ms=one.at_ms + 11 * DAY * 1000) for one in crowd]
        told = live(quiet, few + late, MONDAY + 17 * DAY)
        return next(one.at for one in told if one.change.verb == "resolved")

    assert ends(None) == ends(0.2)


# ---------------------------------------------------------------- a person's word


def test_a_persons_word_is_told_with_evidence():
    monitor = brand()
    live(monitor, stormy_day(), STORM_AT + HOUR)
    (confirmed,) = word(monitor, "confirm")
    assert ("confirmed", monitor.clock) == (confirmed.change.verb, confirmed.at)
    assert confirmed.evidence.signals
    (dismissed,) = word(monitor, "dismiss")
    assert "dismissed" == dismissed.change.verb
    assert dismissed.evidence.size.mentions > 0
    assert word(monitor, "dismiss") is None


def test_a_word_to_a_brand_that_was_never_heard_of():
    """Fits no crisis, and does not wake it."""
    monitor = BrandMonitor("acme", POLICY)
    assert monitor.advance(TODAY, (), stop=True) == []
    assert word(monitor, "dismiss", crisis_id="acme-20260104T235000Z") is None
    assert monitor.clock is None


def test_a_word_wakes_a_brand_that_slept():
    """What the event calls usual has heard the silence, as where a mention came just before; then it sleeps again."""
    boundary = TODAY + 5 * DAY + 7 * MINUTE
    one = brand(per_hour=1)
    live(one, storm(STORM_AT, 60, 80), STORM_AT + HOUR)
    one.advance(boundary - MINUTE, ())
    other = restarted(one)
    one.advance(boundary, (), stop=True)
    other.advance(boundary, windows([said(boundary - 1, person("late"))]))
    (by_word,), (by_mention,) = (word(each, "close") for each in (one, other))
    assert by_mention.evidence.signals == by_word.evidence.signals
    one.advance(boundary + 5 * MINUTE, ())
    assert not one.awake


def test_a_mute_about_something_else_silences_nobody():
    """A mention, an advice or another crisis is no crisis of this brand."""
    monitor = brand()
    for target in (None, "acme-20200101T000000Z"):
        assert word(monitor, "mute", crisis_id=target) is None
    assert "opened" in verbs(live(monitor, stormy_day(), STORM_AT + HOUR))


def test_a_mute_survives_a_restart():
    """Nothing opens before it is over, though the storm comes back."""
    monitor = brand(HASTY)
    live(monitor, stormy_day(), STORM_AT + 20 * HOUR)
    assert word(monitor, "mute") == []
    monitor = restarted(monitor)
    calls = storm(STORM_AT + 21 * HOUR, 30, 40, boycott=True)
    muted_until = STORM_AT + 20 * HOUR + HASTY.mute_seconds
    assert "opened" not in verbs(live(monitor, calls, muted_until - MINUTE))
    assert "opened" in verbs(live(monitor, [], muted_until + HOUR))


def test_a_word_stops_the_clock_where_it_takes_effect():
    """Between two ticks of a silent brand: its effect is dated to the boundary, not to a tick."""
    monitor = brand()
    live(monitor, stormy_day(), STORM_AT + HOUR)
    boundary = STORM_AT + HOUR + 2 * MINUTE
    monitor.advance(boundary, (), stop=True)
    (confirmed,) = word(monitor, "confirm")
    assert boundary == confirmed.at == confirmed.change.crisis.updated_at


def test_a_dismissed_storm_keeps_quiet():
    """Once it is past its peak; and dismissed is not forgotten when it is restored."""
    monitor = brand()
    live(monitor, stormy_day(), STORM_AT + 2 * HOUR)
    word(monitor, "dismiss")
    rest = [mention for mention in stormy_day() if mention.at_ms / 1000 >= STORM_AT + 2 * HOUR]
    assert live(restarted(monitor), rest, TODAY + 20 * HOUR) == []


def test_after_a_dismissal_an_event_has_something_to_tell():
    """Unmuted in the silence behind the storm, it opens anew: with nothing in it yet, it is not told again as grown."""
    monitor = brand()
    live(monitor, stormy_day(), STORM_AT + HOUR)
    word(monitor, "dismiss")
    word(monitor, "unmute")
    told = live(monitor, [], STORM_AT + 5 * HOUR)
    assert "opened" in verbs(told)
    assert "updated" not in verbs(told)


# ---------------------------------------------------------------- sleep


def test_a_silent_brand_sleeps():
    """Some six hours after its last mention; then its gauges read zero and time costs nothing."""
    monitor = brand()
    monitor.advance(TODAY + 5 * HOUR, ())
    assert monitor.awake
    monitor.advance(TODAY + 7 * HOUR, ())
    assert not monitor.awake
    asleep = monitor.snapshot()
    monitor.advance(TODAY + 30 * DAY, ())
    assert asleep == monitor.snapshot()
    gauges = monitor.gauges(TODAY + 30 * DAY)
    assert (0, 0, None) == (gauges.mentions, gauges.negative_authors, gauges.sentiment)
    assert gauges.mentions_expected > 0


def test_no_brand_sleeps_through_its_crisis():
    """In a silence without end it is resolved and closed, in event time, and only then it sleeps."""
    monitor = brand()
    told = live(
        monitor, [mention for mention in stormy_day() if mention.at_ms / 1000 < STORM_AT + HOUR], TODAY + 30 * DAY
    )
    assert ["resolved", "closed"] == verbs(told)[-2:]
    assert told[-1].at - told[-2].at == POLICY.close_after_seconds
    assert not monitor.awake


@pytest.mark.parametrize("days", [1, 10])
def test_a_brand_that_slept_is_the_same_brand(days):
    """It wakes with what it knew and finds a storm as one that never slept does."""
    monitor = brand()
    monitor.advance(TODAY + days * DAY - 2 * HOUR, ())
    later = STORM_AT + days * DAY
    mentions = calm(24 * days + 4, start=TODAY + days * DAY) + storm(later, 60, 80)
    told = live(monitor, mentions, later + HOUR)
    assert "opened" == verbs(told)[0]
    assert later < told[0].at <= later + 20 * MINUTE


def test_gauges_are_those_of_the_trailing_hour():
    monitor = brand()
    mentions = calm(2)
    live(monitor, mentions, TODAY + 2 * HOUR)
    gauges = monitor.gauges(TODAY + 2 * HOUR)
    hour = [mention for mention in mentions if mention.at_ms / 1000 >= TODAY + HOUR]
    assert len(hour) == gauges.mentions
    assert sum(mention.score_micro < 0 for mention in hour) == gauges.negative_authors
    assert pytest.approx(sum(mention.score_micro for mention in hour) / len(hour) / 1e6) == gauges.sentiment
    assert pytest.approx(PER_HOUR, rel=0.3) == gauges.mentions_expected
    assert gauges.mentions_expected < gauges.mentions_expected_high
    assert gauges.negative_authors_expected < gauges.negative_authors_expected_high


# ---------------------------------------------------------------- laws

PART = st.tuples(
    st.integers(0, 150),  # minutes until it begins
    st.sampled_from(["complaints", "praise", "boycott", "loud"]),
    st.integers(2, 60),  # mentions
    st.integers(1, 90),  # minutes
    st.sampled_from(["x", "reddit"]),
)
PARTS = st.lists(PART, min_size=1, max_size=3)
LATER = TODAY + 14 * HOUR
MINUTES = st.integers(0, 14 * 60)


def story(parts, *, murmur: bool = True) -> list:
    """A day of bursts, one after the other, over the usual murmur or over silence."""
    at, mentions = TODAY, calm(12) if murmur else []
    for number, (wait, kind, size, minutes, platform) in enumerate(parts):
        at += wait * MINUTE
        more = {"platform": platform, "terms": (kind, f"#{platform}"), "boycott": kind == "boycott"}
        more |= {"score": 0.7} if kind == "praise" else {"causes": ("price",)}
        burst = storm(at, minutes, size, seed=number, **more)
        mentions += burst if kind != "loud" else [said(one.at_ms / 1000, 7, **more) for one in burst]
        at += minutes * MINUTE
    return mentions


@pytest.mark.slow
@LAW
@given(PARTS, st.lists(MINUTES, max_size=6), st.booleans())
def test_the_size_of_a_step_does_not_matter(parts, cuts, murmur):
    """However the windows are handed in, the same is told, and the same is remembered."""
    mentions = story(parts, murmur=murmur)
    one, other = brand(HASTY), brand(HASTY)
    whole = live(one, mentions, LATER)
    assert whole == live(other, mentions, LATER, [TODAY + cut * MINUTE for cut in cuts])
    assert one.snapshot() == other.snapshot()


@LAW
@given(PARTS, MINUTES, st.booleans())
def test_a_restart_changes_nothing(parts, cut, murmur):
    """Restored from JSON at any boundary, it tells from there on what it would have told, and knows the same."""
    mentions, cut = story(parts, murmur=murmur), TODAY + cut * MINUTE
    one, before = brand(HASTY), brand(HASTY)
    whole = live(one, mentions, LATER)
    told = live(before, [mention for mention in mentions if mention.at_ms < cut * 1000], cut)
    after = restarted(before)
    told += live(after, [mention for mention in mentions if mention.at_ms >= cut * 1000], LATER)
    assert whole == told
    assert json.loads(json.dumps(one.snapshot())) == json.loads(json.dumps(after.snapshot()))


def restless(seed: int, days: float = 2.5, per_hour: float = 30.0) -> list:
    """Days of people who answer and pass on one another, on two platforms, and some storms: everything that is learned
    over days and spans has something to learn."""
    random, found, at = Random(seed), [], float(TODAY)
    threads = [random.getrandbits(32) for _ in range(20)]
    storms = sorted(TODAY + random.uniform(0, days * DAY) for _ in range(4))
    while at < TODAY + days * DAY:
        loud = any(start <= at < start + 40 * MINUTE for start in storms)
        at += random.expovariate((6 if loud else 1) * per_hour / HOUR)
        if random.random() < 0.1:
            threads[random.randrange(20)] = random.getrandbits(32)
        found.append(
            said(
                at,
                person(seed, random.randrange(500)),
                score=random.uniform(-1.0, 0.3 if loud else 1.0),
                copy=random.random() < 0.2,
                boycott=random.random() < (0.1 if loud else 0.001),
                platform=random.choice(["x", "x", "reddit"]),
                thread=random.choice(threads),
                terms=("tea",) if random.random() < 0.1 else (),
            )
        )
    return [one for one in found if one.at_ms < (TODAY + days * DAY) * 1000]


def test_a_word_after_a_restart_is_held_against_the_same_limits():
    """They depend on whether anybody tells what belongs together: here nobody does."""
    monitor = brand()
    live(monitor, [*calm(2), *storm(STORM_AT, 60, 26)], TODAY + 3 * HOUR)
    other = restarted(monitor)
    assert word(monitor, "confirm") == word(other, "confirm") != []


def test_a_word_where_clusters_were_just_learned_is_held_against_them():
    """Every six hours, at the end of the longest block of threads: before a restart as after it."""
    monitor, mentions, at, heard = brand(HASTY), restless(1), TODAY, 0
    for until in range(TODAY + 6 * HOUR, TODAY + 60 * HOUR, 6 * HOUR):
        live(monitor, [mention for mention in mentions if at * 1000 <= mention.at_ms < until * 1000], until)
        other, at = restarted(monitor), until
        told = word(monitor, "confirm")
        assert told == word(other, "confirm")
        if told:
            assert monitor.policy.learned(monitor._limit) == other.policy.learned(other._limit)
            heard += 1
    assert heard


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_restarts_on_the_way_change_nothing(seed):
    """Days and every span long, cut a dozen times at random: clusters, dispersion and the limit are learned the same."""
    random, mentions, until = Random(seed), restless(seed), TODAY + 60 * HOUR
    one, other = brand(HASTY), brand(HASTY)
    before = one.snapshot()
    whole = live(one, mentions, until)
    told, at = [], TODAY
    for cut in [*sorted(random.sample(range(TODAY, until, MINUTE), 12)), until]:
        told += live(other, [mention for mention in mentions if at * 1000 <= mention.at_ms < cut * 1000], cut)
        other, at = restarted(other), cut
    assert whole == told
    assert "opened" in verbs(told)
    assert one.snapshot() == other.snapshot()
    after = one.snapshot()
    for part in ("threads", "dispersion", "limit", "voices"):
        assert before[part] != after[part]
    assert before["limit"]["day"] + 2 == after["limit"]["day"]
    assert all(factor > 1.1 for factor in one._threads.count_factors)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [4, 5])
def test_over_days_the_order_within_a_window_does_not_matter(seed):
    """Nor for what is learned: clusters and copies add up in integers."""
    mentions = restless(seed)
    one, other = brand(HASTY), brand(HASTY)
    shuffled = Random(seed).sample(mentions, len(mentions))
    assert live(one, mentions, TODAY + 60 * HOUR) == live(other, shuffled, TODAY + 60 * HOUR)
    learned = {"threads", "dispersion", "limit", "voices", "sentiment", "attention", "lifecycle", "freeze"}
    one_state, other_state = one.snapshot(), other.snapshot()
    assert {part: one_state[part] for part in learned} == {part: other_state[part] for part in learned}


@LAW
@given(PARTS, st.integers(0, 99))
def test_the_order_within_a_window_does_not_matter(parts, seed):
    """Not even for the evidence, as long as no list overflows."""
    mentions = story(parts)
    shuffled = Random(seed).sample(mentions, len(mentions))
    assert live(brand(HASTY), mentions, LATER) == live(brand(HASTY), shuffled, LATER)


@pytest.mark.slow
@pytest.mark.parametrize("more", [{"target_false_opens_per_week": 0.0}, {"target_false_opens_per_week": 10.0}])
@LAW
@given(parts=PARTS, murmur=st.booleans())
def test_readings_do_not_depend_on_a_policy(parts, murmur, more):
    """Under a policy that opens at everything and one that opens at nothing the same is learned: a limit can be
    tried on recorded readings. What was decided differs, with it the limit that is learned from what was quiet, and how
    long it was worth watching the clock."""
    mentions = story(parts, murmur=murmur)
    eager = brand(Policy(watch=2.5, issue=2.5, major=2.5, severe=2.5, min_authors=1, recovery_seconds=DAY, **more))
    deaf = brand(DEAF)
    live(eager, mentions, LATER)
    assert live(deaf, mentions, LATER) == []
    decided = {"lifecycle", "story", "strength", "clock", "limit"}
    one, other = (
        {name: part for name, part in each.snapshot().items() if name not in decided} for each in (eager, deaf)
    )
    assert one == other
    assert eager.gauges(LATER) == deaf.gauges(LATER)


@LAW
@given(PARTS, st.lists(st.tuples(MINUTES, st.sampled_from(["confirm", "dismiss", "close", "unmute"])), max_size=3))
def test_what_is_told_is_consistent(parts, words):
    """Whatever happens and whatever people say: one crisis at a time, numbered without gaps, dated on boundaries,
    with evidence that adds up and never shrinks."""
    mentions, monitor, told, at = story(parts), brand(HASTY), [], TODAY
    for minute, verdict in sorted(words):
        boundary = max(at, TODAY + minute * MINUTE)
        here = [mention for mention in mentions if at * 1000 <= mention.at_ms < boundary * 1000]
        told += monitor.advance(boundary, windows(here), stop=True)
        told += word(monitor, verdict) or []
        at = boundary
    told += live(monitor, [mention for mention in mentions if mention.at_ms >= at * 1000], LATER)
    for before, after in pairwise(told):
        assert before.at <= after.at
        one, other = before.change.crisis, after.change.crisis
        if after.change.verb == "opened":
            assert one.state in {"closed", "dismissed"}
            assert one.crisis_id != other.crisis_id
        else:
            assert (one.crisis_id, one.revision + 1) == (other.crisis_id, other.revision)
            assert before.evidence.size.mentions <= after.evidence.size.mentions
            assert before.evidence.size.unique_authors <= after.evidence.size.unique_authors
    for transition in told:
        crisis, evidence, size = transition.change.crisis, transition.evidence, transition.evidence.size
        assert crisis.first_signal_at < crisis.opened_at <= crisis.updated_at == transition.at
        assert 0 == crisis.first_signal_at % MINUTE
        stamp = datetime.fromtimestamp(crisis.first_signal_at, UTC).strftime("%Y%m%dT%H%M%SZ")
        assert crisis.crisis_id.startswith(f"acme-{stamp}")
        assert 1 <= len(evidence.signals) <= 10
        assert size.unique_authors <= size.mentions
        assert size.boycott_authors <= size.boycott_mentions <= size.mentions
        assert size.negative_authors <= size.negative_mentions <= size.mentions
        assert 0.0 <= size.negative_share_low <= size.negative_share <= size.negative_share_high <= 1.0
        assert sum(size.platforms.values()) == size.mentions == sum(place.mentions for place in evidence.spread)
        seen = [place.first_seen_at_ms for place in evidence.spread]
        assert sorted(seen) == seen
        # a first signal of over an hour ago is remembered in cells of ten minutes
        grain = 0 if crisis.opened_at - crisis.first_signal_at <= HOUR else 10 * MINUTE
        assert all(first >= (crisis.first_signal_at - grain) * 1000 for first in seen)


def test_going_through_the_past_again_tells_nothing():
    """After a restore the additions since the last whole record are replayed: they were told when they happened."""
    monitor = brand()
    monitor.replaying = True
    assert live(monitor, stormy_day(), STORM_AT + HOUR) == []


def test_a_snapshot_of_another_version_is_refused():
    """Better than a brand that remembers nonsense."""
    state = json.loads(calm_days()) | {"version": 99}
    with pytest.raises(ValueError, match="version 99"):
        BrandMonitor.restore("acme", POLICY, state)


@pytest.mark.parametrize("part", sorted(HALF_LIVES))
def test_what_was_learned_with_another_half_life_begins_anew(part):
    """And nothing else: the rest is as it was."""
    state, new = json.loads(calm_days()), BrandMonitor("acme", POLICY).snapshot()
    state["half_lives"][part] = [1.0]
    restored = json.loads(json.dumps(BrandMonitor.restore("acme", POLICY, state).snapshot()))
    assert json.loads(json.dumps(new[part])) == restored[part] != state[part]
    assert {**state, "half_lives": None, part: None} == {**restored, "half_lives": None, part: None}


def test_state_that_was_recorded_is_what_is_stored():
    """One was kept of this version: whoever changes what is stored says so by its version."""
    stored = inflated(RECORDED[VERSION].read_bytes())
    assert stored == inflated(deflated(BrandMonitor.restore("acme", POLICY, stored).snapshot()))


@pytest.mark.parametrize("version", sorted(RECORDED))
def test_state_of_this_release_and_of_the_one_before_is_read(version):
    """The storm goes on as if nothing had been updated; a restart reads what was stored since."""
    stored = inflated(RECORDED[version].read_bytes())
    assert stored["version"] == version
    monitor = restarted(BrandMonitor.restore("acme", POLICY, stored))
    rest = [mention for mention in stormy_day() if mention.at_ms / 1000 >= STORM_AT + HOUR]
    assert "resolved" in verbs(live(monitor, rest, STORM_AT + 12 * HOUR))
    assert monitor.lifecycle.crisis.crisis_id == stored["lifecycle"]["crisis"]["crisis_id"]


def test_a_crisis_is_restored_under_another_policy():
    """A changed limit takes effect from the next window on: what was severe is left behind where nothing reaches it."""
    monitor = brand()
    live(monitor, stormy_day(), STORM_AT + HOUR)
    monitor = BrandMonitor.restore("acme", DEAF, json.loads(json.dumps(monitor.snapshot())))
    rest = [mention for mention in stormy_day() if mention.at_ms / 1000 >= STORM_AT + HOUR]
    assert verbs(live(monitor, rest, STORM_AT + 4 * HOUR))[-1] == "resolved"


def test_the_state_does_not_grow_with_time():
    """A brand of twenty mentions an hour weighs after six more days what it weighed after three."""
    monitor = brand()
    live(monitor, talk(TODAY, 6 * 24, PER_HOUR, seed=21, terms=("tea",)), TODAY + 6 * DAY)
    assert len(json.dumps(monitor.snapshot())) < 1.3 * len(calm_days())


@pytest.mark.slow
def test_the_state_is_flat_over_a_hundred_thousand_windows():
    """Ten weeks of a minute each, with threads, copies and storms in them: the last five weigh what the first did, in text and
    in memory."""
    monitor, weights, sizes = brand(), [], []
    week = [(start - TODAY, observations) for start, observations in windows(restless(1, days=7, per_hour=6))]
    tracemalloc.start()
    for number in range(10):
        begin = TODAY + number * 7 * DAY
        here = [(begin + at, [_moved(one, begin - TODAY) for one in observations]) for at, observations in week]
        monitor.advance(begin + 7 * DAY, here)
        del here
        gc.collect()
        weights.append(len(json.dumps(monitor.snapshot())))
        sizes.append(tracemalloc.get_traced_memory()[0])
    tracemalloc.stop()
    assert 100_000 <= 10 * 7 * DAY // MINUTE
    assert max(weights[5:]) < 1.02 * max(weights[:5])
    assert max(sizes[5:]) < 1.1 * max(sizes[:5])


def _moved(mention, seconds: int):
    """The same, later."""
    return replace(mention, at_ms=mention.at_ms + 1000 * seconds, mention_id=f"{mention.mention_id}+{seconds}")


def test_calls_to_boycott_do_not_teach_that_they_are_usual():
    """Hot by its own score, though nobody is unhappy: thirty of them teach no more than the first."""
    monitor = brand()
    calls = [said(TODAY + number * 10 * MINUTE, person("caller", number), boycott=True) for number in range(30)]
    monitor.advance(TODAY + 6 * HOUR, windows(calm(6) + calls))
    (reading,) = (reading for reading in monitor._readings(TODAY + 6 * HOUR) if reading.name == "boycott")
    assert reading.observed >= 25
    assert reading.expected < reading.observed / 100
