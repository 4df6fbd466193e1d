"""Approvals: people are counted, other than the author, by role; whatever is not theirs is refused with its reason."""

from __future__ import annotations

import hashlib
import json
import random
from dataclasses import replace

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from webauthn import verify_authentication_response
from webauthn.helpers.exceptions import WebAuthnException

from comity.record.approvals import (
    REASONS,
    WARNINGS,
    Approvals,
    Assertion,
    AssertionRefusedError,
    Passkey,
    approved,
    challenge,
    check_passkey,
    verify_assertion,
)
from comity.record.canonical import b64
from comity.record.entry_form import Ref
from comity.record.protocol_kinds import Pointer
from comity.record.roles import Revoked
from tests.record.approvals_world import ENDS, NOW, ORIGIN, World, office
from tests.sim.authenticator import AT, ED, ORIGIN_URL, RP_ID, UP, UV, Device, url64

PLACE = Ref(ORIGIN, 7, bytes(range(32)))


@pytest.fixture
def world():
    return World()


@pytest.fixture(params=["ES256", "EdDSA"])
def device(request):
    return Device("one", request.param)


def passkey(device):
    return Passkey(device.cose, device.rp_id, device.origin_url)


def only(world, request, approval):
    """The one judgement of an approval."""
    verdict = world.verdict(request, [approval])
    assert not verdict.ok
    (judged,) = verdict.judged
    assert judged.reason in REASONS or not judged.reason
    return judged.reason


# --- one assertion ---


def test_challenge_is_the_formula():
    expected = hashlib.sha256(b"comity/approve/v1\naa/hq" + (7).to_bytes(8, "big") + PLACE.leaf).digest()
    assert challenge(PLACE) == expected
    others = [replace(PLACE, origin="aa/h"), replace(PLACE, index=8), replace(PLACE, leaf=bytes(32))]
    assert len({challenge(place) for place in (PLACE, *others)}) == 4


def test_assertion_verifies_here_and_in_the_webauthn_package(device):
    given = device.assertion(challenge(PLACE))
    assert verify_assertion(given, passkey(device), challenge(PLACE)) == 1
    verified = verify_authentication_response(
        credential=device.response(challenge(PLACE)),
        expected_challenge=challenge(PLACE),
        expected_rp_id=RP_ID,
        expected_origin=ORIGIN_URL,
        credential_public_key=device.cose,
        credential_current_sign_count=0,
        require_user_verification=True,
    )
    assert verified.user_verified


def test_extensions_of_the_authenticator_are_taken(device):
    given = device.assertion(challenge(PLACE), flags=UP | UV | ED, extra=cbor2.dumps({"uvm": [[2, 4, 2]]}))
    assert verify_assertion(given, passkey(device), challenge(PLACE)) == 1


BAD_CLIENT_DATA = [
    ("assertion-type", {"type": "webauthn.create"}),
    ("assertion-type", {"type": None}),
    ("assertion-challenge", {"challenge": url64(bytes(32))}),
    ("assertion-challenge", {"challenge": url64(challenge(PLACE)) + "="}),
    ("assertion-challenge", {"challenge": None}),
    ("assertion-origin", {"origin": "http://bb.localhost:8710"}),
    ("assertion-origin", {"origin": "http://aa.localhost:8711"}),
    ("assertion-origin", {"origin": "https://aa.localhost:8710"}),
    ("assertion-origin", {"origin": None}),
    ("assertion-cross-origin", {"crossOrigin": True}),
    ("assertion-cross-origin", {"crossOrigin": 0}),
    ("assertion-cross-origin", {"topOrigin": "http://bb.localhost"}),
    ("assertion-rp-id", {"rp_id": "bb.localhost"}),
    ("assertion-rp-id", {"rp_id": "localhost"}),
    ("assertion-presence", {"flags": UV}),
    ("assertion-verification", {"flags": UP}),
    ("assertion-form", {"flags": UP | UV | AT}),
    ("assertion-form", {"flags": UP | UV | ED}),
    ("assertion-form", {"extra": b"\xa0"}),
    ("assertion-form", {"flags": UP | UV | ED, "extra": b"\xa0" * 4060}),
    ("assertion-form", {"client_data": b"[]"}),
    ("assertion-form", {"client_data": b"\xff"}),
    ("assertion-form", {"client_data": b"\xef\xbb\xbf{}"}),
    ("assertion-form", {"client_data": b"[" * 4000}),
    ("assertion-form", {"client_data": b"{}" + b" " * 4095}),
]


@pytest.mark.parametrize(("reason", "changes"), BAD_CLIENT_DATA)
def test_assertion_of_another_ceremony_is_refused(device, reason, changes):
    given = device.assertion(challenge(PLACE), **changes)
    with pytest.raises(AssertionRefusedError) as caught:
        verify_assertion(given, passkey(device), challenge(PLACE))
    assert caught.value.reason == reason


def test_a_key_that_stands_twice_is_refused(device):
    doubled = device.client_data(challenge(PLACE))[:-1] + b',"crossOrigin":true}'
    assert json.loads(doubled)["crossOrigin"] is True
    swapped = b'{"crossOrigin":true,' + device.client_data(challenge(PLACE))[1:]
    assert json.loads(swapped)["crossOrigin"] is False
    for data in (doubled, swapped):
        with pytest.raises(AssertionRefusedError, match="assertion-form"):
            verify_assertion(device.assertion(b"", client_data=data), passkey(device), challenge(PLACE))


@given(data=st.data())
def test_no_bit_of_an_assertion_may_change(data):
    device = Device("bits", data.draw(st.sampled_from(["ES256", "EdDSA"])))
    given_ = device.assertion(challenge(PLACE))
    name = data.draw(st.sampled_from(["client_data", "authenticator_data", "signature"]))
    octets = bytearray(getattr(given_, name))
    octets[data.draw(st.integers(0, len(octets) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(AssertionRefusedError):
        verify_assertion(replace(given_, **{name: bytes(octets)}), passkey(device), challenge(PLACE))


@given(st.binary(max_size=80), st.binary(max_size=200), st.binary(max_size=100))
def test_noise_is_refused_and_never_breaks_anything(client_data, authenticator_data, signature):
    device = Device("noise")
    with pytest.raises(AssertionRefusedError):
        verify_assertion(
            Assertion(client_data, authenticator_data, signature), passkey(device), challenge(PLACE)
        )


def test_another_passkey_does_not_verify(device):
    given = device.assertion(challenge(PLACE))
    with pytest.raises(AssertionRefusedError, match="assertion-signature"):
        verify_assertion(given, passkey(Device("other", device.algorithm)), challenge(PLACE))


def test_eddsa_follows_the_rule_of_the_record():
    """A signature that lenient libraries take, with a small-order key that signs for anybody, is refused."""
    small = cbor2.dumps({1: 1, 3: -8, -1: 6, -2: b"\x01" + bytes(31)}, canonical=True)
    device = Device("small", "EdDSA")
    given = replace(device.assertion(challenge(PLACE)), signature=b"\x01" + bytes(63))
    with pytest.raises(AssertionRefusedError, match="assertion-signature"):
        verify_assertion(given, Passkey(small, RP_ID, ORIGIN_URL), challenge(PLACE))


X, Y = bytes(range(32)), bytes(range(32, 64))
BAD_KEYS = [
    {1: 3, 3: -257, -1: X, -2: Y},
    {1: 2, 3: -35, -1: 2, -2: X, -3: Y},
    {1: 2, 3: -7, -1: 1, -2: X},
    {1: 2, 3: -7, -1: 1, -2: X, -3: Y, 4: [2]},
    {1: 2, 3: -7, -1: 1, -2: X[:-1], -3: Y},
    {1: True, 3: -8, -1: 6, -2: X},
    {1: 1, 3: -8.0, -1: 6, -2: X},
    {1: 1, 3: -8, -1: 7, -2: X},
    [1, 2],
    1,
]


@pytest.mark.parametrize("key", [cbor2.dumps(key, canonical=True) for key in BAD_KEYS])
def test_keys_of_other_kinds_are_refused(key):
    with pytest.raises(AssertionRefusedError, match="assertion-key"):
        check_passkey(Passkey(key, RP_ID, ORIGIN_URL))


def test_keys_in_another_spelling_are_refused(device):
    raw = b"\x04" + X + Y
    loose = cbor2.dumps(dict(reversed(cbor2.loads(device.cose).items())))
    for key in (b"", raw, loose, device.cose + b"\x00", device.cose[:-1]):
        with pytest.raises(AssertionRefusedError, match="assertion-key"):
            check_passkey(Passkey(key, RP_ID, ORIGIN_URL))


def test_a_point_off_the_curve_is_refused():
    off = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: X, -3: Y}, canonical=True)
    with pytest.raises(AssertionRefusedError, match="assertion-key"):
        verify_assertion(
            Device("off").assertion(challenge(PLACE)), Passkey(off, RP_ID, ORIGIN_URL), challenge(PLACE)
        )


@pytest.mark.parametrize(
    ("rp_id", "origin_url", "good"),
    [
        ("aa.localhost", "http://aa.localhost:8710", True),
        ("aa.localhost", "https://aa.localhost", True),
        ("example.org", "https://comity.example.org", True),
        ("example.org", "http://comity.example.org", False),
        ("example.org", "https://badexample.org", False),
        ("example.org", "https://example.org@evil.org", False),
        ("aa.localhost", "http://bb.localhost:8710", False),
        ("aa.localhost", "http://AA.localhost", False),
        ("aa.localhost", "http://aa.localhost:8710/x", False),
        ("aa.localhost", "http://aa.localhost:8710?x", False),
    ],
)
def test_a_web_origin_that_the_relying_party_covers(rp_id, origin_url, good):
    key = Passkey(Device("o").cose, rp_id, origin_url)
    if good:
        check_passkey(key)
    else:
        with pytest.raises(AssertionRefusedError, match="enrolment-origin"):
            check_passkey(key)


def test_the_webauthn_package_refuses_what_is_refused_here(device):
    for reason, changes in BAD_CLIENT_DATA:
        if reason in ("assertion-form", "assertion-cross-origin") or "=" in str(changes):
            continue  # stricter here: one spelling, no page of another site
        with pytest.raises(WebAuthnException):
            verify_authentication_response(
                credential=device.response(challenge(PLACE), **changes),
                expected_challenge=challenge(PLACE),
                expected_rp_id=RP_ID,
                expected_origin=ORIGIN_URL,
                credential_public_key=device.cose,
                credential_current_sign_count=0,
                require_user_verification=True,
            )


# --- people ---


def test_two_people_of_the_role_approve(world):
    one, two = Device("one"), Device("two", "EdDSA")
    first, second = world.enrol("p-1", one), world.enrol("p-2", two)
    request = world.request()
    approvals = [world.approve(request, first, one)]
    verdict = world.verdict(request, approvals)
    assert (verdict.ok, verdict.needed, verdict.role) == (False, 2, "release")
    assert verdict.reasons == ("approvals-too-few",)
    approvals.append(world.approve(request, second, two))
    verdict = world.verdict(request, approvals, NOW)
    assert verdict.ok
    assert (verdict.people, verdict.reasons, verdict.warnings) == (("p-1", "p-2"), (), ())
    assert approved(request, approvals, world.trusts, NOW, people=world.items).ok


def test_the_order_in_which_items_are_heard_does_not_matter(world):
    devices = [Device(str(i)) for i in range(4)]
    enrolments = [world.enrol(f"p-{i}", device) for i, device in enumerate(devices)]
    world.enrol("p-9", devices[0])
    world.revoke(enrolments[3])
    request = world.request()
    approvals = [
        world.approve(request, place, device) for place, device in zip(enrolments, devices, strict=True)
    ]
    expected = world.verdict(request, approvals)
    assert expected.people == ("p-0", "p-1", "p-2")
    for turn in range(10):
        random.Random(turn).shuffle(world.items)
        random.Random(turn).shuffle(approvals)
        assert world.verdict(request, approvals) == expected


def test_one_person_with_two_passkeys_counts_once(world):
    one, two = Device("one"), Device("two")
    request_first = [world.enrol("p-1", one), world.enrol("p-1", two)]
    request = world.request()
    approvals = [
        world.approve(request, place, device) for place, device in zip(request_first, (one, two), strict=True)
    ]
    approvals.append(world.approve(request, request_first[0], one))
    verdict = world.verdict(request, approvals)
    assert not verdict.ok
    assert verdict.people == ("p-1",)
    assert [judged.reason for judged in verdict.judged] == ["", "person-again", "person-again"]


@pytest.mark.parametrize("author", ["p-1", "P-1", " p-1 "])
def test_the_author_never_counts(world, author):
    one, two = Device("one"), Device("two")
    first, second = world.enrol("p-1", one), world.enrol("p-2", two)
    request = world.request(author=author)
    approvals = [world.approve(request, first, one), world.approve(request, second, two)]
    verdict = world.verdict(request, approvals)
    assert (verdict.ok, verdict.people) == (False, ("p-2",))
    assert verdict.judged[0].reason == "person-author"


@pytest.mark.parametrize(
    ("action", "role", "needed"),
    [
        ("release", "release", 2),
        ("erase", "erase", 3),
        ("hold", "erase", 3),
        ("retain", "erase", 3),
        ("charter", "charter", 1),
    ],
)
def test_each_action_has_its_role_and_its_number(action, role, needed):
    world = World(thresholds={"release": 2, "erase": 3})
    devices = [Device(str(i)) for i in range(3)]
    enrolments = [world.enrol(f"p-{i}", device, roles=[role]) for i, device in enumerate(devices)]
    request = world.request(action=action)
    approvals = [
        world.approve(request, place, device, role=role)
        for place, device in zip(enrolments, devices, strict=True)
    ][:needed]
    assert world.verdict(request, approvals).ok
    assert not world.verdict(request, approvals[:-1]).ok
    assert world.verdict(request, approvals).role == role


def test_another_role_does_not_count(world):
    one = Device("one")
    place = world.enrol("p-1", one, roles=["erase"])
    request = world.request()
    assert only(world, request, world.approve(request, place, one)) == "role-missing"
    assert only(world, request, world.approve(request, place, one, role="erase")) == "role-missing"
    both = Device("both")
    placed = world.enrol("p-2", both, roles=["erase", "release"])
    assert only(world, request, world.approve(request, placed, both, role="erase")) == "role-missing"


@pytest.mark.parametrize(
    ("person", "asked", "reason"),
    [
        ("exercise", "record", "enrolment-exercise"),
        ("exercise", "exercise", ""),
        ("record", "exercise", ""),
        ("record", "record", ""),
    ],
)
def test_a_fictional_person_approves_nothing_that_is_real(world, person, asked, reason):
    one = Device("one")
    place = world.enrol("p-1", one, class_=person)
    request = world.request(class_=asked)
    assert only(world, request, world.approve(request, place, one)) == reason


def test_revoked_before_does_not_count_revoked_after_does():
    world = World(thresholds={})
    one = Device("one")
    place = world.enrol("p-1", one)
    request = world.request()
    before = world.approve(request, place, one)
    world.revoke(place)
    after = world.approve(request, place, one)
    assert world.verdict(request, [before]).ok
    assert only(world, request, after) == "enrolment-revoked"
    again = world.enrol("p-1", one)
    assert world.verdict(request, [world.approve(request, again, one)]).ok


def test_a_revocation_by_another_key_ends_nothing():
    world = World(thresholds={})
    one = Device("one")
    place = world.enrol("p-1", one)
    world.revoke(place, key="desk")
    request = world.request()
    assert world.verdict(request, [world.approve(request, place, one)]).ok


@pytest.mark.parametrize("key", ["desk", "release", "stranger"])
def test_an_enrolment_by_another_key_is_refused(world, key):
    one = Device("one")
    place = world.enrol("p-1", one, key=key)
    request = world.request()
    assert only(world, request, world.approve(request, place, one)) == "enrolment-uncertified"


def test_an_enrol_key_counts_where_the_charter_lists_it_and_until_it_is_revoked():
    world = World(thresholds={})
    one, two, three = Device("one"), Device("two"), Device("three")
    early = world.enrol("p-2", two, key="enrol 2")
    old = world.enrol("p-1", one)
    request = world.request()
    gone = Revoked(office("enrol").key_id, world.size + 2)
    world.succeed(control=(office("enrol 2".replace(" ", "-"), "enrol"),), revoked=(gone,))
    late = world.enrol("p-3", three)
    assert world.verdict(request, [world.approve(request, old, one)]).ok
    assert only(world, request, world.approve(request, early, two)) == "enrolment-uncertified"
    assert only(world, request, world.approve(request, late, three)) == "enrolment-uncertified"


def test_a_passkey_belongs_to_the_first_person(world):
    one = Device("one")
    first = world.enrol("p-1", one)
    same_key = world.enrol("p-2", one, credential_id=b64(b"another id"))
    same_id = world.enrol("p-3", Device("three"), credential_id=b64(one.credential_id))
    request = world.request()
    assert only(world, request, world.approve(request, first, one)) == ""
    moved = world.approve(request, same_key, one, credential_id=b64(b"another id"))
    assert only(world, request, moved) == "enrolment-shared"
    copied = world.approve(request, same_id, Device("three"), credential_id=b64(one.credential_id))
    assert only(world, request, copied) == "enrolment-shared"


def test_an_uncertified_enrolment_takes_no_passkey_from_anybody(world):
    one = Device("one")
    world.enrol("p-9", one, key="desk")
    place = world.enrol("p-1", one)
    request = world.request()
    assert only(world, request, world.approve(request, place, one)) == ""


def test_approvals_of_another_request_place_or_log_are_refused(world):
    one = Device("one")
    place = world.enrol("p-1", one)
    request, twin = world.request(), world.request()
    assert only(world, request, world.approve(twin, place, one)) == "approval-request"
    assert only(world, request, world.approve(request, place, one, over=twin)) == "assertion-challenge"
    moved = replace(request, origin="aa/post")
    assert only(world, request, world.approve(request, place, one, over=moved)) == "assertion-challenge"
    shifted = replace(request, index=request.index + 1)
    assert only(world, request, world.approve(request, place, one, over=shifted)) == "assertion-challenge"
    copied = replace(world.approve(request, place, one), origin="aa/post")
    assert only(world, request, copied) == "approval-order"


def test_an_approval_stands_after_its_request_and_its_enrolment(world):
    one = Device("one")
    request = world.request()
    place = world.enrol("p-1", one)
    good = world.approve(request, place, one)
    assert only(world, request, replace(good, index=request.index)) == "approval-order"
    later = world.enrol("p-1", one)
    named = world.approve(request, later, one)
    assert only(world, request, replace(named, index=later.index)) == "enrolment-order"


def test_the_end_of_a_request(world):
    one, two = Device("one"), Device("two")
    first, second = world.enrol("p-1", one), world.enrol("p-2", two)
    request = world.request()
    approvals = [
        world.approve(request, first, one, claimed=ENDS - 1),
        world.approve(request, second, two, claimed=ENDS),
    ]
    verdict = world.verdict(request, approvals)
    assert (verdict.ok, verdict.people) == (False, ("p-1",))
    assert verdict.judged[1].reason == "approval-late"
    approvals[1] = world.approve(request, second, two, claimed=ENDS - 1)
    assert world.verdict(request, approvals, ENDS - 1).ok
    ended = world.verdict(request, approvals, ENDS)
    assert (ended.ok, ended.reasons) == (False, ("request-expired",))


def test_names_that_do_not_fit_the_enrolment(world):
    one, two = Device("one"), Device("two")
    place = world.enrol("p-1", one)
    request = world.request()
    assert only(world, request, world.approve(request, place, one, person="p-2")) == "person-differs"
    stolen = world.approve(request, place, two)
    assert only(world, request, stolen) == "person-differs"
    forged = world.approve(request, place, two, credential_id=b64(one.credential_id))
    assert only(world, request, forged) == "assertion-signature"


def test_an_enrolment_that_is_not_held(world):
    one = Device("one")
    place = world.enrol("p-1", one)
    request = world.request()
    approval = world.approve(request, place, one)
    withheld = replace(place, content=None)
    assert [j.reason for j in approved(request, [approval], world.trusts, people=[withheld]).judged] == [
        "enrolment-unknown"
    ]
    assert only(world, request, replace(approval, content=None)) == "approval-unknown"
    assert only(world, request, world.request()) == "approval-unknown"


def test_a_leaf_that_names_other_places_than_its_content(world):
    one = Device("one")
    place = world.enrol("p-1", one)
    request, other = world.request(), world.request()
    lying = world.approve(request, place, one, refs=(other.place, place.place))
    assert only(world, request, lying) == "approval-refs"
    assert world.verdict(replace(request, entry=other.entry), []).reasons == ("approvals-too-few",)
    assert world.verdict(replace(request, entry=lying.entry), []).reasons == ("request-refs",)


def test_without_request_or_charter_nothing_is_approved(world):
    request = world.request()
    assert world.verdict(replace(request, content=None), []).reasons == ("request-unknown",)
    assert Approvals().approved(request, [], {}).reasons == ("charter-unknown",)


def test_a_threshold_that_is_raised_holds_from_there_on():
    world = World(thresholds={"release": 2})
    devices = [Device(str(i)) for i in range(4)]
    enrolments = [world.enrol(f"p-{i}", device) for i, device in enumerate(devices)]
    done, open_ = world.request(), world.request()
    before = [world.approve(done, enrolments[i], devices[i]) for i in range(2)]
    first = world.approve(open_, enrolments[0], devices[0])
    world.succeed(thresholds={"release": 3})
    assert world.verdict(done, before).ok
    second = world.approve(open_, enrolments[1], devices[1])
    assert not world.verdict(open_, [first, second]).ok
    third = world.approve(open_, enrolments[2], devices[2])
    assert world.verdict(open_, [first, second, third]).ok
    world.succeed(thresholds={})
    late = world.request()
    assert world.verdict(late, [world.approve(late, enrolments[3], devices[3])]).ok
    last = world.approve(open_, enrolments[3], devices[3])
    assert not world.verdict(open_, [last]).ok, "the number asked for where the request stands is the least"
    assert world.verdict(open_, [first, last]).ok


def test_a_counter_that_does_not_grow_is_reported_not_refused():
    world = World(thresholds={})
    one = Device("one", counter=40)
    place = world.enrol("p-1", one)
    first, second, third = (world.request() for _ in range(3))
    world.approve(first, place, one)
    one.counter = 7
    verdict = world.verdict(second, [world.approve(second, place, one)])
    assert verdict.ok
    assert verdict.warnings == ("sign-count",)
    assert set(verdict.warnings) <= set(WARNINGS)
    assert world.verdict(third, [world.approve(third, place, one)]).warnings == ()


def test_a_passkey_without_a_counter_is_not_reported():
    world = World(thresholds={})
    one = Device("one", counter=-1)
    place = world.enrol("p-1", one)
    for _ in range(3):
        request = world.request()
        one.counter = -1
        assert world.verdict(request, [world.approve(request, place, one)]).warnings == ()


def test_judging_before_appending_is_judging_after(world):
    one, two = Device("one"), Device("two")
    first, second = world.enrol("p-1", one), world.enrol("p-2", two)
    request = world.request()
    known = Approvals()
    for item in world.items:
        known.take(item)
    given_ = world.approve(request, first, one)
    verdict = known.approved(request, [given_], world.trusts)
    place = Ref(ORIGIN, world.size, b"")
    again = known.would_count(request, verdict, world.trusts, given_.content.model, place)
    assert again.reason == "person-again"
    model = world.approve(request, second, two).content.model
    assert known.would_count(request, verdict, world.trusts, model, place).counts
    other = model.model_copy(update={"request": Pointer.of(first.place)})
    assert known.would_count(request, verdict, world.trusts, other, place).reason == "approval-request"
    assert known.would_count(request, verdict, {}, model, place).reason == "charter-unknown"


def test_the_counter_before_is_of_the_newest_use_whatever_the_order_of_hearing():
    """Many uses of one passkey: the newest verified one before a place counts, and none after it."""
    world = World()
    device = Device("often")
    enrolment = world.enrol("p-1", device)
    uses = [world.approve(world.request(), enrolment, device) for _ in range(6)]
    known = Approvals()
    for item in [*reversed(uses), enrolment, *uses]:
        known.take(item)
    passkey = uses[0].content.model.credential_id
    before = [known.counter_before(use.place, passkey) for use in uses]
    assert before == [0, 1, 2, 3, 4, 5]
    assert known.counter_before(uses[-1].place, "another") == 0


def test_an_enrolment_that_counted_is_judged_anew_when_its_key_is_revoked():
    world = World()
    enrolment = world.enrol("p-1", Device("one"))
    known = Approvals()
    known.take(enrolment)
    assert known.enrolments.fault(enrolment.place, world.trust, 99) == ""
    revoked = [item for item in world.trust.current.control if item.role == "enrol"]
    other = tuple(item for item in world.trust.current.control if item.role != "enrol")
    cut = Revoked(hashlib.sha256(revoked[0].key).digest(), enrolment.index)
    world.succeed(control=(*other, office("enrol-2", "enrol")), revoked=(cut,))
    assert known.enrolments.fault(enrolment.place, world.trust, 99) == "enrolment-uncertified"
