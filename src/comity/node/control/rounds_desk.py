"""What a node does for its rounds: reads them, asks people, acknowledges, holds sealed records back."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Final

import structlog

from comity.node.control.desk import milliseconds, month_of
from comity.node.control.heard import Heard
from comity.node.control.release import Wanted
from comity.node.control.rounds_acks import Acks
from comity.node.control.rounds_asked import GRACE, OpeningRequest, approved_until
from comity.node.control.rounds_errors import RoundRefusedError
from comity.node.control.rounds_reader import RoundReader, model_of
from comity.node.control.rounds_witness import take_witnessed
from comity.record.entry_form import Ref
from comity.record.errors import ComityError
from comity.record.preview import HANDLING
from comity.record.protocol import place_of
from comity.record.protocol_kinds import Request, RoundOpen, RoundSeal
from comity.record.release import ReleaseRefusedError
from comity.record.rounds import RoundUnknownError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from comity.node.control.desk import Steps
    from comity.node.control.release import ReleaseDesk
    from comity.node.node import Node
    from comity.node.peers import PeerLink
    from comity.node.system import Record
    from comity.record.fetch import Fetch
    from comity.record.kinds import Kind
    from comity.record.protocol_kinds import RoundStart
    from comity.record.rounds import Rounds, RoundStanding

LOGGER = structlog.get_logger("comity.node.control")

READY: Final = frozenset({"approved", "granted", "received"})
FAILED: Final = frozenset({"disputed", "settled"})
"""Stages of an opening that did not verify for its recipient: it is asked for, and opened, anew."""


class RoundDesk:
    """The rounds of one node; people use `comity.node.control.rounds.Round`.

    Args:
        node: the node.
        steps: reads and writes steps of the protocol.
        releases: requests and grants openings.
        clock: milliseconds UTC.
    """

    def __init__(
        self, node: Node, steps: Steps, releases: ReleaseDesk, clock: Callable[[], int] = milliseconds
    ) -> None:
        self._node = node
        self._steps = steps
        self._releases = releases
        self.clock = clock
        self.lock = threading.RLock()
        self._reader = RoundReader(node, steps, releases)
        self._heard: Heard[Rounds] = Heard(node)
        self._acks = Acks(node, steps, self._reader)
        self._looked_at: dict[Ref, tuple[int, int, bool]] = {}
        releases.held_back = self.held_back

    # --- reading ---

    @property
    def origin(self) -> str:
        """The own log."""
        return self._node.origin

    def starts(self) -> list[tuple[Ref, RoundStart]]:
        """Return every round held here."""
        return self._reader.starts()

    def find(self, key: str) -> tuple[Ref, RoundStart]:
        """Return a round by its name, or its place as in `vn/hq/12`.

        Raises:
            RoundUnknownError: there is none, or several have the name.
        """
        found = [
            (place, model)
            for place, model in self.starts()
            if key in (model.round, f"{place.origin}/{place.index}")
        ]
        if len(found) != 1:
            places = ", ".join(f"{place.origin}/{place.index}" for place, _ in found)
            raise RoundUnknownError(
                f"{key[:120]!a} means several rounds: {places}" if found else f"no round {key[:120]!a} here"
            )
        return found[0]

    def standing(self, round_: Ref) -> RoundStanding:
        """Say how a round stands now."""
        return self.machine(round_).standing(round_, self.clock())

    def machine(self, round_: Ref) -> Rounds:
        """Return the state machine that has heard everything about one round."""
        return self._heard.about(round_, self.clock(), lambda: self._reader.machine(round_))

    def record(self, place: Ref) -> Record:
        """Return the record at a place."""
        return self._steps.record(place)

    def own_place(self, index: int) -> Ref:
        """Return the place of a record of the own log.

        Raises:
            RecordNotFoundError: there is none.
        """
        return place_of(self._node.record(self.origin, index))

    def about(self, place: Ref, *kinds: type[Kind]) -> list[Record]:
        """Return the own steps of some kinds about a place."""
        steps = self._steps.about(place.origin, place.index, *kinds)
        return [step for step in steps if step.origin == self.origin]

    def releases(self, place: Ref, kind: type[Kind]) -> list[Record]:
        """Return the own steps of a kind on requests that are about a place."""
        return [step for one in self.about(place, Request) for step in self.about(place_of(one), kind)]

    def recipients(self, model: RoundStart) -> list[str]:
        """Return to whom this node opens."""
        return sorted({*model.parties, *model.recipients} - {self.origin})

    # --- openings ---

    def requests(self, round_: Ref) -> list[OpeningRequest]:
        """Return the openings of the own seal that people were asked to approve, oldest first."""
        mine = self.standing(round_).party(self.origin)
        if mine is None or mine.sealed is None:
            return []
        found = []
        for record in self.about(mine.sealed, Request):
            model = model_of(record)
            if isinstance(model, Request) and model.action == "round_open" and model.recipient is not None:
                place = place_of(record)
                found.append(OpeningRequest(place, model, self._releases.standing(place)))
        return found

    def check_opening(self, model: RoundStart, index: int, to: str, paths: Sequence[str]) -> None:
        """Check that a record could be opened to a node, by its marking, the compact and the charters.

        Raises:
            ReleaseRefusedError: it could not.
        """
        shown = self._releases.preview([Wanted(index, tuple(paths))], to, month=self._month(model))
        if reasons := dict.fromkeys(reason for one in shown.decisions for reason in one.reasons):
            raise ReleaseRefusedError(f"{self.origin} {index} could not be opened to {to}", list(reasons))

    def ask(self, round_: Ref, model: RoundStart, index: int, paths: Sequence[str], author: str) -> None:
        """Ask people to approve an opening, for each recipient for whom nobody was asked."""
        month = self._month(model)
        asked = {one.to for one in self._asked(round_, paths)}
        for recipient in self.recipients(model):
            if recipient not in asked:
                self._releases.request(
                    [Wanted(index, tuple(paths))],
                    recipient,
                    author=author,
                    reason=f"round {model.round} of {round_.origin}",
                    expires=approved_until(self._node.folder, model.open_by, self.clock()),
                    action="round_open",
                    month=month,
                )

    def approved(self, round_: Ref, model: RoundStart, paths: Sequence[str]) -> list[OpeningRequest]:
        """Return one approved request for each recipient.

        Raises:
            RoundRefusedError: nobody was asked to approve the opening of these fields to one of them.
            ReleaseRefusedError: approvals are missing, or over.
        """
        asked = {one.to: one for one in self._asked(round_, paths)}
        if missing := [to for to in self.recipients(model) if to not in asked]:
            raise RoundRefusedError(
                "not-asked", f"nobody was asked to approve the opening of these fields to {missing[0]}"
            )
        for one in asked.values():
            if one.standing.stage not in READY or one.standing.reasons:
                reasons = list(one.standing.reasons) or [one.standing.stage]
                raise ReleaseRefusedError(f"the opening to {one.to} is not approved", reasons)
        return [asked[to] for to in self.recipients(model)]

    def grant(self, request: Ref, author: str) -> Ref:
        """Grant an approved opening: everybody has sealed."""
        return self._releases.grant(request.index, author=author, opening=True)

    def is_open(self, round_: Ref, paths: Sequence[str]) -> bool:
        """Whether the own log has an opening that counts of exactly these fields, or of the whole.

        One that a recipient disputed does not count here: those fields may be opened anew.
        """
        mine = self.standing(round_).party(self.origin)
        models = [model_of(self._steps.record(place)) for place in (mine.openings if mine else ())]
        failed = {one.standing.grant for one in self.requests(round_) if one.standing.stage in FAILED}
        return any(
            isinstance(model, RoundOpen)
            and (not model.paths or set(model.paths) == set(paths))
            and failed.isdisjoint(pointer.ref() for pointer in model.grants)
            for model in models
        )

    # --- writing ---

    def check_start(self, name: str, logs: Sequence[str], seal_by: int) -> None:
        """Check what a start needs of this node.

        Raises:
            RoundRefusedError: the name is taken, a log is not paired, or the deadline is over.
        """
        if any(place.origin == self.origin and model.round == name for place, model in self.starts()):
            raise RoundRefusedError("name-taken")
        known = self._node.charters
        if stranger := [log for log in logs if log not in known]:
            raise RoundRefusedError("party-unknown", f"{stranger[0]} is not paired with this node")
        if seal_by <= self.clock():
            raise RoundRefusedError("deadline-over")

    def append(
        self,
        model: Kind,
        start: RoundStart,
        *,
        author: str,
        of: Ref | None = None,
        exercise: bool = False,
    ) -> Ref:
        """Append a step of a round; it is fictional where the start `of` it is."""
        parties = {log.partition("/")[0] for log in (*start.parties, *start.recipients)}
        fictional = exercise if of is None else self._acks.fictional(of)
        return self._steps.append(model, author=author, parties=parties, exercise=fictional)

    def name_seals(self, round_: Ref, model: RoundStart, standing: RoundStanding, author: str) -> None:
        """Name everybody's seal in the own log, if it does not yet: nothing is granted before."""
        ack = self._acks.seals(round_, model, standing, self.clock())
        if ack is not None:
            self.append(ack, model, author=author, of=round_)

    def acknowledge(self, round_: Ref, model: RoundStart, author: str) -> Ref | None:
        """Say what is held of a round; None if nothing is new."""
        ack = self._acks.due(round_, model, self.standing(round_), self.clock())
        return None if ack is None else self.append(ack, model, author=author, of=round_)

    # --- what happens by itself ---

    def held_back(self, indexes: Sequence[int]) -> str:
        """Say why records of the own log are not released now: one is sealed in a round and not open."""
        for index in indexes:
            for seal in self.about(Ref(self.origin, index, b""), RoundSeal):
                model = model_of(seal)
                if isinstance(model, RoundSeal) and not self._opened(model.round.ref()):
                    return "sealed-in-round"
        return ""

    def exchanged(self, link: PeerLink, fetch: Fetch) -> None:
        """Acknowledge what an exchange brought, and keep what the peer cosigned of other logs."""
        live = [(round_, model) for round_, model in self.starts() if self._is_live(model)]
        try:
            take_witnessed(self._node, link, fetch, {log for _, model in live for log in model.parties})
        except ComityError as error:
            LOGGER.warning("what a peer cosigned is not kept", peer=link.origin, code=error.code)
        for round_, model in live:
            try:
                self._look(round_, model)
            except ComityError as error:
                LOGGER.warning("a round is not acknowledged", round=model.round, code=error.code)

    # --- inside ---

    def _is_live(self, model: RoundStart) -> bool:
        mine = self.origin in (*model.parties, *model.recipients)
        return mine and self.clock() <= model.open_by + GRACE

    def _look(self, round_: Ref, model: RoundStart) -> None:
        """Acknowledge a round if anything was said of it since the last look."""
        with self.lock:
            mark = (*self._reader.mark(round_), self.clock() >= model.open_by)
            if self._looked_at.get(round_) != mark:
                self.acknowledge(round_, model, f"node:{self.origin}")
                self._looked_at[round_] = mark

    def _asked(self, round_: Ref, paths: Sequence[str]) -> list[OpeningRequest]:
        """Return the requests for these fields that can be granted, or were and verified, or may yet verify.

        A recipient's newest comes last.
        """
        wanted = frozenset(paths) - frozenset(HANDLING)
        month = month_of(self.clock())
        return [
            one
            for one in self.requests(round_)
            if one.paths == wanted
            and one.standing.stage not in FAILED
            and (one.standing.grant is not None or one.standing.stage not in ("expired", "refused"))
            and (one.standing.grant is not None or self._key_month(one) >= month)
        ]

    def _key_month(self, asked: OpeningRequest) -> str:
        return self._releases.previewed(asked.place.index).key_month

    def _month(self, model: RoundStart) -> str:
        """The month whose keys openings are sealed to: that of the deadline, which keys are listed for."""
        return month_of(max(model.open_by, self.clock()))

    def _opened(self, round_: Ref) -> bool:
        try:
            mine = self.standing(round_).party(self.origin)
        except RoundUnknownError:
            return True
        return mine is None or (bool(mine.openings) and not mine.partly)
