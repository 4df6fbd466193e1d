"""Ports of demonstrations: the usual ones first, and never one port for two that start together."""

from __future__ import annotations

import subprocess
import sys

from comity.demo.ports import Ports

TAKE = """
import sys
from comity.demo.ports import Ports
ports = Ports()
print(ports.take(), ports.take(), flush=True)
sys.stdin.read()
"""


def test_two_that_start_together_get_different_ports_before_anybody_listens():
    started = [
        subprocess.Popen(
            [sys.executable, "-c", TAKE], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(3)
    ]
    taken = [int(port) for process in started for port in process.stdout.readline().split()]
    for process in started:
        process.communicate("")
    assert len(set(taken)) == len(taken) == 6


def test_what_was_wanted_is_given_where_it_is_free():
    first = Ports()
    port = first.take()
    assert Ports().take(port) != port
    assert first.take() != port
