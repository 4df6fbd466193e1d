"""For every test: where the public data lies, the example that is made once, the order of files."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import structlog
from hypothesis import HealthCheck, settings

from tests import memory_disk
from tests.made_demo import made_demo, place_of_all_workers

memory_disk.use()

# No test asserts a time: on a busy machine an example may take long.
settings.register_profile("comity", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("comity")

ROOT = Path(__file__).resolve().parent.parent
LONGEST = (
    "test_demo.py",
    "test_howto.py",
    "browser/test_console.py",
    "browser/test_coding.py",
    "browser/test_assessment.py",
    "browser/test_assessment_whole.py",
    "browser/test_demo_control.py",
    "browser/test_approvals.py",
    "node/web/test_processes.py",
    "node/control/test_rounds_processes.py",
    "border/scaleout/test_server.py",
    "node/test_recovery_story.py",
    "browser/test_rounds.py",
    "browser/test_border_forms.py",
    "perspectives/test_coding_processes.py",
    "browser/test_register_writing.py",
    "node/test_transport_peers.py",
    "assessment/report/test_report.py",
    "perspectives/test_coding_grades.py",
    "node/control/test_commands_release.py",
    "node/test_sync.py",
    "perspectives/test_coding.py",
    "test_cli.py",
    "node/test_export.py",
    "record/test_crash.py",
    "assessment/position/zone/test_run.py",
)
"""Longest first, as measured: no worker has one of them left when the others are done. The first two keep both
workers for minutes: the demonstration is run again before anybody else has taken its ports."""


def pytest_collection_modifyitems(items):
    """Put the longest files first, then whatever starts processes; files stay whole."""
    ranks = {ROOT / "tests" / name: rank for rank, name in enumerate(LONGEST)}

    def rank(item):
        waits = item.get_closest_marker("processes") or item.get_closest_marker("browser")
        return ranks.get(item.path, len(LONGEST) + (not waits))

    firsts = {}
    for item in items:
        firsts[item.path] = min(rank(item), firsts.get(item.path, rank(item)))
    items.sort(key=lambda item: firsts[item.path])


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


@pytest.fixture(scope="session")
def made(tmp_path_factory):
    """A complete run of the worked example, which all workers share: copy it, do not change it."""
    return made_demo(place_of_all_workers(tmp_path_factory.getbasetemp()))


@pytest.fixture(autouse=True)
def _unset_journal():
    """A command run inside this process sets up the log on an error output that ends with its test."""
    yield
    structlog.reset_defaults()
