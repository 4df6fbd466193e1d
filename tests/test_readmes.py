"""The examples in the READMEs of systems run."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

SOURCES = Path(__file__).resolve().parent.parent / "src" / "comity"


@pytest.mark.parametrize("system", ["register", "perspectives", "assessment", "border"])
def test_the_example_in_the_readme_runs(system):
    text = (SOURCES / system / "README.md").read_text()
    examples = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    assert examples
    for example in examples:
        assert "assert" in example
        exec(compile(example, f"{system}/README.md", "exec"), {})
