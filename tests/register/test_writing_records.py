"""Forms from the kinds themselves: what is given becomes the record, and a record becomes the form again."""

from __future__ import annotations

import pytest

from comity.demo.example import find_example, read_example
from comity.node.sealing import draft_from_json
from comity.record.kinds import Registry
from comity.register import entries
from comity.register.imports import plan
from comity.register.imports_mapping import MappingError, read_mapping
from comity.register.imports_own import headings, own_mapping
from comity.register.imports_table import read_table
from comity.register.routes_record import GROUPS, MODELS
from comity.register.writing import WritingError
from comity.register.writing_asked import ROWS, UNASKED, asked
from comity.register.writing_given import fields_of, given_of, names, rows_shown
from comity.register.writing_records import record_draft, record_slug

SIGNED = {"author": "clerk-1", "marking": "TLP:CLEAR"}
OWN_FORMS = {"status", "annotation", "ticket", "ticket_word", "match", "direction"}


def examples():
    example = read_example(find_example())
    for member in example.parties:
        for draft in example.drafts(member.party):
            if draft["kind"].startswith("register."):
                yield draft


def stripped(value):
    """Return a value without the fields that no form asks for, and without flags that say no."""
    if isinstance(value, dict):
        kept = {name: stripped(part) for name, part in value.items() if name not in UNASKED}
        return {name: part for name, part in kept.items() if part not in (False, [], {})}
    return [stripped(part) for part in value] if isinstance(value, list) else value


def test_every_kind_has_a_form():
    known = {kind.kind.partition(".")[2] for kind in entries.KINDS}
    assert set(MODELS) | OWN_FORMS == known
    assert sorted(name for _, found in GROUPS for name in found) == sorted(MODELS)
    for model in MODELS.values():
        assert {one.name for one in asked(model)} | UNASKED >= set(model.model_fields)


def test_every_record_of_the_example_fits_its_form_and_comes_back_as_it_was():
    seen = set()
    for draft in examples():
        name = draft["kind"].partition(".")[2]
        if name not in MODELS:
            continue
        seen.add(name)
        fields = asked(MODELS[name])
        given = given_of(fields, draft["fields"])
        assert set(given) <= set(names(fields))
        long = any(isinstance(part, list) and len(part) > ROWS for part in draft["fields"].values())
        if not long:
            assert stripped(fields_of(fields, given)) == stripped(draft["fields"])
    assert len(seen) > 15


def test_what_nobody_named_gets_a_name_of_its_words_and_two_things_get_two():
    model = MODELS["instrument"]
    one = {"titles_en": "Agreement on Đà Nẵng roads", "instrument_class": "agreement"}
    slug = record_slug(model, one)
    assert slug.startswith("agreement-on-da-nang-roads-")
    assert record_slug(model, dict(one)) == slug
    assert record_slug(model, {**one, "instrument_class": "plan"}) != slug
    assert record_slug(model, {**one, "slug": "roads-2016"}) == "roads-2016"
    assert record_slug(MODELS["meeting"], {}).startswith("meeting-")


@pytest.mark.parametrize(
    ("kind", "given", "field", "said"),
    [
        ("instrument", {}, "instrument_class", "needed"),
        ("instrument", {"instrument_class": "plan", "titles_vi": "Kế hoạch"}, "titles", "English as well"),
        ("meeting", {"mechanism": "talks", "start": "16/12/2025"}, "start", "2026-06-20"),
        ("meeting", {"mechanism": "talks", "start": "2025-02-30"}, "start", "2026-06-20"),
        ("meeting", {"mechanism": "talks", "ordinal": "-1"}, "ordinal", "digits"),
        ("meeting", {"slug": "Talks 12"}, "slug", "hyphens"),
        ("figure", {"subject_en": "Trade", "value": "1,5"}, "value", "digits"),
        ("training", {"subject_en": "A", "offered": "many"}, "given_by", "needed"),
    ],
)
def test_what_is_wrong_names_its_field(kind, given, field, said):
    with pytest.raises(WritingError, match=said) as caught:
        record_draft(MODELS[kind], {**SIGNED, **given}, {})
    assert caught.value.field == field


def test_a_form_grows_with_what_is_filled_in():
    (parties,) = (one for one in asked(MODELS["instrument"]) if one.name == "parties")
    assert rows_shown(parties, {}) == 2
    assert rows_shown(parties, {"parties.4.party": "vn"}) == 6
    assert rows_shown(parties, {f"parties.{ROWS - 1}.level": "state"}) == ROWS


def test_a_table_with_the_names_of_fields_needs_no_mapping():
    model, header = MODELS["instrument"], {"basis": "t", "retention": "working", "class": "record", **SIGNED}
    titles = headings(model)
    assert {"titles.en", "parties[0].party", "parties[1].party", "cites[0].work"} <= set(titles)
    row = {
        "slug": "plan-2027",
        "instrument_class": "plan",
        "titles.en": "Plan",
        "cites[0].work": "minutes",
        **{
            f"parties[{at}].{name}": value
            for at, party in enumerate(("vn", "la"))
            for name, value in (("party", party), ("level", "state"))
        },
    }
    bad = {**row, "slug": "plan-2028", "parties[1].level": "planet"}
    lines = [",".join([*titles, "Our remark"])]
    lines += [",".join([*(one.get(title, "") for title in titles), "x"]) for one in (row, bad)]
    table = read_table("\n".join(lines).encode(), "plans.csv")
    mapping = own_mapping(model, table, header)
    found = plan(table, mapping, Registry(entries.KINDS))
    assert [draft["fields"]["parties"] for _, draft in found.drafts] == [
        [{"party": "vn", "level": "state"}, {"party": "la", "level": "state"}]
    ]
    assert [(error.row, error.column) for error in found.errors] == [(3, "parties[1].level")]
    assert "Our remark" in mapping.ignore


def test_every_empty_table_is_one_that_a_mapping_can_name():
    for model in MODELS.values():
        columns = "\n".join(f'"{path}" = "{path}"' for path in headings(model))
        assert len(read_mapping(f'kind = "{model.kind}"\n[columns]\n{columns}').columns) == len(
            headings(model)
        )
    with pytest.raises(MappingError, match="not a path"):
        read_mapping('kind = "register.figure"\n[columns]\n"a" = "cites[1000].work"')


def test_a_draft_of_a_form_is_one_that_a_node_takes():
    given = {**SIGNED, "titles_en": "Plan", "instrument_class": "plan", "cites.0.work": "minutes-12"}
    given |= {"parties.0.party": "vn", "parties.0.level": "ministry"}
    draft = draft_from_json(record_draft(MODELS["instrument"], given, {}), Registry(entries.KINDS))
    assert draft.model.kind == "register.instrument"
    praise = {**SIGNED, "about": "gauges", "party": "la", "holder": "Office", "tone": "praised"}
    praise |= {"words_en": "Well done", "on": "2026", "cites.0.work": "minutes-12"}
    made = record_draft(MODELS["appraisal"], praise, {"gauges": "undertaking"})
    assert made["fields"]["about_kind"] == "undertaking"
