"""The process that `adsb` decodes in: a line of messages in, a line of what they say out, null if it panics.

It imports the decoder and nothing of the node, and has nothing to lose.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any, Final

MISSING: Final = 3
KEPT: Final = ("timestamp", "frame", "icao24", "latitude", "longitude", "groundspeed", "track", "callsign")


def main() -> None:
    """Answer lines until there are none."""
    # What a panic prints is of no use here; one thread does for a file.
    os.environ.update({"RUST_BACKTRACE": "0", "RAYON_NUM_THREADS": "1"})
    try:
        from rs1090 import decode  # noqa: PLC0415 - an optional part
    except ImportError:
        sys.exit(MISSING)
    for line in sys.stdin.buffer:
        times, frames = zip(*json.loads(line), strict=True)
        found: list[dict[str, Any]] | None = None
        try:
            made: Any = decode(list(frames), list(times))
            found = [{name: one[name] for name in KEPT if name in one} for one in made]
        except Exception:  # noqa: BLE001 - whatever it is, these messages caused it
            found = None
        except BaseException as error:
            if isinstance(error, (KeyboardInterrupt, SystemExit)):
                raise
            found = None  # a panic of the decoder
        sys.stdout.write(json.dumps(found) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
