"""The test that knows what is usual: one ratio by hand, and what it opens on streams of buckets."""

from __future__ import annotations

import math
from random import Random

import pytest

from stream.lab.flow.noise import poisson
from stream.lab.ideal import FACTORS, TARGET, Ideal
from stream.lab.scoring import Judged, judge
from stream.lab.tally import TEN_MINUTES, Bucket
from stream.lab.truth import TrueStory, Truth
from tests.truths import DAY, HOUR, JUDGED, START, story, truth

RATE, SHARE, HIT, FALSE, DISPERSION = 40.0, 0.2, 0.7, 0.1, 0.05
"""Of `tests.truths.truth`."""


def bucket(start: float, mentions: int, negative: int, scored: int | None = None) -> Bucket:
    return Bucket(int(start), mentions, mentions if scored is None else scored, negative, 0, 0, 1, 1)


def scores(*buckets: Bucket, known: Truth | None = None) -> list[float]:
    ideal = Ideal(known or truth())
    for one in buckets:
        ideal.step("acme", one)
    return [score for _, score in ideal._scores["acme"]]


def log_negative_binomial(count: int, mean: float) -> float:
    """Of `count` where variance = mean + dispersion x mean squared."""
    size = 1.0 / DISPERSION
    chances = math.lgamma(count + size) - math.lgamma(size) - math.lgamma(count + 1)
    return chances + size * math.log(size / (size + mean)) + count * math.log(mean / (size + mean))


def log_binomial(hits: int, total: int, share: float) -> float:
    chances = math.lgamma(total + 1) - math.lgamma(hits + 1) - math.lgamma(total - hits + 1)
    return chances + hits * math.log(share) + (total - hits) * math.log(1 - share)


def test_the_score_of_one_bucket_is_the_best_likelihood_ratio() -> None:
    """The probabilities written out whole: 20 mentions, 14 of them negative, where 40 / 6 are usual."""
    usual, unhappy = RATE / 6, RATE / 6 * SHARE

    def log_likelihood(factor: float) -> float:
        mean = usual + (factor - 1) * unhappy
        negative = unhappy * factor * HIT + (usual - unhappy) * FALSE
        return log_negative_binomial(20, mean) + log_binomial(14, 20, negative / mean)

    expected = max(log_likelihood(factor) for factor in FACTORS) - log_likelihood(1.0)
    assert expected > 10
    assert [pytest.approx(expected, rel=1e-6)] == scores(bucket(START, 20, 14))


def test_fewer_unhappy_ones_than_usual_are_nothing() -> None:
    assert [0.0, 0.0] == scores(bucket(START, 0, 0), bucket(START + TEN_MINUTES, 30, 1))


def test_an_outage_of_the_scorer_is_no_silence() -> None:
    """Nothing is expected of it: what comes after is not weighed against it."""
    before = [bucket(START + number * TEN_MINUTES, 7, 1) for number in range(6)]
    after = [bucket(START + number * TEN_MINUTES, 7, 4) for number in (7, 8)]
    outage, silence = bucket(START + 6 * TEN_MINUTES, 7, 0, scored=0), bucket(START + 6 * TEN_MINUTES, 0, 0)
    assert scores(*before, outage, *after)[-1] > scores(*before, silence, *after)[-1] > 0


def test_a_scorer_that_never_errs_and_a_brand_that_is_never_unhappy_are_no_error() -> None:
    known = truth(negative_share=[0.0] * 504, false_positive_rate=0.0)
    assert all(math.isfinite(score) for score in scores(bucket(START, 20, 14), known=known))


def test_brands_it_does_not_know_and_times_beyond_the_truth_are_no_error() -> None:
    ideal = Ideal(truth())
    ideal.step("other", bucket(START, 9, 9))
    ideal.step("acme", bucket(START - HOUR, 9, 1))
    ideal.step("acme", bucket(START + 90 * DAY, 9, 1))
    assert {"acme"} == {alarm.brand_id for alarm in ideal.alarms()} | {"acme"}


def stream(known: Truth, seed: int) -> Judged:
    """Alarms on three weeks as the truth has it: two hours' gamma noise, a scorer that errs, eight times the unhappy in crises."""
    ideal = Ideal(known)
    for brand in known.brands:
        random = Random(f"{seed}/{brand.brand_id}")
        own = [one for one in known.stories if one.brand_id == brand.brand_id]
        noise = 1.0
        for number in range(int((known.end - known.start) // TEN_MINUTES)):
            if number % 12 == 0:
                noise = random.gammavariate(1 / DISPERSION, DISPERSION)
            at = known.start + number * TEN_MINUTES
            more = 7.0 if any(one.is_crisis and one.start <= at < one.end for one in own) else 0.0
            unhappy = poisson(random, RATE / 6 * SHARE * (noise + more))
            others = poisson(random, RATE / 6 * (1 - SHARE) * noise)
            negative = sum(random.random() < HIT for _ in range(unhappy))
            negative += sum(random.random() < FALSE for _ in range(others))
            ideal.step(brand.brand_id, bucket(at, unhappy + others, negative))
    return judge(known, ideal.alarms())


@pytest.fixture(scope="module")
def crises() -> Judged:
    brands = tuple(f"brand-{number}" for number in range(5))
    stories: list[TrueStory] = [
        story("crisis", (2 + 7 * week) * DAY + number * HOUR, 12, brand_id=brand_id, factor=8.0)
        for number, brand_id in enumerate(brands)
        for week in range(2)
    ]
    return stream(truth(*stories, brands=brands), 1)


@pytest.mark.slow
def test_its_limit_opens_for_nothing_at_most_at_the_target(crises: Judged) -> None:
    assert crises.false_alarms <= TARGET * crises.weeks
    assert crises.weeks > 8
    assert not crises.mere


def test_large_crises_are_found_within_the_hour(crises: Judged) -> None:
    """All of them, at once, by one alarm each: in ten minutes they bring nine unhappy people where one is usual."""
    delays = [one.delay_minutes for one in crises.crises]
    assert 10 == len(delays)
    assert all(delay is not None and delay <= 60 for delay in delays)
    assert 10 == sum(one.alarms for one in crises.crises)


def test_ordinary_noise_is_ignored() -> None:
    judged = stream(truth(brands=("acme", "other")), 2)
    assert judged.false_alarms <= TARGET * judged.weeks
    assert judged.hours_open < 24


def test_an_alarm_ends_two_hours_after_the_last_sign() -> None:
    """And is open to the end of the stream where there is none."""
    quiet = [bucket(START + number * TEN_MINUTES, 7, 1) for number in range(1000)]
    burst = [bucket(JUDGED + DAY + number * TEN_MINUTES, 40, 35) for number in range(3)]
    later = [bucket(JUDGED + DAY + number * TEN_MINUTES, 0, 0) for number in range(3, 400)]
    ideal = Ideal(truth(story("crisis", DAY, 5)))
    for one in [*quiet, *burst, *later]:
        ideal.step("acme", one)
    (alarm,) = ideal.alarms()
    high = [at for at, score in ideal._scores["acme"] if score > 20]
    assert JUDGED + DAY + TEN_MINUTES == alarm.at == high[0]
    assert alarm.until >= JUDGED + DAY + 3 * TEN_MINUTES + 2 * HOUR
    ideal = Ideal(truth(story("crisis", DAY, 5)))
    for one in [*quiet, *burst]:
        ideal.step("acme", one)
    assert [JUDGED + DAY + 3 * TEN_MINUTES] == [one.until for one in ideal.alarms()]
