"""Somebody always looks after the operator's people: the last administrator stays, and stays that."""

from typing import Any

import pytest
from django.utils import timezone

from kernel.accounts.models import Member, StaffRequest, User
from kernel.accounts.people.asking import ask
from kernel.accounts.people.signing import sign
from kernel.accounts.people.stopping import suspend
from kernel.states import Refusal
from tests.factories.organisations import make_member, make_partner
from tests.offers.pledges.test_race import CLICKS, at_once

pytestmark = pytest.mark.django_db


def _refused(do: Any, /, **what: Any) -> None:
    with pytest.raises(Refusal) as refused:
        do(**what, at=timezone.now())
    assert refused.value.code == "last_administrator"
    assert "last administrator" in refused.value.sentence


def test_the_last_one_stays_and_one_of_two_may_go() -> None:
    first, second = make_member(role="admin"), make_member(role="admin")
    suspend(member=second, by=first.user, at=timezone.now())
    assert not User.objects.get(pk=second.user_id).is_active
    _refused(suspend, member=first, by=second.user)
    assert User.objects.get(pk=first.user_id).is_active


def test_who_is_suspended_or_gone_or_of_a_partner_does_not_count() -> None:
    first, second, third = (make_member(role="admin") for _ in range(3))
    make_member(make_partner(), "admin")
    suspend(member=second, by=first.user, at=timezone.now())
    Member.objects.filter(pk=third.pk).update(left_at=timezone.now())
    _refused(suspend, member=first, by=third.user)


@pytest.mark.parametrize(("deed", "role"), [("role", "finance"), ("leave", "")])
def test_two_people_cannot_send_it_away_either(deed: str, role: str) -> None:
    first, second, signer = make_member(role="admin"), make_member(role="admin"), make_member(role="coordinator")
    request = ask(deed=deed, member=first, role=role, by=second.user, at=timezone.now())
    suspend(member=second, by=first.user, at=timezone.now())
    _refused(sign, request=request, by=signer)
    assert StaffRequest.objects.get().done_at is None
    first.refresh_from_db()
    assert (first.role, first.left_at, first.user.is_active) == ("admin", None, True)
    _refused(ask, deed="leave" if deed == "role" else "role", role="finance", member=first, by=signer.user)


def test_a_partners_last_one_may_go_since_the_operators_look_after_it() -> None:
    admin, theirs = make_member(role="admin"), make_member(make_partner(), "admin")
    suspend(member=theirs, by=admin.user, at=timezone.now())
    assert not User.objects.get(pk=theirs.user_id).is_active


def test_a_suspended_one_can_be_suspended_again_without_a_word() -> None:
    first, second = make_member(role="admin"), make_member(role="admin")
    for _ in range(2):
        suspend(member=second, by=first.user, at=timezone.now())


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_round", range(5))
def test_of_two_who_suspend_each_other_one_stays(_round: int) -> None:
    pair = [make_member(role="admin"), make_member(role="admin")]

    def shoot(number: int) -> None:
        other = Member.objects.select_related("user", "organisation").get(pk=pair[1 - number % 2].pk)
        suspend(member=other, by=pair[number % 2].user, at=timezone.now())

    said = at_once(shoot)
    assert said == ["done"] * (CLICKS // 2) + ["last_administrator"] * (CLICKS // 2)
    assert User.objects.filter(pk__in=[one.user_id for one in pair], is_active=True).count() == 1
