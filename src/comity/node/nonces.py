"""What was asked already, so that no request is answered twice (docs/spec/transport.md)."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Final

from comity.node.http_errors import NoncesFullError, SignatureReplayedError
from comity.node.http_signatures import WINDOW

if TYPE_CHECKING:
    from comity.node.http_signatures import Signed

MOST_NONCES: Final = 1 << 16
"""Nonces remembered for one key; about 5 MB."""


class Nonces:
    """Remembers what was signed, for as long as it could be shown again. Threads may share it.

    Two sets for each key take turns: whatever was seen is remembered for at least two windows, the longest
    that a signature from a clock ahead can be taken. A key that fills its sets is refused, never forgotten.

    Args:
        started: seconds UTC; what was signed before is refused, since an earlier process may have seen it.
        most: nonces for one key.
    """

    def __init__(self, started: int, most: int = MOST_NONCES) -> None:
        self._started = started
        self._most = most
        self._lock = threading.Lock()
        self._turn = started
        self._now: dict[str, set[bytes]] = {}
        self._before: dict[str, set[bytes]] = {}

    def use(self, signed: Signed, now: int) -> None:
        """Use a verified signature up.

        Raises:
            SignatureReplayedError: it was used, or may have been used before this process began.
            NoncesFullError: too many requests of this key to remember.
        """
        if signed.created < self._started:
            raise SignatureReplayedError("signed before this node started, so it may be a repetition")
        with self._lock:
            if now - self._turn >= 2 * WINDOW:
                # After a longer silence nothing of either set can still be shown.
                self._before = self._now if now - self._turn < 4 * WINDOW else {}
                self._now, self._turn = {}, now
            known = self._now.setdefault(signed.keyid, set())
            before = self._before.get(signed.keyid, set())
            if signed.nonce in known or signed.nonce in before:
                raise SignatureReplayedError("this very request was answered before")
            if len(known) + len(before) >= self._most:
                raise NoncesFullError(f"too many requests of {signed.keyid} within {2 * WINDOW} seconds")
            known.add(signed.nonce)
