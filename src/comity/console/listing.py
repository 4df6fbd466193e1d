"""Sorted, filtered, paged lists whose whole state is the address: they work as links, without JavaScript."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar
from urllib.parse import urlencode

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from fastapi import Request

Item = TypeVar("Item")

PAGE_SIZE: Final = 50
DIGITS: Final = 9


@dataclass(frozen=True, slots=True)
class Column:
    """A column: the name in the address, the heading (a msgid), whether it is a number, whether it sorts."""

    name: str
    label: str
    numeric: bool = False
    sortable: bool = True


@dataclass(frozen=True, slots=True)
class Query:
    """What the address asks for: sorting, page, and every other parameter by name."""

    path: str
    parameters: Mapping[str, str]

    @classmethod
    def of(cls, request: Request) -> Query:
        """Read the address of a request; of a repeated parameter the last counts, `lang` is left out."""
        known = {
            name: value[:200] for name, value in request.query_params.items() if name != "lang" and value
        }
        return cls(request.url.path, known)

    def get(self, name: str, allowed: Sequence[str] | None = None) -> str:
        """Return a parameter, or the empty string where it is absent or not one of `allowed`."""
        value = self.parameters.get(name, "")
        return value if allowed is None or value in allowed else ""

    def number(self, name: str, default: int) -> int:
        """Return a parameter as a whole number from 0, or the default."""
        value = self.parameters.get(name, "")
        plain = value.isascii() and value.isdigit() and len(value) <= DIGITS
        return int(value) if plain else default

    def link(self, **changes: object) -> str:
        """Return the same address with some parameters changed; None removes one."""
        merged: dict[str, Any] = {**self.parameters, **changes}
        kept = {name: value for name, value in merged.items() if value not in (None, "")}
        return f"{self.path}?{urlencode(kept)}" if kept else self.path


@dataclass(frozen=True, slots=True)
class Leaf:
    """One page of a list: which it is, how many there are, and what is counted."""

    page: int
    pages: int
    total: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Listing(Generic[Item]):
    """The rows of one page, and all that the table macro needs to draw links."""

    query: Query
    columns: Sequence[Column]
    rows: Sequence[Item]
    leaf: Leaf
    sort: str
    descending: bool
    unfiltered: int = field(default=0)

    def sort_link(self, column: Column) -> str:
        """Return the address that sorts by a column, and turns it round when it is sorted already."""
        turned = column.name == self.sort and not self.descending
        return self.query.link(sort=column.name, dir="desc" if turned else None, page=None)

    def aria_sort(self, column: Column) -> str:
        """Return the `aria-sort` of a column's heading."""
        if column.name != self.sort:
            return "none"
        return "descending" if self.descending else "ascending"


def leaf_of(query: Query, total: int, size: int = PAGE_SIZE) -> Leaf:
    """Return the page that the address asks for, held inside what there is. Pages count from 1."""
    pages = max(1, -(-total // size))
    page = min(max(1, query.number("page", 1)), pages)
    return Leaf(page, pages, total, (page - 1) * size + 1 if total else 0, min(page * size, total))


def listing(
    query: Query,
    columns: Sequence[Column],
    items: Sequence[Item],
    keys: Mapping[str, Callable[[Item], Any]],
    *,
    default: str,
    unfiltered: int | None = None,
    size: int = PAGE_SIZE,
) -> Listing[Item]:
    """Sort and page items that are already filtered.

    Args:
        query: The address.
        columns: The columns in order.
        items: What is left after filtering.
        keys: How to sort by each column. A key of None means unknown; unknown comes last in both directions.
        default: The column that sorts when the address names none.
        unfiltered: How many there are without the filter, to tell "nothing yet" from "nothing matches".
        size: Rows on a page.
    """
    sort = query.get("sort", [column.name for column in columns if column.sortable]) or default
    descending = query.get("dir", ["desc"]) == "desc"
    key = keys[sort]
    known = sorted((item for item in items if key(item) is not None), key=key, reverse=descending)
    ordered = known + [item for item in items if key(item) is None]
    leaf = leaf_of(query, len(items), size)
    rows = ordered[(leaf.page - 1) * size : leaf.page * size]
    return Listing(
        query, columns, rows, leaf, sort, descending, len(items) if unfiltered is None else unfiltered
    )
