"""What the tests of news share."""

import pytest

from tests.news.ledgers import Desk


@pytest.fixture
def desk() -> Desk:
    """A ledger that has heard nothing yet."""
    return Desk()
