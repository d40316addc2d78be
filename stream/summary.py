"""What a run over files found, for people and for machines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from detectors.severity import LEVELS
from stream.events.envelope import rfc3339
from stream.outcome import Outcome
from stream.pipeline import Pipeline
from stream.runner import Observer, Timing
from stream.windows import OUTCOMES, REFUSED

MAX_SHOWN = 200


class Received(Observer):
    """Counts mentions by what became of them."""

    def __init__(self) -> None:
        self.mentions: Counter[str] = Counter(dict.fromkeys(OUTCOMES, 0))

    @property
    def received(self) -> int:
        """Mentions received."""
        return self.mentions.total()

    @property
    def taken(self) -> int:
        """Mentions that were not refused."""
        return self.received - self.mentions[REFUSED]

    def committed(self, outcomes: Sequence[Outcome], pipelines: Mapping[int, Pipeline], timing: Timing) -> None:
        """Count them."""
        for outcome in outcomes:
            for (_, became), count in outcome.mentions.items():
                self.mentions[became] += count


class Summary(Received):
    """Remembers what opened and what became of the records."""

    def __init__(self) -> None:
        super().__init__()
        self.refusals: Counter[str] = Counter()
        self.transitions: Counter[str] = Counter()
        self.opened: list[dict[str, Any]] = []
        self._peaks: dict[str, int] = {}

    @property
    def opened_count(self) -> int:
        """Crises opened so far."""
        return len(self.opened)

    def committed(self, outcomes: Sequence[Outcome], pipelines: Mapping[int, Pipeline], timing: Timing) -> None:
        """Remember what was told."""
        super().committed(outcomes, pipelines, timing)
        for outcome in outcomes:
            for refusal in outcome.refusals:
                self.refusals[f"{refusal.input} {refusal.refused}"] += 1
            for item in outcome.told:
                event = item.event
                self.transitions[item.verb] += 1
                self._peaks[event.crisis_id] = max(self._peaks.get(event.crisis_id, 0), event.level)
                if item.verb == "opened":
                    self.opened.append(
                        {
                            "crisis_id": event.crisis_id,
                            "brand_id": event.brand_id,
                            "opened_at": rfc3339(event.opened_at),
                            "first_signal_at": rfc3339(event.first_signal_at),
                            "level": event.level,
                            "kind": event.kind,
                            "signals": [signal.name for signal in event.signals],
                            "explanation": event.explanation,
                        }
                    )

    def as_dict(self) -> dict[str, Any]:
        """Everything, for a machine."""
        opened = [{**item, "peak_level": self._peaks[item["crisis_id"]]} for item in self.opened]
        return {
            "received": self.received,
            "mentions": {outcome: self.mentions[outcome] for outcome in OUTCOMES},
            "refusals": dict(self.refusals.most_common()),
            "transitions": dict(self.transitions.most_common()),
            "opened": sorted(opened, key=lambda item: (item["opened_at"], item["brand_id"])),
        }

    def as_text(self) -> str:
        """What opened, one line each, and the counts."""
        told = self.as_dict()
        lines = [
            f"{item['opened_at'][:16].replace('T', ' ')}  {item['brand_id']:<16} "
            f"{LEVELS[item['level']]:<6} (peak {LEVELS[item['peak_level']]})  {item['explanation']}"
            for item in told["opened"][:MAX_SHOWN]
        ]
        if len(told["opened"]) > MAX_SHOWN:
            lines.append(f"... and {len(told['opened']) - MAX_SHOWN} more")
        return "\n".join([*lines, self.records_as_text(), self.transitions_as_text()])

    def transitions_as_text(self) -> str:
        """How many crises opened, and what else happened."""
        changes = ", ".join(f"{count} {verb}" for verb, count in self.transitions.most_common())
        opened = "1 crisis" if self.opened_count == 1 else f"{self.opened_count} crises"
        return f"{opened} opened" + (f" ({changes})" if changes else "")

    def records_as_text(self) -> str:
        """What became of the records."""
        counts = ", ".join(f"{self.mentions[outcome]} {outcome}" for outcome in OUTCOMES if self.mentions[outcome])
        refused = [f"  refused {count} x {why}" for why, count in self.refusals.most_common(10)]
        return "\n".join([f"{self.received} mentions: {counts or 'none'}", *refused])
