"""The JSON API of reports, under /api/v1/assessment/reports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from comity.node.control.signed_in import Caller  # noqa: TC001 - FastAPI reads it

if TYPE_CHECKING:
    from comity.node.system import NodeApp

Author = Annotated[str, Field(min_length=1, max_length=64)]
Digest = Annotated[str, Query(max_length=44)]


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid")


class RecordBody(_Asked):
    """Files that were printed of a session."""

    key: Annotated[str, Field(min_length=1, max_length=160)]
    stage: str = Field("private", max_length=20)
    languages: str = Field("vi,lo", max_length=20)
    files: list[dict[str, Any]] = Field(max_length=2)
    author: Author


class CosignBody(_Asked):
    """A file that another party printed."""

    digest: Annotated[str, Field(max_length=44)]
    author: Author


def api(app: NodeApp) -> APIRouter:
    """Return the routes."""
    router = APIRouter(prefix="/reports")
    node = app.node

    @router.get("/sheet")
    def sheet(key: str, stage: str = "private", languages: str = "vi,lo") -> dict[str, Any]:
        """What a report says, as plain data; the pictures of it are SVG."""
        from comity.assessment.report import sheets  # noqa: PLC0415 - needs arrays

        return sheets.sheet(node, key, stage, languages)

    @router.get("/check")
    def check(digest: Digest) -> dict[str, Any]:
        """Whose record the file of a digest is."""
        from comity.assessment.report import recording  # noqa: PLC0415 - needs arrays

        return recording.check(node, digest)

    @router.post("/record", status_code=201)
    def record(caller: Caller, asked: RecordBody) -> dict[str, Any]:
        """Record the digests of files that say what this node derives."""
        from comity.assessment.report import recording  # noqa: PLC0415 - needs arrays

        who = caller or asked.author
        return recording.record(
            node, recording.Printed(asked.key, asked.stage, asked.languages), asked.files, who
        )

    @router.post("/cosign", status_code=201)
    def cosign(caller: Caller, asked: CosignBody) -> dict[str, Any]:
        """Record a file that another party printed, once the content is the same here."""
        from comity.assessment.report import recording  # noqa: PLC0415 - needs arrays

        return recording.cosign(node, asked.digest, caller or asked.author)

    return router
