"""The worked example, made once for all workers of a run; whoever needs it changes a copy."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

SECONDS = 560
"""Less than a test may take: what went wrong is then said, not only where."""


@dataclass(frozen=True)
class MadeDemo:
    """What one complete run of `comity demo --once --json` in an empty folder left and printed."""

    folder: Path
    printed: str

    def copy(self, folder: Path) -> Path:
        """Copy the folder to one that is not there; no node of it runs."""
        return shutil.copytree(self.folder, folder)


def made_demo(place: Path) -> MadeDemo:
    """Return the run in `place`; whoever comes first does it, the others wait for it."""
    output, folder = place / "made-demo.json", place / "made-demo"
    with (place / "made-demo.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        if not output.exists():
            shutil.rmtree(folder, ignore_errors=True)
            command = [sys.executable, "-m", "comity", "demo", "--dir", str(folder), "--once", "--json"]
            unfinished = place / "made-demo.part"
            with unfinished.open("wb") as printed, (place / "made-demo.err").open("w+b") as said:
                process = subprocess.Popen(command, stdout=printed, stderr=said)
                try:
                    code = process.wait(SECONDS)
                finally:
                    process.terminate()  # not killed: it ends its nodes, which would go on without it
                    process.wait()
                assert code == 0, (place / "made-demo.err").read_text(encoding="utf-8")
            unfinished.rename(output)
    return MadeDemo(folder, output.read_text(encoding="utf-8"))


def place_of_all_workers(base: Path) -> Path:
    """Return the folder that every worker of this run can see, from the base folder of one."""
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
