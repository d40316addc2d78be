"""One brand, whole: closed windows in, transitions out."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from collections.abc import Set as AbstractSet
from typing import Any, NamedTuple

from detectors.authors import AuthorMemory
from detectors.baseline import VoiceBaseline
from detectors.copies import Copies
from detectors.crisis import DISMISSED, OPEN, Change, Feedback, Lifecycle, Moment
from detectors.dispersion import Dispersion
from detectors.evidence import Evidence, Story
from detectors.gauges import Gauges
from detectors.half_lives import HALF_LIVES, fits
from detectors.limit import AFTER_SECONDS, Limit
from detectors.normal import Normal
from detectors.observation import Observation
from detectors.onset import onset
from detectors.plans import Plan, Plans
from detectors.platforms import OTHER, Platforms
from detectors.recent import COARSE_REACH, COARSE_SECONDS, Recent
from detectors.scorers import Scorers
from detectors.severity import CALM, TARGET, Policy, Verdict, judge
from detectors.signals import attention, boycott, multiple, negativity
from detectors.signals.attention import Attention
from detectors.signals.drift import Drift
from detectors.signals.reading import Freeze, Reading, Scores
from detectors.signals.sentiment import Sentiment
from detectors.threads import Threads
from detectors.upgrade import upgraded
from detectors.window import WINDOW_SECONDS, summarise
from detectors.words import Words

HOUR = 3600
TICK_SECONDS = attention.BUCKET_SECONDS
"""An empty window is judged only where it ends on one of these: between them the spans can but sink."""
CROWD_HOT, CROWD_COOL = 2.8, 1.6
"""From this score on unhappy people teach nothing, until it was below the other one for a while. A limit may be
lower, learned or set: what opens there and gets no worse is learned from as well."""
CROWD_FREEZE_SECONDS = 18 * 3600
"""Unhappy people teach nothing for at most so long: most crises are over by then, and another phase may follow."""
SILENT_VOICES = 3.0
"""So many people expected and not heard: the scorers that are known have fallen silent."""
VERSION = 4
"""Of the snapshot; a release reads this one and the one before."""


class Transition(NamedTuple):
    """A change of a crisis at `at` (seconds, event time), with its evidence."""

    at: int
    change: Change
    evidence: Evidence


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
        self._least_limit = policy.least_limit
        self._window_seconds = window_seconds
        self._born = 0
        self._recent = Recent(window_seconds)
        self._authors = AuthorMemory()
        self._voices = VoiceBaseline()
        self._attention = Attention()
        self._sentiment = Sentiment()
        self._drift = Drift()
        self._scorers = Scorers()
        self._copies = Copies()
        self._threads = Threads()
        self._dispersion = Dispersion()
        self._limit = Limit()
        self._freeze = _crowd_freeze()
        self._platforms = Platforms()
        self._words = Words()
        self._plans = Plans()
        self._normal = self._what_is_normal()
        self._story: Story | None = None
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
    def _clustered(self) -> float:
        """How much clusters inflate the variance of what the voices of an hour say: as in two, the next longer block."""
        return self._threads.share_factors[2]

    def _what_is_normal(self) -> Normal:
        return Normal(self._voices, self._threads, self._dispersion, self._plans.lift)

    @property
    def awake(self) -> bool:
        """Whether anything can still move without a mention."""
        return self._slept_at is None or self.lifecycle.active or self.lifecycle.holding

    def advance(
        self, to: int, windows: Iterable[tuple[int, Collection[Observation]]], *, stop: bool = False
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
        if feedback.verdict == "dismiss":
            self._limit.dismiss()
        elif feedback.verdict == "confirm":
            self._limit.confirm()
        if changes:
            self._wake(end)
        verdict = self._verdict(self._readings(end), end)
        return [self._tell(change, verdict, end) for change in changes]

    def expect(self, plan: Plan) -> None:
        """Learn of a planned activity."""
        self._plans.add(plan)

    def gauges(self, end: int) -> Gauges:
        """The hour before `end` (seconds), right also for a brand that sleeps."""
        hour = self._recent.spans[HOUR] if self._slept_at is None else None
        return Gauges.of(hour, self._normal, self._sentiment.expected, end)

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
        self._drift.close_hour(0, 0, start // HOUR * HOUR)
        self._platforms.close_hours(hours)
        self._freeze = _crowd_freeze()

    def _take(self, start: int, observations: Collection[Observation]) -> None:
        """Add up a window that holds something."""
        copies = self._copies.find(start, observations)
        shadows = self._shadows(start, observations, copies)
        summary = summarise(start, observations, copies, shadows)
        if pooled := self._platforms.pool(summary.counts.places):
            summary.pool(pooled, OTHER)
        counted = self._authors.count(summary)
        if summary.unhappy:
            self._recent.returning.take(start, summary.unhappy, counted)
        self._recent.add(start, summary.counts)
        self._threads.add(summary.threads)
        self._platforms.add(summary.counts.places)
        self._words.add(summary, learn=self._freeze.hot_since is None)
        if self._story is not None and self.lifecycle.active:
            self._story.add(summary)
        self._bucket_talkers += summary.counts.talkers

    def _shadows(self, start: int, observations: Collection[Observation], copies: AbstractSet[str]) -> AbstractSet[int]:
        """Scorers whose scores are no evidence: new ones that have taken the place of those that are known.

        Where those are heard as well, a new one has come with new people, and they may be unhappy.
        """
        shadows = self._scorers.hear(start, observations, copies)
        if shadows and self._voices.expected_voices(self._scorers.trusted_at, start) < SILENT_VOICES:
            return frozenset()
        return shadows

    def _judge(self, end: int) -> list[Transition]:
        """Score the window that ends at `end`, decide, then learn."""
        before, self.clock = self.clock or end, end
        if self._slept_at is None:
            self._recent.slide(end)
            if end % TICK_SECONDS == 0:
                lifts = (self._plans.faded_lift(end, half_life) for half_life in attention.HALF_LIVES_SECONDS)
                self._attention.close(end - TICK_SECONDS, self._bucket_talkers, *lifts)
                self._bucket_talkers = 0
        transitions: list[Transition] = []
        found = negativity.score(self._recent, self._normal, end)
        scores = self._scores(found[0], end)
        unrest = max(scores.negativity, scores.boycott)
        self._observe(unrest, end)
        calm = max(scores) < self._least_limit and not self._is_many_times_usual(end)
        if calm and not self.lifecycle.active and not self.lifecycle.holding:
            self.strength = 0.0
        else:
            readings = () if calm else self._readings(end, found)
            if readings and self.recorder is not None:
                self.recorder(end, readings, self._people)
            verdict = CALM if calm else self._verdict(readings, end)
            self.strength = verdict.strength
            blocked, silent = self._stale(end)
            self.lifecycle.observe(verdict, end, end - before if blocked else 0)
            if not self.replaying:
                transitions = self._decide(verdict, end, blocked=blocked, silent=silent)
        if self._slept_at is None:
            self._freeze.update(unrest, end)
            self._sentiment.freeze.update(scores.sentiment, end)
            self._learn(end)
        elif end % HOUR == 0:
            self._drift.close_hour(0, 0, end)  # days of silence end a slide
        return transitions

    def _scores(self, unrest: float, end: int) -> Scores:
        """How far from normal the last window is, `unrest` by its unhappy people; cheap, and 0 for most windows."""
        recent = self._recent
        calls = recent.spans[COARSE_REACH].callers >= boycott.MIN_PEOPLE
        unrest = unrest if self._voices.warm else 0.0
        return Scores(
            unrest,
            boycott.score(recent, self._voices, end, unrest)[0] if calls else 0.0,
            self._sentiment.score(recent, self._clustered),
            self._attention.score if self._attention.warm else 0.0,
            self._drift.score if self._drift.warm else 0.0,
        )

    def _is_many_times_usual(self, end: int) -> bool:
        """Whether the organisation's own rule has something to say."""
        policy = self.policy
        if not policy.times_usual:
            return False
        least = policy.times_usual * policy.lower_ratio
        return any(found.score >= least for found in self._own_rule(end))

    def _observe(self, unrest: float, end: int) -> None:
        """Let the opening limit learn from what is quiet."""
        if not self._voices.warm:  # no peak is seen where nothing can be unusual
            self._limit.hold(unrest, end)
            return
        crisis = self.lifecycle.crisis
        grave = crisis is not None and crisis.peak_level >= 2 and crisis.state != DISMISSED
        over_at = crisis.resolved_at if crisis is not None else None
        quiet = not grave or (over_at is not None and end - over_at > AFTER_SECONDS)
        self._limit.clusters = self._threads.count_factors[-1]
        self._limit.observe(unrest, end, self.policy.target_false_opens_per_week or TARGET, quiet=quiet)

    def _readings(self, end: int, found: tuple[float, int] | None = None) -> tuple[Reading, ...]:
        """What all signals say; `found` is the score of the unhappy people, if it is known already."""
        unrest = negativity.read(self._recent, self._normal, end, found)
        return (
            unrest,
            boycott.read(self._recent, self._voices, end, unrest.score if unrest.warm else 0.0),
            self._sentiment.read(self._recent, end, self._clustered),
            self._attention.read(self._recent.spans[HOUR].talkers, self._talkers(end - HOUR), end),
            self._drift.read(end),
            *self._own_rule(end),
        )

    def _own_rule(self, end: int) -> tuple[Reading, ...]:
        if not self.policy.times_usual:
            return ()
        return (multiple.read(self._recent, self._normal, self.policy.times_usual_seconds, end),)

    def _verdict(self, readings: tuple[Reading, ...], end: int) -> Verdict:
        self._limit.clusters = self._threads.count_factors[-1]
        return judge(readings, self.policy, self._people, self.lifecycle.eased(end, self.policy), self._limit)

    def _people(self, reading: Reading) -> int:
        if reading.name in {negativity.NAME, boycott.NAME, multiple.NAME}:
            return int(reading.observed)
        return self._talkers(max(reading.window_start, (self.clock or 0) - COARSE_REACH))

    def _talkers(self, start: int) -> int:
        """Different people who spoke at or after `start` (seconds); several readings of a window ask for the same."""
        if self._counted[:2] != (self.clock, start):
            self._counted = (self.clock, start, self._authors.count_since(start))
        return self._counted[2]

    def _decide(self, verdict: Verdict, end: int, *, blocked: bool, silent: bool) -> list[Transition]:
        crisis = self.lifecycle.crisis
        is_open = crisis is not None and crisis.state == OPEN
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
        """Whether a platform that carried the open crisis, or its scorer, is stale: for a while (blocked), too long (silent)."""
        crisis = self.lifecycle.crisis
        if self._story is None or crisis is None or crisis.state != OPEN:
            return False, False
        deaf = [self._story.unscored_for(self._recent.spans[HOUR], end)]
        for platform in self._story.carriers():
            seconds, stale = self._platforms.silence(platform, end)
            if stale:
                deaf.append(seconds)
        patience = self.policy.max_open_silent_seconds
        return any(0 < seconds <= patience for seconds in deaf), any(seconds > patience for seconds in deaf)

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
        if end % COARSE_SECONDS == 0:
            self._normal.learn_noise(self._recent, end, calm=self._freeze.hot_since is None)
        if end % HOUR == 0:
            hour = self._recent.since(end - HOUR)
            watched = min(1.0, (end - self._born) / HOUR)
            if self._freeze.learning(end) and self._recent.spans[HOUR].mostly_scored:
                lift = self._plans.lift(end, HOUR)
                self._voices.learn(end // HOUR - 1, watched, hour, lift=lift, share_factor=self._clustered)
            self._sentiment.close_hour(hour.voices, hour.mood_micro, end, self._clustered)
            self._drift.close_hour(hour.voices, hour.unhappy, end)
            self._trust()
            self._platforms.close_hours(1)
        if self._recent.empty and end % TICK_SECONDS == 0:
            self._slept_at = end
            self._attention.score = 0.0

    def _trust(self) -> None:
        """Let scorers that were watched for long enough be evidence, and what is usual be what it is in their eyes."""
        for change in self._scorers.close_hour():
            if change.part <= 0.5:
                continue  # it was evidence all the time, and is learned already
            self._voices.rescore(change.part, change.unhappy_share, change.unrest_share)
            self._sentiment.rescore(change.part, change.sentiment)
            self._drift = Drift()

    def snapshot(self) -> dict[str, Any]:
        """Named values, without those of a policy; deflated as JSON at most 16 KB, whoever speaks of the brand."""
        return {
            "version": VERSION,
            "half_lives": HALF_LIVES,
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
            "drift": self._drift.snapshot(),
            "scorers": self._scorers.snapshot(),
            "copies": self._copies.snapshot(),
            "threads": self._threads.snapshot(),
            "dispersion": self._dispersion.snapshot(),
            "limit": self._limit.snapshot(),
            "freeze": self._freeze.snapshot(),
            "platforms": self._platforms.snapshot(),
            "words": self._words.snapshot(),
            "plans": self._plans.snapshot(),
            "story": self._story.snapshot() if self._story else None,
            "bucket_talkers": self._bucket_talkers,
            "slept_at": self._slept_at,
        }

    @classmethod
    def restore(cls, brand_id: str, policy: Policy, state: dict[str, Any]) -> BrandMonitor:
        """The monitor a snapshot was taken of, under a policy that may be another.

        What was learned with other half-lives begins anew, and nothing else. Raises ValueError for a version this release
        does not read.
        """
        if state["version"] == VERSION - 1:
            state = upgraded(state)
        if state["version"] != VERSION:
            raise ValueError(
                f"brand state of version {state['version']}, this release reads {VERSION - 1} and {VERSION}"
            )

        def learned(name: str, part: Any) -> Any:
            return part.restore(state[name]) if fits(name, state["half_lives"]) else part()

        monitor = cls(brand_id, policy, state["window_seconds"])
        monitor.clock = state["clock"]
        monitor._born = state["born"]
        monitor.strength = state["strength"]
        monitor.lifecycle = Lifecycle.restore(brand_id, state["lifecycle"])
        monitor._recent = Recent.restore(state["recent"], state["clock"] or 0, state["window_seconds"])
        monitor._authors = AuthorMemory.restore(state["authors"])
        monitor._voices = learned("voices", VoiceBaseline)
        monitor._attention = learned("attention", Attention)
        monitor._sentiment = learned("sentiment", Sentiment)
        monitor._drift = learned("drift", Drift)
        monitor._threads = learned("threads", Threads)
        monitor._dispersion = learned("dispersion", Dispersion)
        monitor._limit = learned("limit", Limit)
        monitor._scorers = Scorers.restore(state["scorers"])
        monitor._copies = Copies.restore(state["copies"])
        monitor._freeze = _crowd_freeze(**state["freeze"])
        monitor._platforms = Platforms.restore(state["platforms"])
        monitor._words = Words.restore(state["words"])
        monitor._plans = Plans(
            [Plan(int(start), int(end), lift, int(activity)) for start, end, lift, activity in state["plans"]]
        )
        monitor._story = Story.restore(state["story"]) if state["story"] else None
        monitor._bucket_talkers = state["bucket_talkers"]
        monitor._slept_at = state["slept_at"]
        monitor._normal = monitor._what_is_normal()
        return monitor


def _crowd_freeze(hot_since: int | None = None, last_warm: int | None = None) -> Freeze:
    return Freeze(hot_since, last_warm, hot=CROWD_HOT, cool=CROWD_COOL, longest=CROWD_FREEZE_SECONDS)
