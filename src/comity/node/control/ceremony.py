"""The WebAuthn ceremonies of a node: what browsers are asked for, and reading what they answer.

Import it inside functions: the library behind it is slow to load, and most commands need none of it.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_registration_response,
)
from webauthn.helpers import parse_authentication_credential_json
from webauthn.helpers.cose import COSEAlgorithmIdentifier
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AttestationConveyancePreference,
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from comity.node.control.site import DEMONSTRATION
from comity.record.approvals import Assertion, Passkey

if TYPE_CHECKING:
    from collections.abc import Iterable

    from comity.node.control.site import Site

ALGORITHMS: Final = [COSEAlgorithmIdentifier.ECDSA_SHA_256, COSEAlgorithmIdentifier.EDDSA]

Given = str | dict[str, Any]
"""What a browser gave: JSON of a PublicKeyCredential (WebAuthn section 5.1.8)."""


_BROKEN: Final = (WebAuthnException, ValueError, KeyError, TypeError, AttributeError, RecursionError)
"""What the library raises on octets that it did not expect; it does not wrap everything."""


class CeremonyError(ValueError):
    """What a browser gave is not what it was asked for."""


def creation_options(
    site: Site, *, log: str, person: str, handle: bytes, challenge: bytes, exclude: Iterable[bytes]
) -> str:
    """Return PublicKeyCredentialCreationOptions as JSON (WebAuthn section 5.4).

    Args:
        site: where the passkey will belong.
        log: the log whose requests it will approve.
        person: their pseudonym.
        handle: 32 bytes that stand for them in their authenticator.
        challenge: random bytes.
        exclude: credential ids that they have already.
    """
    made = generate_registration_options(
        rp_id=site.rp_id,
        rp_name=f"Comity {log}",
        user_name=f"{person} · {log}",
        user_id=handle,
        user_display_name=person,
        challenge=challenge,
        attestation=AttestationConveyancePreference.NONE,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(known) for known in exclude],
        supported_pub_key_algs=ALGORITHMS,
    )
    return options_to_json(made)


def read_creation(
    given: Given, challenge: bytes, site: Site, *, exercise: bool = False
) -> tuple[bytes, Passkey]:
    """Verify a new passkey (WebAuthn section 7.1); return its credential id and the passkey.

    Args:
        given: what the browser gave.
        challenge: what it was asked to sign.
        site: where the browser was.
        exercise: whether it is for a fictional person; passkeys of the demonstration are for no other.

    Raises:
        CeremonyError: it is not one that was made here for this challenge, by a verified person.
    """
    try:
        made = verify_registration_response(
            credential=_object(given),
            expected_challenge=challenge,
            expected_rp_id=site.rp_id,
            expected_origin=site.origin_url,
            require_user_verification=True,
            supported_pub_key_algs=ALGORITHMS,
        )
    except _BROKEN as error:
        raise CeremonyError(str(error)) from error
    if not exercise and UUID(made.aaguid).bytes == DEMONSTRATION:
        raise CeremonyError("a passkey of the demonstration has no person behind it")
    return made.credential_id, Passkey(made.credential_public_key, site.rp_id, site.origin_url)


def request_options(site: Site, challenge: bytes, allowed: Iterable[bytes]) -> str:
    """Return PublicKeyCredentialRequestOptions as JSON (WebAuthn section 5.5); `allowed` credential ids."""
    return options_to_json(
        generate_authentication_options(
            rp_id=site.rp_id,
            challenge=challenge,
            allow_credentials=[PublicKeyCredentialDescriptor(known) for known in allowed],
            user_verification=UserVerificationRequirement.REQUIRED,
        )
    )


def read_assertion(given: Given) -> tuple[bytes, Assertion]:
    """Return the credential id and the assertion that a browser gave; nothing of it is verified here.

    Raises:
        CeremonyError: it is no assertion.
    """
    try:
        read = parse_authentication_credential_json(_object(given))
    except _BROKEN as error:
        raise CeremonyError(str(error)) from error
    answer = read.response
    return read.raw_id, Assertion(answer.client_data_json, answer.authenticator_data, answer.signature)


def _object(given: Given) -> dict[str, Any]:
    value = json.loads(given) if isinstance(given, str) else given
    if not isinstance(value, dict):
        raise CeremonyError("no object of a credential")
    return value
