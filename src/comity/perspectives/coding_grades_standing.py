"""How a grading round stands, and which grade of a claim and its evidence is blind.

A grade is blind when it comes from a sheet that was sealed in a round, fits the task, and was opened, like
every other sheet of the round, by openings that count; when graders of two parties gave one; and when what
they graded reads as it does now. All grades of a claim are of one round, the newest by its deadline in which
the claim itself has a blind grade: else whoever graded evidence could have read the claim's grade.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from comity.perspectives import coding_grades, entries
from comity.perspectives.agreement.grades import Middle, agreement, middle
from comity.perspectives.coding_grades_sheet import misfit
from comity.perspectives.coding_rounds import opened_by_all

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from comity.node.node import Node
    from comity.perspectives.agreement.stages import Measured
    from comity.perspectives.coding_grades import GradingRound, Side
    from comity.record.entry_form import Ref
    from comity.record.rounds import PartyStanding


@dataclass(frozen=True)
class GradedUnit:
    """One item with its grades side by side: each grader's, named `party/role`."""

    item: entries.GradedItem
    grades: Mapping[str, str]

    @property
    def differs(self) -> bool:
        """Whether two graders gave different grades."""
        return len(set(self.grades.values())) > 1

    @property
    def middle(self) -> Middle | None:
        """The grade that stands for the item; None where graders of fewer than two parties gave one."""
        found = middle(self.grades)
        return found if len(found.by_party) >= coding_grades.TWO else None


@dataclass(frozen=True)
class Provenance:
    """Where one party's grades come from: the sheet, its seal and its openings, each an entry of its log."""

    origin: str
    sheet: Ref
    seal: Ref
    openings: tuple[Ref, ...]


@dataclass(frozen=True)
class GradingStanding:
    """A grading round as this node may see it.

    Nothing of any sheet is in it before every party has opened: `units` is empty, `agreement` None. `unread`
    names logs whose sheet does not fit the task; it counts for nothing.
    """

    phase: str
    open: bool
    parties: tuple[str, ...]
    units: tuple[GradedUnit, ...] = ()
    unread: tuple[str, ...] = ()
    provenance: tuple[Provenance, ...] = ()
    agreement: Mapping[Side, Measured] | None = None

    @property
    def differences(self) -> list[GradedUnit]:
        """The items that were graded differently."""
        return [unit for unit in self.units if unit.differs]


@dataclass(frozen=True)
class BlindGrades:
    """The blind grades of a claim and of the evidence on it, with the round that they come from.

    `earlier` names other open rounds on the claim: whoever graded again could have read those grades.
    """

    found: GradingRound
    standing: GradingStanding
    claim: GradedUnit
    evidence: Mapping[str, GradedUnit]
    earlier: tuple[str, ...] = ()


def standing(node: Node, found: GradingRound) -> GradingStanding:
    """Return how a grading round stands."""
    status = found.round.status()
    parties = tuple(party.origin for party in status.parties)
    if not opened_by_all(status):
        return GradingStanding(status.phase, open=False, parties=parties)
    sheets = {party.origin: _sheet(node, found, party) for party in status.parties}
    readable = {origin: sheet for origin, sheet in sheets.items() if sheet is not None}
    units = _units(found.task, readable)
    return GradingStanding(
        phase=status.phase,
        open=True,
        parties=parties,
        units=units,
        unread=tuple(origin for origin in parties if origin not in readable),
        provenance=tuple(
            Provenance(party.origin, party.sealed, party.seal, party.openings)
            for party in status.parties
            if party.sealed is not None and party.seal is not None and party.origin in readable
        ),
        agreement={side: _agreement(found, units, side) for side in coding_grades.SIDES},
    )


def blind_grades(node: Node) -> dict[str, BlindGrades]:
    """Return the blind grades of every claim that has one, by slug."""
    return choose(node, [(found, standing(node, found)) for found in coding_grades.rounds(node)])


def choose(node: Node, rounds: Sequence[tuple[GradingRound, GradingStanding]]) -> dict[str, BlindGrades]:
    """Return for every claim the newest open round in which it has a blind grade, and those grades."""
    opened = [(found, stood) for found, stood in rounds if stood.open]
    opened.sort(key=lambda pair: (pair[0].round.model.seal_by, pair[0].key))
    chosen: dict[str, BlindGrades] = {}
    for found, stood in opened:
        for claim, grades in _blind(node, found, stood).items():
            before = chosen.get(claim)
            earlier = () if before is None else (*before.earlier, before.found.key)
            chosen[claim] = BlindGrades(found, stood, grades.pop(None), _named(grades), earlier)
    return chosen


# --- inside ---


def _blind(
    node: Node, found: GradingRound, stood: GradingStanding
) -> dict[str, dict[str | None, GradedUnit]]:
    """Return the blind grades of a round by claim, then by evidence, of claims that have one of their own."""
    with node.views.connect() as db:
        held = coding_grades.texts(db, found.task)
    kept: dict[str, dict[str | None, GradedUnit]] = {}
    for unit in stood.units:
        report = held.get((unit.item.claim, unit.item.evidence))
        if report is not None and report.exercise == found.report.exercise and unit.middle is not None:
            kept.setdefault(unit.item.claim, {})[unit.item.evidence] = unit
    return {claim: grades for claim, grades in kept.items() if None in grades}


def _named(grades: Mapping[str | None, GradedUnit]) -> dict[str, GradedUnit]:
    return {slug: unit for slug, unit in grades.items() if slug is not None}


def _sheet(node: Node, found: GradingRound, party: PartyStanding) -> entries.GradeSheet | None:
    """Return a sheet that is held here and fits the task; a sheet for another party or task is none."""
    place = party.sealed
    content = None if place is None else node.record(place.origin, place.index).content
    sheet = None if content is None else content.model
    if not isinstance(sheet, entries.GradeSheet):
        return None
    if (sheet.task, sheet.party) != (found.task.slug, party.origin.partition("/")[0]):
        return None
    return None if misfit(sheet.grades, found.task) else sheet


def _units(task: entries.Grading, sheets: Mapping[str, entries.GradeSheet]) -> tuple[GradedUnit, ...]:
    grades: list[dict[str, str]] = [{} for _ in task.items]
    logs = Counter(sheet.party for sheet in sheets.values())
    for origin, sheet in sheets.items():
        side = sheet.party if logs[sheet.party] == 1 else origin
        for given in sheet.grades:
            grades[given.item][f"{side}/{given.coder}"] = given.grade
    return tuple(GradedUnit(item, given) for item, given in zip(task.items, grades, strict=True))


def _agreement(found: GradingRound, units: Sequence[GradedUnit], side: Side) -> Measured:
    mine = [unit for unit in units if coding_grades.side_of(unit.item) == side]
    claims = [item.claim for item in found.task.items if item.evidence is None]
    return agreement(
        [unit.grades for unit in mine],
        [claims.index(unit.item.claim) for unit in mine],
        f"{found.key} {side}",
    )
