"""The last parts of a report: the joint line, risks that were run, the entries that it rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from comity.assessment.charts.figures import figure as written
from comity.assessment.position.labels import CLAUSES, LINES
from comity.assessment.report import METHOD
from comity.assessment.report.gathered import leaf
from comity.assessment.report.tongues import facts, place, table, text, title
from comity.assessment.risk.tables import SCALE
from comity.console.formats import edtf
from comity.console.i18n import N_

if TYPE_CHECKING:
    from comity.assessment.position.line import Standing
    from comity.assessment.position.queries import LineView
    from comity.assessment.position.text import ClauseState
    from comity.assessment.report.gathered import Gathered
    from comity.assessment.report.tongues import Block, Tongues, Words
    from comity.node.node import Node
    from comity.node.rows import Report


def joint_lines(told: Gathered, tongues: Tongues) -> list[Block]:
    """Return the blocks on the joint line: its clauses, then what both signed."""
    return [block for one in told.lines for block in _line(one, tongues)]


def risks(told: Gathered, tongues: Tongues) -> list[Block]:
    """Return the blocks on risks of the initiative, and the runs on record."""
    blocks = [
        text(
            tongues.joined([tongues.party(one.party), tongues.text(one.fields["title"])], ": "),
            sources=[place(one.origin, one.index)],
        )
        for one in told.risks
    ]
    return [*blocks, *(block for one in told.runs for block in _run(one, tongues))]


def entries(node: Node, told: Gathered, tongues: Tongues) -> list[Block]:
    """Return the entries that the report rests on, each with the hash of its leaf."""
    rows: list[list[Words | str]] = [
        [place(one.origin, one.index), leaf(node, one.origin, one.index)] for one in told.reports
    ]
    steps = [(seal.origin, index) for seal in told.seals for index in (seal.seal, *seal.openings) if index]
    rows += [[place(origin, index), leaf(node, origin, index)] for origin, index in steps]
    how = N_("Each leaf is proved by its log alone: by `comity record prove`, or by the verifier.")
    made = tongues.words(
        N_("Put together by %(method)s; two nodes that hold these entries say the same."), method=METHOD
    )
    head = [tongues.words(N_("Entry")), tongues.words(N_("Hash of its leaf (SHA-256)"))]
    return [text(made, quiet=True), text(tongues.words(how), quiet=True), table(head, rows, (3, 7))]


# --- inside ---


def _line(line: LineView, tongues: Tongues) -> list[Block]:
    first = line.lines[0]
    at = [place(one.origin, one.index) for one in line.lines]
    blocks = [text(tongues.text(first.fields["title"]), strong=True, sources=at)]
    blocks += [_clause(one, tongues) for one in line.clauses]
    for one in line.versions:
        blocks += _version(one, line, tongues)
    return blocks


def _clause(one: ClauseState, tongues: Tongues) -> Block:
    state = tongues.words(CLAUSES[one.state][0])
    shown = [one.texts[one.agreed]] if one.agreed else list(one.texts.values())
    said = tongues.joined([tongues.text(each) for each in shown], " / ")
    places = [place(word.origin, word.index) for word in one.words.values()]
    return text(tongues.joined([one.clause, state, said]), sources=places)


def _version(one: Standing, line: LineView, tongues: Tongues) -> list[Block]:
    status = tongues.words(LINES[one.status][0])
    number = tongues.words(N_("Version %(number)s"), number=one.number)
    places = [place(word.origin, word.index) for word in one.written]
    fields = one.written[0].fields
    blocks = [title(tongues.joined([number, status]))]
    valid = tongues.say(lambda _: edtf(f"{fields['valid_from']}/{fields['valid_to']}"))
    holder = tongues.words(N_("Speaks for both: %(who)s"), who=tongues.text(fields["mandate_holder"]))
    blocks.append(text(tongues.joined([holder, valid]), sources=places))
    blocks += [text(_range(each, line, tongues)) for each in fields.get("ranges", [])]
    blocks += [
        text(tongues.words(N_("Shared red line: %(line)s"), line=tongues.text(words)))
        for words in fields.get("red_lines", [])
    ]
    blocks += [
        text(tongues.words(N_("Fallback: %(what)s"), what=tongues.text(each["label"])))
        for each in fields.get("fallbacks", [])
    ]
    digests = "\n".join(f"{party}: {digest}" for party, digest in sorted(one.digests.items()))
    return [*blocks, facts([(tongues.words(N_("Digest of the line, as each party wrote it")), digests)])]


def _range(each: dict[str, Any], line: LineView, tongues: Tongues) -> Words:
    known = [one for report in line.lines for one in report.fields.get("issues", [])]
    issue = next(one for one in known if one["slug"] == each["issue"])
    labels = [one["label"] for one in issue["options"] if one["slug"] in each["options"]]
    options = tongues.joined([tongues.text(label) for label in labels], ", ")
    return tongues.words(
        N_("Both accept: %(what)s"), what=tongues.joined([tongues.text(issue["label"]), options], ": ")
    )


def _run(report: Report, tongues: Tongues) -> list[Block]:
    fields = report.fields
    rows: list[list[Words | str]] = []
    for one in fields["outcomes"]:
        mean = int(one["total"]) / fields["draws"] / SCALE
        cells = [mean, *(int(value) / SCALE for value in one["var"])]
        figures = [tongues.say(lambda _, v=value: written(v)) for value in cells]  # type: ignore[misc]
        rows.append([tongues.party(one["party"]), f"{one['dimension']}, {one['unit']}", *figures])
    levels = [dict.fromkeys(tongues.codes, level) for level in ("90 %", "95 %", "99 %", "99.9 %")]
    head = [N_("Party"), N_("Impact"), N_("Mean")]
    made = f"{fields['method']}, {fields['draws']}, {fields['seed']}"
    return [
        table([*(tongues.words(name) for name in head), *levels], rows, (3, 4, 2, 2, 2, 2, 2)),
        facts(
            [
                (tongues.words(N_("Method")), made),
                (tongues.words(N_("Root of the inputs")), fields["inputs"]),
                (tongues.words(N_("Entry")), place(report.origin, report.index)),
            ]
        ),
    ]
