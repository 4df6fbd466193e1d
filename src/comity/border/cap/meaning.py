"""The meaning of a CAP message: what the schema cannot say, from OASIS CAP 1.2 section 3.2 and plain sense.

A message that is valid to the schema can still be wrong: an update of nothing, an end before the beginning, a
ring that is open, latitude and longitude swapped.
"""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from comity.border.cap.grammar import DATE_TIME, NAME
from comity.border.cap.model import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from comity.border.cap.model import Area, Info, Message, Point

SKEW: Final = timedelta(minutes=5)
FOLLOWS: Final = frozenset({"Update", "Cancel", "Ack", "Error"})
LATITUDE: Final = 90.0
LONGITUDE: Final = 180.0
EARLIEST_YEAR: Final = 1990


def check(message: Message, *, now: datetime | None = None) -> Iterator[Finding]:
    """Yield what is wrong with the meaning of a well-formed message, and what is doubtful."""
    yield from _times(message, now)
    yield from _addressed(message)
    yield from _references(message)
    yield from _status(message)
    if message.message_type in {"Alert", "Update"} and not message.infos:
        yield Finding("no-info", "alert", "it warns of nothing: there is no info")
    languages = Counter((one.language, one.event) for one in message.infos)
    for (language, event), count in languages.items():
        if count > 1:
            words = f"{count} info blocks in {language} for {event[:40]!r}"
            yield Finding("repeated-language", "alert", words, doubt=True)
    for number, info in enumerate(message.infos, start=1):
        yield from _info(message, info, f"alert/info[{number}]")


def moment(text: str) -> datetime | None:
    """Return a time as CAP writes it, None where no calendar or clock has it."""
    if not DATE_TIME.fullmatch(text):
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if abs(found.utcoffset() or timedelta()) <= timedelta(hours=14) else None


def _times(message: Message, now: datetime | None) -> Iterator[Finding]:
    sent = moment(message.sent)
    if sent is None:
        yield Finding("no-such-time", "alert/sent", f"{message.sent}: no clock shows this")
    elif now is not None and sent > now.astimezone(UTC) + SKEW:
        yield Finding("sent-in-the-future", "alert/sent", f"{message.sent} has not come yet")
    elif sent.year < EARLIEST_YEAR:
        yield Finding("sent-too-early", "alert/sent", f"{message.sent} is before there was such a message")


def _addressed(message: Message) -> Iterator[Finding]:
    for scope, text, name in (
        ("Restricted", message.restriction, "restriction"),
        ("Private", message.addresses, "addresses"),
    ):
        if message.scope == scope and not text:
            yield Finding(f"no-{name}", "alert", f"the scope {scope} needs {name}")
        if message.scope != scope and text:
            words = f"{name} stands in a message of scope {message.scope}"
            yield Finding(f"needless-{name}", f"alert/{name}", words, doubt=name == "addresses")


def _references(message: Message) -> Iterator[Finding]:
    if message.message_type in FOLLOWS and not message.references:
        words = f"{message.message_type} needs references: sender,identifier,sent of what it follows"
        yield Finding("no-references", "alert", words)
    sent = moment(message.sent)
    for number, one in enumerate(message.references, start=1):
        place = f"alert/references[{number}]"
        then = moment(one.sent)
        if not NAME.fullmatch(one.sender) or not NAME.fullmatch(one.identifier) or then is None:
            yield Finding("bad-reference", place, "a reference is sender,identifier,sent with its offset")
        elif one == message.reference:
            yield Finding("refers-to-itself", place, "it names itself")
        elif sent is not None and then > sent:
            yield Finding("refers-to-later", place, f"{one.identifier} was sent after this message")
    if message.message_type == "Alert" and message.references:
        words = "a first alert follows nothing; an Update would"
        yield Finding("alert-with-references", "alert/references", words, doubt=True)


def _status(message: Message) -> Iterator[Finding]:
    if message.status == "Exercise" and not message.note:
        yield Finding("exercise-without-note", "alert/note", "an exercise says in note which one it is")
    if message.message_type == "Error" and not message.note:
        yield Finding("error-without-note", "alert/note", "an Error says in note what was wrong")


def _info(message: Message, info: Info, place: str) -> Iterator[Finding]:
    yield from _span(message, info, place)
    if info.web and not urlsplit(info.web).scheme:
        yield Finding("relative-address", f"{place}/web", "web is a full address", doubt=True)
    for number, one in enumerate(info.resources, start=1):
        if one.digest and not re.fullmatch(r"[0-9a-fA-F]{40}|[0-9a-fA-F]{64}", one.digest):
            words = "digest is a hexadecimal SHA-1"
            yield Finding("bad-digest", f"{place}/resource[{number}]/digest", words)
    for number, area in enumerate(info.areas, start=1):
        yield from _area(area, f"{place}/area[{number}]")
    if not info.areas and message.message_type in {"Alert", "Update"}:
        yield Finding("no-area", place, "nothing says where", doubt=True)


def _span(message: Message, info: Info, place: str) -> Iterator[Finding]:
    given = {"effective": info.effective, "onset": info.onset, "expires": info.expires}
    at = {name: moment(text) for name, text in given.items()}
    for name, text in given.items():
        if text and at[name] is None:
            yield Finding("no-such-time", f"{place}/{name}", f"{text}: no clock shows this")
    if not info.expires and message.message_type in {"Alert", "Update"}:
        yield Finding("no-expires", place, "nothing says when it ends", doubt=True)
    expires = at["expires"]
    for name, begun in (
        ("sent", moment(message.sent)),
        ("effective", at["effective"]),
        ("onset", at["onset"]),
    ):
        if expires is not None and begun is not None and expires <= begun:
            yield Finding(f"expires-before-{name}", f"{place}/expires", f"it ends at or before {name}")
            return


def _area(area: Area, place: str) -> Iterator[Finding]:
    if area.ceiling and not area.altitude:
        yield Finding("ceiling-without-altitude", place, "a ceiling needs an altitude")
    if area.ceiling and area.altitude and float(area.ceiling) < float(area.altitude):
        yield Finding("ceiling-below-altitude", place, "the ceiling lies below the altitude")
    for number, ring in enumerate(area.polygons, start=1):
        where = f"{place}/polygon[{number}]"
        if ring[0] != ring[-1]:
            yield Finding("open-polygon", where, "its last point is not its first")
        elif len(set(ring)) < 3:  # noqa: PLR2004 - a triangle
            yield Finding("flat-polygon", where, "it has fewer than three corners")
        yield from _points(ring, where)
    for number, (centre, radius) in enumerate(area.circles, start=1):
        where = f"{place}/circle[{number}]"
        yield from _points([centre], where)
        if radius > 20_037:  # noqa: PLR2004 - half the girth of the earth, kilometres
            yield Finding(
                "radius", where, f"a radius of {radius:g} km goes round the earth; is it in metres?"
            )


def _points(points: tuple[Point, ...] | list[Point], place: str) -> Iterator[Finding]:
    """Yield points that lie on no globe, and say where swapping latitude and longitude would mend it."""
    wrong = [one for one in points if abs(one[0]) > LATITUDE or abs(one[1]) > LONGITUDE]
    if not wrong:
        return
    mended = all(abs(one[1]) <= LATITUDE and abs(one[0]) <= LONGITUDE for one in points)
    words = f"{wrong[0][0]:g},{wrong[0][1]:g} is no latitude and longitude"
    if mended:
        yield Finding("swapped-coordinates", place, words + "; CAP writes latitude first")
    else:
        yield Finding("no-such-place", place, words)
