"""Which fields a kind declares, at any depth, read off the types themselves.

A JSON Schema says the same, but to make one for every kind takes a starting node longer than to open its log.
"""

from __future__ import annotations

from enum import Enum
from types import NoneType, UnionType
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin

from pydantic import BaseModel

_PLAIN: Final = frozenset({str, int, bool, NoneType})
_OF_OTHERS: Final = (Union, UnionType, list, dict, tuple)


def declared_names(model: type[BaseModel]) -> set[str] | None:
    """Return every name that a model and the models within it declare, aliases too.

    None where a type is met of which this cannot tell what it holds: floating-point numbers among them.
    """
    names: set[str] = set()
    return names if _walk(model, names, set()) else None


def _walk(annotation: Any, names: set[str], seen: set[type[BaseModel]]) -> bool:
    """Collect names; return whether every type on the way is known, and none is of floating-point numbers."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return _walk(get_args(annotation)[0], names, seen)
    if origin is Literal:
        return all(type(value) in _PLAIN for value in get_args(annotation))
    if origin in _OF_OTHERS:
        return all(_walk(part, names, seen) for part in get_args(annotation) if part is not Ellipsis)
    if not isinstance(annotation, type) or origin is not None:
        return False
    if issubclass(annotation, BaseModel):
        return _walk_model(annotation, names, seen)
    values = [type(member.value) for member in annotation] if issubclass(annotation, Enum) else [annotation]
    return _PLAIN.issuperset(values)


def _walk_model(model: type[BaseModel], names: set[str], seen: set[type[BaseModel]]) -> bool:
    if model in seen:
        return True
    seen.add(model)
    for name, info in model.model_fields.items():
        names.update({name, info.alias or name, str(info.validation_alias or name)})
        if not _walk(info.annotation, names, seen):
            return False
    return True
