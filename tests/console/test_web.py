"""What the pages are built from: pinned, and naming no registry."""

from __future__ import annotations

import json
from pathlib import Path

WEB = Path(__file__).resolve().parents[2] / "web"


def test_the_lock_pins_everything_and_names_no_address_of_a_registry():
    lock = json.loads((WEB / "package-lock.json").read_text(encoding="utf-8"))
    for name, package in lock["packages"].items():
        assert "resolved" not in package, name
        assert not name or package["integrity"].startswith("sha512-"), name
    assert "omit-lockfile-registry-resolved=true" in (WEB / ".npmrc").read_text(encoding="utf-8")


def test_no_version_floats():
    asked = json.loads((WEB / "package.json").read_text(encoding="utf-8"))
    for group in ("dependencies", "devDependencies"):
        assert all(version[0].isdigit() for version in asked[group].values())


def test_nothing_is_fetched_from_elsewhere():
    for path in (WEB / "src").iterdir():
        assert "http://" not in path.read_text(encoding="utf-8"), path
        assert "https://" not in path.read_text(encoding="utf-8"), path
