"""A warning written, shown, recorded, read, updated and cancelled on two consoles, and what is refused there."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from fastapi import FastAPI

from comity.app import mount
from comity.border import SYSTEM
from comity.border.cap.reading import read
from comity.border.errors import WarningFieldError
from comity.border.river.readings import read as read_gauge
from comity.border.series.writing import gauge_draft
from comity.border.warning import answers, forms, texts
from comity.node import operations
from comity.node.web.problems import install
from tests.asgi import Client
from tests.border.river.series import as_csv, daily
from tests.node.two import sync
from tests.register.pair import pair

HEAD = {"author": "duty officer", "marking": "TLP:CLEAR", "class": "exercise"}
NEW = "/border/warnings/new"
COMMON = {"author": "officer", "marking": "TLP:CLEAR", "sender": "hydromet.lumvarren.example"}


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    with pair(tmp_path_factory.mktemp("forms"), {}) as nodes:
        clients = []
        for node in nodes:
            web = FastAPI()
            install(web)
            mount(web, node, (SYSTEM,))
            clients.append(Client(web))
        yield nodes, clients


def exchange(nodes):
    vn, la = nodes
    for node, other in ((vn, la), (la, vn)) * 2:
        sync(node, other)


def fields(page):
    """What a form would send: its inputs, its text areas, and what is chosen."""
    form = page[page.rindex("<form", 0, page.index('name="step"')) :]
    found = dict(re.findall(r'<input[^>]* name="([^"]+)"[^>]*? value="([^"]*)"', form))
    found |= dict(re.findall(r'<textarea[^>]* name="([^"]+)"[^>]*>([^<]*)</textarea>', form))
    for name, options in re.findall(r'<select[^>]* name="([^"]+)".*?>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options) or re.search(r'value="([^"]*)"', options)
        found[name] = chosen[1]
    ticked = re.findall(r'type="checkbox"[^>]* name="([^"]+)"[^>]* checked', form)
    return {
        name: value
        for name, value in found.items()
        if name not in {"exercise", "signed", "step"}
        or name in ticked
        or 'type="hidden" name="' + name in form
    }


def send(client, path, given, step, **more):
    return client.post(path, data={**given, **more, "step": step}, follow_redirects=False)


def recorded(client, path, given):
    """Show a form, send what was shown, and return where it leads."""
    shown = send(client, path, given, "show")
    assert "What the other side will see" in shown.text, shown.text[-3000:]
    done = send(client, path, fields(shown.text), "record")
    assert done.status_code == 303, done.text[-3000:]
    return shown.text, done.headers["location"]


def test_what_is_shown_is_what_is_recorded_and_the_other_side_reads_it(both):
    (vn, la), (at_vn, at_la) = both
    today = datetime.now(UTC).date()
    stages = as_csv(daily(first=today - timedelta(30), last=today - timedelta(1)))
    operations.append(la, [gauge_draft("pakse", read_gauge(stages), stages, HEAD)])
    assert f'href="{NEW}?text=flood"' in at_la.get("/border/warnings").text
    page = at_la.get(f"{NEW}?text=fast-rise&gauge=pakse").text
    assert "The river rises fast at Pakse" in page
    given = {**fields(page), **COMMON, "exercise": "yes", "drill": "drill 4; fictional", "signed": "yes"}
    given["polygon"] = "14.7, 106.7\n14.9 106.7\n14.9,107"
    given["circle"] = "14.8, 106.8, 30.5"
    size = la.log.size
    shown, path = recorded(at_la, NEW, given)
    assert la.log.size == size + 1
    kept = answers.warning(la, path.rpartition("/")[2])
    assert kept["signature"]["state"] == "valid"
    message = read(at_la.get(f"{path}/cap.xml").content).message
    assert message.identifier in shown
    assert message.sent in shown
    assert [info.language for info in message.infos] == ["en", "lo", "vi"]
    assert message.infos[0].parameters[0].value.endswith(" m")
    area = message.infos[0].areas[0]
    assert area.polygons[0][0] == area.polygons[0][-1] == (14.7, 106.7)
    assert area.circles == (((14.8, 106.8), 30.5),)
    assert kept["about"]
    assert kept["message_type"] == "Alert"
    exchange((vn, la))
    theirs = at_vn.get(path).text
    assert f"{path}/receive" in theirs
    assert f"{path}/receive" not in at_la.get(path).text
    assert at_la.get(f"{path}/receive").status_code == 404
    receipt = {"office": "District 4", "answer": "acting", "author": "reader", "marking": "TLP:CLEAR"}
    done = send(at_vn, f"{path}/receive", {**receipt, "words": "on our way"}, "record")
    assert done.status_code == 303
    exchange((vn, la))
    for client in (at_vn, at_la):
        for language in ("vi", "lo", "en"):
            page = client.get(f"{path}?lang={language}").text
            assert "District 4" in page
            assert "on our way" in page
    assert 'value="District 4"' in at_vn.get(f"{path}/receive").text


def test_an_update_begins_with_what_was_said_and_a_cancellation_ends_it(both):
    (_, la), (_, client) = both
    page = client.get(f"{NEW}?text=dam-release&gauge=pakse").text
    given = {**fields(page), **COMMON, "exercise": "yes", "drill": "drill 5"}
    _, path = recorded(client, NEW, given)
    slug = path.rpartition("/")[2]
    page = client.get(f"{NEW}?as=Update&follows={slug}").text
    begun = fields(page)
    assert begun["headline.lo"] == texts.prepared()["dam-release"].words("Pakse")["headline.lo"]
    assert "checked" in page
    _, later = recorded(
        client, f"{NEW}?as=Update&follows={slug}", {**begun, **COMMON, "exercise": "yes", "severity": "Minor"}
    )
    assert answers.warning(la, slug)["state"] == "updated"
    newest = later.rpartition("/")[2]
    page = client.get(f"{NEW}?as=Cancel&follows={newest}").text
    recorded(client, f"{NEW}?as=Cancel&follows={newest}", {**fields(page), **COMMON, "exercise": "yes"})
    assert answers.warning(la, newest)["state"] == "cancelled"
    assert client.get(f"{NEW}?as=Update&follows=none").status_code == 404


def test_what_does_not_do_is_said_and_nothing_is_recorded(both):
    (_, la), (_, client) = both
    good = {
        **fields(client.get(f"{NEW}?text=flood&gauge=pakse").text),
        **COMMON,
        "exercise": "yes",
        "drill": "6",
    }
    size = la.log.size
    for wrong, words in (
        ({"polygon": "14.7"}, "is not 2 numbers"),
        ({"polygon": "14.7 106.7\n14.8 106.8"}, "polygon"),
        ({"polygon": "106.7 14.7\n106.9 14.7\n106.9 14.9"}, "latitude first"),
        ({"circle": "14.8 106.8 nan"}, "Nothing was recorded"),
        ({"sender": "two words"}, "sender"),
        ({"headline.lo": ""}, "there is no text in lo"),
        ({"drill": ""}, "which one it is"),
        ({"ends_at": "2020-01-01T00:00:00+07:00"}, "ends at or before"),
        ({"begins_at": "soon"}, "onset"),
        ({"severity": "Awful"}, "severity"),
        ({"author": ""}, "the author is missing"),
    ):
        for step in ("show", "record"):
            done = send(client, NEW, {**good, **wrong}, step)
            assert done.status_code == 422, (wrong, done.text[-2000:])
            assert words in done.text, (wrong, done.text[-2000:])
    assert la.log.size == size
    long_ago = (datetime.now(UTC) - timedelta(hours=2)).isoformat(timespec="seconds")
    done = send(client, NEW, {**good, "sent": long_ago, "identifier": "old"}, "record")
    assert "Look at it once more" in done.text
    ahead = (datetime.now(UTC) + timedelta(hours=2)).isoformat(timespec="seconds")
    assert "Look at it once more" in send(client, NEW, {**good, "sent": ahead}, "record").text
    assert la.log.size == size
    with pytest.raises(WarningFieldError):
        forms.circles("inf inf inf")


@pytest.mark.parametrize("language", ["vi", "lo", "en"])
def test_prepared_words_are_whole_in_each_language_and_the_form_is_there(both, language):
    _, (_, client) = both
    for one in texts.prepared().values():
        assert {set(getattr(one, name)) >= {"en", "vi", "lo"} for name in texts.SAID} == {True}
        assert "{place}" not in "".join(one.words("Pakse").values())
    page = client.get(f"{NEW}?text=outbreak&gauge=Somewhere&lang={language}").text
    assert texts.prepared()["outbreak"].words("Somewhere")["headline.lo"] in page
