"""The top of the page: what was read, and what came of it in words and a few large numbers."""

from __future__ import annotations

from collections.abc import Callable

from stream.lab.findings import Backtest, Policy
from stream.lab.report import words
from stream.lab.report.markup import Html, data, element, join, listed, plain
from stream.lab.report.pieces import facts, letter, level_badge, policy_name, table

_FILES_SHOWN = 20
LEVELS = (1, 2, 3, 4)


def title(found: Backtest) -> str:
    """The name of the page, without elements."""
    names = " against ".join(plain(policy.name, 60) for policy in found.policies)
    return f"Backtest of {names}: {words.stretch(found.start, found.end)}"


def top(found: Backtest) -> Html:
    """The heading, and what was read."""
    return element(
        "header",
        element(
            "p",
            "brushfire: what a policy would have done"
            if len(found.policies) < 2
            else "brushfire: what two policies would have done",
            class_="eyebrow",
        ),
        element("h1", f"Backtest, {words.stretch(found.start, found.end)}"),
        facts(
            [
                ("Policies" if len(found.policies) > 1 else "Policy", _policies(found)),
                ("Brands", f"{len(found.brands):,} ({words.number(found.brand_weeks)} brand-weeks)"),
                ("Time", f"{words.duration(found.end - found.start)}; all times are UTC"),
                ("Mentions", _mentions(found)),
                ("Files" if len(found.files) > 1 else "File", _files(found)),
            ]
        ),
    )


def summary(found: Backtest) -> Html:
    """What the policies would have done, in a sentence each, in numbers, and by level."""
    return element(
        "section",
        element("h2", "Summary", id="summary"),
        *(element("p", _in_words(found, place), class_="lead") for place in range(len(found.policies))),
        _tiles(found),
        _by_level(found),
        aria_labelledby="summary",
    )


def _policies(found: Backtest) -> Html:
    told = []
    for place, policy in enumerate(found.policies):
        limits = ", ".join(f"{plain(name, 20)} {words.number(limit)}" for name, limit in policy.limits.items())
        told.append(
            element("div", policy_name(found, place), f": {limits}; configuration ", data(policy.config_hash, 20))
        )
    return join(*told)


def _mentions(found: Backtest) -> str:
    return ", ".join(f"{number:,} {plain(name, 40)}" for name, number in found.mentions.items() if number) or "none"


def _files(found: Backtest) -> Html:
    shown = listed(data(name, 120) for name in found.files[:_FILES_SHOWN])
    left = len(found.files) - _FILES_SHOWN
    return join(shown, f" and {left:,} more") if left > 0 else shown


def _in_words(found: Backtest, place: int) -> Html:
    policy = found.policies[place]
    brands = sum(1 for brand in found.brands if place < len(brand.found) and brand.found[place])
    if not policy.opened:
        return join(policy_name(found, place), " would have opened nothing.")
    reached = [
        f"{policy.by_peak_level[str(level)]:,} {words.level_name(level)}"
        for level in LEVELS
        if policy.by_peak_level.get(str(level))
    ]
    return join(
        policy_name(found, place),
        f" would have opened {words.count(policy.opened, 'crisis', 'crises')} at {brands:,} of "
        f"{words.count(len(found.brands), 'brand')}. ",
        f"By the highest level reached: {words.listing(reached)}. ",
        f"Crises were open for {words.count(round(policy.hours_open), 'hour')} in all.",
    )


def _tiles(found: Backtest) -> Html:
    tiles: list[tuple[str, Callable[[Policy], str]]] = [
        ("Crises opened", lambda policy: f"{policy.opened:,}"),
        ("Per brand and week", lambda policy: f"{policy.opened_per_brand_week:.2f}"),
        (
            "Major or severe",
            lambda policy: f"{policy.by_peak_level.get('3', 0) + policy.by_peak_level.get('4', 0):,}",
        ),
        ("Hours open", lambda policy: words.number(round(policy.hours_open))),
    ]
    return element(
        "dl",
        *(
            element(
                "div",
                element("dt", name),
                *(element("dd", letter(found, place), told(policy)) for place, policy in enumerate(found.policies)),
                class_="tile",
            )
            for name, told in tiles
        ),
        class_="tiles",
    )


def _by_level(found: Backtest) -> Html:
    rows = [
        [
            policy_name(found, place),
            *(f"{policy.by_peak_level.get(str(level), 0):,}" for level in LEVELS),
            f"{policy.opened:,}",
            f"{policy.opened_per_brand_week:.2f}",
            words.duration(3600 * policy.hours_open / policy.opened) if policy.opened else words.NOT_KNOWN,
        ]
        for place, policy in enumerate(found.policies)
    ]
    heads = ["Policy", *(level_badge(level) for level in LEVELS), "All", "Per brand and week", "Open, on average"]
    return table("Crises by the highest level that each reached", heads, rows, range(1, 8))
