"""The documentation is held by tests: what exists is documented, what is documented exists."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest
from typer.main import get_command

from comity import cli
from comity.node import config
from comity.record.header import Header
from comity.record.values import Value
from docs import generate

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted(
    p
    for p in [
        *ROOT.glob("*.md"),
        *ROOT.glob("docs/**/*.md"),
        *ROOT.glob("examples/**/*.md"),
        *ROOT.glob("src/**/*.md"),
        *ROOT.glob("verifier/*.md"),
    ]
)


@pytest.fixture(scope="module", autouse=True)
def everything():
    generate.load_everything()


@pytest.fixture(scope="module")
def commands():
    """Every command: its name, and what it takes."""
    return {
        name.removeprefix("comity "): (command, context)
        for name, command, context in generate.each_command(get_command(cli.app), "comity")
    }


def named(page):
    return str(page.relative_to(ROOT))


def without_code(text):
    """Cut fenced blocks, indented blocks and code in a line: what looks like a link there is none."""
    text = re.sub(r"^(```|~~~).*?^\1", "", text, flags=re.DOTALL | re.MULTILINE)
    text = re.sub(r"(?<=\n)\n(?: {4}.*\n+)+", "\n", text)
    return re.sub(r"(`+)(?!`).+?(?<!`)\1(?!`)", "", text)


def code_of(text):
    """Return the lines of code of a page: blocks, and code in a line."""
    fenced = re.findall(r"^(?:```|~~~)[^\n]*\n(.*?)^(?:```|~~~)", text, flags=re.DOTALL | re.MULTILINE)
    indented = re.findall(r"^ {4}(\S.*)$", text, flags=re.MULTILINE)
    inline = re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE))
    return [line.strip() for block in [*fenced, *indented, *inline] for line in block.splitlines()]


def anchors(text):
    """Return the anchors that the headings of a page get."""
    headings = re.findall(r"^#+ (.+)$", text, flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


# ---- the reference


def test_reference_is_what_the_code_says():
    assert generate.drift() == [], "run `make docs`"


def test_every_noun_is_on_the_page_of_commands(commands):
    assert {name.split()[0] for name in commands} == set(cli.COMMANDS)
    page = generate.commands()
    assert [name for name in commands if f"## `comity {name}`" not in page] == []
    assert len(commands) > 20


def test_every_command_and_argument_says_what_it_is_for(commands):
    silent = [name for name, (command, _) in commands.items() if not command.help]
    for name, (command, context) in commands.items():
        rows = generate.parameters(command, context)
        silent += [f"{name} {shown}" for shown, _, meaning in rows if not meaning.strip()]
    assert silent == []


def test_every_field_of_every_kind_says_what_it_means():
    models = [Header, *generate.known_kinds(), *generate.subclasses(Value)]
    assert len(models) > 20
    for model in models:
        assert generate.first_paragraph(model.__doc__), model
        assert list(generate.meanings(model)) == list(model.model_fields), model
        assert all(generate.meanings(model).values()), model


def test_every_setting_says_what_it_means():
    for model in (config.Config, config.Peer, config.LimitSettings):
        assert list(generate.attributes(model)) == [field.name for field in fields(model)], model
        assert all(generate.attributes(model).values())


def test_every_setting_that_a_file_may_hold_is_documented():
    peer = config.Peer("la/hq", "http://127.0.0.1:1", "x", "la")
    limits = config.LimitSettings(burst=1)
    full = config.Config(
        "vn", "hq", peers=(peer,), retention={"working": 1}, limits=limits, listen_peers="[::1]:1"
    )
    written = set(re.findall(r"^(\w+) =", config.dump(full), re.MULTILINE))
    written |= {"[[peer]]", "[retention]", "[limits]"}
    assert written - set(re.findall(r"^\| `([^`]+)`", generate.settings(), re.MULTILINE)) == set()


def test_every_error_has_a_code_of_its_own_and_an_advice():
    seen = {}
    for error in generate.subclasses(generate.ComityError):
        if "code" not in vars(error):
            continue
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", error.code), error
        assert seen.setdefault(error.code, error) is error, f"{error} shares a code with {seen[error.code]}"
        assert error.advice.strip(), error
        assert generate.first_paragraph(error.__doc__), error
        assert f"| `{error.code}` |" in generate.errors()
    assert len(seen) > 20


def test_attributes_are_read_as_google_style_writes_them():
    class Sample:
        """A sample.

        Attributes:
            one: First, over
                two lines.
            two: Second.

        More words: not an attribute.
        """

    assert generate.attributes(Sample) == {"one": "First, over two lines.", "two": "Second."}


# ---- the pages


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_links_between_pages_lead_somewhere(page):
    text = page.read_text(encoding="utf-8")
    for target, anchor in re.findall(r"\]\(([^)#\s]*)(?:#([^)\s]*))?\)", without_code(text)):
        if "://" in target or target.startswith("mailto:"):
            continue
        found = page.parent / target if target else page
        assert found.exists(), f"{page.name} links to {target}"
        if anchor:
            assert anchor in anchors(found.read_text(encoding="utf-8")), f"{page.name}: no #{anchor}"


def test_code_is_not_taken_for_links():
    text = "See [a](b.md).\n\n    x[0](nowhere)\n\n```\n[c](d)\n```\n`[e](f)` ``[g]`(h)``\n"
    assert re.findall(r"\]\((\S+?)\)", without_code(text)) == ["b.md"]


def hand_written():
    return [page for page in PAGES if page.parent != generate.REFERENCE]


@pytest.mark.parametrize("page", hand_written(), ids=named)
def test_commands_on_pages_exist_with_their_options(page, commands):
    for line in code_of(page.read_text(encoding="utf-8")):
        for call in re.findall(r"(?:^|[ /$(\"])comity ([a-z][^|;)#\"]*)", line):
            words = call.split()
            if words[0] not in cli.COMMANDS:
                continue
            command = found(words, commands)
            if command is None:
                assert words[1:] in ([], ["--help"]), f"no command comity {call}"
                continue
            known = {opt for parameter in command.params for opt in parameter.opts} | {"--help"}
            given = {word.partition("=")[0] for word in words if word.startswith("--")}
            assert given <= known, f"comity {call}"


def found(words, commands):
    """Return the command that the words begin with; `comity sync DIR` pulls."""
    for length in (3, 2, 1):
        if " ".join(words[:length]) in commands:
            return commands[" ".join(words[:length])][0]
    if words[0] == "sync" and len(words) > 1:
        return commands["sync pull"][0]
    return None


def test_make_targets_on_pages_exist():
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    for page in hand_written():
        for line in code_of(page.read_text(encoding="utf-8")):
            for words in re.findall(r"(?:^|&& )make ([a-z][a-z ]*)", line):
                assert set(words.split()) <= targets, f"{page.name}: make {words}"


def names_of_tests(page):
    return re.findall(r"`(tests/[\w/.]+(?:::\w+)?)", (ROOT / page).read_text(encoding="utf-8"))


@pytest.mark.parametrize("page", ["README.md", "docs/SECURITY.md", "docs/tutorial.md"])
def test_tests_named_on_pages_exist(page):
    for name in names_of_tests(page):
        path, _, function = name.partition("::")
        assert (ROOT / path).exists(), f"{page} names {name}"
        if function:
            source = (ROOT / path).read_text(encoding="utf-8")
            assert re.search(rf"def {function}\(", source), f"{page} names {name}"


def test_every_claim_of_the_threat_model_names_its_test():
    """A row of a table in SECURITY.md that says a thing cannot be done names a test, or says there is none."""
    text = (ROOT / "docs" / "SECURITY.md").read_text(encoding="utf-8")
    rows = [line for line in text.splitlines() if line.startswith("|") and "---" not in line]
    claims = [row for row in rows if not row.startswith(("| what", "| asset", "| may", "| who"))]
    assert len(claims) > 20
    for row in claims:
        assert "`tests/" in row or "no test" in row, row


def test_the_readme_table_has_a_command_and_a_test_or_says_what_is_missing():
    lines = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()
    start = next(n for n, line in enumerate(lines) if line.startswith("| what the documents ask for"))
    rows = []
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip("|").split(" | ")])
    assert len(rows) >= 8
    for row in rows:
        assert len(row) == 3, row
        assert "not built yet" in row[1] or ("`comity " in row[1] and "`tests/" in row[2]), row


def test_every_page_is_reached_from_the_index():
    """Somebody who opens docs/README.md finds every page of docs/, spec and decisions by their own indexes."""
    seen, queue = set(), [ROOT / "docs" / "README.md"]
    while queue:
        page = queue.pop()
        if page in seen:
            continue
        seen.add(page)
        for target in re.findall(r"\]\(([^)#\s]+)", without_code(page.read_text(encoding="utf-8"))):
            linked = (page.parent / target).resolve()
            if linked.suffix == ".md" and linked.is_file():
                queue.append(linked)
    unreached = [named(page) for page in PAGES if page.is_relative_to(ROOT / "docs") and page not in seen]
    assert unreached == []
