"""Where the truth is known: which crises were found, which were missed, and what was opened for nothing."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from stream.lab.findings import Backtest, Brand, Found, Story
from stream.lab.report import words
from stream.lab.report.markup import Html, data, element, join, plain
from stream.lab.report.pieces import is_true, level_badge, moment, policy_name, table

_MOST_ROWS = 200


class Telling(NamedTuple):
    """Somebody was told of a story."""

    crisis: Found
    at: int
    """The beginning of the story where the crisis still stood and said nothing new."""
    reopened: bool = False
    """It had been resolved before."""


def truth(found: Backtest) -> Html:
    """The section; nothing where the truth is not known."""
    if not found.stories:
        return Html("")
    places = {brand.brand_id: brand for brand in found.brands}
    crises = sorted(
        (story for story in found.stories if story.is_crisis), key=lambda story: (story.start, story.brand_id)
    )
    tellings = [
        [telling_of(places.get(story.brand_id), policy, story) for story in crises] for policy in _policies(found)
    ]
    left = len(crises) - _MOST_ROWS
    return element(
        "section",
        element("h2", "Against what really happened", id="truth"),
        *(
            element(
                "p", policy_name(found, policy), " ", _in_words(found, policy, crises, tellings[policy]), class_="lead"
            )
            for policy in _policies(found)
        ),
        _crises(found, crises, tellings),
        element("p", f"{left:,} more true crises are not shown.", class_="note") if left > 0 else "",
        _false(found),
        aria_labelledby="truth",
    )


def telling_of(brand: Brand | None, policy: int, story: Story) -> Telling | None:
    """The first time a policy told of a story: it opened a crisis in it, or one that stood already got worse in it.

    Of what flares up again it is enough that the crisis still stood. None where it was missed: as the figures have it.
    """
    if brand is None or policy >= len(brand.found):
        return None
    told = [telling for crisis in brand.found[policy] if (telling := _telling(crisis, story)) is not None]
    return min(told, key=lambda telling: telling.at, default=None)


def _telling(crisis: Found, story: Story) -> Telling | None:
    level, stood = 0, False
    for step in crisis.steps:
        if story.start <= step.at < story.end and step.level > level:
            return Telling(crisis, step.at, step.verb == "reopened")
        level = step.level
        if step.at < story.start:
            stood = level > 0
    return Telling(crisis, story.start) if story.again and stood else None


def _in_words(found: Backtest, policy: int, crises: list[Story], tellings: list[Telling | None]) -> str:
    first, again = (
        [telling is not None for story, telling in zip(crises, tellings, strict=True) if story.again is flared]
        for flared in (False, True)
    )
    false = sum(_false_by_truth(found, policy).values())
    opened = (
        f"{words.count(false, 'opening')} fell into no true crisis" if false else "nothing was opened without a crisis"
    )
    if not tellings:
        return f"had no true crisis to find; {opened}."
    flared = f", and told {sum(again):,} of {words.count(len(again), 'flare-up')}" if again else ""
    return f"found {sum(first):,} of {words.count(len(first), 'true crisis', 'true crises')}{flared}; {opened}."


def _crises(found: Backtest, crises: list[Story], tellings: list[list[Telling | None]]) -> Html:
    if not crises:
        return Html("")
    rows = [
        [
            data(story.brand_id, 80),
            moment(story.start),
            element("span", words.duration(story.end - story.start), class_="whole"),
            data(f"{story.detail}, again" if story.again else story.detail, 120),
            *(_outcome(story, tellings[policy][place]) for policy in _policies(found)),
        ]
        for place, story in enumerate(crises[:_MOST_ROWS])
    ]
    heads = ["Brand", "Began", "Lasted", "What it was", *(policy_name(found, policy) for policy in _policies(found))]
    return table("True crises, and when each policy told of them", heads, rows)


def _outcome(story: Story, telling: Telling | None) -> Html:
    if telling is None:
        return element("span", "✗ missed", class_="bad")
    when = f"after {words.duration(telling.at - story.start)}" if telling.at > story.start else ""
    if telling.reopened:
        when = f"opened again {when}"
    elif telling.crisis.opened_at < story.start:
        when = f"already open, worse {when}" if when else "already open"
    badge = level_badge(telling.crisis.peak_level)
    return element("span", join(element("span", "✓ ", when or "at once", class_="good"), " ", badge), class_="whole")


def _false(found: Backtest) -> Html:
    by_policy = [_false_by_truth(found, policy) for policy in _policies(found)]
    names = sorted({name for counts in by_policy for name in counts}, key=lambda name: (-by_policy[0][name], name))
    if not names:
        return Html("")
    rows = [[data(words.spoken(name)), *(f"{counts[name]:,}" for counts in by_policy)] for name in names]
    heads = ["What happened instead", *(policy_name(found, policy) for policy in _policies(found))]
    return table("Openings without a true crisis, by what happened instead", heads, rows, range(1, len(heads)))


def _false_by_truth(found: Backtest, policy: int) -> Counter[str]:
    return Counter(
        plain(crisis.truth, 80)
        for brand in found.brands
        for crisis in (brand.found[policy] if policy < len(brand.found) else [])
        if crisis.truth is not None and not is_true(found, crisis)
    )


def _policies(found: Backtest) -> range:
    return range(len(found.policies))
