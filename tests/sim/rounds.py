"""Logs with rounds in them, without signatures or files: what the state machine of rounds is given.

`Log` writes the steps by hand, so that a test can write any lie; `Desk` takes the steps as a party that
follows the rules does, from what has reached it alone.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from comity.record.canonical import b64
from comity.record.entry_form import Head, Ref
from comity.record.protocol import place_of, refs_of
from comity.record.protocol_kinds import (
    Grant,
    Pointer,
    Received,
    Recipient,
    Request,
    RoundAck,
    RoundOpen,
    RoundSeal,
    RoundStart,
)
from comity.record.rounds import Cosigned, Rounds

QUESTION = b64(hashlib.sha256(b"a question").digest())
OTHER_QUESTION = b64(hashlib.sha256(b"another question").digest())
DIGEST = b64(bytes(32))
SEAL_BY, OPEN_BY = 1_000_000, 2_000_000
DISPUTE = {"code": "commitment", "received": DIGEST}


@dataclass(frozen=True)
class Item:
    """An entry with its content, as a node reads it."""

    origin: str
    index: int
    leaf_hash: bytes
    entry: Any
    content: Any

    def closed(self):
        """The same entry where its content is not held."""
        return Item(self.origin, self.index, self.leaf_hash, self.entry, None)


@dataclass
class Log:
    """One party's log."""

    origin: str
    items: list[Item] = field(default_factory=list)

    def __post_init__(self):
        self.bad_grants = set()
        self.record()

    def add(self, outer, model=None, heads=(), refs=None):
        refs = (refs_of(model) if model is not None else ()) if refs is None else refs
        index = len(self.items)
        entry = SimpleNamespace(
            outer=outer, refs=tuple(refs), heads=tuple(heads), origin=self.origin, id=index.to_bytes(16)
        )
        leaf = hashlib.sha256(f"{self.origin} {index}".encode()).digest()
        content = None if model is None else SimpleNamespace(model=model, header=None)
        self.items.append(Item(self.origin, index, leaf, entry, content))
        return place_of(self.items[-1])

    def record(self):
        return self.add("record")

    def step(self, model):
        return self.add("protocol", model)

    def anchor(self, **sizes):
        """Name heads of logs, by party: `la=4`."""
        heads = [Head(f"{party}/hq", size, bytes(32)) for party, size in sizes.items()]
        return self.add("anchor", heads=heads)

    def start(self, *parties, **changes):
        model = RoundStart(
            **{
                "round": "round-1",
                "parties": list(parties),
                "question_digest": QUESTION,
                "seal_by": SEAL_BY,
                "open_by": OPEN_BY,
                "charter": Pointer.of(place_of(self.items[0])),
                **changes,
            }
        )
        return self.step(model)

    def seal(self, round_, sealed=None, question=QUESTION):
        sealed = sealed or self.record()
        model = RoundSeal(round=Pointer.of(round_), question_digest=question, sealed=Pointer.of(sealed))
        return self.step(model)

    def request(self, sealed, to, paths=(), action="round_open", digest=DIGEST):
        target = {**Pointer.of(sealed).model_dump(), "paths": list(paths)}
        model = Request(
            action=action,
            targets=[target],
            recipient=recipient(to),
            openings_digest=digest,
            expires=2 * OPEN_BY,
            reason="a round",
        )
        return self.step(model)

    def grant(self, request, to, digest=DIGEST, *, good=True):
        model = Grant(
            request=Pointer.of(request), recipient=recipient(to), sealed_digest=DIGEST, openings_digest=digest
        )
        place = self.step(model)
        if not good:
            self.bad_grants.add(place)
        return place

    def granted(self, sealed, recipients, paths=()):
        return [self.grant(self.request(sealed, to, paths), to) for to in recipients]

    def open(self, round_, seal, grants, paths=()):
        model = RoundOpen(
            round=Pointer.of(round_),
            seal=Pointer.of(seal),
            grants=[Pointer.of(grant) for grant in grants],
            paths=list(paths),
        )
        return self.step(model)

    def ack(self, round_, seals=(), opened=(), *, over=False):
        model = RoundAck(
            round=Pointer.of(round_),
            seals=[Pointer.of(place) for place in seals],
            opened=[Pointer.of(place) for place in opened],
            deadline_seen=over,
        )
        return self.step(model)

    def received(self, grant, *, disputed=False):
        disputes = [{"record": Pointer.of(grant), **DISPUTE}] if disputed else []
        model = Received(
            grant=Pointer.of(grant), sealed_digest=DIGEST, opened=0 if disputed else 1, disputes=disputes
        )
        return self.step(model)


def recipient(origin):
    return Recipient(party=origin.partition("/")[0], origin=origin, hpke_key=DIGEST)


def sealed_by(log, seal):
    """What a seal seals."""
    return log.items[seal.index].content.model.sealed.ref()


def judge(items, cosigned=(), bad=()):
    """Return the machine that has heard some items and cosignatures."""
    items = list(items)
    held = {(item.origin, item.index): item for item in items}

    def holds(grant):
        item = held.get((grant.origin, grant.index))
        return None if item is None or item.content is None else grant not in bad

    def leaf_at(origin, index):
        item = held.get((origin, index))
        return None if item is None else item.leaf_hash

    machine = Rounds(holds, leaf_at)
    for item in items:
        machine.take(item)
    for one in cosigned:
        machine.witness(one)
    return machine


@dataclass
class Desk:
    """A party that follows the rules, with what has reached it: prefixes of the others' logs."""

    log: Log
    held: dict[str, int] = field(default_factory=dict)
    seen: set[Cosigned] = field(default_factory=set)
    anchored: dict[str, int] = field(default_factory=dict)
    knew_in_time: bool = False

    def view(self, logs):
        items = [item for name, size in self.held.items() for item in logs[name].items[:size]]
        return judge(
            [*items, *self.log.items], self.seen, set().union(*(log.bad_grants for log in logs.values()))
        )

    def standing(self, logs, round_, now):
        machine = self.view(logs)
        return machine.standing(round_, now) if round_ in machine.starts() else None

    def pull(self, desk, size, now):
        """Take in some of another log, with what its party knows to be cosigned; cosign what is held now.

        A party never cosigns a smaller head than before.
        """
        other = desk.log
        self.seen |= desk.seen
        if size > self.held.get(other.origin, 0):
            self.held[other.origin] = size
            self.seen.add(Cosigned(other.origin, size, self.log.origin, now // 1000))

    def name_heads(self):
        """Append an anchor when a head changed, as a node does before every batch."""
        changed = {name: size for name, size in self.held.items() if size > self.anchored.get(name, 0)}
        if changed:
            self.anchored |= changed
            self.log.anchor(**{name.partition("/")[0]: size for name, size in changed.items()})

    def seal(self, logs, round_):
        standing = self.standing(logs, round_, 0)
        mine = standing and standing.party(self.log.origin)
        if mine is not None and mine.seal is None:
            self.name_heads()
            self.log.seal(round_)

    def acknowledge(self, logs, round_, now, received):
        """What `comity.node.control.rounds_acks` does."""
        standing = self.standing(logs, round_, now)
        if standing is None:
            return
        mine, over = standing.party(self.log.origin), now >= OPEN_BY
        seals = [party.seal for party in standing.parties if party.seal is not None]
        complete = len(seals) == len(standing.parties)
        said = [i.content.model for i in self.log.items if isinstance(_model(i), RoundAck)]
        named = any({p.ref() for p in ack.seals} >= set(seals) for ack in said) and complete
        fair = mine is None or (bool(mine.openings) and not mine.partly) or self.knew_in_time
        theirs = [p for party in standing.parties if party.origin != self.log.origin for p in party.openings]
        opened = [place for place in theirs if place in received] if fair else []
        before = {p.ref() for ack in said for p in ack.opened}
        new_deadline = over and bool(opened) and not any(a.deadline_seen and a.opened for a in said)
        if (complete and not named) or new_deadline or not set(opened) <= before:
            self.name_heads()
            self.log.ack(round_, seals if complete else [], opened, over=over)
            self.knew_in_time |= complete and not over

    def open(self, logs, round_, now, recipients):
        standing = self.standing(logs, round_, now)
        mine = standing and standing.party(self.log.origin)
        if mine is None or mine.seal is None or not standing.all_sealed or mine.openings:
            return
        self.name_heads()
        seals = [party.seal for party in standing.parties]
        self.log.ack(round_, seals, over=now >= OPEN_BY)
        self.knew_in_time |= now < OPEN_BY
        self.log.open(round_, mine.seal, self.log.granted(mine.sealed, recipients))

    def must_open(self, logs, round_, now):
        """Whether the rules leave no more time: it knows that all have sealed, and the deadline is here."""
        standing = self.standing(logs, round_, now)
        mine = standing and standing.party(self.log.origin)
        return bool(mine and now >= OPEN_BY and standing.all_sealed and mine.seal and not mine.openings)


def _model(item):
    return None if item.content is None else item.content.model


__all__ = ["Cosigned", "Desk", "Head", "Item", "Log", "Ref", "judge", "recipient", "sealed_by"]
