"""Tickets about differences: who follows one up, and whether it is open, explained, or settled by both words.

A ticket is named after what differs, so that both parties open the same one without agreeing on a number.
It never changes a record: a party that accepts another value records it, as a newer word of its own.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from comity.node.rows import newest_of
from comity.record.canonical import encode

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from comity.node.rows import Report

TicketState = Literal["open", "explained", "settled", "settled differently"]
_NAME: Final = b"comity/register/ticket/v1\n"


@dataclass(frozen=True, slots=True)
class Difference:
    """A field in which the parties' records of one thing differ.

    `readings` are (party, slug, value as canonical JSON), by party.
    """

    about: str
    field: str
    readings: tuple[tuple[str, str, str], ...]
    exercise: bool = False

    @property
    def slug(self) -> str:
        """The name of its ticket: it follows from kind, names and field, and not from the values."""
        names = sorted({slug for _, slug, _ in self.readings})
        digest = hashlib.sha256(_NAME + encode([self.about, self.field, *names])).hexdigest()
        return f"ticket-{digest[:16]}"


@dataclass(frozen=True, slots=True)
class TicketView:
    """A difference with its ticket, if there is one, and what each party says of it.

    `history` are all words that count, in order; `holds` says whether the records still differ;
    `readings_changed`, whether they differ otherwise than when the ticket was opened.
    """

    slug: str
    about: str
    field: str
    readings: tuple[tuple[str, str, str], ...]
    state: TicketState
    holds: bool
    readings_changed: bool
    owners: dict[str, str]
    words: dict[str, Report]
    opened: tuple[Report, ...]
    exercise: bool
    history: tuple[Report, ...] = ()


def differences(
    about: str,
    reports: Sequence[tuple[str, str, Mapping[str, Any]]],
    fields: Sequence[str],
    *,
    exercise: bool,
) -> list[Difference]:
    """Return the fields in which records of one thing differ; a field that one leaves out differs in nothing.

    Args:
        about: What the records are about, without its system: `meeting`.
        reports: (party, slug, content) of every record of the thing.
        fields: The fields that are compared.
        exercise: Whether the thing is fictional.
    """
    found = []
    for field in fields:
        said = [
            (party, slug, encode(_plain(content[field])).decode())
            for party, slug, content in reports
            if content.get(field) is not None
        ]
        if len({value for _, _, value in said}) > 1 and len({party for party, _, _ in said}) > 1:
            found.append(Difference(about, field, tuple(sorted(set(said))), exercise))
    return found


def views(
    found: Iterable[Difference], tickets: Iterable[Report], words: Iterable[Report], parties: Sequence[str]
) -> list[TicketView]:
    """Return every difference, and every ticket whose difference is gone, with what the parties say."""
    now = {difference.slug: difference for difference in found}
    opened: dict[str, list[Report]] = {}
    for report in tickets:
        opened.setdefault(report.fields["slug"], []).append(report)
    spoken: dict[str, list[Report]] = {}
    for report in words:
        spoken.setdefault(report.fields["ticket"], []).append(report)
    return [
        _view(slug, now.get(slug), opened.get(slug, []), spoken.get(slug, []), parties)
        for slug in sorted(now.keys() | opened.keys())
    ]


def _view(
    slug: str,
    difference: Difference | None,
    opened: list[Report],
    spoken: list[Report],
    parties: Sequence[str],
) -> TicketView:
    exercise = difference.exercise if difference else any(report.exercise for report in opened)
    # A fictional word counts for a fictional difference only, and a real one for a real one.
    opened = [report for report in opened if report.exercise == exercise]
    counted = [report for report in spoken if report.exercise == exercise and report.party in parties]
    words = {party: word for party in parties if (word := newest_of(counted, party))}
    then = {tuple(reading.values()) for report in opened for reading in report.fields["readings"]}
    first = opened[0].fields if opened else {}
    readings = difference.readings if difference else tuple(sorted(then))
    return TicketView(
        slug=slug,
        about=difference.about if difference else first.get("about", ""),
        field=difference.field if difference else first.get("field", ""),
        readings=readings,
        state=_state(words, parties),
        holds=difference is not None,
        readings_changed=bool(opened) and set(readings) != then,
        owners={report.party: report.fields["owner"] for report in opened},
        words=words,
        opened=tuple(opened),
        exercise=exercise,
        history=tuple(sorted(counted, key=lambda one: (one.claimed, one.origin, one.index))),
    )


def _state(words: Mapping[str, Report], parties: Sequence[str]) -> TicketState:
    said = {party: report.fields["word"] for party, report in words.items()}
    if parties and all(said.get(party) == "settled" for party in parties):
        outcomes = {report.fields.get("outcome") for report in words.values()}
        return "settled" if len(outcomes) == 1 else "settled differently"
    if any(word in ("explained", "settled") for word in said.values()):
        return "explained"
    return "open"


def _plain(value: Any) -> Any:
    """Return a value without what is no substance: the order of a list, the words for an actor."""
    if isinstance(value, list):
        return sorted((_plain(item) for item in value), key=encode)
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items() if key not in ("actor", "note")}
    return value
