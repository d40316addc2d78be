"""Values of columns as paths of a drawing, and the scale of counts."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from stream.lab.report.markup import Html, element

Scale = Callable[[float], float]
"""Pixels of height of a value."""

_FINE = 2
"""Steps of a pixel of height: whole numbers keep the page small."""


def stretched(paths: Sequence[Html], width: int, top: float, height: float) -> Html:
    """Paths over `width` columns, stretched over all of the chart."""
    return element(
        "svg",
        *paths,
        y=f"{top:g}",
        height=f"{height:g}",
        viewBox=f"0 0 {width} {_FINE * height:g}",
        preserveAspectRatio="none",
    )


def area(values: Sequence[float], low: Sequence[float], scale: Scale, height: float, kind: str) -> Html:
    """A step for every column, from the values of `low` up to the values."""
    back, before = [], None
    for value in reversed(low):
        down = _down(value, scale, height)
        back.append("h-1" if down == before else f"V{down}h-1")
        before = down
    return element("path", d=f"{_steps(values, scale, height)}{''.join(back)}Z", class_=kind)


def line(values: Sequence[float], scale: Scale, height: float, kind: str) -> Html:
    """The tops of the columns."""
    return element("path", d=_steps(values, scale, height), class_=kind)


def root_scale(top: float, height: float) -> Scale:
    """Pixels of a count; a root, so that an ordinary day is seen beside a burst of a hundred times as much."""

    def scale(value: float) -> float:
        return height * math.sqrt(min(1.0, max(0.0, value) / top)) if top > 0 else 0.0

    return scale


def round_quarter(most: float) -> int:
    """A round number of which four times is at least `most`; with a root, its line is at half of the height."""
    tens = 10 ** max(0, math.floor(math.log10(max(1.0, most / 4))))
    return int(next(part * tens for part in (1, 2, 3, 4, 5, 6, 8, 10) if 4 * part * tens >= most))


def _steps(values: Sequence[float], scale: Scale, height: float) -> str:
    """A path along the tops of the columns; equal ones are one stretch."""
    before = _down(values[0], scale, height)
    path, ran = [f"M0 {before}"], 0
    for value in values:
        down = _down(value, scale, height)
        if down != before:
            path.append(f"h{ran}V{down}")
            ran, before = 0, down
        ran += 1
    return "".join([*path, f"h{ran}"])


def _down(value: float, scale: Scale, height: float) -> int:
    return round(_FINE * (height - scale(value)))
