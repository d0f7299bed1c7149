"""Needs of one household that are of use in one place alone."""

from typing import Any

import pytest
from django.utils import timezone

from kernel.states import Refusal
from offers.matching.erasing import erase_need
from offers.matching.reading import need_facts
from offers.needs.deeds import edit_need, link_needs, unlink_need
from offers.needs.models import Need
from tests.api.clients import api_client
from tests.factories.needs import make_need
from tests.factories.organisations import make_partner

pytestmark = pytest.mark.django_db


def trio(**traits: Any) -> list[Need]:
    """Return a room, a psychologist and a lawyer for one case."""
    return [make_need(kind=kind, case_ref="A-17", **traits) for kind in ("housing", "psychological", "legal")]


def linked(*needs: Need) -> list[Need]:
    """Link each with the first, and return them as they are now."""
    for other in needs[1:]:
        link_needs(need=needs[0], other=other, by="user:1", at=timezone.now())
    return [Need.objects.get(pk=need.pk) for need in needs]


def test_they_share_a_random_bundle_which_matching_reads() -> None:
    room, soul, _law = linked(*trio())
    assert room.bundle == soul.bundle != ""
    assert {one.pk for one in Need.objects.bundled_with(room)} == {soul.pk, _law.pk}
    assert need_facts(room).bundle == room.bundle
    assert need_facts(make_need()).bundle == ""


def test_two_bundles_become_one() -> None:
    room, soul, law = trio()
    doctor = make_need(kind="medical", case_ref="A-17")
    linked(room, soul)
    linked(law, doctor)
    linked(soul, law)
    assert len({need.bundle for need in Need.objects.all()}) == 1


def test_done_twice_it_changes_nothing() -> None:
    room, soul, _law = trio()
    linked(room, soul)
    before = list(Need.objects.order_by("pk").values())
    linked(soul, room)
    assert list(Need.objects.order_by("pk").values()) == before


def test_it_links_one_case_of_one_organisation_alone() -> None:
    room = make_need(case_ref="A-17")
    for other in (make_need(case_ref="A-18"), make_need(make_partner(), case_ref="A-17"), room):
        with pytest.raises(Refusal) as refused:
            link_needs(need=room, other=other, by="user:1", at=timezone.now())
        assert refused.value.field == "other"
    assert not Need.objects.exclude(bundle="").exists()


@pytest.mark.parametrize("state", ["fulfilled", "expired", "withdrawn", "merged"])
def test_what_is_over_is_linked_with_nothing(state: str) -> None:
    with pytest.raises(Refusal) as refused:
        linked(make_need(case_ref="A-17"), make_need(case_ref="A-17", kind="legal", status=state))
    assert (refused.value.code, refused.value.facts["state"]) == ("illegal_transition", state)


def test_one_that_leaves_leaves_the_others_together_and_nobody_alone() -> None:
    room, soul, law = linked(*trio())
    unlink_need(need=soul, by="user:1", at=timezone.now())
    assert Need.objects.bundled_with(room).get() == law
    unlink_need(need=law, by="user:1", at=timezone.now())
    assert not Need.objects.exclude(bundle="").exists()
    version = Need.objects.get(pk=law.pk).version
    assert unlink_need(need=law, by="user:1", at=timezone.now()).version == version


def test_a_need_that_turns_out_to_be_of_another_case_is_linked_no_longer() -> None:
    room, soul, _law = trio()
    linked(room, soul)
    edit_need(need=soul, changes={"case_ref": "B-2"}, by="user:1", at=timezone.now())
    assert not Need.objects.exclude(bundle="").exists()


def test_erasure_leaves_no_link() -> None:
    room, soul, law = linked(*trio())
    erase_need(need=soul, by="system", at=timezone.now(), why="asked")
    assert Need.objects.get(pk=soul.pk).bundle == ""
    assert Need.objects.bundled_with(room).get() == law


def test_their_owner_reads_over_the_api_which_belong_together() -> None:
    caller = api_client()
    needs = [make_need(caller.organisation, kind=kind, case_ref="A-17") for kind in ("housing", "legal")]
    linked(*needs)
    shown = {row["id"]: row["linked"] for row in caller.get("/api/v1/needs").json()["results"]}
    assert shown == {needs[0].pk: [needs[1].pk], needs[1].pk: [needs[0].pk]}
    refused = caller.create("/api/v1/needs", {"linked": []})
    assert "linked" in [error["attr"] for error in refused.json()["errors"]]
