"""The rules: what the products publish, and what had to be assumed where they publish nothing.

The facts are of manuals, help pages and rule files, by their keys:

AG1 help.agilitypr.com, coverage surge alert · AX1 help.axur.com, anomaly alert · EX1 docs.exorde.io, alerts · GA1
github.com/grafana/promql-anomaly-detection · HG1 github.com/huginn/huginn, peak detector agent · MM1
support.mutualmind.com, keyword alerts · MW1 community.meltwater.com, alert types · NP1 help.newspoint.pl, alerts · NR1
github.com/newrelic/docs-website, anomaly detection · PV1 pivony.notion.site, alerts · SL1 sightlabs.app, alerts · SM1
socialmetrix.freshdesk.com, variation alerts · VS1 support.vistasocial.com, alerts · WZ1 wizikey.com, mention spikes ·
YS1 help.youscan.io, trends
"""

from __future__ import annotations

from typing import NamedTuple

from stream.lab.rivals.conditions import (
    Always,
    Band,
    Condition,
    Deviations,
    Growth,
    Share,
    Surprise,
    Times,
    Today,
    mean_and_deviation,
    median_and_deviation,
)
from stream.lab.rivals.past import DAY, HOUR, WEEK
from stream.lab.tally import TEN_MINUTES

COUNTS = ("all", "negative")
MOST_OF_A_WEEK = 4 * DAY


class Rule(NamedTuple):
    """One rule. Times in seconds."""

    name: str
    does: str
    """In a sentence, with the key of its source."""
    assumed: str
    """What the source leaves open."""
    condition: Condition
    needs: int
    """So long a past, before it may speak."""
    every: int = TEN_MINUTES
    """How often it looks: at multiples of this."""
    cool_down: int = 6 * HOUR
    """How long it keeps quiet after an alert; 0: it repeats itself as often as it looks."""
    series: tuple[str, ...] = COUNTS
    """What it is run on: `all` mentions, `negative` ones, the `share` of these, or `-`, nothing."""


def _socialmetrix(factor: float) -> Rule:
    return Rule(
        f"socialmetrix_{factor:g}sd",
        f"The mean hour of the last day is more than {factor:g} standard deviations over the seven-day mean (SM1).",
        "The deviation is that of the hours of the seven days before the last day; it goes on notifying, as documented.",
        Deviations(factor, DAY, WEEK),
        needs=DAY + MOST_OF_A_WEEK,
        every=HOUR,
        cool_down=0,
    )


RIVALS: tuple[Rule, ...] = (
    Rule(
        "meltwater",
        "The last hour is over the previous 12 hours, and over the same hour of the previous day and week (MW1).",
        "Over means more than twice, each time.",
        Times(2.0, HOUR, 12 * HOUR, again=(DAY, WEEK)),
        needs=WEEK + HOUR,
    ),
    Rule(
        "exorde",
        "The last hour is more than five standard deviations over 14 days, and seen in several places (EX1).",
        "Several platforms or languages within ten minutes stand for several domains and languages; no model is asked.",
        Deviations(5.0, HOUR, 2 * WEEK, wide=True),
        needs=WEEK,
    ),
    _socialmetrix(1.5),
    _socialmetrix(2.0),
    _socialmetrix(3.0),
    Rule(
        "agility_pr",
        "The hourly rate is a percentage over that of the previous seven days (AG1).",
        "The rate is that of the last hour, the percentage +150.",
        Times(2.5, HOUR, WEEK),
        needs=MOST_OF_A_WEEK,
    ),
    Rule(
        "axur",
        "Every hour: the last hour is 300 % over the hourly mean of the seven days before it (AX1).",
        "The page says hourly and names no cool-down: it repeats itself while it is over.",
        Times(4.0, HOUR, WEEK),
        needs=MOST_OF_A_WEEK,
        every=HOUR,
        cool_down=0,
    ),
    Rule(
        "mutualmind",
        "Ten minutes hold more than twice their mean of the last six hours; up to six e-mails an hour (MM1).",
        "At least five mentions in the ten minutes.",
        Times(2.0, TEN_MINUTES, 6 * HOUR, least=5),
        needs=6 * HOUR + TEN_MINUTES,
        cool_down=0,
    ),
    Rule(
        "newspoint",
        "The last hour is over a limit averaged from the last week (NP1).",
        "The limit is twice the hourly mean of the seven days before.",
        Times(2.0, HOUR, WEEK),
        needs=MOST_OF_A_WEEK,
    ),
    Rule(
        "pivony_1h",
        "Every two hours: the last hour is a percentage over the last 24 hours (PV1).",
        "The percentage is +200.",
        Times(3.0, HOUR, DAY),
        needs=DAY + HOUR,
        every=2 * HOUR,
    ),
    Rule(
        "pivony_24h",
        "Every two hours: the last 24 hours are a percentage over the last seven days (PV1).",
        "The percentage is +100; then quiet for 24 hours.",
        Times(2.0, DAY, WEEK),
        needs=DAY + MOST_OF_A_WEEK,
        every=2 * HOUR,
        cool_down=DAY,
    ),
    Rule(
        "pivony_7d",
        "Every two hours: the last seven days are a percentage over the last four weeks (PV1).",
        "The percentage is +50; then quiet for seven days.",
        Times(1.5, WEEK, 4 * WEEK),
        needs=3 * WEEK,
        every=2 * HOUR,
        cool_down=WEEK,
    ),
    Rule(
        "wizikey",
        "Today holds a multiple of the daily mean of the seven days before (WZ1).",
        "More than twice; days are UTC; looks every hour, then quiet for 24 hours.",
        Today(2.0),
        needs=DAY + MOST_OF_A_WEEK,
        every=HOUR,
        cool_down=DAY,
    ),
    Rule(
        "vista_volume",
        "The last hour is far over recent hours; quiet for an hour after an alert (VS1).",
        "Medium sensitivity is more than three times the mean of the 24 hours before.",
        Times(3.0, HOUR, DAY),
        needs=DAY + HOUR,
        cool_down=HOUR,
    ),
    Rule(
        "vista_negativity",
        "The negative share of a day is over a floor, or rises sharply; quiet for an hour after an alert (VS1).",
        "Over one half, or 15 points over the day before; at least 20 mentions with a sentiment a day.",
        Share(0.15, DAY, least=20, floor=0.5),
        needs=DAY,
        cool_down=HOUR,
        series=("share",),
    ),
    Rule(
        "sightlabs",
        "The negative share rises by more than five points from one scan to the next (SL1).",
        "A scan every six hours, of these six hours, with at least 50 mentions that have a sentiment.",
        Share(0.05, 6 * HOUR, least=50),
        needs=12 * HOUR,
        every=6 * HOUR,
        cool_down=0,
        series=("share",),
    ),
    Rule(
        "youscan",
        "A day of at least 50 mentions grows significantly over the day before (YS1).",
        "More than twice; quiet under 150 mentions of all kinds a day; looks every hour, then quiet for 24 hours.",
        Growth(2.0, least=50, least_mentions=150),
        needs=2 * DAY,
        every=HOUR,
        cool_down=DAY,
    ),
    Rule(
        "huginn",
        "The last hour is more than three standard deviations over two weeks; two days between peaks (HG1).",
        "A point is an hour, and a peak is told on its rise.",
        Deviations(3.0, HOUR, 2 * WEEK),
        needs=WEEK,
        every=HOUR,
        cool_down=2 * DAY,
    ),
    Rule(
        "grafana_adaptive",
        "The last hour is above mean + two deviations of 26 hours, a 50 % margin and daily and weekly bands (GA1).",
        "Seasonal bands are the smoothed hour and two deviations; under one an hour on average is too sparse.",
        Band(mean_and_deviation, 26 * HOUR),
        needs=27 * HOUR,
    ),
    Rule(
        "grafana_robust",
        "The same with the median and two median absolute deviations of 24 hours (GA1).",
        "As for the other; needs 26 hours, for the band of the day before.",
        Band(median_and_deviation, DAY),
        needs=26 * HOUR,
    ),
    Rule(
        "new_relic",
        "The last hour is three standard deviations of the prediction error of seven days over its prediction (NR1).",
        "The model is not published: the mean of the same hour on seven days predicts; the hour is the duration.",
        Surprise(3.0),
        needs=2 * WEEK + HOUR,
        every=HOUR,
    ),
    Rule(
        "engineer",
        "Three times the mean hour of negative mentions of the week before, at least ten: what one would write oneself.",
        "Looks every ten minutes.",
        Times(3.0, HOUR, WEEK),
        needs=MOST_OF_A_WEEK,
        series=("negative",),
    ),
    Rule(
        "metronome",
        "One alert every six hours, whatever happens: what recall is worth by itself.",
        "",
        Always(),
        needs=0,
        every=6 * HOUR,
        cool_down=0,
        series=("-",),
    ),
)
