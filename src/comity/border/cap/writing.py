"""A CAP 1.2 message as bytes: the same message gives the same bytes, and what is written reads back clean."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from lxml import etree

from comity.border.cap.model import NAMESPACE
from comity.border.cap.reading import read
from comity.border.errors import CapError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from comity.border.cap.model import Area, Info, Message, Named, Point, Resource

PLACES: Final = 6
"""Decimal places of a degree: about a tenth of a metre."""


def write(message: Message) -> bytes:
    """Return a message as UTF-8 bytes.

    Raises:
        CapError: it would not be a message that anybody accepts; the first reason is named.
    """
    root = etree.Element(f"{{{NAMESPACE}}}alert", nsmap={None: NAMESPACE})
    references = " ".join(f"{one.sender},{one.identifier},{one.sent}" for one in message.references)
    _put(
        root,
        ("identifier", message.identifier),
        ("sender", message.sender),
        ("sent", message.sent),
        ("status", message.status),
        ("msgType", message.message_type),
        ("source", message.source),
        ("scope", message.scope),
        ("restriction", message.restriction),
        ("addresses", message.addresses),
        *(("code", code) for code in message.codes),
        ("note", message.note),
        ("references", references),
        ("incidents", message.incidents),
    )
    for info in message.infos:
        _info(etree.SubElement(root, f"{{{NAMESPACE}}}info"), info)
    etree.indent(root)
    data: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8") + b"\n"
    found = read(data)
    wrong = [one for one in found.findings if not one.doubt]
    if wrong:
        raise CapError("; ".join(f"{one.place}: {one.words}" for one in wrong[:5]))
    return data


def _put(element: Any, *pairs: tuple[str, str]) -> None:
    for name, text in pairs:
        if text:
            try:
                etree.SubElement(element, f"{{{NAMESPACE}}}{name}").text = text
            except ValueError as error:
                raise CapError(f"{name}: {error}") from error


def _info(element: Any, info: Info) -> None:
    _put(
        element,
        ("language", info.language),
        *(("category", one) for one in info.categories),
        ("event", info.event),
        *(("responseType", one) for one in info.responses),
        ("urgency", info.urgency),
        ("severity", info.severity),
        ("certainty", info.certainty),
        ("audience", info.audience),
    )
    _pairs(element, "eventCode", info.event_codes)
    _put(
        element,
        ("effective", info.effective),
        ("onset", info.onset),
        ("expires", info.expires),
        ("senderName", info.sender_name),
        ("headline", info.headline),
        ("description", info.description),
        ("instruction", info.instruction),
        ("web", info.web),
        ("contact", info.contact),
    )
    _pairs(element, "parameter", info.parameters)
    for resource in info.resources:
        _resource(etree.SubElement(element, f"{{{NAMESPACE}}}resource"), resource)
    for area in info.areas:
        _area(etree.SubElement(element, f"{{{NAMESPACE}}}area"), area)


def _pairs(element: Any, name: str, items: Iterable[Named]) -> None:
    for one in items:
        _put(
            etree.SubElement(element, f"{{{NAMESPACE}}}{name}"), ("valueName", one.name), ("value", one.value)
        )


def _resource(element: Any, one: Resource) -> None:
    _put(
        element,
        ("resourceDesc", one.description),
        ("mimeType", one.mime_type),
        ("size", one.size),
        ("uri", one.uri),
        ("digest", one.digest),
    )


def _area(element: Any, area: Area) -> None:
    _put(element, ("areaDesc", area.description))
    _put(element, *(("polygon", " ".join(map(_pair, ring))) for ring in area.polygons))
    _put(element, *(("circle", f"{_pair(centre)} {_number(radius)}") for centre, radius in area.circles))
    _pairs(element, "geocode", area.geocodes)
    _put(element, ("altitude", area.altitude), ("ceiling", area.ceiling))


def _pair(point: Point | Sequence[float]) -> str:
    return f"{_number(point[0])},{_number(point[1])}"


def _number(value: float) -> str:
    text = f"{value:.{PLACES}f}".rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text
