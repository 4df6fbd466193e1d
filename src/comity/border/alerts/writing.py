"""Putting alerts and their steps on record: what software saw, and what people decided."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from comity.border.alerts import queue
from comity.border.alerts.engine import Engine, Held
from comity.border.alerts.rules import RULES
from comity.border.alerts.signals import Signal, of_counts, of_gauge
from comity.border.alerts.subjects import aliases
from comity.border.entries.alerts import Alert, AlertStep
from comity.border.errors import AlertRefusedError, AlertUnknownError
from comity.border.tables import PROJECTOR
from comity.node import operations

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from comity.border.alerts.engine import Emission
    from comity.node.node import Node
    from comity.node.rows import Report

    Act = Mapping[str, Any]

DEFAULTS: Final = {"marking": "TLP:AMBER", "basis": "border alert", "retention": "working"}
SOFTWARE: Final = "alert rules"
"""The author of what no person wrote."""
MOST: Final = 500
"""Entries that are appended at once."""
OUTCOMES: Final = ("true", "false", "cannot_tell")


def derive(node: Node, now: int) -> queue.Queue:
    """Return the queue of a node as of now, milliseconds UTC."""
    with node.views.connect() as db:
        alerts, steps = PROJECTOR.reports(db, Alert), PROJECTOR.reports(db, AlertStep)
    return queue.derive(alerts, steps, now, aliases(node, alerts))


def record(node: Node, steps: Iterable[Emission], header: Mapping[str, Any] | None = None) -> int:
    """Put the engine's steps on record, in their order; return how many entries they are."""
    drafts = [draft(one, header or {}) for one in steps]
    for at in range(0, len(drafts), MOST):
        operations.append(node, drafts[at : at + MOST])
    return len(drafts)


def check(node: Node, act: Act, now: int) -> dict[str, Any]:
    """Hold the series on record against the rules, and put on record what changed.

    Args:
        node: Whose log it goes into.
        act: Perhaps `header`.
        now: Milliseconds UTC.

    Returns:
        How many signals and entries there were, and each step.
    """
    from comity.border.series import answers, queries  # noqa: PLC0415 - needs arrays

    with node.views.connect() as db:
        gauges, counts = queries.gauges(db), queries.counts(db)
    signals: list[Signal] = []
    for one in gauges:
        judged = answers.gauge(node, f"{one.party}/{one.fields['slug']}")
        signals += of_gauge(judged, now, (one.origin, one.id))
    for one in counts:
        judged = answers.counts(node, f"{one.party}/{one.fields['slug']}")
        signals += of_counts(judged, now, (one.origin, one.id))
    engine = Engine(lambda: now)
    engine.resume(open_here(node, now))
    steps = engine.push(signals)
    written = record(node, steps, _given(act))
    told = [{"step": one.name, "rule": one.signal.rule, "subject": one.signal.subject} for one in steps]
    return {"signals": len(signals), "written": written, "steps": told, "set_aside": dict(engine.aside)}


def open_here(node: Node, now: int) -> list[Held]:
    """Return what this party has open, for an engine to take up where another left off."""
    found = []
    for alert in derive(node, now).alerts:
        own = [one for one in alert.raised if one.party == node.config.party]
        steps = [one for one in alert.steps if one.party == node.config.party]
        if not own or alert.of_party(node.config.party) == "resolved":
            continue
        active = [one.fields["at"] for one in steps if one.fields["step"] == "active"]
        found.append(
            Held(
                _signal(own[0]),
                own[0].fields["occurrence"],
                min(active, default=-1),
                acknowledged=alert.of_party(node.config.party) == "acknowledged",
                level=alert.level,
            )
        )
    return found


def taken_up(node: Node, now: int) -> set[str]:
    """Return the occurrences that people of this party have taken up or are done with.

    Each party's escalation waits for its own people: that those of the other side know of it helps nobody
    here, and would let one side silence the other.
    """
    return {
        one.fields["occurrence"]
        for alert in derive(node, now).alerts
        if alert.of_party(node.config.party) in {"acknowledged", "resolved"}
        for one in alert.raised
    }


def acknowledge(node: Node, act: Act, now: int) -> dict[str, Any]:
    """Say that an office has taken an alert up.

    Args:
        node: Whose log it goes into.
        act: `alert`, the beginning of its key; `office`; `header` with the author; perhaps `note`.
        now: Milliseconds UTC.

    Raises:
        AlertUnknownError: there is none, or there are two.
        AlertRefusedError: it is done, or was taken up before.
    """
    alert = find(node, str(act["alert"]), now)
    if alert.of_party(node.config.party) in {"acknowledged", "resolved"}:
        raise AlertRefusedError(f"{alert.key[:12]} is {alert.of_party(node.config.party)} here")
    return _step(node, alert, act, {"step": "acknowledged", "at": now, "office": act["office"]})


def resolve(node: Node, act: Act, now: int) -> dict[str, Any]:
    """Say what became of an alert: whether there was what it says. A later word takes the place of this.

    Args:
        node: Whose log it goes into.
        act: `alert`, `office`, `outcome`, `header` with the author, perhaps `note`.
        now: Milliseconds UTC.

    Raises:
        AlertUnknownError: there is none, or there are two.
        AlertRefusedError: that is no outcome, or the alert is the other party's alone.
    """
    alert = find(node, str(act["alert"]), now)
    raisers = sorted({one.party for one in alert.raised})
    if node.config.party not in raisers:
        raise AlertRefusedError(
            f"raised by {', '.join(raisers)} alone, who says what became of it: take it up, or leave a note"
        )
    if act["outcome"] not in OUTCOMES:
        raise AlertRefusedError(f"{str(act['outcome'])[:40]!a} is none of {', '.join(OUTCOMES)}")
    fields = {"step": "resolved", "at": now, "office": act["office"], "outcome": act["outcome"]}
    return _step(node, alert, act, fields)


def note(node: Node, act: Act, now: int) -> dict[str, Any]:
    """Put a note beside an alert; its state stays.

    Args:
        node: Whose log it goes into.
        act: `alert`, `office`, `note`, `header` with the author.
        now: Milliseconds UTC.

    Raises:
        AlertUnknownError: there is none, or there are two.
        AlertRefusedError: the note says nothing.
    """
    alert = find(node, str(act["alert"]), now)
    if not act.get("note"):
        raise AlertRefusedError("the note says nothing")
    return _step(node, alert, act, {"step": "noted", "at": now, "office": act["office"]})


def find(node: Node, key: str, now: int) -> queue.Alert:
    """Return the alert whose key begins so.

    Raises:
        AlertUnknownError: there is none, or there are two.
    """
    found = derive(node, now).find(key) if key else []
    if len(found) != 1:
        raise AlertUnknownError(f"{len(found)} alerts begin with {key[:44]!a}")
    return found[0]


ACTS: Final[dict[str, Callable[[Node, Act, int], dict[str, Any]]]] = {
    "check": check,
    "acknowledge": acknowledge,
    "resolve": resolve,
    "note": note,
}
"""Every act by its name in the address."""


def _step(node: Node, alert: queue.Alert, act: Act, fields: dict[str, Any]) -> dict[str, Any]:
    given = _given(act)
    if not given.get("author"):
        raise AlertRefusedError("a person decides: name the author")
    note = {"note": act["note"]} if act.get("note") else {}
    header = {**DEFAULTS, "marking": alert.raised[0].marking, **given, "class": alert.raised[0].class_}
    # Of several occurrences the earliest names the alert, here and on the other node.
    entry = {"kind": AlertStep.kind, "fields": {"occurrence": alert.key, **fields, **note}}
    done = operations.append(node, [{**header, **entry}])
    return {**done, "kind": AlertStep.kind, "alert": alert.key}


def draft(one: Emission, header: Mapping[str, Any]) -> dict[str, Any]:
    """Return the entry of a step as JSON data, to be appended."""
    signal = one.signal
    class_ = "exercise" if signal.exercise else "record"
    shared = {**DEFAULTS, "author": SOFTWARE, **header, "class": class_}
    if one.name == "raised":
        return {**shared, "kind": Alert.kind, "fields": _fields(one)}
    number = {"escalated": {"level": one.number}, "counted": {"count": one.number}}.get(one.name, {})
    note = {"note": {"en": one.note}} if one.note else {}
    fields = {"occurrence": one.occurrence, "step": one.name, "at": one.at, **number, **note}
    return {**shared, "kind": AlertStep.kind, "fields": fields}


def _fields(one: Emission) -> dict[str, Any]:
    signal = one.signal
    reasons = [
        {"name": name, "value": value, **({"unit": unit} if unit else {})}
        for name, value, unit in signal.reasons[:16]
    ]
    return {
        "occurrence": one.occurrence,
        "rule": signal.rule,
        "cell": signal.cell,
        "subject": signal.subject,
        "window": signal.since // RULES[signal.rule].window,
        "since": signal.since,
        "observed": signal.at,
        "severity": signal.severity,
        "source": signal.source,
        "reasons": reasons,
        "method": signal.method,
        **({"object_class": signal.object_class} if signal.object_class else {}),
        **({"words": {"en": signal.words}} if signal.words else {}),
        **({"about": [{"origin": o, "id": i} for o, i in signal.about]} if signal.about else {}),
    }


def _signal(report: Report) -> Signal:
    fields = report.fields
    return Signal(
        fields["rule"], fields["cell"], fields["subject"], True, fields["observed"], fields["since"],
        fields["source"], fields["severity"], method=fields["method"], exercise=report.exercise,
    )  # fmt: skip


def _given(act: Act) -> dict[str, Any]:
    return {name: value for name, value in act.get("header", {}).items() if value}
