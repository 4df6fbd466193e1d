"""Events at the line: two pictures of them, reports with their deadline, and requests with their answers."""

from __future__ import annotations

from typing import Final

METHOD: Final = "event-reports/1"
"""Version of what is derived here: standings of first reports, closings, answers, statistics."""
