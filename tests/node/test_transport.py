"""The line to a peer: limits of size and time, no redirects, no proxies; whatever happens is a FetchError."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import contextmanager

import pytest

from comity.node.transport import Line, limit_for
from comity.record.fetch import FetchError, NotFoundError
from comity.record.note import MAX_NOTE

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"


@contextmanager
def server(*answers):
    """Answer each connection with one script: bytes to send, numbers to sleep."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(8)
        listener.settimeout(10)
        stop = threading.Event()
        seen = []

        def run():
            for answer in answers:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                with connection:
                    connection.settimeout(5)
                    try:
                        seen.append(connection.recv(65536))
                        for part in answer:
                            if isinstance(part, bytes):
                                connection.sendall(part)
                            elif stop.wait(part):
                                return
                    except OSError:
                        continue

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", seen
        stop.set()
        listener.close()
        thread.join(10)


def test_a_body_comes_through_and_names_under_localhost_are_this_machine():
    with server([OK]) as (url, seen), Line(url.replace("127.0.0.1", "vn.localhost")) as line:
        assert line.get("log/checkpoint") == b"hello"
    assert b"Host: vn.localhost:" in seen[0]
    assert b"GET /log/checkpoint" in seen[0]


def drip(head, part, times):
    return [head, *[item for _ in range(times) for item in (part, 0.05)]]


@pytest.mark.parametrize(
    "answer",
    [
        [b"HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n"],
        [b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"],
        [b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhello"],
        [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"],
        [b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n", b"x" * 200_000],
        [b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 200_000],
        [b"garbage\r\n\r\n"],
        [b"HTTP/1.1 200 OK\r\n" + b"X: " + b"y" * 500_000 + b"\r\n\r\n"],
        [],
    ],
)
def test_every_fault_of_the_line_is_one_kind_of_error(answer):
    with server(answer) as (url, _), Line(url, deadline=5) as line, pytest.raises(FetchError) as failed:
        line.get("log/checkpoint")
    assert not isinstance(failed.value, NotFoundError)
    assert url.rpartition(":")[2] in str(failed.value)


@pytest.mark.parametrize(
    "answer",
    [
        drip(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n", b"x", 200),
        drip(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n", 200),
        drip(b"", b"H", 200),
    ],
)
def test_a_slow_drip_ends_at_the_deadline_and_the_line_can_be_used_again(answer):
    with server(answer, [OK]) as (url, _), Line(url, deadline=0.5) as line:
        began = time.monotonic()
        with pytest.raises(FetchError):
            line.get("log/checkpoint")
        assert time.monotonic() - began < 9, "the drip itself would last ten seconds"
        line.deadline = 20
        for _ in range(3):
            try:
                assert line.get("log/checkpoint") == b"hello"
                break
            except FetchError:
                continue
        else:
            pytest.fail("the line stayed closed")


def test_nothing_there_is_told_apart():
    answer = [b"HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n"]
    with server(answer) as (url, _), Line(url) as line, pytest.raises(NotFoundError):
        line.get("log/checkpoint")


def test_a_closed_port_is_nobody_there():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with Line(f"http://127.0.0.1:{port}") as line, pytest.raises(FetchError, match="nobody answers"):
        line.get("log/checkpoint")


def test_proxies_of_the_environment_are_not_used(monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    with server([OK]) as (url, _), Line(url) as line:
        assert line.get("x") == b"hello"


def test_limits_follow_what_may_honestly_be_there():
    assert limit_for("log/checkpoint") == limit_for("mirrors/x/checkpoint") == MAX_NOTE
    assert 8192 <= limit_for("log/tile/0/000") <= MAX_NOTE
    assert limit_for("mirrors/x/tile/entries/000") == limit_for("log/tile/entries/000") > 256 * 8194
    assert limit_for("log/openings/000") > 256 * 65536
