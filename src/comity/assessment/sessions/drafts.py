"""What an expert has typed and not submitted: a file in the node's own folder, and nowhere else.

`NODE/private/sessions/<session>/<expert>/<stage>.json`, readable by the node's user alone. A draft is any
text; nothing in it is refused, so that nothing typed is lost. It is no entry, and no backup, export or
interface of another node holds that folder.
"""

from __future__ import annotations

import json
import re
import threading
from typing import TYPE_CHECKING, Annotated, Any, Final

from pydantic import Field, ValidationError

from comity.assessment.sessions.errors import DraftFileError
from comity.node.folder import write_atomic
from comity.record.canonical import unb64
from comity.record.values import Value

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

FOLDER: Final = ("private", "sessions")
LARGEST: Final = 1 << 20
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,62}[a-z0-9]")
_WRITING: Final = threading.Lock()
_STAGES: Final = ("private", "revised")
Typed = Annotated[str, Field(max_length=200)]
Prose = Annotated[str, Field(max_length=2000)]


class Draft(Value):
    """What was typed for one question.

    Attributes:
        values: As typed, in the order of the form; any of them may be empty.
        language: Code of the language of the reasons.
        why: Reasons.
        why_low: Reasons for a low value.
        why_high: Reasons for a high value.
    """

    values: Annotated[list[Typed], Field(max_length=24)] = Field(default_factory=list)
    language: Annotated[str, Field(pattern=r"^[a-z]{2,3}$")] = "en"
    why: Prose = ""
    why_low: Prose = ""
    why_high: Prose = ""


def path_of(root: Path, session: str, expert: str, stage: str) -> Path:
    """Return where drafts lie.

    Args:
        root: The node's folder.
        session: Digest of the session's fields, base64.
        expert: Pseudonym.
        stage: Which.

    Raises:
        DraftFileError: a name is none, and could lead out of the folder.
    """
    if not _NAME.fullmatch(expert) or stage not in _STAGES:
        raise DraftFileError(f"{expert[:60]!a}, {stage[:20]!a}: no pseudonym, or no stage")
    return root.joinpath(*FOLDER, unb64(session, 32)[:16].hex(), expert, f"{stage}.json")


def read(root: Path, session: str, expert: str, stage: str) -> dict[str, Draft]:
    """Return drafts by the slug of their question.

    Raises:
        DraftFileError: the file is damaged; what is wrong is said without what was typed.
    """
    place = path_of(root, session, expert, stage)
    try:
        data = place.read_bytes()
    except FileNotFoundError:
        return {}
    try:
        return {slug: Draft.model_validate(one) for slug, one in json.loads(data).items()}
    except (ValueError, AttributeError):
        raise DraftFileError(f"{place.relative_to(root)} is damaged") from None


def save(
    root: Path, session: str, expert: str, stage: str, drafts: Mapping[str, Mapping[str, Any] | None]
) -> dict[str, Draft]:
    """Keep what was typed beside what was kept before; None takes a question out.

    Raises:
        DraftFileError: it is too long, or of another shape; what was kept stays as it was.
    """
    with _WRITING:
        return _save(root, session, expert, stage, drafts)


def _save(
    root: Path, session: str, expert: str, stage: str, drafts: Mapping[str, Mapping[str, Any] | None]
) -> dict[str, Draft]:
    kept = read(root, session, expert, stage)
    for slug, typed in drafts.items():
        if typed is None:
            kept.pop(slug, None)
            continue
        try:
            kept[slug] = Draft.model_validate(dict(typed))
        except (ValidationError, ValueError, TypeError):
            raise DraftFileError(f"the draft of {slug[:60]!a} is too long, or no draft") from None
    data = json.dumps({slug: one.model_dump() for slug, one in kept.items()}, ensure_ascii=False).encode()
    if len(data) > LARGEST:
        raise DraftFileError(f"{len(data)} bytes of drafts: at most {LARGEST} are kept")
    place = path_of(root, session, expert, stage)
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    for folder in list(place.parents)[: len(FOLDER) + 2]:
        folder.chmod(0o700)
    write_atomic(place, data, 0o600)
    return kept
