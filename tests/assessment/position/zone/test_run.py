"""A blind zone between two nodes, from the mandate to the audit; what is refused on the way; what lies do."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from fastapi import FastAPI
from typer.testing import CliRunner

from comity.assessment.api import api
from comity.assessment.position.zone import answers, standing, writing
from comity.assessment.position.zone.errors import ZoneMessageError, ZoneOffError, ZoneRefusedError
from comity.assessment.position.zone.protocol import Side
from comity.cli import app
from comity.node.control.rounds_errors import RoundRefusedError
from comity.node.system import NodeApp
from comity.node.web.problems import install
from comity.record.canonical import b64
from comity.record.release import ReleaseRefusedError
from tests.asgi import Client
from tests.assessment.position.zone.world import PACKAGES, TERMS, TODAY, world


def sealed_index(here, party):
    return here.view(party).sets.party(f"{party}/hq").sealed.index


def seeds(here, party):
    """The secret of a side, as its own node holds it."""
    return standing.held(here.nodes[party], here.view(party).sets, f"{party}/hq")["seed"]


def test_each_side_learns_the_packages_of_both_and_nothing_else(tmp_path):
    with world(tmp_path) as here:
        vn = here.vn
        refused_before_the_mandate(here)
        here.mandate()
        refused_sets(here)
        here.seal("la", "p1", "p2", "p5")
        with pytest.raises(ZoneRefusedError, match="one run a list"):
            here.seal("la", "p1")
        here.settle()
        assert here.stage("vn") == "sets-to-seal"
        writing.seal(vn, "flow-zone", ["p0", "p1", "p2"], "clerk", TODAY)
        here.settle()
        with pytest.raises(ReleaseRefusedError):  # people have not approved that anything opens
            writing.go_on(vn, "flow-zone", "clerk", TODAY)
        here.approve_openings("vn", here.view("vn").sets.round)
        secret = seeds(here, "la")
        here.step()
        # The points are here, and neither the bits nor the seed.
        opened = standing.held(vn, here.view("vn").sets, "la/hq")
        assert len(opened["points"]) == TERMS["cap"]
        assert {name for name in opened if not name.startswith("header.")} == {"points", "terms"}
        here.step("la")
        here.step("vn")
        assert answers.zone(vn, "flow-zone")["common"] is None
        here.step()
        assert here.common("vn") == here.common("la") == ["p1", "p2"]
        assert not any(
            secret.encode() in path.read_bytes() for path in (tmp_path / "vn").rglob("*") if path.is_file()
        )
        nothing_runs_twice(here)
        results(here)
        audited(here)
        served(here, tmp_path)


def refused_before_the_mandate(here):
    size = here.vn.log.size
    for changes, said in (
        ({"cap": 4}, "at most half"),
        ({"logs": ["vn/hq", "vn/post"]}, "of one party"),
        ({"logs": ["la/hq", "xx/hq"]}, "is between"),
        ({"packages": [*PACKAGES, PACKAGES[0]]}, "named twice"),
        ({"packages": [*PACKAGES, {**PACKAGES[0], "slug": "again"}]}, "the same options"),
        ({"packages": [{**PACKAGES[0], "options": {"flow": "none"}}, PACKAGES[1]], "cap": 1}, "no option"),
        ({"packages": [{**one, "slug": f"q{n}"} for n, one in enumerate(PACKAGES * 11)]}, "at most 64"),
        ({"line": "nowhere"}, "no line"),
        ({"valid_to": "2026-01-02"}, "today is"),
        ({"reservation": "0.4"}, "Extra inputs"),
    ):
        with pytest.raises(ZoneRefusedError, match=said):
            writing.propose(here.vn, {**TERMS, **changes}, "clerk", TODAY)
    with pytest.raises(ZoneRefusedError, match="no zone"):
        writing.seal(here.vn, "flow-zone", [], "clerk", TODAY)
    here.vn.config, kept = replace(here.vn.config, features=()), here.vn.config
    with pytest.raises(ZoneOffError):
        writing.propose(here.vn, TERMS, "clerk", TODAY)
    here.vn.config = kept
    assert here.vn.log.size == size


def refused_sets(here):
    size = here.la.log.size
    with pytest.raises(ZoneRefusedError, match="cap is 3"):
        here.seal("la", "p0", "p1", "p2", "p3")
    with pytest.raises(ZoneRefusedError, match="no package"):
        here.seal("la", "p9")
    with pytest.raises(ZoneRefusedError, match="la/hq starts"):
        here.seal("vn", "p0")
    with pytest.raises(ZoneRefusedError, match="Seal the own set first"):
        here.go_on("la")
    assert here.la.log.size == size


def nothing_runs_twice(here):
    """Neither under another name and order, nor with a set that was sealed before."""
    renamed = [{**one, "slug": f"x{n}", "label": one["label"]} for n, one in enumerate(PACKAGES[::-1])]
    for fields in ({**TERMS, "slug": "again"}, {**TERMS, "slug": "again", "packages": renamed}):
        with pytest.raises(ZoneRefusedError, match="run before"):
            writing.propose(here.vn, fields, "clerk", TODAY)
    # A list that differs in one package is another: it is for people not to sign a series of them.
    near = {**TERMS, "slug": "near", "packages": [{**PACKAGES[0], "label": {"en": "Near"}}, *PACKAGES[1:]]}
    assert writing.propose(here.vn, near, "clerk", TODAY)["receipts"]
    with pytest.raises(ZoneRefusedError, match="one run a list"):
        here.seal("vn", "p3")
    with pytest.raises(RoundRefusedError):
        here.view("vn").sets.round.seal(sealed_index(here, "vn"), author="clerk", question=b"another list")


def results(here):
    for party in ("vn", "la"):
        done = here.go_on(party)
        assert done["kind"] == "assessment.zone_result"
        assert here.stage(party) == "result-awaited"
        here.release(party, done["receipts"][0]["index"])
    here.settle()
    assert here.stage("vn") == here.stage("la") == "agreed"
    with pytest.raises(ZoneRefusedError, match="same result"):
        here.go_on("vn")


def audited(here):
    verdicts = {one["origin"]: one["verdict"] for one in answers.audit_of(here.vn, "flow-zone")["audits"]}
    assert verdicts == {"vn/hq": "consistent", "la/hq": "cannot tell"}
    # One bit opens alone: it says that la sealed its yes to p5, and nothing of the others.
    here.release("la", sealed_index(here, "la"), ["accepts_05"])
    here.settle()
    theirs = answers.audit_of(here.vn, "flow-zone")["audits"][0]
    assert (theirs["open_bits"], theirs["verdict"]) == ({"p5": True}, "cannot tell")
    here.release("la", sealed_index(here, "la"))
    here.settle()
    assert answers.audit_of(here.vn, "flow-zone")["audits"][0]["verdict"] == "consistent"


def served(here, root):
    """The command line and the interface say the same, and neither a bit nor a seed that is closed."""
    web = FastAPI()
    install(web)
    web.include_router(api(NodeApp(here.la)))
    client = Client(web)
    (found,) = client.get("/api/v1/assessment/zones").json()
    assert (found["stage"], found["common"], found["mandate"]) == ("agreed", ["p1", "p2"], "in-force")
    assert seeds(here, "vn") not in json.dumps(found)
    assert client.get("/api/v1/assessment/zones/nowhere").status_code >= 400
    body = {"zone": "flow-zone", "author": "clerk"}
    assert client.post("/api/v1/assessment/zone-acts/step", json=body).status_code >= 400
    here.vn.close()
    shown = CliRunner().invoke(app, ["position", "zone", "show", str(root / "vn"), "flow-zone", "--json"])
    assert json.loads(shown.output)["common"] == ["p1", "p2"]
    audit = CliRunner().invoke(app, ["position", "zone", "audit", str(root / "vn"), "flow-zone"])
    assert (audit.exit_code, "consistent" in audit.output) == (0, True)


def test_a_peer_that_sends_another_set_than_it_sealed_is_found_by_the_audit(tmp_path, monkeypatch):
    """Over folders alone: nothing here has a wire of its own."""
    with world(tmp_path, folder=tmp_path) as here:
        real = Side.first

        def probing(self):
            return real(replace(self, accepted=frozenset(["p0", "p1", "p2"])))

        here.mandate()
        with monkeypatch.context() as bent:
            bent.setattr(Side, "first", probing)
            here.seal("la", "p5")  # its bits say p5; its points ask about three others
        here.settle()
        here.seal("vn", "p0", "p1", "p5")
        here.settle()
        here.step()
        here.release("la", sealed_index(here, "la"))
        here.settle()
        theirs = answers.audit_of(here.vn, "flow-zone")["audits"][0]
        assert (theirs["origin"], theirs["verdict"]) == ("la/hq", "inconsistent")
        assert [code["code"] for code in theirs["codes"]] == ["points-differ"]
        here.vn.close()
        done = CliRunner().invoke(app, ["position", "zone", "audit", str(tmp_path / "vn"), "flow-zone"])
        assert (done.exit_code, "points-differ" in done.output) == (3, True)


def test_an_oversize_or_foreign_message_teaches_nothing():
    class Found:
        terms = type("Terms", (), {"digest": bytes(32), "model": type("Model", (), {"cap": 3})})

    sent = [b64(point) for point in Side(bytes(32), bytes(32), bytes(32), frozenset(), 4).first()]
    for fields, said in (
        ({}, "not here yet"),
        ({"points": sent[:3], "terms": b64(b"\x01" * 32)}, "another mandate"),
        ({"points": sent, "terms": b64(bytes(32))}, "the cap is 3"),
        ({"points": [*sent[:2], sent[0]], "terms": b64(bytes(32))}, "sent twice"),
        ({"points": [*sent[:2], b64(bytes(32))], "terms": b64(bytes(32))}, "not one of the group"),
    ):
        with pytest.raises(ZoneMessageError, match=said):
            standing.points(Found, fields, "points")


def test_the_commands_say_what_the_other_side_will_see(tmp_path):
    with world(tmp_path, people=False) as here:
        here.vn.close()
        here.la.close()
        file = tmp_path / "terms.json"
        file.write_text(json.dumps(TERMS))
        common = ["--author", "clerk"]
        done = CliRunner().invoke(
            app, ["position", "zone", "propose", str(tmp_path / "vn"), str(file), *common, "--exercise"]
        )
        assert done.exit_code == 0, done.output
        assert "The other side will see" in done.output
        assert "learns which of that the other side accepts" in done.output
        again = CliRunner().invoke(
            app, ["position", "zone", "step", str(tmp_path / "vn"), "flow-zone", *common]
        )
        assert again.exit_code == 1
        file.write_text("{")
        bad = CliRunner().invoke(
            app, ["position", "zone", "propose", str(tmp_path / "vn"), str(file), *common, "--json"]
        )
        assert bad.exit_code == 1
