"""The pages of references: a provider names people, a referee answers, those who check read it; no address anywhere."""

import pytest
from django.core import mail
from django.forms import CharField
from django.utils import timezone

from kernel.vault.index import blind_email
from kernel.vault.models import NotificationAddress
from offers.models import Reference
from offers.pages.reference_forms import AnswerForm
from offers.pledges.links import MANAGE, token
from offers.pledges.references.ending import end_references
from offers.pledges.references.links import token as link_of
from tests.console import console_client
from tests.factories.organisations import make_member
from tests.factories.pledges import make_pledge
from tests.factories.references import REFEREE, make_answer, make_reference
from tests.offers.pages.visitor import Visitor, read_mail

ANSWERS = {"known_for": "long", "trust": "yes", "against_children": "no"}
OTHER = "other.referee@waystation.invalid"


@pytest.fixture
def pledge(operator):
    return make_pledge(status="vetting", features=["quiet"])


@pytest.fixture
def coordinator(operator):
    return console_client(make_member(operator, "coordinator"))


def page_of(pledge):
    return f"/my-offer/{token(pledge, MANAGE)}/references/"


def asked_page(pledge, browser):
    return browser.get(f"/console/pledges/{pledge.pk}/").content.decode()


@pytest.mark.parametrize("language", ["", "ru"])
def test_a_referee_answers_by_the_link_in_the_mail_without_a_script(pledge, visitor, language):
    answer = visitor.send(page_of(pledge), email=REFEREE, language=language or "en")
    assert answer.status_code == 302
    referee = Visitor(language=language)
    path = read_mail(mail.outbox)
    assert path.startswith(f"/{language}/my-reference/" if language else "/my-reference/")
    assert mail.outbox[-1].to == [REFEREE]
    assert referee.send(path, **ANSWERS)["Location"].endswith("/my-reference/thanks/")
    assert referee.get(path).status_code == 404
    assert Reference.objects.get().speaks_for


def test_it_has_no_field_in_which_a_word_could_be_written(pledge, visitor):
    free = {name for name, field in AnswerForm.base_fields.items() if isinstance(field, CharField)}
    assert free == {"website", "opened", "proof"}  # the guard's own
    assert "<textarea" not in visitor.get(f"/my-reference/{link_of(make_reference(pledge))}/").content.decode()


def test_a_used_an_expired_and_an_unknown_link_are_answered_with_the_same_bytes(pledge, visitor):
    used, over = make_reference(pledge), make_reference(pledge, email=OTHER)
    make_answer(used)
    end_references(pledge, at=timezone.now())
    paths = [f"/my-reference/{word}/" for word in (link_of(used), link_of(over), "a" * 58)]
    answers = [visitor.get(path) for path in paths]
    assert {answer.status_code for answer in answers} == {404}
    # the address of the page stands in it, in the links to other languages
    assert len({answer.content.replace(path.encode(), b"") for answer, path in zip(answers, paths, strict=True)}) == 1
    assert {answer["Cache-Control"] for answer in answers} == {answers[0]["Cache-Control"]}
    sent = [visitor.post(path, visitor.get("/offer/"), **ANSWERS) for path in paths]
    assert {answer.status_code for answer in sent} == {404}


def test_two_clicks_are_one_answer(pledge, visitor):
    path = f"/my-reference/{link_of(make_reference(pledge))}/"
    page = visitor.get(path)
    first, second = visitor.post(path, page, **ANSWERS), visitor.post(path, page, **ANSWERS)
    assert first["Location"] == second["Location"]
    assert Reference.objects.answered().count() == 1


@pytest.mark.parametrize(
    "wrong", [{"trust": ""}, {"trust": "perhaps"}, {"known_for": "a long story"}, {"trust": "yes\0"}]
)
def test_an_answer_that_is_not_on_the_list_is_asked_again(pledge, visitor, wrong):
    path = f"/my-reference/{link_of(make_reference(pledge))}/"
    answer = visitor.send(path, **{**ANSWERS, **wrong})
    assert answer.status_code == 200
    assert not Reference.objects.answered().exists()


def test_a_provider_names_two_people_sees_their_codes_and_never_an_address_or_an_answer(pledge, visitor):
    for email in (REFEREE, OTHER):
        visitor.send(page_of(pledge), email=email, language="en")
    one, other = Reference.objects.order_by("asked_at")
    make_answer(one, trust="no")
    page = visitor.get(page_of(pledge)).content.decode()
    assert one.code in page
    assert other.code in page
    for word in (REFEREE, OTHER, "warns", "answered", "Ask this person"):
        assert word not in page
    assert visitor.get(f"/my-offer/{token(pledge, MANAGE)}/data/").json()["people_asked"][0]["code"] == one.code


def test_a_holder_of_the_link_cannot_try_whose_address_the_offers_is(pledge, visitor):
    type(pledge).objects.filter(pk=pledge.pk).update(blind_email=blind_email(REFEREE))
    own = visitor.send(page_of(pledge), email=REFEREE, language="en")
    other = visitor.send(page_of(pledge), email=OTHER, language="en")
    assert (own.status_code, own["Location"]) == (other.status_code, other["Location"])
    page = visitor.get(page_of(pledge)).content.decode()
    assert page.count("named on") == 2
    assert "address of the offer" not in page


@pytest.mark.parametrize(
    "traits", [{"status": "submitted"}, {"status": "suspended"}, {"status": "vetting", "kind": "food"}]
)
def test_nobody_is_named_where_nobody_is_asked(operator, visitor, traits):
    assert visitor.get(page_of(make_pledge(**traits))).status_code == 404


def test_those_who_check_ask_somebody_the_provider_has_named_and_never_see_the_address(pledge, coordinator):
    path = f"/console/pledges/{pledge.pk}/referee/"
    assert coordinator.post(path, {"email": "nobody", "language": "en"}).status_code == 400
    assert coordinator.post(path, {"email": REFEREE, "language": "en"}).status_code == 302
    page = asked_page(pledge, coordinator)
    assert Reference.objects.get().code in page
    assert REFEREE not in page
    assert NotificationAddress.objects.count() == 1


def test_two_who_speak_for_the_provider_suggest_the_check(pledge, coordinator):
    first = make_reference(pledge)
    make_answer(first)
    assert "Two people speak for the provider" not in asked_page(pledge, coordinator)
    make_answer(make_reference(pledge, email=OTHER))
    page = asked_page(pledge, coordinator)
    assert "Two people speak for the provider" in page
    assert "checked" in page.split('value="references"', 1)[1].split(">", 1)[0]


@pytest.mark.parametrize("said", [{"trust": "no"}, {"against_children": "yes"}])
def test_one_who_warns_is_shown_first_and_suggests_nothing(pledge, coordinator, said):
    make_answer(make_reference(pledge))
    make_answer(make_reference(pledge, email=OTHER))
    make_answer(make_reference(pledge, email="third@waystation.invalid", by="user:901"), **said)
    page = asked_page(pledge, coordinator)
    assert "Two people speak for the provider" not in page
    assert "a referee warned" in page
    assert "a referee warned" in coordinator.get("/console/pledges/").content.decode()


def test_a_stranger_or_a_silent_one_does_not_speak_for_anybody(pledge, coordinator):
    make_answer(make_reference(pledge), known_for="not")
    make_answer(make_reference(pledge, email=OTHER), trust="not_said")
    page = asked_page(pledge, coordinator)
    assert "says nothing" in page
    assert "Two people speak" not in page


@pytest.mark.parametrize("status", ["suspended", "rejected", "submitted"])
def test_nobody_is_asked_about_what_is_not_being_checked(operator, coordinator, status):
    pledge = make_pledge(status=status)
    answer = coordinator.post(f"/console/pledges/{pledge.pk}/referee/", {"email": REFEREE, "language": "en"})
    assert answer.status_code == 409
    assert not Reference.objects.exists()
