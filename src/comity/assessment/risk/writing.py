"""Putting risks, groups and runs on record: checked, shown as the other side will see them, appended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from comity.assessment.entries import risk as kinds
from comity.assessment.likelihood.sentences import mixed
from comity.assessment.preview import seen
from comity.assessment.risk.errors import RegisterError
from comity.assessment.tables import PROJECTOR
from comity.node import operations
from comity.node.compacts import parties

if TYPE_CHECKING:
    from collections.abc import Mapping

    from comity.node.node import Node
    from comity.record.kinds import Kind

    Act = Mapping[str, Any]

DEFAULTS: Final = {"marking": "TLP:AMBER", "basis": "assessment", "retention": "working", "class": "record"}
ACTS: Final[Mapping[str, type[Kind]]] = {
    "risk": kinds.Risk,
    "group": kinds.RiskGroup,
    "run": kinds.RiskRun,
}
"""What can be done, and the kind that it appends."""
MOST_DRAWS: Final = 1_000_000


def shown(node: Node, name: str, act: Act) -> dict[str, Any]:
    """Return what an act would put on record, field by field, and who reads it when; nothing is appended.

    Raises:
        ComityError: it would not stand, and why.
    """
    fields, header = _checked(node, name, act)
    return seen(node, ACTS[name], fields, header)


def do(node: Node, name: str, act: Act) -> dict[str, Any]:
    """Append an act to the own log: a risk or a group as typed; a run as this node makes it.

    Args:
        node: Where.
        name: Which act.
        act: The fields of its kind, of a run only `seed` and `draws`; and a `header`.

    Raises:
        ComityError: it would not stand, and why; nothing was appended.
    """
    fields, header = _checked(node, name, act)
    seen(node, ACTS[name], fields, header)
    done = operations.append(node, [{**header, "kind": ACTS[name].kind, "fields": fields}])
    return {**done, "kind": ACTS[name].kind, "fields": fields}


def _checked(node: Node, name: str, act: Act) -> tuple[dict[str, Any], dict[str, Any]]:
    header = {**DEFAULTS, **{key: value for key, value in act.get("header", {}).items() if value}}
    fields = {key: value for key, value in act.items() if key != "header"}
    if name == "run":
        return _run(node, fields, header)
    if name == "risk":
        _check_words(fields)
        _check_names(node, fields)
    return fields, header


def _check_words(fields: Mapping[str, Any]) -> None:
    """Refuse a sentence that speaks of confidence and of likelihood at once (ICD 203, D.6.e(2)(b))."""
    for name in ("title", "cause", "event", "consequence"):
        for text in (fields.get(name) or {}).values():
            for one in mixed(text):
                raise RegisterError(
                    f"{name}: confidence ({one.confidence}) and likelihood ({one.likelihood}) in one "
                    f"sentence are read as one: {one.sentence[:120]}"
                )


def _check_names(node: Node, fields: Mapping[str, Any]) -> None:
    """Check that impacts are on parties, in one unit a dimension, and that the group is on record."""
    own, known = node.origin.partition("/")[0], parties(node)
    with node.views.connect() as db:
        risks = [one.fields for one in PROJECTOR.reports(db, kinds.Risk) if one.party == own]
        groups = {one.fields["slug"] for one in PROJECTOR.reports(db, kinds.RiskGroup) if one.party == own}
    if fields.get("group") and fields["group"] not in groups:
        raise RegisterError(f"no group {fields['group']!r} of {own} is on record: record it first")
    units = {
        part["dimension"]: part["unit"]
        for one in risks
        if one["slug"] != fields.get("slug")
        for part in one["impacts"]
    }
    for impact in fields.get("impacts", ()):
        if impact["party"] not in known:
            raise RegisterError(f"{impact['party']} is no party here: {', '.join(known)}")
        if units.get(impact["dimension"], impact["unit"]) != impact["unit"]:
            raise RegisterError(
                f"{impact['dimension']} is counted in {units[impact['dimension']]} by other risks"
            )


def _run(
    node: Node, fields: Mapping[str, Any], header: dict[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    from comity.assessment.risk import asked  # noqa: PLC0415 - needs arrays
    from comity.assessment.risk.answers import record_of  # noqa: PLC0415 - the same

    draws = int(fields["draws"])
    if draws > MOST_DRAWS:
        raise RegisterError(f"{draws} draws; a page makes {MOST_DRAWS} at most, `comity risk record` more")
    data = asked.run(node, "", str(fields["seed"]), draws)
    fictional = {"class": "exercise"} if data["exercise"] else {}
    return record_of(data), {**header, **fictional}
