"""From plain data to records of the own log, with the header that a record of a session has."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, TypeVar

from pydantic import ValidationError

from comity.assessment.sessions.digests import fields_of
from comity.assessment.sessions.errors import SessionError
from comity.node.sealing import draft_from_json
from comity.record.kinds import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from comity.assessment.sessions.queries import SessionView
    from comity.node.node import Node

K = TypeVar("K", bound=Kind)

BASIS: Final = "joint assessment"
ANSWERS: Final = "expert-answers"
"""The retention class of single answers and panels."""
HEADER: Final[tuple[str, ...]] = ("marking", "releasable_to", "exercise")


def read(kind: type[K], fields: Any) -> K:
    """Read the fields of a record.

    Raises:
        SessionError: a field is missing or malformed; the message says which, and of what.
    """
    try:
        return kind.model_validate(fields, by_name=False, by_alias=True)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        slug = fields.get("slug") if isinstance(fields, dict) else None
        named = f" {str(slug)[:60]!a}" if slug else ""
        said = str(first["msg"]).removeprefix("Value error, ")
        raise SessionError(f"{kind.kind}{named}: {f'{where}: ' if where else ''}{said}") from error


def append(node: Node, models: Iterable[Kind], header: Mapping[str, Any]) -> list[int]:
    """Append records in one batch, all or none; return their indexes."""
    drafts = [
        draft_from_json({**header, "kind": model.kind, "fields": fields_of(model)}, node.registry)
        for model in models
    ]
    return [receipt.index for receipt in node.append(drafts)]


def header(node: Node, author: str, given: Mapping[str, Any], audience: Iterable[str]) -> dict[str, Any]:
    """Return the header of a record for the parties of a session.

    Args:
        node: The node.
        author: Pseudonym.
        given: `marking`, `releasable_to` and `exercise` where they were chosen.
        audience: Parties that it is releasable to where none are named; the own one is left out.
    """
    own = node.origin.partition("/")[0]
    to = given.get("releasable_to") or [party for party in audience if party != own]
    return {
        "author": author,
        "marking": given.get("marking") or "TLP:AMBER",
        "releasable_to": sorted(set(to)),
        "basis": BASIS,
        "retention": "working",
        "class": "exercise" if given.get("exercise") else "record",
    }


def personal_header(view: SessionView, author: str, audience: Sequence[str] = ()) -> dict[str, Any]:
    """Return the header of personal data: for nobody but the session's auditors, until a month."""
    last = datetime.fromtimestamp(view.model.stages[-1].open_by / 1000, UTC)
    months = last.year * 12 + last.month - 1 + view.model.keep_answers_months
    return {
        "author": author,
        "marking": "TLP:RED",
        "releasable_to": sorted(audience),
        "basis": BASIS,
        "retention": f"{ANSWERS}:{months // 12:04}-{months % 12 + 1:02}",
        "class": "exercise" if view.exercise else "record",
    }
