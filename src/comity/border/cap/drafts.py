"""A warning as an officer writes it: each text in every language, everything else once.

{"sender": "hydromet.example", "sent": "2026-07-23T14:05:00+07:00", "status": "Exercise", "note": "drill 3",
 "category": ["Met"], "event": {"en": "Flood", "vi": "Lũ", "lo": "ນ້ຳຖ້ວມ"}, "urgency": "Immediate",
 "severity": "Severe", "certainty": "Likely", "expires": "2026-07-24T14:05:00+07:00",
 "areas": [{"description": {"en": "Lower Sekong"}, "circles": [[14.8, 106.8, 30]]}]}
"""

from __future__ import annotations

import secrets
import tomllib
from typing import TYPE_CHECKING, Annotated, Any, Final

import orjson
from pydantic import Field, StringConstraints, ValidationError

from comity.border.cap.model import Area, Info, Message, Named, Reference
from comity.border.errors import CapError
from comity.record.values import Text, Value

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

FIRST: Final = "en"
Word = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Pair = tuple[float, float]


class DraftReference(Value):
    """An earlier message.

    Attributes:
        sender: Who sent it.
        identifier: Its identifier.
        sent: When, as it says itself.
    """

    sender: Word
    identifier: Word
    sent: Word


class DraftArea(Value):
    """Where a warning holds.

    Attributes:
        description: In words, in every language.
        polygons: Closed rings of latitude and longitude.
        circles: Latitude, longitude and kilometres.
        geocodes: Codes by the name of their list.
    """

    description: Text
    polygons: list[list[Pair]] = Field(default_factory=list)
    circles: list[tuple[float, float, float]] = Field(default_factory=list)
    geocodes: dict[Word, Word] = Field(default_factory=dict)


class Draft(Value):
    """A warning before it is written.

    Attributes:
        identifier: Its name; drawn at random where none is given.
        sender: A name under which the sender is known to all.
        sent: When, with its offset; now where none is given.
        status: Actual, Exercise, System, Test or Draft.
        message_type: Alert, Update, Cancel, Ack or Error.
        scope: Public, Restricted or Private.
        source: The one who operates for the sender.
        restriction: For the scope Restricted.
        addresses: For the scope Private.
        note: What it is about; an exercise says which.
        references: What it updates or cancels.
        category: Kinds of event.
        event: What happens.
        response: What to do, in the standard's words.
        urgency: How soon.
        severity: How bad.
        certainty: How sure.
        effective: From when it holds.
        onset: When the event begins.
        expires: When it ends.
        sender_name: The sender as people call him.
        headline: In a line.
        description: In full.
        instruction: What to do.
        contact: Whom to ask.
        web: Where more stands.
        parameters: Values by name, such as the stage of a gauge.
        areas: Where.
    """

    identifier: Word | None = None
    sender: Word
    sent: Word | None = None
    status: Word = "Actual"
    message_type: Word = "Alert"
    scope: Word = "Public"
    source: Word | None = None
    restriction: Word | None = None
    addresses: Word | None = None
    note: Annotated[str, StringConstraints(max_length=2000)] = ""
    references: list[DraftReference] = Field(default_factory=list)
    category: list[Word] = Field(default_factory=lambda: ["Met"])
    event: Text | None = None
    response: list[Word] = Field(default_factory=list)
    urgency: Word = "Unknown"
    severity: Word = "Unknown"
    certainty: Word = "Unknown"
    effective: Word | None = None
    onset: Word | None = None
    expires: Word | None = None
    sender_name: Text | None = None
    headline: Text | None = None
    description: Text | None = None
    instruction: Text | None = None
    contact: Word | None = None
    web: Word | None = None
    parameters: dict[Word, Word] = Field(default_factory=dict)
    areas: list[DraftArea] = Field(default_factory=list)


def parse(data: bytes, *, toml: bool = False) -> Draft:
    """Read a draft from JSON or TOML.

    Raises:
        CapError: it is none; the message says where.
    """
    try:
        value: Any = tomllib.loads(data.decode("utf-8")) if toml else orjson.loads(data)
    except (orjson.JSONDecodeError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CapError(f"the draft cannot be read: {error}") from error
    return draft(value)


def draft(value: Mapping[str, Any]) -> Draft:
    """Read a draft from plain data.

    Raises:
        CapError: it is none.
    """
    try:
        return Draft.model_validate(value)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise CapError(f"draft, {'.'.join(map(str, first['loc']))}: {first['msg']}") from error


def message(given: Draft, now: datetime) -> Message:
    """Return the message of a draft, with one info block for each language of its event.

    Raises:
        CapError: a text lacks one of these languages: whoever reads that one would be warned of less.
    """
    sent = given.sent or now.astimezone().isoformat(timespec="seconds")
    # UTC is written -00:00 (CAP 1.2 section 3.3.2).
    sent = f"{sent[:-6]}-00:00" if sent.endswith("+00:00") else sent
    languages = sorted(given.event or {}, key=lambda code: (code != FIRST, code))
    return Message(
        identifier=given.identifier or f"{sent[:10]}-{secrets.token_hex(8)}",
        sender=given.sender,
        sent=sent,
        status=given.status,
        message_type=given.message_type,
        scope=given.scope,
        source=given.source or "",
        restriction=given.restriction or "",
        addresses=given.addresses or "",
        note=given.note,
        references=tuple(Reference(one.sender, one.identifier, one.sent) for one in given.references),
        infos=tuple(_info(given, language) for language in languages),
    )


def _info(given: Draft, language: str) -> Info:
    return Info(
        language=language,
        categories=tuple(given.category),
        event=_said(given.event, language, "event"),
        responses=tuple(given.response),
        urgency=given.urgency,
        severity=given.severity,
        certainty=given.certainty,
        effective=given.effective or "",
        onset=given.onset or "",
        expires=given.expires or "",
        sender_name=_said(given.sender_name, language, "sender_name"),
        headline=_said(given.headline, language, "headline"),
        description=_said(given.description, language, "description"),
        instruction=_said(given.instruction, language, "instruction"),
        contact=given.contact or "",
        web=given.web or "",
        parameters=tuple(Named(name, value) for name, value in given.parameters.items()),
        areas=tuple(
            Area(
                _said(one.description, language, "areas.description"),
                tuple(tuple(ring) for ring in one.polygons),
                tuple(((lat, lon), radius) for lat, lon, radius in one.circles),
                tuple(Named(name, value) for name, value in one.geocodes.items()),
            )
            for one in given.areas
        ),
    )


def _said(texts: Mapping[str, str] | None, language: str, name: str) -> str:
    if texts is None:
        return ""
    if language not in texts:
        raise CapError(f"draft, {name}: there is no text in {language}, and the event is named in it")
    return texts[language]
