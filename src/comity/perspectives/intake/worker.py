"""The reading process: bytes in, text and maps out, under limits. Started by `isolated` and by nothing else.

Frames: a four-byte length, one byte (whether languages are wanted), the file; back: a four-byte length, JSON.
"""

from __future__ import annotations

import contextlib
import dataclasses
import os
import resource
import select
import struct
import sys
from typing import TYPE_CHECKING, Any, Final

import orjson

from comity.perspectives.intake.errors import IntakeError, StoppedError
from comity.perspectives.intake.read import take_in

if TYPE_CHECKING:
    from typing import BinaryIO

MEMORY: Final = 2 << 30
"""Bytes of address space."""
CPU: Final = 3600
"""Seconds of processor time for the whole process; a single file has the deadline of its reader."""
OPEN_FILES: Final = 64
IDLE: Final = 60.0
"""Seconds without work after which the process ends."""
_SIZE: Final = struct.Struct(">I")


def limit() -> None:
    """Take from this process what reading does not need."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU, CPU))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (OPEN_FILES, OPEN_FILES))
    with contextlib.suppress(OSError):
        os.nice(5)


def read_one(original: bytes, *, languages: bool) -> dict[str, Any]:
    """Return what a file holds, or why it is not taken in, as JSON data."""
    try:
        found = take_in(original, languages=languages)
    except IntakeError as error:
        return {"error": error.code, "message": str(error)}
    except MemoryError:
        return {"error": StoppedError.code, "message": "the file needs more memory than a document may take"}
    except Exception as error:  # noqa: BLE001 - whatever a hostile file brings about is a refusal of that file
        return {
            "error": "intake-file-damaged",
            "message": f"the file cannot be read: {type(error).__name__}: {error}",
        }
    data = {field.name: getattr(found, field.name) for field in dataclasses.fields(found)}
    for name in ("pages", "sections", "notes", "languages"):
        data[name] = [item.model_dump() for item in data[name]]
    return data


def serve(source: BinaryIO, sink: BinaryIO) -> None:
    """Answer frames until the source ends."""
    while select.select([source], [], [], IDLE)[0] and len(head := source.read(_SIZE.size + 1)) > _SIZE.size:
        size = _SIZE.unpack(head[: _SIZE.size])[0]
        original = bytearray()
        while len(original) < size and (part := source.read(size - len(original))):
            original += part
        reply = orjson.dumps(read_one(bytes(original), languages=bool(head[-1])))
        sink.write(_SIZE.pack(len(reply)) + reply)
        sink.flush()


if __name__ == "__main__":
    from comity.perspectives.languages import language_of

    language_of("The model is read from its file before files are closed to this process.")
    limit()
    serve(open(0, "rb", buffering=0, closefd=False), sys.stdout.buffer)  # noqa: SIM115 - it is open as long as the process
