"""The timeline of a consultation as coordinates, for a page to write as SVG; tables beside it hold the same.

Days run downward in proportion along an axis; labels stand evenly beside it, each joined to its day, so that
they stay readable on a phone however close two days lie.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

WIDTH: Final = 320
ROW: Final = 46
TOP: Final = 24
AXIS: Final = 20
LABEL: Final = 62


@dataclass(frozen=True, slots=True)
class Mark:
    """A step, an end or a commitment: where its days lie on the axis and where its label stands.

    `first` and `last` are ISO days; `early` holds the days of a raised flag.
    """

    kind: str
    name: str
    number: int | None
    first: str
    last: str
    top: float
    bottom: float
    label: float
    raised: bool = False
    early: tuple[int | None, int | None] | None = None
    retroactive: str = ""
    place: tuple[str, int] | None = None


@dataclass(frozen=True, slots=True)
class Timeline:
    """Marks from top to bottom, the stretch in which the period runs, and the size of the picture."""

    marks: tuple[Mark, ...]
    runs: tuple[float, float] | None
    height: int
    undated: int
    width: int = WIDTH
    axis: int = AXIS
    text: int = LABEL


def timeline(gate: dict[str, Any]) -> Timeline | None:
    """Return the picture of a gate as `answers.gate_json` gives it, or None where nothing is dated."""
    rows = [*_steps(gate), *_end(gate), *_commitments(gate)]
    dated = sorted((row for row in rows if row["first"] and row["last"]), key=_order)
    if not dated:
        return None
    low = min(date.fromisoformat(row["first"]) for row in dated).toordinal()
    high = max(date.fromisoformat(row["last"]) for row in dated).toordinal()
    height = TOP + ROW * len(dated)

    def at(day: str) -> float:
        share = (date.fromisoformat(day).toordinal() - low) / max(high - low, 1)
        return round(TOP + share * (height - 2 * TOP), 1)

    marks = tuple(
        Mark(top=at(row["first"]), bottom=at(row["last"]), label=TOP + ROW * n, **row)
        for n, row in enumerate(dated)
    )
    start = next((mark for mark in marks if mark.name == "started"), None)
    end = next((mark for mark in marks if mark.kind == "end"), None)
    runs = None if start is None or end is None else (start.top, end.bottom)
    return Timeline(marks, runs, height + TOP, len(rows) - len(dated))


def _order(row: dict[str, Any]) -> tuple[str, str, str]:
    return row["last"], row["first"], row["name"]


def _row(kind: str, name: str, when: dict[str, Any], **more: Any) -> dict[str, Any]:
    plain = {"kind": kind, "name": name, "number": None}
    return {**plain, "first": when["first"], "last": when["last"], **more}


def _steps(gate: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        _row(
            "step",
            one["step"],
            one["when"],
            number=one["number"],
            retroactive=one["retroactive"] or "",
            place=tuple(one["words"][0]["place"]),
        )
        for one in gate["steps"]
    ]


def _end(gate: dict[str, Any]) -> list[dict[str, Any]]:
    end = gate["end"]
    return [] if end is None else [_row("end", "end", {"first": end["earliest"], "last": end["latest"]})]


def _commitments(gate: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        _row(
            "commitment",
            one["kind"],
            one["when"],
            raised=one["flag"],
            early=None if one["days"] is None else tuple(one["days"]),
            place=tuple(one["place"]),
        )
        for one in gate["flags"]
    ]
