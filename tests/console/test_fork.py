"""The fork alarm: on the first page and the exchange page, with a proof file that a stranger can check."""

from __future__ import annotations

import pytest

from comity.record import checkpoint
from comity.record.checkpoint import Checkpoint
from comity.record.fork import ForkProof
from comity.record.mirror_errors import ForkFoundError
from tests.console.conftest import Visitor
from tests.console.pair import Pair


@pytest.fixture(scope="module")
def forked(tmp_path_factory):
    pair = Pair(tmp_path_factory.mktemp("forked"))
    pair.fill()
    vn, la = pair.nodes["vn"], pair.nodes["la"]
    lie = Checkpoint("la/hq", la.log.size, bytes(32))
    with pytest.raises(ForkFoundError):
        vn.mirrors["la/hq"].observe(lie, checkpoint.sign(lie, la.log.signer))
    yield pair
    pair.close()


def test_a_fork_alarms_on_the_pages_and_its_proof_convinces_a_stranger(forked):
    visitor = Visitor(forked.app("vn"))
    link = "/sync/fork?origin=la/hq"
    for page in ("/", "/sync"):
        assert "la/hq has signed two histories" in visitor.get(page).text
    assert link in visitor.get("/sync").text.replace("%2F", "/")
    answer = visitor.get(link)
    assert answer.status_code == 200
    assert "attachment" in answer.headers["content-disposition"]
    ForkProof.decode(answer.content).verify(forked.nodes["la"].charter.vkey("log"))


@pytest.mark.parametrize("origin", ["vn/hq", "xx/hq", "../../etc/passwd", ""])
def test_no_proof_where_there_is_no_fork(forked, origin):
    assert Visitor(forked.app("vn")).get(f"/sync/fork?origin={origin}").status_code == 404
