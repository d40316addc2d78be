"""Which mentions count, each once, while its window is open."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stream.observation import Observed
from stream.windows import COUNTED, DUPLICATE, LATE, REFRESHED, WITHDRAWN, OpenWindows


def version(mention_id: str, minute: float, revision: int = 0, *, deleted: bool = False, author: int = 1) -> Observed:
    return Observed(2 * revision + deleted, mention_id, int(minute * 60_000), author, 0, None, "x", "en", 0, 0)


def close(windows: OpenWindows, minute: int) -> dict[int, list[tuple[str, int]]]:
    """Minute of each closed window: (id, version) of what it holds."""
    return {
        start // 60: sorted((item.mention_id, item.version) for item in held)
        for start, held in windows.close(minute * 60)
    }


@pytest.mark.parametrize(
    ("first", "second", "became", "held"),
    [
        # the same record twice
        (version("a", 5), version("a", 5), DUPLICATE, {5: [("a", 0)]}),
        # a higher revision replaces the whole mention
        (version("a", 5), version("a", 5, 1), REFRESHED, {5: [("a", 2)]}),
        # a lower one comes too late to say anything
        (version("a", 5, 3), version("a", 5, 1), DUPLICATE, {5: [("a", 6)]}),
        # also across open windows
        (version("a", 5), version("a", 6, 1), REFRESHED, {6: [("a", 2)]}),
        (version("a", 6, 1), version("a", 5), DUPLICATE, {6: [("a", 2)]}),
        # a delete takes it away, and wins a tie
        (version("a", 5), version("a", 5, deleted=True), WITHDRAWN, {}),
        (version("a", 5, deleted=True), version("a", 5), DUPLICATE, {}),
        (version("a", 5), version("a", 6, deleted=True), WITHDRAWN, {}),
        # but not over a higher revision
        (version("a", 5, 2), version("a", 5, 1, deleted=True), DUPLICATE, {5: [("a", 4)]}),
        (version("a", 5, 1, deleted=True), version("a", 5, 2), REFRESHED, {5: [("a", 4)]}),
    ],
)
def test_of_two_versions_the_higher_holds(
    first: Observed, second: Observed, became: str, held: dict[int, list[tuple[str, int]]]
) -> None:
    """In whatever order two versions come while their windows are open, the higher one stands alone."""
    windows = OpenWindows(60)
    windows.take(first)
    assert became == windows.take(second)[0]
    assert held == close(windows, 10)


def test_an_unseen_id_counts_once_at_any_revision() -> None:
    """A producer that starts with revision 7 is counted like any other."""
    windows = OpenWindows(60)
    assert (COUNTED, True) == windows.take(version("a", 5, 7))
    assert (WITHDRAWN, True) == windows.take(version("b", 5, deleted=True))


@pytest.mark.parametrize(
    ("late", "became"),
    [
        (version("a", 4), LATE),
        (version("a", 4, 1), REFRESHED),
        (version("a", 4, deleted=True), WITHDRAWN),
        (version("a", 4, 2, deleted=True), WITHDRAWN),
    ],
)
def test_once_the_window_is_closed_nothing_changes(late: Observed, became: str) -> None:
    """Revision 0 is late, a higher one refreshed, a delete withdrawn; none is remembered."""
    windows = OpenWindows(60)
    windows.take(version("a", 4))
    windows.close(300)
    assert (became, False) == windows.take(late)
    assert windows.empty


def test_a_version_judged_already_is_not_counted_again_elsewhere() -> None:
    """A mention that stood in a window that closed, and came in one still open, is remembered there."""
    windows = OpenWindows(60)
    windows.take(version("a", 6))
    windows.take(version("a", 5, 1))  # stands in 5 now, and 6 remembers the id
    assert {5: [("a", 2)]} == close(windows, 6)
    assert DUPLICATE == windows.take(version("a", 6))[0]
    assert REFRESHED == windows.take(version("a", 6, 2))[0]
    assert WITHDRAWN == windows.take(version("a", 6, 2, deleted=True))[0]
    assert {} == close(windows, 10)
    assert windows.empty


def test_windows_close_in_order_and_only_once() -> None:
    """What closes is told in order of time; closing again tells nothing."""
    windows = OpenWindows(60)
    for minute in (7, 5, 6):
        windows.take(version(f"m{minute}", minute))
    assert [300, 360] == [start for start, _ in windows.close(420)]
    assert [] == windows.close(420)
    assert [] == windows.close(300)
    assert [420] == [start for start, _ in windows.close(480)]


versions = st.builds(
    version,
    st.sampled_from("abcde"),
    st.integers(0, 3),
    st.integers(0, 3),
    deleted=st.booleans(),
)


@given(st.lists(versions, max_size=30), st.randoms(use_true_random=False))
def test_order_changes_nothing_within_the_lateness(taken: list[Observed], random: object) -> None:
    """While all windows are open, any order of the same versions leads to the same observations.

    Two different contents under one version are the producer's lie and left out here.
    """
    unique = list({(item.mention_id, item.version): item for item in taken}.values())
    shuffled = unique[:]
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    one, other = OpenWindows(60), OpenWindows(60)
    for item in unique:
        one.take(item)
    for item in shuffled:
        other.take(item)
    assert close(one, 100) == close(other, 100)


steps = st.lists(st.one_of(versions, st.integers(0, 5)), max_size=40)


@given(steps, st.integers(0, 40))
def test_a_restored_window_goes_on_as_if_nothing_had_happened(actions: list[Observed | int], cut: int) -> None:
    """At every cut: restore(snapshot(A)) then B is A then B."""

    def run(windows: OpenWindows, what: list[Observed | int]) -> list[object]:
        return [close(windows, item) if isinstance(item, int) else windows.take(item) for item in what]

    whole = OpenWindows(60)
    expected = run(whole, actions)
    first = OpenWindows(60)
    got = run(first, actions[:cut])
    stored = msgspec.json.decode(msgspec.json.encode(first.snapshot()))
    got += run(restored := _restore(stored), actions[cut:])
    assert expected == got
    assert whole.snapshot() == restored.snapshot()


def _restore(stored: dict[str, object]) -> OpenWindows:
    return OpenWindows.restore(stored)


@given(steps)
def test_what_is_closed_is_forgotten(actions: list[Observed | int]) -> None:
    """No id outlives its windows, whatever happened."""
    windows = OpenWindows(60)
    for item in actions:
        if isinstance(item, int):
            windows.close(item * 60)
        else:
            windows.take(item)
    windows.close(10_000)
    assert windows.empty
    assert {"seconds": 60, "closed_until": 10_000, "windows": [], "several": []} == windows.snapshot()
    assert (COUNTED, True) == windows.take(version("a", 1000))
