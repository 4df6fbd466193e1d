"""The options of a request: `$filter`, `$expand` with options of its own, `$select`, `$orderby`, paging."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl

from comity.border.sensors.errors import SensorRequestError
from comity.border.sensors.grammar import parse_filter, parse_order

if TYPE_CHECKING:
    from comity.border.sensors.grammar import Node

PAGE: Final = 100
"""Entities in one reply when nobody says."""
MOST: Final = 10_000
"""Entities in one reply, whoever asks."""
MOST_INLINE: Final = 1_000
"""Entities in one expanded relation of one entity."""
MOST_EXPANDED: Final = 6
"""How deep relations are expanded."""
NAMES: Final = frozenset(
    {"$filter", "$expand", "$select", "$orderby", "$top", "$skip", "$count", "$resultformat", "$skiptoken"}
)


@dataclass(slots=True)
class Options:
    """What a request wants of a collection or of one entity.

    Attributes:
        filter: Tree of the filter.
        order: Trees to order by, with whether each falls.
        expand: Relations to be shown inline, with their options.
        select: Properties and relations to be shown; None for all.
        top: At most how many.
        skip: How many are left out.
        count: Whether the number of all is told.
        data_array: Whether observations come as arrays.
        after: Only entities with a greater id: where the page before ended.
    """

    filter: Node | None = None
    order: list[tuple[Node, bool]] = field(default_factory=list)
    expand: dict[str, Options] = field(default_factory=dict)
    select: list[str] | None = None
    top: int | None = None
    skip: int = 0
    count: bool = False
    data_array: bool = False
    after: int | None = None


def parse(query: str) -> Options:
    """Return the options of a query string.

    Raises:
        SensorRequestError: one is unknown, given twice, or cannot be read.
    """
    try:
        pairs = parse_qsl(
            query, keep_blank_values=True, strict_parsing=bool(query), errors="strict", max_num_fields=32
        )
    except ValueError as error:
        raise SensorRequestError(f"the query cannot be read: {error}") from error
    return _options(pairs, 0)


def _options(pairs: list[tuple[str, str]], depth: int) -> Options:
    found, seen = Options(), set[str]()
    for given, text in pairs:
        name = given.strip().lower()
        if name not in NAMES:
            raise SensorRequestError(f"no option {given[:40]!a}")
        if name in seen:
            raise SensorRequestError(f"{name} is given twice")
        seen.add(name)
        _set(found, name, text.strip(), depth)
    return found


def _set(found: Options, name: str, text: str, depth: int) -> None:  # noqa: C901 - an option a line
    match name:
        case "$filter":
            found.filter = parse_filter(text)
        case "$orderby":
            found.order = parse_order(text)
        case "$expand":
            found.expand = _expand(text, depth + 1)
        case "$select":
            found.select = [one.strip() for one in text.split(",") if one.strip()]
        case "$top":
            found.top = _number(name, text)
        case "$skip":
            found.skip = _number(name, text)
        case "$skiptoken":
            found.after = _number(name, text)
        case "$count":
            if text not in ("true", "false"):
                raise SensorRequestError("$count is true or false")
            found.count = text == "true"
        case _:
            if text != "dataArray":
                raise SensorRequestError("$resultFormat is dataArray, or is left out")
            found.data_array = True


def _number(name: str, text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 15:  # noqa: PLR2004 - more than any store holds
        raise SensorRequestError(f"{name} is a whole number, not {text[:40]!a}")
    return int(text)


def _expand(text: str, depth: int) -> dict[str, Options]:
    if depth > MOST_EXPANDED:
        raise SensorRequestError(f"relations are expanded to a depth of {MOST_EXPANDED}")
    found: dict[str, Options] = {}
    for item in _split(text, ","):
        path, bracket, inner = item.strip().partition("(")
        if bracket and not inner.endswith(")"):
            raise SensorRequestError(f"$expand: {item[:60]!a} has an open bracket")
        pairs = [_pair(one) for one in _split(inner[:-1], ";")] if bracket else []
        names = [name.strip() for name in path.split("/")]
        level = found
        for name in names[:-1]:
            level = level.setdefault(name, Options()).expand
        level[names[-1]] = _merged(level.get(names[-1]), _options(pairs, depth + len(names) - 1))
    return found


def _merged(known: Options | None, given: Options) -> Options:
    if known is not None:
        given.expand = {**known.expand, **given.expand}
    return given


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise SensorRequestError(f"$expand: {text[:60]!a} is no option")
    return name.strip(), value


def _split(text: str, sign: str) -> list[str]:
    """Split at a sign outside brackets and quotation marks."""
    parts, depth, quoted, start = list[str](), 0, False, 0
    for at, one in enumerate(text):
        if one == "'":
            quoted = not quoted
        elif not quoted and one == "(":
            depth += 1
        elif not quoted and one == ")":
            depth -= 1
        elif not quoted and depth == 0 and one == sign:
            parts.append(text[start:at])
            start = at + 1
    parts.append(text[start:])
    if depth or quoted:
        raise SensorRequestError("$expand: brackets or quotation marks are left open")
    return parts
