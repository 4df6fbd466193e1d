"""The consultation brief: what two delegations have before them when ministers meet, made from the register.

    plan = gather(sight, "ministerial-consultation-13", today)
    [section.key for section in plan.sections]

Nothing is computed here that a party did not record, except order and dates: what is overdue follows from a
window and the clock that is given; directions made by the software say so.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, Literal

from comity.record.errors import ComityError
from comity.register.calendar_bounds import bounds
from comity.register.directions import standing_proposals
from comity.register.queries import Fact

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from comity.node.rows import Report
    from comity.register.brief_visible import Sight
    from comity.register.queries import UndertakingView

SectionKey = Literal["agenda", "done", "awaiting", "disputed", "overdue", "differing", "directions"]
FINAL: Final = ("fulfilled", "lapsed")
MOST_LINES: Final = 60
"""Lines of one section; a brief of more is no brief, and says how many are left in the register."""
AHEAD: Final = timedelta(days=730)
_DIFFERING: Final = (
    "register.instrument",
    "register.event",
    "register.mechanism",
    "register.meeting",
    "register.undertaking",
    "register.figure",
)


class UnknownMeetingError(ComityError):
    """Nobody recorded such a meeting or forum, or not for this audience."""

    code = "register-unknown-meeting"
    advice = (
        "Give the short name of a meeting or of its mechanism: `comity register list NODE --kind meeting`."
    )


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the brief, before it is put into words.

    Attributes:
        what: What the line is about, with the reports that carry it.
        standing: Joint, awaiting, disputed, or the state of a fact; empty of a proposal.
        said: What each party says, by party; for facts that differ, the differing values.
        note: A code for a sentence that is added, or empty.
        differs: The field in which reports differ, or empty.
        suggestion: Whether the software suggests it: nobody has said so.
    """

    what: Fact
    standing: str
    said: dict[str, str] = field(default_factory=dict)
    note: str = ""
    differs: str = ""
    suggestion: bool = False
    reports: tuple[Report, ...] = ()

    @property
    def exercise(self) -> bool:
        """Whether anything in the line is fictional."""
        return any(report.exercise for report in self.reports)


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the brief; `left_out` counts lines that did not fit."""

    key: SectionKey
    lines: tuple[Line, ...]
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class Plan:
    """The brief, before it is put into words.

    Attributes:
        meeting: The meeting it is for; of one that is not on record yet, only the forum is known.
        mechanism: The names of its forum, by language.
        previous: The meeting of the same forum before it, where one is on record.
        since: From which day on something is new; None where no earlier meeting is on record.
        today: The clock it was made by.
        sections: Its parts, in order.
        titles: Titles of everything, by slug, for what refers to it.
    """

    meeting: Fact
    mechanism: dict[str, str]
    previous: Fact | None
    since: date | None
    today: date
    sections: tuple[Section, ...]
    titles: dict[str, dict[str, str]]


def gather(sight: Sight, slug: str, today: date) -> Plan:
    """Return the plan of the brief for a meeting, or for the next one of a mechanism.

    Args:
        sight: The register, as far as the brief may show it.
        slug: Short name of a meeting, or of a mechanism whose next meeting is not on record yet.
        today: The reader's clock.

    Raises:
        UnknownMeetingError: no such meeting and no such mechanism can be seen.
    """
    meetings = sight.facts("register.meeting")
    forums = sight.facts("register.mechanism")
    meeting = next((fact for fact in meetings if fact.key == slug), None) or _next(forums, slug)
    if meeting is None:
        raise UnknownMeetingError(f"no meeting and no mechanism {slug[:96]!a} in the register")
    mechanisms = {fact.key: fact.fields["names"] for fact in forums}
    previous = _before(meeting, meetings)
    since = _last_day(previous) if previous else None
    views = sight.undertakings(today)
    parts = {
        "done": _done(sight, meetings, views, since, today),
        "awaiting": _awaiting(views, today),
        "disputed": _disputed(views),
        "overdue": _overdue(views, today),
        "differing": _differing(sight),
        "directions": [*_proposed(sight, meeting), *_directions(views, meetings, meeting, today)],
    }
    sections = [_section(key, lines) for key, lines in parts.items()]  # type: ignore[arg-type]
    return Plan(
        meeting=meeting,
        mechanism=mechanisms.get(meeting.fields["mechanism"], {"en": meeting.fields["mechanism"]}),
        previous=previous,
        since=since,
        today=today,
        sections=tuple(sections),
        titles=_titles(sight),
    )


def is_overdue(view: UndertakingView, today: date) -> bool:
    """Whether an undertaking's window is over and no final word is joint."""
    last = bounds(view.fact.fields.get("window")).last
    return last is not None and last < today and view.standing.status not in FINAL


def _done(
    sight: Sight,
    meetings: Sequence[Fact],
    views: Sequence[UndertakingView],
    since: date | None,
    today: date,
) -> list[Line]:
    lines = [
        _spoken(view) for view in views if view.standing.state == "joint" and not is_overdue(view, today)
    ]
    events = [fact for fact in sight.facts("register.event") if _falls(fact.fields["date"], since, today)]
    held = [
        fact
        for fact in meetings
        if fact.fields["state"] == "held" and _falls(fact.fields["start"], since, today)
    ]
    dated = sorted((*events, *held), key=lambda fact: str(fact.fields.get("date") or fact.fields["start"]))
    return [*lines, *(Line(fact, fact.state, reports=fact.reports) for fact in dated)]


def _awaiting(views: Iterable[UndertakingView], today: date) -> list[Line]:
    found = [v for v in views if v.standing.state == "awaiting" and not is_overdue(v, today)]
    # Who has spoken waits for the other; that comes before what nobody has spoken of.
    return [_spoken(view) for view in sorted(found, key=lambda view: not view.standing.said)]


def _disputed(views: Iterable[UndertakingView]) -> list[Line]:
    return [_spoken(view) for view in views if view.standing.state == "disputed"]


def _overdue(views: Iterable[UndertakingView], today: date) -> list[Line]:
    found = [v for v in views if is_overdue(v, today) and v.standing.state != "disputed"]
    return [
        _spoken(view, note="nobody has spoken" if not view.standing.said else "")
        for view in sorted(found, key=lambda view: str(view.fact.fields["window"]).rpartition("/")[2])
    ]


def _differing(sight: Sight) -> list[Line]:
    lines = []
    for kind in _DIFFERING:
        for fact in sight.facts(kind):
            lines += [
                Line(fact, fact.state, _readings(fact, name), differs=name, reports=fact.reports)
                for name in fact.differs
                # Two numbers differ in the year or in the unit as well: one line says it.
                if not (kind == "register.figure" and name != "value" and "value" in fact.differs)
            ]
    return lines


def _next(forums: Iterable[Fact], slug: str) -> Fact | None:
    """Return what stands for the next meeting of a forum: all that is known of it is the forum."""
    forum = next((fact for fact in forums if fact.key == slug), None)
    if forum is None:
        return None
    reports = tuple(replace(report, fields={"slug": slug, "mechanism": slug}) for report in forum.reports)
    return Fact("register.meeting", slug, reports, "awaiting", (), ())


def _proposed(sight: Sight, meeting: Fact) -> list[Line]:
    """Return what offices propose: each party's proposal is a line of its own."""
    forum = meeting.fields["mechanism"]
    found = standing_proposals(sight.directions(), forum, meeting.key if meeting.key != forum else "")
    return [
        Line(
            Fact("register.direction", report.fields["slug"], (report,), "awaiting", (), ()),
            "",
            reports=(report,),
        )
        for report in found
    ]


def _directions(
    views: Sequence[UndertakingView], meetings: Sequence[Fact], meeting: Fact, today: date
) -> list[Line]:
    start = bounds(meeting.fields.get("start")).first or today
    ahead = [
        fact
        for fact in meetings
        if fact.fields["state"] == "planned"
        and fact.key != meeting.key
        and (first := bounds(fact.fields["start"]).last) is not None
        and start <= first <= start + AHEAD
    ]
    lines = [Line(fact, fact.state, note="planned", reports=fact.reports) for fact in ahead]
    for view in views:
        if view.standing.state == "disputed":
            lines.append(_spoken(view, note="suggest-explain", suggestion=True))
        elif is_overdue(view, today):
            lines.append(_spoken(view, note="suggest-window", suggestion=True))
        elif view.standing.state == "awaiting" and view.standing.said:
            lines.append(_spoken(view, note="suggest-word", suggestion=True))
    return lines


def _spoken(view: UndertakingView, *, note: str = "", suggestion: bool = False) -> Line:
    reports = (*view.fact.reports, *view.statuses)
    said = dict(view.standing.said)
    return Line(view.fact, view.standing.state, said, note, suggestion=suggestion, reports=reports)


def _readings(fact: Fact, name: str) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    for report in fact.reports:
        value = report.fields.get(name)
        if value is None:
            continue
        words = f"{value} {report.fields['unit']}" if name == "value" else _flat(value)
        if words not in found.setdefault(report.party, []):
            found[report.party].append(words)
    return {party: " / ".join(words) for party, words in sorted(found.items())}


def _flat(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(_flat(item) for item in value)
    if isinstance(value, dict):
        return " ".join(_flat(item) for key, item in value.items() if key in ("party", "level"))
    return str(value)


def _section(key: SectionKey, lines: Sequence[Line]) -> Section:
    lines = sorted(lines, key=lambda line: line.exercise)  # fiction after facts
    return Section(key, tuple(lines[:MOST_LINES]), max(0, len(lines) - MOST_LINES))


def _before(meeting: Fact, meetings: Iterable[Fact]) -> Fact | None:
    start = bounds(meeting.fields.get("start")).first
    earlier = [
        (day, fact)
        for fact in meetings
        if fact.fields["mechanism"] == meeting.fields["mechanism"]
        and fact.fields["state"] == "held"
        and fact.key != meeting.key
        and (day := _last_day(fact)) is not None
        and (start is None or day < start)
        and fact.exercise == meeting.exercise
    ]
    return max(earlier, key=lambda item: (item[0], item[1].key), default=(None, None))[1]


def _last_day(meeting: Fact) -> date | None:
    fields = meeting.fields
    return bounds(fields.get("end") or fields["start"]).last


def _falls(text: str, since: date | None, today: date) -> bool:
    """Whether a date lies after one day and not after another; one that may lie before does not."""
    first, last = bounds(text).first, bounds(text).last
    return first is not None and (since is None or first > since) and last is not None and first <= today


def _titles(sight: Sight) -> dict[str, dict[str, str]]:
    titles: dict[str, dict[str, str]] = {}
    for kind, name in (
        ("register.instrument", "titles"),
        ("register.mechanism", "names"),
        ("register.undertaking", "action"),
        ("register.figure", "subject"),
    ):
        titles |= {fact.key: fact.fields[name] for fact in sight.facts(kind)}
    return titles
