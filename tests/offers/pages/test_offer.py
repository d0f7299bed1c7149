"""The public form: from the first page to an offer in vetting, without a script, an account or a cookie of ours."""

import pytest
from django.core import mail

from kernel.outbox.models import OutboxRow
from kernel.vault.models import GroupKey, SealedRecord
from offers.kinds.vocabulary import Kind
from offers.models import Pledge
from offers.pledges.links import CONFIRM, DRAFT, token
from tests.factories.pledges import days_ahead
from tests.offers.pages.visitor import CONTACT, Visitor, read_mail


def the_pledge() -> Pledge:
    return Pledge.objects.get()


def test_it_goes_from_the_first_page_to_vetting(visitor, operator):
    visitor.offer()
    pledge = the_pledge()
    assert (pledge.status, pledge.organisation) == ("submitted", operator)
    assert (pledge.country, pledge.region, pledge.city) == ("DE", "DE-BE", 2950159)
    assert (pledge.units_total, pledge.max_party, pledge.notice_days) == (2, 3, 2)
    assert (pledge.languages, pledge.features) == (["en", "ru"], ["lgbtq_affirming", "quiet"])
    assert visitor.send(read_mail(mail.outbox)).status_code == 200
    assert the_pledge().status == "vetting"


def test_it_shows_a_card_for_every_kind(visitor):
    page = visitor.get("/offer/").content.decode()
    assert all(f'value="{kind}"' in page for kind in Kind.values)


@pytest.mark.parametrize("kind", Kind.values)
def test_it_takes_every_kind(visitor, kind):
    visitor.offer(kind)
    assert (the_pledge().kind, the_pledge().status) == (kind, "submitted")


def test_it_speaks_russian(operator):
    visitor = Visitor(language="ru")
    visitor.offer()
    assert the_pledge().language == "ru"
    assert read_mail(mail.outbox).startswith("/ru/offer/confirm/")


def test_it_sets_no_cookie_but_csrf(visitor):
    visitor.offer()
    assert set(visitor.client.cookies) == {"csrftoken"}


@pytest.mark.parametrize("step", ["kind", "details", "place", "languages", "review", "contact"])
def test_each_page_is_light_and_tells_the_way_back(visitor, step):
    draft = visitor.fill()
    page = visitor.get(f"{draft}{step}/")
    assert f"http://testserver{draft}" in page.content.decode()
    assert len(page.content) < 30_000
    assert page["Cache-Control"].startswith("max-age=0")


def test_it_goes_on_where_something_is_missing(visitor):
    draft = visitor.begin()
    assert visitor.get(draft)["Location"] == f"{draft}details/"
    assert visitor.get(f"{draft}review/")["Location"] == f"{draft}details/"
    assert visitor.get(f"{draft}contact/")["Location"] == draft


def test_it_comes_back_to_what_was_filled_in(visitor):
    page = Visitor().get(f"{visitor.fill()}details/").content.decode()
    assert days_ahead(5, 100)[0]["from"].isoformat() in page


def test_it_never_shows_the_contact_again(visitor):
    draft = visitor.fill()
    page = visitor.send(f"{draft}contact/", **{**CONTACT, "email": "no address"}).content.decode()
    assert CONTACT["address"] in page  # the form that was sent comes back with its error
    assert CONTACT["address"] not in visitor.get(f"{draft}contact/").content.decode()
    assert not SealedRecord.objects.exists()
    assert the_pledge().status == "draft"


def test_it_asks_which_town_is_meant(visitor):
    draft = visitor.begin()
    page = visitor.send(f"{draft}place/", country="US", city_query="Springfield")
    assert page.status_code == 200
    assert "Several towns have that name" in page.content.decode()
    answer = visitor.post(f"{draft}place/", page, country="US", city_query="Springfield", city=4409896)
    assert answer.status_code == 302
    assert the_pledge().region == "US-MO"


@pytest.mark.parametrize(
    "fields",
    [
        {"country": ""},
        {"country": "XX"},
        {"country": "DE", "city_query": "Nowhere at all"},
        {"country": "DE", "city_query": "x" * 81},
        {"country": "US", "city_query": "Springfield", "city": "2950159"},
        {"country": "D\0E", "city_query": "Ber\0lin"},
    ],
)
def test_it_refuses_a_place_that_is_none(visitor, fields):
    draft = visitor.begin()
    answer = visitor.send(f"{draft}place/", **fields)
    assert answer.status_code == 200
    assert "error-summary" in answer.content.decode()
    assert the_pledge().country == ""


@pytest.mark.parametrize(
    ("first", "last"), [("", ""), ("2027-01-02", "2027-01-02"), ("2027-02-01", "2027-01-01"), ("soon", "later")]
)
def test_it_refuses_days_that_are_none(visitor, first, last):
    draft = visitor.begin()
    details = {"units_total": 1, "provider_type": "person", "max_party": 1}
    answer = visitor.send(f"{draft}details/", **details, available_from=first, available_until=last)
    assert "error-summary" in answer.content.decode()
    assert the_pledge().available_from is None


@pytest.mark.parametrize("field", ["name", "email", "phone", "address", "note"])
def test_it_answers_a_nul_byte_with_a_field_error(visitor, field):
    draft = visitor.fill()
    answer = visitor.send(f"{draft}contact/", **{**CONTACT, field: "a\0b@waystation.invalid"})
    assert answer.status_code == 200
    assert f'id="id_{field}_error"' in answer.content.decode()
    assert the_pledge().status == "draft"


def test_it_says_that_a_contact_is_too_long_to_seal(visitor):
    draft = visitor.fill()
    answer = visitor.send(f"{draft}contact/", **{**CONTACT, "note": "🏠" * 1000, "address": "🏠" * 400})
    assert "error-summary" in answer.content.decode()
    assert the_pledge().status == "draft"


def test_it_takes_no_contact_without_keys(visitor):
    draft = visitor.fill()
    GroupKey.objects.all().delete()
    answer = visitor.send(f"{draft}contact/", **CONTACT)
    assert "error-summary" in answer.content.decode()
    assert the_pledge().status == "draft"


def test_it_answers_a_double_click_with_the_same_thanks(visitor):
    draft = visitor.fill()
    page = visitor.get(f"{draft}contact/")
    answers = [visitor.post(f"{draft}contact/", page, **CONTACT)["Location"] for _ in range(2)]
    assert answers == ["/offer/thanks/"] * 2
    assert SealedRecord.objects.count() == OutboxRow.objects.count() == 1


def test_it_shows_nothing_of_an_offer_that_was_sent(visitor):
    draft = visitor.offer()
    for step in ("", "kind/", "details/", "review/", "contact/"):
        assert visitor.get(f"{draft}{step}")["Location"] == "/offer/thanks/"


@pytest.mark.parametrize("seconds", [0, 1.5])
def test_it_refuses_what_was_sent_too_quickly(operator, seconds):
    answer = Visitor(seconds=seconds).send("/offer/", kind="housing")
    assert answer.status_code == 200
    assert not Pledge.objects.exists()


def test_it_takes_the_second_try(operator):
    visitor = Visitor(seconds=0)
    page = visitor.send("/offer/", kind="housing")
    visitor.seconds = 3
    assert visitor.post("/offer/", page, kind="housing").status_code == 302


@pytest.mark.parametrize("opened", ["", "forged", "1700000000000:forged"])
def test_it_believes_no_stamp_but_its_own_and_hands_out_a_new_one(visitor, opened):
    page = visitor.send("/offer/", kind="housing", opened=opened)
    assert page.status_code == 200
    visitor.seconds = 60
    assert visitor.post("/offer/", page, kind="housing").status_code == 302


def test_it_thanks_a_machine_and_keeps_nothing(visitor):
    assert visitor.send("/offer/", kind="housing", website="https://spam.invalid")["Location"] == "/offer/thanks/"
    assert not Pledge.objects.exists()
    draft = visitor.fill()
    answer = visitor.send(f"{draft}contact/", **CONTACT, website="https://spam.invalid")
    assert answer["Location"] == "/offer/thanks/"
    assert not SealedRecord.objects.exists()


def test_it_answers_known_and_unknown_addresses_alike(visitor):
    visitor.offer()
    first = visitor.get("/offer/thanks/").content
    visitor.offer()
    assert visitor.get("/offer/thanks/").content == first


def test_a_draft_is_thrown_away_with_its_link(visitor):
    draft = visitor.fill()
    answer = visitor.post(f"{draft}discard/", visitor.get(f"{draft}review/"))
    assert answer["Location"] == "/offer/"
    assert visitor.get(draft).status_code == 404


def test_a_program_that_opens_links_confirms_nothing(visitor):
    visitor.offer()
    link = read_mail(mail.outbox)
    assert visitor.get(link).status_code == 200
    assert the_pledge().status == "submitted"


def test_it_is_confirmed_once_however_often_the_button_is_pressed(visitor):
    visitor.offer()
    link = read_mail(mail.outbox)
    assert [visitor.send(link).status_code for _ in range(2)] == [200, 200]
    assert OutboxRow.objects.filter(kind="offers.manage_link").count() == 1


def test_one_link_does_not_open_another_page(visitor):
    draft = visitor.fill()
    word = draft.split("/")[2]
    assert visitor.get(f"/offer/confirm/{word}/").status_code == 404
    assert visitor.get(f"/my-offer/{word}/").status_code == 404
    assert visitor.get(f"/offer/{token(the_pledge(), CONFIRM)}/details/").status_code == 404


def test_a_draft_cannot_be_confirmed_into_being_sent(visitor):
    visitor.fill()
    assert visitor.send(f"/offer/confirm/{token(the_pledge(), CONFIRM)}/").status_code == 404
    assert the_pledge().status == "draft"


def test_a_link_has_nothing_personal_in_it(visitor):
    visitor.offer()
    link = read_mail(mail.outbox)
    assert link == f"/offer/confirm/{token(the_pledge(), CONFIRM)}/"
    assert token(the_pledge(), DRAFT) not in link


def test_the_mail_says_nothing_of_what_it_is_about(visitor):
    visitor.offer()
    read_mail(mail.outbox)
    text = (mail.outbox[-1].subject + mail.outbox[-1].body).lower()
    assert mail.outbox[-1].to == [CONTACT["email"]]
    for word in ("refuge", "shelter", "room", "housing", "waystation.org", "canary", "help", "lgbt"):
        assert word not in text.replace("testserver", ""), word
