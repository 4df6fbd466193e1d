"""Languages: choosing one, translating, and catalogues that are whole."""

from __future__ import annotations

import ast

import pytest

from comity.console import catalogue
from comity.console.i18n import LANGUAGES, Languages, gettext, language, ngettext, speaking
from comity.console.texts import chosen, marked
from comity.perspectives.clusters import WORDS
from comity.perspectives.labels import REASONS

PO = """
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals={plurals}; plural={rule};\\n"

msgid "Record"
msgstr "{record}"

msgid "%(num)s entry"
msgid_plural "%(num)s entries"
{forms}
"""


@pytest.fixture
def languages(tmp_path):
    (tmp_path / "vi.po").write_text(
        PO.format(plurals=1, rule="0", record="Bản ghi", forms='msgstr[0] "%(num)s mục"'), encoding="utf-8"
    )
    return Languages([tmp_path])


def test_message_is_translated_and_falls_back_to_itself(languages):
    with speaking(languages["vi"]):
        assert gettext("Record") == "Bản ghi"
        assert gettext("never translated") == "never translated"
        assert ngettext("%(num)s entry", "%(num)s entries", 1) == "%(num)s mục"
        assert ngettext("%(num)s entry", "%(num)s entries", 7) == "%(num)s mục"
    with speaking(languages["en"]):
        assert ngettext("%(num)s entry", "%(num)s entries", 1) == "%(num)s entry"
        assert ngettext("%(num)s entry", "%(num)s entries", 0) == "%(num)s entries"


def test_language_outside_of_a_page_is_english():
    assert language().code == "en"


@pytest.mark.parametrize(
    ("asked", "cookie", "accept", "expected"),
    [
        ("lo", "vi", "en", "lo"),
        (None, "vi", "en", "vi"),
        (None, None, "fr;q=0.9, vi-VN;q=0.8, en;q=0.1", "vi"),
        (None, None, "en;q=0.1, lo", "lo"),
        (None, None, "vi;q=0, lo;q=0.2", "lo"),
        ("xx", "../../etc", "de", "en"),
        (None, None, None, "en"),
        (None, None, "vi;q=9, *;q=, ,,;=" * 50, "en"),
    ],
)
def test_language_is_asked_for_remembered_or_accepted(languages, asked, cookie, accept, expected):
    assert languages.choose(asked, cookie, accept).code == expected


def test_text_in_another_language_than_the_page_says_which(languages):
    with speaking(languages["vi"]):
        assert marked({"en": "Treaty", "vi": "Hiệp ước"}) == "Hiệp ước"
        assert marked({"en": "Treaty", "lo": "ສົນທິສັນຍາ"}) == '<span lang="en">Treaty</span>'
        assert marked({"en": "<script>"}) == '<span lang="en">&lt;script&gt;</span>'
        assert marked("<b>") == "&lt;b&gt;"
        assert chosen({"lo": "ສົນທິສັນຍາ"}) == ("lo", "ສົນທິສັນຍາ")


@pytest.mark.parametrize("package", catalogue.packages(), ids=lambda path: path.name)
@pytest.mark.parametrize("code", LANGUAGES)
def test_catalogue_is_up_to_date_and_whole(package, code):
    file = package / "locale" / f"{code}.po"
    assert file.read_bytes() == catalogue.updated(package, code), "run python -m comity.console.catalogue"
    if code != "en":
        assert list(catalogue.faults(package, code)) == []


def test_faults_name_what_is_missing_and_what_differs(tmp_path):
    folder = tmp_path / "room" / "locale"
    folder.mkdir(parents=True)
    bad = PO.format(plurals=1, rule="0", record="", forms='msgstr[0] "%(n)s mục"')
    (folder / "vi.po").write_text(bad, encoding="utf-8")
    assert list(catalogue.faults(tmp_path / "room", "vi")) == [
        "room/vi.po: not translated: 'Record'",
        "room/vi.po: placeholders differ: '%(num)s entry' -> '%(n)s mục'",
    ]


def test_every_reason_of_the_method_has_the_words_of_the_method():
    assert REASONS == WORDS


def test_no_message_is_put_together_from_pieces():
    """A msgid must be a literal, or extraction cannot find it."""
    allowed = {"gettext", "ngettext", "N_"}
    for path in catalogue.PACKAGE.glob("*/labels.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in allowed - {"gettext"}:
                assert isinstance(node.args[0], ast.Constant), f"{path}:{node.lineno}"
