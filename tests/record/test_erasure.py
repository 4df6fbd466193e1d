"""Erasure as a state machine: every way to erase what must not be erased, and any interleaving of logs."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.record import signature
from comity.record.canonical import b64
from comity.record.erasure import REASONS, ErasureRefusedError, Erasures
from comity.record.protocol import place_of
from comity.record.protocol_kinds import Erase, EraseAck, Hold, Lapse, Pointer, Request, Target
from comity.record.roles import Office
from tests.record.test_release import DESK, ENDS, KEY, OTHER, RECORD, Story, rule

DEADLINE = 2000
ROLES = {DESK: "office", KEY: "release", OTHER: "erase"}


class Charter:
    def office(self, key_id):
        for seed, role in ROLES.items():
            office = Office(role, signature.public_key(seed), {}, role)
            if office.key_id == key_id:
                return office
        raise ErasureRefusedError("unknown", [])


class Trust:
    def at(self, index):
        return Charter()


def target(index=3, origin="vn/hq"):
    return Target(origin=origin, index=index, leaf=b64(RECORD))


class Erasing(Story):
    """Writes orders, acknowledgements and holds, as honest or crooked as a test wants."""

    def request_of(self, named, *, action, **step):
        model = Request(action=action, targets=named, expires=ENDS, reason="r")
        return self.add(model, **step)

    def ask(self, action="erase", targets=(3,), **changes):
        return self.request(targets, action=action, recipient=None, openings_digest=None, **changes)

    def order(self, request, approvals=(), targets=(3,), **changes):
        values = {
            "request": None if request is None else Pointer.of(place_of(request)),
            "approvals": [Pointer.of(place_of(a)) for a in approvals],
            "targets": [target(i) for i in targets],
            "basis": "b",
            "deadline": DEADLINE,
            "recipients": changes.pop("recipients", []),
        }
        return self.add(Erase(**values), **{"seed": OTHER, **changes})

    def ack(self, order, origin="la/hq", **changes):
        model = EraseAck(erase=Pointer.of(place_of(order)), done_at=changes.get("claimed", 100))
        return self.add(model, **{"seed": OTHER, "origin": origin, **changes})

    def hold(self, index=3, until=None, **changes):
        model = Hold(targets=[target(index)], reason="case", until=until)
        return self.add(model, **{"seed": OTHER, **changes})

    def lift(self, hold, request, approvals, **changes):
        model = Hold(
            targets=hold.content.model.targets,
            reason="closed",
            lifts=Pointer.of(place_of(hold)),
            request=Pointer.of(place_of(request)),
            approvals=[Pointer.of(place_of(a)) for a in approvals],
        )
        return self.add(model, **{"seed": OTHER, **changes})

    def ask_lift(self, hold, **changes):
        named = [Target(**Pointer.of(place_of(hold)).model_dump())]
        return self.request_of(named, action="hold", **changes)

    def two(self, request, **changes):
        return [self.approval(request, person, **changes) for person in ("first", "second")]

    def heard(self, steps=None):
        trusts = {"vn/hq": Trust(), "la/hq": Trust()}
        erasures = Erasures(trusts, rule, lambda origin, index: self.leaves.get((origin, index)))
        for step in self.steps if steps is None else steps:
            erasures.take(step)
        return erasures


@pytest.fixture
def story():
    return Erasing()


def honest(story, **changes):
    request = story.ask()
    approvals = story.two(request)
    return request, approvals, story.order(request, approvals, **changes)


def faults(story, order):
    with pytest.raises(ErasureRefusedError) as caught:
        story.heard().check_order(place_of(order))
    assert set(caught.value.reasons) <= {*REASONS, "too-few"}
    assert caught.value.advice
    return set(caught.value.reasons)


def test_the_way_of_an_erasure(story):
    granted = story.request()
    story.grant(granted, story.two(granted))
    request = story.ask()
    place = place_of(request)

    def stage(now=500):
        return story.heard().standing(place, now).stage

    assert stage() == "waiting"
    approvals = story.two(request)
    assert stage() == "approved"
    assert stage(ENDS) == "expired"
    story.heard().check_ready(place, 500)
    order = story.order(request, approvals)
    assert stage() == "ordered"
    assert stage(ENDS) == "ordered"
    machine = story.heard()
    assert machine.check_order(place_of(order)).basis == "b"
    assert machine.asked(place_of(order)) == ("la/hq",)
    assert machine.orders() == machine.orders("vn/hq") == [place_of(order)]
    assert machine.orders("la/hq") == []
    with pytest.raises(ErasureRefusedError, match="already-ordered"):
        machine.check_ready(place, 500)


def test_what_a_party_says(story):
    _, _, order = honest(story, recipients=["la/hq"])
    place = place_of(order)

    def word(now=DEADLINE):
        return story.heard().word(place, "la/hq", now)

    assert word().state == "waiting"
    assert word(DEADLINE + 1).state == "overdue"
    story.ack(order, seed=DESK)
    assert word().state == "waiting"
    ack = story.ack(order, claimed=150)
    assert (word().state, word().ack, word().done_at, word().late) == (
        "acknowledged",
        place_of(ack),
        150,
        False,
    )
    assert word(DEADLINE + 1).state == "acknowledged"


def test_a_late_acknowledgement_says_so(story):
    _, _, order = honest(story, recipients=["la/hq"])
    story.ack(order, claimed=DEADLINE + 1)
    assert story.heard().word(place_of(order), "la/hq", 5000).late


def test_an_acknowledgement_in_another_log_is_not_the_partys_word(story):
    _, _, order = honest(story, recipients=["la/hq"])
    story.ack(order, origin="vn/hq")
    assert story.heard().word(place_of(order), "la/hq", 100).state == "waiting"


@pytest.mark.parametrize(
    ("break_it", "reason"),
    [
        (lambda s, r, a: s.order(None, a), "request-unknown"),
        (lambda s, r, a: s.order(r, a[:1]), "too-few"),
        (lambda s, r, a: s.order(r, []), "too-few"),
        (lambda s, r, a: s.order(r, [*a[:1], s.approval(r, "asker")]), "too-few"),
        (lambda s, r, a: s.order(r, a, seed=DESK), "not-erase-key"),
        (lambda s, r, a: s.order(r, a, seed=KEY), "not-erase-key"),
        (lambda s, r, a: s.order(r, a, targets=(4,)), "targets-differ"),
        (lambda s, r, a: s.order(r, a, targets=(3, 4)), "targets-differ"),
        (lambda s, r, a: s.order(r, a, claimed=ENDS), "request-expired"),
        (lambda s, r, a: s.order(r, a, origin="la/hq"), "not-originator"),
        (lambda s, r, a: s.order(r, [s.approval(r, claimed=ENDS), *a]), "approval-late"),
        (lambda s, r, a: s.order(r, [s.approval(r, origin="la/hq"), *a]), "approval-order"),
        (lambda s, r, a: s.order(r, [s.approval(s.ask()), *a]), "approval-unknown"),
        (lambda s, r, a: s.order(s.request(), a), "request-action"),
        (lambda s, r, a: (s.hold(), s.order(r, a))[1], "held"),
        (lambda s, r, a: (s.hold(until=101), s.order(r, a))[1], "held"),
        (lambda s, r, a: (s.order(r, a), s.order(r, a))[1], "already-ordered"),
    ],
)
def test_an_order_without_ground_does_not_hold(story, break_it, reason):
    request = story.ask()
    approvals = story.two(request)
    order = break_it(story, request, approvals)
    assert reason in faults(story, order)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"targets": [target(3, "la/hq")]}, "not-originator"),
        ({"targets": [target(3), target(3)]}, "request-order"),
        ({"targets": [target(99)]}, "request-order"),
        ({"targets": [Target(origin="vn/hq", index=3, leaf=b64(bytes(32)))]}, "target-mismatch"),
    ],
)
def test_a_request_that_can_never_be_carried_out(story, changes, reason):
    request = story.request_of(changes["targets"], action="erase")
    story.two(request)
    assert reason in story.heard().standing(place_of(request), 10).reasons


def test_holds_that_do_not_stop_an_order(story):
    story.hold(index=4)
    story.hold(seed=DESK)
    story.hold(origin="la/hq")
    story.hold(until=100)
    _, _, order = honest(story)
    story.hold()
    assert story.heard().order_faults(place_of(order)) == []


def test_a_hold_is_lifted_by_people_and_by_nothing_else(story):
    request = story.ask()
    approvals = story.two(request)
    hold = story.hold()
    place = place_of(request)
    assert story.heard().standing(place, 500).stage == "held"
    lift = story.ask_lift(hold)
    story.lift(hold, lift, [])
    story.lift(hold, request, approvals)
    assert story.heard().standing(place, 500).stage == "held"
    story.lift(hold, lift, story.two(lift), seed=DESK)
    assert story.heard().standing(place, 500).stage == "held"
    other = story.ask_lift(story.hold(index=4))
    story.lift(hold, other, story.two(other))
    assert story.heard().standing(place, 500).stage == "held"
    too_early = story.order(request, approvals)
    done = story.lift(hold, lift, story.two(lift))
    machine = story.heard()
    assert machine.standing(place, 500).stage == "approved"
    assert machine.standing(place_of(lift), 500).order == place_of(done)
    assert "held" in faults(story, too_early)
    order = story.order(request, approvals)
    assert story.heard().order_faults(place_of(order)) == []


def test_grants_after_the_order_and_of_other_records_ask_nobody(story):
    other = story.request(targets=(4,))
    story.grant(other, story.two(other))
    late = story.request()
    approvals = story.two(late)
    _, _, order = honest(story)
    story.grant(late, approvals)
    assert story.heard().asked(place_of(order)) == ()


def test_a_lapse_is_of_the_month_that_was_approved(story):
    values = {"class_": "working", "month": "2026-01"}
    request = story.request((3,), action="retain", recipient=None, **{"class": "working", "month": "2026-01"})
    approvals = [Pointer.of(place_of(a)) for a in story.two(request)]
    pointer = Pointer.of(place_of(request))

    def lapse(month="2026-01", given=approvals, **changes):
        model = Lapse.model_validate(
            {"class": values["class_"], "month": month, "request": pointer, "approvals": given}
        )
        step = story.add(model, **{"seed": OTHER, **changes})
        return story.heard().lapse_faults(place_of(step))

    assert "month-differs" in lapse("2026-02")
    assert "too-few" in lapse(given=[])
    assert "not-erase-key" in lapse(seed=DESK)
    assert lapse() == []
    assert story.heard().standing(place_of(request), 500).stage == "ordered"


@settings(max_examples=60, deadline=None)
@given(st.randoms())
def test_any_interleaving_of_logs_gives_the_same_answers(rng):
    story = Erasing()
    granted = story.request()
    story.grant(granted, story.two(granted))
    request, approvals, order = honest(story)
    hold = story.hold(origin="la/hq")
    story.ack(order, claimed=rng.choice([100, DEADLINE + 5]))
    lift = story.ask_lift(hold, origin="la/hq")
    story.lift(hold, lift, story.two(lift, origin="la/hq"), origin="la/hq")
    story.order(request, approvals)
    mixed = list(story.steps)
    rng.shuffle(mixed)
    one, other = story.heard(), story.heard([*mixed, *mixed[: rng.randint(0, 5)]])
    assert one.orders() == other.orders()
    for now in (50, 500, DEADLINE + 1):
        assert one.standing(place_of(request), now) == other.standing(place_of(request), now)
        assert one.word(place_of(order), "la/hq", now) == other.word(place_of(order), "la/hq", now)
    assert one.asked(place_of(order)) == other.asked(place_of(order)) == ("la/hq",)


@settings(max_examples=80, deadline=None)
@given(st.randoms())
def test_nothing_random_is_ordered_without_two_people_or_under_a_hold(rng):
    """Steps drawn at random: where an order holds, two people approved it before, and nothing held it."""
    story = Erasing()
    requests = [story.ask(), story.ask(targets=(4,))]
    approvals = []
    for _ in range(rng.randint(0, 6)):
        claimed, origin = rng.choice([10, 10, ENDS]), rng.choice(["vn/hq", "vn/hq", "la/hq"])
        person = rng.choice(["asker", "first", "second"])
        approvals.append(story.approval(rng.choice(requests), person, claimed=claimed, origin=origin))
    orders = []
    for _ in range(4):
        if rng.random() < 0.2:
            story.hold(index=rng.choice([3, 4]), seed=rng.choice([OTHER, DESK]))
        chosen = rng.sample(approvals, rng.randint(0, len(approvals)))
        pick = rng.randrange(2)
        seed, about = rng.choice([OTHER, OTHER, DESK]), (3 + rng.choice([pick, pick, 0]),)
        orders.append(story.order(requests[pick], chosen, targets=about, seed=seed))
    machine = story.heard()
    by_place = {place_of(step): step for step in story.steps}
    for place in machine.orders():
        model = by_place[place].content.model
        given_by = [by_place[p.ref()] for p in model.approvals]
        people = {a.content.model.person for a in given_by} - {"asker"}
        assert people == {"first", "second"}
        assert all(a.index < place.index and a.origin == place.origin for a in given_by)
        assert all(a.content.header.claimed < ENDS for a in given_by)
        assert all(a.content.model.request == model.request for a in given_by)
        held = [s for s in story.steps if isinstance(s.content.model, Hold) and s.index < place.index]
        named = {t.index for s in held for t in s.content.model.targets if s.entry.key != _key(DESK)}
        assert not named & {t.index for t in model.targets}


def _key(seed):
    return Office("x", signature.public_key(seed), {}, "office").key_id
