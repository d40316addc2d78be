"""What a backtest found, in lines for a terminal."""

from __future__ import annotations

from detectors.severity import LEVELS
from stream.events.crisis import utc
from stream.lab.figures import basis, columns, shown
from stream.lab.findings import Backtest, Found, Policy
from stream.lab.report.changes import in_words
from stream.lab.report.difference import all_incidents

MAX_SHOWN = 60


def as_text(found: Backtest) -> str:
    """Openings of the first policy, a line each; each policy in numbers, and what a second one changes; the figures of
    everybody."""
    opened = [(crisis, brand.brand_id) for brand in found.brands for crisis in brand.found[0]]
    opened.sort(key=lambda pair: (pair[0].opened_at, pair[1]))
    lines = [_line(crisis, brand_id) for crisis, brand_id in opened[:MAX_SHOWN]]
    if len(opened) > MAX_SHOWN:
        lines.append(f"... and {len(opened) - MAX_SHOWN} more")
    counts = ", ".join(f"{count} {became}" for became, count in found.mentions.items() if count)
    brands = "1 brand" if len(found.brands) == 1 else f"{len(found.brands)} brands"
    lines.append(f"{counts or 'no mentions'}; {brands}, {found.brand_weeks:.1f} brand-weeks")
    lines += [_policy(policy) for policy in found.policies]
    if len(found.policies) == 2:
        first, second = (policy.name for policy in found.policies)
        lines += ["", f"From {first} (A) to {second} (B):", *in_words(found, all_incidents(found))]
    if shown(found.scores):
        lines += ["", *filter(None, [basis(found.scores)]), *columns(found.scores)]
    elif found.breakdown is not None:
        lines += ["", "Nothing is judged: the stream is no longer than a policy has to learn what is usual."]
    return "\n".join([*lines, *_decoys(found)])


def _line(crisis: Found, brand_id: str) -> str:
    truth = f"  [{crisis.truth}]" if crisis.truth else ""
    at = f"{utc(crisis.opened_at):%Y-%m-%d %H:%M}"
    return f"{at}  {brand_id:<16} peak {LEVELS[crisis.peak_level]:<6}{truth}  {crisis.explanation}"


def _policy(policy: Policy) -> str:
    levels = ", ".join(f"{count} {LEVELS[int(level)]}" for level, count in policy.by_peak_level.items())
    return (
        f"{policy.name}: {policy.opened} opened, {policy.opened_per_brand_week:.2f} a brand-week"
        f"{f' (highest level: {levels})' if levels else ''}, {policy.hours_open:.1f} hours open"
    )


def _decoys(found: Backtest) -> list[str]:
    """Which decoys the first policy opened, and which it did not."""
    decoys = found.breakdown["decoys"] if found.breakdown is not None else []
    opened = [f"{one['name']} ({one['opened']} of {one['number']})" for one in decoys if one["opened"]]
    left = [f"{one['name']} ({one['number']})" for one in decoys if not one["opened"]]
    lines = [f"decoys opened: {', '.join(opened)}"] if opened else []
    lines += [f"decoys left alone: {', '.join(left)}"] if left else []
    return ["", *lines] if lines else []
