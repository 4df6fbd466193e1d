"""The brief says what the parties recorded, in both languages, with its sources; and nothing that is withheld."""

from __future__ import annotations

import io
import zipfile
from datetime import date

import pypdfium2
import pytest
from docx import Document
from docx.oxml.ns import qn
from pydantic import ValidationError

from comity.register import entries
from comity.register.brief import MOST_LINES, UnknownMeetingError, gather
from comity.register.brief_answers import catalogues
from comity.register.brief_docx import docx
from comity.register.brief_labels import ENGLISH_ONLY, MACHINE, UNREAD, LanguagesError, chosen
from comity.register.brief_pdf import FontsMissingError, check_fonts, pdf
from comity.register.brief_visible import Sight
from comity.register.brief_words import Writer
from comity.register.entries import Direction, Mechanism, Meeting, Translation
from comity.register.tables import PROJECTOR
from tests.feed import Feed
from tests.register.test_queries import event, instrument, status, undertaking

VOICES = ("aa", "bb")
TODAY = date(2026, 6, 1)
CITES = [{"work": "a-paper", "section": "3"}]
NAMES = {"aa": {"en": "Aland", "vi": "A-lan", "lo": "ອາລັນ"}, "bb": {"en": "Beland"}}
LAO = {"en": "Read the gauges daily", "vi": "Đo mực nước hằng ngày", "lo": "ວັດແທກລະດັບນ້ຳທຸກມື້ໂດຍທັງສອງຝ່າຍຕາມແມ່ນ້ຳ"}


def mechanism():
    plain = {
        "slug": "talks",
        "names": {"en": "Talks", "vi": "Hội đàm", "lo": "ການເຈລະຈາ"},
        "level": "ministry",
    }
    return Mechanism.model_validate({**plain, "parties": ["aa", "bb"], "cites": CITES})


def meeting(slug, start, state="held", **changed):
    plain = {"slug": slug, "mechanism": "talks", "start": start, "state": state, "cites": CITES}
    return Meeting.model_validate({**plain, **changed})


@pytest.fixture
def feed():
    made = Feed(PROJECTOR, entries.KINDS)
    for origin in ("aa/hq", "bb/hq"):
        made.add(origin, mechanism(), meeting("talks-1", "2025-12-18", ordinal=1))
        made.add(origin, meeting("talks-2", "2026-12", "planned", ordinal=2), instrument())
    return made


def plan(feed, slug="talks-2", limit="TLP:CLEAR", today=TODAY):
    with feed.engine.connect() as db:
        return gather(Sight(db, VOICES, limit), slug, today)


def keys(found):
    return {section.key: [line.what.key for line in section.lines] for section in found.sections}


def sheet(feed, codes=("vi", "lo"), limit="TLP:CLEAR"):
    with feed.engine.connect() as db:
        sight = Sight(db, VOICES, limit)
        found = gather(sight, "talks-2", TODAY)
        works = {"a-paper": ("A paper on rivers", 2025)}
        writer = Writer(found, catalogues(), NAMES, works, sight.translations())
    return writer.sheet(codes, [{"origin": "aa/hq", "size": 7, "root": "cm9vdA=="}], "aa/hq")


def words(data):
    return str(data)


def test_each_undertaking_stands_in_one_part_by_its_words_and_the_clock(feed):
    feed.add("aa/hq", *(undertaking(slug, window=window) for slug, window in (
        ("joint", "2027"), ("awaiting", "2027"), ("disputed", "2027"), ("overdue", "2025"), ("done", "2025"),
    )))  # fmt: skip
    feed.add(
        "aa/hq", status("under_way", "joint"), status("planned", "disputed"), status("fulfilled", "done")
    )
    feed.add("bb/hq", status("under_way", "joint"), status("lapsed", "disputed"), status("fulfilled", "done"))
    found = keys(plan(feed))
    assert {"joint", "done"} <= set(found["done"])
    assert found["awaiting"] == ["awaiting"]
    assert found["disputed"] == ["disputed"]
    assert found["overdue"] == ["overdue"]
    assert set(found["directions"]) == {"disputed", "overdue"}
    assert keys(plan(feed, today=date(2028, 1, 1)))["overdue"] == ["overdue", "awaiting", "joint"]


def test_what_happened_is_counted_from_the_last_meeting_held(feed):
    feed.add("aa/hq", event("2026-03-01", kind="signed"), event("2025-12-18", kind="ratified"))
    feed.add("aa/hq", event("2026-07-01", kind="in_force"), event("2025", kind="registered"))
    found = plan(feed)
    assert (found.previous.key, found.since) == ("talks-1", date(2025, 12, 18))
    assert keys(found)["done"] == ["treaty-one signed"]


def test_a_planned_meeting_is_not_the_last_one_held_and_fiction_is_no_predecessor(feed):
    feed.add("aa/hq", meeting("fiction", "2026-05-01"), **{"class": "exercise"})
    feed.add("aa/hq", meeting("put-off", "2026-02-01", "planned"))
    assert plan(feed).previous.key == "talks-1"
    assert plan(feed, "talks-1").previous is None


def test_withheld_records_leave_no_trace(feed):
    feed.add("aa/hq", undertaking("open-one", window="2027"))
    before = sheet(feed)
    feed.add("aa/hq", undertaking("hidden", action={"en": "Secret fallback"}), marking="TLP:AMBER")
    feed.add("aa/hq", status("lapsed", "open-one"), marking="TLP:RED")
    feed.add("aa/hq", undertaking("red", action={"en": "Secret too"}), marking="TLP:RED")
    feed.play(feed.record("bb/hq", undertaking("sealed", action={"en": "Secret also"}), sealed=True))
    after = sheet(feed)
    assert after == before
    inside = sheet(feed, limit="TLP:AMBER")
    assert "Secret fallback" in words(inside)
    assert inside["marking"] == "TLP:AMBER"
    assert "Secret too" not in words(inside)
    assert "Secret too" in words(sheet(feed, limit="TLP:RED"))


def test_a_meeting_that_is_not_for_this_audience_is_unknown(feed):
    feed.add("aa/hq", meeting("inner", "2026-08"), marking="TLP:AMBER")
    with pytest.raises(UnknownMeetingError):
        plan(feed, "inner")
    with pytest.raises(UnknownMeetingError):
        plan(feed, "no-such")


def test_what_is_fictional_says_so_on_its_line_and_on_the_whole(feed):
    assert not sheet(feed)["exercise"]
    feed.add("aa/hq", undertaking("fiction", window="2027"), **{"class": "exercise"})
    feed.add("aa/hq", undertaking("real", window="2027"))
    data = sheet(feed)
    lines = {line["records"][0]: line["exercise"] for part in data["sections"][1:] for line in part["lines"]}
    assert data["exercise"]
    assert sorted(lines.values()) == [False, True]
    assert "hư cấu" in data["labels"]["vi"]["exercise"]


def test_a_text_missing_in_a_language_and_a_machines_text_are_marked(feed):
    feed.add("aa/hq", undertaking("lao", action=LAO, window="2027"), undertaking("bare", window="2027"))
    data = sheet(feed)
    said = {line["texts"]["lo"]["title"] for part in data["sections"] for line in part["lines"]}
    assert LAO["lo"] in said
    assert f"Read the gauges daily. {ENGLISH_ONLY}" in said
    assert not any(MACHINE in note for note in data["footnotes"]["vi"])
    made = {"lang": "lo", "made": "machine"}
    feed.add("aa/hq", Translation.model_validate(made))
    said = {line["texts"]["lo"]["title"] for part in sheet(feed)["sections"] for line in part["lines"]}
    assert f"{LAO['lo']} {MACHINE}" in said
    feed.add("aa/hq", Translation.model_validate({**made, "covers": ["lao"], "reviewed_by": "Language desk"}))
    said = {line["texts"]["lo"]["title"] for part in sheet(feed)["sections"] for line in part["lines"]}
    assert LAO["lo"] in said


def test_a_source_that_was_not_read_is_marked_and_every_line_has_sources_and_records(feed):
    feed.add(
        "aa/hq", undertaking("u", window="2027", cites=[{"work": "a-paper", "page": "9", "unverified": True}])
    )
    data = sheet(feed)
    lines = [line for part in data["sections"][1:] for line in part["lines"]]
    assert all(line["sources"] and line["records"] for line in lines)
    assert f"A paper on rivers (2025), p. 9 {UNREAD}" in words(lines)


def test_a_part_of_too_many_lines_says_how_many_are_left(feed):
    feed.add("aa/hq", *(undertaking(f"u-{n}", window="2027") for n in range(MOST_LINES + 5)))
    part = next(part for part in sheet(feed)["sections"] if part["key"] == "awaiting")
    assert len(part["lines"]) == MOST_LINES
    assert "5" in part["more"]["vi"]
    agenda = sheet(feed)["sections"][0]["lines"]
    assert f"({MOST_LINES + 5})" in words(agenda)


@pytest.mark.parametrize("text", ["", "vi,vi", "vi,fr", "xx", "vi;lo"])
def test_languages_that_it_cannot_be_made_in_are_refused(text):
    with pytest.raises(LanguagesError):
        chosen(text)


# ---- the documents

HOSTILE = "#panic(1) $x$ *b* \\ [c] <w:t> & \u0007 \u202e"


@pytest.fixture
def full(feed):
    feed.add("aa/hq", undertaking("lao", action=LAO, window="2027"))
    feed.add("aa/hq", undertaking("hostile", action={"en": "x", "vi": HOSTILE, "lo": HOSTILE}, window="2027"))
    feed.add("aa/hq", *(undertaking(f"u-{n}", action=LAO, window="2027") for n in range(20)))
    feed.add("bb/hq", status("planned", "u-1"), **{"class": "exercise"})
    return sheet(feed)


def test_the_docx_has_real_headings_repeated_header_rows_and_language_tags(full):
    document = Document(io.BytesIO(docx(full)))
    levels = [p.style.name for p in document.paragraphs if p.style.name.startswith("Heading")]
    assert levels == ["Heading 1", *["Heading 2"] * 7]
    tables = [table for table in document.tables if table.style.name == "Table Grid"]
    assert len(tables) >= 2
    for table in tables:
        assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    runs = [run for table in tables for cell in table._cells for p in cell.paragraphs for run in p.runs]
    lao = [run for run in runs if any("\u0e80" <= char <= "\u0eff" for char in run.text)]
    assert lao
    for run in lao:
        properties = run._r.rPr
        assert properties.rFonts.get(qn("w:cs")) == "Noto Sans Lao"
        assert properties.find(qn("w:lang")).get(qn("w:bidi")) == "lo-LA"
    assert {"vi-VN", "lo-LA"} <= {run._r.rPr.find(qn("w:lang")).get(qn("w:val")) for run in runs}


def test_properties_of_runs_stand_in_the_order_of_the_schema(full):
    order = ["rFonts", "b", "bCs", "color", "sz", "szCs", "cs", "lang"]
    document = Document(io.BytesIO(docx(full)))
    for element in document.element.body.iter(qn("w:rPr")):
        names = [child.tag.rpartition("}")[2] for child in element]
        assert names == [name for name in order if name in names]


def test_the_docx_is_sound_xml_whatever_a_record_says(full):
    with zipfile.ZipFile(io.BytesIO(docx(full))) as archive:
        assert archive.testzip() is None
        text = archive.read("word/document.xml").decode()
    assert "#panic(1)" in text
    assert "\u0007" not in text


def pages(data):
    document = pypdfium2.PdfDocument(pdf(data))
    return ["".join(page.get_textpage().get_text_range().split()) for page in document]


def test_the_pdf_carries_both_languages_its_marking_and_the_log_heads_on_paper(full):
    text = pages(full)
    whole = "".join(text)
    assert len(text) > 1
    assert all("TLP:CLEAR" in page for page in text)
    assert "Đomựcnướchằngngày" in whole
    assert "ວັດແທກ" in whole
    assert "aa/hq:7" in whole
    assert "cm9vdA==" in whole
    assert "#panic(1)" in whole
    assert all("Nguồnvàbảnghi" in page for page in text[1:-1])


def test_the_pdf_is_the_same_twice_and_in_three_languages(feed):
    data = sheet(feed, ("vi", "lo", "en"))
    assert pdf(data) == pdf(data)


def test_missing_fonts_are_named_with_what_to_install():
    with pytest.raises(FontsMissingError, match="Noto Sans Lao"):
        check_fonts({"Noto Sans", "DejaVu Sans"}, ["vi", "lo"])
    assert "fonts-noto-core" in FontsMissingError.advice
    check_fonts({"Noto Sans"}, ["vi", "en"])


def direction(slug="bulletin", **changed):
    plain = {
        "slug": slug,
        "mechanism": "talks",
        "proposer": "Water desk",
        "words": {"en": "Share a bulletin", "vi": "Chia sẻ bản tin", "lo": "ແບ່ງປັນຂ່າວສານ"},
        "basis": {"en": "Two floods came unannounced", "vi": "Hai trận lũ không được báo trước"},
        "on": "2026-05-01",
        "state": "proposed",
    }
    return Direction.model_validate({**plain, **changed})


def test_what_an_office_proposes_stands_first_among_the_directions_with_who_and_why(feed):
    feed.add("aa/hq", undertaking("late", window="2025"), direction(undertaking="late", cites=CITES))
    feed.add("bb/hq", direction(words={"en": "Close the gate at night"}, on="2026-05-02"))
    feed.add("aa/hq", direction("elsewhere", mechanism="other-talks"))
    feed.add("aa/hq", direction("hidden", words={"en": "Secret wish"}), marking="TLP:AMBER")
    data = sheet(feed)
    lines = data["sections"][-1]["lines"]
    assert [line["texts"]["vi"]["title"] for line in lines[:2]] == [
        "Chia sẻ bản tin",
        f"Close the gate at night {ENGLISH_ONLY}",
    ]
    assert lines[0]["texts"]["vi"]["details"][:2] == [
        "Do Water desk, A-lan đề xuất, 1 tháng 5, 2026",
        "Cơ sở: Hai trận lũ không được báo trước",
    ]
    assert lines[0]["texts"]["vi"]["details"][2].startswith("Tiếp nối: ")
    assert lines[0]["sources"] == ["A paper on rivers (2025), § 3"]
    assert lines[0]["records"] == ["aa/hq 5"]
    assert "Secret wish" not in words(data)
    assert "Secret wish" in words(sheet(feed, limit="TLP:AMBER"))
    for made in (docx(data), pdf(data)):
        assert made


def test_a_proposal_that_is_taken_back_or_for_another_session_stands_in_no_brief(feed):
    feed.add("aa/hq", direction("for-another", meeting="talks-9"), direction("for-this", meeting="talks-2"))
    feed.add("aa/hq", direction("gone"))
    feed.add("bb/hq", direction("gone"))
    feed.add("aa/hq", direction("gone", state="taken_back"))
    feed.add("bb/hq", direction("gone", state="taken_back"), **{"class": "exercise"})
    found = plan(feed).sections[-1].lines
    assert [(line.what.key, line.reports[0].party) for line in found] == [("for-this", "aa"), ("gone", "bb")]


def test_a_proposal_without_a_reason_is_none():
    with pytest.raises(ValidationError, match="rests on"):
        direction(basis=None)


def test_the_next_meeting_of_a_forum_can_be_prepared_before_its_day_is_on_record(feed):
    feed.add("aa/hq", meeting("talks-3", "2026-01-10", ordinal=3))
    feed.add("aa/hq", direction())
    found = plan(feed, "talks")
    assert (found.previous.key, found.since) == ("talks-3", date(2026, 1, 10))
    assert [line.what.key for line in found.sections[-1].lines] == ["bulletin", "talks-2"]
    with feed.engine.connect() as db:
        sight = Sight(db, VOICES)
        data = Writer(gather(sight, "talks", TODAY), catalogues(), NAMES, {}, []).sheet(("lo",), [], "aa/hq")
    assert data["front"]["lo"]["when"] == "ກອງປະຊຸມຄັ້ງຕໍ່ໄປ; ຍັງບໍ່ມີວັນທີບັນທຶກໄວ້."
    assert "ຄັ້ງທີ 3" in data["front"]["lo"]["previous"]


def test_parties_and_things_are_written_by_their_names_and_never_by_their_codes(feed):
    bound = {"aa": [{"party": "aa", "level": "state"}], "bb": [{"party": "bb", "level": "ministry"}]}
    for party, parties in bound.items():
        feed.add(f"{party}/hq", instrument("minutes", parties=parties))
        feed.add(f"{party}/hq", undertaking("same", obligors=[party], instrument=f"treaty-{party}"))
        feed.add(f"{party}/hq", instrument(f"treaty-{party}", titles={"en": f"Treaty of {party}"}))
    lines = sheet(feed, ("vi",))["sections"]
    differing = next(part for part in lines if part["key"] == "differing")["lines"]
    told = [detail for line in differing for detail in line["texts"]["vi"]["details"]]
    assert "A-lan: A-lan (nhà nước)" in told
    assert "Beland: Beland (bộ)" in told
    assert "A-lan: A-lan" in told
    assert f"Beland: Treaty of bb {ENGLISH_ONLY}" in told


def test_the_tables_of_the_docx_have_a_grid_of_the_widths_of_their_cells(feed):
    feed.add("aa/hq", undertaking("one", window="2027"))
    for table in Document(io.BytesIO(docx(sheet(feed)))).tables[1:]:
        grid = [int(column.get(qn("w:w"))) for column in table._tbl.tblGrid]
        assert grid[0] < grid[1]
        assert grid == [cell.width.twips for cell in table.rows[0].cells]


def test_who_recorded_what_happened_is_said_in_the_language_of_the_column(feed):
    feed.add("aa/hq", event("2026-03-01", kind="signed"))
    done = next(part for part in sheet(feed)["sections"] if part["key"] == "done")["lines"]
    assert done[0]["texts"]["vi"]["details"][0].endswith(" · do A-lan ghi")
    assert "recorded" not in words(done[0]["texts"])
