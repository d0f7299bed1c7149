"""Giving once, every month or every year on /give/, without a script."""

import pytest

from donations.models import Donation, RecurringGift
from donations.recurring.contacts import address_of
from donations.recurring.states import GiftInterval
from tests.factories.donations import make_fund
from tests.open_forms import stamped

pytestmark = pytest.mark.django_db
MONTHLY = {"fund": "only", "amount": "25", "currency": "EUR", "interval": "month", "contact_email": "donor@example.org"}


def test_it_offers_once_first(client):
    make_fund(slug="only")
    html = client.get("/give/").content.decode()
    assert html.index('value="once"') < html.index('value="month"') < html.index('value="year"')
    assert html.split('value="once"')[1].split(">")[0].strip().endswith("checked")


@pytest.mark.parametrize("interval", [*GiftInterval.values])
def test_it_begins_what_comes_again_once_however_often_the_button_is_pressed(client, stripe, interval):
    make_fund(slug="only")
    form = stamped("give", {**MONTHLY, "interval": interval})
    answers = [client.post("/give/", form) for _ in range(2)]
    gift = RecurringGift.objects.get()
    assert {answer.status_code for answer in answers} == {303}
    assert (gift.interval, gift.donations.count(), gift.organisation) == (interval, 1, None)
    assert address_of(gift.contact) == "donor@example.org"
    assert {answer["Location"] for answer in answers} == {gift.donations.get().checkout_url}


def test_a_page_that_began_one_gift_begins_no_other(client, stripe):
    make_fund(slug="only")
    form = stamped("give", MONTHLY)
    changed = ({}, {"interval": "year"}, {"interval": "once"}, {"contact_email": "other@example.org"})
    assert [client.post("/give/", {**form, **words}).status_code for words in changed] == [303, 422, 422, 422]
    assert Donation.objects.count() == RecurringGift.objects.count() == 1


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ({"contact_email": ""}, "contact_email"),
        ({"contact_email": "x"}, "contact_email"),
        ({"interval": "w"}, "interval"),
    ],
)
def test_it_says_what_is_missing_by_its_field(client, words, field):
    make_fund(slug="only")
    answer = client.post("/give/", stamped("give", {**MONTHLY, **words}))
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert not Donation.objects.exists()


def test_it_keeps_no_address_of_who_gives_once(client, stripe):
    make_fund(slug="only")
    assert client.post("/give/", stamped("give", {**MONTHLY, "interval": "once"})).status_code == 303
    assert not RecurringGift.objects.exists()
