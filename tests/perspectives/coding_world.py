"""Two paired nodes in one process, with a codebook, documents and passages that both can code."""

from __future__ import annotations

import csv
import io
from hashlib import sha256

from comity.app import systems
from comity.node.node import Node
from comity.node.sealing import draft_from_json
from comity.perspectives import coding
from comity.perspectives.entries import Document
from comity.perspectives.locators import point_to
from comity.record.canonical import b64
from comity.record.keyring import Retention
from tests.node.control.conftest import Pair, two_people
from tests.perspectives.test_commands import item
from tests.perspectives.test_queries import codebook, proposition, rule, statement, work

HOUR = 3_600_000
FRAMES = [{"slug": name, "labels": {"en": name.title()}} for name in ("solidarity", "interest")]
WORKS = ("w0", "w1", "w2")


class World(Pair):
    """Both nodes know the systems; approvals are counted by a simple rule."""

    def open(self, party):
        node = Node.open(self.root / party, systems())
        node.control.desk.approved = two_people
        self.nodes[party] = node
        setattr(self, party, node)
        return node

    def prepare(self, parts=4, **book):
        """Record rule and codebook, take the same documents in on both sides, code statements."""
        models = [rule(), proposition(), codebook(frames=FRAMES, **book), *(work(slug) for slug in WORKS)]
        for slug in WORKS:
            text = f"Book {slug}\n\n" + "\n\n".join(
                f"The gauge of part {at} was read." for at in range(parts)
            )
            for node in (self.vn, self.la):
                hold(node, slug, text)
            for at in range(parts):
                locator = point_to(text, f"gauge of part {at} was").model_dump(exclude_none=True)
                cite = {"work": slug, "locator": locator}
                models.append(statement(f"s-{slug}-{at}", "north-office", 1, via=(slug,), cite=cite))
        self.vn.append([draft_from_json(item(model), self.vn.registry) for model in models])
        self.settle()

    def start(self, name="coding-1", given=True, **changes):
        now = self.vn.control.rounds.clock()
        asked = {"seal_by": now + HOUR, "open_by": now + 2 * HOUR, "author": "clerk"}
        asked |= {key: changes.pop(key) for key in ("marking", "exercise", "seal_by") if key in changes}
        about = {"works": WORKS, **changes}
        found = coding.start(self.vn, name, coding.Asked(["vn/hq", "la/hq"], **asked), given=given, **about)
        self.settle()
        return found

    def seal(self, node, name, sheet):
        found = coding.seal(node, name, sheet, "clerk")
        for asked in found.round.requests():
            self.approve(node, asked.place, "first", "second")
        self.settle()
        return found

    def open_all(self, name):
        for node in (self.vn, self.la):
            coding.Round.find(node, name).open(author="clerk")
            self.settle()
        self.settle()


def hold(node, work_slug, text):
    """Hold a document whose text is what it is: intake is tried elsewhere."""
    original = text.encode()
    digest = b64(sha256(original).digest())
    model = Document.model_validate(
        {"work": work_slug, "sha256": digest, "media_type": "text/plain", "length": len(text), "blob": digest}
    )
    node.contents.put_blob(node.origin, original, Retention.parse("working"))
    kept = {**item(model), "marking": "TLP:AMBER", "releasable_to": []}
    node.append([draft_from_json(kept, node.registry)])


def sheet(found, stance_of, coders=("first",)):
    """Fill in the units given: `stance_of` a coder and the number of a unit."""
    out = io.StringIO()
    writer = csv.DictWriter(out, ("coder", "unit", "stance", "frame"))
    writer.writeheader()
    for unit in range(len(found.task.units)):
        for coder in coders:
            row = {"coder": coder, "unit": unit, "stance": stance_of(coder, unit), "frame": "solidarity"}
            writer.writerow(row)
    return out.getvalue()
