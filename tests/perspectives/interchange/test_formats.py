"""Each format out and in again, against its own schema, and with files of other programs."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from comity.perspectives.interchange import refi, refi_read, table, webannotation
from comity.perspectives.interchange.answers import format_of
from comity.perspectives.interchange.model import Coded, InterchangeError

if TYPE_CHECKING:
    from pathlib import Path

TEXT = "Đo mực nước 🌊 mỗi ngày. ນ້ຳຂຶ້ນໃນຕອນເຊົ້າ. The gauge\nwas read daily."
FIELDS = {
    "slug": "gauge-read",
    "holder": "north-office",
    "reported_by": ["paper-a", "paper-b"],
    "source": "paper-a",
    "author": "A. Author",
    "frame": "pragmatic",
    "modality": "asserts",
    "paraphrase": {"en": "= read every day", "vi": "đọc mỗi ngày", "lo": "ອ່ານທຸກມື້"},
    "cite": {"work": "paper-a", "section": "5.1"},
}


def coded(start: int = 0, end: int = 11, **changed) -> Coded:
    made = {
        "name": "gauge-read",
        "work": "paper-a",
        "start": start,
        "end": end,
        "quote": TEXT[start:end],
        "code": ("gauge", "-2"),
        "coder": "Coder One",
        "fields": FIELDS,
    }
    return Coded(**{**made, **changed})


def in_refi(items, texts=None):
    return refi_read.read(refi.write("Test", items, texts or {"paper-a": TEXT}, {"gauge": "It is read."}))


def test_a_project_comes_back_as_it_went() -> None:
    items = (coded(12, 13), coded(26, 44, name="other", fields={**FIELDS, "slug": "other"}))
    assert TEXT[12:13] == "🌊"
    found = in_refi(items)
    assert (found.coded, found.problems) == (items, ())


def test_annotations_come_back_as_they_went() -> None:
    items = (coded(), coded(26, 44, name="other", fields={**FIELDS, "slug": "other"}))
    found = webannotation.read(webannotation.write(items, {"paper-a": TEXT})).coded
    assert [replace(item, prefix="", suffix="") for item in found] == list(items)
    assert [item.prefix + item.quote + item.suffix in TEXT for item in found] == [True, True]


def test_a_statement_that_keeps_its_words_keeps_them_in_every_format() -> None:
    item = coded(12, 13, prefix="Đo mực nước", suffix="mỗi ngày.", kept=True)
    assert in_refi((item,)).coded == (item,)
    assert in_refi((item,), {"other": TEXT}).coded == (item,)
    assert webannotation.read(webannotation.write((item,), {})).coded == (item,)
    assert table.read(table.write((item,))).coded == (item,)


def test_a_table_comes_back_as_it_went_and_starts_no_formula() -> None:
    data = table.write((coded(),))
    assert b",'= read every day" in data
    assert table.read(data).coded == (coded(),)


words = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1, max_size=20)


@given(text=words, quote=words, coder=words)
def test_any_text_survives_every_format(text: str, quote: str, coder: str) -> None:
    whole = f"{text}{quote}{text}"
    item = coded(
        len(text),
        len(text) + len(quote),
        quote=quote,
        coder=coder.strip() or "x",
        fields={"slug": "gauge-read"},
    )
    for found in (
        in_refi((item,), {"paper-a": whole}),
        webannotation.read(webannotation.write((item,), {"paper-a": whole})),
        table.read(table.write((item,))),
    ):
        (back,) = found.coded
        assert (back.start, back.end, back.quote, back.code, back.coder) == (
            item.start,
            item.end,
            quote,
            item.code,
            item.coder,
        )


def test_the_same_content_makes_the_same_file() -> None:
    assert refi.write("T", [coded()], {"paper-a": TEXT}, {}) == refi.write(
        "T", [coded()], {"paper-a": TEXT}, {}
    )


def test_the_text_goes_along_only_when_it_is_given() -> None:
    data = refi.write("T", [coded()], {}, {})
    assert zipfile.ZipFile(io.BytesIO(data)).namelist() == ["project.qde"]
    assert refi_read.read(data).coded[0].start == 0


@pytest.mark.shared
def test_a_project_is_valid_by_the_standard_s_own_schema(shared: Path) -> None:
    schema = etree.XMLSchema(etree.parse(str(shared / "vectors/refi-qda/Project.xsd")))
    data = refi.write("Test", [coded(), coded(26, 44, name="b")], {"paper-a": TEXT}, {"gauge": "It is read."})
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        schema.assertValid(etree.fromstring(packed.read("project.qde")))
    empty = zipfile.ZipFile(io.BytesIO(refi.write("Empty", [], {}, {}))).read("project.qde")
    schema.assertValid(etree.fromstring(empty))


NEEDED = (
    "3.1-annotationContextValidated",
    "3.1-annotationIdValidated",
    "3.1-annotationTypeValidated",
    "3.1-bodyKeyFound",
    "3.1-targetKeyFound",
    "3.2-bodyObjectsRecognized",
    "3.2-targetObjectsRecognized",
    "specificResource/4.2-TextDataPositionSelectorValid",
    "specificResource/4.2-selectorFound",
    "specificResource/4.2-selectorValidIfPresent",
    "specificResource/4.2.4-textQuoteSelector",
    "specificResource/4.2.4-textQuoteSelectorValid",
    "specificResource/4.2.4-prefix",
    "specificResource/4.2.4-suffix",
    "specificResource/4.2.5-textPositionSelector",
)


@pytest.mark.shared
@pytest.mark.parametrize("assertion", NEEDED)
def test_an_annotation_meets_the_public_assertions(shared: Path, assertion: str) -> None:
    from jsonschema import Draft4Validator
    from referencing import Registry, Resource
    from referencing.jsonschema import DRAFT4

    folder = shared / "vectors/web-annotation"
    named = {
        path.name: json.loads(path.read_text("utf-8")) for path in (folder / "definitions").glob("*.json")
    }
    registry = Registry().with_resources(
        [(name, Resource.from_contents(data, default_specification=DRAFT4)) for name, data in named.items()]
    )
    schema = json.loads((folder / "annotations" / f"{assertion}.json").read_text("utf-8"))
    schema["id"] = ""  # the file's own name is no place to resolve the definitions from
    made = webannotation.annotation(coded(), TEXT)
    Draft4Validator(schema, registry=registry).validate(made)


FOREIGN = """<?xml version="1.0" encoding="utf-8"?>
<Project xmlns="urn:QDA-XML:project:1.0" name="Other"><Users><User guid="{AAAAAAAA-0000-0000-0000-000000000001}" name="Núñez"/></Users>
<CodeBook><Codes><Code guid="aaaaaaaa-0000-0000-0000-00000000000a" name="Trust" isCodable="true"/></Codes></CodeBook>
<Sources><TextSource guid="aaaaaaaa-0000-0000-0000-00000000000b" name="paper-a"><PlainTextContent>%s</PlainTextContent>
<PlainTextSelection guid="aaaaaaaa-0000-0000-0000-00000000000c" name="%s" startPosition="%d" endPosition="%d" creatingUser="AAAAAAAA-0000-0000-0000-000000000001">
<Coding guid="aaaaaaaa-0000-0000-0000-00000000000d"><CodeRef targetGUID="{AAAAAAAA-0000-0000-0000-00000000000A}"/></Coding></PlainTextSelection>
</TextSource><PictureSource guid="aaaaaaaa-0000-0000-0000-00000000000e" name="a map"/></Sources></Project>"""


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("🌊🌊 water was read daily", 3, 18),
        ("🌊🌊 water was read daily", 5, 20),
        ("one\ntwo\nwater was read daily", 10, 25),
    ],
)
def test_positions_of_other_programs_are_read_by_what_they_name(text: str, start: int, end: int) -> None:
    found = refi_read.read((FOREIGN % (text, "water was read", start, end)).encode())
    (item,) = found.coded
    assert item.quote.startswith("water was read")
    assert text[item.start : item.end] == item.quote
    assert (item.code, item.coder) == (("Trust",), "Núñez")
    assert [problem.where for problem in found.problems] == ["a map"]


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (('startPosition="0"', 'startPosition="-1"'), "positions"),
        (('endPosition="5"', 'endPosition="500"'), "positions"),
        (("{AAAAAAAA-0000-0000-0000-00000000000A}", "{AAAAAAAA-0000-0000-0000-0000000000FF}"), "codebook"),
    ],
)
def test_one_bad_selection_is_told_and_holds_up_nothing(change: tuple[str, str], what: str) -> None:
    found = refi_read.read((FOREIGN % ("water", "w", 0, 5)).replace(*change).encode())
    assert found.coded == ()
    assert any(what in problem.what for problem in found.problems)


BOMB = b"""<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>
<Project xmlns="urn:QDA-XML:project:1.0" name="&x;"/>"""


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"PK\x03\x04 cut",
        refi.write("T", [coded()], {"paper-a": TEXT}, {})[:300],
        b"<Project/>",
        b"<Project xmlns='urn:QDA-XML:project:1.0'>",
    ],
)
def test_what_is_no_project_is_refused(data: bytes) -> None:
    with pytest.raises(InterchangeError):
        refi_read.read(data)


def test_nothing_outside_the_project_is_read() -> None:
    try:
        found = refi_read.read(BOMB)
    except InterchangeError:
        return
    assert found.coded == ()


def test_a_project_that_unpacks_to_too_much_is_refused() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as project:
        project.writestr("sources/a.txt", b"0" * (refi_read.MOST_BYTES + 1))
    with pytest.raises(InterchangeError, match="unpacks to"):
        refi_read.read(packed.getvalue())


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"{", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"{}", "no annotation"),
        (b'{"type": "AnnotationCollection", "first": "http://elsewhere"}', "no annotation"),
    ],
)
def test_what_is_no_annotation_is_refused(data: bytes, words: str) -> None:
    with pytest.raises(InterchangeError, match=words):
        webannotation.read(data)


@pytest.mark.parametrize(
    "target",
    [
        "http://example.org/page",
        [{"source": "a"}, {"source": "b"}],
        {"source": "a"},
        {"source": "a", "selector": {"type": "TextPositionSelector", "start": 5, "end": 1}},
        {"source": "a", "selector": {"type": "TextPositionSelector", "start": True, "end": 9}},
        {"source": "a", "selector": {"type": "TextQuoteSelector", "exact": 7}},
    ],
)
def test_an_annotation_without_one_passage_is_told(target: object) -> None:
    data = json.dumps([{"type": "Annotation", "id": "urn:x", "target": target}]).encode()
    found = webannotation.read(data)
    assert found.coded == ()
    assert found.problems[0].where == "urn:x"


def test_a_table_tells_its_bad_rows_by_line() -> None:
    data = b"work,code,start,end,quote\npaper-a,x,1,5,\npaper-a,x,five,6,\npaper-a,x\n"
    found = table.read(data)
    assert len(found.coded) == 1
    assert [problem.where for problem in found.problems] == ["line 3", "line 4"]


@pytest.mark.parametrize("data", [b"work,start\n", "work,code,quote\né".encode("latin-1")])
def test_a_table_of_another_shape_is_refused(data: bytes) -> None:
    with pytest.raises(InterchangeError):
        table.read(data)


def test_the_format_is_asked_for_or_said_by_the_name() -> None:
    assert [format_of(name, "") for name in ("a.QDPX", "a.jsonld", "a.csv")] == ["refi", "annotations", "csv"]
    assert format_of("a.bin", "csv") == "csv"
    with pytest.raises(InterchangeError):
        format_of("a.bin", "")
