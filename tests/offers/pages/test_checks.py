"""The console's list of checks: whom to ask, who was silent, and who asks for somebody."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from kernel.accounts.models import Member
from offers.matching.checks.answering import answer_by_link
from offers.models import Need, PlacementCheck
from offers.pages.need_waiting import lines_of
from tests.console import console_client
from tests.factories.organisations import make_member, make_operator, make_partner
from tests.offers.matching.begun import asked_check

pytestmark = pytest.mark.django_db


@pytest.fixture
def caseworker() -> Member:
    return make_member(make_partner("Ours"))


@pytest.fixture
def steward() -> Member:
    return make_member(make_operator(), role="coordinator")


def text(member: Member, path: str = "/console/checks/") -> str:
    return str(console_client(member).get(path).content.decode())


def post(member: Member, check: PlacementCheck, deed: str, **fields: str) -> Any:
    return console_client(member).post(f"/console/checks/{check.pk}/{deed}/", fields, follow=True)


def test_it_says_whom_to_ask_and_takes_the_word(caseworker: Member) -> None:
    check = asked_check("person", owner=caseworker.organisation)
    Need.objects.filter(pk=check.match.need_id).update(caseworker=caseworker.user)
    page = text(caseworker)
    assert "are you safe" in page
    assert "yours" in page
    assert "asked by mail" not in page  # that side is the steward's
    assert "1 check waits" in text(caseworker, "/console/matches/")
    (line,) = lines_of([Need.objects.get(pk=check.match.need_id)], caseworker, timezone.now())
    assert line.waits_for == "You: ask how it goes, a check is due."
    assert "Noted." in post(caseworker, check, "answer", answer="fine").content.decode()
    assert "Nothing is due" in text(caseworker)
    assert "All is well" in text(caseworker, f"/console/matches/{check.match_id}/")


def test_it_shows_the_silent_first(caseworker: Member) -> None:
    checks = [asked_check("person", owner=caseworker.organisation) for _ in range(2)]
    PlacementCheck.objects.filter(pk=checks[1].pk).update(asked_at=timezone.now() - timedelta(days=5), unanswered=1)
    page = text(caseworker)
    assert page.index(checks[1].pk) < page.index(checks[0].pk)
    assert page.count("overdue") == 1
    assert "1 before it unanswered" in page


def test_it_shows_who_asks_for_somebody_until_somebody_looks_after_it(caseworker: Member, steward: Member) -> None:
    check = asked_check("provider", owner=caseworker.organisation)
    answer_by_link(check=check, answer="needs_help", at=timezone.now())
    assert "<h3>Needs help</h3>" in text(steward)
    assert "<h3>Needs help</h3>" not in text(caseworker)
    assert post(caseworker, check, "seen").status_code == 404
    assert "Noted: you look after it." in post(steward, check, "seen").content.decode()
    assert "Somebody is asked for" not in text(steward)


def test_the_other_side_reads_no_more_than_that_it_is_to_end(caseworker: Member, steward: Member) -> None:
    check = asked_check("provider", owner=caseworker.organisation)
    match = f"/console/matches/{check.match_id}/"
    assert text(caseworker, match).count("The provider</td>") == 0
    answer_by_link(check=check, answer="wants_to_stop", at=timezone.now())
    assert "Wants it to end" in text(caseworker)
    assert "I look after it" not in text(caseworker)
    assert "Wants it to end" in text(caseworker, match)


def test_nobody_answers_for_a_match_of_others(caseworker: Member) -> None:
    check, stranger = asked_check("person", owner=caseworker.organisation), make_member(make_partner("Stranger"))
    approver = make_member(caseworker.organisation, role="approver")
    for member in (stranger, approver):
        assert post(member, check, "answer", answer="unsafe").status_code in (403, 404)
    assert check.pk not in text(stranger)
    assert "Choose one of the reasons" in post(caseworker, check, "answer", answer="well").content.decode()
    assert PlacementCheck.objects.open().filter(pk=check.pk).exists()
