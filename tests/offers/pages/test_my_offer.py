"""The private page: whoever holds the link sees what is kept, changes it, stops it, takes it back."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kernel.outbox.models import OutboxRow
from kernel.vault import addresses
from kernel.vault.index import blind_email
from offers.matching.deeds import propose
from offers.models import HeldOffer, Match, Pledge
from offers.pledges.links import MANAGE, token
from offers.pledges.moderation.asking import MOST_A_DAY
from offers.pledges.reminding import MOST_OFFERS, mail_links
from tests.factories.needs import make_need
from tests.factories.pledges import days_ahead, make_pledge
from tests.offers.pages.visitor import CONTACT, deliver, read_mail


def page_of(pledge: Pledge) -> str:
    return f"/my-offer/{token(pledge, MANAGE)}/"


def press(visitor, pledge, deed):
    path = page_of(pledge)
    return visitor.post(f"{path}{deed}/", visitor.get(path))


def test_it_is_reached_by_the_link_that_is_mailed_after_confirmation(visitor):
    visitor.offer()
    visitor.send(read_mail(mail.outbox))
    page = visitor.get(read_mail(mail.outbox)).content.decode()
    assert "Berlin" in page
    for value in CONTACT.values():
        assert value not in page


def test_it_changes_days_and_number_at_once(visitor, operator):
    pledge = make_pledge()
    (days,) = days_ahead(3, 40)
    answer = visitor.send(
        f"{page_of(pledge)}change/",
        units_total=4,
        available_from=days["from"].isoformat(),
        available_until=days["until"].isoformat(),
    )
    assert answer.status_code == 302
    pledge.refresh_from_db()
    assert (pledge.status, pledge.units_total, pledge.available_until) == ("active", 4, days["until"])


def test_it_pauses_resumes_and_withdraws(visitor, operator):
    pledge = make_pledge()
    press(visitor, pledge, "pause")
    pledge.refresh_from_db()
    assert pledge.status == "paused"
    press(visitor, pledge, "resume")
    pledge.refresh_from_db()
    assert pledge.status == "active"
    assert press(visitor, pledge, "withdraw")["Location"] == "/my-offer/ended/"
    pledge.refresh_from_db()
    assert pledge.status == "withdrawn"


@pytest.mark.parametrize("deed", ["pause", "resume"])
def test_it_does_once_what_is_asked_for_twice(visitor, operator, deed):
    pledge = make_pledge(status="active" if deed == "pause" else "paused")
    answers = [press(visitor, pledge, deed).status_code for _ in range(2)]
    assert answers == [302, 302]
    assert pledge.history.count() == 1


@pytest.mark.parametrize("status", ["vetting", "suspended", "email_confirmed"])
@pytest.mark.parametrize("deed", ["pause", "resume"])
def test_it_cannot_be_taken_past_vetting(visitor, operator, status, deed):
    pledge = make_pledge(status=status)
    assert press(visitor, pledge, deed).status_code == 409
    pledge.refresh_from_db()
    assert pledge.status == status


def test_its_link_ends_with_withdrawal(visitor, operator):
    pledge = make_pledge()
    addresses.keep(pledge.pk, "helper@waystation.invalid", "en")
    path = page_of(pledge)
    page = visitor.get(path)
    visitor.post(f"{path}withdraw/", page)
    assert visitor.get(path).status_code == 404
    assert visitor.post(f"{path}resume/", page).status_code == 404
    assert visitor.get(f"{path}change/").status_code == 404
    assert visitor.post(f"{path}withdraw/", page)["Location"] == "/my-offer/ended/"  # the second of two clicks
    assert addresses.find(pledge.pk) is None


def test_it_frees_what_was_promised(visitor, operator):
    pledge, need, at = make_pledge(), make_need(operator), timezone.now()
    propose(need_id=need.pk, pledge_id=pledge.pk, organisation=operator, by="user:1", at=at)
    press(visitor, pledge, "withdraw")
    assert Match.objects.get().status == "canceled"
    need.refresh_from_db()
    pledge.refresh_from_db()
    assert (need.status, pledge.status, pledge.units_held) == ("open", "withdrawn", 0)


@pytest.mark.parametrize("status", ["draft", "submitted"])
def test_it_opens_for_no_address_that_is_not_proven(visitor, operator, status):
    assert visitor.get(page_of(make_pledge(status=status))).status_code == 404


@pytest.mark.parametrize("word", ["a" * 58, "a" * 57, "../admin", "%00" * 20])
def test_it_opens_for_no_made_up_link(visitor, operator, word):
    assert visitor.get(f"/my-offer/{word}/").status_code == 404


def test_it_knows_no_other_deed(visitor, operator):
    pledge = make_pledge()
    assert press(visitor, pledge, "activate").status_code == 404


def test_a_lost_link_is_mailed_again_and_the_answer_tells_nothing(visitor):
    visitor.offer()
    visitor.send(read_mail(mail.outbox))
    deliver()
    OutboxRow.objects.update(created_at=timezone.now() - timedelta(hours=2))
    answers = [
        visitor.send("/my-offer/", email=email) for email in (CONTACT["email"].upper(), "stranger@waystation.invalid")
    ]
    assert answers[0].content == answers[1].content
    assert read_mail(mail.outbox) == page_of(Pledge.objects.get())
    assert OutboxRow.objects.filter(kind="offers.manage_link").count() == 2


def test_a_lost_link_is_mailed_once_an_hour_at_most(visitor):
    visitor.offer()
    for _ in range(3):
        visitor.send("/my-offer/", email=CONTACT["email"])
    deliver()
    assert OutboxRow.objects.filter(kind="offers.confirm_email").count() == 1


def test_the_request_does_the_same_work_for_every_address(visitor):
    visitor.offer()
    visitor.send(read_mail(mail.outbox))
    work, answers = [], []
    for email in (CONTACT["email"], "stranger@waystation.invalid"):
        page = visitor.get("/my-offer/")
        with CaptureQueriesContext(connection) as done:
            answers.append(visitor.post("/my-offer/", page, email=email))
        work.append([re.sub(r"'[^']*'|\d+", "?", query["sql"]) for query in done])
    assert work[0] == work[1]
    assert answers[0].content == answers[1].content
    own = {"Request-Id": "", "Expires": ""}  # the name of the request, and the second it was answered in
    assert {**answers[0].headers, **own} == {**answers[1].headers, **own}


def test_nobody_fills_a_mailbox_through_us(visitor, operator):
    for _ in range(9):
        visitor.offer()
    deliver()
    for _ in range(5):
        visitor.send("/my-offer/", email=CONTACT["email"])
        OutboxRow.objects.update(created_at=timezone.now() - timedelta(hours=2))
        deliver()
    assert len(mail.outbox) == MOST_A_DAY
    assert HeldOffer.objects.filter(many_to_one_address=True).count() == 9 - MOST_A_DAY


def test_the_owners_links_come_before_what_others_sent_in_their_name(visitor, operator):
    mine = make_pledge(blind_email=blind_email("helper@waystation.invalid"))
    for _ in range(MOST_OFFERS + 1):
        make_pledge(status="submitted", blind_email=blind_email("helper@waystation.invalid"))
    addresses.keep(mine.pk, "helper@waystation.invalid", "en")
    mail_links(email="helper@waystation.invalid", at=timezone.now())
    assert OutboxRow.objects.filter(kind="offers.manage_link", object_id=mine.pk).exists()


def test_nothing_is_mailed_for_what_was_taken_back(visitor, operator):
    visitor.offer()
    visitor.send(read_mail(mail.outbox))
    read_mail(mail.outbox)
    sent = len(mail.outbox)
    press(visitor, Pledge.objects.get(), "withdraw")
    visitor.send("/my-offer/", email=CONTACT["email"])
    deliver()
    assert not OutboxRow.objects.exclude(state="done").exists()
    assert len(mail.outbox) == sent


def test_it_is_kept_by_no_cache_and_no_index(visitor, operator):
    answer = visitor.get(page_of(make_pledge()))
    assert "no-store" in answer["Cache-Control"]
    assert "noindex" in answer["X-Robots-Tag"]


def test_only_the_link_that_withdrew_it_learns_that_it_is_withdrawn(visitor, operator):
    pledge = make_pledge()
    path, page = page_of(pledge), visitor.get(page_of(pledge))
    visitor.post(f"{path}withdraw/", page)
    forged = f"{path[:-5]}aaaa/"
    assert visitor.post(f"{forged}withdraw/", page).status_code == 404
