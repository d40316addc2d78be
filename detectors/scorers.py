"""Whose scores are evidence: a scorer that changes or disappears is not a mood swing."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, fields
from typing import Any, NamedTuple

from detectors.observation import COPY, NEGATIVE, Observation, unrest
from detectors.packed import pack, pack_floats, unpack, unpack_floats

HOUR = 3600
SHADOW_HOURS = 24
"""Different hours in which a new scorer is heard before it is trusted; those of a brand's birth, when everyone is."""
SHADOW_VOICES = 30
"""People it must have scored by then."""
GONE_HOURS = 12
"""A trusted scorer that was silent in so many of the brand's hours has disappeared, once another one takes over."""
FORGET_SECONDS = 14 * 86400
MAX_SCORERS = 8
LATELY_HALF_LIFE_HOURS = 12.0
"""Of how much is heard of a scorer, in hours of the brand in which anything was scored."""

_DECAY = 0.5 ** (1.0 / LATELY_HALF_LIFE_HOURS)


class Takeover(NamedTuple):
    """A scorer is trusted from now on: what a brand's usual must be moved to, `part` of the way."""

    scorer: int
    part: float
    """Of what is scored lately by anyone trusted, in (0, 1]; 1 where the old ones have disappeared."""
    unhappy_share: float
    """Share of the people it scored in its shadow that are unhappy, in [0, 1]."""
    unrest_share: float
    """Unrest of each of them, in people, in [0, 1.3]."""
    sentiment: float
    """Mean of their sentiment, in [-1, 1]."""


@dataclass(slots=True)
class _Heard:
    """What is known of one scorer. The last four are of the time in its shadow: people once a window, copies left out."""

    first_hour: int
    """The brand's hour in which it was first heard, counted from the brand's birth."""
    last_at: int = 0
    """Start of the window it was last heard in, seconds."""
    last_hour: int = -1
    """The brand's hour then."""
    hours: int = 0
    """Different hours in which it was heard."""
    lately: float = 0.0
    """Mentions, those of earlier hours of the brand for less."""
    voices: int = 0
    unhappy: int = 0
    unrest: int = 0
    """Tenths of a person."""
    mood_micro: int = 0


_COUNTS = tuple(field.name for field in fields(_Heard) if field.name != "lately")


class Scorers:
    """The scorers of one brand: those that are trusted and those in their shadow, at most `MAX_SCORERS`.

    In the first `SHADOW_HOURS` in which anything is scored everyone is trusted at once. Whoever comes later is in its
    shadow: its scores are no evidence, only compared, until it was heard in as many different hours and scored
    `SHADOW_VOICES` people. Several may be trusted side by side for ever, one for each language perhaps.
    """

    __slots__ = ("_heard", "_hour", "_hours", "_trusted")

    def __init__(self) -> None:
        self._heard: dict[int, _Heard] = {}
        self._trusted: set[int] = set()
        self._hour = -1
        """The last hour in which anything was scored, since the epoch."""
        self._hours = 0
        """How many such hours there were."""

    def trusted(self, scorer: int) -> bool:
        """Whether its scores may be evidence."""
        return scorer in self._trusted

    @property
    def trusted_at(self) -> int:
        """Start of the last window in which a trusted one was heard, seconds; 0 before any."""
        return max((self._heard[scorer].last_at for scorer in self._trusted), default=0)

    def hear(
        self, start: int, observations: Collection[Observation], copies: AbstractSet[str] = frozenset()
    ) -> AbstractSet[int]:
        """Take in the closed window from `start` (seconds), each once and in order of time, its observations in any order.

        Returns those of its scorers whose scores are no evidence; mostly nobody. `copies` are the ids of mentions that
        turned out to be copies: they are no voices.
        """
        heard: dict[int, int] = {}
        for seen in observations:
            if seen.score_micro is not None:
                heard[seen.scorer] = heard.get(seen.scorer, 0) + 1
        if not heard:
            return frozenset()
        new_hour = start // HOUR != self._hour
        if new_hour:
            self._begin_hour(start // HOUR)
        known = self._heard
        for scorer in sorted(heard):
            if scorer not in known:
                known[scorer] = _Heard(self._hours)
                if self._hours <= SHADOW_HOURS:
                    self._trusted.add(scorer)
            entry = known[scorer]
            entry.hours += entry.last_hour != self._hours
            entry.last_at, entry.last_hour = start, self._hours
            entry.lately += heard[scorer]
        if new_hour or len(known) > MAX_SCORERS:
            self._forget(start - FORGET_SECONDS)
        if heard.keys() <= self._trusted:
            return frozenset()
        shadows = heard.keys() - self._trusted
        self._compare(shadows & known.keys(), observations, copies)
        return shadows

    def close_hour(self) -> list[Takeover]:
        """End an hour: whoever has been in its shadow for long enough is trusted from now on.

        The takeovers are to be applied in their order. Trusted scorers that have disappeared by then are forgotten, so
        that they are new if they come back: the usual has moved away from theirs.
        """
        ripe = [scorer for scorer, entry in sorted(self._heard.items()) if self._ripe(scorer, entry)]
        if ripe:
            for scorer in [scorer for scorer in self._trusted if self._gone(scorer)]:
                self._drop(scorer)
        return [self._take_over(scorer) for scorer in ripe]

    def _begin_hour(self, hour: int) -> None:
        self._hour = hour
        self._hours += 1
        for entry in self._heard.values():
            entry.lately *= _DECAY

    def _ripe(self, scorer: int, entry: _Heard) -> bool:
        return scorer not in self._trusted and entry.hours >= SHADOW_HOURS and entry.voices >= SHADOW_VOICES

    def _gone(self, scorer: int) -> bool:
        return self._hours - self._heard[scorer].last_hour >= GONE_HOURS

    def _take_over(self, scorer: int) -> Takeover:
        entry = self._heard[scorer]
        self._trusted.add(scorer)
        return Takeover(
            scorer,
            part=self._an_hour(entry) / sum(self._an_hour(self._heard[trusted]) for trusted in sorted(self._trusted)),
            unhappy_share=entry.unhappy / entry.voices,
            unrest_share=entry.unrest / entry.voices / 10.0,
            sentiment=entry.mood_micro / entry.voices / 1e6,
        )

    def _an_hour(self, entry: _Heard) -> float:
        """Its mentions an hour, in any unit: of the hours since it was first heard, the late ones weighing more."""
        earlier: float = _DECAY ** (self._hours - entry.first_hour + 1)
        return entry.lately / (1.0 - earlier)

    def _forget(self, before: int) -> None:
        """Forget those last heard before this second, and the rarest beyond `MAX_SCORERS`."""
        for scorer in [scorer for scorer, entry in self._heard.items() if entry.last_at < before]:
            self._drop(scorer)
        while len(self._heard) > MAX_SCORERS:
            self._drop(min(self._heard, key=lambda scorer: (self._heard[scorer].lately, scorer)))
        if not self._trusted:  # nobody is left whose place could be taken
            self._trusted.update(self._heard)

    def _drop(self, scorer: int) -> None:
        del self._heard[scorer]
        self._trusted.discard(scorer)

    def _compare(
        self, shadows: AbstractSet[int], observations: Iterable[Observation], copies: AbstractSet[str]
    ) -> None:
        """Add up who is unhappy in the eyes of those in their shadow: people by the worst they said, or else the best."""
        unhappy: dict[tuple[int, int], int] = {}
        content: dict[tuple[int, int], int] = {}
        for seen in observations:
            score = seen.score_micro
            if score is None or seen.scorer not in shadows or seen.flags & COPY or seen.mention_id in copies:
                continue
            voice = seen.scorer, seen.author
            if seen.flags & NEGATIVE:
                unhappy[voice] = min(score, unhappy.get(voice, score))
            else:
                content[voice] = max(score, content.get(voice, score))
        for voices in (unhappy, content):
            for (scorer, _), score in voices.items():
                entry = self._heard[scorer]
                entry.voices += 1
                entry.unhappy += voices is unhappy
                entry.unrest += unrest(score)
                entry.mood_micro += score

    def snapshot(self) -> dict[str, Any]:
        """Named numbers."""
        return {
            "hour": self._hour,
            "hours": self._hours,
            "trusted": sorted(self._trusted),
            "heard": pack(sorted(self._heard)),
            "counts": [
                pack([getattr(self._heard[scorer], name) for scorer in sorted(self._heard)]) for name in _COUNTS
            ],
            "lately": pack_floats([self._heard[scorer].lately for scorer in sorted(self._heard)]),
        }

    @classmethod
    def restore(cls, state: dict[str, Any]) -> Scorers:
        """The scorers a snapshot was taken of."""
        scorers = cls()
        scorers._hour = state["hour"]
        scorers._hours = state["hours"]
        scorers._trusted = set(state["trusted"])
        lately = unpack_floats(state["lately"])
        heard = unpack(state["heard"], len(lately))
        rows = zip(*(unpack(column, len(lately)) for column in state["counts"]), strict=True)
        scorers._heard = {
            scorer: _Heard(**dict(zip(_COUNTS, row, strict=True)), lately=recently)
            for scorer, row, recently in zip(heard, rows, lately, strict=True)
        }
        return scorers
