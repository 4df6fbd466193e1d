"""A signed warning on two nodes and on the command line: believed by the charter where it stands."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from typer.testing import CliRunner

from comity.border.warning import answers, signatures, writing
from comity.cli import app
from comity.record.canonical import b64, unb64
from tests.border.cap.messages import draft, xml
from tests.node.two import sync
from tests.register.pair import pair

HEAD = {"author": "duty officer", "marking": "TLP:CLEAR"}
NOW = datetime.now(UTC).replace(microsecond=0)
SENT = (NOW - timedelta(minutes=5)).astimezone().isoformat()
TIMES = {
    "sent": SENT.replace("+00:00", "-00:00"),
    "onset": None,
    "expires": (NOW + timedelta(days=1)).isoformat().replace("+00:00", "-00:00"),
}


@pytest.fixture(scope="module")
def signed(tmp_path_factory):
    """Two folders: la issued one warning signed and one plain, vn holds both."""
    root = tmp_path_factory.mktemp("signed")
    with pair(root, {}) as (vn, la):
        for slug, more in (("signed", {"signed": True}), ("plain", {})):
            act = {"slug": slug, "header": HEAD, "draft": draft(identifier=slug, **TIMES), **more}
            writing.issue(la, act, NOW)
        foreign = signatures.sign(vn, xml(identifier="foreign", **TIMES))
        writing.issue(la, {"slug": "foreign", "header": HEAD, "cap": b64(foreign)}, NOW)
        for node, other in ((vn, la), (la, vn)) * 2:
            sync(node, other)
        shown = {
            slug: [answers.warning(node, slug) for node in (la, vn)]
            for slug in ("signed", "plain", "foreign")
        }
        held = {
            slug: unb64(vn.record(*both[1]["place"]).content.fields["cap"]) for slug, both in shown.items()
        }
    return root, shown, held


def test_both_sides_judge_the_signature_alike_and_by_the_charter_in_force(signed):
    _, shown, _ = signed
    for one in shown["signed"]:
        assert one["state"] == "stands"
        told = one["signature"]
        assert (told["state"], told["office"]) == ("valid", "la/hq record")
        assert told["certificates_valid_now"]
        assert told["cosigned_before_expiry"]
    assert {one["signature"]["state"] for one in shown["plain"]} == {"unsigned"}
    assert {one["state"] for one in shown["plain"]} == {"stands"}
    # An office of the other side may sign as it likes: in this log it is nobody.
    assert {one["signature"]["state"] for one in shown["foreign"]} == {"unknown signer"}


def test_signed_and_verified_on_the_command_line(signed, tmp_path):
    root, _, held = signed

    def run(*words, code=0):
        done = CliRunner().invoke(app, ["border", *map(str, words)])
        assert done.exit_code == code, done.output
        return done.output

    kept, plain, made, top = (tmp_path / name for name in ("a.xml", "b.xml", "c.xml", "top.pem"))
    kept.write_bytes(held["signed"])
    plain.write_bytes(held["plain"])
    for node in ("vn", "la"):
        assert "valid" in run("cap", "verify", kept, "--node", root / node)
    top.write_text(run("cap", "anchor", root / "la"))
    told = json.loads(run("cap", "verify", kept, "--anchor", top, "--json"))
    assert (told["state"], told["certificates_valid_now"]) == ("valid", True)
    assert "unknown signer" in run("cap", "verify", kept, code=3)
    assert "not valid then" in run(
        "cap", "verify", kept, "--anchor", top, "--at", "2031-01-01T00:00:00+07:00", code=3
    )
    run("cap", "verify", kept, "--at", "yesterday", code=1)
    assert "unsigned" in run("cap", "verify", plain)
    assert "accepted" in run("cap", "check", plain)
    run("cap", "sign", root / "vn", plain, "--out", made)
    assert "believed through vn/hq record" in run("cap", "verify", made, "--node", root / "la")
    run("cap", "sign", root / "vn", made, "--out", made, code=1)
    run("cap", "sign", root / "vn", plain, "--out", made, "--office", "none", code=1)
    made.write_bytes(made.read_bytes().replace(b"Severe", b"Minor"))
    assert "invalid" in run("cap", "verify", made, "--node", root / "la", code=3)
    source = tmp_path / "w.json"
    source.write_text(json.dumps(draft(identifier="more", **TIMES)))
    run("warning", "issue", root / "vn", "more", source, "--author", "o", "--signed")
    assert "signature inside: valid" in run("warning", "show", root / "vn", "more")
