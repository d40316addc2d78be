"""Ordinary talk: threads that branch. Posts draw replies and reposts, most of them few, some very many, hours long.

A thread is a branching process (Hawkes and Oakes, A cluster process representation of a self-exciting process, 1974):
its first post draws replies and reposts by its pull, which is heavy-tailed; a reply draws fewer of both. What would
be said while people sleep is said in the morning.
"""

from __future__ import annotations

from bisect import bisect
from itertools import accumulate
from math import exp, floor, log, sqrt

from stream.lab.people.authors import Person, newcomer
from stream.lab.people.days import MISREAD_TOPIC, TOPIC_MOOD, TOPICS_PART, Topic
from stream.lab.people.draws import capped_pareto, poisson
from stream.lab.people.places import PLACES
from stream.lab.people.public import THREAD_MOOD, Pen, Post, Public, Thread
from stream.lab.people.scorer import misreading
from stream.lab.scenario import HOUR, Arrival

BURN_IN_HOURS = 12
"""Threads begin so long before the stream, or its first hours were emptier than the others."""
DELAY_LOG, DELAY_SPREAD = log(2100.0), 1.5
"""Mean and standard deviation of the logarithm of the seconds until a reply or a repost: in the middle 35 minutes."""
LONGEST_DELAY = 24 * HOUR
ASLEEP = (3 * HOUR, 9 * HOUR)
"""So much later who sleeps says what he has to say."""
PULL_SHAPE = 1.6
"""Of the tail of a first post's pull: its variance is as large as its cap allows."""
BACK_AGAIN = 0.2
"""Of the replies, those of who began the thread."""


def pull_cap(mentions_per_hour: float) -> float:
    """The most a first post pulls, in units of the least: nobody goes round the world with a brand that few know."""
    return 40.0 * sqrt(1.0 + mentions_per_hour)


class Talk:
    """A brand's ordinary talk over [start, end), or an independent piece of it: `part` of the rate."""

    def __init__(self, public: Public, pen: Pen, name: str, part: float, span: tuple[float, float]) -> None:
        self._public, self._pen, self._span = public, pen, span
        self._random = public.random(f"talk/{name}")
        self._origin = public.scenario.start
        self._platforms = list(public.places)
        self._mix = list(accumulate(public.places.values()))
        size = sum(share * PLACES[platform].thread_size for platform, share in public.places.items())
        self._threads_per_hour = part * public.brand.mentions_per_hour / size
        self._cap = pull_cap(public.brand.mentions_per_hour)
        self._pending: dict[int, list[tuple[float, Post, bool]]] = {}
        self._first = floor((span[0] - self._origin) / HOUR) - BURN_IN_HOURS
        self._last = floor((span[1] - self._origin) / HOUR)

    def hour(self, number: int) -> list[Arrival]:
        """What is published in an hour, counted from the start of the scenario; to be asked hour by hour."""
        said: list[Arrival] = []
        if self._first <= number <= self._last:
            self._begin(self._origin + number * HOUR, said)
            while pending := self._pending.pop(number, None):  # answers may fall into the same hour
                for at, post, is_repost in pending:
                    self._answer(at, post, is_repost, said)
        return said

    def _begin(self, hour: float, said: list[Arrival]) -> None:
        """New threads of an hour."""
        days, random = self._public.days, self._random
        middle = hour + HOUR / 2
        day = days.day(middle)
        count = poisson(random, self._threads_per_hour * days.usual(middle) * day.most)
        if count == 0:
            return  # as in most hours of small brands
        topics = days.topics(middle)
        weights = list(accumulate((weight for weight, _ in topics), initial=1.0 - TOPICS_PART))
        for _ in range(count):
            chosen = bisect(weights, random.random() * day.most)
            if chosen <= len(topics):
                topic = topics[chosen - 1][1] if chosen else self._small_topic(day.mood)
                self._first_post(hour + HOUR * random.random(), topic, day.drift, said)

    def _small_topic(self, day_mood: float) -> Topic:
        """What nobody else talks about today."""
        random = self._random
        return Topic(0.0, 0.0, 1.0, day_mood + TOPIC_MOOD * random.gauss(), MISREAD_TOPIC * random.gauss())

    def _first_post(self, at: float, topic: Topic, drift: float, said: list[Arrival]) -> None:
        public, random = self._public, self._random
        place = PLACES[self._platforms[min(bisect(self._mix, random.random()), len(self._mix) - 1)]]
        thread = Thread(
            place,
            topic.mood + drift + THREAD_MOOD * random.gauss(),
            topic.misreading + misreading(random),
            random.choice(public.brand.languages),
        )
        thread.starter = public.circle.somebody(random, place.platform, at)
        post = self._say(at, thread.starter, thread, None, said)
        if place.thread_size > 1.0:
            pull = topic.pull * capped_pareto(random, PULL_SHAPE, self._cap)
            self._draw(at, post, pull * place.reposts, pull * place.replies)

    def _answer(self, at: float, post: Post, is_repost: bool, said: list[Arrival]) -> None:  # noqa: FBT001 -- a field
        public, random, thread = self._public, self._random, post.thread
        platform = thread.place.platform
        if is_repost:
            person = public.circle.somebody(random, platform, at)
            if person is post.person:
                person = newcomer(random, self._origin)
            if self._span[0] <= at < self._span[1]:
                said.append(self._pen.reposted(at, person, post))
            return
        again = thread.starter is not None and random.random() < BACK_AGAIN
        person = thread.starter if again and thread.starter else public.circle.somebody(random, platform, at)
        reply = self._say(at, person, thread, post, said)
        self._draw(at, reply, thread.place.reply_reposts, thread.place.reply_replies)

    def _say(self, at: float, person: Person, thread: Thread, to: Post | None, said: list[Arrival]) -> Post:
        mood = self._public.mood(self._random, person, thread)
        post = self._pen.post(thread, person, self._pen.words(mood, thread))
        if self._span[0] <= at < self._span[1]:
            said.append(self._pen.said(at, post, to))
        return post

    def _draw(self, at: float, post: Post, reposts: float, replies: float) -> None:
        """Replies and reposts to come, their means given."""
        random = self._random
        for _ in range(poisson(random, reposts + replies)):
            when = self._later(at)
            number = int((when - self._origin) // HOUR)
            if number <= self._last:
                is_repost = random.random() * (reposts + replies) < reposts
                self._pending.setdefault(number, []).append((when, post, is_repost))

    def _later(self, at: float) -> float:
        random = self._random
        delay = exp(DELAY_LOG + DELAY_SPREAD * random.gauss())
        at += delay if delay < LONGEST_DELAY else LONGEST_DELAY * random.random()
        return at if random.random() < self._public.days.awake(at) else at + random.uniform(*ASLEEP)
