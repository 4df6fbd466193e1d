"""`comity` as a process that need not load anything: a fork of one that has (`ready_server`).

A command is then what it does, in a process of its own with its own words, folder, environment and files: tests
start hundreds of them. That a command loads by itself what it needs is tried elsewhere: `test_demo.py` and
`test_cli.py` start it as people do.

    subprocess.run([*ready(), "node", "status", folder])
"""

from __future__ import annotations

import atexit
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

HERE = Path(__file__).resolve().parent
SERVERS = []
"""Kept, because a process of `multiprocessing` forgets what is to be done at its end, and would complain."""


@cache
def ready() -> tuple[str, ...]:
    """Return the words that stand for `comity` in a command; the first call of a process starts the server."""
    folder = Path(tempfile.mkdtemp(prefix="comity-"))
    place = folder / "ready"
    server = subprocess.Popen(
        [sys.executable, "-m", "tests.ready_server", str(place)],
        cwd=HERE.parent,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    SERVERS.append(server)

    def end() -> None:
        server.stdin.close()
        server.stdout.close()
        server.wait(30)
        shutil.rmtree(folder, ignore_errors=True)

    atexit.register(end)
    assert server.stdout.readline() == b"ready\n", "the server of commands did not start"
    return (sys.executable, "-ISE", str(HERE / "ready_client.py"), str(place))


def put_on_path(folder: Path) -> Path:
    """Make a command `comity` in a folder, and return the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    command = folder / "comity"
    command.write_text("#!/bin/sh\nexec " + " ".join(f"'{word}'" for word in ready()) + ' "$@"\n')
    command.chmod(0o755)
    return folder
