"""A grading sheet as graders fill it in: CSV, one row an item and grader, checked against the task.

A blank sheet is of one side, claims or evidence. What the other side says is in it only as far as it is
needed: a grader of evidence reads what was claimed, one of claims reads no evidence, and neither reads a
grade.
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any, Final

from pydantic import ValidationError

from comity.perspectives.coding_errors import CodingSheetError
from comity.perspectives.coding_sheet import rows, whole, words
from comity.perspectives.entries import GivenGrade, GradeSheet

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from comity.node.rows import Report
    from comity.perspectives.entries import Grading

COLUMNS: Final = ("coder", "item", "grade", "claim", "evidence", "claimed", "shows", "works")
"""Columns of a sheet; `coder`, `item` (from 0) and `grade` are read, the others say what is graded."""
NEEDED: Final = frozenset({"coder", "item", "grade"})
MOST: Final = 400
BOTH: Final = "grades claims and evidence: whoever sees the one grades not the other"


def blank(task: Grading, held: Mapping[tuple[str, str | None], Report], side: str) -> str:
    """Return a sheet to be filled in by graders of one side.

    Args:
        task: the task.
        held: the records of the items held here.
        side: `claims` or `evidence`.
    """
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for number, item in enumerate(task.items):
        if (item.evidence is None) == (side == "claims"):
            claim, report = held.get((item.claim, None)), held.get((item.claim, item.evidence))
            row = {"item": number, "claim": item.claim, "claimed": _english(claim, "claims")}
            if item.evidence is not None:
                row |= {"evidence": item.evidence, "shows": _english(report, "shows")}
                row["works"] = " > ".join(report.fields["works"]) if report else ""
            writer.writerow(row)
    return out.getvalue()


def read(sheets: Sequence[str], task: Grading, party: str) -> GradeSheet:
    """Return what a party's graders gave, of all their sheets together.

    Args:
        sheets: CSV with a header of `COLUMNS`; a row without a grade is passed over: a grader may abstain.
        task: the task.
        party: code of the party.

    Raises:
        CodingSheetError: rows that cannot be read, each with its number; the header is row 1.
    """
    given: list[GivenGrade] = []
    bad: list[dict[str, object]] = []
    for text in sheets:
        for number, row in enumerate(rows(text, COLUMNS, NEEDED), start=2):
            try:
                given += _given(row, task)
            except ValueError as error:
                bad.append({"item": number, "detail": words(error)})
    if not bad and not given:
        bad = [{"item": 2, "detail": "the sheet has no grade"}]
    if not bad and len(given) > MOST:
        bad = [{"item": MOST + 2, "detail": f"more than {MOST} grades: make a round for each claim"}]
    if not bad and (wrong := misfit(given, task)):
        bad = [{"item": 2, "detail": wrong}]
    if bad:
        raise CodingSheetError(bad)
    try:
        return GradeSheet(task=task.slug, party=party, grades=given)
    except ValidationError as error:
        raise CodingSheetError([{"item": 2, "detail": words(error)}]) from error


def misfit(given: Sequence[GivenGrade], task: Grading) -> str:
    """Return why grades do not fit the task, or nothing: each grader grades claims, or evidence."""
    for one in given:
        if one.item >= len(task.items):
            return f"item {one.item} is not one of the {len(task.items)} of the task"
    both = on_both_sides(given, task)
    return f"coder {both[0]!r} " + BOTH if both else ""


def on_both_sides(given: Sequence[GivenGrade], task: Grading) -> list[str]:
    """Return who grades claims and evidence; every item is one of the task."""
    sides: dict[str, set[bool]] = {}
    for one in given:
        sides.setdefault(one.coder, set()).add(task.items[one.item].evidence is None)
    return sorted(coder for coder, found in sides.items() if len(found) > 1)


# --- inside ---


def _given(row: Mapping[str, str | None], task: Grading) -> list[GivenGrade]:
    if None in row:
        raise ValueError("the row has more cells than there are columns")
    cells = {name: (value or "").strip() for name, value in row.items()}
    if not cells["grade"]:
        return []
    item = whole(cells["item"], "item")
    if item >= len(task.items):
        raise ValueError(f"item {item} is not one of the {len(task.items)} of the task")
    values: dict[str, Any] = {"coder": cells["coder"], "item": item, "grade": cells["grade"].lower()}
    return [GivenGrade.model_validate(values)]


def _english(report: Report | None, name: str) -> str:
    return "" if report is None else str(report.fields[name]["en"])
