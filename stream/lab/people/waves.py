"""A coordinated wave: accounts a few days old say nearly the same, at times too regular, below a few posts."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

from stream.lab.people.authors import newcomer
from stream.lab.people.crowds import Makeup
from stream.lab.people.places import Place
from stream.lab.people.public import Pen, Post, Public, Thread
from stream.lab.scenario import HOUR, Arrival, Crowd, Mood

TEMPLATES = 5
"""Texts of a mood that somebody wrote for them."""
THREADS = 4
"""On a platform, that they go to."""
ACCOUNT_DAYS = (2.0, 9.0)
JITTER = 0.05
"""Of the time between two posts."""
CHANGES = ("", "!", "!!", "…", " really", " please share")


class WaveTalk:
    """What a crowd says that somebody steers. Nobody reposts it."""

    def __init__(self, public: Public, pen: Pen, crowd: Crowd) -> None:
        self._public, self._pen, self._crowd = public, pen, crowd
        self._random = public.random(f"wave/{crowd.story_id}")
        self._makeup = Makeup(public, crowd)
        self._first: dict[str, list[Post]] = {}
        self._templates: dict[tuple[Any, ...], dict[str, Any]] = {}
        self._times = _times(self._random, crowd)
        self._next = next(self._times, None)

    def hour(self, number: int) -> list[Arrival]:
        """What is published in an hour, counted from the start of the scenario; to be asked hour by hour."""
        end, said = self._public.scenario.start + (number + 1) * HOUR, list[Arrival]()
        while self._next is not None and self._next < end:
            place = self._makeup.place(self._random, self._next)
            if place is not None:
                said.append(self._say(self._next, place))
            self._next = next(self._times, None)
        return said

    def _say(self, at: float, place: Place) -> Arrival:
        random, begun = self._random, self._first.setdefault(place.platform, [])
        to = random.choice(begun) if len(begun) == THREADS else None
        thread = to.thread if to else self._thread(place)
        mood = self._makeup.mood(random)
        boycott = mood == "negative" and random.random() < self._crowd.boycott_share
        account = newcomer(random, self._crowd.start, ACCOUNT_DAYS)
        post = self._pen.post(thread, account, self._words(thread, mood, boycott=boycott))
        if to is None:
            begun.append(post)
        return self._pen.said(at, post, to)

    def _thread(self, place: Place) -> Thread:
        language = self._random.choice(self._public.brand.languages)
        return Thread(place, language=language, topic=self._crowd.topic, hashtag=self._crowd.hashtag)

    def _words(self, thread: Thread, mood: Mood, *, boycott: bool) -> dict[str, Any]:
        """One of the texts, a little changed; or a score that is nearly the same."""
        random = self._random
        number, change, shift = random.randrange(TEMPLATES), random.choice(CHANGES), random.uniform(-0.02, 0.02)
        key = (mood, thread.language, boycott, number)
        words = self._templates.get(key)
        if words is None:
            words = self._templates[key] = self._pen.words(mood, thread, boycott=boycott)
        if "text" in words:
            return {**words, "text": words["text"] + change}
        scored = words["sentiment"]
        return {**words, "sentiment": {**scored, "score": round(max(-1.0, min(1.0, scored["score"] + shift)), 3)}}


def _times(random: Random, crowd: Crowd) -> Iterator[float]:
    """One after the other, by the clock."""
    at = crowd.start
    while at < crowd.end:
        yield at
        rate = crowd.authors_per_hour * max(0.01, crowd.intensity(at))
        at += HOUR / rate * random.uniform(1.0 - JITTER, 1.0 + JITTER)
