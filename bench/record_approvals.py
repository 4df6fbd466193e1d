"""Approvals: verified per second, by passkeys of ES256 and EdDSA.

Three steps of one work, each beside the one below it: the bare signature by `cryptography` or `pynacl` over
the same octets, the whole assertion (client data, authenticator data, key, signature), and a verdict:
enrolments certified by the charter, people counted, counters compared, over a log of many requests.
"""

from __future__ import annotations

import hashlib
from functools import partial

import cbor2
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePublicNumbers
from cryptography.hazmat.primitives.hashes import SHA256
from nacl.signing import VerifyKey

from bench.harness import Case, Variant, per_second
from comity.record.approvals import Approvals, Assertion, challenge, verify_assertion
from comity.record.approvals_assertion import Passkey
from comity.record.canonical import unb64
from tests.record.approvals_world import World
from tests.sim.authenticator import Device

REQUESTS = 500
PEOPLE = 2


class Log:
    """A log of requests that two people approved, and what is needed to verify each approval."""

    def __init__(self, algorithm: str) -> None:
        self.world = World()
        devices = [Device(f"bench {number}", algorithm) for number in range(PEOPLE)]
        enrolled = [self.world.enrol(f"p-{n}", device) for n, device in enumerate(devices)]
        self.requests = []
        for _ in range(REQUESTS):
            request = self.world.request()
            given = [self.world.approve(request, e, d) for e, d in zip(enrolled, devices, strict=True)]
            self.requests.append((request, given))
        self.cases = []
        for request, given in self.requests:
            for item, device in zip(given, devices, strict=True):
                model = item.content.model
                parts = (model.client_data, model.authenticator_data, model.signature)
                passkey = Passkey(device.cose, device.rp_id, device.origin_url)
                self.cases.append((Assertion(*map(unb64, parts)), passkey, challenge(request.place)))

    def bare(self) -> list:
        """Return one call a signature, with keys read beforehand and octets joined."""
        return [_bare(assertion, passkey) for assertion, passkey, _ in self.cases]

    def assertions(self) -> None:
        for assertion, passkey, expected in self.cases:
            verify_assertion(assertion, passkey, expected)

    def verdicts(self) -> None:
        known = Approvals()
        for item in self.world.items:
            known.take(item)
        for request, given in self.requests:
            assert known.approved(request, given, self.world.trusts).ok


def _bare(assertion: Assertion, passkey: Passkey) -> partial:
    signed = assertion.authenticator_data + hashlib.sha256(assertion.client_data).digest()
    key = cbor2.loads(passkey.public_key)
    if key[3] == -8:
        return partial(VerifyKey(key[-2]).verify, signed, assertion.signature)
    x, y = (int.from_bytes(key[part], "big") for part in (-2, -3))
    public = EllipticCurvePublicNumbers(x, y, SECP256R1()).public_key()
    return partial(public.verify, assertion.signature, signed, ECDSA(SHA256()))


def cases() -> list[Case]:
    """One case an algorithm."""
    return [_case("ES256", "cryptography"), _case("EdDSA", "pynacl")]


def _case(algorithm: str, library: str) -> Case:
    log = Log(algorithm)
    calls = log.bare()
    count = len(log.cases)

    def bare() -> None:
        for call in calls:
            call()

    return Case(
        title=f"approvals by {algorithm}",
        unit="approvals/s",
        variants=[
            Variant(f"bare signatures by {library}", lambda: per_second(count, bare)),
            Variant("whole assertions", lambda: per_second(count, log.assertions)),
            Variant("verdicts: people, enrolments, counters", lambda: per_second(count, log.verdicts)),
        ],
        notes=[f"{REQUESTS} requests in one log, each approved by {PEOPLE} people of one passkey each"],
    )
