"""The independent verifier: it accepts what is right, refuses what is not, and names the place."""

from __future__ import annotations

import json
import re
import secrets
import shutil
import subprocess
from pathlib import Path
from random import Random

import pytest
from nacl.bindings import crypto_sign_open
from nacl.exceptions import BadSignatureError

from comity.record import canonical, entry, signature
from comity.record.canonical import b64
from comity.record.charter import Charter, KeyLine, Office
from comity.record.commitment import Field, FullOpening, open_field, seal
from comity.record.disclosure import Disclosure
from comity.record.errors import ComityError
from comity.record.fork import ForkProof
from comity.record.log import Log
from comity.record.note import Signer

ROOT = Path(__file__).resolve().parent.parent
VERIFIER = ROOT / "verifier" / "comity-verify.mjs"
VECTORS = ROOT / "docs" / "spec" / "vectors"
KIND = "test.note@1"
DESK, RECORDS = bytes(range(32)), 600


def verifier(*arguments):
    return subprocess.run(
        ["node", VERIFIER, *arguments], capture_output=True, text=True, timeout=120, check=False
    )


def passes(*arguments):
    done = verifier(*arguments)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def fails(*arguments, place):
    done = verifier(*arguments)
    assert done.returncode == 1, done.stdout + done.stderr
    last = done.stdout.strip().splitlines()[-1]
    assert last.startswith("FAILED: "), last
    assert "Error" not in last, last
    assert re.search(place, last), last


def charter_of(log, root):
    keys = (KeyLine("log", log.name, log.vkey), KeyLine("root", root.name, root.vkey))
    desk = Office("desk", signature.public_key(DESK), {"en": "Desk"})
    made = Charter("aa", log.name, 1, keys, (desk,), {"en": "Party A", "lo": "ຝ່າຍ ກ"}, "#0057a8", 2**42)
    return Charter.parse(made.sign([root]).encode())


def record(number):
    """One sealed record of log aa/hq: its leaf and its full opening."""
    record_id = number.to_bytes(16, "big")
    fields = (Field(1, "header.marking", "TLP:CLEAR"), Field(8, "slug", f"note-{number}"))
    sealed = seal("aa/hq", record_id, KIND, fields, 10)
    leaf = entry.record_entry(origin="aa/hq", id=record_id, commit=sealed.commit, n=sealed.n, seed=DESK)
    return leaf, FullOpening("aa/hq", record_id, KIND, sealed.record_key, fields)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A log of a charter, an anchor and 600 records, exported with charter and openings; its vkey."""
    folder = tmp_path_factory.mktemp("log")
    log_key, root = Signer.generate("aa/hq"), Signer.generate("aa/root")
    charter = charter_of(log_key, root)
    first = entry.charter_entry(
        origin="aa/hq", id=secrets.token_bytes(16), version=1, digest=charter.digest, seed=root.seed
    )
    heads = [entry.Head("bb/hq", 3, bytes(32))]
    anchor = entry.anchor_entry(origin="aa/hq", id=secrets.token_bytes(16), heads=heads, seed=DESK)
    records = [record(number) for number in range(RECORDS)]
    out = folder / "out"
    with Log.open(folder / "log.sqlite", log_key, identify=entry.identifier("aa/hq")) as log:
        log.append([first, anchor, *(leaf for leaf, _ in records)])
        log.export(out)
    (out / "charter").write_bytes(charter.encode())
    (out / "openings").mkdir()
    for bundle in (0, 2):
        opened = [
            full for index, (_, full) in enumerate(records, 2) if index // 256 == bundle and index % 3 == 0
        ]
        lines = b"".join(full.encode() + b"\n" for full in opened)
        (out / "openings" / f"{bundle:03d}").write_bytes(lines)
    return out, log_key, charter


@pytest.fixture
def export(made, tmp_path):
    """A copy of the export to spoil."""
    folder, log_key, _ = made
    copy = tmp_path / "export"
    shutil.copytree(folder, copy)
    return copy, log_key.vkey


def flip(path, at=-1):
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)


def test_all_golden_vectors_pass():
    out = passes("vectors", VECTORS)
    passed, failed = map(int, re.search(r"(\d+) passed, (\d+) failed", out).groups())
    assert failed == 0
    private = {"keyfile.json", "sealed.json", "carried.json"}  # left out, and the verifier says so
    assert all(f"{name}: left out" in out for name in private)
    assert "step.json, schema: left out" in out, "it knows no kinds"
    cases = {p.name: json.loads(p.read_bytes()) for p in VECTORS.glob("*.json") if p.name not in private}
    del cases["step.json"]["schema"]
    assert passed == sum(
        len(part) for file in cases.values() for part in file.values() if isinstance(part, list)
    )


@pytest.mark.parametrize(
    ("name", "part", "change"),
    [
        ("entry", "accept", {"origin": "bb/hq"}),
        ("entry", "refuse", None),
        ("commitment", "cases", {"commit": "A" * 43 + "="}),
        ("charter", "accept", {"fingerprint": "no"}),
        ("step", "accept", {"outer": "anchor"}),
        ("step", "forged", "as accepted"),
        ("step", "settle", {"counts": False}),
        ("signature", "verify", {"valid": False}),
        ("checkpoint", "cosignatures", {"seconds": 1}),
    ],
)
def test_a_wrong_vector_fails(tmp_path, name, part, change):
    vectors = json.loads((VECTORS / f"{name}.json").read_text(encoding="utf-8"))
    case = vectors[part][0]
    if change is None:  # something well-formed where a refusal is demanded
        case["leaf"] = vectors["accept"][0]["leaf"]
    elif change == "as accepted":
        case.update({key: vectors["accept"][0][key] for key in ("fields", "outer", "refs")})
    else:
        case.update(change)
    (tmp_path / f"{name}.json").write_text(json.dumps(vectors), encoding="utf-8")
    done = verifier("vectors", tmp_path)
    assert done.returncode == 1
    assert f"{name}.json, {part}, {case['name']}: " in done.stdout
    assert "1 failed" in done.stdout


def test_unknown_vectors_are_not_passed_over(tmp_path):
    (tmp_path / "novelty.json").write_text('{"description": "", "accept": [{"name": "x"}]}', encoding="utf-8")
    assert "0 passed, 1 failed" in verifier("vectors", tmp_path).stdout


def spoilt(data, random):
    """Change, cut, double or exchange some bytes."""
    a, b = sorted(random.randrange(len(data) + 1) for _ in range(2))
    pieces = [
        b"",
        b"0",
        b"=",
        b"-",
        b".0",
        b'"',
        b",",
        b"}",
        b" ",
        b"\n",
        b"null",
        b"\\u0041",
        b"\xc3",
        data[a:b],
    ]
    kind = random.randrange(4)
    if kind == 0:  # one byte becomes another that JSON or base64 may have
        at = random.randrange(len(data))
        return data[:at] + bytes([random.choice(b'AQgw048=+/-"{}[],:abcnv0189~/ \xff')]) + data[at + 1 :]
    if kind == 1:  # a piece goes in
        return data[:a] + random.choice(pieces) + data[a:]
    if kind == 2:  # a short stretch goes out
        return data[:a] + data[min(a + random.randrange(1, 4), len(data)) :]
    return data[:a] + data[b:] + data[a:b]


def judged(name, part, data, key, call):
    """A case with the verdict of the Python package in it."""
    case = {"name": name, key: data}
    try:
        call()
    except ComityError as error:
        return part[1], {**case, "refuse": error.code}
    return part[0], case


def test_both_implementations_judge_spoilt_input_alike(tmp_path):
    """A thousand spoilt values, leaves, charters and opening files: Node gives the verdict that Python gives."""
    random = Random(6962)
    forms, files, charters = ({"a": [], "r": []} for _ in range(3))
    leaf, full = record(7)
    values = [case["bytes"] for case in json.loads((VECTORS / "canonical.json").read_bytes())["accept"]]
    document = json.loads((VECTORS / "charter.json").read_bytes())["accept"][0]["note"].encode()
    entries = {"refuse": []}
    opened = Disclosure(leaf, None, KIND, (open_field(full, 16, "slug"),)).encode()
    for number in range(250):
        value = spoilt(bytes.fromhex(random.choice(values)), random)
        part, case = judged(
            f"value {number}", "ar", value.hex(), "bytes", lambda v=value: canonical.decode(v)
        )
        if part == "a":
            case["value"] = canonical.decode(value)
        forms[part].append(case)
        made = spoilt(leaf, random)
        part, case = judged(f"leaf {number}", "ar", b64(made), "leaf", lambda m=made: entry.Entry.parse(m))
        entries["refuse"].append(case)  # a case without `refuse` must pass, in whatever list it stands
        for base, kept, key, read in (
            (opened, files, "file", lambda data: Disclosure.decode(data).verify()),
            (document, charters, "note", Charter.parse),
        ):
            made = spoilt(base, random)
            if made.isascii() or key == "note":
                text = made.decode("utf-8", "replace")
                part, case = judged(f"{key} {number}", "ar", text, key, lambda t=text, r=read: r(t.encode()))
                kept["r"].append(case)
    for name, vectors in (
        ("canonical", {"accept": forms["a"], "refuse": forms["r"]}),
        ("entry", entries),
        ("opening", {"files_refuse": files["r"]}),
        ("charter", {"refuse": charters["r"]}),
    ):
        (tmp_path / f"{name}.json").write_text(json.dumps(vectors), encoding="utf-8")
    out = passes("vectors", tmp_path)
    passed = int(out.split()[0])
    assert passed > 900
    assert sum("refuse" not in case for case in (*forms["a"], *entries["refuse"], *charters["r"])) > 5


@pytest.mark.shared
def test_the_signature_rule_is_libsodiums_on_every_cctv_case(shared):
    file = shared / "vectors" / "cctv" / "ed25519vectors.json"
    out = json.loads(passes("cctv", file, "--json"))
    accepted = []
    for case in json.loads(file.read_text(encoding="utf-8")):
        try:
            crypto_sign_open(bytes.fromhex(case["sig"]) + case["msg"].encode(), bytes.fromhex(case["key"]))
        except BadSignatureError:
            continue
        accepted.append(case["number"])
    assert out == {"cases": 914, "accepted": accepted}
    assert passes("cctv", file).strip() == f"{len(accepted)} of 914 accepted"


def test_a_whole_export_is_verified(made):
    folder, log_key, charter = made
    out = passes("log", folder, log_key.vkey)
    assert out.endswith("VERIFIED\n")
    assert "602 entries" in out
    assert charter.fingerprint in out
    assert "1 charter, 1 anchor, 600 record" in out
    lines = sum(path.read_bytes().count(b"\n") for path in (folder / "openings").iterdir())
    assert f"{lines} records opened in full" in out


def test_opaque_leaves_are_verified_as_a_tree_only(tmp_path):
    key = Signer.generate("aa/opaque")
    with Log.open(tmp_path / "log.sqlite", key) as log:
        log.append([b"any bytes", b"at all"])
        log.export(tmp_path / "out")
    assert "opaque" in passes("log", tmp_path / "out", key.vkey, "--opaque")
    fails("log", tmp_path / "out", key.vkey, place=r"charter: the file is missing")


def test_an_export_that_grew_keeps_its_older_partial_files_honest(tmp_path):
    key = Signer.generate("aa/opaque")
    out = tmp_path / "out"
    with Log.open(tmp_path / "log.sqlite", key) as log:
        log.append([b"one", b"two"])
        log.export(out)
        old = {path: path.read_bytes() for path in out.rglob("*.p/*")}
        log.append([b"three"])
        log.export(out)
    for path, data in old.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    assert "2 partial files agree" in passes("log", out, key.vkey, "--opaque")
    flip(out / "tile" / "0" / "000.p" / "2")
    fails("log", out, key.vkey, "--opaque", place=r"tile/0/000\.p/2: an older partial file")


@pytest.mark.parametrize(
    ("path", "at", "place"),
    [
        ("checkpoint", 8, "checkpoint: .*signature"),
        ("checkpoint", -3, "checkpoint: "),
        ("tile/0/000", 0, "tile/0/000: the tile holds other hashes"),
        ("tile/0/001", -1, "tile/0/001: "),
        ("tile/0/002.p/90", 40, r"tile/0/002\.p/90: "),
        ("tile/1/000.p/2", 33, r"tile/1/000\.p/2: "),
        ("tile/entries/000", 40, "tile/entries/000, entry 0: "),
        ("tile/entries/001", 60, "tile/entries/001, entry 256: "),
        ("tile/entries/002.p/90", -9, r"tile/entries/002\.p/90, entry 601: "),
        ("tile/entries/001", 0, "tile/entries/001: "),
        ("charter", -10, "charter|entry 0: leaf 0 names another charter"),
        ("openings/000", 60, "openings/000: line 1"),
        ("openings/002", -60, "openings/002: line "),
        ("openings/000", -1, "openings/000: the last line is cut"),
    ],
)
def test_one_flipped_bit_is_found_and_its_place_named(export, path, at, place):
    folder, vkey = export
    flip(folder / path, at)
    fails("log", folder, vkey, place=place)


@pytest.mark.parametrize(
    "path", ["checkpoint", "tile/0/001", "tile/1/000.p/2", "tile/entries/002.p/90", "charter"]
)
def test_a_missing_or_cut_file_is_named(export, path):
    folder, vkey = export
    whole = (folder / path).read_bytes()
    (folder / path).write_bytes(whole[:-1])
    fails("log", folder, vkey, place=re.escape(path))
    (folder / path).unlink()
    fails("log", folder, vkey, place=re.escape(f"{path}: the file is missing"))


def test_openings_must_belong_where_they_stand(export):
    folder, vkey = export
    good = (folder / "openings" / "000").read_bytes()
    (folder / "openings" / "001").write_bytes(good)
    fails("log", folder, vkey, place="openings/001: line 1: opens no entry of this bundle")
    (folder / "openings" / "001").unlink()
    lines = good.splitlines(keepends=True)
    (folder / "openings" / "000").write_bytes(lines[1] + lines[0])
    fails("log", folder, vkey, place="openings/000: line 2: not in the order")
    (folder / "openings" / "000").write_bytes(lines[0] + lines[0])
    fails("log", folder, vkey, place="openings/000: line 2: ")
    (folder / "openings" / "000").write_bytes(lines[0].replace(b'"note-', b'"Note-'))
    fails("log", folder, vkey, place="openings/000: line 1: entry 3: the fields give another commitment")


def test_an_export_under_another_key_is_refused(export):
    folder, _ = export
    fails("log", folder, Signer.generate("aa/hq").vkey, place="checkpoint: no signature by the key")
    fails("log", folder, "no key", place="checkpoint: not a verifier key")


def grown(tmp_path, *leaves, charter_seed=None):
    """Export a log that takes any leaf, after a good charter entry."""
    log_key, root = Signer.generate("aa/hq"), Signer.generate("aa/root")
    charter = charter_of(log_key, root)
    first = entry.charter_entry(
        origin="aa/hq", id=bytes(16), version=1, digest=charter.digest, seed=charter_seed or root.seed
    )
    with Log.open(tmp_path / "log.sqlite", log_key) as log:
        log.append([first, *leaves])
        log.export(tmp_path / "out")
    (tmp_path / "out" / "charter").write_bytes(charter.encode())
    return tmp_path / "out", log_key.vkey


def test_a_forged_author_in_an_honest_tree_is_found(tmp_path):
    forged = entry.record_entry(origin="aa/hq", id=bytes(16), commit=bytes(32), n=8, seed=bytes(32))
    fails("log", *grown(tmp_path, forged), place="entry 1: the charter lists no such office key")


def test_an_entry_copied_from_another_log_is_found(tmp_path):
    copied = entry.record_entry(origin="bb/hq", id=bytes(16), commit=bytes(32), n=8, seed=DESK)
    fails("log", *grown(tmp_path, copied), place="entry 1: the entry was written for bb/hq")


def test_a_leaf_that_is_no_entry_is_found(tmp_path):
    fails("log", *grown(tmp_path, b"no entry"), place="entry 1: no newline")


def test_a_charter_not_signed_by_its_root_is_found(tmp_path):
    fails("log", *grown(tmp_path, charter_seed=DESK), place="entry 0: leaf 0: the entry names another key")


def test_opening_files(tmp_path):
    leaf, full = record(7)
    whole, part = tmp_path / "whole.json", tmp_path / "part.json"
    whole.write_bytes(Disclosure(leaf, full).encode())
    part.write_bytes(Disclosure(leaf, None, KIND, (open_field(full, 16, "slug"),)).encode())
    out = passes("opening", whole, part)
    assert "all 2 fields" in out
    assert "slug" in out
    part.write_bytes(part.read_bytes().replace(b"note-7", b"note-8"))
    fails("opening", whole, part, place=r"part\.json: field slug: the proof leads to another root")
    whole.write_bytes(whole.read_bytes().replace(b"TLP:CLEAR", b"TLP:GREEN"))
    fails("opening", whole, place=r"whole\.json: the fields give another commitment")
    fails("opening", tmp_path / "absent.json", place=r"absent\.json")


def test_fork_proofs(tmp_path):
    key, other = Signer.generate("aa/hq"), Signer.generate("aa/hq")
    notes = []
    for name in ("one", "two"):
        with Log.open(tmp_path / f"{name}.sqlite", key, guard=tmp_path / f"{name}.guard") as log:
            log.append([b"common", name.encode()])
            notes.append(log.checkpoint())
    file = tmp_path / "fork-proof.json"
    file.write_bytes(ForkProof.same_size(key.vkey, *notes).encode())
    assert passes("fork", file, key.vkey) == "FORKED: two roots for 2 entries\n"
    fails("fork", file, other.vkey, place=r"fork-proof\.json: note 0: ")
    flip(file, 200)
    fails("fork", file, key.vkey, place=r"fork-proof\.json: ")


@pytest.mark.parametrize(
    "arguments", [(), ("log",), ("log", "x"), ("vectors",), ("opening",), ("fork", "x"), ("what",)]
)
def test_wrong_usage(arguments):
    done = verifier(*arguments)
    assert done.returncode == 2
    assert "usage:" in done.stderr


def test_it_uses_node_built_ins_only():
    source = VERIFIER.read_text(encoding="utf-8")
    assert set(re.findall(r'from "([^"]+)"', source)) <= {"node:crypto", "node:fs", "node:path"}
    assert "import(" not in source
    assert "require(" not in source
