"""Documents held here: taking one in, and following locators to their passages.

The record of a document says what was taken in (digest, pages, sections) and stays with the party that owns
it unless it is released; the exact original lies encrypted in the vault, named by its SHA-256. Offsets are
always those of `intake.document_text` of that original.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, Protocol

from comity.node.sealing import draft_from_json
from comity.perspectives import queries
from comity.perspectives.entries import Document, Finding, Statement
from comity.perspectives.entries.parts import TextQuote
from comity.perspectives.intake import document_text
from comity.perspectives.intake.isolated import take_in_apart
from comity.perspectives.locators import Folded, Resolution, fold
from comity.perspectives.quotes import resolve_quoted
from comity.record.canonical import b64, unb64
from comity.record.keyring import Retention
from comity.record.values import Locator

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection

    from comity.node.node import Node
    from comity.node.rows import Report
    from comity.perspectives.intake import TakenIn
    from comity.record.content import Blob


OWN: Final = "TLP:AMBER"
"""The marking under which a document taken in stays with the party that owns it."""
RETENTION: Final = "working"
NOT_HELD: Final = "no document of this work is held here"
NO_PASSAGE: Final = "it names no passage"


class Blobs(Protocol):
    """Where originals are kept: `comity.record.content.ContentStore`."""

    def put_blob(self, origin: str, data: bytes, retention: Retention) -> Blob:
        """Store an original, return what names it."""
        ...

    def get_blob(self, origin: str, digest: bytes) -> bytes | None:
        """Return an original, or None."""
        ...


@dataclass(frozen=True)
class Pointing:
    """Where the locator of one record leads.

    `state` is exact, moved or orphan; `passage` is the text found, `document` the record of the document it
    was found in, `reason` why there is none.
    """

    kind: str
    slug: str
    report: Report
    work: str
    state: Literal["exact", "moved", "orphan"]
    reason: str = ""
    passage: str = ""
    start: int = 0
    end: int = 0
    document: Report | None = None


def describe(work: str, taken: TakenIn, name: str = "") -> dict[str, Any]:
    """Return the fields of the record of a document: what it is, not what it says."""
    fields = {
        "work": work,
        "sha256": taken.sha256,
        "media_type": taken.media_type,
        "length": len(taken.text),
        "pages": [page.model_dump() for page in taken.pages],
        "sections": [section.model_dump() for section in taken.sections],
        "blob": taken.sha256,  # the vault names an original by the SHA-256 of its bytes, too
        "name": unicodedata.normalize("NFC", name)[-200:] or None,
        "method": taken.method,
        "text": b64(hashlib.sha256(taken.text.encode()).digest()) if taken.derived else None,
        "notes": [note.model_dump(exclude_none=True) for note in taken.notes],
        "languages": [share.model_dump() for share in taken.languages],
    }
    return {key: value for key, value in fields.items() if value is not None and value != ""}


def keep(blobs: Blobs, origin: str, original: bytes, taken: TakenIn, retention: str = RETENTION) -> None:
    """Keep the exact original in the vault, and beside it the text that a reader of its format made."""
    until = Retention.parse(retention)
    blobs.put_blob(origin, original, until)
    if taken.derived:
        blobs.put_blob(origin, taken.text.encode(), until)


def hold(blobs: Blobs, origin: str, work: str, original: bytes, retention: str) -> Document:
    """Keep the exact original in the vault of `origin` and return the content that says so.

    Raises:
        IntakeError: the bytes are no document.
    """
    taken = take_in_apart(original)
    document = Document.model_validate(describe(work, taken))
    keep(blobs, origin, original, taken, retention)
    return document


def take(node: Node, work: str, original: bytes, author: str, name: str = "") -> dict[str, Any]:
    """Keep a document in the vault and its record in the log; taken in before, nothing is added.

    Without a work, the work is named after the file, and the same bytes are the same document whatever their
    file is called.

    Returns:
        `origin`, `index` and `sha256` of the document's record, and whether it is `new`.

    Raises:
        IntakeError: the bytes are no document.
        DraftError: the work or the author is not named as it must be.
    """
    digest = b64(hashlib.sha256(original).digest())
    known = held(node, digest, work)
    if known is not None:
        return known
    taken = take_in_apart(original)
    fields = describe(work or work_of(name, digest), taken, name)
    header = {"author": author, "marking": OWN, "basis": "document held", "retention": RETENTION}
    draft = draft_from_json({**header, "kind": Document.kind, "fields": fields}, node.registry)
    keep(node.contents, node.origin, original, taken)
    receipt = node.append([draft])[0]
    return {
        "origin": node.origin,
        "sha256": digest,
        "index": receipt.index,
        "new": True,
        "work": fields["work"],
    }


def held(node: Node, digest: str, work: str = "") -> dict[str, Any] | None:
    """Return what names a document held already, of a work where one is given, else None."""
    with node.views.connect() as db:
        for report in queries.documents(db):
            same = report.fields["sha256"] == digest and work in {"", report.fields["work"]}
            if same and report.origin == node.origin:
                named = {"origin": node.origin, "sha256": digest, "index": report.index, "new": False}
                return {**named, "work": report.fields["work"]}
    return None


def work_of(name: str, digest: str) -> str:
    """Return a slug for a work that is known by its file only: name and start of its digest."""
    plain = unicodedata.normalize("NFKD", name.rpartition("/")[2].rpartition(".")[0] or name)
    letters = plain.casefold().replace("đ", "d").encode("ascii", "ignore").decode()
    slug = re.sub(r"[^a-z0-9]+", "-", letters).strip("-")[:40].strip("-")
    return f"{slug or 'document'}-{unb64(digest, 32).hex()[:8]}"


def works_on_record(node: Node) -> list[dict[str, Any]]:
    """Return the fields of every work on record."""
    with node.views.connect() as db:
        return [report.fields for report in queries.works(db).values()]


def text_held(blobs: Blobs, document: Report) -> str | None:
    """Return the NFC text of a document, or None where it is not held."""
    return text_kept(blobs, document.origin, document.fields)


def text_kept(blobs: Blobs, origin: str, fields: Mapping[str, Any]) -> str | None:
    """Return the text that the record of a document names: as it was kept, or made anew of a text file.

    No reader of another format runs here: a file of such a format has its text kept beside it.
    """
    kept = fields.get("text")
    found = blobs.get_blob(origin, unb64(kept or fields["blob"], 32))
    if found is None:
        return None
    return found.decode() if kept else document_text(found)


class Texts:
    """The texts of the documents held here, each read, decrypted and folded once."""

    def __init__(self, db: Connection, blobs: Blobs) -> None:
        self._blobs = blobs
        self._read: dict[str, tuple[str, Folded] | None] = {}
        self._of_work: dict[str, list[Report]] = {}
        for report in queries.documents(db):
            self._of_work.setdefault(report.fields["work"], []).insert(0, report)

    def documents(self, work: str) -> list[Report]:
        """Return the documents of a work, the newest first."""
        return self._of_work.get(work, [])

    def text(self, document: Report) -> str | None:
        """Return the NFC text of a document, or None where its original is not held."""
        found = self._entry(document)
        return found[0] if found else None

    def resolve(self, fields: Mapping[str, Any]) -> tuple[Resolution, Report | None]:
        """Return where the citation of a record leads, by its locator and its quote, and in which document.

        Args:
            fields: `cite`, with a locator, and `quote` where the coder kept one.
        """
        work, quote = fields["cite"]["work"], fields.get("quote")
        locator = Locator.model_validate(fields["cite"]["locator"])
        words = TextQuote.model_validate(quote) if quote else None
        outcome = Resolution("orphan", reason=NOT_HELD)
        for document in self.documents(work):
            found = self._entry(document)
            if found is None:
                continue
            outcome = resolve_quoted(found[0], locator, words, folded=found[1])
            if outcome.state != "orphan":
                return outcome, document
        return outcome, None

    def _entry(self, document: Report) -> tuple[str, Folded] | None:
        key = f"{document.origin} {document.fields['blob']}"
        if key not in self._read:
            text = text_held(self._blobs, document)
            self._read[key] = None if text is None else (text, fold(text))
        return self._read[key]


def point_all(db: Connection, blobs: Blobs) -> list[Pointing]:
    """Follow the locator of every statement and of every authors' finding, one outcome a record."""
    texts = Texts(db, blobs)
    return [
        _point(texts, kind.kind, report)
        for kind in (Statement, Finding)
        for report in queries.reports(db, kind)
    ]


def _point(texts: Texts, kind: str, report: Report) -> Pointing:
    cite: dict[str, Any] = report.fields["cite"]
    slug = report.fields.get("slug") or report.fields["proposition"]
    if "locator" not in cite:
        return Pointing(kind, slug, report, cite["work"], "orphan", NO_PASSAGE)
    found, document = texts.resolve(report.fields)
    if document is None:
        return Pointing(kind, slug, report, cite["work"], "orphan", found.reason)
    text = texts.text(document) or ""
    return Pointing(
        kind=kind,
        slug=slug,
        report=report,
        work=cite["work"],
        state=found.state,
        passage=text[found.start : found.end],
        start=found.start,
        end=found.end,
        document=document,
    )
