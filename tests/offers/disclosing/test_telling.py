"""Who must decide hears of it by mail, and so does who may read: without a name, once, and not a hundred times."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from kernel.accounts.people.stopping import suspend
from kernel.disclosure.disclosing.asking import take_back
from kernel.disclosure.disclosing.telling import MOST_TOLD
from kernel.disclosure.models import Disclosure
from kernel.outbox.drain import drain
from kernel.outbox.models import OutboxRow
from tests.factories.keys import Keyed, make_staff
from tests.factories.organisations import make_member, make_partner
from tests.offers.disclosing.scene import (
    CANARY,
    Scene,
    asked,
    confirmed_match,
    given,
    one_organisation,
    read_by,
    sealed_pledge,
    two_organisations,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene(db: None) -> Scene:
    return one_organisation()


def told() -> set[str]:
    """Carry out what was promised; return who was written to since the last time."""
    drain()
    people = [address for message in mail.outbox for address in message.to]
    mail.outbox.clear()
    assert len(people) == len(set(people))
    return set(people)


def addresses(*people: Keyed) -> set[str]:
    return {one.member.user.email for one in people}


def another(scene: Scene, *, at: datetime | None = None) -> Disclosure:
    """A request of the same caseworker for another match."""
    match = confirmed_match(scene.ours, sealed_pledge(scene.keys.organisation))
    return asked(Scene(scene.ours, scene.keys, match.pledge, match), at=at)


def test_everyone_who_could_approve_is_told_and_nobody_else(scene: Scene) -> None:
    make_staff(make_partner())
    for role in ("finance", "admin", "coordinator"):  # a coordinator without a key can give nothing
        make_member(scene.ours.organisation, role)
    asked(scene)
    assert told() == addresses(scene.keys.approver, scene.keys.coordinator)


def test_the_mail_says_nothing_of_whom_what_or_who_asks(scene: Scene) -> None:
    disclosure = asked(scene)
    drain()
    words = (
        CANARY, disclosure.pk, scene.match.pk, scene.pledge.pk, scene.asker.member.user.email, "contact", "disclos",
        "provider", "offer", scene.ours.organisation.name, "Waystation",
    )  # fmt: skip
    for message in mail.outbox:
        said = f"{message.subject} {message.body}".replace("/console/disclosures/", "/console/…/")
        assert not [word for word in words if word.casefold() in said.casefold()]
        assert "/console/disclosures/" in message.body
        assert len(message.to) == 1


def test_the_one_who_asked_is_told_when_it_can_be_read(scene: Scene) -> None:
    disclosure = asked(scene)
    told()
    given(disclosure, scene.keys.approver)
    assert told() == addresses(scene.asker)


def test_across_organisations_both_groups_of_the_other_side_are_told(db: None) -> None:
    scene = two_organisations()
    disclosure = asked(scene)
    everyone = (*scene.keys.caseworkers, scene.keys.coordinator, scene.keys.approver)
    assert told() == addresses(*everyone)
    given(disclosure, scene.keys.caseworkers[0])
    assert told() == set()
    given(disclosure, scene.keys.approver)
    assert told() == addresses(scene.asker)


def test_what_was_decided_read_or_lapsed_before_the_mail_went_is_not_told(scene: Scene) -> None:
    disclosure = given(asked(scene), scene.keys.approver)
    read_by(disclosure, scene.asker)
    assert told() == {"helper@waystation.invalid"}
    begun = timezone.now()
    with time_machine.travel(begun, tick=False) as clock:
        asked(scene)
        clock.shift(timedelta(days=2))
        assert told() == set()


def test_who_was_suspended_meanwhile_is_not_told(scene: Scene) -> None:
    asked(scene)
    suspend(member=scene.keys.coordinator.member, by=make_member(role="admin").user, at=timezone.now())
    assert told() == addresses(scene.keys.approver)


def test_of_many_that_wait_nobody_is_told_one_by_one(scene: Scene) -> None:
    begun = timezone.now()
    with time_machine.travel(begun, tick=False) as clock:
        asked(scene)
        another(scene)
        assert OutboxRow.objects.filter(kind="disclosure.waits").count() == 2
        assert told() == addresses(scene.keys.approver, scene.keys.coordinator)
        clock.shift(timedelta(minutes=16))
        another(scene)
        assert told() == addresses(scene.keys.approver, scene.keys.coordinator)


def test_asking_and_taking_back_floods_nobody(scene: Scene) -> None:
    for _ in range(MOST_TOLD + 3):
        disclosure = asked(scene)
        take_back(disclosure=disclosure, by=scene.asker.member, at=timezone.now())
    assert OutboxRow.objects.filter(kind="disclosure.waits").count() == 2 * MOST_TOLD
    assert told() == set()


def test_a_mail_that_is_tried_twice_does_no_harm(scene: Scene, settings: Any) -> None:
    from kernel.disclosure.disclosing.telling import send_readable, send_waits

    disclosure = asked(scene)
    number = scene.keys.approver.member.pk
    for _ in range(2):
        send_waits(f"{disclosure.pk}:{number}")
    send_waits(f"{disclosure.pk}:{scene.asker.member.pk}")
    send_readable(disclosure.pk)
    assert [message.to for message in mail.outbox] == [[scene.keys.approver.member.user.email]] * 2
