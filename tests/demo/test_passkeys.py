"""Passkeys in software: good for the demonstration's fictional people, and for nobody and nowhere else."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import comity
from comity.demo.passkeys import DemoPasskey, DemoPasskeyError
from comity.node.control.ceremony import CeremonyError, creation_options, read_assertion, read_creation
from comity.node.control.site import Site
from comity.record.approvals import verify_assertion

SITE = Site("vn.localhost", "http://vn.localhost:8710")
CHALLENGE = bytes(range(32))
PASSKEY = DemoPasskey(b"s" * 32, SITE.origin_url)


def options(site=SITE):
    return creation_options(
        site, log="vn/hq", person="exercise-1", handle=bytes(32), challenge=CHALLENGE, exclude=[]
    )


def test_a_fictional_person_enrols_one_and_approves_with_it():
    credential_id, made = read_creation(PASSKEY.create(options()), CHALLENGE, SITE, exercise=True)
    assert credential_id == PASSKEY.credential_id
    asked = {"rpId": SITE.rp_id, "challenge": json.loads(options())["challenge"]}
    named, assertion = read_assertion(PASSKEY.get(asked))
    assert named == credential_id
    assert verify_assertion(assertion, made, CHALLENGE) == 0


def test_nobody_who_is_real_enrols_one():
    with pytest.raises(CeremonyError, match="no person behind it"):
        read_creation(PASSKEY.create(options()), CHALLENGE, SITE)


@pytest.mark.parametrize(
    "address", ["https://ministry.example", "http://localhost:8710", "http://127.0.0.1:1", ""]
)
def test_it_belongs_to_names_of_this_machine_only(address):
    with pytest.raises(DemoPasskeyError, match="no name of this machine"):
        DemoPasskey(b"s" * 32, address)


def test_it_answers_no_other_host():
    other = Site("la.localhost", "http://la.localhost:8711")
    with pytest.raises(DemoPasskeyError, match=r"asked for by la\.localhost"):
        PASSKEY.create(options(other))
    with pytest.raises(DemoPasskeyError, match=r"asked for by la\.localhost"):
        PASSKEY.get({"rpId": other.rp_id, "challenge": "AAAA"})


def test_nothing_but_the_demonstration_uses_them():
    package = Path(comity.__file__).parent
    users = {
        path.relative_to(package).parts[0]
        for path in package.rglob("*.py")
        if re.search(r"demo(\.passkeys| import passkeys)", path.read_text(encoding="utf-8"))
    }
    assert users == {"demo"}
