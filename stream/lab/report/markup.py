"""The one door into the page: elements escape what they are given, and strings of data are made harmless first."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable

LONGEST = 300
"""Characters of a string of data that are shown, if nothing else is said."""

_VOID = {"meta", "path", "rect", "line"}
"""Elements that need no end where they have no children."""
_HARMFUL = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"  # control characters, which no page may hold
    "\u202a-\u202e\u2066-\u2069"  # overrides and isolates of direction, which could reorder what stands beside them
    "\ud800-\udfff\ufffe\uffff]"  # no characters at all
)


class Html(str):
    """Markup made by `element` or `join`: the only strings that are not escaped again."""

    __slots__ = ()


def element(tag: str, *children: str, **attributes: str | int | None) -> Html:
    """An element around its children; text among them is escaped, and so are attributes.

    Underscores of attribute names stand for hyphens, one at the end is dropped (`class_`), None leaves one out.
    """
    said = "".join(
        f' {name.rstrip("_").replace("_", "-")}="{_escaped(str(value))}"'
        for name, value in attributes.items()
        if value is not None
    )
    if not children and tag in _VOID:
        return Html(f"<{tag}{said}/>")
    return Html(f"<{tag}{said}>{join(*children)}</{tag}>")


def join(*parts: str) -> Html:
    """Parts side by side; what is no markup is escaped."""
    return Html("".join(part if isinstance(part, Html) else _escaped(part) for part in parts))


def listed(items: Iterable[str], between: str = ", ") -> Html:
    """Items with something between them."""
    parts: list[str] = []
    for item in items:
        parts += [between, item] if parts else [item]
    return join(*parts)


def plain(text: str, longest: int = LONGEST) -> str:
    """A string of data on one line, for places that hold no elements: cut, and without what could deceive or break."""
    cut = text if len(text) <= longest else text[: longest - 1] + "…"
    return " ".join(_HARMFUL.sub("\ufffd", cut).split())


def data(text: str, longest: int = LONGEST) -> Html:
    """A string of data, kept apart from the direction of the text around it."""
    return element("bdi", plain(text, longest))


def _escaped(text: str) -> str:
    return html.escape(_HARMFUL.sub("\ufffd", text), quote=True)
