"""The state of a brand as the release before stored it, as this one does."""

from __future__ import annotations

from typing import Any


def upgraded(state: dict[str, Any]) -> dict[str, Any]:
    """A snapshot of version 2 as one of version 3, which knows what level a crisis would have had if it had lasted; it is not
    changed."""
    lifecycle = state["lifecycle"]
    crisis = lifecycle["crisis"]
    return state | {
        "version": 3,
        "lifecycle": lifecycle | {"crisis": crisis and crisis | {"peak_bare": crisis["peak_level"]}},
    }
