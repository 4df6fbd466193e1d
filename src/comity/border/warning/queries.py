"""Warnings on record, each with its message, its place in its chain, and the receipts of the other side.

with node.views.connect() as db:
    for view in warnings(db, now):
        print(view.slug, view.standing.state, [one.fields["office"] for one in view.receipts])
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from comity.border.cap.chain import standings
from comity.border.cap.reading import read
from comity.border.entries.warnings import Warning_, WarningReceipt
from comity.border.tables import PROJECTOR
from comity.record.canonical import unb64
from comity.record.errors import ComityError

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from comity.border.cap.chain import Standing
    from comity.border.cap.reading import Read
    from comity.node.rows import Report


@dataclass(frozen=True)
class Aside:
    """A receipt that does not count, and why: a code."""

    report: Report
    code: str


@dataclass(frozen=True)
class WarningView:
    """A warning as of now; `standing` is None where its message is put aside, `problems` say why."""

    report: Report
    read: Read
    problems: tuple[str, ...]
    standing: Standing | None
    receipts: tuple[Report, ...]
    aside: tuple[Aside, ...]

    @property
    def slug(self) -> str:
        """Its natural name; with the party it names the warning."""
        return str(self.report.fields["slug"])

    @property
    def party(self) -> str:
        """Whose warning it is."""
        return self.report.party

    @property
    def exercise(self) -> bool:
        """Whether it is fictional, by its class or by its own words."""
        said = self.read.message.exercise if self.read.message else True
        return self.report.exercise or said

    @property
    def sent(self) -> int | None:
        """When the message says that it was sent, milliseconds UTC."""
        message = self.read.message
        return None if message is None else int(message.sent_at.timestamp() * 1000)


def warnings(db: Connection, now: datetime) -> list[WarningView]:
    """Return every warning on record, the newest first."""
    receipts: dict[tuple[str, str], list[Report]] = defaultdict(list)
    for report in PROJECTOR.reports(db, WarningReceipt):
        receipts[report.fields["warning"]["origin"], report.fields["warning"]["id"]].append(report)
    held = [(report, _read(report)) for report in PROJECTOR.reports(db, Warning_)]
    problems = {(report.origin, report.id): _problems(report, found) for report, found in held}
    sound = [found.message for report, found in held if not problems[report.origin, report.id]]
    chain = {one.message.reference: one for one in standings((one for one in sound if one), now)}
    views = []
    for report, found in held:
        wrong = problems[report.origin, report.id]
        standing = chain.get(found.message.reference) if found.message and not wrong else None
        kept, aside = _receipts(report, receipts[report.origin, report.id])
        views.append(WarningView(report, found, wrong, standing, kept, aside))
    return sorted(views, key=lambda one: (one.sent or one.report.claimed, one.party, one.slug), reverse=True)


def _read(report: Report) -> Read:
    try:
        return read(unb64(report.fields["cap"]))
    except ComityError:
        return read(b"")


def _problems(report: Report, found: Read) -> tuple[str, ...]:
    """Return codes of what does not fit: between the fields and the message, or inside the message."""
    codes = [one.code for one in found.findings if not one.doubt]
    message, fields = found.message, report.fields
    if found.digest != fields["digest"]:
        codes.append("digest-differs")
    if message is not None:
        said = (message.identifier, message.sender, message.sent, message.status, message.message_type)
        names = ("identifier", "sender", "sent", "status", "message_type")
        if said != tuple(fields[name] for name in names):
            codes.append("fields-differ")
        if message.exercise != report.exercise:
            codes.append("class-differs")
    return tuple(codes)


def _receipts(warning: Report, given: list[Report]) -> tuple[tuple[Report, ...], tuple[Aside, ...]]:
    """Return the receipts that count, by party and place, and those that do not."""
    kept: list[Report] = []
    aside: list[Aside] = []
    for one in sorted(given, key=lambda report: (report.origin, report.index)):
        if one.party == warning.party:
            aside.append(Aside(one, "own-receipt"))
        elif one.fields["digest"] != warning.fields["digest"]:
            aside.append(Aside(one, "another-message"))
        else:
            kept.append(one)
    return tuple(kept), tuple(aside)
