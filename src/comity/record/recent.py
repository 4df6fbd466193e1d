"""What was read last, kept in memory: a mapping of at most so many items, from which the oldest goes."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Recent(Generic[K, V]):
    """The items used last. Threads may share it.

    Args:
        most: How many are kept.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._items: OrderedDict[K, V] = OrderedDict()

    def __len__(self) -> int:
        return len(self._items)

    def get(self, key: K) -> V | None:
        """Return an item, or None where it is not kept."""
        with self._lock:
            if key in self._items:
                self._items.move_to_end(key)
            return self._items.get(key)

    def put(self, key: K, value: V) -> None:
        """Keep an item."""
        with self._lock:
            self._items[key] = value
            self._items.move_to_end(key)
            if len(self._items) > self._most:
                self._items.popitem(last=False)

    def drop(self, key: K) -> None:
        """Keep an item no longer."""
        with self._lock:
            self._items.pop(key, None)

    def clear(self) -> None:
        """Keep nothing."""
        with self._lock:
            self._items.clear()
