"""What may be asked about coding rounds, as JSON data in and out: for the API and the command line alike."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from comity.perspectives import coding, coding_sheet
from comity.perspectives.coding_standing import reliance, standing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from comity.node.node import Node
    from comity.perspectives.agreement.bias import Bias
    from comity.perspectives.agreement.stages import Measured
    from comity.perspectives.agreement.units import Unit
    from comity.perspectives.coding import CodingRound
    from comity.perspectives.coding_standing import Adjudicated, CodingStanding


def start(node: Node, name: str, parties: Sequence[str], **asked: Any) -> dict[str, Any]:
    """Record a task and start the round on it."""
    return shown(node, coding.start(node, name, parties, **asked))


def sheet(node: Node, key: str) -> dict[str, Any]:
    """Return a sheet to be filled in."""
    found = coding.find(node, key)
    return {"round": found.key, "task": found.task.slug, "csv": coding_sheet.blank(found.task)}


def seal(node: Node, key: str, csv: str, author: str) -> dict[str, Any]:
    """Check, record and seal a sheet."""
    return shown(node, coding.seal(node, key, csv, author))


def adjudicate(
    node: Node, key: str, unit: str, stance: int | str, reason: str, **asked: str
) -> dict[str, Any]:
    """Say what a difference is settled to."""
    index = coding.adjudicate(node, key, unit, stance=stance, reason=reason, **asked)
    return {"index": index, **shown(node, coding.find(node, key))}


def listing(node: Node) -> dict[str, Any]:
    """Return every coding round held here, without its units."""
    return {"rounds": [_head(found, standing(node, found)) for found in coding.rounds(node)]}


def show(node: Node, key: str) -> dict[str, Any]:
    """Return one coding round: agreement, differences, what is settled."""
    return shown(node, coding.find(node, key))


def shown(node: Node, found: CodingRound) -> dict[str, Any]:
    """Return a coding round as plain JSON data."""
    stood = standing(node, found)
    return {
        **_head(found, stood),
        "documents": [document.model_dump() for document in found.task.documents],
        "agreement": agreement_json(found, stood),
        "units": [unit_json(unit) for unit in stood.units],
        "adjudicated": [adjudicated_json(item) for item in (stood.adjudicated or {}).values()],
    }


def agreement_json(found: CodingRound, stood: CodingStanding) -> dict[str, Any] | None:
    """Return the agreement of a round, None before all have opened."""
    if stood.stages is None:
        return None
    measured = {
        "addressed": measured_json(stood.stages.addressed, found),
        "stance": measured_json(stood.stages.stance, found),
        "frame": measured_json(stood.stages.frame, found),
    }
    units = stood.unitising
    return {
        **measured,
        "unitising": None if units is None else {"measure": "span F1", **asdict(units)},
        "own_side": [bias_json(item) for item in stood.biases],
    }


def measured_json(measured: Measured, found: CodingRound) -> dict[str, Any]:
    """Return an alpha; `alpha` null means not estimable, and `why` says why."""
    span = measured.interval
    return {
        "alpha": measured.alpha.value,
        "why": measured.alpha.why,
        "interval": None if span is None else [span.low, span.high],
        "units": measured.alpha.units,
        "values": measured.alpha.values,
        "documents": measured.documents,
        "reliance": reliance(measured.alpha.value, found.codebook),
    }


def bias_json(item: Bias) -> dict[str, Any]:
    """Return how much higher one side reads a holder than the other."""
    span = item.interval
    return {**asdict(item), "interval": None if span is None else [span.low, span.high]}


def unit_json(unit: Unit) -> dict[str, Any]:
    """Return a unit with its codings side by side."""
    return {
        "key": unit.key,
        "document": unit.span.document,
        "start": unit.span.start,
        "end": unit.span.end,
        "proposition": unit.proposition,
        "holder": unit.holder,
        "differs": unit.differs,
        "codings": {
            coder: {"stance": coding.stance, "frame": coding.frame}
            for coder, coding in sorted(unit.codings.items())
        },
    }


def adjudicated_json(item: Adjudicated) -> dict[str, Any]:
    """Return what parties say of a unit, each with the record that says so."""
    return {
        "unit": item.unit,
        "state": item.state,
        "awaiting": list(item.silent),
        "words": {code: asdict(report) for code, report in item.words.items()},
    }


def _head(found: CodingRound, stood: CodingStanding) -> dict[str, Any]:
    return {
        "key": found.key,
        "name": found.round.model.round,
        "task": found.task.slug,
        "codebook": found.task.codebook,
        "exercise": found.report.exercise,
        "phase": stood.phase,
        "open": stood.open,
        "parties": list(stood.parties),
        "unread": list(stood.unread),
        "given_units": len(found.task.units),
        "differences": len(stood.differences),
        "found_by_one": len(stood.alone),
        "requests": [
            {"index": one.place.index, "to": one.to, "stage": one.standing.stage}
            for one in found.round.requests()
        ],
    }
