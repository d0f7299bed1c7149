"""Offers that look wrong are held for somebody to look at: kept or discarded, one or all at once."""

from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from kernel.audit.models import AuditEntry
from kernel.vault import addresses
from kernel.vault.index import blind_email
from offers.matching.erasing.pledges import erase_pledge
from offers.matching.exporting import export_pledge
from offers.models import AddressAsked, HeldOffer, Pledge
from offers.pledges.links import CONFIRM, MANAGE, token
from offers.pledges.moderation.asking import A_DAY, MOST_A_DAY
from offers.pledges.moderation.deciding import carry_out
from tests.console import console_client
from tests.factories.organisations import make_member, make_partner
from tests.factories.pledges import make_pledge
from tests.offers.pages.visitor import CONTACT, Visitor, deliver, read_mail

PAGE = "/console/moderation/"


@pytest.fixture
def coordinator(operator):
    return console_client(make_member(operator, "coordinator"))


def make_held(number=1, *, reason="many_from_one_place", email="helper{}@waystation.invalid", days=0, **traits):
    """Hold that many submitted offers, each from an address of its own."""
    at = timezone.now() - timedelta(days=days)
    held = []
    for one in range(number):
        address = email.format(one)
        pledge = make_pledge(status="submitted", blind_email=blind_email(address), screened_at=at, **traits)
        addresses.keep(pledge.pk, address, "en")
        held.append(HeldOffer.objects.create(pledge=pledge, held_at=at, **{reason: True}))
    return held


def statuses():
    return sorted(Pledge.objects.values_list("status", flat=True))


def keep(browser, *held, **fields):
    return browser.post(f"{PAGE}keep/", {"offer": [one.pledge_id for one in held], **fields})


def discard(browser, *held, **fields):
    return browser.post(f"{PAGE}discard/", {"offer": [one.pledge_id for one in held], "why": "spam", **fields})


def test_what_a_browser_filled_in_by_itself_is_held_and_not_mailed(visitor, coordinator):
    visitor.offer(website="A. Helper")
    deliver()
    (held,) = HeldOffer.objects.all()
    assert [reason.value for reason in held.reasons] == ["trap"]
    assert mail.outbox == []
    page = coordinator.get(PAGE).content.decode()
    assert "a field that nobody sees was filled in" in page
    keep(coordinator, held)
    visitor.send(read_mail(mail.outbox))
    assert statuses() == ["vetting"]


def test_more_than_is_usual_from_one_place_is_held_and_thanked_alike(visitor, operator, settings):
    settings.FORM_LIMITS = {**settings.FORM_LIMITS, "contact": (2, "4/day")}
    for number in range(4):
        visitor.offer(email=f"helper{number}@waystation.invalid")
    draft = visitor.fill()
    refused = visitor.send(f"{draft}contact/", **CONTACT)
    assert refused.status_code == 429
    assert CONTACT["note"] in refused.content.decode()
    deliver()
    assert len(mail.outbox) == 2
    assert HeldOffer.objects.filter(many_from_one_place=True).count() == 2
    assert statuses() == ["draft", *["submitted"] * 4]


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        ("active", "same_address"),
        ("vetting", "same_address"),
        ("rejected", "turned_away"),
        ("suspended", "turned_away"),
    ],
)
def test_what_an_address_did_before_is_a_reason(visitor, status, reason):
    make_pledge(status=status, blind_email=blind_email(CONTACT["email"]))
    visitor.offer()
    deliver()
    assert [found.value for found in HeldOffer.objects.get().reasons] == [reason]
    assert mail.outbox == []


@pytest.mark.parametrize(("status", "kind"), [("submitted", "housing"), ("withdrawn", "housing"), ("active", "legal")])
def test_somebody_who_tries_again_or_offers_more_is_not_held(visitor, status, kind):
    make_pledge(status=status, kind=kind, blind_email=blind_email(CONTACT["email"]))
    visitor.offer()
    deliver()
    assert not HeldOffer.objects.exists()
    assert len(mail.outbox) == 1


def test_a_hundred_helpers_in_an_hour_are_no_attack(operator):
    for number in range(12):
        visitor = Visitor()
        visitor.client.defaults["REMOTE_ADDR"] = f"192.0.2.{number}"
        visitor.offer(email=f"helper{number}@waystation.invalid")
    deliver()
    assert not HeldOffer.objects.exists()
    assert len(mail.outbox) == 12


def test_it_keeps_and_discards_what_was_ticked(coordinator):
    one, two, three = make_held(3)
    keep(coordinator, one)
    discard(coordinator, two)
    deliver()
    assert [message.to for message in mail.outbox] == [["helper0@waystation.invalid"]]
    assert statuses() == ["rejected", "submitted", "submitted"]
    assert addresses.find(two.pledge_id) is None
    assert HeldOffer.objects.waiting().get() == three
    assert AuditEntry.objects.filter(action="pledge.kept", object_id=one.pledge_id).count() == 1
    assert AuditEntry.objects.filter(action="pledge.discarded", object_id=two.pledge_id, reason="spam").count() == 1


def test_a_discarded_offer_has_no_links(visitor, coordinator):
    (held,) = make_held()
    links = [f"/offer/confirm/{token(held.pledge, CONFIRM)}/", f"/my-offer/{token(held.pledge, MANAGE)}/"]
    discard(coordinator, held)
    deliver()
    assert [visitor.get(link).status_code for link in links] == [404, 404]


def test_it_decides_about_all_that_match_whatever_their_number(coordinator, django_assert_max_num_queries):
    make_held(7, reason="trap")
    make_held(150, kind="legal")
    with django_assert_max_num_queries(25):
        keep(coordinator, everything="1", reason="many_from_one_place")
    assert HeldOffer.objects.waiting().count() == 7
    deliver()
    assert HeldOffer.objects.decided().count() == 0
    discard(coordinator, everything="1", kind="housing")
    deliver()
    assert statuses() == [*["rejected"] * 7, *["submitted"] * 150]


def test_nobody_decides_twice(coordinator, operator):
    (held,) = make_held()
    discard(coordinator, held)
    keep(coordinator, held)
    keep(console_client(make_member(operator, "approver")), held)
    deliver()
    held.refresh_from_db()
    assert (held.decision, statuses()) == ("discard", ["rejected"])


def test_it_is_carried_out_once_however_often_the_worker_runs(coordinator):
    keep(coordinator, *make_held(2))
    for _ in range(3):
        carry_out()
    deliver()
    assert len(mail.outbox) == 2


def test_what_is_kept_for_one_address_is_asked_over_days(coordinator):
    make_held(MOST_A_DAY + 2, email="helper@waystation.invalid")
    keep(coordinator, everything="1")
    deliver()
    assert len(mail.outbox) == MOST_A_DAY
    with time_machine.travel(timezone.now() + A_DAY + timedelta(minutes=2)):
        carry_out()
        deliver()
    assert len(mail.outbox) == MOST_A_DAY + 2


def test_what_was_taken_back_meanwhile_stays_so(coordinator):
    (held,) = make_held()
    Pledge.objects.update(status="withdrawn")
    keep(coordinator, held)
    deliver()
    assert (statuses(), mail.outbox) == (["withdrawn"], [])


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("keep/", {}),
        ("keep/", {"offer": ["pl_nothing", "pl_\0"]}),
        ("keep/", {"everything": "1", "reason": "no_reason"}),
        ("discard/", {"everything": "1", "why": "because"}),
        ("discard/", {"everything": "1"}),
        ("discard/", {"why": "spam"}),
        ("keep/", {"everything": "1", "country": "X\0"}),
    ],
)
def test_it_does_nothing_that_is_not_clear(coordinator, path, fields):
    make_held(2)
    assert coordinator.post(f"{PAGE}{path}", fields).status_code == 302
    assert HeldOffer.objects.waiting().count() == 2


def test_it_asks_as_much_of_the_database_for_many_as_for_few(coordinator, django_assert_max_num_queries):
    make_held(60)
    with django_assert_max_num_queries(12):
        page = coordinator.get(PAGE).content.decode()
    assert page.count('name="offer"') == 60


def test_it_shows_the_longest_waiting_first_with_its_age_and_what_else_came_from_its_address(coordinator):
    (new,) = make_held()
    (old,) = make_held(email="twice@waystation.invalid", days=9)
    make_pledge(status="vetting", blind_email=blind_email("twice@waystation.invalid"))
    page = coordinator.get(PAGE).content.decode()
    assert page.index(old.pledge_id) < page.index(new.pledge_id)
    row = page[page.index(old.pledge_id) : page.index(new.pledge_id)]
    assert 'class="number">1</td>' in row
    assert 'class="number">9</td>' in row


def test_it_shows_nothing_that_is_sealed(visitor, coordinator):
    visitor.offer(website="A. Helper")
    deliver()
    page = coordinator.get(PAGE).content.decode()
    assert not any(value in page for value in CONTACT.values())


@pytest.mark.parametrize("role", ["caseworker", "finance", "admin"])
def test_it_lets_in_only_those_who_vet(operator, role):
    browser = console_client(make_member(operator, role))
    (held,) = make_held()
    assert [browser.get(PAGE).status_code, keep(browser, held).status_code, discard(browser, held).status_code] == [
        403
    ] * 3


def test_it_is_the_operators(operator):
    browser = console_client(make_member(make_partner(), "coordinator"))
    assert browser.get(PAGE).status_code == 403
    assert keep(browser, *make_held()).status_code == 403


def test_it_is_said_in_the_vetting_queue(coordinator):
    (held,) = make_held()
    assert "held: keep or discard it" in coordinator.get("/console/pledges/?status=submitted").content.decode()
    assert coordinator.get(f"/console/pledges/{held.pledge_id}/").status_code == 200


def test_it_is_told_and_forgotten_with_the_offer(operator):
    (held,) = make_held(reason="trap")
    AddressAsked.objects.create(blind=held.pledge.blind_email, at=timezone.now())
    assert export_pledge(held.pledge)["held_for_review"] == ["trap"]
    erase_pledge(pledge=held.pledge, by="system", at=timezone.now(), why="asked")
    assert not HeldOffer.objects.exists()
    assert not AddressAsked.objects.exists()
