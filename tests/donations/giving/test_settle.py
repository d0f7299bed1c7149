"""Settling: booked only when everything agrees, once, and never backwards."""

import threading

import pytest
from django.db import connections
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from donations.giving.settle import NotYetError, settle
from donations.giving.status import shown
from donations.ledger.queries import booked, settled
from donations.ledger.verify import verify
from donations.models import Donation, Posting, Transaction
from donations.refunds.deeds import apply_refund
from kernel.audit.models import AuditEntry
from kernel.money import Money
from tests.factories.donations import entry, make_donation, make_fund, make_paid, paid, refunded

pytestmark = pytest.mark.django_db


def figures(fund):
    return booked([fund])[fund.pk]


def test_it_books_gross_fee_and_net_for_each_fund():
    one, two = make_fund(), make_fund()
    donation = make_paid(split=[(one, 3), (two, 1)], amount=Money(1001, "EUR"), fee=40)
    assert figures(one)[0] | {"disputed": 0} == {
        "currency": "EUR",
        "gross": 751,
        "fees": 30,
        "refunded": 0,
        "disputed": 0,
        "net": 721,
    }
    assert figures(two)[0]["gross"] == 250
    books = settled([(donation.pk, "EUR")])[donation.pk]
    assert (books.gross, books.fee, books.net) == (Money(1001, "EUR"), Money(40, "EUR"), Money(961, "EUR"))
    assert donation.paid_at is not None


def test_it_applies_the_same_facts_five_times_and_books_once():
    donation = make_donation()
    for _ in range(5):
        settle(donation, facts=paid(donation), at=timezone.now())
    assert Transaction.objects.count() == 1
    assert donation.history.count() == 2


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"amount_total": Money(2499, "EUR")}, "amount"),
        ({"amount_total": Money(2500, "USD")}, "currency"),
        ({"livemode": True}, "livemode"),
        ({"client_reference_id": "dn_someoneelse"}, "reference"),
        ({"payment_intent": ""}, "payment"),
        ({"payment_status": "no_payment_required"}, "payment_status"),
        ({"entries": (entry(Money(2400, "EUR"), 63),)}, "settled_amount"),
    ],
)
def test_it_flags_what_does_not_agree_and_books_nothing(facts, code):
    donation = make_donation()
    settle(donation, facts=paid(donation, **facts), at=timezone.now())
    settle(donation, facts=paid(donation, **facts), at=timezone.now())
    donation.refresh_from_db()
    assert (donation.status, donation.mismatch) == ("pending", code)
    assert list(Donation.objects.mismatched()) == [donation]
    assert Transaction.objects.count() == 0
    assert AuditEntry.objects.filter(action="donation.mismatch", fields=[code]).count() == 1


def test_it_flags_another_session_that_names_our_reference():
    donation = make_donation()
    Donation.objects.filter(pk=donation.pk).update(checkout_session="cs_ours")
    settle(donation, facts=paid(donation, id="cs_theirs"), at=timezone.now())
    donation.refresh_from_db()
    assert (donation.status, donation.mismatch, donation.checkout_session) == ("pending", "session", "cs_ours")


def test_it_books_nothing_for_a_payment_that_comes_after_the_end_but_shows_it():
    donation = make_donation()
    settle(donation, facts=paid(donation, status="expired", payment_status="unpaid", entries=()), at=timezone.now())
    settle(donation, facts=paid(donation), at=timezone.now())
    donation.refresh_from_db()
    assert (donation.status, donation.mismatch) == ("expired", "late_payment")
    assert Transaction.objects.count() == 0


def test_it_asks_again_while_stripe_has_not_written_the_balance():
    donation = make_donation()
    with pytest.raises(NotYetError):
        settle(donation, facts=paid(donation, entries=()), at=timezone.now())
    assert Donation.objects.get().status == "pending"


@pytest.mark.parametrize(
    ("facts", "status"),
    [
        ({"payment_status": "unpaid", "status": "open"}, "pending"),
        ({"payment_status": "unpaid", "status": "complete"}, "processing"),
        ({"payment_status": "unpaid", "status": "complete", "failure": "insufficient_funds"}, "failed"),
        ({"payment_status": "unpaid", "status": "expired"}, "expired"),
    ],
)
def test_it_books_nothing_that_is_not_paid(facts, status):
    donation = make_donation()
    assert settle(donation, facts=paid(donation, entries=(), **facts), at=timezone.now()).status == status
    assert Transaction.objects.count() == 0


def test_it_keeps_both_sides_of_a_conversion():
    fund = make_fund()
    donation = make_donation(split=[(fund, 1)], amount=Money(5000, "JPY"))
    arrived = entry(Money(2793, "EUR"), 67, rate="0.005586")
    settle(donation, facts=paid(donation, entries=(arrived,)), at=timezone.now())
    rows = {row["currency"]: row for row in figures(fund)}
    assert rows["JPY"]["gross"] == 5000
    assert rows["EUR"]["fees"] == 67
    assert verify() == (1, [])
    books = settled([(donation.pk, "JPY")])[donation.pk]
    assert (books.gross, books.fee, books.net) == (Money(5000, "JPY"), Money(67, "EUR"), Money(2726, "EUR"))


def test_a_bank_debit_that_bounces_after_it_was_paid_is_taken_out_again():
    fund = make_fund()
    donation = make_donation(split=[(fund, 1)])
    back = entry(Money(-2500, "EUR"), 0, kind="payment_failure_refund")
    facts = paid(donation)
    settle(donation, facts=facts, at=timezone.now())
    for _ in range(2):
        settle(donation, facts=paid(donation, entries=(*facts.entries, back)), at=timezone.now())
    assert figures(fund)[0]["refunded"] == 2500
    assert shown([Donation.objects.get()])[0].status == "refunded"


FACTS = ["processing", "paid", "paid_again", "refund_one", "refund_two", "refund_failed", "expired_late"]


@given(order=st.permutations(FACTS))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_order_of_the_facts_of_one_payment_ends_in_the_same_books(order):
    one, two = make_fund(), make_fund()
    donation = make_donation(split=[(one, 1), (two, 1)])
    Donation.objects.filter(pk=donation.pk).update(payment_intent=f"pi_{donation.pk}")
    donation.refresh_from_db()
    good, bad = Money(700, "EUR"), Money(300, "EUR")
    lost = entry(-bad, ref=f"txn_lost_{donation.pk}")
    found = entry(bad, ref=f"txn_found_{donation.pk}")
    third = refunded(donation, bad, ref=f"re_3_{donation.pk}", entry=lost, failure_entry=found, status="failed")
    facts = {
        "processing": paid(donation, payment_status="unpaid", entries=()),
        "paid": paid(donation),
        "paid_again": paid(donation),
        "refund_one": refunded(donation, good, ref=f"re_1_{donation.pk}"),
        "refund_two": refunded(donation, good, ref=f"re_2_{donation.pk}"),
        "refund_failed": third,
        "expired_late": paid(donation, payment_status="unpaid", status="open", entries=()),
    }
    waiting = list(order)
    for _ in range(3):
        again = []
        for name in waiting:
            try:
                if name.startswith("refund"):
                    apply_refund(facts[name], at=timezone.now())
                else:
                    settle(donation, facts=facts[name], at=timezone.now())
            except NotYetError:
                again.append(name)
        waiting = again
    assert waiting == []
    donation.refresh_from_db()
    both = [figures(one)[0], figures(two)[0]]
    assert donation.status == "paid"
    assert donation.mismatch == ""
    assert [sum(row[name] for row in both) for name in ("gross", "fees", "refunded", "net")] == [2500, 63, 1400, 1037]
    assert verify()[1] == []


@pytest.mark.django_db(transaction=True)
def test_it_books_once_when_eight_workers_settle_at_the_same_time():
    donation = make_donation()
    facts, barrier, errors = paid(donation), threading.Barrier(8), []

    def work():
        try:
            barrier.wait()
            settle(donation, facts=facts, at=timezone.now())
        except Exception as error:
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert Transaction.objects.count() == 1
    assert Posting.objects.count() == 3
    assert verify() == (1, [])


def test_accounts_are_opened_once_for_many_gifts(django_assert_max_num_queries):
    fund = make_fund()
    make_paid(split=[(fund, 1)])
    donation = make_donation(split=[(fund, 1)])
    with django_assert_max_num_queries(24):
        settle(donation, facts=paid(donation), at=timezone.now())
    many = [make_paid(split=[(fund, 1)]) for _ in range(3)]
    with django_assert_max_num_queries(1):
        assert [row.status for row in shown(many)] == ["paid"] * 3
    assert figures(fund)[0]["gross"] == 5 * 2500
