"""Two real nodes in one process, with a few records each: what the console's pages are tried on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import FastAPI

from comity.console import mount
from comity.node.config import Peer
from comity.node.create import NewNode, create
from comity.node.node import Node
from comity.node.public import PublicFiles
from comity.node.system import Draft
from comity.node.web.problems import install
from comity.perspectives import SYSTEM as PERSPECTIVES
from comity.perspectives import entries as voices
from comity.record.canonical import b64
from comity.record.header import Header
from comity.register import SYSTEM as REGISTER
from comity.register import entries as register

if TYPE_CHECKING:
    from pathlib import Path

NAMES = {
    "vn": {"en": "Viet Nam", "vi": "Việt Nam", "lo": "ຫວຽດນາມ"},
    "la": {"en": "Lao PDR", "vi": "Lào", "lo": "ສປປ ລາວ"},
}
COLOURS = {"vn": "#a4262c", "la": "#1f4e9c"}
SYSTEMS = (REGISTER, PERSPECTIVES)
CITE = {"work": "a-work", "section": "2", "page": "7"}


def header(**changes: Any) -> Header:
    plain = {
        "author": "example editor",
        "marking": "TLP:CLEAR",
        "releasable_to": [],
        "basis": "test",
        "retention": "working",
        "class": "record",
        "claimed": 1_700_000_000_000,
    }
    return Header.model_validate({**plain, **changes})


def draft(kind: type[Any], fields: dict[str, Any], **changes: Any) -> Draft:
    return Draft(kind.model_validate(fields, by_alias=True, by_name=False), header(**changes))


def instrument(**changes: Any) -> dict[str, Any]:
    plain = {
        "slug": "treaty-1",
        "instrument_class": "treaty",
        "titles": {"en": "Treaty of testing", "vi": "Hiệp ước thử", "lo": "ສົນທິສັນຍາທົດສອບ"},
        "parties": [{"party": "vn", "level": "state"}, {"party": "la", "level": "state"}],
        "relations": [],
        "aliases": [{"lang": "vi", "text": "Hiệp ước khác"}],
        "cites": [CITE],
    }
    return {**plain, **changes}


def both() -> list[Draft]:
    """What both parties record alike."""
    return [draft(register.Instrument, instrument())]


def own(party: str) -> list[Draft]:
    """What one party records."""
    fictional = {"class": "exercise"}
    undertaking = {
        "slug": "exercise-1",
        "instrument": "treaty-1",
        "obligors": ["vn", "la"],
        "action": {"en": "Do the fictional thing with Arcadia"},
        "modality": "agreement",
        "window": "2026",
        "cites": [CITE],
    }
    said = "fulfilled" if party == "vn" else "partial"
    signed = {
        "instrument": "treaty-1",
        "type": "signed",
        "date": "1977-07-18" if party == "vn" else "1977-07-19",
        "attested_by": "example editor",
        "cites": [CITE],
    }
    drafts = [
        draft(register.Event, signed),
        draft(register.Undertaking, undertaking, **fictional),
        draft(register.Status, {"undertaking": "exercise-1", "status": said, "on": "2026-02"}, **fictional),
        draft(
            register.Instrument,
            instrument(slug=f"secret-{party}", titles={"en": f"Withheld instrument of {party}"}),
            marking="TLP:RED",
        ),
    ]
    return drafts + (_comparison() if party == "vn" else _meetings())


def _meetings() -> list[Draft]:
    mechanism = {
        "slug": "committee",
        "names": {"en": "Joint committee", "lo": "ຄະນະກຳມະການຮ່ວມ"},
        "level": "government",
        "cadence": "P1Y",
        "parties": ["vn", "la"],
        "cites": [CITE],
    }
    meeting = {"slug": "committee-2", "mechanism": "committee", "ordinal": 2, "start": "2025-12-03"}
    figure = {
        "slug": "border-length",
        "subject": {"en": "Length of the border"},
        "value": "2337.0",
        "unit": "km",
        "period": "2025",
        "reported_by": "a-work",
        "cites": [{**CITE, "unverified": True}],
    }
    return [
        draft(register.Mechanism, mechanism),
        draft(register.Meeting, {**meeting, "place": "Vientiane", "state": "held", "cites": [CITE]}),
        draft(register.Figure, figure),
    ]


def _comparison() -> list[Draft]:
    work = {"slug": "a-work", "title": "A work <b>in bold</b>", "authors": ["A. Author"], "year": 2026}
    groups = [{"name": name, "labels": NAMES[name]} for name in ("vn", "la")]
    holders = [
        {"holder": f"ministry-{name}", "names": {"en": f"Ministry of {name}"}, "group": name}
        for name in ("vn", "la")
    ]
    statement = {
        "proposition": "p-1",
        "holder": "ministry-vn",
        "reported_by": ["a-work"],
        "source": "a-work",
        "author": "A. Author",
        "coder": "example editor",
        "stance": 2,
        "frame": "security",
        "modality": "asserts",
        "cite": CITE,
    }
    finding = {
        "proposition": "p-1",
        "authors": ["A. Author"],
        "finding": "converge",
        "statement": {"en": "They conclude that both agree."},
        "evidence": ["a-work"],
        "cite": CITE,
    }
    return [
        draft(voices.Work, {**work, "kind": "article", "origin_party": "vn", "origin_cluster": "cluster-1"}),
        draft(voices.Rule, {"version": 1, "groups": groups, "holders": holders}),
        draft(
            voices.Proposition,
            {
                "slug": "p-1",
                "text": {"en": "Testing is good", "vi": "Thử là tốt"},
                "issue": "testing",
                "authors_section": "5.1",
            },
        ),
        draft(
            voices.Proposition,
            {"slug": "p-2", "text": {"en": "Nobody speaks of this"}, "issue": "x", "authors_section": "5.2"},
        ),
        draft(
            voices.Statement, {**statement, "slug": "s-1", "paraphrase": {"en": "It says that it is good."}}
        ),
        draft(
            voices.Statement,
            {
                **statement,
                "slug": "s-2",
                "stance": "mixed",
                "modality": "reports",
                "paraphrase": {"en": "It is said to waver."},
            },
        ),
        draft(voices.Finding, finding),
    ]


class Pair:
    """Two paired nodes and their apps, in one process; `exchange` carries what HTTP would."""

    def __init__(self, folder: Path) -> None:
        self.nodes: dict[str, Node] = {}
        for party in ("vn", "la"):
            new = NewNode(party, "hq", names=NAMES[party], colour=COLOURS[party], unprotected=True)
            create(folder / party, new)
            self.nodes[party] = Node.open(folder / party, SYSTEMS)
        for party, other in (("vn", "la"), ("la", "vn")):
            charter = self.nodes[other].charter
            peer = Peer(charter.origin, str(folder / other), b64(charter.digest), other)
            self.nodes[party].add_peer(peer, charter)

    def exchange(self, rounds: int = 2) -> None:
        for _ in range(rounds):
            for party, other in (("vn", "la"), ("la", "vn")):
                node, files = self.nodes[party], PublicFiles(self.nodes[other])
                link = node.peers.require(self.nodes[other].origin)
                node.sync_from(link, lambda path, files=files: files.get(path).body)

    def fill(self) -> None:
        for party, node in self.nodes.items():
            node.append(both())
            node.append(own(party))
        self.exchange()
        for party in ("vn", "la"):
            self.nodes[party].append([draft(register.Figure, _late(party))])
        self.exchange()

    def app(self, party: str) -> FastAPI:
        web = FastAPI()
        install(web)
        mount(web, self.nodes[party], SYSTEMS)
        return web

    def close(self) -> None:
        for node in self.nodes.values():
            node.close()


def _late(party: str) -> dict[str, Any]:
    return {
        "slug": "trade",
        "subject": {"en": "Trade between the parties"},
        "value": "2.2" if party == "vn" else "2.1",
        "unit": "billion USD",
        "period": "2024",
        "reported_by": f"ministry-{party}",
        "cites": [CITE],
    }
