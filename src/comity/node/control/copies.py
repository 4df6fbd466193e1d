"""The backups and exports that a node wrote, and until when each is kept.

An erasure does not reach them. The ledger lists every one that may still carry erased content until its date
has passed; that it is destroyed by then is up to whoever keeps it.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Final, Literal

import orjson

from comity.record.protocol_kinds import Remainder

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from comity.record.entry_form import Ref

What = Literal["backup", "keys", "export"]
KEPT_DAYS: Final = 90
"""Days that a backup or an export is kept when nothing else is said."""
DAY: Final = 24 * 3600 * 1000
"""Milliseconds."""
WORDS: Final[Mapping[str, str]] = {
    "backup": "backup {} (ciphertext; readable together with an archive of the content keys)",
    "keys": "archive of content keys {}",
    "export": "export {}",
}


@dataclass(frozen=True, slots=True)
class Copy:
    """One backup or export: what, its file name, when it was written and expires (milliseconds UTC).

    `sizes` has how many entries of each log there were: what came later is not in it.
    """

    what: What
    name: str
    written: int
    expires: int
    sizes: Mapping[str, int]

    def may_hold(self, target: Ref, erased: int) -> bool:
        """Whether it may carry the content of a record that was erased here at a time."""
        return self.written <= erased and target.index < self.sizes.get(target.origin, 0)

    def remainder(self) -> Remainder:
        """Return it as an acknowledgement names it."""
        where: Literal["export", "backup"] = "export" if self.what == "export" else "backup"
        return Remainder(where=where, note=WORDS[self.what].format(self.name), until=self.expires)


class Copies:
    """The list, in a file beside the log.

    Args:
        path: Made when the first copy is noted.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def note(self, copy: Copy) -> None:
        """Add one; on disk before it returns."""
        import os  # noqa: PLC0415 - only here

        with self._path.open("ab") as file:
            file.write(orjson.dumps(asdict(copy)) + b"\n")
            file.flush()
            os.fsync(file.fileno())

    def all(self) -> list[Copy]:
        """Return every one, the oldest first; a line that a crash cut off is passed over."""
        try:
            lines = self._path.read_bytes().split(b"\n")
        except FileNotFoundError:
            return []
        found = []
        for line in lines:
            try:
                found.append(Copy(**orjson.loads(line)))
            except (ValueError, TypeError):
                continue
        return found

    def holding(self, target: Ref, erased: int, now: int) -> list[Copy]:
        """Return those that may still carry a record that was erased here at `erased`."""
        return [copy for copy in self.all() if copy.expires > now and copy.may_hold(target, erased)]
