"""What is refused in a coding round."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from comity.node.errors import RequestError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class CodingError(RequestError):
    """A step of a coding round cannot be taken."""

    code = "coding"
    advice = (
        "`comity perspectives coding show` says how the round stands, and which task and codebook it is on."
    )


class CodingSheetError(RequestError):
    """Rows of a coding sheet cannot be read; nothing of it was recorded."""

    code = "coding-sheet"
    advice = (
        "Correct the rows named. `comity perspectives coding sheet` writes a sheet with the columns; stances "
        "are -2 to 2, mixed, or not_addressed."
    )
    status: ClassVar[int] = 422

    def __init__(self, items: Sequence[Mapping[str, object]]) -> None:
        first = items[0]
        super().__init__(
            f"{len(items)} rows cannot be read, the first is row {first['item']}: {first['detail']}"
        )
        self.items = [dict(item) for item in items]

    def problem(self) -> dict[str, Any]:
        """Return problem details with one entry for each bad row."""
        return {**super().problem(), "items": self.items}
