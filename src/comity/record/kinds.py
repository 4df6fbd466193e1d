"""Kinds: the schemas of content, and which slot each field takes (docs/spec/content.md).

Slots 0 to 7 are the header, the same for every kind; the fields of a kind follow from 8 as declared. A header
field's path is `header.<name>`, a kind's own field's path is its name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, Final

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from comity.record import canonical
from comity.record.entry import MAX_SLOTS
from comity.record.errors import ComityError
from comity.record.header import HEADER_PATHS, Header
from comity.record.kind_names import declared_names
from comity.record.slots import Field
from comity.record.text import refuse_unnormalised

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_KIND = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*")
_KIND_ID = re.compile(rf"({_KIND.pattern})@([1-9][0-9]{{0,3}})")

_REFUSED = """
biometric biometrics fingerprint fingerprints faceprint facial face iris retina gait voiceprint palmprint
dna genetic genetics genome genotype ethnic ethnicity ethnicities race races racial tribe tribal caste
religion religions religious faith creed
"""
REFUSED_WORDS: Final = frozenset(_REFUSED.split())
"""No field exists for these (DESIGN section 3, rule 9): a name with one of these words is refused."""


class ContentError(ComityError):
    """Content does not follow the schema of its kind."""

    code = "content"
    advice = "Ask the author for a corrected record; until then it is shown as quarantined."


class KindError(ComityError):
    """A kind cannot be registered."""

    code = "kind"
    advice = "Change the schema: see docs/spec/content.md for what a kind may declare."


class RefusedFieldError(KindError):
    """A kind declares a field that must not exist."""

    code = "kind-refused-field"
    advice = "Remove the field: no record holds biometrics, genetics, ethnicity or religion."


class Kind(BaseModel):
    """Base of the content models; a subclass sets `kind` and `version` and declares its fields.

    A field whose name is taken (`kind`, `version`, a keyword) is declared with a trailing underscore and an
    alias; its path is the alias. Values are strings, integers, booleans, lists and maps; None means the
    field is absent.
    """

    # Validators are built when a kind is first read: a node that starts reads few of the kinds that it knows.
    model_config = ConfigDict(
        frozen=True, extra="forbid", validate_by_name=True, validate_by_alias=True, defer_build=True
    )

    kind: ClassVar[str]
    version: ClassVar[int]
    personal: ClassVar[bool] = False
    """Whether single records are for the people concerned: the system that keeps them shows them, and no page
    of records, list or search does."""

    @model_validator(mode="before")
    @classmethod
    def _normal_text(cls, value: Any) -> Any:
        refuse_unnormalised(value)
        return value

    @classmethod
    def kind_id(cls) -> str:
        """Return `kind@version`, as it is hashed."""
        return f"{cls.kind}@{cls.version}"

    @classmethod
    def slots(cls) -> tuple[str, ...]:
        """Return the path of every slot: the header's, then the kind's own fields as declared."""
        return (*HEADER_PATHS, *(info.alias or name for name, info in cls.model_fields.items()))

    @classmethod
    def json_schema(cls) -> dict[str, Any]:
        """Return the JSON Schema (2020-12) with `kind`, `version` and the slot table beside it."""
        schema = cls.model_json_schema(by_alias=True)
        table = [{"slot": slot, "path": path} for slot, path in enumerate(cls.slots())]
        return {**schema, "x-kind": cls.kind, "x-version": cls.version, "x-slots": table}


@dataclass(frozen=True, slots=True)
class Content:
    """What a record says: its header and fields, and the model if this software knows the kind.

    `fields` maps the path of each field present to its JSON value; header fields are in `header`.
    """

    kind: str
    version: int
    header: Header
    fields: dict[str, Any]
    model: Kind | None


class Registry:
    """The kinds that an installation knows.

    Args:
        kinds: Kind classes; each is checked once, here.

    Raises:
        KindError: A kind is registered twice, badly named, or declares what no record may hold.
    """

    def __init__(self, kinds: Iterable[type[Kind]] = ()) -> None:
        self._models: dict[str, type[Kind]] = {}
        for kind in kinds:
            check_kind(kind)
            if kind.kind_id() in self._models:
                raise KindError(f"{kind.kind_id()} is registered twice")
            self._models[kind.kind_id()] = kind

    def __iter__(self) -> Any:
        return iter(self._models.values())

    def model(self, kind: str, version: int) -> type[Kind] | None:
        """Return the class of `kind` at `version`, or None if it is not known here."""
        return self._models.get(f"{kind}@{version}")

    def from_fields(self, kind: str, fields: Sequence[Field]) -> Content:
        """Read committed fields as content.

        Args:
            kind: `kind@version`.
            fields: The fields of an opening, verified against the commitment before.

        Returns:
            The content; `model` is None when the kind is unknown here, which is no error.

        Raises:
            ContentError: The fields are not those of the schema, or a slot holds another path than it says.
        """
        name, version = parse_kind_id(kind)
        model = self.model(name, version)
        _check_slots(kind, fields, model)
        values = {field.path: field.value for field in fields}
        header = _header(kind, {path: values.pop(path) for path in HEADER_PATHS if path in values})
        return Content(name, version, header, values, None if model is None else _model(model, values))


def to_fields(header: Header, model: Kind) -> list[Field]:
    """Return the fields that a commitment is made over, in slot order; what is None is absent."""
    values = {**header.to_paths(), **model.model_dump(mode="json", by_alias=True, exclude_none=True)}
    return [Field(slot, path, values[path]) for slot, path in enumerate(model.slots()) if path in values]


def parse_kind_id(text: str) -> tuple[str, int]:
    """Split `kind@version`.

    Raises:
        ContentError: It is not of that form.
    """
    match = _KIND_ID.fullmatch(text)
    if not match:
        raise ContentError(f"{text!r} is not a kind, as in register.instrument@1")
    return match[1], int(match[2])


@cache
def check_kind(model: type[Kind]) -> None:
    """Check that a kind may be registered; a class does not change, so once is enough for a process.

    Raises:
        KindError: Its name, version or number of fields is wrong, or it holds floats.
        RefusedFieldError: A field, at any depth, is named for what rule 9 of DESIGN section 3 excludes.
    """
    name, version = getattr(model, "kind", None), getattr(model, "version", None)
    if (
        not isinstance(name, str)
        or not isinstance(version, int)
        or not _KIND_ID.fullmatch(f"{name}@{version}")
    ):
        raise KindError(f"{model.__name__} needs a kind such as 'register.instrument' and a version from 1")
    if len(model.slots()) > MAX_SLOTS or len(set(model.slots())) != len(model.slots()):
        raise KindError(f"{model.kind_id()} has more than {MAX_SLOTS} slots, or a path twice")
    names = declared_names(model)
    if names is None:
        _check_schema(model.kind_id(), model.json_schema())
    else:
        _check_names(model.kind_id(), names)


def _check_names(kind: str, names: Iterable[str]) -> None:
    for name in names:
        if REFUSED_WORDS & set(name.lower().split("_")):
            raise RefusedFieldError(f"{kind} declares a field {name!r}")


def _check_schema(kind: str, schema: Any) -> None:
    if isinstance(schema, list):
        for item in schema:
            _check_schema(kind, item)
    if not isinstance(schema, dict):
        return
    if schema.get("type") == "number":
        raise KindError(f"{kind} has a field of floating-point numbers: use an integer or a decimal string")
    _check_names(kind, schema.get("properties", {}))
    for part in schema.values():
        _check_schema(kind, part)


def _check_slots(kind: str, fields: Sequence[Field], model: type[Kind] | None) -> None:
    paths = HEADER_PATHS if model is None else model.slots()
    seen: set[str] = set()
    for field in fields:
        known = field.slot < len(paths)
        if (known or model) and (not known or paths[field.slot] != field.path):
            raise ContentError(f"{kind}: slot {field.slot} holds {field.path!r}, which is not its field")
        if field.path in seen or (not known and field.path in HEADER_PATHS):
            raise ContentError(f"{kind}: {field.path!r} is held twice")
        seen.add(field.path)


def _header(kind: str, values: Mapping[str, Any]) -> Header:
    try:
        return Header.from_paths(values)
    except ValidationError as error:
        raise ContentError(f"{kind}, header: {_first(error)}") from error


def _model(model: type[Kind], values: dict[str, Any]) -> Kind:
    try:
        content = model.model_validate(values, by_name=False, by_alias=True)
    except ValidationError as error:
        raise ContentError(f"{model.kind_id()}: {_first(error)}") from error
    # What is projected must be what was committed: nothing may have been converted on the way (1 for "1").
    written = content.model_dump(mode="json", by_alias=True, exclude_unset=True, exclude_none=True)
    for path, value in values.items():
        if path not in written or canonical.encode(written[path]) != canonical.encode(value):
            raise ContentError(f"{model.kind_id()}: {path!r} is not written as its schema says")
    return content


def _first(error: ValidationError) -> str:
    problem = error.errors(include_url=False, include_context=False, include_input=False)[0]
    place = ".".join(str(part) for part in problem["loc"])
    return f"{place}: {problem['msg']}" if place else str(problem["msg"])
