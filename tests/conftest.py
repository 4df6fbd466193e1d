"""Fixtures for every test: where the public data lies."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import structlog
from hypothesis import HealthCheck, settings

# No test asserts a time: on a busy machine an example may take long.
settings.register_profile("comity", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("comity")

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of public data and vectors; skipped where absent, except in CI, where it must be there."""
    folder = (ROOT / os.environ.get("COMITY_SHARED", "../shared")).resolve()
    if not (folder / "vectors").is_dir():
        message = f"COMITY_SHARED ({folder}) has no vectors/: set it to the folder of public data"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    return folder


@pytest.fixture(autouse=True)
def _unset_journal():
    """A command run inside this process sets up the log on an error output that ends with its test."""
    yield
    structlog.reset_defaults()
