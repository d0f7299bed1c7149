"""What a donor reads when they come back, for each way it can go, and the one button that leads on."""

from datetime import timedelta

import pytest
from django.utils import timezone

from donations.giving.breaker.stopping import stop_giving
from donations.giving.settle import settle
from donations.models import Donation, ReceiptWish
from donations.receipts.wishes import ask_for_receipt, asker
from donations.webhooks.sweep import sweep
from kernel.money import Money
from tests.donations.pages.asking import press
from tests.factories.donations import make_donation, make_fund, paid
from tests.guard import StrictClient

pytestmark = pytest.mark.django_db
DEBIT_PAYS, DEBIT_FAILS = "AT611904300234573201", "AT861904300235473202"
OVER = "Begin again with what you chose"
OPEN = "Back to the payment page"


def ended(donation, **facts):
    words = {"payment_status": "unpaid", "status": "expired", "entries": (), **facts}
    return settle(donation, facts=paid(donation, **words), at=timezone.now())


def page(client, donation, **words):
    return client.get("/thanks/", {"donation": donation.pk, **words}).content.decode()


@pytest.mark.parametrize(
    ("state", "words", "button"),
    [
        ({"status": "complete"}, "can take a few days", None),
        ({"status": "complete", "failure": "debit_not_authorized"}, "did not carry out the payment", OVER),
        ({}, "was closed before anything was paid", OVER),
        ({"status": "open"}, "waiting for the confirmation", OPEN),
    ],
)
def test_it_says_how_it_went_and_offers_the_way_on_without_amount_or_fund(client, state, words, button):
    donation = make_donation()
    Donation.objects.filter(pk=donation.pk).update(checkout_expires_at=timezone.now() + timedelta(hours=1))
    ended(donation, **state)
    html = page(client, donation)
    assert words in html
    assert [one for one in (OVER, OPEN) if one in html] == ([button] if button else [])
    assert not {one for one in ("€", "EUR", "25.00") if one in html}
    assert "Fund" not in html


def test_it_tells_a_page_that_ran_out_from_one_that_was_closed(client):
    donation = make_donation()
    Donation.objects.filter(pk=donation.pk).update(checkout_expires_at=timezone.now() - timedelta(seconds=1))
    ended(donation)
    assert "has run out" in page(client, donation)


def test_it_offers_nothing_while_giving_is_stopped_or_where_a_program_began_it(client):
    donation, theirs = ended(make_donation()), ended(make_donation(by="client:1"))
    assert OVER not in page(client, theirs)
    assert press(client, theirs).status_code == 422
    stop_giving(reason="other", by="user:1", at=timezone.now())
    assert OVER not in page(client, donation)
    assert press(client, donation).status_code == 422
    assert Donation.objects.count() == 2


@pytest.mark.parametrize("reference", ["dn_" + "a" * 26, "' OR 1=1 --", ""])
def test_an_unknown_reference_begins_nothing(client, reference):
    assert press(client, reference).status_code == 404


def test_it_wants_the_token_of_its_own_form():
    donation = ended(make_donation())
    assert StrictClient(enforce_csrf_checks=True).post("/thanks/again/", {"donation": donation.pk}).status_code == 403


@pytest.mark.django_db(transaction=True)
def test_it_begins_once_more_what_was_chosen_and_leaves_the_old_one_alone(stripe, given, client):
    one, two = make_fund(), make_fund()
    old = make_donation(split=[(one, 2), (two, 1)], amount=Money(7000, "JPY"), cover_fee=True, language="ru")
    ask_for_receipt(donation=old, email="donor@example.org", name="D. Onor", at=timezone.now())
    old = ended(old)
    before = Donation.objects.filter(pk=old.pk).values().get()
    first, second = press(client, old), press(client, old)
    assert first.status_code == 303
    assert first["Location"] == second["Location"]
    assert first["Location"].startswith(stripe.url)
    new = Donation.objects.exclude(pk=old.pk).get()
    kept = ("amount_minor", "total_minor", "currency", "cover_fee", "anonymous", "language", "wants_receipt")
    assert [getattr(new, name) for name in kept] == [before[name] for name in kept]
    assert [(part.fund, part.share) for part in new.allocations.all()] == [(one, 2), (two, 1)]
    assert asker(ReceiptWish.objects.get(donation=new)).name == "D. Onor"
    assert Donation.objects.filter(pk=old.pk).values().get() == before
    stripe.pay(first["Location"])
    sweep(at=timezone.now())
    assert press(client, old)["Location"] == f"/thanks/?donation={new.pk}"
    assert "has arrived" in page(client, old)


@pytest.mark.django_db(transaction=True)
def test_an_open_page_is_resumed_and_one_that_ran_out_begins_anew(stripe, given, client):
    donation = given(fund=make_fund().slug)
    stripe.close(donation.checkout_url)
    html = page(client, donation, left=1)
    assert OPEN in html
    assert press(client, donation)["Location"] == donation.checkout_url
    stripe.control("POST", f"expire/{donation.checkout_session}")
    Donation.objects.filter(pk=donation.pk).update(checkout_expires_at=timezone.now() - timedelta(seconds=1))
    again = press(client, donation)["Location"]
    assert again not in ("", donation.checkout_url)
    donation.refresh_from_db()
    assert donation.status == "expired"
    assert stripe.pay(again).startswith("http")


@pytest.mark.django_db(transaction=True)
def test_a_page_whose_debit_began_unheard_is_not_begun_again(stripe, given, client):
    donation = given(fund=make_fund().slug)
    stripe.pay(donation.checkout_url, card=DEBIT_PAYS)
    Donation.objects.filter(pk=donation.pk).update(checkout_expires_at=timezone.now() - timedelta(seconds=1))
    assert press(client, donation)["Location"] == f"/thanks/?donation={donation.pk}"
    assert Donation.objects.get().status == "processing"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("iban", "ends", "words"), [(DEBIT_PAYS, "paid", "has arrived"), (DEBIT_FAILS, "failed", "did not carry out")]
)
def test_a_bank_debit_is_on_its_way_for_days_and_then_paid_or_failed(stripe, given, client, iban, ends, words):
    donation = given(fund=make_fund().slug)
    stripe.pay(donation.checkout_url, card=iban)
    sweep(at=timezone.now())
    assert "can take a few days" in page(client, donation)
    stripe.control("POST", "settle")
    sweep(at=timezone.now())
    donation.refresh_from_db()
    assert donation.status == ends
    html = page(client, donation)
    assert words in html
    assert (OVER in html) == (ends == "failed")


@pytest.mark.django_db(transaction=True)
def test_it_says_that_nothing_was_charged_when_stripe_does_not_answer(client, settings):
    settings.STRIPE_API_BASE = "http://127.0.0.1:1"
    old = ended(make_donation())
    for answer in (press(client, old), press(client, old)):
        assert answer.status_code == 503
        assert "Nothing was charged" in answer.content.decode()
    assert Donation.objects.count() == 2
