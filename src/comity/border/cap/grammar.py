"""The form of a CAP 1.2 message: which elements, in which order, how often, with which values.

Written from the element tables of OASIS CAP 1.2 section 3.2 and its rules on times: the schema as code, so
that every finding names its place in words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from comity.border.cap import model
from comity.border.cap.model import NAMESPACE, SIGNATURE, Finding

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

DATE_TIME: Final = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}[-+]\d{2}:\d{2}", re.ASCII)
NUMBER: Final = r"-?\d+(?:\.\d+)?"
_PAIR: Final = rf"{NUMBER},{NUMBER}"
POLYGON: Final = re.compile(rf"{_PAIR}(?: {_PAIR}){{3,}}", re.ASCII)
CIRCLE: Final = re.compile(rf"{_PAIR} \d+(?:\.\d+)?", re.ASCII)
LANGUAGE: Final = re.compile(r"[a-zA-Z]{1,8}(?:-[a-zA-Z0-9]{1,8})*", re.ASCII)
NAME: Final = re.compile(r"[^\s,<&]+")


@dataclass(frozen=True, slots=True)
class Part:
    """One element inside another: how often, and what its text or its parts must be."""

    name: str
    least: int = 0
    most: int | None = 1
    words: tuple[str, ...] = ()
    pattern: re.Pattern[str] | None = None
    parts: tuple[Part, ...] = ()


def _one(name: str, **more: Any) -> Part:
    return Part(name, 1, 1, **more)


def _many(name: str, least: int = 0, **more: Any) -> Part:
    return Part(name, least, None, **more)


_PAIRED: Final = (_one("valueName"), _one("value"))
RESOURCE: Final = (
    _one("resourceDesc"),
    _one("mimeType"),
    Part("size", pattern=re.compile(r"-?\d+", re.ASCII)),
    Part("uri"),
    Part("derefUri"),
    Part("digest"),
)
AREA: Final = (
    _one("areaDesc"),
    _many("polygon", pattern=POLYGON),
    _many("circle", pattern=CIRCLE),
    _many("geocode", parts=_PAIRED),
    Part("altitude", pattern=re.compile(NUMBER, re.ASCII)),
    Part("ceiling", pattern=re.compile(NUMBER, re.ASCII)),
)
INFO: Final = (
    Part("language", pattern=LANGUAGE),
    _many("category", 1, words=model.CATEGORY),
    _one("event"),
    _many("responseType", words=model.RESPONSE),
    _one("urgency", words=model.URGENCY),
    _one("severity", words=model.SEVERITY),
    _one("certainty", words=model.CERTAINTY),
    Part("audience"),
    _many("eventCode", parts=_PAIRED),
    Part("effective", pattern=DATE_TIME),
    Part("onset", pattern=DATE_TIME),
    Part("expires", pattern=DATE_TIME),
    Part("senderName"),
    Part("headline"),
    Part("description"),
    Part("instruction"),
    Part("web"),
    Part("contact"),
    _many("parameter", parts=_PAIRED),
    _many("resource", parts=RESOURCE),
    _many("area", parts=AREA),
)
ALERT: Final = (
    _one("identifier", pattern=NAME),
    _one("sender", pattern=NAME),
    _one("sent", pattern=DATE_TIME),
    _one("status", words=model.STATUS),
    _one("msgType", words=model.MESSAGE),
    Part("source"),
    _one("scope", words=model.SCOPE),
    Part("restriction"),
    Part("addresses"),
    _many("code"),
    Part("note"),
    Part("references"),
    Part("incidents"),
    _many("info", parts=INFO),
)
EMPTY_ALLOWED: Final = frozenset({"derefUri", "value", "note", "description", "instruction"})


def check(root: Any) -> list[Finding]:
    """Return what is wrong with the form of a message; nothing where it is well formed.

    Args:
        root: The root element, as lxml gives it.
    """
    if root.tag != f"{{{NAMESPACE}}}alert":
        return [Finding("not-cap", "/", f"the root is {str(root.tag)[:80]}, not alert of CAP 1.2", form=True)]
    return list(_inside(root, ALERT, "alert", signed=True))


def _inside(element: Any, parts: tuple[Part, ...], place: str, *, signed: bool = False) -> Iterator[Finding]:
    """Check the children of an element against the parts, in their order."""
    known = {f"{{{NAMESPACE}}}{part.name}": number for number, part in enumerate(parts)}
    counts = [0] * len(parts)
    last = -1
    for child in element:
        if signed and child.tag == SIGNATURE:
            continue
        number = known.get(child.tag)
        if number is None:
            yield Finding("unknown-element", place, f"{str(child.tag)[:80]} does not belong here", form=True)
            continue
        if number < last:
            words = f"{parts[number].name} stands after {parts[last].name}"
            yield Finding("wrong-order", place, words, form=True)
        last = max(last, number)
        counts[number] += 1
        yield from _value(child, parts[number], f"{place}/{parts[number].name}[{counts[number]}]")
    for part, count in zip(parts, counts, strict=True):
        if count < part.least:
            yield Finding("missing-element", place, f"{part.name} is missing", form=True)
        if part.most is not None and count > part.most:
            yield Finding("repeated-element", place, f"{part.name} stands {count} times", form=True)
    if (element.text or "").strip() or any((child.tail or "").strip() for child in element):
        yield Finding("stray-text", place, "there is text between elements", form=True)


def _value(element: Any, part: Part, place: str) -> Iterator[Finding]:
    if part.parts:
        yield from _inside(element, part.parts, place)
        return
    if len(element):
        yield Finding("unknown-element", place, "no element belongs inside", form=True)
        return
    text = (element.text or "").strip()
    if not text:
        if part.name not in EMPTY_ALLOWED:
            yield Finding("empty-element", place, "it is empty", form=True)
    elif part.words and text not in part.words:
        words = f"{text[:40]!r} is none of {', '.join(part.words)}"
        yield Finding("unknown-word", place, words, form=True)
    elif part.pattern is not None and not part.pattern.fullmatch(text):
        yield Finding("malformed-value", place, _why(part)(text), form=True)


def _why(part: Part) -> Callable[[str], str]:
    if part.pattern is DATE_TIME:
        return lambda text: (
            f"{text[:40]!r}: a time is written 2026-07-23T14:05:00+07:00; Z is not allowed, UTC is -00:00"
        )
    if part.pattern is POLYGON:
        return lambda text: f"{text[:40]!r}: four pairs lat,lon at least, separated by one space"
    if part.pattern is CIRCLE:
        return lambda text: f"{text[:40]!r}: lat,lon and a radius in kilometres"
    return lambda text: f"{text[:40]!r} is not written as CAP 1.2 says"
