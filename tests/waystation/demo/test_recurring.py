"""The demo's gifts that come again were really begun at the sandbox and collected there, month after month."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import timezone

from donations.ledger.verify import verify
from donations.models import Donation, RecurringGift, StripeEntry
from tests.factories.donations import make_fund
from tests.sandbox_server import API_KEY, SandboxPeer, running_sandbox
from waystation.demo.peer import now_there
from waystation.demo.preparation import LOOKS_BACK
from waystation.demo.scenario.recurring import PLANS, tell_recurring

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def months_back(tmp_path: Path, settings) -> Iterator[SandboxPeer]:
    """A sandbox of its own, with months to live through."""
    with running_sandbox("", "", tmp_path, "--behind", str(LOOKS_BACK)) as peer:
        settings.STRIPE_API_BASE, settings.STRIPE_API_KEY = peer.url, API_KEY
        yield peer


def test_each_state_is_there_with_the_instalments_that_led_to_it_and_none_is_told_twice(months_back):
    for _ in range(1 + max(plan.fund for plan in PLANS)):
        make_fund()
    for _ in range(2):
        tell_recurring(months_back.url, at=timezone.now(), say=str)
    assert Counter(RecurringGift.objects.values_list("status", flat=True)) == {
        "active": len(PLANS) - 4,
        "past_due": 2,
        "paused": 1,
        "canceled": 1,
    }
    assert RecurringGift.objects.mismatched().count() == 0
    oldest = RecurringGift.objects.order_by("created_at").first()
    assert oldest.donations.filter(status="paid").count() == 5
    paid = Donation.objects.filter(status="paid").count()
    assert (Donation.objects.count(), StripeEntry.objects.count(), verify()) == (paid, paid, (paid, []))
    assert abs(now_there(months_back.url) - timezone.now().timestamp()) < 60
