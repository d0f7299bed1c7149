"""From the form to the book and back, against a real peer over HTTP."""

import pytest
import requests
from django.utils import timezone

from donations.giving.status import shown
from donations.ledger.queries import booked
from donations.ledger.verify import verify
from donations.models import Donation, InboxEvent, Refund, Transaction
from donations.refunds.deeds import request_refund
from donations.webhooks.sweep import sweep
from kernel.money import Money
from kernel.outbox.drain import drain as drain_outbox
from tests.factories.donations import make_fund

pytestmark = pytest.mark.django_db(transaction=True)
COMPLETED = "checkout.session.completed"


def books(fund):
    return booked([fund])[fund.pk]


def test_a_gift_is_paid_and_in_the_book_to_the_cent(stripe, given, heard, drained, client, live_server):
    fund = make_fund()
    donation = given(fund=fund.slug)
    back = stripe.pay(donation.checkout_url)
    assert back == f"{live_server.url}/thanks/?donation={donation.pk}"
    heard(donation.checkout_session, COMPLETED)
    drained()
    donation.refresh_from_db()
    assert donation.status == "paid"
    assert books(fund) == [{"currency": "EUR", "gross": 2500, "fees": 63, "refunded": 0, "disputed": 0, "net": 2437}]
    assert "has arrived" in client.get("/thanks/", {"donation": donation.pk}).content.decode()
    assert verify() == (1, [])


def test_a_declined_card_leaves_the_page_open_and_nothing_booked(stripe, given, drained):
    fund = make_fund()
    donation = given(fund=fund.slug)
    stripe.pay(donation.checkout_url, card="4000000000000002")
    sweep(at=timezone.now())
    donation.refresh_from_db()
    assert (donation.status, books(fund)) == ("pending", [])
    stripe.pay(donation.checkout_url)
    sweep(at=timezone.now())
    drained()
    donation.refresh_from_db()
    assert donation.status == "paid"


def test_an_abandoned_page_is_neither_paid_nor_booked(stripe, given, client, live_server):
    fund = make_fund()
    donation = given(fund=fund.slug)
    back = stripe.close(donation.checkout_url)
    assert back == f"{live_server.url}/thanks/?donation={donation.pk}&left=1"
    assert "left the payment page" in client.get(back.removeprefix(live_server.url)).content.decode()
    assert (Donation.objects.get().status, books(fund)) == ("pending", [])


def test_the_same_event_five_times_books_once(stripe, given, heard, drained):
    fund = make_fund()
    donation = given(fund=fund.slug)
    stripe.pay(donation.checkout_url)
    event = heard(donation.checkout_session, COMPLETED)
    assert stripe.deliver(event.pk, times=5) == [200] * 5
    drained()
    assert stripe.deliver(event.pk, times=5) == [200] * 5
    drained()
    assert InboxEvent.objects.filter(pk=event.pk).count() == 1
    assert Transaction.objects.count() == 1
    assert books(fund)[0]["gross"] == 2500


def test_a_bad_signature_stores_nothing(stripe, live_server):
    answer = requests.post(
        f"{live_server.url}/stripe/webhook/",
        data='{"id": "evt_1", "object": "event"}',
        headers={"Stripe-Signature": f"t={int(timezone.now().timestamp())},v1={'0' * 64}"},
        timeout=10,
    )
    assert answer.status_code == 400
    assert InboxEvent.objects.count() == 0


def test_without_a_secret_the_door_stays_shut(stripe, live_server, settings):
    settings.STRIPE_WEBHOOK_SECRETS = []
    answer = requests.post(f"{live_server.url}/stripe/webhook/", data="{}", timeout=10)
    assert answer.status_code == 503
    assert InboxEvent.objects.count() == 0


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [("total_minor", 100, "amount"), ("currency", "USD", "currency"), ("livemode", True, "livemode")],
)
def test_what_does_not_agree_is_flagged_and_not_booked(stripe, given, heard, drained, column, value, code):
    fund = make_fund()
    donation = given(fund=fund.slug)
    forged = {column: value, "amount_minor": 100} if column == "total_minor" else {column: value}
    Donation.objects.filter(pk=donation.pk).update(**forged)
    stripe.pay(donation.checkout_url)
    heard(donation.checkout_session, COMPLETED)
    drained()
    donation.refresh_from_db()
    assert (donation.status, donation.mismatch.split(",")[0]) == ("pending", code)
    assert Transaction.objects.count() == 0


def test_an_event_that_never_arrived_is_swept_up(stripe, given, heard):
    fund = make_fund()
    donation = given(fund=fund.slug)
    stripe.pay(donation.checkout_url)
    heard(donation.checkout_session, COMPLETED)
    InboxEvent.objects.all().delete()
    swept = sweep(at=timezone.now())
    assert swept.found >= 1
    donation.refresh_from_db()
    assert donation.status == "paid"
    assert InboxEvent.objects.get(object_id=donation.checkout_session, type=COMPLETED).swept


def test_a_refund_goes_out_once_and_a_second_one_takes_the_rest(stripe, given, heard, drained):
    fund = make_fund()
    donation = given(fund=fund.slug)
    stripe.pay(donation.checkout_url)
    heard(donation.checkout_session, COMPLETED)
    drained()
    request_refund(donation, amount=Money(1000, "EUR"), reason="mistake", by="user:1", at=timezone.now())
    drain_outbox()
    drain_outbox()
    assert Refund.objects.get().status == "succeeded"
    assert shown([Donation.objects.get()])[0].status == "partially_refunded"
    request_refund(donation, reason="mistake", by="user:1", at=timezone.now())
    drain_outbox()
    drained()
    assert books(fund) == [{"currency": "EUR", "gross": 2500, "fees": 63, "refunded": 2500, "disputed": 0, "net": -63}]
    assert shown([Donation.objects.get()])[0].status == "refunded"
    assert verify() == (3, [])
