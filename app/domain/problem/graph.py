"""The graph of whys: from the phenomenon (`ph`) down to its roots. Arithmetic of graphs, no rules.

The edges are the parents of each answer: it explains them. The phenomenon has no parents.
"""

from collections.abc import Collection, Iterator, Sequence

from app.domain.problem.state import Why

PHENOMENON = "ph"


def closes_a_cycle(whys: Sequence[Why], why_id: str, parents: Collection[str]) -> bool:
    """Whether the answer would explain itself if these were its parents."""
    return why_id in parents or not descendants(whys, why_id).isdisjoint(parents)


def descendants(whys: Sequence[Why], why_id: str) -> set[str]:
    """All that lies deeper, by any path; not the answer itself, unless it stands in a cycle."""
    found: set[str] = set()
    edge = {why_id}
    while edge:
        edge = {why.id for why in whys if not edge.isdisjoint(why.parents)} - found
        found |= edge
    return found


def levels(whys: Sequence[Why]) -> dict[str, int]:
    """How many whys deep each answer is, by the longest way from the phenomenon."""
    return _depths(whys, {why.id for why in whys})


def sound_levels(whys: Sequence[Why]) -> dict[str, int]:
    """The same by ways on which every "therefore" was found to hold; without an entry, none is."""
    return _depths(whys, {why.id for why in whys if why.therefore_ok})


def _depths(whys: Sequence[Why], allowed: Collection[str]) -> dict[str, int]:
    depths = {PHENOMENON: 0}
    for why in in_order(whys):
        reached = [depths[parent] for parent in why.parents if parent in depths]
        if reached and why.id in allowed:
            depths[why.id] = 1 + max(reached)
    del depths[PHENOMENON]
    return depths


def in_order(whys: Sequence[Why]) -> Iterator[Why]:
    """Each answer after all its parents; what hangs in a cycle is left out."""
    done = {PHENOMENON}
    waiting = list(whys)
    while ready := [why for why in waiting if done.issuperset(why.parents)]:
        yield from ready
        done.update(why.id for why in ready)
        waiting = [why for why in waiting if why.id not in done]


def chain_to(whys: Sequence[Why], why_id: str) -> list[str]:
    """The longest way to an answer on which every "therefore" holds, from the phenomenon down."""
    depths = {PHENOMENON: 0, **sound_levels(whys)}
    by_id = {why.id: why for why in whys}
    chain: list[str] = []
    while why_id in by_id:
        chain.append(why_id)
        parents = [parent for parent in by_id[why_id].parents if parent in depths]
        why_id = max(parents, key=lambda parent: depths[parent], default=PHENOMENON)
    return chain[::-1]
