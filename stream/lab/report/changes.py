"""Two policies side by side: what the second one does otherwise than the first, in sentences and one by one."""

from __future__ import annotations

from stream.lab.findings import Backtest, Found
from stream.lab.report import words
from stream.lab.report.difference import Difference, Incident, difference, typical
from stream.lab.report.markup import Html, element, join, listed
from stream.lab.report.pieces import brand_name, is_true, level_badge, moment, table, truth_badge

_MOST_ROWS = 200
_NOTE = "Crises of a brand that are open at the same time are taken for the same one."


def changes(found: Backtest, incidents: list[Incident]) -> Html:
    """The difference between two policies; nothing where there is only one."""
    if len(found.policies) != 2:
        return Html("")
    alone = [item for item in incidents if not item.shared]
    otherwise = [item for item in incidents if item.shared and what_differs(item)]
    others = element("summary", f"Opened by both, and not alike: {len(otherwise):,}")
    return element(
        "section",
        element("h2", "What changes from A to B", id="changes"),
        *(element("p", told, class_="lead") for told in in_words(found, incidents)),
        element("p", _NOTE, class_="note") if incidents else "",
        _table(found, alone, "Opened by only one of the two"),
        element("details", others, _table(found, otherwise, "Opened by both, and not alike")) if otherwise else "",
        aria_labelledby="changes",
    )


def in_words(found: Backtest, incidents: list[Incident]) -> list[str]:
    """What the difference means, one to three paragraphs."""
    change = difference(incidents)
    if not incidents:
        return ["Neither of the two opens anything."]
    if change.none:
        return ["B opens the same crises as A, at the same times and with the same levels."]
    return [told for told in (_alone(change), _right(found, incidents), _shared(change)) if told]


def what_differs(item: Incident) -> str:
    """`only B`; `B 20 min earlier, lower`; empty where nothing differs."""
    if not item.shared:
        return "only B" if item.told[1] else "only A"
    parts = []
    if item.lead_seconds:
        parts.append(f"{words.duration(item.lead_seconds)} {'earlier' if item.lead_seconds > 0 else 'later'}")
    if item.peak(1) != item.peak(0):
        parts.append("higher" if item.peak(1) > item.peak(0) else "lower")
    if len(item.told[1]) != len(item.told[0]):
        parts.append(f"as {len(item.told[1])} instead of {len(item.told[0])}")
    return f"B {', '.join(parts)}" if parts else ""


def _alone(change: Difference) -> str:
    more = words.count(change.only_second, "crisis", "crises")
    less = words.count(change.only_first, "crisis", "crises")
    if change.only_second and change.only_first:
        return f"B opens {more} that A does not, and does not open {less} that A does."
    if change.only_second:
        return f"B opens {more} that A does not; none of A's is lost."
    if change.only_first:
        return f"B does not open {less} that A opens, and adds none."
    return "B opens the same crises as A; none is lost and none is added."


def _right(found: Backtest, incidents: list[Incident]) -> str:
    """Of those that only one opens, how many fell into a true crisis."""
    if not found.stories:
        return ""
    told = []
    for name, policy in (("B", 1), ("A", 0)):
        alone = [crisis for item in incidents if not item.told[1 - policy] for crisis in item.told[policy]]
        right = sum(is_true(found, crisis) for crisis in alone)
        if alone:
            told.append(
                f"Of what only {name} opens, {right:,} fell into a true crisis and {len(alone) - right:,} did not."
            )
    return " ".join(told)


def _shared(change: Difference) -> str:
    if not change.shared:
        return ""
    when = [
        f"{len(leads):,} {word} (typically by {words.duration(typical(leads))})"
        for leads, word in ((change.earlier, "earlier"), (change.later, "later"))
        if leads
    ]
    level = [f"{number:,} {word}" for number, word in ((change.higher, "higher"), (change.lower, "lower")) if number]
    both = words.count(change.shared, "crisis is opened by both", "crises are opened by both")
    at = f"B opens {' and '.join(when)}" if when else "at the same times"
    reached = f"takes {' and '.join(level)} in level" if level else "to the same levels"
    return f"{both}: {at}, and {reached}."


def _table(found: Backtest, incidents: list[Incident], caption: str) -> Html:
    if not incidents:
        return Html("")
    heads = ["Brand", "Opened", "What differs", "A", "B", *(["Truth"] if found.stories else [])]
    left = len(incidents) - _MOST_ROWS
    more = element("p", f"{left:,} more are not shown here.", class_="note") if left > 0 else ""
    return join(table(caption, heads, [_row(found, item) for item in incidents[:_MOST_ROWS]]), more)


def _row(found: Backtest, item: Incident) -> list[str]:
    first = next(crisis for crises in item.told for crisis in crises)
    return [
        brand_name(found, item.brand),
        moment(item.opened_at),
        element("span", what_differs(item), class_="whole"),
        *(_told(crises) for crises in item.told),
        *([truth_badge(found, first)] if found.stories else []),
    ]


def _told(crises: tuple[Found, ...]) -> Html:
    if not crises:
        return element("span", "not opened", class_="whole note")
    return listed((level_badge(crisis.peak_level) for crisis in crises), " ")
