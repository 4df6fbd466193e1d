"""Release as a state machine: every way to grant what must not be granted, and any interleaving of logs."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.record import signature
from comity.record.canonical import b64
from comity.record.commitment import seal
from comity.record.entry import Entry, protocol_entry
from comity.record.entry_form import Ref
from comity.record.header import Header
from comity.record.kinds import Registry, to_fields
from comity.record.merkle import leaf_hash
from comity.record.protocol import place_of, refs_of
from comity.record.protocol_kinds import (
    KINDS,
    Approval,
    Dispute,
    Grant,
    Pointer,
    Received,
    Recipient,
    Request,
    Target,
)
from comity.record.release import REASONS, ReleaseRefusedError, Releases
from comity.record.roles import Office

REGISTRY = Registry(KINDS)
DESK, KEY, OTHER = (bytes([n]) * 32 for n in (1, 2, 3))
DIGEST = b64(bytes([9]) * 32)
SEALED = b64(bytes([8]) * 32)
TO = Recipient(party="la", origin="la/hq", hpke_key=b64(bytes(32)))
RECORD = bytes([7]) * 32
ENDS = 1000


class Charter:
    def __init__(self, expires):
        self.expires = expires

    def office(self, key_id):
        roles = {DESK: "office", KEY: "release"}
        for seed, role in roles.items():
            office = Office(role, signature.public_key(seed), {}, role)
            if office.key_id == key_id:
                return office
        raise ReleaseRefusedError("unknown", [])


@dataclass
class Trust:
    """Stands in for the charters of one log."""

    expires: int = 10_000

    def at(self, index):
        return Charter(self.expires)

    def may_grant(self, now):
        return now < self.expires


@dataclass(frozen=True)
class Verdict:
    ok: bool
    reasons: tuple = ()


def rule(request, approvals, trust):
    people = {a.content.model.person for a in approvals} - {request.content.header.author}
    return Verdict(len(people) >= 2, () if len(people) >= 2 else ("too-few",))


@dataclass(frozen=True)
class Step:
    origin: str
    index: int
    leaf_hash: bytes
    entry: Entry
    content: object


class Story:
    """Writes steps into logs, as honest or crooked as a test wants."""

    def __init__(self):
        self.sizes = {"vn/hq": 10, "la/hq": 0}
        self.steps = []
        self.leaves = {("vn/hq", 3): RECORD, ("vn/hq", 4): RECORD}

    def add(self, model, *, origin="vn/hq", author="asker", claimed=100, seed=DESK, refs=None):
        index = self.sizes[origin]
        self.sizes[origin] += 1
        header = Header.model_validate(
            {
                "author": author,
                "marking": "TLP:AMBER",
                "releasable_to": ["vn", "la"],
                "basis": "b",
                "retention": "protocol",
                "class": "exercise",
                "claimed": claimed,
            }
        )
        entry_id = index.to_bytes(8, "big") + origin.encode().ljust(8)[:8]
        fields = to_fields(header, model)
        done = seal(origin, entry_id, model.kind_id(), fields, len(model.slots()), bytes(32))
        named = refs_of(model) if refs is None else refs
        leaf = protocol_entry(origin=origin, id=entry_id, commit=done.commit, n=done.n, refs=named, seed=seed)
        content = REGISTRY.from_fields(model.kind_id(), fields)
        step = Step(origin, index, leaf_hash(leaf), Entry.parse(leaf), content)
        self.steps.append(step)
        return step

    def request(self, targets=(3,), **changes):
        values = {
            "action": "release",
            "targets": [Target(origin="vn/hq", index=i, leaf=b64(RECORD)) for i in targets],
            "recipient": TO,
            "openings_digest": DIGEST,
            "expires": ENDS,
            "reason": "r",
        }
        step = {k: changes.pop(k) for k in ("origin", "author", "claimed", "refs") if k in changes}
        return self.add(Request(**{**values, **changes}), **step)

    def approval(self, request, person="first", **step):
        model = Approval(
            request=Pointer.of(place_of(request)),
            person=person,
            role="release",
            credential_id="AAAA",
            client_data="AAAA",
            authenticator_data="AAAA",
            signature="AAAA",
            enrolment=Pointer(origin="vn/hq", index=1, leaf=b64(RECORD)),
        )
        return self.add(model, author=person, **step)

    def grant(self, request, approvals, **changes):
        values = {
            "request": Pointer.of(place_of(request)),
            "approvals": [Pointer.of(place_of(a)) for a in approvals],
            "recipient": TO,
            "sealed_digest": SEALED,
            "openings_digest": DIGEST,
        }
        step = {k: changes.pop(k) for k in ("origin", "claimed", "seed", "refs") if k in changes}
        return self.add(Grant(**{**values, **changes}), **{"seed": KEY, **step})

    def word(self, grant, origin="la/hq", **changes):
        values = {"grant": Pointer.of(place_of(grant)), "sealed_digest": SEALED, "opened": 1}
        return self.add(Received(**{**values, **changes}), origin=origin, author="node")

    def machine(self, trust=None, steps=None):
        trusts = {"vn/hq": trust or Trust(), "la/hq": Trust()}
        releases = Releases(trusts, rule, lambda origin, index: self.leaves.get((origin, index)))
        for step in self.steps if steps is None else steps:
            releases.take(step)
        return releases


@pytest.fixture
def story():
    return Story()


def honest(story):
    request = story.request()
    approvals = [story.approval(request, person) for person in ("first", "second")]
    return request, approvals, story.grant(request, approvals)


def faults(machine, grant):
    with pytest.raises(ReleaseRefusedError) as caught:
        machine.check_grant(place_of(grant))
    assert set(caught.value.reasons) <= {*REASONS, "too-few"}
    return set(caught.value.reasons)


def test_the_way_of_a_release(story):
    request = story.request()
    place = place_of(request)

    def stage(now=500):
        return story.machine().standing(place, now).stage

    assert stage() == "waiting"
    first = story.approval(request)
    assert stage() == "waiting"
    second = story.approval(request, "second")
    assert stage() == "approved"
    assert stage(ENDS) == "expired"
    story.machine().check_ready(place, DIGEST, 500)
    grant = story.grant(request, [first, second])
    assert stage() == stage(ENDS) == "granted"
    assert story.machine().check_grant(place_of(grant)).sealed_digest == SEALED
    word = story.word(grant)
    standing = story.machine().standing(place, 5000)
    assert (standing.stage, standing.grant, standing.received) == (
        "received",
        place_of(grant),
        place_of(word),
    )
    assert standing.approvals == (place_of(first), place_of(second))


def test_a_recipient_that_disputes(story):
    request, _, grant = honest(story)
    dispute = Dispute(record=Pointer(origin="vn/hq", index=3, leaf=b64(RECORD)), code="x", received=DIGEST)
    story.word(grant, opened=0, disputes=[dispute])
    assert story.machine().standing(place_of(request), 500).stage == "disputed"


def test_the_word_of_somebody_else_or_on_another_blob_is_no_receipt(story):
    request, _, grant = honest(story)
    story.word(grant, origin="vn/hq")
    story.word(grant, sealed_digest=DIGEST)
    assert story.machine().standing(place_of(request), 500).stage == "granted"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"openings_digest": SEALED}, "openings-differ"),
        ({"recipient": TO.model_copy(update={"party": "kh", "origin": "kh/hq"})}, "recipient-differs"),
        ({"recipient": TO.model_copy(update={"hpke_key": DIGEST})}, "recipient-differs"),
        ({"claimed": ENDS}, "request-expired"),
        ({"claimed": 10_000}, "charter-expired"),
        ({"seed": DESK}, "not-release-key"),
        ({"seed": OTHER}, "not-release-key"),
        ({"origin": "la/hq"}, "not-originator"),
    ],
)
def test_a_grant_that_is_not_what_was_approved_does_not_hold(story, changes, reason):
    request = story.request()
    approvals = [story.approval(request, person) for person in ("first", "second")]
    grant = story.grant(request, approvals, **changes)
    assert reason in faults(story.machine(), grant)
    assert story.machine().standing(place_of(request), 500).stage == "approved"


def test_approvals_that_do_not_carry_a_grant(story):
    request, other = story.request(), story.request(reason="another")
    one = story.approval(request, "first")
    same = story.approval(request, "first")
    author = story.approval(request, "asker")
    of_other = story.approval(other, "second")
    late = story.approval(request, "second", claimed=ENDS)
    abroad = story.approval(request, "second", origin="la/hq")

    def found(approvals):
        grant = story.grant(request, approvals)
        return faults(story.machine(), grant)

    assert found([]) == {"too-few"}
    assert found([one]) == {"too-few"}
    assert found([one, same, author]) == {"too-few"}
    assert found([one, of_other]) == {"approval-unknown"}
    assert found([one, late]) == {"approval-late"}
    assert found([one, abroad]) == {"approval-order"}
    grant = story.grant(request, [one])
    after = story.approval(request, "second")
    forged = story.add(
        grant.content.model.model_copy(
            update={"approvals": [Pointer(origin="vn/hq", index=99, leaf=b64(RECORD))]}
        ),
        seed=KEY,
    )
    assert faults(story.machine(), forged) == {"approval-unknown"}
    assert story.machine().standing(place_of(request), 500).approvals == tuple(
        map(place_of, (one, same, author, after))
    )


def test_a_grant_before_its_approval_in_the_log(story):
    request = story.request()
    first = story.approval(request)
    story.sizes["vn/hq"] = 20
    second = story.approval(request, "second")
    story.sizes["vn/hq"] = 15
    grant = story.grant(request, [first, second])
    assert faults(story.machine(), grant) == {"approval-order"}


def test_one_approval_one_grant(story):
    request, approvals, first = honest(story)
    second = story.grant(request, approvals, sealed_digest=DIGEST)
    machine = story.machine()
    machine.check_grant(place_of(first))
    assert faults(machine, second) == {"already-granted"}
    with pytest.raises(ReleaseRefusedError) as caught:
        machine.check_ready(place_of(request), DIGEST, 500)
    assert caught.value.reasons == ("already-granted",)


def test_a_grant_that_did_not_hold_spends_nothing(story):
    request = story.request()
    approvals = [story.approval(request, person) for person in ("first", "second")]
    story.grant(request, approvals[:1])
    good = story.grant(request, approvals)
    assert story.machine().check_grant(place_of(good))
    assert story.machine().standing(place_of(request), 500).grant == place_of(good)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"targets": (3, 3)}, "request-order"),
        ({"targets": (11,)}, "request-order"),
        ({"action": "erase", "recipient": None, "openings_digest": None}, "request-action"),
        ({"action": "round_open", "recipient": None}, "request-action"),
        ({"origin": "la/hq"}, "not-originator"),
    ],
)
def test_requests_that_can_never_be_granted(story, changes, reason):
    request = story.request(**changes)
    standing = story.machine().standing(place_of(request), 500)
    assert (standing.stage, reason in standing.reasons) == ("refused", True)
    with pytest.raises(ReleaseRefusedError):
        story.machine().check_ready(place_of(request), DIGEST, 500)


def test_the_recipient_cannot_pass_on_what_it_received(story):
    """A whole honest-looking release in the recipient's log, of the originator's record."""
    request = story.request(origin="la/hq")
    approvals = [story.approval(request, person, origin="la/hq") for person in ("first", "second")]
    grant = story.grant(request, approvals, origin="la/hq")
    assert "not-originator" in faults(story.machine(), grant)


def test_a_target_that_is_another_leaf(story):
    request = story.request(targets=(4,))
    story.leaves["vn/hq", 4] = bytes(32)
    assert story.machine().standing(place_of(request), 500).reasons == ("target-mismatch",)


def test_an_expired_charter_freezes_what_is_approved(story):
    request = story.request()
    for person in ("first", "second"):
        story.approval(request, person)
    machine = story.machine(Trust(expires=400))
    assert machine.standing(place_of(request), 399).reasons == ()
    assert machine.standing(place_of(request), 400).reasons == ("charter-expired",)
    with pytest.raises(ReleaseRefusedError):
        machine.check_ready(place_of(request), DIGEST, 400)


def test_a_step_whose_leaf_names_other_places_is_not_heard(story):
    request = story.request()
    elsewhere = (Ref("vn/hq", 0, bytes(32)),)
    story.approval(request, "first", refs=elsewhere)
    story.approval(request, "second", refs=elsewhere)
    assert story.machine().standing(place_of(request), 500).approvals == ()
    crooked = story.request(refs=elsewhere)
    assert story.machine().standing(place_of(crooked), 500).reasons == ("request-unknown",)


def test_what_is_not_held_is_not_counted(story):
    request, _, grant = honest(story)
    without = [replace(s, content=None) if s is request else s for s in story.steps]
    assert faults(story.machine(steps=without), grant) == {"request-unknown"}
    assert story.machine(steps=[]).standing(place_of(request), 500).reasons == ("request-unknown",)
    assert faults(story.machine(steps=[]), grant) == {"request-unknown"}


@settings(max_examples=40, deadline=None)
@given(st.randoms(), st.integers(0, 12))
def test_any_interleaving_of_logs_gives_the_same_answers(rng, late):
    story = Story()
    request, _, grant = honest(story)
    story.word(grant)
    other = story.request(targets=(4,))
    story.approval(other, "first")
    story.grant(other, [])
    straight = story.machine()
    mixed = list(story.steps)
    rng.shuffle(mixed)
    shuffled = story.machine(steps=[*mixed, *mixed[:late]])
    for step in (request, other):
        assert shuffled.standing(place_of(step), 500) == straight.standing(place_of(step), 500)
        assert shuffled.standing(place_of(step), 5000) == straight.standing(place_of(step), 5000)


@settings(max_examples=60, deadline=None)
@given(st.randoms())
def test_nothing_random_is_granted_without_two_people(rng):
    """Steps drawn at random: wherever the machine says granted, two people approved before, in that log."""
    story = Story()
    requests = [story.request(), story.request(targets=(4,))]
    approvals = []
    for _ in range(rng.randint(0, 5)):
        request, person = rng.choice(requests), rng.choice(["asker", "first", "second"])
        origin, claimed = rng.choice(["vn/hq", "vn/hq", "la/hq"]), rng.choice([10, 10, ENDS])
        approvals.append(story.approval(request, person, origin=origin, claimed=claimed))
    for _ in range(3):
        chosen = rng.sample(approvals, rng.randint(0, len(approvals)))
        story.grant(
            rng.choice(requests), chosen, seed=rng.choice([KEY, KEY, DESK]), claimed=rng.choice([5, ENDS])
        )
    machine = story.machine()
    by_place = {place_of(step): step for step in story.steps}
    for request in requests:
        standing = machine.standing(place_of(request), 500)
        if standing.grant is None:
            continue
        grant = by_place[standing.grant]
        people = {
            by_place[p.ref()].content.model.person
            for p in grant.content.model.approvals
            if p.origin == "vn/hq"
            and request.index < p.index < grant.index
            and by_place[p.ref()].content.header.claimed < ENDS
        }
        assert len(people - {"asker"}) == 2


def test_reasons_are_said_once_and_in_words():
    assert all(text.endswith(".") for text in REASONS.values())
    assert len(set(itertools.chain(REASONS))) == len(REASONS)
