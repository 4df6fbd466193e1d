"""Signatures inside the messages on record: made with an office's chain, believed by the charters held here.

The chain stands in the message, and so on the record. A signer could set the time of sending back to when an
old certificate was valid; not so the other side's cosignature, which says when the bytes were there at last.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from comity.border.cap import chains, signing
from comity.border.cap.answers import signature_json
from comity.border.cap.certificates import identity, pem
from comity.border.cap.reading import read
from comity.record.canonical import unb64
from comity.record.errors import ComityError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from comity.border.warning.knowing import Known
    from comity.border.warning.queries import WarningView
    from comity.node.node import Node
    from comity.record.charter import Charter


def sign(node: Node, data: bytes, office: str = "") -> bytes:
    """Return a message signed by an office of a node, the first without a name, as of its sending.

    Raises:
        ComityError: the message is not sound, or this node holds no key of that office.
    """
    found = read(data).message
    at = datetime.now(UTC) if found is None else found.sent_at
    return signing.sign(data, identity(node.own.office_key(office), _until(node.charter), at))


def anchor_of(node: Node, act: Mapping[str, Any], now: datetime) -> str:
    """Return the certificate that third parties begin with, PEM: the office's own, named by its charter."""
    key = node.own.office_key(str(act.get("office") or ""))
    return pem(identity(key, _until(node.charter), now).chain[-1])


def judged(node: Node, view: WarningView, known: Iterable[Known], now: datetime) -> dict[str, Any]:
    """Return what the signature inside a warning is worth.

    Believed are the offices of the charter that is in force where the entry stands, but for revoked keys.

    Args:
        node: Who asks.
        view: The warning.
        known: Who knew when; a cosignature before the certificates expired proves that it was made in time.
        now: The moment.
    """
    try:
        data = unb64(view.report.fields["cap"])
    except ComityError:
        data = b""
    found = signing.verify(data, _in_force(node, view.report.origin, view.report.index))
    seen = [one.at for one in known if one.basis == "cosigned" and one.step in {"witnessed", "held"}]
    before = None
    if found.end is not None and seen:
        before = min(seen) <= found.end.timestamp() * 1000
    return {**signature_json(found, now), "cosigned_before_expiry": before}


def _in_force(node: Node, origin: str, index: int) -> list[chains.Anchor]:
    trust = node.trusts.get(origin)
    if trust is None:
        return []
    charter = trust.at(index)
    kept = []
    for office in charter.offices:
        revoked = trust.revoked_from(office.key_id)
        if revoked is None or revoked > index:
            kept.append(chains.of_office(f"{origin} {office.name}", office.key))
    return kept


def _until(charter: Charter) -> datetime:
    return datetime.fromtimestamp(charter.expires / 1000, UTC)
