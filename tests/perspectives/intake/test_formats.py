"""PDF, HTML and DOCX as they come: what is text, what is a map, what is a note; and what is refused."""

from __future__ import annotations

import pytest

from comity.perspectives.citations import audit
from comity.perspectives.intake import take_in
from comity.perspectives.intake.errors import (
    DamagedError,
    EncodingError,
    EncryptedError,
    FormatError,
    IntakeError,
    NoTextLayerError,
    TooLargeError,
)
from comity.perspectives.segments import segment
from tests.perspectives.intake import files


@pytest.fixture(scope="module")
def paper():
    return take_in(files.pdf())


def test_a_pdf_has_its_pages_sections_and_notes_and_no_running_heads(paper):
    assert [page.number for page in paper.pages] == ["1", "2", "3"][: len(paper.pages)]
    assert [(section.number, section.title) for section in paper.sections][1:] == [
        ("1", "Introduction"),
        ("2", "Methods"),
        ("", "References"),
    ]
    assert "Journal of Rivers" not in paper.text.partition("References")[0]
    (note,) = paper.notes
    assert note.mark == "1"
    assert note.at is not None
    assert note.at < note.start


def test_paragraphs_of_a_pdf_are_whole_over_lines_pages_and_notes(paper):
    segments = segment(paper.text, paper.sections)
    told = [piece for piece in segments if "gauge was read" in piece.text]
    assert len(told) == 1
    assert "\n" not in told[0].text
    assert "impen-" not in " ".join(piece.text for piece in segments)
    for piece in segments:
        places = [piece.place(at) for at in range(0, len(piece.text), 13)]
        assert places == sorted(places)


def test_citations_of_a_pdf_resolve(paper):
    found = audit(paper.text)
    assert [(item.key, item.pages) for item in found.instances] == [
        ("alvarez-brook-2014", "12"),
        ("okafor-2019", ""),
    ]
    assert found.references[0].pages == (10, 22)


def test_an_html_page_is_its_main_text():
    found = take_in(files.PAGE.encode())
    for absent in ("steal", "Menu", "Home", "Footer", "unseen", "p{}"):
        assert absent not in found.text
    assert found.sections[0].title == "Rivers"
    assert "| marker | 605 |" in found.text
    assert [note.mark for note in found.notes] == ["1"]
    assert {share.language for share in found.languages} == {"en", "vi"}


def test_a_raised_number_is_a_note_where_a_block_begins_with_it_and_a_unit_elsewhere():
    page = (
        "<html><body><p>It rose.<sup>1</sup> The basin has 40 km<sup>2</sup> and 10<sup>3</sup> wells.<sup>2</sup></p>"
        "<p>See <sup><a href='#x9'>3</a></sup> too, and <a href='#part'>4</a>.</p>"
        "<p><sup>1</sup> Brook, <em>Ferries of the north</em>, 2016.</p><p><sup>2</sup>Said so.</p>"
        "<p id='x9'>3. Nobody <b>else</b> did.</p><div id='part'><p>A part of the page.</p></div></body></html>"
    )
    found = take_in(page.encode())
    assert "40 km2 and 103 wells.[^2]" in found.text
    assert "[^1]: Brook, Ferries of the north, 2016." in found.text
    assert "[^3]: Nobody else did." in found.text
    assert [note.mark for note in found.notes] == ["1", "2", "3"]
    assert "\n\nA part of the page." in found.text


def test_a_docx_file_has_headings_notes_tables_pages_and_nothing_deleted():
    found = take_in(files.word())
    assert (found.sections[0].number, found.sections[0].title) == ("1", "Introduction")
    assert "never" not in found.text
    assert "| marker | 605 |" in found.text
    assert len(found.pages) == 2
    (note,) = found.notes
    assert found.text[note.start : note.end] == "A note of the commission."
    assert found.text[: note.at].endswith("daily[^1]")


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        (files.locked, EncryptedError, "password"),
        (files.scanned, NoTextLayerError, "no text layer.*needs OCR"),
        (lambda: files.pdf()[:4000], DamagedError, "cut off"),
        (lambda: b"%PDF-1.7\nnothing\n%%EOF\n", DamagedError, "cannot be opened"),
        (lambda: files.word()[:3000], DamagedError, "cut off"),
        (files.bomb, TooLargeError, "unfolds"),
        (files.laughs, IntakeError, "damaged|no text"),
        (lambda: files.repacked(files.word(), {"word/document.xml": b"<w"}), DamagedError, "damaged"),
        (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), FormatError, "older Word"),
        (lambda: b"{\\rtf1 hello}", FormatError, "Rich Text"),
        (lambda: b"<html><body><script>x()</script></body></html>", IntakeError, "no text"),
        (lambda: b"<html><body>\xff\xfe caf\xe9</body></html>", EncodingError, "not UTF-8"),
        (
            lambda: ("Nước lên sáng sớm. " * 9).encode().decode("cp1252", "replace").encode(),
            EncodingError,
            "decoded wrongly|lost",
        ),
        (
            lambda: ("ຄວາມຮ່ວມມື. " * 9).encode().decode("cp1252", "replace").encode(),
            EncodingError,
            "decoded wrongly|lost",
        ),
        (
            lambda: ("It\u2019s “said” here. " * 9).encode().decode("cp1252", "replace").encode(),
            EncodingError,
            "decoded wrongly|lost",
        ),
    ],
)
def test_what_is_refused_is_refused_for_its_own_reason(make, error, words):
    with pytest.raises(error, match=words):
        take_in(make(), languages=False)


@pytest.mark.parametrize(
    "text",
    [
        "Ça va très bien à l\u2019école, n\u2019est-ce pas? " * 5,
        "Â and Ã are letters. " * 2,
        "Đà Nẵng, Việt Nam. " * 9,
    ],
)
def test_letters_with_marks_are_no_mojibake(text):
    assert take_in(text.encode(), languages=False).text


def test_a_deep_page_and_a_broken_one_do_no_harm():
    assert (
        "deep"
        in take_in(b"<html><body>" + b"<div>" * 200 + b"deep words" + b"</div>" * 200, languages=False).text
    )
    with pytest.raises(IntakeError):
        take_in(b"<html><body>" + b"<div>" * 100_000, languages=False)


def test_a_page_in_the_character_set_it_declares():
    page = '<html><head><meta charset="windows-1258"></head><body><p>Café Đà</p></body></html>'.encode(
        "cp1258"
    )
    assert "Café Đà" in take_in(page, languages=False).text
