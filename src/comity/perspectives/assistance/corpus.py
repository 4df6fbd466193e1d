"""The passages of the documents held at one moment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.perspectives import queries
from comity.perspectives.assistance.candidates import Candidates
from comity.perspectives.assistance.passages import Passage, passages_of
from comity.perspectives.assistance.reading import DOCUMENTS, quiet
from comity.perspectives.documents import Texts

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from comity.node.node import Node
    from comity.perspectives.assistance.encoder import Embeddings
    from comity.perspectives.assistance.reading import Progress


class Corpus:
    """The documents held at one moment: texts by record, passages, candidates."""

    def __init__(
        self, db: Connection, node: Node, embeddings: Embeddings, progress: Progress = quiet
    ) -> None:
        texts = Texts(db, node.contents)
        self.texts: dict[tuple[str, int], str] = {}
        passages: list[Passage] = []
        documents = queries.documents(db)
        for done, report in enumerate(documents):
            progress(DOCUMENTS, done, len(documents))
            text = texts.text(report)
            if text is not None:
                key = (report.origin, report.index)
                self.texts[key] = text
                passages += passages_of(report.fields["work"], key, text)
        self.passages = {(one.work, one.start, one.end): one for one in passages}
        self.candidates = Candidates(list(self.passages.values()), embeddings)

    @classmethod
    def of_nothing(cls) -> Corpus:
        """Return a corpus that holds no document."""
        made = cls.__new__(cls)
        made.texts, made.passages, made.candidates = {}, {}, Candidates([], None)
        return made


def documents_of(db: Connection) -> list[tuple[str, int]]:
    """Return the records of the documents held now: a corpus of others is an old one."""
    return [(report.origin, report.index) for report in queries.documents(db)]
