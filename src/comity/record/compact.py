"""Compacts: the ground rules that the parties sign together (docs/spec/compact.md).

A compact is a signed note like a charter: the canonical document, a newline, and for every party the
signatures of root keys of one of its charters, as many as that charter's threshold asks for. Observers are
named and need not sign. It is checked against charters that the reader already trusts; a compact vouches for
no key.

    >>> compact = Compact.parse(note)
    >>> compact.verify({"vn/hq": vn_charter, "la/hq": la_charter})
    >>> compact.stands_granted("round.seal", "la")
    True
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from comity.record import compact_form
from comity.record.compact_errors import (
    CompactCharterError,
    CompactError,
    CompactSuccessionError,
    CompactUnsignedError,
)
from comity.record.compact_parts import Deadlines, Log, Member, Policy, Vocabulary
from comity.record.signed_document import SignedDocument

if TYPE_CHECKING:
    from collections.abc import Mapping

    from comity.record.charter import Charter

__all__ = [
    "Compact",
    "CompactCharterError",
    "CompactError",
    "CompactSuccessionError",
    "CompactUnsignedError",
    "Deadlines",
    "Log",
    "Member",
    "Policy",
    "Vocabulary",
]


@dataclass(frozen=True)
class Compact(SignedDocument):
    """The ground rules of some parties.

    Attributes:
        name: What the compact is called among all; the same in every version.
        version: From 1.
        title: By language.
        members: Parties and observers.
        vocabularies: Code lists.
        retention: Months that content of each retention class is kept.
        policies: What stands granted.
        deadlines: What is late.
        rules: What else is agreed, in words, by language.
        previous: Digest of the version before; absent in version 1.
    """

    name: str
    version: int
    title: Mapping[str, str]
    members: tuple[Member, ...]
    retention: Mapping[str, int]
    policies: tuple[Policy, ...]
    deadlines: Deadlines
    vocabularies: tuple[Vocabulary, ...] = ()
    rules: tuple[Mapping[str, str], ...] = ()
    previous: bytes | None = None

    @classmethod
    def parse(cls, note: bytes) -> Self:
        """Read a compact that somebody signed; `verify` says whether it binds.

        Raises:
            NoteError: The bytes are no signed note.
            CanonicalError: The document is not canonical.
            CompactError: It is no compact.
        """
        return cls.from_note(note)

    @classmethod
    def read(cls, document: bytes) -> Self:
        """Read the document of a compact, signatures aside.

        Raises:
            CanonicalError: The bytes are not canonical.
            CompactError: They are no compact.
        """
        compact = cls(**compact_form.read(document))
        compact_form.check(compact)
        return compact

    def write(self) -> bytes:
        """Return the canonical document of a compact made here."""
        return compact_form.write(self)

    def unsigned(self) -> CompactUnsignedError:
        """Return the error that says that nobody signed yet."""
        return CompactUnsignedError(f"version {self.version} of the compact {self.name} is unsigned")

    @property
    def parties(self) -> tuple[Member, ...]:
        """The members that sign."""
        return tuple(member for member in self.members if member.role == "party")

    def member(self, party: str) -> Member | None:
        """Return a member, or None."""
        return next((member for member in self.members if member.party == party), None)

    def stands_granted(self, kind: str, party: str) -> bool:
        """Say whether records of `kind` (no version) stand granted to a party; never to strangers."""
        return any(policy.covers(kind) for policy in self.standing(party))

    def standing(self, party: str) -> tuple[Policy, ...]:
        """Return the policies by which records stand granted to a party; none to strangers."""
        member = self.member(party)
        if member is None:
            return ()
        audiences = ("members", "parties") if member.role == "party" else ("members",)
        return tuple(policy for policy in self.policies if policy.audience in audiences)

    def signed_by(self, charter: Charter) -> tuple[int, int]:
        """Return how many root keys of a charter signed, and how many it asks for.

        Raises:
            NoteError: A line names one of these keys, and the signature is not by it.
        """
        return len(self.signers(charter.role_keys("root"))), charter.threshold("root")

    def verify(self, charters: Mapping[str, Charter]) -> None:
        """Check that every party signed, each by the threshold of one of its charters named here.

        Args:
            charters: By origin, the trusted charters of the versions that the compact names.

        Raises:
            CompactCharterError: A charter is missing, of another digest, or of another party.
            CompactUnsignedError: A party did not sign, or not with enough keys.
            NoteError: A signature does not verify.
        """
        for member in self.members:
            known = [self._charter(log, member, charters) for log in member.logs]
            if member.role == "observer":
                continue
            counts = [self.signed_by(charter) for charter in known]
            if not any(signed >= needed for signed, needed in counts):
                signed, needed = max(counts)
                raise CompactUnsignedError(
                    f"{member.party}: {signed} of the {needed} root keys needed signed {self.name}"
                )

    def follows(self, old: Compact, charters: Mapping[str, Charter]) -> None:
        """Check that this verified compact is the next version after `old`, whose parties signed it too.

        Args:
            old: The version in force.
            charters: By origin, trusted charters of the parties of `old`: the newest.

        Raises:
            CompactSuccessionError: It is not the next version of the same compact.
            CompactUnsignedError: A party of `old` did not sign.
        """
        if self.name != old.name or self.version != old.version + 1 or self.previous != old.digest:
            raise CompactSuccessionError(
                f"version {self.version} of {self.name} does not follow version {old.version} of {old.name}"
            )
        for member in old.parties:
            known = [charters[log.origin] for log in member.logs if log.origin in charters]
            if not any(signed >= needed for signed, needed in map(self.signed_by, known)):
                raise CompactUnsignedError(f"{member.party}, a party of version {old.version}, did not sign")

    @staticmethod
    def _charter(log: Log, member: Member, charters: Mapping[str, Charter]) -> Charter:
        charter = charters.get(log.origin)
        if charter is None:
            raise CompactCharterError(f"the charter of {log.origin} is not known here")
        if charter.digest != log.digest or charter.version != log.version:
            raise CompactCharterError(
                f"the compact names version {log.version} of the charter of {log.origin} by another digest"
            )
        if charter.party != member.party:
            raise CompactCharterError(f"{log.origin} is not a log of {member.party}")
        return charter
