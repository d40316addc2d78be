"""More distinct unhappy people than usual, and a larger share of the talk: both at once, over several spans."""

from __future__ import annotations

from math import sqrt

from detectors.deviance import count_score, normal_range, share_may_exceed, share_score
from detectors.normal import Normal, Scale
from detectors.recent import Recent, Span
from detectors.returning import crowd
from detectors.signals.reading import Reading
from detectors.threads import SPANS

NAME = "negativity"
MIN_PEOPLE = 4
"""Less unrest than that of so many people is no crowd, whatever is normal."""
FLOOR = 1.5
"""Count and share must each be this far from normal: either alone is a decoy (much talk, or very little)."""
LEAD = 1.3
"""However many people there are, the score of the brand as a whole, before copies and offsets, is at most so many times that of
their share: on a night when everybody talks, the share alone tells."""
SPAN_OFFSETS = (-0.4, -0.2, 0.0, 0.3)
"""Added to the score of a span: short ones are looked at more often, and over the longest a quiet brand is rarely far from normal."""
PLATFORM_GATE = 0.5
"""Where the brand as a whole is not even so far from normal, no single platform is looked at."""
PLATFORM_PENALTY = 0.25
"""Several platforms are looked at."""
COPIES_FROM, COPIES_WEIGHT, COPIES_DISPERSION = 2.0, 0.4, 0.3
"""Unhappy reposts count in support of so much unrest, and for so much."""
DEFAULT_SPAN = 7200
"""Which span speaks when none is unusual."""


def score(recent: Recent, normal: Normal, end: int) -> tuple[float, int]:
    """`(score, span in seconds)` of the windows up to `end` (seconds); the strongest span speaks.

    Unhappy people are weighed by how sure the scorer is of them: a score from -0.05 down counts for `-score / 0.4` of a
    person, within 0.4 to 1.3 (`detectors.observation.unrest`). Per span, c is the deviance of their number against the
    expected number, s that of their share of all voices against the share that is usual where these speak, and the score is the harmonic mean
    2cs / (c + s), so that the weaker one rules, and no more than 1.3 s; or, where a platform by itself is further from
    its own normal, the smaller one of its two. Unhappy reposts, which are no voices, add to what is unusual without them.
    """
    best, best_seconds = 0.0, DEFAULT_SPAN
    if recent.spans[SPANS[-1]].unrest < 10 * MIN_PEOPLE:  # the others are parts of it
        return best, best_seconds
    share = normal.voices.unrest_share
    for number, seconds in enumerate(SPANS):
        span = recent.spans[seconds]
        unrest = span.unrest
        if unrest >= 10 * MIN_PEOPLE and unrest > 10.0 * span.voices * share:
            found = _score(number, span, normal, end, recent.returning.since(span.start(end)))
            if found > best:
                best, best_seconds = found, seconds
    return best, best_seconds


def read(recent: Recent, normal: Normal, end: int, known: tuple[float, int] | None = None) -> Reading:
    """The score with its evidence, in people; `known` is the score, for whoever has asked for it already."""
    found, seconds = known or score(recent, normal, end)
    span = recent.spans[seconds]
    against = normal.scale(SPANS.index(seconds), span, end)
    expected = against.expected_voices * normal.voices.unhappy_share
    low, high = normal_range(expected, against.count_dispersion, against.count_factor)
    return Reading(
        name=NAME,
        window_start=span.start(end),
        window_end=end,
        observed=span.unhappy,
        expected=expected,
        low=low,
        high=high,
        score=found,
        samples=normal.voices.samples,
        warm=normal.voices.warm,
        baseline_kind="decayed_hour_of_day",
    )


def _score(number: int, span: Span, normal: Normal, end: int, returning: dict[str, int]) -> float:
    """Of one span. Most are not unusual: what needs to know the least and takes no logarithm comes first."""
    hidden = normal.threads.hidden
    people, voices = crowd(span.unrest, span.voices, sum(returning.values()))
    if people < MIN_PEOPLE:
        return 0.0
    people -= normal.threads.count_factors[number] / 2.0  # continuity: small brands count in ones
    usual = normal.share_of(span)
    rho, factor = normal.share_dispersion(number), normal.threads.share_factors[number]
    if not share_may_exceed(FLOOR if hidden else PLATFORM_GATE, people, voices, usual, rho, factor):
        return 0.0
    against = normal.scale(number, span, end)
    expected = against.expected_voices * normal.voices.unrest_share
    if not against.count_may_exceed(FLOOR if hidden else PLATFORM_GATE, people, expected):
        return 0.0
    high = against.count_may_exceed(FLOOR, people, expected) and share_may_exceed(
        FLOOR, people, voices, usual, rho, factor
    )
    # where threads are hidden, one that is passed on looks like a platform in uproar
    platform = 0.0 if hidden else _best_platform(span, normal, against, returning)
    if not high and not platform:
        return 0.0
    share, count = against.share_score(people, voices, usual), against.count_score(people, expected)
    if min(count, share) <= PLATFORM_GATE:
        return 0.0
    found = min(2.0 * count * share / (count + share), LEAD * share) if min(count, share) > FLOOR else 0.0
    found = max(found, platform - PLATFORM_PENALTY)
    if found >= COPIES_FROM and span.unhappy_copiers >= MIN_PEOPLE:
        found = _with_copies(found, span, normal, against)
    return max(0.0, found + SPAN_OFFSETS[number]) if found > 0.0 else 0.0


def _best_platform(span: Span, normal: Normal, against: Scale, returning: dict[str, int]) -> float:
    """The platform furthest from its own normal; 0 below the floor. The smaller of count and share: a quarrel that stays
    in one place and a place that is new have only one of them."""
    voices, best = normal.voices, FLOOR
    for platform, unrest, everybody in span.places(10 * MIN_PEOPLE):
        people, heard = crowd(unrest, everybody, returning.get(platform, 0))
        if people < MIN_PEOPLE:
            continue
        usual = voices.unrest_share_on(platform)
        people -= against.count_factor / 2.0
        if not share_may_exceed(best, people, heard, usual, against.share_dispersion, against.share_factor):
            continue
        expected = against.expected_voices * voices.part_of(platform) * usual
        if against.count_may_exceed(best, people, expected):
            best = max(best, min(against.share_score(people, heard, usual), against.count_score(people, expected)))
    return best if best > FLOOR else 0.0


def _with_copies(found: float, span: Span, normal: Normal, against: Scale) -> float:
    factor = normal.threads.copy_factor
    people = span.unhappy_copiers - factor / 2.0
    usual = normal.voices.unhappy_share_of_copies
    expected = max(against.expected_voices * normal.voices.copies_per_voice * usual, 0.05)
    count = count_score(people / factor, expected / factor, COPIES_DISPERSION)
    share = share_score(people, span.copiers, usual, against.share_dispersion, factor)
    support = min(count, share, found)  # copies alone are no crowd, however many
    return sqrt(found * found + COPIES_WEIGHT * support * support) if support > 1.0 else found
