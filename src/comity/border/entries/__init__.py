"""The entry kinds of the border, one module a matter.

Each module gives `COLUMNS`, from its kinds to the names of the text fields that get a column of their own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from comity.border.entries import (
    alerts,
    batches,
    deletions,
    events,
    patrols,
    registrations,
    sectors,
    series,
    tracking,
    tracklets,
    warnings,
)

if TYPE_CHECKING:
    from types import ModuleType

    from comity.record.kinds import Kind

MATTERS: Final[tuple[ModuleType, ...]] = (
    series,
    warnings,
    events,
    patrols,
    batches,
    alerts,
    sectors,
    tracklets,
    deletions,
    tracking,
    registrations,
)
"""The modules of kinds, in the order in which they are built upon each other."""

COLUMNS: Final[dict[type[Kind], tuple[str, ...]]] = {
    kind: names for matter in MATTERS for kind, names in matter.COLUMNS.items()
}
KINDS: Final[tuple[type[Kind], ...]] = tuple(COLUMNS)
