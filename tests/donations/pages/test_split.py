"""Sharing a gift among several funds on the page, without a script."""

import pytest

from donations.models import Donation
from donations.pages.split_form import share_name
from tests.donations.pages.asking import press
from tests.factories.donations import make_fund, make_paid
from tests.open_forms import stamped


def send(client, **words):
    return client.post("/give/", stamped("give", {"amount": "25", "currency": "EUR", **words}))


@pytest.mark.django_db(transaction=True)
def test_it_is_shared_in_equal_parts_or_as_asked_and_to_the_cent(given, client):
    one, two, three = make_fund(), make_fund(), make_fund()
    equal = given(fund=one.slug, also=[two.slug, three.slug, one.slug])
    assert [(part.fund, part.share, part.minor) for part in equal.allocations.all()] == [
        (one, 1, 834), (two, 1, 833), (three, 1, 833)]  # fmt: skip
    asked = given(fund=two.pk, also=[three.slug], **{share_name(two): "3", share_name(three): "1"})
    assert [(part.fund, part.share, part.minor) for part in asked.allocations.all()] == [
        (two, 3, 1875),
        (three, 1, 625),
    ]
    assert given(fund=one.slug).allocations.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_page_sent_twice_with_another_split_is_another_gift(client, settings):
    settings.STRIPE_API_BASE = "http://127.0.0.1:1"
    one, two = make_fund(), make_fund()
    sent = stamped("give", {"amount": "25", "currency": "EUR", "fund": one.slug, "also": [two.slug]})
    assert [client.post("/give/", sent).status_code for _ in range(2)] == [503] * 2
    assert "sent already" in client.post("/give/", {**sent, "also": []}).content.decode()
    assert Donation.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("shares", "wrong"),
    [(("2", "", ""), "two"), (("1", "1", "1"), "three"), (("0", "1", ""), "one"), (("1", "1001", ""), "two"),
     (("1", "half", ""), "two"), (("1", "-1", ""), "two")],
)  # fmt: skip
def test_it_says_beside_the_part_what_to_mend(client, shares, wrong):
    funds = dict(zip(("one", "two", "three"), (make_fund(), make_fund(), make_fund()), strict=True))
    words = {share_name(fund): share for fund, share in zip(funds.values(), shares, strict=True)}
    answer = send(client, fund=funds["one"].slug, also=[funds["two"].slug], **words)
    assert answer.status_code == 422
    assert share_name(funds[wrong]) in answer.context["form"].errors
    assert "<details open>" in answer.content.decode()
    assert Donation.objects.count() == 0


@pytest.mark.django_db
def test_it_refuses_what_is_no_fund_and_more_than_ten(client):
    funds = [make_fund() for _ in range(11)]
    for also in (["nothing"], [make_fund(is_open=False).slug], [fund.slug for fund in funds[1:]]):
        assert "also" in send(client, fund=funds[0].slug, also=also).context["form"].errors
    assert Donation.objects.count() == 0


@pytest.mark.django_db
def test_with_one_fund_there_is_nothing_to_share_and_another_currency_keeps_what_was_ticked(client):
    one = make_fund()
    assert 'name="also"' not in client.get(f"/give/{one.slug}/").content.decode()
    two = make_fund()
    words = {"fund": one.slug, "currency": "JPY", "show": "1", "also": [two.slug], share_name(two): "3"}
    html = client.post("/give/", words).content.decode()
    assert 'value="3"' in html
    assert html.count(" checked") == 2


@pytest.mark.django_db
def test_the_thanks_say_that_it_is_shared_and_name_no_fund_or_amount(client):
    gift = make_paid(split=[(make_fund(name="Zzyzx Rooms"), 2), (make_fund(name="Zzyzx Rides"), 1)])
    html = client.get("/thanks/", {"donation": gift.pk}).content.decode()
    assert "2 causes" in html
    assert "Zzyzx" not in html
    assert press(client, gift)["Location"] == f"/thanks/?donation={gift.pk}"
