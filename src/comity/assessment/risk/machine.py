"""Functions made machine code, once: what is made is kept for the next process."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar, cast

from numba import njit

if TYPE_CHECKING:
    from collections.abc import Callable

    Made = TypeVar("Made", bound=Callable[..., Any])


def machine(function: Made) -> Made:
    """Compile a function; the code is kept beside the source or in the user's cache, if one is writable."""
    try:
        return cast("Made", njit(cache=True, nogil=True)(function))
    except RuntimeError:  # neither is
        return cast("Made", njit(nogil=True)(function))
