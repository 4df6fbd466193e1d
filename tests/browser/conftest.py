"""Two real nodes and one browser, started once."""

from __future__ import annotations

import pytest

from tests.browser.house import chromium, house


@pytest.fixture(scope="session")
def home(tmp_path_factory):
    with house(tmp_path_factory.mktemp("house")) as running:
        yield running


@pytest.fixture(scope="session")
def browser():
    with chromium() as running:
        yield running
