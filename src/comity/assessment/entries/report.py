"""The kind of a printed report: a party says that these very files hold what its node derives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Final, Literal, Self

from pydantic import Field, model_validator

from comity.assessment.entries.session_values import Method, StageName, once
from comity.record.kinds import Kind
from comity.record.values import Digest, Slug, Value

if TYPE_CHECKING:
    from collections.abc import Mapping


class PrintedFile(Value):
    """A file of a report.

    Attributes:
        form: DOCX or PDF.
        digest: SHA-256 of its bytes.
        octets: Its length.
    """

    form: Literal["docx", "pdf"]
    digest: Digest
    octets: Annotated[int, Field(ge=1, le=2**40)]


class SessionReport(Kind):
    """A report on a session: of whoever printed it, and of every party that derives the same content.

    Attributes:
        session: Slug of the session.
        asked: Digest of the session's fields.
        stage: Private or revised.
        languages: In which it is printed, in order.
        content: SHA-256 over the RFC 8785 JSON of everything that it says, pictures left out.
        files: The files.
        method: Name and version of what puts a report together.
    """

    kind: ClassVar[str] = "assessment.report"
    version: ClassVar[int] = 1

    session: Slug
    asked: Digest
    stage: StageName
    languages: Annotated[list[Literal["vi", "lo", "en"]], Field(min_length=1, max_length=3)]
    content: Digest
    files: Annotated[list[PrintedFile], Field(min_length=1, max_length=2)]
    method: Method

    @model_validator(mode="after")
    def _once(self) -> Self:
        once(self.languages, "language")
        once((one.form for one in self.files), "form")
        return self


COLUMNS: Final[Mapping[type[Kind], tuple[str, ...]]] = {SessionReport: ("session",)}
"""The kinds of this module and the fields that get a column."""
