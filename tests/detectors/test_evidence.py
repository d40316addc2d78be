"""Why we say so: a crisis as it adds up from its first signal on, and what of it is new enough to be told again."""

import json
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.authors import AuthorMemory
from detectors.crisis import Change, Crisis
from detectors.evidence import MAX_LIST, Story, who, wilson
from detectors.recent import Recent
from detectors.severity import Policy, judge
from detectors.window import summarise
from detectors.words import Words
from tests.detectors.readings import reading
from tests.detectors.talk import MINUTE, MONDAY, person, said, unhappy, windows

LAW = settings(max_examples=40, deadline=None)
POLICY = Policy()
OPENED = Change("opened", Crisis("acme-1", "open", 2, 1, MONDAY, MONDAY, MONDAY), None, 0)


class Listener:
    """What a brand remembers, and the story of its crisis once one began."""

    def __init__(self) -> None:
        self.recent, self.authors, self.words = Recent(), AuthorMemory(), Words()
        self.story: Story | None = None

    def hear(self, mentions) -> "Listener":
        for start, here in windows(mentions):
            summary = summarise(start, here)
            self.authors.count(summary)
            self.recent.add(start, summary.counts)
            self.recent.slide(start + MINUTE)
            self.words.add(summary, learn=True)
            if self.story is not None:
                self.story.add(summary)
        return self

    def begin(self, onset: int = MONDAY) -> "Listener":
        self.story = Story.begin(onset, self.recent, self.authors, self.words)
        return self

    def evidence(self, *readings):
        verdict = judge(readings or (reading("negativity", 5.0),), POLICY, lambda _: 1000)
        return self.story.evidence(OPENED, verdict, self.recent, self.words, POLICY)

    def told(self) -> "Listener":
        """Everything up to now is told."""
        self.story.told = self.story.telling(self.words)
        return self

    @property
    def grown(self) -> bool:
        return self.story.grown(self.words)


def crowd(people: int, start: int = MONDAY, **more) -> list:
    return [unhappy(start + number % MINUTE, person(start, number), **more) for number in range(people)]


def told_of(mentions):
    return Listener().hear(mentions).begin().evidence()


# ---------------------------------------------------------------- size


def test_the_size_adds_up():
    """Mentions, people, shares, reach, where, in which languages and how they feel."""
    ann, bob, cid = 1, 2, 3
    size = told_of(
        [
            unhappy(MONDAY, ann, reach=100, emotions=(("anger", 800_000),)),
            unhappy(MONDAY + 70, ann, reach=10, boycott=True),
            unhappy(MONDAY + 80, bob, platform="reddit", language="uk", boycott=True, copy=True),
            said(MONDAY + 90, cid, flags=0),
            said(MONDAY + 95, cid, score=None),
        ]
    ).size
    assert (5, 3, 0.8) == (size.mentions, size.unique_authors, size.known_author_share)
    assert (3, 2, 0.75) == (size.negative_mentions, size.negative_authors, size.negative_share)
    assert (2, 1, 110) == (size.boycott_mentions, size.boycott_authors, size.reach)
    assert size.negative_share_low < 0.75 < size.negative_share_high
    assert ({"x": 4, "reddit": 1}, {"en": 4, "uk": 1}) == (size.platforms, size.languages)
    assert pytest.approx({"anger": 0.8 / 5}) == size.emotions
    assert pytest.approx(0.5) == size.velocity_per_minute


def test_it_counts_from_the_window_of_the_first_signal():
    """What was said before belongs to no crisis, what comes after belongs to it."""
    listener = Listener().hear(crowd(7) + crowd(5, MONDAY + 10 * MINUTE)).begin(MONDAY + 10 * MINUTE)
    assert listener.evidence().size.mentions == 5
    size = listener.hear(crowd(4, MONDAY + 12 * MINUTE)).evidence().size
    assert (9, 9, 9) == (size.mentions, size.unique_authors, size.negative_authors)


@pytest.mark.parametrize("quiet_reach", [0, 1000])
@pytest.mark.parametrize("quiet_at", [MONDAY, MONDAY + 90 * MINUTE, MONDAY + 3 * 60 * MINUTE - 1])
def test_exemplars_are_of_the_crisis(quiet_at, quiet_reach):
    """Nothing from before the first signal, however widely read, crowds out what the crisis is about."""
    onset = MONDAY + 3 * 60 * MINUTE
    quiet = [unhappy(quiet_at, person("quiet", number), reach=quiet_reach) for number in range(20)]
    listener = Listener().hear(quiet + crowd(25, onset, reach=5)).begin(onset)
    exemplars = listener.evidence().exemplars
    assert MAX_LIST == len(exemplars)
    assert all(-minus_at_ms >= onset * 1000 for _, minus_at_ms, *_ in exemplars)
    restored = Words.restore(json.loads(json.dumps(listener.words.snapshot())))
    assert list(exemplars) == Story.begin(onset, listener.recent, listener.authors, restored)._words.exemplars


def test_a_story_out_of_memory_is_the_story_lived():
    """Begun late, it knows of the last hour what it would have seen."""
    mentions = [one for minute in range(0, 50, 7) for one in crowd(3, MONDAY + minute * MINUTE, terms=("fire",))]
    lived = Listener().begin()
    lived.hear(mentions)
    late = Listener().hear(mentions).begin()
    assert lived.evidence() == late.evidence()
    assert lived.story.snapshot() == late.story.snapshot()


def test_long_lists_are_cut():
    """The largest, and ten at most of everything."""
    mentions = [
        one
        for number in range(15)
        for one in crowd(
            15 - number,
            MONDAY + number * MINUTE,
            platform=f"p{number:02}",
            language=f"l{number:02}",
            terms=tuple(f"{mark}{number:02}" for mark in ("word", "#tag", "a.org/")),
        )
    ]
    evidence = told_of(mentions)
    lists = (evidence.spread, evidence.terms, evidence.hashtags, evidence.urls, evidence.exemplars)
    lists += (evidence.size.platforms, evidence.size.languages)
    assert [MAX_LIST] * 7 == [len(found) for found in lists]
    assert [f"p{number:02}" for number in range(10)] == list(evidence.size.platforms)
    assert [f"p{number:02}" for number in range(10)] == [place.platform for place in evidence.spread]


def test_spread_is_the_order_of_arrival():
    """Not of size."""
    mentions = crowd(1, MONDAY, platform="blog") + crowd(9, MONDAY + MINUTE, platform="x")
    mentions += crowd(3, MONDAY + 2 * MINUTE, platform="reddit")
    spread = [
        (place.platform, place.first_seen_at_ms - MONDAY * 1000, place.mentions) for place in told_of(mentions).spread
    ]
    assert [("blog", 0, 1), ("x", 60_000, 9), ("reddit", 120_000, 3)] == spread


def test_the_first_offset_says_where_to_replay_from():
    assert told_of(crowd(3, offset=41) + crowd(1, MONDAY + MINUTE, offset=7)).first_offset == 7


def test_signals_are_told_with_their_limits():
    """As they were read, beside the limit each was held against."""
    listener = Listener().hear(crowd(3)).begin()
    signals = listener.evidence(reading("negativity", 5.5), reading("boycott", 2.5)).signals
    assert [("negativity", 5.5, 5.0), ("boycott", 2.5, 3.0)] == [
        (one.name, one.score, one.threshold) for one in signals
    ]
    first = reading("negativity", 5.5)
    assert (first.window_start, first.window_end, first.observed, first.expected, first.low, first.high) == (
        signals[0].window_start,
        signals[0].window_end,
        signals[0].observed,
        signals[0].expected,
        signals[0].expected_low,
        signals[0].expected_high,
    )


# ---------------------------------------------------------------- kind


@pytest.mark.parametrize(
    ("causes", "kind"),
    [
        (["safety"] * 6 + ["price"] * 4, "safety"),
        # two causes may speak for one kind
        (["quality"] * 3 + ["recall"] * 3 + ["price"] * 4, "product_failure"),
        # how people feel is no why
        (["rude"] * 10, "unknown"),
        ([], "unknown"),
        # two mentions are no hypothesis, and neither is a small part of many
        (["safety"] * 2, "unknown"),
        (["safety"] * 3 + [None] * 20, "unknown"),
    ],
)
def test_the_kind_is_what_many_complain_about(causes, kind):
    """A hypothesis out of the causes that were named, or none."""
    mentions = [unhappy(MONDAY, number, causes=(cause,) if cause else ()) for number, cause in enumerate(causes)]
    evidence = told_of(mentions)
    assert kind == evidence.kind
    assert (0.2 <= evidence.kind_confidence <= 1.0) is (kind != "unknown")


# ---------------------------------------------------------------- what carries it, and what is new


def test_the_platforms_that_carry_it():
    """A tenth of the complaints, whatever else is said there; where nobody complains, a tenth of the talk."""
    many = [said(MONDAY, number, platform="x") for number in range(50)]
    complaints = crowd(20, platform="reddit") + crowd(1, platform="blog")
    assert Listener().hear(many + complaints).begin().story.carriers() == ["reddit"]
    assert Listener().hear([*many, said(MONDAY, 99, platform="blog")]).begin().story.carriers() == ["x"]


def test_what_was_never_told_is_new():
    assert Listener().hear(crowd(3)).begin().grown


def test_half_as_large_again_is_new():
    """And what is a little larger is not."""
    listener = Listener().hear(crowd(10)).begin().told()
    assert not listener.grown
    assert not listener.hear(crowd(4, MONDAY + MINUTE)).grown
    assert listener.hear(crowd(1, MONDAY + 2 * MINUTE)).grown
    assert not listener.told().grown


@pytest.mark.parametrize(
    "news",
    [
        # a new platform
        {"platform": "blog"},
        # a new kind
        {"causes": ("safety",)},
        # a new top driver
        {"terms": ("smoke",)},
    ],
)
def test_other_news(news):
    """Few mentions may change the story."""
    listener = Listener().hear(crowd(10)).begin().told()
    assert listener.hear(crowd(3, MONDAY + MINUTE, **news)).grown
    assert not listener.told().grown


def test_terms_that_swap_places_are_no_news():
    """Two of them take the lead in turns, and nothing else is said."""
    listener = Listener().hear(crowd(50, terms=("fire",)) + crowd(49, MONDAY + MINUTE, terms=("smoke",))).begin().told()
    assert not listener.hear(crowd(4, MONDAY + 2 * MINUTE, terms=("smoke",))).grown
    listener.told()
    assert not listener.hear(crowd(5, MONDAY + 3 * MINUTE, terms=("fire",))).grown


def test_nothing_is_no_news():
    """A crisis in which nothing was said yet does not grow by nothing; by the first word it does."""
    listener = Listener().begin().told()
    assert not listener.grown
    assert listener.hear(crowd(1)).grown


# ---------------------------------------------------------------- laws

MENTIONS = st.lists(
    st.builds(
        lambda minute, author, kind: said(
            MONDAY + minute * MINUTE,
            author,
            **(
                {},
                {"score": -0.5, "causes": ("safety",), "terms": ("fire",)},
                {"score": -0.9, "boycott": True, "platform": "reddit"},
                {"score": None, "platform": "blog", "reach": 5},
                {"score": -0.7, "copy": True, "emotions": (("anger", 10),)},
            )[kind],
        ),
        st.integers(0, 50),
        st.integers(0, 8),
        st.integers(0, 4),
    ),
    max_size=25,
    unique_by=lambda one: one.mention_id,  # a mention that comes twice is refused at the door
)


@LAW
@given(MENTIONS, st.integers(0, 50), st.integers(0, 99))
def test_order_and_the_moment_it_was_noticed_do_not_matter(mentions, minute, seed):
    """Shuffled within its windows, and begun at any later window of the hour: the same evidence."""
    lived = Listener().begin().hear(mentions)
    shuffled = Random(seed).sample(mentions, len(mentions))
    cut = (MONDAY + minute * MINUTE) * 1000
    late = Listener().hear([one for one in shuffled if one.at_ms < cut]).begin()
    late.hear([one for one in shuffled if one.at_ms >= cut])
    assert lived.evidence() == late.evidence()


@LAW
@given(MENTIONS, st.integers(0, 50))
def test_a_snapshot_brings_the_story_back(mentions, minute):
    """Through JSON; and it goes on alike."""
    cut = (MONDAY + minute * MINUTE) * 1000
    listener = Listener().begin().hear([one for one in mentions if one.at_ms < cut]).told()
    again = Listener()
    again.recent, again.authors, again.words = listener.recent, listener.authors, listener.words
    again.story = Story.restore(json.loads(json.dumps(listener.story.snapshot())))
    for start, here in windows([one for one in mentions if one.at_ms >= cut]):
        for story in (listener.story, again.story):
            story.add(summarise(start, here))
    assert listener.evidence() == again.evidence()
    assert listener.grown == again.grown
    assert listener.story.snapshot() == again.story.snapshot()


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    [(0, 0, 0, 1), (81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_an_interval_of_a_share(part, whole, low, high):
    """The examples of Newcombe (Two-sided confidence intervals for the single proportion, 1998); of nobody, anything."""
    assert pytest.approx((low, high), abs=1e-4) == wilson(part, whole)


@settings(max_examples=100, deadline=None)
@given(st.integers(1, 10**6).flatmap(lambda whole: st.tuples(st.integers(0, whole), st.just(whole))))
def test_an_interval_holds_its_share(part_and_whole):
    """In [0, 1], also for nobody and for everybody; and it narrows as more is counted."""
    part, whole = part_and_whole
    low, high = wilson(part, whole)
    assert 0.0 <= low <= part / whole <= high <= 1.0
    further = wilson(4 * part, 4 * whole)
    assert further[1] - further[0] < high - low


def test_who_began_and_who_carried_it():
    """The earliest author first, then each once, the widest-read first; unknown authors are nobody."""
    mentions = [
        (5, -3000, "late", None, "negative", 8),
        (0, -1000, "first", None, "negative", 7),
        (9, -4000, "wide", None, "boycott", 8),
        (99, -500, "nobody", None, "negative", 0),
    ]
    assert [(7, "first", 0), (8, "wide", 9), (7, "first", 0)] == [
        (one.author, one.mention_id, one.reach) for one in who(mentions)
    ]
    assert () == who(mentions[3:])
