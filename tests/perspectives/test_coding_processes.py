"""A blind coding round between two real processes: from the task to what both have settled."""

from __future__ import annotations

import csv
import json
import subprocess
import sys

import pytest

from tests.node.control.test_erasure_processes import exchange
from tests.node.control.test_rounds_processes import approve, served
from tests.perspectives.test_commands import item
from tests.perspectives.test_queries import codebook, proposition, rule, statement, work

pytestmark = [pytest.mark.processes, pytest.mark.timeout(300)]

TEXT = "".join(
    f"# Part {at}\n\nThe gauge of part {at} was read daily and all of it was shown.\n\n" for at in range(8)
)
SECRET = "kept-apart-frame"
FRAMES = [{"slug": name, "labels": {"en": name}} for name in ("solidarity", "interest", SECRET)]


def run(*words, code=0):
    done = subprocess.run(
        [sys.executable, "-m", "comity", *map(str, words), "--json"],
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == code, done.stdout + done.stderr
    return json.loads(done.stdout or done.stderr)


def perspectives(*words, code=0):
    return run("perspectives", *words, code=code)


def prepared(tmp_path, vn, la):
    """A codebook, three works with a document each on both sides, and statements whose passages are units."""
    from comity.perspectives.locators import point_to

    models = [rule(), proposition(), codebook(frames=FRAMES), *(work(f"w{at}") for at in range(3))]
    for at in range(3):
        text = f"Book {at}\n\n{TEXT}"
        (tmp_path / f"w{at}.md").write_text(text)
        for part in range(8):
            locator = point_to(text, f"The gauge of part {part} was read daily").model_dump(exclude_none=True)
            cite = {"work": f"w{at}", "locator": locator}
            models.append(statement(f"s-{at}-{part}", "north-office", 1, via=(f"w{at}",), cite=cite))
    vn.client.append([item(model) for model in models])
    for party in (vn, la):
        for at in range(3):
            perspectives("take", party.root, tmp_path / f"w{at}.md", "--work", f"w{at}", "--author", "clerk")
    exchange(vn, la)


def filled(path, out, rows_of):
    """Fill a blank sheet in: `rows_of` gives each row's coders with stance and frame."""
    with path.open(encoding="utf-8") as file:
        blank = list(csv.DictReader(file))
    with out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, blank[0].keys())
        writer.writeheader()
        for row in blank:
            for coder, stance, frame in rows_of(int(row["unit"])):
                writer.writerow({**row, "coder": coder, "stance": stance, "frame": frame})
    return out


def ours(unit):
    yield "first", "mixed" if unit == 5 else (2 if unit % 3 else -1), SECRET
    yield "second", "not_addressed" if unit == 6 else (2 if unit % 3 else -2), "solidarity"


def theirs(unit):
    yield "first", 1 if unit % 3 else -1, "interest"


def test_a_coding_round_from_seal_to_adjudication(tmp_path):
    with served(tmp_path) as (vn, la):
        prepared(tmp_path, vn, la)
        begun = perspectives("coding", "start", vn.root, "coding-1", "vn/hq", "la/hq", "--author", "clerk",
                             "--given", *[word for at in range(3) for word in ("--work", f"w{at}")])  # fmt: skip
        assert (begun["given_units"], begun["codebook"], begun["agreement"]) == (24, "cooperation/1", None)
        exchange(vn, la)
        for party, rows in ((vn, ours), (la, theirs)):
            name = party.root.name
            blank = tmp_path / f"{name}.csv"
            perspectives("coding", "sheet", party.root, "coding-1", "--out", blank)
            sheet = filled(blank, tmp_path / f"{name}-done.csv", rows)
            refused = perspectives(
                "coding", "seal", party.root, "coding-1", blank, "--author", "clerk", code=1
            )
            assert refused["type"].endswith("coding-sheet")
            assert refused["items"][0]["item"] == 2
            sealed = perspectives("coding", "seal", party.root, "coding-1", sheet, "--author", "clerk")
            approve(party, sealed["requests"])
            exchange(vn, la)
            again = perspectives("coding", "seal", party.root, "coding-1", sheet, "--author", "clerk", code=1)
            assert "already-sealed" in again["detail"]
        for party in (vn, la):
            shown = perspectives("coding", "show", party.root, "coding-1")
            assert (shown["agreement"], shown["units"]) == (None, []), "nothing before all have opened"
            perspectives("agreement", party.root, "coding-1", code=3)
        needles = [word.encode() for word in (SECRET + '"', "interest")]
        assert not [name for name in la.found(b'"coder":"second"') if name.endswith(("views.sqlite", "wal"))]
        assert vn.found(needles[0]), "the positive control: it is readable where it was coded"
        for party in (vn, la):
            run("round", "open", party.root, "coding-1", "--author", "clerk")
            exchange(vn, la)
        exchange(vn, la)

        shown = {party: perspectives("coding", "show", party.root, "coding-1") for party in (vn, la)}
        assert shown[vn]["units"] == shown[la]["units"]
        assert shown[vn]["agreement"] == shown[la]["agreement"], "two nodes print the same numbers"
        found = shown[vn]["agreement"]
        assert found["addressed"]["units"] == found["stance"]["units"] == 24
        assert found["unitising"] is None, "the units were given"
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
        (said,) = perspectives("coding", "show", vn.root, "coding-1")["adjudicated"]
        assert (said["state"], said["awaiting"]) == ("recorded differently", [])
        perspectives(*settle, la.root, *words, "1")
        exchange(vn, la)
        for party in (vn, la):
            (said,) = perspectives("coding", "show", party.root, "coding-1")["adjudicated"]
            assert (said["state"], sorted(said["words"])) == ("settled", ["la", "vn"])
        wrong = perspectives(*settle, la.root, "coding-1", "9:1-2:x", *words[2:], "1", code=1)
        assert wrong["type"].endswith("coding")
        assert perspectives("agreement", la.root, "coding-1")["agreement"] == found
