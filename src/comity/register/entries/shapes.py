"""Fields that several kinds of the register share to the letter; a kind adds its name and what it is."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from comity.record.kinds import Kind
from comity.record.values import Edtf, Slug, Text
from comity.register.entries.values import Body, Cites, Count


class OfBodies(Kind):
    """Something that bodies of the parties do in a time.

    Attributes:
        slug: Natural name; several reports of the same thing share it.
        subject: What it is, in words of the editor.
        bodies: The bodies that take part.
        period: When, as an EDTF date or interval.
        cites: Where the fact is reported, at least one source.
        note: What a reader must know besides.
    """

    slug: Slug
    subject: Text
    bodies: Annotated[list[Body], Field(min_length=1, max_length=40)]
    period: Edtf
    cites: Cites
    note: Text | None = None


class Offered(Kind):
    """Places or posts that one party offers the other, and how many were taken.

    Attributes:
        slug: Natural name; several reports of the same offer and time share it.
        subject: What it is about: what is taught to whom by office, or what experts do.
        given_by: Code of the party that trains or sends.
        given_to: Code of the party whose people are trained, or where experts work.
        period: When, as an EDTF date or interval.
        offered: Places offered; absent where not reported.
        taken: Places taken; absent where not reported.
        cites: Where the fact is reported, at least one source.
        note: What a reader must know besides.
    """

    slug: Slug
    subject: Text
    given_by: Slug
    given_to: Slug
    period: Edtf
    offered: Count | None = None
    taken: Count | None = None
    cites: Cites
    note: Text | None = None
