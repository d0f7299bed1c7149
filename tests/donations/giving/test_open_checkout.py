"""Opening the payment page: once, whatever crashes or races."""

import threading
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection, connections
from django.utils import timezone

from donations.gateway import UnreachableError, gateway
from donations.giving.checkout import open_checkout, return_address
from donations.giving.settle import settle
from donations.models import Donation
from kernel.money import Money
from kernel.states import Refusal
from tests.factories.donations import make_donation, paid

pytestmark = pytest.mark.django_db(transaction=True)


class Watched:
    """The gateway, with an eye on whether it is called inside a transaction, and a way to crash after the call."""

    def __init__(self, *, crash: bool = False) -> None:
        self.calls, self.crash, self.lock = 0, crash, threading.Lock()

    def open_checkout(self, **words):
        assert not connection.in_atomic_block
        with self.lock:
            self.calls += 1
        opened = gateway().open_checkout(**words)
        if self.crash:
            raise KeyboardInterrupt
        return opened


def test_it_records_the_page_and_repeats_it(stripe):
    donation, desk = make_donation(), Watched()
    first = open_checkout(donation, at=timezone.now(), via=desk)
    again = open_checkout(donation, at=timezone.now(), via=desk)
    assert first.checkout_url == again.checkout_url
    assert desk.calls == 1
    assert first.lease_until is None
    assert first.checkout_expires_at > timezone.now()


def test_after_a_crash_the_same_page_is_found_again(stripe):
    donation, at = make_donation(), timezone.now()
    before = stripe.control("GET", "books")["objects"].get("checkout.session", 0)
    with pytest.raises(KeyboardInterrupt):
        open_checkout(donation, at=at, via=Watched(crash=True))
    with pytest.raises(Refusal) as refusal:
        open_checkout(donation, at=at + timedelta(seconds=10))
    assert refusal.value.code == "checkout_in_progress"
    assert refusal.value.facts["retry_after"] == 50
    resumed = open_checkout(donation, at=at + timedelta(seconds=61))
    assert resumed.checkout_session
    assert stripe.control("GET", "books")["objects"]["checkout.session"] == before + 1


def test_eight_at_once_open_one_page(stripe):
    donation, desk, barrier, ends = make_donation(), Watched(), threading.Barrier(8), []

    def work():
        try:
            barrier.wait()
            ends.append(open_checkout(donation, at=timezone.now(), via=desk).checkout_url)
        except Refusal as refusal:
            ends.append(refusal.code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    donation.refresh_from_db()
    assert desk.calls == 1
    assert set(ends) <= {donation.checkout_url, "checkout_in_progress"}


def test_it_lets_go_when_stripe_does_not_answer(stripe):
    class Down:
        def open_checkout(self, **_words):
            raise UnreachableError("Stripe did not answer.")

    donation = make_donation()
    with pytest.raises(Refusal) as refusal:
        open_checkout(donation, at=timezone.now(), via=Down())
    assert (refusal.value.code, refusal.value.facts["retry"]) == ("payment_unavailable", True)
    assert open_checkout(donation, at=timezone.now()).checkout_url


def test_it_opens_nothing_for_a_donation_that_is_over():
    donation = make_donation()
    settle(donation, facts=paid(donation, status="expired", payment_status="unpaid", entries=()), at=timezone.now())
    Donation.objects.update(checkout_session=None)
    with pytest.raises(Refusal) as refusal:
        open_checkout(donation, at=timezone.now(), via=Watched())
    assert refusal.value.code == "illegal_transition"


def test_it_opens_no_second_page_once_stripe_may_have_forgotten_the_key():
    donation = make_donation(at=timezone.now() - timedelta(hours=23, minutes=1))
    with pytest.raises(Refusal) as refusal:
        open_checkout(donation, at=timezone.now(), via=Watched())
    assert refusal.value.code == "illegal_transition"


def test_stripe_is_told_nothing_about_the_donor_or_the_fund(stripe):
    donation = make_donation(amount=Money(1234, "EUR"), language="ru")
    open_checkout(donation, at=timezone.now())
    facts = gateway().checkout(donation.checkout_session)
    assert facts.client_reference_id == donation.pk
    assert facts.amount_total == Money(1234, "EUR")


@pytest.mark.parametrize(
    "address", ["https://partner.example/done", "https://partner.example/done?a=1&donation=dn_forged&left=1#x"]
)
def test_the_way_back_carries_our_reference_and_keeps_what_was_there(address):
    donation = make_donation(return_url=address)
    back = urlsplit(return_address(donation, paid=False))
    query = parse_qs(back.query)
    assert (back.hostname, back.path, back.fragment) == ("partner.example", "/done", "")
    assert query["donation"] == [donation.pk]
    assert query["left"] == ["1"]
    assert "left" not in parse_qs(urlsplit(return_address(donation, paid=True)).query)
