"""Who may come in: a bearer token for the command line, a one-time link and a cookie for the browser.

All of it lives as long as the process. Until people sign in by themselves, whoever can read the private run
file, or was handed a link, is the operator. A session in which one person used a passkey, and nobody else
did, is that person's: what is asked in it is asked by them.
"""

from __future__ import annotations

import hashlib
import secrets
import threading
from typing import Any, Final

MOST_LINKS: Final = 32
MOST_SESSIONS: Final = 256
TOKEN_BYTES: Final = 32
NOBODY: Final = ""
SEVERAL: Final = "*"


class Doorkeeper:
    """Issues and checks tokens, links and sessions.

    Args:
        origin: the node's log; it names the cookie, so that two nodes on one host name stay apart.
    """

    def __init__(self, origin: str) -> None:
        self.token = secrets.token_urlsafe(TOKEN_BYTES)
        self.cookie = "comity_" + hashlib.sha256(origin.encode()).hexdigest()[:12]
        self._lock = threading.Lock()
        self._links: dict[str, None] = {}
        self._sessions: dict[str, str] = {}  # to the person: NOBODY yet, or SEVERAL

    def mint_link(self) -> str:
        """Return the secret part of a new one-time link."""
        secret = secrets.token_urlsafe(TOKEN_BYTES)
        with self._lock:
            self._links[_digest(secret)] = None
            _trim(self._links, MOST_LINKS)
        return secret

    def enter(self, secret: str) -> str | None:
        """Use a link up and return the cookie's value; None when it was used, or never minted."""
        with self._lock:
            if self._links.pop(_digest(secret), secrets) is secrets:
                return None
            session = secrets.token_urlsafe(TOKEN_BYTES)
            self._sessions[_digest(session)] = NOBODY
            _trim(self._sessions, MOST_SESSIONS)
        return session

    def knows_token(self, token: str) -> bool:
        """Whether this is the command line's token."""
        return secrets.compare_digest(token.encode(), self.token.encode())

    def knows_session(self, session: str) -> bool:
        """Whether this is the value of a cookie given out by this process."""
        with self._lock:
            return _digest(session) in self._sessions

    def leave(self, session: str) -> None:
        """Forget a session: its cookie opens nothing from now on."""
        with self._lock:
            self._sessions.pop(_digest(session), None)

    def recognise(self, session: str, person: str) -> None:
        """Note that a person used their passkey in a session; with a second one it is nobody's for good."""
        key = _digest(session)
        with self._lock:
            known = self._sessions.get(key)
            if known is not None:
                self._sessions[key] = person if known in (NOBODY, person) else SEVERAL

    def person(self, session: str) -> str:
        """Return the pseudonym of the one person whose passkey was used in a session; empty if none."""
        with self._lock:
            known = self._sessions.get(_digest(session), NOBODY)
        return NOBODY if known == SEVERAL else known


def _digest(secret: str) -> str:
    # Looked up by digest, so that the time of a lookup says nothing about the secret.
    return hashlib.sha256(secret.encode()).hexdigest()


def _trim(known: dict[str, Any], most: int) -> None:
    while len(known) > most:
        del known[next(iter(known))]
