"""Vectors of sealed bundles in a folder. Sealing draws at random: the file is kept in `carried_bundle.txt`.

A new one is written when that file is removed.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from records import FULL, ORIGIN
from releases import KEY, OTHER
from seeds import refused

from comity.record.canonical import b64, unb64
from comity.record.carried import KEY_ID, Bundle, open_bundle, seal_bundle

STORED = Path(__file__).parent / "carried_bundle.txt"
BUNDLE = Bundle(ORIGIN, 0, "bb", "bb/hq")
ITEMS = [FULL.encode()]


def files() -> dict[str, dict[str, Any]]:
    """Return the files of this part."""
    data = _file()
    return {
        "carried": {
            "description": "A sealed bundle of openings in an exchange folder (docs/spec/folder.md). The "
            "private key is the ML-KEM seed d || z and the X25519 private key.",
            "open": [
                {
                    "name": "one full opening",
                    **_bundle(BUNDLE),
                    "private_key": b64(KEY.private),
                    "info": b64(BUNDLE.info(KEY.key_id)),
                    "file": b64(data),
                    "items": [b64(item) for item in ITEMS],
                }
            ],
            "open_refuse": [*_refused(data)],
        }
    }


def _refused(data: bytes) -> list[dict[str, Any]]:
    bent = data[:2000] + bytes([data[2000] ^ 1]) + data[2001:]
    renamed = OTHER.key_id + data[KEY_ID:]
    wrong = [
        ("another bundle", "carried", replace(BUNDLE, number=1), data, KEY),
        ("another log", "carried", replace(BUNDLE, origin="aa/post"), data, KEY),
        ("another party", "carried", replace(BUNDLE, party="cc"), data, KEY),
        ("another node", "carried", replace(BUNDLE, recipient="bb/post"), data, KEY),
        ("one bit changed", "carried", BUNDLE, bent, KEY),
        ("cut", "carried", BUNDLE, data[:-1], KEY),
        ("longer", "carried", BUNDLE, data + b"\0", KEY),
        ("the id of another key in front", "carried", BUNDLE, renamed, OTHER),
        ("the key is not here", "carried-key", BUNDLE, data, OTHER),
        ("cut in the key id", "carried-key", BUNDLE, data[:31], KEY),
        ("empty", "carried-key", BUNDLE, b"", KEY),
    ]
    return [
        refused(name, code, **_bundle(bundle), private_key=b64(key.private), file=b64(part))
        for name, code, bundle, part, key in wrong
    ]


def _bundle(bundle: Bundle) -> dict[str, Any]:
    return {
        "origin": bundle.origin,
        "number": bundle.number,
        "recipient": {"party": bundle.party, "origin": bundle.recipient},
    }


def _file() -> bytes:
    if not STORED.exists():
        text = b64(seal_bundle(BUNDLE, ITEMS, KEY.public, KEY.key_id))
        STORED.write_text(text + "\n", encoding="ascii")
    data = unb64(STORED.read_text(encoding="ascii").strip())
    assert open_bundle(BUNDLE, data, [KEY]) == ITEMS, f"remove {STORED.name}: what it holds has changed"
    return data
