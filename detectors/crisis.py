"""The lifecycle of a crisis: a state machine from levels, feedback and event time to changes. It knows no evidence.

open (confirmed, updated, escalated, deescalated) -> resolved -> closed, or reopened; dismissed from either.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Any, NamedTuple

from detectors.severity import LEVELS, Policy, Verdict

OPEN, RESOLVED, CLOSED, DISMISSED = "open", "resolved", "closed", "dismissed"
ENDED = (CLOSED, DISMISSED)
MAX_REASON = 400
"""Characters that are remembered of what a person wrote."""


@dataclass(frozen=True, slots=True)
class Crisis:
    """One crisis from opened to its end. Times are seconds since the epoch, event time."""

    crisis_id: str
    state: str
    level: int
    revision: int
    first_signal_at: int
    opened_at: int
    updated_at: int
    resolved_at: int | None = None
    closed_at: int | None = None
    told_at: int = 0
    """When the last event of any kind was sent."""
    peak: float = 0.0
    """The largest height it ever had (`detectors.severity.Verdict`)."""
    peak_level: int = 0
    """The highest level it ever had."""
    peak_bare: int = 0
    """The highest level it would have had without waiting for what lasts."""
    silent: bool = False
    """It was resolved because nobody could be heard any more."""
    decided: Decision | None = None
    """The last verdict a person gave."""
    root_cause: str | None = None
    owner: str | None = None
    closing: bool = False
    """A person asked to close it once it is resolved."""
    closure_reason: str | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person said about a crisis."""

    verdict: str
    actor_ref: str
    at: int
    reason: str | None = None


class Change(NamedTuple):
    """One transition: the crisis as it is now, and what it was before."""

    verb: str
    crisis: Crisis
    previous_state: str | None
    previous_level: int
    caused_by: str | None = None
    """Id of the person's word that caused it; None where mentions or time did."""


class Moment(NamedTuple):
    """The window that just ended, as the lifecycle sees it."""

    end: int
    verdict: Verdict
    policy: Policy
    onset: int
    """Where the present unrest began: start of a base window, seconds."""
    blocked: bool
    """A platform that carried the crisis is stale, or what is said has no score, not for too long: no news is no recovery."""
    silent: bool
    """That has been so for longer than a policy waits."""
    grown: bool
    """The crisis differs materially from what was last told."""


class Feedback(NamedTuple):
    """A person's word about a crisis, an alarm or a mention. Times in seconds."""

    verdict: str
    crisis_id: str | None
    actor_ref: str
    at: int
    value: str | None = None
    reason: str | None = None
    until: int | None = None
    feedback_id: str | None = None


_NEVER: list[int | None] = [None] * len(LEVELS)


class Lifecycle:
    """The current crisis of a brand, if any, and the holds around it.

    At most one crisis is neither closed nor dismissed. Call `observe` at each window and `decide` after it, and
    `listen` where a person's word takes effect.
    """

    __slots__ = ("_brand_id", "_over_since", "_reached_at", "_unheard", "crisis", "muted_above", "muted_until")

    def __init__(self, brand_id: str) -> None:
        self._brand_id = brand_id
        self.crisis: Crisis | None = None
        self._over_since = _NEVER.copy()
        self._reached_at = _NEVER.copy()
        self._unheard = [0] * len(LEVELS)
        """By level, seconds: how much of the time since it was reached was blocked."""
        self.muted_until: int | None = None
        self.muted_above: float | None = None
        """After a dismissal, the height beyond which it is over at once; None: nothing ends it."""

    @property
    def active(self) -> bool:
        """Whether there is a crisis that is neither closed nor dismissed."""
        return self.crisis is not None and self.crisis.state not in ENDED

    @property
    def holding(self) -> bool:
        """Whether a limit is passed and held for its pending time."""
        return self._over_since != _NEVER

    def reopens(self, end: int, policy: Policy) -> bool:
        """Whether a flare-up at `end` would be the same crisis."""
        crisis = self.crisis
        if crisis is None or crisis.state != RESOLVED or crisis.resolved_at is None:
            return False
        return end - crisis.resolved_at <= policy.reopen_within_seconds

    def eased(self, end: int, policy: Policy) -> int:
        """The highest level that a flare-up at `end` reaches at a lower limit: what the crisis had before, if it was more
        than a watch, and would be reopened, or stands and was more than a watch as lately; 0: none."""
        crisis, last = self.crisis, self._reached_at[2]
        if crisis is None or crisis.peak_level < 2:
            return 0
        if crisis.state == OPEN:
            lately = last is not None and end - last <= policy.reopen_within_seconds
        else:
            lately = self.reopens(end, policy)
        return crisis.peak_level if lately else 0

    def observe(self, verdict: Verdict, end: int, unheard: int = 0) -> None:
        """Note which limits were reached in the window that ended at `end`; for `unheard` seconds before, no part of a recovery,
        `Moment.blocked` held."""
        for level in range(1, len(LEVELS)):
            if verdict.level < level:
                self._over_since[level] = None
            elif self._over_since[level] is None:
                self._over_since[level] = end
            self._unheard[level] += unheard
            if verdict.lower >= level:
                self._reached_at[level], self._unheard[level] = end, 0
        crisis = self.crisis
        if crisis is not None and self.active:
            peak, bare = max(crisis.peak, verdict.height), max(crisis.peak_bare, verdict.bare)
            if (peak, bare) != (crisis.peak, crisis.peak_bare):
                self.crisis = replace(crisis, peak=peak, peak_bare=bare)

    def decide(self, now: Moment) -> list[Change]:
        """The transitions of this moment, in order; usually none."""
        entered = self._entered(now)
        if self.crisis is None or self.crisis.state in ENDED:
            return [self._open(entered, now)] if entered and not self._muted(entered, now) else []
        if self.crisis.state == OPEN:
            return self._decide_open(self.crisis, entered, now)
        return self._decide_resolved(self.crisis, entered, now)

    def _decide_open(self, crisis: Crisis, entered: int, now: Moment) -> list[Change]:
        if entered > crisis.level:
            return [self._change(crisis, "escalated", now.end, level=entered)]
        held = self._held(now)
        if held < crisis.level and not now.blocked:
            if held:
                return [self._change(crisis, "deescalated", now.end, level=held)]
            resolved = self._change(crisis, "resolved", now.end, state=RESOLVED, resolved_at=now.end, silent=now.silent)
            return [resolved, *self._close_if_due(now.end, now.policy)]
        if now.grown and now.end - crisis.told_at >= now.policy.min_update_seconds:
            return [self._change(crisis, "updated", now.end)]
        return []

    def _decide_resolved(self, crisis: Crisis, entered: int, now: Moment) -> list[Change]:
        if not entered or self._muted(entered, now):
            return self._close_if_due(now.end, now.policy)
        if self.reopens(now.end, now.policy):
            back = {"state": OPEN, "level": entered, "resolved_at": None, "silent": False}
            return [self._change(crisis, "reopened", now.end, **back)]
        return [self._close(crisis, now.end, "superseded"), self._open(entered, now)]

    def listen(self, feedback: Feedback, end: int, policy: Policy) -> list[Change] | None:
        """Let a person's word take effect at the boundary `end`; None where it fits no crisis of this brand."""
        changes = self._heed(feedback, end, policy)
        return None if changes is None else [change._replace(caused_by=feedback.feedback_id) for change in changes]

    def _heed(self, feedback: Feedback, end: int, policy: Policy) -> list[Change] | None:
        crisis = self.crisis
        if crisis is None or crisis.crisis_id != feedback.crisis_id:
            return None
        if feedback.verdict in {"mute", "unmute"}:  # also of a crisis that has ended: it is the brand that is muted
            muted = feedback.verdict == "mute"
            self.muted_until = (feedback.until or end + policy.mute_seconds) if muted else None
            self.muted_above = None
            return []
        return None if crisis.state in ENDED else self._decided(crisis, feedback, end, policy)

    def _decided(self, crisis: Crisis, feedback: Feedback, end: int, policy: Policy) -> list[Change]:
        """What a person said of a crisis that is open or resolved."""
        decision = Decision(feedback.verdict, feedback.actor_ref, feedback.at, _short(feedback.reason))
        if feedback.verdict == "dismiss":
            self.muted_until, self.muted_above = end + policy.mute_seconds, crisis.peak
            return [self._change(crisis, "dismissed", end, state=DISMISSED, closed_at=end, decided=decision)]
        if feedback.verdict == "confirm":
            if crisis.state == OPEN and crisis.decided != decision:  # told again, it is not told again
                return [self._change(crisis, "confirmed", end, decided=decision)]
            self.crisis = replace(crisis, decided=decision)
        elif feedback.verdict == "set_root_cause":
            self.crisis = replace(crisis, root_cause=_short(feedback.value) or "unknown", owner=feedback.actor_ref)
        elif feedback.verdict == "close":
            cause = _short(feedback.value) or crisis.root_cause
            self.crisis = replace(crisis, closing=True, root_cause=cause, owner=feedback.actor_ref)
        return self._close_if_due(end, policy)

    def _open(self, level: int, now: Moment) -> Change:
        stamp = datetime.fromtimestamp(now.onset, UTC).strftime("%Y%m%dT%H%M%SZ")
        crisis_id = f"{self._brand_id}-{stamp}"
        taken = self.crisis.crisis_id if self.crisis else ""
        if taken == crisis_id or taken.startswith(f"{crisis_id}-"):
            crisis_id = f"{crisis_id}-{int(taken.removeprefix(crisis_id).removeprefix('-') or 1) + 1}"
        self.crisis = Crisis(
            crisis_id=crisis_id,
            state=OPEN,
            level=level,
            revision=1,
            first_signal_at=now.onset,
            opened_at=now.end,
            updated_at=now.end,
            told_at=now.end,
            peak=now.verdict.height,
            peak_level=level,
            peak_bare=now.verdict.bare,
        )
        self.muted_until = self.muted_above = None
        return Change("opened", self.crisis, None, 0)

    def _close_if_due(self, end: int, policy: Policy) -> list[Change]:
        """Close a resolved crisis whose time has come."""
        crisis = self.crisis
        if crisis is None or crisis.state != RESOLVED or crisis.resolved_at is None:
            return []
        quiet = end - crisis.resolved_at
        if crisis.closing:
            return [self._close(crisis, end, "operator")]
        if quiet >= policy.reopen_within_seconds and crisis.root_cause is not None:
            return [self._close(crisis, end, "unknown" if crisis.root_cause == "unknown" else "root_cause")]
        if quiet >= policy.close_after_seconds:
            return [self._close(crisis, end, "silence" if crisis.silent else "timeout")]
        return []

    def _close(self, crisis: Crisis, end: int, reason: str) -> Change:
        return self._change(crisis, "closed", end, state=CLOSED, closed_at=end, closure_reason=reason)

    def _change(self, before: Crisis, verb: str, end: int, **changed: Any) -> Change:
        if changed.get("state", OPEN) != OPEN:
            changed["level"] = 0
        changed["peak_level"] = max(before.peak_level, changed.get("level", 0))
        self.crisis = replace(before, revision=before.revision + 1, updated_at=end, told_at=end, **changed)
        return Change(verb, self.crisis, before.state, before.level)

    def _entered(self, now: Moment) -> int:
        """The highest level whose limit has been passed for the pending time."""
        entered = 0
        for level, since in enumerate(self._over_since):
            if since is not None and now.end - since >= now.policy.pending_seconds:
                entered = level
        return entered

    def _held(self, now: Moment) -> int:
        """The highest level whose lower limit was reached within the recovery time; once a silence is too long, it counts in full."""
        held = 0
        for level, (at, unheard) in enumerate(zip(self._reached_at, self._unheard, strict=True)):
            if at is None:
                continue
            heard = now.end - at - (0 if now.silent else unheard)
            if at == now.end or heard < now.policy.recovery_seconds:
                held = level
        return held

    def _muted(self, entered: int, now: Moment) -> bool:
        if self.muted_until is None or now.end >= self.muted_until:
            return False
        if self.muted_above is None or self.crisis is None:
            return True
        # a watch that was dismissed, however loud it was, hides no crisis; and a crisis is no other one because it lasts
        dismissed = max(self.crisis.peak_level, self.crisis.peak_bare)
        return entered <= dismissed and now.verdict.height <= self.muted_above

    def snapshot(self) -> dict[str, Any]:
        """Named values."""
        return {
            "crisis": asdict(self.crisis) if self.crisis else None,
            "over_since": list(self._over_since),
            "reached_at": list(self._reached_at),
            "unheard": list(self._unheard),
            "muted_until": self.muted_until,
            "muted_above": self.muted_above,
        }

    @classmethod
    def restore(cls, brand_id: str, state: dict[str, Any]) -> Lifecycle:
        """The lifecycle a snapshot was taken of."""
        lifecycle = cls(brand_id)
        if state["crisis"]:
            values = dict(state["crisis"])
            values["decided"] = Decision(**values["decided"]) if values["decided"] else None
            lifecycle.crisis = Crisis(**values)
        lifecycle._over_since = list(state["over_since"])
        lifecycle._reached_at = list(state["reached_at"])
        lifecycle._unheard = list(state["unheard"])
        lifecycle.muted_until = state["muted_until"]
        lifecycle.muted_above = state["muted_above"]
        return lifecycle


def _short(text: str | None) -> str | None:
    return text and text[:MAX_REASON]
