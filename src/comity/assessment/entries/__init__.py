"""The entry kinds of joint assessment, one module a matter.

Each module gives `COLUMNS`, from its kinds to the names of the text fields that get a column of their own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from comity.assessment.entries import gate, initiatives, position, report, risk, sessions, zone

if TYPE_CHECKING:
    from types import ModuleType

    from comity.record.kinds import Kind

MATTERS: Final[tuple[ModuleType, ...]] = (initiatives, gate, position, zone, risk, sessions, report)
"""The modules of kinds, in the order in which they are built upon each other."""

COLUMNS: Final[dict[type[Kind], tuple[str, ...]]] = {
    kind: names for matter in MATTERS for kind, names in matter.COLUMNS.items()
}
KINDS: Final[tuple[type[Kind], ...]] = (*COLUMNS, *zone.SEALED)
