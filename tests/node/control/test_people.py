"""People of a node: enrolment by a link, approvals by passkey, over functions, API and command line."""

from __future__ import annotations

import json
import subprocess

import pytest
from fastapi import FastAPI

from comity.node.control.approvals import ApprovalDesk, ApprovalRefusedError
from comity.node.control.enrolment import TERM, EnrolmentLinkError, EnrolmentRefusedError
from comity.node.control.people import PersonError, PersonUnknownError
from comity.node.control.release import Wanted
from comity.node.control.routes_people import people_routes
from comity.node.control.site import Site, WrongHostError, console_url, site_of
from comity.node.errors import DraftError, RecordNotFoundError
from comity.node.sealing import draft_from_json
from comity.node.web.problems import install
from comity.record.approvals import challenge
from comity.record.canonical import b64
from comity.record.protocol_kinds import Enrolment, Request, Target
from comity.record.release import ReleaseRefusedError
from tests.asgi import Client
from tests.node.control.conftest import remark
from tests.ready import ready
from tests.sim.authenticator import AT, UP, UV, Device

SITE = Site("vn.localhost", "http://vn.localhost:8710")


def device(word, algorithm="ES256", **changes):
    return Device(word, algorithm, rp_id=SITE.rp_id, origin_url=SITE.origin_url, **changes)


@pytest.fixture
def vn(pair):
    pair.vn.control.desk.approved = pair.vn.control.approved
    return pair.vn


@pytest.fixture
def la(pair):
    pair.la.control.desk.approved = pair.la.control.approved
    return pair.la


def enrol(node, person, passkey, *roles):
    secret = node.control.enrolling.invite(person, roles or ("release",))
    options = node.control.enrolling.options(node.control.enrolling.invitation(secret), SITE)
    return node.control.enrolling.enrol(secret, passkey.creation(options), SITE)


def request(node, author="clerk-1", **changes):
    (receipt,) = node.append([remark()])
    wanted = [Wanted(receipt.index, ("title",))]
    return node.control.desk.request(wanted, "la/hq", author=author, reason="a test", **changes)


def approve(node, place, passkey, **changes):
    return node.control.approvals.approve(place.index, passkey.response(challenge(place), **changes))


# --- enrolling ---


@pytest.mark.parametrize("algorithm", ["ES256", "EdDSA"])
def test_a_link_enrols_one_passkey_of_one_person(vn, algorithm):
    one = device("one", algorithm)
    place = enrol(vn, "p-1", one, "release", "erase")
    (listed,) = vn.control.people.listing()
    assert (listed.place, listed.fault) == (place, "")
    assert (listed.model.person, listed.model.roles) == ("p-1", ["release", "erase"])
    assert (listed.model.credential_id, listed.model.public_key) == (b64(one.credential_id), b64(one.cose))
    record = vn.record("vn/hq", place.index)
    assert record.office.role == "enrol"
    assert record.entry.outer == "record"


def test_a_link_works_once_and_for_a_day(vn):
    enrolling = vn.control.enrolling
    secret = enrolling.invite("p-1", ["release"])
    options = enrolling.options(enrolling.invitation(secret), SITE)
    made = device("one").creation(options)
    enrolling.enrol(secret, made, SITE)
    for _ in range(2):
        with pytest.raises(EnrolmentLinkError):
            enrolling.enrol(secret, made, SITE)
    late = enrolling.invite("p-2", ["release"])
    begun = enrolling._clock()
    enrolling._clock = lambda: begun + TERM + 1000
    with pytest.raises(EnrolmentLinkError):
        enrolling.invitation(late)
    with pytest.raises(EnrolmentLinkError):
        enrolling.invitation("")


@pytest.mark.parametrize(
    "changes",
    [
        {"flags": UP | AT},
        {"flags": UV | AT},
        {"type": "webauthn.get"},
        {"origin": "http://la.localhost:8710"},
        {"challenge": "AAAA"},
        {"cose": b"\xa0"},
    ],
)
def test_what_is_no_passkey_of_this_ceremony_is_not_enrolled(vn, changes):
    enrolling = vn.control.enrolling
    secret = enrolling.invite("p-1", ["release"])
    options = enrolling.options(enrolling.invitation(secret), SITE)
    size = vn.size("vn/hq")
    with pytest.raises(EnrolmentRefusedError):
        enrolling.enrol(secret, device("one").creation(options, **changes), SITE)
    for noise in ({}, {"response": 1}, "", "{", "null", "[]", "[" * 9000):
        with pytest.raises(EnrolmentRefusedError):
            enrolling.enrol(secret, noise, SITE)
    assert vn.size("vn/hq") == size
    enrolling.enrol(secret, device("one").creation(options), SITE)


def test_the_challenge_of_another_link_does_not_enrol(vn):
    enrolling = vn.control.enrolling
    mine, other = enrolling.invite("p-1", ["release"]), enrolling.invite("p-2", ["release"])
    made = device("one").creation(enrolling.options(enrolling.invitation(other), SITE))
    with pytest.raises(EnrolmentRefusedError):
        enrolling.enrol(mine, made, SITE)


def test_a_passkey_of_another_person_is_not_enrolled_again(vn):
    one = device("one")
    enrol(vn, "p-1", one)
    with pytest.raises(EnrolmentRefusedError, match="another person"):
        enrol(vn, "p-2", one)


def test_a_pseudonym_is_no_name(vn):
    for person, roles in (("Nguyen Van A", ["release"]), ("p-1", []), ("p-1", ["x", "x"]), ("p-1", ["No"])):
        with pytest.raises(PersonError):
            vn.control.enrolling.invite(person, roles)


def test_a_node_without_the_enrol_key_enrols_nobody(pair):
    (pair.root / "vn" / "keys" / "control" / "enrol").unlink()
    node = pair.reopen("vn")
    secret = node.control.enrolling.invite("p-1", ["release"])
    options = node.control.enrolling.options(node.control.enrolling.invitation(secret), SITE)
    with pytest.raises(Exception, match="refused"):
        node.control.enrolling.enrol(secret, device("one").creation(options), SITE)
    assert node.control.enrolling.invitation(secret), "nothing was enrolled, so the link still holds"


def test_steps_of_control_keys_are_not_appended_as_they_are(vn):
    item = {
        "kind": Enrolment.kind,
        "fields": {},
        "author": "x",
        "marking": "TLP:AMBER",
        "basis": "x",
        "retention": "protocol",
    }
    for kind in ("control.enrolment", "control.revocation", "control.grant", "control.erase"):
        with pytest.raises(DraftError, match="not appended as it is"):
            draft_from_json({**item, "kind": kind}, vn.registry)


# --- approving ---


def test_two_people_approve_a_release_that_the_other_side_verifies(pair, vn, la):
    one, two = device("one"), device("two", "EdDSA")
    enrol(vn, "p-1", one)
    enrol(vn, "p-2", two)
    place = request(vn)
    approve(vn, place, one)
    with pytest.raises(ReleaseRefusedError, match="approvals-too-few"):
        vn.control.desk.grant(place.index, author="clerk-1")
    approve(vn, place, two)
    asked = vn.control.approvals.asked(place.index)
    assert (asked.stage, asked.verdict.people) == ("approved", ("p-1", "p-2"))
    grant = vn.control.desk.grant(place.index, author="clerk-1")
    assert vn.control.approvals.asked(place.index).stage == "done"
    pair.settle()
    assert la.control.desk.machine(place).check_grant(grant).approvals
    verdict = la.control.approved(
        la.record("vn/hq", place.index),
        [
            la.record("vn/hq", one.index)
            for one in asked.verdict.judged and [j.place for j in asked.verdict.judged]
        ],
        la.control.steps.trusts(),
    )
    assert verdict.ok


def test_what_would_not_count_is_not_appended(vn):
    one, two, eraser = device("one"), device("two"), device("three")
    enrol(vn, "p-1", one)
    enrol(vn, "clerk-1", two)
    enrol(vn, "p-3", eraser, "erase")
    place, twin = request(vn), request(vn)
    approve(vn, place, one)
    size = vn.size("vn/hq")
    cases = [
        ("person-again", lambda: approve(vn, place, one)),
        ("person-author", lambda: approve(vn, place, two)),
        ("role-missing", lambda: approve(vn, place, eraser)),
        ("enrolment-unknown", lambda: approve(vn, place, device("stranger"))),
        (
            "assertion-challenge",
            lambda: vn.control.approvals.approve(twin.index, one.response(challenge(place))),
        ),
        ("assertion-verification", lambda: approve(vn, twin, one, flags=UP)),
        ("assertion-origin", lambda: approve(vn, twin, one, origin="http://la.localhost:8710")),
        ("assertion-cross-origin", lambda: approve(vn, twin, one, crossOrigin=True)),
        ("assertion-rp-id", lambda: approve(vn, twin, one, rp_id="la.localhost")),
        ("assertion-form", lambda: vn.control.approvals.approve(twin.index, {})),
        ("assertion-form", lambda: vn.control.approvals.approve(twin.index, "{")),
    ]
    for reason, act in cases:
        with pytest.raises(ApprovalRefusedError) as caught:
            act()
        assert caught.value.reason == reason
    with pytest.raises(RecordNotFoundError):
        vn.control.approvals.approve(0, one.response(challenge(place)))
    assert vn.size("vn/hq") == size


def test_a_second_passkey_is_not_a_second_person(vn):
    one, two = device("one"), device("two")
    enrol(vn, "p-1", one)
    enrol(vn, "p-1", two)
    place = request(vn)
    approve(vn, place, one)
    with pytest.raises(ApprovalRefusedError, match="person-again"):
        approve(vn, place, two)
    assert vn.control.approvals.passkeys(vn.control.approvals.asked(place.index)) == []


def test_revoked_people_approve_nothing_and_what_they_approved_stays(vn):
    one = device("one")
    enrol(vn, "p-1", one)
    before, after = request(vn), request(vn)
    approve(vn, before, one)
    vn.control.people.revoke("p-1", "left")
    with pytest.raises(ApprovalRefusedError, match="enrolment-revoked"):
        approve(vn, after, one)
    assert vn.control.approvals.asked(before.index).verdict.people == ("p-1",)
    with pytest.raises(PersonUnknownError):
        vn.control.people.revoke("p-1", "left")
    again = device("again")
    enrol(vn, "p-1", again)
    approve(vn, after, again)


def test_a_request_that_ended_is_not_approved(vn):
    one = device("one")
    enrol(vn, "p-1", one)
    place = request(vn)
    control = vn.control
    ends = control.approvals.asked(place.index).model.expires
    later = ApprovalDesk(vn, control.steps, control.people, control.desk, clock=lambda: ends)
    with pytest.raises(ApprovalRefusedError, match="request-expired"):
        later.approve(place.index, one.response(challenge(place)))
    assert later.asked(place.index).stage == "expired"


def test_what_would_leave_must_be_what_was_requested(vn):
    one = device("one")
    enrol(vn, "p-1", one)
    place = request(vn)
    (target,) = vn.control.approvals.asked(place.index).model.targets
    vn.erase_local("vn/hq", target.index)
    with pytest.raises(ApprovalRefusedError, match="openings-differ"):
        approve(vn, place, one)


def test_other_actions_are_approved_by_their_role(vn):
    one, two = device("one"), device("two")
    enrol(vn, "p-1", one, "erase")
    enrol(vn, "p-2", two, "erase")
    (receipt,) = vn.append([remark()])
    target = Target(origin="vn/hq", index=receipt.index, leaf=b64(receipt.leaf_hash))
    model = Request(action="erase", targets=[target], expires=2**52, reason="asked by the court")
    place = vn.control.steps.append(model, author="clerk-1", parties=["la"], exercise=True)
    for passkey in (one, two):
        approve(vn, place, passkey)
    asked = vn.control.approvals.asked(place.index)
    assert (asked.stage, asked.verdict.role, asked.verdict.needed) == ("approved", "erase", 2)
    assert vn.control.approvals.previewed(asked) is None


def test_a_counter_that_fell_is_shown(vn):
    one = device("one", counter=50)
    enrol(vn, "p-1", one)
    first, second = request(vn), request(vn)
    approve(vn, first, one)
    one.counter = 3
    approve(vn, second, one)
    assert vn.control.approvals.asked(second.index).verdict.warnings == ("sign-count",)
    assert vn.control.approvals.asked(first.index).verdict.warnings == ()


def test_people_are_found_again_after_a_rebuild(pair, vn):
    one = device("one")
    enrol(vn, "p-1", one)
    place = request(vn)
    approve(vn, place, one)
    vn.projection.rebuild()
    assert vn.control.approvals.asked(place.index).verdict.people == ("p-1",)
    again = pair.reopen("vn")
    again.control.desk.approved = again.control.approved
    assert again.control.approvals.asked(place.index).verdict.people == ("p-1",)


# --- sites ---


@pytest.mark.parametrize(
    ("host", "listen", "site"),
    [
        ("vn.localhost:8710", "vn.localhost", SITE),
        ("VN.localhost:8710", "vn.localhost", SITE),
        ("vn.localhost:8710", "127.0.0.1", SITE),
        ("localhost", "::1", Site("localhost", "http://localhost")),
        ("la.localhost:8710", "vn.localhost", None),
        ("127.0.0.1:8710", "127.0.0.1", None),
        ("[::1]:8710", "127.0.0.1", None),
        ("evil.example", "127.0.0.1", None),
        ("", "vn.localhost", None),
    ],
)
def test_passkeys_belong_to_the_nodes_own_name(host, listen, site):
    if site is None:
        with pytest.raises(WrongHostError):
            site_of("http", host, listen)
    else:
        assert site_of("http", host, listen) == site


def test_links_lead_to_a_name():
    assert console_url("http", "127.0.0.1:8710", "vn") == "http://vn.localhost:8710"
    assert console_url("http", "[::1]:8710", "vn") == "http://vn.localhost:8710"
    assert console_url("https", "comity.example:443", "vn") == "https://comity.example:443"


# --- API and command line ---


@pytest.fixture
def web(vn):
    app = FastAPI()
    install(app)
    app.include_router(people_routes(vn, lambda: "http://127.0.0.1:8710/enter/SECRET"))
    client = Client(app)

    def ask(method, path, body=None, host="vn.localhost:8710"):
        return client.request(method, f"/api/v1/{path}", json=body, headers={"Host": host})

    return ask


def test_the_api_enrols_lists_approves_and_revokes(vn, web):
    made = web("POST", "people/links", {"person": "p-1", "roles": ["release"]}).json()
    assert made["url"].startswith("http://vn.localhost:8710/enter/SECRET?next=/enrol/")
    secret = made["url"].rpartition("/")[2]
    options = vn.control.enrolling.options(vn.control.enrolling.invitation(secret), SITE)
    one = device("one")
    vn.control.enrolling.enrol(secret, one.creation(options), SITE)
    assert [p["person"] for p in web("GET", "people").json()["people"]] == ["p-1"]
    place = request(vn)
    shown = web("GET", f"approvals/{place.index}").json()
    assert shown["options"]["rpId"] == "vn.localhost"
    assert shown["meaning"]["approvals-too-few"]
    reply = web("POST", f"approvals/{place.index}", one.response(challenge(place)))
    assert (reply.status_code, reply.json()["people"]) == (200, ["p-1"])
    again = web("POST", f"approvals/{place.index}", one.response(challenge(place)))
    assert again.status_code == 409
    assert again.json()["type"] == "urn:comity:error:approval-refused"
    listed = web("GET", "approvals").json()
    assert (listed["total"], listed["requests"][0]["stage"]) == (1, "waiting")
    assert web("GET", "approvals/0").status_code == 404
    gone = web("POST", "people/revoke", {"person": "p-1", "reason": "left"}).json()
    assert len(gone["revocations"]) == 1
    assert not web("GET", "people").json()["people"][0]["counts"]


def test_the_api_refuses_another_host(vn, web):
    place = request(vn)
    reply = web("GET", f"approvals/{place.index}", host="127.0.0.1:8710")
    assert (reply.status_code, reply.json()["type"]) == (421, "urn:comity:error:wrong-host")


def test_the_command_line_lists_and_revokes_on_a_node_that_rests(pair, vn):
    enrol(vn, "p-1", device("one"))
    pair.nodes.pop("vn").close()
    folder = pair.root / "vn"

    def run(*words, code=0):
        done = subprocess.run(
            [*ready(), "people", *words, "--json"],
            check=False,
            capture_output=True,
            timeout=120,
        )
        assert done.returncode == code, done.stderr
        return json.loads(done.stdout if code == 0 else done.stderr)

    assert [one["person"] for one in run("list", str(folder))["people"]] == ["p-1"]
    refused = run("enrol", str(folder), "p-2", "--role", "release", code=1)
    assert refused["type"] == "urn:comity:error:node-not-served"
    assert run("revoke", str(folder), "p-1", "--reason", "left")["revocations"]
    assert run("list", str(folder))["people"][0]["reason"] == "enrolment-revoked"
    assert run("revoke", str(folder), "p-1", "--reason", "left", code=1)["type"].endswith("person-unknown")
