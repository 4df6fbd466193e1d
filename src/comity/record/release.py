"""Release: request, approvals, grant, receipt, as a state machine (docs/spec/release.md).

The rules:

1. A request and its grant stand in the log of the records that they release. Nobody grants what it received:
   onward release is a new grant by the originator.
2. The request names the records and fields, the recipient and its key, when it ends, and the digest of the
   openings that people were shown. The grant repeats recipient and digest; another digest is another release.
3. A grant rests on approvals that stand before it in the same log, are no later than the request's end, and
   are enough of the right people, none of them its author: `ApprovalRule` decides that.
4. It is signed by a `release` key of the charter in force where it stands, and made while that charter had
   not expired.
5. One approval, one grant: the first that holds counts, later ones are refused.

Times are those that entries claim; that they cannot lie by much is for anchors and cosignatures to show.

    >>> releases = Releases(trusts, approved)
    >>> for item in items:
    ...     releases.take(item)
    >>> releases.state(request, now).stage
    'approved'
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from comity.record.basis import Basis, claimed, model_of, order_of
from comity.record.errors import ComityError
from comity.record.protocol import check_refs, place_of
from comity.record.protocol_kinds import Approval, Grant, Received, Request, Settled
from comity.record.release_states import REASONS, ReleaseRefusedError, Stage, Standing

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from comity.record.basis import ApprovalRule
    from comity.record.entry_form import Ref
    from comity.record.protocol import Item
    from comity.record.trust import Trust

__all__ = ["REASONS", "ReleaseRefusedError", "Releases", "Stage", "Standing"]

RELEASES: Final = frozenset({"release", "round_open"})
"""Actions that end in a grant."""


class Releases:
    """The releases of any number of logs.

    Args:
        trust: The charters of each log, by origin.
        approved: Decides whether approvals suffice.
        leaf_at: Gives the leaf hash at a place of a log, None where it is not held.
    """

    def __init__(
        self,
        trust: Mapping[str, Trust],
        approved: ApprovalRule,
        leaf_at: Callable[[str, int], bytes | None],
    ) -> None:
        self._trust = trust
        self._leaf_at = leaf_at
        self._basis = Basis(trust, approved)
        self._grants: dict[Ref, Item] = {}
        self._resting: dict[Ref, set[Ref]] = {}
        self._received: dict[Ref, dict[Ref, Item]] = {}
        self._settled: dict[Ref, Ref] = {}

    def take(self, item: Item) -> None:
        """Hear one item; what is of no concern here, or contradicts its own leaf, is passed over."""
        model = None if item.content is None else item.content.model
        if item.entry is None or not isinstance(model, Request | Approval | Grant | Received | Settled):
            return
        try:
            check_refs(item.entry, model)
        except ComityError:
            return
        if isinstance(model, Request | Approval):
            self._basis.take(item)
        elif isinstance(model, Grant):
            self._grants[place_of(item)] = item
            self._resting.setdefault(model.request.ref(), set()).add(place_of(item))
        elif isinstance(model, Settled):
            if settles(item, model):
                self._settled[model.received.ref()] = place_of(item)
        else:
            self._received.setdefault(model.grant.ref(), {})[place_of(item)] = item

    def approvals(self, request: Ref) -> tuple[Ref, ...]:
        """Return the places of the approvals of a request that count, in the order of their log."""
        item = self._basis.request(request)
        return () if item is None else tuple(place_of(one) for one in self._basis.counted(item))

    def standing(self, request: Ref, now: int) -> Standing:
        """Say where a request stands at `now` (milliseconds UTC)."""
        item = self._basis.request(request)
        if item is None:
            return Standing("refused", reasons=("request-unknown",))
        if reasons := self._request_faults(item):
            return Standing("refused", reasons=reasons)
        for place in self._grants_of(request):
            if not self._grant_faults(self._grants[place]):
                return self._granted(place)
        return self._ungranted(item, now)

    def check_ready(self, request: Ref, digest: str, now: int) -> Standing:
        """Check that a request may be granted at `now`, as what was previewed.

        Args:
            request: Its place.
            digest: Digest (base64) of the openings that would be sealed.
            now: Milliseconds UTC.

        Raises:
            ReleaseRefusedError: It may not; the reasons are all that were found.
        """
        standing = self.standing(request, now)
        reasons = list(standing.reasons)
        if standing.grant is not None:
            reasons.append("already-granted")
        elif standing.stage != "refused" and digest != self._shown(request):
            reasons.append("openings-differ")
        if reasons:
            raise ReleaseRefusedError(f"the request {request.origin} {request.index} is not granted", reasons)
        return standing

    def check_grant(self, grant: Ref) -> Grant:
        """Return a grant that holds.

        Raises:
            ReleaseRefusedError: It does not; the reasons are all that were found.
        """
        item = self._grants.get(grant)
        if item is None:
            raise ReleaseRefusedError(f"{grant.origin} {grant.index} is no grant", ["request-unknown"])
        reasons = list(self._grant_faults(item))
        model = model_of(item, Grant)
        if not reasons:
            earlier = [p for p in self._grants_of(model.request.ref()) if order_of(p) < order_of(grant)]
            if any(not self._grant_faults(self._grants[place]) for place in earlier):
                reasons.append("already-granted")
        if reasons:
            raise ReleaseRefusedError(f"the grant {grant.origin} {grant.index} does not hold", reasons)
        return model

    # --- inside ---

    def _grants_of(self, request: Ref) -> list[Ref]:
        return sorted(self._resting.get(request, ()), key=order_of)

    def _shown(self, request: Ref) -> str | None:
        item = self._basis.request(request)
        return None if item is None else model_of(item, Request).openings_digest

    def _ungranted(self, item: Item, now: int) -> Standing:
        approvals = tuple(place_of(one) for one in self._basis.counted(item))
        if now >= model_of(item, Request).expires:
            return Standing("expired", approvals, reasons=("request-expired",))
        if missing := self._basis.missing(item):
            return Standing("waiting", approvals, reasons=missing)
        frozen = not self._trust[item.origin].may_grant(now)
        return Standing("approved", approvals, reasons=("charter-expired",) if frozen else ())

    def _granted(self, place: Ref) -> Standing:
        model = model_of(self._grants[place], Grant)
        approvals = tuple(pointer.ref() for pointer in model.approvals)
        words = {
            said: item
            for said, item in self._received.get(place, {}).items()
            if said.origin == model.recipient.origin
            and model_of(item, Received).sealed_digest == model.sealed_digest
        }
        for said in sorted(words, key=order_of):
            stage: Stage = "disputed" if model_of(words[said], Received).disputes else "received"
            if stage == "disputed" and said in self._settled:
                stage = "settled"
            return Standing(stage, approvals, place, said)
        return Standing("granted", approvals, place)

    def _request_faults(self, item: Item) -> tuple[str, ...]:
        model = model_of(item, Request)
        if model.action not in RELEASES or model.recipient is None or model.openings_digest is None:
            return ("request-action",)
        faults = []
        if any(target.origin != item.origin for target in model.targets):
            faults.append("not-originator")
        places = [target.index for target in model.targets]
        if len(set(places)) != len(places) or any(index >= item.index for index in places):
            faults.append("request-order")
        for target in model.targets:
            leaf = self._leaf_at(target.origin, target.index)
            if leaf is not None and leaf != target.ref().leaf:
                faults.append("target-mismatch")
                break
        return tuple(faults)

    def _grant_faults(self, item: Item) -> tuple[str, ...]:
        model = model_of(item, Grant)
        request = self._basis.request(model.request.ref())
        if request is None:
            return ("request-unknown",)
        asked = model_of(request, Request)
        faults = list(self._request_faults(request))
        if item.origin != request.origin or item.index <= request.index:
            faults.append("not-originator")
        if model.recipient != asked.recipient:
            faults.append("recipient-differs")
        if model.openings_digest != asked.openings_digest:
            faults.append("openings-differ")
        if claimed(item) >= asked.expires:
            faults.append("request-expired")
        faults += self._basis.approval_faults(item, request, model.approvals)
        faults += self._authority_faults(item)
        return tuple(dict.fromkeys(faults))

    def _authority_faults(self, item: Item) -> list[str]:
        trust = self._trust.get(item.origin)
        expired = trust is not None and claimed(item) >= trust.at(item.index).expires
        return (["charter-expired"] if expired else []) + self._basis.key_faults(item, "release")


def settles(item: Item, model: Settled) -> bool:
    """Whether a step closes the disputes of a receipt: it stands after it in the same log."""
    receipt = model.received.ref()
    return receipt.origin == item.origin and receipt.index < item.index
