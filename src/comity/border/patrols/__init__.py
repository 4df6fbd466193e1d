"""Joint patrols: planned by marker and date, accepted by the other side, logged, reported by both."""

from __future__ import annotations

from typing import Final

METHOD: Final = "joint-patrol/1"
"""Version of the planner and of what is derived from plans, visits and reports."""
