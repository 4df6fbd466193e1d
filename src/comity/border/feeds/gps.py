"""Logs of satellite receivers: GPX 1.0 and 1.1, and the RMC sentences of NMEA 0183 by pynmea2.

GPX is read without a document type, without entities, and with nothing fetched; of a track its points and
their times are read, and no name, comment or author. Of NMEA only RMC says day, time and place together.
"""

from __future__ import annotations

import re
from typing import Any, Final

from comity.border.feeds.errors import DecoderMissingError, FeedError
from comity.border.feeds.messages import Heard, Said, lines, micros, velocity_of
from comity.border.sensors.times import read_instant

SIGMA: Final = 10.0
"""Metres: what a handheld receiver is off by under an open sky; forest and cliffs are worse."""
MOST_POINTS: Final = 1_000_000
NAMED: Final = frozenset({"name", "desc", "author", "email", "cmt", "link", "url", "urlname", "keywords"})
DEGREES: Final = re.compile(r"[-+]?\d{1,3}(?:\.\d{1,12})?", re.ASCII)
SENTENCE: Final = re.compile(r"\$[A-Z]{2}([A-Z]{3}),[\x20-\x7e]{0,100}\*[0-9A-Fa-f]{2}")


def read(data: bytes, kind: str = "unknown") -> Heard:
    """Return the places of a log.

    Args:
        data: GPX or NMEA, told by its first character.
        kind: Class of the object that carried the receiver.

    Raises:
        FeedError: it is GPX that cannot be read.
        DecoderMissingError: it is NMEA, and pynmea2 is not installed.
    """
    heard = Heard("gps")
    if data.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<"):
        _gpx(data, kind, heard)
    else:
        _nmea(data, kind, heard)
    return heard


def _gpx(data: bytes, kind: str, heard: Heard) -> None:
    from lxml import etree  # noqa: PLC0415 - NMEA needs none

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(data.lstrip(), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise FeedError(f"GPX: {error}") from error
    if root.getroottree().docinfo.doctype or _local(root) != "gpx":
        raise FeedError("GPX has no document type, and its root is gpx")
    for element in root.iter(etree.Element):
        name = _local(element)
        if name in NAMED:
            heard.left_out["names and identities"] += 1
        if name != "trkpt":
            continue
        heard.messages += 1
        if heard.messages > MOST_POINTS:
            raise FeedError(f"more than {MOST_POINTS} points")
        _point(element, kind, heard)


def _point(element: Any, kind: str, heard: Heard) -> None:
    lat, lon = element.get("lat", ""), element.get("lon", "")
    stamp = next((child.text or "" for child in element if _local(child) == "time"), "")
    raw = f"{lat[:40]} {lon[:40]} {stamp[:40]}"
    if DEGREES.fullmatch(lat) is None or DEGREES.fullmatch(lon) is None:
        heard.put_aside("not-a-number", "latitude or longitude is no number", raw)
        return
    try:
        time = read_instant(stamp.strip())
    except (ValueError, OverflowError) as error:
        heard.put_aside("stamp", str(error), raw)
        return
    heard.add(Said(time, float(lat), float(lon), kind, "", SIGMA), raw)


def _nmea(data: bytes, kind: str, heard: Heard) -> None:
    try:
        import pynmea2  # type: ignore[import-untyped]  # noqa: PLC0415 - an optional part
    except ImportError as error:
        raise DecoderMissingError("NMEA needs pynmea2") from error
    for line in lines(data, heard):
        form = SENTENCE.fullmatch(line)
        if form is None:
            heard.put_aside("malformed", "no sentence of NMEA 0183", line)
        elif form[1] != "RMC":
            heard.left_out[form[1]] += 1
        else:
            _fix(pynmea2, line, kind, heard)


def _fix(pynmea2: Any, line: str, kind: str, heard: Heard) -> None:
    try:
        found = pynmea2.parse(line, check=True)
        if found.status != "A":
            heard.put_aside("no-fix", "the receiver has no fix", line)
            return
        velocity = velocity_of(found.spd_over_grnd, found.true_course)
        lat, lon = round(found.latitude, 7), round(found.longitude, 7)
        one = Said(micros(found.datetime), lat, lon, kind, "", SIGMA, velocity)
    except pynmea2.ChecksumError:
        heard.put_aside("checksum", "its checksum is another", line)
    except Exception as error:  # noqa: BLE001 - whatever a decoder makes of noise, the next sentence is another
        heard.put_aside("malformed", f"{type(error).__name__}: {str(error)[:100]}", line)
    else:
        heard.add(one, line)


def _local(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]
