"""What a form of a warning begins with: prepared words, a gauge on record, or the message that it follows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from comity.border.entries.warnings import Warning_, WarningReceipt
from comity.border.errors import PlaceUnknownError
from comity.border.tables import PROJECTOR
from comity.border.warning import texts
from comity.console.i18n import LANGUAGES as PAGES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from comity.node.node import Node

LANGUAGES: Final = ("en", *(code for code in PAGES if code != "en"))


@dataclass(frozen=True, slots=True)
class Cause:
    """What a gauge on record gives to a warning: the record, and its last stage as parameters."""

    about: list[dict[str, str]] = field(default_factory=list)
    parameters: dict[str, str] = field(default_factory=dict)


def start(node: Node, asked: Mapping[str, str]) -> dict[str, str]:
    """Return what stands in the fields for an address that asks for prepared words (`text`) or a `gauge`."""
    found: dict[str, str] = {"sender": _last_sender(node)}
    place = ""
    if asked.get("gauge"):
        from comity.border.river.graph import load  # noqa: PLC0415 - few forms begin with a gauge

        graph = load()
        try:
            at = graph.find(asked["gauge"])
            found |= texts.of_place(at, [graph.places[slug].name for slug in graph.downstream(at.slug)])
            place = at.name
        except PlaceUnknownError:
            found["gauge"] = place = asked["gauge"][:80]
    words = texts.prepared().get(asked.get("text", ""))
    return {**found, **(words.words(place) if words else {})}


def gauges(node: Node) -> list[tuple[str, str]]:
    """Return slug and station of every gauge on record, once each."""
    from comity.border.series import queries  # noqa: PLC0415 - needs arrays

    with node.views.connect() as db:
        found = queries.gauges(db)
    return sorted({one.fields["slug"]: one.fields["station"] for one in found}.items())


def reading_of(node: Node, slug: str) -> Cause:
    """Return what a gauge on record gives to a warning; nothing where there is none of that name."""
    if not slug:
        return Cause()
    from comity.border.series import queries  # noqa: PLC0415 - needs arrays

    with node.views.connect() as db:
        found = [one for one in queries.gauges(db) if one.fields["slug"] == slug]
    if not found:
        return Cause()
    last = max(found, key=lambda one: (one.fields["times"][-1], one.party == node.config.party))
    about = [{"origin": last.origin, "id": last.id}]
    return Cause(about, {"stage": f"{last.fields['levels'][-1] / 1000:.2f} m"})


def last_office(node: Node) -> str:
    """Return the office that read a warning here last: it stands in the form already."""
    with node.views.connect() as db:
        own = [one for one in PROJECTOR.reports(db, WarningReceipt) if one.origin == node.origin]
    return str(own[-1].fields["office"]) if own else ""


def _last_sender(node: Node) -> str:
    with node.views.connect() as db:
        own: list[Any] = [one for one in PROJECTOR.reports(db, Warning_) if one.origin == node.origin]
    return str(own[-1].fields["sender"]) if own else ""
