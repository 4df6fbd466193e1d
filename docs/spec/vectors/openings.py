"""Vectors of openings: single, full, and files."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from records import DESK, FIELDS, FULL, HASH, ID, KIND, LEAF, ORIGIN, OTHER, SEALED
from seeds import refused

from comity.record import entry
from comity.record.canonical import b64
from comity.record.commitment import Field, FullOpening, open_field
from comity.record.disclosure import Disclosure


def files() -> dict[str, dict[str, Any]]:
    """Return the file of this part."""
    return {"opening": _opening()}


def _replayed(origin: str = ORIGIN, entry_id: bytes = ID, n: int = SEALED.n) -> bytes:
    return entry.record_entry(origin=origin, id=entry_id, commit=SEALED.commit, n=n, seed=DESK)


def _opening() -> dict[str, Any]:
    opened = [open_field(FULL, SEALED.n, field.path) for field in FIELDS]
    slug, title = opened[8], opened[9]
    single = [
        {"name": o.path, "leaf": b64(LEAF), "kind": KIND, "opening": o.to_json()}
        for o in (opened[0], slug, title)
    ]
    decoy = replace(slug, slot=9, path="empty", proof=(*slug.proof,))
    wrong = [
        ("a second value", "opening-mismatch", LEAF, KIND, replace(slug, value="b-note")),
        (
            "a value in another type",
            "opening-mismatch",
            LEAF,
            KIND,
            replace(opened[6], value="1770000000000"),
        ),
        ("a value spelt otherwise", "opening-mismatch", LEAF, KIND, replace(opened[2], value=["bb", "aa"])),
        ("a decoy opened as a value", "opening-mismatch", LEAF, KIND, decoy),
        ("another slot", "opening-mismatch", LEAF, KIND, replace(slug, slot=9)),
        ("another path", "opening-mismatch", LEAF, KIND, replace(slug, path="slog")),
        ("another salt", "opening-mismatch", LEAF, KIND, replace(slug, salt=bytes(32))),
        ("another kind", "opening-mismatch", LEAF, "test.memo@1", slug),
        ("another version", "opening-mismatch", LEAF, "test.note@2", slug),
        ("replayed in another log", "opening-mismatch", _replayed(origin=OTHER), KIND, slug),
        ("replayed under another id", "opening-mismatch", _replayed(entry_id=bytes(16)), KIND, slug),
        ("a proof cut", "opening-proof", LEAF, KIND, replace(slug, proof=slug.proof[:-1])),
        ("a proof too long", "opening-proof", LEAF, KIND, replace(slug, proof=(*slug.proof, HASH))),
        ("a proof in another order", "opening-mismatch", LEAF, KIND, replace(slug, proof=slug.proof[::-1])),
        ("more slots claimed", "opening-proof", _replayed(n=32), KIND, slug),
        ("fewer slots claimed", "commitment-slot", _replayed(n=8), KIND, slug),
        ("a slot outside", "commitment-slot", LEAF, KIND, replace(slug, slot=16)),
        ("a negative slot", "commitment-slot", LEAF, KIND, replace(slug, slot=-1)),
        ("no path", "commitment-path", LEAF, KIND, replace(slug, path="")),
    ]
    single_refuse = [
        refused(name, code, leaf=b64(leaf), kind=kind, opening=o.to_json())
        for name, code, leaf, kind, o in wrong
    ]
    files = [
        {"name": "all of it", "file": Disclosure(LEAF, FULL).encode().decode()},
        {"name": "two fields", "file": Disclosure(LEAF, None, KIND, (slug, title)).encode().decode()},
    ]
    twice = Disclosure(LEAF, None, KIND, (slug, slug)).encode().decode()
    down = Disclosure(LEAF, None, KIND, (title, slug)).encode().decode()
    files_refuse = [
        refused("a field twice", "commitment-duplicate-slot", file=twice),
        refused("fields out of order", "opening-form", file=down),
        refused("neither full nor openings", "opening-form", file='{"leaf":"","v":1}'),
    ]
    about = "Against a leaf (base64): single openings, full openings, opening files; accepted and refused."
    return {
        "description": about,
        "single": single,
        "single_refuse": single_refuse,
        "full": [{"name": "a note", "leaf": b64(LEAF), "full": FULL.to_json()}],
        "full_refuse": _full_refused(),
        "files": files,
        "files_refuse": files_refuse,
    }


def _full_refused() -> list[dict[str, Any]]:
    def fields(*changed: Field, drop: int = -1) -> FullOpening:
        slots = {f.slot for f in changed}
        kept = [f for f in FIELDS if f.slot not in slots and f.slot != drop]
        return replace(FULL, fields=tuple(sorted([*kept, *changed], key=lambda f: f.slot)))

    short = replace(FULL, fields=(Field(0, "only", 1),))
    cases = [
        ("a second value", "opening-mismatch", LEAF, fields(Field(8, "slug", "b-note"))),
        ("a field passed off as a decoy", "opening-mismatch", LEAF, fields(drop=8)),
        ("a decoy opened as a value", "opening-mismatch", LEAF, fields(Field(9, "empty", "x"))),
        ("another path", "opening-mismatch", LEAF, fields(Field(8, "slog", "a-note"))),
        (
            "two slots exchanged",
            "opening-mismatch",
            LEAF,
            fields(Field(8, "title", "a"), Field(10, "slug", "b")),
        ),
        ("another record key", "opening-mismatch", LEAF, replace(FULL, record_key=bytes(32))),
        ("another kind", "opening-mismatch", LEAF, replace(FULL, kind="test.memo@1")),
        ("replayed in another log", "opening-place", _replayed(origin=OTHER), FULL),
        (
            "replayed, rewritten for the log",
            "opening-mismatch",
            _replayed(origin=OTHER),
            replace(FULL, origin=OTHER),
        ),
        ("replayed under another id", "opening-place", _replayed(entry_id=bytes(16)), FULL),
        (
            "replayed, rewritten for the id",
            "opening-mismatch",
            _replayed(entry_id=HASH[:16]),
            replace(FULL, id=HASH[:16]),
        ),
        ("more slots claimed", "opening-mismatch", _replayed(n=24), FULL),
        ("fewer slots claimed", "commitment-slot", _replayed(n=8), FULL),
        ("fewer slots, all in range", "opening-mismatch", _replayed(n=8), short),
        (
            "a slot twice",
            "commitment-duplicate-slot",
            LEAF,
            replace(FULL, fields=(*FIELDS, Field(11, "more", 1))),
        ),
        (
            "a path twice",
            "commitment-duplicate-path",
            LEAF,
            replace(FULL, fields=(*FIELDS, Field(12, "slug", 1))),
        ),
        ("a slot outside", "commitment-slot", LEAF, replace(FULL, fields=(*FIELDS, Field(16, "more", 1)))),
        ("fields out of order", "opening-form", LEAF, replace(FULL, fields=FIELDS[::-1])),
    ]
    return [refused(name, code, leaf=b64(leaf), full=full.to_json()) for name, code, leaf, full in cases]
