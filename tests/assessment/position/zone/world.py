"""Two nodes with the blind zone switched on, a line on record, and two people each who approve releases."""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime

from comity.assessment.position import writing as lines
from comity.assessment.position.zone import standing, writing
from comity.assessment.position.zone.terms import FEATURE
from comity.node import operations
from comity.node.config import dump
from comity.node.control.release import Wanted
from comity.record.approvals import challenge
from tests.assessment.position.test_two import LINE, act
from tests.node.control.test_people import device, enrol
from tests.node.two import sync
from tests.register.pair import pair

TODAY = datetime.fromtimestamp(time.time(), UTC).date()
PACKAGES = [
    {"slug": f"p{number}", "label": {"en": f"Package {number}"}, "options": {}} for number in range(6)
]
TERMS = {
    "slug": "flow-zone",
    "line": LINE["slug"],
    "logs": ["vn/hq", "la/hq"],
    "packages": PACKAGES,
    "cap": 3,
    "mandate_holder": {"en": "The joint mission"},
    "valid_from": "2026-01-01",
    "valid_to": "2099-12-31",
}


class World:
    """The pair, with what its people do."""

    def __init__(self, vn, la, *, people, folder=None):
        self.vn, self.la, self.folder = vn, la, folder
        self.nodes = {"vn": vn, "la": la}
        self.passkeys = {}
        for party, node in self.nodes.items():
            switch_on(node)
            self.passkeys[party] = [device(f"{party} {name}") for name in ("one", "two") if people]
            for number, passkey in enumerate(self.passkeys[party]):
                enrol(node, f"p-{number}", passkey, "release")
        lines.do(vn, "line", act(LINE), TODAY)
        self.settle()

    def settle(self):
        for node, other in ((self.vn, self.la), (self.la, self.vn), (self.vn, self.la)):
            if self.folder is None:
                sync(node, other)
            else:
                self.carry(node, other)

    def carry(self, node, other):
        """Exchange by a folder, as on a memory stick."""
        place = self.folder / f"stick-{len(list(self.folder.glob('stick-*')))}"
        operations.export(other, str(place))
        assert operations.sync_from(node, str(place))["ok"]

    def approve(self, party, place):
        for passkey in self.passkeys[party]:
            self.nodes[party].control.approvals.approve(place.index, passkey.response(challenge(place)))

    def release(self, party, index, paths=()):
        """Ask, approve, grant: a record, or single fields of it, to the other side."""
        node = self.nodes[party]
        other = "la/hq" if party == "vn" else "vn/hq"
        wanted = [Wanted(index, tuple(paths))]
        asked = node.control.desk.request(wanted, other, author="clerk", reason="a test")
        self.approve(party, asked)
        node.control.desk.grant(asked.index, author="clerk")

    def approve_openings(self, party, round_):
        for asked in round_.requests():
            if asked.standing.stage == "waiting":
                self.approve(party, asked.place)

    def mandate(self, **changes):
        """Both write the mandate and people of both release it."""
        terms = {**TERMS, **changes}
        done = writing.propose(self.vn, terms, "clerk", TODAY, exercise=True)
        self.release("vn", done["receipts"][0]["index"])
        self.settle()
        done = writing.agree(self.la, terms["slug"], "clerk", TODAY)
        self.release("la", done["receipts"][0]["index"])
        self.settle()

    def view(self, party, slug="flow-zone"):
        return standing.view(self.nodes[party], slug, TODAY)

    def stage(self, party, slug="flow-zone"):
        return standing.stage(self.nodes[party], self.view(party, slug))

    def seal(self, party, *accept):
        done = writing.seal(self.nodes[party], "flow-zone", accept, "clerk", TODAY)
        self.approve_openings(party, self.view(party).sets.round)
        return done

    def go_on(self, party):
        done = writing.go_on(self.nodes[party], "flow-zone", "clerk", TODAY)
        if done.get("step") == "replies-sealed":
            self.approve_openings(party, self.view(party).replies.round)
        return done

    def step(self, *parties):
        """Let each take its step, then exchange."""
        for party in parties or ("la", "vn"):
            self.go_on(party)
        self.settle()

    def common(self, party):
        return writing.common(self.nodes[party], self.view(party))


def switch_on(node):
    node.config = replace(node.config, features=(FEATURE,))
    node.folder.config.write_text(dump(node.config), "utf-8")


@contextmanager
def world(root, *, people=True, folder=None):
    with pair(root, {}) as (vn, la):
        yield World(vn, la, people=people, folder=folder)
