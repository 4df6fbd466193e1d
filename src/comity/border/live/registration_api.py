"""The JSON API of registration, under /api/v1/border: what sensors add to what they say, as people decide."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Body

from comity.border.errors import RegistrationRefusedError

if TYPE_CHECKING:
    from comity.node.system import NodeApp


def api(app: NodeApp) -> APIRouter:
    """Return the routes."""
    router = APIRouter()
    node = app.node

    @router.get("/sensor-biases")
    def biases(
        sector: str, sensor: str = "", first: int | None = None, until: int | None = None
    ) -> dict[str, Any]:
        """The bias of each own sensor of a sector, with its errors; nothing of it is applied."""
        from comity.border.live import registration  # noqa: PLC0415 - needs arrays

        return registration.biases(node, sector, sensor, first, until)

    @router.get("/sensor-corrections")
    def corrections(sector: str) -> list[dict[str, Any]]:
        """Every correction on record of a sector's sensors, and which hold now."""
        from comity.border.live import registration  # noqa: PLC0415 - needs arrays
        from comity.border.sector import registrations  # noqa: PLC0415 - the same

        return registrations.shown(node, sector, registration.clock_of(node, sector))

    @router.post("/sensor-acts/{act}", status_code=201)
    def acts(act: str, body: Annotated[dict[str, Any], Body()]) -> dict[str, Any]:
        """Accept a correction, or withdraw it."""
        from comity.border.live import registering  # noqa: PLC0415 - needs arrays

        if act not in registering.ACTS:
            raise RegistrationRefusedError(f"no act {act[:40]!a}: {', '.join(registering.ACTS)}")
        try:
            return registering.ACTS[act](node, body)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise RegistrationRefusedError(f"{act}: {error} is missing or malformed") from error

    return router
