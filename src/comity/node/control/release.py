"""Release on a node: preview, request, grant (docs/spec/release.md). Approvals are people's, in `people`."""

from __future__ import annotations

import secrets
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from comity.node.control.desk import digest_of, milliseconds, month_of
from comity.node.control.heard import Heard
from comity.node.errors import RecordNotFoundError
from comity.record.canonical import b64
from comity.record.entry_form import MAX_REFS, Ref
from comity.record.marking import may_release
from comity.record.preview import Preview, PreviewError, openings_digest, preview
from comity.record.protocol_kinds import (
    Approval,
    Grant,
    Pointer,
    Received,
    Recipient,
    Request,
    Settled,
)
from comity.record.release import ReleaseRefusedError, Releases, Standing
from comity.record.sealed import seal_blob, sealed_info

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from comity.node.control.desk import Steps
    from comity.node.control.outbox import Outbox
    from comity.node.node import Node
    from comity.record.basis import ApprovalRule
    from comity.record.charter import Charter
    from comity.record.errors import ComityError
    from comity.record.marking import Decision
    from comity.record.protocol_kinds import Action

TERM: Final = 7 * 24 * 3600 * 1000
"""Milliseconds that a request is open when nothing else is said: a week."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A record of the own log to release, and which fields of it; all of it when none is named."""

    index: int
    paths: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PreviewedSet:
    """What a request is about: the records as the recipient will see them, in order, and to whom.

    `decisions` says of each whether it may be released; `key_month` is the month of the recipient's key.
    """

    recipient: Recipient
    key_month: str
    records: tuple[Preview, ...]
    decisions: tuple[Decision, ...]

    @property
    def allowed(self) -> bool:
        """Whether every record may be released."""
        return all(decision.allowed for decision in self.decisions)

    @property
    def items(self) -> list[bytes]:
        """The bytes that leave, one opening file a record."""
        return [record.data for record in self.records]

    @property
    def digest(self) -> bytes:
        """The digest that people approve."""
        return openings_digest(self.items)


class ReleaseDesk:
    """Releases of the own records.

    Args:
        node: the node.
        steps: reads and writes steps of the protocol.
        outbox: where sealed blobs wait.
        approved: decides whether approvals suffice.
        clock: milliseconds UTC.
    """

    def __init__(
        self,
        node: Node,
        steps: Steps,
        outbox: Outbox,
        approved: ApprovalRule,
        clock: Callable[[], int] = milliseconds,
    ) -> None:
        self._node = node
        self._steps = steps
        self._outbox = outbox
        self.approved = approved
        self._clock = clock
        self._granting = threading.Lock()
        self._heard: Heard[Releases] = Heard(node)
        self.held_back: Callable[[Sequence[int]], str] = lambda _indexes: ""
        """Why records of the own log are held back now, as a code; empty if they are not (`rounds`)."""

    def preview(self, wanted: Sequence[Wanted], to: str, *, month: str = "") -> PreviewedSet:
        """Return exactly what the node `to` would see of records of the own log.

        Args:
            wanted: records and fields.
            to: the node to release to.
            month: whose key to seal to; this month's when empty.

        Raises:
            PreviewError: a record is named twice, or its content is not held.
            PeerUnknownError: `to` is not paired.
            CharterError: its charter has no key for this month.
        """
        charter = self._peer(to)
        month = month or month_of(self._clock())
        line = charter.recipient_key(month)
        recipient = Recipient(party=charter.party, origin=to, hpke_key=b64(line.key_id))
        return self._previewed(wanted, recipient, month)

    def request(
        self,
        wanted: Sequence[Wanted],
        to: str,
        *,
        author: str,
        reason: str,
        expires: int | None = None,
        digest: str | None = None,
        action: Action = "release",
        month: str = "",
    ) -> Ref:
        """Ask people to approve a release of exactly what `preview` shows now; return the request's place.

        Args:
            wanted: records and fields.
            to: the node to release to.
            author: pseudonym of who asks.
            reason: why.
            expires: milliseconds UTC; a week from now when absent.
            digest: what was previewed (base64), to refuse if that changed in between.
            action: `release`, or `round_open` for an opening that waits until everybody has sealed.
            month: whose key to seal to; this month's when empty.

        Raises:
            ReleaseRefusedError: a marking, the compact or a charter denies it, or the preview changed.
        """
        shown = self.preview(wanted, to, month=month)
        self._check_allowed(shown)
        if digest is not None and digest != b64(shown.digest):
            raise ReleaseRefusedError("the records are not as they were previewed", ["openings-differ"])
        model = Request(
            action=action,
            targets=[record.target for record in shown.records],
            recipient=shown.recipient,
            openings_digest=b64(shown.digest),
            expires=self._clock() + TERM if expires is None else expires,
            reason=reason,
        )
        return self._steps.append(
            model, author=author, parties=[shown.recipient.party], exercise=_fictional(shown.records)
        )

    def requests(self) -> list[tuple[Ref, Request, Standing]]:
        """Return every release requested in the own log, newest first, with where it stands."""
        found = []
        for record in reversed(self._steps.of(Request, self._node.origin)):
            model = None if record.content is None else record.content.model
            if isinstance(model, Request) and model.action == "release":
                place = Ref(record.origin, record.index, record.leaf_hash)
                found.append((place, model, self.standing(place)))
        return found

    def place(self, index: int) -> Ref:
        """Return the place of a request in the own log.

        Raises:
            RecordNotFoundError: there is none.
        """
        return self._asked(index)[0]

    def standing(self, request: Ref) -> Standing:
        """Say where a request stands now."""
        return self.heard(request).standing(request, self._clock())

    def heard(self, request: Ref) -> Releases:
        """Return the state machine about a request; to look at, not to act on."""
        return self._heard.about(request, self._clock(), lambda: self.machine(request))

    def previewed(self, index: int) -> PreviewedSet:
        """Return what a request of the own log releases, built anew from the contents.

        Raises:
            RecordNotFoundError: there is no such request.
            PreviewError: a content is not held any more.
        """
        _, model = self._asked(index)
        assert model.recipient is not None
        lines = {line.key_id: line for line in self._peer(model.recipient.origin).hpke}
        line = lines.get(digest_of(model.recipient.hpke_key))
        wanted = [Wanted(target.index, tuple(target.paths)) for target in model.targets]
        return self._previewed(wanted, model.recipient, "" if line is None else line.month)

    def grant(self, index: int, *, author: str, opening: bool = False) -> Ref:
        """Grant a request of the own log: seal what was previewed, keep the blob, append the grant.

        Args:
            index: the request.
            author: pseudonym of who grants.
            opening: whether a round grants it, which has made sure that everybody has sealed.

        Raises:
            ReleaseRefusedError: approvals are missing, it ended, a charter expired, the contents are not as
                they were previewed, a marking denies it, or the recipient's key is over.
            RecordNotFoundError: there is no such request.
        """
        with self._granting:
            self._outbox.sweep()
            place, model = self._asked(index)
            held = "" if opening else self._held(model)
            if held:
                raise ReleaseRefusedError(f"the request {self._node.origin} {index} is not granted", [held])
            try:
                shown = self.previewed(index)
            except PreviewError as error:
                raise ReleaseRefusedError(str(error), ["openings-differ"]) from error
            now = self._clock()
            standing = self.machine(place).check_ready(place, b64(shown.digest), now)
            self._check_allowed(shown)
            return self._seal(place, shown, standing, author)

    def sweep(self) -> None:
        """Remove blobs that nobody waits for any more."""
        with self._granting:
            self._outbox.sweep()

    def machine(self, request: Ref) -> Releases:
        """Return the state machine that has heard everything about one request."""
        releases = Releases(self._steps.trusts(), self.approved, self._steps.leaf_at)
        try:
            releases.take(self._steps.record(request))
        except RecordNotFoundError:
            return releases
        for item in self._steps.about(request.origin, request.index, Approval, Grant):
            releases.take(item)
            if item.content is not None and isinstance(item.content.model, Grant):
                for word in self._steps.about(item.origin, item.index, Received):
                    releases.take(word)
                    for end in self._steps.about(word.origin, word.index, Settled):
                        releases.take(end)
        return releases

    # --- inside ---

    def _held(self, model: Request) -> str:
        if model.action == "round_open":
            return "round-opens"
        return self.held_back([target.index for target in model.targets])

    def _seal(self, place: Ref, shown: PreviewedSet, standing: Standing, author: str) -> Ref:
        keys = {b64(line.key_id): line for line in self._peer(shown.recipient.origin).hpke}
        key = keys.get(shown.recipient.hpke_key)
        if key is None or key.month < month_of(self._clock()):
            raise ReleaseRefusedError("the recipient's key is over: make a new request", ["recipient-key"])
        grant_id = secrets.token_bytes(16)
        info = sealed_info(self._node.origin, grant_id, shown.recipient)
        digest = self._outbox.put(seal_blob(shown.items, key.key, info))
        grant = Grant(
            request=Pointer.of(place),
            approvals=[Pointer.of(approval) for approval in standing.approvals[: MAX_REFS - 1]],
            recipient=shown.recipient,
            sealed_digest=b64(digest),
            openings_digest=b64(shown.digest),
        )
        try:
            return self._steps.append(
                grant,
                author=author,
                parties=[shown.recipient.party],
                exercise=_fictional(shown.records),
                entry_id=grant_id,
            )
        except BaseException:
            self._outbox.drop(digest)
            raise

    def _previewed(self, wanted: Sequence[Wanted], recipient: Recipient, month: str) -> PreviewedSet:
        if not wanted or len({item.index for item in wanted}) != len(wanted):
            raise PreviewError("name at least one record, and each once")
        records = tuple(self._preview(item) for item in wanted)
        trusts = self._steps.trusts()
        terms = [trust for origin, trust in trusts.items() if origin in (self._node.origin, recipient.origin)]
        decisions = tuple(
            may_release(*record.marking, recipient.party, self._steps.terms(), terms, self._clock())
            for record in records
        )
        return PreviewedSet(recipient, month, records, decisions)

    def _preview(self, wanted: Wanted) -> Preview:
        node = self._node
        record = node.record(node.origin, wanted.index)
        full = node.contents.get(node.origin, record.id) if record.entry is not None else None
        if record.entry is None or full is None:
            raise PreviewError(f"{node.origin} {wanted.index}: no content is held that could be released")
        return preview(wanted.index, record.entry.leaf, full, wanted.paths)

    def _check_allowed(self, shown: PreviewedSet) -> None:
        reasons = dict.fromkeys(reason for decision in shown.decisions for reason in decision.reasons)
        if reasons:
            raise ReleaseRefusedError(f"nothing leaves for {shown.recipient.origin}", list(reasons))

    def _asked(self, index: int) -> tuple[Ref, Request]:
        record = self._node.record(self._node.origin, index)
        model = None if record.content is None else record.content.model
        if not isinstance(model, Request) or model.recipient is None:
            raise RecordNotFoundError(f"{self._node.origin} {index} is no request for a release")
        return Ref(record.origin, index, record.leaf_hash), model

    def _peer(self, origin: str) -> Charter:
        return self._node.peers.charter_of(origin)


def _fictional(records: Sequence[Preview]) -> bool:
    """Whether every record is an exercise."""
    return all(
        any(field.path == "header.class" and field.value == "exercise" for field in record.full.fields)
        for record in records
    )


def problem_of(error: ComityError) -> dict[str, str]:
    """Return an error as a row of a list shows it."""
    return {"code": error.code, "detail": str(error), "advice": error.advice}
