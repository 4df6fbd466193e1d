"""From drafts to leaves: every item of a call is checked before anything is stored."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from pydantic import ValidationError

from comity.node.errors import DraftError, DraftsRefusedError
from comity.node.system import Draft
from comity.record.canonical import b64, unb64
from comity.record.commitment import FullOpening, Sealed, seal
from comity.record.entry import Entry, protocol_entry, record_entry
from comity.record.errors import ComityError
from comity.record.header import Header
from comity.record.keyring import Retention
from comity.record.kinds import Registry, to_fields
from comity.record.protocol import refs_of
from comity.record.protocol_kinds import KINDS, Enrolment, Erase, EraseAck, Grant, Hold, Lapse, Revocation

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from comity.node.keys import Key, Keys
    from comity.record.charter import Charter
    from comity.record.kinds import Kind

ID_SIZE: Final = 16
MAX_CONTENT: Final = 64 * 1024
"""Bytes of one full opening; longer material is an attachment."""
MAX_DRAFTS: Final = 10_000
MILLISECONDS: Final = 1000

_HEADER: Final = (
    "author",
    "marking",
    "releasable_to",
    "basis",
    "retention",
    "class",
    "claimed",
    "refs",
)
_ITEM: Final = frozenset((*_HEADER, "kind", "version", "fields", "office", "id"))
_DEFAULTS: Final[dict[str, Any]] = {"releasable_to": [], "class": "record"}


CONTROL_KEYS: Final[dict[type[Kind], str]] = {
    Enrolment: "enrol",
    Revocation: "enrol",
    Grant: "release",
    Erase: "erase",
    EraseAck: "erase",
    Hold: "erase",
    Lapse: "erase",
}
"""Kinds that a control key of the charter signs; an office signs the others."""


@dataclass(frozen=True, slots=True)
class SealedDraft:
    """A leaf ready to be appended, and the opening that stays beside the log."""

    leaf: bytes
    opening: FullOpening


class Sealer:
    """Makes entries of the own log.

    Args:
        origin: the own log.
        keys: whose offices sign.
        charter: which must name the office that signs.
        registry: the kinds that may be written.
    """

    def __init__(self, origin: str, keys: Keys, charter: Charter, registry: Registry) -> None:
        self._origin = origin
        self._keys = keys
        self._charter = charter
        self._registry = registry

    def seal_all(self, drafts: Sequence[Draft], index_of: Callable[[bytes], int | None]) -> list[SealedDraft]:
        """Seal every draft, or none.

        Args:
            drafts: at most 10,000.
            index_of: where an id stands in the log already; such a draft is refused, so that the content held
                under the id stays what it is.

        Raises:
            DraftsRefusedError: with one item for each draft that is refused, by its place in the call.
        """
        if len(drafts) > MAX_DRAFTS:
            raise DraftError(f"{len(drafts)} drafts in one call: at most {MAX_DRAFTS}")
        sealed: list[SealedDraft] = []
        refused: list[dict[str, Any]] = []
        taken: set[bytes] = set()
        for place, draft in enumerate(drafts):
            try:
                done = self.seal(draft)
                if done.opening.id in taken or index_of(done.opening.id) is not None:
                    raise DraftError(f"id {b64(done.opening.id)} is taken")
                taken.add(done.opening.id)
                sealed.append(done)
            except ComityError as error:
                refused.append({"item": place, **error.problem()})
        if refused:
            raise DraftsRefusedError(f"{len(refused)} of {len(drafts)} drafts are refused", refused)
        return sealed

    def seal(self, draft: Draft) -> SealedDraft:
        """Seal one draft, and read it back as any reader would.

        Raises:
            ComityError: the draft cannot be sealed; the subclass says why.
        """
        model = type(draft.model)
        kind = model.kind_id()
        if self._registry.model(model.kind, model.version) is not model:
            raise DraftError(f"{kind} is not a kind that this node writes")
        if draft.id is not None and len(draft.id) != ID_SIZE:
            raise DraftError(f"id: {len(draft.id)} bytes, needs {ID_SIZE}")
        key = self.office_key(draft.office or CONTROL_KEYS.get(model, ""))
        entry_id = draft.id or secrets.token_bytes(ID_SIZE)
        fields = to_fields(draft.header, draft.model)
        self._registry.from_fields(kind, fields)
        Retention.parse(draft.header.retention)
        done = seal(self._origin, entry_id, kind, fields, len(model.slots()))
        opening = FullOpening(self._origin, entry_id, kind, done.record_key, tuple(fields))
        size = len(opening.encode())
        if size > MAX_CONTENT:
            raise DraftError(
                f"content of {size} bytes: at most {MAX_CONTENT}; put long material into an attachment"
            )
        leaf = _leaf(self._origin, entry_id, done, draft.model, key)
        self._charter.verify_entry(Entry.parse(leaf))
        return SealedDraft(leaf, opening)

    def office_key(self, office: str) -> Key:
        """Return the key of an office, or of a control role; the charter's first office when none is named.

        Raises:
            DraftError: the charter or the keys folder does not have it.
        """
        name = office or self._charter.offices[0].name
        here = {**self._keys.control, **self._keys.offices}
        listed = (*self._charter.offices, *self._charter.control)
        if name not in here or all(known.name != name for known in listed):
            raise DraftError(f"office {name!r} is not in the charter of {self._origin} with a key here")
        return here[name]


def _leaf(origin: str, entry_id: bytes, done: Sealed, model: Kind, key: Key) -> bytes:
    refs = refs_of(model) if type(model) in KINDS else ()
    if refs:
        return protocol_entry(
            origin=origin, id=entry_id, commit=done.commit, n=done.n, refs=refs, seed=key.seed
        )
    return record_entry(origin=origin, id=entry_id, commit=done.commit, n=done.n, seed=key.seed)


def draft_from_json(item: object, registry: Registry) -> Draft:
    """Read one draft as files and the API carry it.

    The keys are `kind`, `fields`, `author`, `marking`, `basis`, `retention`, and where wanted `version`,
    `releasable_to`, `class`, `claimed`, `refs`, `office`, `id`.

    Raises:
        DraftError: a key is missing, unknown or malformed.
    """
    if not isinstance(item, dict):
        raise DraftError("a draft is a JSON object")
    unknown = sorted(set(item) - _ITEM)
    if unknown:
        raise DraftError(f"unknown key {unknown[0]!r}")
    for name in ("kind", "fields"):
        if name not in item:
            raise DraftError(f"{name} is missing")
    model = _model(item, registry)
    header = {**_DEFAULTS, "claimed": time.time_ns() // 1_000_000}
    header |= {name: item[name] for name in _HEADER if name in item}
    try:
        return Draft(
            model=model.model_validate(item["fields"], by_name=False, by_alias=True),
            header=Header.model_validate_json(_json(header)),
            office=_text(item, "office"),
            id=unb64(_text(item, "id"), ID_SIZE) if "id" in item else None,
        )
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise DraftError(f"{place or 'draft'}: {first['msg']}") from error


def drafts_from_json(items: Sequence[object], registry: Registry) -> list[Draft]:
    """Read every draft of a call, or none.

    Raises:
        DraftsRefusedError: with one item for each that is refused.
    """
    drafts: list[Draft] = []
    refused: list[dict[str, Any]] = []
    for place, item in enumerate(items):
        try:
            drafts.append(draft_from_json(item, registry))
        except ComityError as error:
            refused.append({"item": place, **error.problem()})
    if refused:
        raise DraftsRefusedError(f"{len(refused)} of {len(items)} drafts are refused", refused)
    return drafts


def draft_to_json(draft: Draft) -> dict[str, Any]:
    """Return what `draft_from_json` reads."""
    model = type(draft.model)
    item = draft.header.model_dump(mode="json", by_alias=True)
    item |= {"kind": model.kind, "version": model.version, "office": draft.office}
    item["fields"] = draft.model.model_dump(mode="json", by_alias=True, exclude_none=True)
    return item


def _model(item: dict[str, Any], registry: Registry) -> type[Kind]:
    kind = _text(item, "kind")
    versions = [model.version for model in registry if model.kind == kind]
    version = item.get("version", max(versions, default=0))
    model = registry.model(kind, version) if isinstance(version, int) else None
    if model is None:
        raise DraftError(f"kind {kind!r} version {version!r} is not one that this node writes")
    if model in CONTROL_KEYS:
        # A page may append records; who enrols people, grants or erases goes through the checks of control.
        raise DraftError(
            f"{kind} is not appended as it is: comity people, release, erase and retention write it"
        )
    return model


def _text(item: dict[str, Any], name: str) -> str:
    value = item.get(name, "")
    if not isinstance(value, str):
        raise DraftError(f"{name} must be text")
    return value


def _json(value: object) -> bytes:
    import orjson  # noqa: PLC0415 - the command line starts without it

    try:
        return orjson.dumps(value)
    except (TypeError, ValueError) as error:
        raise DraftError(f"not JSON: {error}") from error
