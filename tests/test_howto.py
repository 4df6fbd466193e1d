"""Every command on the how-to pages and in the tutorial is run, and gives the output that the page shows.

Blocks of commands: `sh` (must succeed), `sh fails` (must not), `sh stays` (runs until the page ends, or until the same
block stands under `sh stops`). A `text` block after one shows lines of its output, in order; `…` is anything.
`console` blocks are not run, and `json` and `toml` ones are parts of files.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.ready import put_on_path

pytestmark = pytest.mark.processes

ROOT = Path(__file__).resolve().parent.parent
PAGES = [
    *sorted(p for p in (ROOT / "docs" / "howto").glob("*.md") if p.name != "README.md"),
    ROOT / "docs" / "tutorial.md",
]
BLOCK = re.compile(r"^```(sh|sh fails|sh stays|sh stops|text)\n(.*?)^```", re.DOTALL | re.MULTILINE)
START_SECONDS = 240
STAND_INS = {"make run": "comity demo --dir demo-data"}
"""What a page says, and what is run for it: the environment of the tests is set up already."""


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Reader:
    """Does what somebody does who follows a page: types its commands, compares the output."""

    def __init__(self, folder):
        self.folder = folder
        self.ports = {}
        self.running = {}
        self.output = ""
        for name in ("verifier", "tests", "docs", "examples"):
            (folder / name).symlink_to(ROOT / name)
        self.environment = {
            **os.environ,
            "PATH": f"{put_on_path(folder / '.bin')}:{Path(sys.executable).parent}:{os.environ['PATH']}",
            "COLUMNS": "200",
            "TERM": "dumb",
            "NO_COLOR": "1",
        }

    def has_sources(self):
        """Give the page sources that it may change, and let it run these."""
        # What is compiled comes along, and stays valid: a copy keeps the times of its files.
        shutil.copytree(ROOT / "src", self.folder / "src")
        self.environment["PATH"] = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        self.environment["PYTHONPATH"] = str(self.folder / "src")

    def moved(self, text):
        """Exchange the ports of the page for free ones."""
        return re.sub(r"\b871[0-9]\b", lambda found: str(self.ports.setdefault(found[0], free_port())), text)

    def types(self, text):
        found = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", self.moved(text)],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=280,
            check=False,
        )
        self.output = found.stdout
        return found.returncode

    def starts(self, text):
        """Start what stays; its output is looked at when the page shows some."""
        log = (self.folder / f".output-{len(self.running)}-{time.monotonic_ns()}").open("w+b")
        command = STAND_INS.get(text.strip(), text.strip())
        process = subprocess.Popen(
            ["bash", "-c", f"exec {self.moved(command)}"],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        self.running[text.strip()] = (process, log)

    def stops(self, text):
        process, log = self.running.pop(text.strip())
        process.send_signal(signal.SIGINT)
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        log.close()

    def waits(self, shown):
        """Wait until the newest of what stays shows the lines."""
        process, log = next(reversed(self.running.values()))
        end = time.monotonic() + START_SECONDS
        while True:
            self.output = Path(log.name).read_text(encoding="utf-8")
            if missing(shown, self.output) is None:
                return
            assert process.poll() is None, f"it ended: {self.output}"
            assert time.monotonic() < end, f"{missing(shown, self.output)!r} not in: {self.output}"
            time.sleep(0.2)

    def leaves(self):
        for text in list(self.running):
            self.stops(text)


def missing(shown, output):
    """Return the first line that the output lacks, or None."""
    lines = iter(output.splitlines())
    for wanted in filter(None, shown.splitlines()):
        pattern = re.compile(".*".join(map(re.escape, wanted.rstrip().split("…"))))
        if not any(pattern.fullmatch(line.rstrip()) for line in lines):
            return wanted
    return None


@pytest.fixture
def reader(tmp_path):
    made = Reader(tmp_path)
    yield made
    made.leaves()


def needs(text):
    """Skip a page whose programs are not installed; in CI they must be."""
    gone = [
        name
        for name in ("go", "node")
        if re.search(rf"^{name} | {name} build", text, re.MULTILINE) and not shutil.which(name)
    ]
    if gone:
        message = f"{gone[0]} is not installed (scripts/system-packages installs it)"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)


@pytest.mark.timeout(900)
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_page_does_what_it_says(page, reader):
    text = page.read_text(encoding="utf-8")
    blocks = BLOCK.findall(text)
    assert blocks
    typed = "".join(body for kind, body in blocks if kind != "text")
    needs(typed)
    if "src/" in typed:
        reader.has_sources()
    before = ""
    for kind, body in blocks:
        if kind == "sh stays":
            reader.starts(body)
        elif kind == "sh stops":
            reader.stops(body)
        elif kind == "text" and before == "sh stays":
            reader.waits(reader.moved(body))
        elif kind == "text":
            assert missing(reader.moved(body), reader.output) is None, (
                f"{missing(reader.moved(body), reader.output)!r} not in:\n{reader.output}"
            )
        else:
            failed = reader.types(body) != 0
            assert failed == (kind == "sh fails"), f"{body}\n{reader.output}"
        before = kind


def test_every_block_of_commands_is_run_or_marked():
    """No block escapes: whatever looks like a shell is one of the kinds above, or `console`."""
    for page in PAGES:
        kinds = re.findall(r"^```(\S.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
        assert set(kinds) <= {"sh", "sh fails", "sh stays", "sh stops", "text", "console", "json", "toml"}, (
            page.name
        )


def test_shown_output_is_compared_in_order():
    assert missing("a…c\ne\n", "abc\nx\ne") is None
    assert missing("e\na", "a\ne") == "a"
    assert missing("ab", "abc") == "ab"
    assert missing("  a", "a") == "  a"
