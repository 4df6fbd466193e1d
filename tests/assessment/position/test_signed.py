"""A line co-signed by people's passkeys on both sides, sealed to the other until it is approved."""

from __future__ import annotations

from comity.assessment.position import answers, writing
from comity.node.control.release import Wanted
from comity.record.approvals import challenge
from tests.assessment.position.test_two import LINE, SIGNED, TODAY, act, exchange
from tests.node.control.test_people import device, enrol
from tests.register.pair import pair


def release(node, index, to, passkeys):
    """What the desk does: preview, request, two approvals, grant."""
    shown = node.control.desk.preview([Wanted(index)], to)
    assert shown.allowed
    asked = node.control.desk.request([Wanted(index)], to, author="clerk", reason="to sign")
    for passkey in passkeys:
        node.control.approvals.approve(asked.index, passkey.response(challenge(asked)))
    node.control.desk.grant(asked.index, author="clerk")


def status(node):
    versions = answers.line(node, "lumvarren-dam", "2026-03-01")["versions"]
    return versions[0]["status"] if versions else None


def test_a_line_is_in_force_when_people_of_both_sides_approved_it(tmp_path):
    with pair(tmp_path, {}) as (vn, la):
        writing.do(vn, "line", act(LINE), TODAY)
        exchange(vn, la)
        places = {}
        for node, other in ((vn, "la"), (la, "vn")):
            given = act({**SIGNED, "clauses": []}, marking="TLP:AMBER", releasable_to=[other])
            assert not writing.shown(node, "sign", given, TODAY)["seen_at_once"]
            places[node] = writing.do(node, "sign", given, TODAY)["receipts"][0]["index"]
        exchange(vn, la)
        # Sealed: each sees its own alone.
        assert [status(node) for node in (vn, la)] == ["one-sided", "one-sided"]
        for node, other in ((vn, la), (la, vn)):
            passkeys = [device(f"{node.origin} {name}") for name in ("one", "two")]
            for number, passkey in enumerate(passkeys):
                enrol(node, f"p-{number}", passkey, "release")
            release(node, places[node], other.origin, passkeys)
        exchange(vn, la)
        assert [status(node) for node in (vn, la)] == ["in-force", "in-force"]
        end = act({"line": "lumvarren-dam", "version": 1, "on": "2026-02-01"})
        writing.do(vn, "withdraw", end, TODAY)
        exchange(vn, la)
        assert [status(node) for node in (vn, la)] == ["withdrawn", "withdrawn"]
