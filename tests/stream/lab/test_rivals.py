"""Alert rules of other products, each on a little series whose arithmetic fits in the head.

A series is given by the hour, an hour's mentions all in its last ten minutes: so any hour that ends at some ten minutes
holds the mentions of one hour of the series, and an hour is judged at its end. An alert is told by the number of hours
fed until then. Each rule is shown the largest count at which it has to be silent, and the one at which it has to speak.
"""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from stream.lab.rivals import RULES, Alert, Rivals
from stream.lab.tally import TEN_MINUTES, Bucket

MIDNIGHT = 1_767_571_200
EVEN_AND_ODD = [4, 6] * 96
"""Eight days: mean 5, deviation 1."""


def spoken(
    rule: str, hours: Iterable[int], negative: Iterable[int] | None = None, series: str = "all", platforms: int = 1
) -> list[float]:
    """After which hours a rule speaks on a series. All mentions have a sentiment; none is negative unless given."""
    mentions = list(hours)
    unhappy = [0] * len(mentions) if negative is None else list(negative)
    rivals = Rivals()
    for hour, (count, below) in enumerate(zip(mentions, unhappy, strict=True)):
        for minutes in range(0, 60, 10):
            last = minutes == 50
            start = MIDNIGHT + (hour * 60 + minutes) * 60
            rivals.step("a", Bucket(start, count * last, count * last, below * last, 0, 0, platforms, 1))
    return heard(rivals, rule, series)


def heard(rivals: Rivals, rule: str, series: str = "all") -> list[float]:
    """In hours after the beginning."""
    return [(alert.at - MIDNIGHT) / 3600 for alert in rivals.alerts if (rule, series) == (alert.rule, alert.series)]


@pytest.mark.parametrize(
    ("rule", "usual", "limit"),
    [
        ("meltwater", 5, 10),  # twice 5
        ("agility_pr", 6, 15),  # 6 + 150 %
        ("axur", 6, 24),  # 6 + 300 %
        ("newspoint", 6, 12),  # twice 6
        ("pivony_1h", 6, 18),  # 6 + 200 %
        ("vista_volume", 6, 18),  # three times 6
        ("grafana_adaptive", 8, 12),  # 8 and half of it; there is no spread
        ("grafana_robust", 8, 12),
        *((rule, 1, 9) for rule in ("meltwater", "agility_pr", "axur", "newspoint", "pivony_1h", "vista_volume")),
        ("grafana_adaptive", 1, 9),  # the floor: at least ten in the hour
        ("grafana_robust", 1, 9),
        ("huginn", 1, 9),
    ],
)
def test_an_hour_far_over_the_usual(rule: str, usual: int, limit: int) -> None:
    """At the limit silence, one more is an alert. The hour ends 194 hours in: eight days, and an even number."""
    assert [] == spoken(rule, [usual] * 193 + [limit])
    assert [194] == spoken(rule, [usual] * 193 + [limit + 1])


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("axur", list(range(1, 14))),  # every hour
        ("agility_pr", [1, 7, 13]),  # every six hours; the mean of the week is 12 by then, x2.5 is 31
        ("newspoint", [1, 7, 13]),
        ("vista_volume", [1, 2, 3, 4, 5, 6, 7]),  # every hour; after seven the day's mean is over 33, x3 is 100
        ("pivony_1h", [1, 7]),  # after six hours the day's mean is 29.5, x3 is 88.5
        ("meltwater", [1]),  # after six hours the mean of twelve is 53, twice that is 106
    ],
)
def test_a_hundred_an_hour_for_thirteen_hours(rule: str, expected: list[int]) -> None:
    """What was 6 an hour: how often a rule repeats itself, and when its own baseline makes it deaf."""
    assert expected == [hour - 193 for hour in spoken(rule, [6] * 193 + [100] * 13)]


def test_meltwater_looks_at_the_day_and_the_week_before() -> None:
    """6 in the same hour, a day or a week ago: twice that is 12, while twice the mean of twelve hours is 10."""
    for ago in (24, 168):
        quiet = [5] * 192
        quiet[192 - ago] = 6
        assert [] == spoken("meltwater", [*quiet, 12])
        assert [193] == spoken("meltwater", [*quiet, 13])


def test_exorde_wants_five_deviations_and_several_places() -> None:
    """5 + 5 x 1 = 10; one platform and one language are not several."""
    assert [] == spoken("exorde", [*EVEN_AND_ODD, 10], platforms=2)
    assert [193] == spoken("exorde", [*EVEN_AND_ODD, 11], platforms=2)
    assert [] == spoken("exorde", [*EVEN_AND_ODD, 11], platforms=1)


def test_exorde_says_it_once_in_six_hours() -> None:
    """100, five hours later and six hours later: a hundred among 200 hours adds 7 to the deviation."""
    assert [193, 199] == spoken("exorde", [*EVEN_AND_ODD, 100, 5, 5, 5, 5, 100, 100], platforms=2)


@pytest.mark.parametrize(("factor", "limit"), [("1.5", 42), ("2", 54), ("3", 78)])
def test_socialmetrix_compares_a_day_with_a_week(factor: str, limit: int) -> None:
    """Limits of the mean hour are 6.5, 7 and 8: 156, 168 and 192 a day. 23 hours of 4 and 6 are 114 of these."""
    quiet = EVEN_AND_ODD + EVEN_AND_ODD[:23]
    assert [] == spoken(f"socialmetrix_{factor}sd", [*quiet, limit])
    assert [216] == spoken(f"socialmetrix_{factor}sd", [*quiet, limit + 1])


def test_socialmetrix_keeps_notifying_while_it_is_exceeded() -> None:
    """One hour of a hundred stays in the mean of a day for a day: 24 alerts."""
    quiet = EVEN_AND_ODD + EVEN_AND_ODD[:24]
    assert list(range(217, 241)) == spoken("socialmetrix_3sd", [*quiet, 100, *EVEN_AND_ODD[:30]])


def ten_minutes(counts: list[int]) -> list[float]:
    """When MutualMind speaks, in buckets fed until then."""
    rivals = Rivals()
    for number, count in enumerate(counts):
        rivals.step("a", Bucket(MIDNIGHT + number * TEN_MINUTES, count, count, 0, 0, 0, 1, 1))
    return [round(6 * hours) for hours in heard(rivals, "mutualmind")]


def test_mutualmind_looks_at_ten_minutes() -> None:
    """Twice 3 of six hours is 6; then every ten minutes again; and nothing below five."""
    assert [] == ten_minutes([3] * 36 + [6])
    assert [37, 38, 39] == ten_minutes([3] * 36 + [7] * 3)
    assert [] == ten_minutes([1] * 36 + [4])
    assert [37] == ten_minutes([1] * 36 + [5])


def test_pivony_compares_a_day_with_a_week() -> None:
    """6 an hour are 144 a day; +100 % are 288: 23 hours of 6 and one of 150. A day later the hour is out of it."""
    assert [] == spoken("pivony_24h", [6] * 191 + [150] + [6] * 30)
    assert [192] == spoken("pivony_24h", [6] * 191 + [151] + [6] * 30)


def test_pivony_compares_a_week_with_four() -> None:
    """6 an hour are 1008 a week; +50 % are 1512: 167 hours of 6 and one of 510."""
    assert [] == spoken("pivony_7d", [6] * 503 + [510])
    assert [504] == spoken("pivony_7d", [6] * 503 + [511])


def test_pivony_keeps_quiet_for_a_week() -> None:
    """A second burst 100 hours later is told when the week is over: 3002 against 1.5 x 1673."""
    assert [504, 672] == spoken("pivony_7d", [6] * 503 + [2000] + [6] * 99 + [2000] + [6] * 68)


def test_what_is_older_than_five_weeks_is_forgotten() -> None:
    """A loud first week of seven: four weeks before the last one know nothing of it."""
    assert [1176] == [hour for hour in spoken("pivony_7d", [60] * 168 + [6] * 1007 + [511]) if hour > 1000]


def test_wizikey_compares_today_with_the_days_before() -> None:
    """144 a day; the first hour of the ninth day holds more than two of these. Said once a day."""
    assert [] == spoken("wizikey", [6] * 192 + [288] + [0] * 30)
    assert [193] == spoken("wizikey", [6] * 192 + [289] + [6] * 30)


def test_vista_looks_for_a_sharp_rise_of_the_share() -> None:
    """20 % the day before; 35 % are 15 points more. With 36 % an hour, 23 hours make 35.3 %, and 24 make 36 %."""
    volume = [100] * 48
    assert [] == spoken("vista_negativity", volume, [20] * 24 + [35] * 24, "share")
    assert [47, 48] == spoken("vista_negativity", volume, [20] * 24 + [36] * 24, "share")


def test_vista_has_a_floor_of_the_share() -> None:
    """One half of a day, said every hour; of at least 20 mentions."""
    assert [] == spoken("vista_negativity", [100] * 26, [50] * 26, "share")
    assert [24, 25, 26] == spoken("vista_negativity", [100] * 26, [51] * 26, "share")
    assert [] == spoken("vista_negativity", [0] * 23 + [19], [0] * 23 + [19], "share")
    assert [24] == spoken("vista_negativity", [0] * 23 + [20], [0] * 23 + [20], "share")


def test_sightlabs_compares_two_scans() -> None:
    """12 of 60 are 20 %, 15 of 60 are 25 %, 16 are 26.7 %; fewer than 50 are not looked at."""
    assert [] == spoken("sightlabs", [10] * 12, [2] * 6 + [2, 2, 2, 3, 3, 3], "share")
    assert [12] == spoken("sightlabs", [10] * 12, [2] * 6 + [2, 2, 3, 3, 3, 3], "share")
    assert [] == spoken("sightlabs", [10] * 6 + [8] * 5 + [9], [2] * 6 + [8] * 6, "share")
    assert [12] == spoken("sightlabs", [10] * 6 + [8] * 5 + [10], [2] * 6 + [8] * 6, "share")


def test_youscan_looks_at_growth_over_the_day_before() -> None:
    """Twice 150; a brand of 149 a day is too small; of negative ones 50 are needed. Said once a day."""

    def days(first: int, second: int) -> list[int]:
        return [*[0] * 23, first, *[0] * 23, second, *[0] * 10]

    assert [] == spoken("youscan", days(150, 300))
    assert [48] == spoken("youscan", days(150, 301))
    assert [] == spoken("youscan", days(149, 400))
    assert [] == spoken("youscan", days(150, 150), days(10, 49), "negative")
    assert [48] == spoken("youscan", days(150, 150), days(10, 50), "negative")


def test_huginn_wants_three_deviations() -> None:
    """Mean 10, deviation 2: the limit is 16."""
    quiet = [8, 12] * 96
    assert [] == spoken("huginn", [*quiet, 16])
    assert [193] == spoken("huginn", [*quiet, 17])


def test_huginn_leaves_two_days_between_peaks() -> None:
    """A peak 47 hours later is not told, one 48 hours later is."""
    assert [193, 241] == spoken("huginn", [8, 12] * 96 + [100] + [10] * 46 + [100, 100])


@pytest.mark.parametrize("rule", ["grafana_adaptive", "grafana_robust"])
def test_grafana_has_a_band(rule: str) -> None:
    """4 and 16: mean and median are 10, both spreads 6, so the band ends at 22; so does that of the day before."""
    quiet = [4, 16] * 96
    assert [] == spoken(rule, [*quiet, 22])
    assert [193] == spoken(rule, [*quiet, 23])


@pytest.mark.parametrize("rule", ["grafana_adaptive", "grafana_robust"])
def test_grafana_remembers_the_week_before(rule: str) -> None:
    """A hundred in the same hour of last week and 8 in the one before are 54, smoothed. There is no spread."""
    quiet = [8] * 192
    quiet[192 - 168] = 100
    assert [] == [hour for hour in spoken(rule, [*quiet, 54]) if hour > 100]
    assert [193] == [hour for hour in spoken(rule, [*quiet, 55]) if hour > 100]


@pytest.mark.parametrize("rule", ["grafana_adaptive", "grafana_robust"])
def test_grafana_drops_what_is_sparse(rule: str) -> None:
    """Nothing an hour is below one an hour."""
    assert [] == spoken(rule, [0] * 192 + [50])


def test_new_relic_predicts_the_hour() -> None:
    """12 are usual in every second hour, and news in the others, which have 8."""
    assert [] == spoken("new_relic", [8, 12] * 169)
    assert [337] == spoken("new_relic", [8, 12] * 168 + [12, 12])


def test_new_relic_knows_its_errors() -> None:
    """One error of 130 in a week of 168 hours: the deviation is 130 x sqrt(167) / 168 = 10.0, the limit 10 + 30."""
    quiet = [10] * 336
    quiet[330] = 140
    assert [] == spoken("new_relic", [*quiet, 39])
    assert [337] == spoken("new_relic", [*quiet, 40])


def test_an_engineer_looks_at_negative_ones() -> None:
    """Three times 4 is 12; at one an hour ten are needed; and again after six hours."""

    def angry(usual: int, then: list[int]) -> list[float]:
        return spoken("engineer", [20] * (192 + len(then)), [usual] * 192 + then, "negative")

    assert [] == angry(4, [12])
    assert [193] == angry(4, [13])
    assert [] == angry(1, [9])
    assert [193] == angry(1, [10])
    assert [193, 199] == angry(4, [40] * 12)


def test_a_metronome_hears_nothing() -> None:
    """And ticks."""
    assert [6, 12, 18, 24] == spoken("metronome", [0] * 24, series="-")


def test_a_week_needs_four_days() -> None:
    """A rule is silent until then, and takes what there is from then on."""
    assert [] == spoken("axur", [6] * 94 + [100])
    assert [96] == spoken("axur", [6] * 95 + [100])


def test_joy_is_no_negative_series() -> None:
    """Each series has its own baseline: joy raises the one, a turn of mood the other."""
    joy = ([20] * 192 + [90], [10] * 193)
    assert [193] == spoken("axur", *joy)
    assert [] == spoken("axur", *joy, "negative")
    turn = ([60] * 193, [10] * 192 + [60])
    assert [] == spoken("axur", *turn)
    assert [193] == spoken("axur", *turn, "negative")


def test_brands_do_not_disturb_each_other() -> None:
    """A loud one beside a quiet one; alerts say whose they are."""
    rivals = Rivals()
    for number in range(37):
        start = MIDNIGHT + number * TEN_MINUTES
        rivals.step("a", Bucket(start, 3, 3, 0, 0, 0, 1, 1))
        rivals.step("b", Bucket(start, 30 if number == 36 else 3, 3, 0, 0, 0, 1, 1))
    assert [Alert("mutualmind", "all", "b", MIDNIGHT + 37 * TEN_MINUTES)] == [
        alert for alert in rivals.alerts if alert.rule != "metronome"
    ]


def test_the_table_says_what_there_is() -> None:
    """Each name once, a sentence, and a time to be quiet."""
    assert len(RULES) == len({name for name, _, _ in RULES})
    for name, does, cool_down in RULES:
        assert name == name.lower()
        assert does.endswith(".")
        assert cool_down >= 0
