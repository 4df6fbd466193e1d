"""What was erased, who says so, what may remain, what is held, which months are over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from comity.console.i18n import N_
from comity.console.pages.record import not_found
from comity.node.control import answers_erasure as answers
from comity.node.control.people import CUSTODIAN
from comity.node.errors import RecordNotFoundError
from comity.record.erasure import ErasureRefusedError

if TYPE_CHECKING:
    from comity.console.render import Console

STATES: Final = {
    "acknowledged": (N_("acknowledged by the peer"), "good", "check"),
    "done": (N_("done here"), "good", "check"),
    "held": (N_("held by a legal hold"), "warn", "stop"),
    "overdue": (N_("overdue"), "stop", "stop"),
    "waiting": (N_("waiting"), "quiet", "wait"),
    "nothing": (N_("nothing was held here"), "quiet", "check"),
    "refused": (N_("the order does not hold"), "stop", "stop"),
}
"""Words, tone and drawing of each state."""

STAGES: Final = {
    "waiting": N_("waiting for approvals"),
    "approved": N_("approved"),
    "held": N_("held by a legal hold"),
    "ordered": N_("carried out"),
    "expired": N_("ended"),
    "refused": N_("refused"),
}

LIMITS: Final = {
    "word": N_("That a party destroyed its copy is that party's word; nothing can prove that none was kept."),
    "seen": N_("What people read, printed, photographed or copied elsewhere cannot be taken back."),
    "media": N_("A disk may keep old blocks: of content only ciphertext without its key."),
    "backups": N_("Backups and exports carry it until whoever keeps them destroys them."),
    "sealed": N_(
        "A copy of the sealed blob can be opened until the recipient's key of its month is destroyed."
    ),
    "public": N_("It was marked for everybody: strangers may hold it, and nobody knows who."),
}
"""By code of what no technique enforces."""


def routes(console: Console) -> APIRouter:
    """Return the routes of the page about erasures."""
    router = APIRouter()
    node = console.node

    def page(request: Request, refused: str = "", status: int = 200) -> Response:
        ledger = answers.ledger(node)
        asked = answers.requests(node)["requests"]
        shown = (*ledger["orders"], *ledger["holds"], *asked)
        return console.render(
            request,
            "erasure.html",
            status=status,
            orders=ledger["orders"],
            holds=ledger["holds"],
            asked=asked,
            due=answers.due(node)["due"],
            exercise=any(item["class"] == "exercise" for item in shown),
            refused=refused,
            states=STATES,
            stages=STAGES,
            limits=LIMITS,
        )

    @router.get("/erasure")
    def erasures(request: Request) -> Response:
        return page(request)

    @router.post("/erasure/{index}")
    def carry_out(request: Request, index: int) -> Response:
        try:
            answers.carry_out(node, index, CUSTODIAN)
        except RecordNotFoundError:
            return not_found(console, request)
        except ErasureRefusedError as error:
            return page(request, str(error), 409)
        return RedirectResponse("/erasure", status_code=303)

    return router
