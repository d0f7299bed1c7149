"""Booking: whole, balanced, once, for ever; the database says so too."""

import threading
from contextlib import suppress
from dataclasses import replace

import pytest
from django.db import IntegrityError, OperationalError, connection, connections, transaction
from django.db.models.signals import post_save
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from donations.disputes.deeds import apply_dispute
from donations.ledger.book import Draft, Line, ReferenceTakenError, UnbalancedError, book, book_each, check_balance
from donations.ledger.models import Account, Posting, Purpose, Transaction, TransactionKind
from donations.ledger.verify import verify
from donations.models import DisputeMove, OfflineMove, Refund, RefundMove
from donations.offline.deeds import record_gift
from donations.refunds.deeds import apply_refund
from kernel.money import Money
from tests.factories.donations import disputed, make_fund, make_paid, refunded

pytestmark = pytest.mark.django_db


def write(ref="txn_1", gross=2500, fee=63, fund=None):
    fund = fund or make_fund()
    return book(
        kind=TransactionKind.GIFT,
        external_ref=ref,
        subject="dn_x",
        lines=[
            Line(Purpose.GIFTS, Money(-gross, "EUR"), fund),
            Line(Purpose.FEES, Money(fee, "EUR"), fund),
            Line(Purpose.STRIPE, Money(gross - fee, "EUR")),
        ],
        occurred_at=timezone.now(),
        at=timezone.now(),
    )


def test_it_posts_a_balanced_transaction():
    entry, new = write()
    assert new
    assert Transaction.objects.get().posted
    assert sum(posting.minor for posting in entry.postings.all()) == 0
    assert verify() == (1, [])


def test_it_books_one_reference_once():
    first, _ = write()
    again, new = write(gross=9900)
    assert (again.pk, new) == (first.pk, False)
    assert Posting.objects.count() == 3


def test_it_books_several_or_none_and_each_reference_once():
    fund, at = make_fund(), timezone.now()
    known, _ = write(fund=fund)

    def draft(ref, back=0):
        lines = [Line(Purpose.GIFTS, Money(-100, "EUR"), fund), Line(Purpose.STRIPE, Money(100 - back, "EUR"))]
        return Draft(TransactionKind.GIFT, ref, "dn_x", lines, at)

    with pytest.raises(UnbalancedError):
        book_each([draft("txn_2"), draft("txn_3", back=1)], at=at)
    assert Transaction.objects.count() == 1
    booked = book_each([draft("txn_2"), draft("txn_1"), draft("txn_3")], at=at)
    assert [(one.external_ref, new) for one, new in booked] == [("txn_2", True), ("txn_1", False), ("txn_3", True)]
    assert booked[1][0] == known
    assert verify() == (3, [])


def test_it_takes_no_reference_of_something_else_for_its_own():
    write()
    with pytest.raises(ReferenceTakenError):
        book(
            kind=TransactionKind.GIFT,
            external_ref="txn_1",
            subject="dn_other",
            lines=[],
            occurred_at=timezone.now(),
            at=timezone.now(),
        )
    gift = make_paid()
    sent = refunded(gift, Money(100, "EUR"))
    with pytest.raises(ReferenceTakenError):
        apply_refund(replace(sent, entry=replace(sent.entry, id="txn_1")), at=timezone.now())
    assert not Refund.objects.exists()


def test_it_leaves_out_lines_of_zero():
    entry, _ = write(fee=0)
    assert entry.postings.count() == 2


@pytest.mark.parametrize(
    "lines",
    [
        [],
        [Line(Purpose.STRIPE, Money(0, "EUR")), Line(Purpose.BANK, Money(0, "EUR"))],
        [Line(Purpose.STRIPE, Money(1, "EUR"))],
        [Line(Purpose.STRIPE, Money(1, "EUR")), Line(Purpose.BANK, Money(-1, "USD"))],
        [Line(Purpose.STRIPE, Money(100, "EUR")), Line(Purpose.BANK, Money(-99, "EUR"))],
    ],
)
def test_it_refuses_what_does_not_balance(lines):
    with pytest.raises(UnbalancedError):
        check_balance(lines)


@given(amounts=st.lists(st.tuples(st.sampled_from(["EUR", "JPY", "KWD"]), st.integers(-(10**12), 10**12)), max_size=8))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_database_and_the_code_agree_on_what_balances(amounts):
    lines = [Line(Purpose.STRIPE, Money(minor, currency)) for currency, minor in amounts if minor]
    try:
        check_balance(lines)
        fine = True
    except UnbalancedError:
        fine = False
    with transaction.atomic():
        account, _ = Account.objects.get_or_create(purpose=Purpose.STRIPE)
        row = Transaction.objects.create(
            kind="gift", external_ref="h", subject="s", occurred_at=timezone.now(), booked_at=timezone.now()
        )
        for line in lines:
            Posting.objects.create(
                transaction=row, account=account, minor=line.amount.minor, currency=line.amount.currency
            )
        try:
            with transaction.atomic():
                Transaction.objects.filter(pk=row.pk).update(posted=True)
            posted = True
        except IntegrityError:
            posted = False
        transaction.set_rollback(True)
    assert posted == fine


def refused(deed):
    with pytest.raises(IntegrityError), transaction.atomic():
        deed()


def test_the_database_refuses_every_later_change():
    entry, _ = write()
    posting = entry.postings.first()
    rows, lines = Transaction.objects.filter(pk=entry.pk), Posting.objects.filter(pk=posting.pk)
    refused(lambda: rows.update(posted=False))
    refused(lambda: rows.update(subject="dn_other"))
    refused(lambda: rows.update(posted=True))
    refused(lambda: rows._raw_delete(rows.db))
    refused(lambda: lines.update(minor=1))
    refused(lambda: lines._raw_delete(lines.db))
    refused(lambda: Posting.objects.create(transaction=entry, account=posting.account, minor=1, currency="EUR"))
    assert verify() == (1, [])


def test_the_database_refuses_a_transaction_born_posted_and_one_changed_while_posting():
    at = timezone.now()
    words = {"kind": "gift", "subject": "s", "occurred_at": at, "booked_at": at}
    refused(lambda: Transaction.objects.create(external_ref="a", posted=True, **words))
    entry = Transaction.objects.create(external_ref="b", **words)
    account, _ = Account.objects.get_or_create(purpose=Purpose.BANK)
    for minor in (5, -5):
        Posting.objects.create(transaction=entry, account=account, minor=minor, currency="EUR")
    refused(lambda: Transaction.objects.filter(pk=entry.pk).update(posted=True, subject="dn_other"))
    Transaction.objects.filter(pk=entry.pk).update(posted=True)


@pytest.mark.sqlite
def test_sqlite_refuses_insert_or_replace():
    entry, _ = write()
    posting = entry.postings.first()
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT OR REPLACE INTO donations_posting (id, transaction_id, account_id, minor, currency) "
            "VALUES (%s, %s, %s, 7, 'EUR')",
            [posting.pk, entry.pk, posting.account_id],
        )


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_postgresql_refuses_truncate():
    write()
    for table in ("donations_posting", "donations_transaction, donations_posting"):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"TRUNCATE {table}")


@pytest.mark.django_db(transaction=True)
def test_two_who_open_the_same_accounts_do_not_wait_for_each_other():
    funds, at = [make_fund(), make_fund()], timezone.now()
    opened, failed = threading.Barrier(2, timeout=1), []

    def meet(**_words):
        with suppress(threading.BrokenBarrierError):  # the other one waits for us, as it should
            opened.wait()

    def give(number, order):
        lines = [Line(Purpose.GIFTS, Money(-100, "EUR"), fund) for fund in order]
        draft = Draft(
            TransactionKind.GIFT, f"txn_{number}", "dn_x", [*lines, Line(Purpose.BANK, Money(200, "EUR"))], at
        )
        try:
            book_each([draft], at=at)
        except OperationalError as error:
            failed.append(error)
        finally:
            connections.close_all()

    Account.objects.get_or_create(purpose=Purpose.BANK, fund=None, category="")
    post_save.connect(meet, sender=Account)
    try:
        threads = [threading.Thread(target=give, args=(n, funds[::step])) for n, step in enumerate((1, -1))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        post_save.disconnect(meet, sender=Account)
    assert failed == []
    assert verify() == (2, [])


@pytest.mark.django_db(transaction=True)
def test_it_lets_no_posting_slip_in_while_the_transaction_is_being_posted():
    at = timezone.now()
    entry = Transaction.objects.create(kind="gift", external_ref="r", subject="s", occurred_at=at, booked_at=at)
    account, _ = Account.objects.get_or_create(purpose=Purpose.BANK)
    for minor in (5, -5):
        Posting.objects.create(transaction=entry, account=account, minor=minor, currency="EUR")
    barrier = threading.Barrier(2)

    def slip():
        barrier.wait()
        try:
            Posting.objects.create(transaction=entry, account=account, minor=1, currency="EUR")
        except IntegrityError:
            pass
        finally:
            connections.close_all()

    def post():
        barrier.wait()
        try:
            Transaction.objects.filter(pk=entry.pk).update(posted=True)
        except IntegrityError:
            pass
        finally:
            connections.close_all()

    threads = [threading.Thread(target=slip), threading.Thread(target=post)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    entry.refresh_from_db()
    total = sum(posting.minor for posting in entry.postings.all())
    assert (entry.posted, total) in {(True, 0), (False, 1)}


def test_what_a_posting_is_of_and_who_moved_what_are_kept_by_the_database_too():
    donation = make_paid(amount=Money(5000, "EUR"))
    apply_refund(refunded(donation, Money(700, "EUR")), at=timezone.now())
    apply_dispute(disputed(donation, amount=Money(100, "EUR")), at=timezone.now())
    at = timezone.now()
    record_gift(fund=make_fund(), way="cash", amount=Money(1, "EUR"), received_on=at.date(), by="user:1", at=at)
    for rows, words in (
        (Account.objects.filter(purpose=Purpose.GIFTS), {"purpose": Purpose.OFFLINE}),
        (RefundMove.objects.all(), {"by": "user:9"}),
        (DisputeMove.objects.all(), {"by": "user:9"}),
        (OfflineMove.objects.all(), {"by": "user:9"}),
    ):
        assert rows.exists()
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**words)
        with pytest.raises(IntegrityError), transaction.atomic():
            rows._raw_delete(using="default")


def test_verify_finds_what_is_left_open_and_a_trigger_that_is_gone():
    make_paid()
    at = timezone.now()
    Transaction.objects.create(kind="gift", external_ref="open", subject="s", occurred_at=at, booked_at=at)
    with connection.cursor() as cursor:
        on = "" if connection.vendor == "sqlite" else " ON donations_posting"
        cursor.execute(f"DROP TRIGGER donations_posting_is_kept{on}")
    _, findings = verify()
    assert {(finding.what, finding.ref) for finding in findings} == {
        ("unposted", "open"),
        ("too_few_postings", "open"),
        ("missing_trigger", "donations_posting_is_kept"),
    }
