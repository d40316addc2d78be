"""Reads a page as a browser would, and tells what keeps somebody from reading it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

_INLINE = {"bdi", "strong", "tspan"}
_VOID = {"meta", "link", "br", "img", "input", "hr"}
_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}


@dataclass
class Node:
    """An element with what is in it."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    content: list[Node | str] = field(default_factory=list)
    parent: Node | None = None

    def all(self, *tags: str) -> Iterator[Node]:
        """Elements of these names within, in order; all of them if none is given."""
        for child in self.children:
            if not tags or child.tag in tags:
                yield child
            yield from child.all(*tags)

    @property
    def children(self) -> list[Node]:
        """The elements right in it."""
        return [item for item in self.content if isinstance(item, Node)]

    @property
    def text(self) -> str:
        """All text within, on one line."""
        return " ".join("".join(self._strings()).split())

    def _strings(self) -> Iterator[str]:
        for item in self.content:
            if isinstance(item, str):
                yield item
            else:  # cells, items and terms stand apart on a page without a space between them
                yield from (*item._strings(), "" if item.tag in _INLINE else " ")


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = self._open = Node("")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, {name: value or "" for name, value in attrs}, parent=self._open)
        self._open.content.append(node)
        if tag not in _VOID:
            self._open = node

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._open.content.append(Node(tag, {name: value or "" for name, value in attrs}, parent=self._open))

    def handle_endtag(self, tag: str) -> None:
        assert tag == self._open.tag, f"</{tag}> ends <{self._open.tag}>"
        assert self._open.parent is not None
        self._open = self._open.parent

    def handle_data(self, data: str) -> None:
        self._open.content.append(data)


def read(page: str) -> Node:
    """The page as a tree; every element that is not empty by nature has to be ended."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    assert reader._open is reader.root
    return reader.root


def faults(page: Node) -> list[str]:
    """What stands in the way of people who cannot see the page, or use no mouse; after the rules of WCAG 2.2."""
    return [*_outline(page), *_references(page), *_graphics(page), *_tables(page), *_structure(page)]


def contrasts(page: Node, scheme: str) -> dict[str, float]:
    """Contrast of each colour against the page in a scheme, and of words on levels (`on level-1`) and panels."""
    style = next(page.all("style")).text
    roots = re.findall(r":root\s*{([^}]*)}", style)
    colours = dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6});", roots[0 if scheme == "light" else 1]))
    against = {f"{name} on page": _contrast(colour, colours["page"]) for name, colour in colours.items()}
    for name in ("text", "muted", "good", "crisis", "link", "other"):
        against[f"{name} on panel"] = _contrast(colours[name], colours["panel"])
    for level in range(1, 5):
        against[f"words on level-{level}"] = _contrast(colours["on-level"], colours[f"level-{level}"])
    return against


def _outline(page: Node) -> Iterator[str]:
    if "en" != next(page.all("html")).attributes.get("lang"):
        yield "the language is not said"
    titles = [title for head in page.all("head") for title in head.all("title")]
    if len(titles) != 1 or not titles[0].text:
        yield "it has no title"
    for tag in ("main", "h1"):
        if len(list(page.all(tag))) != 1:
            yield f"it needs exactly one {tag}"
    before = 0
    for heading in page.all(*_HEADINGS):
        level = int(heading.tag[1])
        if level > before + 1 or not heading.text:
            yield f"heading out of order or empty: {heading.tag} {heading.text}"
        before = level


def _references(page: Node) -> Iterator[str]:
    ids = Counter(node.attributes["id"] for node in page.all() if "id" in node.attributes)
    yield from (f"id used twice: {name}" for name, times in ids.items() if times > 1)
    for node in page.all():
        for name in node.attributes.get("aria-labelledby", "").split():
            if name not in ids:
                yield f"labelled by nothing: {name}"
    for link in page.all("a"):
        target = link.attributes.get("href", "")
        if not target.startswith("#") or target[1:] not in ids or not link.text:
            yield f"link without a target or words: {target}"


def _graphics(page: Node) -> Iterator[str]:
    for drawing in page.all("svg"):
        within = drawing.parent
        while within is not None and within.tag != "svg":
            within = within.parent
        if within is None and drawing.attributes.get("aria-hidden") != "true":
            told = {child.tag for child in drawing.children if child.text}
            if drawing.attributes.get("role") != "img" or not {"title", "desc"} <= told:
                yield "a drawing without words"
    yield from ("a picture without words" for image in page.all("img") if not image.attributes.get("alt"))


def _tables(page: Node) -> Iterator[str]:
    for table in page.all("table"):
        if not table.children or table.children[0].tag != "caption" or not table.children[0].text:
            yield "a table without a caption"
        if not list(table.all("th")) or any("scope" not in cell.attributes for cell in table.all("th")):
            yield "a table without headers, or with headers of nothing"
        widths = {len([cell for cell in row.children if cell.tag in {"th", "td"}]) for row in table.all("tr")}
        if len(widths) != 1:
            yield f"a table whose rows differ in length: {table.children[0].text}"


def _structure(page: Node) -> Iterator[str]:
    allowed = {"ul": {"li"}, "ol": {"li"}, "dl": {"dt", "dd", "div"}}
    for node in page.all():
        strange = {child.tag for child in node.children} - allowed.get(node.tag, {child.tag for child in node.children})
        if strange:
            yield f"{node.tag} holds {strange}"
        if node.tag == "details" and (
            not node.children or node.children[0].tag != "summary" or not node.children[0].text
        ):
            yield "details without a summary"
        if node.attributes.get("role") == "region" and not node.attributes.get("aria-label"):
            yield "a region without a name"


def _contrast(one: str, other: str) -> float:
    """Of two colours, 1 to 21, as WCAG defines it by their relative luminance."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
