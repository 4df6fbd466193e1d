"""Observations in, frames out."""

from __future__ import annotations

from comity.border.live.centre import Centre
from comity.border.sector.queries import find
from tests.border.live.world import START, Line, seen


def test_what_a_sensor_detects_is_a_track_second_by_second(node):
    line = Line(node, "ridge", "mast")
    line.send("ridge", *((START + 1000 * n, seen((100 + 5 * n, 200))) for n in range(10)))
    centre = Centre(node, find(node, "ford"))
    report = centre.run_once()
    assert (report.observations, report.frames, report.tracks) == (10, 10, 1)
    rows = centre.tracks.between("ford", START, START + 20_000)
    assert len({row.track for row in rows}) == 1
    last = centre.tracks.at("ford", START + 9_500)[0]
    assert abs(last.x - 145) < 20
    assert last.track.startswith("vn-")
    assert centre.tracks.span("ford") == (START, START + 9000)
