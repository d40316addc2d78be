"""Dead letters for people and machines: which are asked for, counted, and told. Everything in them is somebody else's text."""

from __future__ import annotations

from base64 import b64encode
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, NamedTuple

from stream.errors import Reason
from stream.events.dead_letter import DeadLetter
from stream.events.envelope import rfc3339
from stream.ports import Record, StoredRecord
from stream.remedies import REMEDIES
from stream.second_look import CUT, FOREIGN, REFUSED, TAKEN, SecondLook

REDRIVEN = "re-driven"
OUTCOMES = {
    TAKEN: "would be taken now",
    REFUSED: "would be refused again",
    REDRIVEN: "re-driven before",
    CUT: "cut, so that they cannot be re-driven",
    FOREIGN: "not of this configuration's inputs",
}
SHOWN_CHARACTERS = 2000


class Wanted(NamedTuple):
    """Which letters are asked for; None: any."""

    reason: Reason | None = None
    brand: str | None = None
    since: datetime | None = None

    def holds(self, letter: DeadLetter | None, seen: SecondLook, key: bytes | None) -> bool:
        """Whether a letter is one of them. Its brand is what it names or, where that cannot be read, its key."""
        if self.reason is not None and (letter is None or letter.reason != self.reason):
            return False
        if self.brand is not None and self.brand != seen.brand_id and (seen.brand_id or key != self.brand.encode()):
            return False
        failed_at = None if letter is None else letter.failed_at
        return self.since is None or (failed_at is not None and failed_at >= self.since)


class Found(NamedTuple):
    """A letter that was looked at."""

    place: Record
    """The record of the dead letter topic."""
    letter: DeadLetter | None
    seen: SecondLook
    redriven: bool
    """Whether it was written again before."""
    wanted: bool
    """Whether it is one of those that are asked for."""

    @property
    def failed_at(self) -> float:
        """Seconds since the epoch; 0 where it is not said."""
        at = self.letter.failed_at if self.letter is not None else None
        return at.timestamp() if at is not None else 0.0

    @property
    def is_taken(self) -> bool:
        """Whether it is to be re-driven."""
        return self.wanted and self.outcome == TAKEN

    @property
    def outcome(self) -> str:
        """A key of `OUTCOMES`."""
        return REDRIVEN if self.redriven else self.seen.outcome

    def as_dict(self, *, values: bool) -> dict[str, Any]:
        """For a machine; the value only where it is asked for."""
        letter, refused = self.letter, self.seen.refused
        told: dict[str, Any] = {"dead_letter": {"partition": self.place.partition, "offset": self.place.offset}}
        if letter is not None:
            told |= {
                "failed_at": None if letter.failed_at is None else rfc3339(letter.failed_at),
                "reason": letter.reason,
                "message": letter.message,
                "topic": letter.topic,
                "partition": letter.record.partition,
                "offset": letter.record.offset,
                "service_version": letter.service_version,
                "size": letter.size,
            }
        told |= {"brand_id": self.seen.brand_id, "redriven": self.redriven, "now": self.seen.outcome}
        told["now_refused"] = None if refused is None else {"reason": refused.reason, "message": refused.message}
        if values:
            told["value_base64"] = b64encode(self.place.value or b"").decode("ascii")
        return told

    def as_text(self, *, values: bool) -> str:
        """One line for people, and the value in a second one where it is asked for."""
        letter, refused = self.letter, self.seen.refused
        now = str(refused) if refused is not None and not self.redriven else self.outcome
        if letter is None:
            line = f"{'':20}  no dead letter of brushfire, {len(self.place.value or b'')} bytes"
        else:
            at = "no time" if letter.failed_at is None else rfc3339(letter.failed_at)[:19] + "Z"
            where = f"{letter.topic}/{letter.record.partition}@{letter.record.offset}"
            line = (
                f"{at:20}  {letter.reason}  {where}  {letter.message}  [{letter.service_version}, {letter.size} bytes]"
            )
        line = f"{printable(line)}  now: {printable(now)}"
        if values:
            text = (self.place.value or b"")[:SHOWN_CHARACTERS].decode(errors="backslashreplace")
            line += f"\n    {printable(text)}"
        return line


def addressed(found: Found) -> StoredRecord:
    """The record of a letter as it is written again: to where its brand belongs, else bytes and headers as they came."""
    if found.letter is None:
        raise ValueError("no dead letter of ours")
    brand_id, record = found.seen.brand_id, found.letter.record
    key = record.key if brand_id is None or found.seen.keeps_key else brand_id.encode()
    return record._replace(key=key, partition=found.seen.partition)


class Tally:
    """Counts letters that were asked for."""

    def __init__(self) -> None:
        self.outcomes: Counter[str] = Counter()
        self._groups: dict[tuple[str, str], Counter[str]] = {}

    @property
    def count(self) -> int:
        """How many."""
        return self.outcomes.total()

    def counting(self, letters: Iterable[Found]) -> Iterator[Found]:
        """Those that are asked for, counted as they pass."""
        for found in letters:
            if found.wanted:
                letter = found.letter
                self.outcomes[found.outcome] += 1
                group = ("no letter", "") if letter is None else (letter.reason, letter.topic)
                self._groups.setdefault(group, Counter())[found.outcome] += 1
                yield found

    def lines(self) -> Iterator[str]:
        """By reason and input, the most first, with what to do about the reason."""
        for (reason, topic), outcomes in sorted(self._groups.items(), key=lambda item: (-item[1].total(), item[0])):
            yield f"{outcomes.total():>7}  {printable(reason)}  {printable(topic)}: {in_words(outcomes)}"
            remedy = REMEDIES[Reason(reason)] if reason in list(Reason) else None
            if remedy is not None:
                yield f"         {remedy.cause}: {remedy.remedy}".replace("`", "")


def in_words(outcomes: Counter[str]) -> str:
    """Counts by outcome, in the order of `OUTCOMES`."""
    return ", ".join(f"{outcomes[outcome]} {words}" for outcome, words in OUTCOMES.items() if outcomes[outcome])


def printable(text: str) -> str:
    """A text on one line that moves no cursor, colours nothing and turns no direction of writing."""
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode("ascii") for one in text)
