import pytest

from tests.offers.pages.visitor import Visitor


@pytest.fixture
def visitor(db: None) -> Visitor:
    """Somebody without an account."""
    return Visitor()
