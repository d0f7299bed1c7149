"""The money screens: exact for the operator's finance, closed to everyone else."""

import pytest
from django.utils import timezone

from donations.expenses.deeds import book_expense
from donations.giving.settle import settle
from donations.models import EventState, Expense, Fund, InboxEvent, Refund
from kernel.accounts.models import Role
from kernel.audit.models import AuditEntry
from kernel.money import Money
from tests.console import console_client
from tests.factories.donations import make_donation, make_fund, make_paid, paid
from tests.factories.organisations import make_member, make_partner

pytestmark = pytest.mark.django_db
MONEY = "/console/money/"
PAGES = [MONEY, f"{MONEY}donations/", f"{MONEY}expenses/", f"{MONEY}events/", f"{MONEY}funds/new/"]


@pytest.fixture
def finance():
    return console_client(make_member(role="finance"))


def poison(event_id="evt_1"):
    at = timezone.now()
    return InboxEvent.objects.create(
        event_id=event_id,
        type="refund.created",
        object_id="re_1",
        livemode=False,
        state=EventState.POISON,
        attempts=3,
        next_at=at,
        happened_at=at,
        received_at=at,
        error="not_found_error",
    )


def test_finance_sees_what_is_booked_and_what_needs_a_look(finance):
    fund = make_fund()
    make_paid(split=[(fund, 1)], amount=Money(123456, "EUR"), fee=99)
    wrong = make_donation()
    settle(wrong, facts=paid(wrong, livemode=True), at=timezone.now())
    poison()
    html = finance.get(MONEY).content.decode()
    assert "€1,234.56" in html
    assert "€0.99" in html
    assert "1 donation does not agree" in html
    assert "1 event could not be applied" in html


@pytest.mark.parametrize("role", ["coordinator", "admin"])
def test_others_see_what_the_public_sees(role):
    make_paid(split=[(make_fund(name="Rooms"), 1)], amount=Money(123456, "EUR"))
    html = console_client(make_member(role=role)).get(MONEY).content.decode()
    assert "Rooms" in html
    assert "1,234.56" not in html


def test_the_finance_of_a_partner_sees_no_exact_figure():
    make_paid(split=[(make_fund(), 1)], amount=Money(123456, "EUR"))
    browser = console_client(make_member(make_partner(), role="finance"))
    assert "1,234.56" not in browser.get(MONEY).content.decode()
    assert [browser.get(page).status_code for page in PAGES[1:]] == [403] * 4


@pytest.mark.parametrize("role", sorted(set(Role.values) - {"finance"}))
def test_only_finance_may_enter_donations_expenses_and_funds(role):
    browser = console_client(make_member(role=role))
    paid_one = make_paid()
    closed = [f"{MONEY}donations/", f"{MONEY}donations/{paid_one.pk}/", f"{MONEY}expenses/", f"{MONEY}funds/new/"]
    assert [browser.get(page).status_code for page in closed] == [403] * 4
    assert browser.post(f"{MONEY}donations/{paid_one.pk}/refund/", {"reason": "mistake"}).status_code == 403
    assert Refund.objects.count() == 0


@pytest.mark.parametrize("page", PAGES)
def test_every_page_speaks_both_languages(finance, page):
    make_paid()
    book_expense(
        fund=make_fund(),
        category="food",
        amount=Money(100, "EUR"),
        spent_on=timezone.now().date(),
        by="user:1",
        at=timezone.now(),
    )
    poison()
    assert finance.get(page).status_code == 200
    assert finance.get(f"/ru{page}").status_code == 200


def test_a_refund_is_asked_for_with_a_reason(finance):
    donation = make_paid()
    page = f"{MONEY}donations/{donation.pk}/"
    assert "€25.00" in finance.get(page).content.decode()
    answer = finance.post(f"{page}refund/", {"amount": "10", "reason": "duplicate"})
    assert answer["Location"] == page
    refund = Refund.objects.get()
    assert (refund.amount, refund.reason, refund.asked_by[:5]) == (Money(1000, "EUR"), "duplicate", "user:")
    assert AuditEntry.objects.filter(action="refund.request", object_id=refund.pk).exists()
    assert "on its way" in finance.get(page).content.decode()


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ({"amount": "25.01", "reason": "mistake"}, "amount"),
        ({"amount": "x", "reason": "mistake"}, "amount"),
        ({"amount": "1"}, "reason"),
        ({"reason": "dashboard"}, "reason"),
    ],
)
def test_a_refund_that_cannot_be_says_why(finance, words, field):
    donation = make_paid()
    answer = finance.post(f"{MONEY}donations/{donation.pk}/refund/", words)
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert Refund.objects.count() == 0


def test_the_list_of_donations_asks_the_database_as_often_for_many_as_for_one(finance, django_assert_max_num_queries):
    make_paid()
    finance.get(f"{MONEY}donations/")
    for _ in range(12):
        make_paid()
    with django_assert_max_num_queries(14):
        finance.get(f"{MONEY}donations/")
    html = finance.get(f"{MONEY}donations/?status=paid").content.decode()
    assert html.count("<tr>") == 14
    assert "No donations here" in finance.get(f"{MONEY}donations/?status=mismatched").content.decode()


def test_an_expense_is_booked(finance):
    fund = make_fund()
    words = {"fund": fund.pk, "category": "housing", "amount_0": "45.50", "amount_1": "EUR", "spent_on": "2026-01-02"}
    assert finance.post(f"{MONEY}expenses/", words)["Location"] == f"{MONEY}expenses/"
    assert Expense.objects.get().amount == Money(4550, "EUR")
    late = finance.post(f"{MONEY}expenses/", {**words, "spent_on": "2999-01-01"})
    assert (late.status_code, list(late.context["form"].errors)) == (422, ["spent_on"])


def test_an_event_that_was_set_aside_is_put_in_line_once():
    admin = console_client(make_member(role="admin"))
    event = poison()
    for _ in range(2):
        assert admin.post(f"{MONEY}events/{event.pk}/replay/")["Location"] == f"{MONEY}events/"
    event.refresh_from_db()
    assert (event.state, event.attempts) == ("waiting", 0)
    assert AuditEntry.objects.filter(action="event.replay").count() == 1


def test_a_fund_is_opened_changed_and_closed(finance):
    words = {"slug": "rooms", "name": "Rooms", "goal_0": "5000", "goal_1": "EUR", "position": "10", "is_open": "on"}
    assert finance.post(f"{MONEY}funds/new/", words)["Location"] == MONEY
    fund = Fund.objects.get()
    assert (fund.goal, fund.is_open) == (Money(500000, "EUR"), True)
    assert finance.post(f"{MONEY}funds/new/", words).status_code == 422
    del words["is_open"], words["slug"]
    assert finance.post(f"{MONEY}funds/{fund.pk}/", {**words, "name": "Homes"}).status_code == 302
    fund.refresh_from_db()
    assert (fund.name, fund.slug, fund.is_open) == ("Homes", "rooms", False)
    assert AuditEntry.objects.get(action="fund.change").fields == ["name", "is_open"]
