"""The queue as the entries of both parties give it: a function of their set, whatever order they came in.

Entries that name the same occurrence are one alert; so are entries of one rule and subject that began within
the rule's tolerance, since two nodes may see a beginning on two sides of a window's edge. Each party's own
steps take it forward only. For both together an alert is resolved when every party that raised it is done
with it, acknowledged when each of them has said so itself, active when it is for any: one word alone is named
with its party, and is not both's. No party can silence another's alert, nor stop its escalation: that waits
for the party's own people.

An alert of a track is one on both sides only once tracklets crossed: until then each side has its own, and
what only one has raised says so.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal

from comity.border.alerts.naming import named
from comity.border.alerts.rules import FLOOD, RULES, Rule

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from comity.node.rows import Report

METHOD: Final = "alert-queue@1"
AHEAD: Final = 2_000
State = Literal["pending", "active", "acknowledged", "resolved"]
STATES: Final[tuple[State, ...]] = ("pending", "active", "acknowledged", "resolved")
DONE: Final = frozenset({"lapsed", "cleared", "resolved"})
SEVERITIES: Final = ("Minor", "Moderate", "Severe", "Extreme")


@dataclass(frozen=True, slots=True)
class Aside:
    """An entry that does not count, and why: a code."""

    report: Report
    code: str


@dataclass(slots=True)
class Alert:
    """One alert; `raised` and `steps` are the entries that it is made of, in the order of their times.

    Attributes:
        key: Name of its earliest occurrence.
        raised: Who saw it, the earliest first.
        steps: What was done.
        inhibited: Keys of open alerts on the same subject while which it says nothing.
    """

    key: str
    raised: list[Report]
    steps: list[Report] = field(default_factory=list)
    inhibited: list[str] = field(default_factory=list)

    @property
    def first(self) -> dict[str, Any]:
        """The fields of the entry that saw it first."""
        return self.raised[0].fields

    @property
    def rule(self) -> str:
        """Name of its rule."""
        return str(self.first["rule"])

    @property
    def since(self) -> int:
        """When it began, milliseconds UTC."""
        return int(self.first["since"])

    @property
    def severity(self) -> str:
        """The gravest that anybody gave it."""
        return max((str(one.fields["severity"]) for one in self.raised), key=SEVERITIES.index)

    @property
    def exercise(self) -> bool:
        """Whether any of it is fictional."""
        return any(one.exercise for one in (*self.raised, *self.steps))

    @property
    def open(self) -> bool:
        """Whether somebody has yet to do something."""
        return self.state in {"active", "acknowledged"}

    @property
    def state(self) -> State:
        """The state for both parties together."""
        least = min((self.of_party(party) for party in self.raisers), key=STATES.index)
        if least in {"acknowledged", "resolved"}:
            return least
        every = {one.party for one in (*self.raised, *self.steps)}
        return "pending" if {self.of_party(party) for party in every} == {"pending"} else "active"

    @property
    def raisers(self) -> list[str]:
        """The parties that raised it."""
        return sorted({one.party for one in self.raised})

    @property
    def acknowledgements(self) -> dict[str, Report]:
        """The first word of each party's people that they took it up; none speaks for another party."""
        said = [one for one in self.steps if one.fields["step"] == "acknowledged"]
        return {one.party: one for one in reversed(said)}

    @property
    def awaited(self) -> list[str]:
        """Parties that raised it and have neither taken it up nor done with it."""
        return [one for one in self.raisers if self.of_party(one) in {"pending", "active"}]

    def of_party(self, party: str) -> State:
        """Return how far a party is with it."""
        names = {one.fields["step"] for one in self.steps if one.party == party}
        if names & DONE:
            return "resolved"
        return "acknowledged" if "acknowledged" in names else "active" if "active" in names else "pending"

    def as_of(self, at: int) -> Alert | None:
        """Return it as it was at a moment, ms UTC, by the times that its entries say; None before it."""
        raised = [one for one in self.raised if one.fields["observed"] <= at]
        steps = [one for one in self.steps if one.fields["at"] <= at]
        return Alert(self.key, raised, steps, self.inhibited) if raised else None

    def first_step(self, *names: str) -> Report | None:
        """Return the earliest step of these names."""
        return next((one for one in self.steps if one.fields["step"] in names), None)

    @property
    def level(self) -> int:
        """How often it escalated."""
        return max(
            (one.fields["level"] for one in self.steps if one.fields["step"] == "escalated"), default=0
        )

    @property
    def count(self) -> int:
        """What a flooding source sent besides."""
        return max((one.fields["count"] for one in self.steps if one.fields["step"] == "counted"), default=0)

    @property
    def outcomes(self) -> dict[str, str]:
        """The last word of each party that resolved it: true, false, cannot_tell."""
        said = [one for one in self.steps if one.fields["step"] == "resolved"]
        return {one.party: str(one.fields["outcome"]) for one in said}

    @property
    def outcome(self) -> str:
        """What the parties say together: one outcome, `differ`, or nothing."""
        said = set(self.outcomes.values())
        return "differ" if len(said) > 1 else next(iter(said), "")


@dataclass(frozen=True, slots=True)
class Queue:
    """Every alert, the gravest and oldest first, and what was put aside."""

    alerts: list[Alert]
    aside: list[Aside]

    def find(self, key: str) -> list[Alert]:
        """Return the alerts whose key, or that of one of their occurrences, begins so."""
        return [
            one
            for one in self.alerts
            if one.key.startswith(key) or any(r.fields["occurrence"].startswith(key) for r in one.raised)
        ]


def derive(
    alerts: Iterable[Report], steps: Iterable[Report], now: int, aliases: Mapping[str, str] | None = None
) -> Queue:
    """Return the queue.

    Args:
        alerts: Entries `border.alert`, in any order.
        steps: Entries `border.alert_step`, in any order.
        now: Milliseconds UTC; what says it is later is put aside until then.
        aliases: What subjects go by that have several names (`alerts.subjects`).
    """
    called = dict(aliases or {})
    aside = list[Aside]()
    sound: list[Report] = []
    for one in sorted(alerts, key=_place):
        code = _alert_code(one, now)
        if code:
            aside.append(Aside(one, code))
        else:
            sound.append(one)
    found = _together(sound, called)
    by_name = {name: alert for alert in found for name in _names(alert)}
    for one in sorted(steps, key=lambda step: (step.fields["at"], *_place(step))):
        alert = by_name.get(one.fields["occurrence"])
        code = "no-such-alert" if alert is None else _step_code(one, alert, now)
        if alert is None or code:
            aside.append(Aside(one, code))
        else:
            alert.steps.append(one)
    _inhibit(found, called)
    order = sorted(found, key=lambda one: (-SEVERITIES.index(one.severity), one.since, one.key))
    return Queue(order, sorted(aside, key=lambda one: (_place(one.report), one.code)))


def groups(alerts: Sequence[Alert]) -> list[list[Alert]]:
    """Return alerts of one rule, source and state together, in the order of their firsts."""
    found: dict[tuple[str, str, str], list[Alert]] = {}
    for one in alerts:
        found.setdefault((one.rule, str(one.first["source"]), one.state), []).append(one)
    return list(found.values())


def _alert_code(one: Report, now: int) -> str:
    fields = one.fields
    rule = RULES.get(fields["rule"])
    if rule is None:
        return "no-rule"
    if fields["window"] != fields["since"] // rule.window:
        return "window-differs"
    if fields["occurrence"] != named(rule.name, fields["cell"], fields["subject"], fields["window"]):
        return "name-differs"
    if max(fields["observed"], one.claimed) > now + AHEAD or fields["observed"] > one.claimed + AHEAD:
        return "future"
    return ""


def _step_code(one: Report, alert: Alert, now: int) -> str:
    if one.fields["step"] in DONE and one.party not in {raised.party for raised in alert.raised}:
        return "not-theirs"
    if max(one.fields["at"], one.claimed) > now + AHEAD or one.fields["at"] > one.claimed + AHEAD:
        return "future"
    if one.fields["at"] < alert.since - AHEAD:
        return "before-it-began"
    return ""


def _together(sound: Sequence[Report], called: Mapping[str, str]) -> list[Alert]:
    """Return entries as alerts: union-find over equal names and near beginnings."""
    order = sorted(sound, key=lambda one: (one.fields["since"], one.fields["occurrence"], *_place(one)))
    parent = list(range(len(order)))

    def root(at: int) -> int:
        while parent[at] != at:
            parent[at] = parent[parent[at]]
            at = parent[at]
        return at

    last_name: dict[str, int] = {}
    last_near: dict[tuple[str, str], int] = {}
    for at, one in enumerate(order):
        fields = one.fields
        subject = called.get(fields["subject"], fields["subject"])
        beside = last_near.get((fields["rule"], subject))
        near = RULES[fields["rule"]].tolerance
        if beside is not None and fields["since"] - order[beside].fields["since"] <= near:
            parent[root(at)] = root(beside)
        same = last_name.get(fields["occurrence"])
        if same is not None:
            parent[root(at)] = root(same)
        last_name[fields["occurrence"]] = last_near[fields["rule"], subject] = at
    members: dict[int, list[Report]] = defaultdict(list)
    for at, one in enumerate(order):
        members[root(at)].append(one)
    return [Alert(raised[0].fields["occurrence"], raised) for raised in members.values()]


def _inhibit(found: Sequence[Alert], called: Mapping[str, str]) -> None:
    def subject(one: Alert) -> str:
        return called.get(one.first["subject"], str(one.first["subject"]))

    subjects: dict[tuple[str, str], list[Alert]] = defaultdict(list)
    sources: dict[tuple[str, str], list[Alert]] = defaultdict(list)
    for one in found:
        subjects[one.rule, subject(one)].append(one)
        sources[str(one.first["source"]), ""].append(one)
    for one in (one for one in found if one.open):
        rule: Rule = RULES[one.rule]
        quiet = [other for name in rule.inhibits for other in subjects[name, subject(one)]]
        if one.rule == FLOOD:
            quiet += [other for other in sources[str(one.first["subject"]), ""] if other.rule != FLOOD]
        for other in quiet:
            other.inhibited = sorted({*other.inhibited, one.key})


def _names(alert: Alert) -> set[str]:
    return {one.fields["occurrence"] for one in alert.raised}


def _place(report: Report) -> tuple[str, int]:
    return report.origin, report.index
