"""What is usual for a brand in the world of people, by its parameters: for tests that know the truth."""

from __future__ import annotations

from math import erf, exp, log, sqrt

from stream.lab.people.days import PULL_SPREAD, TOPICS_PART, Days
from stream.lab.people.draws import capped_pareto_square
from stream.lab.people.places import PLACES
from stream.lab.people.public import Public
from stream.lab.people.talk import ASLEEP, BURN_IN_HOURS, DELAY_LOG, DELAY_SPREAD, LONGEST_DELAY, PULL_SHAPE, pull_cap
from stream.lab.scenario import HOUR, Normal

GENERATIONS = 6
TOPICS_DISPERSION = 0.022
"""Of what the topics of the day add and take, seen over many days."""


def normal(public: Public) -> Normal:
    """Of a brand's ordinary talk, hour by hour of its scenario."""
    start = public.scenario.start
    middles = [start + (number + 0.5) * HOUR for number in range(-BURN_IN_HOURS, public.scenario.hours)]
    return Normal(
        mentions=tuple(_mentions(public, middles)[BURN_IN_HOURS:]),
        negative_share=tuple(public.negative_share(at) for at in middles[BURN_IN_HOURS:]),
        true_positive_rate=public.scorer.true_positive_rate,
        false_positive_rate=public.scorer.false_positive_rate,
        dispersion=_dispersion(public),
    )


def _mentions(public: Public, middles: list[float]) -> list[float]:
    """First posts, and generation after generation what they draw."""
    places = [(part, PLACES[platform]) for platform, part in public.places.items()]
    size = sum(part * place.thread_size for part, place in places)
    usual = [public.brand.mentions_per_hour * public.days.usual(at) for at in middles]
    total = [value / size for value in usual]
    drawn, left = total, (size - 1.0)
    replies = [part * place.replies for part, place in places]
    reposts = sum(part * place.reposts for part, place in places)
    for generation in range(1, GENERATIONS + 1):
        drawn = _later(public.days, middles, drawn)
        heads = left if generation == GENERATIONS else reposts + sum(replies)
        total = [sum_ + heads * value for sum_, value in zip(total, drawn, strict=True)]
        left -= heads
        reposts = sum(count * place.reply_reposts for count, (_, place) in zip(replies, places, strict=True))
        replies = [count * place.reply_replies for count, (_, place) in zip(replies, places, strict=True)]
    return total


def _later(days: Days, middles: list[float], values: list[float]) -> list[float]:
    """When answers come to what was said: after a delay, or in the morning."""
    delayed = _spread(values, _delays())
    awake = [value * days.awake(at) for at, value in zip(middles, delayed, strict=True)]
    asleep = [all_ - up for all_, up in zip(delayed, awake, strict=True)]
    return [now + then for now, then in zip(awake, _spread(asleep, _mornings()), strict=True)]


def _spread(values: list[float], lags: list[float]) -> list[float]:
    """Each value is spread over the hours after it. What came before the first is as much as the first."""
    before = [values[0]] * (len(lags) - 1) + values
    return [
        sum(lag * before[hour + len(lags) - 1 - after] for after, lag in enumerate(lags)) for hour in range(len(values))
    ]


def _delays() -> list[float]:
    """Part of the answers that come so many whole hours later, to posts from anywhere in their hour."""
    hours = int(LONGEST_DELAY / HOUR)

    def within(seconds: float) -> float:
        return 0.5 + 0.5 * erf((log(seconds) - DELAY_LOG) / (DELAY_SPREAD * sqrt(2.0))) if seconds > 0.0 else 0.0

    steps = [(step + 0.5) / 20 for step in range(20)]
    parts = [
        sum(within((lag + 1 - step) * HOUR) - within(max(0.0, lag - step) * HOUR) for step in steps) / len(steps)
        for lag in range(hours + 1)
    ]
    return [part + (1.0 - sum(parts)) / len(parts) for part in parts]


def _mornings() -> list[float]:
    """The same of those who sleep first: evenly over some hours, rounded as an hour's middle is."""
    first, last = (int(seconds / HOUR) for seconds in ASLEEP)
    inner = 1.0 / (last - first)
    return [0.0] * first + [inner / 2] + [inner] * (last - first - 1) + [inner / 2]


def _dispersion(public: Public) -> float:
    """Topics of the day, and threads: how often two mentions of one hour are of one thread."""
    pulled = 1.0 - TOPICS_PART + TOPICS_PART * exp(PULL_SPREAD**2)
    delays, week = _delays(), [hour * HOUR for hour in range(168)]
    awake = sum(public.days.awake(at) for at in week) / len(week)
    same, both = awake * delays[0], awake**2 * sum(part * part for part in delays)
    square = capped_pareto_square(PULL_SHAPE, pull_cap(public.brand.mentions_per_hour)) * pulled
    size = pairs = 0.0
    for platform, part in public.places.items():
        place = PLACES[platform]
        direct, drawn = place.reposts + place.replies, place.thread_size - 1.0
        size += part * place.thread_size
        below = place.all_replies * (place.reply_reposts + place.reply_replies)
        pairs += part * (2.0 * (direct + below) * same + square * drawn * drawn * both)
    return TOPICS_DISPERSION + pairs / size / public.brand.mentions_per_hour
