"""Enrolling people: a one-time link from the custodian, a passkey made in the person's browser."""

from __future__ import annotations

import hashlib
import secrets
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from pydantic import TypeAdapter, ValidationError

from comity.node.control.desk import milliseconds
from comity.node.control.people import CUSTODIAN, PersonError
from comity.node.errors import RequestError
from comity.record.approvals import AssertionRefusedError, check_passkey
from comity.record.canonical import b64, unb64
from comity.record.protocol_kinds import Enrolment, Person, RoleName

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from comity.node.control.desk import Steps
    from comity.node.control.people import People
    from comity.node.control.site import Site
    from comity.node.node import Node
    from comity.record.entry_form import Ref

TERM: Final = 24 * 3600 * 1000
"""Milliseconds that an enrolment link works."""
MOST: Final = 64
TOKEN_BYTES: Final = 32

_PERSON: TypeAdapter[str] = TypeAdapter(Person)
_ROLE: TypeAdapter[str] = TypeAdapter(RoleName)


class EnrolmentLinkError(RequestError):
    """An enrolment link was used, is over, or was never made by this run of the node."""

    code = "enrolment-link"
    advice = "Ask the custodian for a new link: comity people enrol."
    status = 404


class EnrolmentRefusedError(RequestError):
    """What the browser gave is no passkey that can be enrolled."""

    code = "enrolment-refused"
    advice = "Make the passkey on the page that the link opens, with a device that verifies who uses it."
    status = 400


@dataclass(frozen=True, slots=True)
class Invitation:
    """A person who may enrol one passkey; `expires` is milliseconds UTC."""

    person: str
    roles: tuple[str, ...]
    exercise: bool
    expires: int
    challenge: bytes = field(repr=False)


class Enrolling:
    """Invitations, which live as long as the process, and the ceremony that uses one up.

    Args:
        node: the node.
        steps: writes steps of the protocol.
        people: who is enrolled.
        clock: milliseconds UTC.
    """

    def __init__(
        self, node: Node, steps: Steps, people: People, clock: Callable[[], int] = milliseconds
    ) -> None:
        self._node = node
        self._steps = steps
        self._people = people
        self._clock = clock
        self._lock = threading.Lock()
        self._invited: dict[str, Invitation] = {}

    def invite(self, person: str, roles: Sequence[str], *, exercise: bool = False) -> str:
        """Invite a person; return the secret part of the link.

        Raises:
            PersonError: the pseudonym or a role is malformed.
            DraftError: this node does not hold the charter's enrol key.
        """
        try:
            _PERSON.validate_python(person)
            for role in roles:
                _ROLE.validate_python(role)
        except ValidationError as error:
            raise PersonError(f"{person!r}, {list(roles)}: {error.errors()[0]['msg']}") from error
        if not roles or len(set(roles)) != len(roles):
            raise PersonError("name at least one role, and each once")
        secret = secrets.token_urlsafe(TOKEN_BYTES)
        made = Invitation(
            person, tuple(roles), exercise, self._clock() + TERM, secrets.token_bytes(TOKEN_BYTES)
        )
        with self._lock:
            self._invited[_digest(secret)] = made
            while len(self._invited) > MOST:
                del self._invited[next(iter(self._invited))]
        return secret

    def invitation(self, secret: str) -> Invitation:
        """Return an invitation that can still be used.

        Raises:
            EnrolmentLinkError: it cannot.
        """
        with self._lock:
            found = self._invited.get(_digest(secret))
        if found is None or self._clock() >= found.expires:
            raise EnrolmentLinkError("this enrolment link was used, is over, or belongs to another run")
        return found

    def options(self, invited: Invitation, site: Site) -> str:
        """Return what the browser is to make: PublicKeyCredentialCreationOptions as JSON (WebAuthn 5.4)."""
        from comity.node.control import ceremony  # noqa: PLC0415 - slow to load

        mine = [one.model for one in self._people.listing() if one.model.person == invited.person]
        return ceremony.creation_options(
            site,
            log=self._node.origin,
            person=invited.person,
            handle=hashlib.sha256(f"{self._node.origin}\n{invited.person}".encode()).digest(),
            challenge=invited.challenge,
            exclude=[unb64(model.credential_id) for model in mine],
        )

    def enrol(self, secret: str, credential: str | dict[str, Any], site: Site) -> Ref:
        """Certify the passkey that a person made, and use the link up; return the enrolment's place.

        Args:
            secret: of the link.
            credential: the RegistrationResponseJSON (WebAuthn section 5.1.8.1).
            site: where the browser was.

        Raises:
            EnrolmentLinkError: the link cannot be used.
            EnrolmentRefusedError: the passkey cannot be enrolled.
        """
        invited = self.invitation(secret)
        model = _certified(invited, credential, site)
        taken = [one.model for one in self._people.listing() if one.model.person != invited.person]
        if any(model.public_key == other.public_key for other in taken):
            raise EnrolmentRefusedError("this passkey is enrolled for another person")
        with self._lock:
            if self._invited.pop(_digest(secret), None) is None:
                raise EnrolmentLinkError("this enrolment link was used")
        try:
            return self._steps.append(
                model, author=CUSTODIAN, parties=self._people.parties(), exercise=invited.exercise
            )
        except BaseException:
            with self._lock:  # nothing was enrolled, so the link still holds
                self._invited[_digest(secret)] = invited
            raise


def _certified(invited: Invitation, credential: str | dict[str, Any], site: Site) -> Enrolment:
    from comity.node.control import ceremony  # noqa: PLC0415 - slow to load

    try:
        credential_id, passkey = ceremony.read_creation(
            credential, invited.challenge, site, exercise=invited.exercise
        )
        check_passkey(passkey)
        return Enrolment(
            person=invited.person,
            roles=list(invited.roles),
            credential_id=b64(credential_id),
            public_key=b64(passkey.public_key),
            rp_id=site.rp_id,
            origin_url=site.origin_url,
        )
    except (ceremony.CeremonyError, AssertionRefusedError, ValidationError) as error:
        raise EnrolmentRefusedError(f"no passkey to enrol: {error}") from error


def _digest(secret: str) -> str:
    # Looked up by digest, so that the time of a lookup says nothing about the secret.
    return hashlib.sha256(secret.encode()).hexdigest()
