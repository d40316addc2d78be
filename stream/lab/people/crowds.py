"""Many people who talk about one thing: a crisis, joy, a campaign, a coordinated wave. A few big threads, many small ones.

Who speaks begins a thread or answers somebody, anybody who spoke, so that large threads grow (Simon, On a class of
skew distribution functions, 1955).
"""

from __future__ import annotations

from collections.abc import Iterator
from math import exp
from random import Random

from stream.lab.people.authors import ALWAYS, Person, newcomer
from stream.lab.people.draws import capped_pareto, poisson
from stream.lab.people.places import PLACES, Place
from stream.lab.people.public import Pen, Post, Public, Thread
from stream.lab.people.scorer import misreading
from stream.lab.people.talk import DELAY_LOG, DELAY_SPREAD, PULL_SHAPE, pull_cap
from stream.lab.scenario import HOUR, Arrival, Crowd, Mood

NEW_THREAD = 0.35
"""Of those who speak, those who answer nobody."""
REMEMBERED = 4000
"""Posts of a platform that may still be answered."""
REGULARS = 0.1
"""Of those who speak, those who talk about the brand at other times too."""
ANSWERS_BRAND = 0.4
"""Of the answers, on its platform, those to the brand's own post; and for half an hour nobody begins a thread there."""
ANSWERED_FIRST = 0.5 * HOUR


class Makeup:
    """Where a crowd is, and what it means."""

    def __init__(self, public: Public, crowd: Crowd) -> None:
        self._crowd = crowd
        self._places = [
            (PLACES[platform], crowd.start + joins, PLACES[platform].common) for platform, joins in crowd.platforms
        ] or [(PLACES[platform], crowd.start, part) for platform, part in public.places.items()]
        self.first = self._places[0][0]

    def place(self, random: Random, at: float) -> Place | None:
        """Of the platforms that joined; None before the first."""
        joined = [(place, part) for place, joins, part in self._places if at >= joins]
        if not joined:
            return None
        return random.choices([place for place, _ in joined], [part for _, part in joined])[0]

    def mood(self, random: Random) -> Mood:
        """What one of them truly means."""
        chance = random.random()
        if chance < self._crowd.negative_share:
            return "negative"
        return "positive" if chance < self._crowd.negative_share + self._crowd.positive_share else "neutral"


class CrowdTalk:
    """What a crowd says."""

    def __init__(self, public: Public, pen: Pen, crowd: Crowd) -> None:
        self._public, self._pen, self._crowd = public, pen, crowd
        self._random = public.random(f"crowd/{crowd.story_id}")
        self._origin = public.scenario.start
        self._makeup = Makeup(public, crowd)
        self._cap = pull_cap(crowd.authors_per_hour)
        self._spoken: dict[str, list[Post]] = {}
        self._known: set[str] = set()
        self._reposts: dict[int, list[tuple[float, Post]]] = {}
        self._times = _times(self._random, crowd)
        self._owned: Post | None = None
        self._next = next(self._times, None)

    def hour(self, number: int) -> list[Arrival]:
        """What is published in an hour, counted from the start of the scenario; to be asked hour by hour."""
        end, said = self._origin + (number + 1) * HOUR, list[Arrival]()
        if self._crowd.trigger == "owned_post" and self._owned is None and self._crowd.start < end:
            self._own_post(said)
        while self._next is not None and self._next < end:
            self._speak(self._next, said)
            self._next = next(self._times, None)
        for at, post in self._reposts.pop(number, []):
            said.append(self._pen.reposted(at, self._person(post.thread.place, at), post))
        return said

    def _own_post(self, said: list[Arrival]) -> None:
        """The brand itself sets it off."""
        place = self._makeup.first
        account = {"ref": f"{self._public.brand.brand_id}-itself", "followers": 100_000, "is_brand": True}
        thread = self._thread(place)
        thread.misreading = 0.0
        self._owned = self._pen.post(thread, Person(account, 0.0, ALWAYS), self._pen.words("neutral", thread))
        said.append(self._pen.said(self._crowd.start, self._owned))
        self._spoken[place.platform] = [self._owned]

    def _speak(self, at: float, said: list[Arrival]) -> None:
        random, place = self._random, self._makeup.place(self._random, at)
        if place is None:
            return
        to = self._answered(place, at)
        thread = to.thread if to else self._thread(place)
        mood = self._makeup.mood(random)
        boycott = mood == "negative" and random.random() < self._crowd.boycott_share
        post = self._pen.post(thread, self._person(place, at), self._pen.words(mood, thread, boycott=boycott))
        said.append(self._pen.said(at, post, to))
        self._remember(place, post)
        self._draw(at, post)

    def _answered(self, place: Place, at: float) -> Post | None:
        """Whom somebody answers who speaks now; None: nobody."""
        random, spoken = self._random, self._spoken.get(place.platform)
        if not spoken or place.replies == 0.0:
            return None
        owned = self._owned if self._owned and self._owned.thread.place is place else None
        early = owned is not None and at < self._crowd.start + ANSWERED_FIRST
        if not early and random.random() < NEW_THREAD:
            return None
        return owned if owned and random.random() < ANSWERS_BRAND else random.choice(spoken)

    def _remember(self, place: Place, post: Post) -> None:
        spoken = self._spoken.setdefault(place.platform, [])
        if len(spoken) < REMEMBERED:
            spoken.append(post)
        else:
            spoken[self._random.randrange(REMEMBERED)] = post

    def _draw(self, at: float, post: Post) -> None:
        """Reposts to come; of those after the end nobody hears."""
        random, place = self._random, post.thread.place
        mean = (place.reposts + place.all_replies * place.reply_reposts) / (1.0 + place.all_replies)
        for _ in range(poisson(random, mean * capped_pareto(random, PULL_SHAPE, self._cap))):
            when = at + exp(DELAY_LOG + DELAY_SPREAD * random.gauss())
            if when < self._crowd.end:
                # Never before the hour that is asked for: a repost comes after its post.
                self._reposts.setdefault(int((when - self._origin) // HOUR), []).append((when, post))

    def _thread(self, place: Place) -> Thread:
        return Thread(
            place,
            misreading=misreading(self._random),
            language=self._random.choice(self._public.brand.languages),
            topic=self._crowd.topic,
            hashtag=self._crowd.hashtag,
        )

    def _person(self, place: Place, at: float) -> Person:
        """Somebody who has not spoken in this crowd: mostly somebody new."""
        if self._random.random() < REGULARS:
            person = self._public.circle.regular(self._random, place.platform, at)
            if person is not None and person.record["ref"] not in self._known:
                self._known.add(person.record["ref"])
                return person
        return newcomer(self._random, self._crowd.start)


def _times(random: Random, crowd: Crowd) -> Iterator[float]:
    """When somebody speaks, in order: by chance, of the crowd's intensity (thinning: Lewis and Shedler, 1979)."""
    at = crowd.start
    while True:
        at += random.expovariate(crowd.authors_per_hour) * HOUR
        if at >= crowd.end:
            return
        if random.random() < crowd.intensity(at):
            yield at
