"""How steps about people are named on a record's page, in lists and filters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from comity.console.i18n import N_
from comity.console.kinds import KindView
from comity.console.pages.approve import ACTIONS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from comity.console.render import Console

LABELS: Final = {
    "action": N_("Action"),
    "targets": N_("What it is about"),
    "recipient": N_("To"),
    "openings_digest": N_("Digest of what would leave"),
    "expires": N_("Ends"),
    "reason": N_("Reason"),
    "request": N_("Request"),
    "person": N_("Person"),
    "role": N_("Role"),
    "roles": N_("May approve"),
    "credential_id": N_("Passkey"),
    "client_data": N_("What the browser says it signed"),
    "authenticator_data": N_("What the device says of itself"),
    "signature": N_("Signature"),
    "public_key": N_("Public key of the passkey"),
    "rp_id": N_("Host that the passkey belongs to"),
    "origin_url": N_("Enrolled on"),
    "enrolment": N_("Enrolment"),
    "title": N_("Title"),
    "text": N_("Text"),
}


def describe(console: Console) -> None:
    """Name the kinds and fields of requests, approvals, enrolments, revocations and remarks."""

    def place(fields: Mapping[str, Any]) -> str | None:
        request = fields.get("request")
        if not isinstance(request, dict) or request.get("origin") != console.node.origin:
            return None
        return f"/approve/{request['index']}"

    def person(fields: Mapping[str, Any]) -> str:
        return str(fields.get("person", ""))

    def reason(fields: Mapping[str, Any]) -> str:
        return str(fields.get("reason", ""))

    def title(fields: Mapping[str, Any]) -> str:
        return str(fields.get("title", ""))

    console.kinds.describe(
        {
            "control.request": KindView(N_("Request"), title=reason),
            "control.approval": KindView(N_("Approval"), title=person, page=place),
            "control.enrolment": KindView(N_("Enrolment"), title=person),
            "node.remark": KindView(N_("Remark"), title=title),
            "control.revocation": KindView(N_("Revocation"), title=reason),
        },
        LABELS,
        {"action": ACTIONS},
    )
