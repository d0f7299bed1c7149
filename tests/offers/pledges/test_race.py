"""Two clicks at once: it is done once, on both databases."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from django.db import connections
from django.utils import timezone

from kernel.outbox.models import OutboxRow
from kernel.states import Refusal
from kernel.vault.models import SealedRecord
from offers.models import Pledge
from offers.pledges.drafting import draft_pledge, fill
from offers.pledges.editing import edit
from offers.pledges.submitting import confirm_email, submit
from tests.factories.keys import make_group_keys
from tests.factories.organisations import make_operator
from tests.factories.pledges import days_ahead, make_contact, make_pledge

pytestmark = pytest.mark.django_db(transaction=True)
CLICKS = 6


def at_once(deed: Callable[[int], object]) -> list[str]:
    """Do a deed in many threads at once; return `done` or the code of the refusal for each."""

    def click(number: int) -> str:
        try:
            deed(number)
        except Refusal as refusal:
            return refusal.code
        finally:
            connections.close_all()
        return "done"

    with ThreadPoolExecutor(CLICKS) as pool:
        return sorted(pool.map(click, range(CLICKS)))


@pytest.fixture
def draft() -> Pledge:
    make_group_keys(make_operator())
    at = timezone.now()
    pledge = draft_pledge(kind="housing", language="en", at=at)
    return fill(pledge=pledge, changes={"country": "DE", "availability": days_ahead(5, 100)}, at=at)


def now() -> datetime:
    return timezone.now()


def test_it_is_submitted_once(draft):
    said = at_once(lambda number: submit(pledge=draft, contact=make_contact(), language="en", at=now()))
    assert said == ["done"] + ["illegal_transition"] * (CLICKS - 1)
    assert SealedRecord.objects.count() == OutboxRow.objects.count() == draft.history.count() == 1


def test_it_is_confirmed_once(draft):
    pledge = submit(pledge=draft, contact=make_contact(), language="en", at=now())
    assert at_once(lambda number: confirm_email(pledge=pledge, at=now())) == ["done"] * CLICKS
    assert OutboxRow.objects.filter(kind="offers.manage_link").count() == 1
    assert [row.new for row in pledge.history.all()] == ["submitted", "email_confirmed", "vetting"]


def test_one_change_of_many_that_read_the_same_version_is_made():
    pledge = make_pledge()

    def change(number: int) -> None:
        edit(pledge=pledge, changes={"units_total": 10 + number}, by="client:1", at=now(), version=1)

    assert at_once(change) == ["done"] + ["stale"] * (CLICKS - 1)
    assert Pledge.objects.get().version == 2
