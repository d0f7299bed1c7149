"""No call over the network while a transaction is open: the walls make one fail that tries, whatever catches errors."""

import contextlib
import http.client
import socket

import pytest
from django.db import transaction
from django.utils import timezone

from donations.gateway import gateway
from donations.giving.checkout import open_checkout
from donations.refunds.deeds import request_refund, send_refund
from kernel.money import Money
from tests.factories.donations import make_donation, make_paid
from tests.guard import CallInTransaction
from tests.sandbox_server import API_KEY

pytestmark = pytest.mark.django_db


@pytest.fixture
def peer(settings):
    """Somebody who listens and never answers: whoever is let through to him waits for ever, or until he is gone."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        settings.STRIPE_API_KEY = API_KEY
        settings.STRIPE_API_BASE = f"http://127.0.0.1:{listening.getsockname()[1]}"
        yield settings.STRIPE_API_BASE.removeprefix("http://")


def test_a_plain_call_is_refused_within_a_transaction_and_goes_out_after_it(peer):
    with pytest.raises(CallInTransaction), transaction.atomic():
        http.client.HTTPConnection(peer).request("GET", "/")
    with contextlib.closing(http.client.HTTPConnection(peer)) as line:
        line.request("GET", "/")
        with pytest.raises(CallInTransaction), transaction.atomic():
            line.send(b"more, over the connection that was kept")


@pytest.mark.parametrize("deed", ["page", "refund", "fact", "lookup"])
def test_no_deed_of_money_may_be_called_within_one(deed, peer):
    at, donation = timezone.now(), make_donation()
    refund = request_refund(make_paid(), amount=Money(100, "EUR"), reason="mistake", by="user:1", at=at)
    calls = {
        "page": lambda: open_checkout(donation, at=at),
        "refund": lambda: send_refund(refund, at=at),
        "fact": lambda: gateway().refund_facts("re_1"),
        "lookup": lambda: gateway().checkout("cs_1"),
    }
    with pytest.raises(CallInTransaction), transaction.atomic():
        calls[deed]()
