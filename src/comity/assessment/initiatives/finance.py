"""Chinese official finance as AidData published it: GCOF 1.0 projects, GCDF 3.0 places and country-years."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from comity.assessment.initiatives.countries import alpha3
from comity.assessment.initiatives.observations import Observation, number, observe

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from comity.assessment.initiatives.sources import SourceFile

NOMINAL: Final = "USD nominal"
CONSTANT_2014: Final = "USD constant 2014"
CONSTANT_2021: Final = "USD constant 2021"
NOT_SAID: Final = "USD, prices not said"
_CENT: Final = Decimal("0.005")


@dataclass(frozen=True, slots=True)
class Amount:
    """One amount of one project in one file, with the basis of its prices."""

    value: Decimal
    unit: str
    source: str
    file: str
    rows: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class PriceBases:
    """A project whose amounts stand in prices of different bases: not comparable as they are."""

    project: str
    title: str
    country: str
    amounts: tuple[Amount, ...]
    ratio: Decimal


@dataclass(frozen=True, slots=True)
class Remainder:
    """A project whose shares by place do not sum to one; the remainder is kept, and put nowhere."""

    project: str
    country: str
    file: str
    rows: tuple[int, ...]
    total: Decimal


def observations(files: Iterable[SourceFile], country: str = "") -> list[Observation]:
    """Return every amount of the files of finance as an observation, its unit with the basis of prices."""
    found: list[Observation | None] = []
    for file in files:
        for line, row in file.rows:
            if file.source.about == "project":
                found += _project(file, line, row)
            elif file.source.about == "share":
                found += _share(file, line, row)
            elif file.source.about == "year":
                found += _year(file, line, row)
    return [one for one in found if one is not None and country in ("", one.country)]


def price_bases(files: Iterable[SourceFile], country: str = "") -> list[PriceBases]:
    """Return projects that the files give in several prices, the furthest apart first."""
    amounts: dict[tuple[str, str], list[Amount]] = defaultdict(list)
    titles: dict[str, str] = {}
    for file in files:
        for line, row in file.rows:
            if file.source.about == "project":
                titles[row["project_id"]] = row["title"]
                key = (row["project_id"], row["recipient_iso3"])
                for column, unit in (("usd_current", NOMINAL), ("usd_defl_2014", CONSTANT_2014)):
                    if value := number(row[column]):
                        amounts[key].append(Amount(value, unit, file.source.name, file.name, (line,)))
    for (project, code), found in _totals(files).items():
        if (project, code) in amounts:
            amounts[project, code].append(found)
    several = [
        PriceBases(project, titles[project], code, tuple(items), _ratio(items))
        for (project, code), items in amounts.items()
        if len({one.unit for one in items}) > 1 and country in ("", code)
    ]
    return sorted(several, key=lambda one: (-one.ratio, one.project))


def remainders(files: Iterable[SourceFile], country: str = "") -> list[Remainder]:
    """Return projects whose even shares by place do not sum to one."""
    shares: dict[tuple[str, str, str], list[tuple[int, Decimal]]] = defaultdict(list)
    for file in files:
        if file.source.about == "share":
            for line, row in file.rows:
                if (value := number(row["even_split_ratio"])) is not None:
                    shares[file.name, row["id"], row["shapeGroup"]].append((line, value))
    return [
        Remainder(project, code, name, tuple(line for line, _ in items), total)
        for (name, project, code), items in sorted(shares.items())
        if country in ("", code) and abs((total := sum((v for _, v in items), Decimal(0))) - 1) > _CENT
    ]


def _totals(files: Iterable[SourceFile]) -> dict[tuple[str, str], Amount]:
    """Return each project's value over its first-level places; finer files would count it again."""
    rows: dict[tuple[str, str], list[tuple[int, Decimal, SourceFile]]] = defaultdict(list)
    for file in files:
        if file.source.about == "share" and "adm1" in file.name:
            for line, row in file.rows:
                if value := number(row["intersection_ratio_commitment_value"]):
                    rows[row["id"], row["shapeGroup"]].append((line, value, file))
    return {
        key: Amount(
            sum((value for _, value, _ in items), Decimal(0)),
            CONSTANT_2021,
            items[0][2].source.name,
            items[0][2].name,
            tuple(line for line, _, _ in items),
        )
        for key, items in rows.items()
    }


def _ratio(items: list[Amount]) -> Decimal:
    values = [abs(one.value) for one in items if one.value]
    return (max(values) / min(values)).quantize(Decimal("0.001"))


def _project(file: SourceFile, line: int, row: Mapping[str, str]) -> list[Observation | None]:
    units = {
        "usd_current": NOMINAL,
        "usd_defl_2014": CONSTANT_2014,
        "amount": f"{row['currency']} nominal".strip(),
    }
    return [
        observe(
            file,
            line,
            subject=row["title"],
            identifier=row["project_id"],
            country=row["recipient_iso3"],
            attribute=column,
            value=row[column],
            unit=unit,
        )
        for column, unit in units.items()
    ]


def _share(file: SourceFile, line: int, row: Mapping[str, str]) -> list[Observation | None]:
    units = {
        "even_split_ratio": "share",
        "intersection_ratio": "share",
        "intersection_ratio_commitment_value": CONSTANT_2021,
        "even_split_ratio_commitment_value": CONSTANT_2021,
        "centroid_latitude": "degree",
        "centroid_longitude": "degree",
    }
    return [
        observe(
            file,
            line,
            subject=f"project {row['id']} in {row['shapeName']}",
            identifier=row["id"],
            country=row["shapeGroup"],
            attribute=column,
            value=row[column],
            unit=unit,
        )
        for column, unit in units.items()
    ]


def _year(file: SourceFile, line: int, row: Mapping[str, str]) -> list[Observation | None]:
    names = [f"{flow}_{kind}" for flow in ("oda", "oof", "vof") for kind in ("amt", "adj")]
    code = alpha3(row["ccode"])
    return [
        observe(
            file,
            line,
            subject=f"{code} {row['year']}",
            identifier=row["ccode"],
            country=code,
            attribute=name,
            value=row[name],
            unit=NOT_SAID,
        )
        for name in names
        if name in row
    ]
