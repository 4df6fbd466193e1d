"""Kinds: slots by declaration, strict reading, and what no schema may hold."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

import pytest
from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError
from pydantic import Field as Attribute

from comity.record.commitment import Field
from comity.record.header import HEADER_PATHS, ContentRef, Header
from comity.record.kinds import (
    ContentError,
    Kind,
    KindError,
    RefusedFieldError,
    Registry,
    parse_kind_id,
    to_fields,
)
from comity.record.text import Edtf, Languages, check_edtf

HEADER = {
    "author": "An editor",
    "marking": "TLP:CLEAR",
    "releasable_to": ["aa"],
    "basis": "exchange of notes",
    "retention": "working",
    "class": "exercise",
    "claimed": 1_770_000_000_000,
    "refs": [],
}


class Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    weight: int = 1
    note: str | None = None


class Note(Kind):
    """A note, with every sort of value."""

    kind: ClassVar[str] = "test.note"
    version: ClassVar[int] = 1

    slug: str
    remark: str | None = None
    on: Edtf = "2026"
    title: Languages = Attribute(default={"en": "A note"})
    parts: tuple[Part, ...] = ()
    kind_: Literal["a", "b"] = Attribute(default="a", alias="kind")
    author: str = "somebody else"


REGISTRY = Registry([Note])


def fields(header=HEADER, **values):
    return to_fields(Header(**header), Note(slug="x", **values))


def changed(path, value):
    return [Field(f.slot, f.path, value) if f.path == path else f for f in fields()]


def test_slots_are_the_header_then_the_fields_as_declared():
    own = ("slug", "remark", "on", "title", "parts", "kind", "author")
    assert Note.slots() == (*HEADER_PATHS, *own)
    assert tuple(f"header.{name}" for name in HEADER) == HEADER_PATHS
    assert Note.kind_id() == "test.note@1"


def test_absent_fields_leave_their_slot_empty():
    held = {field.slot: field.path for field in fields()}
    assert 9 not in held
    assert held[8] == "slug"
    assert held[13] == "kind"
    assert {field.slot for field in fields(remark="x")} - set(held) == {9}


def test_content_reads_back():
    parts = (Part(name="a"), Part(name="b", weight=2))
    content = REGISTRY.from_fields("test.note@1", fields(parts=parts, kind_="b"))
    assert content.model == Note(slug="x", parts=parts, kind_="b")
    assert content.header == Header(**HEADER)
    assert (content.kind, content.version) == ("test.note", 1)
    assert content.fields["parts"] == [{"name": "a", "weight": 1}, {"name": "b", "weight": 2}]
    assert not [path for path in content.fields if path.startswith("header.")]


def test_unknown_kinds_are_shown_not_refused():
    for kind in ("test.other@1", "test.note@2"):
        content = REGISTRY.from_fields(kind, fields())
        assert content.model is None
        assert content.fields["slug"] == "x"
        assert content.header.class_ == "exercise"


def test_content_written_without_defaults_is_read():
    kept = [field for field in fields() if field.path not in ("parts", "on", "title", "kind", "author")]
    content = REGISTRY.from_fields("test.note@1", kept)
    assert content.model == Note(slug="x")
    assert set(content.fields) == {"slug"}


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("slug", 1, "slug: "),
        ("slug", "Tie\u0302\u0301ng", "NFC"),
        ("on", "05/02/2026", "on: "),
        ("title", {"vi": "Một"}, "English"),
        ("title", {"en": " "}, "language"),
        ("parts", [{"name": "a", "colour": "red"}], "colour"),
        ("parts", [{"name": "a", "weight": "1"}], "not written as its schema says"),
        ("parts", [{"name": "a", "weight": True}], "not written as its schema says"),
        ("kind", "c", "kind"),
    ],
)
def test_values_that_are_not_the_schemas(path, value, message):
    with pytest.raises(ContentError, match=message):
        REGISTRY.from_fields("test.note@1", changed(path, value))


@pytest.mark.parametrize(
    "held",
    [
        [*fields(), Field(9, "slug", "y")],
        [Field(9, "slug", "x") if f.path == "slug" else f for f in fields()],
        [Field(f.slot, "remark", "x") if f.path == "slug" else f for f in fields()],
        [*fields(), Field(15, "extra", 1)],
        [*fields(), Field(40, "extra", 1)],
        [Field(f.slot, "kind_", "a") if f.path == "kind" else f for f in fields()],
        [f for f in fields() if f.path != "slug"],
    ],
)
def test_slots_that_are_not_the_schemas(held):
    with pytest.raises(ContentError):
        REGISTRY.from_fields("test.note@1", held)


@pytest.mark.parametrize(
    "held",
    [
        [Field(8, "header.marking", "TLP:CLEAR"), *[f for f in fields() if f.slot != 1]],
        [Field(1, "header.author", "x"), *[f for f in fields() if f.slot > 1]],
        [*fields(), Field(20, "slug", "twice")],
        [*fields(), Field(20, "header.author", "twice")],
    ],
)
def test_an_unknown_kind_still_has_its_header_in_place(held):
    with pytest.raises(ContentError):
        REGISTRY.from_fields("test.other@1", held)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *[
            ("marking", m)
            for m in ("TLP:WHITE", "tlp:clear", "TLP:CLEAR ", "CLEAR", "TLP:AMBER+strict", "", 1)
        ],
        *[("releasable_to", p) for p in (["AA"], ["aa", "aa"], [""], "aa", ["a a"], [1])],
        ("author", ""),
        ("author", "e\u0301"),
        ("author", 5),
        ("basis", ""),
        *[("retention", r) for r in ("", "working:2031", "working:2031-13", "Working", "a:b:c")],
        ("class", "secret"),
        *[("claimed", c) for c in (-1, 2**53, "1", True)],
        ("refs", [{"origin": "aa/hq"}]),
        ("refs", [{"origin": "aa", "id": "AAAAAAAAAAAAAAAAAAAAAA=="}]),
        ("refs", [{"origin": "aa/hq", "id": "AAAA"}]),
        ("refs", [{"origin": "aa/hq", "id": "AAAAAAAAAAAAAAAAAAAAAA==", "index": 1}]),
    ],
)
def test_headers_are_refused_when_unknown(name, value):
    with pytest.raises(ValidationError):
        Header(**{**HEADER, name: value})
    with pytest.raises(ContentError, match="header"):
        REGISTRY.from_fields("test.note@1", changed(f"header.{name}", value))


@pytest.mark.parametrize("name", [name for name in HEADER if name != "refs"])
def test_a_header_without_one_of_its_fields_is_refused(name):
    with pytest.raises(ContentError, match=f"{name}"):
        REGISTRY.from_fields("test.note@1", [f for f in fields() if f.path != f"header.{name}"])


@pytest.mark.parametrize("marking", ["TLP:CLEAR", "TLP:GREEN", "TLP:AMBER", "TLP:AMBER+STRICT", "TLP:RED"])
def test_the_five_labels_of_tlp_2(marking):
    ref = ContentRef(origin="aa/hq", id="AAAAAAAAAAAAAAAAAAAAAA==")
    header = Header(**{**HEADER, "marking": marking, "refs": [ref]})
    assert REGISTRY.from_fields("test.note@1", to_fields(header, Note(slug="x"))).header == header


@pytest.mark.parametrize(
    "text", ["note", "test.note", "test.note@0", "test.note@01", "Test.note@1", "test.note@1 ", ""]
)
def test_kind_names(text):
    with pytest.raises(ContentError):
        parse_kind_id(text)
    assert parse_kind_id("test.note@12") == ("test.note", 12)


def made(name="test.made", number=1, bases=(Kind,), **attributes):
    annotations = {field: kind for field, (kind, _) in attributes.items()}
    space = {
        "__annotations__": {"kind": ClassVar[str], "version": ClassVar[int], **annotations},
        "__module__": __name__,
    }
    return type("Made", bases, {**space, "kind": name, "version": number})


@pytest.mark.parametrize(
    "name",
    ["biometric", "face", "face_image", "dna_profile", "genetic_marker", "ethnicity", "holder_ethnicity", "religion",
     "fingerprint", "race", "tribe", "iris_scan"],
)  # fmt: skip
def test_fields_that_must_not_exist(name):
    with pytest.raises(RefusedFieldError, match=name):
        Registry([made(**{name: (str, None)})])


def test_fields_that_must_not_exist_at_any_depth():
    class Person(BaseModel):
        name: str
        religion_: str = Attribute(alias="religion")

    for kind in (
        Person,
        list[Person],
        dict[str, tuple[Person, ...]],
        Annotated[Person, AfterValidator(lambda p: p)],
    ):
        with pytest.raises(RefusedFieldError, match="religion"):
            Registry([made(people=(kind, None))])


@pytest.mark.parametrize("name", ["surface", "interface", "traces", "racing", "attributes", "embrace"])
def test_words_that_only_look_alike_may_stand(name):
    Registry([made(**{name: (str, None)})])


@pytest.mark.parametrize(
    "kind",
    [
        made("note"),
        made("test.Note"),
        made(number=0),
        made(value=(float, None)),
        made(value=(list[float] | None, None)),
    ],
)
def test_kinds_that_cannot_be_registered(kind):
    with pytest.raises(KindError):
        Registry([kind])


def test_a_kind_is_registered_once():
    with pytest.raises(KindError, match="twice"):
        Registry([Note, Note])
    assert list(REGISTRY) == [Note]
    assert REGISTRY.model("test.note", 1) is Note
    assert REGISTRY.model("test.note", 2) is None


def test_the_json_schema_names_the_slots():
    schema = Note.json_schema()
    assert (schema["x-kind"], schema["x-version"]) == ("test.note", 1)
    assert schema["x-slots"][8] == {"slot": 8, "path": "slug"}
    assert schema["additionalProperties"] is False
    assert "kind" in schema["properties"]


def test_models_are_frozen_and_closed():
    note = Note(slug="x")
    with pytest.raises(ValidationError):
        note.slug = "y"
    with pytest.raises(ValidationError):
        Note(slug="x", extra=1)
    with pytest.raises(ValidationError):
        Note(slug="e\u0301")


@pytest.mark.parametrize(
    "text",
    ["2026", "2026-02", "2024-02-29", "2026?", "2026-02~", "2026-02-05%", "202X", "19XX", "2026-XX", "2026-12-XX",
     "2026-XX-XX", "2020/2025", "2020-01/2020-02", "../2025", "2020/..", "/2025", "2020/", "2020-05/2020", "202X-02-29"],
)  # fmt: skip
def test_edtf_dates(text):
    assert check_edtf(text) == text


@pytest.mark.parametrize(
    "text",
    ["", "26", "2026-13", "2026-00", "2026-02-30", "2023-02-29", "2026-1", "2026/02/05", "05-02-2026", "2026-02-05T10:00",
     "../..", "/", "2025/2020", "2020-06/2020-05", "X026", "2X26", "2026 ", "٢٠٢٦", "2026-02-05/2026-02-04"],
)  # fmt: skip
def test_what_is_no_edtf_date(text):
    with pytest.raises(ValueError, match=r"."):
        check_edtf(text)
