"""Where the truth is known: which crises were found, which were missed, and what was opened for nothing."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

from stream.lab.findings import Backtest, Brand, Found, Story
from stream.lab.report import words
from stream.lab.report.difference import ended
from stream.lab.report.markup import Html, data, element, join, plain
from stream.lab.report.pieces import is_true, level_badge, moment, policy_name, table

_MOST_ROWS = 200


def truth(found: Backtest) -> Html:
    """The section; nothing where the truth is not known."""
    if not found.stories:
        return Html("")
    places = {brand.brand_id: brand for brand in found.brands}
    crises = sorted(
        (story for story in found.stories if story.is_crisis), key=lambda story: (story.start, story.brand_id)
    )
    openings = [
        [opening_of(found, places.get(story.brand_id), policy, story) for story in crises]
        for policy in _policies(found)
    ]
    left = len(crises) - _MOST_ROWS
    return element(
        "section",
        element("h2", "Against what really happened", id="truth"),
        *(
            element("p", policy_name(found, policy), " ", _in_words(found, policy, openings[policy]), class_="lead")
            for policy in _policies(found)
        ),
        _crises(found, crises, openings),
        element("p", f"{left:,} more true crises are not shown.", class_="note") if left > 0 else "",
        _false(found),
        aria_labelledby="truth",
    )


def opening_of(found: Backtest, brand: Brand | None, policy: int, story: Story) -> Found | None:
    """The first opening that fell into a story, was still open when it began, or got worse in it; None where it was missed.

    Which story an opening fell into is told by its `truth`; of stories of the same name it belongs to those from
    whose beginning on, and before the next one's, it was open. What was opened for something else may get worse, or
    open again, in a story.
    """
    if brand is None or policy >= len(brand.found):
        return None
    later = [
        other.start
        for other in found.stories
        if other.brand_id == story.brand_id and other.name == story.name and other.start > story.start
    ]
    until = min(later, default=None)
    for crisis in brand.found[policy]:
        fits = crisis.truth == story.name and ended(crisis, found.end) > story.start
        if (fits and (until is None or crisis.opened_at < until)) or _rose_in(crisis, story):
            return crisis
    return None


def _rose_in(crisis: Found, story: Story) -> bool:
    return any(
        story.start <= later.at < story.end and later.level > earlier.level for earlier, later in pairwise(crisis.steps)
    )


def _in_words(found: Backtest, policy: int, openings: list[Found | None]) -> str:
    told = sum(opening is not None for opening in openings)
    false = sum(_false_by_truth(found, policy).values())
    opened = (
        f"{words.count(false, 'opening')} fell into no true crisis" if false else "nothing was opened without a crisis"
    )
    if not openings:
        return f"had no true crisis to find; {opened}."
    return f"found {told:,} of {words.count(len(openings), 'true crisis', 'true crises')}; {opened}."


def _crises(found: Backtest, crises: list[Story], openings: list[list[Found | None]]) -> Html:
    if not crises:
        return Html("")
    rows = [
        [
            data(story.brand_id, 80),
            moment(story.start),
            element("span", words.duration(story.end - story.start), class_="whole"),
            data(story.detail, 120),
            *(_outcome(story, openings[policy][place]) for policy in _policies(found)),
        ]
        for place, story in enumerate(crises[:_MOST_ROWS])
    ]
    heads = ["Brand", "Began", "Lasted", "What it was", *(policy_name(found, policy) for policy in _policies(found))]
    return table("True crises, and when each policy opened one", heads, rows)


def _outcome(story: Story, opening: Found | None) -> Html:
    if opening is None:
        return element("span", "✗ missed", class_="bad")
    after = opening.opened_at - story.start
    when = f"after {words.duration(after)}" if after > 0 else "already open"
    told = join(element("span", "✓ ", when, class_="good"), " ", level_badge(opening.peak_level))
    return element("span", told, class_="whole")


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
