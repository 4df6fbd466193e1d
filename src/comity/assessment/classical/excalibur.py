"""Excalibur files, the field's common form: `.dtt` with the answers, `.rls` with the realisations.

A line of answers has fixed columns: number and name of the expert, number and name of the item, scale, one
number a level, perhaps the question; a line of realisations has number and name of the item, the number,
the scale and the question. Numbers from -1000 to -990 stand for none. Files of other programs shift
columns, so the scale is looked for near where most lines have it. Realisations belong to the item of their
name; numbers differ between the two files of some published studies.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from comity.assessment.classical.study import Scale, Study, StudyError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from comity.assessment.classical.study import Floats

_SCALE: Final = re.compile(r"(?<=\s)(uni|log)(?=\s|$)", re.IGNORECASE)
_LEVELS: Final = re.compile(r"QU\s*=\s*([\d.\s]*\d)", re.IGNORECASE)
_SIZE: Final = re.compile(r"NQ\s*=\s*(\d+)", re.IGNORECASE)
_NUMBER: Final = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:E[+-]?\d{1,5})?", re.IGNORECASE)
_LOOSE: Final = re.compile(r"\s*(\d+)\s+(\S.*?)\s+(\d+)\s+(\S.*?)\s*")
_EXPERT, _ITEM, _NAME = slice(5, 14), slice(14, 19), 19
_NONE: Final = (-1000.0, -990.0)
_WIDEST: Final = 200
"""Columns before the scale; the form has 34."""
_SAMPLE: Final = 500
"""Lines in which the column of the scale is looked for."""
LARGEST: Final = 1_000_000
"""Experts times items of the largest study that is read."""


class _Answer(NamedTuple):
    """One line of answers."""

    line: int
    expert_number: int
    expert: str
    item_number: int
    item: str
    scale: Scale
    values: list[float]


class _Realised(NamedTuple):
    """One line of realisations."""

    line: int
    number: int
    name: str
    value: float
    question: str


def read(dtt: bytes, rls: bytes) -> Study:
    """Read a study.

    Raises:
        StudyError: a line is damaged, or its answers are none; the message names line, expert and item.
    """
    lines = _lines(dtt)
    levels = _levels(lines)
    rows = _answers(lines[1:], len(levels))
    experts = _names((row.expert_number, row.expert) for row in rows)
    items = _names((row.item_number, row.item) for row in rows)
    if len(experts) * len(items) > LARGEST:
        raise StudyError(f"{len(experts)} experts on {len(items)} items: too many to be a panel's study")
    realised, notes = _matched(_realisations(_lines(rls)), rows)
    return Study(
        experts=tuple(experts.values()),
        items=tuple(items.values()),
        scales=_scales(rows, items),
        levels=levels,
        answers=_filled(rows, list(experts), list(items), len(levels)),
        realisations=np.array([realised[number].value if number in realised else np.nan for number in items]),
        questions=tuple(realised[number].question if number in realised else "" for number in items),
        notes=notes,
    )


def _levels(lines: list[tuple[int, str]]) -> tuple[float, ...]:
    head = _LEVELS.search(lines[0][1]) if lines else None
    if head is None:
        raise StudyError("the first line of the answers names no quantiles (QU=)")
    try:
        levels = tuple(float(level) / 100 for level in head[1].split())
    except ValueError as error:
        raise StudyError(f"the first line of the answers: {error}") from error
    size = _SIZE.search(lines[0][1])
    if size and int(size[1]) != len(levels):
        raise StudyError(f"the first line says {size[1]} quantiles (NQ=) and names {len(levels)} (QU=)")
    return levels


def _answers(lines: list[tuple[int, str]], levels: int) -> list[_Answer]:
    column = _column(text for _, text in lines)
    return [_answer(line, text, column, levels) for line, text in lines]


def _answer(line: int, text: str, column: int, levels: int) -> _Answer:
    start = _near(text, column)
    if start is None or start > _WIDEST:
        raise StudyError(f"line {line} of the answers names no scale (UNI or LOG)")
    head = text[:start]
    if start == column and text[:5].strip().isdecimal() and text[_ITEM].strip().isdecimal():
        parts = (text[:5], text[_EXPERT], text[_ITEM], head[_NAME:])
    elif loose := _LOOSE.fullmatch(head):
        parts = loose.groups()  # type: ignore[assignment]
    else:
        raise StudyError(f"line {line} of the answers has no numbers of expert and item")
    found = text[start + 3 :].split()[:levels]
    if len(found) != levels or not all(_NUMBER.fullmatch(part) for part in found):
        told = " ".join(found) or "nothing"
        raise StudyError(f"line {line} of the answers is damaged: {told} instead of {levels} numbers")
    values = [_number_or_none(part) for part in found]
    # An answer of which a part is missing is none: the rest of it cannot be scored.
    values = values if not np.isnan(values).any() else [np.nan] * levels
    expert, item = parts[1].strip(), parts[3].strip()
    return _Answer(line, int(parts[0]), expert, int(parts[2]), item, _scale(text[start : start + 3]), values)


def _filled(rows: list[_Answer], experts: list[int], items: list[int], levels: int) -> Floats:
    answers = np.full((len(experts), len(items), levels), np.nan)
    at_expert = {number: place for place, number in enumerate(experts)}
    at_item = {number: place for place, number in enumerate(items)}
    seen: dict[tuple[int, int], int] = {}
    for row in rows:
        place = (at_expert[row.expert_number], at_item[row.item_number])
        if place in seen:
            raise StudyError(
                f"line {row.line}: {row.expert} answers item {row.item} as in line {seen[place]}"
            )
        seen[place] = row.line
        answers[place] = row.values
    return answers


def _scales(rows: list[_Answer], items: Iterable[int]) -> tuple[Scale, ...]:
    scales: dict[int, Scale] = {}
    for row in rows:
        if scales.setdefault(row.item_number, row.scale) != row.scale:
            raise StudyError(f"line {row.line}: item {row.item} is on another scale than before")
    return tuple(scales[number] for number in items)


def _realisations(lines: list[tuple[int, str]]) -> list[_Realised]:
    column = _column(text for _, text in lines) if lines else 0
    found = []
    for line, text in lines:
        start = _near(text, column)
        parts = text[:start].split() if start is not None else []
        if len(parts) < 2 or not (parts[0].isdecimal() and _NUMBER.fullmatch(parts[-1])):  # noqa: PLR2004 - both
            raise StudyError(f"line {line} of the realisations is damaged")
        question = " ".join(text[start:].split()[1:])
        found.append(
            _Realised(line, int(parts[0]), " ".join(parts[1:-1]), _number_or_none(parts[-1]), question)
        )
    return found


def _matched(realised: list[_Realised], rows: list[_Answer]) -> tuple[dict[int, _Realised], tuple[str, ...]]:
    """Return the realisation of each item's number, and what could not be matched."""
    named: dict[str, dict[int, None]] = defaultdict(dict)
    for row in rows:
        named[_folded(row.item)][row.item_number] = None
    found: dict[int, _Realised] = {}
    notes = []
    for one in realised:
        numbers = list(named.get(_folded(one.name), ()))
        number = numbers[0] if len(numbers) == 1 else one.number if one.number in numbers else None
        if number is None and np.isnan(one.value):
            continue
        if number is None:
            notes.append(f"line {one.line} of the realisations: nobody answered an item {one.name!r}")
        elif number in found:
            raise StudyError(
                f"line {one.line} of the realisations: {one.name} as in line {found[number].line}"
            )
        else:
            found[number] = one
    if realised and not found:
        raise StudyError("no realisation is of an item that was answered: these files are not of one study")
    return found, tuple(notes)


def _folded(name: str) -> str:
    return " ".join(name.split()).casefold()


def _column(texts: Iterable[str]) -> int:
    """Return the column in which most lines have the scale."""
    sample = islice(texts, _SAMPLE)
    places = Counter(match.start() for text in sample if (match := _SCALE.search(text)))
    if not places:
        raise StudyError("no line names a scale (UNI or LOG)")
    return places.most_common(1)[0][0]


def _near(text: str, column: int) -> int | None:
    """Return where a line has its scale: names and questions may hold such a word, so the nearest counts."""
    if _SCALE.match(text, column):
        return column
    places = [match.start() for match in _SCALE.finditer(text)]
    return min(places, key=lambda place: abs(place - column)) if places else None


def _scale(text: str) -> Scale:
    return "log" if text.lower() == "log" else "uni"


def _number_or_none(text: str) -> float:
    value = float(text)
    return np.nan if _NONE[0] <= value <= _NONE[1] else value


def _names(pairs: Iterable[tuple[int, str]]) -> dict[int, str]:
    """Return names by number, in order; a name that stands for two numbers gets the number beside it."""
    named: dict[int, str] = {}
    for number, name in pairs:
        named.setdefault(number, name)
    often = Counter(named.values())
    return {
        number: name if often[name] == 1 and name else f"{name} #{number}".strip()
        for number, name in sorted(named.items())
    }


def _lines(data: bytes) -> list[tuple[int, str]]:
    """Return the lines that hold something, numbered; the files' code page is that of Western Windows."""
    text = data.decode("cp1252", errors="replace").replace("\x1a", "").expandtabs(8)
    text = unicodedata.normalize("NFC", text.replace("\0", ""))
    return [(number, line) for number, line in enumerate(re.split(r"\r\n|\r|\n", text), 1) if line.strip()]
