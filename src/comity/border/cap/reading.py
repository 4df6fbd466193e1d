"""A CAP file read safely: a size limit, no document type, no entities, nothing fetched; then its form.

    read(data)     # Read(message, findings, digest, signed)

A message with a finding that is no mere doubt is put aside with its reasons. An XML signature inside is told
here and checked by `signing`; between the parties it is the seal of the record around these bytes that
counts.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from lxml import etree

from comity.border.cap import grammar, meaning
from comity.border.cap.model import (
    NAMESPACE,
    SIGNATURE,
    Area,
    Finding,
    Info,
    Message,
    Named,
    Reference,
    Resource,
)
from comity.border.errors import CapError
from comity.record.canonical import b64

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from pathlib import Path

MAX_BYTES: Final = 256 * 1024
MAX_ELEMENTS: Final = 5_000


@dataclass(frozen=True, slots=True)
class Read:
    """What a file holds.

    Attributes:
        message: None where it has no form to read it by.
        findings: Everything that is wrong with it, form first.
        digest: SHA-256 of the bytes, base64.
        signed: Whether an XML signature is inside; `signing` checks it.
    """

    message: Message | None
    findings: tuple[Finding, ...]
    digest: str
    signed: bool = False

    @property
    def accepted(self) -> bool:
        """Whether nothing but doubts was found."""
        return self.message is not None and all(one.doubt for one in self.findings)


def load(path: Path) -> bytes:
    """Return the bytes of a file.

    Raises:
        CapError: it cannot be read, or is too large.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise CapError(f"{path}: {error.strerror}") from error
    if len(data) > MAX_BYTES:
        raise CapError(f"{path}: more than {MAX_BYTES} bytes")
    return data


def read(data: bytes, *, now: datetime | None = None) -> Read:
    """Read a CAP message; whatever is wrong comes back as findings.

    Args:
        data: The bytes of the file.
        now: To find what was sent in the future, or has expired.
    """
    digest = b64(hashlib.sha256(data).digest())
    try:
        root = tree(data)
    except CapError as error:
        return Read(None, (Finding("unreadable", "/", str(error), form=True),), digest)
    findings = grammar.check(root)
    signed = root.find(SIGNATURE) is not None
    if findings:
        return Read(None, tuple(findings), digest, signed)
    message = _message(root)
    found = list(meaning.check(message, now=now))
    if signed:
        words = "an XML signature is inside; `cap verify` says what it is worth"
        found.append(Finding("xml-signature", "alert", words, doubt=True))
    return Read(message, tuple(found), digest, signed)


def tree(data: bytes) -> Any:
    """Return the root element of a file, read safely.

    Raises:
        CapError: it is too large, no XML, in another encoding than UTF-8, or declares a document type.
    """
    if len(data) > MAX_BYTES:
        raise CapError(f"more than {MAX_BYTES} bytes")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CapError(f"not UTF-8 at byte {error.start}") from error
    said = re.match(r"<\?xml[^>]*encoding=[\"']([A-Za-z0-9._-]+)", text)
    if said and said[1].lower() not in {"utf-8", "utf8", "us-ascii"}:
        raise CapError(f"it says that it is {said[1][:20]}, and only UTF-8 is read")
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise CapError("it declares a document type or entities, and none is read")
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(text.encode(), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise CapError(f"not well-formed XML: {error}") from error
    if sum(1 for _ in root.iter()) > MAX_ELEMENTS:
        raise CapError(f"more than {MAX_ELEMENTS} elements")
    return root


def _text(element: Any, name: str) -> str:
    return (element.findtext(f"{{{NAMESPACE}}}{name}") or "").strip()


def _texts(element: Any, name: str) -> tuple[str, ...]:
    return tuple((one.text or "").strip() for one in element.findall(f"{{{NAMESPACE}}}{name}"))


def _named(element: Any, name: str) -> tuple[Named, ...]:
    found = element.findall(f"{{{NAMESPACE}}}{name}")
    return tuple(Named(_text(one, "valueName"), _text(one, "value")) for one in found)


def _message(root: Any) -> Message:
    references = tuple(reference(text) for text in _text(root, "references").split())
    return Message(
        identifier=_text(root, "identifier"),
        sender=_text(root, "sender"),
        sent=_text(root, "sent"),
        status=_text(root, "status"),
        message_type=_text(root, "msgType"),
        scope=_text(root, "scope"),
        source=_text(root, "source"),
        restriction=_text(root, "restriction"),
        addresses=_text(root, "addresses"),
        codes=_texts(root, "code"),
        note=_text(root, "note"),
        references=references,
        incidents=_text(root, "incidents"),
        infos=tuple(_info(one) for one in root.findall(f"{{{NAMESPACE}}}info")),
    )


def reference(text: str) -> Reference:
    """Return `sender,identifier,sent`; parts that are not there are empty, for the meaning to find."""
    parts = [*text.split(","), "", "", ""]
    return Reference(parts[0], parts[1], ",".join(part for part in parts[2:] if part))


def _info(element: Any) -> Info:
    return Info(
        categories=_texts(element, "category"),
        event=_text(element, "event"),
        urgency=_text(element, "urgency"),
        severity=_text(element, "severity"),
        certainty=_text(element, "certainty"),
        language=_text(element, "language") or "en-US",
        responses=_texts(element, "responseType"),
        audience=_text(element, "audience"),
        event_codes=_named(element, "eventCode"),
        effective=_text(element, "effective"),
        onset=_text(element, "onset"),
        expires=_text(element, "expires"),
        sender_name=_text(element, "senderName"),
        headline=_text(element, "headline"),
        description=_text(element, "description"),
        instruction=_text(element, "instruction"),
        web=_text(element, "web"),
        contact=_text(element, "contact"),
        parameters=_named(element, "parameter"),
        resources=tuple(_resource(one) for one in element.findall(f"{{{NAMESPACE}}}resource")),
        areas=tuple(_area(one) for one in element.findall(f"{{{NAMESPACE}}}area")),
    )


def _resource(element: Any) -> Resource:
    return Resource(
        _text(element, "resourceDesc"),
        _text(element, "mimeType"),
        _text(element, "uri"),
        _text(element, "size"),
        _text(element, "digest"),
    )


def _area(element: Any) -> Area:
    circles = (text.split(" ") for text in _texts(element, "circle"))
    return Area(
        _text(element, "areaDesc"),
        tuple(_points(text.split(" ")) for text in _texts(element, "polygon")),
        tuple((_points([pair])[0], float(radius)) for pair, radius in circles),
        _named(element, "geocode"),
        _text(element, "altitude"),
        _text(element, "ceiling"),
    )


def _points(pairs: Iterable[str]) -> tuple[tuple[float, float], ...]:
    found = []
    for pair in pairs:
        first, _, second = pair.partition(",")
        found.append((float(first), float(second)))
    return tuple(found)
