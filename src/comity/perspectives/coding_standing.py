"""How a coding round stands: what both sides opened, how far it agrees, what differs and what is settled."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from comity.node.rows import newest_of
from comity.perspectives import entries, queries
from comity.perspectives.agreement.bias import Bias, bias
from comity.perspectives.agreement.stages import Stages, stages
from comity.perspectives.agreement.unitising import Span, Unitising, unitising
from comity.perspectives.agreement.units import Coding, Unit, join, topic
from comity.perspectives.coding_rounds import opened_by_all
from comity.perspectives.coding_sheet import misfit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from comity.node.node import Node
    from comity.node.rows import Report
    from comity.perspectives.coding import CodingRound

Settled = Literal["settled", "awaiting", "recorded differently"]


@dataclass(frozen=True)
class Adjudicated:
    """What a unit is settled to: *settled* when all parties say the same, each in its own log."""

    unit: str
    state: Settled
    words: dict[str, Report]
    silent: tuple[str, ...]


@dataclass(frozen=True)
class CodingStanding:
    """A coding round as this node may see it.

    Nothing of any sheet is in it before every party has opened: `units` is empty, the measures None. `unread`
    names logs whose sheet does not fit the task; it counts for nothing.
    """

    phase: str
    open: bool
    parties: tuple[str, ...]
    units: tuple[Unit, ...] = ()
    unread: tuple[str, ...] = ()
    unitising: Unitising | None = None
    stages: Stages | None = None
    biases: tuple[Bias, ...] = ()
    adjudicated: dict[str, Adjudicated] | None = None

    @property
    def differences(self) -> list[Unit]:
        """The units that were coded differently."""
        return [unit for unit in self.units if unit.differs]

    @property
    def alone(self) -> list[Unit]:
        """The passages that one coder alone found."""
        return [unit for unit in self.units if len(unit.codings) == 1]


def standing(node: Node, found: CodingRound) -> CodingStanding:
    """Return how a coding round stands."""
    status = found.round.status()
    parties = tuple(party.origin for party in status.parties)
    opened = opened_by_all(status)
    sheets = {
        party.origin: _sheet(node, found, party.sealed.origin, party.sealed.index)
        for party in status.parties
        if opened and party.sealed is not None
    }
    readable = {origin: sheet for origin, sheet in sheets.items() if sheet is not None}
    if not opened or not readable:
        return CodingStanding(status.phase, opened, parties)
    codings = [coding for origin, sheet in readable.items() for coding in _codings(origin, sheet)]
    units = join(codings)
    marked: dict[str, list[Span]] = {}
    for coding in codings:
        marked.setdefault(coding.coder, []).append(coding.span)
    return CodingStanding(
        phase=status.phase,
        open=True,
        parties=parties,
        units=tuple(units),
        unread=tuple(origin for origin in parties if origin not in readable),
        unitising=None if found.task.units else unitising(marked),
        stages=stages(units, found.key),
        biases=tuple(bias(units, found.key)),
        adjudicated=_adjudicated(node, found, parties),
    )


def reliance(value: float | None, codebook: dict[str, Any]) -> str:
    """Return whether codings of this agreement are relied on: `reliable`, `tentative`, `not reliable`."""
    limits = queries.Limits.of(codebook.get("thresholds", {}))
    if value is None:
        return "not estimable"
    if value >= limits.agreement:
        return "reliable"
    return "tentative" if value >= limits.agreement_tentative else "not reliable"


def _sheet(node: Node, found: CodingRound, origin: str, index: int) -> entries.Sheet | None:
    """Return a sheet that is held here and fits the task; a sheet for another party or task is none."""
    content = node.record(origin, index).content
    sheet = None if content is None else content.model
    if not isinstance(sheet, entries.Sheet):
        return None
    if (sheet.task, sheet.party) != (found.task.slug, origin.partition("/")[0]):
        return None
    return None if any(misfit(unit, found.task, found.codebook) for unit in sheet.units) else sheet


def _codings(origin: str, sheet: entries.Sheet) -> list[Coding]:
    party = origin.partition("/")[0]
    return [
        Coding(
            coder=f"{party}/{unit.coder}",
            party=party,
            span=Span(unit.document, topic(unit.proposition, unit.holder), unit.start, unit.end),
            proposition=unit.proposition,
            holder=unit.holder,
            stance=unit.stance,
            frame=unit.frame or "",
        )
        for unit in sheet.units
    ]


def _adjudicated(node: Node, found: CodingRound, parties: Sequence[str]) -> dict[str, Adjudicated]:
    """Return what was said of each unit, by the newest word of each party that seals in the round."""
    codes = sorted({origin.partition("/")[0] for origin in parties})
    with node.views.connect() as db:
        reports = queries.reports(db, entries.Adjudication)
    spoken: dict[str, list[Report]] = {}
    for report in reports:
        if report.fields["round"] == found.key and report.exercise == found.report.exercise:
            spoken.setdefault(report.fields["unit"], []).append(report)
    settled = {}
    for unit, said in spoken.items():
        words = {code: last for code in codes if (last := newest_of(said, code))}
        silent = tuple(code for code in codes if code not in words)
        answers = {(word.fields["stance"], word.fields.get("frame", "")) for word in words.values()}
        state: Settled = "recorded differently" if len(answers) > 1 else "awaiting" if silent else "settled"
        if words:
            settled[unit] = Adjudicated(unit, state, words, silent)
    return settled
