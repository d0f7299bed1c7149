"""An operator whose keys stand, and an offer on its way through."""

from datetime import datetime

import pytest
from django.utils import timezone

from kernel.accounts.models import Organisation
from offers.models import Pledge
from offers.pledges.drafting import draft_pledge, fill
from offers.pledges.submitting import submit
from offers.pledges.vetting import missing_checks, record_step
from tests.factories.keys import make_group_keys
from tests.factories.organisations import make_operator
from tests.factories.pledges import days_ahead, make_contact


@pytest.fixture
def at() -> datetime:
    """The moment of the deed."""
    return timezone.now()


@pytest.fixture
def private_keys(db: None) -> tuple[bytes, bytes]:
    """The private halves of the operator's two groups, which the server never has."""
    return make_group_keys(make_operator())


@pytest.fixture
def operator(private_keys: tuple[bytes, bytes]) -> Organisation:
    """The operator, able to take contacts in."""
    return make_operator()


@pytest.fixture
def draft(operator: Organisation, at: datetime) -> Pledge:
    """A room in Berlin, complete but for the contact."""
    pledge = draft_pledge(kind="housing", language="en", at=at)
    changes = {"country": "DE", "availability": days_ahead(5, 100), "languages": ["en"], "features": ["quiet"]}
    return fill(pledge=pledge, changes=changes, at=at)


@pytest.fixture
def submitted(draft: Pledge, at: datetime) -> Pledge:
    """The same, sent."""
    return submit(pledge=draft, contact=make_contact(), language="en", at=at)


def check_all(pledge: Pledge, *, by: str, at: datetime) -> None:
    """Record every check that is missing as passed."""
    for step in missing_checks(pledge, pledge.vetting.in_force()):
        record_step(pledge=pledge, step=step, outcome="passed", by=by, at=at)
