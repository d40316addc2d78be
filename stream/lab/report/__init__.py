"""The report of a backtest: one HTML page that needs nothing else, for people.

| file | what is in it |
|---|---|
| `markup` | the one door for strings of data, and elements |
| `words` | times, durations and numbers as people write them |
| `pieces`, `style` | tables and badges; colours and rules |
| `summary`, `changes`, `truth`, `scores` | the parts above the brands |
| `brands`, `openings`, `chart`, `columns` | each brand: its chart, its crises |
| `difference` | which crises of two policies are the same |
"""

from __future__ import annotations

from stream.lab.findings import Backtest
from stream.lab.report.brands import one_by_one, overview
from stream.lab.report.changes import changes
from stream.lab.report.difference import all_incidents
from stream.lab.report.markup import Html, element, join
from stream.lab.report.scores import scores
from stream.lab.report.style import style
from stream.lab.report.summary import summary, title, top
from stream.lab.report.truth import truth

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
"""Should markup ever slip in with the data, the browser loads and runs nothing of it."""


def page(found: Backtest) -> str:
    """The whole page, UTF-8 to be; the same for the same findings."""
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=_POLICY),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="referrer", content="no-referrer"),
        element("title", title(found)),
        element("style", Html(style())),
    )
    body = element(
        "body",
        element("a", "Skip to the summary", href="#main", class_="skip"),
        top(found),
        element(
            "main",
            summary(found),
            changes(found, all_incidents(found)),
            truth(found),
            scores(found),
            overview(found),
            one_by_one(found),
            id="main",
            tabindex=-1,
        ),
        _notes(found),
    )
    return join(Html("<!DOCTYPE html>\n"), element("html", head, body, lang="en"), "\n")


def _notes(found: Backtest) -> Html:
    baselines = "; the charts show the baselines of A." if len(found.policies) > 1 else "."
    notes = [
        "A crisis is opened at the limit of watch; its level is then watch, issue, major or severe.",
        f"What is usual was learned as the stream went by, from nothing that came later{baselines}",
        "A brand-week is one brand watched for one week.",
        "Where a chart has more hours than room, the pale area is the busiest hour and the line the mean.",
    ]
    return element(
        "footer", element("h2", "How to read this page"), element("ul", *(element("li", note) for note in notes))
    )
