"""The board of a session: who has sealed, never what; whose turn it is; who is late, and on what word."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from comity.assessment.sessions.opened import LineView, lines, openings, turns
from comity.assessment.sessions.turns import Turn, due
from comity.node.control.answers_rounds import shown

if TYPE_CHECKING:
    from typing import Any

    from comity.assessment.sessions.queries import SessionView
    from comity.assessment.sessions.stages import StageView
    from comity.node.node import Node


@dataclass(frozen=True)
class StageBoard:
    """One stage.

    Attributes:
        view: The stage.
        milliseconds_left: Until its next deadline, by this node's clock; None where all are over.
        next_deadline: `answer_by`, `seal_by`, `open_by`; empty where all are over.
        round: How the round stands, as `comity round status` tells it: seals, timing, what is refused.
        due: The opening that is due; None where none is.
        lines: What was opened, by question and party.
    """

    view: StageView
    milliseconds_left: int | None
    next_deadline: str
    round: dict[str, Any] | None
    due: Turn | None
    lines: dict[str, dict[str, LineView]]


@dataclass(frozen=True)
class Board:
    """One session.

    Attributes:
        view: The session.
        stages: In order.
        turns: Every opening of a stage, in the order in which they are due; both stages have the same.
    """

    view: SessionView
    stages: tuple[StageBoard, ...]
    turns: tuple[Turn, ...]


def board(node: Node, view: SessionView) -> Board:
    """Return how a session stands, as far as this node has read."""
    order = turns(view)
    return Board(view, tuple(_stage(node, view, one, order) for one in view.stages), tuple(order))


def _stage(node: Node, view: SessionView, one: StageView, order: list[Turn]) -> StageBoard:
    now = node.control.rounds.clock()
    left = [
        (getattr(one.deadlines, name), name)
        for name in ("answer_by", "seal_by", "open_by")
        if getattr(one.deadlines, name) > now
    ]
    ready = one.standing is not None and one.standing.all_sealed
    return StageBoard(
        view=one,
        milliseconds_left=left[0][0] - now if left else None,
        next_deadline=left[0][1] if left else "",
        round=None if one.round is None else shown(node, one.round),
        due=due(order, openings(node, view, one)) if ready else None,
        lines=lines(node, view, one),
    )
