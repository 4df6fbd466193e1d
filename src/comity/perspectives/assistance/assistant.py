"""The assistant of a node: its corpus, its model, its sample, kept in memory while nothing changes.

    assistant = Assistant(node)
    assistant.suggestions("the-proposition", alpha=0.1)

The stance model lies in the folder `stance-model` of the node. Everything kept is forgotten as soon as the
documents held here are others, so that what was erased is not kept either.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, Final

from comity.perspectives import queries
from comity.perspectives.assistance import artifact, sampling
from comity.perspectives.assistance.candidates import READ
from comity.perspectives.assistance.corpus import Corpus, documents_of
from comity.perspectives.assistance.encoder import Embeddings
from comity.perspectives.assistance.errors import AssistanceInputError, EncoderMissingError, StanceModelError
from comity.perspectives.assistance.reading import DOCUMENTS, PASSAGES, Reading, quiet
from comity.perspectives.assistance.suggestions import ALPHA, COUNT, Calibration, calibration, suggest
from comity.perspectives.entries import Proposition, Sample, Statement
from comity.perspectives.locators import locate

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection

    from comity.node.node import Node
    from comity.node.rows import Report
    from comity.perspectives.assistance.artifact import Artifact
    from comity.perspectives.assistance.reading import Progress
    from comity.perspectives.assistance.sampling import Coding, Place
    from comity.perspectives.assistance.suggestions import Suggestion

FOLDER: Final = "stance-model"
FEW_DOCUMENTS: Final = 4
FEW_PASSAGES: Final = 32
"""What a page waits for; more is read behind."""
MOST: Final = 100
"""Candidates in each language that one question gets at most."""


class Assistant:
    """Suggestions and samples for one node."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._lock = threading.Lock()
        self._held: tuple[Any, Corpus] | None = None
        self._embeddings = Embeddings()
        self._reading = Reading()
        self._model: tuple[Any, Artifact] | None = None

    @property
    def folder(self) -> Path:
        """Where the stance model of the node lies."""
        return self._node.folder.root / FOLDER

    def model(self) -> tuple[Artifact | None, str]:
        """Return the stance model, or None and why there is none."""
        try:
            stamp = (self.folder / artifact.CARD).stat().st_mtime_ns
            if self._model is None or self._model[0] != stamp:
                self._model = (stamp, artifact.read(self.folder))
        except FileNotFoundError:
            return None, "absent"
        except (StanceModelError, EncoderMissingError) as error:
            return None, str(error)
        return self._model[1], ""

    def suggestions(
        self,
        proposition: str,
        alpha: float | None = None,
        count: int = COUNT,
        *,
        wait: bool = True,
        progress: Progress = quiet,
    ) -> dict[str, Any]:
        """Return suggestions on a proposition as JSON data, with what they rest on.

        Without a level, that of the model's own calibration counts, else `ALPHA`. Who does not `wait` gets
        what there is: `reading` then says what is being read, and how far it is; until it is None passages
        are ranked by words alone, and while documents are read there are none.

        Raises:
            AssistanceInputError: the proposition is not on record, or alpha or the count is out of range.
        """
        if not 1 <= count <= MOST:
            raise AssistanceInputError(f"{count} candidates: from 1 to {MOST}")
        model, missing = self.model()
        chosen = model.level if model else None
        alpha = alpha if alpha is not None else chosen or ALPHA
        with self._node.views.connect() as db:
            texts = self._propositions(db)
            if proposition not in texts:
                raise AssistanceInputError(f"no proposition {proposition!r} is on record")
            corpus = self._corpus(db, progress) if wait else self._at_once(db)
            sample, coded = self._sample(db)
        if corpus.texts or wait:
            self._read(corpus, texts[proposition], progress, wait=wait)
        reading = None if wait else self._reading.now
        basis = calibration(model, coded, lambda place: _pair(place, texts, corpus))
        open_ = {place[1:] for place in sample if coded and not coded.enough}
        found = suggest(
            corpus.candidates,
            texts[proposition],
            model,
            basis,
            alpha=alpha,
            count=count,
            reserved=open_,
            meaning=reading is None,
        )
        return {
            "proposition": proposition,
            "text": texts[proposition],
            "alpha": alpha,
            "alpha_chosen": chosen,
            **self._state(basis, model, missing, corpus),
            "reading": reading,
            "suggestions": {
                language: [_suggestion(one, corpus) for one in ranked] for language, ranked in found.items()
            },
        }

    def state(self, *, wait: bool = True) -> dict[str, Any]:
        """Return the model, its calibration and the languages held, as JSON data; nothing is embedded."""
        model, missing = self.model()
        with self._node.views.connect() as db:
            texts = self._propositions(db)
            corpus = self._corpus(db) if wait else self._at_once(db)
            _, coded = self._sample(db)
        basis = calibration(model, coded, lambda place: _pair(place, texts, corpus))
        return {**self._state(basis, model, missing, corpus), "reading": self._reading.now}

    def draw(self, seed: int, size: int) -> Sample:
        """Return a random sample of the candidates of every proposition, as it is to be recorded.

        Raises:
            AssistanceInputError: there are fewer candidates than are to be drawn.
        """
        with self._node.views.connect() as db:
            texts, corpus = self._propositions(db), self._corpus(db)
        population = [
            (slug, one.passage.work, one.passage.start, one.passage.end)
            for slug, text in texts.items()
            for one in corpus.candidates.rank({READ: text.get(READ, "")}, COUNT).get(READ, [])
        ]
        drawn = sampling.draw(population, size, seed)
        items = [
            {"proposition": slug, "cite": {"work": work, "locator": _locator(corpus, (work, start, end))}}
            for slug, work, start, end in drawn.items
        ]
        return Sample.model_validate(
            {
                "slug": f"sample-{seed}-{drawn.population}",
                "seed": seed,
                "method": sampling.METHOD,
                "population": drawn.population,
                "population_digest": drawn.population_digest,
                "items": items,
            }
        )

    def _corpus(self, db: Connection, progress: Progress = quiet) -> Corpus:
        key = documents_of(db)
        with self._lock:
            if self._held is None or self._held[0] != key:
                corpus = Corpus(db, self._node, self._embeddings, progress)
                self._embeddings.keep(one.text for one in corpus.passages.values())
                self._held = (key, corpus)
            return self._held[1]

    def _at_once(self, db: Connection) -> Corpus:
        """Return the corpus if it is there, or soon; else one of nothing, and begin to read the documents."""
        key, held = documents_of(db), self._held
        if held is not None and held[0] == key:
            return held[1]
        if len(key) <= FEW_DOCUMENTS and self._reading.now is None:
            return self._corpus(db)
        self._reading.begin(DOCUMENTS, len(key), self._gather)
        return Corpus.of_nothing()

    def _gather(self, progress: Progress) -> None:
        with self._node.views.connect() as db:
            self._corpus(db, progress)

    def _read(self, corpus: Corpus, question: dict[str, str], progress: Progress, *, wait: bool) -> None:
        """Embed what the question needs, or have it done behind where it takes long and nobody waits."""
        if corpus.candidates.encoder_missing:
            return
        wanted = corpus.candidates.embedded(question)
        missing = self._embeddings.missing(wanted)
        if wait or missing <= FEW_PASSAGES:
            self._embed(corpus, wanted, progress)
        else:
            self._reading.begin(PASSAGES, missing, lambda told: self._embed(corpus, wanted, told))

    def _embed(self, corpus: Corpus, wanted: list[str], progress: Progress) -> None:
        try:
            self._embeddings.of(wanted, progress)
        except EncoderMissingError:
            corpus.candidates.encoder_missing = True

    def _sample(self, db: Connection) -> tuple[list[Place], Coding | None]:
        """Return the newest sample of this party and how far it is coded."""
        mine = [one for one in queries.reports(db, Sample) if one.origin == self._node.origin]
        if not mine:
            return [], None
        places = [_place(item) for item in max(mine, key=lambda one: one.index).fields["items"]]
        return places, sampling.coding(places, (one.fields for one in queries.reports(db, Statement)))

    @staticmethod
    def _propositions(db: Connection) -> dict[str, dict[str, str]]:
        found: list[Report] = queries.reports(db, Proposition)
        return {one.fields["slug"]: one.fields["text"] for one in found}

    @staticmethod
    def _state(basis: Calibration, model: Artifact | None, missing: str, corpus: Corpus) -> dict[str, Any]:
        coded = basis.coding
        return {
            "basis": basis.basis,
            "wanting": basis.wanting,
            "sample": None
            if coded is None
            else {
                "drawn": coded.drawn,
                "coded": coded.coded,
                "with_side": len(coded.sides),
                "without_side": coded.without_side,
                "apart": coded.apart,
            },
            "model": None
            if model is None
            else {"sha256": model.digest, "report": model.card["report"], "data": model.card["data"]},
            "model_missing": missing,
            "encoder_missing": corpus.candidates.encoder_missing,
            "languages": corpus.candidates.languages,
        }


def _suggestion(one: Suggestion, corpus: Corpus) -> dict[str, Any]:
    passage, said = one.candidate.passage, one.prediction
    return {
        "work": passage.work,
        "passage": passage.text,
        "language": passage.language,
        "document": list(passage.document),
        "locator": _locator(corpus, (passage.work, passage.start, passage.end)),
        "score": one.candidate.score,
        "ranked_by": one.candidate.ranked,
        "stance": None if said is None else said.answer,
        "fits": None if said is None else list(said.labels),
        "abstained": "" if said is None else said.abstained,
        "silent": one.silent,
    }


def _locator(corpus: Corpus, place: tuple[str, int, int]) -> dict[str, Any]:
    passage = corpus.passages[place]
    found = locate(corpus.texts[passage.document], passage.start, passage.end)
    return found.model_dump(exclude_none=True)


def _place(item: dict[str, Any]) -> Place:
    cite = item["cite"]
    return (item["proposition"], cite["work"], cite["locator"]["start"], cite["locator"]["end"])


def _pair(place: Place, texts: dict[str, dict[str, str]], corpus: Corpus) -> tuple[str, str] | None:
    """Return proposition and passage of a place, or None where the document is no longer held."""
    passage = corpus.passages.get(place[1:])
    text = texts.get(place[0], {}).get(READ)
    return None if passage is None or text is None else (text, passage.text)
