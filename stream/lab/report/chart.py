"""A brand's chart: what happened, mentions against what is usual, how unhappy, and the levels of each policy."""

from __future__ import annotations

from stream.lab.findings import Backtest, Brand, Story
from stream.lab.report import words
from stream.lab.report.axis import Axis, across, dates, days
from stream.lab.report.columns import HOUR, Columns, columns
from stream.lab.report.difference import ended
from stream.lab.report.events import LANE, lanes, marks, shades
from stream.lab.report.levels import strip
from stream.lab.report.markup import Html, element, plain
from stream.lab.report.paths import area, line, root_scale, round_quarter, stretched

_TITLE, _MENTIONS, _SHARE, _LEVELS, _DATES = 24, 130, 34, 24, 22
"""Heights in pixels: of a line of words, the mentions, the share, the levels of a policy, the dates."""
_SPARK_COLUMNS, _SPARK = 100, 26


def chart(found: Backtest, brand: Brand, stories: list[Story], names: list[str]) -> Html:
    """The chart of a brand; `names` are what its policies are called here, `stories` those of this brand."""
    axis, seen = Axis(found.start, found.end), columns(brand.hours, found.start, found.end)
    rows = lanes(axis, stories)
    mentions = (_TITLE - 8 + LANE * len(rows) if rows else 0) + _TITLE
    share = mentions + _MENTIONS + _TITLE
    levels = [share + _SHARE + _TITLE + policy * (_LEVELS + _TITLE) for policy in range(len(names))]
    bottom = (levels[-1] + _LEVELS) if levels else share + _SHARE
    drawn = [*shades(axis, stories, mentions, bottom), *dates(axis, mentions, bottom)]
    drawn += [*_mentions(seen, mentions), *_shares(seen, share)]
    if rows:
        drawn += [_says("What really happened", _TITLE - 8), *marks(axis, rows, _TITLE - 8)]
    for name, crises, top in zip(names, brand.found, levels, strict=False):
        drawn += [_says(f"Level, {name}", top), *strip(axis, crises, top, _LEVELS)]
    return element(
        "svg",
        element("title", f"{plain(brand.brand_id, 80)}: mentions, mood and levels over time"),
        element("desc", in_words(found, brand, seen)),
        *drawn,
        *days(axis, seen, mentions, mentions + _MENTIONS + _TITLE + _SHARE),
        role="img",
        height=bottom + _DATES,
    )


def in_words(found: Backtest, brand: Brand, seen: Columns) -> str:
    """What the chart shows, for those who do not see it."""
    told = [f"{words.count(brand.mentions, 'mention')}, {words.stretch(found.start, found.end)}."]
    most = max(seen.most)
    if most:
        place = seen.most.index(most)
        at = words.time(found.start + place * seen.hours_each * HOUR)
        usual, high = words.number(round(seen.usual[place])), words.number(round(seen.usual_high[place]))
        told.append(f"Busiest hour: {most:,.0f} mentions, around {at}, where {usual} were usual (up to {high}).")
    for policy, crises in zip(found.policies, brand.found, strict=False):
        opened = words.count(len(crises), "opening")
        lasted = words.duration(sum(ended(crisis, found.end) - crisis.opened_at for crisis in crises))
        told.append(f"{plain(policy.name, 80)}: {opened}{f', open for {lasted}' if crises else ''}.")
    return " ".join(told)


def sparkline(found: Backtest, brand: Brand) -> Html:
    """A brand's mentions in a hand's breadth; the numbers stand beside it."""
    seen = columns(brand.hours, found.start, found.end, _SPARK_COLUMNS)
    base = [0.0] * len(seen.most)
    drawn = area(seen.most, base, root_scale(max(seen.most), _SPARK), _SPARK, "spark-area")
    return element("svg", stretched([drawn], len(base), 0, _SPARK), class_="spark", height=_SPARK, aria_hidden="true")


def _mentions(seen: Columns, top: float) -> list[Html]:
    quarter = round_quarter(max([*seen.most, *seen.usual_high]))
    scale = root_scale(4 * quarter, _MENTIONS)
    layers = [
        area(seen.usual_high, seen.usual, scale, _MENTIONS, "usual"),
        area(seen.negative, [0.0] * len(seen.negative), scale, _MENTIONS, "negative"),
        *([area(seen.most, seen.mean, scale, _MENTIONS, "peak")] if seen.hours_each > 1 else []),
        line(seen.mean, scale, _MENTIONS, "mean"),
    ]
    grid = [across(top + _MENTIONS - scale(value)) for value in (0, quarter, 4 * quarter)]
    return [
        *grid,
        stretched(layers, len(seen.mean), top, _MENTIONS),
        _says("Mentions an hour (square-root scale)", top),
        *(_value(f"{value:,}", top + _MENTIONS - scale(value)) for value in (quarter, 4 * quarter)),
    ]


def _shares(seen: Columns, top: float) -> list[Html]:
    shares = [value or 0.0 for value in seen.share]
    drawn = area(shares, [0.0] * len(shares), lambda value: _SHARE * min(1.0, value), _SHARE, "negative")
    return [
        *(across(top + _SHARE * part) for part in (0, 0.5, 1)),
        stretched([drawn], len(shares), top, _SHARE),
        _says("Negative share, of mentions with a sentiment", top),
        _value("100 %", top),
    ]


def _says(told: str, top: float) -> Html:
    """A line of words over a part of the chart."""
    return element("text", told, x="0", y=f"{top - 6:g}", class_="says")


def _value(told: str, y: float) -> Html:
    """What a line across the chart stands for."""
    return element("text", told, x="100%", y=f"{y:g}", dy="-4", text_anchor="end")
