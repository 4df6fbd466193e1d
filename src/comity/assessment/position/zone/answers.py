"""What is answered about blind zones, as plain data: never a bit or a seed that is not open here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from comity.assessment.position.answers import day, today
from comity.assessment.position.zone import standing, writing
from comity.assessment.position.zone.auditing import audits
from comity.assessment.position.zone.errors import ZoneMessageError, ZoneRefusedError
from comity.assessment.position.zone.labels import AWAITED, LEAK, SEES
from comity.assessment.position.zone.terms import FEATURE
from comity.assessment.position.zone.writing import common
from comity.record.canonical import b64

if TYPE_CHECKING:
    from collections.abc import Mapping

    from comity.assessment.position.zone.standing import ZoneView
    from comity.node.node import Node

FOUND: Final = ("result-to-write", "result-awaited", "agreed", "differs")
"""The stages in which everything is open."""


def zone_list(node: Node, on: str = "") -> list[dict[str, Any]]:
    """Return every blind zone on record here."""
    return [to_json(node, found) for found in standing.views(node, day(on))]


def zone(node: Node, slug: str, on: str = "") -> dict[str, Any]:
    """Return one blind zone.

    Raises:
        ZoneRefusedError: nobody recorded it.
    """
    return to_json(node, standing.view(node, slug, day(on)))


def audit_of(node: Node, slug: str, on: str = "") -> dict[str, Any]:
    """Return what the opened sets of a zone are found to be.

    Raises:
        ZoneRefusedError: nobody recorded it.
    """
    return {"slug": slug, "audits": audits(node, standing.view(node, slug, day(on)))}


ACTS: Final = ("propose", "agree", "seal", "step")


def do(node: Node, act: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Take a step, and say how the zone stands after it.

    Args:
        node: the node.
        act: `propose` takes `fields`; `agree`, `seal` and `step` take `zone`; `seal` takes `accept`, too.
        given: these, the `author`, and `seal_hours` and `open_hours` for the log that starts a round.

    Raises:
        ZoneRefusedError: it would not stand, and why.
        ZoneOffError: this node has not switched the zone on.
    """
    author, slug = str(given.get("author") or ""), str(given.get("zone") or "")
    if act not in ACTS or not author:
        raise ZoneRefusedError(
            f"no act {act[:40]!a}: {', '.join(ACTS)}" if author else "nobody answers for it"
        )
    hours = {name: float(given[name]) for name in ("seal_hours", "open_hours") if given.get(name)}
    if act == "propose":
        fields = dict(given.get("fields") or {})
        slug = str(fields.get("slug") or "")
        done = writing.propose(node, fields, author, today(), exercise=bool(given.get("exercise")))
    elif act == "agree":
        done = writing.agree(node, slug, author, today())
    elif act == "seal":
        done = writing.seal(node, slug, list(given.get("accept") or ()), author, today(), **hours)
    else:
        done = writing.go_on(node, slug, author, today(), **hours)
    return {"done": done, "zone": zone(node, slug)}


def to_json(node: Node, found: ZoneView) -> dict[str, Any]:
    """Return a zone as plain data, with what comes next and what the other side will see of it."""
    # Whoever only reads takes no step.
    now = standing.stage(node, found) if node.origin in found.terms.model.logs else ""
    mine, problem = _common(node, found) if now in FOUND else (None, None)
    return {
        **found.terms.fields,
        "exercise": found.exercise,
        "experimental": True,
        "switched_on": FEATURE in node.config.features,
        "digest": b64(found.terms.digest),
        "list_digest": b64(found.terms.frozen),
        "mandate": found.mandate.status,
        "written": [[report.origin, report.index] for report in found.written],
        "stage": now,
        "awaits": AWAITED.get(now),
        "other_side_will_see": SEES.get(now),
        "rounds": [
            None if one is None else f"{one.round.place.origin}/{one.round.place.index}"
            for one in (found.sets, found.replies)
        ],
        "common": mine,
        "problem": problem,
        "results": {
            party: {
                "common": report.fields["common"],
                "origin": report.origin,
                "index": report.index,
            }
            for party, report in found.results.items()
        },
        "leak": LEAK,
    }


def _common(node: Node, found: ZoneView) -> tuple[list[str] | None, str | None]:
    """Return what both accept as this side finds it, or what is wrong with it."""
    try:
        return common(node, found), None
    except ZoneMessageError as error:
        return None, str(error)
