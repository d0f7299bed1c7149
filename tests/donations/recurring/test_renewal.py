"""A gift that comes again, end to end: the form, the peer's page, a month gone by, its delivery, the worker, the books.

The peer's time is one for all that it knows, so these have one of their own.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from django.core import mail

from donations.gateway import gateway
from donations.giving.status import shown
from donations.ledger.queries import booked
from donations.ledger.verify import verify
from donations.models import Donation, Fund, InboxEvent, Receipt, RecurringGift, RecurringNotice
from kernel.outbox.drain import drain as drain_outbox
from tests.donations.conftest import SECRET
from tests.factories.donations import make_fund
from tests.factories.receipts import make_issuer
from tests.sandbox_server import SandboxPeer, running_sandbox

pytestmark = pytest.mark.django_db(transaction=True)
EMAIL = "zoe@example.org"
ASKS_EACH_TIME = "4000002760003184"
COMPLETED, PAID, ASKED = "checkout.session.completed", "invoice.paid", "invoice.payment_action_required"


@pytest.fixture(scope="module")
def stripe_peer(live_server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxPeer]:
    state: Path = tmp_path_factory.mktemp("months")
    with running_sandbox(f"{live_server.url}/stripe/webhook/", SECRET, state, "--settle-after", "3600") as peer:
        yield peer


@pytest.fixture
def work(drained):
    """Do what the worker does: the inbox first, then what that promised, mails and receipts among it."""

    def do() -> None:
        drained()
        while drain_outbox():
            pass

    return do


def _monthly(given, fund: Fund, **words: str) -> Donation:
    return given(fund=fund.slug, interval="month", contact_email=EMAIL, **words)


def _a_month_later(stripe: SandboxPeer) -> str:
    """Let a month pass, and the hours in which an invoice is collected; return the id of the one gift's latest."""
    stripe.control("POST", "advance", days=31, seconds=7200)
    gift = RecurringGift.objects.get()
    return gateway().subscription(gift.stripe_subscription).latest_invoice


def test_the_second_instalment_is_a_paid_gift_in_the_books_with_a_receipt_of_its_own(stripe, given, heard, work):
    make_issuer()
    fund = make_fund()
    first = _monthly(given, fund, receipt_email=EMAIL)
    stripe.pay(first.checkout_url)
    heard(first.checkout_session, COMPLETED)
    work()
    gift = RecurringGift.objects.get()
    assert (gift.status, gift.donations.count()) == ("active", 1)

    invoice = _a_month_later(stripe)
    event = heard(invoice, PAID)
    work()
    assert stripe.deliver(event.pk, times=3) == [200] * 3
    work()
    second = Donation.objects.get(stripe_invoice=invoice)
    assert (second.recurring, second.status, second.total) == (gift, "paid", first.total)
    assert shown([second])[0].status == "paid"
    assert booked([fund])[fund.pk][0]["gross"] == 2 * first.total_minor
    assert [one.donation for one in Receipt.objects.order_by("number")] == [first, second]
    assert [one.to for one in mail.outbox] == [[EMAIL]] * 2
    assert verify() == (2, [])


def test_one_whose_bank_asks_is_past_due_told_of_once_and_paid_when_the_donor_has_answered(stripe, given, heard, work):
    fund = make_fund()
    first = _monthly(given, fund)
    stripe.pay(first.checkout_url, ASKS_EACH_TIME)
    stripe.authenticate(first.checkout_url)
    heard(first.checkout_session, COMPLETED)
    work()

    invoice = _a_month_later(stripe)
    event = heard(invoice, ASKED)
    work()
    assert stripe.deliver(event.pk, times=3) == [200] * 3
    work()
    gift = RecurringGift.objects.get()
    assert (gift.status, gift.donations.count()) == ("past_due", 1)
    assert list(RecurringNotice.objects.values_list("kind", "about")) == [("confirm", invoice)]
    (told,) = mail.outbox
    words = re.sub(r"https?://\S+", "", told.body)  # what a link ends with is random, and may spell anything
    assert (told.to, "/my-giving/" in told.body, "25" in words) == ([EMAIL], True, False)

    requests.post(gateway().invoice(invoice).url, data={"action": "complete"}, allow_redirects=False, timeout=10)
    heard(invoice, PAID)
    work()
    gift.refresh_from_db()
    assert (gift.status, booked([fund])[fund.pk][0]["gross"]) == ("active", 2 * first.total_minor)
    assert (len(mail.outbox), verify()) == (1, (2, []))
    assert not InboxEvent.objects.filter(state="poison").exists()
