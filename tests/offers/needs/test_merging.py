"""One need written down twice: one of the two goes, and the other stands for both."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from kernel.audit.models import AuditEntry
from kernel.states import Refusal
from offers.needs.deeds import edit_need, link_needs, merge_need
from offers.needs.models import Need, NeedStatus
from tests.factories.needs import make_need
from tests.factories.organisations import make_operator, make_partner

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 20, 12, tzinfo=UTC)
LATER = AT + timedelta(days=3)


def twice(**traits: Any) -> tuple[Need, Need]:
    """Return an earlier and a later need of one case, in two spellings of it."""
    return make_need(at=AT, case_ref="A-17"), make_need(at=LATER, case_ref=" a-17", **traits)


def refusal(**asked: Any) -> Refusal:
    with pytest.raises(Refusal) as refused:
        merge_need(**{"by": "user:1", "at": LATER, **asked})
    return refused.value


def test_the_one_that_stays_has_waited_as_long_as_the_first() -> None:
    first, second = twice()
    merged = merge_need(need=first, into=second, by="user:1", at=LATER, why="asked_again")
    second.refresh_from_db()
    assert (merged.status, merged.merged_into_id, second.opened_at) == ("merged", second.pk, AT)
    row = merged.history.get()
    assert (row.old, row.new, row.by, row.why) == ("open", "merged", "user:1", "asked_again")
    assert AuditEntry.objects.filter(action="need.merged", object_id=first.pk, reason="asked_again").exists()
    assert AuditEntry.objects.filter(action="need.stands_for_another", object_id=second.pk).exists()


def test_done_twice_it_changes_nothing() -> None:
    first, second = twice()
    merge_need(need=second, into=first, by="user:1", at=LATER)
    again = merge_need(need=second, into=first, by="user:1", at=LATER)
    first.refresh_from_db()
    assert (again.history.count(), first.version) == (1, 2)


@pytest.mark.parametrize("state", ["held", "matched"])
def test_what_is_being_matched_may_stand_for_another(state: str) -> None:
    first, second = twice(status=state)
    assert merge_need(need=first, into=second, by="user:1", at=LATER).status == "merged"
    second.refresh_from_db()
    assert (second.status, second.opened_at) == (state, AT)


@pytest.mark.parametrize("state", [state for state in NeedStatus.values if state != "open"])
def test_only_an_open_need_goes(state: str) -> None:
    first, second = twice(status=state)
    refused = refusal(need=second, into=first)
    assert (refused.code, refused.facts["state"]) == ("illegal_transition", state)
    assert refused.sentence.endswith(".")


@pytest.mark.parametrize("state", [s for s in NeedStatus.values if s not in ("open", "held", "matched")])
def test_what_is_over_or_unread_stands_for_nothing(state: str) -> None:
    first, second = twice(status=state)
    assert refusal(need=first, into=second).facts["state"] == state


def test_two_cases_two_kinds_and_two_organisations_are_never_one() -> None:
    need = make_need(at=AT, case_ref="A-17")
    others = {
        "other_household": make_need(case_ref="A-18"),
        "other_kind": make_need(case_ref="A-17", kind="psychological"),
        "same_need": need,
        "invalid_choice": make_need(case_ref="A-17"),
    }
    for code, other in others.items():
        why = {"why": "because"} if code == "invalid_choice" else {}
        assert refusal(need=need, into=other, **why).code == code
    assert refusal(need=need, into=make_need(make_partner(), case_ref="A-17")).code == "other_household"
    need.refresh_from_db()
    assert need.status == "open"


def test_it_leaves_its_place_among_linked_needs_to_the_one_that_stays() -> None:
    first, second = twice()
    help_for_the_soul = make_need(case_ref="A-17", kind="psychological")
    link_needs(need=second, other=help_for_the_soul, by="user:1", at=LATER)
    merged = merge_need(need=second, into=first, by="user:1", at=LATER)
    assert merged.bundle == ""
    assert Need.objects.bundled_with(Need.objects.get(pk=first.pk)).get() == help_for_the_soul


def test_duplicates_are_told_by_household_and_kind_among_those_that_stand() -> None:
    first, second = twice()
    make_need(case_ref="A-17", status="withdrawn")
    make_need(case_ref="A-17", kind="medical")
    make_need(make_partner(), case_ref="A-17")
    assert list(Need.objects.perhaps_the_same_as(first)) == [second]
    edit_need(need=second, changes={"case_ref": "B-2"}, by="user:1", at=LATER)
    assert not Need.objects.perhaps_the_same_as(first).exists()


def test_the_database_lets_nothing_but_a_merged_need_name_another() -> None:
    need, other = make_need(make_operator()), make_need(make_operator())
    with pytest.raises(IntegrityError), transaction.atomic():
        Need.objects.filter(pk=need.pk).update(merged_into=other)
