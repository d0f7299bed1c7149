"""The screens of what one person alone may not do."""

import pytest
from django.utils import timezone

from donations.models import Expense, OfflineGift, Refund, Transaction
from donations.offline.deeds import record_gift
from donations.refunds.deeds import request_refund
from kernel.money import Money
from tests.console import console_client
from tests.factories.donations import make_fund, make_paid
from tests.factories.organisations import make_member, make_partner

pytestmark = pytest.mark.django_db
MONEY = "/console/money/"
LARGE = Money(150_000, "EUR")


@pytest.fixture
def finance():
    return console_client(make_member(role="finance"))


def gift(by="user:1"):
    at = timezone.now()
    return record_gift(fund=make_fund(), way="bank", amount=LARGE, received_on=at.date(), by=by, at=at)


def test_a_gift_past_stripe_is_recorded_and_booked(finance):
    fund, partner = make_fund(), make_partner("Haven")
    words = {"fund": fund.pk, "way": "partner", "partner": partner.pk, "amount_0": "45.50", "amount_1": "EUR"}
    words["received_on"] = "2026-01-02"
    assert finance.post(f"{MONEY}offline/", words)["Location"] == f"{MONEY}offline/"
    assert OfflineGift.objects.get().amount == Money(4550, "EUR")
    assert "Haven" in finance.get(f"{MONEY}offline/").content.decode()
    wrong = finance.post(f"{MONEY}offline/", {**words, "way": "cash"})
    assert (wrong.status_code, list(wrong.context["form"].errors)) == (422, ["partner"])


def test_a_button_that_moves_money_does_so_once_however_often_it_is_pressed(finance):
    donation, fund = make_paid(amount=LARGE), make_fund()
    detail, refund = f"{MONEY}donations/{donation.pk}/", f"{MONEY}donations/{donation.pk}/refund/"
    cash = {"fund": fund.pk, "way": "cash", "amount_0": "45.50", "amount_1": "EUR", "received_on": "2026-01-02"}
    spent = {"fund": fund.pk, "category": "food", "amount_0": "45.50", "amount_1": "EUR", "spent_on": "2026-01-02"}
    for page, address, words, other, rows in (
        (detail, refund, {"amount": "10", "reason": "mistake"}, {"amount": "11"}, Refund.objects),
        (f"{MONEY}offline/", f"{MONEY}offline/", cash, {"way": "bank"}, OfflineGift.objects),
        (f"{MONEY}expenses/", f"{MONEY}expenses/", spent, {"category": "other"}, Expense.objects),
    ):
        form = {**words, "opened": finance.get(page).context["form"]["opened"].value()}
        assert finance.post(address, form)["Location"] == finance.post(address, form)["Location"]
        assert rows.count() == 1
        changed = finance.post(address, {**form, **other})  # the page from before, with other words
        assert (changed.status_code, rows.count()) == (422, 1)
        anew = {**form, **other, "opened": changed.context["form"]["opened"].value()}
        assert finance.post(address, anew).status_code == 302
        assert finance.post(address, {**words, "opened": "made up"}).status_code == 422
        assert rows.count() == 2


def test_what_is_above_the_limit_waits_until_another_person_agrees(finance):
    donation = make_paid(amount=LARGE)
    finance.post(f"{MONEY}donations/{donation.pk}/refund/", {"amount": "", "reason": "mistake"})
    refund = Refund.objects.get()
    past = gift()
    page = f"{MONEY}waiting/"
    assert page in finance.get(MONEY).content.decode()
    html = finance.get(page).content.decode()
    assert f"refunds/{refund.pk}/drop/" in html
    assert f"refunds/{refund.pk}/agree/" not in html
    finance.post(f"{MONEY}refunds/{refund.pk}/agree/")
    assert Refund.objects.get().agreed_by == ""
    other = console_client(make_member(role="admin"))
    assert f"refunds/{refund.pk}/agree/" in other.get(page).content.decode()
    for address in (f"{MONEY}refunds/{refund.pk}/agree/", f"{MONEY}offline/{past.pk}/agree/"):
        assert other.post(address)["Location"] == page
    assert Refund.objects.get().agreed_by.startswith("user:")
    assert Transaction.objects.filter(subject=past.pk).count() == 1
    assert "Nothing waits" in other.get(page).content.decode()
    assert other.get(f"/ru{page}").status_code == 200


def test_no_other_word_is_a_deed(finance):
    refund = request_refund(make_paid(amount=LARGE), reason="mistake", by="user:1", at=timezone.now())
    assert finance.post(f"{MONEY}refunds/{refund.pk}/reverse/").status_code == 404
    assert finance.post(f"{MONEY}offline/{gift().pk}/send/").status_code == 404


def test_an_expense_is_taken_back_by_another_one(finance):
    fund = make_fund()
    words = {"fund": fund.pk, "category": "food", "amount_0": "5", "amount_1": "EUR", "spent_on": "2026-01-02"}
    finance.post(f"{MONEY}expenses/", words)
    subject = Transaction.objects.get().subject
    address = f"{MONEY}expenses/{subject}/reverse/"
    finance.post(address)
    assert Transaction.objects.count() == 1
    other = console_client(make_member(role="finance"))
    other.post(address)
    assert Transaction.objects.filter(kind="correction").count() == 1
    assert "taken back" in other.get(f"{MONEY}expenses/").content.decode()
