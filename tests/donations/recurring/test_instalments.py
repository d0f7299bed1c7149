"""Each paid invoice is one donation, booked once; what does not agree is shown, never booked in silence."""

from dataclasses import replace

import pytest
from django.utils import timezone

from donations.giving.breaker.pressure import pressure
from donations.giving.settle import NotYetError
from donations.ledger.verify import verify
from donations.models import Donation, Fund, Receipt, RecurringGift, Transaction
from donations.receipts.forgetting import erase_giver
from donations.receipts.issuing import bring_in_line
from donations.receipts.wishes import ask_for_receipt, asker
from donations.recurring.deeds import change_amount
from donations.recurring.following import apply_page
from donations.recurring.instalments import apply_invoice
from kernel.money import Money
from tests.factories.donations import entry, make_fund
from tests.factories.receipts import make_issuer
from tests.factories.recurring import begin_one, invoiced, make_recurring, page_of, refused
from tests.killing import OF_MONEY, killed_at_each_write

pytestmark = pytest.mark.django_db
EUR = "EUR"


def _apply(facts):
    apply_invoice(facts, at=timezone.now())
    return Donation.objects.filter(stripe_invoice=facts.id).first()


def test_each_is_a_donation_naming_its_gift():
    funds = [make_fund(), make_fund()]
    gift = make_recurring(split=[(funds[0], 2), (funds[1], 1)], anonymous=False)
    Fund.objects.filter(pk=funds[1].pk).update(is_open=False)
    for _ in range(2):
        second = _apply(invoiced(gift, 1))
    assert (second.recurring, second.status, second.total, second.anonymous) == (gift, "paid", gift.total, False)
    assert (second.organisation, second.started_by, second.payment_intent) == (None, "system", f"pi_{gift.pk}_1")
    assert [part.minor for part in second.allocations.all()] == [1667, 833]
    assert Donation.objects.count() == Transaction.objects.filter(kind="gift").count() == 2
    assert verify()[1] == []


def test_the_first_is_the_donation_that_began_it():
    first = begin_one()
    _apply(invoiced(first.recurring, 0))
    first.refresh_from_db()
    gift = RecurringGift.objects.get()
    assert (first.status, first.stripe_invoice, gift.status) == ("paid", f"in_{gift.pk}_0", "active")
    apply_page(first, facts=page_of(first), at=timezone.now())
    assert Donation.objects.count() == Transaction.objects.filter(kind="gift").count() == 1


def test_it_waits_until_stripe_has_written_its_balance():
    gift = make_recurring()
    with pytest.raises(NotYetError):
        _apply(invoiced(gift, 1, entries=()))


def test_one_that_was_refused_or_is_somebody_elses_is_no_donation():
    gift = make_recurring()
    assert _apply(refused(gift, 1)) is None
    assert apply_invoice(invoiced(gift, 1, subscription="sub_x", reference="dn_x"), at=timezone.now()) is None
    assert Donation.objects.count() == 1


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"paid": Money(2600, EUR), "entries": (entry(Money(2600, EUR)),)}, "amount,settled_amount"),
        ({"paid": Money(2500, "USD")}, "currency"),
        ({"livemode": True}, "livemode"),
        ({"reference": "dn_somebody"}, "reference"),
        ({"customer": "cus_other"}, "customer"),
        ({"payment_intent": ""}, "payment"),
        ({"entries": (entry(Money(2400, EUR)),)}, "settled_amount"),
    ],
)
def test_what_does_not_agree_is_shown_and_not_booked(facts, code):
    gift = make_recurring()
    for _ in range(2):
        flagged = _apply(invoiced(gift, 1, **facts))
    assert (flagged.status, flagged.mismatch) == ("pending", code)
    assert Transaction.objects.filter(kind="gift").count() == 1


def test_an_instalment_of_the_old_amount_still_comes_after_a_change():
    gift = make_recurring(cover_fee=True)
    old, changed = gift.total, change_amount(gift=gift, amount=Money(5000, EUR), by="page", at=timezone.now())
    assert [_apply(invoiced(gift, number, amount=total)).total for number, total in ((1, old), (2, changed.total))] == [
        old,
        changed.total,
    ]
    assert not Donation.objects.mismatched().exists()


def test_each_gets_the_receipt_that_was_asked_for_until_the_donor_is_forgotten():
    make_issuer()
    gift = make_recurring()
    ask_for_receipt(donation=gift.donations.get(), email="donor@example.org", name="A", at=timezone.now())
    second = _apply(invoiced(gift, 1))
    bring_in_line(second, at=timezone.now())
    assert asker(second.receipt_wish).name == "A"
    for one in gift.donations.all():
        erase_giver(donation=one, by="user:1", at=timezone.now(), why="asked")
    bring_in_line(_apply(invoiced(gift, 2)), at=timezone.now())
    assert Receipt.objects.count() == 1


def test_what_comes_by_itself_makes_no_room_at_the_payment_page():
    gift = make_recurring()
    before = pressure(None, at=timezone.now()).paid
    for number in range(1, 4):
        _apply(invoiced(gift, number))
    assert pressure(None, at=timezone.now()).paid == before


@pytest.mark.parametrize("number", [0, 1])
def test_it_is_booked_whole_or_not_at_all(number):
    gift = make_recurring() if number else begin_one(split=[(make_fund(), 1), (make_fund(), 2)]).recurring
    facts = replace(invoiced(gift, number), created=timezone.now())
    assert killed_at_each_write(lambda: _apply(facts), of=OF_MONEY) >= 3
    assert verify()[1] == []
