"""Openings beside the log: what travels without a grant (docs/spec/serving.md).

`openings/<NNN>`, numbered like the entry bundles of tlog-tiles, holds for the entries 256·NNN to 256·NNN+255
one full opening a line, in the order of the log, of those records only that are marked TLP:CLEAR; for a
member of the compact also of what stands granted to it: the steps of the protocol (`control.*`, `round.*`).
What is withheld, erased or was never stored is simply not there. Every line is verified against its entry
before it is stored.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from comity.node.errors import OpeningRefusedError
from comity.node.system import CLEAR
from comity.record.commitment import FullOpening, verify_full
from comity.record.entry import Entry
from comity.record.errors import ComityError
from comity.record.tiles import entries_path

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from comity.node.reader import Contents, Origin, Shelf
    from comity.node.retention import Keeper

    Stands = Callable[[FullOpening], bool]
    """Whether a content stands granted to whoever it is about."""

BUNDLE: Final = 256
MARKING_PATH: Final = "header.marking"


@dataclass(frozen=True, slots=True)
class Refused:
    """An opening that was not stored: where, of which id (empty if unreadable), and why."""

    index: int
    id: bytes
    error: ComityError


@dataclass(slots=True)
class Intake:
    """What came of one bundle: the indexes whose content is now held, and what was refused."""

    stored: list[int] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)


def openings_path(bundle: int) -> str:
    """Return the path of a bundle of openings, relative to the log."""
    return "openings/" + entries_path(bundle).removeprefix("tile/entries/")


def is_clear(opening: FullOpening) -> bool:
    """Whether an opening is marked for everybody."""
    return any(item.path == MARKING_PATH and item.value == CLEAR for item in opening.fields)


def nothing_stands(_opening: FullOpening) -> bool:
    """Grant nothing: the rule for whoever is no member of the compact."""
    return False


def _travels(opening: FullOpening, stands: Stands) -> bool:
    return is_clear(opening) or stands(opening)


def make_bundle(
    origin: str, shelf: Shelf, contents: Contents, indexes: Iterable[int], stands: Stands = nothing_stands
) -> bytes:
    """Return openings, one line each; empty when nothing may be shown.

    Args:
        origin: whose log.
        shelf: its leaves.
        contents: its contents.
        indexes: where to look: whatever may travel, in the order of the log. No other content is read.
        stands: says what stands granted to whoever asks.
    """
    lines: list[bytes] = []
    for index in indexes:
        entry = _content_entry(shelf.leaves(index, index + 1)[0])
        if entry is None or shelf.index_of(entry.id) != index:
            continue
        opening = _readable(contents, origin, entry.id)
        if opening is not None and _travels(opening, stands):
            lines.append(opening.encode() + b"\n")
    return b"".join(lines)


def _readable(contents: Contents, origin: str, entry_id: bytes) -> FullOpening | None:
    """Return content; one that is damaged here (fsck names it) never keeps the others of its bundle back."""
    try:
        return contents.get(origin, entry_id)
    except ComityError:
        return None


def take_bundle(
    origin: Origin,
    keeper: Keeper,
    bundle: int,
    data: bytes,
    wanted: Callable[[int], bool],
    *,
    stands: Stands = nothing_stands,
) -> Intake:
    """Verify the lines of one bundle and store what holds; a bad line never stops the others.

    Args:
        origin: whose openings they are, with its verified leaves.
        keeper: where to store.
        bundle: number of the bundle.
        data: the bytes received.
        wanted: whether the content at an index is to be taken; other lines are passed over.
        stands: says what stands granted to this node.
    """
    intake = Intake()
    good: list[tuple[int, FullOpening]] = []
    for line in _lines(data):
        index, entry_id = bundle * BUNDLE, b""
        try:
            opening = FullOpening.decode(line)
            entry_id = opening.id
            index = _place(origin.name, origin.shelf, bundle, opening)
            if not wanted(index):
                continue
            if not _travels(opening, stands):
                raise OpeningRefusedError(
                    f"{origin.name} leaf {index}: only {CLEAR} content and what stands granted travels so"
                )
            keeper.check(opening)
            verify_full(opening, Entry.parse(origin.shelf.leaves(index, index + 1)[0]))
            good.append((index, opening))
        except ComityError as error:
            intake.refused.append(Refused(index, entry_id, error))
    if good:
        keeper.keep(origin.name, [opening for _, opening in good])
        intake.stored = [index for index, _ in good]
    return intake


def _lines(data: bytes) -> Iterable[bytes]:
    if data and not data.endswith(b"\n"):
        # A cut line does not decode; the ones before it count.
        return data.split(b"\n")[:BUNDLE]
    return data.split(b"\n")[:-1][:BUNDLE]


def _place(origin: str, shelf: Shelf, bundle: int, opening: FullOpening) -> int:
    if opening.origin != origin:
        raise OpeningRefusedError(f"an opening of {opening.origin} among those of {origin}")
    index = shelf.index_of(opening.id)
    if index is None or index // BUNDLE != bundle:
        raise OpeningRefusedError(f"an opening of {opening.id.hex()}, which is no entry of bundle {bundle}")
    return index


def _content_entry(leaf: bytes) -> Entry | None:
    try:
        entry = Entry.parse(leaf)
    except ComityError:
        return None
    return entry if entry.n else None
