"""Readings and verdicts out of thin air, for tests of what is made of them."""

from detectors.severity import Verdict
from detectors.signals.reading import Reading
from tests.detectors.talk import HOUR, MONDAY


def reading(name: str = "negativity", score: float = 0.0, **more) -> Reading:
    """A warm reading of the hour up to Monday, noon; `more` are fields of `Reading`."""
    noon = MONDAY + 12 * HOUR
    usual = {
        "window_start": noon - HOUR,
        "window_end": noon,
        "observed": 12,
        "expected": 3.0,
        "low": 0.0,
        "high": 9.0,
        "samples": 200,
        "warm": True,
        "baseline_kind": "decayed",
    }
    return Reading(name=name, score=score, **(usual | more))


def verdict(level: int, lower: int | None = None, strength: float | None = None) -> Verdict:
    """A verdict of this level; where nothing else is said, its lower limit is that of the same level."""
    lower = level if lower is None else lower
    strength = float(lower) if strength is None else strength
    return Verdict(level, lower, level, strength, strength, (reading(score=3 * strength),), (3.0,))
