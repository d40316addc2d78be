"""Which crises of two policies are the same, and what sets the policies apart."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median

from stream.lab.findings import Backtest, Brand, Found


@dataclass(frozen=True, slots=True)
class Incident:
    """Crises of one brand that overlap in time: told by one policy, or by both."""

    brand: int
    """Its place in the list of brands."""
    told: tuple[tuple[Found, ...], ...]
    """For each policy, in order of time; empty where the policy told nothing of it."""

    @property
    def opened_at(self) -> int:
        """When it was told first, by any policy."""
        return min(found.opened_at for crises in self.told for found in crises)

    @property
    def shared(self) -> bool:
        """Whether every policy told it."""
        return all(self.told)

    @property
    def lead_seconds(self) -> int | None:
        """By how much the second policy opened earlier than the first; None where they do not share it."""
        if len(self.told) != 2 or not self.shared:
            return None
        return self.told[0][0].opened_at - self.told[1][0].opened_at

    def peak(self, policy: int) -> int:
        """The highest level that a policy gave it; 0 where it told nothing."""
        return max((found.peak_level for found in self.told[policy]), default=0)


@dataclass(frozen=True, slots=True)
class Difference:
    """What a second policy does otherwise than the first, in crises."""

    only_first: int
    only_second: int
    shared: int
    """Incidents that both tell."""
    earlier: list[int]
    """Of these, by how many seconds the second opens earlier, where it does."""
    later: list[int]
    """And later, > 0 too."""
    higher: int
    """Of these, how many reach a higher level with the second."""
    lower: int

    recut: int
    """Of these, how many the two tell as different numbers of crises."""

    @property
    def none(self) -> bool:
        """Whether the policies tell the same crises at the same times and levels."""
        alone, shifted = self.only_first or self.only_second, self.earlier or self.later
        return not (alone or shifted or self.higher or self.lower or self.recut)


def incidents(brand: Brand, place: int, end: int) -> list[Incident]:
    """Crises of a brand, those that overlap in time put together, in order of time. `end` is that of the stream."""
    policies = len(brand.found)
    opened = sorted(
        ((found, policy) for policy, crises in enumerate(brand.found) for found in crises),
        key=lambda item: (item[0].opened_at, item[1]),
    )
    groups: list[list[list[Found]]] = []
    until = None
    for found, policy in opened:
        if until is None or found.opened_at >= until or policies < 2:
            groups.append([[] for _ in range(policies)])
            until = None
        groups[-1][policy].append(found)
        until = max(until or 0, ended(found, end))
    return [Incident(place, tuple(tuple(crises) for crises in group)) for group in groups]


def all_incidents(found: Backtest) -> list[Incident]:
    """Incidents of all brands, in order of brands and of time."""
    return [item for place, brand in enumerate(found.brands) for item in incidents(brand, place, found.end)]


def ended(found: Found, end: int) -> int:
    """When it ended, or the end of the stream where it did not; never before a second after it was opened."""
    return max(found.opened_at + 1, end if found.ended_at is None else found.ended_at)


def difference(of: list[Incident]) -> Difference:
    """What sets the second policy apart from the first."""
    shared = [item for item in of if item.shared]
    leads = [item.lead_seconds or 0 for item in shared]
    return Difference(
        only_first=sum(len(item.told[0]) for item in of if not item.told[1]),
        only_second=sum(len(item.told[1]) for item in of if not item.told[0]),
        shared=len(shared),
        earlier=[lead for lead in leads if lead > 0],
        later=[-lead for lead in leads if lead < 0],
        higher=sum(item.peak(1) > item.peak(0) for item in shared),
        lower=sum(item.peak(1) < item.peak(0) for item in shared),
        recut=sum(len(item.told[1]) != len(item.told[0]) for item in shared),
    )


def typical(seconds: list[int]) -> float:
    """The median; `seconds` is not empty."""
    return float(median(seconds))
