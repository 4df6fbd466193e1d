"""The documentation is held by tests: what exists is documented, what is documented exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from comity.record.errors import ComityError
from docs import generate

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted(
    p
    for p in [
        *ROOT.glob("*.md"),
        *ROOT.glob("docs/**/*.md"),
        *ROOT.glob("examples/**/*.md"),
        *ROOT.glob("src/**/*.md"),
    ]
)


def test_reference_is_what_the_code_says():
    assert generate.drift() == [], "run `make docs`"


def test_every_command_and_argument_says_what_it_is_for():
    rows = [line for line in generate.commands().splitlines() if line.startswith("| `")]
    assert rows
    assert [row for row in rows if row.endswith("|  |")] == []


def test_every_field_of_every_kind_says_what_it_means():
    generate.load_everything()
    rows = [line for line in generate.kinds().splitlines() if re.match(r"\| \d+ \|", line)]
    assert rows
    assert [row for row in rows if row.endswith("|  |")] == []


def test_every_setting_says_what_it_means():
    rows = [line for line in generate.settings().splitlines() if line.startswith("| `")]
    assert rows
    assert [row for row in rows if row.endswith("|  |")] == []


def test_every_error_has_a_code_of_its_own_and_an_advice():
    generate.load_everything()
    seen: dict[str, type] = {}
    for error in generate.subclasses(ComityError):
        if not error.__module__.startswith("comity.") or "code" not in vars(error):
            continue
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", error.code), error
        assert seen.setdefault(error.code, error) is error, (
            f"{error} and {seen[error.code]} share {error.code}"
        )
        assert error.advice, error
    assert len(seen) > 20


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_links_between_pages_lead_somewhere(page):
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text):
        if "://" not in target and not target.startswith("mailto:"):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


def test_the_readme_table_names_commands_and_tests_that_exist():
    table = [
        line
        for line in (ROOT / "README.md").read_text(encoding="utf-8").splitlines()
        if line.startswith("|") and "tests/" in line
    ]
    assert table
    listed = set(re.findall(r"## `comity ([a-z ]+)`", generate.commands()))
    for row in table:
        for test in re.findall(r"`(tests/[^`]+)`", row):
            name = test.split("::")
            source = (ROOT / name[0]).read_text(encoding="utf-8")
            assert len(name) == 1 or f"def {name[1]}(" in source, f"no test {test}"
        for command in re.findall(r"`comity ([^`]+)`", row):
            words = command.split()
            assert any(" ".join(words[:n]) in listed for n in range(1, len(words) + 1)), (
                f"no command {command}"
            )
