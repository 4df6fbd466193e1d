r"""What stands granted, carried in a folder: openings sealed to one recipient (docs/spec/folder.md).

    file = id of the recipient's key (32) || blob, sealed as in `comity.record.sealed`
    info = "comity/carried/v1\n" || lp(origin of the log) || u64(number of the bundle)
           || lp(party) || lp(recipient origin) || key id

Whoever finds the folder learns how many bundles hold something for whom, and their padded sizes. The base
mode authenticates no sender, and need not: every opening is verified against its entry in the signed log.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from comity.record.fetch import FetchError
from comity.record.sealed import SealedError, open_blob, seal_blob
from comity.record.slots import lp

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from comity.record.recipient_key import RecipientKey

CONTEXT: Final = b"comity/carried/v1\n"
KEY_ID: Final = 32  # bytes


class CarriedError(FetchError):
    """A sealed bundle in a folder does not open; nothing of it is used."""

    code = "carried"
    advice = "The medium is damaged, or the file is for another node: have the peer export the folder again."


class CarriedKeyError(CarriedError):
    """A sealed bundle in a folder is sealed to a key that this node does not hold, or not any more."""

    code = "carried-key"
    advice = "The folder is for another node, or older than this node's keys: have the peer export it again."


@dataclass(frozen=True, slots=True)
class Bundle:
    """Which bundle of openings, for whom: what the file is bound to.

    Attributes:
        origin: The log that the openings are of.
        number: Of the bundle: the openings of entries 256·number to 256·number + 255.
        party: The recipient's code.
        recipient: The recipient's node.
    """

    origin: str
    number: int
    party: str
    recipient: str

    def info(self, key_id: bytes) -> bytes:
        """Return what HPKE binds the file to, for a key of the recipient."""
        return (
            CONTEXT
            + lp(self.origin.encode())
            + self.number.to_bytes(8, "big")
            + lp(self.party.encode())
            + lp(self.recipient.encode())
            + key_id
        )


def seal_bundle(bundle: Bundle, openings: Sequence[bytes], public: bytes, key_id: bytes) -> bytes:
    """Return the file that carries these openings, one an item, to a recipient's public key (1216 bytes).

    Raises:
        SealedError: There are none, too many, or they are too long together.
        RecipientKeyError: The key is refused.
    """
    return key_id + seal_blob(openings, public, bundle.info(key_id))


def open_bundle(bundle: Bundle, data: bytes, keys: Iterable[RecipientKey]) -> list[bytes]:
    """Return the openings in a file; what they are worth is for `verify_full` to say.

    Args:
        bundle: What the file is expected to be.
        data: The file.
        keys: The recipient's keys, of whatever months.

    Raises:
        CarriedKeyError: None of the keys is the one that it was sealed to.
        CarriedError: It does not open: cut, altered, of another bundle, log or recipient.
    """
    key_id, blob = data[:KEY_ID], data[KEY_ID:]
    key = next((key for key in keys if key.key_id == key_id), None)
    if key is None:
        raise CarriedKeyError(
            f"bundle {bundle.number} of {bundle.origin} is sealed to the key {key_id.hex()[:16]}…, which is "
            f"not here"
        )
    try:
        return open_blob(blob, key, bundle.info(key_id))
    except SealedError as error:
        raise CarriedError(
            f"bundle {bundle.number} of {bundle.origin} for {bundle.recipient}: {error}"
        ) from error
