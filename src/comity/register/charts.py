"""Where bands and marks lie on a time axis, in thousandths of its width; the pages draw them.

Every chart has a table beside it that says the same in words, so nothing hangs on the drawing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from comity.register.labels_channels import LIFE_STATES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from comity.register.lifecycle_bands import Band
    from comity.register.series import Finding, Session

WIDTH: Final = 1000
_LEAST: Final = 4
_MARK: Final = 9
_COARSE: Final = 31
_MISSING: Final = "number-missing"


@dataclass(frozen=True, slots=True)
class Stretch:
    """One rectangle: where it begins, how wide it is, what it is drawn as, and what it stands for."""

    x: int
    width: int
    tone: str
    of: Any


@dataclass(frozen=True, slots=True)
class Lane:
    """One row of a chart; `name` is a party, or empty for all together or for a host that nobody names."""

    name: str
    stretches: tuple[Stretch, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """Lanes over one time axis from `first` to `last`."""

    first: date
    last: date
    lanes: tuple[Lane, ...]


def life_chart(bands: Mapping[str, Sequence[Band]]) -> Chart | None:
    """Return the bands of all together and of each party's records; None where nothing is attested."""
    every = [band for lane in bands.values() for band in lane]
    if not every:
        return None
    first, last = min(band.first for band in every), max(band.last for band in every)
    lanes = [
        Lane(
            name,
            tuple(_stretch((band.first, band.last), first, last, _tone(band.state), band) for band in lane),
        )
        for name, lane in bands.items()
    ]
    return Chart(first, last, tuple(lanes))


def series_chart(
    sessions: Sequence[Session], findings: Sequence[Finding], parties: Sequence[str]
) -> Chart | None:
    """Return a lane for each host with its sessions; numbers without a record stand in the last lane.

    A missing number is drawn between the sessions that it lies between, at no date of its own.
    """
    dated = [one for one in sessions if one.when.first is not None and one.when.last is not None]
    if not dated:
        return None
    first, last = min(_first(one) for one in dated), max(_last(one) for one in dated)
    lanes = []
    for host in (*parties, None):
        marks = [_mark(one, first, last) for one in dated if one.host == host]
        if host is None:
            marks += _missing(dated, findings, first, last)
        if host is not None or marks:
            lanes.append(Lane(host or "", tuple(marks)))
    return Chart(first, last, tuple(lanes))


def _mark(one: Session, first: date, last: date) -> Stretch:
    # A session known only by its year is drawn paler, over all the days on which it can have met.
    held = "coarse" if (_last(one) - _first(one)).days > _COARSE else "held"
    found = _stretch((_first(one), _last(one)), first, last, held if one.held else "planned", one)
    return Stretch(min(found.x, WIDTH - _MARK), max(found.width, _MARK), found.tone, one)


def _missing(dated: Sequence[Session], findings: Sequence[Finding], first: date, last: date) -> list[Stretch]:
    by_slug = {one.slug: one for one in dated}
    found: dict[tuple[str, ...], list[Finding]] = {}
    for finding in findings:
        if finding.code == _MISSING and set(finding.things) <= set(by_slug):
            found.setdefault(finding.things, []).append(finding)
    marks = []
    for things, missing in found.items():
        start = _at(_last(by_slug[things[0]]), first, last)
        end = _at(_first(by_slug[things[1]]), first, last)
        for number, finding in enumerate(missing, start=1):
            x = start + (end - start) * number // (len(missing) + 1)
            marks.append(Stretch(min(x, WIDTH - _MARK), _MARK, "missing", finding))
    return marks


def _stretch(days: tuple[date, date], first: date, last: date, tone: str, of: object) -> Stretch:
    x, to = _at(days[0], first, last), _at(days[1], first, last)
    x = min(x, WIDTH - _LEAST)
    return Stretch(x, max(to - x, _LEAST), tone, of)


def _at(day: date, first: date, last: date) -> int:
    return (day - first).days * WIDTH // max((last - first).days, 1)


def _tone(state: str) -> str:
    return "unknown" if state == "cannot tell" else LIFE_STATES[state][1]


def _first(one: Session) -> date:
    assert one.when.first is not None
    return one.when.first


def _last(one: Session) -> date:
    assert one.when.last is not None
    return one.when.last
