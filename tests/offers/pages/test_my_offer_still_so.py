"""The page of one press: it asks in plain sight, acts on a button alone, and takes each answer once."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from kernel.vault import addresses
from offers.models import Pledge
from offers.pledges.links import MANAGE, token
from offers.pledges.pinging import ask_whether_still_so
from tests.factories.pledges import make_pledge
from tests.offers.pages.visitor import Visitor, deliver


@pytest.fixture
def asked(operator) -> Pledge:
    """A room whose host is asked today."""
    pledge = make_pledge(confirm_by=timezone.localdate() + timedelta(days=9))
    addresses.keep(pledge.pk, "helper@waystation.invalid", "en")
    ask_whether_still_so()
    return pledge


def page_of(pledge: Pledge) -> str:
    return f"/my-offer/{token(pledge, MANAGE)}/still-so/"


def days(pledge: Pledge) -> int:
    pledge.refresh_from_db()
    return (pledge.confirm_by - timezone.localdate()).days


def press(visitor, pledge, deed=""):
    path = page_of(pledge)
    page = visitor.get(path)
    return visitor.post(f"{path.removesuffix('still-so/')}{deed}/" if deed else path, page)


def test_it_is_where_the_mail_leads_and_shows_a_button_for_each_answer(visitor, asked):
    deliver()
    assert f"http://testserver{page_of(asked)}\n" in mail.outbox[-1].body
    page = visitor.get(page_of(asked)).content.decode()
    for words in ("Yes, it is still so", "Pause it for a while", "Other days or another number", "Take it back"):
        assert words in page
    assert page.count('<form method="post"') + page.count('class="confirm-bar" method="post"') == 3
    assert len(page.encode()) < 15_000


def test_it_changes_nothing_when_it_is_only_opened(visitor, asked):
    for _ in range(3):
        visitor.get(page_of(asked))
    assert (days(asked), asked.version) == (9, 1)


def test_it_takes_yes_for_an_answer(visitor, asked):
    assert press(visitor, asked)["Location"] == page_of(asked)
    assert days(asked) == 60
    page = visitor.get(page_of(asked)).content.decode()
    assert "We know that it is still so" in page
    assert "Yes, it is still so" not in page
    assert "Is it still so?" not in visitor.get(page_of(asked).removesuffix("still-so/")).content.decode()


def test_it_takes_two_presses_for_one(visitor, asked):
    page = visitor.get(page_of(asked))
    answers = [visitor.post(page_of(asked), page).status_code for _ in range(2)]
    assert answers == [302, 302]
    asked.refresh_from_db()
    assert asked.version == 2


@pytest.mark.parametrize(("deed", "status"), [("pause", "paused"), ("withdraw", "withdrawn")])
def test_it_takes_the_other_answers_too(visitor, asked, deed, status):
    assert press(visitor, asked, deed).status_code == 302
    asked.refresh_from_db()
    assert asked.status == status


def test_a_paused_offer_stays_paused_unless_its_host_wants_otherwise(visitor, asked):
    press(visitor, asked, "pause")
    assert "Yes, and it stays paused" in visitor.get(page_of(asked)).content.decode()
    press(visitor, asked)
    assert (days(asked), asked.status) == (60, "paused")


def test_who_comes_late_takes_it_up_again_with_the_same_press(visitor, asked):
    later = timezone.now()
    for day in (6, 14):
        later = timezone.now() + timedelta(days=day)
        ask_whether_still_so(later)
    asked.refresh_from_db()
    assert asked.status == "paused"
    with time_machine.travel(datetime.fromtimestamp(later.timestamp(), later.tzinfo), tick=True):
        assert "Yes, it is still so" in visitor.get(page_of(asked)).content.decode()
        assert press(visitor, asked).status_code == 302
    asked.refresh_from_db()
    assert asked.status == "active"


def test_it_says_no_in_words_when_the_offer_was_stopped_meanwhile(visitor, asked):
    page = visitor.get(page_of(asked))
    Pledge.objects.update(status="suspended")
    answer = visitor.post(page_of(asked), page)
    assert answer.status_code == 409
    assert "That could not be done" in answer.content.decode()
    asked.refresh_from_db()
    assert asked.status == "suspended"


@pytest.mark.parametrize("status", ["vetting", "suspended", "expired"])
def test_it_leads_on_when_there_is_nothing_to_answer(visitor, asked, status):
    Pledge.objects.update(status=status)
    assert visitor.get(page_of(asked))["Location"] == page_of(asked).removesuffix("still-so/")


@pytest.mark.parametrize("status", ["draft", "submitted"])
def test_it_opens_for_no_offer_whose_address_is_not_proven(visitor, operator, status):
    assert visitor.get(page_of(make_pledge(status=status))).status_code == 404


def test_its_link_ends_with_withdrawal(visitor, asked):
    path = page_of(asked)
    press(visitor, asked, "withdraw")
    assert visitor.get(path).status_code == 404


def test_it_speaks_russian(asked):
    page = Visitor(language="ru").get(f"/ru{page_of(asked)}").content.decode()
    assert "Да, всё по-прежнему" in page
