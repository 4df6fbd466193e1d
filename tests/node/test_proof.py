"""Proof files: verified offline, by keys the reader brought; nothing in a file vouches for itself."""

from __future__ import annotations

import copy
import json

import pytest

from comity.node import proof
from comity.node.errors import ProofFileError, RecordNotFoundError, UntrustedKeyError
from tests.node.world import fact, settle


@pytest.fixture
def proven(pair):
    vn, la = pair
    vn.append([fact(f"f{i}") for i in range(9)])
    settle(vn, la)
    return vn, la, json.loads(json.dumps(proof.make(vn, "vn/hq", 5)))


def test_a_proof_convinces_with_the_key_or_the_fingerprint(proven):
    vn, la, document = proven
    cosigners = [la.charter.vkey("witness"), la.charter.vkey("mirror")]
    found = proof.verify(document, vkeys=[vn.charter.vkey("log"), *cosigners])
    assert (found["origin"], found["index"], found["size"]) == ("vn/hq", 5, 10)
    assert {item["name"] for item in found["cosigned_by"]} == {"la/hq/witness", "la/hq/mirror"}
    assert found["office"] == "record"
    assert found["content"]["fields"]["name"] == "f4"
    found = proof.verify(document, pins=[vn.charter.fingerprint])
    assert found["charter"]["confirmed"]
    assert found["cosigned_by"] == [], "cosigners in the file are not taken on its word"


def test_the_peer_can_prove_the_same(proven):
    vn, la, _ = proven
    document = proof.make(la, "vn/hq", 3)
    keys = [vn.charter.vkey("log"), la.charter.vkey("mirror")]
    found = proof.verify(document, vkeys=keys)
    assert [item["name"] for item in found["cosigned_by"]] == ["la/hq/mirror"]


def test_keys_in_the_file_are_never_trusted_silently(proven):
    _, la, document = proven
    for vkeys, pins in (([], []), ([la.charter.vkey("log")], []), ([], [la.charter.fingerprint]), ([], [""])):
        with pytest.raises(UntrustedKeyError):
            proof.verify(document, vkeys=vkeys, pins=pins)
    with pytest.raises(ProofFileError):
        proof.verify(document, vkeys=["junk"])


def test_sealed_content_is_proven_without_being_shown(pair):
    vn, la = pair
    vn.append([fact("a", marking="TLP:RED")])
    settle(vn, la)
    document = proof.make(la, "vn/hq", 1)
    assert "opening" not in document
    assert proof.verify(document, pins=[vn.charter.fingerprint])["content"] is None


def test_the_owner_hands_sealed_content_on_only_when_told_to(pair):
    vn, _ = pair
    vn.append([fact("a", marking="TLP:RED")])
    document = proof.make(vn, "vn/hq", 1)
    assert "opening" not in document
    assert "TLP:RED" not in json.dumps(document)
    document = proof.make(vn, "vn/hq", 1, sealed_too=True)
    found = proof.verify(document, pins=[vn.charter.fingerprint])
    assert found["content"]["fields"]["name"] == "a"


def changed(document, path, value):
    document = copy.deepcopy(document)
    place = document
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return document


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("index",), 4),
        (("index",), -1),
        (("index",), 10**30),
        (("index",), True),
        (("index",), "5"),
        (("leaf",), "AAAA"),
        (("leaf",), 5),
        (("proof",), []),
        (("proof",), ["A" * 43 + "="] * 4),
        (("proof",), ["AA=="]),
        (("proof",), ["A" * 43 + "="] * 10000),
        (("proof",), 7),
        (("origin",), "la/hq"),
        (("checkpoint",), ""),
        (("checkpoint",), None),
        (("charter",), "{}"),
        (("format",), "comity/proof/v2"),
        (("opening", "fields", 8, "value"), "other"),
        (("opening", "record_key"), "A" * 43 + "="),
        (("opening", "id"), "A" * 22 + "=="),
        (("opening",), []),
        (("opening",), None),
    ],
)
def test_a_changed_file_proves_nothing(proven, path, value):
    vn, _, document = proven
    with pytest.raises(ProofFileError):
        proof.verify(
            changed(document, path, value), pins=[vn.charter.fingerprint], vkeys=[vn.charter.vkey("log")]
        )


@pytest.mark.parametrize("document", [None, [], "x", {}, {"format": "comity/proof/v1"}])
def test_what_is_no_proof_file_is_refused(document):
    with pytest.raises(ProofFileError):
        proof.verify(document)


def test_every_part_is_needed(proven):
    vn, _, document = proven
    for name in proof.KEYS - {"vkeys"}:
        less = {key: value for key, value in document.items() if key != name}
        with pytest.raises(ProofFileError):
            proof.verify(less, pins=[vn.charter.fingerprint])


def test_what_is_not_there_cannot_be_proven(pair):
    with pytest.raises(RecordNotFoundError):
        proof.make(pair[0], "vn/hq", 99)
    with pytest.raises(RecordNotFoundError):
        proof.make(pair[0], "xx/hq", 0)
