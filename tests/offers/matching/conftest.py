"""One operator and two partners: `ours` owns the need, `theirs` the pledge."""

import pytest

from kernel.accounts.models import Organisation
from tests.offers.matching.rows import make_organisation


@pytest.fixture
def operator(db: None) -> Organisation:
    return make_organisation("Operator", role="operator")


@pytest.fixture
def ours(db: None) -> Organisation:
    return make_organisation("Ours")


@pytest.fixture
def theirs(db: None) -> Organisation:
    return make_organisation("Theirs")
