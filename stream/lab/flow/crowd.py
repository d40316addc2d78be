"""The mentions of a story: a crowd, or a few who say much."""

from __future__ import annotations

from typing import Any

from stream.lab.flow.noise import poisson
from stream.lab.flow.pen import Pen
from stream.lab.scenario import DAY, HOUR, Arrival, Crowd, Few, Mood
from stream.lab.stamps import stamp

CROWD_SHAPE = 8.0
"""Gamma shape of an hour's noise in a crowd."""
REPOSTS = 0.3
"""Reposts on top of each voice of a crowd."""
REPLIES = 0.3
"""Of the voices, those that answer another one."""
REPOST_SECONDS = 1200.0
REGULARS = 0.1
"""Of a crowd, those who spoke about the brand before."""
REMEMBERED = 50
"""So many posts of a story are there to be answered and reposted."""
BEAT_SECONDS = 20.0
"""Coordinated accounts post at these steps."""


class CrowdTalk:
    """The mentions of a story."""

    def __init__(self, pen: Pen, story: Crowd | Few, start: float) -> None:
        self._pen, self._random, self._story = pen, pen.random, story
        self._start = start
        """Of the scenario."""
        self._count = 0
        self._latest: list[dict[str, Any]] = []
        """Some of what was said in it, to be answered and reposted."""

    def hour(self, hour: int, found: list[Arrival]) -> None:
        """Add what is published in an hour of the scenario, and what it draws later."""
        at, story = self._start + hour * HOUR, self._story
        if at + HOUR <= story.start or at >= story.end:
            return
        if isinstance(story, Few):
            self._few(at, story, found)
        else:
            self._crowd(at, story, found)

    def _crowd(self, at: float, story: Crowd, found: list[Arrival]) -> None:
        random = self._random
        if story.trigger is not None and at <= story.start < at + HOUR:
            own = {"ref": f"{story.brand_id}-itself", "followers": 50_000, "is_brand": True}
            post = self._pen.mention(story.start, self._pen.habits.platforms[0], own, "usual", "neutral")
            self._pen.keep(story.start, post, found)
        height = story.authors_per_hour * random.gammavariate(CROWD_SHAPE, 1.0 / CROWD_SHAPE)
        for when in self._times(at, height):
            beat = at + (when - at) // BEAT_SECONDS * BEAT_SECONDS if story.near_duplicates else when
            if random.random() < story.intensity(beat):
                self._voice(beat, story, found)

    def _voice(self, at: float, story: Crowd, found: list[Arrival]) -> None:
        random, pen = self._random, self._pen
        draw = random.random()
        mood: Mood = "negative" if draw < story.negative_share else "neutral"
        mood = "positive" if mood == "neutral" and draw < story.negative_share + story.positive_share else mood
        boycott = mood == "negative" and random.random() < story.boycott_share
        platform = self._platform(at, story)
        mention = pen.mention(at, platform, self._author(at, story), story.topic, mood, boycott=boycott)
        if story.hashtag and "text" in mention and random.random() < 0.5:
            mention["text"] += f" {story.hashtag}"
        if story.near_duplicates and self._latest and "sentiment" in mention:
            mention["sentiment"] = dict(self._latest[0]["sentiment"])
        if story.near_duplicates and self._latest and "text" in mention:
            mention["text"] = self._latest[0]["text"] + "!" * (self._count % 3)
            mention["language"] = self._latest[0]["language"]
        if pen.threads and self._latest and random.random() < REPLIES:
            to = random.choice(self._latest)
            mention["in_reply_to"] = to["mention_id"]
            mention["thread_id"] = to.get("thread_id", to["mention_id"])
        self._pen.keep(at, mention, found)
        self._remember(mention)
        if random.random() < REPOSTS:
            self._repost(at, story, found)

    def _repost(self, at: float, story: Crowd, found: list[Arrival]) -> None:
        of = self._random.choice(self._latest)
        when = at + self._random.expovariate(1.0 / REPOST_SECONDS)
        if when >= story.end:
            return
        mention = {**of, **self._pen.envelope(when, of["platform"], self._author(when, story))}
        mention.pop("in_reply_to", None)
        if self._pen.threads:
            mention["repost_of"], mention["thread_id"] = of["mention_id"], of.get("thread_id", of["mention_id"])
        self._pen.keep(when, mention, found)

    def _author(self, at: float, story: Crowd) -> dict[str, Any]:
        random = self._random
        if random.random() < REGULARS and not story.near_duplicates:
            return self._pen.author()
        self._count += 1
        author = {
            "ref": f"{story.story_id}-{self._count:x}",
            "followers": int(20.0 * random.paretovariate(0.9)) % 10**7,
            "created_at": self._pen.registered(self._count),
        }
        if story.near_duplicates:
            author["created_at"] = stamp(at - random.uniform(1.0, 9.0) * DAY)
        return author

    def _platform(self, at: float, story: Crowd) -> str:
        if not story.platforms:
            return self._pen.platform()
        joined = [name for name, after in story.platforms if at >= story.start + after]
        return self._random.choice(joined or [story.platforms[0][0]])

    def _few(self, at: float, story: Few, found: list[Arrival]) -> None:
        random = self._random
        for when in self._few_times(at, story):
            number = random.randrange(story.authors)
            author = {
                "ref": f"{story.story_id}-{number:x}",
                "followers": 150,
                "created_at": self._pen.registered(number),
            }
            mention = self._pen.mention(
                when, story.platform, author, "spam" if story.mood == "neutral" else "usual", story.mood
            )
            if story.thread and self._pen.threads and self._latest:
                mention["in_reply_to"] = random.choice(self._latest)["mention_id"]
                mention["thread_id"] = self._latest[0]["mention_id"]
            self._pen.keep(when, mention, found)
            if len(self._latest) < 20:
                self._latest.append(mention)

    def _few_times(self, at: float, story: Few) -> list[float]:
        """Where in this hour they speak."""
        random = self._random
        if not story.daily:
            times = self._times(at, story.posts * HOUR / (story.end - story.start))
        else:
            today = (at - story.start) % DAY < HOUR
            times = sorted(at + random.random() * HOUR for _ in range(story.posts if today else 0))
        return [when for when in times if story.start <= when < story.end]

    def _times(self, at: float, mean: float) -> list[float]:
        """So many in an hour, in order: an answer comes after what it answers."""
        random = self._random
        return sorted(at + random.random() * HOUR for _ in range(poisson(random, mean)))

    def _remember(self, mention: dict[str, Any]) -> None:
        if len(self._latest) < REMEMBERED:
            self._latest.append(mention)
        else:
            self._latest[1 + self._random.randrange(REMEMBERED - 1)] = mention
