"""One brand as a partition holds it: its open windows, its monitor, what waits for a boundary, and what to write.

What changes with every commit (the open windows) is written as it came, in small additions; the whole only now and
then. An addition is a journal: going through it once more after the last whole record leads to the same state.
"""

from __future__ import annotations

import zlib
from base64 import b64decode, b64encode
from collections.abc import Sequence
from typing import Any, NamedTuple

import msgspec

from detectors.brand import BrandMonitor, Transition
from detectors.crisis import Feedback
from detectors.plans import Plan
from detectors.severity import Policy
from stream.errors import ServiceError
from stream.observation import Observed
from stream.ports import Record, StoredRecord
from stream.windows import OpenWindows, observed_from

VERSION = 1
WHOLE_AFTER = 16
"""A whole record is written once the additions since the last one weigh so many times as much."""
SAMPLE = 2
"""Mentions a window whose words are counted. Always as many, so that what is said now and what is usual have one scale,
and of the event's own window, so that it does not matter when that is closed."""


class Waiting(NamedTuple):
    """A side input on its way to the first window boundary after the watermark at which it was read."""

    boundary: int
    word: Feedback | Plan
    record: StoredRecord
    """What it came in: a dead letter, if it fits no crisis."""


class Step(NamedTuple):
    """What an advance of time did to a brand."""

    transitions: list[Transition]
    unfit: list[StoredRecord]
    """Feedback that fits no crisis."""


class BrandRules(NamedTuple):
    """What the configuration says about one brand."""

    policy: Policy
    window_seconds: int
    forget_after_seconds: int
    slots: int


class Brand:
    """The state of one brand in one partition."""

    def __init__(self, brand_id: str, rules: BrandRules, closed_until: int) -> None:
        self.brand_id = brand_id
        self.monitor = BrandMonitor(brand_id, rules.policy, rules.window_seconds)
        self.windows = OpenWindows(rules.window_seconds, closed_until)
        self.counted = 0
        """Mentions counted since the last commit."""
        self.heard_at = 0
        """End of the last window that held something, seconds."""
        self._rules = rules
        self._sampled: dict[int, int] = {}
        """Start of an open window: how many of its mentions had their words counted."""
        self._waiting: list[Waiting] = []
        self._journal: list[int | Observed] = []
        self._journaled_until = closed_until
        self._generation = 0
        self._slot = 0
        self._slots_used = 0
        self._whole = True
        self._whole_bytes = 0
        self._added_bytes = 0

    @property
    def awake(self) -> bool:
        """Whether a closing window can change anything here."""
        if not self.windows.empty or self._waiting:
            return True
        return self.monitor.clock is not None and self.monitor.awake

    @property
    def changed(self) -> bool:
        """Whether there is something to write."""
        return bool(self._journal) or self._whole

    @property
    def stored_bytes(self) -> int:
        """Size of the last whole record; 0 before there was one."""
        return self._whole_bytes

    def wants_words(self, at_ms: int) -> bool:
        """Whether the words of a mention of this time are to be counted: it belongs to the sample."""
        return self._sampled.get(self._window_of(at_ms), 0) < SAMPLE

    def _window_of(self, at_ms: int) -> int:
        seconds = self._rules.window_seconds
        return at_ms // 1000 // seconds * seconds

    def _note_sampled(self, observed: Observed) -> None:
        if observed.terms:
            window = self._window_of(observed.at_ms)
            self._sampled[window] = self._sampled.get(window, 0) + 1

    def take(self, observed: Observed) -> str:
        """Place a version of a mention. A brand that slept is to be given the time first, by `windows.close`."""
        outcome, remembered = self.windows.take(observed)
        if remembered:
            self._note_sampled(observed)
            if self._journaled_until != self.windows.closed_until:
                self._journaled_until = self.windows.closed_until
                self._journal.append(self._journaled_until)
            self._journal.append(observed)
        return outcome

    def wait(self, boundary: int, word: Feedback | Plan, record: Record) -> None:
        """Let a side input take effect at a boundary."""
        kept = StoredRecord(record.partition, record.offset, record.timestamp, None, None)
        if isinstance(word, Feedback):  # a plan always fits: nothing of its record is needed, and it may be large
            kept = kept._replace(key=record.key, value=record.value, headers=tuple(record.headers))
        self._waiting.append(Waiting(boundary, word, kept))
        self._whole = True

    def advance(self, until: int) -> Step:
        """Close the windows that end by `until`, and judge them."""
        windows = self.windows.close(until)
        if self._sampled:
            self._sampled = {start: count for start, count in self._sampled.items() if start >= until}
        transitions: list[Transition] = []
        unfit: list[StoredRecord] = []
        if windows:
            transitions += self._forget_if_old(windows[0][0])
            self.heard_at = max(self.heard_at, windows[-1][0] + self._rules.window_seconds)
        while self._waiting and self._waiting[0].boundary <= until:
            waiting = self._waiting.pop(0)
            before = [window for window in windows if window[0] < waiting.boundary]
            windows = windows[len(before) :]
            transitions += self.monitor.advance(waiting.boundary, before, stop=isinstance(waiting.word, Feedback))
            self.heard_at = max(self.heard_at, _of_interest_until(waiting.word, until))
            heard = self._hear(waiting.word)
            if heard is None:
                unfit.append(waiting.record)
            else:
                transitions += heard
            self._whole = True
        transitions += self.monitor.advance(until, windows)
        self._whole = self._whole or bool(transitions)
        return Step(transitions, unfit)

    def _hear(self, word: Feedback | Plan) -> list[Transition] | None:
        if isinstance(word, Feedback):
            return self.monitor.listen(word)
        self.monitor.expect(word)
        return []

    def _forget_if_old(self, start: int) -> list[Transition]:
        """A brand that was silent for very long begins anew with the window at `start`."""
        if not self.heard_at or start - self.heard_at <= self._rules.forget_after_seconds:
            return []
        transitions = self.monitor.advance(start, ())
        if not self.monitor.awake:
            self.monitor = BrandMonitor(self.brand_id, self._rules.policy, self._rules.window_seconds)
        return transitions

    def write(self) -> tuple[bytes, bytes]:
        """`(key, value)` of the changelog record that brings the stored state up to now."""
        fits = self._slot < self._rules.slots and self._added_bytes < WHOLE_AFTER * self._whole_bytes
        if fits and not self._whole:
            value = msgspec.json.encode({"v": VERSION, "of": self._generation, "n": self._slot, "log": self._journal})
            key = f"w/{self.brand_id}/{self._slot}".encode()
            self._slot += 1
            self._slots_used = max(self._slots_used, self._slot)
            self._added_bytes += len(value)
        else:
            self._generation += 1
            value = deflated(self._snapshot())
            key = f"b/{self.brand_id}".encode()
            self._slot = self._added_bytes = 0
            self._whole, self._whole_bytes = False, len(value)
            self._journaled_until = self.windows.closed_until
        self._journal = []
        return key, value

    def stored_keys(self) -> list[bytes]:
        """Every key this brand may have in the changelog: what to delete when it is forgotten."""
        slots = (f"w/{self.brand_id}/{slot}".encode() for slot in range(self._slots_used))
        return [f"b/{self.brand_id}".encode(), *slots]

    def _snapshot(self) -> dict[str, Any]:
        return {
            "v": VERSION,
            "n": self._generation,
            "windows": self.windows.snapshot(),
            "monitor": self.monitor.snapshot(),
            "heard_at": self.heard_at,
            "sampled": list(self._sampled.items()),
            "slots_used": self._slots_used,
            "waiting": [_waiting_out(waiting) for waiting in self._waiting],
        }

    @classmethod
    def restore(cls, brand_id: str, rules: BrandRules, whole: bytes, additions: Sequence[bytes]) -> Brand:
        """The brand as of its last commit: the whole record, then the additions that name it, in order."""
        state = inflated(whole)
        _check_version(state, brand_id)
        windows = OpenWindows.restore(state["windows"])
        brand = cls(brand_id, rules, windows.closed_until)
        brand.windows = windows
        brand.monitor = BrandMonitor.restore(brand_id, rules.policy, state["monitor"])
        brand.heard_at = state["heard_at"]
        brand._sampled = dict(state["sampled"])
        brand._waiting = [_waiting_in(row) for row in state["waiting"]]
        brand._generation = state["n"]
        brand._slots_used = state["slots_used"]
        brand._whole, brand._whole_bytes = False, len(whole)
        brand.monitor.replaying = True
        for value in additions:
            brand._replay(value)
        return brand

    def resume(self, until: int | None) -> None:
        """End the replay of a restore at the partition's own time, which is None before its first mention."""
        if until is not None:
            self.advance(until)
        self.monitor.replaying = False

    def _replay(self, value: bytes) -> None:
        addition = msgspec.json.decode(value)
        _check_version(addition, self.brand_id)
        if addition["of"] != self._generation:
            return
        if addition["n"] != self._slot:
            raise ServiceError(f"changelog of brand {self.brand_id}: addition {self._slot} is missing")
        for entry in addition["log"]:
            if isinstance(entry, int):
                self.advance(entry)
            else:
                observed = observed_from(entry)
                self.windows.take(observed)
                self._note_sampled(observed)
        self._slot += 1
        self._slots_used = max(self._slots_used, self._slot)
        self._added_bytes += len(value)
        self._journaled_until = self.windows.closed_until


def deflated(state: dict[str, Any]) -> bytes:
    """A state as it is stored, readable with any zlib: the same for equal ones, and about half as large as its JSON."""
    return zlib.compress(msgspec.json.encode(state))


def inflated(stored: bytes) -> dict[str, Any]:
    """The state that was stored."""
    state: dict[str, Any] = msgspec.json.decode(zlib.decompress(stored))
    return state


def _of_interest_until(word: Feedback | Plan, now: int) -> int:
    """A brand is not forgotten before its plans are over, though nobody speaks of it."""
    return max(now, word.ends_at) if isinstance(word, Plan) else now


def _check_version(state: dict[str, Any], brand_id: str) -> None:
    if state["v"] != VERSION:
        raise ServiceError(
            f"changelog of brand {brand_id}: version {state['v']}, this release reads {VERSION}: "
            "run the release that wrote it, or `brushfire reset`"
        )


def _waiting_out(waiting: Waiting) -> dict[str, Any]:
    record = waiting.record
    return {
        "boundary": waiting.boundary,
        "kind": "plan" if isinstance(waiting.word, Plan) else "feedback",
        "word": tuple(waiting.word),
        "record": [record.partition, record.offset, record.timestamp, _b64(record.key), _b64(record.value)],
        "headers": [[name, _b64(content)] for name, content in record.headers],
    }


def _waiting_in(row: dict[str, Any]) -> Waiting:
    partition, offset, timestamp, key, value = row["record"]
    headers = tuple((name, _unb64(content)) for name, content in row["headers"])
    record = StoredRecord(partition, offset, timestamp, _unb64(key), _unb64(value), headers)
    word = Plan(*row["word"]) if row["kind"] == "plan" else Feedback(*row["word"])
    return Waiting(row["boundary"], word, record)


def _b64(value: bytes | None) -> str | None:
    return None if value is None else b64encode(value).decode("ascii")


def _unb64(text: str | None) -> bytes | None:
    return None if text is None else b64decode(text)
