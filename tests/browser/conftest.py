"""Two real nodes and one browser, started once.

For the module, not for the whole run: while the browser is there an event loop runs in this thread, and other
tests begin loops of their own.
"""

from __future__ import annotations

import pytest

from tests.browser.house import chromium, house


@pytest.fixture(scope="module")
def home(made, tmp_path_factory):
    """The worked example as a complete run left it, running again."""
    with house(made.copy(tmp_path_factory.mktemp("house") / "data")) as running:
        yield running


@pytest.fixture(scope="module")
def browser():
    with chromium() as running:
        yield running
