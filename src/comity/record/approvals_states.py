"""What is said of approvals: the verdict, and why; `comity.record.approvals` exports these."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from comity.record.entry_form import Ref

REASONS: Final = {
    "request-unknown": "The request is not held here, or its content is not.",
    "request-refs": "The leaf of the request names other places than its content.",
    "request-expired": "The request has ended.",
    "charter-unknown": "The charter of the log is not known here.",
    "approvals-too-few": "Fewer people approved it than the charter asks for.",
    "approval-unknown": "The content of the approval is not held here, or is no approval.",
    "approval-refs": "The leaf of the approval names other places than its content.",
    "approval-request": "It approves another request.",
    "approval-order": "It does not stand after the request in the log of the request.",
    "approval-late": "It was given after the request had ended.",
    "enrolment-unknown": "The enrolment it names is not held here.",
    "enrolment-order": "The enrolment does not stand before the approval in its log.",
    "enrolment-uncertified": "The enrolment is not signed by an enrol key of the charter in force there.",
    "enrolment-origin": "The enrolment names a web origin that its relying party id does not cover.",
    "enrolment-shared": "The passkey was enrolled for another person before.",
    "enrolment-revoked": "The enrolment had been revoked.",
    "enrolment-exercise": "The person was enrolled for an exercise, and what is asked is real.",
    "person-differs": "The approval names another person or passkey than its enrolment.",
    "person-author": "The author of a request does not approve it.",
    "person-again": "The person approved this request before, and counts once.",
    "role-missing": "The person is not enrolled for the role that the action needs, or approved in another.",
    "assertion-form": "The assertion is not of the form that WebAuthn gives.",
    "assertion-type": "The client data are not of an assertion (webauthn.get).",
    "assertion-challenge": "The person signed another challenge: another request, log or place.",
    "assertion-origin": "The assertion was made on another web origin than the person enrolled on.",
    "assertion-cross-origin": "The assertion was made inside another site's page.",
    "assertion-rp-id": "The assertion was made for another relying party.",
    "assertion-presence": "Nobody was present at the authenticator.",
    "assertion-verification": "The authenticator did not verify who was present.",
    "assertion-key": "The passkey is of a kind that is not accepted: ES256 and EdDSA are.",
    "assertion-signature": "The signature does not verify.",
}
"""Why approvals do not suffice, or one does not count: stable codes, and what each means."""

WARNINGS: Final = {
    "sign-count": "The passkey's counter did not grow: it may have been copied. The approval counts.",
}
"""What is reported of an approval that counts."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One approval: who, where, and whether it counts; if not, `reason` is a code of `REASONS`."""

    place: Ref
    person: str = ""
    reason: str = ""
    warnings: tuple[str, ...] = ()

    @property
    def counts(self) -> bool:
        """Whether it counts."""
        return not self.reason


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the approvals of a request suffice.

    Attributes:
        role: the role that the action needs.
        needed: how many distinct people, other than the author, in that role.
        people: pseudonyms of those who count, in the order of the log.
        judged: every approval looked at, in the order of the log.
        reasons: codes of `REASONS` for the whole, and then for each approval that does not count.
        ok: whether they suffice.
    """

    role: str = ""
    needed: int = 0
    people: tuple[str, ...] = ()
    judged: tuple[Judged, ...] = ()
    reasons: tuple[str, ...] = ()
    ok: bool = False

    @property
    def warnings(self) -> tuple[str, ...]:
        """Codes of `WARNINGS` that apply to approvals that count."""
        return tuple(dict.fromkeys(code for one in self.judged for code in one.warnings))
