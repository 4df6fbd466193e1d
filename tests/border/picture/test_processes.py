"""Two real processes: each follows its own sensor, says it, hears the other, and both audits are the same."""

from __future__ import annotations

import pytest

from comity.border.picture.answers import now
from comity.node import lock
from tests.border.picture.world import START, Watched, centres, decide, straight
from tests.node.control.test_erasure_processes import Party, exchange

pytestmark = [pytest.mark.processes, pytest.mark.timeout(200)]
SECONDS = 20


class Sent(Watched):
    """Observations that are in the store, and that nobody has followed yet."""

    def pass_(self, seconds, places):
        self.centres, kept = [], self.centres
        super().pass_(seconds, places)
        self.centres = kept


@pytest.fixture
def parties(tmp_path):
    with centres(tmp_path) as nodes:
        charters = {node.config.party: node.charter for node in nodes}
        for node in nodes:
            decide(node)
        Sent(nodes).pass_(SECONDS, straight)
    made = {name: Party(tmp_path / name, charter) for name, charter in charters.items()}
    try:
        for party in made.values():
            party.start()
        for party in made.values():
            party.ready()
        yield made
    finally:
        for party in made.values():
            party.stop()


def test_what_two_processes_say_is_used_once_by_both(parties):
    vn, la = parties["vn"], parties["la"]
    for party, other in ((vn, la), (la, vn)):
        party.client.pair(lock.running(other.folder).url, other.charter.fingerprint)
        found = party.post("border/watch", sector="ford")
        assert found["sectors"][0]["observations"] == SECONDS
    exchange(vn, la)
    at = START + 1000 * (SECONDS - 1)
    one, two = (party.ask("border/picture/audit", sector="ford", at=at) for party in (vn, la))
    assert one["digest"] == two["digest"]
    assert (one["twice"], one["missing"], one["aside"]) == ([], [], [])
    assert {len(track["parties"]) for track in one["tracks"]} == {2}
    views = [party.ask("border/picture", sector="ford", at=at) for party in (vn, la)]
    assert [track["id"] for track in views[0]["tracks"]] == [track["id"] for track in views[1]["tracks"]]
    assert views[0]["at"] <= now()
