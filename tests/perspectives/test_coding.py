"""Coding rounds on two nodes: the same task, nothing before all have opened, nothing that does not fit."""

from __future__ import annotations

import pytest
from fastapi import FastAPI

from comity.app import mount, systems
from comity.node.control.rounds import RoundRefusedError
from comity.node.sealing import draft_from_json
from comity.node.web.problems import install
from comity.perspectives import answers_coding as answers
from comity.perspectives import coding, coding_assigned
from comity.perspectives.coding_errors import CodingError
from comity.perspectives.coding_standing import reliance, standing
from comity.perspectives.entries import Sheet
from comity.perspectives.locators import LocatorError
from tests.console.conftest import Visitor
from tests.perspectives.coding_world import WORKS, sheet
from tests.perspectives.test_commands import item
from tests.perspectives.test_queries import codebook


def stances(coder, unit):
    return "mixed" if unit == 3 else (2 if unit % 2 else -1)


def visitor(node):
    app = FastAPI()
    install(app)
    mount(app, node, systems())
    return Visitor(app)


def test_a_round_is_shown_only_when_all_have_opened_and_alike_on_both_sides(world):
    world.prepare()
    begun = world.start()
    assert len(begun.task.units) == 12
    for node, shift in ((world.vn, 0), (world.la, 1)):
        mine = coding.find(node, "coding-1")
        world.seal(node, "coding-1", sheet(mine, lambda c, u, s=shift: stances(c, u + s * (u == 5))))
        for other in (world.vn, world.la):
            shown = answers.show(other, "coding-1")
            assert (shown["agreement"], shown["units"], shown["open"]) == (None, [], False)
    coding.Round.find(world.vn, "coding-1").open(author="clerk")
    world.settle()
    assert answers.show(world.la, "coding-1")["units"] == [], "one opening is not all"
    coding.Round.find(world.la, "coding-1").open(author="clerk")
    world.settle()
    world.settle()
    ours, theirs = (answers.show(node, "coding-1") for node in (world.vn, world.la))
    assert ours["agreement"] == theirs["agreement"]
    assert ours["units"] == theirs["units"]
    assert [unit["key"] for unit in ours["units"] if unit["differs"]]
    assert ours["agreement"]["addressed"]["alpha"] == 1
    assert ours["agreement"]["stance"]["alpha"] < 1
    assert ours["agreement"]["frame"] == {
        "alpha": None,
        "why": "no_variance",
        "interval": None,
        "units": 12,
        "values": 24,
        "documents": 3,
        "reliance": "not estimable",
    }

    unit = next(one["key"] for one in ours["units"] if one["differs"])
    for node in (world.vn, world.la):
        with pytest.raises(CodingError, match="not a unit"):
            coding.adjudicate(node, "coding-1", "9:9", stance=1, reason="r", author="clerk")
    said = answers.adjudicate(world.vn, "coding-1", unit, 1, "Read together.", author="clerk")
    assert [one["state"] for one in said["adjudicated"]] == ["awaiting"]
    world.settle()
    answers.adjudicate(world.la, "coding-1", unit, 1, "So it is.", author="clerk")
    world.settle()
    for node in (world.vn, world.la):
        (one,) = answers.show(node, "coding-1")["adjudicated"]
        assert (one["state"], one["awaiting"], sorted(one["words"])) == ("settled", [], ["la", "vn"])

    page = visitor(world.vn).get(f"/comparison/coding/{ours['key']}")
    assert page.status_code == 200
    for words in ("Krippendorff", "Side by side", "settled by both", unit, "not estimable", "gauge of part"):
        assert words in page.text, words
    listed = visitor(world.la).get("/comparison/coding", lang="vi")
    assert listed.status_code == 200
    assert "coding-1" in listed.text
    assert visitor(world.la).get("/comparison/coding/vn/hq/99999").status_code == 404
    api = visitor(world.la).get("/comparison/claims")
    assert api.status_code == 200


def test_free_passages_are_matched_and_their_agreement_is_reported(world):
    world.prepare()
    found = world.start(given=False)
    passages_are_chosen_in_the_text(world, found)
    head = "coder,document,start,end,proposition,holder,stance\n"
    rows = {
        "vn": "first,0,9,30,river,north-office,2\nfirst,1,9,30,river,north-office,-1\nfirst,2,0,5,river,institute,0\n",
        "la": "first,0,10,30,river,north-office,1\nfirst,1,12,28,river,north-office,-1\n",
    }
    for node in (world.vn, world.la):
        world.seal(node, "coding-1", head + rows[node.charter.party])
    world.open_all("coding-1")
    shown = answers.show(world.la, "coding-1")
    assert shown["agreement"]["unitising"]["f1"] == pytest.approx(0.8)
    assert (shown["differences"], shown["found_by_one"]) == (1, 1)
    assert "span F1 0.80" in visitor(world.la).get(f"/comparison/coding/{shown['key']}").text


def passages_are_chosen_in_the_text(world, found):
    """A coder reads the text beside the form; a passage chosen there may stand twice, one written may not."""
    ask = visitor(world.vn).get
    path = f"/comparison/coding/{found.key}/fill?coder=c"
    assert "document=0&amp;at=9-38" in ask(path).text
    chosen = ask(f"{path}&document=1&at=9-38", lang="lo")
    assert chosen.status_code == 200
    assert 'name="at" value="9-38"' in chosen.text
    assert 'name="quote"' not in chosen.text
    for at in ("x", "38-9", "0-99999", "9-38&document=7&leaf=9999999"):
        assert ('name="at" value="9-38"' in ask(f"{path}&at={at}").text) == (at[:4] == "9-38")
    form = {"document": "1", "at": "9-38", "proposition": "river", "holder": "north-office", "stance": "2"}
    coded = coding_assigned.coding_of(world.vn, form, found)
    assert (coded["document"], coded["start"], coded["end"], coded["stance"]) == (1, 9, 38, 2)
    for wrong in ({"at": "9-99999"}, {"at": "", "quote": "gauge"}, {"at": "", "quote": "The moon."}):
        with pytest.raises(LocatorError):
            coding_assigned.coding_of(world.vn, {**form, **wrong}, found)


def test_a_sheet_that_does_not_fit_the_task_counts_for_nothing(world):
    """A party seals by its own program: what it opens is held to task and codebook here."""
    world.prepare()
    world.start()
    fields = {
        "task": "coding-1",
        "party": "la",
        "units": [
            {
                "coder": "x",
                "document": 7,
                "start": 0,
                "end": 5,
                "proposition": "river",
                "holder": "h",
                "stance": 1,
            }
        ],
    }
    bad = item(Sheet.model_validate(fields)) | {"marking": "TLP:AMBER", "releasable_to": ["la", "vn"]}
    index = world.la.append([draft_from_json(bad, world.la.registry)])[0].index
    found = coding.find(world.la, "coding-1")
    found.round.seal(index, author="clerk")
    for asked in found.round.requests():
        world.approve(world.la, asked.place, "first", "second")
    world.settle()
    mine = coding.find(world.vn, "coding-1")
    world.seal(world.vn, "coding-1", sheet(mine, stances))
    world.open_all("coding-1")
    stood = standing(world.vn, coding.find(world.vn, "coding-1"))
    assert stood.unread == ("la/hq",)
    assert {coder for unit in stood.units for coder in unit.codings} == {"vn/first"}
    assert stood.stages.stance.alpha.why == "no_pairs"
    assert "does not fit the task" in visitor(world.vn).get("/comparison/coding/coding-1").text


def test_a_round_needs_codebook_documents_and_the_task_on_both_sides(world):
    with pytest.raises(CodingError, match="no codebook"):
        world.start()
    world.prepare()
    with pytest.raises(CodingError, match="no codebook 'other'"):
        world.start(codebook="other")
    with pytest.raises(CodingError, match="no document of work"):
        world.start(works=("unheard-of",))
    world.start(marking="TLP:AMBER")
    with pytest.raises(CodingError, match="no coding task"):
        coding.find(world.la, "coding-1")
    with pytest.raises(RoundRefusedError, match="name-taken"):
        world.start()
    again = codebook(frames=[])
    world.la.append([draft_from_json(item(again), world.la.registry)])
    world.settle()
    with pytest.raises(CodingError, match="two ways"):
        world.start("coding-2")


def test_reliance_is_what_the_codebook_says():
    assert [reliance(value, {}) for value in (0.9, 0.7, 0.2, None)] == [
        "reliable",
        "tentative",
        "not reliable",
        "not estimable",
    ]
    assert reliance(0.9, {"thresholds": {"agreement": "0.95"}}) == "tentative"
    assert len(WORKS) == 3
