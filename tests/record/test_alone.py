"""The record is usable alone: it brings in no web, no SQLAlchemy, no asyncio."""

from __future__ import annotations

import importlib
import pkgutil
import subprocess
import sys

import pytest

import comity.record

MODULES = sorted(f"comity.record.{module.name}" for module in pkgutil.iter_modules(comity.record.__path__))
FOREIGN = ("asyncio", "fastapi", "httpx", "sqlalchemy", "starlette", "uvicorn", "sqlite3", "typer", "http")

PUBLIC = {
    "merkle": [
        *("leaf_hash", "node_hash", "root", "prove_inclusion", "prove_consistency", "verify_inclusion"),
        *("verify_consistency", "ProofError", "EMPTY_ROOT"),
    ],
    "note": ["sign_note", "verify_note", "Note", "Signer", "Verifier"],
    "signature": ["verify", "sign", "public_key", "check_public_key"],
    "log": ["Log"],
    "mirror": ["Mirror"],
    "entry": [
        "Entry",
        "identify",
        "identifier",
        "sign_entry",
        "record_entry",
        "protocol_entry",
        "anchor_entry",
    ],
    "commitment": ["seal", "open_field", "verify_opening", "verify_full", "FullOpening", "Opening", "Field"],
    "kinds": ["Kind", "Registry", "to_fields", "ContentError"],
    "charter": ["Charter", "Office", "KeyLine"],
    "trust": ["Trust", "check_succession"],
    "compact": ["Compact", "Member", "Policy", "Deadlines"],
    "keyfile": ["lock", "unlock", "Secret", "Passphrase"],
    "recipient_key": ["RecipientKey", "read_public"],
    "protocol_kinds": ["KINDS", "Pointer", "Target", "Request", "Grant", "Erase", "RoundStart"],
    "content": ["ContentStore"],
    "vault": ["Vault"],
    "keyring": ["Keyring", "Retention"],
}


def test_nothing_foreign_is_imported():
    script = f"import sys\nfor name in {MODULES!r}: __import__(name)\nprint(*sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert "comity.record.log" in loaded
    assert not loaded & set(FOREIGN)
    assert not [
        name for name in loaded if name.startswith("comity.") and not name.startswith("comity.record")
    ]


@pytest.mark.parametrize("module", sorted(PUBLIC))
def test_public_names_stay(module):
    found = importlib.import_module(f"comity.record.{module}")
    missing = [name for name in PUBLIC[module] if not hasattr(found, name)]
    assert not missing


@pytest.mark.parametrize("module", MODULES)
def test_every_name_exported_is_there(module):
    found = importlib.import_module(module)
    assert found.__doc__, f"{module} does not say what it is"
    for name in getattr(found, "__all__", ()):
        assert hasattr(found, name), f"{module}.{name}"
