"""What one row of one public file says: values with source, file and line, as written."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from comity.assessment.initiatives.sources import SourceFile


@dataclass(frozen=True, slots=True)
class Observation:
    """One value of one thing; `row` is the line in the file, the header being line 1."""

    subject: str
    identifier: str
    country: str
    attribute: str
    value: str
    unit: str
    source: str
    file: str
    row: int
    sha256: str
    licence: str

    def as_fields(self) -> dict[str, Any]:
        """Return the fields of an entry `assessment.observation`."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


@dataclass(frozen=True, slots=True)
class Sighting:
    """One thing as one row gives it: what is missing in the row is None, what is no number is None too.

    `country_by` says whether the row names the country or only the file it came in.
    """

    name: str
    identifier: str
    country: str
    country_by: str
    fuel: str
    capacity: Decimal | None
    lat: Decimal | None
    lon: Decimal | None
    source: str
    file: str
    row: int

    @property
    def place(self) -> tuple[float, float] | None:
        """Latitude and longitude as written, or None where one is missing."""
        return None if self.lat is None or self.lon is None else (float(self.lat), float(self.lon))


def number(text: str) -> Decimal | None:
    """Return a number as files write it (`1,070.0`), or None."""
    plain = text.strip().replace(",", "")
    try:
        found = Decimal(plain)
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def observe(
    file: SourceFile,
    row: int,
    *,
    subject: str,
    identifier: str,
    country: str,
    attribute: str,
    value: str,
    unit: str,
) -> Observation | None:
    """Return a value of a row as an observation, or None where the cell is empty."""
    plain = " ".join(value.split())[:300]
    if not plain or not country or not subject.strip():
        return None
    return Observation(
        subject=" ".join(subject.split())[:300],
        identifier=identifier[:100],
        country=country,
        attribute=attribute,
        value=plain,
        unit=unit,
        source=file.source.name,
        file=file.name,
        row=row,
        sha256=file.sha256,
        licence=file.source.licence,
    )
