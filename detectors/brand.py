"""One brand, whole: closed windows in, transitions out."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from detectors.authors import AuthorMemory
from detectors.baseline import VoiceBaseline
from detectors.crisis import OPEN, Change, Feedback, Lifecycle, Moment
from detectors.deviance import normal_range
from detectors.evidence import Evidence, Story
from detectors.onset import onset
from detectors.plans import Plan, Plans
from detectors.platforms import Platforms
from detectors.recent import COARSE_REACH, Recent
from detectors.severity import CALM, Policy, Verdict, judge
from detectors.signals import attention, boycott, negativity
from detectors.signals.attention import Attention
from detectors.signals.reading import Freeze, Reading, Scores
from detectors.signals.sentiment import Sentiment
from detectors.window import WINDOW_SECONDS, Counts, Observation, summarise
from detectors.words import Words

HOUR = 3600
TICK_SECONDS = attention.BUCKET_SECONDS
"""An empty window is judged only where it ends on one of these: between them the spans can but sink."""
VERSION = 1
"""Of the snapshot; a release reads this one and the one before."""


class Transition(NamedTuple):
    """A change of a crisis at `at` (seconds, event time), with its evidence."""

    at: int
    change: Change
    evidence: Evidence


class Gauges(NamedTuple):
    """The trailing hour of a brand, for a dashboard."""

    mentions: int
    mentions_expected: float
    mentions_expected_high: float
    negative_authors: int
    negative_authors_expected: float
    negative_authors_expected_high: float
    sentiment: float | None
    sentiment_expected: float


class BrandMonitor:
    """Baselines, signals, lifecycle and evidence of one brand, stepped through its windows in order.

    Windows come once each, by their end; what arrives in a window is given at once. A brand is stepped while
    something can still move, then it sleeps; the empty windows it slept through are decayed in one closed form when
    the next window that holds something, or a person's word, wakes it.
    """

    def __init__(self, brand_id: str, policy: Policy, window_seconds: int = WINDOW_SECONDS) -> None:
        self.brand_id = brand_id
        self.policy = policy
        self.clock: int | None = None
        """End of the last window that was judged, seconds."""
        self.lifecycle = Lifecycle(brand_id)
        self.strength = 0.0
        """Of the last verdict: the largest score over the limit of its watch."""
        self._window_seconds = window_seconds
        self._born = 0
        self._recent = Recent(window_seconds)
        self._authors = AuthorMemory()
        self._voices = VoiceBaseline()
        self._attention = Attention()
        self._sentiment = Sentiment()
        self._freeze = Freeze()
        self._platforms = Platforms()
        self._words = Words()
        self._plans = Plans()
        self._story: Story | None = None
        self._hour = Counts()
        self._bucket_talkers = 0
        self._slept_at: int | None = None
        self._counted: tuple[int | None, int, int] = (None, 0, 0)
        """Window, start, and the people who spoke since."""
        self._stopped_at = 0
        """Where a word takes effect on a brand without a clock; 0 before any time is known."""
        self.replaying = False
        """Going through the past once more after a restore: what was told then is not told again."""
        self.recorder: Callable[[int, tuple[Reading, ...], Callable[[Reading], int]], None] | None = None
        """Takes down the readings of every window that is not calm, and who can say how many people stand behind one:
        they do not depend on the policy, so limits can be tried on them."""

    @property
    def awake(self) -> bool:
        """Whether anything can still move without a mention."""
        return self._slept_at is None or self.lifecycle.active or self.lifecycle.holding

    def advance(
        self, to: int, windows: Iterable[tuple[int, Iterable[Observation]]], *, stop: bool = False
    ) -> list[Transition]:
        """Judge everything up to `to` (seconds, a window boundary).

        `windows` are `(start, observations)` of those that hold something, in order, each ending by `to`. `stop` judges
        the window that ends at `to` even if it is empty, because a person's word takes effect there.
        """
        transitions: list[Transition] = []
        for start, observations in windows:
            transitions += self._pass_silence(start)
            self._wake(start)
            self._take(start, observations)
            transitions += self._judge(start + self._window_seconds)
        self._stopped_at = to
        if self.clock is not None:
            transitions += self._pass_silence(to)
            if stop and self.clock < to:
                transitions += self._judge(to)
        return transitions

    def listen(self, feedback: Feedback) -> list[Transition] | None:
        """Let a person's word take effect where `advance` stopped; None where it fits no crisis."""
        end = self.clock or self._stopped_at or feedback.at
        changes = self.lifecycle.listen(feedback, end, self.policy)
        if changes is None:
            return None
        if changes:
            self._wake(end)
        verdict = self._verdict(self._readings(end), end)
        return [self._tell(change, verdict, end) for change in changes]

    def expect(self, plan: Plan) -> None:
        """Learn of a planned activity."""
        self._plans.add(plan)

    def gauges(self, end: int) -> Gauges:
        """The hour before `end` (seconds), right also for a brand that sleeps."""
        hour = self._recent.spans[HOUR]
        asleep = self._slept_at is not None
        mentions_expected = self._voices.expected_mentions(end - HOUR, end)
        people_expected = self._voices.expected_voices(end - HOUR, end) * self._voices.unhappy_share
        return Gauges(
            mentions=0 if asleep else hour.mentions,
            mentions_expected=mentions_expected,
            mentions_expected_high=normal_range(mentions_expected, attention.DISPERSION)[1],
            negative_authors=0 if asleep else hour.unhappy,
            negative_authors_expected=people_expected,
            negative_authors_expected_high=normal_range(people_expected, negativity.SPANS[1800][0])[1],
            sentiment=hour.mood_micro / hour.voices / 1e6 if hour.voices and not asleep else None,
            sentiment_expected=self._sentiment.expected,
        )

    def _pass_silence(self, until: int) -> list[Transition]:
        """Judge the ticks up to `until`, as long as something can move."""
        transitions: list[Transition] = []
        if self.clock is not None:
            tick = (self.clock // TICK_SECONDS + 1) * TICK_SECONDS
            while tick <= until and self.awake:
                transitions += self._judge(tick)
                tick += TICK_SECONDS
        return transitions

    def _wake(self, start: int) -> None:
        """Bring the signals up to `start`; what they slept through is decayed in one closed form."""
        if self.clock is None:
            self._born = start
        if self._slept_at is None:
            return
        slept_at, self._slept_at = self._slept_at, None
        hours = start // HOUR - slept_at // HOUR
        self._attention.close_silent(slept_at, (start - slept_at) // TICK_SECONDS)
        self._voices.learn_silence(slept_at // HOUR, hours)
        self._platforms.close_hours(hours)
        self._freeze = Freeze()

    def _take(self, start: int, observations: Iterable[Observation]) -> None:
        """Add up a window that holds something."""
        summary = summarise(start, observations)
        self._authors.count(summary)
        self._recent.add(start, summary.counts)
        self._platforms.add(summary.counts.places)
        self._words.add(summary, learn=self._freeze.hot_since is None)
        if self._story is not None and self.lifecycle.active:
            self._story.add(summary)
        self._hour.add_sums(summary.counts)
        self._bucket_talkers += summary.counts.talkers

    def _judge(self, end: int) -> list[Transition]:
        """Score the window that ends at `end`, decide, then learn."""
        self.clock = end
        if self._slept_at is None:
            self._recent.slide(end)
            if end % TICK_SECONDS == 0:
                lifts = (self._plans.faded_lift(end, half_life) for half_life in attention.HALF_LIVES_SECONDS)
                self._attention.close(end - TICK_SECONDS, self._bucket_talkers, *lifts)
                self._bucket_talkers = 0
        transitions: list[Transition] = []
        scores = self._scores(end)
        calm = max(scores) < self.policy.least_limit
        if calm and not self.lifecycle.active and not self.lifecycle.holding:
            self.strength = 0.0
        else:
            readings = () if calm else self._readings(end)
            if readings and self.recorder is not None:
                self.recorder(end, readings, self._people)
            verdict = CALM if calm else self._verdict(readings, end)
            self.strength = verdict.strength
            self.lifecycle.observe(verdict, end)
            if not self.replaying:
                transitions = self._decide(verdict, end)
        if self._slept_at is None:
            self._freeze.update(max(scores.negativity, scores.boycott), end)
            self._sentiment.freeze.update(scores.sentiment, end)
            self._learn(end)
        return transitions

    def _scores(self, end: int) -> Scores:
        """How far from normal the window that ends at `end` is; cheap, and 0 for most windows of most brands."""
        recent = self._recent
        widest = recent.spans[COARSE_REACH]
        crowd = widest.unhappy >= negativity.MIN_PEOPLE
        calls = widest.callers >= boycott.MIN_PEOPLE
        return Scores(
            negativity.score(recent, self._voices, end, self._plans.lift)[0] if crowd else 0.0,
            boycott.score(recent, self._voices)[0] if calls else 0.0,
            self._sentiment.score(recent),
            self._attention.score if self._attention.warm else 0.0,
        )

    def _readings(self, end: int) -> tuple[Reading, ...]:
        return (
            negativity.read(self._recent, self._voices, end, self._plans.lift),
            boycott.read(self._recent, self._voices, end),
            self._sentiment.read(self._recent, end),
            self._attention.read(self._recent.spans[HOUR].talkers, self._talkers(end - HOUR), end),
        )

    def _verdict(self, readings: tuple[Reading, ...], end: int) -> Verdict:
        ease = self.policy.reopen_ratio if self.lifecycle.reopens(end, self.policy) else 1.0
        return judge(readings, self.policy, self._people, ease)

    def _people(self, reading: Reading) -> int:
        if reading.name in {negativity.NAME, boycott.NAME}:
            return int(reading.observed)
        return self._talkers(reading.window_start)

    def _talkers(self, start: int) -> int:
        """Different people who spoke at or after `start` (seconds); several readings of a window ask for the same."""
        if self._counted[:2] != (self.clock, start):
            self._counted = (self.clock, start, self._authors.count_since(start))
        return self._counted[2]

    def _decide(self, verdict: Verdict, end: int) -> list[Transition]:
        crisis = self.lifecycle.crisis
        is_open = crisis is not None and crisis.state == OPEN
        blocked, silent = self._stale(end) if is_open else (False, False)
        began = (
            onset(verdict.readings[0], self._recent, self._window_seconds)
            if verdict.level and not is_open
            else end - self._window_seconds
        )
        if crisis is not None:
            began = max(began, crisis.updated_at)
        told = crisis.told_at if crisis is not None else 0
        due = is_open and self._story is not None and end - told >= self.policy.min_update_seconds
        grown = due and self._story is not None and self._story.grown(self._words)
        moment = Moment(end, verdict, self.policy, max(began, self._born), blocked, silent, grown)
        changes = self.lifecycle.decide(moment)
        if changes and not verdict.readings:
            verdict = self._verdict(self._readings(end), end)
        return [self._tell(change, verdict, end) for change in changes]

    def _stale(self, end: int) -> tuple[bool, bool]:
        """Whether a platform that carried the crisis is stale: for a while (blocked), for too long (silent)."""
        blocked = silent = False
        for platform in self._story.carriers() if self._story is not None else ():
            seconds, stale = self._platforms.silence(platform, end)
            blocked |= stale and seconds <= self.policy.max_open_silent_seconds
            silent |= stale and seconds > self.policy.max_open_silent_seconds
        return blocked, silent

    def _tell(self, change: Change, verdict: Verdict, end: int) -> Transition:
        if change.verb == "opened" or self._story is None:
            self._story = Story.begin(change.crisis.first_signal_at, self._recent, self._authors, self._words)
        evidence = self._story.evidence(change, verdict, self._recent, self._words, self.policy)
        self._story.told = self._story.telling(self._words)
        if change.crisis.state not in {"open", "resolved"}:
            self._story = None
        return Transition(end, change, evidence)

    def _learn(self, end: int) -> None:
        """Let an hour that is over teach the baselines, unless it is hot or was hardly scored; then sleep if silent."""
        if end % HOUR == 0:
            hour, self._hour = self._hour, Counts()
            watched = min(1.0, (end - self._born) / HOUR)
            if self._freeze.learning(end) and 2 * hour.scored >= hour.mentions:
                self._voices.learn(end // HOUR - 1, watched, hour)
            self._sentiment.close_hour(hour.voices, hour.mood_micro, end)
            self._platforms.close_hours(1)
        if self._recent.empty and end % TICK_SECONDS == 0:
            self._slept_at = end
            self._attention.score = 0.0

    def snapshot(self) -> dict[str, Any]:
        """Named values, without those of a policy."""
        return {
            "version": VERSION,
            "window_seconds": self._window_seconds,
            "clock": self.clock,
            "born": self._born,
            "strength": self.strength,
            "lifecycle": self.lifecycle.snapshot(),
            "recent": self._recent.snapshot(),
            "authors": self._authors.snapshot(),
            "voices": self._voices.snapshot(),
            "attention": self._attention.snapshot(),
            "sentiment": self._sentiment.snapshot(),
            "freeze": self._freeze.snapshot(),
            "platforms": self._platforms.snapshot(),
            "words": self._words.snapshot(),
            "plans": self._plans.snapshot(),
            "story": self._story.snapshot() if self._story else None,
            "hour": self._hour.row(),
            "bucket_talkers": self._bucket_talkers,
            "slept_at": self._slept_at,
        }

    @classmethod
    def restore(cls, brand_id: str, policy: Policy, state: dict[str, Any]) -> BrandMonitor:
        """The monitor a snapshot was taken of, under a policy that may be another.

        Raises ValueError for a version this release does not read.
        """
        if state["version"] != VERSION:
            raise ValueError(f"brand state of version {state['version']}, this release reads {VERSION}")
        monitor = cls(brand_id, policy, state["window_seconds"])
        monitor.clock = state["clock"]
        monitor._born = state["born"]
        monitor.strength = state["strength"]
        monitor.lifecycle = Lifecycle.restore(brand_id, state["lifecycle"])
        monitor._recent = Recent.restore(state["recent"], state["clock"] or 0, state["window_seconds"])
        monitor._authors = AuthorMemory.restore(state["authors"])
        monitor._voices = VoiceBaseline.restore(state["voices"])
        monitor._attention = Attention.restore(state["attention"])
        monitor._sentiment = Sentiment.restore(state["sentiment"])
        monitor._freeze = Freeze(**state["freeze"])
        monitor._platforms = Platforms.restore(state["platforms"])
        monitor._words = Words.restore(state["words"])
        monitor._plans = Plans([Plan(int(start), int(end), lift) for start, end, lift in state["plans"]])
        monitor._story = Story.restore(state["story"]) if state["story"] else None
        monitor._hour = Counts.from_row(state["hour"])
        monitor._bucket_talkers = state["bucket_talkers"]
        monitor._slept_at = state["slept_at"]
        return monitor
