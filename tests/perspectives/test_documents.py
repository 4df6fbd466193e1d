"""Documents held: the exact original in the vault, and locators that lead to a passage or are orphans."""

from __future__ import annotations

import hashlib

import pytest

from comity.perspectives import entries
from comity.perspectives.documents import hold, point_all
from comity.perspectives.intake import document_text
from comity.perspectives.locators import point_to
from comity.perspectives.tables import PROJECTOR
from comity.record.canonical import unb64
from comity.record.content import ContentStore
from comity.record.keyring import Keyring
from comity.record.vault import Vault
from tests.feed import Feed
from tests.perspectives.test_queries import finding, statement

ORIGINAL = "\ufeff# Report\r\n\r\n## 5.1. Water\r\nThe gauge at the bridge was read daily.\r\nນ້ຳຂຶ້ນໃນຕອນເຊົ້າ. Nước lên sáng sớm.\r\n".encode()
TEXT = document_text(ORIGINAL)


@pytest.fixture
def blobs(tmp_path):
    keyring = Keyring(tmp_path / "keyring.sqlite", tmp_path / "keks")
    yield ContentStore(Vault(tmp_path / "vault"), keyring)
    keyring.close()


@pytest.fixture
def feed():
    return Feed(PROJECTOR, entries.KINDS)


def cited(passage, **changed):
    locator = point_to(TEXT, passage).model_dump(exclude_none=True)
    return statement("a", "north-office", 2, cite={"work": "the-paper", "locator": {**locator, **changed}})


def point(feed, blobs):
    with feed.engine.connect() as db:
        return point_all(db, blobs)


def test_the_exact_original_is_kept_and_the_record_names_it(blobs):
    document = hold(blobs, "aa/hq", "the-paper", ORIGINAL, "working")
    assert blobs.get_blob("aa/hq", unb64(document.blob, 32)) == ORIGINAL
    assert unb64(document.sha256, 32) == hashlib.sha256(ORIGINAL).digest()
    assert (document.length, document.media_type) == (len(TEXT), "text/markdown")
    assert [section.number for section in document.sections] == ["", "5.1"]
    hold(blobs, "aa/hq", "the-paper", ORIGINAL, "working")


@pytest.mark.parametrize("passage", ["The gauge at the bridge", "ນ້ຳຂຶ້ນໃນຕອນເຊົ້າ", "Nước lên sáng sớm."])
def test_a_locator_leads_to_its_passage(feed, blobs, passage):
    feed.add("aa/hq", hold(blobs, "aa/hq", "the-paper", ORIGINAL, "working"), cited(passage))
    (found,) = point(feed, blobs)
    assert (found.state, found.passage, found.work) == ("exact", passage, "the-paper")


def test_a_locator_of_the_other_partys_statement_leads_into_ones_own_document(feed, blobs):
    feed.add("aa/hq", hold(blobs, "aa/hq", "the-paper", ORIGINAL, "working"))
    feed.add("bb/hq", cited("Nước lên sáng sớm."), finding())
    found = {item.kind: item for item in point(feed, blobs)}
    assert found["perspectives.statement"].state == "exact"
    assert found["perspectives.statement"].report.origin == "bb/hq"
    assert (found["perspectives.finding"].state, found["perspectives.finding"].reason) == (
        "orphan",
        "it names no passage",
    )


def test_without_the_document_every_locator_is_an_orphan(feed, blobs):
    feed.add("aa/hq", cited("Nước lên sáng sớm."))
    assert [item.reason for item in point(feed, blobs)] == ["no document of this work is held here"]


def test_a_record_without_its_original_is_no_document(feed, blobs, tmp_path):
    other = ContentStore(
        Vault(tmp_path / "other"), Keyring(tmp_path / "other.sqlite", tmp_path / "other-keks")
    )
    feed.add("bb/hq", hold(other, "bb/hq", "the-paper", ORIGINAL, "working"), cited("Nước lên sáng sớm."))
    other.keyring.close()
    assert [item.state for item in point(feed, blobs)] == ["orphan"]


def test_a_second_edition_is_searched_before_the_first(feed, blobs):
    feed.add("aa/hq", hold(blobs, "aa/hq", "the-paper", ORIGINAL, "working"))
    second = feed.add("aa/hq", hold(blobs, "aa/hq", "the-paper", b"A note.\n\n" + ORIGINAL[3:], "working"))
    feed.add("aa/hq", cited("Nước lên sáng sớm."))
    (found,) = point(feed, blobs)
    assert (found.state, found.document.index) == ("moved", second.index)
    assert found.passage == "Nước lên sáng sớm."


def test_a_passage_only_the_first_edition_has_is_found_there(feed, blobs):
    first = feed.add("aa/hq", hold(blobs, "aa/hq", "the-paper", ORIGINAL, "working"))
    feed.add("aa/hq", hold(blobs, "aa/hq", "the-paper", b"All was rewritten.", "working"))
    feed.add("aa/hq", cited("Nước lên sáng sớm."))
    (found,) = point(feed, blobs)
    assert (found.state, found.document.index) == ("exact", first.index)


def test_a_digest_that_fits_nothing_is_an_orphan(feed, blobs):
    feed.add("aa/hq", hold(blobs, "aa/hq", "the-paper", ORIGINAL, "working"))
    feed.add("aa/hq", cited("Nước lên sáng sớm.", digest="A" * 43 + "="))
    (found,) = point(feed, blobs)
    assert (found.state, found.passage, found.document) == ("orphan", "", None)


def test_a_damaged_vault_says_so_instead_of_pointing_somewhere(feed, blobs, tmp_path):
    feed.add("aa/hq", hold(blobs, "aa/hq", "the-paper", ORIGINAL, "working"), cited("Nước lên sáng sớm."))
    for file in (tmp_path / "vault").rglob("*"):
        if file.is_file():
            data = file.read_bytes()
            file.write_bytes(bytes((data[0] ^ 0xFF,)) + data[1:])
    with pytest.raises(Exception, match="damaged"):
        point(feed, blobs)
