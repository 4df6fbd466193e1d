"""Coded passages as a table (RFC 4180 CSV in UTF-8): one row each, lists joined by `|`."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any, Final

from comity.perspectives.interchange.model import Coded, InterchangeError, Problem, Read

if TYPE_CHECKING:
    from collections.abc import Sequence

COLUMNS: Final = ("slug", "work", "start", "end", "quote", "code", "coder", "prefix", "suffix", "kept")
_LANGUAGES: Final = ("vi", "lo", "en")
_LISTS: Final = ("reported_by",)
_DANGEROUS: Final = tuple("=+-@\t\r'")
"""What a spreadsheet would take for a formula at the start of a cell."""


def write(coded: Sequence[Coded]) -> bytes:
    """Return the table, with a byte-order mark, so that spreadsheets read the three languages."""
    names = sorted({name for item in coded for name in item.fields} - {"paraphrase", "slug"})
    head = [*COLUMNS, *names, *(f"paraphrase_{lang}" for lang in _LANGUAGES)]
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(head)
    for item in coded:
        own = (item.name, item.work, item.start, item.end, item.quote, " / ".join(item.code), item.coder)
        around = (item.prefix, item.suffix, "yes" if item.kept else "")
        rest = [_cell(name, item.fields.get(name)) for name in names]
        words = [item.fields.get("paraphrase", {}).get(lang, "") for lang in _LANGUAGES]
        writer.writerow([_safe(cell) for cell in (*own, *around, *rest, *words)])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _cell(name: str, value: Any) -> Any:
    if value is None:
        return ""
    if name in _LISTS:
        return "|".join(value)
    return value if isinstance(value, (str, int)) else json.dumps(value, ensure_ascii=False, sort_keys=True)


def _safe(cell: Any) -> Any:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_DANGEROUS) else cell


def read(data: bytes) -> Read:
    """Read a table with at least `work`, `code`, and `quote` or `start` and `end`.

    Raises:
        InterchangeError: it is not UTF-8, or a needed column is missing.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InterchangeError(f"the table is not UTF-8 at byte {error.start}") from error
    reader = csv.DictReader(io.StringIO(text, newline=""))
    columns = reader.fieldnames or []
    missing = [name for name in ("work", "code") if name not in columns]
    if missing or not ({"start", "end"} <= set(columns) or "quote" in columns):
        raise InterchangeError(f"the table lacks columns: {', '.join(missing) or 'start and end, or quote'}")
    coded: list[Coded] = []
    problems: list[Problem] = []
    try:
        for row in reader:
            outcome = _row(row)
            if isinstance(outcome, Coded):
                coded.append(outcome)
            else:
                problems.append(Problem(f"line {reader.line_num}", outcome))
    except csv.Error as error:
        problems.append(Problem(f"line {reader.line_num}", str(error)))
    return Read(tuple(coded), tuple(problems))


def _row(row: dict[str, Any]) -> Coded | str:
    if None in row or None in row.values():
        return "it has not as many cells as the table has columns"
    cells = {name: _plain(value) for name, value in row.items() if value}
    start, end = cells.pop("start", "0"), cells.pop("end", "0")
    if not (start.isdigit() and end.isdigit() and int(start) <= int(end)):
        return f"start {start!r} and end {end!r} are no pair of whole numbers in order"
    words = {lang: cells.pop(f"paraphrase_{lang}", "") for lang in _LANGUAGES}
    fields: dict[str, Any] = {
        name: _field(name, value) for name, value in cells.items() if name not in COLUMNS
    }
    if any(words.values()):
        fields["paraphrase"] = {lang: text for lang, text in words.items() if text}
    slug = cells.get("slug", "")
    return Coded(
        name=slug,
        work=cells.get("work", ""),
        start=int(start),
        end=int(end),
        quote=cells.get("quote", ""),
        code=tuple(part for part in cells.get("code", "").split(" / ") if part),
        coder=cells.get("coder", ""),
        fields=fields | ({"slug": slug} if slug else {}),
        prefix=cells.get("prefix", ""),
        suffix=cells.get("suffix", ""),
        kept=cells.get("kept") == "yes",
    )


def _plain(cell: str) -> str:
    return cell[1:] if cell[:1] == "'" and cell[1:2] in _DANGEROUS else cell


def _field(name: str, value: str) -> Any:
    if name in _LISTS:
        return value.split("|")
    if value[:1] in "{[" or value.lstrip("-").isdigit():
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value
