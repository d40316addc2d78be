"""Small pieces that every part of the page uses: tables, badges, names of policies, times."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from stream.lab.findings import Backtest, Found
from stream.lab.report import words
from stream.lab.report.markup import Html, data, element, join, plain

LETTERS = "AB"
MOST_DRAWN = 60
"""Brands with a chart and a list of openings; the others are rows of a table."""


def table(caption: str, columns: Sequence[str], rows: Iterable[Sequence[str]], numbers: Iterable[int] = ()) -> Html:
    """A table whose first cell of a row names it; `numbers` are the columns to be set right."""
    right = set(numbers)

    def kind(place: int) -> str | None:
        return "number" if place in right else None

    head = [element("th", name, scope="col", class_=kind(place)) for place, name in enumerate(columns)]
    body = [
        element(
            "tr",
            element("th", row[0], scope="row", class_=kind(0)),
            *(element("td", cell, class_=kind(place)) for place, cell in enumerate(row[1:], 1)),
        )
        for row in rows
    ]
    whole = element(
        "table", element("caption", caption), element("thead", element("tr", *head)), element("tbody", *body)
    )
    # it may be scrolled where it is too wide, also with the keyboard
    return element("div", whole, class_="table", tabindex=0, role="region", aria_label=caption)


def facts(pairs: Iterable[tuple[str, str]]) -> Html:
    """Names and what they are."""
    return element(
        "dl", *(join(element("dt", name), element("dd", told)) for name, told in pairs if told), class_="facts"
    )


def level_badge(level: int) -> Html:
    """The name of a level, coloured like it."""
    return element("span", words.level_name(level), class_=f"level level-{level}")


def moment(at: int) -> Html:
    """A time for people and machines."""
    return element("time", words.time(at), datetime=words.machine_time(at), class_="time")


def letter(found: Backtest, policy: int) -> Html:
    """The letter of a policy, where there are two."""
    if len(found.policies) < 2:
        return Html("")
    return element("abbr", LETTERS[policy], class_="letter", title=plain(found.policies[policy].name, 80))


def policy_name(found: Backtest, policy: int) -> Html:
    """A policy in running text: its letter where there are two, and its name."""
    name = element("span", data(found.policies[policy].name, 80), class_="policy")
    return join(letter(found, policy), " ", name) if len(found.policies) > 1 else name


def plain_policy_name(found: Backtest, policy: int) -> str:
    """The same where no elements may stand."""
    name = plain(found.policies[policy].name, 40)
    return f"{LETTERS[policy]} {name}" if len(found.policies) > 1 else name


def brand_name(found: Backtest, place: int) -> Html:
    """A brand by its place in the findings, linked to its chart if it has one."""
    name = data(found.brands[place].brand_id, 80)
    return element("a", name, href=f"#brand-{place + 1}") if place < MOST_DRAWN else name


def truth_badge(found: Backtest, crisis: Found) -> Html:
    """Whether it was right to open it, where that is known."""
    if crisis.truth is None:
        return Html("")
    if is_true(found, crisis):
        return element("span", "✓ ", data(words.spoken(crisis.truth)), class_="truth good")
    return element("span", "✗ false: ", data(words.spoken(crisis.truth)), class_="truth bad")


def is_true(found: Backtest, crisis: Found) -> bool:
    """Whether it fell into a story that is a crisis."""
    return any(story.is_crisis and story.name == crisis.truth for story in found.stories) or crisis.truth == "crisis"
