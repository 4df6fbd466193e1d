"""The part of the register's JSON API that speaks of lives, series, channels and gaps; it only reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from fastapi import APIRouter, HTTPException

from comity.register import answers_life
from comity.register.answers import UnknownFactError

if TYPE_CHECKING:
    from collections.abc import Callable

    from comity.node.node import Node


Answer = TypeVar("Answer")


def life_api(node: Node) -> APIRouter:
    """Return the routes, below the register's own prefix."""
    router = APIRouter()

    @router.get("/lifecycle/{slug}")
    def lifecycle(slug: str, on: str = "", known: str = "") -> dict[str, Any]:
        """Where an instrument stands as of the day `on`, as known by the end of the day `known`."""
        return _asked(lambda: answers_life.lifecycle(node, slug, on, known))

    @router.get("/series")
    def series(mechanism: str = "", on: str = "") -> dict[str, Any]:
        """Sessions and findings of every mechanism, or of one."""
        return _asked(lambda: answers_life.series_of(node, mechanism, on))

    @router.get("/channels")
    def channels(channel: str = "") -> list[dict[str, Any]]:
        """Every channel with its records, numbers and declared gaps, or one."""
        return _asked(lambda: answers_life.channels_of(node, channel))

    @router.get("/formulas")
    def formulas() -> list[dict[str, Any]]:
        """Every formula with its versions, and what changed from each to the next."""
        return answers_life.formulas_of(node)

    @router.get("/gaps")
    def gaps() -> list[dict[str, Any]]:
        """Every declared gap."""
        return answers_life.gaps_of(node)

    @router.get("/quietly-ended")
    def quietly_ended(on: str = "") -> list[dict[str, Any]]:
        """What was praised and then ended without a joint word."""
        return _asked(lambda: answers_life.quietly_ended_of(node, on))

    return router


def _asked(question: Callable[[], Answer]) -> Answer:
    try:
        return question()
    except UnknownFactError as error:
        raise HTTPException(404, str(error)) from error
    except answers_life.DayError as error:
        raise HTTPException(422, str(error)) from error
