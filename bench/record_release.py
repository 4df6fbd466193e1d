"""Releases: a set of records, eight fields of each, approved once; previewed, sealed, opened, verified.

The same bytes through bare HPKE and through bare SHA-256, in the same run, are the limits it is held against:
what a release adds to sealing is making, and at the other side checking, one opening a field.
"""

from __future__ import annotations

import hashlib

from bench.harness import Case, Variant, per_second
from comity.record.canonical import b64
from comity.record.commitment import Field, FullOpening, seal
from comity.record.disclosure import Disclosure
from comity.record.entry import record_entry
from comity.record.preview import openings_digest, preview
from comity.record.protocol_kinds import Recipient
from comity.record.recipient_key import RecipientKey
from comity.record.sealed import SUITE, frame, open_blob, seal_blob, sealed_info

RECORDS = 256
SEED = bytes(range(32))
ORIGIN, KIND = "vn/hq", "bench.note@1"
HANDLING = ("marking", "releasable_to", "retention", "class")
HEADER = {
    "author": "desk",
    "marking": "TLP:AMBER",
    "releasable_to": ["la"],
    "basis": "exchange of notes",
    "retention": "working:2031-12",
    "class": "exercise",
    "claimed": 1_770_000_000_000,
    "refs": [],
}
OWN = tuple(f"field_{i}" for i in range(8))
PATHS = (*(f"header.{name}" for name in HANDLING), *OWN[:4])
"""Eight fields: the four that every release carries, and four of the record's own."""


def _records() -> list[tuple[bytes, FullOpening]]:
    made = []
    for number in range(RECORDS):
        entry_id = number.to_bytes(16, "big")
        values = {f"header.{name}": value for name, value in HEADER.items()}
        values |= {path: f"{path} of record {number}: a value of some forty characters" for path in OWN}
        fields = tuple(Field(slot, path, value) for slot, (path, value) in enumerate(values.items()))
        sealed = seal(ORIGIN, entry_id, KIND, fields, len(fields))
        leaf = record_entry(origin=ORIGIN, id=entry_id, commit=sealed.commit, n=sealed.n, seed=SEED)
        made.append((leaf, FullOpening(ORIGIN, entry_id, KIND, sealed.record_key, fields)))
    return made


class Releases:
    """One set, its key, its bytes."""

    def __init__(self) -> None:
        self.records = _records()
        self.key = RecipientKey.generate("2026-11")
        recipient = Recipient(party="la", origin="la/hq", hpke_key=b64(self.key.key_id))
        self.info = sealed_info(ORIGIN, bytes(16), recipient)
        self.items = self.previewed(PATHS)
        self.digest = openings_digest(self.items)
        self.frame = frame(self.items)
        self.blob = seal_blob(self.items, self.key.public, self.info)

    def previewed(self, paths: tuple[str, ...]) -> list[bytes]:
        return [preview(i, leaf, full, paths).data for i, (leaf, full) in enumerate(self.records)]

    def hashed(self) -> None:
        hashlib.sha256(self.frame).digest()

    def sealed(self) -> None:
        SUITE.encrypt(self.frame, self.key.private_key().public_key(), self.info)

    def opened(self) -> None:
        SUITE.decrypt(self.blob, self.key.private_key(), self.info)

    def grant(self, paths: tuple[str, ...] = PATHS) -> None:
        """What a grant does: the set built anew, held against the digest approved, sealed."""
        items = self.previewed(paths)
        assert openings_digest(items) == self.digest or paths != PATHS
        seal_blob(items, self.key.public, self.info)

    def take(self) -> None:
        """What a recipient does: open, hold against the digest granted, verify every opening."""
        items = open_blob(self.blob, self.key, self.info)
        assert openings_digest(items) == self.digest
        for item in items:
            Disclosure.decode(item).verify()


def cases() -> list[Case]:
    """Sending and receiving, each beside the bare operations on the same bytes."""
    made = Releases()

    def rate(work):
        return lambda: per_second(RECORDS, work)

    size = f"{RECORDS} records of 8 fields in one set, approved once: {len(made.frame) / 1e6:.2f} MB sealed"
    return [
        Case(
            title="grant of a set approved once",
            unit="records/s",
            variants=[
                Variant("bare HPKE seal of the same bytes", rate(made.sealed)),
                Variant("bare SHA-256 of the same bytes", rate(made.hashed)),
                Variant("preview, digest, seal: 8 fields of each", rate(made.grant)),
                Variant("preview, digest, seal: whole records", rate(lambda: made.grant(()))),
            ],
            notes=[size, "each record is held against its leaf before it is shown"],
        ),
        Case(
            title="receipt of the same set",
            unit="records/s",
            variants=[
                Variant("bare HPKE open of the same bytes", rate(made.opened)),
                Variant("open, digest, verify every opening", rate(made.take)),
            ],
            notes=[size],
        ),
    ]
