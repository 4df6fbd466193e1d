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

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Protocol, TypeVar

from comity.record.errors import ComityError
from comity.record.protocol import check_refs, place_of
from comity.record.protocol_kinds import Approval, Grant, Received, Request
from comity.record.release_states import REASONS, ReleaseRefusedError, Stage, Standing

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from comity.record.entry_form import Ref
    from comity.record.kinds import Kind
    from comity.record.protocol import Item
    from comity.record.trust import Trust

    class Verdict(Protocol):
        """What an approval rule answers."""

        @property
        def ok(self) -> bool:
            """Whether the approvals suffice."""
            ...

        @property
        def reasons(self) -> Sequence[str]:
            """Codes of what is missing; empty if nothing is."""
            ...

    ApprovalRule = Callable[[Item, Sequence[Item], Mapping[str, Trust]], Verdict]
    """(request, approvals of it in the order of their log, charters) -> verdict."""

__all__ = ["REASONS", "ReleaseRefusedError", "Releases", "Stage", "Standing"]

RELEASES: Final = frozenset({"release", "round_open"})
"""Actions that end in a grant."""
RELEASE_ROLE: Final = "release"

_Model = TypeVar("_Model", bound="Kind")


@dataclass
class _Heard:
    """Everything that was said of one request."""

    approvals: dict[Ref, Item] = field(default_factory=dict)
    grants: dict[Ref, Item] = field(default_factory=dict)


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
        self._approved = approved
        self._leaf_at = leaf_at
        self._requests: dict[Ref, Item] = {}
        self._grants: dict[Ref, Item] = {}
        self._heard: dict[Ref, _Heard] = {}
        self._received: dict[Ref, dict[Ref, Item]] = {}

    def take(self, item: Item) -> None:
        """Hear one item; what is of no concern here, or contradicts its own leaf, is passed over."""
        model = None if item.content is None else item.content.model
        if item.entry is None or not isinstance(model, Request | Approval | Grant | Received):
            return
        try:
            check_refs(item.entry, model)
        except ComityError:
            return
        place = place_of(item)
        if isinstance(model, Request):
            self._requests[place] = item
        elif isinstance(model, Approval):
            self._of(model.request.ref()).approvals[place] = item
        elif isinstance(model, Grant):
            self._grants[place] = item
            self._of(model.request.ref()).grants[place] = item
        else:
            self._received.setdefault(model.grant.ref(), {})[place] = item

    def approvals(self, request: Ref) -> tuple[Ref, ...]:
        """Return the places of the approvals of a request that count, in the order of their log."""
        item = self._requests.get(request)
        return () if item is None else tuple(place_of(one) for one in self._counted(item))

    def standing(self, request: Ref, now: int) -> Standing:
        """Say where a request stands at `now` (milliseconds UTC)."""
        item = self._requests.get(request)
        if item is None:
            return Standing("refused", reasons=("request-unknown",))
        if reasons := self._request_faults(item):
            return Standing("refused", reasons=reasons)
        for place in sorted(self._of(request).grants, key=_order):
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
        elif (
            standing.stage != "refused" and digest != _model(self._requests[request], Request).openings_digest
        ):
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
        model = _model(item, Grant)
        if not reasons:
            earlier = [p for p in self._of(model.request.ref()).grants if _order(p) < _order(grant)]
            if any(not self._grant_faults(self._grants[place]) for place in earlier):
                reasons.append("already-granted")
        if reasons:
            raise ReleaseRefusedError(f"the grant {grant.origin} {grant.index} does not hold", reasons)
        return model

    # --- inside ---

    def _of(self, request: Ref) -> _Heard:
        return self._heard.setdefault(request, _Heard())

    def _counted(self, request: Item) -> list[Item]:
        """Approvals of a request in its own log, after it and in time."""
        ends = _model(request, Request).expires
        found = self._of(place_of(request)).approvals
        return [
            found[place]
            for place in sorted(found, key=_order)
            if place.origin == request.origin
            and place.index > request.index
            and _claimed(found[place]) < ends
        ]

    def _ungranted(self, item: Item, now: int) -> Standing:
        counted = self._counted(item)
        approvals = tuple(place_of(one) for one in counted)
        if now >= _model(item, Request).expires:
            return Standing("expired", approvals, reasons=("request-expired",))
        verdict = self._approved(item, counted, self._trust)
        if not verdict.ok:
            return Standing("waiting", approvals, reasons=tuple(verdict.reasons))
        frozen = not self._trust[item.origin].may_grant(now)
        return Standing("approved", approvals, reasons=("charter-expired",) if frozen else ())

    def _granted(self, place: Ref) -> Standing:
        model = _model(self._grants[place], Grant)
        approvals = tuple(pointer.ref() for pointer in model.approvals)
        words = {
            said: item
            for said, item in self._received.get(place, {}).items()
            if said.origin == model.recipient.origin
            and _model(item, Received).sealed_digest == model.sealed_digest
        }
        for said in sorted(words, key=_order):
            stage: Stage = "disputed" if _model(words[said], Received).disputes else "received"
            return Standing(stage, approvals, place, said)
        return Standing("granted", approvals, place)

    def _request_faults(self, item: Item) -> tuple[str, ...]:
        model = _model(item, Request)
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
        model = _model(item, Grant)
        request = self._requests.get(model.request.ref())
        if request is None:
            return ("request-unknown",)
        asked = _model(request, Request)
        faults = list(self._request_faults(request))
        if item.origin != request.origin or item.index <= request.index:
            faults.append("not-originator")
        if model.recipient != asked.recipient:
            faults.append("recipient-differs")
        if model.openings_digest != asked.openings_digest:
            faults.append("openings-differ")
        if _claimed(item) >= asked.expires:
            faults.append("request-expired")
        faults += self._approval_faults(item, request)
        faults += self._authority_faults(item)
        return tuple(dict.fromkeys(faults))

    def _approval_faults(self, item: Item, request: Item) -> list[str]:
        named = [pointer.ref() for pointer in _model(item, Grant).approvals]
        heard = self._of(place_of(request)).approvals
        if any(place not in heard for place in named):
            return ["approval-unknown"]
        faults = []
        if any(
            place.origin != item.origin or not request.index < place.index < item.index for place in named
        ):
            faults.append("approval-order")
        if any(_claimed(heard[place]) >= _model(request, Request).expires for place in named):
            faults.append("approval-late")
        if not faults:
            verdict = self._approved(
                request, [heard[place] for place in sorted(named, key=_order)], self._trust
            )
            faults += [] if verdict.ok else list(verdict.reasons)
        return faults

    def _authority_faults(self, item: Item) -> list[str]:
        trust = self._trust.get(item.origin)
        assert item.entry is not None
        if trust is None:
            return ["not-release-key"]
        charter = trust.at(item.index)
        faults = [] if _claimed(item) < charter.expires else ["charter-expired"]
        try:
            if charter.office(item.entry.key).role != RELEASE_ROLE:
                faults.append("not-release-key")
        except ComityError:
            faults.append("not-release-key")
        return faults


def _model(item: Item, kind: type[_Model]) -> _Model:
    assert item.content is not None
    assert isinstance(item.content.model, kind)
    return item.content.model


def _claimed(item: Item) -> int:
    assert item.content is not None
    return item.content.header.claimed


def _order(place: Ref) -> tuple[str, int]:
    return place.origin, place.index
