"""The audit of a document's citations, from its text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.perspectives.citations.checks import check, share_findings
from comity.perspectives.citations.listing import entries_of, listed, noted, section_of_references
from comity.perspectives.citations.model import Audit, Instance
from comity.perspectives.citations.origins import origins_of, shares_of
from comity.perspectives.citations.paper import Lines, Paper
from comity.perspectives.citations.resolve import Resolver
from comity.perspectives.citations.scan import Scanner
from comity.perspectives.intake.sections import section_map
from comity.perspectives.segments import segment

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from comity.perspectives.citations.model import Reference
    from comity.perspectives.segments import Segment


def audit(text: str, works: Sequence[Mapping[str, object]] = ()) -> Audit:
    """Return the citations of a document and what does not fit.

    Args:
        text: NFC text of the document, as intake makes it.
        works: Fields of works on record; where one is the work of a reference, its recorded origin counts.
    """
    sections = section_map(text)
    segments = segment(text, sections)
    where = entries_of(segments, section_of_references(text, segments))
    notes = {index: (start, end, found) for index, start, end, found in noted(segments, where)}
    in_list = list(listed(segments, where))
    resolver = Resolver([*in_list, *(_known(found, in_list) for _, _, found in notes.values())])
    lines = Lines(text)
    instances = tuple(_instances(segments, where, notes, resolver, lines))
    references = (*in_list, *(_known(found, in_list) for _, _, found in notes.values()))
    origins = origins_of(references, works)
    shares = shares_of(references, instances, origins)
    paper = Paper(segments, sections, where, references, instances, resolver, lines)
    findings = [*check(paper), *share_findings(shares)]
    return Audit(instances, references, tuple(findings), shares, origins)


def _known(found: Reference, in_list: Sequence[Reference]) -> Reference:
    """Return a note's reference under the key of the same work in the list, where it is there."""
    from dataclasses import replace  # noqa: PLC0415 - for notes only

    match = Resolver(in_list)
    same = match.find(" and ".join(" ".join(name.words) for name in found.names), found.year)
    return replace(found, key=same.key) if same.quality > 1 else found


def _instances(
    segments: Sequence[Segment],
    where: frozenset[int],
    notes: Mapping[int, tuple[int, int, Reference]],
    resolver: Resolver,
    lines: Lines,
) -> list[Instance]:
    running = " ".join(piece.text for index, piece in enumerate(segments) if index not in where)
    scanner = Scanner(resolver, running)
    instances = []
    for index, piece in enumerate(segments):
        if index in where or piece.kind in {"heading", "code"}:
            continue
        text = piece.text
        if index in notes:
            start, end, _ = notes[index]
            text = text[:start] + " " * (end - start) + text[end:]
        for found in scanner.scan(text, note=piece.kind == "note"):
            start, end = piece.span(found.start, found.end)
            instances.append(
                Instance(
                    raw=" ".join(piece.text[found.start : found.end].split()),
                    key=found.match.key,
                    pages=found.pages,
                    line=lines.at(start),
                    start=start,
                    end=end,
                    resolved=found.match.quality > 0 and not found.match.candidates,
                    segment=index,
                    at=found.start,
                    candidates=found.match.candidates,
                )
            )
    return instances
