"""Vectors of markings, previewed sets, frames and sealed blobs.

Sealing draws at random, so the one sealed blob is kept in `sealed_blob.txt`; everything else is made anew. A
new blob is written when that file is removed.
"""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import Any

from records import FULL, LEAF, ORIGIN
from seeds import bytes_of, refused

from comity.record.canonical import b64, unb64
from comity.record.marking import LABELS, combine, mark, may_release
from comity.record.preview import openings_digest, preview
from comity.record.protocol_kinds import Recipient
from comity.record.recipient_key import RecipientKey
from comity.record.sealed import frame, open_blob, padded_size, seal_blob, sealed_info

STORED = Path(__file__).parent / "sealed_blob.txt"
KEY = RecipientKey("2026-10", b"".join(bytes_of(f"recipient {part}") for part in range(3)))
OTHER = RecipientKey("2026-10", b"".join(bytes_of(f"somebody {part}") for part in range(3)))
TO = Recipient(party="bb", origin="bb/hq", hpke_key=b64(KEY.key_id))
GRANT = bytes_of("grant", 16)
INFO = sealed_info(ORIGIN, GRANT, TO)
ITEMS = [preview(3, LEAF, FULL, paths).data for paths in ((), ("slug",), ("title", "parts"))]
MARKS: tuple[tuple[str, list[str]], ...] = (
    ("TLP:CLEAR", []),
    ("TLP:GREEN", ["aa", "bb"]),
    ("TLP:AMBER", ["bb", "cc"]),
    ("TLP:AMBER+STRICT", ["bb"]),
    ("TLP:RED", []),
    ("TLP:WHITE", ["bb"]),
)


def files() -> dict[str, dict[str, Any]]:
    """Return the files of this part."""
    return {"marking": _marking(), "release": _release(), "sealed": _sealed()}


class _Members:
    """A compact of aa, bb and cc."""

    @staticmethod
    def member(party: str) -> str | None:
        return party if party in ("aa", "bb", "cc") else None


def _marking() -> dict[str, Any]:
    combined = []
    for one, other in product(MARKS, MARKS):
        made = combine([mark(*one), mark(*other)])
        parts = [{"label": label, "releasable_to": to} for label, to in (one, other)]
        audience = None if made.audience is None else sorted(made.audience)
        name = f"{one[0]} and {other[0]}"
        combined.append({"name": name, "parts": parts, "label": made.label, "audience": audience})
    decided = []
    for (label, to), party in product(MARKS, ("bb", "dd")):
        found = may_release(label, to, party, _Members(), (), 0)
        case = {"name": f"{label} to {party}", "label": label, "releasable_to": to, "recipient": party}
        decided.append(
            {**case, "members": ["aa", "bb", "cc"], "allowed": found.allowed, "reasons": list(found.reasons)}
        )
    return {
        "description": "Combining markings, and whether a marking lets a record leave "
        "(docs/spec/marking.md). An audience of null is everybody; an empty label is one that is not known.",
        "labels": [{"name": label, "restriction": mark(label, []).restriction} for label in LABELS],
        "combine": combined,
        "decide": decided,
    }


def _release() -> dict[str, Any]:
    sets = [
        {"name": "one record", "items": ITEMS[:1]},
        {"name": "a record and two of its fields", "items": ITEMS[:2]},
        {"name": "three, in this order", "items": ITEMS},
        {"name": "three, in another order", "items": ITEMS[::-1]},
    ]
    framed = frame([b"one", b"two"])
    wrong = [
        ("cut", framed[:-1]),
        ("longer", framed + b"\0"),
        ("padded further than the padded size", framed.ljust(8192, b"\0")),
        ("padded with something", framed[:-1] + b"\1"),
        ("no items", bytes(4096)),
        ("more items than it has room for", (5000).to_bytes(4, "big") + framed[4:]),
        ("an item longer than the frame", framed[:4] + (4096).to_bytes(4, "big") + framed[8:]),
        ("an item missing", (3).to_bytes(4, "big") + framed[4:-1] + b"\1"),
        ("empty", b""),
    ]
    bound: list[tuple[str, str, bytes, Recipient]] = [
        ("a grant", ORIGIN, GRANT, TO),
        ("another log", "aa/post", GRANT, TO),
        ("another grant", ORIGIN, bytes(16), TO),
        ("another recipient", ORIGIN, GRANT, TO.model_copy(update={"origin": "bb/post"})),
    ]
    sizes = (1, 4096, 4097, 5000, 65536, 65537, 100_000, 1_048_577, 16_777_217)
    return {
        "description": "What is approved and sealed in a release (docs/spec/release.md): digests of "
        "previewed sets, frames, padded sizes, and what a sealed blob is bound to.",
        "sets": [
            {
                "name": case["name"],
                "items": [b64(item) for item in case["items"]],
                "digest": b64(openings_digest(case["items"])),
            }
            for case in sets
        ],
        "sizes": [{"name": str(size), "size": size, "padded": padded_size(size)} for size in sizes],
        "frames": [
            {"name": "two words", "items": [b64(b"one"), b64(b"two")], "frame": b64(framed)},
            {"name": "an empty item", "items": [""], "frame": b64(frame([b""]))},
        ],
        "frames_refuse": [refused(name, "sealed-frame", frame=b64(data)) for name, data in wrong],
        "bound": [
            {
                "name": name,
                "origin": origin,
                "grant_id": b64(grant),
                "recipient": to.model_dump(mode="json"),
                "info": b64(sealed_info(origin, grant, to)),
            }
            for name, origin, grant, to in bound
        ],
    }


def _blob() -> bytes:
    if not STORED.exists():
        STORED.write_text(b64(seal_blob(ITEMS, KEY.public, INFO)) + "\n", encoding="ascii")
    blob = unb64(STORED.read_text(encoding="ascii").strip())
    assert open_blob(blob, KEY, INFO) == ITEMS, "remove sealed_blob.txt: what it holds has changed"
    return blob


def _sealed() -> dict[str, Any]:
    blob = _blob()
    bent = blob[:2000] + bytes([blob[2000] ^ 1]) + blob[2001:]
    wrong = [
        ("another key", blob, OTHER, INFO),
        ("another grant", blob, KEY, sealed_info(ORIGIN, bytes(16), TO)),
        ("another log", blob, KEY, sealed_info("aa/post", GRANT, TO)),
        ("no info", blob, KEY, b""),
        ("one bit changed", bent, KEY, INFO),
        ("cut", blob[:-1], KEY, INFO),
        ("longer", blob + b"\0", KEY, INFO),
        ("shorter than the encapsulated key", blob[:1100], KEY, INFO),
    ]
    return {
        "description": "A sealed blob: HPKE base mode, MLKEM768-X25519, HKDF-SHA256, AES-256-GCM "
        "(docs/spec/release.md). The private key is the ML-KEM seed d || z and the X25519 private key.",
        "open": [
            {
                "name": "three opening files",
                "private_key": b64(KEY.private),
                "public_key": b64(KEY.public),
                "info": b64(INFO),
                "blob": b64(blob),
                "items": [b64(item) for item in ITEMS],
            }
        ],
        "open_refuse": [
            refused(name, "sealed-open", private_key=b64(key.private), info=b64(info), blob=b64(data))
            for name, data, key, info in wrong
        ],
    }
