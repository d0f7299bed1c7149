"""Receipts: numbered without a gap, in line with the books, and as they were issued for good."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from donations.giving.settle import settle
from donations.models import Donation, Receipt, ReceiptWish
from donations.receipts.forgetting import erase_giver
from donations.receipts.issuing import MAIL, bring_in_line, receipts_of
from donations.receipts.sweeping import sweep
from donations.receipts.wishes import ask_for_receipt, asker
from donations.refunds.deeds import apply_refund
from kernel.audit.models import AuditEntry
from kernel.ids import new_id
from kernel.money import Money
from kernel.outbox.drain import drain
from kernel.outbox.models import OutboxRow
from tests.factories.donations import entry, make_donation, make_paid, paid, refunded
from tests.factories.receipts import EMAIL, make_issuer, make_receipted, make_wished

pytestmark = pytest.mark.django_db


def papers(donation: Donation) -> list[tuple[str, int, int]]:
    """Kind, number, amount."""
    return [(one.kind, one.number, one.amount_minor) for one in receipts_of(donation)]


def in_line(donation: Donation) -> list[Receipt]:
    return bring_in_line(donation, at=timezone.now())


def test_it_is_issued_by_the_worker_once_the_gift_is_booked() -> None:
    make_issuer()
    donation = make_wished(amount=Money(4200, "EUR"))
    drain()
    (receipt,) = receipts_of(donation)
    assert receipt.full_number == f"WS-{timezone.now().year}-000001"
    assert (receipt.kind, receipt.amount, receipt.given_on) == ("receipt", Money(4200, "EUR"), donation.paid_at.date())
    assert AuditEntry.objects.filter(action="receipt.receipt", object_id=receipt.reference).count() == 1
    assert OutboxRow.objects.filter(kind=MAIL, object_id=receipt.reference).count() == 1


def test_it_is_issued_once_however_often_the_worker_comes_by() -> None:
    make_issuer()
    donation = make_wished()
    assert [len(in_line(donation)) for _ in range(3)] == [1, 0, 0]


def test_it_is_issued_to_nobody_who_did_not_ask() -> None:
    make_issuer()
    assert in_line(make_paid()) == []
    assert not OutboxRow.objects.filter(kind="donations.booked").exists()


def test_it_is_not_issued_before_the_gift_is_paid_nor_where_nobody_issues() -> None:
    donation = make_donation()
    ask_for_receipt(donation=donation, email=EMAIL, at=timezone.now())
    make_issuer()
    assert in_line(donation) == []
    Donation.objects.filter(pk=donation.pk).update(status="expired")
    assert in_line(donation) == []


def test_it_waits_until_somebody_issues() -> None:
    donation = make_wished()
    assert in_line(donation) == []
    assert sweep(at=timezone.now()) == 0
    make_issuer()
    assert sweep(at=timezone.now() + timedelta(days=1)) == 1
    assert papers(donation) == [("receipt", 1, 2500)]


def test_what_a_lost_promise_left_out_is_swept_up() -> None:
    make_issuer()
    donation = make_receipted()
    apply_refund(refunded(donation, Money(1000, "EUR")), at=timezone.now())
    OutboxRow.objects.all().delete()
    assert [sweep(at=timezone.now()) for _ in range(2)] == [1, 0]
    assert papers(donation)[1:] == [("counter", 2, 1000)]


def test_it_is_issued_to_who_asks_afterwards() -> None:
    make_issuer()
    donation = make_paid()
    ask_for_receipt(donation=donation, email=EMAIL, at=timezone.now())
    drain()
    assert papers(donation) == [("receipt", 1, 2500)]


def test_a_refund_is_followed_by_a_counter_receipt_for_as_much() -> None:
    make_issuer()
    donation = make_receipted()
    apply_refund(refunded(donation, Money(1000, "EUR")), at=timezone.now())
    drain()
    apply_refund(refunded(donation, Money(1500, "EUR")), at=timezone.now())
    drain()
    assert papers(donation) == [("receipt", 1, 2500), ("counter", 2, 1000), ("counter", 3, 1500)]
    assert {one.corrects.number for one in receipts_of(donation) if one.corrects} == {1}


def test_counter_receipts_take_back_the_newest_first_and_no_receipt_by_more_than_it_says() -> None:
    make_issuer()
    donation = make_receipted()
    part = refunded(donation, Money(1000, "EUR"), ref="re_part")
    apply_refund(part, at=timezone.now())
    in_line(donation)
    came_back = entry(Money(1000, "EUR"), kind="refund_failure", ref="txn_back")
    failed = refunded(
        donation, Money(1000, "EUR"), ref="re_part", status="failed", entry=part.entry, failure_entry=came_back
    )
    apply_refund(failed, at=timezone.now())
    in_line(donation)
    apply_refund(refunded(donation, Money(2500, "EUR")), at=timezone.now())
    in_line(donation)
    assert papers(donation) == [
        ("receipt", 1, 2500), ("counter", 2, 1000), ("receipt", 3, 1000), ("counter", 4, 1000), ("counter", 5, 1500),
    ]  # fmt: skip
    assert [one.corrects.number for one in receipts_of(donation) if one.corrects] == [1, 3, 1]


def test_a_new_code_begins_at_one_and_what_corrects_stays_in_its_own_series() -> None:
    make_issuer()
    donation = make_receipted()
    make_issuer(code="HF", name="Harbour Foundation")
    other = make_receipted()
    apply_refund(refunded(donation, Money(2500, "EUR")), at=timezone.now())
    in_line(donation)
    assert [one.full_number[:2] for one in receipts_of(donation)] == ["WS", "WS"]
    assert receipts_of(other)[0].full_number.endswith("-000001")


def test_each_year_begins_at_one() -> None:
    make_issuer()
    first, second = make_wished(), make_wished()
    at = timezone.now().replace(month=12, day=31, hour=23)
    bring_in_line(first, at=at)
    bring_in_line(second, at=at.replace(year=at.year + 1))
    assert [receipts_of(one)[0].number for one in (first, second)] == [1, 1]


def test_the_words_of_an_issuer_change_for_what_is_issued_afterwards_alone() -> None:
    make_issuer()
    before = make_receipted()
    make_issuer(name="Harbour Foundation")
    after = make_receipted()
    assert receipts_of(before)[0].terms.name == "Harbour Fund"
    assert (receipts_of(after)[0].terms.name, receipts_of(after)[0].number) == ("Harbour Foundation", 2)


@pytest.mark.parametrize("number", [1, 3, 7])
def test_the_database_takes_no_number_but_the_next(number: int) -> None:
    make_issuer()
    (known,) = receipts_of(make_receipted())
    known.pk, known.reference, known.number = None, new_id("rc"), number
    with pytest.raises(IntegrityError), transaction.atomic():
        known.save(force_insert=True)


def test_the_database_lets_nobody_change_or_delete_a_receipt_or_what_an_issuer_printed() -> None:
    make_issuer()
    (known,) = receipts_of(make_receipted())
    for deed in (
        lambda: Receipt.objects.update(amount_minor=1),
        lambda: Receipt.objects.filter(pk=known.pk).delete(),
        lambda: type(known.terms).objects.update(name="x"),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            deed()


def test_name_and_address_lie_under_the_server_key_and_a_second_wish_changes_nothing() -> None:
    make_issuer()
    donation = make_receipted(name="Zoë Example")
    wish = ReceiptWish.objects.get()
    assert "Zoë".encode() not in bytes(wish.sealed)
    assert EMAIL.encode() not in bytes(wish.sealed)
    again = ask_for_receipt(donation=donation, email="else@example.org", name="Else", at=timezone.now())
    assert (asker(again).name, asker(again).email) == ("Zoë Example", EMAIL)
    assert asker(wish).digest == receipts_of(donation)[0].donor_digest
    assert "Zoë" not in repr(asker(wish))


def test_who_is_forgotten_gets_no_further_mail_but_what_corrects_is_issued() -> None:
    make_issuer()
    donation = make_receipted(name="Zoë Example")
    erase_giver(donation=donation, by="user:1", at=timezone.now(), why="asked")
    assert not ReceiptWish.objects.exists()
    OutboxRow.objects.all().delete()
    apply_refund(refunded(donation, Money(2500, "EUR")), at=timezone.now())
    drain()
    assert papers(donation) == [("receipt", 1, 2500), ("counter", 2, 2500)]
    assert not OutboxRow.objects.filter(kind=MAIL).exists()


def test_a_gift_in_another_currency_than_it_settled_in_is_receipted_as_it_was_given() -> None:
    make_issuer()
    donation = make_donation(amount=Money(5000, "JPY"))
    ask_for_receipt(donation=donation, email=EMAIL, at=timezone.now())
    donation.refresh_from_db()
    settled = entry(Money(3050, "EUR"), 70, rate="0.0061")
    settle(donation, facts=paid(donation, entries=(settled,)), at=timezone.now())
    assert [one.amount for one in in_line(donation)] == [Money(5000, "JPY")]
