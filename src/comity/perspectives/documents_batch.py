"""Many documents taken in by a node: opened here, or running elsewhere on this machine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from comity.node.sealing import draft_from_json
from comity.perspectives import queries
from comity.perspectives.documents import OWN, RETENTION, describe, keep, work_of
from comity.perspectives.entries import Document
from comity.perspectives.intake.batch import Outcome, read_all, refused
from comity.perspectives.intake.errors import IntakeError
from comity.perspectives.intake.isolated import read_file
from comity.record.errors import ComityError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from comity.node.commands.access import Remote
    from comity.node.node import Node
    from comity.perspectives.intake.batch import Read

GROUP: Final = 25
"""Documents whose records are appended together."""


def take_all(node: Node, paths: Sequence[Path], author: str) -> Iterator[Outcome]:
    """Take in files; yield what became of each, in order, once it is on record."""
    with node.views.connect() as db:
        known = {
            report.fields["sha256"]: (report.fields["work"], report.index)
            for report in queries.documents(db)
            if report.origin == node.origin
        }
    group: list[Read] = []
    for found in read_all(paths, set(known)):
        group.append(found)
        if len(group) >= GROUP:
            yield from _record(node, group, author, known)
            group = []
    yield from _record(node, group, author, known)


def _record(
    node: Node, group: list[Read], author: str, known: dict[str, tuple[str, int]]
) -> Iterator[Outcome]:
    """Record what was read of a group, and yield its outcomes in order."""
    header = {"author": author, "marking": OWN, "basis": "document held", "retention": RETENTION}
    drafts, fresh = [], []
    for found in group:
        if found.taken is not None:
            fields = describe(work_of(found.path.name, found.sha256), found.taken, found.path.name)
            drafts.append(draft_from_json({**header, "kind": Document.kind, "fields": fields}, node.registry))
            keep(node.contents, node.origin, found.original, found.taken)
            fresh.append((found.sha256, fields["work"]))
    receipts = node.append(drafts) if drafts else []
    for (digest, work), receipt in zip(fresh, receipts, strict=True):
        known[digest] = (work, receipt.index)
    new = {digest for digest, _ in fresh}
    for found in group:
        if found.refusal is not None:
            yield refused(found.path, found.refusal)
        else:
            work, index = known[found.sha256]
            state = "new" if found.sha256 in new and found.taken is not None else "held"
            yield Outcome(found.path, state, found.sha256, work, index)  # type: ignore[arg-type]


def send_all(node: Remote, paths: Sequence[Path], author: str) -> Iterator[Outcome]:
    """Send files to a running node, one after the other; yield what became of each."""
    for path in paths:
        try:
            original = read_file(path)
            reply: dict[str, Any] = node.send(
                "perspectives/documents", original, work="", author=author, name=path.name
            )
        except IntakeError as error:
            yield refused(path, error)
        except ComityError as error:
            yield Outcome(path, "refused", code=error.code, message=str(error), advice=error.advice)
        else:
            state = "new" if reply["new"] else "held"
            yield Outcome(path, state, reply["sha256"], reply["work"], reply["index"])  # type: ignore[arg-type]
