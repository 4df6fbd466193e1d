"""Steps toward a joint line: each shown as the other side will see it, checked, then appended to the own log.

An act is the fields of its kind as plain data, and a header. `shown` says what would be on record, and who
could read it at once; nothing is appended by it. What leaves later leaves by a release, with its own
preview and approvals.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pydantic import ValidationError

from comity.assessment.entries import position as kinds
from comity.assessment.entries.position import named
from comity.assessment.position import queries
from comity.assessment.position.errors import LineStepError
from comity.assessment.position.text import digest
from comity.node import operations

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from comity.node.node import Node
    from comity.record.kinds import Kind

    Act = Mapping[str, Any]

DEFAULTS: Final = {"marking": "TLP:AMBER", "basis": "joint line", "retention": "working", "class": "record"}
ACTS: Final[Mapping[str, type[Kind]]] = {
    "line": kinds.Line,
    "clause": kinds.Clause,
    "sign": kinds.JointLine,
    "withdraw": kinds.LineWithdrawal,
    "show-values": kinds.ShownValues,
}
"""What can be done, and the kind that it appends."""


def shown(node: Node, act: str, given: Act, today: date) -> dict[str, Any]:
    """Return what an act would put on record, field by field, and who reads it when; nothing is appended.

    Raises:
        LineStepError: the act would not stand, and why.
    """
    fields, header = _checked(node, act, given, today)
    others = [party for party in queries.parties(node) if party != node.origin.partition("/")[0]]
    at_once = header["marking"] == "TLP:CLEAR"
    return {
        "kind": ACTS[act].kind,
        "fields": [{"path": name, "value": value} for name, value in fields.items()],
        "header": header,
        "seen_by": others if at_once else [],
        "seen_at_once": at_once,
        "stays": "nothing of it is private" if at_once else "the content stays here until it is released",
    }


def do(node: Node, act: str, given: Act, today: date) -> dict[str, Any]:
    """Append an act to the own log.

    Raises:
        LineStepError: it would not stand, and why; nothing was appended.
    """
    fields, header = _checked(node, act, given, today)
    done = operations.append(node, [{**header, "kind": ACTS[act].kind, "fields": fields}])
    return {**done, "kind": ACTS[act].kind, "fields": fields}


def _checked(node: Node, act: str, given: Act, today: date) -> tuple[dict[str, Any], dict[str, Any]]:
    if act not in ACTS:
        raise LineStepError(f"no act {act[:40]!a}: {', '.join(ACTS)}")
    header = {**DEFAULTS, **{name: value for name, value in dict(given.get("header") or {}).items() if value}}
    try:
        model = ACTS[act].model_validate(given.get("fields"))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or act
        raise LineStepError(f"{where}: {first['msg'].removeprefix('Value error, ')}") from error
    _CHECKS.get(act, _nothing)(node, model, today)
    return model.model_dump(mode="json", by_alias=True, exclude_none=True), header


def _clause(node: Node, model: Any, today: date) -> None:
    line = _line(node, model.line, today)
    state = next((one for one in line.clauses if one.clause == model.clause), None)
    if model.step == "withdraw" and (state is None or _own(node) not in state.words):
        raise LineStepError(f"this party has not spoken on the clause {model.clause!r}")
    if model.about is not None and (state is None or model.about not in state.texts):
        raise LineStepError(f"no text of the digest {model.about} is on the table of {model.clause!r}")
    if model.text is not None and state is not None and digest(model.text) == state.agreed:
        raise LineStepError(f"the clause {model.clause!r} is agreed in these words")


def _sign(node: Node, model: Any, today: date) -> None:
    line = _line(node, model.line, today)
    agreed = {one.clause: one.agreed for one in line.clauses if one.state == "agreed"}
    for clause in model.clauses:
        if agreed.get(clause.clause) != clause.text:
            raise LineStepError(f"the clause {clause.clause!r} is not agreed in these words")
    options = queries.options(line)
    chosen = [(one.issue, option) for one in model.ranges for option in one.options]
    fallen = [(named(issue), option) for one in model.fallbacks for issue, option in one.options.items()]
    for issue, option in (*chosen, *fallen):
        if option not in options.get(issue, ()):
            raise LineStepError(f"the issue {issue!r} has no option {option!r}")
    if model.valid_to < today.isoformat():
        raise LineStepError(f"the line ends on {model.valid_to}, and today is {today}")


def _withdraw(node: Node, model: Any, today: date) -> None:
    line = _line(node, model.line, today)
    version = next((one for one in line.versions if one.number == model.number), None)
    if version is None or _own(node) not in version.digests:
        raise LineStepError(f"this party did not sign version {model.number} of {model.line!r}")


def _show_values(node: Node, model: Any, today: date) -> None:
    known = queries.options(_line(node, model.line, today))
    shown = {named(issue): {named(one) for one in values} for issue, values in model.values.items()}
    if set(shown) != set(known):
        raise LineStepError(f"the line {model.line!r} has the issues {', '.join(sorted(known)) or 'none'}")
    for issue, values in shown.items():
        if values != known[issue]:
            raise LineStepError(f"the issue {issue!r} has the options {', '.join(sorted(known[issue]))}")


def _nothing(_node: Node, _model: Any, _today: date) -> None:
    """Check nothing: the schema has said all."""


def _line(node: Node, slug: str, today: date) -> queries.LineView:
    with node.views.connect() as db:
        found = queries.view(node, db, slug, today)
    if found is None:
        raise LineStepError(f"no line {slug!r} is on record here")
    return found


def _own(node: Node) -> str:
    return node.origin.partition("/")[0]


_CHECKS: Final[dict[str, Callable[[Node, Any, date], None]]] = {
    "clause": _clause,
    "sign": _sign,
    "withdraw": _withdraw,
    "show-values": _show_values,
}
