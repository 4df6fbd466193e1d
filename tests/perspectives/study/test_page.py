"""The study's page is what the files give."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from docs import study

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.shared
def test_every_figure_of_the_study_is_made_again_from_the_files(shared: Path) -> None:
    assert study.PAGE.read_text("utf-8") == study.page(shared / "data")
