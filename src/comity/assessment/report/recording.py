"""A report on record: who printed it, who derived the same content, and whether a file is one of these.

A party records the digests of the files, under its own name in its own log. The other one, which derives the
same content from the same entries, records the same digests: then both stand by the very file.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from comity.assessment.entries.report import SessionReport
from comity.assessment.report import METHOD
from comity.assessment.report.errors import ReportDiffersError
from comity.assessment.report.sheets import content_of, sheet
from comity.assessment.sessions import queries
from comity.assessment.sessions.recording import append, header, read
from comity.assessment.tables import PROJECTOR
from comity.record.canonical import b64

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from comity.node.node import Node
    from comity.node.rows import Report


def file_of(form: str, data: bytes) -> dict[str, Any]:
    """Return what is recorded of a file."""
    return {"form": form, "digest": digest(data), "octets": len(data)}


def digest(data: bytes) -> str:
    """Return SHA-256 of a file, base64."""
    return b64(hashlib.sha256(data).digest())


@dataclass(frozen=True)
class Printed:
    """What was printed: a session, one of its stages, in which languages."""

    key: str
    stage: str
    languages: str


def record(node: Node, what: Printed, files: Sequence[Mapping[str, Any]], author: str) -> dict[str, Any]:
    """Record the digests of files that say what this node derives; a second time nothing is appended.

    Returns:
        Origin and index of the record, and the digest of the content.

    Raises:
        SessionError: a field is not as it should be.
        SessionStepError: the session has no such stage.
    """
    found = sheet(node, what.key, what.stage, what.languages)
    view = queries.find(node, what.key)
    fields = {
        "session": view.model.slug,
        "asked": view.digest,
        "stage": what.stage,
        "languages": found["languages"],
        "content": content_of(found),
        "files": [dict(one) for one in files],
        "method": METHOD,
    }
    for one in _of(node, view.digest):
        if one.origin == node.origin and one.fields == fields:
            return {"origin": one.origin, "index": one.index, "content": fields["content"]}
    head = header(
        node,
        author,
        {"marking": view.model.joint_marking, "exercise": view.exercise},
        view.parties.values(),
    )
    (index,) = append(node, [read(SessionReport, fields)], head)
    return {"origin": node.origin, "index": index, "content": fields["content"]}


def check(node: Node, file: str) -> dict[str, Any]:
    """Say whose record a file is.

    Args:
        node: The node.
        file: SHA-256 of its bytes, base64.

    Returns:
        `recorded`, the records that name it, and the session, stage and languages that they name.
    """
    with node.views.connect() as db:
        found = PROJECTOR.reports(db, SessionReport)
    named = [one for one in found if any(each["digest"] == file for each in one.fields["files"])]
    first = named[0].fields if named else {}
    return {
        "digest": file,
        "recorded": bool(named),
        "parties": sorted({one.party for one in named}),
        "records": [_json(one) for one in named],
        **{name: first.get(name) for name in ("session", "asked", "stage", "languages", "content")},
    }


def cosign(node: Node, file: str, author: str) -> dict[str, Any]:
    """Record a file that another party printed, once this node derives the same content.

    Raises:
        ReportDiffersError: nobody recorded it, or the content is another one here.
    """
    told = check(node, file)
    if not told["recorded"]:
        raise ReportDiffersError(f"no party recorded a file of the digest {file}")
    named = told["records"][0]
    key = next(one.key for one in queries.sessions(node) if one.digest == named["fields"]["asked"])
    what = Printed(key, named["fields"]["stage"], ",".join(named["fields"]["languages"]))
    content = content_of(sheet(node, what.key, what.stage, what.languages))
    if content != named["fields"]["content"]:
        raise ReportDiffersError(
            f"this node derives the content {content}, the report says {told['content']}"
        )
    record(node, what, named["fields"]["files"], author)
    return check(node, file)


def listing(node: Node, key: str) -> list[dict[str, Any]]:
    """Return the reports on record of a session."""
    return [_json(one) for one in _of(node, queries.find(node, key).digest)]


# --- inside ---


def _of(node: Node, asked: str) -> list[Report]:
    with node.views.connect() as db:
        found = PROJECTOR.reports(db, SessionReport)
    return [one for one in found if one.fields["asked"] == asked]


def _json(one: Report) -> dict[str, Any]:
    return {
        "party": one.party,
        "origin": one.origin,
        "index": one.index,
        "exercise": one.exercise,
        "fields": one.fields,
    }
