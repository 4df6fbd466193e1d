"""Approving on a node: open requests, what is approved, and one person's passkey over it."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from pydantic import ValidationError
from sqlalchemy import select

from comity.node.control.desk import milliseconds
from comity.node.control.people import request_of
from comity.node.control.tables_release import ITEMS
from comity.node.errors import RecordNotFoundError, RequestError
from comity.record.approvals import POLICY, REASONS, challenge
from comity.record.canonical import b64, unb64
from comity.record.entry_form import Ref
from comity.record.preview import PreviewError
from comity.record.protocol import place_of
from comity.record.protocol_kinds import (
    Approval,
    Epoch,
    Erase,
    Grant,
    Hold,
    Lapse,
    Pointer,
    Request,
    RoundOpen,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from comity.node.control.desk import Steps
    from comity.node.control.people import Enrolled, People
    from comity.node.control.release import PreviewedSet, ReleaseDesk
    from comity.node.control.site import Site
    from comity.node.node import Node
    from comity.node.system import Record
    from comity.record.approvals import Approvals, Verdict

MOST_LISTED: Final = 50
"""Requests in one answer: each is verified anew."""

Stage = Literal["waiting", "approved", "done", "expired"]


class ApprovalRefusedError(RequestError):
    """An approval would not count, so it is not appended; `reason` is a code of the record's `REASONS`."""

    code = "approval-refused"
    advice = "The reason says what is missing. Nothing was recorded."
    status = 409

    def __init__(self, reason: str, message: str = "") -> None:
        super().__init__(f"{message or REASONS.get(reason, 'it would not count')} ({reason})")
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Asked:
    """A request of the own log, and where its approvals stand.

    `stage` is `waiting` for approvals, `approved`, `done` (a step that rests on it is in the log), `expired`.
    """

    record: Record
    model: Request
    verdict: Verdict
    stage: Stage

    @property
    def place(self) -> Ref:
        """Its place."""
        return place_of(self.record)

    @property
    def author(self) -> str:
        """Who asks, as the request says."""
        assert self.record.content is not None
        return self.record.content.header.author

    def to_json(self) -> dict[str, Any]:
        """Return it as the API gives it."""
        return {
            "origin": self.record.origin,
            "index": self.record.index,
            "leaf": b64(self.record.leaf_hash),
            "request": self.model.model_dump(mode="json", by_alias=True, exclude_none=True),
            "author": self.author,
            "stage": self.stage,
            "role": self.verdict.role,
            "needed": self.verdict.needed,
            "people": list(self.verdict.people),
            "reasons": list(self.verdict.reasons),
            "approvals": [
                {
                    "index": one.place.index,
                    "person": one.person,
                    "counts": one.counts,
                    "reason": one.reason,
                    "warnings": list(one.warnings),
                }
                for one in self.verdict.judged
            ],
        }


class ApprovalDesk:
    """Requests of the own log, and people's approvals of them.

    Args:
        node: the node.
        steps: reads and writes steps of the protocol.
        people: who is enrolled.
        releases: previews releases.
        clock: milliseconds UTC.
    """

    def __init__(
        self,
        node: Node,
        steps: Steps,
        people: People,
        releases: ReleaseDesk,
        clock: Callable[[], int] = milliseconds,
    ) -> None:
        self._node = node
        self._steps = steps
        self._people = people
        self._releases = releases
        self._clock = clock
        self._approving = threading.Lock()

    def places(self) -> list[int]:
        """Return the indexes of the requests of the own log, newest first."""
        query = select(ITEMS.c.index).where(ITEMS.c.kind == Request.kind, ITEMS.c.origin == self._node.origin)
        with self._node.views.connect() as db:
            return sorted((int(row[0]) for row in db.execute(query)), reverse=True)

    def requests(self, start: int = 0, limit: int = MOST_LISTED) -> list[Asked]:
        """Return requests of the own log, newest first: `limit` of them from the `start`-th on."""
        return [self.asked(index) for index in self.places()[start : start + limit]]

    def asked(self, index: int) -> Asked:
        """Return one request.

        Raises:
            RecordNotFoundError: there is none at this place.
        """
        record = self._node.record(self._node.origin, index)
        if request_of(record) is None:
            raise RecordNotFoundError(f"{self._node.origin} {index} is no request")
        return self._asked(record)[0]

    def previewed(self, asked: Asked) -> PreviewedSet | None:
        """Return exactly what a release discloses, None for another action.

        Raises:
            ApprovalRefusedError: what would leave is not what was requested any more.
        """
        if asked.model.recipient is None or asked.model.openings_digest is None:
            return None
        try:
            shown = self._releases.previewed(asked.record.index)
        except PreviewError as error:
            raise ApprovalRefusedError("openings-differ", str(error)) from error
        if b64(shown.digest) != asked.model.openings_digest:
            raise ApprovalRefusedError("openings-differ", "the records are not as they were when requested")
        return shown

    def passkeys(self, asked: Asked) -> list[Enrolled]:
        """Return the passkeys of people who can still approve a request: not its author, nobody twice."""
        done = {*asked.verdict.people, asked.author.strip().casefold()}
        return [one for one in self._able(asked) if one.model.person not in done]

    def options(self, asked: Asked, site: Site) -> str:
        """Return what the browser is to sign: PublicKeyCredentialRequestOptions as JSON (WebAuthn 5.5)."""
        from comity.node.control import ceremony  # noqa: PLC0415 - slow to load

        return ceremony.request_options(
            site, challenge(asked.place), [unb64(one.model.credential_id) for one in self._able(asked)]
        )

    def approve(self, index: int, credential: str | dict[str, Any]) -> Ref:
        """Append a person's approval of a request; return its place.

        Args:
            index: the request.
            credential: the AuthenticationResponseJSON (WebAuthn section 5.1.8.1).

        Raises:
            RecordNotFoundError: there is no such request.
            ApprovalRefusedError: it would not count.
        """
        with self._approving:
            asked, known = self._asked(self._node.record(self._node.origin, index))
            self.previewed(asked)
            model = self._model(asked, credential)
            if self._clock() >= asked.model.expires:
                raise ApprovalRefusedError("request-expired")
            here = Ref(self._node.origin, self._node.size(self._node.origin), b"")
            judged = known.would_count(asked.record, asked.verdict, self._steps.trusts(), model, here)
            if not judged.counts:
                raise ApprovalRefusedError(judged.reason)
            return self._steps.append(
                model,
                author=model.person,
                parties=self._people.parties(),
                exercise=self._people.fictional(asked.place),
            )

    def person(self, approval: int) -> str:
        """Return the pseudonym of who gave an approval of the own log; empty where it is none."""
        content = self._node.record(self._node.origin, approval).content
        model = None if content is None else content.model
        return model.person if isinstance(model, Approval) else ""

    # --- inside ---

    def _able(self, asked: Asked) -> list[Enrolled]:
        """Return the passkeys of people in the role; fictional people approve nothing that is real."""
        able = self._people.counting(POLICY[asked.model.action].role)
        fictional = self._people.fictional(asked.place)
        return [one for one in able if fictional or not self._people.fictional(one.place)]

    def _asked(self, record: Record) -> tuple[Asked, Approvals]:
        model = request_of(record)
        if model is None:
            raise RecordNotFoundError(f"{record.origin} {record.index} is no request")
        approvals = self._steps.about(record.origin, record.index, Approval)
        known = self._people.known(record, approvals)
        verdict = known.approved(record, approvals, self._steps.trusts())
        return Asked(record, model, verdict, self._stage(record, model, verdict)), known

    def _stage(self, record: Record, model: Request, verdict: Verdict) -> Stage:
        if self._steps.about(record.origin, record.index, Grant, Erase, Hold, Lapse, RoundOpen, Epoch):
            return "done"
        if self._clock() >= model.expires:
            return "expired"
        return "approved" if verdict.ok else "waiting"

    def _model(self, asked: Asked, credential: str | dict[str, Any]) -> Approval:
        from comity.node.control import ceremony  # noqa: PLC0415 - slow to load

        try:
            credential_id, assertion = ceremony.read_assertion(credential)
        except ceremony.CeremonyError as error:
            raise ApprovalRefusedError("assertion-form") from error
        named = b64(credential_id)
        found = [one for one in self._people.listing() if one.model.credential_id == named]
        if not found:
            raise ApprovalRefusedError("enrolment-unknown", "nobody enrolled this passkey here")
        # The newest enrolment that counts; else the newest, whose fault is then said.
        one = next((one for one in reversed(found) if not one.fault), found[-1])
        try:
            return Approval(
                request=Pointer.of(asked.place),
                person=one.model.person,
                role=POLICY[asked.model.action].role,
                credential_id=named,
                client_data=b64(assertion.client_data),
                authenticator_data=b64(assertion.authenticator_data),
                signature=b64(assertion.signature),
                enrolment=Pointer.of(one.place),
            )
        except ValidationError as error:
            raise ApprovalRefusedError("assertion-form") from error
