"""Proposals of new epochs against their vectors and against lies; when two words are joint."""

from __future__ import annotations

import json
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from comity.record import merkle
from comity.record.canonical import b64
from comity.record.charter import Charter, CharterError, CharterMismatchError
from comity.record.entry import Head
from comity.record.entry_form import check_origin, next_origin
from comity.record.epoch import EpochError, EpochProofError, Proposal, agreed_size, joint
from comity.record.errors import ComityError
from comity.record.protocol import refs_of
from comity.record.protocol_kinds import Epoch, Pointer
from comity.record.trust import check_succession

ROOT = Path(__file__).parents[2]
VECTORS = json.loads((ROOT / "docs/spec/vectors/epoch.json").read_text(encoding="utf-8"))
HELD = VECTORS["accept"][0]["held"]
OLD = Charter.parse(VECTORS["accept"][0]["old"].encode())
LEAVES = [merkle.leaf_hash(str(i).encode()) for i in range(HELD)]


def root_of(size):
    return merkle.root([str(i).encode() for i in range(size)])


def check(data):
    proposal = Proposal.decode(data.encode())
    proposal.check(OLD, root_of, HELD)
    return proposal


@pytest.mark.parametrize("case", VECTORS["accept"], ids=lambda case: case["name"])
def test_what_the_vectors_accept(case):
    proposal = check(case["file"])
    assert proposal.follows.size == case["size"]
    assert proposal.encode().decode() == case["file"]


@pytest.mark.parametrize("case", VECTORS["refuse"], ids=lambda case: case["name"])
def test_what_the_vectors_refuse(case):
    with pytest.raises(ComityError) as caught:
        check(case["file"])
    assert caught.value.code == case["refuse"]


def good():
    return check(VECTORS["accept"][0]["file"])


def test_every_cut_and_every_changed_byte_is_refused():
    data = VECTORS["accept"][0]["file"].encode()
    for end in range(0, len(data) - 1, 97):
        with pytest.raises(ComityError):
            check(data[:end].decode())
    for place in range(0, len(data) - 1, 101):
        other = b"A" if data[place : place + 1] != b"A" else b"B"
        with pytest.raises(ComityError):
            check((data[:place] + other + data[place + 1 :]).decode())


def test_a_tree_that_holds_less_cannot_confirm_the_head():
    proposal = good()
    with pytest.raises(EpochError, match="no such head"):
        proposal.check(OLD, root_of, proposal.follows.size - 1)
    with pytest.raises(EpochError, match="does not follow"):
        proposal.check(replace(OLD, origin="aa/post"), root_of, HELD)


def test_the_place_where_histories_part_is_taken_from_a_proof_of_form_leaf_alone():
    by_name = {case["name"]: Proposal.decode(case["file"].encode()) for case in VECTORS["accept"]}
    assert agreed_size(good().proof) == good().proof.index == 13
    with pytest.raises(EpochProofError):
        agreed_size(by_name["another form of proof, which does not say where"].proof)
    with pytest.raises(EpochProofError, match="leaf 0"):
        agreed_size(replace(good().proof, index=0))


def test_origins_count_up():
    assert next_origin("aa/hq") == "aa/hq~1"
    assert next_origin(next_origin("aa/hq")) == check_origin("aa/hq~2")
    assert next_origin("aa/hq~9") == "aa/hq~10"


def test_the_link_is_read_strictly_and_stays_with_every_version():
    charter = good().charter
    head = charter.follows
    assert Charter.read(charter.document).follows == head
    for follows in (
        replace(head, origin="aa/post"),
        replace(head, origin="aa/hq~1"),
        replace(head, size=0),
        replace(head, root=b"short"),
        replace(head, origin="no origin"),
    ):
        with pytest.raises(CharterError):
            Charter.read(replace(charter, follows=follows, note=b"").document)
    following = replace(charter, version=2, previous=charter.digest, note=b"", follows=None)
    with pytest.raises(CharterMismatchError, match="another log"):
        check_succession(charter, following)
    with pytest.raises(CharterMismatchError, match="another log"):
        check_succession(charter, replace(following, follows=replace(head, size=head.size - 1)))


def word(**changes):
    values = {
        "last": Pointer(origin="aa/hq", index=12, leaf=b64(LEAVES[12])),
        "root": b64(root_of(13)),
        "proof": b64(bytes(32)),
        "new": "aa/hq~1",
        "charter": b64(bytes(32)),
        "reason": "a backup ran twice",
    }
    return Epoch.model_validate({**values, **changes})


def test_it_is_joint_when_both_say_the_same_whatever_the_reason():
    theirs = Pointer(origin="bb/hq", index=7, leaf=b64(bytes(32)))
    mine = word(reason="in other words", answers=theirs)
    assert joint([("bb/hq", word()), ("aa/hq~1", mine)], ["aa/hq~1", "bb/hq"])
    assert not joint([("bb/hq", word())], ["aa/hq~1", "bb/hq"])
    assert [ref.origin for ref in refs_of(mine)] == ["aa/hq", "bb/hq"]
    for name, value in (
        ("root", b64(b"x" * 32)),
        ("proof", b64(b"x" * 32)),
        ("charter", b64(b"x" * 32)),
        ("new", "aa/hq~2"),
        ("last", Pointer(origin="aa/hq", index=11, leaf=b64(LEAVES[11]))),
    ):
        said = [("bb/hq", word(**{name: value})), ("aa/hq~1", mine)]
        assert not joint(said, ["aa/hq~1", "bb/hq"]), name


def test_the_outside_verifier_reads_the_link(tmp_path):
    """The charter parser of the verifier, in plain Node.js, takes and refuses the same links."""
    parser = (ROOT / "verifier" / "comity-verify.mjs").read_text(encoding="utf-8")
    assert "parseCharterDocument" in parser
    charter = good().charter
    documents = [
        (charter.document, True),
        (replace(charter, follows=None, note=b"").document, True),
        (replace(charter, follows=Head("aa/post", 3, bytes(32)), note=b"").document, False),
        (replace(charter, follows=replace(charter.follows, size=0), note=b"").document, False),
    ]
    cut = parser[: parser.rindex("\nfunction parseCharter(")]
    script = tmp_path / "parse.mjs"
    script.write_text(
        cut
        + """
import { readFileSync as readIn } from "node:fs";
for (const line of readIn(0, "utf8").split("\\n").filter(Boolean)) {
  try { parseCharterDocument(Buffer.from(line, "base64")); console.log("yes"); } catch { console.log("no"); }
}
""",
        encoding="utf-8",
    )
    lines = "\n".join(b64(document) for document, _ in documents)
    done = subprocess.run(
        ["node", script], input=lines, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["yes" if taken else "no" for _, taken in documents]
