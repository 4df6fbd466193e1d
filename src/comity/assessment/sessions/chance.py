"""Parties against parties drawn by lot, for a page and for print: bounds from summaries, draws from answers.

From summaries alone the share of draws that give as large a distance lies between two bounds, which both
nodes compute alike. Whoever was granted the single answers of all parties makes the draws themselves.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from comity.assessment.pools.chance import bounds
from comity.assessment.sessions.audit import audited
from comity.assessment.sessions.experts import counting

if TYPE_CHECKING:
    from collections.abc import Mapping

    from comity.assessment.entries.sessions import JointResult, SummaryLine
    from comity.assessment.pools.chance import Bounds, Chance
    from comity.assessment.sessions.queries import SessionView
    from comity.assessment.sessions.stages import StageView
    from comity.node.node import Node


@dataclass(frozen=True)
class ByLot:
    """One question, against parties drawn by lot.

    Attributes:
        share: Of the uncertainty, between the parties as they are.
        times: How many times the mean over the draws the distance between them is.
        bounds: What summaries prove of the share of draws.
        drawn: The draws themselves, where the single answers of all parties are held here.
        whole: The uncertainty of the pool, in the unit of `drawn`.
    """

    share: float
    times: float
    bounds: Bounds
    drawn: Chance | None = None
    whole: float = 0.0


def by_lot(result: JointResult, opened: Mapping[str, SummaryLine], drawn: Chance | None = None) -> ByLot:
    """Return the comparison of one question.

    Args:
        result: The joint layer.
        opened: The line of every party.
        drawn: The draws, where the answers are held.
    """
    voices = {one.party: one.weight for one in result.voices}
    lines = [opened[party] for party in voices]
    total, times = float(result.parts.total), float(result.times)
    found = bounds(
        [line.experts or 0 for line in lines],
        [float(line.effective or 0) for line in lines],
        [float(weight) for weight in voices.values()],
        times,
    )
    share = float(result.parts.parties) / total if total else 0.0
    return ByLot(share, times, found, drawn, total)


def drawn(node: Node, view: SessionView, stage: StageView) -> dict[str, Chance]:
    """Return the draws of every question whose answers are all held here; nothing at a party's own node."""
    if any(not counting(node, view, stage.name, log) for log in view.parties):
        return {}
    return {
        found.question: found.across.chance
        for found in audited(node, view, stage)
        if found.across is not None
    }
