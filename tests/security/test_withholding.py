"""A node can always keep silent. What it keeps back is shown as not received, and is nobody's fault."""

from __future__ import annotations

from comity.record.fetch import NotFoundError
from tests.node.control.conftest import remark
from tests.node.control.test_release import titles


def test_a_blob_that_is_kept_back_is_waited_for_and_accuses_nobody(pair):
    pair.released([remark("Water level", "x")], settle=False)

    def kept_back(path, data):
        if path.startswith("outbox/"):
            raise NotFoundError("nothing here")
        return data

    for _ in range(3):
        pair.sync(pair.vn, pair.la)
        report = pair.sync(pair.la, pair.vn, bend=kept_back)
        assert report.ok, "the rest of the exchange goes on"
    (line,) = pair.la.control.inbox.listing()
    assert (line["state"], line["problem"]["code"]) == ("waiting", "fetch-not-found")
    assert pair.la.control.inbox.disputes() == []
    assert pair.la.quarantined_count() == 0
    assert not any(titles(pair.la))
    pair.settle()
    assert "Water level" in titles(pair.la)


def test_content_that_is_kept_back_leaves_its_entry_and_says_no_more(pair):
    (receipt,) = pair.vn.append([remark("Water level", "x", marking="TLP:CLEAR")])

    def kept_back(path, data):
        return b"" if "/openings/" in path else data

    pair.sync(pair.vn, pair.la)
    pair.sync(pair.la, pair.vn, bend=kept_back)
    pair.sync(pair.vn, pair.la)
    there = pair.la.record("vn/hq", receipt.index)
    assert there.entry is not None
    assert there.content is None
    assert pair.vn.record("vn/hq", receipt.index).status == "joint"
    assert pair.la.quarantined_count() == 0
