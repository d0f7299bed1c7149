"""What Stripe listed and who moved what: the database keeps it, whoever asks it to forget."""

from datetime import timedelta
from itertools import chain

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from donations.models import DonationMove, PayoutMove, RecurringAmount, RecurringMove, StripeEntry
from donations.payouts.deeds import apply_payout
from donations.payouts.listing import keep_entries
from kernel.money import Money
from tests.factories.donations import entry, make_donation, make_paid, payout
from tests.factories.recurring import begin_one, make_recurring

pytestmark = pytest.mark.django_db
EUR = "EUR"


def refused(deed) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        deed()


def gone(rows) -> int:
    return rows._raw_delete(using="default")


def test_a_listing_learns_once_which_payout_it_was_part_of():
    at = timezone.now()
    first, second = (apply_payout(payout(Money(100, EUR), status="paid"), at=at) for _ in range(2))
    listed = entry(Money(2500, EUR), 63)
    keep_entries([listed], at=at)
    mine = StripeEntry.objects.filter(pk=listed.id)
    for words in ({"net_minor": 1, "fee_minor": 2499}, {"currency": "USD"}, {"happened_at": at - timedelta(days=40)}):
        refused(lambda words=words: mine.update(**words))
    assert mine.update(payout=first) == 1
    refused(lambda: mine.update(payout=second))
    refused(lambda: mine.update(payout=None))
    refused(lambda: gone(mine))
    refused(lambda: PayoutMove.objects.update(by="user:9"))
    refused(lambda: gone(PayoutMove.objects.all()))


def test_the_history_of_what_was_paid_stays_and_that_of_what_never_was_may_go():
    paid, unpaid = make_paid(), make_donation()
    for donation in (paid, unpaid):
        refused(lambda donation=donation: donation.history.update(by="user:9"))
    refused(lambda: gone(DonationMove.objects.filter(donation=paid)))
    assert gone(DonationMove.objects.filter(donation=unpaid)) >= 1
    begun, unbegun = make_recurring(), begin_one().recurring
    for rows in (RecurringMove.objects, RecurringAmount.objects):
        refused(lambda rows=rows: rows.filter(recurring=unbegun).update(by="user:9"))
        refused(lambda rows=rows: gone(rows.filter(recurring=begun)))
        assert gone(rows.filter(recurring=unbegun)) >= 1


def test_whatever_is_written_once_here_has_a_trigger():
    read = {
        "sqlite": "SELECT tbl_name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal",
    }
    with connection.cursor() as cursor:
        cursor.execute(read[connection.vendor])
        kept = set(chain.from_iterable(cursor.fetchall()))
    models = [model for model in apps.get_app_config("donations").get_models() if getattr(model, "written_once", False)]
    assert len(models) >= 18
    assert [model.__name__ for model in models if model._meta.db_table not in kept] == []
