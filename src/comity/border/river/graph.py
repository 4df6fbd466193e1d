"""Which water comes to which place: a river graph, so that a rise is not blamed on what lies elsewhere.

graph = load()
graph.downstream("xe-pian-xe-namnoy")       # …, sekong-attapeu, stung-treng, kratie, …: never Pakse
graph.relation("pakse", "xe-pian-xe-namnoy")  # "neither": joined further down
"""

from __future__ import annotations

import tomllib
from importlib.resources import files
from typing import TYPE_CHECKING, Annotated, Final, Literal

from pydantic import Field, ValidationError

from comity.border.errors import PlaceUnknownError, ThresholdError
from comity.border.river.thresholds import MAX_BYTES, Name, folded
from comity.record.values import Slug, Value

if TYPE_CHECKING:
    from pathlib import Path

METHOD: Final = "river-graph@1"
Relation = Literal["same", "upstream", "downstream", "neither"]


class Place(Value):
    """A place on a river.

    Attributes:
        slug: Its name here.
        name: What people call it.
        aliases: Other spellings.
        river: The river it stands on.
        party: Code of the country, or of both banks.
        place_kind: Gauge, dam, confluence, border crossing or mouth.
        to: Slugs of the next places downstream; several where a river parts.
        source: Where it was read.
        unverified: True where nobody checked it against the authority's map.
    """

    slug: Slug
    name: Name
    aliases: list[Name] = Field(default_factory=list)
    river: Name
    party: list[Slug] = Field(default_factory=list)
    place_kind: Literal["gauge", "dam", "confluence", "crossing", "mouth"] = "gauge"
    to: list[Slug] = Field(default_factory=list)
    source: Annotated[Name, Field(description="where it was read")]
    unverified: bool = False


class RiverFile(Value):
    """A file of rivers.

    Attributes:
        place: Its places.
    """

    place: list[Place]


class RiverGraph:
    """Places joined downstream; no place lies below itself."""

    def __init__(self, places: list[Place], where: str = "graph") -> None:
        self.places: Final = {one.slug: one for one in places}
        if len(self.places) != len(places):
            raise ThresholdError(f"{where}: a slug is given twice")
        for one in places:
            for below in one.to:
                if below not in self.places:
                    raise ThresholdError(f"{where}: {one.slug} flows to {below}, which is no place of it")
        for one in places:
            if one.slug in self.downstream(one.slug):
                raise ThresholdError(f"{where}: {one.slug} lies below itself")
        self._names = {
            folded(name): one.slug for one in places for name in (one.slug, one.name, *one.aliases)
        }

    def find(self, name: str) -> Place:
        """Return a place by any of its names.

        Raises:
            PlaceUnknownError: none is called so.
        """
        slug = self._names.get(folded(name))
        if slug is None:
            raise PlaceUnknownError(f"{name[:80]!r} is in no river of this graph")
        return self.places[slug]

    def downstream(self, slug: str) -> list[str]:
        """Return every place that the water of a place comes to, the nearest first."""
        found, queue = list[str](), list(self.places[slug].to)
        while queue:
            below = queue.pop(0)
            if below not in found:
                found.append(below)
                queue += self.places[below].to
        return found

    def upstream(self, slug: str) -> list[str]:
        """Return every place whose water comes to a place, by name."""
        return sorted(other for other in self.places if slug in self.downstream(other))

    def relation(self, of: str, to: str) -> Relation:
        """Return where `of` lies as seen from `to`; what happens there matters here only if upstream."""
        if of == to:
            return "same"
        if of in self.downstream(to):
            return "downstream"
        return "upstream" if to in self.downstream(of) else "neither"


def load(path: Path | None = None) -> RiverGraph:
    """Read a river graph, or the one shipped.

    Raises:
        ThresholdError: it cannot be read.
    """
    where = "rivers.toml" if path is None else str(path)
    try:
        source = files("comity.border.river").joinpath("rivers.toml") if path is None else path
        text = source.read_bytes()[: MAX_BYTES + 1].decode("utf-8")
        places = RiverFile.model_validate(tomllib.loads(text)).place
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ThresholdError(f"{where}: {error}") from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise ThresholdError(f"{where}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from error
    return RiverGraph(places, where)
