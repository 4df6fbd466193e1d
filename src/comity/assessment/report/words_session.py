"""The middle of a report: who sealed when, where the parties differ, and each question with its figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.assessment.charts.figures import figure as written
from comity.assessment.charts.figures import share
from comity.assessment.charts.parts import bar
from comity.assessment.pools.chance import BOUNDS, EXPECTED
from comity.assessment.report.pictures import drawn, parts_bar
from comity.assessment.report.tongues import facts, figure, place, table, text, title
from comity.assessment.sessions.chance import by_lot
from comity.assessment.sessions.forms_pictures import opened_picture
from comity.assessment.sessions.labels import ADVICE, EVENTS, JOINT, LINES, PARTS, STAGES, TAILS, WEIGHTS
from comity.assessment.sessions.opened import weighting
from comity.console import Query
from comity.console.formats import moment, number
from comity.console.i18n import N_, gettext

if TYPE_CHECKING:
    from comity.assessment.entries.session_results import JointResult
    from comity.assessment.pools.chance import Bounds
    from comity.assessment.report.gathered import Gathered
    from comity.assessment.report.tongues import Block, Tongues, Words
    from comity.assessment.sessions.forms_pictures import Picture
    from comity.assessment.sessions.joint import JointView
    from comity.assessment.sessions.queries import QuestionView
    from comity.node.node import Node
    from comity.node.rows import Report

NO_ADDRESS = Query("", {})
"""A printed table is not sorted by links."""


def sealed(node: Node, told: Gathered, tongues: Tongues) -> list[Block]:
    """Return the blocks on who sealed and opened when, and how experts were weighted."""
    rows: list[list[Words | str]] = []
    for one in told.seals:
        when = tongues.say(lambda _code, s=one: moment(s.sealed_at) if s.seal is not None else "-")  # type: ignore[misc]
        opened = ", ".join(place(one.origin, index) for index in one.openings)
        seal = "-" if one.seal is None else place(one.origin, one.seal)
        rows.append([tongues.party(one.party), when, seal, opened or "-"])
    head = [N_("Party"), N_("Sealed on (its own clock)"), N_("Seal"), N_("Openings")]
    at = [place(told.view.report.origin, told.view.report.index)]
    stage = tongues.words(N_("Stage: %(stage)s"), stage=tongues.words(STAGES[told.stage.name]))
    blocks = [text(stage, sources=at), table([tongues.words(name) for name in head], rows, (3, 4, 3, 5))]
    standing = told.stage.standing
    for party in standing.parties if standing is not None else ():
        why = weighting(node, party)
        if isinstance(why, dict) and why.get("why") in WEIGHTS:
            words = tongues.words(WEIGHTS[why["why"]])
            name = tongues.party(told.view.parties[party.origin])
            blocks.append(text(tongues.joined([name, words], ": "), quiet=True))
    return blocks


def differing(told: Gathered, tongues: Tongues) -> list[Block]:
    """Return the summary: for each question the share between the parties, and what to do."""
    rows: list[list[Words | str]] = []
    for one in told.joint:
        if one.result is None:
            state = tongues.words(JOINT[one.state][0])
            rows.append([_numbered(one.question, tongues), "-", "-", "-", "-", state])
            continue
        result = one.result
        lot = by_lot(result, one.opened)
        between = tongues.say(lambda _, found=lot: share(found.share))  # type: ignore[misc]
        times = tongues.say(lambda _, found=lot: written(found.times))  # type: ignore[misc]
        ways = tongues.say(lambda _, found=lot: number(str(found.bounds.ways)))  # type: ignore[misc]
        draws = tongues.say(lambda _, found=lot: _range(found.bounds))  # type: ignore[misc]
        word = tongues.words(ADVICE[result.advice.word][0])
        found = [word, tongues.words(N_("the parties differ"))] if result.advice.divisive else [word]
        rows.append([_numbered(one.question, tongues), between, times, ways, draws, tongues.joined(found)])
    head = [
        N_("Question"),
        N_("Between the parties"),
        N_("Over lot"),
        N_("Ways to draw"),
        N_("Draws as large"),
        N_("What to do"),
    ]
    note = N_(
        "Over lot: the distance between the parties, over its mean when experts are drawn to parties by lot. "
        "Draws as large: the share of all ways to draw them that give as much lies between these two, as far "
        "as summaries say. Divisive: a third of the uncertainty, and four times the mean."
    )
    method = tongues.joined([tongues.words(N_("Method")), f"{EXPECTED}, {BOUNDS}"], ": ")
    return [
        table([tongues.words(name) for name in head], rows, (6, 2, 2, 2, 3, 3)),
        text(tongues.words(note), quiet=True),
        text(method, quiet=True),
    ]


def questions(told: Gathered, tongues: Tongues) -> list[Block]:
    """Return the blocks on every question."""
    return [block for one in told.joint for block in _question(told, one, tongues)]


# --- inside ---


def _range(found: Bounds) -> str:
    return f"{share(found.least)} - {share(found.most)}"


def _numbered(one: QuestionView, tongues: Tongues) -> Words:
    return tongues.joined([f"{one.number}.", tongues.text(one.model.text)], " ")


def _question(told: Gathered, one: JointView, tongues: Tongues) -> list[Block]:
    question, result = one.question, one.result
    asked = place(question.report.origin, question.report.index)
    blocks = [title(_numbered(question, tongues)), *_terms(question, tongues, asked)]
    lines = told.opened[question.slug]
    held = {party: line.line for party, line in lines.items() if line.state == "open" and line.line}
    if held:
        picture = opened_picture(question.model, held, result, NO_ADDRESS, question.slug)
        blocks += [
            figure(tongues.first(lambda: drawn(picture)), _told(picture, question, tongues)),
            _figures(picture, question, tongues),
        ]
    at = [place(line.at.origin, line.at.index) for line in lines.values() if line.at is not None]
    for party, line in lines.items():
        state = [] if line.state == "open" else [tongues.words(LINES[line.state][0])]
        state += [tongues.words(N_("out of turn"))] if line.in_turn is False else []
        if state:
            said = tongues.joined([tongues.party(party), tongues.joined(state)], ": ")
            blocks.append(text(said, quiet=True))
    blocks.append(facts([(tongues.words(N_("Opened in")), ", ".join(at) or "-")]))
    if result is not None:
        blocks += _uncertainty(one, result, tongues)
    return [*blocks, *_arguments(told, question, tongues)]


def _terms(question: QuestionView, tongues: Tongues, asked: str) -> list[Block]:
    model = question.model
    facts: list[Words | str] = []
    if model.low is not None and model.high is not None:
        facts.append(
            tongues.say(
                lambda _: (
                    gettext("above %(low)s and below %(high)s %(unit)s")
                    % {"low": number(model.low or ""), "high": number(model.high or ""), "unit": model.unit}
                )
            )
        )
    if model.horizon:
        facts.append(tongues.words(N_("Looks until %(day)s"), day=model.horizon))
    if model.impact:
        dimension = model.impact.dimension.replace("_", " ")
        bears = tongues.words(N_("Impact on %(party)s"), party=tongues.party(model.impact.party))
        facts += [bears, dimension, tongues.words(N_("never summed with another party's"))]
    return [text(tongues.joined(facts), quiet=True, sources=[asked])]


def _owner(party: str, tongues: Tongues) -> Words:
    return tongues.party(party) if party else tongues.words(N_("Pool of the parties"))


def _figures(picture: Picture, question: QuestionView, tongues: Tongues) -> Block:
    labels = {one.slug: one.label for one in question.model.categories or ()}
    rows: list[list[Words | str]] = []
    for row in picture.rows:
        cells: list[Words | str] = [_owner(row["party"], tongues), str(row["experts"] or "")]
        if "q50" in row:
            five = [row[name] for name in ("q5", "q25", "q50", "q75", "q95")]
            cells += [tongues.say(lambda _, v=value: written(v)) for value in five]  # type: ignore[misc]
        else:
            cells += [tongues.text(labels[row["category"]])] if row["category"] else []
            cells.append(tongues.say(lambda _, v=row["value"]: share(v)))  # type: ignore[misc]
        rows.append(cells)
    first = [tongues.words(N_("Party")), tongues.words(N_("Experts"))]
    if picture.curves is not None:
        levels = [dict.fromkeys(tongues.codes, level) for level in ("5 %", "25 %", "50 %", "75 %", "95 %")]
        return table([*first, *levels], rows, (5, 2, 2, 2, 2, 2, 2))
    last = [tongues.words(N_("Probability"))]
    if picture.groups is not None:
        return table([*first, tongues.words(N_("Category")), *last], rows, (4, 2, 6, 3))
    return table([*first, *last], rows, (6, 3, 3))


def _told(picture: Picture, question: QuestionView, tongues: Tongues) -> Words:
    """Return what a picture shows, in words."""
    if picture.curves is not None:
        how = N_(
            "Above, a row each: dot 50 %%, bar 25 to 75 %%, line 5 to 95 %%. "
            "Below: the probability that the value is not above. In %(unit)s."
        )
        return tongues.words(how, unit=question.model.unit or "")
    if picture.groups is not None:
        return tongues.words(N_("A bar for each party and for their pool, in per cent."))
    return tongues.words(N_("Dot: the probability of the event, in per cent."))


def _uncertainty(one: JointView, result: JointResult, tongues: Tongues) -> list[Block]:
    values = {name: float(getattr(result.parts, name)) for name in PARTS}
    parts = bar(values)
    blocks: list[Block] = []
    if parts:
        names = [
            tongues.joined([f"{at}.", tongues.words(PARTS[part.name])], " ")
            for at, part in enumerate(parts, 1)
        ]
        blocks.append(figure(tongues.first(lambda: parts_bar(parts)), tongues.joined(list(names))))
    rows: list[list[Words | str]] = [
        [
            tongues.words(PARTS[part.name]),
            tongues.say(lambda _, v=part.value: written(v)),  # type: ignore[misc]
            tongues.say(lambda _, v=part.share: share(v)),  # type: ignore[misc]
        ]
        for part in parts
    ]
    whole = tongues.say(lambda _: written(float(result.parts.total)))
    rows.append([tongues.words(N_("whole")), whole, "100 %"])
    unit: Words = dict.fromkeys(tongues.codes, str(result.parts.unit))
    blocks.append(table([tongues.words(N_("Part")), unit, tongues.words(N_("Share"))], rows, (7, 3, 3)))
    advice = ADVICE[result.advice.word]
    blocks.append(
        text(tongues.joined([tongues.words(advice[0]), tongues.words(advice[3])], ": "), strong=True)
    )
    methods = f"{result.method}, {result.parts.method}, {result.advice.method}"
    at = ", ".join(place(report.origin, report.index) for report in one.recorded.values())
    differs = any(one.differs.values()) or bool(one.mismatches)
    recorded = tongues.words(N_("Recorded differently")) if differs else tongues.words(N_("Recorded alike"))
    rows_below = [
        (tongues.words(N_("Method")), methods),
        (tongues.words(N_("Root of the inputs")), result.inputs),
        (recorded, at or "-"),
    ]
    return [*blocks, facts(rows_below)]


def _arguments(told: Gathered, question: QuestionView, tongues: Tongues) -> list[Block]:
    said = [one for one in told.arguments if one.fields["question"] == question.slug]
    return [_argument(one, question, tongues) for one in said]


def _argument(report: Report, question: QuestionView, tongues: Tongues) -> Block:
    fields = report.fields
    labels = {one.slug: one.label for one in question.model.categories or ()}
    ends = EVENTS if question.model.form == "probability" else TAILS
    end = (
        tongues.words(ends[fields["tail"]]) if "tail" in fields else tongues.text(labels[fields["category"]])
    )
    who = tongues.joined([tongues.party(report.party), end])
    said = tongues.joined([who, tongues.text(fields["text"])], ": ")
    return text(said, sources=[place(report.origin, report.index)])
