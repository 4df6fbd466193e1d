"""What each party opened of a stage, question by question; what is sealed and not open is not looked at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from pydantic import ValidationError

from comity.assessment.entries.sessions import PartySummary, SummaryLine
from comity.assessment.sessions.turns import Opening, Turn, in_turn, order
from comity.node.errors import RecordNotFoundError
from comity.record.protocol_kinds import RoundOpen

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from comity.assessment.sessions.queries import QuestionView, SessionView
    from comity.assessment.sessions.stages import StageView
    from comity.node.node import Node
    from comity.record.entry_form import Ref
    from comity.record.rounds import PartyStanding

HEAD: Final = ("session", "asked", "stage", "party", "weighting")
"""Fields of a summary that are opened with the session's first question."""

LineState = Literal["sealed", "open", "nothing", "unreadable", "not-received"]


@dataclass(frozen=True)
class LineView:
    """One party's side of one question.

    Attributes:
        party: Whose.
        state: Not opened yet (the round says whether it is sealed); open; opened as *nothing*, of too few
            experts; opened, and no summary of this question; opened, and its content has not arrived.
        line: The summary, where it is open.
        at: Where it was opened.
        in_turn: Whether the opening came in turn; None while there is none.
    """

    party: str
    state: LineState
    line: SummaryLine | None = None
    at: Ref | None = None
    in_turn: bool | None = None


def paths_of(one: QuestionView) -> list[str]:
    """Return the fields that are opened with a question."""
    return [*(HEAD if one.number == 1 else ()), one.path]


def all_paths(count: int) -> list[str]:
    """Return every field that a round on so many questions asks for."""
    return [*HEAD, *(f"q{number:02}" for number in range(1, count + 1))]


def turns(view: SessionView) -> list[Turn]:
    """Return the openings of a stage in the order in which they are due."""
    return order(view.digest, [one.slug for one in view.questions], view.parties.values())


def openings(node: Node, view: SessionView, stage: StageView) -> list[Opening]:
    """Return the openings of a stage that count."""
    found = []
    for party in stage.standing.parties if stage.standing is not None else ():
        for place in party.openings:
            content = node.control.rounds.record(place).content
            model = None if content is None else content.model
            if isinstance(model, RoundOpen):
                paths = set(model.paths) or {one.path for one in view.questions}
                opened = frozenset(one.slug for one in view.questions if one.path in paths)
                found.append(Opening(view.parties[party.origin], place, opened))
    return found


def lines(node: Node, view: SessionView, stage: StageView) -> dict[str, dict[str, LineView]]:
    """Return what was opened of a stage, by question and party."""
    if stage.standing is None or stage.machine is None:
        return {
            one.slug: {party: LineView(party, "sealed") for party in view.parties.values()}
            for one in view.questions
        }
    done = openings(node, view, stage)
    judged = in_turn(turns(view), done, stage.machine.knows)
    found: dict[str, dict[str, LineView]] = {one.slug: {} for one in view.questions}
    for party in stage.standing.parties:
        values = _held(node, party)
        if not _heads(view, stage, view.parties[party.origin], values):
            values = dict.fromkeys(values, None)
        for one in view.questions:
            found[one.slug][view.parties[party.origin]] = _line(view, one, party, values, done, judged)
    return found


def weighting(node: Node, party: PartyStanding) -> Any:
    """Return how a party says that it weighted its experts; None while that is sealed."""
    return _held(node, party).get("weighting")


def _line(  # noqa: PLR0917 - the question, whose, what is held, what was opened, in turn or not
    view: SessionView,
    one: QuestionView,
    party: PartyStanding,
    values: Mapping[str, Any],
    done: Sequence[Opening],
    judged: Mapping[Turn, bool],
) -> LineView:
    name = view.parties[party.origin]
    mine = [opening for opening in done if opening.party == name and one.slug in opening.questions]
    if not mine:
        return LineView(name, "sealed")
    at, kept = mine[0].place, judged.get(Turn(one.slug, name))
    if one.path not in values:
        return LineView(name, "not-received", at=at, in_turn=kept)
    line = _read(values[one.path], one)
    if line is None:
        return LineView(name, "unreadable", at=at, in_turn=kept)
    return LineView(name, "nothing" if line.nothing else "open", line, at, kept)


def _read(value: Any, one: QuestionView) -> SummaryLine | None:
    """Return a line of this very question, on its grid; None of anything else."""
    try:
        line = SummaryLine.model_validate(value)
    except ValidationError:
        return None
    if (line.question, line.question_digest) != (one.asked.question, one.asked.digest):
        return None
    return line if line.masses is None or len(line.masses) == cells_of(one) else None


def cells_of(one: QuestionView) -> int:
    """Return how many masses a summary of a question has."""
    if one.model.form == "quantile":
        return one.model.cells or 0
    return 2 if one.model.form == "probability" else len(one.model.categories or ())


def _heads(view: SessionView, stage: StageView, party: str, values: Mapping[str, Any]) -> bool:
    """Whether what was opened of a summary's head names this session, stage and party."""
    said = {"session": view.model.slug, "asked": view.digest, "stage": stage.name, "party": party}
    return all(values.get(name, wanted) == wanted for name, wanted in said.items())


def _opens(party: PartyStanding, path: str) -> bool:
    return bool(party.openings) and (not party.paths or path in party.paths)


def _held(node: Node, party: PartyStanding) -> dict[str, Any]:
    """Return the fields opened of what a party sealed, as far as they are held here."""
    if party.sealed is None or not party.openings:
        return {}
    try:
        record = node.record(party.sealed.origin, party.sealed.index)
    except RecordNotFoundError:
        return {}
    if record.leaf_hash != party.sealed.leaf:
        return {}
    if record.content is not None:
        if not isinstance(record.content.model, PartySummary):
            return {}
        fields = dict(record.content.fields)
    else:
        partial = node.control.inbox.partial(party.sealed.origin, party.sealed.index)
        if partial is None or partial.kind != PartySummary.kind_id():
            return {}
        fields = dict(partial.values)
    return {path: value for path, value in fields.items() if _opens(party, path)}
