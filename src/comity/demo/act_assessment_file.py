"""The joint assessment as a file, `assessment.toml`: proposal, gate, session, line and flag; all fiction."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from comity.demo.example import ExampleError, with_id

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from comity.demo.example import Example

BASIS: Final = "worked example, fiction"
Fields = dict[str, Any]


@dataclass(frozen=True)
class Panel:
    """Whom a party asks, and what each answers: values in the order of the questions."""

    custodian: str
    experts: Mapping[str, Sequence[Sequence[str]]]


@dataclass(frozen=True)
class ClausePlan:
    """A clause: who proposes a text; who brackets it, why, and what is proposed instead."""

    clause: str
    by: str
    text: Mapping[str, str]
    bracketed_by: str = ""
    reason: Mapping[str, str] | None = None
    instead: Mapping[str, str] | None = None


@dataclass(frozen=True)
class Assessment:
    """A joint assessment, as it is played.

    Attributes:
        by: The party that sponsors the initiative, opens the gate and starts the session.
        slug: Slug of the initiative.
        initiative: Its fields.
        background: Observations in public files: real, and no part of the fiction.
        gate: `slug`, `rule`, `note`, `cites`, and `days_ago` by step and for the commitment.
        commitment: `party` that asserts it, and its `fields`.
        reply: `party`, `reply`, `text`.
        session: Fields of the session, with those of its questions.
        panels: By party.
        arguments: `party`, `question`, `tail` or `category`, `text`.
        line: Fields of the line.
        clauses: In the order in which they are proposed.
        joint_line: `days_valid`, `release_reason`, and fields of the joint line.
    """

    by: str
    slug: str
    initiative: Fields
    background: tuple[Fields, ...]
    gate: Fields
    commitment: Fields
    reply: Fields
    session: Fields
    panels: Mapping[str, Panel]
    arguments: tuple[Fields, ...]
    line: Fields
    clauses: tuple[ClausePlan, ...]
    joint_line: Fields

    def drafts(self, example: Example, origin: str) -> list[dict[str, Any]]:
        """Return the initiative, and the facts beside it, as a node of `origin` takes them."""
        if origin.partition("/")[0] != self.by:
            return []
        facts = [
            {**example.header, "kind": "assessment.observation", "fields": {"about": self.slug, **one}}
            for one in self.background
        ]
        fiction = {
            **example.header,
            "basis": BASIS,
            "class": "exercise",
            "kind": "assessment.initiative",
            "fields": self.initiative,
        }
        return [with_id(draft, origin) for draft in (fiction, *facts)]

    def header(self, clerk: str, **changes: Any) -> dict[str, Any]:
        """Return the header of an act: for everybody, and fiction."""
        plain = {"author": clerk, "marking": "TLP:CLEAR", "basis": BASIS, "class": "exercise"}
        return {**plain, **changes}


def read_assessment(example: Example) -> Assessment | None:
    """Read the assessment of an example, None where it has none.

    Raises:
        ExampleError: the file is malformed, or names a party or a question that is not there.
    """
    path = example.folder / "assessment.toml"
    if not path.is_file():
        return None
    try:
        found = _assessment(tomllib.loads(path.read_text(encoding="utf-8")))
        strange = sorted({*_strangers(found, example)})
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ExampleError(f"{path}: a setting is missing, unknown or malformed: {error}") from error
    if strange:
        raise ExampleError(f"{path}: {', '.join(strange)}: no such party or question")
    return found


def _assessment(data: dict[str, Any]) -> Assessment:
    return Assessment(
        **{
            **data,
            "background": tuple(data["background"]),
            "panels": {party: Panel(**panel) for party, panel in data["panels"].items()},
            "arguments": tuple(data["arguments"]),
            "clauses": tuple(ClausePlan(**clause) for clause in data["clauses"]),
        }
    )


def _strangers(found: Assessment, example: Example) -> Iterator[str]:
    parties = {member.party for member in example.parties}
    questions = [one["slug"] for one in found.session["questions"]]
    acting = {found.by, found.commitment["party"], found.reply["party"], *found.panels}
    acting |= {one["party"] for one in found.arguments} | {one.by for one in found.clauses}
    acting |= {one.bracketed_by for one in found.clauses if one.bracketed_by}
    yield from acting - parties
    yield from {one["question"] for one in found.arguments} - set(questions)
    for party, panel in found.panels.items():
        for expert, answers in panel.experts.items():
            if len(answers) != len(questions):
                yield f"{party}: {expert} answers {len(answers)} of {len(questions)}"
