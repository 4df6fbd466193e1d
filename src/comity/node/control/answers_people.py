"""What may be asked about people and approvals, as JSON data: for the API and the command line alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import orjson

from comity.node.control.site import console_url
from comity.record.approvals import REASONS, WARNINGS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from comity.node.control.site import Site
    from comity.node.node import Node
    from comity.record.entry_form import Ref

WORD = "That two pseudonyms are two people is the word of whoever holds this party's enrol key."


def people(node: Node) -> dict[str, Any]:
    """Return who is enrolled in the own log."""
    listed = [one.to_json() for one in node.control.people.listing()]
    return {"origin": node.origin, "people": listed, "note": WORD}


def invite(node: Node, person: str, roles: Sequence[str], *, exercise: bool, link: str) -> dict[str, Any]:
    """Mint an enrolment link.

    Args:
        node: the node.
        person: their pseudonym.
        roles: what they may approve.
        exercise: whether they are fictional.
        link: a one-time link to the console, which the enrolment link opens on its way.
    """
    secret = node.control.enrolling.invite(person, roles, exercise=exercise)
    invited = node.control.enrolling.invitation(secret)
    parts = urlsplit(link)
    url = console_url(parts.scheme, parts.netloc, node.config.party)
    return {
        "origin": node.origin,
        "person": person,
        "roles": list(roles),
        "expires": invited.expires,
        "url": f"{url}{parts.path}?next=/enrol/{secret}",
    }


def revoke(node: Node, person: str, reason: str) -> dict[str, Any]:
    """End every enrolment of a person."""
    places = node.control.people.revoke(person, reason)
    return {"origin": node.origin, "person": person, "revocations": [place.index for place in places]}


def requests(node: Node, start: int, limit: int) -> dict[str, Any]:
    """Return requests of the own log, newest first, and how many there are."""
    desk = node.control.approvals
    listed = [one.to_json() for one in desk.requests(start, limit)]
    return {"origin": node.origin, "total": len(desk.places()), "requests": listed}


def request(node: Node, index: int, site: Site) -> dict[str, Any]:
    """Return one request, what its reason codes mean, and what a passkey is to sign."""
    asked = node.control.approvals.asked(index)
    codes = dict.fromkeys([*asked.verdict.reasons, *asked.verdict.warnings])
    return {
        **asked.to_json(),
        "meaning": {code: REASONS.get(code) or WARNINGS.get(code, "") for code in codes},
        "options": orjson.loads(node.control.approvals.options(asked, site)),
    }


def approve(node: Node, index: int, credential: dict[str, Any]) -> dict[str, Any]:
    """Append an approval; return its place, and where the request stands then."""
    place: Ref = node.control.approvals.approve(index, credential)
    return {"approval": place.index, **node.control.approvals.asked(index).to_json()}
