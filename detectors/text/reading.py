"""What one text says: the value that every caller of this room gets."""

from typing import NamedTuple


class TextReading(NamedTuple):
    """What one text says, in numbers and names.

    `p_negative`: [0, 1]; `>= 0.5` means negative. `sentiment`: [-1, 1]; a negative text has `<= -0.05`.
    `coverage`: [0, 1); 0 = nothing recognised, so the other two are the prior only.
    `language`: BCP-47 primary tag, `und` when unknown.
    `causes`: sorted names of the `[cause.*]` sections found and not cancelled by a guard, whatever the polarity.
    `intents`: sorted; words of the contract's list (`boycott`, `legal_threat`, `safety_risk`).
    """

    p_negative: float
    sentiment: float
    coverage: float
    language: str
    causes: tuple[str, ...]
    intents: tuple[str, ...]
