"""What a coder is given to code in the browser, passages or items, and what a form says of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from comity.perspectives import coding_grades, queries
from comity.perspectives.coding_errors import CodingError
from comity.perspectives.coding_sheet import WORDS, whole
from comity.perspectives.documents import Texts
from comity.perspectives.documents_reading import span_of
from comity.perspectives.entries import Proposition
from comity.perspectives.locators import locate, point_to

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from comity.node.node import Node
    from comity.node.rows import Report
    from comity.perspectives.agreement.unitising import Span
    from comity.perspectives.coding import CodingRound
    from comity.perspectives.coding_grades import GradingRound
    from comity.perspectives.entries import Coded, GradedItem, Passage


@dataclass(frozen=True)
class AssignedItem:
    """One item of a grading task: its place there, what was claimed, and what is graded."""

    place: int
    item: GradedItem
    claim: Report | None
    shown: Report | None


def items(node: Node, found: GradingRound, side: str) -> list[AssignedItem]:
    """Return the items of one side, `claims` or `evidence`; of the other, no more than what was claimed."""
    with node.views.connect() as db:
        held = coding_grades.texts(db, found.task)
    return [
        AssignedItem(place, item, held.get((item.claim, None)), held.get((item.claim, item.evidence)))
        for place, item in enumerate(found.task.items)
        if coding_grades.side_of(item) == side
    ]


def grades_of(form: Mapping[str, str], assigned: list[AssignedItem]) -> list[dict[str, Any]]:
    """Return the grades that a form gives; an item left open is not graded."""
    given = [(one.place, form.get(f"grade-{one.place}", "").strip()) for one in assigned]
    return [{"item": place, "grade": grade} for place, grade in given if grade]


def codings_of(form: Mapping[str, str], found: CodingRound) -> list[dict[str, Any]]:
    """Return the codings that a form gives of the passages of the task; one left open is not coded."""
    coded = []
    for place, unit in enumerate(found.task.units):
        said = _said(form, f"-{place}")
        if said:
            coded.append({**unit.model_dump(), **said})
    return coded


def form_of(found: CodingRound, mine: Sequence[Coded]) -> dict[str, str]:
    """Return the fields of the form that give codings of the passages of the task, as they were handed in."""
    at = {(one.document, one.start, one.end, one.proposition, one.holder): one for one in mine}
    form: dict[str, str] = {}
    for place, unit in enumerate(found.task.units):
        one = at.get((unit.document, unit.start, unit.end, unit.proposition, unit.holder))
        if one is not None:
            form |= {f"stance-{place}": str(one.stance), f"frame-{place}": one.frame or ""}
            form[f"modality-{place}"] = one.modality or ""
    return form


def coding_of(node: Node, form: Mapping[str, str], found: CodingRound) -> dict[str, Any]:
    """Return the coding of a passage that a coder found, named by its span or by its words.

    Raises:
        CodingError: the document is not held here, or the stance is left out.
        LocatorError: the words stand nowhere in it, or in several places; the span is not in it.
    """
    document = whole(form.get("document", "").strip() or "0", "document")
    text = passages(node, found).get(document)
    if text is None:
        raise CodingError("text-not-held", document=document)
    span = span_of(form.get("at", ""))
    pointed = point_to(text, form.get("quote", "").strip()) if span is None else locate(text, *span)
    said = _said(form, "")
    if not said:
        raise CodingError("no-stance")
    chosen = {name: form.get(name, "").strip() for name in ("proposition", "holder")}
    return {"document": document, "start": pointed.start, "end": pointed.end, **chosen, **said}


def passages(node: Node, found: CodingRound) -> dict[int, str]:
    """Return the text of each document of the task that is held here, by its place."""
    held = {}
    with node.views.connect() as db:
        texts = Texts(db, node.contents)
    for place, document in enumerate(found.task.documents):
        for report in texts.documents(document.work):
            text = texts.text(report) if report.fields["sha256"] == document.sha256 else None
            if text is not None:
                held[place] = text
                break
    return held


def cut(text: str | None, unit: Span | Passage, most: int) -> str:
    """Return the beginning of a passage; empty where the text is not held here."""
    passage = "" if text is None else text[unit.start : unit.end]
    return passage if len(passage) <= most else passage[:most] + "…"


def holders(node: Node) -> dict[str, Any]:
    """Return the names of holders by slug, as the rule in force has them."""
    with node.views.connect() as db:
        placed = queries.rule(db)
    return dict(placed.holder_names) if placed else {}


def propositions(node: Node) -> dict[str, Any]:
    """Return the text of every proposition on record, by slug."""
    with node.views.connect() as db:
        found = queries.by_slug(queries.reports(db, Proposition))
    return {slug: reports[0].fields["text"] for slug, reports in found.items()}


# --- inside ---


def _said(form: Mapping[str, str], after: str) -> dict[str, Any]:
    """Return stance, frame and modality of one passage; nothing where no stance is given."""
    stance = form.get(f"stance{after}", "").strip()
    if not stance:
        return {}
    rest = {name: form.get(f"{name}{after}", "").strip() for name in ("frame", "modality")}
    return {
        "stance": stance if stance in WORDS else whole(stance, "stance"),
        **{name: value for name, value in rest.items() if value},
    }
