"""The first parts of a report: the initiative with public figures beside it, and the consultation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from comity.assessment.gate.deadline import METHOD as DEADLINE_METHOD
from comity.assessment.gate.flags import METHOD as FLAG_METHOD
from comity.assessment.gate.labels import BASES, COMMITMENTS, REPLIES, STATES, STEPS, VERDICTS
from comity.assessment.gate.states import METHOD as STATE_METHOD
from comity.assessment.report.tongues import facts, place, table, text, title
from comity.console.formats import edtf, number
from comity.console.i18n import N_, gettext

if TYPE_CHECKING:
    from collections.abc import Mapping

    from comity.assessment.gate.flags import Flag
    from comity.assessment.gate.queries import GateView
    from comity.assessment.report.gathered import Gathered
    from comity.assessment.report.tongues import Block, Tongues, Words
    from comity.node.rows import Report


def initiative(told: Gathered, tongues: Tongues) -> list[Block]:
    """Return the blocks on the third party's proposal."""
    blocks: list[Block] = []
    for report in told.initiative:
        fields, at = report.fields, [place(report.origin, report.index)]
        blocks.append(text(tongues.text(fields["title"]), strong=True, sources=at))
        blocks.append(text(tongues.text(fields["what"])))
        facts = [
            tongues.words(N_("Proposed by %(who)s"), who=tongues.text(fields["third_party_name"])),
            tongues.words(N_("Taken forward by %(who)s"), who=tongues.party(fields["sponsor"])),
        ]
        facts += [tongues.text(fields["financing"])] if "financing" in fields else []
        blocks.append(text(tongues.joined(facts), quiet=True))
        blocks += [
            text(tongues.joined([tongues.party(one["party"]), tongues.text(one["what"])], ": "))
            for one in fields.get("asks", [])
        ]
    if told.background:
        blocks.append(title(tongues.words(N_("Public figures beside it"))))
        blocks.append(
            text(
                tongues.words(N_("Single values of public files; where two differ, neither is preferred.")),
                quiet=True,
            )
        )
        blocks.append(_background(told, tongues))
    return blocks


def consultation(told: Gathered, tongues: Tongues) -> list[Block]:
    """Return the blocks on gates: calendar, steps, flags, replies."""
    return [block for one in told.gates for block in _gate(one, tongues)]


# --- inside ---


def _background(told: Gathered, tongues: Tongues) -> Block:
    head = [N_("Thing"), N_("Value"), N_("Source"), N_("Entry")]
    rows: list[list[Words | str]] = []
    for one in told.background:
        fields = one.fields
        value = tongues.say(lambda _code, f=fields: f"{f['attribute']}: {number(f['value'])} {f['unit']}")  # type: ignore[misc]
        source = f"{fields['source']}, {fields['file']}:{fields['row']}, {fields['licence']}"
        rows.append([fields["subject"], value, source, place(one.origin, one.index)])
    return table([tongues.words(name) for name in head], rows, (4, 3, 5, 2))


def _gate(gate: GateView, tongues: Tongues) -> list[Block]:
    opening, life = gate.opening, gate.life
    rule = tongues.text(gate.rule.title) if gate.rule is not None else tongues.say(lambda _: gate.problem)
    version = f"{opening.fields['rule']} {opening.fields['rule_version']}"
    at = [place(opening.origin, opening.index)]
    blocks = [text(tongues.joined([rule, version]), strong=True, sources=at)]
    if life is None:
        return blocks
    state = tongues.words(STATES[life.state][0])
    end = life.end.end.isoformat() if life.end is not None and life.end.end is not None else ""
    ends = tongues.say(lambda _: f"{gettext(STEPS['end'])}: {edtf(end)}") if end else ""
    blocks.append(text(tongues.joined([state, ends])))
    blocks.append(_steps(gate, tongues))
    if gate.flags:
        blocks.append(title(tongues.words(N_("Commitments to the third party"))))
        blocks.append(_flags(gate, tongues))
        note = N_(
            "A comparison of dates, derived alike by each node: no breach is decided, nothing is vetoed."
        )
        blocks.append(text(tongues.words(note), quiet=True))
    blocks += [_reply(one, tongues) for one in gate.replies]
    methods = f"{STATE_METHOD}, {DEADLINE_METHOD}, {FLAG_METHOD}"
    return [*blocks, facts([(tongues.words(N_("Method")), methods)])]


def _steps(gate: GateView, tongues: Tongues) -> Block:
    rows: list[list[Words | str]] = []
    for step in gate.life.steps if gate.life is not None else ():
        when = tongues.say(lambda _code, s=step: _span(s.when))  # type: ignore[misc]
        who = tongues.joined([tongues.party(word.place.party) for word in step.words], ", ")
        places = "\n".join(place(word.place.origin, word.place.index) for word in step.words)
        rows.append([tongues.words(STEPS[step.step]), when, who, places])
    head = [N_("Step"), N_("Day"), N_("Said by"), N_("Entry")]
    return table([tongues.words(name) for name in head], rows, (4, 3, 5, 2))


def _flags(gate: GateView, tongues: Tongues) -> Block:
    rows = [_flag(one, gate.commitments[one.commitment.place.id], tongues) for one in gate.flags]
    head = [N_("Commitment"), N_("Day"), N_("What the dates give"), N_("Entry")]
    return table([tongues.words(name) for name in head], rows, (4, 3, 5, 2))


def _flag(one: Flag, report: Report, tongues: Tongues) -> list[Words | str]:
    fields = report.fields
    what = tongues.joined([tongues.words(COMMITMENTS[fields["commitment"]]), _asserted(fields, tongues)])
    given = [tongues.words(VERDICTS[one.verdict][0]), tongues.words(BASES[one.basis])]
    if one.fewest is not None and one.most:
        span = str(one.fewest) if one.fewest == one.most else f"{one.fewest}-{one.most}"
        given.insert(1, tongues.words(N_("%(days)s days early"), days=span))
    on = tongues.say(lambda _: edtf(fields["on"]))
    return [what, on, tongues.joined(given), place(report.origin, report.index)]


def _asserted(fields: Mapping[str, Any], tongues: Tongues) -> Words:
    return tongues.words(
        N_("by %(by)s toward %(toward)s, as %(who)s says"),
        by=fields["by"],
        toward=fields["toward"],
        who=fields["asserted_by"],
    )


def _reply(report: Report, tongues: Tongues) -> Block:
    said = tongues.joined([tongues.party(report.party), tongues.words(REPLIES[report.fields["reply"]])], " ")
    words = tongues.joined([said, tongues.text(report.fields["text"])], ": ")
    return text(words, sources=[place(report.origin, report.index)])


def _span(when: Any) -> str:
    """Return a day, or from which to which it can be."""
    first, last = (None if day is None else day.isoformat() for day in (when.first, when.last))
    if first == last and first is not None:
        return edtf(first)
    return edtf(f"{first or '..'}/{last or '..'}")
