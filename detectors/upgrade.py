"""The state of a brand as the release before stored it, as this one does."""

from __future__ import annotations

from typing import Any


def upgraded(state: dict[str, Any]) -> dict[str, Any]:
    """A snapshot of version 1 as one of version 2, which tells how many speak from who they are; it is not changed."""
    voices, story = state["voices"], state["story"]
    return state | {
        "version": 2,
        "voices": voices | {"spoke": voices["voices"]},
        "story": story and story | {"heard_at": None},
    }
