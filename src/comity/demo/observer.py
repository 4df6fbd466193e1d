"""The observer: somebody who trusts neither party checks an exported log from its verifier key alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from comity.node.openings import BUNDLE, openings_path
from comity.record.canonical import b64
from comity.record.charter import Charter
from comity.record.entry import Entry, identify
from comity.record.errors import ComityError
from comity.record.fetch import NotFoundError, folder_fetcher
from comity.record.merkle import root
from comity.record.mirror import Mirror
from comity.record.note import Verifier
from comity.record.opening import FullOpening, verify_full

if TYPE_CHECKING:
    from pathlib import Path

    from comity.record.fetch import Fetch


class ObserverError(ComityError):
    """An exported log does not hold what its key signed."""

    code = "observer"
    advice = "Ask both parties for their copies of this log and compare the signed heads."


@dataclass(frozen=True)
class Observed:
    """What was verified: the log, its size and root (base64), and how many contents were opened."""

    origin: str
    size: int
    root: str
    opened: int


def observe(folder: Path, vkey: str, workspace: Path) -> Observed:
    """Verify an export: every leaf under the signed head, every signature, every content released to all.

    Args:
        folder: the export, with `log/` in it.
        vkey: the log's verifier key, all that the observer was given.
        workspace: where a mirror may be made.

    Raises:
        ObserverError: something in the export is not what the key signed.
        ComityError: it cannot be read.
    """
    fetch = folder_fetcher(folder / "log")
    origin = Verifier.parse(vkey).name
    mirror = Mirror.open(workspace / "observed.sqlite", origin, vkey, identify=identify)
    try:
        result = mirror.sync(fetch)
        if result.reason is not None:
            raise ObserverError(f"{origin}: {result.reason}")
        leaves = mirror.store.leaves(0, result.size)
    finally:
        mirror.close()
    return Observed(origin, result.size, b64(root(leaves)), _opened(origin, leaves, fetch))


def _opened(origin: str, leaves: list[bytes], fetch: Fetch) -> int:
    """Check every signature by the charter that leaf 0 names, and count the contents that open."""
    charter = Charter.parse(fetch("charter"))
    charter.verify_first(leaves[0])
    entries: dict[bytes, Entry] = {}
    for leaf in leaves:
        entry = Entry.parse(leaf)
        charter.verify_entry(entry)
        entries.setdefault(entry.id, entry)
    opened = 0
    for number in range(-(-len(leaves) // BUNDLE)):
        try:
            lines = fetch(openings_path(number)).splitlines()
        except NotFoundError:
            continue
        for line in lines:
            opening = FullOpening.decode(line)
            if opening.origin != origin or opening.id not in entries:
                raise ObserverError(f"{origin}: an opening belongs to no entry of this log")
            verify_full(opening, entries[opening.id])
            opened += 1
    return opened
