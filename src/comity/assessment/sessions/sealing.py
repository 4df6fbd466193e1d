"""A party seals its summary of a stage, and opens it question by question when its turn comes.

Sealing and opening are those of rounds (docs/spec/round.md); here it is decided what is sealed, and what
comes next. Where sealing was cut off, doing it again goes on: the same summary is not recorded twice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from comity.assessment.entries.sessions import PartySummary
from comity.assessment.sessions import queries
from comity.assessment.sessions.digests import asked_by, fields_of
from comity.assessment.sessions.errors import SessionStepError
from comity.assessment.sessions.experts import counting
from comity.assessment.sessions.opened import openings, paths_of, turns
from comity.assessment.sessions.recording import append, header, read
from comity.assessment.sessions.starting import check_voices
from comity.assessment.sessions.summing import Summed, summed
from comity.assessment.sessions.turns import due
from comity.assessment.tables import PROJECTOR
from comity.node.compacts import in_force
from comity.node.control.rounds import Round, RoundRefusedError
from comity.record.protocol_kinds import RoundSeal

if TYPE_CHECKING:
    from comity.assessment.sessions.queries import SessionView
    from comity.assessment.sessions.stages import StageView
    from comity.node.node import Node
    from comity.record.entry_form import Ref


def summarise(node: Node, key: str, stage: str) -> tuple[PartySummary, Summed]:
    """Return exactly what would be sealed, and the weights behind it; nothing is recorded.

    Raises:
        SessionStepError: nobody has answered, or this node's log is none that seals.
    """
    view = queries.find(node, key)
    return _summary(node, view, view.stage(stage))


def outcomes(view: SessionView, log: str, before: int | None = None) -> dict[str, float]:
    """Return the outcomes of quantities that a log itself records, by question.

    A party weighs its experts by outcomes that stand in its own log before its summary: so that anybody who
    is granted the answers makes the same weights.

    Args:
        view: The session.
        log: Whose word.
        before: Index of the summary; all that the log has when there is none yet.
    """
    found = {}
    for one in view.questions:
        for report in one.resolutions:
            early = before is None or report.index < before
            if report.origin == log and early and one.model.form == "quantile" and "outcome" in report.fields:
                found[one.slug] = float(report.fields["outcome"])
    return found


def seal(node: Node, key: str, stage: str, author: str) -> Ref:
    """Summarise the answers of this party, record and seal the summary, ask people to approve its openings.

    Returns:
        The place of the seal.

    Raises:
        SessionStepError: it would not stand, and why; nothing was recorded.
        RoundRefusedError: it would not count.
        ReleaseRefusedError: the summary could not be opened to a party.
    """
    view = queries.find(node, key)
    found = view.stage(stage)
    round_ = _round(node, view, found)
    if found.sealed_by(node.origin):
        return _go_on(view, found, round_, node, author)
    _check_blind(node, view)
    check_voices(node, view.model)
    _check_order(view, found)
    summary, _ = _summary(node, view, found)
    index = _sealable(node, view, summary, author)
    place = round_.seal(index, author=author, question=asked_by(view.report.fields, stage))
    _ask(view, round_, author)
    return place


def open_next(
    node: Node, key: str, stage: str, author: str, question: str = "", *, anyway: bool = False
) -> tuple[str, Ref]:
    """Open the next question of this party's summary.

    Args:
        node: The node.
        key: The session.
        stage: Which.
        author: Pseudonym of who opens.
        question: Slug; the next that this party has not opened when none is named.
        anyway: Open though it is not this party's turn; the opening is marked for it.

    Returns:
        Slug of the question, and the place of the opening.

    Raises:
        SessionStepError: it is another one's turn, or all is open.
        RoundNotSealedError: not everybody has sealed.
        ReleaseRefusedError: approvals are missing.
    """
    view = queries.find(node, key)
    found = view.stage(stage)
    round_ = _round(node, view, found)
    if not found.sealed_by(node.origin):
        raise SessionStepError("not-sealed")
    own, order = queries.own_party(node), turns(view)
    done = openings(node, view, found)
    mine = [one.question for one in order if one.party == own]
    opened = {slug for one in done if one.party == own for slug in one.questions}
    wanted = question or next((slug for slug in mine if slug not in opened), "")
    if not wanted:
        raise SessionStepError("all-open")
    one = view.question(wanted)
    next_ = due(order, done)
    # While a seal is missing the round itself refuses, and says whose.
    everybody = found.standing is not None and found.standing.all_sealed
    if everybody and next_ is not None and (next_.party, next_.question) != (own, wanted) and not anyway:
        raise SessionStepError(
            "not-your-turn", f"{next_.party} opens {next_.question!r} before {own} opens {wanted!r}"
        )
    return wanted, round_.open(author=author, paths=paths_of(one))


# --- inside ---


def _round(node: Node, view: SessionView, stage: StageView) -> Round:
    if node.origin not in view.parties:
        raise SessionStepError("not-a-party")
    if stage.round is None:
        raise RoundRefusedError("not-a-party", f"the round on {stage.name} has not come: exchange first")
    return stage.round


def _summary(node: Node, view: SessionView, stage: StageView) -> tuple[PartySummary, Summed]:
    party = view.parties.get(node.origin)
    if party is None:
        raise SessionStepError("not-a-party")
    given = counting(node, view, stage.name, node.origin)
    if not given:
        raise SessionStepError("no-answers")
    made = summed(
        view.model, [one.model for one in view.questions], party, given, outcomes(view, node.origin)
    )
    fields: dict[str, Any] = {
        "session": view.model.slug,
        "asked": view.digest,
        "stage": stage.name,
        "party": party,
        "weighting": made.weights.told.model_dump(mode="json"),
    }
    for one, line in zip(view.questions, made.lines, strict=True):
        fields[one.path] = line.model_dump(mode="json", exclude_none=True)
    return read(PartySummary, fields), made


def _check_blind(node: Node, view: SessionView) -> None:
    """Refuse while the compact lets summaries travel by themselves: the other side would read them first."""
    compact = in_force(node.folder)
    for party in view.parties.values():
        if compact is not None and compact.stands_granted(PartySummary.kind, party):
            raise SessionStepError("not-blind", f"the compact gives {PartySummary.kind} to {party} unasked")


def _check_order(view: SessionView, stage: StageView) -> None:
    for one in view.questions:
        if one.changed:
            raise SessionStepError("question-changed", f"{one.slug!r} was changed after the session began")
    if stage.phase == "waiting":
        raise SessionStepError("private-not-open")


def _sealable(node: Node, view: SessionView, summary: PartySummary, author: str) -> int:
    """Return where the summary stands in the own log: a cut-off sealing may have left it there."""
    fields = fields_of(summary)
    with node.views.connect() as db:
        found = [one for one in PROJECTOR.reports(db, PartySummary) if one.origin == node.origin]
    desk = node.control.rounds
    for one in found:
        if one.fields == fields and not desk.about(desk.own_place(one.index), RoundSeal):
            return one.index
    audience = {*view.parties.values(), *(log.partition("/")[0] for log in view.model.recipients)}
    return append(node, [summary], header(node, author, {"exercise": view.exercise}, audience))[0]


def _go_on(view: SessionView, stage: StageView, round_: Round, node: Node, author: str) -> Ref:
    """Ask for whatever approval was not asked for yet."""
    mine = None if stage.standing is None else stage.standing.party(node.origin)
    assert mine is not None
    assert mine.sealed is not None
    place = round_.seal(mine.sealed.index, author=author)
    _ask(view, round_, author)
    return place


def _ask(view: SessionView, round_: Round, author: str) -> None:
    for one in view.questions:
        round_.ask(paths_of(one), author=author)
