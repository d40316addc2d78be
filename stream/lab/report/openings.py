"""A brand's crises, one by one: when, how bad, why, and with what evidence."""

from __future__ import annotations

from collections import Counter

from stream.lab.findings import Backtest, Brand, Found, Signal
from stream.lab.report import words
from stream.lab.report.axis import Axis
from stream.lab.report.changes import what_differs
from stream.lab.report.difference import Incident, ended, incidents
from stream.lab.report.levels import strip
from stream.lab.report.markup import Html, data, element, join, listed, plain
from stream.lab.report.pieces import facts, letter, level_badge, moment, truth_badge

MOST_SHOWN = 100
"""Openings of one brand."""
_MOST_STEPS = 40
_MOST_DRIVERS = 12
_MOST_SIZES = 20
_EXPLANATION = 600
_NOUNS = {"attention": "people talking", "negativity": "unhappy people", "boycott": "people calling for a boycott"}


def openings(found: Backtest, brand: Brand, place: int) -> Html:
    """The list of a brand's openings, at most `MOST_SHOWN`."""
    room, items = MOST_SHOWN, []
    for item in incidents(brand, place, found.end):
        shown = [(policy, crisis) for policy, crises in enumerate(item.told) for crisis in crises][:room]
        room -= len(shown)
        if shown:
            items.append(_incident(found, item, shown))
    if not items:
        return element("p", "Nothing was opened.", class_="note")
    left = sum(len(crises) for crises in brand.found) - (MOST_SHOWN - room)
    more = element("p", f"{words.count(left, 'more opening')} {'is' if left == 1 else 'are'} not shown.", class_="note")
    return join(element("h4", "Openings"), element("ol", *items, class_="incidents"), more if left > 0 else "")


def _incident(found: Backtest, item: Incident, shown: list[tuple[int, Found]]) -> Html:
    differs = what_differs(item) if len(item.told) == 2 else ""
    return element(
        "li", *(_opening(found, policy, crisis, differs if n == 0 else "") for n, (policy, crisis) in enumerate(shown))
    )


def _opening(found: Backtest, policy: int, crisis: Found, differs: str) -> Html:
    lasted = words.duration(ended(crisis, found.end) - crisis.opened_at)
    head = [
        letter(found, policy),
        element("span", moment(crisis.opened_at), class_="when"),
        level_badge(crisis.peak_level),
        element("span", f"{lasted}, still open" if crisis.ended_at is None else lasted),
        element("span", data(words.spoken(crisis.kind))) if crisis.kind not in {"", "unknown"} else "",
        truth_badge(found, crisis),
        element("span", differs, class_="note") if differs else "",
    ]
    said = element("span", data(crisis.explanation, _EXPLANATION), class_="said")
    return element(
        "details",
        element("summary", element("span", element("span", *head, class_="head"), said)),
        _evidence(found, crisis),
        class_="opening",
    )


def _evidence(found: Backtest, crisis: Found) -> Html:
    waited = crisis.opened_at - crisis.first_signal_at
    return element(
        "div",
        facts(
            [
                ("Signals", element("ul", *(element("li", _signal(signal)) for signal in crisis.signals))),
                (
                    "First signal",
                    join(moment(crisis.first_signal_at), f", {words.duration(waited)} before") if waited > 0 else "",
                ),
                ("Steps", _steps(crisis)),
                ("Levels", _timeline(found, crisis)),
                ("Words", _drivers(crisis)),
                ("Size", _size(crisis)),
                ("Crisis", data(crisis.crisis_id, 120)),
            ]
        ),
        class_="evidence",
    )


def _signal(signal: Signal) -> Html:
    within = words.duration(signal.window_seconds)
    if signal.name == "sentiment":
        seen = f"mean sentiment {signal.observed:+.2f} within {within}"
        usual = f"{signal.expected:+.2f} is usual (down to {signal.expected_low:+.2f})"
    else:
        seen = f"{words.number(signal.observed)} {_NOUNS.get(signal.name, 'observed')} within {within}"
        usual = f"{words.number(signal.expected)} are usual (up to {words.number(signal.expected_high)})"
    limit = f"score {signal.score:.2f}, limit {signal.threshold:.2f} ({plain(signal.threshold_source, 40)})"
    return join(element("strong", data(signal.name, 40)), f": {seen} where {usual}; {limit}")


def _size(crisis: Found) -> Html:
    told = ((words.spoken(str(key)), words.value_of(str(key), value)) for key, value in crisis.size.items())
    return listed((f"{name}: {value}" for name, value in list(told)[:_MOST_SIZES]), " · ")


def _steps(crisis: Found) -> Html:
    """What happened to it; updates that changed no level are only counted."""
    level, told, updates = 0, [], 0
    days = Counter(words.day(step.at) for step in crisis.steps)
    for step in crisis.steps:
        if step.verb == "updated" and step.level == level:
            updates += 1
            continue
        at = words.clock(step.at) if len(days) == 1 else words.time(step.at)
        to = f" {'to' if level else 'at'} {words.level_name(step.level)}" if step.level not in {0, level} else ""
        told.append(element("li", f"{at} {plain(step.verb, 20)}{to}"))
        level = step.level
    left = len(told) - _MOST_STEPS
    more = [element("li", f"{words.count(left, 'more step')}")] if left > 0 else []
    note = f" {words.count(updates, 'update')} between." if updates else ""
    return join(element("ol", *told[:_MOST_STEPS], *more, class_="steps"), note)


def _timeline(found: Backtest, crisis: Found) -> Html:
    axis = Axis(crisis.opened_at, ended(crisis, found.end))
    return element(
        "svg",
        element("title", "Levels over time, from its opening to its end"),
        element("desc", "The steps above say the same in words."),
        *strip(axis, [crisis], 0, 20),
        role="img",
        height=22,
    )


def _drivers(crisis: Found) -> Html:
    if not crisis.drivers:
        return Html("")
    return element("ul", *(element("li", data(word, 60)) for word in crisis.drivers[:_MOST_DRIVERS]), class_="words")
