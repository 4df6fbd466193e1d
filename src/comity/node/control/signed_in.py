"""The person behind a request to the console or its API, where one is known.

A session is a person's once they used their passkey in it, and nobody else did (`comity.node.web.session`).
Who is known so is the author of what is asked, whatever was typed: approvals compare pseudonyms, and nobody
approves their own request. The command line knows nobody: there the author is what is typed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Request

if TYPE_CHECKING:
    from collections.abc import Callable


def person_of(request: Request) -> str:
    """Return the pseudonym of the person whose session this is; empty where none is known."""
    return str(getattr(request.state, "person", ""))


def used_passkey(request: Request, person: str) -> None:
    """Note that this person's passkey was used and verified in the session."""
    recognise: Callable[[str], None] | None = getattr(request.state, "recognise", None)
    if recognise is not None:
        recognise(person)


Caller = Annotated[str, Depends(person_of)]
"""The pseudonym of whoever calls; empty where nobody is known."""
