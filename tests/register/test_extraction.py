"""What a text asks of whom: agreements are found, an author's wish never becomes anybody's obligation."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.register.extraction import BINDING, Abstained, extract
from comity.register.extraction_sentences import language, sentences
from comity.register.extraction_work import names_of, shortened
from tests.register.pair import pair

PARTIES = {
    "vn": ["Viet Nam", "Vietnam", "Việt Nam", "ຫວຽດນາມ"],
    "la": ["Lao PDR", "Laos", "Lào", "ລາວ"],
}


def only(text):
    found = extract(text, PARTIES)
    assert len(found.candidates) == 1, found
    return found.candidates[0]


def reason(text):
    found = extract(text, PARTIES)
    assert found.candidates == (), found.candidates
    return found.abstained[0].reason


@pytest.mark.parametrize(
    ("text", "modality", "obligors", "window"),
    [
        (
            "The two sides agreed to hold the next meeting in Viet Nam in 2026.",
            "agreement",
            ("vn", "la"),
            "2026",
        ),
        (
            "Laos shall send the gauge readings to Viet Nam by 31 December 2026.",
            "agreement",
            ("la",),
            "../2026-12-31",
        ),
        (
            "Both sides agreed to hold the 36th meeting in the fourth quarter of 2027.",
            "agreement",
            ("vn", "la"),
            "2027-10/2027-12",
        ),
        ("Vietnam plans to build two stations for the 2026-2030 period.", "plan", ("vn",), "2026/2030"),
        ("The two countries should establish a joint centre by 2028.", "proposal", ("vn", "la"), "../2028"),
        ("Vietnam proposed that both sides agreed to share data.", "proposal", ("vn",), ""),
        ("Laos hopes to open the road in May 2027.", "aspiration", ("la",), "2027-05"),
        (
            "Hai bên nhất trí tổ chức cuộc họp lần thứ 36 tại Lào trong quý IV năm 2026.",
            "agreement",
            ("vn", "la"),
            "2026-10/2026-12",
        ),
        ("Việt Nam đề nghị Lào xem xét hỗ trợ các dự án.", "proposal", ("vn",), ""),
        (
            "Hai bên mong muốn tăng kim ngạch trong giai đoạn 2026-2030.",
            "aspiration",
            ("vn", "la"),
            "2026/2030",
        ),
        ("Việt Nam dự kiến xây dựng hai trạm trước ngày 31/12/2026.", "plan", ("vn",), "../2026-12-31"),
        ("ສອງຝ່າຍໄດ້ຕົກລົງຈັດກອງປະຊຸມຄັ້ງຕໍ່ໄປໃນປີ 2026.", "agreement", ("vn", "la"), "2026"),
        ("ຝ່າຍລາວສະເໜີໃຫ້ສ້າງຕັ້ງກົນໄກຮ່ວມມືໃໝ່ລະຫວ່າງສອງກະຊວງ", "proposal", ("la",), ""),
        ("ລາວມີແຜນກໍ່ສ້າງເສັ້ນທາງໃໝ່ພາຍໃນປີ 2028", "plan", ("la",), "../2028"),
    ],
)
def test_modality_obligor_and_window_in_three_languages(text, modality, obligors, window):
    found = only(text)
    assert (found.modality, set(found.obligors), found.window) == (modality, set(obligors), window)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The two sides have not agreed to hold a meeting this year.", "against"),
        ("Vietnam shall not build any station on the line.", "against"),
        ("It is unclear whether both sides agreed to hold the meeting.", "against"),
        ("Hai bên chưa nhất trí về việc tổ chức cuộc họp này.", "against"),
        ("The committee agreed to meet again in the spring of next year.", "no party"),
        ("Have the two sides agreed to hold the meeting in Vientiane?", "question"),
        ("Both sides agreed to.", "nothing to be done"),
        ('Vietnam read out the line "all parties shall hold their fire at once".', "quotation"),
        ("The protocol was signed and Laos planned for it in the year before.", "what was done"),
    ],
)
def test_the_rules_abstain_and_say_why(text, words):
    assert words in reason(text)


@pytest.mark.parametrize(
    "text",
    [
        "Vietnam and Laos share a border.",
        "References\n\n- Laos shall. 2020. Vietnam and Laos agreed to everything.",
        "# The two sides agreed to hold a meeting in Viet Nam in 2026",
        "",
        "\n\n\t \n",
    ],
)
def test_what_says_nothing_of_an_undertaking_gives_nothing(text):
    assert extract(text, PARTIES).candidates == ()


def test_a_date_that_does_not_exist_and_two_dates_are_no_window():
    assert only("Laos shall send it by 31 February 2026 at the latest.").window == ""
    assert only("Laos shall send one in 2026 and the other in 2027.").window == ""


def test_selectors_give_back_the_sentence():
    text = "Intro.\n\n- The two sides agreed to hold\n  the meeting in 2026. Then they left.\n"
    found = only(text)
    assert text[found.start : found.end] == found.text
    assert found.text.startswith("The two sides")
    assert found.text.endswith("2026.")


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("Hai bên nhất trí tổ chức cuộc họp", "vi"),
        ("hai ben nhat tri hop tac trong nam", "vi"),
        ("ສອງຝ່າຍໄດ້ຕົກລົງ", "lo"),
        ("The meeting in Đà Nẵng was long and the talks were frank", "en"),
    ],
)
def test_language_of_a_sentence(text, lang):
    assert language(text) == lang


@settings(max_examples=80, deadline=None)
@given(st.text(alphabet=st.sampled_from('aàđທລ .!?\n-#\u201c"shall agreed to Laos 2026'), max_size=120))
def test_any_text_is_taken_and_every_selector_fits(text):
    found = extract(text, PARTIES)
    for item in (*found.candidates, *found.abstained):
        assert 0 <= item.start < item.end <= len(text)
    for sentence in sentences(text):
        assert text[sentence.start : sentence.end] == sentence.text


@pytest.mark.shared
def test_none_of_the_authors_proposals_comes_out_as_an_undertaking(shared):
    """Of the paper one plan is found, which it reports of others; its own proposals stay proposals."""
    paper = next(iter((shared / "seeds").glob("003_*.txt"))).read_text(encoding="utf-8")
    found = extract(paper, PARTIES)
    proposals = paper.index("### 5.3.")
    conclusion = paper.index("## References")
    inside = [item for item in found.candidates if proposals <= item.start < conclusion]
    assert inside
    assert {item.modality for item in inside} <= {"proposal", "aspiration"}
    assert "agreement" not in {item.modality for item in found.candidates}
    (plan,) = [item for item in found.candidates if item.modality in BINDING]
    assert plan.window == "2025-01/2025-03"
    assert all(item.end <= conclusion for item in (*found.candidates, *found.abstained))
    assert all(isinstance(item, Abstained) for item in found.abstained)


@pytest.mark.shared
def test_the_interview_has_one_agreement_which_it_reports(shared):
    interview = next(iter((shared / "seeds").glob("000_*.txt"))).read_text(encoding="utf-8")
    found = extract(interview, PARTIES)
    (agreement,) = [item for item in found.candidates if item.modality in BINDING]
    assert set(agreement.obligors) == {"vn", "la"}
    assert "agreed to" in agreement.cues


def test_a_party_is_known_by_its_names_their_short_forms_and_its_territory(tmp_path):
    with pair(tmp_path, {}) as (vn, _):
        named = names_of(vn)
    assert {"Laos", "Lào", "ລາວ"} <= set(named["la"])
    assert {"Vietnam", "Việt Nam"} <= set(named["vn"])
    short = list(shortened(["Lao People's Democratic Republic", "Viet Nam", "Laos"]))
    assert {"Lao PDR", "VietNam", "Laos"} <= set(short)
    found = extract("Laos shall open the gate every day.", named).candidates
    assert [one.obligors for one in found] == [("la",)]
