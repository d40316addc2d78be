"""A handful of authors who say much: one who shouts, a quarrel, bots."""

from __future__ import annotations

from random import Random

from stream.lab.people.authors import newcomer
from stream.lab.people.places import PLACES
from stream.lab.people.public import Pen, Post, Public, Thread
from stream.lab.people.scorer import misreading
from stream.lab.scenario import DAY, HOUR, Arrival, Few


class FewTalk:
    """What a few say."""

    def __init__(self, public: Public, pen: Pen, few: Few) -> None:
        self._public, self._pen, self._few = public, pen, few
        self._random = public.random(f"few/{few.story_id}")
        self._people = [newcomer(self._random, few.start) for _ in range(few.authors)]
        self._times = sorted(_times(self._random, few), reverse=True)
        self._last: Post | None = None

    def hour(self, number: int) -> list[Arrival]:
        """What is published in an hour, counted from the start of the scenario; to be asked hour by hour."""
        end, said = self._public.scenario.start + (number + 1) * HOUR, list[Arrival]()
        while self._times and self._times[-1] < end:
            said.append(self._say(self._times.pop()))
        return said

    def _say(self, at: float) -> Arrival:
        to = self._last if self._few.thread else None
        thread = to.thread if to else self._thread()
        people = [person for person in self._people if to is None or person is not to.person] or self._people
        words = self._pen.words(self._few.mood, thread)
        self._last = self._pen.post(thread, self._random.choice(people), words)
        return self._pen.said(at, self._last, to)

    def _thread(self) -> Thread:
        return Thread(
            PLACES[self._few.platform],
            misreading=misreading(self._random),
            language=self._random.choice(self._public.brand.languages),
        )


def _times(random: Random, few: Few) -> list[float]:
    """Of all posts: over the whole time, or every day within the hour at which it starts."""
    if not few.daily:
        return [random.uniform(few.start, few.end) for _ in range(few.posts)]
    days = range(int((few.end - few.start) // DAY) + 1)
    times = [few.start + DAY * day + HOUR * random.random() for day in days for _ in range(few.posts)]
    return [at for at in times if at < few.end]
