"""What a phone may keep so that it opens without a line: empty forms, and the page that lists them.

Nothing else is ever kept. The browser asks for a page with the header `Comity-Keep: 1`; a page that may be
kept answers with `Comity-Keep: yes`, without the names and times that belong to one opening alone: the phone
writes those itself each time a kept form is opened, so that two openings are never one report.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from fastapi import Request, Response

HEADER: Final = "Comity-Keep"
OF_ONE_OPENING: Final = ("slug", "began_at")
"""Fields that the phone fills in when a kept form is opened."""


def asked(request: Request) -> bool:
    """Return whether a browser asks for a page to keep it."""
    return request.headers.get(HEADER) == "1"


def may_be_kept(response: Response) -> Response:
    """Say of a reply that a phone may keep it."""
    response.headers[HEADER] = "yes"
    return response
