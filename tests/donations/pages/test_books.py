"""The screens of the books: accounts on a day, reconciliation with what explains it, disputes and their answer."""

from datetime import timedelta

import pytest
from django.utils import timezone

from donations.disputes.deeds import apply_dispute
from donations.models import Answer
from donations.payouts.deeds import apply_payout
from donations.payouts.listing import keep_entries
from kernel.money import Money
from tests.console import console_client
from tests.factories.donations import disputed, entry, make_fund, make_paid, payout
from tests.factories.organisations import make_member

pytestmark = pytest.mark.django_db
MONEY = "/console/money/"
EUR = "EUR"


@pytest.fixture
def finance():
    return console_client(make_member(role="finance"))


def test_accounts_are_shown_of_the_house_of_a_fund_and_on_a_day(finance):
    fund = make_fund(name="Rooms", name_ru="Комнаты")
    make_paid(split=[(fund, 1)])
    make_paid(amount=Money(7700, EUR))
    page = finance.get(f"{MONEY}accounts/").content.decode()
    assert "-€77.00" in page
    only = finance.get(f"{MONEY}accounts/?fund={fund.pk}").content.decode()
    assert ("-€25.00" in only, "-€77.00" in only) == (True, False)
    assert "Nothing is booked" in finance.get(f"{MONEY}accounts/?on=2020-01-01").content.decode()
    russian = finance.get(f"/ru{MONEY}accounts/").content.decode()
    assert ("Комнаты" in russian, "Rooms" in russian) == (True, False)


def test_a_day_that_is_none_is_said_and_gives_no_other_figures(finance):
    make_paid()
    for address in ("accounts/?on=yesterday", "accounts/?fund=fd_nobody", "journal/?start=yesterday"):
        answer = finance.get(f"{MONEY}{address}")
        assert (answer.status_code, answer["Content-Type"][:9]) == (422, "text/html"), address
        assert 'aria-invalid="true"' in answer.content.decode()
        assert "Nothing is booked" not in answer.content.decode()
    assert "€25.00" in finance.get(f"{MONEY}accounts/?on=9999-12-31").content.decode()
    assert b",25.00," in b"".join(finance.get(f"{MONEY}journal/?end=9999-12-31").streaming_content)


def test_reconciliation_shows_what_differs_and_the_rows_that_explain_it(finance):
    at = timezone.now()
    assert "has not been asked" in finance.get(f"{MONEY}reconciliation/").content.decode()
    month = (at - timedelta(minutes=5)).strftime("%Y-%m")
    keep_entries([entry(Money(1234, EUR), ref="txn_stray", at=at - timedelta(minutes=5), source="ch_stray")], at=at)
    apply_payout(payout(Money(100, EUR), created=at - timedelta(minutes=5)), at=at)
    html = finance.get(f"{MONEY}reconciliation/?month={month}").content.decode()
    for word in (
        "does not agree",
        "txn_stray",
        "ch_stray",
        "not_in_our_books",
        "-€12.34",
        "nothing to compare",
        "only Stripe knows it",
    ):
        assert word in html
    assert finance.get(f"/ru{MONEY}reconciliation/?month=nonsense").status_code == 200


def test_a_dispute_is_answered_once_in_closed_words(finance, monkeypatch):
    donation = make_paid()
    facts = disputed(donation)
    dispute = apply_dispute(facts, at=timezone.now())
    asked = []

    class Stripe:
        def answer_dispute(self, dispute_id, *, evidence, submit, idempotency_key):
            asked.append((dispute_id, evidence, submit))
            return disputed(donation, ref=facts.id, entries=facts.entries, status="under_review", submissions=1)

        def accept_dispute(self, dispute_id, *, idempotency_key):
            return disputed(donation, ref=facts.id, entries=facts.entries, status="lost", submissions=1)

    monkeypatch.setattr("donations.disputes.answering.gateway", Stripe)
    page = f"{MONEY}disputes/{dispute.pk}/"
    assert page in finance.get(f"{MONEY}disputes/").content.decode()
    assert "говорит, что платил не он" in finance.get(f"/ru{MONEY}disputes/").content.decode()
    assert "What we say" in finance.get(page).content.decode()
    finance.post(f"{page}answer/", {"statement": "our own words"})
    assert asked == []
    for _ in range(2):
        assert finance.post(f"{page}answer/", {"statement": "willing"})["Location"] == page
    ((dispute_id, evidence, submit),) = asked
    assert (dispute_id, submit, Answer.objects.get().state) == (facts.id, True, "sent")
    assert donation.allocations.get().fund.name not in str(evidence)
    assert "What we say" not in finance.get(page).content.decode()
    finance.post(f"{page}accept/")
    assert "decided against us" in finance.get(f"{page}").content.decode()
    assert finance.post(f"{page}reopen/").status_code == 404
    assert finance.get(f"/ru{page}").status_code == 200
