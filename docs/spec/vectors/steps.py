"""Vectors of the steps of the protocol: the content of each kind, its commitment, what its entry names."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from records import HASH, ID, ORIGIN, OTHER
from seeds import bytes_of, refused

from comity.record.canonical import b64
from comity.record.commitment import seal
from comity.record.entry_form import Ref
from comity.record.header import Header
from comity.record.kinds import to_fields
from comity.record.protocol import refs_of
from comity.record.protocol_kinds import (
    Adoption,
    Approval,
    Enrolment,
    Epoch,
    Erase,
    EraseAck,
    Grant,
    Hold,
    Lapse,
    Pointer,
    Received,
    Recipient,
    Request,
    Revocation,
    RoundAck,
    RoundOpen,
    RoundSeal,
    RoundStart,
    Settled,
    Target,
)
from comity.record.release import settles

if TYPE_CHECKING:
    from comity.record.kinds import Kind

KEY = bytes_of("record key")
DIGEST = b64(HASH)
END = 1_770_600_000_000
HEADER = Header.model_validate(
    {
        "author": "clerk-1",
        "marking": "TLP:AMBER",
        "releasable_to": ["bb"],
        "basis": "exchange of notes",
        "retention": "protocol:2036-12",
        "class": "exercise",
        "claimed": 1_770_000_000_000,
    }
)


def _at(index: int, origin: str = ORIGIN) -> Pointer:
    return Pointer(origin=origin, index=index, leaf=b64(bytes_of(f"leaf {index}")))


def _target(index: int, *paths: str) -> Target:
    return Target(**_at(index).model_dump(), paths=list(paths))


TO = Recipient(party="bb", origin="bb/hq", hpke_key=DIGEST)
RELEASE = Request(
    action="release",
    targets=[_target(3, "title"), _target(4)],
    recipient=TO,
    openings_digest=DIGEST,
    expires=END,
    reason="for the joint list",
)
DISPUTE = {"record": _at(3), "code": "opening-mismatch", "received": DIGEST}
ROUND = {"question_digest": DIGEST}
START = RoundStart(
    round="reading-7",
    title={"en": "A reading", "vi": "Một cách đọc", "lo": "ການອ່ານ"},
    parties=[ORIGIN, OTHER],
    seal_by=END,
    open_by=END + 1,
    paths=["title", "text"],
    recipients=["cc/hq"],
    charter=_at(0),
    **ROUND,
)
STEPS: tuple[tuple[str, Kind], ...] = (
    ("a request to release a field and a record", RELEASE),
    (
        "a request to let a month lapse",
        Request.model_validate(
            {
                "action": "retain",
                "targets": [_target(0)],
                "expires": END,
                "reason": "its month is over",
                "class": "working",
                "month": "2026-09",
            }
        ),
    ),
    (
        "an approval",
        Approval(
            request=_at(5),
            person="an-officer",
            role="release",
            credential_id="AAAA",
            client_data="e30=",
            authenticator_data="AAAA",
            signature="AAAA",
            enrolment=_at(1),
        ),
    ),
    (
        "an enrolment, which names no place",
        Enrolment(
            person="an-officer",
            roles=["release", "erase"],
            credential_id="AAAA",
            public_key="AAAA",
            rp_id="aa.localhost",
            origin_url="http://aa.localhost:8710",
        ),
    ),
    ("a revocation", Revocation(enrolment=_at(1), reason="left the office")),
    (
        "a grant",
        Grant(
            request=_at(5),
            approvals=[_at(6), _at(7)],
            recipient=TO,
            sealed_digest=DIGEST,
            openings_digest=DIGEST,
        ),
    ),
    ("a receipt, all verified", Received(grant=_at(8), sealed_digest=DIGEST, opened=2)),
    (
        "a receipt with a dispute",
        Received.model_validate(
            {"grant": _at(8), "sealed_digest": DIGEST, "opened": 1, "disputes": [DISPUTE]}
        ),
    ),
    ("a settlement", Settled(received=_at(9), outcome="corrected", reason="granted anew, and it verified")),
    (
        "an order to erase",
        Erase(
            request=_at(5),
            approvals=[_at(6), _at(7)],
            targets=[_target(3)],
            basis="article of the exercise",
            deadline=END,
            recipients=[OTHER],
        ),
    ),
    (
        "an acknowledgement of an erasure",
        EraseAck.model_validate(
            {
                "erase": _at(10),
                "done_at": END,
                "remains": [{"where": "backup", "note": "of the first of the month", "until": END + 1}],
            }
        ),
    ),
    ("a hold without end", Hold(targets=[_target(3)], reason="case 1 of the exercise")),
    (
        "the end of a hold",
        Hold(
            targets=[_target(3)],
            reason="the case is over",
            lifts=_at(11),
            request=_at(12),
            approvals=[_at(13)],
        ),
    ),
    (
        "a lapse",
        Lapse.model_validate(
            {"class": "working", "month": "2026-09", "request": _at(5), "approvals": [_at(6)]}
        ),
    ),
    ("an adoption", Adoption(name="ground-rules", number=1, digest=DIGEST, charter=_at(0))),
    (
        "an epoch",
        Epoch(
            last=_at(40, OTHER),
            root=DIGEST,
            proof=DIGEST,
            new="bb/hq~1",
            charter=DIGEST,
            reason="two copies wrote",
        ),
    ),
    ("a round started", START),
    ("a seal", RoundSeal(round=_at(20), sealed=_at(21), **ROUND)),
    ("an opening", RoundOpen(round=_at(20), seal=_at(22), grants=[_at(24)], paths=["title"])),
    (
        "a word on a round",
        RoundAck(round=_at(20), seals=[_at(22), _at(2, OTHER)], opened=[], deadline_seen=True),
    ),
    (
        "forty places, of which the entry names 32",
        Request(action="erase", targets=[_target(i) for i in range(40)], expires=END, reason="all of them"),
    ),
)


def files() -> dict[str, dict[str, Any]]:
    """Return the files of this part."""
    return {
        "step": {
            "description": "accept: the content of every kind of step (docs/spec/protocol.md), its "
            "commitment, and what its entry names. schema: content that is not of its kind. forged: entries "
            "that name other places than their content. settle: whether a settlement counts.",
            "accept": [_accepted(name, model) for name, model in STEPS],
            "schema": _refused(),
            "forged": _forged(),
            "settle": _settled(),
        }
    }


def _refs(refs: tuple[Ref, ...]) -> list[dict[str, Any]]:
    return [{"origin": ref.origin, "index": ref.index, "leaf": b64(ref.leaf)} for ref in refs]


def _content(model: Kind) -> list[dict[str, Any]]:
    return [{"slot": f.slot, "path": f.path, "value": f.value} for f in to_fields(HEADER, model)]


def _accepted(name: str, model: Kind) -> dict[str, Any]:
    sealed = seal(ORIGIN, ID, model.kind_id(), to_fields(HEADER, model), len(model.slots()), KEY)
    refs = refs_of(model)
    return {
        "name": name,
        "kind": model.kind_id(),
        "origin": ORIGIN,
        "id": b64(ID),
        "record_key": b64(KEY),
        "slots": len(model.slots()),
        "fields": _content(model),
        "n": sealed.n,
        "commit": b64(sealed.commit),
        "outer": "protocol" if refs else "record",
        "refs": _refs(refs),
    }


def _refused() -> list[dict[str, Any]]:
    by_name = dict(STEPS)
    grant, receipt = by_name["a grant"], by_name["a receipt with a dispute"]
    settlement, order = by_name["a settlement"], by_name["an order to erase"]
    lapsing, opening = by_name["a request to let a month lapse"], by_name["an opening"]
    far = {**_at(3).model_dump(), "leaf": b64(bytes(31))}
    changes: list[tuple[str, Kind, dict[str, Any]]] = [
        ("a release to nobody", RELEASE, {"recipient": None}),
        ("a release of no digest", RELEASE, {"openings_digest": None}),
        ("a request about nothing", RELEASE, {"targets": []}),
        ("an unknown action", RELEASE, {"action": "publish"}),
        ("a field twice", RELEASE, {"targets": [_target(3).model_dump() | {"paths": ["title", "title"]}]}),
        ("a path that climbs", RELEASE, {"targets": [_target(3).model_dump() | {"paths": ["../title"]}]}),
        ("a month without its class", lapsing, {"class": None}),
        ("a thirteenth month", lapsing, {"month": "2026-13"}),
        ("a leaf of 31 bytes", grant, {"request": far}),
        ("33 approvals", grant, {"approvals": [_at(i).model_dump() for i in range(33)]}),
        ("a negative number of records", receipt, {"opened": -1}),
        ("a dispute without a code", receipt, {"disputes": [{"record": _at(3).model_dump()}]}),
        ("settled in another way", settlement, {"outcome": "proven"}),
        ("settled without a reason", settlement, {"reason": ""}),
        ("a settlement of nothing", settlement, {"received": None}),
        ("an erasure of single fields", order, {"targets": [_target(3, "title").model_dump()]}),
        ("a party asked twice", START, {"parties": [ORIGIN, ORIGIN]}),
        ("one party alone", START, {"parties": [ORIGIN]}),
        ("opened before it is sealed", START, {"open_by": END - 1}),
        ("an opening of no seal", opening, {"seal": None}),
    ]
    return [
        refused(name, "content", kind=model.kind_id(), fields=_changed(model, change))
        for name, model, change in changes
    ]


def _changed(model: Kind, change: dict[str, Any]) -> list[dict[str, Any]]:
    fields = [{**field, "value": change.get(field["path"], field["value"])} for field in _content(model)]
    return [field for field in fields if field["value"] is not None]


def _forged() -> list[dict[str, Any]]:
    model = dict(STEPS)["a grant"]
    refs = refs_of(model)
    wrong = [
        ("as a record, without refs", "record", ()),
        ("a place left out", "protocol", refs[:-1]),
        ("a place more", "protocol", (*refs, Ref(OTHER, 0, HASH))),
        ("another order", "protocol", refs[::-1]),
        ("another leaf", "protocol", (Ref(refs[0].origin, refs[0].index, HASH), *refs[1:])),
    ]
    content = {"kind": model.kind_id(), "fields": _content(model)}
    return [
        refused(name, "protocol-refs", **content, outer=outer, refs=_refs(named))
        for name, outer, named in wrong
    ]


def _settled() -> list[dict[str, Any]]:
    cases = []
    for name, origin, index, receipt in (
        ("after the receipt, in its log", ORIGIN, 10, _at(9)),
        ("before the receipt", ORIGIN, 8, _at(9)),
        ("at the place of the receipt", ORIGIN, 9, _at(9)),
        ("in the log of the sender", ORIGIN, 10, _at(9, OTHER)),
    ):
        model = Settled(received=receipt, outcome="left", reason="both know")
        counts = settles(SimpleNamespace(origin=origin, index=index), model)
        place = {"origin": origin, "index": index}
        cases.append({"name": name, **place, "received": receipt.model_dump(mode="json"), "counts": counts})
    return cases
