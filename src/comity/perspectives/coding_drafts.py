"""What single coders of this party handed in, kept here until the party seals all of it as one sheet.

A draft is a sheet of one coder in the own log, marked for nobody: it leaves this node by no way, and what is
sealed later is another record. A role is of whoever handed in first in it, by pseudonym; nobody else hands in
for it, or is shown what it holds. Whoever may read this node's records can read drafts; that they do not is
their party's word.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from comity.perspectives import coding_grades, coding_grades_sheet, coding_sheet, entries, queries
from comity.perspectives.coding_errors import CodingError
from comity.perspectives.coding_rounds import check_unsealed, record, seal_sheet

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from comity.node.node import Node
    from comity.perspectives.coding import CodingRound
    from comity.perspectives.coding_grades import GradingRound

OWN: Final = "TLP:RED"
"""The marking of a draft; what is sealed carries another."""


@dataclass(frozen=True)
class Draft:
    """What one coder handed in last: the role, by whom, and the codings or grades."""

    coder: str
    author: str
    given: tuple[Any, ...]


def drafts(node: Node, found: CodingRound | GradingRound) -> dict[str, Draft]:
    """Return the newest draft of each coder of this party, by role."""
    kind, name = _form(found)
    with node.views.connect() as db:
        reports = queries.reports(db, kind)
    newest: dict[str, Draft] = {}
    for report in reports:
        if (report.origin, report.marking, report.fields["task"]) != (node.origin, OWN, found.task.slug):
            continue
        content = node.record(report.origin, report.index).content
        if content is not None and isinstance(content.model, kind):
            given = tuple(getattr(content.model, name))
            first = newest.get(given[0].coder)
            author = first.author if first else content.header.author
            newest[given[0].coder] = Draft(given[0].coder, author, given)
    return newest


def hand_in(
    node: Node,
    found: CodingRound | GradingRound,
    given: Sequence[Mapping[str, Any]],
    *,
    coder: str,
    author: str,
) -> None:
    """Keep what a coder coded or graded; it takes the place of what the same coder handed in before.

    Args:
        node: the node.
        found: the round.
        given: codings or grades, by their fields without the coder.
        coder: the role.
        author: pseudonym of the person.

    Raises:
        CodingError: nothing was given, it does not fit the task, the role is somebody else's, or one person
            would grade claims and evidence.
        RoundRefusedError: this party has sealed, or is not asked.
        ValidationError: a value is none that the sheet knows.
    """
    if not given:
        raise CodingError("nothing-coded")
    check_unsealed(node, found.round)
    kept = drafts(node, found)
    if coder in kept and kept[coder].author != author:
        raise CodingError("role-taken", coder=ascii(coder))
    sheet = _sheet(node, found, [{**one, "coder": coder} for one in given])
    if isinstance(found.task, entries.Grading):
        coding_grades.check_held(node, found)
        mine = [one for draft in kept.values() if draft.author == author for one in draft.given]
        as_one = [one.model_copy(update={"coder": coder}) for one in (*mine, *_given(sheet))]
        wrong = coding_grades_sheet.misfit(as_one, found.task)
        if wrong.endswith(coding_grades_sheet.BOTH):
            raise CodingError("both-sides", coder=ascii(coder))
    else:
        wrongs = (coding_sheet.misfit(one, found.task, found.codebook) for one in _given(sheet))
        wrong = next(filter(None, wrongs), "")
    if wrong:
        raise CodingError("misfit", detail=wrong)
    record(node, sheet, author, OWN, exercise=found.report.exercise)


def seal_drafts(node: Node, found: CodingRound | GradingRound, author: str) -> None:
    """Seal everything that coders of this party handed in, as one sheet.

    Raises:
        CodingError: nobody handed anything in; or graders did for claims alone, or for evidence alone.
        RoundRefusedError: this party has sealed, or is not asked.
    """
    given = [one for draft in drafts(node, found).values() for one in draft.given]
    if not given:
        raise CodingError("nothing-handed-in")
    if isinstance(found.task, entries.Grading):
        coding_grades.check_sides(found.task, given)
    values = [one.model_dump(exclude_none=True) for one in given]
    seal_sheet(node, found, _sheet(node, found, values), author)


# --- inside ---


def _form(found: CodingRound | GradingRound) -> tuple[type[entries.Sheet | entries.GradeSheet], str]:
    """Return the kind of a sheet of the round, and its field with what coders gave."""
    if isinstance(found.task, entries.Grading):
        return entries.GradeSheet, "grades"
    return entries.Sheet, "units"


def _sheet(
    node: Node, found: CodingRound | GradingRound, given: Sequence[Mapping[str, Any]]
) -> entries.Sheet | entries.GradeSheet:
    kind, name = _form(found)
    party = node.origin.partition("/")[0]
    return kind.model_validate({"task": found.task.slug, "party": party, name: list(given)})


def _given(sheet: entries.Sheet | entries.GradeSheet) -> list[Any]:
    return list(sheet.units if isinstance(sheet, entries.Sheet) else sheet.grades)
