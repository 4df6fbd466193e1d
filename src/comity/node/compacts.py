"""The compact of a node: the ground rules that the parties signed, and who of them has adopted them.

compacts/<version>    every version that this node adopted, as a signed note

The signed compact is the one truth about who the parties are; systems ask for it here and nowhere else.

    >>> parties(node)                             # whose word counts  # doctest: +SKIP
    ('vn', 'la')
    >>> [member.names["en"] for member in members(node)]  # doctest: +SKIP
    ['Viet Nam', "Lao People's Democratic Republic", 'Observer']
    >>> ground(node).binds                        # every party's log says so  # doctest: +SKIP
    True
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from comity.record.canonical import b64
from comity.record.compact import Compact
from comity.record.compact_parts import Member
from comity.record.protocol_kinds import Adoption

if TYPE_CHECKING:
    from collections.abc import Iterator

    from comity.node.folder import Folder
    from comity.node.node import Node
    from comity.node.system import Record

_VERSION: Final = re.compile(r"[1-9][0-9]{0,5}")


@dataclass(frozen=True, slots=True)
class Adopted:
    """A party's word in its own log that it adopted a compact.

    Attributes:
        party: Whose word.
        origin: The log that it stands in.
        index: Where in that log.
        digest: Base64 SHA-256 of the document adopted.
    """

    party: str
    origin: str
    index: int
    digest: str


@dataclass(frozen=True, slots=True)
class Ground:
    """The compact that a node adopted, with the newest word of every party that is held here.

    Attributes:
        compact: Signed by every party; checked when it was adopted.
        adopted: One for each party that has said so, in the order of the compact's members.
    """

    compact: Compact
    adopted: tuple[Adopted, ...]

    @property
    def binds(self) -> bool:
        """Whether every party's own log says that it adopted this very document."""
        digest = b64(self.compact.digest)
        said = {word.party for word in self.adopted if word.digest == digest}
        return all(member.party in said for member in self.compact.parties)


def in_force(folder: Folder) -> Compact | None:
    """Return the newest compact that this node adopted, or None."""
    place = folder.root / "compacts"
    versions = [int(path.name) for path in place.glob("*") if _VERSION.fullmatch(path.name)]
    return Compact.parse((place / str(max(versions))).read_bytes()) if versions else None


def members(node: Node) -> tuple[Member, ...]:
    """Return the members of the compact, observers among them; while there is none, those that are paired."""
    compact = in_force(node.folder)
    if compact is not None:
        return compact.members
    paired = {charter.party: charter.names for charter in node.charters.values()}
    return tuple(Member(party, "party", names) for party, names in paired.items())


def parties(node: Node) -> tuple[str, ...]:
    """Return the codes of the parties whose word counts: the members that are no observers."""
    return tuple(member.party for member in members(node) if member.role == "party")


def ground(node: Node) -> Ground | None:
    """Return the compact that this node adopted and who else has, or None while there is none."""
    compact = in_force(node.folder)
    if compact is None:
        return None
    newest: dict[str, Adopted] = {}
    for record in node.control.steps.of(Adoption):
        for word in _word(compact, record):
            newest[word.party] = word
    said = [newest[member.party] for member in compact.members if member.party in newest]
    return Ground(compact, tuple(said))


def _word(compact: Compact, record: Record) -> Iterator[Adopted]:
    """Give what a record says of a compact, if it is an adoption by a log that the compact names."""
    model = None if record.content is None else record.content.model
    party = record.origin.partition("/")[0]
    member = compact.member(party)
    if isinstance(model, Adoption) and model.name == compact.name and member is not None:
        yield Adopted(party, record.origin, record.index, model.digest)
