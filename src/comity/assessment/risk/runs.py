"""Runs on record, and one made again here: one seed over the same risks gives the same integers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from comity.assessment.entries import risk as kinds
from comity.assessment.risk import METHOD
from comity.assessment.risk.answers import answer
from comity.assessment.risk.errors import RegisterError
from comity.assessment.risk.inputs import root_of
from comity.assessment.risk.simulate import Setting
from comity.assessment.risk.writing import MOST_DRAWS
from comity.assessment.tables import PROJECTOR

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from comity.assessment.risk.answers import Held
    from comity.node.rows import Report

State = Literal["same", "differs", "other-inputs", "other-method", "too-many"]


@dataclass(frozen=True)
class Again:
    """A run that was made again: where its record stands, and what came of it."""

    origin: str
    index: int
    state: State


def recorded(db: Connection, party: str) -> list[Report]:
    """Return the runs that a party has on record, newest first."""
    found = [one for one in PROJECTOR.reports(db, kinds.RiskRun) if one.party == party]
    return sorted(found, key=lambda one: (one.claimed, one.index), reverse=True)


def again(held: Held, runs: Sequence[Report], place: str) -> Again | None:
    """Make the run of a place again; None where no run stands there.

    Args:
        held: The risks and groups of the party as this node holds them.
        runs: Its runs on record.
        place: As `vn/hq/12`.
    """
    one = next((run for run in runs if f"{run.origin}/{run.index}" == place), None)
    return None if one is None else Again(one.origin, one.index, _state(held, one))


def _state(held: Held, one: Report) -> State:
    risks, groups = held.fields
    if one.fields["method"] != METHOD:
        return "other-method"
    if root_of(risks, groups) != one.fields["inputs"]:
        return "other-inputs"
    if one.fields["draws"] > MOST_DRAWS:
        return "too-many"
    try:
        found = answer(risks, groups, Setting(one.fields["seed"], one.fields["draws"]))
    except RegisterError:
        return "other-inputs"
    return "same" if found["draws_digest"] == one.fields["draws_digest"] else "differs"
