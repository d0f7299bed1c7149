"""Alarms: raised when something is wrong, told of once, over when it is."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.management import call_command
from django.utils import timezone

from donations.alarms.finding import found
from donations.alarms.looking import look, settle_alarms
from donations.alarms.telling import send_alarm
from donations.models import Alarm, Donation, InboxEvent
from kernel.accounts.models import Role
from kernel.outbox.models import OutboxRow
from tests.factories.donations import make_donation, make_paid
from tests.factories.organisations import make_member, make_operator

pytestmark = pytest.mark.django_db


def event(number, *, swept, minutes_late=20, **columns):
    at = timezone.now()
    values = {
        "type": "checkout.session.completed",
        "livemode": False,
        "swept": swept,
        "state": "done",
        "next_at": at,
        "happened_at": at - timedelta(minutes=minutes_late),
        "received_at": at,
    }
    return InboxEvent.objects.create(event_id=f"evt_{number}", **{**values, **columns})


def test_on_a_good_day_nothing_is_found():
    make_paid()
    make_donation()
    event(1, swept=False, minutes_late=0)
    assert found(at=timezone.now()) == set()


def test_it_finds_that_the_endpoint_is_quiet_when_the_sweep_had_to_fetch():
    for number in range(3):
        event(number, swept=True)
    assert found(at=timezone.now()) == {"endpoint_quiet"}
    event(9, swept=False, minutes_late=0)
    assert found(at=timezone.now()) == set()


def test_what_the_sweep_fetched_while_a_delivery_was_on_its_way_is_no_sign():
    for number in range(3):
        event(number, swept=True, minutes_late=1)
    assert found(at=timezone.now()) == set()


def test_it_finds_events_that_were_set_aside_and_those_that_stripe_does_not_answer():
    event(1, swept=False, state="poison", error="not_found_error")
    long_ago = timezone.now() - timedelta(hours=1)
    event(2, swept=False, state="waiting", error="unreachable_error", received_at=long_ago)
    event(3, swept=False, state="waiting", error="not_yet", received_at=long_ago)
    assert found(at=timezone.now()) == {"events_aside", "stripe_unreachable"}


@pytest.mark.parametrize(
    ("status", "hours", "is_stuck"),
    [("pending", 25, False), ("pending", 27, True), ("processing", 300, False), ("processing", 370, True)],
)
def test_it_finds_payments_that_should_have_ended(status, hours, is_stuck):
    donation = make_donation()
    Donation.objects.update(status=status, created_at=timezone.now() - timedelta(hours=hours))
    assert found(at=timezone.now()) == ({"payments_stuck"} if is_stuck else set())
    Donation.objects.filter(pk=donation.pk).update(created_at=timezone.now(), mismatch="amount")
    assert found(at=timezone.now()) == {"payments_stuck"}


def test_it_is_raised_once_told_once_and_ends_by_itself():
    operator = make_operator()
    officer = make_member(operator, Role.FINANCE)
    make_member(operator, Role.COORDINATOR)
    event(1, swept=False, state="poison")
    assert [look(at=timezone.now()) for _ in range(3)] == [["events_aside"], [], []]
    assert [row.object_id for row in OutboxRow.objects.all()] == [str(officer.user_id)]
    send_alarm(str(officer.user_id))
    (sent,) = mail.outbox
    assert (sent.to, sent.subject) == ([officer.user.email], "Please look at the console")
    assert "/console/money/" in sent.body
    assert "poison" not in sent.body
    InboxEvent.objects.all().delete()
    assert look(at=timezone.now()) == []
    assert Alarm.objects.filter(over_at=None).count() == 0
    send_alarm(str(officer.user_id))
    assert len(mail.outbox) == 1


def test_it_may_come_again():
    at = timezone.now()
    settle_alarms(["events_aside"], at=at)
    settle_alarms([], at=at)
    assert settle_alarms(["events_aside"], at=at) == ["events_aside"]
    assert Alarm.objects.count() == 2


def test_the_command_says_it_to_people_and_machines(capsys):
    call_command("money_status")
    assert "Gifts are taken." in capsys.readouterr().out
    event(1, swept=False, state="poison")
    for options in ((), ("--json",)):
        with pytest.raises(SystemExit) as ended:
            call_command("money_status", *options)
        assert ended.value.code == 1
        assert "events_aside" in capsys.readouterr().out
