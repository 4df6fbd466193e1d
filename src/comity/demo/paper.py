"""The paper itself: its authors' findings with their passages, the audit of its citations, its proposals.

The paper is the document on which the recorded findings of authors rest. Nothing here is a finding of the
software: the authors' column is theirs, the computed one comes from the coded statements, and what the
authors propose is nobody's undertaking.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from comity.perspectives.citations import audit
from comity.perspectives.clusters import WORDS
from comity.perspectives.intake import document_text
from comity.perspectives.locators import resolve
from comity.record.values import Locator

if TYPE_CHECKING:
    from collections.abc import Sequence

    from comity.demo.documents import Looked
    from comity.demo.nodes import RunningNode
    from comity.demo.reading import Records
    from comity.perspectives.citations import Audit

PROPOSING: Final = ("proposes",)
"""Modalities by which a work says what should be, not what is."""


@dataclass(frozen=True)
class AuthorsFinding:
    """A finding of the authors: what they conclude, where, on what it rests, and what computes beside it."""

    proposition: str
    finding: str
    section: str
    passage: str
    cited: tuple[str, ...]
    faults: tuple[str, ...]
    computed: str
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Paper:
    """The paper's comparison and the audit of its citations."""

    work: str
    findings: tuple[AuthorsFinding, ...]
    audit: Audit
    proposals: int
    undertakings: int
    rests_on_proposal: tuple[str, ...] = field(default=())

    def as_json(self) -> dict[str, Any]:
        """Return it as plain JSON data, without the passages."""
        return {
            "work": self.work,
            "findings": [
                {
                    "proposition": item.proposition,
                    "authors": item.finding,
                    "section": item.section,
                    "located": bool(item.passage),
                    "cited": list(item.cited),
                    "computed": item.computed,
                    "reasons": list(item.reasons),
                }
                for item in self.findings
            ],
            "citations": len(self.audit.instances),
            "audit": self.audit.as_json()["findings"],
            "shares": [
                {"origin": share.origin, "works": share.works, "citations": share.citations}
                for share in self.audit.shares
            ],
            "proposals": self.proposals,
            "undertakings_that_rest_on_a_proposal": list(self.rests_on_proposal),
        }


def read_paper(looked: Looked, nodes: Sequence[RunningNode], records: Records) -> Paper | None:
    """Return the paper's comparison, or None where the folder holds no document that findings rest on."""
    recorded = [record["content"]["fields"] for record in records.contents("perspectives.finding")]
    works = Counter(fields["cite"]["work"] for fields in recorded)
    held = {found.known.work: found for found in looked.found}
    work = next((work for work, _ in works.most_common() if work in held), None)
    if work is None:
        return None
    text = document_text(held[work].original)
    checked = audit(text, nodes[0].get("perspectives/works"))
    comparison = nodes[0].get("perspectives/comparison")
    rows = {row["proposition"]: row for row in comparison["rows"]}
    titles = {item["slug"]: item["title"] for item in nodes[0].get("perspectives/works")}
    named = titles | {slug: label["en"] for slug, label in _labels(comparison).items()}
    findings = [
        _finding(fields, text, checked, rows, named) for fields in recorded if fields["cite"]["work"] == work
    ]
    proposals = [
        record["content"]["fields"]
        for record in records.contents("perspectives.statement")
        if record["content"]["fields"]["modality"] in PROPOSING
        and record["content"]["fields"]["holder"] == work
    ]
    undertakings = [record["content"]["fields"] for record in records.contents("register.undertaking")]
    return Paper(
        work=work,
        findings=tuple(findings),
        audit=checked,
        proposals=len(proposals),
        undertakings=len(undertakings),
        rests_on_proposal=tuple(
            str(fields["slug"]) for fields in undertakings if _rests(fields, work, proposals)
        ),
    )


def _labels(comparison: dict[str, Any]) -> dict[str, dict[str, str]]:
    return dict(comparison["rule"]["labels"]) if comparison["rule"] else {}


def _reason(reason: dict[str, Any], named: dict[str, str]) -> str:
    """Return why one cannot tell, with perspectives and works by their names."""
    told = {name: named.get(reason[name], reason[name]) for name in ("group", "other", "work")}
    return WORDS[reason["code"]] % told


def _finding(
    fields: dict[str, Any],
    text: str,
    checked: Audit,
    rows: dict[str, dict[str, Any]],
    named: dict[str, str],
) -> AuthorsFinding:
    row = rows.get(fields["proposition"], {})
    start = end = 0
    if "locator" in fields["cite"]:
        found = resolve(text, Locator.model_validate(fields["cite"]["locator"]))
        start, end = found.start, found.end
    inside = [item for item in checked.instances if start <= item.start < end]
    keys = {item.key for item in inside}
    faults = {
        f"{item.kind}: {item.where}"
        for item in checked.findings
        if (item.line and item.line in {found.line for found in inside}) or keys & set(item.keys)
    }
    return AuthorsFinding(
        proposition=fields["proposition"],
        finding=fields["finding"],
        section=fields["cite"].get("section", ""),
        passage=" ".join(text[start:end].replace("*", "").split()),
        cited=tuple(dict.fromkeys(item.raw for item in inside)),
        faults=tuple(sorted(faults)),
        computed=row.get("computed_finding", "cannot tell"),
        reasons=tuple(_reason(reason, named) for reason in row.get("reasons", [])),
    )


def _rests(fields: dict[str, Any], work: str, proposals: Sequence[dict[str, Any]]) -> bool:
    """Whether an undertaking cites the passage of a proposal, or the section in which the authors propose."""
    sections = {fields["cite"].get("section") for fields in proposals} - {None}
    for cite in fields.get("cites", []):
        if cite["work"] != work:
            continue
        if cite.get("section") in sections:
            return True
        for proposal in proposals:
            here, there = cite.get("locator"), proposal["cite"].get("locator")
            if here and there and here["start"] < there["end"] and there["start"] < here["end"]:
                return True
    return False
