"""Where: what a phone says, "578", "578 + 150" or "mốc 578 ± 40 m", as marker and metres.

The register's gazetteer is asked whether it knows the marker. One that it does not know stands by its number:
the patrol sees the stone, the gazetteer may be behind.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from comity.border.events.errors import EventRefusedError
from comity.register import queries

if TYPE_CHECKING:
    from datetime import date

    from comity.node.node import Node

SHOWN: Final = 40


def located(node: Node, text: str, on: date | None) -> dict[str, Any]:
    """Return the fields of a place that is named by a marker.

    Args:
        node: Whose gazetteer is asked.
        text: The marker's number, with or without a word for marker, and metres along the line.
        on: As of which day; at any time without one.

    Raises:
        EventRefusedError: it names no marker, or several that the gazetteer knows.
    """
    plain = " ".join(text.split())
    if plain[:1].isdecimal():
        plain = f"marker {plain}"  # the form asks for a marker: a number alone is one here
    with node.views.connect() as db:
        found = queries.resolve_place(db, plain, on)
    if found.location is None:
        raise EventRefusedError(f"{text[:SHOWN]!a} is no marker: write its number, as 578 + 150 m", "marker")
    if found.state != "one":
        known = ", ".join(one.place.id for one in found.candidates)
        advice = "say which province, as 578, Savannakhet"
        raise EventRefusedError(
            f"marker {found.location.marker} is several places: {known}: {advice}",
            "marker",
        )
    at = found.location
    fields: dict[str, Any] = {"marker": at.marker, "offset_m": at.offset_m, "either_way": at.either_way}
    return fields | ({"place": found.place.id} if found.place else {})
