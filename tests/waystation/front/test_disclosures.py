"""The console pages of disclosure, from the request to the one reading."""

from datetime import timedelta

import pytest
import time_machine
from django.http import HttpResponse
from django.utils import timezone

from kernel.accounts.models import Member
from kernel.disclosure.models import Disclosure
from kernel.states import move
from offers.models import Match, Pledge
from offers.pledges import contact as contacts
from tests.console import console_client
from tests.factories.keys import make_staff
from tests.factories.organisations import make_member, make_operator, make_partner
from tests.factories.pledges import make_contact
from tests.guard import StrictClient
from tests.offers.disclosing.scene import (
    CANARY,
    Scene,
    approved,
    asked,
    one_organisation,
    sealed_pledge,
    two_organisations,
)

pytestmark = pytest.mark.django_db
QUEUE = "/console/disclosures/"


@pytest.fixture
def scene(db: None) -> Scene:
    return one_organisation()


def page(disclosure: Disclosure) -> str:
    return f"{QUEUE}{disclosure.pk}/"


def text(answer: HttpResponse) -> str:
    return answer.content.decode()


def approve(browser: StrictClient, disclosure: Disclosure) -> str:
    """Press the button of the page that was read; return what the next page says."""
    seen = browser.get(page(disclosure)).context["seen"]
    return text(browser.post(f"{page(disclosure)}give/", {"seen": seen}, follow=True))


def test_it_goes_from_the_match_through_the_queue_to_the_contact(scene: Scene) -> None:
    mine, second = scene.asker.browser(), scene.keys.approver.browser()
    match = f"/console/matches/{scene.match.pk}/"
    assert "Ask for the contact" in text(mine.get(match))
    assert "Ask for the contact" not in text(second.get(match))
    said = text(mine.post(f"{match}ask/", {"purpose": "confirmed_match"}, follow=True))
    assert "Asked. A second person approves it" in said
    disclosure = Disclosure.objects.get()
    assert "Your request for the contact" in text(mine.get(match))
    queue = text(second.get(QUEUE))
    assert "decide, as a second person" in queue
    assert scene.asker.member.user.email in queue
    shown = text(second.get(page(disclosure)))
    for word in (scene.asker.member.user.email, scene.pledge.pk, scene.match.pk, "name, e-mail address", "Approve"):
        assert word in shown
    assert CANARY not in shown
    assert "Approved. Whoever asked" in approve(second, disclosure)
    assert "Read it now" in text(mine.get(page(disclosure)))
    contact = mine.post(f"{page(disclosure)}read/")
    assert contact.status_code == 200
    assert CANARY in text(contact)
    assert "+1 202 555 0101" in text(contact)
    assert "no-store" in contact.headers["Cache-Control"]
    again = mine.post(f"{page(disclosure)}read/", follow=True)
    assert "This was shown already, once." in text(again)
    assert CANARY not in text(again)
    assert Match.objects.get().status == "contact_disclosed"
    assert CANARY not in text(mine.get(page(disclosure)))


def test_a_locked_key_leads_to_the_words_and_back(scene: Scene) -> None:
    disclosure = asked(scene)
    second = console_client(scene.keys.approver.member)
    assert "Your key is locked." in text(second.get(page(disclosure)))
    seen = second.get(page(disclosure)).context["seen"]
    answer = second.post(f"{page(disclosure)}give/", {"seen": seen})
    assert answer.headers["Location"] == f"/console/vault/unlock/?next=%2Fconsole%2Fdisclosures%2F{disclosure.pk}%2F"
    assert Disclosure.objects.get().status == "asked"
    reader = console_client(scene.asker.member)
    assert "/console/vault/unlock/" in reader.post(f"{page(disclosure)}read/").headers["Location"]


def test_a_get_reads_nothing(scene: Scene) -> None:
    disclosure, mine = approved(scene), scene.asker.browser()
    for deed in ("read", "give", "decline", "take-back"):
        assert mine.get(f"{page(disclosure)}{deed}/").status_code == 405
    assert Disclosure.objects.get().status == "approved"


@pytest.mark.parametrize("who", ["stranger", "colleague", "operator_finance"])
def test_it_does_not_exist_for_anyone_else(scene: Scene, who: str) -> None:
    disclosure = approved(scene)
    browser = {
        "stranger": lambda: make_staff(make_partner()).caseworkers[0].browser(),
        "colleague": lambda: scene.ours.caseworkers[1].browser(),
        "operator_finance": lambda: console_client(make_member(role="finance")),
    }[who]()
    gone = 403 if who == "operator_finance" else 404
    assert browser.get(page(disclosure)).status_code == gone
    for deed in ("read", "give", "decline", "take-back"):
        assert browser.post(f"{page(disclosure)}{deed}/", {"seen": "x"}).status_code == gone
    assert Disclosure.objects.get().status == "approved"


def test_the_one_who_asked_is_not_offered_the_approval_and_cannot_post_it(scene: Scene) -> None:
    disclosure, mine = asked(scene), scene.asker.browser()
    assert "Approve" not in text(mine.get(page(disclosure)))
    assert "you asked for this yourself" in approve(mine, disclosure)
    assert "A second person has to approve this first." in text(mine.post(f"{page(disclosure)}read/", follow=True))


def test_an_approver_cannot_read(scene: Scene) -> None:
    disclosure = approved(scene)
    assert scene.keys.approver.browser().post(f"{page(disclosure)}read/").status_code == 403


def test_the_quarter_of_an_hour_ends_on_the_page_too(scene: Scene) -> None:
    begun = timezone.now()
    with time_machine.travel(begun, tick=False) as clock:
        disclosure = approved(scene)
        clock.shift(timedelta(minutes=15))
        mine = scene.asker.browser()
        assert "Read it now" not in text(mine.get(page(disclosure)))
        assert "The time for this is over" in text(mine.post(f"{page(disclosure)}read/", follow=True))


def test_a_suspension_in_between_shows_nothing(scene: Scene) -> None:
    disclosure = approved(scene)
    Pledge.objects.update(status="suspended")
    said = text(scene.asker.browser().post(f"{page(disclosure)}read/", follow=True))
    assert "its contact stays closed" in said
    assert CANARY not in said


def test_across_organisations_both_of_the_other_side_are_asked(db: None) -> None:
    scene = two_organisations()
    disclosure = asked(scene)
    first, second = scene.keys.caseworkers[0].browser(), scene.keys.coordinator.browser()
    for browser in (first, second):
        assert "decide, as a second person" in text(browser.get(QUEUE))
        approve(browser, disclosure)
        assert "Approve" not in text(browser.get(page(disclosure)))
    assert disclosure.pk[:11] not in text(scene.ours.approver.browser().get(QUEUE))
    assert CANARY in text(scene.asker.browser().post(f"{page(disclosure)}read/"))


def test_the_one_who_asks_is_not_told_whose_offer_it_is(db: None) -> None:
    scene = two_organisations()
    disclosure = asked(scene)
    giver = scene.keys.caseworkers[0]
    approve(giver.browser(), disclosure)
    shown = text(scene.asker.browser().get(page(disclosure)))
    for word in (scene.keys.organisation.name, giver.member.user.email, f">{giver.member.user.actor}<"):
        assert word not in shown
    assert "another organisation" in shown
    assert "other_side" in shown
    inside = text(giver.browser().get(page(disclosure)))
    for word in (scene.keys.organisation.name, scene.ours.organisation.name, scene.asker.member.user.email):
        assert word in inside


def test_a_caseworker_of_the_operator_asks_for_a_check(db: None) -> None:
    staff = make_staff(make_operator())
    pledge = sealed_pledge(staff.organisation, status="vetting")
    browser = staff.caseworkers[0].browser()
    assert pledge.pk[:11] in text(browser.get("/console/contacts/"))
    browser.post(f"/console/pledges/{pledge.pk}/ask/", {"step": "home_visit"})
    assert Disclosure.objects.get().object_id == f"{pledge.pk}:home_visit"
    for step in ("", "curiosity", "licence"):
        assert browser.post(f"/console/pledges/{pledge.pk}/ask/", {"step": step}).status_code == 404
    assert browser.post("/console/pledges/pl_nowhere/ask/", {"step": "identity"}).status_code == 404


def test_a_partners_caseworker_sees_no_checks_and_asks_for_incidents_with_own_offers(db: None) -> None:
    scene = two_organisations()
    theirs, ours = scene.keys.caseworkers[0].browser(), scene.ours.caseworkers[0].browser()
    assert scene.match.pk[:11] not in text(theirs.get("/console/contacts/"))  # they cannot have met
    move(scene.match, to="contact_disclosed", by="user:1", at=timezone.now())
    assert "For a check" not in text(ours.get("/console/contacts/"))
    assert scene.match.pk[:11] not in text(ours.get("/console/contacts/"))
    assert scene.match.pk[:11] in text(theirs.get("/console/contacts/"))
    ask = f"/console/matches/{scene.match.pk}/ask/"
    assert ours.post(ask, {"purpose": "safety_incident"}).status_code == 404
    for purpose in ("", "curiosity", "vetting_step"):
        assert theirs.post(ask, {"purpose": purpose}).status_code == 404
    theirs.post(ask, {"purpose": "safety_incident"})
    assert Disclosure.objects.get().purpose == "safety_incident"


def test_the_approvers_see_who_asks_for_very_many(scene: Scene) -> None:
    disclosure = asked(scene)
    values = {f.name: getattr(disclosure, f.name) for f in Disclosure._meta.fields if f.name not in ("id", "status")}
    Disclosure.objects.bulk_create(Disclosure(**values, status="declined") for _ in range(10))
    notice = "Somebody asks for very many contacts"
    assert notice in text(scene.keys.approver.browser().get(QUEUE))
    assert notice not in text(scene.asker.browser().get(QUEUE))
    assert notice not in text(make_staff(make_partner()).approver.browser().get(QUEUE))


def test_it_speaks_russian(scene: Scene) -> None:
    disclosure = approved(scene)
    mine = scene.asker.browser()
    assert "Прочитать сейчас" in text(mine.get(f"/ru{page(disclosure)}"))
    assert "Это показывается один раз" in text(mine.post(f"/ru{page(disclosure)}read/"))


def test_it_can_be_declined_and_taken_back(scene: Scene) -> None:
    disclosure, mine = asked(scene), scene.asker.browser()
    assert "Declined." in text(scene.keys.approver.browser().post(f"{page(disclosure)}decline/", follow=True))
    second = asked(scene)
    assert "Taken back." in text(mine.post(f"{page(second)}take-back/", follow=True))


def test_what_a_provider_wrote_is_shown_as_text(scene: Scene) -> None:
    wicked = "<script>alert(1)</script>{{ settings.SECRET_KEY }}"
    contacts.keep(scene.pledge, make_contact(note=wicked), mails=False, at=timezone.now())
    said = text(scene.asker.browser().post(f"{page(approved(scene))}read/"))
    assert "&lt;script&gt;alert(1)&lt;/script&gt;{{ settings.SECRET_KEY }}" in said


def test_a_member_whose_role_changed_is_turned_away(scene: Scene) -> None:
    disclosure, mine = approved(scene), scene.asker.browser()
    Member.objects.filter(pk=scene.asker.member.pk).update(role="coordinator")
    assert mine.post(f"{page(disclosure)}read/").status_code == 403
