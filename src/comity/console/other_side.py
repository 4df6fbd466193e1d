"""What the other side of the compact sees of a record, field by field."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from comity.console.i18n import N_
from comity.record.canonical import b64

if TYPE_CHECKING:
    from comity.console.kinds import KindViews
    from comity.node.control.disclosed import Disclosed
    from comity.node.system import Record


@dataclass(frozen=True, slots=True)
class Seen:
    """One field of the envelope or of the content, and whether the other side sees it."""

    path: str
    label: str
    value: Any
    visible: bool
    envelope: bool


ENVELOPE_LABELS: Final = {
    "origin": N_("Log"),
    "index": N_("Place"),
    "id": N_("Id"),
    "outer": N_("Form"),
    "commit": N_("Commitment"),
    "n": N_("Slots"),
    "key": N_("Signed by"),
}

HEADER_LABELS: Final = {
    "author": N_("Author"),
    "marking": N_("Marking"),
    "releasable_to": N_("Releasable to"),
    "basis": N_("Basis"),
    "retention": N_("Retention"),
    "class": N_("Class"),
    "claimed": N_("Time claimed"),
}


def other_side(record: Record, kinds: KindViews, given: Disclosed) -> list[Seen]:
    """Return field by field what the other side of the compact sees of a record.

    The envelope is known to every party of the compact. Content is visible when it is marked for everybody,
    or was given to another node; of anything else the other side has the commitment alone.
    """
    entry, content = record.entry, record.content
    if entry is None:
        return []
    envelope = {
        "origin": record.origin,
        "index": record.index,
        "id": record.id_text,
        "outer": entry.outer,
        "commit": b64(entry.commit),
        "n": entry.n,
        "key": b64(entry.key),
    }
    rows = [Seen(name, ENVELOPE_LABELS[name], value, True, True) for name, value in envelope.items()]
    if content is None:
        return rows
    header = content.header.model_dump(mode="json", by_alias=True)
    told = record.clear or bool(given.to)
    rows.append(Seen("kind", N_("Kind"), f"{content.kind}@{content.version}", told, False))
    rows += [
        Seen(name, label, header[name], record.clear or given.shows(f"header.{name}"), False)
        for name, label in HEADER_LABELS.items()
    ]
    if content.model is not None and content.model.personal:
        return rows  # its fields are for the people concerned, on the pages of their system
    rows += [
        Seen(path, kinds.field_label(path), value, record.clear or given.shows(path), False)
        for path, value in content.fields.items()
    ]
    return rows
