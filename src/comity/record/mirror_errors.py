"""What a mirror refuses, and what it finds out about the log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.record.errors import ComityError

if TYPE_CHECKING:
    from comity.record.fork import ForkProof


class MirrorKeyError(ComityError):
    """The mirror is of another log or was made for another key."""

    code = "mirror-key"
    advice = (
        "A mirror keeps the key that was pinned; compare fingerprints with the other party, then pair anew."
    )


class MirrorIncompleteError(ComityError):
    """A signed head is known of which not every entry is held, so nothing is cosigned."""

    code = "mirror-incomplete"
    advice = "Sync until the state is consistent, then ask again."


class CosignedLargerError(ComityError):
    """The cosigner already signed for a larger head."""

    code = "mirror-cosigned-larger"
    advice = "Sync until that head is held; a cosigner never goes back."


class ContradictionError(ComityError):
    """A signed head contradicts what is held, and the log refuses the tiles that would prove it."""

    code = "mirror-contradiction"
    advice = "Ask the log's operator for the tiles of that head; the signed note is kept as evidence."


class QuotaError(ComityError):
    """The mirror would grow beyond its quota."""

    code = "mirror-quota"
    advice = "Raise the quota of this mirror, or ask the log's operator why it grew; what is held stays."


class ForkFoundError(ComityError):
    """The log signed two histories; `proof` shows it."""

    code = "mirror-forked"
    advice = "Stop relying on this log, keep the fork-proof file, and call the other party."

    def __init__(self, proof: ForkProof) -> None:
        super().__init__(f"The log signed two histories ({proof.form} proof).")
        self.proof = proof
