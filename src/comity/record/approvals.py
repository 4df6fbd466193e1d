"""Approvals: m of n distinct people, other than the author, by role (docs/spec/approval.md).

The rules:

1. Request, approvals, enrolments and revocations stand in one log. The charter in force there says which keys
   enrol, and how many people an action needs: the threshold of its role.
2. An enrolment certifies a person's passkey and roles. It counts if an `enrol` key of the charter in force at
   its place signed it. A passkey belongs to the first person it was enrolled for.
3. An approval counts if it stands after the request and before its end, its enrolment stands before it and is
   not revoked before it, the enrolment has the role that the action needs, and its assertion verifies. Who
   was enrolled for an exercise counts for requests of the class `exercise` alone.
4. The author of the request does not count. A person counts once, whatever number of passkeys they use.
5. A threshold that is raised holds for the approvals after it; what was approved before stays approved.
6. A counter of a passkey that does not grow is reported. It refuses nothing: passkeys that live in several
   devices have none.

That two pseudonyms are two people, and that an author is who the request says, is the enrolling party's word.

    >>> approvals = Approvals()
    >>> for item in items:
    ...     approvals.take(item)
    >>> approvals.approved(request, [one, other], trusts).ok
    True
"""

from __future__ import annotations

from bisect import bisect_left, insort
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from comity.record.approvals_assertion import (
    Assertion,
    AssertionRefusedError,
    Passkey,
    challenge,
    check_passkey,
    verify_assertion,
)
from comity.record.approvals_enrolment import Enrolments, is_exercise, passkey_of, refs_hold
from comity.record.approvals_states import REASONS, WARNINGS, Judged, Verdict
from comity.record.canonical import unb64
from comity.record.protocol import place_of
from comity.record.protocol_kinds import Approval, Request

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from comity.record.entry_form import Ref
    from comity.record.protocol import Item
    from comity.record.protocol_release import Enrolment
    from comity.record.roles import Role
    from comity.record.trust import Trust

__all__ = [
    "POLICY",
    "REASONS",
    "WARNINGS",
    "Approvals",
    "Assertion",
    "AssertionRefusedError",
    "Enrolments",
    "Judged",
    "Passkey",
    "Policy",
    "Verdict",
    "approved",
    "challenge",
    "check_passkey",
    "verify_assertion",
]


@dataclass(frozen=True, slots=True)
class Policy:
    """Who approves an action: the role that people need, and the charter's role whose threshold counts."""

    role: str
    threshold: Role


POLICY: Final[Mapping[str, Policy]] = {
    "release": Policy("release", "release"),
    "round_open": Policy("release", "release"),
    "erase": Policy("erase", "erase"),
    "retain": Policy("erase", "erase"),
    "hold": Policy("erase", "erase"),
    "charter": Policy("charter", "root"),
    "recover": Policy("charter", "root"),
}
"""By action of a request."""


def approved(
    request: Item,
    approvals: Sequence[Item],
    trust: Mapping[str, Trust],
    now: int | None = None,
    *,
    people: Sequence[Item] = (),
) -> Verdict:
    """Say whether approvals of a request suffice.

    Args:
        request: the request.
        approvals: approvals of it.
        trust: the charters of each log, by origin.
        now: milliseconds UTC; without it the end of the request binds the approvals alone.
        people: enrolments and revocations; earlier approvals too, where counters are to be compared.
    """
    state = Approvals()
    for item in people:
        state.take(item)
    return state.approved(request, approvals, trust, now)


class Approvals:
    """What is known of people in any number of logs; `approved` is an approval rule of releases.

    Args:
        enrolments: enrolments that were heard before, to be shared.
    """

    def __init__(self, enrolments: Enrolments | None = None) -> None:
        self.enrolments = Enrolments() if enrolments is None else enrolments
        self._given: dict[Ref, Approval] = {}
        self._uses: dict[tuple[str, str], list[Ref]] = {}  # by log and passkey, in the order of the log
        self._counters: dict[tuple[Assertion, Passkey, bytes], int] = {}

    def take(self, item: Item) -> None:
        """Hear one item; what is of no concern here, or contradicts its own leaf, is passed over."""
        self.enrolments.take(item)
        model = None if item.content is None else item.content.model
        if isinstance(model, Approval) and refs_hold(item, model):
            place = place_of(item)
            if place not in self._given:
                uses = self._uses.setdefault((item.origin, model.credential_id), [])
                insort(uses, place, key=lambda ref: ref.index)
            self._given[place] = model

    def approved(
        self,
        request: Item,
        approvals: Sequence[Item],
        trust: Mapping[str, Trust],
        now: int | None = None,
    ) -> Verdict:
        """Say whether approvals of a request suffice; see the function of this name."""
        count = self._counting(request, trust)
        return count if isinstance(count, Verdict) else count.verdict(approvals, now)

    def would_count(
        self, request: Item, verdict: Verdict, trust: Mapping[str, Trust], model: Approval, place: Ref
    ) -> Judged:
        """Judge an approval of a request before it is appended.

        Args:
            request: the request.
            verdict: of the approvals before it.
            trust: the charters of each log.
            model: the approval.
            place: where it will stand, or any place before that; its leaf does not matter.
        """
        count = self._counting(request, trust)
        if isinstance(count, Verdict):
            return Judged(place, model.person, count.reasons[0])
        if model.request.ref() != place_of(request):
            return Judged(place, model.person, "approval-request")
        return count.judge(place, model, verdict.people)

    def _counting(self, request: Item, trust: Mapping[str, Trust]) -> _Count | Verdict:
        asked = None if request.content is None else request.content.model
        if not isinstance(asked, Request):
            return Verdict(reasons=("request-unknown",))
        policy = POLICY[asked.action]
        charters = trust.get(request.origin)
        if not refs_hold(request, asked):
            return Verdict(policy.role, reasons=("request-refs",))
        if charters is None:
            return Verdict(policy.role, reasons=("charter-unknown",))
        return _Count(self, request, asked, policy, charters)

    def counter(self, model: Approval) -> int:
        """Return the counter of an approval whose assertion verifies.

        Raises:
            AssertionRefusedError: it does not, or its enrolment is not known.
        """
        enrolled = self.enrolments.get(model.enrolment.ref())
        if enrolled is None:
            raise AssertionRefusedError("enrolment-unknown", "the enrolment is not held here")
        assertion = Assertion(
            unb64(model.client_data), unb64(model.authenticator_data), unb64(model.signature)
        )
        case = (assertion, passkey_of(enrolled), challenge(model.request.ref()))
        if case not in self._counters:  # what verified once is asked for again as the counter before the next
            self._counters[case] = verify_assertion(*case)
        return self._counters[case]

    def counter_before(self, place: Ref, credential_id: str) -> int:
        """Return the counter of a passkey in its newest verified approval before a place; 0 without one."""
        uses = self._uses.get((place.origin, credential_id), [])
        for before in reversed(uses[: bisect_left(uses, place.index, key=lambda ref: ref.index)]):
            with suppress(AssertionRefusedError):
                return self.counter(self._given[before])
        return 0


@dataclass(frozen=True, slots=True)
class _Count:
    """Counts the approvals of one request."""

    known: Approvals
    request: Item
    asked: Request
    policy: Policy
    charters: Trust

    def verdict(self, approvals: Sequence[Item], now: int | None) -> Verdict:
        needed = self._threshold(self.request.index)
        judged: list[Judged] = []
        people: list[str] = []
        ok = False
        for item in sorted(approvals, key=lambda item: (item.origin, item.index)):
            one = self._judge(item, people)
            judged.append(one)
            if one.counts:
                people.append(one.person)
                needed = needed if ok else max(needed, self._threshold(item.index))
                ok = len(people) >= needed
        reasons = ["request-expired"] if now is not None and now >= self.asked.expires else []
        reasons += [] if ok else ["approvals-too-few"]
        if reasons:
            reasons += [one.reason for one in judged if not one.counts]
        return Verdict(
            self.policy.role,
            needed,
            tuple(people),
            tuple(judged),
            tuple(dict.fromkeys(reasons)),
            ok=not reasons,
        )

    def _threshold(self, index: int) -> int:
        return self.charters.at(index).threshold(self.policy.threshold)

    def _judge(self, item: Item, people: Sequence[str]) -> Judged:
        place = place_of(item)
        model = None if item.content is None else item.content.model
        if not isinstance(model, Approval):
            return Judged(place, reason="approval-unknown")
        if reason := self._order_fault(item, model):
            return Judged(place, model.person, reason)
        return self.judge(place, model, people)

    def judge(self, place: Ref, model: Approval, people: Sequence[str]) -> Judged:
        """Judge an approval of this request at a place, after these people approved it."""
        reason = self._enrolment_fault(place, model) or self._person_fault(model, people)
        if reason:
            return Judged(place, model.person, reason)
        try:
            count = self.known.counter(model)
        except AssertionRefusedError as error:
            return Judged(place, model.person, error.reason)
        before = self.known.counter_before(place, model.credential_id)
        return Judged(place, model.person, warnings=("sign-count",) if 0 < before >= count else ())

    def _order_fault(self, item: Item, model: Approval) -> str:
        if not refs_hold(item, model):
            return "approval-refs"
        if model.request.ref() != place_of(self.request):
            return "approval-request"
        if item.origin != self.request.origin or item.index <= self.request.index:
            return "approval-order"
        assert item.content is not None
        return "" if item.content.header.claimed < self.asked.expires else "approval-late"

    def _enrolment_fault(self, approval: Ref, model: Approval) -> str:
        place = model.enrolment.ref()
        enrolled = self.known.enrolments.get(place)
        if enrolled is None:
            return "enrolment-unknown"
        if place.origin != approval.origin:
            return "enrolment-order"
        if fault := self.known.enrolments.fault(place, self.charters, approval.index):
            return fault
        return self._role_fault(enrolled, model)

    def _role_fault(self, enrolled: Enrolment, model: Approval) -> str:
        if self.known.enrolments.fictional(model.enrolment.ref()) and not is_exercise(self.request):
            return "enrolment-exercise"
        if (enrolled.person, enrolled.credential_id) != (model.person, model.credential_id):
            return "person-differs"
        if model.role != self.policy.role or self.policy.role not in enrolled.roles:
            return "role-missing"
        return ""

    def _person_fault(self, model: Approval, people: Sequence[str]) -> str:
        assert self.request.content is not None
        if model.person == self.request.content.header.author.strip().casefold():
            return "person-author"
        return "person-again" if model.person in people else ""
