"""An operator that can take contacts in, and somebody who visits."""

import pytest

from kernel.accounts.models import Organisation
from tests.factories.keys import make_group_keys
from tests.factories.organisations import make_operator
from tests.offers.pages.visitor import Visitor


@pytest.fixture
def operator(db: None) -> Organisation:
    """The operator, with keys."""
    organisation = make_operator()
    make_group_keys(organisation)
    return organisation


@pytest.fixture
def visitor(operator: Organisation) -> Visitor:
    """Somebody who wants to help."""
    return Visitor()
