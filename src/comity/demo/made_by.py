"""What a demonstration's folder was made by: a later version leaves it as it is, and says what to do.

A folder remembers the version, the example and the entry kinds that made it (`demo.json`). The same ones go
on with what is there; others could only mix two stories in one log, which nobody could take out again.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Final

import comity
from comity.record.durable import replace_file
from comity.record.errors import ComityError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from comity.demo.example import Example

NAME: Final = "demo.json"
FIRST_BESIDE: Final = 2


class OlderFolderError(ComityError):
    """The folder holds a demonstration that another version, or another example, has made."""

    code = "demo-older"
    advice = "Start a new one in an empty folder; this one stays as it is."


def settle(root: Path, example: Example) -> bool:
    """Say whether the folder held nodes before, and remember by what it is made.

    Raises:
        OlderFolderError: it was made by something else.
    """
    before = any((root / member.party / "comity.toml").exists() for member in example.parties)
    now, known = _now(example), _known(root / NAME)
    if before and known != now:
        made = known.get("version", "") if known else ""
        why = "it was made before folders said by what they were made"
        if made and made != now["version"]:
            why = f"it was made by Comity {made}, and this is {now['version']}"
        elif known:
            differs = " and ".join(name for name in ("example", "kinds") if known.get(name) != now[name])
            why = f"since it was made, the {differs} of this version changed"
        raise OlderFolderError(f"{root}: {why}. Nothing in it was changed. {way_out(root, example)}")
    if known != now:
        replace_file(root / NAME, json.dumps(now, indent=1).encode() + b"\n", 0o644)
    return before


def way_out(root: Path, example: Example) -> str:
    """Return the exact commands that go on without destroying anything."""
    party, new = example.parties[0].party, beside(root)
    return (
        f"A new one beside it: `comity demo --dir {new}` or `make run DIR={new}`. "
        f"What is in the old one: `comity log export {root / party} {party}-log`, and so for every party. "
        f"Once nobody needs it any more: `rm -r {root}`"
    )


def beside(root: Path) -> Path:
    """Return the first folder beside this one that is not there yet."""
    number = FIRST_BESIDE
    while (found := root.with_name(f"{root.name}-{number}")).exists():
        number += 1
    return found


def _now(example: Example) -> dict[str, str]:
    package = Path(comity.__file__).resolve().parent
    kinds = (path for path in package.rglob("*.py") if "entries" in path.parts or path.name == "entries.py")
    return {
        "version": comity.__version__,
        "example": _digest(example.folder, (path for path in example.folder.rglob("*") if path.is_file())),
        "kinds": _digest(package, kinds),
    }


def _known(path: Path) -> dict[str, str]:
    try:
        found = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _digest(folder: Path, files: Iterable[Path]) -> str:
    """Return SHA-256 over names and bytes of some files of a folder, in hex."""
    state = hashlib.sha256()
    for path in sorted(files):
        for part in (path.relative_to(folder).as_posix().encode(), path.read_bytes()):
            state.update(len(part).to_bytes(8, "big") + part)
    return state.hexdigest()
