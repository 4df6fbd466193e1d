"""Independent origins: statements are one where their chains share an origin cluster, else independent."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def components(chains: Sequence[Sequence[str]], cluster_of: Mapping[str, str]) -> list[list[int]]:
    """Return the places of the chains of each independent origin, in the order of their first.

    `cluster_of` maps works to origin clusters; an unknown work is its own cluster. Chains are joined wherever
    they share a cluster, at whatever link: independence is nought inside, one between.
    """
    parts: list[tuple[set[str], list[int]]] = []
    for place, chain in enumerate(chains):
        clusters, places = {cluster_of.get(work, work) for work in chain}, [place]
        apart = []
        for known, members in parts:
            if known & clusters:
                clusters, places = clusters | known, [*members, *places]
            else:
                apart.append((known, members))
        parts = [*apart, (clusters, places)]
    return sorted(sorted(places) for _, places in parts)


def names(chains: Sequence[Sequence[str]], cluster_of: Mapping[str, str]) -> tuple[str, ...]:
    """Return the origin clusters that stand behind chains, sorted."""
    return tuple(sorted({cluster_of.get(work, work) for chain in chains for work in chain}))


def common_work(chains: Sequence[Sequence[str]]) -> str | None:
    """Return the work that stands in every chain, the one nearest to the reader, or None."""
    if not chains:
        return None
    shared = set.intersection(*(set(chain) for chain in chains))
    return next((work for work in reversed(chains[0]) if work in shared), None)


def as_one(organs: Mapping[str, str]) -> dict[str, str]:
    """Return organs to the one origin cluster that all of their party-state are taken for."""
    return {cluster: f"organs-of-{state}" for cluster, state in organs.items()}


def merged(cluster_of: Mapping[str, str], organs: Mapping[str, str]) -> dict[str, str]:
    """Return `cluster_of` with all organs of one party-state as one cluster.

    Args:
        cluster_of: works to origin clusters.
        organs: origin clusters to the party-state of which they are an organ.
    """
    joined = as_one(organs)
    known = {work: joined.get(cluster, cluster) for work, cluster in cluster_of.items()}
    return {**joined, **known}  # a work that nobody described is its own cluster, which may be an organ
