# ruff: noqa: A002 - `id` is the word of the specification
"""Single fields that were disclosed of a record, kept encrypted beside the contents (docs/spec/content.md).

Whoever was granted some fields has no record key, only openings. They are kept like content, under a random
key in the keyring, and erased with it: `ContentStore.erase` destroys both.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from comity.record import canonical
from comity.record.content import PARTIAL, ContentStoreError
from comity.record.keyring import NONCE, Kept, Retention
from comity.record.opening import MAX_OPENING, Opening
from comity.record.slots import KEY_SIZE, lp

if TYPE_CHECKING:
    from collections.abc import Sequence

    from comity.record.content import ContentStore

_CONTEXT: Final = b"comity/partial/v1\n"
_UNSTATED: Final = Retention("released")
"""Where the fields disclosed do not say how long they may be kept."""


@dataclass(frozen=True, slots=True)
class Partial:
    """What is held of a record: its kind, and the openings of some fields by ascending slots."""

    kind: str
    openings: tuple[Opening, ...]

    @property
    def values(self) -> dict[str, Any]:
        """Path to value."""
        return {opening.path: opening.value for opening in self.openings}


class PartialStore:
    """Openings of single fields.

    Args:
        contents: Whose vault and keyring they share.
    """

    def __init__(self, contents: ContentStore) -> None:
        self._vault = contents.vault
        self._keyring = contents.keyring

    def put(self, origin: str, id: bytes, kind: str, openings: Sequence[Opening]) -> None:
        """Keep verified openings of one record, beside those kept before."""
        before = self.get(origin, id)
        merged = {opening.slot: opening for opening in (before.openings if before else ())}
        merged |= {opening.slot: opening for opening in openings}
        listed = [merged[slot] for slot in sorted(merged)]
        plain: Any = {"kind": kind, "openings": [opening.to_json() for opening in listed]}
        key, nonce = secrets.token_bytes(KEY_SIZE), secrets.token_bytes(NONCE)
        sealed = nonce + AESGCM(key).encrypt(nonce, canonical.encode(plain), _bound(origin, id))
        name = bytes.fromhex(self._vault.put(sealed))
        replaced = self._keyring.keep([Kept(origin, id + PARTIAL, _retention(listed), key, name)])
        for start in range(0, len(replaced), len(name)):
            self._vault.delete(replaced[start : start + len(name)].hex())

    def get(self, origin: str, id: bytes) -> Partial | None:
        """Return what is held; None if it was erased or never stored, which look the same.

        Raises:
            ContentStoreError: The stored bytes are damaged.
        """
        kept = self._keyring.find(origin, id + PARTIAL)
        data = None if kept is None else self._vault.get(kept.parts.hex())
        if kept is None or data is None:
            return None
        try:
            plain = AESGCM(kept.key).decrypt(data[:NONCE], data[NONCE:], _bound(origin, id))
        except (InvalidTag, ValueError) as error:
            raise ContentStoreError(f"the openings of {id.hex()} in {origin} do not open") from error
        value: Any = canonical.decode(plain, limit=2 * MAX_OPENING)
        return Partial(value["kind"], tuple(Opening.from_json(item) for item in value["openings"]))


def _retention(openings: Sequence[Opening]) -> Retention:
    stated = next((o.value for o in openings if o.path == "header.retention"), None)
    return Retention.parse(stated) if isinstance(stated, str) else _UNSTATED


def _bound(origin: str, record_id: bytes) -> bytes:
    return _CONTEXT + lp(origin.encode()) + record_id
