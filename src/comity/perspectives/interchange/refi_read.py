"""Reads a REFI-QDA project of any program: its text sources, its codes, and what is coded where.

Positions are code points by the standard; some programs count UTF-16 units or the two characters of a Windows
line end. A selection's name usually begins with its passage, so a reading of the positions is taken when the
passage it gives agrees with the name, and the first that does wins; otherwise code points are taken as said.
What is not text (pictures, sound, film) is named as a problem and left.
"""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from lxml import etree

from comity.perspectives.interchange.model import Coded, InterchangeError, Problem, Read
from comity.perspectives.interchange.refi import INTERNAL, NAMESPACE, NOTE, PROJECT, SOURCES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MOST_BYTES: Final = 256 * 1024 * 1024
"""Unpacked bytes beyond which a project is refused."""
_TEXTLESS: Final = ("PictureSource", "PDFSource", "AudioSource", "VideoSource")
_SHORTEST_NAME: Final = 8


def read(data: bytes) -> Read:
    """Read a project: a .qdpx file, or the bare XML of a .qde file.

    Raises:
        InterchangeError: it is neither, is damaged, or unpacks to too much.
    """
    files = _unpack(data)
    root = _parse(files.get(PROJECT) or next((v for k, v in files.items() if k.endswith(".qde")), b""))
    project = _Project(root, files)
    return Read(tuple(project.coded()), tuple(project.problems))


def _unpack(data: bytes) -> dict[str, bytes]:
    if not data.startswith(b"PK"):
        return {PROJECT: data}
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            size = sum(entry.file_size for entry in packed.infolist())
            if size > MOST_BYTES:
                raise InterchangeError(f"the project unpacks to {size} bytes, at most {MOST_BYTES} are read")
            kept = [name for name in packed.namelist() if name.endswith((".qde", ".txt"))]
            return {name: packed.read(name) for name in kept}
    except (zipfile.BadZipFile, RuntimeError, EOFError, NotImplementedError) as error:
        raise InterchangeError(f"the project cannot be unpacked: {error}") from error


def _parse(data: bytes) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise InterchangeError(f"the project's XML is damaged: {error}") from error
    if root.tag != f"{{{NAMESPACE}}}Project":
        raise InterchangeError(f"the root is {root.tag}, not a Project of {NAMESPACE}")
    return root


@dataclass(frozen=True)
class _Place:
    start: int
    end: int
    quote: str


class _Project:
    def __init__(self, root: etree._Element, files: dict[str, bytes]) -> None:
        self._root, self._files = root, files
        self.problems: list[Problem] = []
        self._users = {_key(user): user.get("name", "") for user in _all(root, "Users/User")}
        self._codes = dict(self._code_paths(root.find(_path("CodeBook/Codes")), ()))
        self._notes = {_key(note): note for note in _all(root, "Notes/Note")}

    def coded(self) -> Iterator[Coded]:
        for name in _TEXTLESS:
            for source in _all(self._root, f"Sources/{name}"):
                self._tell(source, f"a {name} holds no plain text; its codings are left")
        for source in _all(self._root, "Sources/TextSource"):
            text = self._text(source)
            for selection in _all(source, "PlainTextSelection"):
                yield from self._selection(source, text, selection)

    def _code_paths(
        self, parent: etree._Element | None, above: tuple[str, ...]
    ) -> Iterator[tuple[str, tuple[str, ...]]]:
        for code in [] if parent is None else _all(parent, "Code"):
            path = (*above, code.get("name", ""))
            yield _key(code), path
            yield from self._code_paths(code, path)

    def _text(self, source: etree._Element) -> str | None:
        inline = source.find(_path("PlainTextContent"))
        if inline is not None and inline.text:
            return str(inline.text)
        path = (source.get("plainTextPath") or "").removeprefix(INTERNAL)
        data = self._files.get(SOURCES + path) or self._files.get(path)
        if data is None:
            return None
        try:
            return data.decode("utf-8-sig")
        except UnicodeDecodeError:
            self._tell(source, f"its text {path} is not UTF-8")
            return None

    def _selection(
        self, source: etree._Element, text: str | None, selection: etree._Element
    ) -> Iterator[Coded]:
        place = _place(selection, text)
        if place is None:
            self._tell(selection, "its positions lie outside the text, or are none")
            return
        fields = self._fields(selection)
        quote = fields.pop("quote", None)
        said = quote if isinstance(quote, dict) else {}
        for coding in _all(selection, "Coding"):
            reference = coding.find(_path("CodeRef"))
            path = self._codes.get("" if reference is None else _bare(reference.get("targetGUID", "")))
            if path is None:
                self._tell(selection, "its coding names a code that the codebook does not hold")
                continue
            user = coding.get("creatingUser") or selection.get("creatingUser") or ""
            yield Coded(
                name=str(fields.get("slug", "")),
                work=source.get("name", ""),
                start=place.start,
                end=place.end,
                quote=place.quote or str(said.get("exact", "")),
                code=path,
                coder=self._users.get(_bare(user), ""),
                fields=fields,
                prefix=str(said.get("prefix", "")),
                suffix=str(said.get("suffix", "")),
                kept=bool(said),
            )

    def _fields(self, selection: etree._Element) -> dict[str, Any]:
        for reference in _all(selection, "NoteRef"):
            note = self._notes.get(_bare(reference.get("targetGUID", "")))
            content = None if note is None else note.find(_path("PlainTextContent"))
            if note is None or content is None or not note.get("name", "").startswith(NOTE):
                continue
            try:
                fields = json.loads(content.text or "")
            except ValueError:
                self._tell(note, "the fields in it are not JSON")
                continue
            if isinstance(fields, dict):
                return fields
        return {}

    def _tell(self, element: etree._Element, what: str) -> None:
        self.problems.append(Problem(element.get("name") or _key(element) or "an unnamed item", what))


def _place(selection: etree._Element, text: str | None) -> _Place | None:
    start, end = _number(selection, "startPosition"), _number(selection, "endPosition")
    if start is None or end is None or not 0 <= start < end:
        return None
    if text is None:
        return _Place(start, end, "")
    named = " ".join((selection.get("name") or "").split())
    readings = [reading(text, start, end) for reading in _READINGS]
    for found in readings:
        if found and len(named) >= _SHORTEST_NAME and _agrees(found.quote, named):
            return found
    return readings[0]


def _agrees(quote: str, named: str) -> bool:
    folded = " ".join(quote.split())
    return folded.startswith(named.removesuffix("...").removesuffix("\u2026")) or named.startswith(folded)


def _code_points(text: str, start: int, end: int) -> _Place | None:
    return _Place(start, end, text[start:end]) if end <= len(text) else None


def _utf16(text: str, start: int, end: int) -> _Place | None:
    units = text.encode("utf-16-le")
    try:
        before = units[: 2 * start].decode("utf-16-le")
        quote = units[2 * start : 2 * end].decode("utf-16-le")
    except UnicodeDecodeError:
        return None
    return _Place(len(before), len(before) + len(quote), quote)


def _windows_lines(text: str, start: int, end: int) -> _Place | None:
    if "\r" in text:
        return None
    counted = text.replace("\n", "\r\n")
    if end > len(counted):
        return None
    first = start - counted.count("\r", 0, start)
    last = end - counted.count("\r", 0, end)
    return _Place(first, last, text[first:last])


_READINGS: Final[tuple[Callable[[str, int, int], _Place | None], ...]] = (
    _code_points,
    _utf16,
    _windows_lines,
)


def _number(element: etree._Element, name: str) -> int | None:
    value = (element.get(name) or "").strip()
    return int(value) if value.isascii() and value.isdigit() else None


def _all(parent: etree._Element, path: str) -> list[etree._Element]:
    return list(parent.findall(_path(path)))


def _path(path: str) -> str:
    return "/".join(f"{{{NAMESPACE}}}{name}" for name in path.split("/"))


def _key(element: etree._Element) -> str:
    return _bare(element.get("guid") or "")


def _bare(value: str) -> str:
    return value.strip().strip("{}").lower()
