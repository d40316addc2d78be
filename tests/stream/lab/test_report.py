"""The page of a backtest: what it says, that nothing of people's words becomes markup, and that everybody can read it."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from msgspec.structs import replace

from stream.lab.findings import Backtest, Step
from stream.lab.report import page
from tests.backtests import DAY, HOSTILE, HOUR, START, backtest, crisis, five_weeks, story
from tests.pages import Node, contrasts, faults, read

ELEMENTS = set(
    (
        "html head meta title style body header main footer section article a p h1 h2 h3 h4 dl dt dd div span bdi abbr strong "
        "time table caption thead tbody tr th td ul ol li details summary figure figcaption svg desc path rect line text tspan"
    ).split()
)
"""What the page is made of."""
A, B = START + 2 * DAY, START + 4 * DAY


@pytest.fixture(scope="module")
def large() -> str:
    """Twelve brands for five weeks, two policies, truth, words of people who mean harm."""
    return page(five_weeks())


@pytest.fixture(scope="module")
def tree(large: str) -> Node:
    return read(large)


def words_of(found: Backtest) -> str:
    """All text of the page on one line."""
    return read(page(found)).text


def section(tree: Node, name: str) -> str:
    """Text of a part of the page, on one line; empty if there is none."""
    parts = [part for part in tree.all("section") if part.attributes["aria-labelledby"] == name]
    return parts[0].text if parts else ""


def test_the_page_needs_and_runs_nothing_else(large: str, tree: Node) -> None:
    assert not re.search(r"https?:|<script|@import|url\(", large)
    assert "default-src 'none'; style-src 'unsafe-inline'; img-src data:" in [
        meta.attributes.get("content") for meta in tree.all("meta")
    ]
    assert set() == {node.tag for node in tree.all()} - ELEMENTS
    assert not [name for node in tree.all() for name in node.attributes if re.match("on|style|src", name)]


@pytest.mark.parametrize("word", HOSTILE, ids=range(len(HOSTILE)))
def test_words_of_people_stay_words(word: str) -> None:
    """Wherever a string of data may stand: as a brand, a file, a policy, a driver, an explanation, a story, a figure."""
    told = crisis(word, A, explanation=word, kind=word, drivers=[word], size={word: word}, truth=word)
    harmful = {
        "names": [word],
        "files": [word],
        "scores": [{"name": word, "recall": 0.5, word: word}],
        "stories": [story(word, A, name=word, detail=word)],
        "mentions": {word: 1},
    }
    found = backtest([[[told]]], **harmful)
    tree = read(page(found))
    assert {node.tag for node in tree.all()} <= ELEMENTS
    assert not re.search("[\x00-\x08\x0b-\x1f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", tree.text)
    assert "a" * 700 not in tree.text
    assert len(page(found)) < 60_000
    assert [] == faults(tree)


def test_long_words_are_cut_with_an_ellipsis() -> None:
    text = words_of(backtest([[[crisis("acme", A, explanation="y" * 10_000)]]]))
    assert "y" * 599 + "…" in text
    assert "y" * 600 not in text


def test_every_opening_is_in_the_page(tree: Node) -> None:
    found = five_weeks()
    shown = [opening.text for opening in tree.all("details") if opening.attributes.get("class") == "opening"]
    assert sum(policy.opened for policy in found.policies) == len(shown)
    for brand in found.brands:
        for crises in brand.found:
            for one in crises:
                assert any(one.crisis_id[-11:] in text for text in shown)


def test_an_opening_tells_when_how_bad_why_and_with_what_evidence() -> None:
    told = crisis("acme", A + 5 * 60, 5 * HOUR, 3)
    text = words_of(backtest([[[told]]], names=["acme"]))
    for expected in (
        "Wed 5 Aug, 00:05",
        "major",
        "5 h product failure",
        told.explanation,
        "negativity: 14 unhappy people within 1 h where 2.1 are usual (up to 6.3); score 4.21, limit 3.00 (default)",
        "attention: 60 people talking",
        "sentiment: mean sentiment -0.42 within 1 h where -0.05 is usual (down to -0.25)",
        "#recall battery smoke",
        "mentions: 120 · unique authors: 97 · negative authors: 81 · negative share: 83 % · platforms: x 90, reddit 30",
        "Wed 5 Aug, 00:05 opened at watch",
        "Wed 5 Aug, 00:25 escalated to major",
        "Wed 5 Aug, 05:05 resolved",
    ):
        assert expected in text


def test_what_is_open_at_the_end_is_said_to_be() -> None:
    assert "5 days, still open" in words_of(backtest([[[crisis("acme", A, None)]]]))


def test_only_so_many_openings_of_a_brand_are_shown() -> None:
    """And how many more there are."""
    many = [crisis("acme", START + number * HOUR, 1800) for number in range(130)]
    tree = read(page(backtest([[many]])))
    assert 100 == len([node for node in tree.all("details") if node.attributes.get("class") == "opening"])
    assert "30 more openings are not shown." in tree.text


def test_only_so_many_brands_are_drawn() -> None:
    """The others are rows of a table."""
    tree = read(page(backtest([[[]] for _ in range(75)])))
    assert 60 == len(list(tree.all("article")))
    assert ["The other brands, which are not drawn below"] == [
        caption.text for caption in tree.all("caption") if "other" in caption.text
    ]
    assert "brand-74" in section(tree, "brands")
    assert [] == faults(tree)


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ([], [], "Neither of the two opens anything."),
        ([A], [A], "B opens the same crises as A, at the same times and with the same levels."),
        ([], [A, B], "B opens 2 crises that A does not; none of A's is lost."),
        ([A, B], [A], "B does not open 1 crisis that A opens, and adds none."),
        ([A], [B], "B opens 1 crisis that A does not, and does not open 1 crisis that A does."),
        (
            [A],
            [A - 1200],
            "1 crisis is opened by both: B opens 1 earlier (typically by 20 min), and to the same levels.",
        ),
        ([A, B], [A + 600, B], "2 crises are opened by both: B opens 1 later (typically by 10 min), and to the same"),
    ],
)
def test_the_difference_of_two_policies_is_said(first: list[int], second: list[int], expected: str) -> None:
    found = backtest([[[crisis("acme", at) for at in policy] for policy in (first, second)]])
    assert expected in section(read(page(found)), "changes")


def test_a_higher_level_is_a_difference() -> None:
    found = backtest([[[crisis("acme", A, level=2)], [crisis("acme", A, level=4)]]])
    text = section(read(page(found)), "changes")
    assert "at the same times, and takes 1 higher in level." in text
    assert "B higher issue severe" in text


def test_the_difference_says_whether_it_was_right() -> None:
    """Where the truth is known."""
    right, wrong = crisis("acme", A, truth="crisis"), crisis("acme", B, truth="viral_joy")
    found = backtest(
        [[[], [right, wrong]]], names=["acme"], stories=[story("acme", A), story("acme", B, name="viral_joy")]
    )
    assert "Of what only B opens, 1 fell into a true crisis and 1 did not." in section(read(page(found)), "changes")


def test_found_and_missed_crises_and_false_openings_are_told() -> None:
    stories = [story("acme", A - 1500), story("acme", B, name="viral_joy"), story("other", A)]
    opened = [[crisis("acme", A, level=3, truth="crisis"), crisis("acme", B, truth="viral_joy")]]
    text = section(read(page(backtest([opened, [[]]], names=["acme", "other"], stories=stories))), "truth")
    assert "found 1 of 2 true crises; 1 opening fell into no true crisis." in text
    assert "✓ after 25 min" in text
    assert "✗ missed" in text
    assert "viral joy 1" in text


def test_what_was_opened_for_something_else_may_get_worse_in_a_crisis() -> None:
    """Somebody was told of it then."""
    early = crisis("acme", A, DAY, level=3, truth="nothing")
    text = section(read(page(backtest([[[early]]], names=["acme"], stories=[story("acme", A + 600)]))), "truth")
    assert "found 1 of 1 true crisis; 1 opening fell into no true crisis." in text
    assert "✓ already open, worse after 10 min" in text


def test_what_is_told_of_a_crisis_only_after_its_end_has_missed_it() -> None:
    """As the figures have it."""
    late = crisis("acme", A + 7 * HOUR, truth="crisis")
    text = section(read(page(backtest([[[late]]], names=["acme"], stories=[story("acme", A)]))), "truth")
    assert "found 0 of 1 true crisis; nothing was opened without a crisis." in text


def test_what_stood_before_a_crisis_and_says_nothing_has_missed_it() -> None:
    early = crisis("acme", A, DAY, truth="nothing")
    text = section(read(page(backtest([[[early]]], names=["acme"], stories=[story("acme", A + HOUR)]))), "truth")
    assert "found 0 of 1 true crisis" in text
    assert "✗ missed" in text


def test_what_opens_again_in_a_crisis_was_not_open() -> None:
    before = crisis("acme", A, HOUR, truth="nothing")
    again = replace(before, steps=[*before.steps[:3], Step(A + 3 * HOUR, "reopened", 1)])
    text = section(read(page(backtest([[[again]]], names=["acme"], stories=[story("acme", A + 2 * HOUR)]))), "truth")
    assert "found 1 of 1 true crisis" in text
    assert "✓ opened again after 1 h" in text


def test_flare_ups_are_no_crises_of_their_own() -> None:
    """Of them it is enough that the alarm still stands."""
    stories = [story("acme", A), replace(story("acme", A + 8 * HOUR), again=True)]
    stories += [replace(story("acme", A + 30 * HOUR), again=True)]
    told = crisis("acme", A + 1500, DAY, truth="crisis")
    text = section(read(page(backtest([[[told]]], names=["acme"], stories=stories))), "truth")
    assert "found 1 of 1 true crisis, and told 1 of 2 flare-ups" in text
    assert "exponential, again ✓ already open" in text


def test_without_a_truth_nothing_is_called_true_or_false() -> None:
    tree = read(page(backtest([[[crisis("acme", A)]]])))
    assert "" == section(tree, "truth")
    assert not re.search("✓|✗", tree.text)


def test_figures_are_shown_with_their_ranges_and_those_for_machines_are_not() -> None:
    """One that a row lacks is a dash; where no row has one, it has no column."""
    rows = [
        {"name": "default", "recall": 0.9, "recall_low": 0.8, "recall_high": 0.95, "big_median_delay_minutes": 24.0},
        {"name": "rival", "recall": 0.5, "crises": 12, "false_opens_per_brand_week": 1.2345},
    ]
    text = section(read(page(backtest([[[]]], scores=rows))), "figures")
    assert "Rule Crises found False openings per brand and week Delay of large ones, median default" in text
    assert "default 90 % 80 % to 95 % – 24 min" in text
    assert "rival 50 % 1.23 –" in text


def test_how_often_everybody_speaks_is_shown_where_the_truth_is_not_known() -> None:
    rate = {"alerts_per_brand_week": 0.5, "alerts_per_brand_week_low": 0.1, "alerts_per_brand_week_high": 2.0}
    text = section(read(page(backtest([[[]]], scores=[{"name": "rival", "alerts": 3, **rate}]))), "figures")
    assert "Rule Alerts Alerts per brand and week rival 3 0.5 0.1 to 2" in text


def test_figures_of_nothing_are_no_section() -> None:
    assert "" == section(read(page(backtest([[[]]], scores=[{"name": "default", "crises": 0}]))), "figures")


def test_what_the_figures_are_of_is_said() -> None:
    row = {"name": "default", "recall": 1.0, "crises": 1, "big_crises": 0, "brand_weeks": 2.34}
    text = section(read(page(backtest([[[]]], scores=[row]))), "figures")
    assert "Of 1 crisis (0 big) and 2.3 brand-weeks outside of them" in text


def test_the_summary_counts_by_level() -> None:
    opened = [crisis("acme", A, 5 * HOUR, 3), crisis("acme", B, 2 * HOUR)]
    text = section(read(page(backtest([[opened], [[]]]))), "summary")
    assert "default would have opened 2 crises at 1 of 2 brands." in text
    assert "1 watch, 1 major. Crises were open for 7 hours in all." in text


def test_the_top_says_what_was_read() -> None:
    top = next(read(page(five_weeks())).all("header")).text
    for expected in (
        "3 August to 6 September 2026",
        "12 (60 brand-weeks)",
        "402 late",
        "12 refused",
        "august.jsonl.gz",
        "UTC",
    ):
        assert expected in top


def test_levels_are_drawn_as_long_as_they_lasted() -> None:
    """A crisis of two days of seven that is resolved, and open again for one."""
    steps = [Step(START, "opened", 1), Step(START + DAY, "escalated", 3), Step(START + 2 * DAY, "resolved", 0)]
    steps += [Step(START + 3 * DAY, "reopened", 2), Step(START + 4 * DAY, "resolved", 0)]
    found = backtest([[[replace(crisis("acme", START), steps=steps)]]])
    chart = next(figure for figure in read(page(found)).all("figure"))
    bars = [(bar.attributes["class"], bar.attributes["x"], bar.attributes["width"]) for bar in chart.all("rect")]
    drawn = [bar for bar in bars if bar[0].startswith("fill-")]
    assert [("fill-1", "0%", "14.29%"), ("fill-3", "14.29%", "14.28%"), ("fill-2", "42.86%", "14.28%")] == drawn


def test_charts_say_in_words_what_they_show(tree: Node) -> None:
    descriptions = [
        drawing.children[1].text
        for figure in tree.all("figure")
        for drawing in figure.all("svg")
        if drawing.attributes.get("role")
    ]
    assert 12 == len(descriptions)
    assert all("Busiest hour" in told and "default:" in told for told in descriptions)


def test_many_hours_are_put_together() -> None:
    """Eight weeks need no wider path than five; the busiest hour of a column is kept."""
    eight = page(backtest([[[]]], weeks=8))
    steps = [len(re.findall("[hV]", path)) for path in re.findall(r'<path d="([^"]*)"', eight)]
    assert max(steps) < 2200


def test_a_large_page_stays_small(large: str) -> None:
    assert len(large.encode()) < 1_500_000


def test_the_same_findings_give_the_same_page(large: str) -> None:
    assert large == page(five_weeks())


def test_nothing_at_all_is_a_page_too() -> None:
    """No brands, no hours, no openings."""
    empty = Backtest([], START, START, 0.0, {}, backtest([[[]]]).policies, [])
    tree = read(page(empty))
    assert "No brand was mentioned." in tree.text
    assert [] == faults(tree)


def test_everybody_can_read_it(tree: Node) -> None:
    """Language, title, landmarks, headings in order, tables with headers, drawings with words, links with targets."""
    assert [] == faults(tree)
    assert "#main" == next(tree.all("a")).attributes["href"]
    levels = [int(heading.tag[1]) for heading in tree.all("h1", "h2", "h3", "h4")]
    assert all(later <= earlier + 1 for earlier, later in pairwise(levels))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_colours_stand_out(tree: Node, scheme: str) -> None:
    """Words at 4.5 to 1, marks at 3 to 1."""
    ratios = contrasts(tree, scheme)
    read_as_words = ("text", "muted", "link", "good", "crisis", "other", "words")
    for pair, ratio in ratios.items():
        if pair.split()[0] in read_as_words:
            assert ratio >= 4.5, pair
        elif pair.split()[0].startswith(("level", "mentions", "negative")):
            assert ratio >= 3.0, pair
