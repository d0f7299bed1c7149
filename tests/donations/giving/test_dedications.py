"""What a donor writes beside a gift: sealed, read by finance alone, gone on their word. Who gave stays unknown."""

from datetime import timedelta

import pytest
import requests
from django.utils import timezone

from donations.giving.dedications.words import MOST_HONOUR, MOST_MESSAGE, Words, dedicate, words_of, written_beside
from donations.giving.exporting import export_donation
from donations.models import Dedication, Donation
from donations.receipts.forgetting import erase_giver
from donations.refunds.deeds import request_refund
from donations.webhooks.sweep import sweep
from kernel.audit.models import AuditEntry
from kernel.outbox.drain import drain as drain_outbox
from kernel.retention.running import due
from kernel.vault.boxes import BrokenSeal
from tests.attacks.canaries.places import database_bytes
from tests.attacks.canaries.search import found_in
from tests.console import console_client
from tests.factories.donations import make_donation, make_fund, make_paid
from tests.factories.organisations import make_member, make_operator
from tests.open_forms import stamped
from tests.sandbox_server import API_KEY

AUNT = Words("Aunt Vögelin", "For the canaries,\nwith love")


@pytest.mark.django_db(transaction=True)
def test_words_and_the_name_on_the_card_stay_out_of_stripe_and_of_the_clear(stripe, given, client):
    gift = given(fund=make_fund().slug, honour=AUNT.honour, message=AUNT.message)
    assert written_beside(gift.pk) == AUNT
    session = requests.get(
        f"{stripe.url}/v1/checkout/sessions/{gift.checkout_session}", auth=(API_KEY, ""), timeout=10
    ).text
    assert "gelin" not in session
    assert "canaries" not in session
    stripe.pay(gift.checkout_url, email="billing.vogel@waystation.invalid", name="Billing Vogelname")
    sweep(at=timezone.now())
    gift.refresh_from_db()
    request_refund(gift, reason="mistake", by="user:1", at=timezone.now())
    drain_outbox()
    gift.refresh_from_db()
    assert gift.anonymous
    words = {"honour": AUNT.honour, "message": "For the canaries", "mail": "billing.vogel", "name": "Billing Vogelname"}
    assert found_in(words, database_bytes()) == []
    told = (
        str(export_donation(gift) | {"written_beside": ""})
        + client.get(f"/thanks/?donation={gift.pk}").content.decode()
    )
    assert found_in(words, [("an export and a page", told.encode())]) == []


@pytest.mark.django_db
def test_finance_reads_them_one_at_a_time_and_the_trail_remembers(client):
    operator = make_operator()
    unpaid, gift = make_donation(), make_paid()
    for one in (unpaid, gift):
        dedicate(donation=one, words=AUNT, at=timezone.now())
    finance = console_client(make_member(operator, role="finance"))
    listed = finance.get("/console/money/words/").content.decode()
    assert gift.pk[:11] in listed
    assert unpaid.pk[:11] not in listed
    assert AUNT.honour not in listed
    shown = finance.post(f"/console/money/words/{gift.dedication.pk}/")
    assert AUNT.honour in shown.content.decode()
    assert "no-store" in shown["Cache-Control"]
    assert AuditEntry.objects.filter(action="dedication.read", object_id=gift.dedication.pk).count() == 1
    assert finance.post(f"/console/money/words/{unpaid.dedication.pk}/").status_code == 404
    assert Dedication.objects.get(donation=gift).read_at


@pytest.mark.django_db
def test_they_go_on_the_donors_word_and_are_handed_out_before():
    gift = make_paid()
    dedicate(donation=gift, words=AUNT, at=timezone.now())
    dedicate(donation=gift, words=Words("somebody else"), at=timezone.now())
    assert export_donation(gift)["written_beside"] == {"honour": AUNT.honour, "message": AUNT.message}
    assert erase_giver(donation=gift, by="user:1", at=timezone.now(), why="asked")["dedications"] == 1
    assert not Dedication.objects.exists()


@pytest.mark.django_db
def test_beside_a_gift_that_was_never_paid_they_go_within_days():
    gift = make_donation()
    dedicate(donation=gift, words=AUNT, at=timezone.now())
    Donation.objects.filter(pk=gift.pk).update(status="expired")
    late = [tally.name for tally in due(timezone.now() + timedelta(days=4)) if tally.overdue]
    assert late == ["donations.dedications_unpaid"]


@pytest.mark.django_db
def test_a_row_that_was_moved_to_another_gift_does_not_open():
    one, other = make_donation(), make_donation()
    dedication = dedicate(donation=one, words=AUNT, at=timezone.now())
    Dedication.objects.filter(pk=dedication.pk).update(donation=other)
    with pytest.raises(BrokenSeal):
        words_of(Dedication.objects.get())
    assert written_beside(other.pk) == Words()


@pytest.mark.django_db
def test_the_longest_that_can_be_written_fits_and_all_rows_are_as_long():
    rows = [
        dedicate(donation=make_donation(), words=words, at=timezone.now())
        for words in (Words("x"), Words("\x01" * MOST_HONOUR, "𝕏" * MOST_MESSAGE), Words("", "\n" * MOST_MESSAGE))
    ]
    assert len({len(bytes(Dedication.objects.get(pk=row.pk).sealed)) for row in rows}) == 1
    assert words_of(rows[1]).message == "𝕏" * MOST_MESSAGE


@pytest.mark.django_db
@pytest.mark.parametrize("words", [{"honour": "x" * 121}, {"message": "x" * 501}, {"honour": "a\x00b"}])
def test_what_cannot_be_kept_is_refused_beside_its_field(client, words):
    sent = {"amount": "25", "currency": "EUR", "fund": make_fund().slug, **words}
    answer = client.post("/give/", stamped("give", sent))
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == set(words)
    assert Donation.objects.count() == 0
