"""docs/SECURITY.md claims nothing that no test shows: every row of every table names a test that exists."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "SECURITY.md"
HERE = Path(__file__).resolve().parent
NAMED = re.compile(r"`(tests/[\w/.]+\.py)::(\w+)`")
THREATS = (
    "cosigner's memory",
    "what leaks",
    "sees the line",
    "stolen laptop",
    "stolen session",
    "enrol",
    "approvals shown again",
    "wrong key",
    "fork",
    "future",
    "clock",
)


def claims():
    """Return the rows of every table, without its head."""
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    heads = [lines[n - 1] for n, line in enumerate(lines) if line.startswith("|---")]
    return [
        line for line in lines if line.startswith("|") and not line.startswith("|---") and line not in heads
    ]


@cache
def named_in(path):
    """Return the tests of a file, by name, with the marks that skip them always."""
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    found = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
            found[node.name] = [ast.unparse(mark) for mark in node.decorator_list]
    return found


@pytest.mark.parametrize("row", claims(), ids=lambda row: re.sub(r"\W+", "-", row[2:50]))
def test_every_row_names_tests_that_are_there_and_run(row):
    named = NAMED.findall(row)
    assert named, f"names no test: {row}"
    for path, name in named:
        assert (ROOT / path).exists(), path
        assert name in named_in(path), f"{path} has no {name}"
        never = [mark for mark in named_in(path)[name] if re.search(r"mark\.(skip|xfail|soak)\b", mark)]
        assert never == [], f"{path}::{name} does not run: {never}"


def test_no_row_goes_without():
    assert len(claims()) > 90
    for row in claims():
        assert "no test" not in row, row


def test_no_row_stands_twice():
    first = [row.split("|")[1].strip() + row.split("|")[2].strip() for row in claims()]
    assert len(set(first)) == len(first)


def test_the_threats_that_were_asked_for_have_rows():
    text = PAGE.read_text(encoding="utf-8").lower()
    assert [threat for threat in THREATS if threat not in text] == []


def test_every_test_of_this_folder_is_named_on_the_page():
    """A test that shows what an adversary can or cannot do is worth a row; those of tests themselves are not."""
    named = {name for _, name in NAMED.findall(PAGE.read_text(encoding="utf-8"))}
    own = {"test_threat_table.py"}
    of_tests = {"test_what_takes_longer_is_told_apart", "test_the_value_of_the_sign_test_is_exact"}
    for path in sorted(HERE.glob("test_*.py")):
        if path.name not in own:
            missing = set(named_in(path.relative_to(ROOT))) - named - of_tests
            assert missing == set(), f"{path.name}: {missing}"
