"""The sentences of a document held here, for the search over everything a node may read."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from comity.node.node import Node
    from comity.node.system import Record


def sentences_of(node: Node, record: Record) -> Iterator[tuple[str, str, str]]:
    """Yield language, span (`start-end` in the document's text) and words of each sentence or phrase.

    Nothing is yielded where the original is not held: the record of a document travels without it.
    """
    from comity.perspectives.documents import text_kept  # noqa: PLC0415 - read when somebody searches
    from comity.perspectives.intake.sections import section_map  # noqa: PLC0415 - the same
    from comity.perspectives.languages import language_of  # noqa: PLC0415 - the same
    from comity.perspectives.segments import segment  # noqa: PLC0415 - the same
    from comity.perspectives.sentences import pieces  # noqa: PLC0415 - the same

    if record.content is None:
        return
    text = text_kept(node.contents, record.origin, record.content.fields)
    if text is None:
        return
    for part in segment(text, section_map(text)):
        language = language_of(part.text)
        for piece in pieces(part.text, language):
            start, end = part.span(piece.start, piece.end)
            yield language, f"{start}-{end}", part.text[piece.start : piece.end]
