"""Where a run keeps its files: in memory where there is room.

Nodes wait for the disk hundreds of times before they answer; that what they say is durable is tested by disks
that tear (`tests/sim`) and by processes that are killed, neither of which needs a real disk.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

PLACE = Path("/dev/shm")
VARIABLE = "PYTEST_DEBUG_TEMPROOT"
"""What pytest makes its temporary folders in."""
NEEDED = 6 << 30
"""Octets of memory that must be free: twice what a whole run holds at its most."""


def use() -> None:
    """Keep the files of this run in memory, if there is room and nobody has said where else."""
    if VARIABLE not in os.environ and room() >= NEEDED:
        os.environ[VARIABLE] = str(PLACE)


def room() -> int:
    """Return how many octets may be kept in memory; none where the system has no place for that."""
    try:
        available = Path("/proc/meminfo").read_text(encoding="ascii").partition("MemAvailable:")[2].split()[0]
        free = shutil.disk_usage(PLACE).free
    except (OSError, IndexError):
        return 0
    return min(free, int(available) << 10) if os.access(PLACE, os.W_OK) else 0
