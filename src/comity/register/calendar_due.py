"""What is due, as a calendar: ends of windows and planned meetings as all-day events (RFC 5545).

A date that the record gives to the month or the year becomes its last possible day, and the event says so.
A window without an end, or with unspecified digits that give no day, is no event; it is counted.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from comity.console.formats import edtf
from comity.console.i18n import N_, gettext, speaking
from comity.record.marking import LABELS
from comity.register.brief import is_overdue
from comity.register.calendar_bounds import bounds
from comity.register.exports import source_list
from comity.register.labels import STATES, VALUES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from comity.console.i18n import Language
    from comity.register.brief_visible import Sight

PRODUCT: Final = "-//Comity//Register//EN"


@dataclass(frozen=True, slots=True)
class Due:
    """Something that is due: the day, what, where it stands, its sources and records.

    `exact` is whether the record gives the day itself.
    """

    uid: str
    day: date
    exact: bool
    kind: str
    key: str
    titles: dict[str, str]
    place: str
    window: str
    standing: str
    said: dict[str, str]
    overdue: bool
    sources: tuple[str, ...]
    records: tuple[str, ...]
    marking: str
    exercise: bool

    def as_json(self) -> dict[str, Any]:
        """Return plain JSON data."""
        names = ("uid", "exact", "kind", "key", "titles", "place", "window", "standing", "said", "overdue")
        return {
            "day": self.day.isoformat(),
            **{name: getattr(self, name) for name in names},
            "sources": list(self.sources),
            "records": list(self.records),
            "marking": self.marking,
            "exercise": self.exercise,
        }


def from_json(item: Mapping[str, Any]) -> Due:
    """Return what `Due.as_json` gave."""
    lists = {name: tuple(item[name]) for name in ("sources", "records")}
    return Due(**{**item, **lists, "day": date.fromisoformat(item["day"])})


def due(sight: Sight, today: date) -> tuple[list[Due], int]:
    """Return what is due, by day, and how many undertakings have no day; what is finally joint is not due."""
    found: list[Due] = []
    undated = 0
    for view in sight.undertakings(today):
        last = bounds(view.fact.fields.get("window")).last
        if view.standing.status in ("fulfilled", "lapsed"):
            continue
        if last is None:
            undated += 1
            continue
        reports = (*view.fact.reports, *view.statuses)
        window = view.fact.fields["window"]
        found.append(
            _due(
                view.fact.kind,
                view.slug,
                view.fact.fields["action"],
                window,
                last,
                standing=view.standing.state,
                said=view.standing.said,
                overdue=is_overdue(view, today),
                reports=reports,
            )
        )
    found += _meetings(sight, today)
    return sorted(found, key=lambda item: (item.day, item.kind, item.key)), undated


def _meetings(sight: Sight, today: date) -> Iterable[Due]:
    names = {fact.key: fact.fields["names"] for fact in sight.facts("register.mechanism")}
    for fact in sight.facts("register.meeting"):
        fields = fact.fields
        last = bounds(fields.get("end") or fields["start"]).last
        if fields["state"] != "planned" or last is None or last < today:
            continue
        ordinal = f" · {fields['ordinal']}" if fields.get("ordinal") else ""
        titles = names.get(fields["mechanism"], {"en": fields["mechanism"]})
        yield _due(
            fact.kind,
            fact.key,
            {code: f"{text}{ordinal}" for code, text in titles.items()},
            fields["start"],
            last,
            standing=fact.state,
            said={},
            overdue=False,
            reports=fact.reports,
            place=fields.get("place", ""),
        )


def _due(
    kind: str,
    key: str,
    titles: Mapping[str, str],
    window: str,
    last: date,
    *,
    standing: str,
    said: Mapping[str, str],
    overdue: bool,
    reports: Sequence[Any],
    place: str = "",
) -> Due:
    end = window.partition("/")[2] or window
    plain = [{"fields": report.fields} for report in reports]
    return Due(
        # The same thing has the same uid on either side: calendars that hold both show it once.
        uid=f"{hashlib.sha256(f'{kind} {key}'.encode()).hexdigest()[:32]}@comity",
        day=last,
        exact=end == last.isoformat(),
        kind=kind,
        key=key,
        titles=dict(titles),
        place=place,
        window=window,
        standing=standing,
        said=dict(said),
        overdue=overdue,
        sources=tuple(source_list(plain)),
        records=tuple(f"{report.origin}/{report.index}" for report in reports),
        marking=max((report.marking for report in reports), key=LABELS.index),
        exercise=any(report.exercise for report in reports),
    )


def calendar(
    items: Iterable[Due], language: Language, names: Mapping[str, Mapping[str, str]], made: datetime
) -> bytes:
    """Return the calendar in a language.

    Args:
        items: What is due.
        language: In which the events are written.
        names: Names of the parties, by party and language.
        made: When the calendar is made (DTSTAMP).
    """
    from icalendar import Calendar  # noqa: PLC0415 - only this export needs it

    with speaking(language):
        made_of = Calendar()
        made_of.add("prodid", PRODUCT)
        made_of.add("version", "2.0")
        made_of.add("x-wr-calname", gettext("What is due"))
        for item in items:
            made_of.add_component(_event(item, language.code, names, made.astimezone(UTC)))
        return bytes(made_of.to_ical())


def _event(item: Due, code: str, names: Mapping[str, Mapping[str, str]], made: datetime) -> Any:
    from icalendar import Event  # noqa: PLC0415 - the same

    mark = f"[{gettext('exercise: fictional')}] " if item.exercise else ""
    lang = code if item.titles.get(code) else "en"
    event = Event()
    event.add("uid", item.uid)
    event.add("dtstamp", made)
    event.add("dtstart", item.day)
    event.add("dtend", item.day + timedelta(days=1))
    event.add("summary", f"{mark}{item.titles.get(lang) or item.key}", parameters={"LANGUAGE": lang})
    event.add("description", _description(item, code, names), parameters={"LANGUAGE": code})
    event.add("class", "PUBLIC" if item.marking == LABELS[0] else "CONFIDENTIAL")
    event.add("status", "TENTATIVE")
    event.add("transp", "TRANSPARENT")
    event.add("categories", [item.marking, *(["EXERCISE"] if item.exercise else [])])
    if item.place:
        event.add("location", item.place)
    return event


def _description(item: Due, code: str, names: Mapping[str, Mapping[str, str]]) -> str:
    lines = [gettext(STATES[item.standing][0])]
    for party, word in item.said.items():
        name = names.get(party, {}).get(code) or party
        lines.append(f"{name}: {gettext(VALUES['status'].get(word, word))}")
    if not item.exact:
        lines.append(
            gettext(N_("On record: %(date)s; the day is the last possible one."))
            % {"date": edtf(item.window)}
        )
    if item.overdue:
        lines.append(gettext("Overdue"))
    lines += [gettext("Sources: %(sources)s") % {"sources": "; ".join(item.sources)}] if item.sources else []
    lines.append(", ".join(item.records))
    return "\n".join(lines)
