"""The worked example's data: valid, sourced, fictional where it must be, and in nobody else's words."""

from __future__ import annotations

import importlib.util
import json
import re
import tomllib
from collections import Counter
from pathlib import Path

import pytest

from comity.perspectives import entries as perspectives
from comity.perspectives.intake import document_text
from comity.record.header import Header
from comity.register import entries as register

ROOT = Path(__file__).resolve().parent.parent
EXAMPLE = ROOT / "examples" / "vietnam-laos"
PARTIES = ("vn", "la")
ACTS_OF_WILL = {f"register.{name}" for name in ("status", "annotation", "voting_intention", "backing")}
KINDS = {kind.kind: kind for kind in (*register.KINDS, *perspectives.KINDS)}
FICTION = ("Ostelvarra", "Lumvarren Rivers")
SPOKEN_THROUGH_OTHERS = ("government-lao-pdr", "armed-forces-lao-pdr")
RUN = 8
WORD = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)*")
# Titles of works and the official names of instruments, bodies and forums are names, not words of a source.
NAMES = {
    "perspectives.work": {"title"},
    "register.instrument": {"titles", "aliases", "parties"},
    "register.mechanism": {"names"},
}


def lines():
    for party in PARTIES:
        for path in sorted((EXAMPLE / party).glob("*.jsonl")):
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
                if line.strip() and not line.startswith("#"):
                    yield party, f"{party}/{path.name}:{number}", json.loads(line)


LINES = list(lines())


def of(kind, party=None):
    return [line["fields"] for who, _, line in LINES if line["kind"] == kind and party in (None, who)]


def classed(line):
    return line.get("header", {}).get("class", "record")


def every_cite(value):
    if isinstance(value, dict):
        if isinstance(value.get("work"), str):
            yield value
        for item in value.values():
            yield from every_cite(item)
    elif isinstance(value, list):
        for item in value:
            yield from every_cite(item)


def strings(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from strings(item)


def runs(text):
    words = [word.casefold() for word in WORD.findall(text)]
    return {" ".join(words[at : at + RUN]) for at in range(len(words) - RUN + 1)}


def locate_passages():
    spec = importlib.util.spec_from_file_location("locate_passages", ROOT / "scripts" / "locate-passages.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


WORKS = {work["slug"]: work for work in of("perspectives.work")}


def test_every_line_is_a_valid_entry_with_a_valid_header():
    base = tomllib.loads((EXAMPLE / "compact.toml").read_text(encoding="utf-8"))["header"]
    for _, where, line in LINES:
        assert set(line) <= {"kind", "header", "fields"}, where
        model = KINDS[line["kind"]].model_validate(line["fields"])
        kept = model.model_dump(mode="json", by_alias=True, exclude_unset=True)
        assert kept == line["fields"], f"{where}: a field would not be kept as written"
        Header.model_validate({**base, **line.get("header", {}), "claimed": 0})


def test_there_is_enough_of_everything():
    facts = {party: sum(len(of(kind.kind, party)) for kind in register.KINDS) for party in PARTIES}
    share = facts["la"] / (facts["vn"] + facts["la"])
    assert facts["vn"] >= 100
    assert facts["la"] >= 25
    assert 0.33 < share < 0.5
    counted = Counter(line["kind"] for _, _, line in LINES)
    assert counted["perspectives.work"] >= 80
    assert counted["perspectives.proposition"] >= 10
    assert counted["perspectives.finding"] >= 10
    assert 45 <= counted["perspectives.statement"] <= 70
    worked_with = {f"register.{name}" for name in ("place", "match", "ticket", "ticket_word", "translation")}
    assert {kind.kind for kind in register.KINDS} - set(counted) <= worked_with


def test_slugs_are_unique_where_a_second_report_would_hide_the_first():
    several = {
        "register.event",
        "register.figure",
        "register.status",
        "register.meeting",
        "perspectives.rule",
    }
    for kind, model in KINDS.items():
        if kind in several or "slug" not in model.model_fields:
            continue
        for party in PARTIES:
            repeated = [slug for slug, n in Counter(f["slug"] for f in of(kind, party)).items() if n > 1]
            assert repeated == [], f"{kind} of {party}"
    shared = Counter(
        f["slug"] for kind in ("work", "proposition", "statement") for f in of(f"perspectives.{kind}")
    )
    assert [slug for slug, n in shared.items() if n > 1] == []


def test_no_line_of_a_party_stands_twice():
    said = Counter((party, json.dumps(line, sort_keys=True)) for party, _, line in LINES)
    assert [line for line, n in said.items() if n > 1] == []


def test_a_second_word_on_a_meeting_is_planned_then_held():
    for party in PARTIES:
        seen = {}
        for meeting in of("register.meeting", party):
            before = seen.setdefault(meeting["slug"], meeting)
            if before is not meeting:
                assert (before["state"], meeting["state"]) == ("planned", "held"), meeting["slug"]


def test_every_cited_work_exists_and_every_work_is_cited():
    cited = set()
    for _, where, line in LINES:
        fields = line["fields"]
        named = [cite["work"] for cite in every_cite(fields)]
        if line["kind"].startswith("perspectives."):
            named += fields.get("reported_by", []) + fields.get("evidence", [])
        named += [fields["source"]] if "source" in fields else []
        for slug in named:
            assert slug in WORKS, f"{where}: no work {slug}"
        cited.update(named)
    assert set(WORKS) - cited == set()


def test_what_lines_refer_to_exists():
    slugs = {
        kind: {fields["slug"] for fields in of(kind)} for kind in KINDS if "slug" in KINDS[kind].model_fields
    }
    for _, where, line in LINES:
        fields = line["fields"]
        for name in ("instrument", "meeting", "mechanism", "undertaking"):
            if name in fields:
                assert fields[name] in slugs[f"register.{name}"], where
        for relation in fields.get("relations", []):
            assert relation["target"] in slugs["register.instrument"], where
        if "proposition" in fields:
            assert fields["proposition"] in slugs["perspectives.proposition"], where
        for name, kind in (
            ("forum", "mechanism"),
            ("item", "forum_item"),
            ("candidature", "candidature"),
            ("mission", "remains_mission"),
        ):
            if name in fields:
                assert fields[name] in slugs[f"register.{kind}"], where
        if line["kind"] in ("register.gap", "register.appraisal") and "about" in fields:
            assert any(fields["about"] in known for known in slugs.values()), where


def test_every_fact_has_a_source_and_only_a_work_or_a_rule_has_none():
    for _, where, line in LINES:
        free = {
            "perspectives.work",
            "perspectives.rule",
            "perspectives.codebook",
            "perspectives.proposition",
            "register.place",  # each of its names says who writes it so
            "register.translation",
            *ACTS_OF_WILL,
        }
        if line["kind"] not in free:
            assert list(every_cite(line["fields"])), where


def test_an_unread_source_is_never_the_only_support_without_saying_so():
    unread = {"vna-unseen", "border-gate-report-2014", "asean-mlat-statistics-2019", "resolution-202-2025"}
    for _, where, line in LINES:
        for cite in every_cite(line["fields"]):
            if cite["work"] in unread:
                assert cite.get("unverified") is True, where


def test_every_act_of_will_is_an_exercise_with_the_fictional_third_party():
    fictional = {
        line["fields"]["slug"]
        for _, _, line in LINES
        if classed(line) == "exercise" and "slug" in line["fields"]
    }
    real = {
        line["fields"]["slug"]
        for _, _, line in LINES
        if classed(line) == "record" and "slug" in line["fields"]
    }
    assert fictional & real == set()
    for _, where, line in LINES:
        if line["kind"] in ACTS_OF_WILL:
            assert classed(line) == "exercise", where
            named = [line["fields"].get(name) for name in ("undertaking", "item", "candidature")]
            assert fictional & set(named), where
        if classed(line) == "exercise":
            text = " ".join(strings(line["fields"]))
            assert any(name in text for name in FICTION), where
            assert re.search("fiction", text, re.IGNORECASE), where
        else:
            assert not any(name in " ".join(strings(line["fields"])) for name in FICTION), where


def test_undertakings_of_the_exercise_are_agreed_awaiting_and_disputed():
    said: dict[str, dict[str, str]] = {}
    for party in PARTIES:
        for status in of("register.status", party):
            said.setdefault(status["undertaking"], {})[party] = status["status"]
    assert all(status.get("note") for status in of("register.status"))
    agreed = [u for u, words in said.items() if len(words) == 2 and len(set(words.values())) == 1]
    awaiting = [u for u, words in said.items() if len(words) == 1]
    disputed = [u for u, words in said.items() if len(set(words.values())) == 2]
    assert 4 <= len(said) <= 6
    assert agreed
    assert awaiting
    assert disputed


def test_each_party_seals_exactly_two_exercise_records_and_nothing_real():
    for party in PARTIES:
        sealed = [line for who, _, line in LINES if who == party and "marking" in line.get("header", {})]
        assert [line["header"]["marking"] for line in sealed] == ["TLP:AMBER"] * 2
        assert {classed(line) for line in sealed} == {"exercise"}


def test_no_proposal_is_an_undertaking():
    proposals = [f for f in of("perspectives.statement") if f["modality"] == "proposes"]
    assert proposals
    assert {f["holder"] for f in proposals} == {"doan-nguyen-2026"}
    for _, where, line in LINES:
        if line["kind"] != "register.undertaking":
            continue
        works = {WORKS[cite["work"]]["kind"] for cite in line["fields"]["cites"]}
        assert works & {"article", "thesis", "think_tank", "book", "interview"} == set(), where
    assert not [
        f for f in of("register.undertaking") if "assessment mechanism" in f["action"]["en"].casefold()
    ]


def test_each_proposition_has_the_authors_finding_and_statements():
    findings = Counter(f["proposition"] for f in of("perspectives.finding"))
    spoken = {f["proposition"] for f in of("perspectives.statement")}
    for proposition in of("perspectives.proposition"):
        assert findings[proposition["slug"]] == 1
        assert proposition["slug"] in spoken
        assert set(proposition["text"]) == {"en", "vi", "lo"}


def test_the_rule_counts_no_author_of_the_paper_and_every_other_holder():
    (rule,) = of("perspectives.rule")
    placed = {holder["holder"] for holder in rule["holders"]}
    holders = {f["holder"] for f in of("perspectives.statement")}
    assert holders - placed == {"doan-nguyen-2026"}
    assert len(rule["groups"]) == 3


def test_lao_voices_come_only_through_works_of_others():
    chains = [f["reported_by"] for f in of("perspectives.statement") if f["holder"] in SPOKEN_THROUGH_OTHERS]
    assert chains
    for chain in chains:
        assert {WORKS[slug]["origin_party"] for slug in chain} <= {"vn", "intl"}
    assert not [
        f
        for f in of("perspectives.statement")
        if f["holder"] in SPOKEN_THROUGH_OTHERS and f["modality"] == "asserts"
    ]


def test_how_a_statement_reached_us_agrees_with_its_modality():
    for statement in of("perspectives.statement"):
        assert statement["reported_by"][-1] == statement["source"] == statement["cite"]["work"]
        first_hand = statement["source"] == "wvr-interview-2025" or statement["holder"] == statement["source"]
        passed_on = statement["modality"] in ("reports", "quotes")
        assert first_hand != passed_on, statement["slug"]


def test_every_statement_and_finding_points_to_its_passage():
    for fields in of("perspectives.statement") + of("perspectives.finding"):
        assert "locator" in fields["cite"], fields


@pytest.mark.shared
def test_every_locator_is_exact_and_unique(shared):
    checked, wrong = locate_passages().faults(EXAMPLE, shared / "seeds")
    assert wrong == []
    assert checked >= 100


@pytest.mark.shared
def test_a_shifted_locator_and_a_changed_digest_are_found(shared, tmp_path):
    tool = locate_passages()
    (tmp_path / "vn").mkdir()
    (tmp_path / "documents.toml").write_bytes((EXAMPLE / "documents.toml").read_bytes())
    good = next(line for _, _, line in LINES if line["kind"] == "perspectives.statement")
    shifted, changed = json.loads(json.dumps(good)), json.loads(json.dumps(good))
    shifted["fields"]["cite"]["locator"]["start"] += 40
    changed["fields"]["cite"]["locator"]["digest"] = "A" * 43 + "="
    text = "\n".join(json.dumps(line) for line in (good, shifted, changed))
    (tmp_path / "vn" / "10.jsonl").write_text(text, encoding="utf-8")
    checked, wrong = tool.faults(tmp_path, shared / "seeds")
    assert checked == 3
    assert [line.partition(": ")[0] for line in wrong] == ["vn/10.jsonl:2", "vn/10.jsonl:3"]


@pytest.mark.shared
def test_no_eight_words_of_a_source_stand_in_the_example(shared):
    seeds = set()
    for path in sorted((shared / "seeds").glob("*.txt")):
        seeds |= runs(document_text(path.read_bytes()))
    assert len(seeds) > 5000
    for _, where, line in LINES:
        exempt = NAMES.get(line["kind"], set())
        for name, value in line["fields"].items():
            if name not in exempt:
                for text in strings(value):
                    assert runs(text) & seeds == set(), f"{where}: {name}"
    for page in sorted(EXAMPLE.glob("*.md")):
        prose = "\n".join(
            row for row in page.read_text(encoding="utf-8").splitlines() if not row.startswith("|")
        )
        assert runs(prose) & seeds == set(), page.name


def test_passages_are_pointed_to_by_their_ends():
    tool = locate_passages()
    text = "One river.\nTwo   banks, one river\nand a bridge.\nTwo boats."
    found = tool.between(text, "Two   banks", "bridge.")
    assert text[found.start : found.end].startswith("Two   banks")
    assert found.length == len("Two banks, one river and a bridge.")
    for first, last in (("river", "bridge."), ("One", "absent"), ("", "bridge."), ("One", "")):
        with pytest.raises(tool.LocatorError):
            tool.between(text, first, last)


def test_a_worksheet_line_without_three_columns_is_named(tmp_path):
    tool = locate_passages()
    sheet = tmp_path / "sheet.tsv"
    sheet.write_text("# key, first, last\na\tOne\triver.\nb\tTwo\n", encoding="utf-8")
    rows = tool.worksheet(sheet)
    assert next(rows) == ("a", "One", "river.")
    with pytest.raises(tool.LocatorError, match="line 3"):
        next(rows)


def test_works_of_the_sources_page_are_the_works_of_the_example():
    listed = re.findall(
        r"^\| `([a-z0-9-]+)` \|", (EXAMPLE / "SOURCES.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert sorted(listed) == sorted(WORKS)


def test_every_translated_label_is_listed_for_review():
    page = (ROOT / "docs" / "translations-example.md").read_text(encoding="utf-8")

    def labels(value):
        if isinstance(value, dict):
            if isinstance(value.get("en"), str):
                yield from (value[code] for code in ("vi", "lo") if code in value)
            else:
                for item in value.values():
                    yield from labels(item)
        elif isinstance(value, list):
            for item in value:
                yield from labels(item)

    found = {label for _, _, line in LINES for label in labels(line["fields"])}
    assert len(found) > 100
    assert [label for label in sorted(found) if f"| {label} |" not in page] == []
