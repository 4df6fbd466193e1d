"""Ctrl-C and SIGTERM: one way to end, which never leaves a process behind that nobody remembers."""

from __future__ import annotations

import contextlib
import signal
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType


class Interrupts:
    """Turns both signals into KeyboardInterrupt, and can hold them back for a moment.

    with Interrupts() as calls:
        with calls.held():
            start_a_process_and_remember_it()   # an interrupt comes right after, not in between
    """

    def __init__(self) -> None:
        self._before: dict[int, Any] = {}
        self._holding = False
        self._called = False

    def __enter__(self) -> Self:
        """Take over the signals."""
        for number in (signal.SIGINT, signal.SIGTERM):
            self._before[number] = signal.signal(number, self._call)
        return self

    def __exit__(self, *_: object) -> None:
        """Give the signals back."""
        for number, handler in self._before.items():
            signal.signal(number, handler)

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Hold interrupts back until the block is done."""
        self._holding = True
        try:
            yield
        finally:
            self._holding = False
        if self._called:
            raise KeyboardInterrupt

    def _call(self, _number: int, _frame: FrameType | None) -> None:
        self._called = True
        if not self._holding:
            raise KeyboardInterrupt
