"""`take_key_away` and the hook of leaving: at once, and intake stops where a group has become too small."""

import pytest

from kernel.accounts.leaving import check_group_change, tell_of_leaving
from kernel.accounts.models import User
from kernel.accounts.people.stopping import suspend
from kernel.audit.models import AuditEntry
from kernel.disclosure.keys import keys_owner
from kernel.disclosure.leaving import take_key_away
from kernel.disclosure.models import GroupKeySeat, MemberKey
from kernel.disclosure.opening import unlock
from kernel.states import Refusal
from tests.factories.organisations import make_member
from tests.kernel.disclosure.keyed import NOW, Keyed, make_keyed

pytestmark = pytest.mark.django_db


@pytest.fixture
def keyed() -> Keyed:
    return make_keyed(people=3)


def test_seats_and_the_sealed_key_are_gone_at_once(keyed: Keyed) -> None:
    member = keyed.people["A"][0]
    assert take_key_away(member=member, why="exposed", by="user:1", at=NOW)
    key = MemberKey.objects.get(pk=member.pk)
    assert (bytes(key.sealed_private_key), key.left_why) == (b"", "exposed")
    assert not GroupKeySeat.objects.filter(member_key=key).exists()
    entry = AuditEntry.objects.get(action="disclosure.key_taken_away")
    assert (entry.object_id, entry.reason) == (f"member:{member.pk}", "exposed")
    with pytest.raises(Refusal) as caught:
        unlock(member, "lusab babad lusab babad lusab babad")
    assert caught.value.code == "no_member_key"
    assert not take_key_away(member=member, why="gone", by="user:1", at=NOW)


def test_a_suspended_member_leaves(keyed: Keyed) -> None:
    member, admin = keyed.people["B"][0], make_member(keyed.organisation, "admin")
    suspend(member=member, by=admin.user, at=NOW)
    assert not GroupKeySeat.objects.filter(member_key=member.pk).exists()
    assert MemberKey.objects.get(pk=member.pk).left_why == "gone"


def test_a_member_without_a_key_just_leaves(keyed: Keyed) -> None:
    tell_of_leaving(make_member(keyed.organisation, "finance"), by="user:1", at=NOW, for_good=True)
    assert not AuditEntry.objects.filter(action="disclosure.key_taken_away").exists()


@pytest.mark.parametrize("group", ["A", "B"])
def test_intake_stops_when_a_group_falls_below_two(keyed: Keyed, group: str) -> None:
    assert keys_owner(keyed.organisation) == keyed.organisation
    first, second, _third = keyed.people[group]
    take_key_away(member=first, why="gone", by="user:1", at=NOW)
    assert keys_owner(keyed.organisation) == keyed.organisation
    take_key_away(member=second, why="lost", by="user:1", at=NOW)
    with pytest.raises(Refusal) as caught:
        keys_owner(keyed.organisation)
    assert caught.value.code == "too_few_members"


def test_intake_stops_even_if_nobody_was_told_that_a_login_was_closed(keyed: Keyed) -> None:
    pks = [member.user_id for member in keyed.people["A"][:2]]
    User.objects.filter(pk__in=pks).update(is_active=False)
    with pytest.raises(Refusal) as caught:
        keys_owner(keyed.organisation)
    assert caught.value.code == "too_few_members"


def test_the_last_seat_is_not_given_up_by_mistake() -> None:
    keyed = make_keyed()
    first, last = keyed.people["A"]
    take_key_away(member=first, why="lost", by="user:1", at=NOW)
    with pytest.raises(Refusal) as caught:
        take_key_away(member=last, why="lost", by="user:1", at=NOW)
    assert caught.value.code == "last_seat"


def test_the_last_to_leave_loses_the_login_but_no_contact_is_lost() -> None:
    keyed = make_keyed()
    admin = make_member(keyed.organisation, "admin")
    for member in keyed.people["A"]:
        suspend(member=member, by=admin.user, at=NOW)
    assert GroupKeySeat.objects.filter(group_key__group="A").count() == 1
    assert not User.objects.get(pk=keyed.people["A"][1].user_id).is_active
    with pytest.raises(Refusal):
        keys_owner(keyed.organisation)


def test_with_trustees_the_last_seat_goes_too() -> None:
    keyed = make_keyed(trustees=True)
    for member in keyed.people["A"]:
        assert take_key_away(member=member, why="lost", by="user:1", at=NOW)
    assert not GroupKeySeat.objects.filter(group_key__group="A").exists()


def test_a_role_changes_group_only_without_a_key(keyed: Keyed) -> None:
    member = keyed.people["A"][0]
    with pytest.raises(Refusal) as caught:
        check_group_change(member)
    assert caught.value.code == "holds_key"
    take_key_away(member=member, why="gone", by="user:1", at=NOW)
    check_group_change(member)
