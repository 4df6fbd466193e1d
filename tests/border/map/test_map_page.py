"""The page of the map without a browser, the layers and the heat map of the API."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest
from fastapi import FastAPI

from comity.app import mount
from comity.border import SYSTEM
from comity.border.fusion.model import CLASSES
from comity.border.fusion.picture import Frame, Tracks
from comity.border.live.tracks import shelf_of, store_of
from comity.border.map import base
from comity.border.patrols import writing as patrols
from comity.border.sector import writing
from comity.console.render import STATIC
from comity.node.create import NewNode, create
from comity.node.node import Node
from tests.asgi import Client
from tests.border.map.recorded import HAZARD, HEAD, NETWORK, START, sector

API = "/api/v1/border"


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    root = tmp_path_factory.mktemp("map") / "vn"
    create(root, NewNode(party="vn", node="hq", names={"en": "Viet Nam", "lo": "ຫວຽດນາມ"}, unprotected=True))
    with Node.open(root, (SYSTEM,)) as node:
        web = FastAPI()
        mount(web, node, (SYSTEM,))
        yield node, Client(web)
        shelf_of(node).close()


@pytest.fixture(scope="module")
def known(served):
    """The node with a sector, and layers of a party's own."""
    node, client = served
    writing.ACTS["sector"](node, {"sector": sector(), "header": HEAD})
    for layer in (NETWORK, HAZARD):
        patrols.ACTS["layer"](node, {"layer": layer, "header": HEAD}, 0)
    return node, client


def page(client, path, language="en"):
    reply = client.request("GET", path, headers={"accept-language": language})
    assert reply.status_code == 200, reply.text[:2000]
    return reply.text


def settings(text):
    found = re.search(r"data-border-map='([^']*)'", text)
    return json.loads(found[1])


def test_without_a_sector_the_page_says_what_to_do(served):
    _, client = served
    text = page(client, "/border/map")
    assert "comity border sector add" in text
    assert "illustrative, not authoritative" in text
    assert settings(text)["sector"] == ""


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "illustrative, not authoritative"),
        ("vi", "chỉ để minh họa, không có giá trị pháp lý"),
        ("lo", "ເປັນພຽງຮູບປະກອບ ບໍ່ມີຜົນທາງກົດໝາຍ"),
    ],
)
def test_every_line_is_illustrative_in_each_language(known, language, words):
    text = page(known[1], "/border/map", language)
    assert text.count(words) >= 3, "on the drawing, of countries, of provinces"
    told = settings(text)
    assert told["lang"] == language
    assert len(told["months"]) == 12
    assert {"d", "y"} <= set(told["date"])
    assert all(told["words"].values())


def test_the_address_carries_sector_moment_and_view(known):
    text = page(known[1], f"/border/map?sector=ford&at={START}&view=shared")
    assert f'href="/border/picture?sector=ford&amp;at={START}&amp;view=shared"' in text
    assert re.search(r'data-map-view="shared" aria-current="true"', text)
    odd = page(known[1], "/border/map?sector=%22%3E&at=-1&view=%3Cb%3E")
    assert "view=joint" in odd
    assert "at=" not in odd.split("data-map-table")[0].rsplit("href", 1)[1]


def test_no_page_of_the_map_names_another_address(known):
    text = page(known[1], "/border/map")
    assert not re.findall(r'(?:src|href)="(?:https?:)?//[^"]*"', text)
    assert not re.findall(r"<script(?![^>]* src=)", text), "nothing runs that stands in the page"


def test_what_a_silent_sensor_would_have_covered(known):
    told = settings(page(known[1], "/border/map"))
    assert told["reach"] == {"vn/bank": 1_500}
    (south, west), _, (north, east), _ = told["corners"]
    assert (south, west) < (17.0, 106.0) < (north, east)


def test_countries_are_called_as_parties_call_themselves(known, monkeypatch):
    index = {"bounds": [99, 8, 110, 24], "countries": [{"id": "704", "at": [1, 2], "again": []}, {"id": "764", "at": [3, 4], "again": []}, {"id": "0", "at": [5, 6], "again": []}], "sources": []}  # fmt: skip
    monkeypatch.setattr(base, "index", lambda: index)
    found = settings(page(known[1], "/border/map", "lo"))["countries"]
    assert [one["name"] for one in found] == ["ຫວຽດນາມ", "ໄທ"]


def test_without_built_layers_the_page_stands(known, monkeypatch, tmp_path):
    monkeypatch.setattr(base, "STATIC", tmp_path)
    text = page(known[1], "/border/map")
    assert "the layers were not built" in text
    assert settings(text)["countries"] == []


def test_layers_on_record_in_degrees(known):
    found = known[1].get(f"{API}/map/layers").json()
    assert found["tracks"][0]["points"] == [[17.0, 106.0], [17.02, 106.03]]
    assert {one["name"] for one in found["markers"]} == {"Post 4", "578"}
    (hazard,) = found["hazards"]
    assert hazard["slug"] == "old-field"
    assert (hazard["party"], hazard["exercise"], hazard["origin"]) == ("vn", True, "vn/hq")


def frame(time, *places):
    many = len(places)
    kind = np.full(many, CLASSES.index("boat"))
    whole = np.zeros(many, dtype=np.int64)
    reals = np.zeros((many, 2))
    return Frame(
        time,
        0,
        Tracks(
            np.arange(many, dtype=np.int64) + 1, kind.astype(np.int64), np.array(places, dtype=float), reals,
            np.ones((many, 10)), np.full(many, 0.9), whole + time, whole + time, whole + 5,
        ),
    )  # fmt: skip


def test_the_heat_map_leaves_small_cells_out(known):
    node, client = known
    crowd = [(100.0 + n, 100.0) for n in range(11)]
    store_of(node).add("ford", [frame(START + 1, *crowd, (2_500.0, 2_500.0))])
    found = client.get(f"{API}/heat?sector=ford").json()
    (cell,) = found["cells"]
    assert cell["tracks"] == 10
    assert cell["south"] == pytest.approx(17.0, abs=1e-6)
    assert found["left_out"] is None
    assert found["to"] - found["from"] == 3_600_000
    assert client.get(f"{API}/heat?sector=ford&to=1000&from=0").json()["cells"] == []
    for wrong in ("cell=7", "from=9000000&to=0", "from=0", "from=-1"):
        assert client.get(f"{API}/heat?sector=ford&{wrong}").status_code == 422, wrong


@pytest.mark.skipif(not (STATIC / base.SHAPES).is_file(), reason="the console is not built here")
def test_built_layers_lie_in_their_box_and_name_where_they_come_from():
    index = base.index()
    west, south, east, north = index["bounds"]
    shapes = json.loads((STATIC / base.SHAPES).read_bytes())["features"]
    assert {one["properties"]["kind"] for one in shapes} == {
        name for source in index["sources"] for name in source["layers"]
    }
    flat = re.findall(r"\[(-?[\d.]+),(-?[\d.]+)\]", (STATIC / base.SHAPES).read_text())
    assert len(flat) > 10_000
    assert all(west <= float(x) <= east and south <= float(y) <= north for x, y in flat)
    assert (STATIC / base.SHAPES).stat().st_size < 500_000, "a phone on a bad line loads it"
    assert "maplibre-gl" in (STATIC / "vendor/licences.txt").read_text()
