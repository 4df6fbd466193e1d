"""A grant to the wrong key: whose key it is sealed to decides who reads it, and nobody else does."""

from __future__ import annotations

from dataclasses import replace

import pytest

from comity.record.canonical import b64, unb64
from comity.record.recipient_key import RecipientKey
from comity.record.release import ReleaseRefusedError
from comity.record.sealed import SealedError, open_blob, sealed_info
from tests.node.control.conftest import remark
from tests.node.control.test_release import outbox, titles


def blob_of(pair, grant):
    model = pair.vn.record("vn/hq", grant.index).content.model
    info = sealed_info("vn/hq", pair.vn.record("vn/hq", grant.index).id, model.recipient)
    return pair.vn.control.blob(unb64(model.sealed_digest).hex(), "la/hq"), info


def test_a_blob_opens_with_the_key_of_the_pinned_charter_and_with_no_other(pair):
    _, _, grant = pair.released([remark("Water level", "x")], settle=False)
    blob, info = blob_of(pair, grant)
    assert pair.vn.control.blob(unb64(b64(bytes(32))).hex(), "la/hq") is None
    for other in ("kh/hq", None):
        name = outbox(pair.vn)[0]
        assert pair.vn.control.blob(name, other) is None
    for key in (RecipientKey.generate("2026-11"), *pair.vn.control.inbox._keys.values()):
        with pytest.raises(SealedError):
            open_blob(blob, key, info)


def test_a_recipient_that_lost_its_key_says_so_and_takes_nothing(pair):
    pair.released([remark("Water level", "x")], settle=False)
    pair.la.control.inbox._keys.clear()
    pair.settle()
    (line,) = pair.la.control.inbox.listing()
    assert (line["state"], line["problem"]["code"]) == ("waiting", "recipient-key-gone")
    assert not any(titles(pair.la))
    assert len(outbox(pair.vn)) == 1, "nobody acknowledged it, so it waits"


def test_nothing_is_sealed_to_a_key_that_the_recipients_charter_does_not_name(pair):
    """A request that was made under another key, its own or a thief's, is not granted."""
    from comity.node.control.release import Wanted

    (receipt,) = pair.vn.append([remark("Water level", "x")])
    desk = pair.vn.control.desk
    shown = desk.preview([Wanted(receipt.index)], "la/hq")
    other = shown.recipient.model_copy(update={"hpke_key": b64(RecipientKey.generate("2026-11").key_id)})
    desk.preview = lambda *_, **__: replace(shown, recipient=other)
    request = desk.request([Wanted(receipt.index)], "la/hq", author="asker", reason="r")
    del desk.preview
    pair.approve(pair.vn, request, "first", "second")
    with pytest.raises(ReleaseRefusedError) as caught:
        desk.grant(request.index, author="asker")
    assert caught.value.reasons == ("recipient-key",)
    assert outbox(pair.vn) == []
