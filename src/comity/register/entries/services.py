"""What ministries and posts do for each other: consular affairs, press, posts abroad."""

from __future__ import annotations

from typing import Annotated, ClassVar, Final

from pydantic import Field

from comity.record.kinds import Kind
from comity.record.values import Edtf, Slug, Text
from comity.register.entries.shapes import OfBodies
from comity.register.entries.values import Body, Cites, Name


class ConsularMatter(OfBodies):
    """An arrangement or exchange on consular affairs between the parties; no case of a person."""

    kind: ClassVar[str] = "register.consular_matter"
    version: ClassVar[int] = 1


class PressExchange(OfBodies):
    """Exchange of information, releases or people between the press services of the parties."""

    kind: ClassVar[str] = "register.press_exchange"
    version: ClassVar[int] = 1


class PostsCooperation(Kind):
    """What the embassies, consulates and missions of the parties do together in a third place.

    Attributes:
        slug: Natural name.
        subject: What they do.
        bodies: The posts.
        place: Where the posts are, a town or an organisation.
        period: When, as an EDTF date or interval.
        cites: Where the fact is reported, at least one source.
        note: What a reader must know besides.
    """

    kind: ClassVar[str] = "register.posts_cooperation"
    version: ClassVar[int] = 1

    slug: Slug
    subject: Text
    bodies: Annotated[list[Body], Field(min_length=1, max_length=40)]
    place: Name | None = None
    period: Edtf
    cites: Cites
    note: Text | None = None


KINDS: Final[tuple[type[Kind], ...]] = (
    ConsularMatter,
    PressExchange,
    PostsCooperation,
)
"""The kinds of this module."""
