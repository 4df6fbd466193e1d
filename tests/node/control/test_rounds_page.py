"""The page of a round where an opening did not verify: it says so, and lets it be approved and opened anew."""

from __future__ import annotations

import pytest

from comity.node.control.rounds import Round
from tests.node.control.conftest import bend
from tests.node.control.test_erasure_page import browser
from tests.node.control.test_rounds import answer, approve, clock, started  # noqa: F401 - a fixture


@pytest.fixture
def disputed(pair, clock, monkeypatch):  # noqa: F811 - the fixture above
    """A round of which la disputes what vn opened."""
    ours, theirs = started(pair, clock)
    with monkeypatch.context() as bending:
        bend(pair.vn.control.desk, bending)
        ours.seal(answer(pair.vn), author="clerk")
        theirs.seal(answer(pair.la), author="clerk")
        approve(pair, pair.vn, ours)
        pair.settle()
        pair.settle()
        ours.open(author="clerk")
    pair.settle()
    return ours


def test_it_asks_anew_and_then_opens_anew(pair, disputed):
    path = f"/rounds/{disputed.place.origin}/{disputed.place.index}"
    page = browser(pair.vn).get(path).text
    assert "did not verify for la/hq" in page
    assert f'action="{path}/seal"' in page
    index = disputed.status().party("vn/hq").sealed.index
    form = {"record": str(index), "author": "clerk"}
    asked = browser(pair.vn).post(f"{path}/seal", data=form)
    assert asked.status_code in (200, 303), asked.text
    assert f'action="{path}/open"' in browser(pair.vn).get(path).text
    approve(pair, pair.vn, disputed)
    browser(pair.vn).post(f"{path}/open", data={"author": "clerk"})
    pair.settle()
    pair.settle()
    assert Round.find(pair.la, "coding-7").status().party("vn/hq").state == "received"
    assert "This party has sealed and opened." in browser(pair.vn).get(path).text


@pytest.mark.parametrize("lang", ["vi", "lo"])
def test_it_speaks_the_readers_language(pair, disputed, lang):
    path = f"/rounds/{disputed.place.origin}/{disputed.place.index}"
    page = browser(pair.vn).get(f"{path}?lang={lang}").text
    assert "did not verify" not in page
    assert "la/hq" in page
