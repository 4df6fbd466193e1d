"""Warnings on the record: the message, its receipt, and who knew when."""

from __future__ import annotations

from typing import Final

METHOD: Final = "who-knew-when@1"
"""How the times of a warning are put together; a new version where that changes."""
