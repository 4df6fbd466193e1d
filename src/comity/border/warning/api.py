"""The JSON API of warnings, under /api/v1/border."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Body

from comity.border.errors import WarningRefusedError, WarningUnknownError

if TYPE_CHECKING:
    from comity.node.system import NodeApp


def api(app: NodeApp) -> APIRouter:
    """Return the routes."""
    router = APIRouter()
    node = app.node

    @router.get("/warnings")
    def warning_list() -> list[dict[str, Any]]:
        """Every warning on record: state and receipts."""
        from comity.border.warning import answers  # noqa: PLC0415 - needs XML

        return answers.warning_list(node)

    @router.get("/warnings/{name:path}")
    def warning(name: str) -> dict[str, Any]:
        """One warning, by slug or PARTY/SLUG, and who knew when."""
        from comity.border.warning import answers  # noqa: PLC0415 - needs XML

        return answers.warning(node, name)

    @router.get("/office-keys")
    def office_keys() -> list[dict[str, str]]:
        """The offices of every charter held here, each with its key."""
        from comity.border.warning import answers  # noqa: PLC0415 - needs XML

        return answers.office_keys(node)

    @router.get("/warning-anchor")
    def anchor(office: str = "") -> dict[str, str]:
        """The certificate of an office that third parties begin with, PEM."""
        from comity.border.warning import answers, signatures  # noqa: PLC0415 - needs XML

        return {"anchor": signatures.anchor_of(node, {"office": office}, answers.now())}

    @router.post("/warning-acts/{act}", status_code=201)
    def acts(act: str, body: Annotated[dict[str, Any], Body()]) -> dict[str, Any]:
        """Issue or receive: checked, and appended to the own log. Sign: given back, appended nowhere."""
        from comity.border.warning import answers, writing  # noqa: PLC0415 - needs XML

        if act not in writing.ACTS:
            raise WarningUnknownError(f"no act {act[:40]!a}: {', '.join(writing.ACTS)}")
        try:
            return writing.ACTS[act](node, body, answers.now())
        except (KeyError, TypeError, ValueError) as error:
            raise WarningRefusedError(f"{act}: {error} is missing or malformed") from error

    return router
