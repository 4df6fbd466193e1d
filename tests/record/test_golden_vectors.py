"""The golden vectors: the generator writes exactly these files, and the code gives exactly these answers."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import cache
from pathlib import Path
from types import SimpleNamespace

import pytest

from comity.record import canonical, carried, merkle, sealed, signature
from comity.record.approvals import (
    Assertion,
    AssertionRefusedError,
    Passkey,
    challenge,
    verify_assertion,
)
from comity.record.canonical import b64, unb64
from comity.record.charter import Charter
from comity.record.checkpoint import open_checkpoint
from comity.record.commitment import (
    Field,
    FullOpening,
    Opening,
    Place,
    open_field,
    seal,
    verify_full,
    verify_opening,
)
from comity.record.compact import Compact
from comity.record.cosignature import verify_cosignature
from comity.record.disclosure import Disclosure
from comity.record.entry import SIGNATURE_CONTEXT, Entry, identify, sign_entry
from comity.record.entry_form import Ref
from comity.record.errors import ComityError
from comity.record.keyfile import Passphrase, unlock
from comity.record.kinds import Registry
from comity.record.marking import combine, mark, may_release
from comity.record.preview import openings_digest
from comity.record.protocol import check_refs, refs_of
from comity.record.protocol_kinds import KINDS, Pointer, Recipient, Settled
from comity.record.recipient_key import RecipientKey
from comity.record.release import settles
from comity.record.slots import slot_digests
from comity.record.trust import Trust

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "spec" / "vectors"
WRITTEN = (
    "canonical",
    "signature",
    "entry",
    "commitment",
    "opening",
    "anchor",
    "charter",
    "succession",
    "compact",
    "keyfile",
    "marking",
    "approval",
    "release",
    "sealed",
    "carried",
    "proof",
    "checkpoint",
    "fork",
    "epoch",
    "step",
    "tracklet",
)


@cache
def vectors(name):
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


def cases(file, part):
    return [pytest.param(case, id=f"{file}: {case['name']}") for case in vectors(file)[part]]


def refused(case, call, *args):
    with pytest.raises(ComityError) as caught:
        call(*args)
    assert caught.value.code == case["refuse"], caught.value
    assert caught.value.advice


def fields(items):
    return tuple(Field(item["slot"], item["path"], item["value"]) for item in items)


def test_the_generator_writes_these_files(tmp_path):
    subprocess.run([sys.executable, FOLDER / "generate.py", tmp_path], check=True, capture_output=True)
    assert sorted(path.stem for path in tmp_path.iterdir()) == sorted(WRITTEN)
    for name in WRITTEN:
        assert (tmp_path / f"{name}.json").read_bytes() == (FOLDER / f"{name}.json").read_bytes(), name


@pytest.mark.parametrize("case", cases("canonical", "accept"))
def test_canonical_accepts(case):
    data = bytes.fromhex(case["bytes"])
    assert canonical.encode(case["value"]) == data
    assert canonical.decode(data) == case["value"]


@pytest.mark.parametrize("case", cases("canonical", "refuse"))
def test_canonical_refuses(case):
    refused(case, canonical.decode, bytes.fromhex(case["bytes"]))


@pytest.mark.parametrize("case", cases("signature", "verify"))
def test_signature(case):
    key, message, sig = (bytes.fromhex(case[name]) for name in ("key", "message", "signature"))
    assert signature.verify(key, message, sig) is case["valid"]


@pytest.mark.parametrize("case", cases("signature", "keys"))
def test_key_registration(case):
    if case["valid"]:
        signature.check_public_key(bytes.fromhex(case["key"]))
    else:
        with pytest.raises(ComityError, match=r"."):
            signature.check_public_key(bytes.fromhex(case["key"]))


@pytest.mark.parametrize("case", [*cases("entry", "accept"), *cases("anchor", "accept")])
def test_entry_accepted(case):
    leaf = unb64(case["leaf"])
    entry = Entry.parse(leaf)
    entry.verify(unb64(case["public_key"]))
    assert identify(leaf) == entry.id == unb64(case["id"])
    assert (entry.origin, entry.outer, entry.n) == (case["origin"], case["outer"], case["n"])
    assert (b64(entry.commit), b64(entry.key)) == (case["commit"], case["key"])
    assert [{"origin": r.origin, "index": r.index, "leaf": b64(r.leaf)} for r in entry.refs] == case.get(
        "refs", []
    )
    assert [{"origin": h.origin, "size": h.size, "root": b64(h.root)} for h in entry.heads] == case.get(
        "heads", []
    )


@pytest.mark.parametrize("case", [*cases("entry", "accept"), *cases("anchor", "accept")])
def test_entry_is_written_alike(case):
    body = canonical.decode(Entry.parse(unb64(case["leaf"])).body)
    del body["key"]
    assert b64(sign_entry(body, unb64(case["seed"]))) == case["leaf"]


@pytest.mark.parametrize("case", [*cases("entry", "refuse"), *cases("anchor", "refuse")])
def test_entry_refused(case):
    refused(case, Entry.parse, unb64(case["leaf"]))
    refused(case, identify, unb64(case["leaf"]))


@pytest.mark.parametrize("case", cases("entry", "forged"))
def test_entry_forged(case):
    refused(case, Entry.parse(unb64(case["leaf"])).verify, unb64(case["public_key"]))


@pytest.mark.parametrize("case", cases("commitment", "cases"))
def test_commitment(case):
    place = Place(case["origin"], unb64(case["id"]), case["kind"])
    key, held = unb64(case["record_key"]), fields(case["fields"])
    sealed = seal(place.origin, place.id, place.kind, held, case["slots"], key)
    assert (sealed.n, b64(sealed.commit)) == (case["n"], case["commit"])
    assert [b64(d) for d in slot_digests(place, held, sealed.n, key)[:16]] == case["digests"]


@pytest.mark.parametrize("case", cases("opening", "single"))
def test_single_opening(case):
    opening, entry = Opening.from_json(case["opening"]), Entry.parse(unb64(case["leaf"]))
    verify_opening(opening, entry, case["kind"])
    full = FullOpening.from_json(vectors("opening")["full"][0]["full"])
    assert open_field(full, entry.n, opening.path) == opening


@pytest.mark.parametrize("case", cases("opening", "single_refuse"))
def test_single_opening_refused(case):
    entry = Entry.parse(unb64(case["leaf"]))
    refused(case, lambda: verify_opening(Opening.from_json(case["opening"]), entry, case["kind"]))


@pytest.mark.parametrize("case", cases("opening", "full"))
def test_full_opening(case):
    full = FullOpening.from_json(case["full"])
    verify_full(full, Entry.parse(unb64(case["leaf"])))
    assert FullOpening.decode(full.encode()) == full
    assert full.to_json() == case["full"]


@pytest.mark.parametrize("case", cases("opening", "full_refuse"))
def test_full_opening_refused(case):
    entry = Entry.parse(unb64(case["leaf"]))
    refused(case, lambda: verify_full(FullOpening.from_json(case["full"]), entry))


@pytest.mark.parametrize("case", cases("opening", "files"))
def test_opening_file(case):
    disclosure = Disclosure.decode(case["file"].encode())
    disclosure.verify()
    assert disclosure.encode().decode() == case["file"]


@pytest.mark.parametrize("case", cases("opening", "files_refuse"))
def test_opening_file_refused(case):
    refused(case, lambda: Disclosure.decode(case["file"].encode()).verify())


@pytest.mark.parametrize("case", cases("charter", "accept"))
def test_charter(case):
    charter = Charter.parse(case["note"].encode())
    assert charter.encode() == case["note"].encode()
    assert (b64(charter.digest), charter.fingerprint) == (case["digest"], case["fingerprint"])
    entry = charter.verify_first(unb64(case["leaf"]))
    assert charter.verify_entry(entry) is None
    for office in case["offices"]:
        found = charter.office(unb64(office["key_id"]))
        assert (found.name, found.role) == (office["name"], office["role"])


@pytest.mark.parametrize("case", cases("charter", "refuse"))
def test_charter_refused(case):
    refused(case, Charter.parse, case["note"].encode())


@pytest.mark.parametrize("case", cases("charter", "mismatch"))
def test_charter_and_leaf_differ(case):
    refused(case, Charter.parse(case["note"].encode()).verify_first, unb64(case["leaf"]))


def run_succession(case):
    first, *rest = case["charters"]
    trust = Trust.begin(first["note"].encode(), unb64(first["leaf"]))
    for step in rest:
        trust.accept(step["note"].encode(), unb64(step["leaf"]), step["index"])
    if "leaf" in case:
        trust.verify_entry(Entry.parse(unb64(case["leaf"])), case["index"])
    return trust


@pytest.mark.parametrize("case", cases("succession", "accept"))
def test_succession(case):
    trust = run_succession(case)
    assert trust.current.version == len(case["charters"])
    for index in (step["index"] for step in case["charters"]):
        assert trust.verify_entry(Entry.parse(unb64(step_leaf(case, index))), index) is None


def step_leaf(case, index):
    return next(step["leaf"] for step in case["charters"] if step["index"] == index)


@pytest.mark.parametrize("case", cases("succession", "refuse"))
def test_succession_refused(case):
    refused(case, run_succession, case)


def read_compact(case):
    charters = {charter.origin: charter for charter in (Charter.parse(n.encode()) for n in case["charters"])}
    compact = Compact.parse(case["note"].encode())
    compact.verify(charters)
    return compact


@pytest.mark.parametrize("case", cases("compact", "accept"))
def test_compact(case):
    compact = read_compact(case)
    assert b64(compact.digest) == case["digest"]
    for asked in case["stands"]:
        assert compact.stands_granted(asked["kind"], asked["party"]) is asked["granted"], asked


@pytest.mark.parametrize("case", cases("compact", "refuse"))
def test_compact_refused(case):
    refused(case, read_compact, case)


def open_keyfile(case):
    phrase = case["passphrase"]
    return unlock(case["file"].encode(), Passphrase(phrase.encode()) if phrase else None)


@pytest.mark.parametrize("case", cases("keyfile", "accept"))
def test_keyfile(case):
    secret = open_keyfile(case)
    assert (b64(secret.octets), b64(secret.public)) == (case["secret"], case["id"])


@pytest.mark.parametrize("case", cases("keyfile", "refuse"))
def test_keyfile_refused(case):
    refused(case, open_keyfile, case)


@pytest.mark.parametrize("case", cases("proof", "trees"))
def test_tree(case):
    assert b64(merkle.root([str(i).encode() for i in range(case["size"])])) == case["root"]


def check_inclusion(case):
    proof = [unb64(node) for node in case["proof"]]
    merkle.verify_inclusion(unb64(case["leaf_hash"]), case["index"], case["size"], proof, unb64(case["root"]))


def check_consistency(case):
    proof = [unb64(node) for node in case["proof"]]
    merkle.verify_consistency(case["size1"], case["size2"], proof, unb64(case["root1"]), unb64(case["root2"]))


@pytest.mark.parametrize("case", cases("proof", "inclusion"))
def test_inclusion(case):
    check_inclusion(case)


@pytest.mark.parametrize("case", cases("proof", "inclusion_refuse"))
def test_inclusion_refused(case):
    refused(case, check_inclusion, case)


@pytest.mark.parametrize("case", cases("proof", "consistency"))
def test_consistency(case):
    check_consistency(case)


@pytest.mark.parametrize("case", cases("proof", "consistency_refuse"))
def test_consistency_refused(case):
    refused(case, check_consistency, case)


@pytest.mark.parametrize("case", cases("checkpoint", "accept"))
def test_checkpoint(case):
    head = open_checkpoint(case["note"].encode(), case["vkey"])
    assert (head.origin, head.size, b64(head.root)) == (case["origin"], case["size"], case["root"])


@pytest.mark.parametrize("case", cases("checkpoint", "refuse"))
def test_checkpoint_refused(case):
    refused(case, open_checkpoint, case["note"].encode(), case["vkey"])


@pytest.mark.parametrize("case", cases("checkpoint", "cosignatures"))
def test_cosignature(case):
    seconds = verify_cosignature(case["note"].encode(), case["line"].encode(), case["vkey"])
    assert seconds == case["seconds"]


@pytest.mark.parametrize("case", cases("checkpoint", "cosignatures_refuse"))
def test_cosignature_refused(case):
    refused(case, verify_cosignature, case["note"].encode(), case["line"].encode(), case["vkey"])


@pytest.mark.parametrize("case", cases("marking", "labels"))
def test_label(case):
    assert mark(case["name"], ()).restriction == case["restriction"]


@pytest.mark.parametrize("case", cases("marking", "combine"))
def test_markings_combined(case):
    made = combine([mark(part["label"], part["releasable_to"]) for part in case["parts"]])
    audience = None if made.audience is None else sorted(made.audience)
    assert (made.label, audience) == (case["label"], case["audience"])


@pytest.mark.parametrize("case", cases("marking", "decide"))
def test_decision(case):
    terms = SimpleNamespace(member=lambda party: party if party in case["members"] else None)
    found = may_release(case["label"], case["releasable_to"], case["recipient"], terms, (), 0)
    assert (found.allowed, list(found.reasons)) == (case["allowed"], case["reasons"])


@pytest.mark.parametrize("case", cases("release", "sets"))
def test_digest_of_a_set(case):
    assert openings_digest([unb64(item) for item in case["items"]]) == unb64(case["digest"])
    for item in case["items"]:
        Disclosure.decode(unb64(item)).verify()


@pytest.mark.parametrize("case", cases("release", "sizes"))
def test_padded_size(case):
    assert sealed.padded_size(case["size"]) == case["padded"]


@pytest.mark.parametrize("case", cases("release", "frames"))
def test_frame(case):
    items = [unb64(item) for item in case["items"]]
    assert sealed.frame(items) == unb64(case["frame"])
    assert sealed.unframe(unb64(case["frame"])) == items


@pytest.mark.parametrize("case", cases("release", "frames_refuse"))
def test_frame_refused(case):
    refused(case, sealed.unframe, unb64(case["frame"]))


@pytest.mark.parametrize("case", cases("release", "bound"))
def test_what_a_blob_is_bound_to(case):
    recipient = Recipient(**case["recipient"])
    assert sealed.sealed_info(case["origin"], unb64(case["grant_id"], 16), recipient) == unb64(case["info"])


@pytest.mark.parametrize("case", cases("sealed", "open"))
def test_blob_opens(case):
    key = RecipientKey("2026-10", unb64(case["private_key"]))
    assert key.public == unb64(case["public_key"])
    items = sealed.open_blob(unb64(case["blob"]), key, unb64(case["info"]))
    assert items == [unb64(item) for item in case["items"]]


@pytest.mark.parametrize("case", cases("sealed", "open_refuse"))
def test_blob_refused(case):
    key = RecipientKey("2026-10", unb64(case["private_key"]))
    refused(case, sealed.open_blob, unb64(case["blob"]), key, unb64(case["info"]))


def carried_bundle(case):
    to = case["recipient"]
    return carried.Bundle(case["origin"], case["number"], to["party"], to["origin"])


@pytest.mark.parametrize("case", cases("carried", "open"))
def test_carried_bundle_opens(case):
    key, bundle = RecipientKey("2026-10", unb64(case["private_key"])), carried_bundle(case)
    assert bundle.info(key.key_id) == unb64(case["info"])
    assert carried.open_bundle(bundle, unb64(case["file"]), [key]) == [unb64(i) for i in case["items"]]


@pytest.mark.parametrize("case", cases("carried", "open_refuse"))
def test_carried_bundle_refused(case):
    key = RecipientKey("2026-10", unb64(case["private_key"]))
    refused(
        case, carried.open_bundle, carried_bundle(case), unb64(case["file"]) if case["file"] else b"", [key]
    )


def test_the_context_of_a_signature_is_that_of_the_specification():
    assert SIGNATURE_CONTEXT == b"comity/entry/v1\n"


def asserted(case):
    request = Ref(case["request"]["origin"], case["request"]["index"], unb64(case["request"]["leaf"]))
    parts = (unb64(case[name]) for name in ("client_data", "authenticator_data", "signature"))
    passkey = Passkey(unb64(case["public_key"]), case["rp_id"], case["origin_url"])
    return verify_assertion(Assertion(*parts), passkey, challenge(request))


@pytest.mark.parametrize("case", cases("approval", "challenge"))
def test_approval_challenge(case):
    request = case["request"]
    assert (
        b64(challenge(Ref(request["origin"], request["index"], unb64(request["leaf"])))) == case["challenge"]
    )


@pytest.mark.parametrize("case", cases("approval", "accept"))
def test_approval_accepted(case):
    assert asserted(case) == case["count"]


@pytest.mark.parametrize("case", cases("approval", "refuse"))
def test_approval_refused(case):
    with pytest.raises(AssertionRefusedError) as caught:
        asserted(case)
    assert caught.value.reason == case["refuse"], caught.value


STEPS = Registry(KINDS)


def refs(items):
    return tuple(Ref(item["origin"], item["index"], unb64(item["leaf"])) for item in items)


@pytest.mark.parametrize("case", cases("step", "accept"))
def test_step_accepted(case):
    model = STEPS.from_fields(case["kind"], fields(case["fields"])).model
    assert len(model.slots()) == case["slots"]
    assert refs_of(model) == refs(case["refs"])
    assert case["outer"] == ("protocol" if case["refs"] else "record")
    check_refs(SimpleNamespace(outer=case["outer"], refs=refs(case["refs"])), model)
    made = (case["origin"], unb64(case["id"]), case["kind"], fields(case["fields"]))
    sealed_ = seal(*made, case["slots"], unb64(case["record_key"]))
    assert (sealed_.n, b64(sealed_.commit)) == (case["n"], case["commit"])


def test_every_kind_of_step_has_a_vector():
    assert {case["kind"] for case in vectors("step")["accept"]} == {kind.kind_id() for kind in KINDS}


@pytest.mark.parametrize("case", cases("step", "schema"))
def test_step_refused(case):
    refused(case, STEPS.from_fields, case["kind"], fields(case["fields"]))


@pytest.mark.parametrize("case", cases("step", "forged"))
def test_step_that_names_other_places(case):
    model = STEPS.from_fields(case["kind"], fields(case["fields"])).model
    entry = SimpleNamespace(outer=case["outer"], refs=refs(case["refs"]), id=bytes(16), origin="aa/hq")
    refused(case, check_refs, entry, model)


def test_which_settlements_count():
    told = {case["name"]: case for case in vectors("step")["settle"]}
    for case in told.values():
        model = Settled(received=Pointer(**case["received"]), outcome="left", reason="r")
        assert settles(SimpleNamespace(origin=case["origin"], index=case["index"]), model) is case["counts"]
    assert [name for name, case in told.items() if case["counts"]] == ["after the receipt, in its log"]
