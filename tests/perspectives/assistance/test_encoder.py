"""The encoder in numpy against values made by another path, and against what texts can be."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from comity.perspectives.assistance import encoder, forward, tokens, weights
from comity.perspectives.assistance.errors import EncoderMissingError

GOLDEN = json.loads(Path(__file__).with_name("golden.json").read_text(encoding="utf-8"))


def test_embeddings_are_those_of_another_implementation():
    found = encoder.embed(GOLDEN["texts"])
    assert np.abs(found[:, :12] - np.array(GOLDEN["embeddings"])).max() <= 1e-4
    assert np.abs(found @ found.T - np.array(GOLDEN["cosines"])).max() <= 1e-4


def test_pairs_go_through_the_layers_as_there():
    (batch,) = tokens.batches([tuple(pair) for pair in GOLDEN["pairs"]])
    assert set(batch.segments[0]) == {0, 1}
    model = weights.load()
    hidden = forward.embed_tokens(model, batch.ids, batch.segments)
    pooled = forward.run_layers(model.layers, hidden).mean(axis=1)
    assert np.abs(pooled[:, :12] - np.array(GOLDEN["pooled"])).max() <= 1e-4


def test_neither_company_nor_order_changes_an_embedding():
    texts = [f"The gate at marker {n} was {'opened ' * (n % 5)}again." for n in range(40)]
    whole = encoder.embed(texts)
    assert np.abs(encoder.embed(texts[::-1])[::-1] - whole).max() <= 1e-5
    assert np.abs(encoder.embed(texts[7:8])[0] - whole[7]).max() <= 1e-5


def test_empty_oversized_and_broken_texts_have_embeddings_of_length_one():
    texts = ["", " \n", "word " * 100_000, "\ud800 lone surrogate", "\x00\x01", "ກ" * 10_000, "🙂" * 500]
    found = encoder.embed([text.encode("utf-8", "replace").decode() for text in texts])
    assert np.isfinite(found).all()
    assert np.abs(np.linalg.norm(found, axis=1) - 1).max() <= 1e-5
    assert encoder.embed([]).shape == (0, 384)


def test_a_long_text_is_cut_where_the_model_ends():
    (batch,) = tokens.batches(["word " * 5000])
    assert batch.ids.shape == (1, tokens.LONGEST)


def test_what_was_seen_is_not_computed_again_and_the_oldest_are_forgotten():
    asked = []

    def compute(texts):
        asked.extend(texts)
        return np.array([[float(len(text))] * 384 for text in texts], dtype=np.float32).reshape(-1, 384)

    held = encoder.Embeddings(compute, kept=2)
    assert held.of(["a", "bb", "a"])[:, 0].tolist() == [1, 2, 1]
    assert held.of(["bb"])[0, 0] == 2
    assert asked == ["a", "bb"]
    held.of(["ccc"])
    assert len(held) == 2
    held.of(["a"])
    assert asked == ["a", "bb", "ccc", "a"]
    held.keep(["a"])
    assert len(held) == 1


def test_more_texts_than_are_kept_are_answered_all_the_same():
    held = encoder.Embeddings(lambda texts: np.ones((len(texts), 384), dtype=np.float32), kept=1)
    assert held.of(["a", "b", "c"]).shape == (3, 384)


def test_without_the_package_the_error_says_what_to_do(monkeypatch):
    monkeypatch.setattr(weights, "PACKAGE", "no_such_package_here")
    with pytest.raises(EncoderMissingError) as caught:
        weights.model_folder()
    assert "without its dependencies" in caught.value.advice


def test_a_damaged_package_is_refused(monkeypatch, tmp_path):
    (tmp_path / "model.safetensors").write_bytes(b"\x10\0\0\0\0\0\0\0 not safetensors")
    (tmp_path / "tokenizer.json").write_text("{}")
    monkeypatch.setattr(weights, "model_folder", lambda: tmp_path)
    monkeypatch.setattr(tokens, "model_folder", lambda: tmp_path)
    with pytest.raises(EncoderMissingError):
        weights.load.__wrapped__()
    with pytest.raises(EncoderMissingError):
        tokens.tokenizer.__wrapped__()


WITHOUT_TRAINING = """
import sys
class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("jax", "jaxlib", "optax", "torch", "transformers"):
            raise ImportError(name)
sys.meta_path.insert(0, Refuse())
from comity.perspectives.assistance import assistant, encoder, stance
from comity.perspectives.assistance.lexical import WordIndex
from comity.perspectives.assistance.errors import TrainingToolsError
from comity.perspectives.assistance.building import build
import numpy as np
model = stance.StanceModel(6, (), np.zeros((384, 2), "f4"), np.zeros(2, "f4"))
assert encoder.embed(["a"]).shape == (1, 384)
assert model.probabilities([("a", "b")]).tolist() == [[0.5, 0.5]]
assert WordIndex(["a dam", "a road", "a gate"]).scores("dam").argmax() == 0
try:
    build(None, None)
except TrainingToolsError as error:
    print(error.advice)
"""


def test_using_a_model_needs_nothing_of_what_training_needs():
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_TRAINING], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "extra `train`" in done.stdout
