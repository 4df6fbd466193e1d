"""An assessment between two nodes, from the initiative to a line, with records that a report rests on."""

from __future__ import annotations

from datetime import date

from comity.assessment.gate import writing as gates
from comity.assessment.position import writing as lines
from comity.assessment.position.text import digest
from comity.assessment.sessions import joint, writing
from comity.node import operations
from tests.assessment.sessions.world import QUESTIONS

HEAD = {"author": "clerk", "marking": "TLP:CLEAR", "class": "exercise", "basis": "test"}
TODAY = date(2017, 3, 1)
TEXT = {"en": "Readings every hour (fictional).", "vi": "Số liệu mỗi giờ (hư cấu)."}
NAME = {"en": "The fictional dam", "vi": "Con đập hư cấu", "lo": "ເຂື່ອນສົມມຸດ"}
INITIATIVE = {
    "slug": "dam",
    "title": NAME,
    "initiative_kind": "dam",
    "third_party": "ostelvarra",
    "third_party_name": {"en": "Ostelvarra (fictional)"},
    "sponsor": "vn",
    "what": {"en": "A dam that is nowhere."},
    "documents": [{"title": "Outline"}],
}
OBSERVATION = {
    "about": "dam",
    "subject": "Some plant",
    "country": "LAO",
    "attribute": "capacity",
    "value": "280.0",
    "unit": "MW",
    "source": "WRI raw",
    "file": "plants.csv",
    "row": 18,
    "sha256": "drA9pf2qBAhb8AVIrppCKwjHdm+LQG3k3fMd8tTmmkI=",
    "licence": "CC BY 4.0",
}
SIGNED = {
    "line": "dam-line",
    "version": 1,
    "clauses": [{"clause": "c1", "text": digest(TEXT)}],
    "mandate_holder": {"en": "The mission (fictional)"},
    "valid_from": "2020-01-01",
    "valid_to": "2040-01-01",
}


def gate(node, act, **fields):
    return gates.ACTS[act](node, {"header": HEAD, **fields}, TODAY)


def line(node, act, fields):
    return lines.do(node, act, {"fields": fields, "header": HEAD}, TODAY)


def propose(world):
    """Put initiative, background and gate on record."""
    header = {**HEAD, "retention": "working"}
    operations.append(world.vn, [{**header, "kind": "assessment.initiative", "fields": INITIATIVE}])
    fact = {**header, "class": "record", "kind": "assessment.observation", "fields": OBSERVATION}
    operations.append(world.vn, [fact])
    gate(
        world.vn,
        "open",
        slug="g",
        initiative="dam",
        rule="mrc-pnpca",
        water="mainstream",
        seasons=["dry"],
        use="intra_basin",
    )
    for step, on in (("notified", "2016-11-04"), ("complete", "2016-11-30"), ("started", "2016-12-20")):
        gate(world.vn, "step", gate="g", step=step, on=on)


def carried(world, agree=True, **changes):
    """Carry one session from the initiative to a line and a flag; return its key.

    Where a third party has a word on the line too, it is not signed.
    """
    propose(world)
    fields = {"protocol": "cooke", "questions": QUESTIONS, "initiative": "dam", "gate": "g", **changes}
    key = world.begin(**fields).key
    world.answer(key)
    world.seal(key)
    world.open_all(key)
    for node in (world.vn, world.la):
        joint.record(node, key, "private", "clerk")
    text = {"vi": "Nước về muộn."}
    writing.argue(
        world.vn, key, {"question": "flow", "tail": "low", "text": text, "marking": "TLP:CLEAR"}, "x"
    )
    line(world.vn, "line", {"slug": "dam-line", "title": NAME, "initiative": "dam"})
    line(world.vn, "clause", {"line": "dam-line", "clause": "c1", "step": "propose", "text": TEXT})
    world.settle()
    line(world.la, "clause", {"line": "dam-line", "clause": "c1", "step": "accept", "about": digest(TEXT)})
    world.settle()
    for node in (world.vn, world.la) if agree else ():
        line(node, "sign", SIGNED)
    deal = {
        "slug": "deal",
        "initiative": "dam",
        "commitment": "concession",
        "by": "office",
        "on": "2017-01-09",
    }
    cites = [{"work": "paper"}]
    gate(world.la, "commitment", **deal, toward="ostelvarra", asserted_by="a paper", cites=cites)
    world.settle()
    world.sync(world.la, world.vn)
    return key
