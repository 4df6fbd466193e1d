"""The walk as a file, `walk.toml`: what leaves, who approves it, what is sealed, what is taken back."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from comity.demo.act_assessment_file import Assessment, read_assessment
from comity.demo.act_border_file import Border, read_border
from comity.demo.example import Example, ExampleError, with_id

if TYPE_CHECKING:
    from collections.abc import Mapping

BASIS: Final = "worked example, fiction"
MARKING: Final = "TLP:AMBER"


@dataclass(frozen=True)
class Record:
    """A sealed record of one party: what kind, and what stands in it."""

    party: str
    kind: str
    fields: Mapping[str, Any]


@dataclass(frozen=True)
class Release:
    """A release that one party's clerk asks for: records by name, with the fields of each (none: all)."""

    by: str
    to: str
    reason: str
    records: Mapping[str, tuple[str, ...]]
    withheld: tuple[str, ...] = ()


@dataclass(frozen=True)
class Question:
    """A round: who starts it, what it asks, each party's answer by the name of a record.

    The fields `alone` are opened before the rest by whoever starts it.
    """

    name: str
    by: str
    title: Mapping[str, str]
    question: str
    answers: Mapping[str, str]
    alone: tuple[str, ...] = ()


@dataclass(frozen=True)
class Grading:
    """A round that grades claims: who starts it, which claims, the graders' roles, the grades by slug.

    A party without grades is left to grade.
    """

    name: str
    by: str
    title: Mapping[str, str]
    claims: tuple[str, ...]
    graders: Mapping[str, str]
    grades: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Erasure:
    """What is erased of what was released, and the basis that stays readable."""

    by: str
    reason: str
    records: tuple[str, ...]


@dataclass(frozen=True)
class Walk:
    """Everything that the walk does, in its order."""

    clerk: str
    approvers: tuple[str, ...]
    visitor: str
    roles: tuple[str, ...]
    records: Mapping[str, Record]
    release: Release
    round: Question
    waiting_round: Question
    gradings: tuple[Grading, ...]
    waiting_grading: Grading | None
    erasure: Erasure
    pending: tuple[Release, ...]
    assessment: Assessment | None = None
    border: Border | None = None

    def draft(self, name: str, example: Example, origin: str) -> dict[str, Any]:
        """Return one record as a node of `origin` takes it: sealed, for the parties, fictional."""
        record = self.records[name]
        header = {
            **example.header,
            "marking": MARKING,
            "releasable_to": sorted(member.party for member in example.parties),
            "basis": BASIS,
            "class": "exercise",
        }
        return with_id({**header, "kind": record.kind, "fields": record.fields}, origin)

    def drafts(self, example: Example, origin: str) -> list[dict[str, Any]]:
        """Return the records of one party's log."""
        party = origin.partition("/")[0]
        own = [
            self.draft(name, example, origin)
            for name, record in self.records.items()
            if record.party == party
        ]
        return own + (self.assessment.drafts(example, origin) if self.assessment else [])


def read_walk(example: Example) -> Walk | None:
    """Read the walk of an example, None where it has none.

    Raises:
        ExampleError: the file is malformed, or names a party or record that is not there.
    """
    path = example.folder / "walk.toml"
    if not path.is_file():
        return None
    try:
        walk = _walk(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ExampleError(f"{path}: a setting is missing, unknown or malformed: {error}") from error
    walk = replace(walk, assessment=read_assessment(example), border=read_border(example))
    parties = {member.party for member in example.parties}
    asked = (walk.release, *walk.pending)
    named = {name for item in asked for name in item.records} | {*walk.erasure.records}
    named |= {name for item in (walk.round, walk.waiting_round) for name in item.answers.values()}
    acting = {record.party for record in walk.records.values()} | {item.by for item in asked}
    graded = (*walk.gradings, *([walk.waiting_grading] if walk.waiting_grading else []))
    acting |= {party for item in graded for party in (item.by, *item.grades)}
    if strange := sorted((named - set(walk.records)) | (acting - parties)):
        raise ExampleError(f"{path}: {', '.join(strange)}: no such record or party")
    return walk


def _walk(data: dict[str, Any]) -> Walk:
    return Walk(
        clerk=data["clerk"],
        approvers=tuple(data["approvers"]),
        visitor=data["visitor"],
        roles=tuple(data["roles"]),
        records={name: Record(**item) for name, item in data["records"].items()},
        release=_release(data["release"]),
        round=_question(data["round"]),
        waiting_round=_question(data["waiting_round"]),
        gradings=tuple(_grading(item) for item in data.get("gradings", [])),
        waiting_grading=_grading(data["waiting_grading"]) if "waiting_grading" in data else None,
        erasure=Erasure(**{**data["erasure"], "records": tuple(data["erasure"]["records"])}),
        pending=tuple(_release(item) for item in data["pending"]),
    )


def _grading(item: dict[str, Any]) -> Grading:
    return Grading(**{**item, "claims": tuple(item["claims"])})


def _release(item: dict[str, Any]) -> Release:
    records = {name: tuple(paths) for name, paths in item["records"].items()}
    return Release(**{**item, "records": records, "withheld": tuple(item.get("withheld", ()))})


def _question(item: dict[str, Any]) -> Question:
    return Question(**{**item, "alone": tuple(item.get("alone", ()))})
