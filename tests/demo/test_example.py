"""The worked example as files: complete, well formed, honest about what is fiction, free of sentences of others."""

from __future__ import annotations

import re

import orjson
import pytest

from comity.app import systems
from comity.demo.example import ExampleError, find_example, read_example, with_id
from comity.node.sealing import draft_from_json
from comity.record.kinds import Registry

REGISTRY = Registry([kind for system in systems() for kind in system.kinds])
EXAMPLE = read_example(find_example())
WORDS = 12
"""A run of this many words in common with a source would be a sentence of the source."""


def drafts():
    return [(member.party, draft) for member in EXAMPLE.parties for draft in EXAMPLE.drafts(member.party)]


def fields_of(kind):
    return [draft["fields"] for _, draft in drafts() if draft["kind"] == kind]


def test_every_line_is_a_draft_that_a_node_takes():
    for _, draft in drafts():
        draft_from_json(with_id(draft, "vn/hq"), REGISTRY)


def test_both_parties_and_an_observer_are_in_the_compact():
    roles = {member.party: member.role for member in EXAMPLE.members}
    assert roles == {"vn": "party", "la": "party", "observer": "observer"}


def test_every_act_of_will_is_an_exercise_on_a_fictional_undertaking():
    fictional = {
        draft["fields"]["slug"]
        for _, draft in drafts()
        if draft["kind"] == "register.undertaking" and draft["class"] == "exercise"
    }
    statuses = [draft for _, draft in drafts() if draft["kind"] == "register.status"]
    assert statuses
    for draft in statuses:
        assert draft["class"] == "exercise"
        assert draft["fields"]["undertaking"] in fictional


def test_whatever_is_fictional_says_so_in_words():
    for _, draft in drafts():
        if draft["class"] == "exercise" and draft["kind"] in ("register.undertaking", "register.instrument"):
            words = draft["fields"].get("action") or draft["fields"]["titles"]
            assert "fictional" in words["en"]


def test_every_source_named_is_a_work_of_the_example():
    works = {fields["slug"] for fields in fields_of("perspectives.work")}
    cited = set()
    for _, draft in drafts():
        fields = draft["fields"]
        cited |= {cite["work"] for cite in fields.get("cites", [])}
        if "cite" in fields:
            cited.add(fields["cite"]["work"])
        if draft["kind"] == "perspectives.statement":
            cited |= {fields["source"], *fields["reported_by"]}
        if draft["kind"] == "perspectives.finding":
            cited |= set(fields["evidence"])
    assert cited <= works, sorted(cited - works)


def test_what_refers_by_name_refers_to_something():
    named = {
        kind: {fields["slug"] for fields in fields_of(f"register.{kind}")}
        for kind in ("instrument", "mechanism", "meeting", "undertaking")
    }
    for fields in fields_of("register.event"):
        assert fields["instrument"] in named["instrument"]
    for fields in fields_of("register.meeting"):
        assert fields["mechanism"] in named["mechanism"]
    for fields in fields_of("register.undertaking"):
        assert fields.get("instrument", fields.get("meeting")) in named["instrument"] | named["meeting"]
    for fields in fields_of("register.instrument"):
        assert {relation["target"] for relation in fields.get("relations", [])} <= named["instrument"]
    propositions = {fields["slug"] for fields in fields_of("perspectives.proposition")}
    for kind in ("statement", "finding"):
        assert {fields["proposition"] for fields in fields_of(f"perspectives.{kind}")} <= propositions


def test_no_proposal_of_the_authors_is_anybodys_undertaking():
    for fields in fields_of("register.undertaking"):
        sections = [cite.get("section", "") for cite in fields["cites"] if cite["work"] == "doan-nguyen-2026"]
        assert not [section for section in sections if section.startswith(("5.3", "6"))]


def prose(value, name=""):
    """Every text in a draft that is not the name of an instrument or of a publication."""
    if name in ("titles", "aliases", "title", "names"):
        return
    if isinstance(value, str):
        yield value
    for key, item in value.items() if isinstance(value, dict) else []:
        yield from prose(item, key)
    for item in value if isinstance(value, list) else []:
        yield from prose(item, name)


@pytest.mark.shared
def test_no_passage_of_the_documents_stands_in_the_example(shared):
    def runs(text):
        words = re.findall(r"\w+", text.lower())
        return {tuple(words[i : i + WORDS]) for i in range(len(words) - WORDS + 1)}

    sources = set()
    for file in (shared / "seeds").glob("*.txt"):
        sources |= runs(file.read_text())
    assert len(sources) > 5000
    for _, draft in drafts():
        for text in prose(draft["fields"]):
            assert not runs(text) & sources, text


@pytest.mark.shared
def test_the_documents_it_knows_are_those_of_the_public_data(shared):
    import hashlib

    found = {hashlib.sha256(file.read_bytes()).hexdigest() for file in (shared / "seeds").glob("*.txt")}
    assert {known.sha256 for known in EXAMPLE.documents} == found


def example_in(folder, line=b""):
    for name in ("compact.toml", "documents.toml"):
        (folder / name).write_bytes((EXAMPLE.folder / name).read_bytes())
    (folder / "vn").mkdir()
    (folder / "vn" / "a.jsonl").write_bytes(line)
    return read_example(folder)


@pytest.mark.parametrize(
    "line",
    [
        b"not json",
        b"[]",
        b'{"kind": "register.figure"}',
        b'{"kind": "register.figure", "fields": {}, "note": 1}',
        b'{"kind": "register.figure", "fields": {}',
        b'\xff{"kind": "register.figure", "fields": {}}',
    ],
)
def test_a_malformed_line_is_named(tmp_path, line):
    example = example_in(tmp_path, b"# a comment\n\n" + line + b"\n")
    with pytest.raises(ExampleError, match=r"a\.jsonl:3"):
        example.drafts("vn")


def test_a_header_line_overrides_the_common_header(tmp_path):
    line = {"kind": "x.y", "header": {"class": "exercise"}, "fields": {"a": 1}}
    (draft,) = example_in(tmp_path, orjson.dumps(line)).drafts("vn")
    assert (draft["class"], draft["marking"], draft["fields"]) == ("exercise", "TLP:CLEAR", {"a": 1})


def test_a_missing_folder_or_setting_is_said(tmp_path):
    with pytest.raises(ExampleError, match=r"compact\.toml"):
        read_example(tmp_path)
    (tmp_path / "compact.toml").write_text("version = 1")
    (tmp_path / "documents.toml").write_text("")
    with pytest.raises(ExampleError, match="title"):
        read_example(tmp_path)
    with pytest.raises(ExampleError, match="nothing for zz"):
        EXAMPLE.drafts("zz")


def test_the_id_of_a_draft_follows_from_what_it_says_and_where():
    (_, draft), (_, other) = drafts()[:2]
    assert with_id(draft, "vn/hq") == with_id(dict(reversed(draft.items())), "vn/hq")
    assert (
        len({with_id(draft, "vn/hq")["id"], with_id(draft, "la/hq")["id"], with_id(other, "vn/hq")["id"]})
        == 3
    )
