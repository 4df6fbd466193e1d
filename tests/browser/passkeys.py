"""Two served nodes under their own host names, and browsers with a virtual authenticator (CTAP2, internal)."""

from __future__ import annotations

import json
import os
import subprocess
import time
from contextlib import contextmanager
from itertools import permutations
from typing import TYPE_CHECKING

import orjson
from playwright.sync_api import sync_playwright

from comity.node import lock
from comity.node.client import Client
from comity.node.create import NewNode, create
from comity.node.folder import Folder
from tests.ready import ready

if TYPE_CHECKING:
    from pathlib import Path

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
NAMES = {"vn": {"en": "Viet Nam"}, "la": {"en": "Lao PDR"}}
COLOURS = {"vn": "#a4262c", "la": "#1f4e9c"}
START_SECONDS = 120


class Party:
    """One served node."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.run = lock.running(Folder(folder))

    @property
    def url(self) -> str:
        return self.run.url

    def ask(self, path, **query):
        with Client(self.run) as client:
            return client.ask(path, **query)

    def post(self, path, body):
        with Client(self.run) as client:
            return client.send(path, orjson.dumps(body))

    def append(self, *items):
        with Client(self.run) as client:
            return [receipt["index"] for receipt in client.append(items)["receipts"]]

    def sync(self):
        with Client(self.run) as client:
            return client.sync()

    def link(self):
        with Client(self.run) as client:
            return client.link()

    def command(self, *words):
        """Run `comity people …` as a custodian would, and return what it prints."""
        done = subprocess.run(
            [*ready(), "people", words[0], str(self.folder), *words[1:], "--json"],
            capture_output=True,
            check=True,
            timeout=120,
        )
        return json.loads(done.stdout)

    def invite(self, person, *roles):
        options = [word for role in roles for word in ("--role", role)]
        return self.command("enrol", person, *options, "--exercise")["url"]

    def request(self, author="clerk-1", **changes):
        """Append a record, and ask for its release; return the place of the request."""
        header = {
            "author": "example editor",
            "marking": "TLP:AMBER",
            "releasable_to": ["vn", "la"],
            "basis": "test",
            "retention": "working",
            "class": "exercise",
        }
        fields = {"title": "Patrol report of the exercise", "text": "Marker 12 was found displaced."}
        (index,) = self.append({"kind": "node.remark", "fields": fields, **header})
        body = {
            "records": [{"key": str(index), "paths": ["title"]}],
            "to": "la/hq" if self.folder.name == "vn" else "vn/hq",
            "author": author,
            "reason": "They asked for the title of the report",
            **changes,
        }
        return self.post("release/request", body)["index"]


@contextmanager
def served(root: Path, names=("vn", "la")):
    """Make and serve two paired nodes, `vn` on vn.localhost and `la` on la.localhost; or one of them alone."""
    processes = {}
    charters = {}
    for party in names:
        new = NewNode(
            party,
            "hq",
            listen=f"{party}.localhost:0",
            names=NAMES[party],
            colour=COLOURS[party],
            sync_seconds=0,
            unprotected=True,
        )
        charters[party] = create(root / party, new)
    try:
        for party in names:
            with (root / f"{party}.out").open("wb") as output:
                processes[party] = subprocess.Popen(
                    [*ready(), "node", "run", str(root / party)],
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    env=os.environ,
                )
        for party, process in processes.items():
            deadline = time.monotonic() + START_SECONDS
            while lock.running(Folder(root / party)) is None:
                said = (root / f"{party}.out").read_text()
                assert process.poll() is None, said
                assert time.monotonic() < deadline, said
                time.sleep(0.1)
        parties = {party: Party(root / party) for party in processes}
        for party, other in permutations(names, 2):
            with Client(parties[party].run) as client:
                client.pair(parties[other].url, charters[other].fingerprint)
        yield parties
    finally:
        for process in processes.values():
            process.terminate()
        for process in processes.values():
            process.wait(60)


@contextmanager
def chromium():
    """The system's Chromium, headless."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


class Person:
    """Somebody at a browser of their own, with a device that has passkeys."""

    def __init__(self, browser, *, verifies=True, lang="en-GB", scheme="light", width=1280):
        self.context = browser.new_context(
            locale=lang, color_scheme=scheme, viewport={"width": width, "height": 900}
        )
        self.page = self.context.new_page()
        self.cdp = self.context.new_cdp_session(self.page)
        self.cdp.send("WebAuthn.enable")
        self.device = self.add_device(verifies=verifies)

    def add_device(self, *, verifies=True):
        options = {
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": verifies,
            "automaticPresenceSimulation": True,
        }
        return self.cdp.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]

    def replace_device(self, **options):
        self.cdp.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": self.device})
        self.device = self.add_device(**options)

    def verified(self, verifies):
        self.cdp.send(
            "WebAuthn.setUserVerified", {"authenticatorId": self.device, "isUserVerified": verifies}
        )

    def credentials(self):
        return self.cdp.send("WebAuthn.getCredentials", {"authenticatorId": self.device})["credentials"]

    def enter(self, party):
        self.page.goto(party.link())

    def enrol(self, party, person, *roles):
        self.page.goto(party.invite(person, *roles))
        self.page.get_by_role("button", name="Make a passkey").click()
        self.page.get_by_role("heading", level=1, name="Enrolled").wait_for()

    def approve(self, party, index):
        """Open a request, ask the device, and return the page's words once it has answered."""
        self.page.goto(f"{party.url}/approve/{index}")
        self.page.get_by_role("button", name="Approve with your passkey").click()
        self.page.wait_for_load_state()

    def close(self):
        self.context.close()
