"""What one window says: it adds up, in any order and in any number of parts."""

import json
from collections import Counter
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.counts import COLUMNS, Counts, Place, earliest
from detectors.observation import BOYCOTT, NEGATIVE
from detectors.window import MAX_EXEMPLARS, best_exemplars, summarise
from tests.detectors.talk import MINUTE, MONDAY, said, unhappy

LAW = settings(max_examples=50, deadline=None)
ANN, BOB, CID = 1, 2, 3

KINDS = (
    {"score": 0.5, "reach": 3, "terms": ("#launch",)},
    {"score": 0.1, "copy": True, "platform": "reddit", "reach": 40},
    {"score": None, "platform": "blog"},
    {"score": -0.4, "causes": ("safety", "price"), "terms": ("fire", "a.org/b"), "reach": 3},
    {"score": -0.9, "causes": ("safety",), "language": "uk", "emotions": (("anger", 900_000), ("joy", 1))},
    {"score": -0.8, "copy": True, "terms": ("fire",), "platform": "reddit", "url": "https://example.org/1"},
    {"score": -0.3, "boycott": True, "flags": NEGATIVE | BOYCOTT},
    {"score": 0.0, "boycott": True, "emotions": (("anger", 500_000),)},
)
MENTIONS = st.lists(
    st.builds(
        lambda second, author, kind: said(MONDAY + second, author, **KINDS[kind]),
        st.integers(0, MINUTE - 1),
        st.integers(0, 4),
        st.integers(0, len(KINDS) - 1),
    ),
    max_size=10,
)
COUNTS = MENTIONS.map(lambda mentions: summarise(MONDAY, mentions).counts)


def picture(summary):
    """Everything a summary says, without the order of its lists."""
    sets = (summary.authors, summary.negative_authors, summary.unhappy, summary.content, summary.callers)
    return summary.start, summary.counts, sets, Counter(summary.uses), Counter(summary.exemplars)


def test_a_window_adds_up():
    """Every mention is counted once in every sum it belongs to."""
    summary = summarise(
        MONDAY,
        [
            said(MONDAY + 5, ANN, score=0.5, reach=10, offset=7),
            unhappy(MONDAY + 3, BOB, score=-0.75, reach=100, offset=5, platform="reddit", causes=("price", "safety")),
            unhappy(MONDAY + 9, ANN, score=-0.5, offset=9, language="uk", boycott=True, causes=("price",)),
            said(MONDAY + 8, CID, score=None, offset=8, emotions=(("joy", 250_000),)),
        ],
    )
    counts = summary.counts
    assert (4, 3, 2, 1) == (counts.mentions, counts.scored, counts.negative, counts.boycott)
    assert (4, 110) == (counts.known_author, counts.reach)
    assert counts.first_offset == 5
    assert {
        "x": Place(3, 1, (MONDAY + 5) * 1000, (MONDAY + 9) * 1000),
        "reddit": Place(1, 1, (MONDAY + 3) * 1000, (MONDAY + 3) * 1000),
    } == counts.places
    assert {"en": 3, "uk": 1} == counts.languages
    assert {"price": 2, "safety": 1} == counts.causes
    assert {"joy": 250_000} == counts.emotions


@pytest.mark.parametrize(
    ("mention", "heard_as"),
    [
        (said(MONDAY, ANN), {"content"}),
        (unhappy(MONDAY, ANN), {"negative_authors", "unhappy"}),
        # between the moods: a mild complaint is not negative at the door
        (said(MONDAY, ANN, score=-0.2), {"content"}),
        # a repost is talk, but no voice of its own
        (said(MONDAY, ANN, copy=True), set()),
        (unhappy(MONDAY, ANN, copy=True), {"negative_authors"}),
        # the brand's own posts and what has neither text nor sentiment come unscored
        (said(MONDAY, ANN, score=None), set()),
        # whoever calls for a boycott is heard, in whatever tone
        (unhappy(MONDAY, ANN, boycott=True), {"negative_authors", "unhappy", "callers"}),
        (said(MONDAY, ANN, boycott=True), {"content", "callers"}),
        # but not whoever passes the call on
        (unhappy(MONDAY, ANN, boycott=True, copy=True), {"negative_authors"}),
    ],
)
def test_who_is_heard_as_what(mention, heard_as):
    """Everybody talks; a voice is a scored mention that is no repost."""
    summary = summarise(MONDAY, [mention])
    assert {ANN} == summary.authors
    names = ("negative_authors", "unhappy", "content", "callers")
    assert heard_as == {name for name in names if ANN in getattr(summary, name)}


def test_one_person_may_be_happy_and_unhappy():
    """Within one window a person is in each set once, however often they speak."""
    summary = summarise(MONDAY, [said(MONDAY, ANN), unhappy(MONDAY + 1, ANN), unhappy(MONDAY + 2, ANN)])
    assert ({ANN}, {ANN}, {ANN}) == (summary.authors, set(summary.content), set(summary.unhappy))


def test_a_voice_is_as_loud_as_its_strongest_word():
    """Of several complaints of a person the worst, of several other words the best; and where that was said."""
    scores = {ANN: (-0.3, -0.9, -0.6), BOB: (0.1, 0.7, -0.2), CID: (-1.0, 1.0)}
    words = [(who, score) for who, found in scores.items() for score in found]
    summary = summarise(
        MONDAY, [said(MONDAY, who, score=score, platform=f"p{score}", thread=who) for who, score in words]
    )
    assert {ANN: (-900_000, "p-0.9", ANN), CID: (-1_000_000, "p-1.0", CID)} == summary.unhappy
    assert {BOB: (700_000, "p0.7", BOB), CID: (1_000_000, "p1.0", CID)} == summary.content


def test_a_repost_counts_as_talk():
    """Mentions, sums and reach take reposts in."""
    counts = summarise(MONDAY, [unhappy(MONDAY, ANN, copy=True, boycott=True, reach=9)]).counts
    assert (1, 1, 1, 1, 9) == (counts.mentions, counts.scored, counts.negative, counts.boycott, counts.reach)


@LAW
@given(MENTIONS, st.randoms(use_true_random=False))
def test_the_order_of_arrival_does_not_matter(mentions, random):
    shuffled = random.sample(mentions, len(mentions))
    assert picture(summarise(MONDAY, mentions)) == picture(summarise(MONDAY, shuffled))


@LAW
@given(MENTIONS, st.data())
def test_two_halves_of_a_window_merge_into_the_whole(mentions, data):
    """A brand split over two workers is the same brand."""
    cut = data.draw(st.integers(0, len(mentions)))
    merged = summarise(MONDAY, mentions[:cut])
    merged.merge(summarise(MONDAY, mentions[cut:]))
    assert picture(summarise(MONDAY, mentions)) == picture(merged)


@LAW
@given(COUNTS, COUNTS)
def test_counts_add_up_in_either_order(one, other):
    there, back = Counts(), Counts()
    for total, first, second in ((there, one, other), (back, other, one)):
        total.add(first)
        total.add(second)
    assert there == back
    assert one.mentions + other.mentions == there.mentions


@LAW
@given(COUNTS, COUNTS)
def test_plain_sums_leave_the_rest_alone(one, other):
    """`add_sums` is `add` without places, languages, causes, emotions and offsets."""
    sums, whole = Counts(), Counts()
    for counts in (one, other):
        sums.add_sums(counts)
        whole.add(counts)
    number = COLUMNS.index("first_offset")
    assert whole.row()[:number] == sums.row()[:number]
    assert Counts().row()[number:] == sums.row()[number:]


@LAW
@given(COUNTS)
def test_adding_takes_nothing_from_the_other(counts):
    """A total does not share places or dictionaries with what it was added up from."""
    before = json.dumps(counts.row())
    total = Counts()
    total.add(counts)
    total.add(counts)
    assert before == json.dumps(counts.row())


@LAW
@given(COUNTS)
def test_a_row_brings_the_counts_back(counts):
    """Also through JSON; one value for every column."""
    row = counts.row()
    assert len(COLUMNS) == len(row)
    assert row == Counts.from_row(json.loads(json.dumps(row))).row()


def test_a_row_of_another_length_is_no_row():
    with pytest.raises(ValueError, match="shorter"):
        Counts.from_row(Counts().row()[:-1])


@pytest.mark.parametrize(
    ("one", "other", "first"),
    [
        (3, 5, 3),
        (5, 3, 3),
        (0, 4, 0),
        # -1 stands for none
        (-1, 4, 4),
        (4, -1, 4),
        (-1, -1, -1),
    ],
)
def test_the_earlier_of_two_offsets(one, other, first):
    assert first == earliest(one, other)


def test_exemplars_are_the_complaints():
    """With the reason why they are worth reading; praise is none."""
    summary = summarise(
        MONDAY,
        [
            said(MONDAY, ANN, mention_id="praise"),
            unhappy(MONDAY + 1, BOB, mention_id="complaint", reach=5, url="https://example.org/1"),
            unhappy(MONDAY + 2, CID, mention_id="call", boycott=True),
        ],
    )
    assert {
        (5, -(MONDAY + 1) * 1000, "complaint", "https://example.org/1", "negative", BOB),
        (0, -(MONDAY + 2) * 1000, "call", None, "boycott", CID),
    } == set(summary.exemplars)


def test_the_widest_read_exemplars_come_first():
    """Of two that reached as many, the earlier one."""
    narrow, wide, wide_and_late = (1, -5, "a", None, ""), (9, -5, "b", None, ""), (9, -6, "c", None, "")
    assert [wide, wide_and_late, narrow] == best_exemplars([narrow, wide_and_late, wide])


@LAW
@given(
    st.lists(st.tuples(st.integers(0, 50), st.integers(-9, 0), st.text("abcdef", min_size=1, max_size=2)), max_size=40)
)
def test_the_best_exemplars_are_few_and_do_not_depend_on_order(keys):
    """At most ten, each once, none left out that reached more than one that is kept."""
    candidates = [(reach, at, name, None, "negative", 0) for reach, at, name in keys]
    best = best_exemplars(candidates)
    assert min(MAX_EXEMPLARS, len(set(candidates))) == len(set(best)) == len(best)
    assert best == best_exemplars(Random(3).sample(candidates, len(candidates)))
    assert all(min(best) >= left for left in set(candidates) - set(best))
