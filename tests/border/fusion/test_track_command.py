"""`comity border track` and `score`: files as they come, and nothing heavy for whoever asks for help."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from comity.border.fusion import scenarios
from comity.border.fusion.model import CLASSES
from comity.border.fusion.scenarios import Recipe
from comity.cli import app


def run(*words, code=0):
    done = CliRunner().invoke(app, ["border", *map(str, words)])
    assert done.exit_code == code, done.output
    return done


@pytest.fixture(scope="module")
def scenario():
    return scenarios.make(Recipe(targets=6, clutter=4, steps=15, classes=("boat",), named=0.8), 4)


@pytest.fixture
def files(scenario, tmp_path):
    found = scenario.detections
    lines = ["time,x,y,sigma,sensor,class"]
    rows = zip(found.time.tolist(), found.place.tolist(), found.kind.tolist(), strict=True)
    lines += [f"{time},{x!r},{y!r},10,ridge,{CLASSES[kind]}" for time, (x, y), kind in rows]
    seen, truth = tmp_path / "seen.csv", tmp_path / "truth.csv"
    seen.write_text("\n".join(lines) + "\n")
    places = ["time,id,x,y"]
    for k, time in enumerate(scenario.times.tolist()):
        places += [f"{time},{n},{x!r},{y!r}" for n, (x, y, *_) in enumerate(scenario.truth[k].tolist())]
    truth.write_text("\n".join(places) + "\n")
    return seen, truth


def test_tracks_of_a_file_and_their_score(files, tmp_path):
    seen, truth = files
    data = json.loads(run("track", seen, "--clutter", 4, "--out", tmp_path / "out.csv", "--json").output)
    now = [one for one in data["tracks"] if one["now"]]
    assert len(now) == 6
    assert {one["class"] for one in now} == {"boat"}
    assert data["set_aside"]["count"] == 0
    (tmp_path / "out.json").write_text(json.dumps(data))
    scores = [
        json.loads(run("score", truth, tmp_path / name, "--json").output) for name in ("out.csv", "out.json")
    ]
    assert scores[0]["gospa"]["mean"] == pytest.approx(scores[1]["gospa"]["mean"], abs=1e-3)
    assert scores[0]["gospa"]["mean"] < 0.4 * (6 * 5000) ** 0.5
    assert scores[0]["trajectory_gospa"]["switches"] >= 0
    perfect = json.loads(run("score", truth, truth, "--json").output)
    assert perfect["gospa"]["mean"] == perfect["ospa"]["mean"] == 0
    assert perfect["trajectory_gospa"]["distance"] == pytest.approx(0, abs=1e-6)
    assert "boat" in run("track", seen).output
    assert "GOSPA" in run("score", truth, tmp_path / "out.csv").output


def test_bad_rows_are_set_aside_with_their_line(files):
    seen, _ = files
    text = seen.read_text()
    lines = text.splitlines()
    bad = [
        "never,1,2,10,ridge,boat",
        "2026-01-01T00:00:00,1,2,10,ridge,",
        "0,nan,2,10,ridge,",
        "0,1,2,10,ridge,tank",
    ]
    seen.write_text(text + "\n".join([*bad, lines[1], "5,1"]) + "\n")
    data = json.loads(run("track", seen, "--json").output)
    codes = data["set_aside"]["codes"]
    assert codes == {"unreadable": 3, "not-finite": 1, "duplicate": 1, "columns": 1}
    assert len(lines) + 1 in [row["row"] for row in data["set_aside"]["rows"]]


def test_times_with_an_offset_are_the_same_as_milliseconds(tmp_path):
    one, two = tmp_path / "one.csv", tmp_path / "two.csv"
    one.write_text("time,x,y,sigma,sensor\n" + "".join(f"{1000 * k},1,2,5,a\n" for k in range(9)))
    two.write_text(
        "time,x,y,sigma,sensor\n" + "".join(f"1970-01-01T07:00:0{k}+07:00,1,2,5,a\n" for k in range(9))
    )
    told = [json.loads(run("track", file, "--json").output) for file in (one, two)]
    assert told[0] == told[1]


def test_files_and_areas_that_cannot_be_are_refused(files, tmp_path):
    seen, truth = files
    empty = tmp_path / "empty.csv"
    empty.write_text("time,x,y,sigma,sensor\n")
    run("track", empty, "--json", code=1)
    run("track", seen, "--area", "0,0,0,0", code=1)
    run("track", seen, "--area", "1,2", code=2)
    run("track", seen, "--detects", "1", code=1)
    (tmp_path / "bad.json").write_text('{"tracks": 5}')
    run("score", truth, tmp_path / "bad.json", code=1)
    run("score", seen, truth, code=1)


def test_help_loads_no_compiler():
    code = (
        "import sys\nfrom typer.testing import CliRunner\nfrom comity.border.commands import app\n"
        "done = CliRunner().invoke(app, ['--help'])\nassert 'track' in done.output\n"
        "assert not {'numba', 'numpy', 'scipy'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
