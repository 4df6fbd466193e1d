"""Putting sectors and zones on record: checked first, refused with the reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from comity.border.entries.sectors import Sector, Zone
from comity.border.sector import queries
from comity.border.sector.errors import SectorRefusedError
from comity.node import operations

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from comity.node.node import Node

    Act = Mapping[str, Any]

DEFAULTS: Final = {"marking": "TLP:AMBER", "basis": "border sector", "retention": "working"}


def sector(node: Node, act: Act) -> dict[str, Any]:
    """Put a sector on record.

    Args:
        node: Whose log it goes into.
        act: `sector`, its fields; or `adopt`, the name of another party's, to be taken word for word;
            `header` with the author.

    Raises:
        SectorRefusedError: it is malformed, or there is nothing to adopt.
    """
    given = _adopted(node, str(act["adopt"])) if act.get("adopt") else dict(act["sector"])
    return _done(node, act, Sector, given)


def zone(node: Node, act: Act) -> dict[str, Any]:
    """Put a zone of a sector on record.

    Args:
        node: Whose log it goes into.
        act: `zone`, its fields; `header` with the author.

    Raises:
        SectorRefusedError: it is malformed.
        SectorUnknownError: there is no such sector.
    """
    given = dict(act["zone"])
    queries.find(node, str(given.get("sector")))
    return _done(node, act, Zone, given)


ACTS: Final[dict[str, Callable[[Node, Act], dict[str, Any]]]] = {"sector": sector, "zone": zone}
"""Every act by its name in the address."""


def _adopted(node: Node, slug: str) -> dict[str, Any]:
    for one in queries.sectors(node):
        theirs = [report for report in (one.report, *one.others) if report.party != node.config.party]
        if one.slug == slug and len(theirs) == 1:
            return dict(theirs[0].fields)
    raise SectorRefusedError(f"there is not one sector {slug[:96]!a} of another party to adopt")


def _done(node: Node, act: Act, kind: type[Sector | Zone], given: dict[str, Any]) -> dict[str, Any]:
    try:
        model = kind.model_validate(given)
    except ValueError as error:
        raise SectorRefusedError(f"{kind.kind}: {error}"[:1000]) from error
    header = {**DEFAULTS, **{name: value for name, value in act.get("header", {}).items() if value}}
    if getattr(model, "synthetic", False) and header.get("class") != "exercise":
        raise SectorRefusedError("observations of a simulator are an exercise: give --exercise")
    done = operations.append(node, [{**header, "kind": kind.kind, "fields": given}])
    return {**done, "kind": kind.kind, "slug": model.slug}
