"""Writes a REFI-QDA project (.qdpx), version 1.5 of the standard, for other programs of qualitative work.

Propositions are codes, stances the codes below them; a selection has one coding; a note carries the fields
for which the standard has no place, as JSON. Positions count code points of the plain text, which lies in the
project only where the caller gives it.
"""

from __future__ import annotations

import io
import json
import zipfile
from typing import TYPE_CHECKING, Final

from lxml import etree

from comity.perspectives.interchange.model import Coded, guid

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

NAMESPACE: Final = "urn:QDA-XML:project:1.0"
PROJECT: Final = "project.qde"
SOURCES: Final = "sources/"
INTERNAL: Final = "internal://"
"""The scheme of a path inside the project (REFI-QDA 1.5, 8.3)."""
NOTE: Final = "comity.statement"
_NAME: Final = 80
_STAMP: Final = (1980, 1, 1, 0, 0, 0)


def write(title: str, coded: Sequence[Coded], texts: Mapping[str, str], codes: Mapping[str, str]) -> bytes:
    """Return a project as a zip file, the same bytes for the same content.

    Args:
        title: Name of the project.
        coded: The coded passages.
        texts: Plain text by work, for the works whose text goes with the project.
        codes: What a code means, by the first part of its path.
    """
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as project:
        _store(project, PROJECT, etree.tostring(_project(title, coded, texts, codes), **_XML))
        for work in sorted({item.work for item in coded} & texts.keys()):
            _store(project, f"{SOURCES}{guid('source', work)}.txt", texts[work].encode())
    return packed.getvalue()


_XML: Final = {"xml_declaration": True, "encoding": "UTF-8", "pretty_print": True}


def _store(project: zipfile.ZipFile, name: str, data: bytes) -> None:
    entry = zipfile.ZipInfo(name, _STAMP)  # a fixed time: what has not changed makes no other file
    entry.compress_type = zipfile.ZIP_DEFLATED
    project.writestr(entry, data)


def _project(
    title: str, coded: Sequence[Coded], texts: Mapping[str, str], codes: Mapping[str, str]
) -> etree._Element:
    root = etree.Element(_tag("Project"), {"name": title, "origin": "Comity"}, nsmap={None: NAMESPACE})
    users = sorted({item.coder for item in coded})
    if users:
        parent = _add(root, "Users")
        for name in users:
            _add(parent, "User", guid=guid("user", name), name=name)
    paths = _paths(coded)
    if paths:
        _codebook(_add(_add(root, "CodeBook"), "Codes"), paths, codes)
        sources = _add(root, "Sources")
        for work in sorted({item.work for item in coded}):
            _source(sources, work, [item for item in coded if item.work == work], work in texts)
        notes = _add(root, "Notes")
        for item in coded:
            note = _add(notes, "Note", guid=_note(item), name=f"{NOTE}: {item.name}")
            content = json.dumps(item.fields | _quote(item), ensure_ascii=False, sort_keys=True)
            _add(note, "PlainTextContent").text = content
    return root


def _paths(coded: Iterable[Coded]) -> list[tuple[str, ...]]:
    return sorted({item.code[: depth + 1] for item in coded for depth in range(len(item.code))})


def _codebook(parent: etree._Element, paths: list[tuple[str, ...]], codes: Mapping[str, str]) -> None:
    made: dict[tuple[str, ...], etree._Element] = {(): parent}
    for path in paths:
        element = _add(made[path[:-1]], "Code", guid=guid("code", *path), name=path[-1], isCodable="true")
        if len(path) == 1 and path[0] in codes:
            _add(element, "Description").text = codes[path[0]]
        made[path] = element


def _source(parent: etree._Element, work: str, coded: list[Coded], with_text: bool) -> None:
    source = _add(parent, "TextSource", guid=guid("source", work), name=work)
    if with_text:
        source.set("plainTextPath", f"{INTERNAL}{guid('source', work)}.txt")
    for item in sorted(coded, key=lambda item: (item.start, item.end, item.name)):
        selection = _add(
            source,
            "PlainTextSelection",
            guid=guid("selection", item.name, item.coder),
            name=item.quote[:_NAME] or item.name,
            startPosition=str(item.start),
            endPosition=str(item.end),
            creatingUser=guid("user", item.coder),
        )
        coding = _add(
            selection,
            "Coding",
            guid=guid("coding", item.name, item.coder),
            creatingUser=guid("user", item.coder),
        )
        _add(coding, "CodeRef", targetGUID=guid("code", *item.code))
        _add(selection, "NoteRef", targetGUID=_note(item))


def _quote(item: Coded) -> dict[str, dict[str, str]]:
    """Return the words of the passage where the statement keeps them; the standard has no place for these."""
    said = {"exact": item.quote, "prefix": item.prefix, "suffix": item.suffix}
    return {"quote": {name: words for name, words in said.items() if words}} if item.kept else {}


def _note(item: Coded) -> str:
    return guid("note", item.name, item.coder)


def _add(parent: etree._Element, tag: str, **attributes: str) -> etree._Element:
    return etree.SubElement(parent, _tag(tag), attributes)


def _tag(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"
