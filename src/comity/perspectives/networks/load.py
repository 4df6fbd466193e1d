"""Statements from the node's own rows to arrays: one read, and everything after it on whole columns."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np
from sqlalchemy import LargeBinary, cast, func, select

from comity.perspectives.networks.affiliations import AGREEMENT
from comity.perspectives.networks.dates import UNKNOWN, span
from comity.perspectives.networks.errors import NetworkError
from comity.perspectives.networks.tables import AFFILIATIONS, WIDTHS, digest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray
    from sqlalchemy import Connection

    Scale = Literal["agreement", "stance"]

_FORMATS: Final = {8: "<u8", 4: "S4", 1: "u1"}
ROW: Final = np.dtype([(name, _FORMATS[width]) for name, width in WIDTHS.items()])
ALPHABET: Final = np.zeros(128, dtype=np.int64)
ALPHABET[list(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")] = np.arange(64)
NO_SIDE, MIXED, NOT_ADDRESSED = -1, -2, -3
LEVEL_OF: Final = {
    "agreement": np.array([0, 0, NO_SIDE, 1, 1, MIXED, NOT_ADDRESSED]),
    "stance": np.array([0, 1, 2, 3, 4, MIXED, NOT_ADDRESSED]),
}
"""Level by code of the stance: two sides, or the five stances from -2 to 2."""
LEVELS: Final = {"agreement": AGREEMENT, "stance": (-2.0, -1.0, 0.0, 1.0, 2.0)}
_BITS: Final = 20
_FEW: Final = 2500
"""Digests that one of the factors tells apart, all but surely."""
_SHIFT: Final = np.uint64(64 - _BITS)
_FACTORS: Final = tuple(np.uint64((0x9E3779B97F4A7C15 * (2 * at + 1)) % (1 << 64)) for at in range(24))
"""Odd numbers to multiply digests with; the first is 2^64 divided by the golden ratio."""
LEFT_OUT: Final = {NO_SIDE: "no side taken", MIXED: "mixed", NOT_ADDRESSED: "not addressed"}


@dataclass(frozen=True)
class Coded:
    """Coded statements as columns, one element a statement, each of shape (n,).

    Attributes:
        actor: Number of the holder in `actors`.
        concept: Number of the proposition in `concepts`.
        level: Number of the level in `levels`.
        first: First day it can have been said, 0 where that is not known.
        last: Last such day.
        document: Digest of the work that was read.
        actors: Slugs of the holders, in order.
        concepts: Slugs of the propositions, in order.
        levels: Value of every level, rising.
        left_out: How many statements are in no column, by reason.
        exercise: Whether any of them is fictional.
    """

    actor: NDArray[np.int64]
    concept: NDArray[np.int64]
    level: NDArray[np.int64]
    first: NDArray[np.int64]
    last: NDArray[np.int64]
    document: NDArray[np.uint64]
    actors: tuple[str, ...]
    concepts: tuple[str, ...]
    levels: tuple[float, ...] = AGREEMENT
    left_out: dict[str, int] = field(default_factory=dict)
    exercise: bool = False


def read(
    db: Connection,
    holders: Iterable[str],
    propositions: Iterable[str],
    years: Mapping[str, int],
    scale: Scale = "agreement",
) -> Coded:
    """Return the coded statements of the holders and on the propositions that are named.

    Args:
        db: The views.
        holders: Slugs of the offices and organisations that take part; others are left out, and counted.
        propositions: Slugs of the propositions.
        years: Year of publication of each work; it dates a statement that has no date of its own.
        scale: Two sides, or the five stances.

    Raises:
        NetworkError: two names have one digest.
    """
    # Bytes as they stand: eight million characters are neither decoded nor encoded.
    packed = cast(func.aggregate_strings(AFFILIATIONS.table.c.packed, ""), LargeBinary)
    joined: bytes | None = db.execute(select(packed)).scalar_one()
    rows, alone = newest(np.frombuffer(joined or b"", dtype=ROW))
    actors, concepts = tuple(sorted(set(holders))), tuple(sorted(set(propositions)))
    actor, concept = numbers(rows["holder"], actors), numbers(rows["proposition"], concepts)
    level = LEVEL_OF[scale][rows["code"] - ord("0")]
    left_out = {
        "holder not placed": _slugs(rows, actor < 0),
        "proposition not on record": _slugs(rows, (actor >= 0) & (concept < 0)),
    }
    known = (actor >= 0) & (concept >= 0)
    if not known.all():
        rows, actor, concept, level = rows[known], actor[known], concept[known], level[known]
    if not alone:
        kept, left_out["coded differently"] = _once_a_slug(rows["slug"], actor, concept, level)
        rows, actor, concept, level = rows[kept], actor[kept], concept[kept], level[kept]
    for value, reason in LEFT_OUT.items():
        left_out[reason] = int((level == value).sum())
    if (level < 0).any():
        sided = level >= 0
        rows, actor, concept, level = rows[sided], actor[sided], concept[sided], level[sided]
    first, last = _days(rows, years)
    return Coded(
        actor=actor,
        concept=concept,
        level=level,
        first=first,
        last=last,
        document=rows["document"],
        actors=actors,
        concepts=concepts,
        levels=LEVELS[scale],
        left_out=left_out,
        exercise=bool((rows["fiction"] == ord("1")).any()),
    )


def newest(rows: NDArray[Any]) -> tuple[NDArray[Any], bool]:
    """Return of each slug and party the newest record, and whether every slug has one record alone.

    Newest is by index in a log, and by claimed time between the logs of a party.
    """
    slugs = np.sort(rows["slug"])  # faster than a set of them
    if not (slugs[1:] == slugs[:-1]).any():
        return rows, True
    for order in (("slug", "party", "origin", "index"), ("slug", "party", "claimed", "origin")):
        keys = [_decoded(rows[name]) if name in ("index", "claimed") else rows[name] for name in order]
        places = np.lexsort(keys[::-1])
        rows = rows[places]
        same = 3 if order[-1] == "index" else 2
        rows = rows[_last_of_each([key[places] for key in keys[:same]])]
    return rows, False


def numbers(digests: NDArray[np.uint64], names: Sequence[str]) -> NDArray[np.int64]:
    """Return the place in `names` of the name that has each digest, and -1 where none has.

    Raises:
        NetworkError: two of the names have one digest.
    """
    known = np.frombuffer(b"".join(map(digest, names)), dtype="<u8")
    if len(np.unique(known)) < len(known):
        raise NetworkError("two names on record have one digest; one of them must be renamed")
    return places(digests, known)


def places(digests: NDArray[np.uint64], known: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Return the place in `known`, whose digests differ, of each digest, and -1 where it is none of them.

    Digests are spread evenly, so the top bits of a product with an odd number mostly tell a few thousand of
    them apart: then one look into a table finds each, and a comparison says whether it is there (Knuth, TAOCP
    volume 3, section 6.4, multiplicative hashing). Where no factor tells them apart, they are searched for.
    """
    if not len(known):
        return np.full(len(digests), -1)
    for factor in _FACTORS if len(known) <= _FEW else ():
        slots = known * factor >> _SHIFT
        table = np.zeros(1 << _BITS, dtype=np.int32)
        table[slots] = np.arange(len(known))
        if (table[slots] == np.arange(len(known))).all():
            at = table[digests * factor >> _SHIFT]
            return np.where(known[at] == digests, at, -1).astype(np.int64)
    order = np.argsort(known)
    at = order[np.minimum(np.searchsorted(known, digests, sorter=order), len(known) - 1)]
    return np.where(known[at] == digests, at, -1)


def _once_a_slug(slug: Any, *columns: NDArray[np.int64]) -> tuple[NDArray[np.int64], int]:
    """Return the places of one coding of each statement coded alike by all, and how many were not."""
    _, first, group = np.unique(slug, return_index=True, return_inverse=True)
    differs = np.zeros(len(first), dtype=bool)
    for column in columns:
        np.logical_or.at(differs, group, column != column[first][group])
    return np.sort(first[~differs]), int(differs.sum())


def _last_of_each(columns: list[Any]) -> NDArray[np.bool_]:
    """Return where the next row differs in one of the columns; rows are sorted by them."""
    ends = np.ones(len(columns[0]), dtype=bool)
    ends[:-1] = False
    for column in columns:
        ends[:-1] |= column[1:] != column[:-1]
    return ends


def _days(rows: NDArray[Any], years: Mapping[str, int]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return first and last days; a statement without a date was said in the year its source appeared."""
    first, last = _decoded(rows["first"]), _decoded(rows["last"])
    undated = (first == UNKNOWN) & (last == UNKNOWN)
    if undated.any() and years:
        spans = np.array([span(f"{year:04}") for year in years.values()])
        at = numbers(rows["source"][undated], list(years))
        first[undated] = np.where(at >= 0, spans[at, 0], UNKNOWN)
        last[undated] = np.where(at >= 0, spans[at, 1], UNKNOWN)
    return first, last


def _decoded(column: NDArray[Any]) -> NDArray[np.int64]:
    """Return the numbers that a column holds as base64 digits."""
    size = column.dtype.itemsize
    digits = np.ascontiguousarray(column).view(np.uint8).reshape(len(column), size)
    found = np.zeros(len(column), dtype=np.int64)
    for place in range(size):
        found = (found << 6) | ALPHABET[digits[:, place]]
    return found


def _slugs(rows: NDArray[Any], chosen: NDArray[np.bool_]) -> int:
    return len(np.unique(rows["slug"][chosen]))
