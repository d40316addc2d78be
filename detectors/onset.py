"""Where the present unrest began."""

from __future__ import annotations

from detectors.recent import FINE_REACH, Recent
from detectors.signals import attention, boycott, drift, multiple, negativity, sentiment
from detectors.signals.reading import Reading


def onset(reading: Reading, recent: Recent, window_seconds: int) -> int:
    """Where the unrest behind a reading began: start of a base window, seconds.

    The change point of a cumulative sum (Page, Continuous inspection schemes, Biometrika 1954): the cell from which on
    the excess of observed over expected is largest, in the unit of the signal.
    """
    count = _COUNTED[reading.name]
    span = reading.window_end - reading.window_start
    rate = reading.expected / span if reading.name not in {sentiment.NAME, drift.NAME} else 0.0
    cells = list(recent.cells(count, reading.window_start, fine=span <= FINE_REACH))
    if reading.name == attention.NAME and reading.observed:
        # it tells people, where a cell counts them once in five minutes
        rate *= sum(counted for _, counted, _ in cells) / reading.observed
    best_start, best_excess, excess = reading.window_end - window_seconds, 0.0, 0.0
    later = reading.window_end
    for start, counted, first in cells:
        excess += counted - rate * (later - start)
        later = start
        if excess > best_excess:
            best_excess, best_start = excess, first
    return best_start


_COUNTED = {
    attention.NAME: "talkers",
    boycott.NAME: "callers",
    drift.NAME: "unhappy",
    multiple.NAME: "unhappy",
    negativity.NAME: "unhappy",
    sentiment.NAME: "negative",
}
