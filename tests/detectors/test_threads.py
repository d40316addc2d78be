"""How much voices come in clusters: factors of what is known, within what a sketch can tell."""

import json
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.threads import COPY_BLOCK_SECONDS, EXPONENT, HIDDEN, KNOWN_AFTER, LEAST, PRIOR, SPANS, Threads
from tests.detectors.talk import DAY, MONDAY

LAW = settings(max_examples=25, deadline=None)
BLOCK = SPANS[0]
SHARE = 0.2
Thread = dict[int, list[int]]
"""By thread: unrest in tenths, voices, unhappy copiers."""


class Brand:
    """Threads stepped from block to block, with the plain sums that a monitor would hand in."""

    def __init__(self, *, told: bool = True) -> None:
        """`told`: enough copies, each of another original, for it to be known that belonging together is told."""
        self.threads = Threads()
        self.end = MONDAY
        self._blocks: list[tuple[int, int, int]] = []
        if told:
            self.step({number: [0, 0, 1] for number in range(KNOWN_AFTER)})

    def step(self, *windows: Thread, learn: bool = True) -> None:
        """Ten minutes later, with so many windows in them."""
        self.end += BLOCK
        for window in windows:
            self.threads.add(window)
        rows = [row for window in windows for row in window.values()]
        self._blocks.append(tuple(sum(row[place] for row in rows) for place in range(3)))  # type: ignore[arg-type]
        sums = [self._sums(seconds)[:2] for seconds in SPANS]
        self.threads.close(self.end, SHARE, sums, self._sums(COPY_BLOCK_SECONDS)[2], learn=learn)  # type: ignore[arg-type]

    def _sums(self, seconds: int) -> tuple[int, ...]:
        last = self._blocks[-seconds // BLOCK :]
        return tuple(map(sum, zip(*last, strict=True)))

    def restart(self) -> None:
        self.threads = Threads.restore(json.loads(json.dumps(self.threads.snapshot())))


def factors(threads: Threads) -> list[float]:
    return [*threads.count_factors, *threads.share_factors, threads.copy_factor]


def fortnight(size: int, per_block: int = 6, seed: int = 1, days: int = 14, copies: int = 0) -> Brand:
    """Blocks of so many threads, each of `size` voices of one opinion; a fifth of the threads is unhappy."""
    random, brand = Random(seed), Brand()
    for _ in range(days * DAY // BLOCK - 1):
        window = {}
        for _ in range(per_block):
            angry = random.random() < SHARE
            window[random.getrandbits(32)] = [10 * size * angry, size, copies]
        brand.step(window)
    return brand


def powered(mean: float) -> float:
    """The factor of threads with this ratio of squares."""
    return mean**EXPONENT


def test_where_nobody_tells_them_clusters_are_hidden():
    """Everybody is said to be alone, for weeks: nobody is believed to be, and longer spans hide more."""
    assert [*HIDDEN, *HIDDEN, 1.0] == factors(Threads())
    random, brand = Random(1), Brand(told=False)
    for _ in range(14 * DAY // BLOCK):
        brand.step({random.getrandbits(32): [10 * (random.random() < SHARE), 1, 0] for _ in range(6)})
    assert [*HIDDEN, *HIDDEN] == [*brand.threads.count_factors, *brand.threads.share_factors]


@pytest.mark.parametrize("together", [[0, 2, 0], [0, 0, 1]])
def test_it_takes_a_few_to_know_that_they_are_told(together):
    """Two voices of one thread in a window, or a copy: from the twentieth on clusters are what they are told to be."""
    threads = Threads()
    threads.add(dict.fromkeys(range(KNOWN_AFTER - 1), together))
    assert [*HIDDEN, *HIDDEN, 1.0] == factors(threads)
    threads.add({1000 + number: [10, 1, 0] for number in range(KNOWN_AFTER)})
    assert [*HIDDEN, *HIDDEN, 1.0] == factors(threads)
    threads.add({99: together})
    assert [1.0] * 9 == factors(threads)


def test_independent_voices_are_no_clusters():
    """Everybody in a thread of their own: as if nobody knew threads, up to what a sketch can tell."""
    brand = fortnight(1, per_block=12)
    assert [pytest.approx(1.0, abs=0.15)] * 4 == brand.threads.count_factors
    assert [pytest.approx(1.0, abs=0.15)] * 4 == brand.threads.share_factors
    assert brand.threads.copy_factor == 1.0


@pytest.mark.parametrize("size", [2, 4, 8])
def test_clusters_of_one_size_and_one_opinion_have_that_size(size):
    """Threads of so many voices multiply both variances by it, before the power; a sketch of 64 slots is off by a tenth."""
    brand = fortnight(size)
    expected = pytest.approx(powered(size), rel=0.2)
    assert [expected] * 4 == brand.threads.count_factors
    assert [expected] * 4 == brand.threads.share_factors


def test_a_thread_of_many_minds_is_no_cluster_of_shares():
    """Eight voices in each, and in each some of them unhappy, as chance has it: many come at once, but not in one mood."""
    random, brand = Random(3), Brand()
    for _ in range(14 * DAY // BLOCK):
        opinions = {random.getrandbits(32): [random.random() < SHARE for _ in range(8)] for _ in range(6)}
        brand.step({thread: [10 * sum(angry), 8, 0] for thread, angry in opinions.items()})
    # independent of one another within a thread: variance 8 q (1 - q), squared mean (8 q)**2
    squares = (8 * SHARE * (1 - SHARE) + (8 * SHARE) ** 2) / (8 * SHARE)
    assert pytest.approx(powered(squares), rel=0.2) == brand.threads.count_factors[2]
    assert [pytest.approx(1.0, abs=0.2)] * 4 == brand.threads.share_factors


def test_a_thread_that_goes_on_is_a_larger_cluster_over_a_longer_span():
    """One voice in each ten minutes of six hours: alone in every short block, together in a long one."""
    random, brand = Random(5), Brand()
    longest = SPANS[-1] // BLOCK
    for _ in range(longest - 1):
        brand.step()
    for _ in range(14 * DAY // SPANS[-1]):
        going = [random.getrandbits(32) for _ in range(10)]
        for _ in range(longest):
            brand.step({thread: [10, 1, 0] for thread in going})
    found = brand.threads.count_factors
    wanted = [powered(seconds / BLOCK) for seconds in SPANS]
    assert [pytest.approx(factor, rel=0.35) for factor in wanted] == found


def test_a_block_is_the_sum_of_its_windows():
    """A thread heard in several windows of one block is one thread."""
    whole, parts = Brand(), Brand()
    whole.step({7: [40, 4, 0], 70: [10, 2, 0]})
    parts.step({7: [10, 1, 0]}, {70: [10, 2, 0], 7: [10, 1, 0]}, {7: [20, 2, 0]})
    assert whole.threads.snapshot() == parts.threads.snapshot()
    assert powered((PRIOR + 17) / (PRIOR + 5)) == whole.threads.count_factors[0]


def test_a_sketch_is_right_on_average():
    """More threads than slots collide, with either sign: over many blocks the errors cancel out."""
    squares = []
    for seed in range(200):
        random, brand = Random(seed), Brand()
        brand.step({random.getrandbits(32): [10, 1, 0] for _ in range(300)})
        squares.append(brand.threads.snapshot()["learned"][0][0])
    assert pytest.approx(300, rel=0.05) == sum(squares) / len(squares)


def test_copies_of_few_originals_are_few_signs():
    """Five people who pass on each unhappy mention: what they add up to varies five times as much. Without the power."""
    assert pytest.approx(5.0, rel=0.15) == fortnight(1, copies=5).threads.copy_factor
    assert pytest.approx(1.0, abs=0.1) == fortnight(1, copies=1).threads.copy_factor


def test_copies_are_no_voices():
    assert fortnight(2, copies=9).threads.count_factors == fortnight(2).threads.count_factors


def test_nothing_is_learned_while_it_is_hot():
    """Nor is the heat carried into what is learned after it: a block that is over is over."""
    brand, calm = fortnight(2, days=3), fortnight(2, days=3)
    known = factors(brand.threads)
    for number in range(SPANS[-1] // BLOCK):
        brand.step({number: [900, 90, 90]}, learn=False)
        calm.step()
    assert known == factors(brand.threads)
    for number in range(SPANS[-1] // BLOCK):
        for each in (brand, calm):
            each.step({number * 997: [10, 1, 1]})
    assert factors(calm.threads) == factors(brand.threads)


def test_silence_teaches_nothing():
    """And costs nothing: an empty block is not even decayed."""
    brand = fortnight(3, days=2)
    before = brand.threads.snapshot()
    for _ in range(DAY // BLOCK):
        brand.step()
    assert before == brand.threads.snapshot()


def test_one_flood_does_not_teach_a_fortnight():
    """A thread of a thousand unhappy people: at most six times what was expected, and twenty."""
    brand = fortnight(2, days=7)
    before = brand.threads.snapshot()["learned"][0]
    factor = brand.threads.count_factors[0]
    brand.step({12345: [10_000, 1000, 1000]})
    squares, people, *_ = brand.threads.snapshot()["learned"][0]
    assert squares - before[0] < 6 * factor * 1000 + 20 + 1e-6
    assert people - before[1] == pytest.approx(1000, rel=0.01)
    assert brand.threads.count_factors[0] < 30


@pytest.mark.slow
def test_what_is_learned_is_forgotten():
    """Half of it within a fortnight of talk of another kind."""
    brand = fortnight(8)
    for _ in range(8):
        for window in fortnight_of_singles():
            brand.step(window)
    assert all(factor < 1.5 for factor in brand.threads.count_factors)


def fortnight_of_singles():
    random = Random(9)
    for _ in range(14 * DAY // BLOCK):
        yield {random.getrandbits(32): [10 * (random.random() < SHARE), 1, 0] for _ in range(6)}


WINDOW = st.dictionaries(
    st.integers(0, 2**32 - 1),
    st.tuples(st.integers(0, 5), st.integers(0, 5), st.integers(0, 5)).map(
        lambda one: [10 * one[0], one[0] + one[1], one[2]]
    ),
    max_size=5,
)
BLOCKS = st.lists(st.tuples(st.lists(WINDOW, max_size=3), st.booleans()), max_size=80)


@LAW
@given(BLOCKS, st.lists(st.integers(0, 80), max_size=4))
def test_a_restart_changes_nothing(blocks, cuts):
    """Through JSON, between any two blocks, in the middle of the longer ones."""
    whole, cut = Brand(), Brand()
    for number, (windows, learn) in enumerate(blocks):
        if number in cuts:
            cut.restart()
        for each in (whole, cut):
            each.step(*windows, learn=learn)
    assert whole.threads.snapshot() == cut.threads.snapshot()
    assert factors(whole.threads) == factors(cut.threads)
    cut.restart()
    assert factors(whole.threads) == factors(cut.threads)


@LAW
@given(st.lists(WINDOW, min_size=1, max_size=8), st.randoms(use_true_random=False))
def test_the_order_of_windows_does_not_matter(windows, random):
    """Nor that of the threads within one: a block adds up in integers."""
    one, other = Threads(), Threads()
    for window in windows:
        one.add(window)
    for window in random.sample(windows, len(windows)):
        other.add(dict(random.sample(list(window.items()), len(window))))
    assert one.snapshot() == other.snapshot()


@LAW
@given(BLOCKS)
def test_factors_are_bounded_below(blocks):
    """Never far below independence, however a sketch errs; copies not below it at all."""
    brand = Brand()
    for windows, learn in blocks:
        brand.step(*windows, learn=learn)
        assert all(factor >= LEAST**EXPONENT for factor in factors(brand.threads))
        assert brand.threads.copy_factor >= 1.0


@pytest.mark.slow
def test_the_state_does_not_grow():
    """A year of threads weighs what a day does, up to the digits of its numbers."""
    day, year = fortnight(2, days=1), fortnight(2, days=365, per_block=3)
    assert len(json.dumps(year.threads.snapshot())) < 1.5 * len(json.dumps(day.threads.snapshot())) + 500
