"""Alert rules that other products publish, run side by side on the same mentions: what would they have said?

They are sketches of one published condition each, not the products. What a page leaves open is assumed in the
product's favour and said (`Rule.assumed`). For all of them:

- They look at ten-minute counts that are complete; a baseline ends where the window begins.
- A rule on counts keeps quiet below ten mentions in its window, where its page names no floor.
- After an alert a rule is quiet for six hours, where its page names no cool-down and no repetition.
- A week's baseline may begin after four days, one of two weeks after seven, one of four weeks after fourteen, with what
  there is; shorter ones are waited for.
"""

from __future__ import annotations

from typing import NamedTuple

from stream.lab.rivals.past import Counts, Past
from stream.lab.rivals.rules import RIVALS, Rule
from stream.lab.tally import Bucket

RULES: tuple[tuple[str, str, int], ...] = tuple((rule.name, rule.does, rule.cool_down) for rule in RIVALS)
"""Name, what it does in a sentence, cool-down in seconds."""


class Alert(NamedTuple):
    """A rule spoke."""

    rule: str
    series: str
    """all, negative, share, or - for none."""
    brand_id: str
    at: int
    """End of the ten minutes that raised it, seconds since the epoch."""


class _Watch:
    """A rule on one series of one brand."""

    __slots__ = ("counts", "quiet_until", "rule", "series")

    def __init__(self, rule: Rule, series: str, past: Past) -> None:
        self.rule, self.series, self.quiet_until = rule, series, 0
        self.counts: Counts = past.mentions if series == "all" else past.negative


class Rivals:
    """Every rule on every brand, one pass. Keeps five weeks of counts per brand: some 90 KB."""

    __slots__ = ("_brands", "alerts")

    def __init__(self) -> None:
        self._brands: dict[str, tuple[Past, list[_Watch]]] = {}
        self.alerts: list[Alert] = []
        """In the order in which they were raised."""

    def step(self, brand_id: str, bucket: Bucket) -> None:
        """Let the rules look at the next ten minutes of a brand, which follow those before without a gap."""
        known = self._brands.get(brand_id)
        if known is None:
            past = Past()
            watches = [_Watch(rule, series, past) for rule in RIVALS for series in rule.series]
            known = self._brands[brand_id] = past, watches
        past, watches = known
        past.add(bucket)
        at, seconds = past.at, past.mentions.seconds
        for watch in watches:
            rule = watch.rule
            if at % rule.every or at < watch.quiet_until or seconds < rule.needs:
                continue
            if rule.condition(watch.counts, past):
                watch.quiet_until = at + rule.cool_down
                self.alerts.append(Alert(rule.name, watch.series, brand_id, at))
