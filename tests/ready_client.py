"""Has a server of commands run one, hands on the signals that it gets, and ends as the command did.

python -ISE ready_client.py SOCKET WORD…
"""

import json
import os
import signal
import socket
import sys

HANDED_ON = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2)


def number(line):
    data = b""
    while len(data) < 4:
        got = line.recv(4 - len(data))
        if not got:
            sys.exit("the server of commands is gone")
        data += got
    return int.from_bytes(data, "big")


def main():
    line = socket.socket(socket.AF_UNIX)
    line.connect(sys.argv[1])
    asked = {"words": sys.argv[2:], "folder": os.getcwd(), "environment": dict(os.environ)}  # noqa: PTH109 - loads less
    request = json.dumps(asked).encode()
    socket.send_fds(line, [len(request).to_bytes(4, "big")], [0, 1, 2])
    line.sendall(request)
    child = number(line)
    for name in HANDED_ON:
        signal.signal(name, lambda given, _: os.kill(child, given))
    status = number(line)
    if os.WIFSIGNALED(status):
        signal.signal(os.WTERMSIG(status), signal.SIG_DFL)
        os.kill(os.getpid(), os.WTERMSIG(status))
    os._exit(os.WEXITSTATUS(status))


main()
