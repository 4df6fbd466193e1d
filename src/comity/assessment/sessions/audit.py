"""Both layers of a session again, from what this node was granted: at home of its own party, or of all.

*Inner*: the answers that a node holds of a party are summarised anew and held against what the party opened,
line by line: the same answers (by the root over their leaves), and the same figures. *Joint*: what was opened
is joined anew and held against what each party recorded. *Across*: whoever was granted the answers of all
parties also draws parties by lot (`comity.assessment.pools.inner`), which summaries do not allow.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from comity.assessment.pools.inner import Answer, inner
from comity.assessment.pools.joint import same
from comity.assessment.sessions.experts import counting
from comity.assessment.sessions.joint import JointView, results
from comity.assessment.sessions.lines import distributions, uncertainty
from comity.assessment.sessions.opened import lines
from comity.assessment.sessions.sealing import outcomes
from comity.assessment.sessions.summing import summed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from comity.assessment.entries.sessions import SummaryLine
    from comity.assessment.pools.inner import Inner
    from comity.assessment.sessions.opened import LineView
    from comity.assessment.sessions.queries import QuestionView, SessionView
    from comity.assessment.sessions.stages import StageView
    from comity.assessment.sessions.summing import Given
    from comity.node.node import Node

InnerState = Literal["same", "differs", "other-answers", "not-granted", "not-open"]


@dataclass(frozen=True)
class InnerFound:
    """One party's line of one question, made anew.

    Attributes:
        party: Whose.
        state: The same; other figures from the same answers; other answers than the line names; answers not
            held here; line not open.
        differs: Which figures.
    """

    party: str
    state: InnerState
    differs: tuple[str, ...] = ()


@dataclass(frozen=True)
class QuestionAudit:
    """One question of one stage.

    Attributes:
        question: Slug.
        stage: Which.
        inner: Each party's line.
        joint: The joint layer, and where records of it differ.
        across: Of all answers, where all are held here and experts of a party weigh the same.
    """

    question: str
    stage: str
    inner: tuple[InnerFound, ...]
    joint: JointView
    across: Inner | None


@dataclass(frozen=True)
class Audit:
    """A session, audited; `ok` where nothing that could be checked differs."""

    questions: tuple[QuestionAudit, ...]

    @property
    def ok(self) -> bool:
        """Whether nothing that this node could check differs."""
        return not any(
            any(one.state in ("differs", "other-answers") for one in found.inner)
            or found.joint.state == "contradiction"
            or any(found.joint.differs.values())
            for found in self.questions
        )

    @property
    def complete(self) -> bool:
        """Whether the answers of every opened line were held here."""
        return all(one.state in ("same", "not-open") for found in self.questions for one in found.inner)


def audit(node: Node, view: SessionView) -> Audit:
    """Audit a session with what this node holds."""
    return Audit(tuple(found for stage in view.stages for found in audited(node, view, stage)))


def audited(node: Node, view: SessionView, stage: StageView) -> list[QuestionAudit]:
    """Audit one stage, question by question."""
    opened = lines(node, view, stage)
    joint = {one.question.slug: one for one in results(node, view, stage)}
    given = {
        party: counting(node, view, stage.name, log, before=_sealed_at(stage, log))
        for log, party in view.parties.items()
    }
    anew = {
        party: _anew(view, party, log, given[party], _sealed_at(stage, log))
        for log, party in view.parties.items()
    }
    found = []
    for place, one in enumerate(view.questions):
        held = tuple(
            _inner(line, anew[party][place] if anew[party] else None)
            for party, line in sorted(opened[one.slug].items())
        )
        across = _across(view, one, given, opened[one.slug]) if _all_same(held) else None
        found.append(QuestionAudit(one.slug, stage.name, held, joint[one.slug], across))
    return found


# --- inside ---


def _sealed_at(stage: StageView, log: str) -> int:
    """Return where a party's summary stands in its log: later answers are not in it; 0 for none."""
    party = None if stage.standing is None else stage.standing.party(log)
    return 0 if party is None or party.sealed is None else party.sealed.index


def _anew(
    view: SessionView, party: str, log: str, answers: Sequence[Given], before: int
) -> tuple[SummaryLine, ...]:
    if not answers:
        return ()
    questions = [one.model for one in view.questions]
    return summed(view.model, questions, party, answers, outcomes(view, log, before)).lines


def _inner(opened: LineView, anew: SummaryLine | None) -> InnerFound:
    if opened.line is None:
        return InnerFound(opened.party, "not-open")
    if anew is None:
        return InnerFound(opened.party, "not-granted")
    if opened.line.inputs != anew.inputs:
        return InnerFound(opened.party, "other-answers")
    differs = same(_figures(opened.line), _figures(anew))
    return InnerFound(opened.party, "differs" if differs else "same", tuple(differs))


def _figures(line: SummaryLine) -> dict[str, object]:
    told = line.model_dump(mode="json", exclude_none=True)
    names = ("effective", "within", "spread", "median", "log_odds")
    return {
        **{name: float(told[name]) for name in names if name in told},
        "masses": str(told.get("masses", [])),
        "experts": told.get("experts", 0),
        "weights": told.get("weights", ""),
        "nothing": told.get("nothing", ""),
        "method": told.get("method", ""),
    }


def _all_same(held: Sequence[InnerFound]) -> bool:
    return all(one.state == "same" for one in held)


def _across(
    view: SessionView,
    one: QuestionView,
    given: Mapping[str, Sequence[Given]],
    opened: Mapping[str, LineView],
) -> Inner | None:
    if any(line.line is None or line.line.weights != "equal" for line in opened.values()):
        return None
    answers = []
    for party, all_given in given.items():
        mine = [answer for answer in all_given if answer.question == one.slug]
        masses = distributions(one.model, [answer.values for answer in mine])
        answers += [Answer(party, answer.expert, row) for answer, row in zip(mine, masses, strict=True)]
    voices = {voice.party: float(voice.weight) for voice in view.model.voices}
    return inner(answers, voices, uncertainty(one.model))
