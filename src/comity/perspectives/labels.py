"""What the kinds, fields, fixed values and verdicts of perspectives are called on a page (msgids)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from comity.console import KindView
from comity.console.i18n import N_, gettext

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def work_path(slug: str) -> str:
    """Return the path of a work's page."""
    return f"/comparison/works/{slug}"


def statement_path(slug: str) -> str:
    """Return the path of a statement's page."""
    return f"/comparison/statements/{slug}"


def proposition_path(slug: str) -> str:
    """Return the path of a proposition's page."""
    return f"/comparison/{slug}"


def claim_path(slug: str) -> str:
    """Return the place of a claim on the page of claims against the record."""
    return f"/comparison/claims#{slug}"


def _to(path: Callable[[str], str], name: str) -> Callable[[Mapping[str, Any]], str | None]:
    return lambda fields: path(fields[name])


def _rule_title(fields: Mapping[str, Any]) -> str:
    return gettext("version %(version)s") % {"version": fields["version"]}


KINDS: Final = {
    "perspectives.work": KindView(N_("Work"), lambda f: f["title"], _to(work_path, "slug")),
    "perspectives.document": KindView(N_("Document"), lambda f: f["work"], _to(work_path, "work")),
    "perspectives.rule": KindView(N_("Perspective rule"), _rule_title, lambda _: "/comparison"),
    "perspectives.grouping": KindView(
        N_("Authors' own grouping"), lambda f: ", ".join(f["authors"]), lambda _: "/comparison/rule"
    ),
    "perspectives.codebook": KindView(
        N_("Codebook"), lambda f: f"{f['slug']}/{f['version']}", lambda _: "/comparison/rule"
    ),
    "perspectives.task": KindView(N_("Coding task"), lambda f: f["slug"], lambda _: "/comparison/coding"),
    "perspectives.sheet": KindView(N_("Coding sheet"), lambda f: f["task"], lambda _: "/comparison/coding"),
    "perspectives.adjudication": KindView(
        N_("Adjudication"), lambda f: f["reason"], lambda _: "/comparison/coding"
    ),
    "perspectives.claim": KindView(N_("Claim"), lambda f: f["claims"], _to(claim_path, "slug")),
    "perspectives.evidence": KindView(N_("Evidence"), lambda f: f["shows"], _to(claim_path, "claim")),
    "perspectives.grading": KindView(N_("Grading task"), lambda f: f["slug"], lambda _: "/comparison/coding"),
    "perspectives.grade_sheet": KindView(
        N_("Grading sheet"), lambda f: f["task"], lambda _: "/comparison/coding"
    ),
    "perspectives.sample": KindView(N_("Sample for coding"), lambda f: f["slug"], lambda _: "/assistance"),
    "perspectives.proposition": KindView(
        N_("Proposition"), lambda f: f["text"], _to(proposition_path, "slug")
    ),
    "perspectives.statement": KindView(
        N_("Statement"), lambda f: f["paraphrase"], _to(statement_path, "slug")
    ),
    "perspectives.finding": KindView(
        N_("Authors' finding"), lambda f: f["statement"], _to(proposition_path, "proposition")
    ),
}

FIELDS: Final = {
    "title": N_("title"),
    "authors": N_("authors"),
    "year": N_("year"),
    "kind": N_("kind"),
    "origin_party": N_("country of origin"),
    "origin_cluster": N_("origin cluster"),
    "sha256": N_("digest"),
    "media_type": N_("media type"),
    "length": N_("length"),
    "pages": N_("pages"),
    "sections": N_("sections"),
    "blob": N_("original"),
    "version": N_("version"),
    "groups": N_("perspectives"),
    "holders": N_("holders"),
    "holder": N_("holder"),
    "group": N_("perspective"),
    "labels": N_("labels"),
    "proposition": N_("proposition"),
    "issue": N_("issue"),
    "authors_section": N_("section of the authors"),
    "source": N_("source"),
    "author": N_("author of the source"),
    "coder": N_("coder"),
    "stance": N_("stance"),
    "frame": N_("frame"),
    "paraphrase": N_("paraphrase"),
    "cite": N_("citation"),
    "finding": N_("finding"),
    "statement": N_("statement"),
    "evidence": N_("evidence"),
    "seed": N_("seed"),
    "method": N_("method"),
    "population": N_("drawn from"),
    "population_digest": N_("digest of what it was drawn from"),
    "items": N_("drawn"),
}

MODALITIES: Final = {
    "asserts": N_("asserts"),
    "reports": N_("reports"),
    "quotes": N_("quotes"),
    "plans": N_("plans"),
    "proposes": N_("proposes"),
    "aspires": N_("aspires"),
}

FINDINGS: Final = {
    "converge": (N_("converge"), "good", "check"),
    "diverge": (N_("diverge"), "warn", "differ"),
    "mixed": (N_("mixed"), "quiet", "unknown"),
    "recorded differently": (N_("recorded differently"), "stop", "differ"),
}
"""How an authors' finding is drawn: words, tone, drawing."""

VERDICTS: Final = {
    "agree": (N_("agree"), "good", "check"),
    "differ": (N_("differ"), "warn", "differ"),
    "cannot tell": (N_("cannot tell"), "quiet", "unknown"),
}
"""How a computed finding is drawn; "cannot tell" is a good answer."""

REASONS: Final = {
    "one_work": N_("one work reports every side: %(work)s"),
    "one_work_pair": N_("one work reports both %(group)s and %(other)s: %(work)s"),
    "not_heard": N_("%(group)s is not heard"),
    "no_stance": N_("no stance of %(group)s could be coded"),
    "divided": N_("%(group)s is internally divided"),
    "few_origins": N_("too few independent origins for %(group)s"),
    "not_first_hand": N_("no first-hand statement of %(group)s"),
    "shared_origin": N_("no origin of %(group)s is independent of %(other)s"),
    "fixed_late": N_("statements on it were on record before %(group)s and %(other)s were to be compared"),
    "no_family": N_("no codebook fixed the comparison of %(group)s and %(other)s before opening"),
    "few_clusters": N_("fewer than four origins against four of %(group)s and %(other)s: described only"),
    "wide_spread": N_("the origins of %(group)s lie far apart"),
    "near_nought": N_("the means are near each other, but not on one side of nought"),
    "wide_interval": N_("the interval of the difference reaches across a step"),
    "not_testable": N_("these origins could not reach the threshold of a test"),
    "not_found_in_family": N_("the difference does not stand among all the tests that were made"),
    "one_perspective": N_("there is nothing to compare with"),
}
"""Why one cannot tell, by the code that `clusters` gives."""

WORK_KINDS: Final = {
    "treaty": N_("treaty"),
    "joint_statement": N_("joint statement"),
    "official_report": N_("official report"),
    "white_paper": N_("white paper"),
    "press": N_("press"),
    "interview": N_("interview"),
    "article": N_("article"),
    "thesis": N_("thesis"),
    "book": N_("book"),
    "think_tank": N_("think tank"),
    "speech": N_("speech"),
    "web": N_("web page"),
    "other": N_("other"),
}

STANCES: Final = {"mixed": N_("mixed"), "not_addressed": N_("not addressed")}

VALUES: Final = {
    "modality": MODALITIES,
    "stance": STANCES,
    "finding": {name: words for name, (words, _, _) in FINDINGS.items()},
    "kind": WORK_KINDS,
}
