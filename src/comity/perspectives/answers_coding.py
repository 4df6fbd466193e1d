"""What may be asked about coding rounds, as JSON data in and out: for the API and the command line alike."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from comity.perspectives import answers_grades as grades
from comity.perspectives import coding, coding_grades, coding_grades_standing, coding_sheet
from comity.perspectives.answers_measured import measured_json
from comity.perspectives.coding_drafts import seal_drafts
from comity.perspectives.coding_errors import CodingError
from comity.perspectives.coding_rounds import Asked
from comity.perspectives.coding_standing import standing
from comity.perspectives.entries import Grading

if TYPE_CHECKING:
    from collections.abc import Sequence

    from comity.node.node import Node
    from comity.perspectives.agreement.bias import Bias
    from comity.perspectives.agreement.units import Unit
    from comity.perspectives.coding import CodingRound
    from comity.perspectives.coding_grades import GradingRound
    from comity.perspectives.coding_standing import Adjudicated, CodingStanding


def start(
    node: Node,
    name: str,
    *,
    works: Sequence[str] = (),
    claims: Sequence[str] = (),
    codebook: str = "",
    given: bool = False,
    **asked: Any,
) -> dict[str, Any]:
    """Record a task, on documents or on claims, and start the round on it.

    Raises:
        CodingError: neither works nor claims are named, or both.
    """
    if bool(works) == bool(claims):
        raise CodingError("works-or-claims")
    if claims:
        found = coding_grades.start(node, name, Asked(**asked), claims=claims, codebook=codebook)
        return grades.shown(node, found)
    return shown(node, coding.start(node, name, Asked(**asked), works=works, codebook=codebook, given=given))


def sheet(node: Node, key: str, side: str = "") -> dict[str, Any]:
    """Return a sheet to be filled in; `side` says whether graders of claims or of evidence fill it in.

    Raises:
        CodingError: a side is named in a round on documents, or none in a round on claims.
    """
    found = find(node, key)
    if isinstance(found.task, Grading):
        text = grades.sheet(node, found, side)
    elif side:
        raise CodingError("no-sides")
    else:
        text = coding_sheet.blank(found.task)
    return {"round": found.key, "task": found.task.slug, "csv": text}


def seal(node: Node, key: str, csv: Sequence[str], author: str) -> dict[str, Any]:
    """Check, record and seal the sheets of this party's coders, as one; without any, what they handed in.

    Raises:
        CodingError: several sheets are given in a round on documents, or nobody handed anything in.
    """
    found = find(node, key)
    if not csv:
        seal_drafts(node, found, author)
        return show(node, key)
    if isinstance(found.task, Grading):
        return grades.shown(node, coding_grades.seal(node, key, csv, author))
    if len(csv) != 1:
        raise CodingError("one-sheet")
    return shown(node, coding.seal(node, key, csv[0], author))


def find(node: Node, key: str) -> CodingRound | GradingRound:
    """Return a round on documents or on claims, by its name or place.

    Raises:
        RoundUnknownError: there is no such round.
        CodingError: its task or its codebook is not held here.
    """
    try:
        return coding_grades.find(node, key)
    except CodingError:
        return coding.find(node, key)


def adjudicate(
    node: Node, key: str, unit: str, stance: int | str, reason: str, **asked: str
) -> dict[str, Any]:
    """Say what a difference is settled to."""
    index = coding.adjudicate(node, key, unit, stance=stance, reason=reason, **asked)
    return {"index": index, **shown(node, coding.find(node, key))}


def listing(node: Node) -> dict[str, Any]:
    """Return every coding round held here, without its units; those on claims after those on documents."""
    graded = coding_grades.rounds(node)
    return {
        "rounds": [
            *(_head(found, standing(node, found)) for found in coding.rounds(node)),
            *(grades.head(found, coding_grades_standing.standing(node, found)) for found in graded),
        ]
    }


def show(node: Node, key: str) -> dict[str, Any]:
    """Return one coding round: agreement, differences, what is settled."""
    found = find(node, key)
    if isinstance(found.task, Grading):
        return grades.shown(node, found)
    return shown(node, found)


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
        "addressed": measured_json(stood.stages.addressed, found.codebook),
        "stance": measured_json(stood.stages.stance, found.codebook),
        "frame": measured_json(stood.stages.frame, found.codebook),
    }
    units = stood.unitising
    return {
        **measured,
        "unitising": None if units is None else {"measure": "span F1", **asdict(units)},
        "own_side": [bias_json(item) for item in stood.biases],
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
        "name": found.name,
        "task": found.task.slug,
        "codebook": found.task.codebook,
        "about": "documents",
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
