"""Embeddings a second against the bare matrix products of the same shapes, and how long candidates take.

The bare limit does, for the same batches, only the products that the encoder cannot do without: of every
layer the four dense ones. What is above it is attention, norms, activations, tokens and Python.
"""

from __future__ import annotations

import random
import time

import numpy as np

from bench.harness import Case, Variant, per_second
from comity.perspectives.assistance import tokens, weights
from comity.perspectives.assistance.candidates import Candidates
from comity.perspectives.assistance.encoder import Embeddings, embed
from comity.perspectives.assistance.passages import Passage
from comity.perspectives.assistance.stance import StanceModel

SENTENCES = 400
CORPUS = 2_000
WORDS = (
    "river",
    "border",
    "treaty",
    "committee",
    "gauge",
    "sides",
    "agreed",
    "meeting",
    "report",
    "water",
    "gate",
)
QUESTION = {"en": "Both sides agreed to review the protocol on the border river every year."}


def sentences(count, seed):
    """Sentences of 8 to 30 words, as prose has them; a model's speed does not depend on which words."""
    rng = random.Random(seed)
    return [" ".join(rng.choices(WORDS, k=rng.randint(8, 30))) + "." for _ in range(count)]


def products(texts):
    """Return work that does the dense products of `embed(texts)` and nothing else."""
    model = weights.load()
    rows = []
    for batch in tokens.batches(texts):
        size = batch.ids.size
        rows.append((np.ones((size, weights.WIDTH), "f4"), np.ones((size, 4 * weights.WIDTH), "f4")))

    def run():
        for narrow, wide in rows:
            for layer in model.layers:
                narrow @ layer.qkv
                narrow @ layer.out
                narrow @ layer.up
                wide @ layer.down

    return run


def cases():
    texts = sentences(SENTENCES, 1)
    bare = products(texts)
    yield Case(
        title=f"embeddings of {SENTENCES} sentences of 8 to 30 words",
        unit="sentences/s",
        variants=[
            Variant("bare matrix products of the same shapes", lambda: per_second(SENTENCES, bare)),
            Variant("embed, by length", lambda: per_second(SENTENCES, lambda: embed(texts)), 0.6),
            Variant("embed, one by one", lambda: per_second(50, lambda: [embed([t]) for t in texts[:50]])),
        ],
    )
    model = StanceModel(6, (), np.zeros((384, 2), "f4"), np.zeros(2, "f4"))
    pairs = [(QUESTION["en"], text) for text in texts[:50]]
    yield Case(
        title="stance of 50 pairs",
        unit="pairs/s",
        variants=[
            Variant("bare matrix products of the same shapes", _bare_pairs(pairs)),
            Variant("stance", lambda: per_second(50, lambda: model.probabilities(pairs)), 0.6),
        ],
    )
    yield candidates()


def _bare_pairs(pairs):
    run = products(pairs)
    return lambda: per_second(len(pairs), run)


def candidates():
    passages = [
        Passage("work", ("aa/hq", 0), text, "en", i, i + 1) for i, text in enumerate(sentences(CORPUS, 2))
    ]
    held = Candidates(passages, Embeddings())
    held.rank(QUESTION, 20)
    words = Candidates(passages, None)

    def timed(corpus):
        def run():
            start = time.perf_counter()
            corpus.rank(QUESTION, 20)
            return 1000 * (time.perf_counter() - start)

        return run

    return Case(
        title=f"20 candidates of {CORPUS:,} passages, embedded before",
        unit="ms",
        less_is_better=True,
        variants=[
            Variant("by words", timed(words)),
            Variant("by words and meaning", timed(held)),
        ],
    )
