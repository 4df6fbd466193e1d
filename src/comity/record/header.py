"""The header: the first eight slots of every record's content (docs/spec/content.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from comity.record import canonical
from comity.record.entry import check_origin
from comity.record.errors import ComityError
from comity.record.text import refuse_unnormalised

if TYPE_CHECKING:
    from collections.abc import Mapping

Marking = Literal["TLP:CLEAR", "TLP:GREEN", "TLP:AMBER", "TLP:AMBER+STRICT", "TLP:RED"]
"""A label of the Traffic Light Protocol 2.0 (FIRST), written exactly; any other is refused, hence denied."""

PREFIX: Final = "header."
HEADER_PATHS: Final = tuple(
    PREFIX + name
    for name in ("author", "marking", "releasable_to", "basis", "retention", "class", "claimed", "refs")
)

PARTY = r"^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$"
RETENTION = r"^[a-z0-9][a-z0-9_-]{0,31}(:[0-9]{4}-(0[1-9]|1[0-2]))?$"


def _origin(value: str) -> str:
    try:
        return check_origin(value)
    except ComityError as error:
        raise ValueError(str(error)) from error


def _id(value: str) -> str:
    try:
        canonical.unb64(value, 16)
    except ComityError as error:
        raise ValueError(f"not the base64 of 16 bytes: {error}") from error
    return value


def _distinct(value: list[str]) -> list[str]:
    if len(set(value)) != len(value):
        raise ValueError("a party is listed twice")
    return value


Party = Annotated[str, Field(pattern=PARTY)]


class ContentRef(BaseModel):
    """A record that this one speaks of.

    Attributes:
        origin: Name of its log.
        id: Its id, base64 of 16 bytes.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    origin: Annotated[str, AfterValidator(_origin)]
    id: Annotated[str, AfterValidator(_id)]


class Header(BaseModel):
    """What every record says of itself; all of it is committed content, none of it stands in the log.

    Attributes:
        author: The person or editor who wrote it.
        marking: The TLP 2.0 label.
        releasable_to: Party codes that may be shown the record; nobody if empty.
        basis: The legal basis, as a code or a short text.
        retention: Retention class, with the month it ends where known: `working` or `working:2031-12`.
        class_: `record`, or `exercise` for whatever is fictional.
        claimed: The time the author claims, integer milliseconds UTC since 1970.
        refs: Records it speaks of.
    """

    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, validate_by_name=True, validate_by_alias=True
    )

    author: str = Field(min_length=1, max_length=256)
    marking: Marking
    releasable_to: Annotated[list[Party], AfterValidator(_distinct)] = Field(max_length=64)
    basis: str = Field(min_length=1, max_length=1024)
    retention: str = Field(pattern=RETENTION)
    class_: Literal["record", "exercise"] = Field(alias="class")
    claimed: int = Field(ge=0, lt=2**53)
    refs: list[ContentRef] = Field(default=[], max_length=256)

    @model_validator(mode="before")
    @classmethod
    def _normal_text(cls, value: Any) -> Any:
        refuse_unnormalised(value)
        return value

    def to_paths(self) -> dict[str, Any]:
        """Return path to JSON value, in slot order."""
        return {PREFIX + name: value for name, value in self.model_dump(mode="json", by_alias=True).items()}

    @classmethod
    def from_paths(cls, values: Mapping[str, Any]) -> Header:
        """Read the header back from its paths.

        Raises:
            pydantic.ValidationError: A field is missing or malformed.
        """
        plain = {path.removeprefix(PREFIX): value for path, value in values.items()}
        refs = plain.get("refs")
        if isinstance(refs, list):
            plain["refs"] = [ContentRef.model_validate(ref) for ref in refs]
        return cls.model_validate(plain, by_name=False, by_alias=True)
