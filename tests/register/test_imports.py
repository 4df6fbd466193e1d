"""Tables become records or named errors; nothing is lost, computed, guessed or taken for something it is not."""

from __future__ import annotations

import csv
import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from comity.record.kinds import Registry
from comity.register import entries
from comity.register.exports import csv_text, safe_cell
from comity.register.gazetteer import COLUMNS, GazetteerError, read_gazetteer
from comity.register.imports import errors_file, plan
from comity.register.imports_mapping import MappingError, read_mapping
from comity.register.imports_table import read_table
from comity.register.imports_text import MAX_BYTES, ImportFileError, flaw

MOJIBAKE = "Hội nghị".encode().decode("cp1252")
REGISTRY = Registry(entries.KINDS)
MAPPING = """
kind = "register.undertaking"
ignore = ["Ghi chú"]
[header]
author = "desk officer"
marking = "TLP:CLEAR"
basis = "minutes"
retention = "working"
[columns]
"Mã" = { field = "slug", required = true }
"Nội dung" = "action.vi"
"English" = "action.en"
"Bên" = { field = "obligors", split = ";", values = { "Việt Nam" = "vn", "Lào" = "la" } }
"Hạn" = { field = "window", date = "dmy" }
[constants]
modality = "agreement"
meeting = "meeting-one"
cites = [{ work = "minutes-one" }]
"""
HEADER = "Mã,Nội dung,English,Bên,Hạn,Ghi chú\n"
GOOD = "gauges,Đo mực nước,Read the gauges,Việt Nam; Lào,31/12/2026,x\n"


def read(text, **options):
    data = text if isinstance(text, bytes) else text.encode()
    return read_table(data, "table.csv", **options)


def planned(text, existing=(), **options):
    return plan(read(text), read_mapping(MAPPING), REGISTRY, existing, **options)


def reasons(found):
    return [(error.row, error.column, error.reason) for error in found.errors]


def test_a_row_becomes_a_record():
    found = planned(HEADER + GOOD)
    assert found.errors == ()
    ((row, draft),) = found.drafts
    assert row == 2
    assert draft["kind"] == "register.undertaking"
    assert draft["fields"] == {
        "modality": "agreement",
        "meeting": "meeting-one",
        "cites": [{"work": "minutes-one"}],
        "slug": "gauges",
        "action": {"vi": "Đo mực nước", "en": "Read the gauges"},
        "obligors": ["vn", "la"],
        "window": "2026-12-31",
    }


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        (",a,b,Lào,2026,\n", "Mã", "empty"),
        ("Not A Slug,a,b,Lào,2026,\n", "Mã", "is no short name"),
        ("x,a,,Lào,2026,\n", "English", "English text is missing"),
        ("x,a,b,Thái Lan,2026,\n", "Bên", "not one of"),
        ("x,a,b,Lào,31/02/2026,\n", "Hạn", "not a day"),
        ("x,a,b,Lào,soon,\n", "Hạn", "EDTF"),
        (f"x,{MOJIBAKE},b,Lào,2026,\n", "Nội dung", "decoded wrongly"),
        ("x,a\ufffdb,b,Lào,2026,\n", "Nội dung", "lost"),
        ("x,a,b,Lào,2026,,more\n", "", "more cells than columns"),
        (f"x,{'a' * 9000},b,Lào,2026,\n", "Nội dung", "characters"),
    ],
)
def test_a_bad_row_is_named_by_row_column_and_reason_and_the_good_ones_go_on(row, column, reason):
    found = planned(HEADER + row + GOOD)
    ((number, where, why),) = reasons(found)
    assert (number, where) == (2, column)
    assert reason in why
    assert [at for at, _ in found.drafts] == [3]


def test_every_bad_cell_of_a_row_is_named_at_once():
    found = planned(HEADER + ",a,b,Thái Lan,2026,\n")
    assert {error.column for error in found.errors} == {"Mã", "Bên"}
    assert found.bad_rows == 1


def test_nothing_of_a_bad_row_is_lost():
    table = read(HEADER + 'x,"=HYPERLINK(""http://a"")",,Lào,2026,"two\nlines",left over\n')
    found = plan(table, read_mapping(MAPPING), REGISTRY)
    rows = list(csv.DictReader(io.StringIO(errors_file(table, found), newline="")))
    assert rows[0]["row"] == "2"
    assert rows[0]["Nội dung"] == '\'=HYPERLINK("http://a")'
    assert rows[0]["Ghi chú"] == "two\nlines"
    assert rows[0][None] == ["left over"]


def test_duplicates_are_found_in_the_file_and_on_record():
    first = planned(HEADER + GOOD)
    fields = first.drafts[0][1]["fields"]
    again = planned(HEADER + GOOD, [fields])
    assert again.drafts == ()
    assert "on record already" in again.duplicates[0].reason
    twice = planned(HEADER + GOOD + GOOD)
    assert len(twice.drafts) == 1
    assert "stands in this file before" in twice.duplicates[0].reason
    changed = GOOD.replace("Read", "Check")
    assert "another content" in planned(HEADER + GOOD + changed).errors[0].reason
    assert "--update" in planned(HEADER + changed, [fields]).errors[0].reason
    assert len(planned(HEADER + changed, [fields], update=True).drafts) == 1


def test_invisible_characters_are_left_out_and_said():
    found = planned(HEADER + GOOD.replace("gauges,", "gau\u200bges,", 1))
    assert found.drafts[0][1]["fields"]["slug"] == "gauges"
    assert found.remarks[0].column == "Mã"


@pytest.mark.parametrize("prefix", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_marks_line_ends_and_delimiters_do_not_matter(prefix, delimiter):
    text = (HEADER + GOOD).replace("; ", "&").replace(",", delimiter).replace("&", "; ").replace("\n", "\r\n")
    text = text.replace("Việt Nam; Lào", '"Việt Nam; Lào"')
    table = read(prefix + text.encode())
    assert table.header[0] == "Mã"
    assert table.rows[0].cells["Bên"] == "Việt Nam; Lào"
    assert read((HEADER + GOOD).encode("utf-16")).rows[0].cells["Nội dung"] == "Đo mực nước"


def test_decomposed_text_comes_as_nfc():
    table = read("Mã\nHo\u0323\u0302i\n")
    assert table.rows[0].cells["Mã"] == "Hội"


def vietnamese_1258():
    # In Windows-1258 the tone marks stand alone behind the vowel.
    return b"Ma,Noi dung\nx," + ("Hô\u0323i nghi\u0323 Viê\u0323t Nam - La\u0300o\n".encode("cp1258"))


def test_windows_1258_is_named_and_read_only_when_the_user_says_so():
    with pytest.raises(ImportFileError, match="Windows-1258"):
        read(vietnamese_1258())
    table = read(vietnamese_1258(), encoding="cp1258")
    assert table.rows[0].cells["Noi dung"] == "Hội nghị Việt Nam - Lào"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"\n\n", "empty"),
        (b"a,b\n\x00,c\n", "zero bytes"),
        (b"a,b\n\xff\xfe\x81", "not UTF-8"),
        (b"a,a\n1,2\n", "stands twice"),
        (b"a,,b\n1,2,3\n", "no heading"),
        (b'a,b\n"open,2\n', "line"),
        (b"\xd0\xcf\x11\xe0" + bytes(100), ".xls"),
        (b"PK\x03\x04" + bytes(50), "damaged"),
        (b"x" * (MAX_BYTES + 1), "at most"),
        (b"a\n" + b"1\n" * 100_002, "rows"),
    ],
)
def test_files_that_are_no_table_are_refused_with_a_reason(data, words):
    with pytest.raises(ImportFileError, match=words):
        read(data)


def workbook(*rows, sheet="Sheet"):
    book = Workbook()
    book.active.title = sheet
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_workbook_is_read_and_its_formulas_are_not_computed():
    columns = ["Mã", "Nội dung", "English", "Bên", "Hạn", "Ghi chú"]
    data = workbook(
        columns,
        ["gauges", "Đo", "Read", "Lào", "31/12/2026", None],
        ["calls", '=HYPERLINK("http://evil.invalid")', "Call", "Lào", 2026, 1.0],
    )
    table = read_table(data, "book.xlsx")
    found = plan(table, read_mapping(MAPPING), REGISTRY)
    assert [row for row, _ in found.drafts] == [2]
    assert "formula" in reasons(found)[0][2]
    assert reasons(found)[0][:2] == (3, "Nội dung")
    with pytest.raises(ImportFileError, match="no sheet"):
        read_table(data, "book.xlsx", sheet="Other")


def archive(parts):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in parts.items():
            target.writestr(name, content)
    return out.getvalue()


def test_archives_that_are_no_workbook_or_unpack_without_end_are_refused():
    with pytest.raises(ImportFileError, match="unpacks to more"):
        read_table(archive({"xl/a.xml": bytes(130 * 1024 * 1024)}), "bomb.xlsx")
    with pytest.raises(ImportFileError, match="document type"):
        read_table(archive({"xl/workbook.xml": b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}), "entity.xlsx")
    with pytest.raises(ImportFileError, match="not a workbook"):
        read_table(archive({"word/document.xml": b"<a/>"}), "letter.docx")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("kind = 1", "needs kind"),
        ("not toml [", "not TOML"),
        (MAPPING + "\n[surprise]\na = 1\n", "unknown key"),
        (MAPPING.replace('"action.vi"', '"action..vi"'), "not a path"),
        (MAPPING.replace('date = "dmy"', 'data = "dmy"'), "unknown key"),
        (MAPPING.replace('date = "dmy"', 'date = "mdy"'), "dmy"),
        (MAPPING.replace("register.undertaking", "register.rumour"), "not a kind"),
        (MAPPING.replace('"English"', '"Anh"'), "no column"),
        (MAPPING.replace('ignore = ["Ghi chú"]', ""), "nothing says what becomes"),
    ],
)
def test_a_mapping_that_does_not_fit_is_refused(text, words):
    with pytest.raises(MappingError, match=words):
        plan(read(HEADER + GOOD), read_mapping(text), REGISTRY)


@pytest.mark.parametrize(
    "text", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "  =1", "\uff1d1", "|calc"]
)
def test_no_exported_cell_is_a_formula(text):
    assert safe_cell(text).startswith("'")
    line = next(
        csv.reader(
            io.StringIO(csv_text([{"name": text}], ["name"]).lstrip("\ufeff").split("\n", 1)[1], newline="")
        )
    )
    assert line[0] == f"'{text}"


@pytest.mark.parametrize("text", ["-2.5", "+84", "plain", "Đường -", "ມະຕິ"])
def test_plain_text_and_numbers_stay_as_they_are(text):
    assert safe_cell(text) == text


@settings(max_examples=80, deadline=None)
@given(st.text(max_size=40))
def test_a_cell_of_any_text_survives_export_and_reading(text):
    exported = csv_text([{"a": text}], ["a"])
    rows = list(csv.reader(io.StringIO(exported.removeprefix("\ufeff"), newline="")))
    cell = rows[1][0] if len(rows) > 1 and rows[1] else ""
    assert cell.removeprefix("'") == text.removeprefix("'")


@pytest.mark.parametrize("text", ["Hội nghị", "ສະຫະພັນ", "café", "naïve", "Đà Nẵng", "Ã", "½ km"])
def test_sound_text_is_not_taken_for_mojibake(text):
    assert flaw(text) == ""


PLACES = ",".join(COLUMNS) + "\n"
ONE = "aa-one,province,aa,,2025-06-30,,,,,,,,vi,Latn,Quảng Bình,a list\n"


def test_a_gazetteer_has_one_line_a_name():
    more = "aa-one,,,,,,,,,17.1,106.2,5000,lo,Laoo,ກວາງບິ່ງ,another list\n"
    (found,) = read_gazetteer((PLACES + ONE + more).encode())
    assert [name.text for name in found.names] == ["Quảng Bình", "ກວາງບິ່ງ"]
    assert found.point.accuracy_m == 5000


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("id,name\n", "column"),
        (PLACES + ONE.replace("aa-one", ""), "1 lines"),
        (PLACES + ONE.replace("province", "empire"), "1 lines"),
        (PLACES + ONE + ONE.replace("province", "gate"), "1 lines"),
        (PLACES + ONE.replace(",,,,vi", ",17,106,,vi"), "1 lines"),
        (PLACES + ONE.replace("a list", ""), "1 lines"),
        (PLACES + ONE.replace("2025-06-30", "2025-06-31"), "1 lines"),
    ],
)
def test_a_malformed_gazetteer_is_refused_with_its_lines(text, words):
    with pytest.raises(GazetteerError, match=words) as caught:
        read_gazetteer(text.encode())
    assert "column" in words or caught.value.problem()["items"]


def test_thousands_of_rows_are_read_one_by_one_and_the_progress_is_told():
    count = 2_500
    rows = "".join(f"row-{n},Việc {n},Work {n},Lào,{'2026' if n % 100 else 'soon'},\n" for n in range(count))
    heard = []
    found = planned(HEADER + rows, told=heard.append)
    assert len(found.drafts) == count - count // 100
    assert found.bad_rows == count // 100
    assert {error.column for error in found.errors} == {"Hạn"}
    assert [error.row for error in found.errors[:2]] == [2, 102]
    assert heard == [0, 1000, 2000]
