"""An auditor who was not there: checks exported logs and proof files by the parties' verifier keys alone."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from typer.testing import CliRunner

from comity.cli import app
from comity.demo.observer import observe
from comity.record.approvals import Approvals
from comity.record.canonical import unb64
from comity.record.entry import Entry
from comity.record.entry_form import Ref
from comity.record.kinds import Registry
from comity.record.merkle import leaf_hash
from comity.record.opening import FullOpening
from comity.record.protocol_kinds import KINDS
from comity.record.tiles import decode_bundle, entries_path
from comity.record.trust import Trust
from tests.record.approvals_world import Item

VERIFIER = Path(__file__).resolve().parents[2] / "verifier" / "comity-verify.mjs"


def comity(*words):
    done = CliRunner().invoke(app, [*map(str, words), "--json"])
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


class Exported:
    """A party's log, exported, verified three times: by Node.js, by the observer, and entry by entry here."""

    def __init__(self, root, party):
        self.party, self.root = party, root / party.folder.name
        self.folder = self.root / "log"
        size = comity("log", "export", party.folder, self.folder)["size"]
        self.vkey = comity("log", "vkey", party.folder)["vkey"]
        words = ["node", str(VERIFIER), "log", str(self.folder), self.vkey]
        done = subprocess.run(words, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        (self.root / "work").mkdir()
        seen = observe(self.root, self.vkey, self.root / "work")
        assert (seen.origin, seen.size) == (f"{party.folder.name}/hq", size)
        self.leaves = decode_bundle((self.folder / entries_path(0, size)).read_bytes(), size)
        self.opened = list(self._opened())
        assert len(self.opened) == seen.opened

    def _opened(self):
        """What is open to everybody: place, kind and content, in the order of the log."""
        places = {Entry.parse(leaf).id: index for index, leaf in reversed([*enumerate(self.leaves)])}
        found = map(FullOpening.decode, (self.folder / "openings" / "000").read_bytes().splitlines())
        for full in sorted(found, key=lambda one: places[one.id]):
            yield places[full.id], full.kind.partition("@")[0], {one.path: one.value for one in full.fields}

    def of(self, kind):
        """Return the contents of one kind, by place."""
        return [(place, fields) for place, name, fields in self.opened if name == f"assessment.{kind}"]

    def proven(self, index):
        """Ask the party for the proof file of one record, sealed content too, and verify it offline."""
        file = self.root / f"{index}.json"
        name = self.party.folder.name
        comity("record", "prove", self.party.folder, f"{name}/hq", index, "--with-sealed", "--out", file)
        assert comity("record", "verify", file, "--vkey", self.vkey)["ok"]
        held = json.loads(file.read_text(encoding="utf-8"))
        leaf = unb64(held["leaf"])
        assert leaf == self.leaves[index], "the same leaf as in the export"
        full = FullOpening.from_json(held["opening"])
        return leaf, full

    def signature(self, record, request):
        """Return the line that people signed: their passkeys' approvals of its release, verified anew."""
        told = comity("release", "status", self.party.folder)["requests"]
        asked = next(one for one in told if one["index"] == request)
        people = [one["index"] for one in comity("people", "list", self.party.folder)["people"]]
        items = {index: self.item(index) for index in sorted({*people, request, *asked["approvals"]})}
        known = Approvals()
        for item in items.values():
            known.take(item)
        given = [items[index] for index in asked["approvals"]]
        trust = Trust.begin((self.folder / "charter").read_bytes(), self.leaves[0])
        verdict = known.approved(items[request], given, {trust.origin: trust})
        assert verdict.ok
        name = self.party.folder.name
        assert sorted(verdict.people) == [f"{name}-approver-1", f"{name}-approver-2"]
        leaf, full = self.proven(record)
        (target,) = items[request].content.model.targets
        assert target.ref() == Ref(trust.origin, record, leaf_hash(leaf))
        return {one.path: one.value for one in full.fields if not one.path.startswith("header.")}

    def item(self, index):
        leaf, full = self.proven(index)
        content = Registry(KINDS).from_fields(full.kind, full.fields)
        return Item(f"{self.party.folder.name}/hq", index, leaf_hash(leaf), Entry.parse(leaf), content)
