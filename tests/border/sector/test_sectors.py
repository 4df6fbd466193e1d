"""Sectors and zones on record, on the command line, and in the plane."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from comity.border.remoteid.corroborate import metres
from comity.border.sector import queries, writing
from comity.border.sector.config import config_of, watched
from comity.border.sector.errors import SectorRefusedError, SectorUnknownError
from comity.border.sector.plane import Plane
from comity.cli import app
from comity.node.create import NewNode, create
from tests.border.live.world import HEAD, ORIGIN, add, fields_file, sector
from tests.node.two import sync
from tests.register.pair import pair


def zone(slug="bank", **more):
    corners = [(17_010_000, 106_010_000), (17_010_000, 106_020_000), (17_020_000, 106_020_000)]
    return {
        "slug": slug, "sector": "ford", "title": {"en": "The bank"}, "shape": "area", "dwell": 60,
        "points": [{"lat": lat, "lon": lon} for lat, lon in corners], **more,
    }  # fmt: skip


def run(*words, code=0):
    done = CliRunner().invoke(app, ["border", *map(str, words)])
    assert done.exit_code == code, done.output
    return done.output


@given(st.floats(-25_000, 25_000), st.floats(-25_000, 25_000))
def test_the_plane_there_and_back_and_true_to_length(x, y):
    plane = Plane(*ORIGIN)
    lat, lon = plane.earth(x, y)
    assert plane.place(lat, lon) == pytest.approx((x, y), abs=1e-6)
    far = metres((106.0, 17.0), (lon, lat))
    assert far == pytest.approx((x * x + y * y) ** 0.5, rel=3e-3, abs=1e-3)


def test_the_plane_takes_arrays():
    plane = Plane(*ORIGIN)
    lat, lon = plane.earth(np.array([0.0, 10.0]), np.array([0.0, 20.0]))
    x, y = plane.place(lat, lon)
    assert np.allclose(x, [0, 10])
    assert np.allclose(y, [0, 20])


def test_on_the_command_line(tmp_path):
    root = tmp_path / "vn"
    create(root, NewNode(party="vn", node="hq", unprotected=True))
    assert "no sector" in run("sector", "list", root)
    file = fields_file(tmp_path, "sector", sector("ford", "ridge"))
    who = ("--author", "desk", "--exercise")
    run("sector", "add", root, file, "--author", "desk", code=1)
    assert "border.sector in vn/hq" in run("sector", "add", root, file, *who)
    assert "[exercise] ford (vn): The ford; agreed with nobody" in run("sector", "list", root)
    run("zone", "add", root, fields_file(tmp_path, "zone", zone(sector="nowhere")), *who, code=1)
    run("zone", "add", root, fields_file(tmp_path, "zone", zone()), *who)
    assert "zone bank (vn): area, dwell 60 s" in run("zone", "list", root, "ford")
    shown = json.loads(run("sector", "show", root, "ford", "--json"))
    assert shown["config"].startswith("sha256:")
    assert shown["zones"][0]["points"][0] == [17.01, 106.01]
    assert "sensor ridge (vn, radar): 17.00000 106.00000" in run("sector", "show", root, "ford")
    run("zone", "add", root, fields_file(tmp_path, "zone", zone(withdrawn=True)), *who)
    assert "no zone" in run("zone", "list", root, "ford")
    run("sector", "show", root, "none", code=1)
    run("sector", "add", root, *who, code=1)


@pytest.mark.parametrize(
    "more",
    [
        {"west": 6_000},
        {"sensors": [{"slug": "a", "party": "vn", "kind": "radar", "lat": 0, "lon": 0, "pd": "1"}]},
        {"sensors": [{"slug": "a", "party": "vn", "kind": "rifle", "lat": 0, "lon": 0}]},
        {"sensors": [{"slug": "a", "party": "vn", "kind": "radar", "lat": 0, "lon": 0}] * 2},
        {"motions": [{"name": "face", "noise": "1", "spread": "1", "fastest": "1"}]},
        {"affiliation": "hostile"},
    ],
)
def test_what_cannot_be_watched_is_refused(tmp_path, more):
    with pytest.raises(ValueError):
        queries.Sector.model_validate(sector(**more))


def test_two_sides_agree_on_the_very_same(tmp_path):
    with pair(tmp_path, {}) as (vn, la):
        add(vn, "sector", sector())
        add(
            vn,
            "zone",
            zone("spot", shape="point", points=[{"lat": 17_001_000, "lon": 106_001_000}], radius=50),
        )
        for node, other in ((vn, la), (la, vn)) * 2:
            sync(node, other)
        theirs = queries.find(la, "ford")
        assert (theirs.party, theirs.agreed) == ("vn", ())
        with pytest.raises(SectorUnknownError, match="of this party"):
            queries.find(la, "ford", own=True)
        writing.sector(la, {"adopt": "ford", "header": HEAD})
        with pytest.raises(SectorRefusedError):
            writing.sector(vn, {"adopt": "none", "header": HEAD})
        own = queries.find(la, "ford", own=True)
        assert (own.party, own.agreed, own.digest) == ("la", ("vn",), queries.find(vn, "ford").digest)
        (spot,) = queries.zones(la, "ford")
        area = watched(spot, own.plane)
        assert all(abs(((x - 106.5) ** 2 + (y - 110.6) ** 2) ** 0.5 - 50) < 0.5 for x, y in area.rings[0])
        assert config_of(queries.find(vn, "ford"), "vn").sensors[0].name == "ridge"
        add(vn, "sector", sector(horizon=30_000))
        assert queries.find(vn, "ford").digest != own.digest
