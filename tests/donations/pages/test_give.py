"""The form of /give/, without a script."""

import pytest
import requests

from donations.giving.amounts import CURRENCIES
from donations.models import Donation
from kernel.money import Money
from tests.factories.donations import make_donation, make_fund, make_paid
from tests.guard import StrictClient
from tests.open_forms import stamped

pytestmark = pytest.mark.django_db


def errors(answer):
    return answer.context["form"].errors


@pytest.mark.parametrize("address", ["/give/", "/ru/give/"])
def test_it_shows_open_funds_and_sets_no_cookie_but_the_forms(client, address):
    make_fund(name="Rooms")
    make_fund(name="Closed fund", is_open=False)
    answer = client.get(address)
    html = answer.content.decode()
    assert answer.status_code == 200
    assert "Rooms" in html
    assert "Closed fund" not in html
    assert html.count("<script") == html.count("guard/work.js") == 1
    assert set(answer.cookies) == {"csrftoken"}
    assert "no-store" in answer["Cache-Control"]


def test_it_says_so_when_no_fund_is_open(client):
    assert "no gifts at the moment" in client.get("/give/").content.decode()


def test_it_is_a_404_for_a_closed_or_unknown_fund(client):
    fund = make_fund(is_open=False)
    assert client.get(f"/give/{fund.slug}/").status_code == 404
    assert client.get("/give/nothing-like-it/").status_code == 404


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ({"amount": "1", "currency": "EUR"}, "amount"),
        ({"amount": "99999999", "currency": "EUR"}, "amount"),
        ({"amount": "25.505", "currency": "EUR"}, "amount"),
        ({"amount": "2.5", "currency": "JPY"}, "amount"),
        ({"amount": "-25", "currency": "EUR"}, "amount"),
        ({"amount": "1e3", "currency": "EUR"}, "amount"),
        ({"amount": "lots", "currency": "EUR"}, "amount"),
        ({"amount": "1.235", "currency": "KWD"}, "amount"),
        ({"amount": "", "currency": "EUR"}, "preset"),
        ({"amount": "25", "currency": "CZK"}, "currency"),
        ({"amount": "25", "currency": ""}, "currency"),
        ({"preset": "EUR:2500", "currency": "USD"}, "preset"),
        ({"preset": "EUR:1", "currency": "EUR"}, "preset"),
        ({"amount": "25", "currency": "EUR", "fund": "nothing"}, "fund"),
    ],
)
@pytest.mark.parametrize("language", ["", "/ru"])
def test_it_says_beside_the_field_what_to_mend_and_writes_nothing(client, words, field, language):
    fund = make_fund()
    make_fund()
    answer = client.post(f"{language}/give/", stamped("give", {"fund": fund.slug, **words}))
    assert answer.status_code == 422
    assert field in errors(answer)
    assert Donation.objects.count() == 0


def test_a_machine_that_fills_the_trap_is_thanked_and_nothing_is_written(client):
    fund = make_fund()
    words = {"fund": fund.slug, "amount": "25", "currency": "EUR", "website": "https://spam.example"}
    answer = client.post("/give/", words)
    assert (answer.status_code, answer["Location"]) == (303, "/thanks/")
    assert Donation.objects.count() == 0


WORDS = {"amount": "25", "currency": "EUR"}


@pytest.mark.parametrize(
    "stamp",
    [
        dict,
        lambda: {"opened": "give.6.1700000000000.made-up:forged"},
        lambda: stamped("offer"),
        lambda: stamped("give", seconds=7 * 3600),
    ],
)
def test_it_begins_nothing_without_a_stamp_of_this_form_and_hands_out_a_new_one(client, stamp):
    fund = make_fund()
    sent = stamp()
    answer = client.post("/give/", {**WORDS, "fund": fund.slug, **sent})
    assert answer.status_code == 422
    assert answer.context["form"]["opened"].value() != sent.get("opened")
    assert Donation.objects.count() == 0


def test_it_begins_nothing_that_was_sent_too_quickly(client):
    fund = make_fund()
    assert client.post("/give/", stamped("give", {**WORDS, "fund": fund.slug}, seconds=1)).status_code == 422
    assert Donation.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_a_page_begins_one_donation_however_often_its_button_is_pressed(client, settings):
    settings.STRIPE_API_BASE = "http://127.0.0.1:1"
    fund = make_fund()
    sent = stamped("give", {**WORDS, "fund": fund.slug})
    assert [client.post("/give/", sent).status_code for _ in range(3)] == [503] * 3
    assert Donation.objects.count() == 1
    other = client.post("/give/", {**sent, "amount": "50"})
    assert "sent already" in other.content.decode()
    assert Donation.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_it_tries_no_more_cards_than_a_person_has(client, settings):
    settings.STRIPE_API_BASE = "http://127.0.0.1:1"
    settings.FORM_LIMITS = {"give": (2, "2/hour")}
    fund = make_fund()
    answers = [client.post("/give/", stamped("give", {**WORDS, "fund": fund.slug})) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [503, 503, 429]
    assert int(answers[2]["Retry-After"]) > 0
    assert 'value="25"' in answers[2].content.decode()
    assert Donation.objects.count() == 2
    worked = client.post("/give/", stamped("give", {**WORDS, "fund": fund.slug}, worked=True))
    assert worked.status_code == 503
    assert Donation.objects.count() == 3


@pytest.mark.parametrize("currency", CURRENCIES)
def test_it_draws_the_amounts_of_another_currency_and_keeps_what_was_filled_in(client, currency):
    make_fund()
    chosen = make_fund()
    words = {"fund": chosen.slug, "currency": currency, "amount": "12", "show": "1"}
    html = client.post("/give/", words).content.decode()
    assert f'value="{currency}:' in html
    assert 'value="12"' in html
    assert Donation.objects.count() == 0


def test_it_wants_the_token_of_its_own_form():
    make_fund()
    strict = StrictClient(enforce_csrf_checks=True)
    assert strict.post("/give/", {"amount": "25", "currency": "EUR"}).status_code == 403


@pytest.mark.django_db(transaction=True)
def test_it_says_that_nothing_was_charged_when_the_payment_page_cannot_be_opened(client, settings):
    settings.STRIPE_API_BASE = "http://127.0.0.1:1"
    fund = make_fund()
    answer = client.post("/give/", stamped("give", {"fund": fund.slug, "amount": "25", "currency": "EUR"}))
    assert answer.status_code == 503
    assert "Nothing was charged" in answer.content.decode()
    donation = Donation.objects.get()
    assert (donation.status, donation.lease_until, donation.checkout_session) == ("pending", None, None)


@pytest.mark.django_db(transaction=True)
def test_it_leads_to_the_payment_page_with_what_was_asked(given, client):
    one = make_fund(presets={"EUR": [1500, 3000]})
    donation = given(fund=one.pk, amount="25,50", cover_fee="on")
    assert donation.amount == Money(2550, "EUR")
    assert donation.total > donation.amount
    assert donation.organisation is None
    assert donation.anonymous
    page = requests.get(donation.checkout_url, timeout=10).text
    assert donation.total.decimal_text() in page
    assert one.name not in page
    by_preset = given(fund=one.slug, amount="", preset="EUR:3000")
    assert by_preset.total == Money(3000, "EUR")


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (lambda: make_paid().pk, "has arrived"),
        (lambda: make_donation().pk, "waiting for the confirmation"),
        (lambda: "dn_" + "a" * 26, "Thank you for being here"),
        (lambda: "' OR 1=1 --\x00", "Thank you for being here"),
        (lambda: "", "Thank you for being here"),
    ],
)
def test_the_thanks_tell_no_amount_no_fund_and_set_no_cookie_but_the_forms(client, made, words):
    answer = client.get("/thanks/", {"donation": made()})
    html = answer.content.decode()
    assert words in html
    assert "€" not in html
    assert "Fund" not in html
    assert set(answer.cookies) == ({"csrftoken"} if "<form" in html else set())
    assert "no-store" in answer["Cache-Control"]
