"""Initiatives on record as JSON data: for the API and the command line alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from comity.assessment.gate import answers as gate_answers
from comity.assessment.initiatives import queries
from comity.assessment.initiatives.answers_sources import conflict_json
from comity.assessment.initiatives.beside import disagreements
from comity.assessment.initiatives.errors import UnknownInitiativeError

if TYPE_CHECKING:
    from comity.assessment.initiatives.queries import InitiativeView
    from comity.node.node import Node


def initiative_list(node: Node) -> list[dict[str, Any]]:
    """Return every initiative with the state of its gates."""
    gates = gate_answers.gate_list(node)
    with node.views.connect() as db:
        return [_json(view, gates) for view in queries.initiatives(db)]


def initiative(node: Node, slug: str) -> dict[str, Any]:
    """Return one initiative.

    Raises:
        UnknownInitiativeError: there is none of that name.
    """
    found = next((one for one in initiative_list(node) if one["slug"] == slug), None)
    if found is None:
        raise UnknownInitiativeError(f"no initiative {slug[:60]!a}")
    return found


def _json(view: InitiativeView, gates: list[dict[str, Any]]) -> dict[str, Any]:
    fields = view.fields
    names = ("title", "third_party", "third_party_name", "sponsor", "what", "amount", "financing", "note")
    lists = ("places", "documents", "asks", "instruments", "evidence", "cites")
    return {
        "slug": view.slug,
        "kind": fields["initiative_kind"],
        "exercise": view.exercise,
        "differs": list(view.differs),
        **{name: fields.get(name) for name in names},
        **{name: fields.get(name, []) for name in lists},
        "reports": [
            {"party": one.party, "place": [one.origin, one.index], "fields": one.fields}
            for one in view.reports
        ],
        "conflicts": [conflict_json(one) for one in disagreements([one.fields for one in view.background])],
        "background": [one.fields | {"place": [one.origin, one.index]} for one in view.background],
        "gates": [
            {"slug": one["slug"], "sponsor": one["sponsor"], "state": one["state"]}
            for one in gates
            if one["initiative"] == view.slug
        ],
    }
