"""Rounds: who has sealed, never what; sealing and opening; what is nobody's fault, and what is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Final

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse

from comity.console.i18n import N_
from comity.console.pages.record import not_found
from comity.node.control.rounds import Round
from comity.node.control.rounds_errors import RoundNotSealedError, RoundRefusedError
from comity.node.errors import RecordNotFoundError
from comity.record.preview import PreviewError
from comity.record.release import ReleaseRefusedError
from comity.record.rounds import RoundUnknownError

if TYPE_CHECKING:
    from collections.abc import Callable

    from comity.console.render import Console
    from comity.record.rounds import RoundStanding

CONFLICT: Final = 409
Author = Annotated[str, Form(min_length=1, max_length=64)]
Index = Annotated[int, Form(ge=0)]

PHASES: Final = {
    "started": (N_("started"), "quiet", "wait"),
    "sealing": (N_("being sealed"), "quiet", "wait"),
    "all_sealed": (N_("all have sealed"), "good", "sealed"),
    "opening": (N_("being opened"), "quiet", "wait"),
    "complete": (N_("complete"), "good", "check"),
}
"""Words, tone and drawing of each phase."""
STATES: Final = {
    "awaited": (N_("not sealed yet"), "quiet", "wait"),
    "sealed": (N_("sealed"), "quiet", "sealed"),
    "opened": (N_("opened"), "quiet", "check"),
    "received": (N_("opened and received"), "good", "check"),
    "disputed": (N_("did not verify: a claim to settle"), "warn", "differ"),
    "not_received": (N_("not received"), "quiet", "unknown"),
    "withheld": (N_("withheld"), "warn", "stop"),
}
TIMINGS: Final = {
    "in_time": N_("in time: attested by %(by)s at %(time)s"),
    "seen_late": N_("first seen after the deadline, by %(by)s at %(time)s: the line may have been slow"),
    "late": N_("late: after its own log showed that it withheld"),
}
REASONS: Final = {
    "not-a-party": N_("The log is not one of those that the round asks."),
    "question-differs": N_("The seal is for another question than the round asks."),
    "sealed-elsewhere": N_("What is sealed stands in another party's log."),
    "sealed-order": N_("What is sealed does not stand before its seal."),
    "sealed-differs": N_("Another entry stands at the place that was sealed."),
    "seal-replayed": N_("The same entry was sealed for another round before."),
    "released-before": N_("What is sealed was released before: it is not blind any more."),
    "already-sealed": N_("The party had sealed before: its first seal counts."),
    "not-sealed": N_("The party has no seal that counts."),
    "seal-differs": N_("The opening is of another seal than the party's first."),
    "opened-early": N_("It was opened before its log named the seals of all the others."),
    "granted-early": N_("It was granted before its log named the seals of all the others."),
    "grant-order": N_("A grant does not stand before the opening in the same log."),
    "grant-differs": N_("A grant is for something else than opening a round."),
    "grant-refused": N_("A grant does not hold: it was not approved as made."),
    "other-record": N_("A grant opens another record than was sealed."),
    "other-fields": N_("Other fields were opened than the round asks for."),
    "unequal": N_("Different recipients were opened different things."),
    "recipient-missing": N_("It was not opened to everybody that the round opens to."),
    "not-blind": N_("The record is marked for everybody: whoever mirrors the log can read it."),
    "no-content": N_("It is no record, or its content is not held here."),
    "not-asked": N_("Nobody was asked to approve this opening: seal again to ask."),
    "already-opened": N_("This is open already."),
    "approvals-too-few": N_("Fewer people have approved it than the charter asks for."),
    "audience-empty": N_("The record is releasable to nobody."),
    "not-in-audience": N_("The recipient is not among those that the record is releasable to."),
    "round-not-sealed": N_("Not everybody has sealed as far as this node knows. Exchange, and try again."),
    "no-record": N_("There is no such record in the own log."),
}
"""Why a step does not count, or is not taken; other codes are shown as they are."""


@dataclass(frozen=True, slots=True)
class Line:
    """One round in the list."""

    round: Round
    standing: RoundStanding
    exercise: bool

    @property
    def path(self) -> str:
        """The path of its page."""
        return path_of(self.round)


def path_of(round_: Round) -> str:
    """Return the path of a round's page."""
    return f"/rounds/{round_.place.origin}/{round_.place.index}"


class Pages:
    """The pages of one console.

    Args:
        console: renders them.
    """

    def __init__(self, console: Console) -> None:
        self._console = console
        self._node = console.node

    def line(self, round_: Round) -> Line:
        """Return one round and how it stands."""
        content = self._node.control.rounds.record(round_.place).content
        return Line(round_, round_.status(), content is not None and content.header.class_ == "exercise")

    def listing(self, request: Request) -> Response:
        """Return the page of all rounds."""
        lines = [self.line(round_) for round_ in reversed(Round.all(self._node))]
        exercise = any(item.exercise for item in lines)
        return self._console.render(
            request, "rounds.html", lines=lines, phases=PHASES, states=STATES, exercise=exercise
        )

    def page(self, request: Request, key: str, refused: tuple[str, ...] = (), status: int = 200) -> Response:
        """Return the page of one round, with why a step was not taken."""
        try:
            round_ = Round.find(self._node, key)
        except RoundUnknownError:
            return not_found(self._console, request)
        found = self.line(round_)
        return self._console.render(
            request,
            "round.html",
            status=status,
            line=found,
            mine=found.standing.party(self._node.origin),
            asked=round_.requests(),
            phases=PHASES,
            states=STATES,
            timings=TIMINGS,
            reasons=REASONS,
            refused=refused,
            exercise=found.exercise,
        )

    def taken(self, request: Request, key: str, step: Callable[[Round], object]) -> Response:
        """Take a step; return to the page, which says why if it was not taken."""
        try:
            round_ = Round.find(self._node, key)
            step(round_)
        except RoundUnknownError:
            return not_found(self._console, request)
        except RoundRefusedError as error:
            return self.page(request, key, (error.reason,), error.status)
        except RoundNotSealedError as error:
            return self.page(request, key, (error.code,), error.status)
        except ReleaseRefusedError as error:
            return self.page(request, key, error.reasons, CONFLICT)
        except (RecordNotFoundError, PreviewError):
            return self.page(request, key, ("no-record",), CONFLICT)
        return RedirectResponse(path_of(round_), status_code=303)


def routes(console: Console) -> APIRouter:
    """Return the routes of the pages about rounds."""
    router = APIRouter()
    pages = Pages(console)

    @router.get("/rounds")
    def rounds(request: Request) -> Response:
        return pages.listing(request)

    @router.get("/rounds/{party}/{name}/{index}")
    def one(request: Request, party: str, name: str, index: int) -> Response:
        return pages.page(request, f"{party}/{name}/{index}")

    @router.post("/rounds/{party}/{name}/{index}/seal")
    def seal(
        request: Request, place: Annotated[str, Depends(key_of)], record: Index, author: Author
    ) -> Response:
        return pages.taken(request, place, lambda round_: round_.seal(record, author=author))

    @router.post("/rounds/{party}/{name}/{index}/open")
    def open_(request: Request, place: Annotated[str, Depends(key_of)], author: Author) -> Response:
        return pages.taken(request, place, lambda round_: round_.open(author=author))

    return router


def key_of(party: str, name: str, index: int) -> str:
    """Return what finds the round of a path."""
    return f"{party}/{name}/{index}"
