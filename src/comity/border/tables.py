"""The projection of the border: one table for each kind, the content as it was recorded."""

from __future__ import annotations

from typing import Final

from comity.border.entries import COLUMNS
from comity.node.rows import RowProjector

PROJECTOR: Final = RowProjector(COLUMNS)
"""Feed to rows; joins between records happen in the queries of each matter."""
