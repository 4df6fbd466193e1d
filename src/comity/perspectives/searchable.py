"""The sentences of a document held here, for the search over everything a node may read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.record.canonical import unb64

if TYPE_CHECKING:
    from collections.abc import Iterator

    from comity.node.node import Node
    from comity.node.system import Record

DIGEST_BYTES = 32


def sentences_of(node: Node, record: Record) -> Iterator[tuple[str, str, str]]:
    """Yield language, span (`start-end` in the document's text) and words of each sentence or phrase.

    Nothing is yielded where the original is not held: the record of a document travels without it.
    """
    from comity.perspectives.intake import document_text  # noqa: PLC0415 - read when somebody searches
    from comity.perspectives.intake.sections import section_map  # noqa: PLC0415 - the same
    from comity.perspectives.languages import language_of  # noqa: PLC0415 - the same
    from comity.perspectives.segments import segment  # noqa: PLC0415 - the same
    from comity.perspectives.sentences import pieces  # noqa: PLC0415 - the same

    if record.content is None:
        return
    original = node.contents.get_blob(record.origin, unb64(record.content.fields["blob"], DIGEST_BYTES))
    if original is None:
        return
    text = document_text(original)
    for part in segment(text, section_map(text)):
        language = language_of(part.text)
        for piece in pieces(part.text, language):
            start, end = part.span(piece.start, piece.end)
            yield language, f"{start}-{end}", part.text[piece.start : piece.end]
