"""How the pages of coding rounds are rendered: a start, one round, what is assigned, a difference."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from comity.console.pages.record import not_found
from comity.console.pages.rounds import PHASES, STATES
from comity.node.control.rounds import RoundNotSealedError, RoundRefusedError
from comity.perspectives import (
    coding_assigned,
    coding_drafts,
    coding_grades_standing,
    coding_standing,
    drawings,
)
from comity.perspectives.coding_reading import choosing
from comity.perspectives.entries import Grading
from comity.perspectives.labels import MODALITIES
from comity.perspectives.labels_comparison import (
    GRADE_SIDES,
    RELIANCE,
    RUBRIC,
    SETTLED,
    STAGES,
    WHY_NO_ALPHA,
)
from comity.perspectives.labels_faults import ROUNDS, told
from comity.record.release import ReleaseRefusedError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fastapi import Request, Response

    from comity.console import Console
    from comity.perspectives.agreement.stages import Measured
    from comity.perspectives.agreement.units import Unit
    from comity.perspectives.coding import CodingRound
    from comity.perspectives.coding_grades import GradingRound
    from comity.perspectives.coding_start import Choices
    from comity.record.errors import ComityError

MOST_ROWS: Final = 400
MOST_SHOWN: Final = 280
"""Code points of a passage that a row shows."""
MOST_ASSIGNED: Final = 1200
"""Code points of a passage that is to be coded."""


@dataclass(frozen=True)
class Filling:
    """Who codes, and what form or address say: the role, the side of a grader, the person, the fields."""

    coder: str
    side: str
    person: str
    given: Mapping[str, str]


class CodingPages:
    """The pages of coding rounds of one console.

    Args:
        console: renders them.
        words: what all pages of the comparison have.
    """

    def __init__(self, console: Console, words: Mapping[str, Any]) -> None:
        self.console = console
        self.node = console.node
        self._words = words

    def start(
        self, request: Request, found: Choices, given: Mapping[str, str], error: ComityError | None = None
    ) -> Response:
        """Return the form that starts a round."""
        return self._page(
            request, "coding_start.html", choices=found, given=given, fault=error, refused=reasons_of(error)
        )

    def one(
        self, request: Request, found: CodingRound | GradingRound, error: ComityError | None = None
    ) -> Response:
        """Return the page of one round: who has sealed, and once all have opened, what."""
        status = found.round.status()
        shared = {
            "found": found,
            "mine": status.party(self.node.origin),
            "board": status,
            "handed_in": coding_drafts.drafts(self.node, found),
            "asked": found.round.requests(),
            "fault": error,
            "refused": reasons_of(error),
        }
        if isinstance(found.task, Grading):
            stood = coding_grades_standing.standing(self.node, found)
            held = {
                (one.item.claim, one.item.evidence): one
                for side in GRADE_SIDES
                for one in coding_assigned.items(self.node, found, side)
            }
            return self._page(request, "coding_grades.html", stood=stood, held=held, **shared)
        return self._page(request, "coding_round.html", **self._statements(found), **shared)

    def fill(
        self,
        request: Request,
        found: CodingRound | GradingRound,
        sent: Filling,
        error: ComityError | None = None,
    ) -> Response:
        """Return the form in which a coder codes what is assigned; what is kept is shown to that coder."""
        kept = coding_drafts.drafts(self.node, found).get(sent.coder)
        mine = kept.given if kept and sent.person and kept.author == sent.person else ()
        shared = {
            "found": found,
            "coder": sent.coder,
            "side": sent.side,
            "mine": mine,
            "taken": kept is not None,
            "fault": error,
            "refused": reasons_of(error),
        }
        if isinstance(found.task, Grading):
            items = coding_assigned.items(self.node, found, sent.side)
            given = {**{f"grade-{one.item}": one.grade for one in mine}, **sent.given}
            return self._page(request, "coding_fill_grades.html", items=items, given=given, **shared)
        texts = coding_assigned.passages(self.node, found)
        given = {**coding_assigned.form_of(found, mine), **sent.given}
        return self._page(
            request,
            "coding_fill.html",
            passages=[
                coding_assigned.cut(texts.get(unit.document), unit, MOST_ASSIGNED)
                for unit in found.task.units
            ],
            held=sorted(texts),
            cuts=[coding_assigned.cut(texts.get(one.document), one, MOST_SHOWN) for one in mine],
            given=given,
            reading=None if found.task.units else choosing(texts, given),
            **self._names(found),
            **shared,
        )

    def settle(
        self,
        request: Request,
        found: CodingRound,
        unit: str,
        given: Mapping[str, str],
        error: ComityError | None = None,
    ) -> Response:
        """Return the page on which a difference is settled; only what all have opened can be."""
        stood = coding_standing.standing(self.node, found)
        wanted = next((one for one in stood.units if one.key == unit), None)
        if wanted is None:
            return not_found(self.console, request)
        passages = self._passages(found, [wanted])
        return self._page(
            request,
            "coding_settle.html",
            found=found,
            stood=stood,
            unit=wanted,
            passage=passages.get(wanted.key, ""),
            said=(stood.adjudicated or {}).get(wanted.key),
            settled_words=SETTLED,
            given=given,
            fault=error,
            refused=reasons_of(error),
            **self._names(found),
        )

    # --- inside ---

    def _page(self, request: Request, name: str, **context: Any) -> Response:
        return self.console.render(
            request,
            f"perspectives/{name}",
            person=str(getattr(request.state, "person", "") or ""),
            phases=PHASES,
            states=STATES,
            round_reasons=ROUNDS,
            told=told(fault) if (fault := context.get("fault")) else None,
            rubric=RUBRIC,
            grade_sides=GRADE_SIDES,
            why_no_alpha=WHY_NO_ALPHA,
            reliance_words=RELIANCE,
            reliance=coding_standing.reliance,
            **context,
            **self._words,
        )

    def _statements(self, found: CodingRound) -> dict[str, Any]:
        """Return what the page of a round on documents shows once it is open."""
        stood = coding_standing.standing(self.node, found)
        rows = [unit for unit in stood.units if unit.differs or len(unit.codings) == 1][:MOST_ROWS]
        return {
            "stood": stood,
            "rows": rows,
            "coders": sorted({coder for unit in stood.units for coder in unit.codings}),
            "passages": self._passages(found, rows),
            "settled_words": SETTLED,
            "stage_words": STAGES,
            "drawn_alpha": _drawn,
            **self._names(found),
        }

    def _names(self, found: CodingRound) -> dict[str, Any]:
        return {
            "frames": {frame["slug"]: frame["labels"] for frame in found.codebook.get("frames", [])},
            "holder_names": coding_assigned.holders(self.node),
            "texts": coding_assigned.propositions(self.node),
            "modality_words": MODALITIES,
        }

    def _passages(self, found: CodingRound, rows: Sequence[Unit]) -> dict[str, str]:
        """Return the beginning of each passage whose document is held here."""
        texts = coding_assigned.passages(self.node, found) if rows else {}
        return {
            unit.key: coding_assigned.cut(texts[unit.span.document], unit.span, MOST_SHOWN)
            for unit in rows
            if unit.span.document in texts
        }


def reasons_of(error: ComityError | None) -> tuple[str, ...]:
    """Return the codes of why a step of a round was not taken; none where words alone say it."""
    if isinstance(error, RoundRefusedError):
        return (error.reason,)
    if isinstance(error, RoundNotSealedError):
        return (error.code,)
    return tuple(error.reasons) if isinstance(error, ReleaseRefusedError) else ()


def _drawn(one: Measured) -> drawings.Drawn:
    span = one.interval
    return drawings.alpha(one.alpha.value, None if span is None else (span.low, span.high))
