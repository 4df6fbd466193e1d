"""A compact on a node's disk without the ceremony: for tests of what is asked of it."""

from __future__ import annotations

from comity.node import keys
from comity.record.compact import Compact, Deadlines, Log, Member, Policy

NAMES = {"en": "x"}


def put(node, *members, policies=(), retention=None, number=1):
    """Write a compact into the folder of a node as if it had adopted it; return it.

    Args:
        node: signs it with its root key; nobody else does.
        members: `(party, role)`; a log of a party that is neither the node nor paired gets a made-up charter.
        policies: kinds that stand granted to the parties.
        retention: months by class.
        number: its version.
    """
    named = []
    for party, role in members:
        logs = [Log(c.origin, c.version, c.digest) for c in node.charters.values() if c.party == party]
        if not logs and role == "party":
            logs = [Log(f"{party}/hq", 1, bytes(32))]
        named.append(Member(party, role, NAMES, tuple(logs)))
    made = Compact(
        name="test",
        version=number,
        previous=None if number == 1 else bytes(32),
        title={"en": "Ground rules"},
        members=tuple(named),
        retention=retention or {"working": 12},
        policies=tuple(Policy(kinds, "parties") for kinds in policies),
        deadlines=Deadlines(30, 24),
    )
    place = node.folder.root / "compacts"
    place.mkdir(exist_ok=True)
    signed = made.sign([keys.load_root(node.folder.keys / "roots" / "1")])
    (place / str(number)).write_bytes(signed.encode())
    return signed
