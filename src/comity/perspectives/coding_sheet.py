"""A coding sheet as coders fill it in: CSV, one row a unit and coder, checked against task and codebook."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any, Final

from pydantic import ValidationError

from comity.perspectives.coding_errors import CodingSheetError
from comity.perspectives.entries import Coded, Sheet, Task

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from collections.abc import Set as AbstractSet

COLUMNS: Final = (
    "coder",
    "unit",
    "document",
    "start",
    "end",
    "proposition",
    "holder",
    "stance",
    "frame",
    "modality",
)
"""Columns of a sheet. Where units are given `unit` alone names the passage, from 0."""
NEEDED: Final = frozenset({"coder", "stance"})
NUMBERS: Final = ("document", "start", "end")
MOST: Final = 400
WORDS: Final = ("mixed", "not_addressed")


def blank(task: Task) -> str:
    """Return a sheet to be filled in: a row for each unit given, or the columns alone."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for number, unit in enumerate(task.units):
        writer.writerow({"unit": number, **unit.model_dump()})
    return out.getvalue()


def read(text: str, task: Task, codebook: Mapping[str, Any], party: str) -> Sheet:
    """Return what a party's coders gave.

    Args:
        text: the sheet, CSV with a header of `COLUMNS`; a byte-order mark is skipped.
        task: the task, which may give the units.
        codebook: the fields of the codebook: propositions and frames that may be coded.
        party: code of the party.

    Raises:
        CodingSheetError: rows that cannot be read, each with its number; the header is row 1.
    """
    units: list[Coded] = []
    bad: list[dict[str, object]] = []
    for number, row in enumerate(rows(text, COLUMNS, NEEDED), start=2):
        try:
            units.append(_coded(row, task, codebook))
        except (ValueError, IndexError) as error:
            bad.append({"item": number, "detail": words(error)})
    if not bad and len(units) > MOST:
        bad = [{"item": MOST + 2, "detail": f"more than {MOST} codings: make a round for each document"}]
    if not bad and not units:
        bad = [{"item": 2, "detail": "the sheet has no rows"}]
    if bad:
        raise CodingSheetError(bad)
    try:
        return Sheet(task=task.slug, party=party, units=units)
    except ValidationError as error:
        raise CodingSheetError([{"item": 2, "detail": words(error)}]) from error


def misfit(unit: Coded, task: Task, codebook: Mapping[str, Any]) -> str:
    """Return why a coding does not fit the task, or nothing."""
    if unit.document >= len(task.documents):
        return f"document {unit.document} is not one of the {len(task.documents)} of the task"
    if unit.end > task.documents[unit.document].length:
        return f"the passage ends at {unit.end}, behind the end of the document"
    if unit.proposition not in codebook["propositions"]:
        return f"{unit.proposition!r} is not a proposition of the codebook"
    frames = {frame["slug"] for frame in codebook.get("frames", [])}
    if unit.frame is not None and unit.frame not in frames:
        return f"{unit.frame!r} is not a frame of the codebook"
    given = {(one.document, one.start, one.end, one.proposition, one.holder) for one in task.units}
    place = (unit.document, unit.start, unit.end, unit.proposition, unit.holder)
    return "the passage is not one of the units given" if given and place not in given else ""


def rows(text: str, columns: Sequence[str], needed: AbstractSet[str]) -> list[dict[str, str | None]]:
    """Return the rows of a sheet by column; spreadsheets end lines in every way.

    Raises:
        CodingSheetError: it is not CSV, a column is unknown, or one that is needed is not there.
    """
    try:
        reader = csv.DictReader(io.StringIO(text.removeprefix("\N{BYTE ORDER MARK}"), newline=""))
        found, read_rows = set(reader.fieldnames or ()), list(reader)
    except csv.Error as error:
        raise CodingSheetError([{"item": 1, "detail": f"not CSV: {error}"}]) from error
    unknown = sorted(found - set(columns))
    if unknown or not needed <= found:
        wanted = f"the columns {' and '.join(sorted(needed))} are needed"
        raise CodingSheetError(
            [{"item": 1, "detail": f"unknown column {unknown[0]!r}" if unknown else wanted}]
        )
    return read_rows


def _coded(row: Mapping[str, str | None], task: Task, codebook: Mapping[str, Any]) -> Coded:
    if None in row:
        raise ValueError("the row has more cells than there are columns")
    cells = {name: (value or "").strip() for name, value in row.items()}
    values: dict[str, Any] = {name: value for name, value in cells.items() if value and name != "unit"}
    values |= {name: whole(values[name], name) for name in NUMBERS if name in values}
    if cells.get("unit"):
        values = task.units[whole(cells["unit"], "unit")].model_dump() | values
    stance = values.get("stance", "")
    values["stance"] = stance if stance in WORDS else whole(stance, "stance")
    unit = Coded.model_validate(values)
    if wrong := misfit(unit, task, codebook):
        raise ValueError(wrong)
    return unit


def whole(text: str, name: str) -> int:
    """Return a whole number of a cell; only a stance may be below nought.

    Raises:
        ValueError: it is none.
    """
    try:
        number = int(text)
    except ValueError:
        raise ValueError(f"{name}: {text!r} is not a whole number") from None
    if number < 0 and name != "stance":
        raise ValueError(f"{name}: {text!r} is below nought")
    return number


def words(error: Exception) -> str:
    """Return in words why a row cannot be read."""
    if isinstance(error, ValidationError):
        problem = error.errors(include_url=False, include_context=False, include_input=False)[0]
        place = ".".join(str(part) for part in problem["loc"])
        return f"{place}: {problem['msg']}" if place else problem["msg"]
    return "unit: the task gives no such unit" if isinstance(error, IndexError) else str(error)
