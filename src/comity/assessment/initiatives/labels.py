"""What the kinds of initiatives are called on a page (msgids)."""

from __future__ import annotations

from typing import Final

from comity.console import KindView
from comity.console.i18n import N_


def initiative_path(slug: str) -> str:
    """Return the path of an initiative's page."""
    return f"/assessment/initiatives/{slug}"


INITIATIVES: Final = {
    "railway": N_("railway"),
    "road": N_("road"),
    "dam": N_("dam"),
    "power_line": N_("power line"),
    "zone": N_("economic zone"),
    "port": N_("port"),
    "loan": N_("loan"),
    "base": N_("base"),
    "platform": N_("digital platform"),
    "training": N_("training"),
    "other": N_("other"),
}
PRICES: Final = {
    "nominal": N_("prices of its time"),
    "constant": N_("constant prices"),
    "not_said": N_("prices not said"),
}
ATTRIBUTES: Final = {
    "capacity": N_("capacity"),
    "latitude": N_("latitude"),
    "longitude": N_("longitude"),
    "commissioned": N_("commissioned"),
    "generation": N_("yearly generation"),
    "fuel": N_("fuel"),
    "owner": N_("owner"),
}
"""Properties that have words; others are shown as their file names them."""
CONFLICTS: Final = {
    "place": N_("place"),
    "capacity": N_("capacity"),
    "perhaps one": N_("perhaps one thing"),
}
KINDS: Final = {
    "assessment.initiative": KindView(
        N_("Initiative"), lambda f: f["title"], lambda f: initiative_path(f["slug"])
    ),
    "assessment.observation": KindView(
        N_("Observation"),
        lambda f: f"{f['subject']}: {f['attribute']}",
        lambda f: initiative_path(f["about"]) if f.get("about") else None,
    ),
}
FIELDS: Final = {
    "initiative_kind": N_("kind"),
    "third_party": N_("third party"),
    "third_party_name": N_("third party"),
    "what": N_("what is proposed"),
    "places": N_("places"),
    "amount": N_("amount"),
    "financing": N_("financing"),
    "documents": N_("documents"),
    "asks": N_("what it asks"),
    "instruments": N_("instruments"),
    "prices": N_("prices"),
    "currency": N_("currency"),
    "by": N_("by"),
    "on": N_("date"),
    "attribute": N_("property"),
    "country": N_("country"),
    "file": N_("file"),
    "row": N_("line of the file"),
    "licence": N_("licence"),
}
VALUES: Final = {"initiative_kind": INITIATIVES, "prices": PRICES, "attribute": ATTRIBUTES}
