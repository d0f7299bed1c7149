"""The worker stays awake for a moment: what comes meanwhile is applied without another wake-up."""

import time

import pytest
from django.utils import timezone
from django_q.models import OrmQ

from donations.gateway import EventFacts
from donations.models import Donation, InboxEvent
from donations.webhooks import inbox
from kernel.outbox import worker
from tests.factories.donations import make_donation, paid

pytestmark = pytest.mark.django_db(transaction=True)


class Desk:
    """A Stripe where every page is paid."""

    def __init__(self) -> None:
        self.gifts: dict[str, Donation] = {}

    def checkout(self, page):
        return paid(self.gifts[page])

    def tells(self, number) -> bool:
        gift = make_donation()
        self.gifts[f"cs_{gift.pk}"] = gift
        at = timezone.now()
        told = EventFacts(
            id=f"evt_{number}",
            type="checkout.session.completed",
            object_id=f"cs_{gift.pk}",
            livemode=False,
            created=at,
        )
        return inbox.receive(told, at=at)


@pytest.fixture
def desk(monkeypatch) -> Desk:
    made = Desk()
    monkeypatch.setattr(inbox, "gateway", lambda: made)
    return made


def test_what_comes_while_it_is_awake_needs_no_wake_up(desk, monkeypatch) -> None:
    pauses = []

    def pause(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 2:  # it has looked, found nothing, and looks again
            desk.tells("late")

    desk.tells("first")
    monkeypatch.setattr(inbox.time, "sleep", pause)
    worker.run(inbox.ATTEND)
    assert set(InboxEvent.objects.values_list("event_id", "state")) == {("evt_first", "done"), ("evt_late", "done")}
    assert OrmQ.objects.count() == 1
    assert set(pauses) == {inbox.PAUSE}


def test_whoever_relies_on_it_is_found_whenever_the_wake_up_is_taken_up(desk) -> None:
    """The worker takes a wake-up up the moment after it was seen; what relies on that comes as late as it may."""
    desk.tells("first")
    began = time.monotonic()
    inbox.attend()
    assert time.monotonic() - began >= inbox.STAYS
    assert inbox.STAYS / 2 + 2 * inbox.PAUSE < inbox.STAYS


def test_a_look_that_is_asked_for_once_does_not_stay(desk) -> None:
    desk.tells("first")
    began = time.monotonic()
    assert inbox.drain() == 1
    assert time.monotonic() - began < inbox.STAYS


def test_two_never_take_the_same_event(desk) -> None:
    for number in range(5):
        desk.tells(number)
    first, second = inbox._claim(3), inbox._claim(3)
    assert [one.pk for one in [*first, *second]] == [f"evt_{number}" for number in range(5)]
    assert inbox._claim(3) == []
    assert {(one.attempts, one.claim) for one in first} == {(1, first[0].claim)}
    assert first[0].claim != second[0].claim
