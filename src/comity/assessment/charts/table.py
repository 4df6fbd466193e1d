"""The table beside a picture: the same figures, sorted by links, so that it works without any script.

One page may hold many: the address says which of them is sorted (`table`), by what (`by`), and which way
(`turned`). The table that was asked for is open.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from comity.console import Column, Query

TABLE: Final = "table"
BY: Final = "by"
TURNED: Final = "turned"


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of figures in their order, with all that the macro needs to draw the links."""

    name: str
    query: Query
    columns: tuple[Column, ...]
    rows: tuple[Mapping[str, Any], ...]
    by: str
    turned: bool

    @property
    def asked(self) -> bool:
        """Whether the address asks for this table."""
        return self.query.get(TABLE) == self.name

    def link(self, column: Column) -> str:
        """Return the address that sorts by a column, and turns it round when it is sorted already."""
        turned = "yes" if column.name == self.by and not self.turned else None
        return self.query.link(**{TABLE: self.name, BY: column.name, TURNED: turned}) + f"#{self.name}"

    def aria_sort(self, column: Column) -> str:
        """Return the `aria-sort` of a heading."""
        if column.name != self.by:
            return "none"
        return "descending" if self.turned else "ascending"


def table(query: Query, name: str, columns: Sequence[Column], rows: Sequence[Mapping[str, Any]]) -> Table:
    """Return a table, sorted as the address asks; else in the order given.

    Args:
        query: The address.
        name: Of this table, once on the page.
        columns: In order.
        rows: By the names of the columns; None is unknown and comes last in both directions.
    """
    asked = query.get(TABLE) == name
    by = query.get(BY, [column.name for column in columns]) if asked else ""
    turned = asked and query.get(TURNED, ["yes"]) == "yes"
    held = list(rows)
    if by:
        known = sorted((row for row in held if row[by] is not None), key=lambda row: row[by], reverse=turned)
        held = known + [row for row in held if row[by] is None]
    return Table(name, query, tuple(columns), tuple(held), by, turned)
