"""A blind coding round between two real processes: from the task to what both have settled."""

from __future__ import annotations

import csv
import io
import json
import subprocess
from hashlib import sha256

import pytest

from comity.perspectives.entries import Document
from comity.record.canonical import b64
from tests.node.control.test_erasure_processes import exchange
from tests.node.control.test_rounds_processes import approve, served
from tests.perspectives.test_commands import item
from tests.perspectives.test_queries import codebook, proposition, rule, work
from tests.perspectives.test_record_claims import claim, evidence
from tests.ready import ready

pytestmark = [pytest.mark.processes, pytest.mark.timeout(600)]

SECRET = "kept-apart-frame"
NEEDLE = b'"frame": "kept-apart-frame"'
"""As the views hold a coded unit; the codebook, which both have, names the frame otherwise."""
FRAMES = [{"slug": name, "labels": {"en": name}} for name in ("solidarity", "interest", SECRET)]


def run(*words, code=0):
    done = subprocess.run(
        [*ready(), *map(str, words), "--json"],
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == code, done.stdout + done.stderr
    return json.loads(done.stdout or done.stderr)


def perspectives(*words, code=0):
    return run("perspectives", *words, code=code)


def asked(party):
    return party.ask("perspectives/coding/round", key="coding-1")


def prepared(vn):
    """A codebook, and three works whose documents are named by their digests."""
    models = [rule(), proposition(), codebook(frames=FRAMES), *(work(f"w{at}") for at in range(3))]
    for at in range(3):
        digest = b64(sha256(f"book {at}".encode()).digest())
        fields = {
            "work": f"w{at}",
            "sha256": digest,
            "media_type": "text/plain",
            "length": 900,
            "blob": digest,
        }
        models.append(Document.model_validate(fields))
    vn.client.append([item(model) for model in models])


def filled(out, rows_of):
    """Fill a sheet in: `rows_of` gives each passage's coders with stance and frame."""
    lines = ["coder,document,start,end,proposition,holder,stance,frame"]
    for unit in range(24):
        place = f"{unit % 3},{unit * 30},{unit * 30 + 25},river,north-office"
        lines += [f"{coder},{place},{stance},{frame}" for coder, stance, frame in rows_of(unit)]
    out.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return out


def ours(unit):
    yield "first", "mixed" if unit == 5 else (2 if unit % 4 else -1), SECRET
    yield "second", "not_addressed" if unit == 6 else (2 if unit % 4 else -2), "solidarity"


def theirs(unit):
    yield "first", 1 if unit % 4 else -1, "interest"


def test_a_coding_round_from_seal_to_adjudication(tmp_path):
    with served(tmp_path, exercise=False) as (vn, la):
        prepared(vn)
        begun = perspectives("coding", "start", vn.root, "coding-1", "vn/hq", "la/hq", "--author", "clerk",
                             *[word for at in range(3) for word in ("--work", f"w{at}")])  # fmt: skip
        assert (begun["given_units"], begun["codebook"], begun["agreement"]) == (0, "cooperation/1", None)
        exchange(vn, la)
        blank = tmp_path / "blank.csv"
        perspectives("coding", "sheet", la.root, "coding-1", "--out", blank)
        refused = perspectives("coding", "seal", la.root, "coding-1", blank, "--author", "clerk", code=1)
        assert refused["type"].endswith("coding-sheet")
        assert refused["items"][0]["item"] == 2
        for party, rows in ((vn, ours), (la, theirs)):
            sheet = filled(tmp_path / f"{party.root.name}.csv", rows)
            sealed = perspectives("coding", "seal", party.root, "coding-1", sheet, "--author", "clerk")
            approve(party, sealed["requests"])
            exchange(vn, la)
        again = perspectives("coding", "seal", vn.root, "coding-1", sheet, "--author", "clerk", code=1)
        assert "already-sealed" in again["detail"]
        for party in (vn, la):
            shown = asked(party)
            assert (shown["agreement"], shown["units"]) == (None, []), "nothing before all have opened"
        perspectives("agreement", vn.root, "coding-1", code=3)
        assert la.found(NEEDLE) == [], "nothing of the other's sheet is here"
        assert vn.found(NEEDLE), "the positive control: it is readable where it was coded"
        for party in (vn, la):
            party.post("round/open", key="coding-1", author="clerk")
            exchange(vn, la)
        exchange(vn, la)

        shown = {vn: perspectives("coding", "show", vn.root, "coding-1"), la: asked(la)}
        assert shown[vn]["units"] == shown[la]["units"]
        assert shown[vn]["agreement"] == shown[la]["agreement"], "two nodes print the same numbers"
        found = shown[vn]["agreement"]
        assert found["addressed"]["units"] == found["stance"]["units"] == 24
        assert found["unitising"]["f1"] == 1, "all found the same passages"
        assert 0 < found["stance"]["alpha"] < 1
        assert found["stance"]["interval"][0] <= found["stance"]["alpha"] <= found["stance"]["interval"][1]
        assert found["stance"]["documents"] == 3
        (bias,) = found["own_side"]
        assert (bias["one"], bias["other"], bias["holder"]) == ("la", "vn", "north-office")
        assert bias["difference"] < 0
        assert sorted(shown[vn]["units"][0]["codings"]) == ["la/first", "vn/first", "vn/second"]
        assert shown[vn]["differences"] == 24

        unit = next(one["key"] for one in shown[vn]["units"] if one["differs"])
        settle = ["coding", "adjudicate"]
        words = ["coding-1", unit, "--reason", "Read together.", "--author", "clerk", "--stance"]
        assert perspectives(*settle, vn.root, *words, "1")["adjudicated"][0]["state"] == "awaiting"
        exchange(vn, la)
        perspectives(*settle, la.root, *words, "2")
        exchange(vn, la)
        (said,) = asked(vn)["adjudicated"]
        assert (said["state"], said["awaiting"]) == ("recorded differently", [])
        perspectives(*settle, la.root, *words, "1")
        exchange(vn, la)
        for party in (vn, la):
            (said,) = asked(party)["adjudicated"]
            assert (said["state"], sorted(said["words"])) == ("settled", ["la", "vn"])
        wrong = perspectives(*settle, la.root, "coding-1", "9:1-2:x", *words[2:], "1", code=1)
        assert wrong["type"].endswith("coding")
        assert perspectives("agreement", la.root, "coding-1")["agreement"] == found
        graded(vn, la, tmp_path)


def graded(vn, la, tmp_path):
    """The same two processes grade a claim: sheets of two graders, one seal, a verdict on both sides."""
    vn.client.append([item(claim()), item(evidence("a")), item(evidence("b"))])
    exchange(vn, la)
    start = ["coding", "start", vn.root, "graded", "vn/hq", "la/hq", "--author", "clerk", "--claim", "daily"]
    assert perspectives(*start)["given_units"] == 3
    exchange(vn, la)
    for party, shown in ((vn, "none"), (la, "partial")):
        files = []
        for side, grade in (("claims", "full"), ("evidence", shown)):
            text = party.ask("perspectives/coding/sheet", key="graded", side=side)["csv"]
            rows = [row | {"coder": side, "grade": grade} for row in csv.DictReader(io.StringIO(text))]
            files.append(tmp_path / f"{party.root.name}-{side}.csv")
            with files[-1].open("w", newline="", encoding="utf-8") as out:
                writer = csv.DictWriter(out, rows[0])
                writer.writeheader()
                writer.writerows(rows)
        sealed = perspectives("coding", "seal", party.root, "graded", *files, "--author", "clerk")
        approve(party, sealed["requests"])
        exchange(vn, la)
        assert party.ask("perspectives/claims")["claims"][0]["grades"] is None
    assert la.found(b'"grade": "none"') == [], "no grade of the other's is here"
    for party in (vn, la):
        party.post("round/open", key="graded", author="clerk")
        exchange(vn, la)
    (one,) = perspectives("claims", vn.root)["claims"]
    assert (one["verdict"], one["grades"]["agreement"]["claims"]["why"]) == ("exceeds", "no_variance")
    assert la.ask("perspectives/claims")["claims"] == [one]
