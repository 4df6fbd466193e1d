"""Against a real server: killed workers, a killed server, messages twice, in disorder and bad; the same picture."""

from __future__ import annotations

import asyncio
import importlib.util
import json
import subprocess
import sys
import time

import pytest
from typer.testing import CliRunner

from comity.border.scaleout import line, working
from comity.border.scaleout.client import NatsError
from comity.border.scaleout.collecting import collect as collected
from comity.border.scaleout.collector import Collector
from comity.border.scaleout.cutting import Cutter
from comity.border.scaleout.errors import ScaleFencedError, ScalePartError, ScaleSnapshotError
from comity.border.scaleout.keeping import Bucket, Files
from comity.border.scaleout.line import connected, prepare, send, stream
from comity.border.scaleout.sector import read
from comity.border.scaleout.told import Told
from comity.border.scaleout.working import Manner, Worker
from comity.cli import app
from tests.border.scaleout.world import CROWD, collect, far, scenario, stirred, tell

SOON = Manner(every=7, idle=0.4)


def run(*words, code=0):
    done = CliRunner().invoke(app, ["border", "scale", *map(str, words)])
    assert done.exit_code == code, done.output
    return done


def messages(of):
    cutter, found = Cutter(of, 1), []
    for n, batch in enumerate(scenario(CROWD).batches()):
        found += cutter.add(batch, n * CROWD.every)
    return found + cutter.finish()


def expected(of):
    """The digest of the picture when nothing goes wrong, and nothing goes over a line."""
    return collect(of, tell(of, messages(of))[0])[1]


async def picture(js, of):
    told, collector = Told(), Collector(of)
    async for moment in collected(js, of, collector, asyncio.Event(), 0.4):
        told.add(moment)
    return told.data(collector)


async def publish(js, cuts, tag=""):
    for n, cut in enumerate(cuts):  # under names of their own: the server must not know what comes twice
        await send(js, cut.subject, cut.payload, f"{tag}{n}")


def worker(path, server, folder):
    command = [sys.executable, "-m", "comity", "border", "scale", "work", path, "--server", server.url]
    command += ["--state", folder, "--every", "5"]
    return subprocess.Popen(list(map(str, command)), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


async def outputs(js, of):
    while True:
        try:
            return (await js.stream_info(stream(of, "tracks"))).state.messages
        except (NatsError, TimeoutError):  # it was just killed
            await asyncio.sleep(0.05)


async def until_more(js, of, than):
    end = time.monotonic() + 60
    while await outputs(js, of) <= than:
        assert time.monotonic() < end, "the worker tells nothing"
        await asyncio.sleep(0.01)


@pytest.mark.processes
def test_kill_minus_nine_of_worker_and_server_changes_no_bit(nats, files, tmp_path):
    path = files[0]("killed")
    of = read(path)
    unruly = stirred(messages(of), 3)
    third = len(unruly) // 3
    poison = [type(unruly[0])(of.subject("obs", tile), "", b"cmob and no more" * 6) for tile in range(4)]

    async def story():
        async with connected(nats.url) as client:
            js = client.jetstream()
            await prepare(js, of)
            first = worker(path, nats, tmp_path)
            await publish(js, unruly[:third], "a")
            await until_more(js, of, 0)
            first.kill()
            first.wait()
            await publish(js, poison, "p")
            told = await outputs(js, of)
            await publish(js, unruly[third : 2 * third], "b")
            second = worker(path, nats, tmp_path)
            await until_more(js, of, told + 2)
            nats.kill()
            nats.start()
            told = await outputs(js, of)
            await publish(js, unruly[2 * third :], "c")
            await until_more(js, of, told)
            second.kill()
            second.wait()

    async def end():
        async with connected(nats.url) as client:
            js = client.jetstream()
            return (await js.stream_info(stream(of, "aside"))).state.messages, await picture(js, of)

    asyncio.run(story())
    given = ("--server", nats.url, "--state", tmp_path, "--every", 5, "--idle", 0.6, "--json")
    said = json.loads(run("work", path, *given).stdout)
    aside, data = asyncio.run(end())
    assert [one["counts"]["aside"] for one in said["tiles"]] == [1, 1, 1, 1]
    assert aside == 4
    assert data["digest"] == expected(of)
    assert data["counts"]["missing"] == data["counts"]["late"] == 0
    assert sum(one["counts"]["repeated"] for one in said["tiles"]) == len(unruly) - len(messages(of))


class CrashError(Exception):
    """The end of a worker, wherever it stands."""


def test_a_crash_before_or_after_any_output_changes_no_bit(nats, files, monkeypatch):
    of = read(files[0]("crashed"))
    sent = {"n": 0, "crash": 0}

    async def crashing(js, subject, *rest):
        sent["n"] += 1
        if sent["n"] == sent["crash"] and sent["crash"] % 2:
            raise CrashError
        found = await line.send(js, subject, *rest)
        if sent["n"] == sent["crash"]:
            raise CrashError
        return found

    monkeypatch.setattr(working, "send", crashing)

    async def story():
        async with connected(nats.url) as client:
            js = client.jetstream()
            await prepare(js, of)
            await publish(js, stirred(messages(of), 8), "m")
            keeping, crashes, known = await Bucket.of(js, of), 0, 0
            for tile in range(4):
                for crash in (1, 2, 5, 8, 11, 0):
                    sent.update(n=0, crash=crash)
                    one = Worker(js, of, tile, keeping, SOON)
                    try:
                        await one.run(asyncio.Event())
                    except CrashError:
                        crashes += 1
                    known += one.known
            return crashes, known, await picture(js, of)

    crashes, known, data = asyncio.run(story())
    assert crashes >= 16
    assert known > 0
    assert data["digest"] == expected(of)


def test_who_begins_last_works_and_the_other_ends(nats, files, tmp_path):
    of = read(files[0]("fenced"))
    every = messages(of)

    async def story():
        async with connected(nats.url) as client:
            js = client.jetstream()
            await prepare(js, of)
            stop, keeping = asyncio.Event(), Files(tmp_path, of)
            for tile in range(1, 4):
                await publish(
                    js, [one for one in every if one.subject == of.subject("obs", tile)], f"{tile}."
                )
                await Worker(js, of, tile, keeping, SOON).run(stop)
            own = [one for one in every if one.subject == of.subject("obs", 0)]
            await publish(js, own[:20], "x")
            older = asyncio.ensure_future(Worker(js, of, 0, keeping, Manner()).run(stop))
            await until_more(js, of, await outputs(js, of))
            newer = asyncio.ensure_future(Worker(js, of, 0, keeping, SOON).run(stop))
            await asyncio.sleep(0.1)
            await publish(js, own[20:], "y")
            with pytest.raises(ScaleFencedError):
                await asyncio.wait_for(older, 20)
            await newer
            return await picture(js, of)

    assert asyncio.run(story())["digest"] == expected(of)


def test_a_state_that_does_not_fit_is_refused(nats, files, tmp_path):
    of, other = read(files[0]("unfit")), read(files[0]("unfit-too"))

    async def story():
        async with connected(nats.url) as client:
            js = client.jetstream()
            await prepare(js, of)
            await prepare(js, other)
            await publish(js, messages(of)[:40], "m")
            told = await Worker(js, of, 0, Files(tmp_path, of), SOON).run(asyncio.Event())
            kept = tmp_path / "vn.unfit.0.state"
            (tmp_path / "vn.unfit-too.0.state").write_bytes(kept.read_bytes())
            with pytest.raises(ScaleSnapshotError, match="the server has 0"):
                await Worker(js, other, 0, Files(tmp_path, other), SOON).run(asyncio.Event())
            kept.write_bytes(b"damaged")
            with pytest.raises(ScaleSnapshotError, match="SHA-256"):
                await Worker(js, of, 0, Files(tmp_path, of), SOON).run(asyncio.Event())
            kept.unlink()  # without one, it begins at the beginning, and tells the same
            again = Worker(js, of, 0, Files(tmp_path, of), SOON)
            assert (await again.run(asyncio.Event()))["outputs"] == 0
            assert again.known == told["outputs"] > 0

    asyncio.run(story())


def test_the_commands_from_a_file_to_a_score(nats, files, tmp_path):
    path, seen = files[0]("commands"), files[1]
    with seen.open() as lines:
        bad = tmp_path / "seen.csv"
        bad.write_text(lines.read() + "5,nan,1,10,s0,\n6,1,1,10,nobody,\nnever,1,1,10,s0,\n")
    server = ("--server", nats.url)
    sent = json.loads(run("publish", path, bad, *server, "--json").stdout)
    assert sent["set_aside"] == {"not-finite": 1, "unknown-sensor": 1, "unreadable": 1}
    assert sent["known_already"] == 0
    assert "known to the server already: 200" in run("publish", path, bad, *server).output
    assert "tile 3: 50 messages" in run("work", path, *server, "--idle", 0.5).output
    data = json.loads(run("collect", path, *server, "--idle", 0.5, "--json").stdout)
    assert data["digest"] == expected(read(path))
    assert sum(one["now"] for one in data["tracks"]) == 40
    assert data["digest"] in run("collect", path, *server, "--idle", 0.5).output
    moments = [
        json.loads(one)
        for one in run("collect", path, *server, "--idle", 0.5, "--follow").stdout.split("\n")[:-1]
    ]
    assert [one["time"] for one in moments if one["corrected_from"] is None][-1] == data["to"]
    (tmp_path / "told.json").write_text(json.dumps(data))
    truth = ["time,id,x,y"]
    for time_, row in zip(scenario(CROWD).times.tolist(), scenario(CROWD).truth.tolist(), strict=True):
        truth += [f"{time_},{n},{one[0]!r},{one[1]!r}" for n, one in enumerate(row)]
    (tmp_path / "truth.csv").write_text("\n".join(truth) + "\n")
    done = CliRunner().invoke(
        app, ["border", "score", str(tmp_path / "truth.csv"), str(tmp_path / "told.json"), "--json"]
    )
    single = far(collect(read(path), tell(read(path), messages(read(path)))[0])[0])[2]
    assert json.loads(done.stdout)["gospa"]["mean"] == pytest.approx(single, rel=0.01)


def test_without_the_client_of_nats_it_is_said_what_to_install(monkeypatch):
    for name in [one for one in sys.modules if one.partition(".")[0] == "nats"]:
        monkeypatch.setitem(sys.modules, name, None)
    spec = importlib.util.find_spec("comity.border.scaleout.client")
    with pytest.raises(ScalePartError) as refused:
        spec.loader.exec_module(importlib.util.module_from_spec(spec))
    assert "comity[scale]" in refused.value.advice


def test_what_cannot_be_is_said(files, tmp_path, monkeypatch):
    monkeypatch.setattr(line, "PATIENCE", 0.3)
    path, seen = files[0]("nowhere"), files[1]
    server = ("--server", "nats://127.0.0.1:1")
    for words in (("publish", path, seen), ("work", path), ("collect", path)):
        done = CliRunner().invoke(app, ["border", "scale", *map(str, words), *server, "--json"])
        assert done.exit_code == 1
        assert "border-scale-server" in done.output
    run("work", path, "--tile", 4, *server, code=2)
    run("work", tmp_path / "none.toml", *server, code=1)
