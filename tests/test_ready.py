"""A command that is ready ends as a new process would: its code, its words, its signals, its death."""

from __future__ import annotations

import json
import signal
import subprocess

import pytest

from comity.node import lock
from comity.node.create import NewNode, create
from comity.node.folder import Folder
from tests.ready import put_on_path, ready

pytestmark = pytest.mark.processes


@pytest.fixture
def folder(tmp_path):
    create(tmp_path / "vn", NewNode("vn", "hq", listen="127.0.0.1:0", sync_seconds=0, unprotected=True))
    return tmp_path / "vn"


def run(*words, **options):
    return subprocess.run(
        [*ready(), *map(str, words)], capture_output=True, text=True, check=False, timeout=60, **options
    )


def served(folder):
    process = subprocess.Popen([*ready(), "node", "run", folder, "--json"], stdout=subprocess.PIPE)
    assert json.loads(process.stdout.readline())["origin"] == "vn/hq"
    return process


def test_codes_words_folder_and_environment_are_those_of_the_caller(folder):
    assert json.loads(run("node", "status", "vn", "--json", cwd=folder.parent).stdout)["origin"] == "vn/hq"
    refused = run("node", "status", "la", cwd=folder.parent)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "node-missing" in refused.stderr
    assert run("node", "nothing").returncode == 2
    path = {"PATH": f"{put_on_path(folder.parent / 'bin')}:/usr/bin:/bin"}
    words = "comity log vkey vn | grep -c ^vn/hq+"
    done = subprocess.run(["bash", "-c", words], cwd=folder.parent, env=path, capture_output=True, check=True)
    assert done.stdout == b"1\n"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_is_handed_on(folder, number):
    process = served(folder)
    process.send_signal(number)
    assert process.wait(60) == 0
    process.stdout.close()
    assert not lock.is_held(Folder(folder))


def test_whoever_is_killed_takes_the_command_along(folder):
    process = served(folder)
    process.kill()
    process.wait(60)
    assert process.stdout.read() == b"", "nobody is left to write"
    process.stdout.close()
    assert not lock.is_held(Folder(folder))
