"""Where the present unrest began."""

from __future__ import annotations

from detectors.recent import FINE_REACH, Recent
from detectors.signals import attention, boycott, negativity, sentiment
from detectors.signals.reading import Reading


def onset(reading: Reading, recent: Recent, window_seconds: int) -> int:
    """Where the unrest behind a reading began: start of a base window, seconds.

    The change point of a cumulative sum (Page, Continuous inspection schemes, Biometrika 1954): the cell from which on
    the excess of observed over expected is largest, in the unit of the signal.
    """
    count = _COUNTED[reading.name]
    span = reading.window_end - reading.window_start
    rate = reading.expected / span if reading.name != sentiment.NAME else 0.0
    best_start, best_excess, excess = reading.window_end - window_seconds, 0.0, 0.0
    later = reading.window_end
    for start, counts in recent.cells(reading.window_start, fine=span <= FINE_REACH):
        excess += getattr(counts, count) - rate * (later - start)
        later = start
        if excess > best_excess:
            first_at = min(place.first_at_ms for place in counts.places.values()) // 1000
            best_excess, best_start = excess, first_at // window_seconds * window_seconds
    return best_start


_COUNTED = {
    attention.NAME: "talkers",
    boycott.NAME: "callers",
    negativity.NAME: "unhappy",
    sentiment.NAME: "negative",
}
