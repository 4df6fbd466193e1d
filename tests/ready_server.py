"""Runs commands in forks of this process, which has loaded what they need.

Each command gets the words, the folder, the environment and the three files of whoever asked, and its end is told
to them. If they are killed, so is the command; if whoever started this process is gone, it ends.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import json
import os
import random
import select
import signal
import socket
import sys
import threading
import traceback
import types

ROOMS = ("register", "perspectives", "assessment", "border")
LOADED = (
    "comity.cli",
    "comity.app",
    "comity.console",
    "comity.node.client",
    "comity.node.create",
    "comity.node.node",
    "comity.node.operations",
    "comity.node.web.server",
    *(f"comity.{room}.{part}" for room in ROOMS for part in ("api", "routes")),
    "rich.console",
    "typer.rich_utils",
)
CONTROL = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def serve(place: str) -> None:
    """Answer until standard input ends."""
    for name in LOADED:
        importlib.import_module(name)
    sys.modules["comity.app"].systems()
    gc.collect()
    gc.freeze()  # what is shared stays shared
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who interrupts the tests ends this by its input
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(place)
        listener.listen(64)
        print("ready", flush=True)
        while True:
            heard, _, _ = select.select([listener, 0], [], [])
            if 0 in heard:
                return
            line, _ = listener.accept()
            if os.fork() == 0:
                listener.close()
                keep(line)
            line.close()


def keep(line: socket.socket) -> None:
    """Start one command, and tell its end; never returns."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    size, files, _, _ = socket.recv_fds(line, 4, 3)
    data, left = b"", int.from_bytes(size, "big")
    while len(data) < left:
        data += line.recv(left - len(data))
    child = os.fork()
    if child == 0:
        line.close()
        become(json.loads(data), files)
    for file in files:
        os.close(file)
    line.sendall(child.to_bytes(4, "big"))
    end = os.pidfd_open(child)
    heard, _, _ = select.select([end, line], [], [])
    if end not in heard:  # whoever asked is gone
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    if end in heard:
        line.sendall(status.to_bytes(4, "big"))
    os._exit(0)


def become(asked: dict, files: list[int]) -> None:
    """Be the command: as a new process would be, but for what is loaded; never returns."""
    os.chdir(asked["folder"])
    os.environ.clear()
    os.environ.update(asked["environment"])
    for place, file in enumerate(files):
        os.dup2(file, place)
    for file in files:
        if file > 2:
            os.close(file)
    at_once = bool(os.environ.get("PYTHONUNBUFFERED"))
    sys.stdin = os.fdopen(0, encoding="utf-8", closefd=False)
    sys.stdout = os.fdopen(1, "w", encoding="utf-8", closefd=False, buffering=1 if at_once else -1)
    sys.stderr = os.fdopen(2, "w", encoding="utf-8", errors="backslashreplace", closefd=False, buffering=1)
    sys.__stdin__, sys.__stdout__, sys.__stderr__ = sys.stdin, sys.stdout, sys.stderr
    sys.argv = ["comity", *asked["words"]]
    sys.modules["__main__"] = types.ModuleType("__main__")
    signal.signal(signal.SIGINT, signal.default_int_handler)
    random.seed()
    code = ended_with()
    threading._shutdown()
    atexit._run_exitfuncs()
    for file in (sys.stdout, sys.stderr):
        file.flush()
    os._exit(code)


def ended_with() -> int:
    """Run the command line, and return its exit code."""
    try:
        sys.modules["comity.cli"].main()
    except SystemExit as end:
        if end.code is None or isinstance(end.code, int):
            return end.code or 0
        print(end.code, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        sys.stdout.flush()
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGINT)
    except BaseException:  # noqa: BLE001 - as the interpreter would at its end
        traceback.print_exc()
        return 1
    return 0


if __name__ == "__main__":
    serve(sys.argv[1])
