"""A CAP 1.2 message as plain data, and the words that the standard allows (OASIS CAP 1.2, section 3.2)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

NAMESPACE: Final = "urn:oasis:names:tc:emergency:cap:1.2"
SIGNATURE: Final = "{http://www.w3.org/2000/09/xmldsig#}Signature"

STATUS: Final = ("Actual", "Exercise", "System", "Test", "Draft")
MESSAGE: Final = ("Alert", "Update", "Cancel", "Ack", "Error")
SCOPE: Final = ("Public", "Restricted", "Private")
CATEGORY: Final = tuple(
    "Geo Met Safety Security Rescue Fire Health Env Transport Infra CBRNE Other".split()  # noqa: SIM905 - a line
)
RESPONSE: Final = tuple(
    "Shelter Evacuate Prepare Execute Avoid Monitor Assess AllClear None".split()  # noqa: SIM905 - a line
)
URGENCY: Final = ("Immediate", "Expected", "Future", "Past", "Unknown")
SEVERITY: Final = ("Extreme", "Severe", "Moderate", "Minor", "Unknown")
CERTAINTY: Final = ("Observed", "Likely", "Possible", "Unlikely", "Unknown")


@dataclass(frozen=True, slots=True)
class Reference:
    """An earlier message: its sender, identifier and time of sending, as that message gives them."""

    sender: str
    identifier: str
    sent: str


@dataclass(frozen=True, slots=True)
class Named:
    """A value under a name: an event code, a parameter, a geocode."""

    name: str
    value: str


Point = tuple[float, float]
"""Latitude and longitude, degrees, WGS 84, in this order."""


@dataclass(frozen=True, slots=True)
class Area:
    """Where: in words, and as closed rings, circles (centre and kilometres) and codes."""

    description: str
    polygons: tuple[tuple[Point, ...], ...] = ()
    circles: tuple[tuple[Point, float], ...] = ()
    geocodes: tuple[Named, ...] = ()
    altitude: str = ""
    ceiling: str = ""


@dataclass(frozen=True, slots=True)
class Resource:
    """A file that goes with the message; it is never fetched from here."""

    description: str
    mime_type: str
    uri: str = ""
    size: str = ""
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Info:
    """What, how urgent, how bad, how sure, when and where, in one language."""

    categories: tuple[str, ...]
    event: str
    urgency: str
    severity: str
    certainty: str
    language: str = "en-US"
    responses: tuple[str, ...] = ()
    audience: str = ""
    event_codes: tuple[Named, ...] = ()
    effective: str = ""
    onset: str = ""
    expires: str = ""
    sender_name: str = ""
    headline: str = ""
    description: str = ""
    instruction: str = ""
    web: str = ""
    contact: str = ""
    parameters: tuple[Named, ...] = ()
    resources: tuple[Resource, ...] = ()
    areas: tuple[Area, ...] = ()


@dataclass(frozen=True, slots=True)
class Message:
    """A CAP message; times are kept as written."""

    identifier: str
    sender: str
    sent: str
    status: str
    message_type: str
    scope: str
    source: str = ""
    restriction: str = ""
    addresses: str = ""
    codes: tuple[str, ...] = ()
    note: str = ""
    references: tuple[Reference, ...] = ()
    incidents: str = ""
    infos: tuple[Info, ...] = field(default=())

    @property
    def exercise(self) -> bool:
        """Whether the sender says that it is not for the world: an exercise, a test, a draft."""
        return self.status != "Actual"

    @property
    def reference(self) -> Reference:
        """How a later message names this one."""
        return Reference(self.sender, self.identifier, self.sent)

    @property
    def sent_at(self) -> datetime:
        """The time of sending, with its offset."""
        return datetime.fromisoformat(self.sent)


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong: a code, where, and in words; `form` is the schema's matter, otherwise its meaning's.

    A `doubt` is said and stops nothing; everything else puts the message aside.
    """

    code: str
    place: str
    words: str
    form: bool = False
    doubt: bool = False
