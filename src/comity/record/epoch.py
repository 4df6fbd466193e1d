"""A new epoch of a log that forked (docs/spec/epoch.md): the proposal, and when both parties agree.

A log that signed two histories is never mended. The party begins a new log, `<party>/<node>~<epoch>`, whose
charter names the old log and the head up to which both histories are the same. Its rules:

1. The proposal carries the fork proof, which a stranger checks with the old log's verifier key.
2. The new charter is version 1, of the same party, of the next epoch, and is signed by as many root keys of
   the *old* charter as that one asks for. Whoever copied a log key cannot begin an epoch.
3. The head that it follows lies before the place where the histories part, and is a head of the tree that
   whoever checks it holds.
4. It is joint when an entry in the log of each party says the same of it.

    proposal = Proposal.decode(data)
    proposal.check(old_charter, mirror.store.root)      # raises; nothing is believed before
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from comity.record import canonical
from comity.record.canonical import b64, unb64
from comity.record.charter import Charter
from comity.record.entry_form import next_origin
from comity.record.errors import ComityError
from comity.record.fork import ENCODED_LIMIT, ForkProof

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from comity.record.entry import Head
    from comity.record.protocol_kinds import Epoch

VERSION: Final = 1
PROPOSAL_LIMIT: Final = 2 * ENCODED_LIMIT


class EpochError(ComityError):
    """A proposal of a new epoch is refused."""

    code = "epoch"
    advice = "Nothing was agreed. Ask for the proposal again; docs/spec/epoch.md gives its rules."


class EpochUnsignedError(EpochError):
    """Too few root keys of the forked log's charter signed the charter of the new one."""

    code = "epoch-unsigned"
    advice = (
        "Have the holders of the old root keys sign: comity charter sign. A copied log key is not enough."
    )


class EpochPrefixError(EpochError):
    """The head that the new log follows is not one that both histories have."""

    code = "epoch-prefix"
    advice = "Compare the agreed size with the fork proof and with your mirror; do not agree to another."


class EpochProofError(EpochError):
    """The proposal proves no fork of the old log."""

    code = "epoch-proof"
    advice = "A sound log needs no new epoch: do not agree."


@dataclass(frozen=True)
class Proposal:
    """The charter of the new log, signed, and the proof that the old one forked."""

    charter: Charter
    proof: ForkProof

    @property
    def follows(self) -> Head:
        """The head of the old log that the new one goes on from.

        Raises:
            EpochError: the charter names none.
        """
        if self.charter.follows is None:
            raise EpochError(f"the charter of {self.charter.origin} follows no other log")
        return self.charter.follows

    @property
    def proof_digest(self) -> bytes:
        """SHA-256 of the fork proof, the file."""
        return hashlib.sha256(self.proof.encode()).digest()

    def encode(self) -> bytes:
        """Return the proposal as canonical JSON, ending in a newline."""
        value: dict[str, canonical.Value] = {
            "v": VERSION,
            "charter": b64(self.charter.encode()),
            "proof": b64(self.proof.encode()),
        }
        return canonical.encode(value) + b"\n"

    @classmethod
    def decode(cls, data: bytes) -> Proposal:
        """Read what `encode` wrote; nothing is believed before `check`.

        Raises:
            EpochError: the bytes are no proposal.
            CharterError, ForkProofError: its parts are none.
        """
        try:
            value = canonical.decode(data.removesuffix(b"\n"), limit=PROPOSAL_LIMIT)
        except ComityError as error:
            raise EpochError(f"not a proposal of a new epoch: {error}") from error
        if not isinstance(value, dict) or value.keys() != {"v", "charter", "proof"} or value["v"] is True:
            raise EpochError("not a proposal of a new epoch: other keys")
        if value["v"] != VERSION:
            raise EpochError(f"a proposal of version {value['v']!r}: this software reads {VERSION}")
        parts = [value["charter"], value["proof"]]
        if not all(isinstance(part, str) for part in parts):
            raise EpochError("charter and proof are base64")
        note, proof = (unb64(str(part)) for part in parts)
        return cls(Charter.parse(note), ForkProof.decode(proof))

    def check(self, old: Charter, root_of: Callable[[int], bytes], held: int) -> None:
        """Check the proposal against the charter and the tree of the old log as they are held here.

        Args:
            old: the charter in force of the log that forked.
            root_of: gives the root of the held tree at a size up to `held`.
            held: how many leaves of the old log are held.

        Raises:
            EpochError: it is of another log or party.
            EpochProofError: it proves no fork.
            EpochUnsignedError: the old root keys did not sign it.
            EpochPrefixError: it names another head than both histories have.
        """
        new, follows = self.charter, self.follows
        if (follows.origin, new.party, new.version) != (old.origin, old.party, 1):
            raise EpochError(f"{new.origin} does not follow {old.origin}")
        if new.origin != next_origin(old.origin):
            raise EpochError(f"after {old.origin} comes {next_origin(old.origin)}, not {new.origin}")
        self._check_proof(old)
        signed, needed = len(new.signatures(by=old)), old.threshold("root")
        if signed < needed:
            raise EpochUnsignedError(
                f"{signed} of the {needed} root keys of {old.origin} signed the new charter"
            )
        if follows.size > held or root_of(follows.size) != follows.root:
            raise EpochPrefixError(f"the tree of {old.origin} held here has no such head of {follows.size}")

    def _check_proof(self, old: Charter) -> None:
        try:
            first, _ = self.proof.verify(old.vkey("log"))
        except ComityError as error:
            raise EpochProofError(f"the proposal proves no fork of {old.origin}: {error}") from error
        # A proof of form leaf says where the histories part; the others, of a head that only one of them has.
        parted = self.proof.index if self.proof.form == "leaf" else first.size - 1
        if self.follows.size > parted:
            raise EpochPrefixError(
                f"the histories part at leaf {parted}, before the {self.follows.size} named"
            )


def agreed_size(proof: ForkProof) -> int:
    """Return how many leaves both histories have alike.

    Raises:
        EpochProofError: the proof does not say, or they have none.
    """
    if proof.form != "leaf":
        raise EpochProofError(f"a fork proof of form {proof.form} does not say where the histories part")
    if proof.index == 0:
        raise EpochProofError("the histories differ from leaf 0 on: these are two logs, not a fork of one")
    return proof.index


def joint(words: Iterable[tuple[str, Epoch]], parties: Iterable[str]) -> bool:
    """Say whether each of the logs named has an entry, and all of them say the same.

    Args:
        words: (log, content) of entries about one new log.
        parties: the logs that have to have spoken.
    """
    said = {origin: model.agreed() for origin, model in words}
    needed = set(parties)
    return needed <= said.keys() and len({said[origin] for origin in needed}) == 1
