"""The brands: a table of all of them, and a chart and the openings of each."""

from __future__ import annotations

from stream.lab.findings import Backtest, Brand, Story
from stream.lab.report import words
from stream.lab.report.chart import chart, sparkline
from stream.lab.report.events import in_words
from stream.lab.report.markup import Html, data, element, join
from stream.lab.report.openings import openings
from stream.lab.report.pieces import MOST_DRAWN, brand_name, level_badge, plain_policy_name, policy_name, table


def overview(found: Backtest) -> Html:
    """All brands: those that are drawn with a link, the others without."""
    drawn, others = found.brands[:MOST_DRAWN], found.brands[MOST_DRAWN:]
    heads = [
        "Brand",
        "Mentions",
        *(join("Opened, ", policy_name(found, policy)) for policy in range(len(found.policies))),
    ]
    numbers = range(1, 2 + len(found.policies))
    rows = [[brand_name(found, place), *_cells(brand), sparkline(found, brand)] for place, brand in enumerate(drawn)]
    return element(
        "section",
        element("h2", "Brands", id="brands"),
        table("Those with openings first", [*heads, "Highest level", "Mentions over time"], rows, numbers)
        if rows
        else element("p", "No brand was mentioned."),
        *_rest(found, others, heads),
        aria_labelledby="brands",
    )


def one_by_one(found: Backtest) -> Html:
    """A chart and the openings of each brand that is drawn."""
    if not found.brands:
        return Html("")
    stories: dict[str, list[Story]] = {}
    for story in sorted(found.stories, key=lambda item: (item.start, item.end)):
        stories.setdefault(story.brand_id, []).append(story)
    return element(
        "section",
        element("h2", "Brand by brand", id="each"),
        _legend(found),
        *(
            _brand(found, brand, place, stories.get(brand.brand_id, []))
            for place, brand in enumerate(found.brands[:MOST_DRAWN], 1)
        ),
        aria_labelledby="each",
    )


def _rest(found: Backtest, others: list[Brand], heads: list[str]) -> list[Html]:
    if not others:
        return []
    rows = [[data(brand.brand_id, 80), *_cells(brand)] for brand in others]
    numbers = range(1, 2 + len(found.policies))
    return [table("The other brands, which are not drawn below", [*heads, "Highest level"], rows, numbers)]


def _cells(brand: Brand) -> list[str]:
    peak = max((crisis.peak_level for crises in brand.found for crisis in crises), default=0)
    return [
        f"{brand.mentions:,}",
        *(f"{len(crises):,}" for crises in brand.found),
        level_badge(peak) if peak else words.NOT_KNOWN,
    ]


def _legend(found: Backtest) -> Html:
    def key(kind: str, told: str) -> Html:
        return element("span", element("span", class_=f"key key-{kind}"), told)

    keys = [
        key("mentions", "mentions"),
        key("negative", "negative mentions"),
        key("usual", "usual, up to the usual high"),
    ]
    if found.stories:
        keys += [key("crisis", "a true crisis"), key("other", "something else that happened")]
    return element("p", *keys, class_="legend note")


def _brand(found: Backtest, brand: Brand, place: int, stories: list[Story]) -> Html:
    names = [plain_policy_name(found, policy) for policy in range(len(found.policies))]
    opened = [f"{words.count(len(crises), 'opening')}" for crises in brand.found]
    told = words.listing(
        [f"{count} of {name}" if len(names) > 1 else count for count, name in zip(opened, names, strict=False)]
    )
    caption = [element("figcaption", in_words(stories))] if stories else []
    return element(
        "article",
        element("h3", data(brand.brand_id, 80), id=f"brand-{place}"),
        element(
            "p",
            f"{words.count(brand.mentions, 'mention')}; {told}. ",
            element("a", "All brands", href="#brands", class_="up"),
            class_="note",
        ),
        element("figure", chart(found, brand, stories, names), *caption),
        openings(found, brand, place - 1),
        class_="brand",
        aria_labelledby=f"brand-{place}",
    )
