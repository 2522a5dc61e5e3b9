"""Graph functions for the whys, from the phenomenon (`ph`) down to its roots. No rules.

An answer explains its parents. The phenomenon has none.
"""

from collections.abc import Collection, Iterator, Sequence

from app.domain.problem.state import Why

PHENOMENON = "ph"


def closes_a_cycle(whys: Sequence[Why], why_id: str, parents: Collection[str]) -> bool:
    """Whether these parents would make the answer explain itself."""
    return why_id in parents or not descendants(whys, why_id).isdisjoint(parents)


def descendants(whys: Sequence[Why], why_id: str) -> set[str]:
    """All answers below it; not the answer itself, unless it is in a cycle."""
    found: set[str] = set()
    edge = {why_id}
    while edge:
        edge = {why.id for why in whys if not edge.isdisjoint(why.parents)} - found
        found |= edge
    return found


def levels(whys: Sequence[Why]) -> dict[str, int]:
    """The depth of each answer, by the longest path from the phenomenon."""
    return _depths(whys, {why.id for why in whys})


def sound_levels(whys: Sequence[Why]) -> dict[str, int]:
    """The same by paths on which every "therefore" was verified; no entry if there is none."""
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
    """Topological order; answers in or below a cycle are left out."""
    done = {PHENOMENON}
    waiting = list(whys)
    while ready := [why for why in waiting if done.issuperset(why.parents)]:
        yield from ready
        done.update(why.id for why in ready)
        waiting = [why for why in waiting if why.id not in done]


def chain_to(whys: Sequence[Why], why_id: str) -> list[str]:
    """The longest path to an answer on which every "therefore" holds, from the phenomenon down."""
    depths = {PHENOMENON: 0, **sound_levels(whys)}
    by_id = {why.id: why for why in whys}
    chain: list[str] = []
    while why_id in by_id:
        chain.append(why_id)
        parents = [parent for parent in by_id[why_id].parents if parent in depths]
        why_id = max(parents, key=lambda parent: depths[parent], default=PHENOMENON)
    return chain[::-1]
