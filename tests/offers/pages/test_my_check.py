"""The page of a check: one press is the answer; it is silent once help is over."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from offers.matching.checks.links import token
from offers.matching.deeds import complete
from offers.models import PlacementCheck, Pledge
from tests.factories.organisations import make_partner
from tests.offers.matching.asked import fresh
from tests.offers.matching.begun import asked_check
from tests.offers.pages.visitor import Visitor, read_mail


@pytest.fixture
def check(operator: Any) -> PlacementCheck:
    return asked_check("provider", owner=make_partner("Ours"))


def path_of(check: PlacementCheck) -> str:
    return f"/my-check/{token(check)}/"


def press(visitor: Visitor, check: PlacementCheck, answer: str) -> Any:
    return visitor.post(path_of(check), visitor.get(path_of(check)), answer=answer)


def test_it_is_where_the_mail_leads_and_tells_nothing(visitor: Visitor, check: PlacementCheck) -> None:
    assert read_mail(mail.outbox) == path_of(check)
    page = visitor.get(path_of(check)).content.decode()
    assert page.count('name="answer"') == 4
    for word in (check.match_id, check.match.need_id, check.match.pledge_id, "Ours", "Berlin", "room"):
        assert word not in page
    assert len(page.encode()) < 20_000


def test_it_changes_nothing_when_it_is_only_opened(visitor: Visitor, check: PlacementCheck) -> None:
    page = visitor.get(path_of(check))
    visitor.post(path_of(check), page)
    visitor.post(path_of(check), page, answer="a word of my own")
    assert PlacementCheck.objects.open().filter(pk=check.pk).exists()


@pytest.mark.parametrize("answer", ["fine", "needs_help", "wants_to_stop", "unsafe"])
def test_it_takes_each_answer_with_one_press_and_thanks_alike(
    visitor: Visitor, check: PlacementCheck, answer: str
) -> None:
    assert press(visitor, check, answer)["Location"] == "/my-check/thanks/"
    check.refresh_from_db()
    assert (check.answer, fresh(check.match).frozen) == (answer, answer == "unsafe")
    page = visitor.get(path_of(check)).content.decode()
    assert page.count('name="answer"') == 1
    assert "You have answered this." in page
    assert press(visitor, check, "unsafe")["Location"] == "/my-check/thanks/"
    assert fresh(check.match).frozen
    assert "Thank you" in visitor.get("/my-check/thanks/").content.decode()


def test_over_and_never_made_are_one_answer(visitor: Visitor, check: PlacementCheck) -> None:
    path, never = path_of(check), f"{path_of(check)[:-5]}aaaa/"
    with time_machine.travel(timezone.now() + timedelta(days=31), tick=True):
        answers = [visitor.get(path)]
    answers.append(visitor.get(never))
    Pledge.objects.update(link_version=9)
    answers.append(visitor.get(path))
    Pledge.objects.update(link_version=1)
    check = PlacementCheck.objects.select_related("match__need__organisation").get(pk=check.pk)
    complete(match=check.match, organisation=check.match.need.organisation, by="user:1", at=timezone.now())
    answers.append(visitor.get(path))
    assert {answer.status_code for answer in answers} == {404}
    pages = {answer.content.decode().replace(path, "").replace(never, "") for answer in answers}
    assert len(pages) == 1


def test_it_speaks_russian(check: PlacementCheck) -> None:
    assert "Всё хорошо" in Visitor(language="ru").get(f"/ru{path_of(check)}").content.decode()
