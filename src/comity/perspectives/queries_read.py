"""Reading perspectives: works, rules, codebooks and statements, as they stand on record."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Literal

from comity.node.rows import Report, newest_of
from comity.perspectives import entries
from comity.perspectives.comparison.limits import Limits
from comity.perspectives.comparison.voices import Rung, Stance, rung_of
from comity.perspectives.tables import PROJECTOR

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Connection

    from comity.record.kinds import Kind

_NAMED = 2
"""Authors that name an origin cluster at most."""
SECOND_HAND = ("reports", "quotes")
"""Modalities by which a source passes on what somebody else voiced."""


@dataclass(frozen=True)
class RuleView:
    """The perspective rule in force: the highest version; `differs` when parties recorded it differently."""

    version: int
    labels: dict[str, dict[str, str]]
    voice_of: dict[str, Literal["official", "open"]]
    group_of: dict[str, str]
    level_of: dict[str, str]
    holder_names: dict[str, dict[str, str]]
    report: Report
    differs: bool


@dataclass(frozen=True)
class CodebookView:
    """A codebook in force: its highest version; `differs` when parties recorded it differently."""

    slug: str
    version: int
    limits: Limits
    report: Report
    differs: bool

    @property
    def name(self) -> str:
        """The codebook with its version, as in `cooperation/1`."""
        return f"{self.slug}/{self.version}"

    @property
    def family(self) -> frozenset[tuple[str, frozenset[str]]]:
        """Every proposition and pair that was fixed before opening."""
        return family_of(self.report)

    @property
    def organs(self) -> dict[str, str]:
        """Origin clusters to the party-state of which they are an organ."""
        organs = self.report.fields.get("organs", [])
        return {cluster: one["state"] for one in organs for cluster in one["clusters"]}


@dataclass(frozen=True)
class StatementView:
    """One statement with its codings (one record each), and the perspective its holder is counted in.

    `group` is None where the rule does not place the holder; then it is in no cell. `stance` is the mean of
    the numeric codings.
    """

    slug: str
    proposition: str
    holder: str
    group: str | None
    stance: Stance
    first_hand: bool
    codings: tuple[Report, ...]
    rung: Rung = Rung.REPORTED

    @property
    def fields(self) -> dict[str, Any]:
        """The fields of the first coding."""
        return self.codings[0].fields

    @property
    def coded_differently(self) -> bool:
        """Whether two coders gave different stances."""
        return len({report.fields["stance"] for report in self.codings}) > 1

    @property
    def exercise(self) -> bool:
        """Whether any coding is fictional."""
        return any(report.exercise for report in self.codings)


def reports(db: Connection, kind: type[Kind]) -> list[Report]:
    """Return every record of `kind`, in the order of origin and index."""
    return PROJECTOR.reports(db, kind)


def counts(db: Connection) -> dict[str, int]:
    """Return how many records of each kind are held, by the name of the kind."""
    return PROJECTOR.counts(db)


def digest(db: Connection) -> str:
    """Return a digest of everything marked for all: equal on nodes that show the same."""
    return PROJECTOR.digest(db)


def works(db: Connection) -> dict[str, Report]:
    """Return the works by slug: the newest record, of the first party by name where several have one."""
    return {slug: found[0] for slug, found in by_slug(reports(db, entries.Work)).items()}


def origin_names(db: Connection) -> dict[str, str]:
    """Return what an origin cluster is called: those whose works are in it, the most frequent first.

    Works without authors lend it their titles; so does the first work of one that others are called like.
    """
    authors: dict[str, Counter[str]] = defaultdict(Counter)
    titles: dict[str, str] = {}
    for report in works(db).values():
        cluster, title = report.fields["origin_cluster"], report.fields["title"]
        authors[cluster].update(report.fields["authors"] or [title])
        titles[cluster] = min(titles.get(cluster, title), title)
    named = {cluster: _authors(found) for cluster, found in authors.items()}
    often = Counter(named.values())
    return {cluster: titles[cluster] if often[name] > 1 else name for cluster, name in named.items()}


def _authors(found: Counter[str]) -> str:
    first = sorted(found, key=lambda name: (-found[name], name))
    return "; ".join([*first[:_NAMED], *(["\u2026"] if len(first) > _NAMED else [])])


def documents(db: Connection) -> list[Report]:
    """Return the documents whose record is held here."""
    return reports(db, entries.Document)


def groupings(db: Connection) -> list[Report]:
    """Return how authors group voices themselves."""
    return reports(db, entries.Grouping)


def rule(db: Connection) -> RuleView | None:
    """Return the rule in force, or None where nobody recorded one."""
    found = reports(db, entries.Rule)
    if not found:
        return None
    version, kept, differs = _newest(found)
    groups, holders = kept.fields["groups"], kept.fields["holders"]
    return RuleView(
        version=version,
        labels={group["name"]: group["labels"] for group in groups},
        voice_of={group["name"]: group.get("voice", "open") for group in groups},
        group_of={holder["holder"]: holder["group"] for holder in holders},
        level_of={holder["holder"]: holder["level"] for holder in holders if "level" in holder},
        holder_names={holder["holder"]: holder["names"] for holder in holders},
        report=kept,
        differs=differs,
    )


def codebooks(db: Connection) -> list[CodebookView]:
    """Return the codebooks in force, by slug."""
    found: dict[str, list[Report]] = defaultdict(list)
    for report in reports(db, entries.Codebook):
        found[report.fields["slug"]].append(report)
    views = []
    for slug in sorted(found):
        version, kept, differs = _newest(found[slug])
        limits = Limits.of(kept.fields.get("thresholds", {}))
        views.append(CodebookView(slug, version, limits, kept, differs))
    return views


def codebook(db: Connection) -> CodebookView | None:
    """Return the codebook of the comparison: the one that goes with the rule in force, the first by name."""
    placed = rule(db)
    found = [view for view in codebooks(db) if placed and view.report.fields["rule"] == placed.version]
    return found[0] if found else None


def family_of(book: Report) -> frozenset[tuple[str, frozenset[str]]]:
    """Return every proposition and pair that a record of a codebook names."""
    named = book.fields.get("family", [])
    return frozenset((one["proposition"], frozenset((one["one"], one["other"]))) for one in named)


def statements(db: Connection, proposition: str | None = None) -> list[StatementView]:
    """Return the statements, by slug, of one proposition or of all."""
    placed = rule(db)
    kinds = {slug: report.fields["kind"] for slug, report in works(db).items()}
    views = [
        _statement(slug, found, placed, kinds)
        for slug, found in by_slug(reports(db, entries.Statement)).items()
    ]
    return [view for view in views if proposition in (None, view.proposition)]


def by_slug(found: Iterable[Report]) -> dict[str, list[Report]]:
    """Group records by slug: the newest of each party, in the order of party; slugs in order."""
    groups: dict[str, list[Report]] = defaultdict(list)
    for report in found:
        groups[report.fields["slug"]].append(report)
    newest: dict[str, list[Report]] = {}
    for slug in sorted(groups):
        voices = sorted({report.party for report in groups[slug]})
        newest[slug] = [last for party in voices if (last := newest_of(groups[slug], party))]
    return newest


def _newest(found: list[Report]) -> tuple[int, Report, bool]:
    """Return the highest version, the first record of it, and whether its records differ."""
    version = max(report.fields["version"] for report in found)
    newest = [report for report in found if report.fields["version"] == version]
    return version, newest[0], any(report.fields != newest[0].fields for report in newest)


def _statement(
    slug: str, codings: list[Report], placed: RuleView | None, kinds: dict[str, str]
) -> StatementView:
    fields = codings[0].fields
    coded = [report.fields["stance"] for report in codings]
    numbers = [stance for stance in coded if isinstance(stance, int)]
    stance: Stance = "mixed" if "mixed" in coded else "not_addressed"
    if numbers:
        stance = Fraction(sum(numbers), len(numbers))
    holder = fields["holder"]
    first_hand = fields["reported_by"] == [fields["source"]] and fields["modality"] not in SECOND_HAND
    level = placed.level_of.get(holder) if placed else None
    return StatementView(
        slug=slug,
        proposition=fields["proposition"],
        holder=holder,
        group=placed.group_of.get(holder) if placed else None,
        stance=stance,
        first_hand=first_hand,
        codings=tuple(codings),
        rung=rung_of(first_hand=first_hand, work_kind=kinds.get(fields["source"], ""), level=level),
    )
