"""The texts of documents, and pointers into them, for systems that read documents of their own accord."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from comity.node.node import Node
    from comity.record.values import Locator

# Documents ask queries, so what they are asked here is fetched when it is asked.


def text_of(original: bytes) -> str:
    """Return the text of a document's exact original, of any format, on which every offset is counted."""
    from comity.perspectives.intake.isolated import text_of_bytes  # noqa: PLC0415 - see above

    return text_of_bytes(original)


def texts_of(node: Node, work: str) -> list[str]:
    """Return the texts of the documents of a work that this node holds, the newest first."""
    from comity.perspectives.documents import Texts  # noqa: PLC0415 - see above

    with node.views.connect() as db:
        texts = Texts(db, node.contents)
        return [text for report in texts.documents(work) if (text := texts.text(report)) is not None]


def pointer(text: str, start: int, end: int) -> Locator:
    """Return the locator of `text[start:end]`."""
    from comity.perspectives.locators import locate  # noqa: PLC0415 - see above

    return locate(text, start, end)
