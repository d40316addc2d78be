"""What really happened to a brand, as marks over its chart and in words."""

from __future__ import annotations

from stream.lab.findings import Story
from stream.lab.report import words
from stream.lab.report.axis import Axis
from stream.lab.report.markup import Html, data, element

LANE = 20
"""Height of a row of marks, in pixels."""
_MOST_LANES = 4
_LETTER = 0.75
"""Percents of the width of a chart that a letter may take."""

Lanes = list[list[tuple[int, Story, bool]]]
"""Rows of stories with their numbers, and whether there is room for the name."""


def lanes(axis: Axis, stories: list[Story]) -> Lanes:
    """Stories, numbered from 1, in as few rows as keep their names apart."""
    rows: Lanes = []
    free: list[float] = []
    for number, story in enumerate(stories, 1):
        left = axis.at(story.start)
        needed = max(axis.at(story.end), left + _LETTER * (len(_name(story)) + 3))
        row = next((place for place, until in enumerate(free) if until <= left), len(free))
        roomy = row < _MOST_LANES
        row = min(row, _MOST_LANES - 1)
        if row == len(rows):
            rows.append([])
            free.append(0.0)
        rows[row].append((number, story, roomy))
        free[row] = max(free[row], needed)
    return rows


def marks(axis: Axis, rows: Lanes, top: float) -> list[Html]:
    """A bar for each story, with its number and name."""
    drawn = []
    for place, row in enumerate(rows):
        for number, story, roomy in row:
            kind, high = "story-crisis" if story.is_crisis else "story", top + LANE * place
            drawn.append(axis.box((story.start, story.end), high + 14, 4, kind, f"{_name(story)}: {_when(story)}"))
            if roomy:
                late = axis.at(story.start) > 80
                drawn.append(
                    element(
                        "text",
                        str(number),
                        element("tspan", f" {_name(story)}", class_="story-words"),
                        x=f"{axis.at(story.end if late else story.start):g}%",
                        y=f"{high + 11:g}",
                        text_anchor="end" if late else None,
                        class_=f"{kind}-name",
                    )
                )
    return drawn


def shades(axis: Axis, stories: list[Story], top: float, bottom: float) -> list[Html]:
    """The times of the stories, pale behind everything."""
    return [
        axis.box((story.start, story.end), top, bottom - top, f"shade story{'-crisis' if story.is_crisis else ''}")
        for story in stories
    ]


def in_words(stories: list[Story]) -> Html:
    """A list with the numbers of the marks."""
    items = (
        element("li", f"{number}. ", data(_name(story)), f": {_when(story)} (", data(story.detail, 160), ")")
        for number, story in enumerate(stories, 1)
    )
    return element("details", element("summary", "What really happened, in words"), element("ul", *items))


def _name(story: Story) -> str:
    return words.spoken(story.name, 40)


def _when(story: Story) -> str:
    return f"{words.time(story.start)}, for {words.duration(story.end - story.start)}"
