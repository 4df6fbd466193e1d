"""Write Excalibur files; `excalibur` says what they look like."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from comity.assessment.classical.study import StudyError

if TYPE_CHECKING:
    from comity.assessment.classical.study import Floats, Study

_NONE: Final = (-1000.0, -990.0)
_MISSING: Final = -999.5
_EXPERT, _ITEM = 8, 14


def write(study: Study) -> tuple[bytes, bytes]:
    """Return a study as `.dtt` and `.rls` files; long names are cut, and numbered where that joins two.

    Raises:
        StudyError: a number is one of those that stand for none in these files.
    """
    levels = "".join(f"{100 * level:4g}" if level < 1 else "" for level in study.levels)
    experts, items = _cut(study.experts, _EXPERT), _cut(study.items, _ITEM)
    scales = [scale.upper() for scale in study.scales]
    lines = [f"* CLASS ASCII OUTPUT FILE. NQ={len(study.levels):4d}   QU={levels}"]
    for expert, name in enumerate(experts):
        for item, title in enumerate(items):
            head = f"{expert + 1:5d} {name:>8s} {item + 1:4d} {title:>14s} {scales[item]} "
            lines.append(head + " ".join(_number(value) for value in _told(study.answers[expert, item])))
    questions = study.questions or ("",) * len(items)
    known = [
        f"{item + 1:5d} {title:>14s} {_number(value)} {scales[item]} {questions[item]}".rstrip()
        for item, (title, value) in enumerate(zip(items, _told(study.realisations), strict=True))
    ]
    return _file(lines), _file(known)


def _told(values: Floats) -> Floats:
    if ((values >= _NONE[0]) & (values <= _NONE[1])).any():
        raise StudyError(f"numbers from {_NONE[0]:g} to {_NONE[1]:g} stand for none in these files")
    return np.nan_to_num(values, nan=_MISSING)


def _cut(names: tuple[str, ...], width: int) -> list[str]:
    cut = [" ".join(name.split())[:width].strip() for name in names]
    return [
        name if name and cut.count(name) == 1 else f"{name[: width - 5]}#{place}"
        for place, name in enumerate(cut, 1)
    ]


def _file(lines: list[str]) -> bytes:
    return ("\r\n".join(lines) + "\r\n").encode("cp1252", "replace")


def _number(value: float) -> str:
    """Return a number with ten digits and the form's four digits of exponent."""
    mantissa, _, exponent = f"{value:.10E}".partition("E")
    return f"{mantissa:>14s}E{exponent[0]}{int(exponent[1:]):04d}"
