"""What tests of the threat model share: two nodes that release to each other, and people with passkeys."""

from __future__ import annotations

import pytest

from tests.node.control.conftest import folders, pair  # noqa: F401 - fixtures


@pytest.fixture
def vn(pair):  # noqa: F811 - the fixture above
    """The first node; people approve with passkeys."""
    pair.vn.control.desk.approved = pair.vn.control.approved
    return pair.vn


@pytest.fixture
def la(pair):  # noqa: F811 - the fixture above
    """The second node; it verifies what people of the first approved."""
    pair.la.control.desk.approved = pair.la.control.approved
    return pair.la
