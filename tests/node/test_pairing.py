"""Pairing: nothing is pinned that a person, or a fingerprint given beforehand, did not confirm."""

from __future__ import annotations

import time

import pytest

from comity.node import pairing
from comity.node.config import load
from comity.node.create import NewNode, create
from comity.node.errors import (
    CharterChangedError,
    FingerprintError,
    PairingError,
    PeerUnknownError,
    PinnedCharterError,
    SelfPairingError,
)
from comity.node.export import export_folder
from comity.node.http_errors import SignatureRefusedError
from comity.node.node import Node
from comity.node.web.callers import Callers
from comity.record.charter import CharterMismatchError
from comity.record.errors import ComityError
from comity.record.fetch import FetchError
from comity.record.witness import format_request
from tests.node.world import fact, pin, settle, sync


@pytest.fixture
def strangers(world, tmp_path):
    vn, la = world.add("vn"), world.add("la")
    export_folder(la, tmp_path / "la-out")
    return vn, la, tmp_path / "la-out"


def test_both_fingerprints_are_shown_and_the_compared_one_is_pinned(strangers):
    vn, la, folder = strangers
    found = pairing.propose(vn, str(folder))
    assert (found.fingerprint, found.own_fingerprint) == (la.charter.fingerprint, vn.charter.fingerprint)
    assert not found.known
    assert vn.origins == ["vn/hq"], "a proposal pins nothing"
    pairing.pair(vn, str(folder), found.fingerprint.upper().replace(" ", "-"))
    assert vn.origins == ["vn/hq", "la/hq"]
    assert load(vn.folder.config).peers[0].origin == "la/hq"
    assert pairing.propose(vn, str(folder)).known
    pairing.pair(vn, str(folder), found.fingerprint)
    assert len(load(vn.folder.config).peers) == 1


@pytest.mark.parametrize("fingerprint", ["", "abcd", "aaaa " * 8])
def test_a_wrong_fingerprint_pins_nothing(strangers, fingerprint):
    vn, _, folder = strangers
    with pytest.raises(FingerprintError):
        pairing.pair(vn, str(folder), fingerprint)
    assert vn.origins == ["vn/hq"]
    assert not list(vn.folder.peers.iterdir())


def test_the_own_charter_and_the_own_origin_are_refused(world, strangers, tmp_path):
    vn, _, _ = strangers
    export_folder(vn, tmp_path / "own")
    with pytest.raises(SelfPairingError, match="this very node"):
        pairing.propose(vn, str(tmp_path / "own"))
    other = world.add("vn", folder="other-vn")
    export_folder(other, tmp_path / "other")
    with pytest.raises(SelfPairingError, match="own origin"):
        pairing.propose(vn, str(tmp_path / "other"))


def test_a_changed_charter_is_refused_after_pairing(strangers, tmp_path):
    vn, la, folder = strangers
    pairing.pair(vn, str(folder), la.charter.fingerprint)
    create(tmp_path / "la2", NewNode("la", "hq", unprotected=True))
    with Node.open(tmp_path / "la2") as imposter:
        export_folder(imposter, tmp_path / "imposter")
        with pytest.raises(CharterChangedError):
            pairing.propose(vn, str(tmp_path / "imposter"))
        with pytest.raises(CharterChangedError):
            pairing.pair(vn, str(tmp_path / "imposter"), imposter.charter.fingerprint)
    assert vn.charters["la/hq"].digest == la.charter.digest


def test_a_charter_that_its_log_does_not_begin_with_is_refused(strangers, tmp_path):
    vn, la, folder = strangers
    create(tmp_path / "la2", NewNode("la", "hq", unprotected=True))
    with Node.open(tmp_path / "la2") as other:
        (folder / "log" / "charter").write_bytes(other.charter.encode())
    with pytest.raises(ComityError):
        pairing.propose(vn, str(folder))
    (folder / "log" / "charter").write_bytes(la.charter.encode())
    (bundle,) = (folder / "log" / "tile" / "entries").rglob("1")
    bundle.write_bytes(bundle.read_bytes()[:-4] + b"AAAA")
    with pytest.raises(PairingError, match="leaf 0"):
        pairing.propose(vn, str(folder))


@pytest.mark.parametrize("data", [b"", b"{}", b"x" * 70000, b"\xff", b"[" * 60000])
def test_a_document_that_is_no_charter_is_refused(strangers, data):
    vn, _, folder = strangers
    (folder / "log" / "charter").write_bytes(data)
    with pytest.raises(ComityError) as refused:
        pairing.propose(vn, str(folder))
    assert refused.value.code
    assert not isinstance(refused.value, CharterMismatchError)


def test_an_empty_folder_is_no_peer(strangers, tmp_path):
    vn, _, _ = strangers
    (tmp_path / "empty").mkdir()
    with pytest.raises(FetchError):
        pairing.propose(vn, str(tmp_path / "empty"))


def test_a_pinned_charter_that_was_exchanged_on_disk_is_noticed(world, strangers, tmp_path):
    vn, la, folder = strangers
    pairing.pair(vn, str(folder), la.charter.fingerprint)
    vn.append([fact("a")])
    world.nodes.pop("vn").close()
    (pinned,) = (world.root / "vn" / "peers").iterdir()
    create(tmp_path / "la2", NewNode("la", "hq", unprotected=True))
    pinned.write_bytes((tmp_path / "la2" / "charter").read_bytes())
    with pytest.raises(CharterChangedError):
        world.add("vn")
    pinned.write_bytes(b"{}")
    with pytest.raises(PinnedCharterError):
        world.add("vn")


# --- the end of a pairing


def test_a_pairing_that_was_ended_exchanges_nothing_and_its_log_stays_readable(pair, world):
    vn, la = pair
    la.append([fact("theirs")])
    settle(vn, la)
    vn.end_pairing("la/hq", "2026-11-22")
    for _ in range(2):
        la.append([fact("later")])
        with pytest.raises(PeerUnknownError, match="ended on 2026-11-22"):
            sync(vn, la)
        assert vn.sync()[0].added == 0
        assert vn.record("la/hq", 1).content.fields["name"] == "theirs"
        assert vn.peers.exchanging() == []
        (status,) = vn.status().peers
        assert (status.state, status.unwitnessed_since) == ("ended", None)
        vn = world.reopen("vn")
    assert vn.witness.add_checkpoint(_request(la), int(time.time())).status == 404
    with pytest.raises(PeerUnknownError):
        vn.end_pairing("la/hq", "2026-11-23")
    with pytest.raises(PeerUnknownError):
        vn.control.desk.preview([], "la/hq")


def test_pairing_again_takes_up_where_it_ended(pair):
    vn, la = pair
    settle(vn, la)
    vn.end_pairing("la/hq", "2026-11-22")
    la.append([fact("while it was ended")])
    pin(vn, la)
    assert sync(vn, la).ok
    assert vn.size("la/hq") == la.log.size
    assert vn.status().peers[0].state == "consistent"


def _request(la):
    return format_request(0, [], la.log.checkpoint())


def test_a_peer_whose_pairing_ended_is_a_stranger_at_the_door(pair):
    vn, la = pair
    name = la.http_key.name
    assert Callers(vn)._signer(name)[0] == "la/hq"
    vn.end_pairing("la/hq", "2026-11-22")
    with pytest.raises(SignatureRefusedError):
        Callers(vn)._signer(name)
