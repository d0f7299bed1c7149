"""Receipts of gifts past Stripe: the same series and papers; the name is on the paper alone."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from donations.models import Receipt
from donations.offline.deeds import record_gift, reverse_gift
from donations.receipts.issuing import receipts_of
from donations.receipts.offline import issue_offline, printed, take_back
from donations.receipts.sweeping import sweep
from kernel.audit.models import AuditEntry
from kernel.money import Money
from kernel.outbox.drain import drain
from kernel.states import Refusal
from tests.attacks.canaries.places import database_bytes
from tests.attacks.canaries.search import found_in
from tests.console import console_client
from tests.factories.donations import make_fund, make_paid
from tests.factories.organisations import make_member, make_operator
from tests.factories.receipts import make_issuer, make_receipted

pytestmark = pytest.mark.django_db
NAME = "Kanarina Vogelsang"


def given(*, by: str = "user:1", amount: Money | None = None, **words):
    return record_gift(
        fund=make_fund(), way="cash", amount=amount or Money(4000, "EUR"), received_on=date(2026, 11, 2), by=by,
        at=timezone.now(), **words,
    )  # fmt: skip


def issued(gift, name=NAME):
    return issue_offline(gift, name=name, language="en", by="user:1", at=timezone.now())


def test_it_takes_the_next_number_of_the_one_series_and_only_once():
    make_issuer()
    (before,) = receipts_of(make_receipted())
    gift = given()
    paper = issued(gift)
    assert issued(gift, "Somebody Else") == paper
    (after,) = receipts_of(make_receipted(email="other@example.org"))
    assert [one.number for one in (before, paper, after)] == [1, 2, 3]
    assert (paper.amount, paper.given_on, paper.donation) == (Money(4000, "EUR"), date(2026, 11, 2), None)


def test_the_paper_is_printed_for_one_name_that_is_kept_nowhere():
    make_issuer()
    paper = issued(given())
    pdf = printed(paper, name=NAME, by="user:7", at=timezone.now())
    assert pdf.startswith(b"%PDF-")
    assert AuditEntry.objects.filter(action="receipt.printed", object_id=paper.reference, actor="user:7").exists()
    for other in ("Somebody Else", ""):
        with pytest.raises(Refusal) as refused:
            printed(paper, name=other, by="user:7", at=timezone.now())
        assert (refused.value.code, refused.value.field) == ("name_differs", "name")


def test_what_is_taken_back_is_corrected_once_by_the_worker_or_the_sweep():
    make_issuer()
    promised, lost = given(), given()
    for gift in (promised, lost):
        issued(gift)
    reverse_gift(promised, by="user:2", at=timezone.now())
    drain()
    reverse_gift(lost, by="user:2", at=timezone.now())
    assert sweep(at=timezone.now()) == 1
    for gift in (promised, lost):
        assert take_back(gift, at=timezone.now()) == []
        receipt, counter = gift.receipts.all()
        assert (counter.kind, counter.corrects, counter.amount) == ("counter", receipt, receipt.amount)
        assert printed(counter, name=NAME, by="user:7", at=timezone.now()).startswith(b"%PDF-")


def test_nothing_is_issued_before_it_is_booked_after_it_was_taken_back_or_by_nobody(settings):
    with pytest.raises(Refusal) as refused:
        issued(given())
    assert refused.value.code == "nobody_issues"
    make_issuer()
    waits = given(amount=Money(1_000_000, "EUR"))
    back = given()
    reverse_gift(back, by="user:2", at=timezone.now())
    for gift in (waits, back):
        with pytest.raises(Refusal) as refused:
            issued(gift)
        assert refused.value.code == "illegal_transition"
    assert not Receipt.objects.exists()


def test_a_receipt_is_of_one_gift_and_neither_changed_nor_deleted():
    make_issuer()
    paper = issued(given())
    values = {
        name: getattr(paper, name)
        for name in ("issuer", "terms", "year", "kind", "amount_minor", "currency", "given_on", "language", "issued_at")
    }
    for reference, number, gifts in (
        ("rc_none", 2, {}),
        ("rc_both", 2, {"donation": make_paid(), "offline_gift": paper.offline_gift}),
        ("rc_gap", 9, {"offline_gift": paper.offline_gift}),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Receipt.objects.create(**values, reference=reference, number=number, **gifts)
    for deed in (lambda: Receipt.objects.update(language="ru"), lambda: Receipt.objects.all().delete()):
        with pytest.raises(IntegrityError), transaction.atomic():
            deed()


@pytest.mark.django_db(transaction=True)
def test_finance_issues_and_prints_it_in_the_console():
    make_issuer()
    operator = make_operator()
    gift = given()
    finance = console_client(make_member(operator, role="finance"))
    path = f"/console/money/offline/{gift.pk}/receipt/"
    assert "Issue and print it" in finance.get(path).content.decode()
    assert f'href="{path}"' in finance.get("/console/money/offline/").content.decode()
    answer = finance.post(path, {"name": NAME})
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].endswith('-000001.pdf"')
    assert "no-store" in answer["Cache-Control"]
    assert finance.post(path, {"name": "Somebody Else"}).status_code == 422
    assert finance.post(path, {"name": "名前"}).status_code == 422
    listed = finance.get("/console/money/receipts/").content.decode()
    assert path in listed
    assert f"{gift.receipts.get().reference}/again/" not in listed
    assert found_in({"name": NAME}, database_bytes()) == []
