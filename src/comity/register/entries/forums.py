"""What the parties do side by side in forums with others."""

from __future__ import annotations

from typing import ClassVar, Final, Literal

from comity.record.kinds import Kind
from comity.record.values import Edtf, Slug, Text
from comity.register.entries.values import Cites


class ForumItem(Kind):
    """An item that stands, or stood, before a forum.

    Attributes:
        slug: Natural name of the item.
        forum: Slug of the forum, a mechanism.
        subject: What the item is.
        period: When it is before the forum, as an EDTF date or interval.
        cites: Where the fact is reported, at least one source.
    """

    kind: ClassVar[str] = "register.forum_item"
    version: ClassVar[int] = 1

    slug: Slug
    forum: Slug
    subject: Text
    period: Edtf
    cites: Cites


class VotingIntention(Kind):
    """How the recording party intends to vote on an item: an act of will, and no promise.

    Attributes:
        item: Slug of the item.
        intends: The vote it has in mind.
        on: The day of which it speaks, as an EDTF date.
        note: What the party adds.
    """

    kind: ClassVar[str] = "register.voting_intention"
    version: ClassVar[int] = 1

    item: Slug
    intends: Literal["yes", "no", "abstain", "undecided"]
    on: Edtf
    note: Text | None = None


class Candidature(Kind):
    """A party that stands for a seat or an office of a forum.

    Attributes:
        slug: Natural name of the candidature.
        party: Code of the party that stands, or whose candidate stands.
        subject: For what it stands.
        forum: Slug of the forum, where it is on record as a mechanism.
        period: The term for which it stands, as an EDTF date or interval.
        state: How far it has come.
        cites: Where the fact is reported, at least one source.
    """

    kind: ClassVar[str] = "register.candidature"
    version: ClassVar[int] = 1

    slug: Slug
    party: Slug
    subject: Text
    forum: Slug | None = None
    period: Edtf
    state: Literal["announced", "elected", "not_elected", "withdrawn"]
    cites: Cites


class Backing(Kind):
    """What the recording party says of its support for a candidature: an act of will.

    Attributes:
        candidature: Slug of the candidature.
        support: The word of the party that records it.
        on: The day of which it speaks, as an EDTF date.
        note: What the party adds.
    """

    kind: ClassVar[str] = "register.backing"
    version: ClassVar[int] = 1

    candidature: Slug
    support: Literal["supports", "does_not_support", "undecided"]
    on: Edtf
    note: Text | None = None


KINDS: Final[tuple[type[Kind], ...]] = (
    ForumItem,
    VotingIntention,
    Candidature,
    Backing,
)
"""The kinds of this module."""
