"""Files that a page gives out: named, of their type, and kept by no cache."""

from __future__ import annotations

from typing import Final

from fastapi import Response

MEDIA: Final = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "ics": "text/calendar; charset=utf-8",
}


def file_reply(data: str | bytes, name: str, form: str) -> Response:
    """Return the answer that saves a file; `form` is one of `MEDIA`."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(data, media_type=MEDIA[form], headers=headers)
