"""The switch: nothing can be begun, open pages are closed, and it goes on again, with both in the trail."""

import pytest
from django.utils import timezone

from donations.giving.breaker.admitting import Effort, admit, admit_client
from donations.giving.breaker.pressure import pressures
from donations.giving.breaker.stopping import resume_giving, standing_stop, stop_giving
from donations.giving.checkout import open_checkout
from donations.models import Donation, GivingStop
from kernel.audit.models import AuditEntry
from kernel.outbox.models import OutboxRow
from kernel.states import Refusal
from tests.factories.donations import make_donation, make_fund
from tests.open_forms import stamped

pytestmark = pytest.mark.django_db


def stop(reason="card_testing"):
    return stop_giving(reason=reason, by="user:1", at=timezone.now())


def test_it_stops_once_and_promises_to_close_what_is_open():
    first = stop()
    assert stop("other").pk == first.pk
    assert [(row.kind, row.object_id) for row in OutboxRow.objects.all()] == [("donations.close_pages", str(first.pk))]
    assert list(AuditEntry.objects.values_list("action", "reason")) == [("giving.stop", "card_testing")]


def test_nobody_is_let_through_and_no_page_is_opened_meanwhile():
    begun, fund = make_donation(), make_fund()
    stop()
    patient, at = Effort(3600, worked=True, bits=20), timezone.now()
    tries = (
        lambda: admit(pressures([fund], at=at), effort=patient),
        lambda: admit_client("client:1", at=at),
        lambda: open_checkout(begun, at=at),
    )
    for one in tries:
        with pytest.raises(Refusal) as refused:
            one()
        assert refused.value.code == "giving_stopped"


def test_the_page_says_that_no_gifts_are_taken_and_nothing_more(client):
    fund = make_fund()
    stop()
    page = client.get("/give/")
    assert page.status_code == 200
    assert "no gifts at the moment" in page.content.decode()
    words = stamped("give", {"fund": fund.slug, "amount": "25", "currency": "EUR"})
    assert client.post("/give/", words).status_code == 503
    assert Donation.objects.count() == 0


def test_it_goes_on_again_once():
    stop()
    resume_giving(by="user:2", at=timezone.now())
    assert standing_stop() is None
    make_donation()
    with pytest.raises(Refusal) as refused:
        resume_giving(by="user:2", at=timezone.now())
    assert refused.value.code == "illegal_transition"
    assert stop().pk != GivingStop.objects.earliest("pk").pk


def test_it_takes_a_reason_of_the_list_alone():
    with pytest.raises(Refusal) as refused:
        stop("A. Attacker")
    assert refused.value.code == "unknown_reason"
    assert GivingStop.objects.count() == 0
