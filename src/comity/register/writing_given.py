"""Between what stands in the fields of a form and the fields of a record, both ways."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from comity.console.i18n import LANGUAGES, N_
from comity.record.text import check_edtf
from comity.register.writing import WritingError, text_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from comity.register.writing_asked import Asked

_SLUG: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_NUMBER: Final = re.compile(r"-?[0-9]+(\.[0-9]+)?")
FIRST_ROWS: Final = 2
"""Rows of a form in which none is filled in; below those that are, one more is shown."""


def names(asked: Iterable[Asked], before: str = "") -> Iterator[str]:
    """Yield the names of every field of a form, with those of all rows."""
    for one in asked:
        if one.how == "rows":
            for row in range(one.most):
                yield from names(one.parts, f"{before}{one.name}.{row}.")
        elif one.how == "texts":
            yield from (f"{before}{one.name}_{code}" for code in LANGUAGES)
        else:
            yield before + one.name


def rows_shown(one: Asked, given: Mapping[str, str]) -> int:
    """Return how many rows a form shows: those that are filled in, and one more."""
    if one.most == 1:
        return 1
    filled = [
        row
        for row in range(one.most)
        if any(given.get(name) for name in names(one.parts, f"{one.name}.{row}."))
    ]
    return min(one.most, max(FIRST_ROWS, max(filled, default=-1) + 2))


def fields_of(asked: Iterable[Asked], given: Mapping[str, str], before: str = "") -> dict[str, Any]:
    """Return the fields of a record from what was given; what is empty is left out.

    Raises:
        WritingError: something is missing or is not what it is asked for; its field is named.
    """
    fields: dict[str, Any] = {}
    for one in asked:
        try:
            value = _value(one, given, before)
        except WritingError as error:
            raise WritingError(error.words, error.field or one.name) from error
        if value not in (None, "", [], {}):
            fields[one.name] = value
        elif one.required and one.name != "slug":
            raise WritingError(N_("This is needed."), one.name)
    return fields


def given_of(asked: Iterable[Asked], fields: Mapping[str, Any], before: str = "") -> dict[str, str]:
    """Return what stands in the form for the fields of a record."""
    given: dict[str, str] = {}
    for one in asked:
        value, name = fields.get(one.name), before + one.name
        if value is None:
            continue
        if one.how == "texts":
            given |= {f"{name}_{code}": str(words) for code, words in value.items()}
        elif one.how == "rows":
            for row, item in enumerate((value if isinstance(value, list) else [value])[: one.most]):
                given |= given_of(one.parts, item, f"{name}.{row}.")
        elif one.how in ("several", "lines"):
            given[name] = ("," if one.how == "several" else "\n").join(map(str, value))
        elif isinstance(value, bool):
            given[name] = "yes" if value else ""
        else:
            given[name] = str(value)
    return given


def _value(one: Asked, given: Mapping[str, str], before: str) -> Any:
    name = before + one.name
    said = given.get(name, "").strip()
    if one.how == "texts":
        return text_of(given, name)
    if one.how == "rows":
        found = [
            fields_of(one.parts, given, f"{name}.{row}.")
            for row in range(one.most)
            if any(given.get(part, "").strip() for part in names(one.parts, f"{name}.{row}."))
        ]
        return found if one.most > 1 else (found[0] if found else None)
    if one.how in ("several", "lines"):
        parts = said.split("," if one.how == "several" else "\n")
        return [part.strip() for part in parts if part.strip()]
    return _plain(one, said) if said else None


def _plain(one: Asked, said: str) -> Any:
    if one.how == "date":
        try:
            return check_edtf(said)
        except ValueError as error:
            raise WritingError(N_("Write it as 2026, 2026-06, 2026-06-20 or 2026-06/2027.")) from error
    if one.how == "number":
        if not _NUMBER.fullmatch(said) or (one.whole and not said.isdecimal()):
            raise WritingError(N_("Write a number in digits; leave it empty where nobody reported one."))
        return int(said) if one.whole else said
    if one.name in ("slug", "work", "id", "formula") and not _SLUG.fullmatch(said):
        raise WritingError(N_("Write lower-case letters and digits joined by hyphens, as border-2016."))
    if one.options == ("yes",):
        return said == "yes"
    return said
