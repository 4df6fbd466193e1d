"""A log with people in it, in memory: requests, enrolments, approvals, each signed by whom a test says."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import Any

from comity.record import signature
from comity.record.approvals import Approvals, challenge
from comity.record.canonical import b64
from comity.record.charter import Charter, KeyLine, Office
from comity.record.commitment import seal
from comity.record.entry import Entry, charter_entry, protocol_entry, record_entry
from comity.record.entry_form import Ref
from comity.record.header import Header
from comity.record.kinds import Content, to_fields
from comity.record.merkle import leaf_hash
from comity.record.note import Signer
from comity.record.protocol import refs_of
from comity.record.protocol_kinds import Approval, Enrolment, Pointer, Recipient, Request, Revocation, Target
from comity.record.trust import Trust

ORIGIN = "aa/hq"
NOW = 1_700_000_000_000
ENDS = NOW + 1_000_000


def seed(word):
    return hashlib.sha256(b"approvals world " + word.encode()).digest()


ROOT = Signer("aa/root/1", seed("root"))
LOG = Signer(ORIGIN, seed("log"))


def office(name, role="office"):
    return Office(name, signature.public_key(seed(name)), {"en": name}, role)


def charter(**changes):
    plain = Charter(
        party="aa",
        origin=ORIGIN,
        version=1,
        keys=(KeyLine("root", ROOT.name, ROOT.vkey), KeyLine("log", LOG.name, LOG.vkey)),
        offices=(office("desk"),),
        names={"en": "Party A"},
        colour="#0057a8",
        expires=NOW * 2,
        thresholds={"release": 2, "erase": 2},
        control=tuple(office(role, role) for role in ("enrol", "release", "erase")),
    )
    return replace(plain, **changes)


@dataclass(frozen=True)
class Item:
    origin: str
    index: int
    leaf_hash: bytes
    entry: Entry | None
    content: Content | None

    @property
    def place(self):
        return Ref(self.origin, self.index, self.leaf_hash)


def header(author="clerk", claimed=NOW, class_="exercise"):
    values = {
        "author": author,
        "marking": "TLP:AMBER",
        "releasable_to": ["aa"],
        "basis": "test",
        "retention": "protocol",
        "class": class_,
        "claimed": claimed,
    }
    return Header.model_validate(values)


class World:
    """One log; every `…` method appends an item and returns it."""

    def __init__(self, **changes: Any) -> None:
        first = charter(**changes).sign([ROOT])
        leaf = charter_entry(origin=ORIGIN, id=bytes(16), version=1, digest=first.digest, seed=ROOT.seed)
        self.trust = Trust.begin(first.encode(), leaf)
        self.trusts = {ORIGIN: self.trust}
        self.items: list[Item] = []
        self.size = 1

    def succeed(self, **changes):
        """Put the next version of the charter in force here."""
        old = self.trust.current
        new = replace(old, version=old.version + 1, previous=old.digest, note=b"", **changes).sign([ROOT])
        leaf = charter_entry(
            origin=ORIGIN,
            id=bytes([new.version] * 16),
            version=new.version,
            digest=new.digest,
            seed=ROOT.seed,
        )
        self.trust.accept(new.encode(), leaf, self.size)
        self.size += 1

    def add(
        self, model, key="desk", *, author="clerk", claimed=NOW, refs=None, origin=ORIGIN, class_="exercise"
    ):
        entry_id = hashlib.sha256(b"id" + self.size.to_bytes(4, "big")).digest()[:16]
        fields = to_fields(header(author, claimed, class_), model)
        done = seal(origin, entry_id, type(model).kind_id(), fields, len(type(model).slots()))
        named = refs_of(model) if refs is None else refs
        common = {"origin": origin, "id": entry_id, "commit": done.commit, "n": done.n, "seed": seed(key)}
        leaf = protocol_entry(refs=named, **common) if named else record_entry(**common)
        content = Content(model.kind, model.version, header(author, claimed, class_), {}, model)
        item = Item(origin, self.size, leaf_hash(leaf), Entry.parse(leaf), content)
        self.items.append(item)
        self.size += 1
        return item

    def request(self, *, author="clerk", action="release", expires=ENDS, **changes):
        model = Request(
            action=action,
            targets=[Target(origin=ORIGIN, index=0, leaf=b64(bytes(32)))],
            recipient=Recipient(party="bb", origin="bb/hq", hpke_key=b64(bytes(32)))
            if action == "release"
            else None,
            openings_digest=b64(bytes(32)) if action == "release" else None,
            expires=expires,
            reason="a test",
        )
        return self.add(model, author=author, **changes)

    def enrol(self, person, device, *, roles=("release",), key="enrol", class_="exercise", **changes):
        values = {
            "person": person,
            "roles": list(roles),
            "credential_id": b64(device.credential_id),
            "public_key": b64(device.cose),
            "rp_id": device.rp_id,
            "origin_url": device.origin_url,
            **changes,
        }
        return self.add(Enrolment(**values), key, author="custodian", class_=class_)

    def revoke(self, enrolment, key="enrol"):
        return self.add(Revocation(enrolment=Pointer.of(enrolment.place), reason="left"), key)

    def approve(
        self, request, enrolment, device, *, claimed=NOW, over=None, key="desk", refs=None, **changes
    ):
        """Append an approval; keywords of a field change it, others change what the device signs."""
        fields = {name: changes.pop(name) for name in list(changes) if name in Approval.model_fields}
        given = device.assertion(challenge((over or request).place), **changes)
        values = {
            "request": Pointer.of(request.place),
            "person": enrolment.content.model.person,
            "role": "release",
            "credential_id": b64(device.credential_id),
            "client_data": b64(given.client_data),
            "authenticator_data": b64(given.authenticator_data),
            "signature": b64(given.signature),
            "enrolment": Pointer.of(enrolment.place),
            **fields,
        }
        model = Approval(**values)
        return self.add(model, key, author=model.person, claimed=claimed, refs=refs)

    def verdict(self, request, approvals, now=None):
        known = Approvals()
        for item in self.items:
            known.take(item)
        return known.approved(request, approvals, self.trusts, now)
