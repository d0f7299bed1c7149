"""Finance sees what comes again without its donors, and is told where Stripe says something else."""

import pytest
from django.utils import timezone

from donations.alarms.finding import found
from donations.models import RecurringGift
from donations.recurring.instalments import apply_invoice
from tests.console import console_client
from tests.factories.donations import make_fund
from tests.factories.organisations import make_member, make_operator
from tests.factories.recurring import invoiced, make_recurring

pytestmark = pytest.mark.django_db


def test_it_lists_them_with_how_often_they_were_paid_and_no_address():
    gift = make_recurring(email="zoe@example.org", split=[(make_fund(name="Harbour"), 1)])
    apply_invoice(invoiced(gift, 1), at=timezone.now())
    browser = console_client(make_member(make_operator(), "finance"))
    page = browser.get("/console/money/recurring/").content.decode()
    for words in (
        gift.pk[:11],
        "Harbour",
        "€25.00",
        "every month",
        '<td class="number" data-label="Times paid">2</td>',
    ):
        assert words in page
    assert "zoe" not in page
    assert "Harbour" not in browser.get("/console/money/recurring/?status=paused").content.decode()


def test_one_that_does_not_agree_is_told_on_the_first_page_and_raises_an_alarm():
    gift, _other = make_recurring(), make_recurring()
    browser = console_client(make_member(make_operator(), "finance"))
    assert "does not agree" not in browser.get("/console/money/").content.decode()
    assert found(at=timezone.now()) == set()
    RecurringGift.objects.filter(pk=gift.pk).update(mismatch="amount")
    assert "1 recurring gift does not agree." in browser.get("/console/money/").content.decode()
    page = browser.get("/console/money/recurring/?status=mismatched").content.decode()
    assert "<code>amount</code>" in page
    assert page.count("every month") == 1
    assert found(at=timezone.now()) == {"payments_stuck"}


def test_what_does_not_agree_is_settled_on_the_page_of_the_gift():
    gift = make_recurring(email="zoe@example.org")
    page = f"/console/money/recurring/{gift.pk}/"
    finance = console_client(make_member(make_operator(), "finance"))
    assert "Take it over" not in finance.get(page).content.decode()
    RecurringGift.objects.filter(pk=gift.pk).update(mismatch="amount")
    shown = finance.get(page).content.decode()
    assert [words in shown for words in ("<code>amount</code>", "Take it over", "zoe")] == [True, True, False]
    for deed, words in (("take", {"amount": "lots", "cause": "donor"}), ("end", {}), ("again", {"cause": "because"})):
        assert finance.post(f"{page}{deed}/", words).status_code == 422
    assert finance.post(f"{page}other/", {"cause": "ours"}).status_code == 404
    away = finance.post(f"{page}take/", {"amount": "30", "cause": "donor"})
    assert (away.status_code, "Stripe does not answer" in away.content.decode()) == (422, True)
    answer = finance.post(f"{page}end/", {"cause": "ours"}, follow=True)
    assert "Settled." in answer.content.decode()
    gift.refresh_from_db()
    assert (gift.status, gift.mismatch) == ("canceled", "")
    assert finance.post(f"{page}end/", {"cause": "ours"}).status_code == 422
