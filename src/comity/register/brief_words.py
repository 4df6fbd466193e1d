"""The brief put into words, in each language asked for: plain data from which every document is made.

A text that a record has not in a language is shown in English and marked; a text that a party says was made
by a machine and awaits review is marked; so is a source that was not read itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from comity.console.formats import edtf, territory
from comity.console.i18n import N_, NAMES, Languages, gettext, speaking
from comity.register.brief_labels import (
    ENGLISH_ONLY,
    FOOTNOTES,
    HEADINGS,
    LEADS,
    MACHINE,
    NOTES,
    UNREAD,
    labels,
)
from comity.register.brief_values import PARTIES, THINGS, label, value, word
from comity.register.brief_visible import strictest
from comity.register.labels import STATES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from comity.console.i18n import Language
    from comity.node.rows import Report
    from comity.register.brief import Line, Plan, Section


class Writer:
    """Puts a plan into words.

    Args:
        plan: What to say.
        languages: The catalogues.
        names: Names of the parties, by party and language.
        works: Title and year of the works, by slug.
        translations: What parties say of how their texts came into a language.
    """

    def __init__(
        self,
        plan: Plan,
        languages: Languages,
        names: Mapping[str, Mapping[str, str]],
        works: Mapping[str, tuple[str, int | None]],
        translations: Sequence[Report],
    ) -> None:
        self._plan = plan
        self._languages = languages
        self._names = names
        self._works = works
        self._machine = _machine_made(translations)
        self._used: dict[str, None] = {}

    def sheet(self, codes: Sequence[str], heads: Sequence[Mapping[str, Any]], made_by: str) -> dict[str, Any]:
        """Return the brief in the languages of `codes` as plain JSON data.

        `heads` are the log heads that it was made from: origin, size, root. `made_by` is the node's log.
        """
        self._used = {}
        plan = self._plan
        lines = [line for section in plan.sections for line in section.lines]
        reports = [report for line in lines for report in line.reports] + list(plan.meeting.reports)
        sections = [self._agenda(codes), *(self._section(n, s, codes) for n, s in self._numbered())]
        data = {
            "meeting": plan.meeting.key,
            "languages": list(codes),
            "language_names": {code: NAMES[code] for code in codes},
            "marking": strictest(reports),
            "exercise": plan.meeting.exercise or any(line.exercise for line in lines),
            "made_on": plan.today.isoformat(),
            "made_by": made_by,
            "heads": [dict(head) for head in heads],
            "sections": sections,
            "front": {code: self._in(code, self._front) for code in codes},
        }
        data["footnotes"] = {code: self._in(code, lambda _: self._footnotes()) for code in codes}
        data["labels"] = {code: self._in(code, lambda lang: labels(data, lang.code)) for code in codes}
        return data

    def _in(self, code: str, make: Any) -> Any:
        language = self._languages[code]
        with speaking(language):
            return make(language)

    def _numbered(self) -> list[tuple[int, Section]]:
        return list(enumerate(self._plan.sections, start=2))

    def _front(self, language: Language) -> dict[str, str]:
        plan, code = self._plan, language.code
        fields = plan.meeting.fields
        held = _span(fields)
        previous = gettext("No earlier meeting is on record: everything on record is shown.")
        if plan.previous:
            before = plan.previous.fields
            parts = [_number(before), edtf(_span(before)), before.get("place", "")]
            previous = gettext("Last meeting on record: %(meeting)s") % {"meeting": _joined(parts)}
        return {
            "kicker": gettext("Consultation brief"),
            "title": self._text(plan.mechanism, code),
            "when": _joined([_number(fields), edtf(held), fields.get("place", "")])
            or gettext("The next meeting; its day is not on record."),
            "state": word("state", fields.get("state", "planned")),
            "previous": previous,
        }

    def _agenda(self, codes: Sequence[str]) -> dict[str, Any]:
        lines = []
        for number, section in self._numbered():
            count = len(section.lines) + section.left_out
            texts = {}
            for code in codes:
                with speaking(self._languages[code]):
                    texts[code] = {"title": f"{gettext(HEADINGS[section.key])} ({count})", "details": []}
            lines.append(_line(f"1.{number - 1}", texts, [], [], exercise=False))
        return self._framed("agenda", 1, lines, 0, codes)

    def _section(self, number: int, section: Section, codes: Sequence[str]) -> dict[str, Any]:
        lines = []
        for at, line in enumerate(section.lines, start=1):
            texts = {}
            for code in codes:
                with speaking(self._languages[code]):
                    texts[code] = {"title": self._title(line, code), "details": self._details(line, code)}
            records = [f"{report.origin} {report.index}" for report in line.reports]
            lines.append(
                _line(f"{number}.{at}", texts, self._sources(line.reports), records, exercise=line.exercise)
            )
        return self._framed(section.key, number, lines, section.left_out, codes)

    def _framed(
        self, key: str, number: int, lines: list[dict[str, Any]], left_out: int, codes: Sequence[str]
    ) -> dict[str, Any]:
        def words(message: str) -> dict[str, str]:
            return {code: self._languages[code].gettext(message) for code in codes}

        more = words(N_("%(count)s more lines stand in the register."))
        return {
            "key": key,
            "number": number,
            "heading": words(HEADINGS[key]),
            "lead": words(LEADS[key]),
            "empty": words(N_("Nothing is on record for this point.")),
            "more": {code: text % {"count": left_out} for code, text in more.items()} if left_out else {},
            "lines": lines,
        }

    def _title(self, line: Line, code: str) -> str:
        fields, kind = line.what.fields, line.what.kind
        origin = line.what.reports[0]
        if kind == "register.event":
            about = self._plan.titles.get(fields["instrument"], {"en": fields["instrument"]})
            step = word("type", fields["type"])
            return f"{self._text(about, code, origin)}: {step}, {edtf(fields['date'])}"
        if kind == "register.meeting":
            about = self._plan.titles.get(fields["mechanism"], {"en": fields["mechanism"]})
            parts = [self._text(about, code, origin), _number(fields)]
            return _joined([*parts, edtf(_span(fields)), fields.get("place", "")])
        named = next(
            fields[name] for name in ("titles", "names", "action", "subject", "words") if name in fields
        )
        return self._text(named, code, origin)

    def _details(self, line: Line, code: str) -> list[str]:
        fields = line.what.fields
        if line.what.kind == "register.direction":
            return self._proposal(line, code)
        details = [gettext(STATES[line.standing][0])]
        if line.differs:
            details[0] = f"{details[0]}: {label(line.differs)}"
        elif line.what.kind in ("register.event", "register.meeting"):
            who = ", ".join(self._party(p, code) for p in dict.fromkeys(one.party for one in line.reports))
            details[0] = _joined([details[0], gettext("recorded by %(who)s") % {"who": who}])
        for party, said in line.said.items():
            shown = self._value(line.differs, said, code) if line.differs else word("status", said)
            details.append(f"{self._party(party, code)}: {shown}")
        facts = []
        if fields.get("obligors") and line.what.kind == "register.undertaking":
            names = ", ".join(self._party(party, code) for party in fields["obligors"])
            facts.append(f"{label('obligors')}: {names}")
        if fields.get("window"):
            facts.append(f"{label('window')}: {edtf(fields['window'])}")
        note = gettext(NOTES[line.note]) if line.note else ""
        return [*details, *filter(None, (" · ".join(facts), note))]

    def _proposal(self, line: Line, code: str) -> list[str]:
        """Return who proposes a direction, when, and what it rests on."""
        report = line.reports[0]
        fields = report.fields
        who = {
            "office": fields["proposer"],
            "party": self._party(report.party, code),
            "date": edtf(fields["on"]),
        }
        details = [gettext("Proposed by %(office)s, %(party)s, %(date)s") % who]
        if fields.get("basis"):
            basis = self._text(fields["basis"], code, report)
            details.append(gettext("It rests on: %(basis)s") % {"basis": basis})
        if fields.get("undertaking"):
            about = self._plan.titles.get(fields["undertaking"], {"en": fields["undertaking"]})
            words = {"undertaking": self._text(about, code)}
            details.append(gettext("It would carry further: %(undertaking)s") % words)
        return details

    def _value(self, field: str, said: str, code: str) -> str:
        """Return the differing values of a field: parties by their names, things by their titles."""
        if field in PARTIES:
            return " / ".join(
                ", ".join(self._bound(item, code) for item in part.split(", ")) for part in said.split(" / ")
            )
        if field in THINGS:
            titles = self._plan.titles
            return " / ".join(
                self._text(titles[part], code) if part in titles else part for part in said.split(" / ")
            )
        return value(field, said)

    def _bound(self, item: str, code: str) -> str:
        """Return a party by its name, with the level at which it is bound where one is said."""
        party, _, level = item.partition(" ")
        named = self._party(party, code)
        return f"{named} ({word('level', level)})" if level else named

    def _party(self, party: str, code: str) -> str:
        names = self._names.get(party, {})
        return names.get(code) or names.get("en") or territory(party)

    def _text(self, texts: Mapping[str, str], code: str, report: Report | None = None) -> str:
        """Return a text of a record in a language, marked where it is another one's or a machine's."""
        if not texts.get(code):
            shown = texts.get("en") or next(iter(texts.values()), "")
            return f"{shown} {self._mark(ENGLISH_ONLY)}"
        machine = report is not None and self._by_machine(report, code)
        return f"{texts[code]} {self._mark(MACHINE)}" if machine else texts[code]

    def _by_machine(self, report: Report, code: str) -> bool:
        """Whether a text awaits review; what is said of one record counts more than what is said of all."""
        every = self._machine.get((report.party, code, ""), False)
        return self._machine.get((report.party, code, str(report.fields.get("slug", ""))), every)

    def _mark(self, mark: str) -> str:
        self._used[mark] = None
        return mark

    def _sources(self, reports: Sequence[Report]) -> list[str]:
        found: dict[str, dict[str, None]] = {}
        for report in reports:
            for cite in report.fields.get("cites", []):
                title, year = self._works.get(cite["work"], (cite["work"], None))
                places = [f"§ {cite['section']}"] if cite.get("section") else []
                places += [f"p. {cite['page']}"] if cite.get("page") else []
                unread = [self._mark(UNREAD)] if cite.get("unverified") else []
                place = " ".join([", ".join(places), *unread]).strip()
                found.setdefault(f"{title} ({year})" if year else title, {})[place] = None
        return [", ".join(filter(None, (work, "; ".join(filter(None, at))))) for work, at in found.items()]

    def _footnotes(self) -> list[str]:
        return [f"{mark} {gettext(words)}" for mark, words in FOOTNOTES.items() if mark in self._used]


def _machine_made(translations: Sequence[Report]) -> dict[tuple[str, str, str], bool]:
    """Return by party, language and name (empty: all) whether its newest word says: machine, unreviewed."""
    made: dict[tuple[str, str, str], bool] = {}
    for report in sorted(translations, key=lambda item: (item.claimed, item.origin, item.index)):
        fields = report.fields
        waits = fields["made"] == "machine" and not fields.get("reviewed_by")
        for slug in fields.get("covers") or [""]:
            made[report.party, fields["lang"], slug] = waits
    return made


def _line(
    number: str,
    texts: dict[str, Any],
    sources: list[str],
    records: list[str],
    *,
    exercise: bool,
) -> dict[str, Any]:
    return {"number": number, "texts": texts, "sources": sources, "records": records, "exercise": exercise}


def _span(fields: Mapping[str, Any]) -> str:
    start, end = str(fields.get("start", "")), fields.get("end")
    return f"{start}/{end}" if end and "/" not in start else start


def _number(fields: Mapping[str, Any]) -> str:
    """Return which one of its series a meeting is, in the language in force."""
    number = fields.get("ordinal")
    return gettext("no. %(number)s") % {"number": number} if number else ""


def _joined(parts: Sequence[str]) -> str:
    return " · ".join(part for part in parts if part)
