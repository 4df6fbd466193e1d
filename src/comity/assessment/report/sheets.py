"""The report in words, as plain data: what DOCX and PDF are made from, and whose digest a party records."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from comity.assessment.report import words_line, words_matter, words_session
from comity.assessment.report.gathered import gather
from comity.assessment.report.tongues import ELSEWHERE, Tongues, chosen
from comity.console.formats import edtf
from comity.console.i18n import N_, Languages, gettext
from comity.console.render import HERE as CONSOLE
from comity.node.compacts import members
from comity.record.canonical import b64, encode

if TYPE_CHECKING:
    from collections.abc import Mapping

    from comity.assessment.report.gathered import Gathered
    from comity.assessment.report.tongues import Block
    from comity.node.node import Node

LOCALE: Final = Path(__file__).parent.parent / "locale"
MACHINE: Final = ("vi", "lo")
"""Languages in which the words of the form come from a machine and await review."""
HEADINGS: Final = {
    "initiative": N_("What is proposed"),
    "consultation": N_("Consultation before anybody commits itself"),
    "sealed": N_("Who sealed and opened when"),
    "differing": N_("Where the parties differ"),
    "questions": N_("Question by question"),
    "line": N_("Joint line"),
    "risks": N_("Risks"),
    "entries": N_("The entries that this rests on"),
}


def sheet(node: Node, key: str, stage: str = "private", languages: str = "vi,lo") -> dict[str, Any]:
    """Return the report on a stage of a session.

    Raises:
        SessionError: there is no such session.
        SessionStepError: its protocol has no such stage.
        ReportLanguagesError: the languages are not some of those it can be made in.
    """
    codes = chosen(languages)
    told = gather(node, key, stage)
    names = {member.party: dict(member.names) for member in members(node)}
    tongues = Tongues(Languages([CONSOLE / "locale", LOCALE]), codes, names)
    sections = _sections(node, told, tongues)
    return {
        "session": told.view.key,
        "slug": told.view.model.slug,
        "asked": told.view.digest,
        "stage": told.stage.name,
        "languages": list(codes),
        "language_names": tongues.language_names,
        "marking": told.marking,
        "exercise": told.exercise,
        "as_of": told.as_of.isoformat(),
        "front": _front(told, tongues),
        "labels": _labels(told, tongues),
        "sections": sections,
    }


def content_of(found: Mapping[str, Any]) -> str:
    """Return the digest of what a report says: SHA-256 over its RFC 8785 JSON, pictures left out, base64.

    Pictures are drawn from the figures that stand beside them.
    """
    sections = [
        {**section, "blocks": [_plain(block) for block in section["blocks"]]} for section in found["sections"]
    ]
    said: dict[str, Any] = {**found, "sections": sections}
    return b64(hashlib.sha256(encode(said)).digest())


# --- inside ---


def _plain(block: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in block.items() if name != "svg"}


def _sections(node: Node, told: Gathered, tongues: Tongues) -> list[dict[str, Any]]:
    blocks: dict[str, list[Block]] = {
        "initiative": words_matter.initiative(told, tongues),
        "consultation": words_matter.consultation(told, tongues),
        "sealed": words_session.sealed(node, told, tongues),
        "differing": words_session.differing(told, tongues),
        "questions": words_session.questions(told, tongues),
        "line": words_line.joint_lines(told, tongues),
        "risks": words_line.risks(told, tongues),
        "entries": words_line.entries(node, told, tongues),
    }
    empty = {"kind": "text", "strong": False, "quiet": True, "sources": []}
    nothing = {**empty, "text": tongues.words(N_("Nothing is on record for this point."))}
    return [
        {
            "key": key,
            "number": number,
            "heading": tongues.words(HEADINGS[key]),
            "blocks": found or [nothing],
        }
        for number, (key, found) in enumerate(blocks.items(), 1)
    ]


def _front(told: Gathered, tongues: Tongues) -> dict[str, dict[str, str]]:
    model = told.view.model
    titles, topics = tongues.text(model.title), tongues.text(model.topic)
    kicker = tongues.words(N_("Joint assessment"))
    when = tongues.say(
        lambda _: gettext("As of %(day)s, by the newest record") % {"day": edtf(told.as_of.isoformat())}
    )
    return {
        code: {
            "kicker": kicker[code],
            "title": titles[code],
            "topic": topics[code],
            "when": when[code],
        }
        for code in tongues.codes
    }


def _labels(told: Gathered, tongues: Tongues) -> dict[str, dict[str, str]]:
    nature = N_(
        "Made by the software from what both parties opened; no position of any party but the joint line."
    )
    machine = N_("The words of this form were translated by machine and await review.")
    found = {
        "nature": tongues.words(nature),
        "exercise": tongues.words(N_("exercise: fictional")),
        "exercise_banner": tongues.words(
            N_("This report is about an exercise: fictional, no position of any Government.")
        ),
        "session": tongues.words(N_("Session %(place)s"), place=told.view.key),
        "elsewhere": tongues.joined(
            [ELSEWHERE, tongues.words(N_("not on record in this language: shown in another one"))], " "
        ),
    }
    labels = {code: {name: words[code] for name, words in found.items()} for code in tongues.codes}
    for code in tongues.codes:
        waits = tongues.words(machine)[code] if code in MACHINE else ""
        labels[code]["machine"] = waits
    return labels
