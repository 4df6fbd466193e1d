"""The entry kinds of warnings: a message of the Common Alerting Protocol, and the other side's receipt."""

from __future__ import annotations

from typing import Annotated, ClassVar, Final, Literal

from pydantic import Field, StringConstraints

from comity.record.header import ContentRef
from comity.record.kinds import Kind
from comity.record.values import Digest, Slug, Text, Value

Line = Annotated[str, StringConstraints(min_length=1, max_length=400)]
Bytes = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9+/]+={0,2}$", max_length=180_000)]


class Headline(Value):
    """The headline of a warning in one language, so that it can be found.

    Attributes:
        language: As the message names it.
        text: The headline, or the event where it has none.
    """

    language: Line
    text: Line


class Warning_(Kind):  # noqa: N801 - the name without a sign is Python's own class
    """A warning in the Common Alerting Protocol 1.2, byte for byte; the other fields say what stands in it.

    Attributes:
        slug: Natural name; with the party it names the warning.
        cap: The bytes of the message, base64.
        digest: SHA-256 of these bytes.
        identifier: The message's identifier.
        sender: Its sender.
        sent: Its time of sending, as written.
        status: Actual, Exercise, System, Test or Draft.
        message_type: Alert, Update, Cancel, Ack or Error.
        headlines: What it says in a line, in each language.
        about: Records that gave cause: series of a gauge, counts, events.
        note: What a reader must know besides.
    """

    kind: ClassVar[str] = "border.warning"
    version: ClassVar[int] = 1

    slug: Slug
    cap: Bytes
    digest: Digest
    identifier: Line
    sender: Line
    sent: Line
    status: Literal["Actual", "Exercise", "System", "Test", "Draft"]
    message_type: Literal["Alert", "Update", "Cancel", "Ack", "Error"]
    headlines: list[Headline] = Field(default_factory=list, max_length=32)
    about: list[ContentRef] = Field(default_factory=list, max_length=32)
    note: Text | None = None


class WarningReceipt(Kind):
    """An office's word that it has read a warning of the other side, and what it does.

    Attributes:
        warning: The warning.
        digest: SHA-256 of the message that was read, so that nobody can say another was meant.
        office: Which office read it.
        read_at: When, by that office's clock, milliseconds UTC.
        answer: Received; understood; acting on it; or that it cannot be read.
        note: In its own words.
    """

    kind: ClassVar[str] = "border.warning_receipt"
    version: ClassVar[int] = 1

    warning: ContentRef
    digest: Digest
    office: Line
    read_at: Annotated[int, Field(ge=0, lt=2**53)]
    answer: Literal["received", "understood", "acting", "cannot_read"] = "received"
    note: Text | None = None


COLUMNS: Final[dict[type[Kind], tuple[str, ...]]] = {
    Warning_: ("slug", "identifier", "status"),
    WarningReceipt: (),
}
"""The kinds of this module and the fields that get a column."""
