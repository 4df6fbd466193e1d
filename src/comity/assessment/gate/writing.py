"""Appending to a gate: each act is checked against what is on record, refused with its reason, or appended.

Every function takes the node, the act as plain JSON data (the fields of its kind, and a `header`) and the
day: a test brings its own. `shown` says what an act would put on record and who reads it when, and appends
nothing. What the other party appends is not checked here but by `states`: a bad word is set aside there and
stays visible.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from comity.assessment.entries import gate as kinds
from comity.assessment.entries.initiatives import Initiative
from comity.assessment.gate import answers, dates, queries, rules
from comity.assessment.gate.deadline import Extension, reckon, reckon_days
from comity.assessment.gate.errors import (
    GateDateError,
    NotExtendableError,
    NotYoursError,
    PastDeadlineError,
    RuleUnsignedError,
    SaidBeforeError,
    UnknownClassError,
    UnknownGateError,
)
from comity.assessment.preview import seen
from comity.assessment.tables import PROJECTOR
from comity.node import operations
from comity.node.compacts import parties
from comity.record.kinds import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from comity.assessment.gate.queries import GateView
    from comity.node.node import Node

    Act = Mapping[str, Any]

Draft = tuple[type[Kind], dict[str, Any]]
"""The kind that an act appends, and its fields."""
DEFAULTS: Final = {"marking": "TLP:AMBER", "basis": "consultation", "retention": "working", "class": "record"}


class Appending:
    """An act: called, it appends the draft that it makes; `draft` makes it, and appends nothing."""

    def __init__(self, draft: Callable[[Node, Act, date], Draft]) -> None:
        self.draft = draft
        self.__doc__ = draft.__doc__

    def __call__(self, node: Node, act: Act, today: date) -> dict[str, Any]:
        """Append the act to the own log.

        Raises:
            ComityError: the subclass says why not; nothing was appended.
        """
        kind, fields = self.draft(node, act, today)
        done = operations.append(node, [{**_header(act), "kind": kind.kind, "fields": fields}])
        return {**done, "kind": kind.kind, "fields": fields}


def _header(act: Act) -> dict[str, Any]:
    return {**DEFAULTS, **{name: value for name, value in act.get("header", {}).items() if value}}


@Appending
def open_gate(node: Node, act: Act, today: date) -> Draft:
    """Open a gate for an initiative that one's own party sponsors, under a rule that is here.

    Raises:
        ComityError: the subclass says why not.
    """
    del today
    own = _own(node)
    rule, text = rules.find(str(act["rule"]), act.get("rule_version"), node.folder.root / "rules")
    digest = rules.digest(text)
    if rule.binding == "compact" and digest not in answers.signed_digests(node):
        raise RuleUnsignedError(f"{rule.id} version {rule.version}, digest {digest}")
    if act.get("sponsor", own) != own:
        raise NotYoursError(f"the sponsor is {act['sponsor']}, this node speaks for {own}")
    _sponsored(node, act["initiative"], own)
    _check_class(rule, act)
    with node.views.connect() as db:
        for report in PROJECTOR.reports(db, kinds.Gate):
            if (report.party, report.fields["slug"]) == (own, act["slug"]):
                raise SaidBeforeError(f"the gate {act['slug']} is open: {report.origin} {report.index}")
    names = ("slug", "initiative", "water", "seasons", "use", "cites", "note")
    fields = {name: act[name] for name in names if act.get(name)}
    held = {"rule": rule.id, "rule_version": rule.version, "rule_digest": digest, "rule_text": text}
    return kinds.Gate, {**fields, **held, "sponsor": own}


@Appending
def request(node: Node, act: Act, today: date) -> Draft:
    """Ask the sponsor of an initiative to open a gate.

    Raises:
        ComityError: the subclass says why not.
    """
    own = _own(node)
    if act["sponsor"] == own:
        raise NotYoursError(f"{own} sponsors it itself: open the gate")
    _sponsored(node, act["initiative"], act["sponsor"])
    if act.get("answer_by") and dates.read(act["answer_by"]).before(dates.read(today.isoformat())):
        raise PastDeadlineError(f"an answer by {act['answer_by']}, and today is {today}")
    with node.views.connect() as db:
        for view in queries.requests(db):
            if (view.request.party, view.request.fields["slug"]) == (own, act["slug"]):
                raise SaidBeforeError(f"the request {act['slug']} is on record: {view.request.index}")
    names = ("slug", "initiative", "sponsor", "rule", "reason", "answer_by")
    return kinds.GateRequest, {n: act[n] for n in names if act.get(n)}


@Appending
def answer(node: Node, act: Act, today: date) -> Draft:
    """Accept or refuse a request; no reason is owed.

    Raises:
        ComityError: the subclass says why not.
    """
    del today
    own = _own(node)
    with node.views.connect() as db:
        asked = [view for view in queries.requests(db) if view.request.fields["slug"] == act["request"]]
    if not asked:
        raise UnknownGateError(f"no request {act['request']}")
    mine = [view for view in asked if view.request.fields["sponsor"] == own]
    if not mine:
        raise NotYoursError(f"the request was made to {asked[0].request.fields['sponsor']}")
    if mine[0].answer is not None:
        raise SaidBeforeError(f"answered in {mine[0].answer.origin} {mine[0].answer.index}")
    fields = {name: act[name] for name in ("request", "answer", "reason") if act.get(name)}
    fields["requested_by"] = mine[0].request.party
    return kinds.GateAnswer, fields


@Appending
def step(node: Node, act: Act, today: date) -> Draft:
    """Say that a step was taken.

    `past` says that a period which is over is meant: history, and no mistake.

    Raises:
        ComityError: the subclass says why not.
    """
    own = _own(node)
    view = _gate(node, act, today)
    if view.rule is None or view.life is None:
        raise UnknownGateError(f"the gate {view.slug} carries no readable rule: {view.problem}")
    name = act["step"]
    if view.rule.voice(name) is None:
        raise NotExtendableError(f"{view.rule.id} knows no step {name}")
    if view.rule.voice(name) == "sponsor" and own != view.sponsor:
        raise NotYoursError(f"{name} is for {view.sponsor} to say")
    held = {key: act[key] for key in ("on", "months", "days", "until", "corrects", "number") if act.get(key)}
    fields = {"gate": view.slug, "sponsor": view.sponsor, "step": name, **held}
    if name == "extended":
        fields.setdefault("number", 1 + sum(one.step == "extended" for one in view.life.steps))
        _check_extension(view, fields, today, past=bool(act.get("past")))
    if name == "started" and not act.get("past"):
        end = reckon(act["on"], view.rule.period.length)
        if view.rule.period.of and end.latest is not None and end.latest < today:
            raise PastDeadlineError(
                f"a consultation from {act['on']} ended on {end.latest}; today is {today}"
            )
    dates.read(act["on"])
    _check_new(view, own, fields)
    fields |= {key: act[key] for key in ("documents", "cites", "note") if act.get(key)}
    return kinds.GateStep, fields


@Appending
def commitment(node: Node, act: Act, today: date) -> Draft:
    """Assert, from a source, that somebody committed himself toward a third party.

    Raises:
        ComityError: the subclass says why not.
    """
    del today
    dates.read(act["on"])
    _initiatives(node, act["initiative"])
    names = ("slug", "initiative", "commitment", "on", "by", "toward", "asserted_by", "cites", "note")
    return kinds.ExternalCommitment, {n: act[n] for n in names if act.get(n)}


@Appending
def reply(node: Node, act: Act, today: date) -> Draft:
    """Accept, contest or explain: a flag, a step, or the gate as a whole.

    Raises:
        ComityError: the subclass says why not.
    """
    view = _gate(node, act, today)
    names = ("about", "reply", "text", "cites")
    fields = {name: act[name] for name in names if act.get(name)}
    return kinds.GateReply, {**fields, "gate": view.slug, "sponsor": view.sponsor}


ACTS: Final[dict[str, Appending]] = {
    "open": open_gate,
    "request": request,
    "answer": answer,
    "step": step,
    "commitment": commitment,
    "reply": reply,
}
"""Every act by its name in the address."""


def shown(node: Node, name: str, act: Act, today: date) -> dict[str, Any]:
    """Return what an act would put on record, field by field, and who reads it when; nothing is appended.

    Raises:
        ComityError: it would not stand, and why.
    """
    kind, fields = ACTS[name].draft(node, act, today)
    return seen(node, kind, fields, _header(act))


def _own(node: Node) -> str:
    return node.origin.partition("/")[0]


def _initiatives(node: Node, slug: str) -> list[dict[str, Any]]:
    with node.views.connect() as db:
        found = [r.fields for r in PROJECTOR.reports(db, Initiative) if r.fields["slug"] == slug]
    if not found:
        raise UnknownGateError(f"no initiative {slug[:60]!a}")
    return found


def _sponsored(node: Node, slug: str, party: str) -> None:
    sponsors = {fields["sponsor"] for fields in _initiatives(node, slug)}
    if party not in sponsors:
        raise NotYoursError(f"the initiative {slug} names {', '.join(sorted(sponsors))} as its sponsor")


def _check_class(rule: rules.Rule, act: Act) -> None:
    given = {"water": [act.get("water")], "season": act.get("seasons") or [], "use": [act.get("use")]}
    for name, values in given.items():
        words = {word for part in rule.procedure for word in getattr(part, name)}
        for value in values:
            if value and words and value not in words:
                raise UnknownClassError(f"{name} {value!r}: {rule.id} knows {', '.join(sorted(words))}")


def _gate(node: Node, act: Act, today: date) -> GateView:
    with node.views.connect() as db:
        found = [view for view in queries.gates(db, parties(node), today) if view.slug == act["gate"]]
    if act.get("sponsor"):
        found = [view for view in found if view.sponsor == act["sponsor"]]
    if not found:
        raise UnknownGateError(f"no gate {str(act['gate'])[:60]!a}")
    if len(found) > 1:
        raise UnknownGateError(f"both {' and '.join(v.sponsor for v in found)} opened it: give --sponsor")
    return found[0]


def _check_extension(view: GateView, fields: dict[str, Any], today: date, *, past: bool) -> None:
    life, rule = view.life, view.rule
    started = None if life is None else life.step("started")
    if life is None or rule is None or not rule.period.extendable or started is None or life.end is None:
        raise NotExtendableError(f"the gate {view.slug} has no period that runs")
    given = [name for name in ("months", "days", "until") if fields.get(name)]
    if len(given) != 1:
        raise GateDateError("an extension is by months, by days, or until a day")
    until = dates.day(fields["until"]) if fields.get("until") else None
    asked = Extension(fields.get("months", 0), fields.get("days", 0), until)
    before = [one.extensions[0] for one in life.steps if one.step == "extended" and one.extensions]
    end = reckon_days(started.when, rule.period.length, [*before, asked])
    if not past and end.latest is not None and end.latest < today:
        raise PastDeadlineError(f"it would end on {end.latest}; today is {today}")


def _check_new(view: GateView, own: str, fields: dict[str, Any]) -> None:
    for one in view.life.steps if view.life else ():
        for word in one.words:
            same = (one.step, one.number) == (fields["step"], fields.get("number"))
            if same and word.place.party == own and fields.get("corrects") != word.place.id:
                raise SaidBeforeError(f"{own} said it in {word.place.origin} {word.place.index}")
