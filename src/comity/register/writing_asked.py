"""What a form asks for a kind: read from the kind's own model, so that no form can forget a field.

A field is asked for by what it holds: a text in each language, a date, a number, one of fixed words, the
name of another thing on record, several of them, or rows of smaller fields.
"""

from __future__ import annotations

import types
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, Union, get_args, get_origin, get_type_hints

from comity.record.values import Decimal, Edtf, Slug, Text, Value

if TYPE_CHECKING:
    from pydantic import BaseModel

    from comity.record.kinds import Kind

How = Literal["words", "texts", "date", "number", "choice", "several", "lines", "rows"]

REFERS: Final = {
    "instrument": "instrument",
    "target": "instrument",
    "meeting": "meeting",
    "mechanism": "mechanism",
    "forum": "mechanism",
    "undertaking": "undertaking",
    "item": "forum_item",
    "candidature": "candidature",
    "support": "material_support",
    "mission": "remains_mission",
    "about": "thing",
    "party": "party",
    "parties": "party",
    "obligors": "party",
    "host": "party",
    "given_by": "party",
    "given_to": "party",
    "reporter": "party",
}
"""What the name in a field is the name of."""
UNASKED: Final = frozenset({"corrects", "answers", "about_kind", "locator", "renderings"})
"""Fields that follow from where the form was opened, or that no person types."""
LONGEST_LINE: Final = 200


@dataclass(frozen=True, slots=True)
class Asked:
    """One field of a form.

    Attributes:
        name: The field, or its place in a row.
        how: In what way it is asked for.
        required: Whether the record needs it.
        options: The fixed words, where it is one of them.
        refers: What its value is the name of, if it is the name of something.
        parts: The fields of one row.
        most: Rows at most.
        whole: Whether a number is a whole one.
    """

    name: str
    how: How
    required: bool
    options: tuple[str, ...] = ()
    refers: str = ""
    parts: tuple[Asked, ...] = ()
    most: int = 1
    whole: bool = False


ROWS: Final = 12
"""Rows that a form takes at most; a longer list is imported as a table."""


@cache
def asked(kind: type[Kind]) -> tuple[Asked, ...]:
    """Return what is asked for a record of a kind, in the order of its fields."""
    return _fields(kind)


def _fields(model: type[BaseModel]) -> tuple[Asked, ...]:
    hints = get_type_hints(model, include_extras=True)
    return tuple(
        _asked(name, hints[name], required=info.is_required())
        for name, info in model.model_fields.items()
        if name not in UNASKED
    )


def _asked(name: str, hint: Any, *, required: bool) -> Asked:
    if get_origin(hint) in (Union, types.UnionType):
        (hint,) = (one for one in get_args(hint) if one is not type(None))
    plain = get_args(hint)[0] if get_origin(hint) is Annotated else hint
    if get_origin(plain) is list:
        return _list(name, get_args(plain)[0], required=required)
    if get_origin(plain) is Literal:
        return Asked(name, "choice", required, options=get_args(plain))
    if isinstance(plain, type) and issubclass(plain, Value):
        return Asked(name, "rows", required, parts=_fields(plain))
    if plain is bool:
        return Asked(name, "choice", required=False, options=("yes",))
    refers = REFERS.get(name, "") if hint == Slug else ""
    return Asked(name, "choice" if refers else _how(hint, plain), required, refers=refers, whole=plain is int)


def _how(hint: Any, plain: Any) -> How:
    if hint == Text:
        return "texts"
    if hint == Edtf:
        return "date"
    return "number" if hint == Decimal or plain is int else "words"


def _list(name: str, item: Any, *, required: bool) -> Asked:
    if isinstance(item, type) and issubclass(item, Value):
        return Asked(name, "rows", required, parts=_fields(item), most=ROWS)
    if name in REFERS:
        return Asked(name, "several", required, refers=REFERS[name])
    return Asked(name, "lines", required)
