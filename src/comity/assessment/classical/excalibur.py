"""Excalibur files, the field's common form: `.dtt` with the answers, `.rls` with the realisations.

A line of answers has fixed columns: number and name of the expert, number and name of the item, scale, one number a
level; a line of realisations has number and name of the item, the number, the scale and the question. Numbers from -1000
to -990 stand for none. Files of other programs shift columns, so the scale is looked for where most lines have it.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Final

import numpy as np

from comity.assessment.classical.study import Scale, Study, StudyError

if TYPE_CHECKING:
    from collections.abc import Iterable

_SCALE: Final = re.compile(r"(?<=\s)(uni|log)(?=\s|$)", re.IGNORECASE)
_LEVELS: Final = re.compile(r"QU\s*=\s*([\d.\s]+)", re.IGNORECASE)
_EXPERT, _ITEM, _NAME = slice(5, 14), slice(14, 19), 19
_NONE: Final = (-1000.0, -990.0)
_MISSING: Final = -999.5


def read(dtt: bytes, rls: bytes) -> Study:
    """Read a study.

    Raises:
        StudyError: a line is damaged, or its answers are none; the message names line, expert and item.
    """
    lines = _lines(dtt)
    head = _LEVELS.search(lines[0][1]) if lines else None
    if head is None:
        raise StudyError("the first line of the answers names no quantiles (QU=)")
    levels = tuple(float(level) / 100 for level in head[1].split())
    rows = list(_rows(lines[1:], len(levels)))
    experts = _names((row.expert_number, row.expert) for row in rows)
    items = _names((row.item_number, row.item) for row in rows)
    answers = np.full((len(experts), len(items), len(levels)), np.nan)
    at_expert = {number: place for place, number in enumerate(experts)}
    at_item = {number: place for place, number in enumerate(items)}
    for row in rows:
        place = (at_expert[row.expert_number], at_item[row.item_number])
        if not np.isnan(answers[place]).all():
            raise StudyError(f"line {row.line}: {row.expert} answers item {row.item} twice")
        answers[place] = row.values
    scales = {row.item_number: row.scale for row in rows}
    realised = _realisations(rls)
    return Study(
        experts=tuple(experts.values()),
        items=tuple(items.values()),
        scales=tuple(scales[number] for number in items),
        levels=levels,
        answers=answers,
        realisations=np.array([realised.get(name, (np.nan, ""))[0] for name in items.values()]),
        questions=tuple(realised.get(name, (np.nan, ""))[1] for name in items.values()),
    )


class _Row:
    """One line of answers."""

    def __init__(self, line: int, text: str, start: int, levels: int) -> None:
        self.line = line
        try:
            self.expert_number, self.item_number = int(text[:5]), int(text[_ITEM])
            numbers = [float(part) for part in text[start + 3 :].split()[:levels]]
        except ValueError as error:
            raise StudyError(f"line {line} of the answers is damaged: {error}") from error
        if len(numbers) != levels:
            raise StudyError(f"line {line} of the answers has {len(numbers)} numbers, not {levels}")
        self.expert, self.item = text[_EXPERT].strip(), text[_NAME:start].strip()
        self.scale = _scale(text[start : start + 3])
        values = [np.nan if _NONE[0] <= number <= _NONE[1] else number for number in numbers]
        # An answer of which a part is missing is none: the rest of it cannot be scored.
        self.values = values if not np.isnan(values).any() else [np.nan] * levels


def _rows(lines: list[tuple[int, str]], levels: int) -> Iterable[_Row]:
    start = _column(text for _, text in lines)
    for number, text in lines:
        yield _Row(number, text, start, levels)


def _realisations(rls: bytes) -> dict[str, tuple[float, str]]:
    lines = _lines(rls)
    found: dict[str, tuple[float, str]] = {}
    start = _column(text for _, text in lines)
    for number, text in lines:
        before = text[:start].split()
        try:
            value = float(before[-1])
        except (ValueError, IndexError) as error:
            raise StudyError(f"line {number} of the realisations is damaged") from error
        name = re.sub(r"^\s*\d+\s+", "", text[:start].rstrip().removesuffix(before[-1])).strip()
        none = _NONE[0] <= value <= _NONE[1]
        found[name] = (np.nan if none else value, " ".join(text[start + 3 :].split()))
    return found


def _column(texts: Iterable[str]) -> int:
    places = Counter(match.start() for text in texts if (match := _SCALE.search(text, 19)))
    if not places:
        raise StudyError("no line names a scale (UNI or LOG)")
    return places.most_common(1)[0][0]


def _scale(text: str) -> Scale:
    return "log" if text.lower() == "log" else "uni"


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
    text = data.decode("cp1252", errors="replace").replace("\x1a", "").expandtabs(8)
    return [(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip()]


def write(study: Study) -> tuple[bytes, bytes]:
    """Return a study as `.dtt` and `.rls` files."""
    levels = "".join(f"{100 * level:4g}" for level in study.levels)
    out = [f"* CLASS ASCII OUTPUT FILE. NQ={len(study.levels):4d}   QU={levels}"]
    for expert, name in enumerate(study.experts):
        for item, title in enumerate(study.items):
            values = np.nan_to_num(study.answers[expert, item], nan=_MISSING)
            told = "".join(_number(value) for value in values)
            head = f"{expert + 1:5d} {name[-8:]:>8s} {item + 1:4d} {title[-14:]:>14s}"
            out.append(f"{head} {study.scales[item].upper()} {told}")
    known = [
        f"{item + 1:5d} {title[-14:]:>14s} {_number(value)} {study.scales[item].upper()} {question}".rstrip()
        for item, (title, value, question) in enumerate(
            zip(study.items, np.nan_to_num(study.realisations, nan=_MISSING), _questions(study), strict=True)
        )
    ]
    return tuple(("\r\n".join(lines) + "\r\n").encode("cp1252", "replace") for lines in (out, known))  # type: ignore[return-value]


def _questions(study: Study) -> tuple[str, ...]:
    return study.questions or ("",) * len(study.items)


def _number(value: float) -> str:
    return f" {value:.10E}".replace("E+", "E+00").replace("E-", "E-00")
