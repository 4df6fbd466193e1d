"""Sending a form as a browser does: shown first, and recorded with exactly what was shown."""

from __future__ import annotations

import html
import re
from urllib.parse import urlencode

WHO = {"author": "clerk-1", "marking": "TLP:CLEAR", "exercise": "yes"}
FORM = {"content-type": "application/x-www-form-urlencoded"}
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')


def send(client, path, fields, do="show"):
    body = urlencode({**WHO, **fields, "do": do}).encode()
    return client.request("POST", path, content=body, headers=FORM)


def take(client, path, fields):
    """Show, then record exactly what was shown; return the page that showed it, and where it leads."""
    seen = send(client, path, fields)
    assert seen.status_code == 200, seen.text
    hidden = {name: html.unescape(value) for name, value in HIDDEN.findall(seen.text)}
    done = send(client, path, hidden, "record")
    assert done.status_code == 303, done.text
    return seen.text, done.headers["location"]
