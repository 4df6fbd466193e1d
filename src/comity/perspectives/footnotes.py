"""Footnotes and endnotes: lifted out of the running text, each with the place that calls it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.perspectives.entries.documents import Note
from comity.perspectives.pages import page_at, page_map

if TYPE_CHECKING:
    from collections.abc import Sequence

    from comity.perspectives.segments import Segment


def note_map(text: str, segments: Sequence[Segment]) -> tuple[Note, ...]:
    """Return the notes of a text in order.

    A mark may be used anew on every page: a note belongs to the nearest call of its mark on its page, or else
    to the nearest one before it.
    """
    pages = page_map(text)
    calls: dict[str, list[int]] = {}
    for segment in segments:
        for mark, at in segment.calls:
            calls.setdefault(mark, []).append(segment.place(min(at, len(segment.text) - 1)))
    notes = []
    for segment in segments:
        if segment.kind == "note":
            page = page_at(pages, segment.start)
            found = calls.get(segment.mark, [])
            here = [at for at in found if page is not None and page.start <= at < page.end]
            before = here or [at for at in found if at < segment.start] or found
            notes.append(
                Note(
                    mark=segment.mark[:20],
                    start=segment.start,
                    end=segment.end,
                    at=min(before, key=lambda at: abs(at - segment.start)) if before else None,
                )
            )
    return tuple(notes)
