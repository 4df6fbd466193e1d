"""Roll calls of an assembly: how two members voted where both were present.

Agreement is the same word (yes, abstain, no); opposition is a yes against a no. An absence is no word:
such a roll call is not counted for the pair. One share alone misleads where nearly every vote is a yes, so
`Agreement.kappa` sets it against what the two members' own habits would give by chance: Cohen (1960), "A
coefficient of agreement for nominal scales", Educational and Psychological Measurement 20, p. 40; the
interval of the share is Wilson (1927), JASA 22, p. 209.
"""

from __future__ import annotations

import csv
import math
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal, get_args

from comity.perspectives.study.errors import StudyError
from comity.perspectives.study.files import lines_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

Word = Literal["yes", "abstain", "no"]
Grouping = Literal["all", "decade", "issue"]

WORDS: Final[tuple[Word, ...]] = get_args(Word)
UNTAGGED: Final = "untagged"
"""The group of roll calls that carry no issue."""
_COLUMNS: Final = ("rcid", "date", "issues")
_Z90: Final = 1.6448536269514722


@dataclass(frozen=True)
class RollCall:
    """One vote: its number, its day, what it was about, and each member's word."""

    number: str
    date: str
    title: str
    resolution: str
    issues: tuple[str, ...]
    words: dict[str, Word]


@dataclass
class Agreement:
    """How a pair voted in one group of roll calls.

    Attributes:
        group: Decade, issue, or `all`.
        agree: Roll calls with the same word.
        n: Roll calls in which both were present.
        opposed: Roll calls with a yes against a no.
    """

    group: str
    agree: int = 0
    n: int = 0
    opposed: int = 0
    pairs: Counter[tuple[Word, Word]] = field(default_factory=Counter)

    def count(self, one: Word, other: Word) -> None:
        """Count one roll call."""
        self.n += 1
        self.agree += one == other
        self.opposed += {one, other} == {"yes", "no"}
        self.pairs[one, other] += 1

    @property
    def kappa(self) -> float | None:
        """Agreement beyond chance, at most 1; `None` where chance alone gives full agreement."""
        if not self.n:
            return None
        first, second = Counter[Word](), Counter[Word]()
        for (one, other), times in self.pairs.items():
            first[one] += times
            second[other] += times
        chance = sum(first[word] * second[word] for word in WORDS) / self.n**2
        return None if chance == 1 else (self.agree / self.n - chance) / (1 - chance)

    @property
    def interval(self) -> tuple[float, float] | None:
        """The 90 % Wilson interval of the share that agrees."""
        if not self.n:
            return None
        share, z2 = self.agree / self.n, _Z90**2 / self.n
        middle = (share + z2 / 2) / (1 + z2)
        half = _Z90 * math.sqrt(share * (1 - share) / self.n + z2 / (4 * self.n)) / (1 + z2)
        return max(0.0, middle - half), min(1.0, middle + half)


def read(path: Path) -> list[RollCall]:
    """Read roll calls from a CSV file, plain or gzip.

    The columns `rcid`, `date` (ISO 8601) and `issues` (joined by `|`) are needed; `short` and `unres` are
    read where they stand; every column of two capital letters is a member, its cells are yes, abstain, no or
    empty for an absence.

    Raises:
        StudyError: A column is missing, a row is damaged or stands twice; the message names the line.
    """
    with lines_of(path) as file:
        reader = csv.DictReader(file)
        columns = reader.fieldnames or []
        missing = [name for name in _COLUMNS if name not in columns]
        if missing:
            raise StudyError(f"{path} has no column {', '.join(missing)}")
        members = [name for name in columns if len(name) == 2 and name.isupper()]  # noqa: PLR2004 - ISO 3166-1
        return list(_rows(reader, members, path))


def _rows(reader: csv.DictReader[str], members: list[str], path: Path) -> Iterator[RollCall]:
    seen: set[str] = set()
    try:
        for row in reader:
            where = f"{path}, line {reader.line_num}"
            if None in row or None in row.values():
                raise StudyError(f"{where}: the row has not as many cells as the file has columns")
            if row["rcid"] in seen:
                raise StudyError(f"{where}: roll call {row['rcid']} stands twice")
            seen.add(row["rcid"])
            yield _roll_call(row, members, where)
    except csv.Error as error:
        raise StudyError(f"{path}, line {reader.line_num}: {error}") from error


def _roll_call(row: dict[str, str], members: list[str], where: str) -> RollCall:
    words: dict[str, Word] = {}
    for member in members:
        cell = row[member].strip().lower()
        if cell in WORDS:
            words[member] = cell
        elif cell:
            raise StudyError(f"{where}: {member} voted {cell!r}, which is no vote")
    if not (row["date"][:4].isdigit() and row["date"][4:5] == "-"):
        raise StudyError(f"{where}: {row['date']!r} is not a date")
    return RollCall(
        number=row["rcid"],
        date=row["date"],
        title=" ".join(row.get("short", "").split()),
        resolution=row.get("unres", ""),
        issues=tuple(sorted({tag for tag in row["issues"].split("|") if tag})),
        words=words,
    )


def members_of(calls: Iterable[RollCall]) -> list[str]:
    """Return every member with at least one word, in alphabetical order."""
    return sorted({member for call in calls for member in call.words})


def groups_of(call: RollCall, by: Grouping) -> tuple[str, ...]:
    """Return the groups a roll call counts in; one with several issues counts in each of them."""
    if by == "decade":
        return (f"{call.date[:3]}0s",)
    if by == "issue":
        return call.issues or (UNTAGGED,)
    return ("all",)


def agreement(calls: Iterable[RollCall], one: str, other: str, by: Grouping = "all") -> list[Agreement]:
    """Count how two members agreed, group by group, in the order of the groups' names.

    Raises:
        StudyError: One of the two has no word in the file.
    """
    held = list(calls)
    known = members_of(held)
    for member in (one, other):
        if member not in known:
            raise StudyError(f"no member {member} in these roll calls; there are {', '.join(known)}")
    found: dict[str, Agreement] = {}
    for call in both_present(held, one, other):
        for group in groups_of(call, by):
            found.setdefault(group, Agreement(group)).count(call.words[one], call.words[other])
    return [found[group] for group in sorted(found)]


def both_present(calls: Iterable[RollCall], one: str, other: str) -> Iterator[RollCall]:
    """Yield the roll calls in which both members voted."""
    return (call for call in calls if one in call.words and other in call.words)


def apart(calls: Iterable[RollCall], one: str, other: str) -> list[RollCall]:
    """Return the roll calls in which the two members' words differ, oldest first."""
    differ = [call for call in both_present(calls, one, other) if call.words[one] != call.words[other]]
    return sorted(differ, key=lambda call: (call.date, call.number))


def presence(calls: Iterable[RollCall]) -> dict[str, tuple[str, str, int]]:
    """Return for each member the days of its first and last word, and how many words it has."""
    days: defaultdict[str, list[str]] = defaultdict(list)
    for call in calls:
        for member in call.words:
            days[member].append(call.date)
    return {member: (min(found), max(found), len(found)) for member, found in sorted(days.items())}
