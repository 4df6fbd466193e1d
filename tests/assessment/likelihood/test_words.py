"""Words and numbers of likelihood, and sentences that must not have both."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.assessment.likelihood.scales import ICD203, SCALES, UK_NRR, LikelihoodError
from comity.assessment.likelihood.sentences import mixed


def test_the_bands_are_those_of_their_texts():
    assert [(b.low, b.high) for b in ICD203.bands] == [
        (10, 50), (50, 200), (200, 450), (450, 550), (550, 800), (800, 950), (950, 990),
    ]  # fmt: skip
    assert [b.numbers for b in UK_NRR.bands] == ["< 0.2 %", "0.2–1 %", "1–5 %", "5–25 %", "> 25 %"]  # noqa: RUF001
    assert UK_NRR.horizons == {"non-malicious": 60, "malicious": 24}


@given(st.floats(0, 1), st.sampled_from(sorted(SCALES)), st.sampled_from(["en", "vi", "lo"]))
def test_a_number_always_stands_beside_the_word(p, scale, language):
    assert "%" in SCALES[scale].phrase(p, language)
    band = SCALES[scale].band(p)
    if band:
        assert band.low / 1000 - 1e-9 <= p <= band.high / 1000 + 1e-9


def test_words_lead_back_to_their_numbers():
    for band in ICD203.bands:
        assert set(band.words) == {"en", "vi", "lo"}
        for word in band.words.values():
            assert ICD203.numbers(word) == (band.low / 1000, band.high / 1000)
    assert ICD203.band(0.8).slug == "very-likely"
    assert ICD203.band(1 - 0.8).slug == "unlikely"
    assert ICD203.band(0.999) is None
    with pytest.raises(LikelihoodError):
        ICD203.numbers("perhaps")
    for wrong in (-0.1, 1.1, float("nan"), float("inf")):
        with pytest.raises(LikelihoodError):
            ICD203.band(wrong)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("We judge with high confidence that it is likely.", 1),
        ("It is likely (55-80 %). Our confidence in this is low.", 0),
        ("We are confident: 70 % by June.", 1),
        ("The confidence interval of the probability is wide.", 0),
        ("Chúng tôi có độ tin cậy cao rằng điều đó rất có khả năng xảy ra.", 1),
        ("Điều đó có khả năng xảy ra. Độ tin cậy thấp.", 0),
        ("ພວກເຮົາມີຄວາມເຊື່ອໝັ້ນສູງວ່າເກືອບແນ່ນອນ.", 1),
        ("The likelihood is unknown.\nConfidence is low", 0),
    ],
)
def test_confidence_and_likelihood_in_one_sentence_are_found(text, count):
    assert len(mixed(text)) == count
