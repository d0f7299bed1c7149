"""The console's list: whose turn it is, what is narrowed and searched, and at what cost."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from kernel.accounts.models import Member
from offers.matching.deeds import accept, agree, propose
from offers.matching.erasing import erase_need
from offers.needs.deeds import link_needs
from offers.needs.models import Need
from offers.pages.need_list import A_PAGE
from offers.pages.need_waiting import lines_of
from tests.board import make_listed
from tests.console import console_client
from tests.factories.needs import make_need
from tests.factories.organisations import make_member, make_operator, make_partner
from tests.factories.pledges import make_pledge
from tests.guard import StrictClient

pytestmark = pytest.mark.django_db
NEEDS = "/console/needs/"


@pytest.fixture(autouse=True)
def _english() -> Any:
    with translation.override("en"):
        yield


def shown(browser: StrictClient, query: str = "") -> set[str]:
    """Return the ids of the needs that the list shows."""
    answer = browser.get(NEEDS + query)
    assert answer.status_code == 200
    return {line.need.pk for line in answer.context["lines"]}


def waits_for(need: Need, member: Member) -> str:
    """Return the sentence that says whose turn it is."""
    (line,) = lines_of([Need.objects.get(pk=need.pk)], member, timezone.now())
    return line.waits_for


def test_it_says_whose_turn_it_is_along_the_way() -> None:
    writer, second = make_member(), make_member(role="approver")
    need = make_need(status="draft")
    Need.objects.filter(pk=need.pk).update(caseworker=writer.user)
    assert waits_for(need, writer) == "You: hand it to a second person."
    Need.objects.filter(pk=need.pk).update(status="in_review")
    assert waits_for(need, writer) == "A second person: 1 other of yours may approve it, or the operator."
    assert waits_for(need, second).startswith("You, or another second person")
    Need.objects.filter(pk=need.pk).update(status="open", opened_at=timezone.now())
    assert waits_for(need, writer) == "You: find who could help, and propose it."
    who = {"organisation": need.organisation, "by": "user:1", "at": timezone.now()}
    match = propose(need_id=need.pk, pledge_id=make_pledge().pk, **who)
    assert waits_for(need, writer).startswith("The person: asked since ")
    agree(match=match, **who)
    assert waits_for(need, writer).startswith("Whoever brought the offer: they ask the provider, until ")
    accept(match=match, **who)
    assert waits_for(need, writer).startswith("A second person of yours, who neither proposed nor agreed")
    match.refresh_from_db()
    for status, turn in (("confirmed", "You: ask for"), ("contact_disclosed", "You: say that"), ("started", "Nobody")):
        type(match).objects.filter(pk=match.pk).update(status=status)
        assert waits_for(need, writer).startswith(turn)
    type(match).objects.filter(pk=match.pk).update(frozen=True)
    assert waits_for(need, writer).startswith("Two people")


@pytest.mark.parametrize("status", ["fulfilled", "expired", "withdrawn", "merged"])
def test_what_is_over_waits_for_nobody(status: str) -> None:
    assert waits_for(make_need(status=status), make_member()) == ""


def test_it_says_what_stands_in_the_way() -> None:
    writer = make_member()
    today = timezone.now().date()
    silent = make_need(status="draft", consent={"given": False, "on": today, "for": []})
    assert waits_for(silent, writer) == "The person's consent to matching is not on record."
    late = make_need()
    Need.objects.filter(pk=late.pk).update(window_from=today - timedelta(days=1))
    assert waits_for(late, writer).startswith("You: its first day has passed")
    alone = make_member(make_partner())
    waiting = make_need(alone.organisation, status="in_review")
    Need.objects.filter(pk=waiting.pk).update(caseworker=alone.user)
    assert waits_for(waiting, alone) == "A second person of the operator's: nobody else of yours may approve it."
    assert waits_for(waiting, make_member(role="coordinator")).startswith("You, or another second person")


def test_it_narrows_by_words_in_the_address() -> None:
    writer = make_member()
    browser = console_client(writer)
    room, doctor, draft = (
        make_need(countries=("DE",)),
        make_need(kind="medical", urgency="urgent"),
        make_need(status="draft"),
    )
    anywhere = make_need(countries=None, countries_excluded=("FR",))
    Need.objects.filter(pk=room.pk).update(caseworker=writer.user)
    everything = {room.pk, doctor.pk, draft.pk, anywhere.pk}
    expected: dict[str, set[str]] = {
        "": everything,
        "?whose=mine": {room.pk},
        "?status=draft": {draft.pk},
        "?kind=medical&urgency=urgent": {doctor.pk},
        "?country=FR": {doctor.pk, draft.pk},
        "?country=PL": {anywhere.pk},
        f"?id={doctor.pk[:12]}": {doctor.pk},
        "?whose=review": set(),
        "?status=lost": everything,
    }
    assert {query: shown(browser, query) for query in expected} == expected
    assert b"Select a valid choice" in browser.get(f"{NEEDS}?status=lost").content


def test_it_finds_a_case_by_its_reference_and_no_address_holds_it() -> None:
    browser = console_client(make_member())
    room, doctor = make_need(case_ref="A-17"), make_need(case_ref="A-17", kind="medical")
    make_need(case_ref="A-18")
    found = browser.post(f"{NEEDS}find/", {"sought": " a-17 "})
    assert found.status_code == 302
    assert "17" not in found["Location"].replace(min(room.pk, doctor.pk), "")
    assert shown(browser, found["Location"].removeprefix(NEEDS)) == {room.pk, doctor.pk}
    by_id = browser.post(f"{NEEDS}find/", {"sought": room.pk[:9]})
    assert by_id["Location"] == f"{NEEDS}?id={room.pk[:9]}"


@pytest.mark.parametrize("sought", ["A-1", "A-170", "A", "%", "_", "a-17%", "nd_"])
def test_it_finds_no_case_by_a_part_of_its_reference(sought: str) -> None:
    make_need(case_ref="A-17")
    answer = console_client(make_member()).post(f"{NEEDS}find/", {"sought": sought}, follow=True)
    assert "No need of your organisation answers that." in answer.content.decode()


def test_no_search_leaves_the_organisation() -> None:
    theirs = make_need(make_partner(), case_ref="A-17")
    ours = make_need(case_ref="A-18")
    for browser in (console_client(make_member()), console_client(make_member(role="coordinator"))):
        for query in (f"?id={theirs.pk}", f"?case={theirs.pk}", f"?case={theirs.pk}&status=open"):
            assert shown(browser, query) == set()
        assert browser.post(f"{NEEDS}find/", {"sought": "A-17"})["Location"] == NEEDS
        assert shown(browser, f"?case={ours.pk}") == {ours.pk}


def test_the_operator_sees_what_waits_for_review_and_not_whose_case_it_is() -> None:
    waiting = make_need(make_partner(), status="in_review", case_ref="A-17")
    browser = console_client(make_member(role="coordinator"))
    assert shown(browser, "?whose=review") == {waiting.pk}
    assert shown(browser, f"?case={waiting.pk}") == set()
    page = browser.get(NEEDS).content.decode()
    assert f'value="{waiting.pk}:' not in page


def test_what_was_erased_is_listed_no_longer() -> None:
    need, kept = make_need(), make_need()
    erase_need(need=need, by="system", at=timezone.now(), why="asked")
    assert shown(console_client(make_member())) == {kept.pk}


def test_it_marks_what_is_here_twice_what_is_linked_and_what_ends_soon() -> None:
    browser = console_client(make_member())
    make_need(case_ref="A-17")
    assert "perhaps here twice" not in browser.get(NEEDS).content.decode()
    again, soul = make_need(case_ref="a-17"), make_need(case_ref="A-17", kind="psychological")
    link_needs(need=again, other=soul, by="user:1", at=timezone.now())
    Need.objects.filter(pk=again.pk).update(expires_at=timezone.now() + timedelta(days=2))
    page = browser.get(NEEDS).content.decode()
    assert (page.count("perhaps here twice"), page.count("linked with 1 other"), page.count("ends soon")) == (2, 2, 1)


@pytest.mark.parametrize(
    ("change", "state", "meanwhile"),
    [
        ({}, "waiting, until enough others wait to hide it", "Meanwhile find who could help and propose it"),
        ({"urgency": "emergency"}, "never listed", "Emergencies and children are matched privately"),
        ({"bands": {"18-59": 1, "3-12": 1}, "party_size": 2}, "never listed", "Emergencies and children are matched"),
        ({"consent": {"given": True, "on": "2026-01-01", "for": ["matching"]}}, "never listed", "No consent to it"),
    ],
)
def test_it_says_of_the_board_what_may_be_done_meanwhile(change: dict[str, Any], state: str, meanwhile: str) -> None:
    need = make_need()
    Need.objects.filter(pk=need.pk).update(**change)
    browser = console_client(make_member())
    for page in (NEEDS, f"{NEEDS}{need.pk}/"):
        said = browser.get(page).content.decode()
        assert state in said
        assert meanwhile in said


def test_it_says_that_a_need_is_listed_and_where_answers_are() -> None:
    need = make_listed()[0]
    browser = console_client(make_member())
    for page in (f"{NEEDS}?id={need.pk}", f"{NEEDS}{need.pk}/"):
        said = browser.get(page).content.decode()
        assert "listed, as an anonymous line among others" in said
        assert "Answers of partners stand with the candidates." in said


@pytest.mark.parametrize("status", ["draft", "in_review", "held", "withdrawn"])
def test_the_board_does_not_concern_what_is_not_open(status: str) -> None:
    need = make_need(status=status)
    assert "waiting, until enough" not in console_client(make_member()).get(f"{NEEDS}{need.pk}/").content.decode()


def _crowd(count: int) -> None:
    for number in range(count):
        make_need(status=("open", "draft", "in_review")[number % 3], case_ref=f"c{number // 2}")


def test_it_costs_the_same_queries_for_five_as_for_fifty(django_assert_num_queries: Any) -> None:
    make_operator()
    browser = console_client(make_member())
    _crowd(5)
    browser.get(NEEDS)
    with CaptureQueriesContext(connection) as five:
        assert len(shown(browser)) == 5
    _crowd(46)
    with django_assert_num_queries(len(five)):
        assert len(shown(browser)) == A_PAGE
    pages = [shown(browser, f"?page={number}") for number in (1, 2, 3)]
    assert [len(page) for page in pages] == [A_PAGE, A_PAGE, 1]
    assert len(set().union(*pages)) == 51


def test_every_box_has_a_name_and_every_deed_a_button() -> None:
    need = make_need()
    page = console_client(make_member()).get(NEEDS).content.decode()
    assert f'aria-label="Tick a room, {need.pk[:11]}"' in page
    for name in ("submit", "extend", "withdraw"):
        assert f'name="deed" value="{name}"' in page
    for label in ("bulk_days", "bulk_reason"):
        assert f'for="{label}"' in page
        assert f'id="{label}"' in page
    assert "tabindex" not in page
