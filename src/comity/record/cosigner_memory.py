"""What cosigners signed of one log, in a small file beside its mirror: it outlives a mirror that is damaged.

A mirror can be pulled again; a signature cannot be taken back. Whoever forgot what it cosigned could be led
to cosign a smaller tree, or another one. So the newest head of every cosigner is written here, durably,
before its line is given out, and a mirror made anew begins with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from comity.record import canonical
from comity.record.canonical import b64, unb64
from comity.record.canonical_errors import CanonicalError
from comity.record.durable import replace_file
from comity.record.errors import ComityError
from comity.record.merkle import EMPTY_ROOT, HASH_SIZE

if TYPE_CHECKING:
    from pathlib import Path

VERSION: Final = 1
LIMIT: Final = 4 << 20
"""Bytes of the largest file that is read: a few cosigners, a note of at most 128 KiB each."""
SUFFIX: Final = ".cosigned"
_FIELDS: Final = frozenset({"key", "size", "root", "note", "line"})


class CosignerMemoryError(ComityError):
    """The file that remembers what was cosigned cannot be read, and nothing else remembers it."""

    code = "cosigner-memory"
    advice = (
        "Put the file back from a copy. Without it this node must not cosign that log: it could sign "
        "two histories."
    )


@dataclass(frozen=True)
class CosignedHead:
    """A head that a cosigner signed for: leaves, 32-byte root, the whole signed note, the line it gave."""

    size: int
    root: bytes
    note: bytes
    line: bytes

    def newer_than(self, other: CosignedHead) -> bool:
        """Whether a cosigner that knows this head must not go back to the other."""
        return (self.size, bool(self.note)) > (other.size, bool(other.note))


NEVER_COSIGNED: Final = CosignedHead(0, EMPTY_ROOT, b"", b"")


class CosignerMemory:
    """The newest head that each cosigner signed for, by verifier key.

    Args:
        mirror: the mirror's database; the file lies beside it.
    """

    def __init__(self, mirror: Path) -> None:
        self.path = memory_path(mirror)
        self._heads: dict[str, CosignedHead] = {}

    def load(self) -> bool:
        """Read the file; return whether there is one.

        Raises:
            CosignerMemoryError: there is one, and it is not as it was written.
        """
        try:
            with self.path.open("rb") as file:
                data = file.read(LIMIT + 1)
            self._heads = _parse(data)
        except FileNotFoundError:
            return False
        except (OSError, ValueError, TypeError, KeyError, CanonicalError) as error:
            raise CosignerMemoryError(f"{self.path}: {error}") from error
        return True

    def heads(self) -> dict[str, CosignedHead]:
        """Return what is remembered, by verifier key."""
        return dict(self._heads)

    def last(self, key: str) -> CosignedHead:
        """Return the newest head of a cosigner."""
        return self._heads.get(key, NEVER_COSIGNED)

    def keep(self, heads: dict[str, CosignedHead]) -> None:
        """Remember heads durably; a cosigner's older head never replaces a newer one.

        Raises:
            OSError: the file could not be written; give no line out.
        """
        newer = {key: head for key, head in heads.items() if head.newer_than(self.last(key))}
        kept = self._heads | newer
        replace_file(self.path, _encoded(kept))
        self._heads = kept


def memory_path(mirror: Path) -> Path:
    """Return where the memory of a mirror's cosigners lies."""
    return mirror.with_name(mirror.name + SUFFIX)


def _encoded(heads: dict[str, CosignedHead]) -> bytes:
    rows: list[canonical.Value] = [
        {
            "key": key,
            "size": str(head.size),  # up to 2**63, more than an integer of the canonical form holds
            "root": b64(head.root),
            "note": b64(head.note),
            "line": b64(head.line),
        }
        for key, head in sorted(heads.items())
    ]
    return canonical.encode({"v": VERSION, "heads": rows}) + b"\n"


def _parse(data: bytes) -> dict[str, CosignedHead]:
    value: Any = canonical.decode(data.removesuffix(b"\n"), limit=LIMIT)
    if not isinstance(value, dict) or set(value) != {"v", "heads"} or value["v"] != VERSION:
        raise ValueError("not the memory of cosigners")
    heads: dict[str, CosignedHead] = {}
    for row in value["heads"]:
        if set(row) != _FIELDS or not isinstance(row["key"], str):
            raise ValueError("not a head")
        root, note, line = unb64(row["root"], HASH_SIZE), unb64(row["note"]), unb64(row["line"])
        heads[row["key"]] = CosignedHead(int(row["size"]), root, note, line)
    return heads
