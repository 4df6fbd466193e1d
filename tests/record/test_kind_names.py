"""The names of a kind's fields, read off its types: never fewer than its JSON Schema has."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, Field, create_model

from comity.app import systems
from comity.record.kind_names import declared_names
from comity.record.protocol_kinds import KINDS


class Colour(StrEnum):
    RED = "red"


class Inner(BaseModel):
    deep: dict[str, list[int]]
    named: str = Field(alias="other_name")


class Outer(BaseModel):
    text: Annotated[str, Field(min_length=1)]
    colour: Colour | None = None
    choice: Literal["a", 1, True] = "a"
    inner: list[Inner | tuple[int, ...]] = []


def properties(schema: Any) -> set[str]:
    if isinstance(schema, list):
        return {name for item in schema for name in properties(item)}
    if not isinstance(schema, dict):
        return set()
    return set(schema.get("properties", {})) | {name for item in schema.values() for name in properties(item)}


def test_names_at_any_depth_and_aliases():
    assert declared_names(Outer) == {"text", "colour", "choice", "inner", "deep", "named", "other_name"}


@pytest.mark.parametrize(
    "annotation", [float, list[float], dict[str, float | None], Literal[1.5], Any, bytes, object]
)
def test_what_it_cannot_judge_it_does_not_pass(annotation):
    assert declared_names(create_model("Odd", field=(annotation, ...))) is None


def test_every_kind_of_the_house_is_judged_and_no_name_is_missed():
    for kind in (*KINDS, *(kind for system in systems() for kind in system.kinds)):
        names = declared_names(kind)
        assert names is not None, kind.kind_id()
        assert properties(kind.json_schema()) <= names, kind.kind_id()
