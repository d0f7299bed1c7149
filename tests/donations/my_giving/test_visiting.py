"""A link opens once, for minutes; after it a form's word is all there is, and it is good for nothing else."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from django.db import connections
from django.utils import timezone

from donations.models import GivingLink
from donations.my_giving.asking import LINK_LIVES, mail_links
from donations.my_giving.visiting import VISIT_LIVES, enter
from donations.my_giving.words import new_word
from kernel.states import Refusal
from kernel.vault.index import blind_email
from tests.donations.my_giving.donor import links, mailed_link, opened, press, words_of
from tests.factories.receipts import EMAIL, make_wished
from tests.guard import StrictClient
from tests.offers.pages.visitor import Visitor, hidden

STEPS = ("open", "paper", "erase")


def word_in(path: str) -> str:
    return path.strip("/").rpartition("/")[2]


def test_looking_at_a_link_opens_nothing(visitor: Visitor) -> None:
    make_wished()
    path = mailed_link(visitor)
    for _ in range(3):
        assert "Open it" in words_of(visitor.get(path))
    assert GivingLink.objects.get().opened_at is None
    assert "What you gave" in words_of(press(visitor, visitor.get(path), "/my-giving/open/"))


def test_it_opens_once_and_a_double_click_is_answered_as_one(visitor: Visitor) -> None:
    make_wished()
    path = mailed_link(visitor)
    page, another = visitor.get(path), visitor.get(path)
    first, second = (press(visitor, page, "/my-giving/open/") for _ in range(2))
    assert first.status_code == second.status_code == 200
    assert hidden(first.content.decode())["visit"] == hidden(second.content.decode())["visit"]
    replayed = press(visitor, another, "/my-giving/open/")
    assert replayed.status_code == visitor.get(path).status_code == 404
    assert "This link is over" in words_of(replayed)


def test_a_link_is_over_after_twenty_minutes_and_a_visit_after_fifteen(visitor: Visitor) -> None:
    make_wished()
    path, at = mailed_link(visitor), timezone.now()
    page = visitor.get(path)
    with time_machine.travel(at + LINK_LIVES + timedelta(minutes=2), tick=False):
        assert visitor.get(path).status_code == 404
        assert press(visitor, page, "/my-giving/open/").status_code == 404
    shown = press(visitor, visitor.get(path), "/my-giving/open/")
    for step in STEPS:
        with time_machine.travel(timezone.now() + VISIT_LIVES + timedelta(minutes=1), tick=False):
            assert press(visitor, shown, f"/my-giving/{step}/").status_code == 404
    assert LINK_LIVES <= timedelta(minutes=30) >= VISIT_LIVES


def test_no_word_serves_another_purpose(visitor: Visitor) -> None:
    make_wished()
    path = mailed_link(visitor)
    page = visitor.get(path)
    nonce = hidden(page.content.decode())["nonce"]
    shown = press(visitor, page, "/my-giving/open/")
    visit = hidden(shown.content.decode())["visit"]
    unused = mailed_link(visitor)
    for words in (
        {"visit": word_in(path)}, {"visit": word_in(unused)}, {"visit": nonce}, {"visit": new_word()}, {"visit": ""},
        {"word": visit, "nonce": nonce}, {"word": new_word(), "nonce": ""}, {"word": ""}, {},
    ):  # fmt: skip
        for step in STEPS:
            answer = StrictClient().post(f"/my-giving/{step}/", {"sure": "1", **words})
            assert answer.status_code == 404, (step, words)
    for other in (visit, nonce, new_word(), "open-", "x"):
        assert visitor.get(f"/my-giving/{other}/").status_code == 404
    assert press(visitor, shown, "/my-giving/open/").status_code == 200


def test_every_word_that_is_none_gets_the_same_answer(visitor: Visitor) -> None:
    make_wished()
    path = mailed_link(visitor)
    press(visitor, visitor.get(path), "/my-giving/open/")
    used, made_up = visitor.get(path), visitor.get(f"/my-giving/{new_word()}/")
    assert words_of(used) == words_of(made_up)
    assert used.status_code == made_up.status_code


def test_the_word_of_a_visit_stands_in_no_address(visitor: Visitor) -> None:
    make_wished()
    page = opened(visitor).content.decode()
    visit = hidden(page)["visit"]
    assert f'value="{visit}"' in page
    assert visit not in page.replace(f'value="{visit}"', "")


def test_an_address_without_its_word_leads_to_the_door(visitor: Visitor) -> None:
    for step in STEPS:
        assert visitor.get(f"/my-giving/{step}/")["Location"] == "/my-giving/"


def test_leaving_ends_it_for_whoever_comes_next(visitor: Visitor) -> None:
    make_wished()
    shown = opened(visitor)
    for _ in range(2):
        assert "It is closed" in words_of(press(visitor, shown, "/my-giving/left/"))
    assert press(visitor, shown, "/my-giving/open/").status_code == 404
    assert GivingLink.objects.get().ended == "left"


def test_a_form_from_elsewhere_is_refused(visitor: Visitor) -> None:
    make_wished()
    visit = hidden(opened(visitor).content.decode())["visit"]
    bare = StrictClient(enforce_csrf_checks=True)
    assert bare.post("/my-giving/erase/", {"visit": visit, "sure": "1"}).status_code == 403


@pytest.mark.django_db(transaction=True)
def test_of_many_who_open_one_link_at_once_one_gets_in() -> None:
    make_wished()
    mail_links(blind_email(EMAIL).hex())
    word, at = word_in(links()[-1]), timezone.now()

    def try_it(_number: int) -> bool:
        try:
            enter(word=word, nonce=new_word(), at=at)
        except Refusal:
            return False
        finally:
            connections.close_all()
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(try_it, range(8))) == 1
