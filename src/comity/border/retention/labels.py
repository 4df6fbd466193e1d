"""What classes of data are called on a page (msgids)."""

from __future__ import annotations

from typing import Final

from comity.console.i18n import N_

CLASSES: Final = {
    "moving": N_("What moves, without a name"),
    "claims": N_("What names itself: Remote ID, numbers of ships and aircraft"),
    "levels": N_("Stages and weather"),
    "counts": N_("Counts"),
    "set-aside": N_("Set aside, and tracks made from observations"),
}
KEPT_KINDS: Final = {
    "border.batch": N_("Sealed batch of observations"),
    "border.event": N_("Event"),
}
