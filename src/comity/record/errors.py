"""The root of every error: a stable code, what happened, and what to do next."""

from __future__ import annotations

from typing import ClassVar


class ComityError(Exception):
    """Something Comity refuses or cannot do.

    `code` is stable, kebab-case and unique; `advice` says what the user should do next.
    """

    code: ClassVar[str] = "comity"
    advice: ClassVar[str] = "Read the message; it names the place."

    def problem(self) -> dict[str, str]:
        """Return the error as problem details (RFC 9457 section 3.1): type, title, detail."""
        return {
            "type": f"urn:comity:error:{self.code}",
            "title": self.advice,
            "detail": str(self),
        }
