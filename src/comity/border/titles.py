"""What sectors and zones are called, by their short names: pages show both, the short one small."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.border.sector import queries

if TYPE_CHECKING:
    from collections.abc import Mapping

    from comity.node.node import Node


def in_words(words: str, known: Mapping[str, Mapping[str, str]], language: str) -> str:
    """Return a sector that a plan names in words, in a language: where they title one that is on record."""
    found = next((title for title in known.values() if words in title.values()), {})
    return found.get(language) or words


def titles(node: Node) -> dict[str, dict[str, str]]:
    """Return the title of each sector and zone on record, by language; a party's own counts first."""
    found = {sector.slug: sector.title for sector in queries.sectors(node)}
    for sector in list(found):
        for zone in queries.zones(node, sector):
            found.setdefault(zone.slug, dict(zone.title))
    return found
