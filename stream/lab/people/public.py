"""A brand's public: who they are, where and when they talk, what they mean, and how it is written down."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from random import Random
from statistics import NormalDist
from typing import Any, NamedTuple

from stream.lab import phrases
from stream.lab.people.authors import Circle, Person
from stream.lab.people.days import Days
from stream.lab.people.places import Collector, Place, usual_places
from stream.lab.people.scorer import HAPPY_PART, Scorer
from stream.lab.scenario import Arrival, Brand, Mood, Scenario
from stream.lab.stamps import stamp

THREAD_MOOD, TEMPER, OWN_MOOD = sqrt(0.15), sqrt(0.30), sqrt(0.40)
"""Parts of a post's mood; with those of the day and the topic their squares add up to 1."""


@dataclass(slots=True)
class Thread:
    """Posts that answer each other."""

    place: Place
    mood: float = 0.0
    """Above 0: unhappier; of day, topic and thread."""
    misreading: float = 0.0
    """What a scorer makes of all of it, too much."""
    language: str = "en"
    thread_id: str = ""
    topic: str = "usual"
    hashtag: str | None = None
    starter: Person | None = None


class Post(NamedTuple):
    """What may be answered or reposted."""

    mention_id: str
    thread: Thread
    person: Person
    content: dict[str, Any]
    """Fields of the mention that a repost repeats."""


class Public:
    """Everything about the talk of one brand that does not change."""

    def __init__(self, brand: Brand, scenario: Scenario, seed: int) -> None:
        self.brand, self.scenario = brand, scenario
        self._key = f"people/{seed}/{brand.brand_id}"
        random = self.random("habits")
        self.places = usual_places(random)
        self.collector = Collector(random)
        self.scorer = Scorer(random)
        self.days = Days(brand, scenario, seed)
        self.circle = Circle(
            self.random("circle"), brand.mentions_per_hour, self.places, self.days.zones, scenario.start
        )
        self._negative_above = NormalDist().inv_cdf(1.0 - brand.negative_share)
        self._positive_below = NormalDist().inv_cdf(HAPPY_PART * (1.0 - brand.negative_share))

    def random(self, purpose: str) -> Random:
        """Numbers of their own for each purpose, so that one thing does not change another."""
        return Random(f"{self._key}/{purpose}")  # noqa: S311 -- a simulation, not a secret

    def mood(self, random: Random, person: Person, thread: Thread) -> Mood:
        """What somebody truly means: of the day, the topic, the thread, the person, and chance."""
        value = thread.mood + TEMPER * person.temper + OWN_MOOD * random.gauss()
        if value > self._negative_above:
            return "negative"
        return "positive" if value < self._positive_below else "neutral"

    def negative_share(self, at: float) -> float:
        """Truly negative, expected at a time: the mood drifts."""
        return 1.0 - NormalDist().cdf(self._negative_above - self.days.day(at).drift)


class Pen:
    """Writes down the posts of ordinary talk, or of one story."""

    def __init__(self, public: Public, source: str, story: int) -> None:
        """`source` names it in the ids, "" for ordinary talk; `story` is its index, -1 for ordinary talk."""
        self._public, self._story = public, story
        self._brand_id = public.brand.brand_id
        self._prefix = f"{self._brand_id}-{source}-" if source else f"{self._brand_id}-"
        self._written = 0
        self._words = public.random(f"words/{source}")
        self._lags = public.random(f"lags/{source}")
        self._content, self._threads = public.scenario.content, public.scenario.threads

    def words(self, mood: Mood, thread: Thread, *, boycott: bool = False) -> dict[str, Any]:
        """What a post says, as fields of a mention: a score, or a text."""
        random = self._words
        if self._content == "sentiment":
            score = self._public.scorer.score(random, mood, thread.misreading)
            scored: dict[str, Any] = {"sentiment": {"score": score, "model": "simulated-1"}}
            return {**scored, "intents": ["boycott"]} if boycott else scored
        text = phrases.say(random, thread.topic, thread.language, mood, boycott=boycott)
        if thread.hashtag and random.random() < 0.5:
            text = f"{text} {thread.hashtag}"
        return {"text": text, "language": thread.language}

    def post(self, thread: Thread, person: Person, content: dict[str, Any]) -> Post:
        """Something new to be said in a thread; the first one gives the thread its id."""
        post = Post(self._new_id(), thread, person, content)
        if not thread.thread_id:
            thread.thread_id = post.mention_id
        return post

    def said(self, at: float, post: Post, to: Post | None = None) -> Arrival:
        """A post is published, in reply to another or to none."""
        arrival = self._arrival(at, post.person, post, post.mention_id)
        if self._threads and to is not None:
            arrival.mention["in_reply_to"] = to.mention_id
        return arrival

    def reposted(self, at: float, person: Person, post: Post) -> Arrival:
        """The same again, by somebody else."""
        arrival = self._arrival(at, person, post, self._new_id())
        if self._threads:
            arrival.mention["repost_of"] = post.mention_id
        return arrival

    def _new_id(self) -> str:
        self._written += 1
        return f"{self._prefix}{self._written}"

    def _arrival(self, at: float, person: Person, post: Post, mention_id: str) -> Arrival:
        platform = post.thread.place.platform
        collected = self._public.collector.collected(self._lags, platform, at)
        mention = {
            "mention_id": mention_id,
            "brand_id": self._brand_id,
            "published_at": stamp(at),
            "collected_at": stamp(collected),
            "platform": platform,
            "author": person.record,
            **post.content,
        }
        if self._threads:
            mention["thread_id"] = post.thread.thread_id
        return Arrival(collected, at, mention, self._story)
