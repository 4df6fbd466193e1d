"""Which passages are found: by words in any script, by meaning in English, and verbatim."""

from __future__ import annotations

import numpy as np
import pytest

from comity.perspectives.assistance import candidates as ranking
from comity.perspectives.assistance import fusion
from comity.perspectives.assistance.candidates import Candidates
from comity.perspectives.assistance.encoder import Embeddings
from comity.perspectives.assistance.errors import EncoderMissingError
from comity.perspectives.assistance.lexical import WordIndex
from comity.perspectives.assistance.passages import Passage, passages_of

TEXT = """# Report

The river gauge was read every day by both sides. Dr. Somchai said the gate at km 4.5 was
shut in March; nobody objected to it. Too short.

Hai bên đã thống nhất quản lý đập trên sông. Không có phản đối nào được ghi nhận tại cuộc họp.

ທັງສອງຝ່າຍ ໄດ້ຕົກລົງ ຄຸ້ມຄອງເຂື່ອນ ຢູ່ແມ່ນ້ຳ ຮ່ວມກັນ. ບໍ່ມີໃຜ ຄັດຄ້ານ ໃນກອງປະຊຸມ ຄັ້ງນີ້.
"""


def passage(text, language="en", start=0):
    return Passage("the-paper", ("aa/hq", 0), text, language, start, start + len(text))


def test_passages_are_sentences_as_they_stand_in_the_document():
    found = passages_of("the-paper", ("aa/hq", 3), TEXT)
    assert [one.text for one in found if one.language == "en"] == [
        "The river gauge was read every day by both sides.",
        "Dr. Somchai said the gate at km 4.5 was shut in March; nobody objected to it.",
    ]
    for one in found:
        assert " ".join(TEXT[one.start : one.end].split()) == one.text
    assert {one.language for one in found} == {"en", "vi", "lo"}


def test_a_sentence_that_stands_there_twice_is_one_passage():
    (found,) = passages_of("w", ("aa/hq", 0), "The gauge was read daily.\n\nThe gauge was read daily.\n")
    assert found.start == 0


@pytest.mark.parametrize(
    "text", ["", "\n\n", "# Only a heading of some length here", "|a|b|\n|-|-|\n|c|d|", "x" * 5000]
)
def test_what_holds_no_sentence_has_no_passage(text):
    assert passages_of("the-paper", ("aa/hq", 0), text) == []


def test_a_list_of_references_and_a_reference_in_a_note_hold_no_passage():
    text = (
        "# Rivers\n\nThe gauge was read by both sides.[^1] The weir stood idle.\n\n"
        "[^1]: Nobody said so in public. Brook, A. 2019. *A weir that stood idle for years.* River Press.\n\n"
        "## References\n\nAlvarez, M. 2014. Sharing a river between two states. *River Papers* 3(1): 10\u201332.\n\n"
        "Meadow, T. 2016. How the gauge was read and by whom. *Gauges* 2: 1\u20139.\n"
    )
    said = [one.text for one in passages_of("w", ("aa/hq", 0), text)]
    assert said[:2] == ["The gauge was read by both sides.", "The weir stood idle."]
    assert not [one for one in said if "Alvarez" in one or "Meadow" in one or "Brook" in one]


def test_words_are_found_without_case_or_diacritics_and_lao_without_spaces():
    index = WordIndex(["Quản lý đập trên sông", "The dam on the river", "ຄຸ້ມຄອງເຂື່ອນຢູ່ແມ່ນ້ຳ"], neighbours=True)
    assert index.scores("quan ly dap").argmax() == 0
    assert index.scores("DAM").argmax() == 1
    assert index.scores("ເຂື່ອນ").argmax() == 2
    assert not index.scores("?!").any()
    assert not index.scores("unheard").any()


def test_an_index_of_nothing_answers_nothing():
    assert WordIndex([]).scores("dam").shape == (0,)
    assert not WordIndex(["", "?"]).scores("dam").any()


def test_fused_scores_weigh_both():
    lexical, semantic = np.array([0.0, 4.0, 2.0]), np.array([0.9, 0.1, 0.5])
    assert fusion.fuse(lexical, semantic, 1.0).tolist() == [0.9, 0.1, 0.5]
    assert fusion.fuse(lexical, semantic, 0.0).tolist() == [0, 1, 0.5]
    assert fusion.fuse(np.zeros(3), semantic, 0.5).tolist() == [0.45, 0.05, 0.25]
    assert fusion.best(np.array([1.0, 2.0, 2.0]), 2) == [1, 2]
    assert fusion.recall(np.array([[3.0, 2.0, 1.0]]), [{0, 2}], 2) == 0.5


PASSAGES = [
    passage("The committee met in the capital on Tuesday."),
    passage("Water levels at the dam are monitored jointly by the two countries."),
    passage("The football match ended without a goal."),
    passage("Hai bên đã thống nhất quản lý đập trên sông.", "vi"),
    passage("Trận bóng đá kết thúc không có bàn thắng.", "vi"),
    passage("ທັງສອງຝ່າຍໄດ້ຕົກລົງຄຸ້ມຄອງເຂື່ອນຮ່ວມກັນ", "lo"),
]
QUESTION = {"en": "Both states watch the river together.", "vi": "quan ly dap", "lo": "ເຂື່ອນ"}


def test_english_is_found_by_meaning_and_other_languages_by_words_and_characters():
    found = Candidates(PASSAGES, Embeddings()).rank(QUESTION, 2)
    assert found["en"][0].passage.text.startswith("Water levels")
    assert found["en"][0].ranked == "words and meaning"
    assert [one.passage.text for one in found["vi"]] == [PASSAGES[3].text]
    assert found["vi"][0].ranked == found["lo"][0].ranked == "words and characters"


def test_a_language_that_the_proposition_is_not_written_in_is_not_ranked():
    assert set(Candidates(PASSAGES, None).rank({"en": "dam", "vi": " "}, 5)) == {"en"}
    assert Candidates([], None).rank(QUESTION, 5) == {}


def test_without_the_encoder_words_are_left():
    def missing(_texts):
        raise EncoderMissingError("not installed")

    corpus = Candidates(PASSAGES, Embeddings(missing))
    (found,) = corpus.rank({"en": "dam"}, 5)["en"]
    assert (found.ranked, corpus.encoder_missing) == ("words and characters", True)


def test_of_a_large_corpus_only_the_best_by_words_are_embedded(monkeypatch):
    monkeypatch.setattr(ranking, "EMBEDDED", 2)
    asked = []

    def compute(texts):
        asked.extend(texts)
        return np.ones((len(texts), 384), dtype=np.float32)

    found = Candidates(PASSAGES[:3], Embeddings(compute)).rank({"en": "the dam of the committee"}, 9)["en"]
    assert len(found) == 2
    assert PASSAGES[2].text not in asked
