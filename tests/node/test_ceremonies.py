"""Charters and compacts by the command line: founded, renewed, revoked, followed by the peer, adopted by both."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from hashlib import sha256

import pytest
from sqlalchemy import MetaData
from typer.testing import CliRunner

from comity.cli import app as commands
from comity.node import charters, keys, pairing
from comity.node.backup import backup
from comity.node.charter_work import advance, propose, read_charter, sign, write_proposal
from comity.node.create import NewNode, create
from comity.node.errors import NodeLockedError
from comity.node.export import export_folder
from comity.node.folder import Folder
from comity.node.kinds import Remark
from comity.node.lock import hold
from comity.node.node import Node
from comity.node.peers import LogKeyOverError
from comity.node.sealing import Draft
from comity.node.system import System
from comity.record.canonical import b64
from comity.record.charter import CharterError, CharterThresholdError, CharterUnsignedError, LogKeyChangeError
from comity.record.entry import charter_entry
from comity.record.errors import ComityError
from comity.record.header import Header
from comity.record.keyfile import PassphraseMissingError, PassphraseWrongError
from comity.record.note import Signer
from comity.record.witness import format_request

RULES = """
name = "pact"
[title]
en = "Pact"
[[member]]
party = "aa"
role = "party"
names = { en = "A" }
[[member]]
party = "bb"
role = "party"
names = { en = "B" }
[[retention]]
class = "working"
months = 12
[[policy]]
kinds = "control.*"
audience = "parties"
[deadlines]
erase_ack_days = 30
round_grace_hours = 24
[[vocabulary]]
name = "labels"
version = "2"
file = "labels.txt"
[[rule]]
en = "Each party keeps its own log."
"""


def run(*arguments, answers=None):
    return CliRunner().invoke(commands, [str(a) for a in arguments], input=answers)


def told(*arguments):
    done = run(*arguments, "--json")
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


@pytest.fixture
def phrase(tmp_path, monkeypatch):
    file = tmp_path / "phrase"
    file.write_text("correct horse battery staple\n")
    monkeypatch.setenv("COMITY_PASSPHRASE_FILE", str(file))
    return file


@pytest.fixture
def pair(tmp_path):
    """Two nodes that reach each other by folders, with root keys in `keys/roots`."""
    for party in ("aa", "bb"):
        create(tmp_path / party, NewNode(party, "hq", roots=2, root_threshold=2, unprotected=True))
    return tmp_path


def open_nodes(place):
    return Node.open(place / "aa"), Node.open(place / "bb")


def exchange(place, giver, taker):
    """Export one node and let the other read it."""
    folder = place / f"export-{giver.origin.partition('/')[0]}"
    shutil.rmtree(folder, ignore_errors=True)
    export_folder(giver, folder)
    if giver.origin in taker.charters:
        return taker.sync([giver.origin])
    return pairing.pair(taker, str(folder), giver.charter.fingerprint)


def remark(node, text, office=None):
    header = Header.model_validate(
        {
            "author": "x",
            "marking": "TLP:CLEAR",
            "releasable_to": [],
            "basis": "b",
            "retention": "working",
            "class": "record",
            "claimed": 1,
        }
    )
    return node.append(
        [Draft(Remark(title=text, text=text), header, **({"office": office} if office else {}))]
    )[0]


def roots(place, party):
    return [place / party / "keys" / "roots" / str(n) for n in (1, 2)]


def renew(place, party, **changes):
    made = propose(place / party, **changes)
    file = place / f"{party}-{made.version}"
    write_proposal(file, made.document)
    sign(file, roots(place, party))
    return advance(place / party, file, roots(place, party)[0])


def test_a_ceremony_puts_each_root_key_where_its_holder_is(tmp_path, phrase):
    media = [f"--root-folder={tmp_path / f'medium-{n}'}" for n in range(3)]
    data = told("charter", "ceremony", tmp_path / "node", "--party", "aa", *media, "--yes")
    assert data["signed"] == 3
    assert data["roles"]["root"]["threshold"] == 2
    assert not (tmp_path / "node" / "keys" / "roots").exists()
    for number in range(3):
        held = list((tmp_path / f"medium-{number}").iterdir())
        assert [path.name for path in held] == [str(number + 1)]
        assert held[0].stat().st_mode & 0o077 == 0
    shown = told("charter", "show", tmp_path / "node")
    assert shown["fingerprint"] == data["fingerprint"]
    with Node.open(tmp_path / "node") as node:
        assert node.log.size == 1
    phrase.write_text("another horse battery staple\n")
    with pytest.raises(PassphraseWrongError):
        Node.open(tmp_path / "node")


def test_a_ceremony_asks_for_what_was_written_down(tmp_path, phrase):
    media = [f"--root-folder={tmp_path / 'm'}", "--threshold=1"]
    done = run(
        "charter", "ceremony", tmp_path / "node", "--party", "aa", *media, answers="\nwrong\nwrong\nwrong\n"
    )
    assert done.exit_code == 1
    assert "typed back is not the one shown" in done.output
    assert not (tmp_path / "node").exists()


@pytest.mark.parametrize(
    "media", [["a"], ["a", "a"], ["a", "node/b"], []], ids=["too few", "twice", "in the node", "none"]
)
def test_a_ceremony_refuses_bad_places_before_it_draws_anything(tmp_path, phrase, media):
    options = [f"--root-folder={tmp_path / name}" for name in media]
    done = run("charter", "ceremony", tmp_path / "node", "--party", "aa", *options, "--yes")
    assert done.exit_code == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["phrase"]


def test_without_a_passphrase_nothing_is_made(tmp_path, monkeypatch):
    monkeypatch.delenv("COMITY_PASSPHRASE_FILE", raising=False)
    with pytest.raises(PassphraseMissingError):
        create(tmp_path / "aa", NewNode("aa", "hq"))
    assert not (tmp_path / "aa").exists()


def test_a_short_passphrase_is_refused(tmp_path, phrase):
    phrase.write_text("short\n")
    done = run("node", "init", tmp_path / "aa", "--party", "aa")
    assert done.exit_code == 1
    assert "passphrase-weak" in done.output


def test_unprotected_keys_are_said_aloud(tmp_path):
    done = run("node", "init", tmp_path / "aa", "--party", "aa", "--unprotected")
    assert done.exit_code == 0
    assert "NOT PROTECTED" in done.output


def test_a_new_version_is_proposed_signed_and_in_force(pair):
    file = pair / "v2"
    data = told("charter", "propose", pair / "aa", file, "--office", "border=Border", "--term", 60)
    assert (data["version"], data["signed"]) == (2, 0)
    assert run("charter", "propose", pair / "aa", file).exit_code == 1  # never over another file
    first, second = roots(pair, "aa")
    assert run("charter", "sign", file, "--key", first, "--fingerprint", "aaaa").exit_code == 1
    told("charter", "sign", file, "--key", first, "--fingerprint", data["fingerprint"])
    with pytest.raises(CharterUnsignedError):
        advance(pair / "aa", file, first)
    told("charter", "sign", file, "--key", second, "--yes")
    assert told("charter", "advance", pair / "aa", file, "--key", second)["index"] == 1
    with Node.open(pair / "aa") as node:
        assert node.charter.version == 2
        assert node.record(node.origin, remark(node, "x", "border").index).office.name == "border"
        assert node.quarantined() == []


def test_a_running_node_is_not_advanced_under_its_feet(pair):
    made = propose(pair / "aa")
    write_proposal(pair / "v2", made.document)
    sign(pair / "v2", roots(pair, "aa"))
    with hold(Folder.existing(pair / "aa")), pytest.raises(NodeLockedError):
        advance(pair / "aa", pair / "v2", roots(pair, "aa")[0])


def test_other_root_keys_do_not_advance_a_node(pair):
    made = propose(pair / "aa")
    write_proposal(pair / "v2", made.document)
    sign(pair / "v2", roots(pair, "bb"))
    with pytest.raises(CharterUnsignedError):
        advance(pair / "aa", pair / "v2", roots(pair, "bb")[0])
    strangers = propose(pair / "bb")
    write_proposal(pair / "b2", strangers.document)
    sign(pair / "b2", roots(pair, "bb"))
    with pytest.raises(CharterError):
        advance(pair / "aa", pair / "b2", roots(pair, "bb")[0])
    with Node.open(pair / "aa") as node:
        assert (node.log.size, node.charter.version) == (1, 1)


def test_a_cut_between_leaf_and_document_is_made_good(pair, monkeypatch):
    made = propose(pair / "aa")
    write_proposal(pair / "v2", made.document)
    sign(pair / "v2", roots(pair, "aa"))
    with monkeypatch.context() as cut:
        cut.setattr(charters, "store", lambda *_: (_ for _ in ()).throw(OSError("no power")))
        with pytest.raises(OSError, match="no power"):
            advance(pair / "aa", pair / "v2", roots(pair, "aa")[0])
    with Node.open(pair / "aa") as node:
        assert (node.log.size, node.charter.version, node.quarantined_count()) == (2, 1, 1)
    assert advance(pair / "aa", pair / "v2", roots(pair, "aa")[0])[1] == 1
    with Node.open(pair / "aa") as node:
        assert (node.log.size, node.charter.version, node.quarantined_count()) == (2, 2, 0)


def test_the_peer_follows_and_judges_anew_what_a_revocation_reaches(pair):
    ours, theirs = open_nodes(pair)
    with ours, theirs:
        exchange(pair, ours, theirs)
        for text in ("one", "two"):
            remark(ours, text)
        exchange(pair, ours, theirs)
        assert theirs.quarantined() == []
    _, index = renew(pair, "aa", revoke={"record": 2}, offices={"border": {"en": "Border"}})
    ours, theirs = open_nodes(pair)
    with ours, theirs:
        remark(ours, "three")
        exchange(pair, ours, theirs)
        assert theirs.charters["aa/hq"].version == 2
        for node in (ours, theirs):
            assert [(row["index"], row["code"]) for row in node.quarantined("aa/hq")] == [(2, "key-revoked")]
            assert node.record("aa/hq", 1).office.name == "record"
            assert node.record("aa/hq", index + 1).office.name == "border"
    with Node.open(pair / "bb") as again:
        assert again.charters["aa/hq"].version == 2


class Probe:
    """A projector that remembers what it was told."""

    metadata = MetaData()

    def __init__(self):
        self.told = []

    def apply(self, _db, event):
        self.told.append((event.index, event.cause))


def test_what_a_revocation_reaches_is_purged_from_the_systems(pair):
    with Node.open(pair / "aa") as node:
        remark(node, "one")
        remark(node, "two")
    renew(pair, "aa", revoke={"record": 2}, offices={"border": {"en": "Border"}})
    probe = Probe()
    with Node.open(pair / "aa", (System("probe", (), probe, None, None),)) as node:
        node.projection.rebuild()
    assert (2, "erased") in probe.told
    assert (1, "erased") not in probe.told
    assert (2, "entry") not in probe.told


def test_without_the_document_the_new_keys_wait_in_quarantine(pair):
    ours, theirs = open_nodes(pair)
    with ours, theirs:
        exchange(pair, ours, theirs)
    renew(pair, "aa", revoke={"record": 1}, offices={"border": {"en": "Border"}})
    ours, theirs = open_nodes(pair)
    with ours, theirs:
        remark(ours, "x")
        folder = pair / "export-aa"
        shutil.rmtree(folder)
        export_folder(ours, folder)
        (folder / "log" / "charters" / "2").rename(pair / "kept")
        theirs.sync(["aa/hq"])
        assert {row["index"] for row in theirs.quarantined("aa/hq")} == {1, 2}
        (pair / "kept").rename(folder / "log" / "charters" / "2")
        theirs.sync(["aa/hq"])
        assert theirs.quarantined("aa/hq") == []


def test_a_node_that_went_on_can_still_be_paired_with(pair):
    renew(pair, "aa")
    renew(pair, "aa")
    ours, theirs = open_nodes(pair)
    with ours, theirs:
        assert ours.charter.version == 3
        exchange(pair, ours, theirs)
        theirs.sync(["aa/hq"])
        assert theirs.charters["aa/hq"].version == 3
        assert theirs.quarantined() == []
        (pair / "export-aa" / "log" / "charters" / "2").write_bytes(ours.own.trust.version(1).encode())
        with pytest.raises(ComityError):
            pairing.propose(theirs, str(pair / "export-aa"))


def with_another_log_key(pair):
    """Return the next version of aa's charter, signed, with another key of the log, and that key."""
    old = read_charter(pair / "aa" / "charter")
    signer = Signer.generate("aa/hq")
    keys_ = tuple(replace(line, vkey=signer.vkey) if line.role == "log" else line for line in old.keys)
    made = replace(old, version=2, previous=old.digest, note=b"", keys=keys_)
    return made.sign([keys.load_root(path) for path in roots(pair, "aa")]), signer


def test_a_version_with_another_log_key_is_refused_and_the_way_out_is_said(pair):
    made, _ = with_another_log_key(pair)
    (pair / "v2").write_bytes(made.encode())
    before = (pair / "aa" / "charter").read_bytes()
    done = run("charter", "advance", pair / "aa", pair / "v2", "--key", roots(pair, "aa")[0])
    assert done.exit_code == 1
    assert "charter-log-key" in done.output
    assert "another name" in " ".join(done.output.split())
    assert (pair / "aa" / "charter").read_bytes() == before
    with pytest.raises(LogKeyChangeError):
        propose(
            pair / "aa", revoke={b64(read_charter(pair / "aa" / "charter").role_keys("log")[0].key_id): 1}
        )


def test_a_stolen_log_key_signs_nothing_that_counts_once_a_charter_lists_it_no_more(pair):
    made, _ = with_another_log_key(pair)
    ours, theirs = open_nodes(pair)
    with ours, theirs:
        exchange(pair, ours, theirs)
        theirs.sync(["aa/hq"])
        root = keys.load_root(roots(pair, "aa")[0])
        leaf = charter_entry(origin="aa/hq", id=bytes(16), version=2, digest=made.digest, seed=root.seed)
        ours.log.append([leaf])
        link = theirs.peers.require("aa/hq")
        # Software of another make tells of the version; a thief, or the party itself, signs on with the old key.
        link.trust.accept(made.encode(), leaf, 1)
        remark(ours, "by whoever has the old key")
        size, cosigned = link.mirror.size, link.mirror.heads.last_cosigned(theirs.cosigner_vkeys[0]).size
        assert (size, cosigned) == (1, 1)
        (report,) = exchange(pair, ours, theirs)
        assert report.error["type"] == "urn:comity:error:log-key-over"
        assert link.mirror.size == size
        assert link.mirror.heads.last_cosigned(theirs.cosigner_vkeys[0]).size == cosigned
        body = format_request(0, [], ours.log.checkpoint())
        assert theirs.witness.add_checkpoint(body, 1_700_000_000).status == 404
        # What the key signed before stays: the head of one entry is still shown and still cosigned.
        assert theirs.mirrors["aa/hq"].checkpoint() is not None
        link.check_log_key(1)
        with pytest.raises(LogKeyOverError):
            link.check_log_key(2)
        with pytest.raises(LogKeyOverError):
            link.check_log_key()


def test_both_adopt_what_both_signed(pair):
    ours, theirs = open_nodes(pair)
    with ours, theirs:
        exchange(pair, ours, theirs)
        exchange(pair, theirs, ours)
    (pair / "rules.toml").write_text(RULES)
    (pair / "labels.txt").write_text("a b c")
    file = pair / "pact"
    data = told("compact", "propose", pair / "aa", pair / "rules.toml", file)
    told("compact", "sign", file, "--key", roots(pair, "aa")[0], "--key", roots(pair, "aa")[1], "--yes")
    assert run("compact", "adopt", pair / "aa", file, "--author", "minister").exit_code == 1
    options = ["--key", roots(pair, "bb")[0], "--key", roots(pair, "bb")[1]]
    asked = run("compact", "sign", file, *options, answers="no\n")
    assert asked.exit_code == 1
    digest = b64(sha256(b"a b c").digest())
    for word in ("control.* to parties", f"labels 2, {digest}", "Each party keeps its own log.", "24 hours"):
        assert word in asked.output, "who signs reads what it says"
    told("compact", "sign", file, *options, "--fingerprint", data["fingerprint"])
    for party in ("aa", "bb"):
        assert told("compact", "adopt", pair / party, file, "--author", "minister")["index"] > 0
        assert told("compact", "show", pair / party)["fingerprint"] == data["fingerprint"]
    again = run("compact", "adopt", pair / "aa", file, "--author", "minister")
    assert again.exit_code == 1
    assert "compact-succession" in again.output


def test_reading_a_proposal_back(pair):
    made = propose(pair / "aa", approvers=3)
    write_proposal(pair / "v2", made.document)
    assert read_charter(pair / "v2") == made
    assert made.threshold("release") == 3
    assert propose(pair / "aa", approvers=3).hpke == made.hpke  # a proposal thrown away leaves no second keys


def test_a_recipient_key_is_destroyed_and_no_ordinary_backup_holds_it(pair):
    Node.open(pair / "aa").close()
    place = pair / "aa" / "keys"
    month = min(keys.load(place).hpke)
    kept = (place / "hpke" / month).read_bytes()
    backup(Folder(pair / "aa"), pair / "plain.tar", content_keys=pair / "keys.tar")
    assert kept not in (pair / "plain.tar").read_bytes()
    assert kept in (pair / "keys.tar").read_bytes()
    assert (place / "log").read_bytes() in (pair / "plain.tar").read_bytes()  # the control
    assert keys.destroy_recipient(place, month)
    assert not keys.destroy_recipient(place, month)
    assert month not in keys.load(place).hpke
    with pytest.raises(ComityError):
        keys.destroy_recipient(place, "../log")


def test_keys_readable_by_others_are_refused(pair):
    (pair / "aa" / "keys" / "log").chmod(0o644)
    with pytest.raises(ComityError, match="others may read"):
        keys.load(pair / "aa" / "keys")


def test_the_threshold_in_force_is_needed_too(pair):
    made = propose(pair / "aa", root_threshold=1)
    write_proposal(pair / "v2", made.document)
    sign(pair / "v2", roots(pair, "aa")[:1])
    with pytest.raises(CharterThresholdError):
        advance(pair / "aa", pair / "v2", roots(pair, "aa")[0])
