"""A stolen laptop: a copy of the node's folder in somebody else's hands."""

from __future__ import annotations

import shutil

import pytest

from comity.node.control.recipient_keys import destroyed_after, retire
from comity.node.create import NewNode, create
from comity.node.kinds import Remark
from comity.node.node import Node
from comity.node.passphrase import VARIABLE
from comity.node.system import Draft
from comity.record.canonical import unb64
from comity.record.content import ContentStore
from comity.record.keyfile import KeyfileError, Passphrase
from comity.record.keyring import Keyring
from comity.record.sealed import SealedError, open_blob, sealed_info
from comity.record.vault import Vault
from tests.node.control.conftest import header, remark

WORDS = b"six words that were drawn by dice"


@pytest.fixture(scope="module")
def stolen(tmp_path_factory):
    """A node under a passphrase with one sealed record, its id, its seeds, and the thief's copy."""
    root = tmp_path_factory.mktemp("laptop")
    new = NewNode("vn", "hq", listen="127.0.0.1:0", sync_seconds=0, passphrase=Passphrase(WORDS))
    create(root / "vn", new)
    (root / "words").write_bytes(WORDS)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, str(root / "words"))
        with Node.open(root / "vn") as node:
            (receipt,) = node.append([Draft(Remark(title="Sealed", text="not for you"), header())])
            record = node.record("vn/hq", receipt.index)
            keys = node._sealer._keys
            seeds = [keys.log.seed, *(key.seed for key in (*keys.offices.values(), *keys.control.values()))]
            seeds += [key.private for key in keys.hpke.values()]
    shutil.copytree(root / "vn", root / "thief")
    return root / "thief", record.id, seeds


def test_nothing_is_signed_without_the_passphrase(stolen, monkeypatch, tmp_path):
    folder, _, seeds = stolen
    with pytest.raises(KeyfileError):
        Node.open(folder)
    (tmp_path / "guess").write_bytes(b"a guess that is long enough")
    monkeypatch.setenv(VARIABLE, str(tmp_path / "guess"))
    with pytest.raises(KeyfileError):
        Node.open(folder)
    for path in folder.rglob("*"):
        data = path.read_bytes() if path.is_file() else b""
        assert not any(seed in data for seed in seeds), path


def test_keys_that_were_made_unprotected_sign_in_anybodys_hands(pair):
    """A limit: `--unprotected` is for examples, and says so when it is used."""
    shutil.copytree(pair.root / "vn", pair.root / "thief")
    (pair.root / "thief" / "lock").unlink(missing_ok=True)
    with Node.open(pair.root / "thief") as node:
        assert node.append([remark("In the party's name", "x")])
    assert node.charter.digest == pair.vn.charter.digest


def test_content_that_the_node_holds_is_read_without_any_passphrase(stolen):
    """A limit: the passphrase is of the signing keys; month keys and views lie open on the disk."""
    folder, entry_id, _ = stolen
    keyring = Keyring(folder / "keyring.sqlite", folder / "keks")
    full = ContentStore(Vault(folder / "vault"), keyring).get("vn/hq", entry_id)
    keyring.close()
    assert any(field.value == "not for you" for field in full.fields)
    assert b"TLP:AMBER" in (folder / "views.sqlite").read_bytes()


def test_what_was_erased_is_in_no_copy_made_later_and_in_every_copy_made_before(pair):
    """Whoever stole the laptop before the erasure keeps what they have: the limit that the ledger states."""
    (receipt,) = pair.vn.append([remark("Erased", "a text that stands nowhere else")])
    entry_id = pair.vn.record("vn/hq", receipt.index).id
    before, after = pair.root / "before", pair.root / "after"
    shutil.copytree(pair.root / "vn", before)
    pair.vn.erase_local("vn/hq", receipt.index)
    shutil.copytree(pair.root / "vn", after)
    found = {}
    for folder in (before, after):
        keyring = Keyring(folder / "keyring.sqlite", folder / "keks")
        found[folder.name] = ContentStore(Vault(folder / "vault"), keyring).get("vn/hq", entry_id)
        keyring.close()
    assert found["before"] is not None
    assert found["after"] is None
    assert not any(b"stands nowhere else" in p.read_bytes() for p in after.rglob("*") if p.is_file())


def test_a_month_key_that_was_destroyed_opens_nothing_in_a_copy_made_later(pair):
    (receipt,) = pair.vn.append([remark("Over", "x", retention="working:2024-01")])
    record = pair.vn.record("vn/hq", receipt.index)
    ciphertext = {p: p.read_bytes() for p in pair.vn.folder.vault.rglob("*") if p.is_file()}
    keyring = (pair.vn.folder.keyring).read_bytes()
    (month,) = [m for m in pair.vn.contents.keyring.months() if m.month == "2024-01"]
    pair.vn.contents.erase_month(month)
    copy = pair.root / "copy"
    shutil.copytree(pair.root / "vn", copy)
    for path, data in ciphertext.items():  # the thief has even the old ciphertext and the old keyring
        (copy / "vault" / path.relative_to(pair.vn.folder.vault)).parent.mkdir(exist_ok=True)
        (copy / "vault" / path.relative_to(pair.vn.folder.vault)).write_bytes(data)
    (copy / "keyring.sqlite").write_bytes(keyring)
    opened = Keyring(copy / "keyring.sqlite", copy / "keks")
    assert ContentStore(Vault(copy / "vault"), opened).get("vn/hq", record.id) is None
    opened.close()


def test_a_blob_recorded_on_the_line_opens_with_no_key_of_a_later_laptop(pair):
    """The private key of a month is destroyed a month after it; before that, a thief with it can open."""
    _, _, grant = pair.released([remark("Recorded", "x")], settle=False)
    record = pair.vn.record("vn/hq", grant.index)
    model = record.content.model
    blob = pair.vn.control.blob(unb64(model.sealed_digest).hex(), "la/hq")
    info = sealed_info("vn/hq", record.id, model.recipient)
    keys = pair.la.control.inbox._keys
    (month,) = [name for name, key in keys.items() if key.key_id == unb64(model.recipient.hpke_key)]
    assert open_blob(blob, keys[month], info)
    pair.settle()
    files = pair.la.folder.keys / "hpke"
    assert month in retire(pair.la.folder.keys, keys, destroyed_after(month))
    assert not (files / month).exists()
    for key in keys.values():
        with pytest.raises(SealedError):
            open_blob(blob, key, info)
