"""How much a caller may ask for: requests in time, requests at once, octets in a day.

Every peer has shares of its own, so that one peer's flood leaves the others theirs; all callers that are not
known share one. Only time is an input: the functions take it, in seconds, from whoever calls.

    with limits.admit("la/hq", clock(), wall()):
        ...
        limits.charge("la/hq", 4096, wall())
"""

from __future__ import annotations

import math
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from comity.node.http_errors import QuotaUsedError, TooManyRequestsError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from comity.node.config import LimitSettings

DAY: Final = 24 * 60 * 60  # seconds
MEBIBYTE: Final = 1 << 20


class TokenBucket:
    """Lets `burst` requests through at once and `rate` a second in the long run.

    Args:
        rate: tokens a second, above 0.
        burst: tokens when full, at least 1.
    """

    def __init__(self, rate: float, burst: int) -> None:
        self._rate = rate
        self._burst = burst
        self._tokens = float(burst)
        self._at: float | None = None

    def take(self, now: float) -> float:
        """Take a token; return 0, or the seconds until there is one.

        Args:
            now: seconds of a clock that never goes back.
        """
        if self._at is not None:
            self._tokens = min(float(self._burst), self._tokens + max(0.0, now - self._at) * self._rate)
        self._at = now
        if self._tokens < 1:
            return (1 - self._tokens) / self._rate
        self._tokens -= 1
        return 0.0


@dataclass(slots=True)
class _Share:
    bucket: TokenBucket
    under_way: int = 0
    day: int = -1
    used: int = 0


class Limits:
    """The shares of every caller. Threads may share it.

    Args:
        settings: `[limits]` of comity.toml.
    """

    def __init__(self, settings: LimitSettings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._shares: dict[str, _Share] = {}
        self._unknown = TokenBucket(settings.unknown_per_second, settings.unknown_burst)

    def refuse_unknown(self, now: float) -> None:
        """Count a caller who is not known.

        Args:
            now: seconds of a clock that never goes back.

        Raises:
            TooManyRequestsError: there are too many of them.
        """
        with self._lock:
            wait = self._unknown.take(now)
        if wait:
            raise TooManyRequestsError("too many requests of callers that are not known", math.ceil(wait))

    @contextmanager
    def admit(self, peer: str, now: float, wall: float) -> Iterator[None]:
        """Let one request of a peer in, for the life of the block.

        Args:
            peer: its origin; only peers that are paired get here, so there are few.
            now: seconds of a clock that never goes back.
            wall: seconds UTC.

        Raises:
            TooManyRequestsError: it asks too often, or for too much at once.
            QuotaUsedError: it was sent its octets of the day.
        """
        with self._lock:
            share = self._share(peer)
            self._check(share, peer, now, wall)
            share.under_way += 1
        try:
            yield
        finally:
            with self._lock:
                share.under_way -= 1

    def charge(self, peer: str, octets: int, wall: float) -> None:
        """Count octets that were sent to a peer, or taken from it."""
        with self._lock:
            share = self._share(peer)
            self._turn(share, wall)
            share.used += octets

    def _share(self, peer: str) -> _Share:
        known = self._shares.get(peer)
        if known is None:
            bucket = TokenBucket(self._settings.requests_per_second, self._settings.burst)
            known = self._shares[peer] = _Share(bucket)
        return known

    def _check(self, share: _Share, peer: str, now: float, wall: float) -> None:
        self._turn(share, wall)
        if share.used >= self._settings.megabytes_per_day * MEBIBYTE:
            raise QuotaUsedError(f"{peer} was sent its octets of this day", DAY - int(wall) % DAY)
        if share.under_way >= self._settings.at_once:
            raise TooManyRequestsError(f"{peer} asks for more than {self._settings.at_once} things at once")
        wait = share.bucket.take(now)
        if wait:
            raise TooManyRequestsError(f"{peer} asks too often", math.ceil(wait))

    @staticmethod
    def _turn(share: _Share, wall: float) -> None:
        day = int(wall) // DAY
        if day != share.day:
            share.day, share.used = day, 0
