"""From a filled form to the draft of a record of any kind."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Any, Final

from comity.register.writing import header, named
from comity.register.writing_asked import asked
from comity.register.writing_given import fields_of, names

if TYPE_CHECKING:
    from collections.abc import Mapping

    from comity.record.kinds import Kind

BASIS: Final = "record of the desk"
READABLE: Final = 48
"""Letters of a title that go into a natural name."""


def record_draft(
    kind: type[Kind], given: Mapping[str, str], kind_of: Mapping[str, str], corrects: str = ""
) -> dict[str, Any]:
    """Return the draft of a record.

    Args:
        kind: Of what it is.
        given: What stands in the form.
        kind_of: The kind of each thing on record, by its natural name.
        corrects: Id of the record whose place it takes, where there is one.

    Raises:
        WritingError: something is missing, or is not what it is asked for.
    """
    head = header(given, BASIS, exercise=bool(given.get("exercise")))
    fields = fields_of(asked(kind), given)
    if "slug" in kind.model_fields:
        fields["slug"] = record_slug(kind, given)
    if "about_kind" in kind.model_fields:
        fields["about_kind"] = kind_of.get(fields["about"], "instrument")
    if corrects:
        fields["corrects"] = corrects
    return {**head, "kind": kind.kind, "fields": fields}


def record_slug(kind: type[Kind], given: Mapping[str, str]) -> str:
    """Return the natural name: as it was given, or made of the title and of all that was said.

    Two records that nobody named are two things, unless they say the very same.
    """
    if slug := given.get("slug", "").strip():
        return slug
    said = [f"{name}={given.get(name, '')}" for name in names(asked(kind)) if name != "slug"]
    digest = named("", *said).strip("-")[:6]
    title = next((given[name] for name in names(asked(kind)) if name.endswith("_en") and given.get(name)), "")
    words = _plain(title) or kind.kind.partition(".")[2].replace("_", "-")
    return f"{words}-{digest}"


def _plain(title: str) -> str:
    """Return a title in lower-case letters and digits joined by hyphens."""
    bare = unicodedata.normalize("NFKD", title.replace("đ", "d").replace("Đ", "D"))
    letters = "".join(sign for sign in bare.casefold() if not unicodedata.combining(sign))
    words = "".join(sign if sign.isascii() and sign.isalnum() else " " for sign in letters).split()
    return "-".join(words)[:READABLE].strip("-")
