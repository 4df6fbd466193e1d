"""Killed anywhere, a centre goes on as if it had not been: nothing lost, nothing twice, the same bits."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import time

import pytest

from comity.border import SYSTEM
from comity.border.entries.alerts import Alert, AlertStep
from comity.border.live import centre, outbox, source, tracks
from comity.border.live.centre import Centre
from comity.border.sector.queries import find
from comity.border.sensors import answers
from comity.border.tables import PROJECTOR
from comity.node.node import Node
from tests.border.live.test_machine import far
from tests.border.live.world import START, Line, add, sector, seen, square

TABLES = ("frame", "silence", "claim", "aside", "late", "step", "outbox")


@pytest.fixture(scope="module")
def filled(template, tmp_path_factory):
    """A node with a zone and observations that nobody has taken yet, and a moment after them."""
    root = shutil.copytree(template, tmp_path_factory.mktemp("filled") / "vn")
    with Node.open(root, (SYSTEM,)) as node:
        add(node, "zone", square("bank", 400, 400, 800, 800, dwell=20))
        line = Line(node, "ridge", "mast")
        for n in range(90):
            if n % 15 == 0:
                time.sleep(0.051)  # the next window
            place = (100 + min(n, 25) * 20, 600)
            line.send("ridge", (START + 1000 * n, seen(place, (3000 - n, 2000))))
            if not 20 <= n < 60:
                line.send("mast", (START + 1000 * n - 300, seen(place)))
            if n % 9 == 0:
                line.send("mast", (START + 1000 * n - 6_500, seen((3000 - n + 6, 2000), (1, 1))))
        answers.shelf_of(node).close()
    return root, far()


def kept(root):
    with Node.open(root, (SYSTEM,)) as node:
        store = tracks.store_of(node)
        found = {name: store.read_all(f"SELECT * FROM {name} ORDER BY 1, 2") for name in TABLES}
        with node.views.connect() as db:
            entries = [
                sorted((one.id, str(sorted(one.fields.items()))) for one in PROJECTOR.reports(db, kind))
                for kind in (Alert, AlertStep)
            ]
        tracks.shelf_of(node).close()
        answers.shelf_of(node).close()
    return found, entries


def but_idle(found):
    """Leave out how far time has passed since the last observation: it is written with what came of it only."""
    tables, entries = found
    return {**tables, "step": [row[:3] for row in tables["step"]]}, entries


def ended(root, moment):
    """Keep a sector until the moment, and return everything that is kept and on record."""
    with Node.open(root, (SYSTEM,)) as node:
        of = Centre(node, find(node, "ford"))
        of.run_once(moment)
        of.close()
        tracks.shelf_of(node).close()
        answers.shelf_of(node).close()
    return kept(root)


@pytest.fixture(scope="module")
def whole(filled, tmp_path_factory):
    root, moment = filled
    return ended(shutil.copytree(root, tmp_path_factory.mktemp("whole") / "vn"), moment)


def test_what_was_kept_is_worth_comparing(whole):
    found, (raised, steps) = whole
    assert len(found["frame"]) == 92
    assert len(found["silence"]) >= 5
    assert found["outbox"] == []
    assert len(raised) > 2
    assert len(steps) >= 2


def test_killed_in_the_middle_it_is_the_same(filled, whole, tmp_path):
    root, moment = filled
    folder = shutil.copytree(root, tmp_path / "vn")
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.border.live.killed", str(folder), str(moment)], stdout=subprocess.PIPE
    )
    assert process.stdout.readline().strip()
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    assert ended(folder, moment) == whole


@pytest.mark.parametrize("where", ["kept", "sent"])
def test_failing_at_any_place_it_is_the_same(filled, whole, tmp_path, monkeypatch, where):
    root, moment = filled
    folder = shutil.copytree(root, tmp_path / "vn")
    count = [0]

    def failing(name, of):
        plain = getattr(of, name)

        def instead(*given, **more):
            count[0] += 1
            if count[0] in {2, 5, 9}:
                raise RuntimeError("power")
            return plain(*given, **more)

        monkeypatch.setattr(of, name, instead)

    monkeypatch.setattr(centre, "TOGETHER", 20)
    monkeypatch.setattr(centre, "SNAPSHOT", 30)
    monkeypatch.setattr(Centre, "_held", lambda _: 0)
    {
        "kept": lambda: failing("_snapshot", Centre),
        "sent": lambda: failing("_is_there", outbox),
    }[where]()
    failures = 0
    while True:
        with Node.open(folder, (SYSTEM,)) as node:
            try:
                Centre(node, find(node, "ford")).run_once(moment)
                break
            except RuntimeError:
                failures += 1
            finally:
                tracks.shelf_of(node).close()
                answers.shelf_of(node).close()
    assert failures
    monkeypatch.undo()
    assert kept(folder) == whole


def test_a_lost_cache_is_made_again_and_raises_nothing_twice(filled, whole, tmp_path):
    root, moment = filled
    folder = shutil.copytree(root, tmp_path / "vn")
    ended(folder, moment)
    shutil.rmtree(folder / "border")
    assert ended(folder, moment) == whole


def test_a_damaged_snapshot_is_done_without(filled, tmp_path):
    root, moment = filled
    folder = shutil.copytree(root, tmp_path / "vn")
    ended(folder, moment)
    with Node.open(folder, (SYSTEM,)) as node:
        with tracks.store_of(node).transaction() as db:
            db.execute("UPDATE snapshot SET body = zeroblob(100)")
        assert Centre(node, find(node, "ford")).run_once(far()).tracks >= 0
        tracks.shelf_of(node).close()
        answers.shelf_of(node).close()


def test_the_same_centre_goes_on_after_a_failure_and_a_listener_stops_nothing(filled, whole, tmp_path):
    root, moment = filled
    folder = shutil.copytree(root, tmp_path / "vn")

    def deaf(*_):
        raise ValueError("deaf")

    with Node.open(folder, (SYSTEM,)) as node:
        of = Centre(node, find(node, "ford"), [deaf])
        put, of._keep = of._keep, None
        with pytest.raises(TypeError):
            of.run_once(moment)
        of._keep = put
        of.run_once(moment)
        tracks.shelf_of(node).close()
        answers.shelf_of(node).close()
    assert kept(folder) == whole


def test_what_is_taken_from_memory_is_what_the_store_gives(template, tmp_path, monkeypatch):
    root = shutil.copytree(template, tmp_path / "vn")
    asked = []
    plain = source.windows
    monkeypatch.setattr(source, "windows", lambda *given: asked.append(1) or plain(*given))
    monkeypatch.setattr(centre, "SNAPSHOT", 30)
    with Node.open(root, (SYSTEM,)) as node:
        add(node, "zone", square("bank", 400, 400, 800, 800, dwell=5))
        line, of = Line(node, "ridge", "mast", "other"), Centre(node, find(node, "ford"))
        of.beside = True
        for n in range(40):
            line.send("ridge", (START + 1000 * n, {"x": 100 + min(n, 25) * 20, "y": 600}))
            line.send("mast", (START + 1000 * n - 300, seen((100 + n * 20, 600))), (START - n, "no object"))
            line.send("other", (START + n, 5))
            if n % 4 == 3:
                of.run_once()
        moment = far()
        of.run_once(moment)
        of.close()
        tracks.shelf_of(node).close()
        answers.shelf_of(node).close()
    assert not asked
    live = kept(root)
    assert len(live[0]["frame"]) >= 40
    shutil.rmtree(root / "border")
    assert but_idle(ended(root, moment)) == but_idle(live)
    assert asked


def test_a_sector_that_changed_begins_at_the_same_place_after_a_kill(node):
    line = Line(node, "ridge", "mast")
    line.send("ridge", *((START + 1000 * n, seen((100 + 5 * n, 200))) for n in range(10)))
    Centre(node, find(node, "ford")).run_once(far())
    add(node, "sector", sector("ford", "ridge", "mast", horizon=30_000))
    of = Centre(node, find(node, "ford"))
    for start in (10, 15):
        line.send("ridge", *((START + 1000 * n, seen((100 + 5 * n, 200))) for n in range(start, start + 5)))
        of.run_once(far())
    one, other = of.tracker.every(), Centre(node, find(node, "ford")).tracker.every()
    assert one.hits.tolist() == other.hits.tolist() == [10]
    assert (one.place.tobytes(), one.moments.tobytes()) == (other.place.tobytes(), other.moments.tobytes())
