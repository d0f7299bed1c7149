"""One operator and two partners: `ours` owns the need, `theirs` the pledge."""

from collections.abc import Iterator

import pytest
from django.utils import translation
from hypothesis import HealthCheck, settings

from kernel.accounts.models import Organisation
from tests.offers.matching.rows import make_organisation

# what a busy machine takes its time over is no fault of the rule
settings.register_profile("matching", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("matching")


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    """A page read in Russian leaves its language behind in the thread."""
    with translation.override("en"):
        yield


@pytest.fixture
def operator(db: None) -> Organisation:
    return make_organisation("Operator", role="operator")


@pytest.fixture
def ours(db: None) -> Organisation:
    return make_organisation("Ours")


@pytest.fixture
def theirs(db: None) -> Organisation:
    return make_organisation("Theirs")
