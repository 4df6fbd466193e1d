"""CAP messages as JSON data: for the command line, the API and the pages alike."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime

    from comity.border.cap.chain import Standing
    from comity.border.cap.model import Finding, Message, Reference
    from comity.border.cap.reading import Read
    from comity.border.cap.signing import Signature


def read_json(found: Read) -> dict[str, Any]:
    """Return what a file holds, whether it is accepted, and every finding."""
    wrong = [one for one in found.findings if not one.doubt]
    return {
        "accepted": found.accepted,
        "form": not any(one.form for one in found.findings),
        "meaning": found.message is not None and not wrong,
        "exercise": found.message.exercise if found.message else None,
        "findings": [finding_json(one) for one in found.findings],
        "digest": found.digest,
        "xml_signature": found.signed,
        "message": None if found.message is None else message_json(found.message),
    }


def finding_json(one: Finding) -> dict[str, Any]:
    """Return a finding."""
    kind = "doubt" if one.doubt else ("form" if one.form else "meaning")
    return {"code": one.code, "place": one.place, "reason": one.words, "kind": kind}


def message_json(one: Message) -> dict[str, Any]:
    """Return a message as plain data."""
    return {**asdict(one), "exercise": one.exercise}


def reference_json(one: Reference | None) -> dict[str, str] | None:
    """Return how a message is named."""
    return None if one is None else asdict(one)


def signature_json(one: Signature, now: datetime) -> dict[str, Any]:
    """Return what a signature is worth, as of the sending and now."""
    return {
        "state": one.state,
        "reason": one.reason,
        "signer": one.signer,
        "office": one.office,
        "fingerprint": one.fingerprint,
        "as_of": None if one.at is None else one.at.isoformat(),
        "valid_from": None if one.begin is None else one.begin.isoformat(),
        "valid_to": None if one.end is None else one.end.isoformat(),
        "certificates_valid_now": one.valid_at(now),
    }


def standing_json(one: Standing) -> dict[str, Any]:
    """Return a message's place in its chain."""
    return {
        "reference": reference_json(one.message.reference),
        "state": one.state,
        "by": reference_json(one.by),
        "missing": [reference_json(earlier) for earlier in one.missing],
        "refused": one.refused,
        "exercise": one.message.exercise,
    }
