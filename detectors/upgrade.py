"""The state of a brand as the release before stored it, as this one does."""

from __future__ import annotations

from typing import Any


def upgraded(state: dict[str, Any]) -> dict[str, Any]:
    """A snapshot of version 3 as one of version 4, which knows how long a crisis could not be heard, of which activity a plan is,
    and more than one driver that was told; it is not changed."""
    story = state["story"]
    if story and story["told"]:
        mentions, platforms, kind, driver = story["told"]
        story = story | {"told": [mentions, platforms, kind, [driver] if driver else []]}
    return state | {
        "version": 4,
        "lifecycle": state["lifecycle"] | {"unheard": [0, 0, 0, 0, 0]},
        "plans": [[*plan, -number] for number, plan in enumerate(state["plans"], start=1)],  # none of them is replaced
        "story": story,
    }
