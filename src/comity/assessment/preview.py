"""What the other side will see of an act before it is taken: its fields, and who reads them when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from comity.node.compacts import parties
from comity.node.errors import DraftError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from comity.node.node import Node
    from comity.record.kinds import Kind


def seen(
    node: Node, kind: type[Kind], fields: Mapping[str, Any], header: Mapping[str, Any]
) -> dict[str, Any]:
    """Return what an act would put on record, field by field; nothing is appended.

    Args:
        node: Where.
        kind: What it would append.
        fields: The fields of that kind.
        header: Marking, audience and class.

    Raises:
        DraftError: the fields do not make a record of that kind.
    """
    try:
        model = kind.model_validate(dict(fields))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or kind.kind
        raise DraftError(f"{where}: {first['msg'].removeprefix('Value error, ')}") from error
    held = model.model_dump(mode="json", by_alias=True, exclude_none=True)
    own = node.origin.partition("/")[0]
    at_once = header["marking"] == "TLP:CLEAR"
    return {
        "kind": kind.kind,
        "fields": [{"path": name, "value": value} for name, value in held.items()],
        "header": dict(header),
        "seen_by": [party for party in parties(node) if party != own] if at_once else [],
        "seen_at_once": at_once,
    }
