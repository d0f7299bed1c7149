"""Several needs at once: a deed and an answer for each, nothing half done."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from offers.needs.models import Need
from offers.pages.need_bulk import MOST
from tests.console import console_client
from tests.factories.needs import make_need
from tests.factories.organisations import make_member, make_partner

pytestmark = pytest.mark.django_db
BULK = "/console/needs/bulk/"


def tick(*needs: Need) -> list[str]:
    return [f"{need.pk}:{need.version}" for need in needs]


def send(needs: list[str], **fields: Any) -> tuple[Any, list[tuple[bool, str]]]:
    """Post the form as a caseworker; return the answer, and of each row whether it was done and what was said."""
    answer = console_client(make_member()).post(BULK, {"need": needs, **fields})
    if answer.status_code != 200:
        return answer, []
    return answer, [(one.done, one.said) for one in answer.context["results"]]


def states(*needs: Need) -> list[str]:
    return [Need.objects.get(pk=need.pk).status for need in needs]


def test_it_hands_in_those_that_can_be_and_says_of_each_what_came_of_it() -> None:
    draft, over = make_need(status="draft"), make_need(status="withdrawn")
    silent = make_need(status="draft", consent={"given": False, "on": timezone.now().date(), "for": []})
    answer, rows = send(tick(draft, over, silent), deed="submit")
    assert [done for done, _said in rows] == [True, False, False]
    assert "Without consent" in rows[2][1]
    assert states(draft, over, silent) == ["in_review", "withdrawn", "draft"]
    assert "1 done, 2 refused" in answer.content.decode()


def test_it_withdraws_with_a_reason_from_the_list() -> None:
    first, second, held = make_need(), make_need(status="draft"), make_need(status="held")
    _answer, rows = send(tick(first, second, held), deed="withdraw", reason="found_elsewhere")
    assert [done for done, _said in rows] == [True, True, False]
    assert [row.why for row in (*first.history.all(), *second.history.all())] == ["found_elsewhere"] * 2
    assert states(held) == ["held"]


def test_it_gives_more_time() -> None:
    need = make_need()
    _answer, rows = send(tick(need), deed="extend", days="30")
    assert rows == [(True, "Given more time.")]
    assert Need.objects.get(pk=need.pk).expires_at == need.expires_at + timedelta(days=30)


@pytest.mark.parametrize("deed", ["submit", "withdraw", "extend"])
def test_what_was_changed_since_the_page_was_read_stays_as_it_is(deed: str) -> None:
    stale = make_need(status="draft" if deed == "submit" else "open")
    read = tick(stale)
    Need.objects.filter(pk=stale.pk).update(version=7)
    before = Need.objects.filter(pk=stale.pk).values().get()
    _answer, rows = send(read, deed=deed)
    assert [done for done, _said in rows] == [False]
    assert "changed after you opened it" in rows[0][1]
    assert Need.objects.filter(pk=stale.pk).values().get() == before


def test_a_stale_row_does_not_stop_the_others() -> None:
    stale, fresh = make_need(), make_need()
    read = tick(stale, fresh)
    Need.objects.filter(pk=stale.pk).update(version=7)
    _answer, rows = send(read, deed="withdraw")
    assert [done for done, _said in rows] == [False, True]
    assert states(stale, fresh) == ["open", "withdrawn"]


def test_a_row_that_is_not_ours_does_not_exist() -> None:
    theirs, ours = make_need(make_partner()), make_need()
    words = [*tick(theirs, ours), "nd_x:1", "", f"{ours.pk}:x", f"{ours.pk}:{'9' * 30}", ours.pk]
    answer, rows = send(words, deed="withdraw")
    assert [done for done, _said in rows] == [False, True, False, False, False, False, False]
    assert states(theirs, ours) == ["open", "withdrawn"]
    assert theirs.pk not in answer.content.decode()


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"deed": "submit"}, "Nothing was ticked"),
        ({"deed": "burn", "need": ["nd_x:1"]}, "Choose what to do"),
        ({"deed": "withdraw", "need": ["nd_x:1"], "reason": "because"}, "Choose what to do"),
        ({"deed": "extend", "need": ["nd_x:1"], "days": "3650"}, "Choose what to do"),
        ({"deed": "extend", "need": [f"nd_{i}:1" for i in range(MOST + 1)]}, "Tick at most 50"),
        ({"deed": "submit", "need": ["nd_x:1"], "notes": "x"}, "There is no room for free text"),
    ],
)
def test_a_form_that_is_wrong_does_nothing_and_says_why(fields: dict[str, Any], sentence: str) -> None:
    need = make_need()
    answer = console_client(make_member()).post(BULK, fields, follow=True)
    assert sentence in answer.content.decode()
    assert states(need) == ["open"]


def test_it_is_not_for_everybody() -> None:
    need = make_need()
    assert console_client(make_member(role="finance")).post(BULK, {"need": tick(need)}).status_code == 403
    assert console_client(make_member()).get(BULK).status_code == 405
