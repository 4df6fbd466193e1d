"""Recording an initiative: checked, shown as the other side will see it, appended to the own log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from comity.assessment.entries.initiatives import Initiative
from comity.assessment.initiatives.errors import InitiativeRefusedError
from comity.assessment.preview import seen
from comity.node import operations
from comity.node.compacts import parties

if TYPE_CHECKING:
    from collections.abc import Mapping

    from comity.node.node import Node

    Act = Mapping[str, Any]

DEFAULTS: Final = {"marking": "TLP:AMBER", "basis": "initiative", "retention": "working", "class": "record"}


def shown(node: Node, act: Act) -> dict[str, Any]:
    """Return what would be put on record, field by field, and who reads it when; nothing is appended.

    Raises:
        ComityError: it would not stand, and why.
    """
    fields, header = _checked(node, act)
    return seen(node, Initiative, fields, header)


def record(node: Node, act: Act) -> dict[str, Any]:
    """Append a report of an initiative to the own log; the party's newest one counts.

    Args:
        node: Where.
        act: The fields of `assessment.initiative`, and a `header`.

    Raises:
        ComityError: it would not stand, and why; nothing was appended.
    """
    fields, header = _checked(node, act)
    seen(node, Initiative, fields, header)
    done = operations.append(node, [{**header, "kind": Initiative.kind, "fields": fields}])
    return {**done, "kind": Initiative.kind, "fields": fields}


def _checked(node: Node, act: Act) -> tuple[dict[str, Any], dict[str, Any]]:
    fields = {name: value for name, value in act.items() if name != "header"}
    known = parties(node)
    for party in (fields.get("sponsor"), *(one.get("party") for one in fields.get("asks", ()))):
        if party and party not in known:
            raise InitiativeRefusedError(f"{party} is no party here: {', '.join(known)}")
    if fields.get("third_party") in known:
        raise InitiativeRefusedError(f"{fields['third_party']} is a party, and no third one")
    return fields, {**DEFAULTS, **{name: value for name, value in act.get("header", {}).items() if value}}
