"""What is on record of consultations, put together: gates with their rule, life, flags and replies; requests.

with node.views.connect() as db:
    for view in gates(db, parties(node), today):
        print(view.slug, view.life.state, [flag for flag in view.flags if flag.raised])
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from comity.assessment.entries import gate as kinds
from comity.assessment.gate import dates, flags, rules, usage
from comity.assessment.gate.deadline import Extension
from comity.assessment.gate.errors import RuleError
from comity.assessment.gate.said import Aside, Opening, Place, Said, first_opening
from comity.assessment.gate.states import life
from comity.assessment.tables import PROJECTOR

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from sqlalchemy import Connection

    from comity.assessment.gate.states import Life
    from comity.node.rows import Report


@dataclass(frozen=True)
class GateView:
    """A gate as of a day.

    `rule` and `life` are None where the opening carries a text that is no rule, or another than its digest.
    """

    opening: Report
    rule: rules.Rule | None
    problem: str
    life: Life | None
    flags: tuple[flags.Flag, ...]
    commitments: dict[str, Report]
    steps: dict[str, Report]
    replies: tuple[Report, ...]
    aside: tuple[Aside, ...]

    @property
    def slug(self) -> str:
        """Its natural name; with the sponsor it names the gate."""
        return str(self.opening.fields["slug"])

    @property
    def sponsor(self) -> str:
        """Code of the party that opened it."""
        return str(self.opening.fields["sponsor"])

    @property
    def exercise(self) -> bool:
        """Whether anything in it is fictional."""
        held = (self.opening, *self.commitments.values(), *self.steps.values(), *self.replies)
        return any(report.exercise for report in held)


@dataclass(frozen=True)
class RequestView:
    """A request to open a gate, and the sponsor's answer if there is one."""

    request: Report
    answer: Report | None


def gates(db: Connection, voices: Sequence[str], on: date) -> list[GateView]:
    """Return every gate that its sponsor opened, by name and sponsor."""
    steps = _grouped(db, kinds.GateStep, "gate", "sponsor")
    replies = _grouped(db, kinds.GateReply, "gate", "sponsor")
    commitments = _grouped(db, kinds.ExternalCommitment, "initiative")
    found = []
    for key, reports in sorted(_grouped(db, kinds.Gate, "slug", "sponsor").items()):
        by_place = {(report.origin, report.index): report for report in reports}
        opening, aside = first_opening([_opening(report) for report in reports])
        if opening is None:
            continue
        report = by_place[opening.place.origin, opening.place.index]
        mine = commitments.get((opening.initiative,), [])
        found.append(
            _view(opening, report, steps.get(key, []), replies.get(key, []), mine, voices, on, aside)
        )
    return found


def requests(db: Connection) -> list[RequestView]:
    """Return every request in the order of the logs, with the first answer of the party that was asked."""
    answers: dict[tuple[str, str, str], Report] = {}
    for report in PROJECTOR.reports(db, kinds.GateAnswer):
        key = (report.party, report.fields["requested_by"], report.fields["request"])
        answers.setdefault(key, report)
    seen: set[tuple[str, str]] = set()
    found = []
    for report in PROJECTOR.reports(db, kinds.GateRequest):
        name = (report.party, report.fields["slug"])
        # A party does not ask itself, and a request repeated under one name is the same request.
        if report.party != report.fields["sponsor"] and name not in seen:
            seen.add(name)
            found.append(
                RequestView(
                    report, answers.get((report.fields["sponsor"], report.party, report.fields["slug"]))
                )
            )
    return found


def use_of(db: Connection, voices: Sequence[str], on: date) -> list[usage.Use]:
    """Return each party's use of gates."""
    asked = requests(db)
    every = gates(db, voices, on)
    counted = {
        (word.place.origin, word.place.index)
        for view in every
        if view.life is not None
        for step in view.life.steps
        for word in step.words
    }
    return usage.usage(
        voices,
        opened=[view.opening for view in every],
        requests=[view.request for view in asked],
        answers=[view.answer for view in asked if view.answer is not None],
        steps=[
            report
            for view in every
            for report in view.steps.values()
            if (report.origin, report.index) in counted
        ],
        replies=[report for view in every for report in view.replies],
        commitments=PROJECTOR.reports(db, kinds.ExternalCommitment),
    )


def _view(  # noqa: PLR0917 - a gate is what eight lists say of it
    opening: Opening,
    report: Report,
    steps: list[Report],
    replies: list[Report],
    commitments: list[Report],
    voices: Sequence[str],
    on: date,
    aside: tuple[Aside, ...],
) -> GateView:
    rule, problem = _rule(report)
    found = None
    raised: tuple[flags.Flag, ...] = ()
    if rule is not None:
        bound = [party for party in voices if not rule.members or party in rule.members]
        found = life(opening, [_said(step) for step in steps], rule, bound, on)
        raised = tuple(flags.flag(found, rule, _commitment(one)) for one in commitments)
    return GateView(
        opening=report,
        rule=rule,
        problem=problem,
        life=found,
        flags=raised,
        commitments={one.id: one for one in commitments},
        steps={one.id: one for one in steps},
        replies=tuple(replies),
        aside=(*aside, *(found.aside if found else ())),
    )


def _rule(report: Report) -> tuple[rules.Rule | None, str]:
    text: str = report.fields["rule_text"]
    if rules.digest(text) != report.fields["rule_digest"]:
        return None, "rule-digest"
    try:
        rule = rules.parse(text)
    except RuleError:
        return None, "rule-unreadable"
    named = (report.fields["rule"], report.fields["rule_version"])
    return (rule, "") if (rule.id, rule.version) == named else (None, "rule-name")


def _opening(report: Report) -> Opening:
    fields = report.fields
    return Opening(
        _place(report),
        fields["sponsor"],
        fields["slug"],
        fields["initiative"],
        fields.get("water"),
        tuple(fields.get("seasons", ())),
        fields.get("use"),
    )


def _said(report: Report) -> Said:
    fields = report.fields
    extension = None
    if fields["step"] == "extended":
        until = fields.get("until")
        extension = Extension(
            fields.get("months", 0), fields.get("days", 0), dates.read(until).first if until else None
        )
    return Said(
        _place(report),
        fields["step"],
        dates.read(fields["on"]),
        fields.get("number"),
        extension,
        fields.get("corrects"),
        any(cite.get("unverified") for cite in fields.get("cites", ())),
    )


def _commitment(report: Report) -> flags.Commitment:
    fields = report.fields
    return flags.Commitment(_place(report), fields["slug"], fields["commitment"], dates.read(fields["on"]))


def _place(report: Report) -> Place:
    return Place(report.party, report.origin, report.index, report.id, report.claimed)


def _grouped(db: Connection, kind: type[Any], *names: str) -> dict[tuple[str, ...], list[Report]]:
    found: dict[tuple[str, ...], list[Report]] = defaultdict(list)
    for report in PROJECTOR.reports(db, kind):
        found[tuple(report.fields[name] for name in names)].append(report)
    return found
