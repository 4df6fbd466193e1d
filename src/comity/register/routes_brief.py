"""The page that makes consultation briefs: meetings, progress, downloads."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any, Final

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from comity.console.i18n import N_
from comity.console.pages.record import not_found
from comity.node.compacts import parties
from comity.register import brief_answers
from comity.register.brief_jobs import STEPS, Jobs
from comity.register.brief_visible import Sight
from comity.register.labels import VALUES
from comity.register.pages import title

if TYPE_CHECKING:
    from comity.console import Console
    from comity.node.node import Node

LANGUAGES: Final = ("vi,lo", "lo,vi", "vi,lo,en", "vi,en", "lo,en", "vi", "lo", "en")
MEDIA: Final = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
}
STAGES: Final = (
    N_("Putting the brief into words"),
    N_("Writing the DOCX"),
    N_("Setting the PDF"),
    N_("Done"),
)


def brief_routes(console: Console, node: Node) -> APIRouter:
    """Return the routes."""
    router = APIRouter()
    jobs = Jobs(lambda meeting, languages: brief_answers.sheet(node, meeting, languages=languages))

    @router.get("/register/briefs")
    def meetings(request: Request) -> Response:
        return console.render(
            request, "register/briefs.html", meetings=_meetings(node), language_sets=LANGUAGES, values=VALUES
        )

    @router.post("/register/briefs")
    def start(
        meeting: Annotated[str, Form(max_length=96)], languages: Annotated[str, Form(max_length=12)]
    ) -> Response:
        job = jobs.start(meeting, languages if languages in LANGUAGES else LANGUAGES[0])
        return RedirectResponse(f"/register/briefs/{job.id}", status_code=303)

    @router.get("/register/briefs/{name}")
    def progress(request: Request, name: str) -> Response:
        job = jobs.get(name)
        if job is None:
            return not_found(console, request)
        page = console.render(
            request, "register/brief.html", job=job, sheet=job.sheet, stage=STAGES[job.done], steps=STEPS
        )
        if not job.ended:
            page.headers["Refresh"] = "1"
        return page

    @router.get("/register/briefs/{name}/{form}")
    def download(request: Request, name: str, form: str) -> Response:
        job = jobs.get(name)
        if job is None or form not in job.files:
            return not_found(console, request)
        file = f"brief-{job.sheet['meeting']}-{job.languages.replace(',', '-')}.{form}"
        headers = {"Content-Disposition": f'attachment; filename="{file}"', "Cache-Control": "no-store"}
        return Response(job.files[form], media_type=MEDIA[form], headers=headers)

    return router


def _meetings(node: Node) -> list[dict[str, Any]]:
    """Return what a brief can be made for: planned meetings, the next of each forum, then the newest held."""
    with node.views.connect() as db:
        sight = Sight(db, parties(node))
        forums = sight.facts("register.mechanism")
        names = {fact.key: fact.fields["names"] for fact in forums}
        found = [
            {
                "slug": fact.key,
                "title": title(fact, names),
                "start": fact.fields["start"],
                "state": fact.fields["state"],
                "exercise": fact.exercise,
            }
            for fact in sight.facts("register.meeting")
        ]
        met = {fact.fields["mechanism"] for fact in sight.facts("register.meeting")}
    today = datetime.now(UTC).date().isoformat()
    found.sort(key=lambda item: str(item["start"]), reverse=True)
    # The next meeting of a forum can be prepared before its day is on record.
    following = [
        {
            "slug": fact.key,
            "title": names[fact.key],
            "start": "",
            "state": "planned",
            "exercise": fact.exercise,
        }
        for fact in forums
        if fact.key in met
    ]
    ahead = [item for item in found if item["state"] == "planned" and str(item["start"]) >= today[:4]]
    return [*ahead, *following, *(item for item in found if item not in ahead)]
