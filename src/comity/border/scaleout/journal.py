"""What the pipeline says of itself while it runs: a line of JSON an event, on the error output."""

from __future__ import annotations

import sys
from typing import Any, Final, TextIO, cast

import structlog


class _ErrorOutput:
    """Whatever the error output is when something is written: a log never gets into what a command prints."""

    def write(self, text: str) -> int:
        return sys.stderr.write(text)

    def flush(self) -> None:
        sys.stderr.flush()


LOGGER: Final[Any] = structlog.wrap_logger(
    structlog.PrintLogger(file=cast("TextIO", _ErrorOutput())),
    processors=[
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.JSONRenderer(ensure_ascii=False),
    ],
)
